"""A customer at the checkout: lines with taxes and discounts, payments, and the order made of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from stogly_tui.sandbox.people import EUROPE, Person
from stogly_tui.sandbox.shopify import acts, sums
from stogly_tui.sandbox.shopify.money import Money, exact, rounded
from stogly_tui.sandbox.shopify.records import (
    Address,
    Carriage,
    Customer,
    Discount,
    Line,
    Order,
    Tax,
    Variant,
)

if TYPE_CHECKING:
    from stogly_tui.sandbox.shopify.store import ShopifyStore

Wanted = Sequence[tuple[str, int]]
Where = Person | Address | None
COUNTRIES = {
    "AT": "Austria",
    "CZ": "Czech Republic",
    "DE": "Germany",
    "DK": "Denmark",
    "ES": "Spain",
    "FR": "France",
    "GB": "United Kingdom",
    "GR": "Greece",
    "HU": "Hungary",
    "IE": "Ireland",
    "IT": "Italy",
    "NL": "Netherlands",
    "PL": "Poland",
    "PT": "Portugal",
    "SE": "Sweden",
    "US": "United States",
}
SOMEBODY = EUROPE[0]
"""Who orders when it does not matter who."""


@dataclass(frozen=True)
class Wish:
    """How an order is placed; see `ShopifyStore.place` for each."""

    paid: bool = True
    authorized: bool = False
    currency: str | None = None
    shipping: str | None = "4.90"
    discount: str | None = None
    percent: Decimal = Decimal(10)
    tip: str | None = None
    gift_card: str | None = None
    gateway: str = "shopify_payments"
    email: str | None = None
    phone: str | None = None
    guest: bool = False
    person: Where = SOMEBODY
    tags: Sequence[str] = ()
    note: str | None = None
    attributes: Sequence[tuple[str, str]] = ()
    source_name: str = "web"
    test: bool = False


def place(store: "ShopifyStore", wanted: Wanted, wish: Wish) -> Order:
    """Make the order and keep it."""
    now = store.now()
    number, count = store.orders.next_order_id()
    currency = wish.currency or store.currency
    order = Order(
        number, count, f"#{count}", now, now, now, store.currency, currency, store.taxes_included, []
    )
    order.lines = [store.line(sku, units, order) for sku, units in wanted]
    order.tags, order.note, order.test = list(wish.tags), wish.note, wish.test
    order.attributes = list(wish.attributes)
    order.source_name = wish.source_name
    _who(store, order, wish)
    if wish.shipping is not None:
        order.carriage = [_carriage(store, order, Decimal(wish.shipping))]
    if wish.discount:
        order.discount_code = wish.discount
        for line in order.lines:
            reduce_by_percent(line, wish.percent)
    for line in order.lines:
        line.taxes = _taxes(store, line.price * line.quantity - sums.discounts(line)) if line.taxable else []
    if wish.tip is not None:
        order.lines.append(tip_line(store, order, Decimal(wish.tip)))
    _pay(store, order, wish)
    store.orders.put(order)
    return order


def line(store: "ShopifyStore", sku: str, units: int, order: Order) -> Line:
    """A line of something the shop sells, with its tax.

    Raises:
        ValueError: the shop does not sell it.
    """
    variant = store.products.by_sku(sku)
    if variant is None:
        raise ValueError(f"{store.name} sells nothing with SKU {sku}")
    made = from_variant(store, variant, units, in_both(store, variant.price, order.presentment))
    if variant.taxable:
        made.taxes = _taxes(store, made.price * units)
    return made


def from_variant(store: "ShopifyStore", variant: Variant, units: int, price: Money) -> Line:
    """A line of a variant, without taxes."""
    has_title = variant.variant_title != "Default Title"
    return Line(
        store.orders.next_id(),
        variant.title,
        units,
        price,
        variant.sku,
        variant.id,
        variant.product_id,
        variant.variant_title if has_title else None,
        variant.vendor or store.name,
        variant.requires_shipping,
        variant.gift_card,
        variant.taxable,
    )


def in_both(store: "ShopifyStore", amount: Decimal, presentment: str) -> Money:
    """A price of the shop in its own currency and in the one presented."""
    exactly = exact(amount, store.currency)
    if presentment == store.currency:
        return Money(exactly, exactly)
    return Money(exactly, rounded(amount * store.presentment[presentment], presentment))


def tip_line(store: "ShopifyStore", order: Order, amount: Decimal) -> Line:
    """A tip, which the order carries as a line that is never shipped."""
    price = in_both(store, amount, order.presentment)
    number = store.orders.next_id()
    return Line(number, "Tip", 1, price, requires_shipping=False, taxable=False, is_tip=True)


def reduce_by_percent(one: Line | Carriage, percent: Decimal) -> None:
    """Take a discount code's percentage off a line."""
    whole = one.price * one.quantity if isinstance(one, Line) else one.price
    one.discounts.append(Discount(whole.part(percent / 100), by_code=True))


def address_of(person: Person) -> Address:
    """Where somebody lives."""
    return Address(
        person.first_name,
        person.last_name,
        person.company or None,
        person.street,
        person.extra or None,
        person.city,
        person.postcode,
        person.state or None,
        person.state or None,
        COUNTRIES.get(person.country, person.country),
        person.country,
        person.phone,
    )


def tax_line(store: "ShopifyStore", taxed: Money) -> Tax:
    """The tax on an amount, contained in it or on top, as the shop has it."""
    rate = store.tax_percent / 100
    return Tax(store.tax_name, rate, taxed.part(rate / (1 + rate) if store.taxes_included else rate))


def _taxes(store: "ShopifyStore", taxed: Money) -> list[Tax]:
    return [tax_line(store, taxed)] if store.tax_percent and taxed.shop else []


def _carriage(store: "ShopifyStore", order: Order, price: Decimal) -> Carriage:
    both = in_both(store, price, order.presentment)
    title = "Standard" if price else "Free shipping"
    return Carriage(store.orders.next_id(), title, both, title, taxes=_taxes(store, both))


def _who(store: "ShopifyStore", order: Order, wish: Wish) -> None:
    person = wish.person
    address = address_of(person) if isinstance(person, Person) else person
    order.email = wish.email
    order.phone = wish.phone
    if isinstance(person, Person) and wish.email is None:
        order.email = person.billing()["email"]
    if address is not None:
        order.billing = replace(address, id=store.orders.next_id())
        order.shipping = replace(address, id=store.orders.next_id())
    if wish.guest:
        return
    first, last = (None, None) if address is None else (address.first_name, address.last_name)
    order.customer = store.customer(order.email, first, last, order.phone)
    if order.customer is not None:
        order.customer.orders += 1


def _pay(store: "ShopifyStore", order: Order, wish: Wish) -> None:
    due = sums.grand_total(order)
    if wish.gift_card is not None:
        card = in_both(store, min(Decimal(wish.gift_card), due.shop), order.presentment)
        order.payments.append(acts.payment(store, order, "SALE", card, "gift_card"))
        due = due - card
    if due.shop <= 0:
        return
    if wish.authorized:
        order.payments.append(acts.payment(store, order, "AUTHORIZATION", due, wish.gateway))
    elif wish.paid:
        order.payments.append(acts.payment(store, order, "SALE", due, wish.gateway))
    else:
        order.payments.append(acts.payment(store, order, "SALE", due, "Bank Deposit", status="PENDING"))


def new_customer(store: "ShopifyStore", email: str | None, first: str | None, last: str | None) -> Customer:
    """A customer who is new to the shop."""
    return Customer(store.orders.next_id(), store.now(), email, None, first, last)
