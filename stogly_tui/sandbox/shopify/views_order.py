"""An order as GraphQL shows it. Every field is computed when it is asked for, and only then."""

from typing import Any

from stogly_tui.sandbox.shopify import sums
from stogly_tui.sandbox.shopify.asking import Answer, Asking, Bag, always, bag, gid, moment
from stogly_tui.sandbox.shopify.money import ZERO, Money
from stogly_tui.sandbox.shopify.paging import Connection, Window, listed
from stogly_tui.sandbox.shopify.records import Address, Line, Metafield, Order, Tax
from stogly_tui.sandbox.shopify.views_line import CarriageView, FeeView, LineView, Pair, TaxView, tax_views
from stogly_tui.sandbox.shopify.views_people import AddressView, CustomerView, MetafieldView
from stogly_tui.sandbox.shopify.views_trade import FulfilmentView, PaymentView, RefundView


class OrderView:
    """``Order``. Fields are methods of the field's name; see the schema for what each is."""

    typename = "Order"

    def __init__(self, asking: Asking, order: Order) -> None:
        self._asking = asking
        self._order = order
        self.id = gid("Order", order.id)
        self.legacy_resource_id = str(order.id)
        self.name = order.name
        self.number = order.number
        self.note = order.note
        self.tags = sorted(order.tags)
        self.test = order.test
        self.edited = order.edited
        self.currency_code = order.currency
        self.presentment_currency_code = order.presentment
        self.taxes_included = order.taxes_included
        self.source_name = order.source_name
        self.source_identifier = order.source_identifier
        self.registered_source_url = order.source_url
        self.po_number = order.po_number
        self.cancel_reason = order.cancel_reason
        self.return_status = order.return_status
        self.discount_code = order.discount_code
        self.customer_locale = "en"
        self.confirmed = True
        self.duties_included = False
        self.tax_exempt = False

    def shown(self, amount: Money) -> Bag:
        """An amount in the order's two currencies."""
        return bag(amount, self._order.currency, self._order.presentment)

    def created_at(self) -> str:
        return always(self._order.created)

    def updated_at(self) -> str:
        return always(self._order.updated)

    def processed_at(self) -> str:
        return always(self._order.processed)

    def cancelled_at(self) -> str | None:
        return moment(self._order.cancelled)

    def closed_at(self) -> str | None:
        return moment(self._order.closed)

    def closed(self) -> bool:
        return self._order.closed is not None

    def cancellation(self) -> Answer | None:
        return None if self._order.cancelled is None else Answer(staff_note=self._order.staff_note)

    def risk(self) -> Answer:
        return Answer(recommendation=self._order.risk)

    def discount_codes(self) -> list[str]:
        return [self._order.discount_code] if self._order.discount_code else []

    def additional_fees(self) -> list[FeeView]:
        return [FeeView(one, self.shown) for one in self._order.fees]

    def current_total_additional_fees_set(self) -> Bag | None:
        return self.shown(sums.fees(self._order)) if self._order.fees else None

    def current_total_duties_set(self) -> Bag | None:
        return None if self._order.duties is None else self.shown(self._order.duties)

    def total_cash_rounding_adjustment(self) -> Answer:
        return Answer(payment_set=self.shown(self._order.cash_rounding), refund_set=self.shown(ZERO))

    def custom_attributes(self) -> list[Pair]:
        return [Pair(key, value) for key, value in self._order.attributes]

    def display_financial_status(self) -> str | None:
        return sums.financial_status(self._order)

    def display_fulfillment_status(self) -> str:
        return sums.fulfilment_status(self._order)

    def fully_paid(self) -> bool:
        return sums.outstanding(self._order).shop <= 0

    def unpaid(self) -> bool:
        return sums.received(self._order).shop <= 0

    def capturable(self) -> bool:
        return sums.capturable(self._order).shop > 0

    def refundable(self) -> bool:
        return (sums.received(self._order) - sums.refunded(self._order)).shop > 0

    def fulfillable(self) -> bool:
        return any(line.unfulfilled for line in self._order.lines)

    def requires_shipping(self) -> bool:
        return any(line.requires_shipping for line in self._order.lines)

    def email(self) -> str | None:
        self._asking.need_approval("email")
        return self._order.email

    def phone(self) -> str | None:
        self._asking.need_approval("phone")
        return self._order.phone

    def customer(self) -> CustomerView | None:
        self._asking.need("read_customers", "customer")
        self._asking.need_approval("customer")
        return None if self._order.customer is None else CustomerView(self._order.customer)

    def billing_address(self) -> AddressView | None:
        return self._address("billingAddress", self._order.billing)

    def shipping_address(self) -> AddressView | None:
        return self._address("shippingAddress", self._order.shipping)

    def display_address(self) -> AddressView | None:
        return self._address("displayAddress", self._order.shipping or self._order.billing)

    def billing_address_matches_shipping_address(self) -> bool:
        return self._order.billing == self._order.shipping

    def line_items(self, **window: Any) -> Connection[LineView]:
        return listed(self._lines(), Window(**window), lambda line: LineView(self._asking, line, self.shown))

    def subtotal_line_items_quantity(self) -> int:
        return sum(line.quantity for line in self._order.lines if not line.is_tip)

    def current_subtotal_line_items_quantity(self) -> int:
        return sum(line.current for line in self._order.lines if not line.is_tip)

    def shipping_line(self) -> CarriageView | None:
        return CarriageView(self._order.carriage[0], self.shown) if self._order.carriage else None

    def shipping_lines(
        self, *, include_removals: bool | None = None, **window: Any
    ) -> Connection[CarriageView]:
        del include_removals  # shipping lines are never removed here
        return listed(self._order.carriage, Window(**window), lambda one: CarriageView(one, self.shown))

    def tax_lines(self) -> list[TaxView]:
        return tax_views(self._taxes("ordered"), self.shown)

    def current_tax_lines(self) -> list[TaxView]:
        return tax_views(self._taxes("current"), self.shown)

    def metafield(self, key: str, namespace: str | None = None) -> MetafieldView | None:
        wanted = (namespace or "custom", key)
        found = (one for one in self._order.metafields if (one.namespace, one.key) == wanted)
        return next((MetafieldView(one) for one in found), None)

    def metafields(
        self, *, namespace: str | None = None, keys: list[str] | None = None, **window: Any
    ) -> Connection[MetafieldView]:
        def is_wanted(one: Metafield) -> bool:
            names = {one.key, f"{one.namespace}.{one.key}"}
            return namespace in {None, one.namespace} and (keys is None or bool(names & set(keys)))

        wanted = [one for one in self._order.metafields if is_wanted(one)]
        return listed(wanted, Window(**window), MetafieldView)

    def payment_gateway_names(self) -> list[str]:
        return list(dict.fromkeys(one.gateway for one in self._order.payments))

    def transactions(self, first: int | None = None, capturable: bool | None = None) -> list[PaymentView]:
        wanted = self._order.payments
        if capturable:
            wanted = [one for one in wanted if one.kind == "AUTHORIZATION" and self.capturable()]
        return [PaymentView(one, self._order, self.shown) for one in wanted[:first]]

    def refunds(self, first: int | None = None) -> list[RefundView]:
        return [RefundView(self._asking, one, self._order, self.shown) for one in self._order.refunds[:first]]

    def fulfillments(self, first: int | None = None) -> list[FulfilmentView]:
        return [FulfilmentView(self._asking, one, self.shown) for one in self._order.fulfilments[:first]]

    def total_price_set(self) -> Bag:
        return self.shown(sums.grand_total(self._order))

    def original_total_price_set(self) -> Bag:
        return self.shown(self._order.first_total or ZERO)

    def current_total_price_set(self) -> Bag:
        return self.shown(sums.grand_total(self._order, "current"))

    def subtotal_price_set(self) -> Bag:
        return self.shown(sums.subtotal(self._order))

    def current_subtotal_price_set(self) -> Bag:
        return self.shown(sums.subtotal(self._order, "current"))

    def total_tax_set(self) -> Bag:
        return self.shown(sums.tax(self._order))

    def current_total_tax_set(self) -> Bag:
        return self.shown(sums.tax(self._order, "current"))

    def total_discounts_set(self) -> Bag:
        return self.shown(sums.reduced(self._order))

    def current_total_discounts_set(self) -> Bag:
        return self.shown(sums.reduced(self._order, "current"))

    def total_shipping_price_set(self) -> Bag:
        return self.shown(sums.shipping(self._order))

    def current_shipping_price_set(self) -> Bag:
        return self.shown(sums.current_shipping(self._order))

    def total_tip_received_set(self) -> Bag:
        return self.shown(sums.tips(self._order))

    def total_received_set(self) -> Bag:
        return self.shown(sums.received(self._order))

    def total_refunded_set(self) -> Bag:
        return self.shown(sums.refunded(self._order))

    def total_refunded_shipping_set(self) -> Bag:
        given_back = ZERO
        for one in self._order.carriage:
            given_back = given_back + one.refunded
        return self.shown(given_back)

    def refund_discrepancy_set(self) -> Bag:
        return self.shown(ZERO - sums.discrepancy(self._order))

    def net_payment_set(self) -> Bag:
        return self.shown(sums.received(self._order) - sums.refunded(self._order))

    def total_outstanding_set(self) -> Bag:
        return self.shown(sums.outstanding(self._order))

    def total_capturable_set(self) -> Bag:
        return self.shown(sums.capturable(self._order))

    def _lines(self) -> list[Line]:
        shows_tips = self._asking.store.tips_are_lines
        return [line for line in self._order.lines if shows_tips or not line.is_tip]

    def _address(self, name: str, address: Address | None) -> AddressView | None:
        self._asking.need_approval(name)
        return None if address is None else AddressView(address)

    def _taxes(self, which: sums.Which) -> list[Tax]:
        """Those of all lines, alike ones summed up."""
        if self._order.taxes:
            return self._order.taxes
        summed: dict[tuple[str, Any], Money] = {}
        for line in self._order.lines:
            units = line.quantity if which == "ordered" else line.current
            for tax in line.taxes:
                key = (tax.title, tax.rate)
                summed[key] = summed.get(key, ZERO) + sums.share(line, tax.amount, units)
        for one in self._order.carriage:
            for tax in one.taxes if which == "ordered" or one.refunded == ZERO else []:
                key = (tax.title, tax.rate)
                summed[key] = summed.get(key, ZERO) + tax.amount
        return [Tax(title, rate, amount) for (title, rate), amount in summed.items()]
