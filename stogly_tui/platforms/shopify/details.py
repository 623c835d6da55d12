"""What a list leaves out of an order, read on and joined to it, so that no line, refund or fulfilment is lost."""

from collections.abc import Iterator
from contextlib import suppress

from stogly_tui.domain.money import BadMoney, to_minor
from stogly_tui.platforms.errors import ProtocolError, Rejected
from stogly_tui.platforms.shopify import order_documents
from stogly_tui.platforms.shopify.client import ShopifyClient, TooCostly
from stogly_tui.platforms.shopify.documents import Operation
from stogly_tui.platforms.shopify.quantities import Stage, is_changed, stage, stages
from stogly_tui.platforms.shopify.sums import sums
from stogly_tui.platforms.shopify.values import has_more, obj, objects, shop, text
from stogly_tui.platforms.shopify.wire import Json

MOST_POINTS = 900
"""What one question may cost by our own estimate."""
MOST_PAGES = 100
"""So many pages of one order's parts are no order any more."""


def complete(client: ShopifyClient, order: Json, *, products: bool, urgent: bool = False) -> Json:
    """The order with everything that translation needs; the very same where nothing is missing.

    Lines and shipping that go on are read on. Whose pieces changed, or whose fulfilments are not all at one
    stage, gets the lines of its refunds and fulfilments. Whose parts do not make its total gets duties, fees and
    the rounding of cash. Most orders need none of it. ``products`` asks for variants.

    Raises:
        PlatformError: a part could not be read.
    """
    order_id = text(order.get("id"))
    if not order_id:
        return order
    whole = dict(order)
    for key, operation, asked in (
        ("lineItems", order_documents.ORDER_LINES, {"id": order_id, "products": products}),
        ("shippingLines", order_documents.ORDER_CHARGES, {"id": order_id}),
    ):
        if has_more(order, key):
            whole[key] = {"nodes": list(_all(client, operation, asked, order, key, urgent=urgent))}
    if max(len(objects(order, "fulfillments")), len(objects(order, "refunds"))) >= order_documents.EVENTS:
        whole |= _part(
            client.ask(order_documents.ORDER_EVENTS, {"id": order_id}, urgent=urgent).data, "order"
        )
    if (is_changed(whole) or len(stages(whole)) > 1) and (_events(whole)):
        whole |= _event_lines(client, order_id, whole, urgent=urgent)
    if _has_gap(whole):
        with suppress(Rejected):  # an API version that does not know them has none
            whole |= _part(client.ask(order_documents.EXTRAS, {"id": order_id}, urgent=urgent).data, "order")
    return whole


def _events(order: Json) -> int:
    return len(objects(order, "refunds")) + len(objects(order, "fulfillments"))


def _has_gap(order: Json) -> bool:
    """Whether the parts do not make the total; an order whose amounts cannot be read has none."""
    currency = text(order.get("currencyCode"))
    try:
        total = to_minor(shop(order, "currentTotalPriceSet"), currency)
        return sums(order, currency, total).total != total
    except BadMoney:
        return False


def _event_lines(client: ShopifyClient, order_id: str, order: Json, *, urgent: bool) -> Json:
    """Refunds and fulfilments with their lines: all in one question, or each by itself where that is too much."""
    refunds, sent = objects(order, "refunds"), objects(order, "fulfillments")
    lines = min(2 * len(objects(order, "lineItems")) + 1, order_documents.MORE_EVENTS)
    size = (len(refunds) + len(sent)) * lines
    asked = {"id": order_id, "refunds": max(len(refunds), 1), "sent": max(len(sent), 1), "lines": lines}
    if size * order_documents.EVENT_LINES.points < MOST_POINTS:
        try:
            part = _part(
                client.ask(order_documents.EVENT_LINES, asked, size=size, urgent=urgent).data, "order"
            )
        except TooCostly:
            part = {}
        if (
            part
            and not any(has_more(one, "refundLineItems") for one in objects(part, "refunds"))
            and not any(has_more(one, "fulfillmentLineItems") for one in objects(part, "fulfillments"))
        ):
            return part
    return {
        "refunds": [_refund(client, one, urgent=urgent) for one in refunds],
        "fulfillments": [_sent(client, one, urgent=urgent) for one in sent],
    }


def _all(
    client: ShopifyClient, operation: Operation, asked: Json, order: Json, key: str, *, urgent: bool
) -> Iterator[Json]:
    """Everything of a connection of an order, from what is known of it on."""
    yield from objects(order, key)
    after = has_more(order, key)
    for _ in range(MOST_PAGES):
        if after is None:
            return
        told = client.ask(operation, {**asked, "after": after}, urgent=urgent).data
        part = _part(told, "order")
        yield from objects(part, key)
        after = has_more(part, key)
    raise ProtocolError("An order's list of parts does not end.")


def _refund(client: ShopifyClient, refund: Json, *, urgent: bool) -> Json:
    part = _of_event(client, order_documents.REFUND, "refund", "refundLineItems", refund, urgent=urgent)
    return {**refund, **part}


def _sent(client: ShopifyClient, fulfilment: Json, *, urgent: bool) -> Json:
    if stage(fulfilment, []) is Stage.OFF:
        return fulfilment
    key = "fulfillmentLineItems"
    part = _of_event(client, order_documents.FULFILMENT, "fulfillment", key, fulfilment, urgent=urgent)
    return {**fulfilment, **part}


def _of_event(
    client: ShopifyClient, operation: Operation, name: str, key: str, event: Json, *, urgent: bool
) -> Json:
    """A refund or a fulfilment with all its lines."""
    made: Json = {}
    lines: list[Json] = []
    after: str | None = None
    for _ in range(MOST_PAGES):
        told = client.ask(operation, {"id": text(event.get("id")), "after": after}, urgent=urgent).data
        part = _part(told, name)
        made = made or part
        lines += objects(part, key)
        after = has_more(part, key)
        if after is None:
            return {**made, key: {"nodes": lines}}
    raise ProtocolError("An order's list of parts does not end.")


def _part(data: Json, name: str) -> Json:
    """A part of an order, which may have gone meanwhile; that is no word about the order.

    Raises:
        ProtocolError: it is not there.
    """
    part = obj(data, name)
    if not part:
        raise ProtocolError(f"The {name} is gone while it was read.")
    return part
