"""``orderCreate``: the input read, judged, and made into an order."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from stogly_tui.sandbox.shopify import acts, people, placing, sums
from stogly_tui.sandbox.shopify.asking import number_of
from stogly_tui.sandbox.shopify.money import Money, exact, total
from stogly_tui.sandbox.shopify.records import (
    Carriage,
    Discount,
    Line,
    Metafield,
    Order,
    Payment,
    Tax,
    Variant,
)

if TYPE_CHECKING:
    from stogly_tui.sandbox.shopify.store import ShopifyStore

Json = dict[str, Any]
_OBEYING, _BYPASS = "DECREMENT_OBEYING_POLICY", "BYPASS"


@dataclass(frozen=True)
class Wrong(Exception):
    """Something of the input that cannot be; ``field`` is the path below ``order``."""

    message: str
    code: str = "INVALID"
    field: tuple[str, ...] = field(default=())


def create(store: "ShopifyStore", raw: Json, options: Json) -> Order:
    """Make an order of an ``OrderCreateOrderInput`` and keep it.

    Raises:
        Wrong: the first thing that cannot be; nothing was made.
    """
    _check_whole(store, raw)
    now = store.now()
    currency = raw.get("currency") or store.currency
    presentment = raw.get("presentmentCurrency") or _presented(raw) or currency
    order = Order(0, 0, "", now, now, now, currency, presentment, _included(store, raw), [])
    order.processed = _processed(store, raw)
    order.lines = [_line(store, order, index, one) for index, one in enumerate(raw["lineItems"])]
    order.carriage = [
        _carriage(store, order, index, one) for index, one in enumerate(raw.get("shippingLines") or [])
    ]
    order.taxes = _taxes(
        raw.get("taxLines"), order, total([line.price * line.quantity for line in order.lines])
    )
    _discount(order, raw.get("discountCode") or {})
    order.payments = [_payment(store, order, one) for one in raw.get("transactions") or []]
    order.metafields = [
        _metafield(store, index, one) for index, one in enumerate(raw.get("metafields") or [])
    ]
    _claim_stock(store, order, options.get("inventoryBehaviour") or _BYPASS)
    _describe(store, order, raw)
    people.attach(store, order, raw)
    order.id, order.number = store.orders.next_order_id()
    order.name = raw.get("name") or f"#{order.number}"
    _fulfil(store, order, raw.get("fulfillmentStatus"))
    store.orders.put(order)
    store.webhooks.emit("ORDERS_CREATE", order)
    if sums.financial_status(order) == "PAID":
        store.webhooks.emit("ORDERS_PAID", order)
    return order


def _check_whole(store: "ShopifyStore", raw: Json) -> None:
    if not raw.get("lineItems"):
        raise Wrong("Line items must have at least one line item", field=("lineItems",))
    if raw.get("customer") and raw.get("customerId"):
        raise Wrong(
            "Only one of customer and customerId can be given", "REDUNDANT_CUSTOMER_FIELDS", ("customerId",)
        )
    lines_with_tax = any(line.get("taxLines") for line in raw["lineItems"])
    if raw.get("taxLines") and lines_with_tax:
        raise Wrong(
            "Tax lines must be given on the order or on its line items, not on both", field=("taxLines",)
        )
    if raw.get("currency") not in {None, store.currency}:
        raise Wrong("Currency must be the shop's currency", field=("currency",))


def _processed(store: "ShopifyStore", raw: Json) -> int:
    given = raw.get("processedAt")
    if given is None:
        return store.now()
    try:
        at = datetime.fromisoformat(str(given))
    except ValueError as error:
        raise Wrong("Processed at is invalid", "PROCESSED_AT_INVALID", ("processedAt",)) from error
    moment = int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
    if moment > store.now() + 1:
        raise Wrong("Processed at can't be in the future", "PROCESSED_AT_INVALID", ("processedAt",))
    return moment


def _line(store: "ShopifyStore", order: Order, index: int, raw: Json) -> Line:
    path = ("lineItems", str(index))
    if raw["quantity"] < 1:
        raise Wrong("Quantity must be greater than 0", field=(*path, "quantity"))
    variant = _variant(store, raw, path)
    price = _money(raw.get("priceSet"), order, (*path, "priceSet"))
    if variant is not None:
        made = placing.from_variant(
            store, variant, raw["quantity"], price or placing.in_both(store, variant.price, order.presentment)
        )
    else:
        if not (raw.get("title") or "").strip():
            raise Wrong("Title can't be blank", field=(*path, "title"))
        if price is None:
            raise Wrong("Price can't be blank", field=(*path, "priceSet"))
        made = Line(store.orders.next_id(), raw["title"], raw["quantity"], price)
    for name, key in (
        ("title", "title"),
        ("sku", "sku"),
        ("variant_title", "variantTitle"),
        ("vendor", "vendor"),
    ):
        if raw.get(key):
            setattr(made, name, raw[key])
    for name, key in (
        ("requires_shipping", "requiresShipping"),
        ("gift_card", "giftCard"),
        ("taxable", "taxable"),
    ):
        if raw.get(key) is not None:
            setattr(made, name, raw[key])
    made.attributes = [(one["name"], one["value"]) for one in raw.get("properties") or []]
    made.taxes = _taxes(raw.get("taxLines"), order, made.price * made.quantity)
    return made


def _variant(store: "ShopifyStore", raw: Json, path: tuple[str, ...]) -> Variant | None:
    if not raw.get("variantId"):
        return None
    variant = store.products.variant(number_of(raw["variantId"], "ProductVariant"))
    if variant is None:
        raise Wrong("Variant does not exist", field=(*path, "variantId"))
    return variant


def _carriage(store: "ShopifyStore", order: Order, index: int, raw: Json) -> Carriage:
    price = _money(raw["priceSet"], order, ("shippingLines", str(index), "priceSet"))
    assert price is not None
    taxes = _taxes(raw.get("taxLines"), order, price)
    code, source = raw.get("code") or raw["title"], raw.get("source")
    return Carriage(store.orders.next_id(), raw["title"], price, code, source, taxes=taxes)


def _taxes(raw: list[Json] | None, order: Order, taxed: Money) -> list[Tax]:
    made = []
    for one in raw or []:
        rate = _decimal(one["rate"], ("taxLines",))
        amount = _money(one.get("priceSet"), order, ("taxLines",))
        if amount is None:
            amount = taxed.part(rate / (1 + rate) if order.taxes_included else rate)
        made.append(Tax(one["title"], rate, amount))
    return made


def _discount(order: Order, raw: Json) -> None:
    if by_percent := raw.get("itemPercentageDiscountCode"):
        order.discount_code = by_percent["code"]
        for line in order.lines:
            placing.reduce_by_percent(line, Decimal(str(by_percent.get("percentage") or 0)))
    elif fixed := raw.get("itemFixedDiscountCode"):
        order.discount_code = fixed["code"]
        _share_out(order, _money(fixed.get("amountSet"), order, ("discountCode",)))
    elif free := raw.get("freeShippingDiscountCode"):
        order.discount_code = free["code"]
        for one in order.carriage:
            placing.reduce_by_percent(one, Decimal(100))


def _share_out(order: Order, amount: Money | None) -> None:
    """Spread a fixed discount over the lines by what they cost; the last takes what rounding leaves."""
    whole = total([line.price * line.quantity for line in order.lines])
    if amount is None or not whole.shop:
        return
    left = amount
    for line in order.lines[:-1]:
        part = amount.part(line.price.shop * line.quantity / whole.shop)
        line.discounts.append(Discount(part, by_code=True))
        left = left - part
    order.lines[-1].discounts.append(Discount(left, by_code=True))


def _payment(store: "ShopifyStore", order: Order, raw: Json) -> Payment:
    amount = _money(raw["amountSet"], order, ("transactions",))
    assert amount is not None
    kind, status = raw.get("kind") or "SALE", raw.get("status") or "SUCCESS"
    made = acts.payment(store, order, kind, amount, raw.get("gateway") or "manual", status=status)
    made.test = bool(raw.get("test"))
    return made


def _metafield(store: "ShopifyStore", index: int, raw: Json) -> Metafield:
    path = ("metafields", str(index))
    namespace, key, value = raw.get("namespace") or "custom", raw.get("key"), raw.get("value")
    if not key or not value:
        name = "value" if key else "key"
        raise Wrong(f"{name.capitalize()} can't be blank", field=(*path, name))
    definition = store.definitions.find("ORDER", namespace, key)
    kind = raw.get("type") or (definition.type if definition else None)
    if kind is None:
        raise Wrong("Type can't be blank", field=(*path, "type"))
    if kind == "id" and definition is None:
        raise Wrong("Type must have a definition", field=(*path, "type"))
    is_taken = store.orders.by_value(namespace, key, value) is not None
    if definition is not None and definition.is_unique and is_taken and store.rejects_taken_ids:
        raise Wrong("Value is already assigned to another metafield", field=(*path, "value"))
    return Metafield(store.orders.next_id(), namespace, key, kind, value, store.now())


def _claim_stock(store: "ShopifyStore", order: Order, behaviour: str) -> None:
    if behaviour == _BYPASS:
        return
    claimed = [(store.products.variant(line.variant_id), line) for line in order.lines]
    for index, (variant, line) in enumerate(claimed):
        if variant is None or behaviour != _OBEYING or not variant.deny_when_out:
            continue
        if variant.quantity < line.quantity:
            raise Wrong("Unable to reserve inventory", "INVENTORY_CLAIM_FAILED", ("lineItems", str(index)))
    for variant, line in claimed:
        if variant is not None:
            variant.quantity -= line.quantity


def _describe(store: "ShopifyStore", order: Order, raw: Json) -> None:
    order.note, order.po_number = raw.get("note"), raw.get("poNumber")
    order.tags = list(dict.fromkeys(tag.strip() for tag in raw.get("tags") or [] if tag.strip()))
    order.attributes = [(one["key"], one["value"]) for one in raw.get("customAttributes") or []]
    order.source_name = raw.get("sourceName") or str(store.shop_id + 1)
    order.source_identifier, order.source_url = raw.get("sourceIdentifier"), raw.get("sourceUrl")
    order.test = bool(raw.get("test"))
    # A status that follows from the payments must not be pinned: it has to move with the next of them.
    if raw.get("financialStatus") not in {None, sums.financial_status(order)}:
        order.financial = raw["financialStatus"]


def _fulfil(store: "ShopifyStore", order: Order, status: str | None) -> None:
    if status == "FULFILLED":
        acts.fulfil_quietly(store, order)


def _included(store: "ShopifyStore", raw: Json) -> bool:
    given = raw.get("taxesIncluded")
    return store.taxes_included if given is None else bool(given)


def _presented(raw: Json) -> str | None:
    """The currency that the first line is presented in."""
    prices = (line.get("priceSet") or {} for line in raw["lineItems"])
    shown = ((price.get("presentmentMoney") or {}).get("currencyCode") for price in prices)
    return next((code for code in shown if code), None)


def _money(raw: Json | None, order: Order, path: tuple[str, ...]) -> Money | None:
    if raw is None:
        return None
    shop, presented = raw["shopMoney"], raw.get("presentmentMoney") or raw["shopMoney"]
    if shop["currencyCode"] != order.currency:
        raise Wrong("Currency must match the order's currency", field=(*path, "shopMoney", "currencyCode"))
    if presented["currencyCode"] != order.presentment:
        raise Wrong(
            "Currency must match the order's presentment currency",
            field=(*path, "presentmentMoney", "currencyCode"),
        )
    return Money(
        exact(_decimal(shop["amount"], path), order.currency),
        exact(_decimal(presented["amount"], path), order.presentment),
    )


def _decimal(raw: Any, path: tuple[str, ...]) -> Decimal:
    try:
        return Decimal(str(raw))
    except InvalidOperation as error:
        raise Wrong("is not a number", field=path) from error
