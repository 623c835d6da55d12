"""What happens to an order after it was placed: paid, edited, shipped, refunded, cancelled, deleted."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from stogly_tui.sandbox.shopify import sums
from stogly_tui.sandbox.shopify.money import Money, exact, rounded, total
from stogly_tui.sandbox.shopify.records import (
    Adjustment,
    Fulfilment,
    Line,
    Order,
    Payment,
    Refund,
    RefundedCarriage,
    RefundedLine,
    Shipped,
)

if TYPE_CHECKING:
    from stogly_tui.sandbox.shopify.store import ShopifyStore

Lines = Iterable[tuple[str, int]]
"""SKU and units each."""
Tracking = tuple[str | None, str | None, str | None]
"""Carrier, number and address to follow it at."""


def pay(store: "ShopifyStore", order: Order, amount: str | Decimal | None = None) -> None:
    """Pay what is outstanding, or an amount of the shop's currency; captures what is authorised."""
    due = sums.outstanding(order) if amount is None else in_both(order, Decimal(amount))
    held = next((one for one in order.payments if one.kind == "AUTHORIZATION"), None)
    kind, gateway = ("SALE", "shopify_payments") if held is None else ("CAPTURE", held.gateway)
    order.financial = None
    order.payments = [one for one in order.payments if one.status != "PENDING"]
    order.payments.append(
        payment(store, order, kind, due, gateway, parent_id=None if held is None else held.id)
    )
    changed(store, order, *(["ORDERS_PAID"] if sums.financial_status(order) == "PAID" else []))


def edit(store: "ShopifyStore", order: Order, add: Lines, remove: Lines) -> None:
    """Put units on the order or take unshipped ones off it; nothing is paid or paid back by that."""
    for sku, units in add:
        order.lines.append(store.line(sku, units, order))
    for sku, units in remove:
        line = line_of(order, sku)
        if units > line.unfulfilled:
            raise ValueError(f"only {line.unfulfilled} of {sku} can be removed")
        line.removed += units
    order.edited = True
    changed(store, order, "ORDERS_EDITED")


def fulfil(
    store: "ShopifyStore",
    order: Order,
    lines: Lines | None,
    tracking: Tracking | None,
) -> int:
    """Ship lines, or all that is left; answers the fulfilment's id."""
    wanted = (
        [(line, line.unfulfilled) for line in order.lines if line.unfulfilled]
        if lines is None
        else [(line_of(order, sku), units) for sku, units in lines]
    )
    number = _ship(store, order, wanted, tracking)
    order.fulfilment = None
    is_done = sums.fulfilment_status(order) == "FULFILLED"
    store.webhooks.emit("FULFILLMENTS_CREATE", order)
    changed(store, order, "ORDERS_FULFILLED" if is_done else "ORDERS_PARTIALLY_FULFILLED")
    return number


def fulfil_quietly(store: "ShopifyStore", order: Order) -> None:
    """Have an order arrive with everything shipped already."""
    _ship(store, order, [(line, line.unfulfilled) for line in order.lines if line.unfulfilled], None)


def track(store: "ShopifyStore", order: Order, tracking: Tracking) -> None:
    """Change the tracking of the last fulfilment."""
    last = order.fulfilments[-1]
    last.tracking = [tracking]
    last.updated = store.now()
    store.webhooks.emit("FULFILLMENTS_UPDATE", order)
    changed(store, order)


def refund(
    store: "ShopifyStore",
    order: Order,
    lines: Lines | None,
    amount: str | Decimal | None,
    *,
    restock: bool = True,
    with_shipping: bool = False,
    note: str = "",
) -> int:
    """Refund lines with what they cost, an amount for nothing in particular, or everything; answers the id."""
    if lines is None and amount is None:
        wanted, with_shipping = [(line, line.current) for line in order.lines if line.current], True
    else:
        wanted = [(line_of(order, sku), units) for sku, units in lines or ()]
    made = Refund(store.orders.next_id(), store.now(), note)
    for line, units in wanted:
        made.lines += _give_back(store, line, units, restock=restock)
    if with_shipping:
        made.carriage = _refund_carriage(store, order)
    worth = _worth(order, made)
    paid_back = worth if amount is None else in_both(order, Decimal(amount))
    if paid_back != worth:
        made.adjustments.append(Adjustment(store.orders.next_id(), worth - paid_back))
    if paid_back.shop > 0:
        made.payments = _pay_back(store, order, paid_back)
    order.financial = None
    order.refunds.append(made)
    order.payments += made.payments
    store.webhooks.emit("REFUNDS_CREATE", order)
    changed(store, order)
    return made.id


def cancel(
    store: "ShopifyStore", order: Order, reason: str, *, with_refund: bool, staff_note: str = ""
) -> None:
    """Cancel: what was not shipped leaves the order, and what was paid goes back when asked for."""
    made = Refund(store.orders.next_id(), store.now())
    for line in order.lines:
        made.lines += _give_back(store, line, line.current, restock=True)
    made.carriage = _refund_carriage(store, order)
    order.refunds.append(made)
    paid = sums.received(order) - sums.refunded(order)
    if with_refund and paid.shop > 0:
        made.payments = _pay_back(store, order, paid)
        order.payments += made.payments
    if sums.capturable(order).shop > 0:
        held = next(one for one in order.payments if one.kind == "AUTHORIZATION")
        order.payments.append(payment(store, order, "VOID", held.amount, held.gateway, parent_id=held.id))
    order.financial = None
    order.cancelled = order.closed = store.now()
    order.cancel_reason, order.staff_note = reason, staff_note or None
    changed(store, order, "ORDERS_CANCELLED")


def changed(store: "ShopifyStore", order: Order, *topics: str) -> None:
    """Note that an order changed and let the subscriptions know."""
    store.orders.touch(order)
    for topic in (*topics, "ORDERS_UPDATED"):
        store.webhooks.emit(topic, order)


def payment(
    store: "ShopifyStore",
    order: Order,
    kind: str,
    amount: Money,
    gateway: str,
    *,
    parent_id: int | None = None,
    status: str = "SUCCESS",
) -> Payment:
    """A transaction made now."""
    number = store.orders.next_id()
    return Payment(number, kind, status, gateway, amount, store.now(), parent_id, order.test)


def in_both(order: Order, amount: Decimal) -> Money:
    """An amount of the shop's currency in both of the order's, at the rate its total has."""
    whole, exactly = sums.grand_total(order), exact(amount, order.currency)
    if order.currency == order.presentment or not whole.shop:
        return Money(exactly, exactly)
    return Money(exactly, rounded(amount * whole.presentment / whole.shop, order.presentment))


def line_of(order: Order, sku: str) -> Line:
    """The line of a SKU that still has units.

    Raises:
        ValueError: there is none.
    """
    found = [line for line in order.lines if line.sku == sku]
    if not found:
        raise ValueError(f"{order.name} has no line with SKU {sku}")
    return next((line for line in found if line.current), found[0])


def _ship(
    store: "ShopifyStore", order: Order, wanted: list[tuple[Line, int]], tracking: Tracking | None
) -> int:
    shipped = []
    for line, units in wanted:
        if units > line.unfulfilled:
            raise ValueError(f"only {line.unfulfilled} of {line.sku} can be shipped")
        line.fulfilled += units
        shipped.append(Shipped(store.orders.next_id(), line, units))
    now = store.now()
    name = f"{order.name}-F{len(order.fulfilments) + 1}"
    number = store.orders.next_id()
    order.fulfilments.append(Fulfilment(number, name, now, now, shipped, [tracking] if tracking else []))
    return number


def _give_back(store: "ShopifyStore", line: Line, units: int, *, restock: bool) -> list[RefundedLine]:
    """Take units off a line, unshipped ones first."""
    if units > line.current:
        raise ValueError(f"only {line.current} of {line.sku or line.title} can be refunded")
    made = []
    removed = units if line.is_tip else min(units, line.unfulfilled)
    for count, kind in ((removed, "CANCEL"), (units - removed, "RETURN")):
        if not count:
            continue
        if kind == "CANCEL":
            line.removed += count
        else:
            line.returned += count
        worth = sums.share(line, sums.line_total(line), count)
        tax = sums.share(line, sums.line_tax(line), count)
        made.append(
            RefundedLine(store.orders.next_id(), line, count, kind if restock else "NO_RESTOCK", worth, tax)
        )
        variant = store.products.variant(line.variant_id)
        if restock and variant is not None:
            variant.quantity += count
    return made


def _refund_carriage(store: "ShopifyStore", order: Order) -> list[RefundedCarriage]:
    made = []
    for one in order.carriage:
        left = one.price - sums.discounts(one) - one.refunded
        if left.shop > 0:
            one.refunded = one.refunded + left
            made.append(RefundedCarriage(store.orders.next_id(), one, left, sums.line_tax(one)))
    return made


def _worth(order: Order, made: Refund) -> Money:
    worth = total([one.subtotal for one in made.lines] + [one.amount for one in made.carriage])
    if order.taxes_included:
        return worth
    return worth + total([one.tax for one in made.lines] + [one.tax for one in made.carriage])


def _pay_back(store: "ShopifyStore", order: Order, amount: Money) -> list[Payment]:
    """Refund transactions against the payments that were made, in their order, until the amount is reached."""
    made: list[Payment] = []
    left = amount
    for paid in [one for one in order.payments if one.kind in {"SALE", "CAPTURE"}]:
        back = total(
            [one.amount for one in order.payments if one.kind == "REFUND" and one.parent_id == paid.id]
        )
        room = paid.amount - back
        part = left if left.shop <= room.shop else room
        if part.shop > 0:
            made.append(payment(store, order, "REFUND", part, paid.gateway, parent_id=paid.id))
            left = left - part
    if left.shop > 0:
        raise ValueError("more than was paid cannot be paid back")
    return made
