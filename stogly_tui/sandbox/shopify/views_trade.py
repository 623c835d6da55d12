"""What happened to an order: payments, refunds and fulfilments, as GraphQL shows them."""

from dataclasses import dataclass
from typing import Any

from stogly_tui.sandbox.shopify import sums
from stogly_tui.sandbox.shopify.asking import Asking, Bag, always, gid
from stogly_tui.sandbox.shopify.money import ZERO, total
from stogly_tui.sandbox.shopify.paging import Connection, Window, listed
from stogly_tui.sandbox.shopify.records import (
    Adjustment,
    Fulfilment,
    Order,
    Payment,
    Refund,
    RefundedCarriage,
    RefundedLine,
    Shipped,
)
from stogly_tui.sandbox.shopify.views_line import CarriageView, LineView, Shown
from stogly_tui.sandbox.shopify.views_shop import LocationView

_MANUAL = {"manual", "Cash on Delivery (COD)", "Bank Deposit", "Money Order"}


class PaymentView:
    """``OrderTransaction``."""

    typename = "OrderTransaction"
    authorization_code = None

    def __init__(self, payment: Payment, order: Order, shown: Shown) -> None:
        self._payment = payment
        self._order = order
        self._shown = shown
        self.id = gid("OrderTransaction", payment.id)
        self.kind = payment.kind
        self.status = payment.status
        self.gateway = payment.gateway
        self.formatted_gateway = payment.gateway.replace("_", " ").title()
        self.manual_payment_gateway = payment.gateway in _MANUAL
        self.test = payment.test
        self.amount_set = shown(payment.amount)
        self.created_at = self.processed_at = always(payment.created)

    def parent_transaction(self) -> "PaymentView | None":
        parents = (one for one in self._order.payments if one.id == self._payment.parent_id)
        return next((PaymentView(one, self._order, self._shown) for one in parents), None)


class RefundedLineView:
    """``RefundLineItem``."""

    location = None

    def __init__(self, asking: Asking, one: RefundedLine, shown: Shown) -> None:
        self.id = gid("RefundLineItem", one.id)
        self.quantity = one.quantity
        self.restock_type = one.restock
        self.restocked = one.restock != "NO_RESTOCK"
        self.price_set = shown(one.line.price)
        self.subtotal_set = shown(one.subtotal)
        self.total_tax_set = shown(one.tax)
        self._made = (asking, one.line, shown)

    def line_item(self) -> LineView:
        return LineView(*self._made)


class AdjustmentView:
    """``OrderAdjustment``."""

    typename = "OrderAdjustment"

    def __init__(self, one: Adjustment, shown: Shown) -> None:
        self.id = gid("OrderAdjustment", one.id)
        self.reason = one.reason
        self.amount_set = shown(one.amount)
        self.tax_amount_set = shown(ZERO)


class RefundedCarriageView:
    """``RefundShippingLine``."""

    typename = "RefundShippingLine"

    def __init__(self, one: RefundedCarriage, shown: Shown) -> None:
        self.id = gid("RefundShippingLine", one.id)
        self.shipping_line = CarriageView(one.carriage, shown)
        self.subtotal_amount_set = shown(one.amount)
        self.tax_amount_set = shown(one.tax)


class RefundView:
    """``Refund``."""

    typename = "Refund"

    def __init__(self, asking: Asking, refund: Refund, order: Order, shown: Shown) -> None:
        self._asking = asking
        self._refund = refund
        self._order = order
        self._shown = shown
        self.id = gid("Refund", refund.id)
        self.legacy_resource_id = str(refund.id)
        self.note = refund.note
        self.created_at = self.processed_at = self.updated_at = always(refund.created)

    def total_refunded_set(self) -> Bag:
        return self._shown(total([one.amount for one in self._refund.payments if one.status == "SUCCESS"]))

    def refund_line_items(self, **window: Any) -> Connection[RefundedLineView]:
        return listed(
            self._refund.lines,
            Window(**window),
            lambda one: RefundedLineView(self._asking, one, self._shown),
        )

    def refund_shipping_lines(self, **window: Any) -> Connection[RefundedCarriageView]:
        return listed(
            self._refund.carriage, Window(**window), lambda one: RefundedCarriageView(one, self._shown)
        )

    def order_adjustments(self, **window: Any) -> Connection[AdjustmentView]:
        return listed(
            self._refund.adjustments, Window(**window), lambda one: AdjustmentView(one, self._shown)
        )

    def transactions(self, **window: Any) -> Connection[PaymentView]:
        return listed(
            self._refund.payments,
            Window(**window),
            lambda one: PaymentView(one, self._order, self._shown),
        )


@dataclass(frozen=True, slots=True)
class TrackingView:
    """``FulfillmentTrackingInfo``."""

    company: str | None
    number: str | None
    url: str | None


class ShippedView:
    """``FulfillmentLineItem``."""

    typename = "FulfillmentLineItem"

    def __init__(self, asking: Asking, one: Shipped, shown: Shown) -> None:
        self.id = gid("FulfillmentLineItem", one.id)
        self.quantity = one.quantity
        self.original_total_set = shown(one.line.price * one.quantity)
        self.discounted_total_set = shown(sums.share(one.line, sums.line_total(one.line), one.quantity))
        self._made = (asking, one.line, shown)

    def line_item(self) -> LineView:
        return LineView(*self._made)


class FulfilmentView:
    """``Fulfillment``."""

    typename = "Fulfillment"
    delivered_at = None
    estimated_delivery_at = None
    in_transit_at = None

    def __init__(self, asking: Asking, one: Fulfilment, shown: Shown) -> None:
        self._asking = asking
        self._fulfilment = one
        self._shown = shown
        self.id = gid("Fulfillment", one.id)
        self.legacy_resource_id = str(one.id)
        self.name = one.name
        self.status = one.status
        self.display_status = one.display_status
        self.created_at = always(one.created)
        self.updated_at = always(one.updated)

    def requires_shipping(self) -> bool:
        return any(shipped.line.requires_shipping for shipped in self._fulfilment.lines)

    def total_quantity(self) -> int:
        return sum(shipped.quantity for shipped in self._fulfilment.lines)

    def location(self) -> LocationView:
        number, name = self._asking.store.locations[0]
        return LocationView(number, name)

    def tracking_info(self, first: int | None = None) -> list[TrackingView]:
        return [TrackingView(*one) for one in self._fulfilment.tracking[:first]]

    def fulfillment_line_items(self, **window: Any) -> Connection[ShippedView]:
        return listed(
            self._fulfilment.lines,
            Window(**window),
            lambda one: ShippedView(self._asking, one, self._shown),
        )
