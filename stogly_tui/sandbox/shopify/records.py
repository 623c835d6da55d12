"""What the simulated shop remembers: products, customers, and orders with everything that hangs on them.

Times are whole seconds since 1970, as the API tells no more. What can be computed is not kept; see `sums`.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from stogly_tui.sandbox.shopify.money import ZERO, Money


@dataclass(slots=True)
class Variant:
    """A variant that is sold, and the product it belongs to."""

    id: int
    product_id: int
    title: str
    sku: str
    price: Decimal
    created: int
    variant_title: str = "Default Title"
    requires_shipping: bool = True
    gift_card: bool = False
    taxable: bool = True
    quantity: int = 100
    deny_when_out: bool = False
    vendor: str = ""
    updated: int = 0


@dataclass(slots=True)
class Customer:
    """A customer of the shop."""

    id: int
    created: int
    email: str | None = None
    phone: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    orders: int = 0


@dataclass(slots=True)
class Address:
    """A postal address as orders carry it."""

    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    zip: str | None = None
    province: str | None = None
    province_code: str | None = None
    country: str | None = None
    country_code: str | None = None
    phone: str | None = None
    id: int = 0


@dataclass(slots=True)
class Tax:
    """A tax line; the rate is a fraction."""

    title: str
    rate: Decimal
    amount: Money


@dataclass(slots=True)
class Discount:
    """A part of a discount that falls on one line."""

    amount: Money
    by_code: bool


@dataclass(slots=True)
class Line:
    """A line of an order. ``removed`` units left it before they were shipped, ``returned`` ones afterwards."""

    id: int
    title: str
    quantity: int
    price: Money
    sku: str | None = None
    variant_id: int | None = None
    product_id: int | None = None
    variant_title: str | None = None
    vendor: str | None = None
    requires_shipping: bool = True
    gift_card: bool = False
    taxable: bool = True
    is_tip: bool = False
    discounts: list[Discount] = field(default_factory=list)
    taxes: list[Tax] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    fulfilled: int = 0
    removed: int = 0
    returned: int = 0

    @property
    def current(self) -> int:
        """Units still on the order."""
        return self.quantity - self.removed - self.returned

    @property
    def unfulfilled(self) -> int:
        """Units still to be shipped."""
        return 0 if self.is_tip else self.quantity - self.removed - self.fulfilled


@dataclass(slots=True)
class Carriage:
    """A shipping line."""

    id: int
    title: str
    price: Money
    code: str | None = None
    source: str | None = "shopify"
    discounts: list[Discount] = field(default_factory=list)
    taxes: list[Tax] = field(default_factory=list)
    refunded: Money = ZERO


@dataclass(slots=True)
class Payment:
    """A transaction."""

    id: int
    kind: str
    status: str
    gateway: str
    amount: Money
    created: int
    parent_id: int | None = None
    test: bool = False


@dataclass(slots=True)
class RefundedLine:
    """Units of a line that were refunded."""

    id: int
    line: Line
    quantity: int
    restock: str
    subtotal: Money
    tax: Money


@dataclass(slots=True)
class RefundedCarriage:
    """Shipping that was refunded."""

    id: int
    carriage: Carriage
    amount: Money
    tax: Money


@dataclass(slots=True)
class Adjustment:
    """Money refunded for nothing in particular, negative."""

    id: int
    amount: Money
    reason: str = "REFUND_DISCREPANCY"


@dataclass(slots=True)
class Refund:
    """One refund; without payments when nothing had been paid."""

    id: int
    created: int
    note: str = ""
    lines: list[RefundedLine] = field(default_factory=list)
    carriage: list[RefundedCarriage] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)


@dataclass(slots=True)
class Shipped:
    """Units of a line in a fulfilment."""

    id: int
    line: Line
    quantity: int


@dataclass(slots=True)
class Fulfilment:
    """One parcel, or several, that left together."""

    id: int
    name: str
    created: int
    updated: int
    lines: list[Shipped]
    tracking: list[tuple[str | None, str | None, str | None]]
    status: str = "SUCCESS"
    display_status: str = "FULFILLED"


@dataclass(slots=True)
class Metafield:
    """A value an app hung on an order."""

    id: int
    namespace: str
    key: str
    type: str
    value: str
    created: int


@dataclass(slots=True)
class Fee:
    """Something the order costs besides goods and shipping."""

    id: int
    name: str
    amount: Money
    taxes: list[Tax] = field(default_factory=list)


@dataclass(slots=True)
class Order:
    """An order. `financial` and `fulfilment`, when set, are shown whatever follows from the rest."""

    id: int
    number: int
    name: str
    created: int
    updated: int
    processed: int
    currency: str
    presentment: str
    taxes_included: bool
    lines: list[Line]
    carriage: list[Carriage] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    fulfilments: list[Fulfilment] = field(default_factory=list)
    taxes: list[Tax] = field(default_factory=list)
    customer: Customer | None = None
    email: str | None = None
    phone: str | None = None
    billing: Address | None = None
    shipping: Address | None = None
    note: str | None = None
    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    metafields: list[Metafield] = field(default_factory=list)
    discount_code: str | None = None
    source_name: str | None = "web"
    source_identifier: str | None = None
    source_url: str | None = None
    po_number: str | None = None
    cancelled: int | None = None
    cancel_reason: str | None = None
    staff_note: str | None = None
    closed: int | None = None
    test: bool = False
    edited: bool = False
    first_total: Money | None = None
    duties: Money | None = None
    fees: list[Fee] = field(default_factory=list)
    cash_rounding: Money = ZERO
    financial: str | None = None
    fulfilment: str | None = None
    has_no_financial_status: bool = False
    return_status: str = "NO_RETURN"
    risk: str = "ACCEPT"
