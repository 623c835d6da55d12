"""What follows from an order's lines and payments: totals before and after changes, and its two statuses.

Totals "before" count every unit that was ever ordered; "current" ones those still on the order, less what
was refunded for nothing in particular.
"""

from decimal import Decimal
from typing import Literal

from stogly_tui.sandbox.shopify.money import ZERO, Money, total
from stogly_tui.sandbox.shopify.records import Carriage, Line, Order

Which = Literal["ordered", "current"]


def share(line: Line, amount: Money, units: int) -> Money:
    """What of a line's amount falls on some of its units."""
    if units == line.quantity or not line.quantity:
        return amount
    return amount.part(Decimal(units) / line.quantity)


def discounts(line: Line | Carriage, *, with_code: bool = True) -> Money:
    """What the line is reduced by; ``with_code`` counts the discount code's part as well."""
    return total([one.amount for one in line.discounts if with_code or not one.by_code])


def line_total(line: Line) -> Money:
    """A line after all its discounts."""
    return line.price * line.quantity - discounts(line)


def line_tax(line: Line | Carriage) -> Money:
    """The tax of a line."""
    return total([tax.amount for tax in line.taxes])


def subtotal(order: Order, which: Which = "ordered") -> Money:
    """All lines after discounts, without tips and shipping."""
    goods = [line for line in order.lines if not line.is_tip]
    return total([share(line, line_total(line), _units(line, which)) for line in goods])


def tips(order: Order, which: Which = "ordered") -> Money:
    """What was given on top."""
    return total([share(line, line_total(line), _units(line, which)) for line in order.lines if line.is_tip])


def shipping(order: Order) -> Money:
    """Shipping before discounts and refunds."""
    return total([one.price for one in order.carriage])


def current_shipping(order: Order) -> Money:
    """Shipping after discounts and refunds."""
    return total([one.price - discounts(one) - one.refunded for one in order.carriage])


def reduced(order: Order, which: Which = "ordered") -> Money:
    """All discounts."""
    lines = [share(line, discounts(line), _units(line, which)) for line in order.lines]
    return total(lines + [discounts(one) for one in order.carriage])


def tax(order: Order, which: Which = "ordered") -> Money:
    """All tax: of the lines and of shipping, or the one the order was created with as a whole."""
    if order.taxes:
        return total([one.amount for one in order.taxes])
    lines = [share(line, line_tax(line), _units(line, which)) for line in order.lines]
    carried = (
        order.carriage if which == "ordered" else [one for one in order.carriage if one.refunded == ZERO]
    )
    charged = [one.amount for fee in order.fees for one in fee.taxes]
    return total(lines + [line_tax(one) for one in carried] + charged)


def grand_total(order: Order, which: Which = "ordered") -> Money:
    """What the order costs in all."""
    carried = shipping(order) - total([discounts(one) for one in order.carriage])
    if which == "current":
        carried = current_shipping(order)
    on_top = ZERO if order.taxes_included else tax(order, which)
    amount = subtotal(order, which) + tips(order, which) + carried + on_top + extras(order, which)
    return amount + discrepancy(order) if which == "current" else amount


def fees(order: Order) -> Money:
    """What is charged besides goods and shipping."""
    return total([one.amount for one in order.fees])


def extras(order: Order, which: Which = "ordered") -> Money:
    """Duties and fees, which a cancelled order no longer owes."""
    if which == "current" and order.cancelled is not None:
        return ZERO
    return fees(order) + (order.duties or ZERO)


def discrepancy(order: Order) -> Money:
    """What was refunded beyond lines and shipping, negative."""
    return total([one.amount for refund in order.refunds for one in refund.adjustments])


def received(order: Order) -> Money:
    """What has been paid."""
    return _paid(order, "SALE", "CAPTURE")


def refunded(order: Order) -> Money:
    """What has been paid back."""
    return _paid(order, "REFUND")


def capturable(order: Order) -> Money:
    """What is authorised and neither captured nor given up."""
    if any(payment.kind == "VOID" and payment.status == "SUCCESS" for payment in order.payments):
        return ZERO
    held = _paid(order, "AUTHORIZATION") - _paid(order, "CAPTURE")
    return held if held.shop > 0 else ZERO


def outstanding(order: Order) -> Money:
    """What is still to be paid; negative when more was paid than the order costs now."""
    if order.financial == "PAID" and not order.payments:
        return ZERO
    return grand_total(order, "current") + order.cash_rounding - received(order) + refunded(order)


def financial_status(order: Order) -> str | None:
    """``displayFinancialStatus``."""
    if order.has_no_financial_status:
        return None
    if order.financial is not None:
        return order.financial
    paid, back = received(order).shop, refunded(order).shop
    if paid <= 0:
        return _unpaid_status(order)
    if back >= paid:
        return "REFUNDED"
    if back > 0:
        return "PARTIALLY_REFUNDED"
    return "PARTIALLY_PAID" if outstanding(order).shop > 0 else "PAID"


def fulfilment_status(order: Order) -> str:
    """``displayFulfillmentStatus``."""
    if order.fulfilment is not None:
        return order.fulfilment
    goods = [line for line in order.lines if not line.is_tip]
    if goods and not any(line.requires_shipping for line in goods):
        return "FULFILLMENT_NOT_REQUIRED"
    sent = sum(line.fulfilled for line in goods)
    if not sent:
        return "UNFULFILLED"
    return "PARTIALLY_FULFILLED" if any(line.unfulfilled for line in goods) else "FULFILLED"


def _unpaid_status(order: Order) -> str:
    if any(payment.kind == "VOID" and payment.status == "SUCCESS" for payment in order.payments):
        return "VOIDED"
    if capturable(order).shop > 0:
        return "AUTHORIZED"
    if order.cancelled is not None:
        return "VOIDED"
    return "PAID" if grand_total(order, "current").shop <= 0 else "PENDING"


def _units(line: Line, which: Which) -> int:
    return line.quantity if which == "ordered" else line.current


def _paid(order: Order, *kinds: str) -> Money:
    return total([one.amount for one in order.payments if one.kind in kinds and one.status == "SUCCESS"])
