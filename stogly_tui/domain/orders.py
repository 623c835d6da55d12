"""An order as a channel gives it, once the platform's own words are translated."""

from dataclasses import dataclass, field
from datetime import datetime

from stogly_tui.domain.states import ChargeKind, PaymentStatus


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address with the person's contact; every part may be blank."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing is known of the place."""
        return not (self.line1 or self.city or self.postcode or self.country)


@dataclass(frozen=True, slots=True)
class IncomingLine:
    """One line of an order. Amounts are net minor units for the whole line; quantities count pieces."""

    remote_id: str
    sku: str
    name: str
    ordered: int
    total: int
    tax: int = 0
    subtotal: int = 0
    product_ref: str = ""
    cancelled: int = 0
    fulfilled: int = 0
    shipped: int = 0
    delivered: int = 0
    returned: int = 0
    is_physical: bool = True
    odd: str = ""
    """What about this line cannot be kept exactly, for example a fractional quantity; blank when nothing."""


@dataclass(frozen=True, slots=True)
class IncomingCharge:
    """Money on an order that belongs to no line; discounts are negative. Net minor units."""

    kind: ChargeKind
    name: str
    amount: int
    tax: int = 0


@dataclass(frozen=True, slots=True)
class IncomingOrder:
    """One order at one moment, as its channel tells it.

    ``incarnation`` tells two orders apart that had the same ``remote_id`` at different times.
    ``reference`` is what the channel says made the order: our own push reference when it is an echo.
    """

    remote_id: str
    incarnation: str
    number: str
    currency: str
    total: int
    placed_at: datetime
    modified_at: datetime
    remote_status: str
    payment: PaymentStatus
    confirmed: bool
    is_draft: bool = False
    is_trashed: bool = False
    is_cancelled: bool = False
    paid_at: datetime | None = None
    ship_by: datetime | None = None
    tax: int = 0
    prices_include_tax: bool = False
    refunded: int = 0
    customer: str = ""
    email: str = ""
    phone: str = ""
    note: str = ""
    payment_method: str = ""
    tags: tuple[str, ...] = ()
    reference: str = ""
    financial_status: str = ""
    """The channel's own word for where the money is, lower case; blank where it has none."""
    fulfilment_status: str = ""
    """The channel's own word for how far it is fulfilled, lower case; blank where it has none."""
    presentment_currency: str = ""
    """What the buyer saw and paid in, where the channel tells two currencies; `presentment_total` in its minor units."""
    presentment_total: int | None = None
    billing: Address = field(default_factory=Address)
    shipping: Address = field(default_factory=Address)
    lines: tuple[IncomingLine, ...] = ()
    charges: tuple[IncomingCharge, ...] = ()
    unknown: tuple[str, ...] = ()
    """Values this release does not know, kept in words: ``status=in-transit``."""

    @property
    def sum_of_parts(self) -> int:
        """What lines, charges and taxes add up to, in minor units; the channel's ``total`` should equal it."""
        lines = sum(line.total + line.tax for line in self.lines)
        return lines + sum(charge.amount + charge.tax for charge in self.charges)
