"""Who an order that came through the API is from, and where it goes."""

from typing import TYPE_CHECKING, Any

from stogly_tui.sandbox.shopify.asking import number_of
from stogly_tui.sandbox.shopify.placing import COUNTRIES
from stogly_tui.sandbox.shopify.records import Address, Customer, Order

if TYPE_CHECKING:
    from stogly_tui.sandbox.shopify.store import ShopifyStore

Json = dict[str, Any]


def attach(store: "ShopifyStore", order: Order, raw: Json) -> None:
    """Put addresses, contact and customer of an ``OrderCreateOrderInput`` on its order."""
    order.email, order.phone = raw.get("email"), raw.get("phone")
    order.billing = _address(store, raw.get("billingAddress"))
    order.shipping = _address(store, raw.get("shippingAddress"))
    order.customer = _customer(store, raw)
    if order.customer is not None:
        order.customer.orders += 1
        order.email = order.email or order.customer.email


def _customer(store: "ShopifyStore", raw: Json) -> Customer | None:
    given = raw.get("customer") or {}
    upsert, associate = given.get("toUpsert"), given.get("toAssociate")
    if raw.get("customerId"):
        associate = {"id": raw["customerId"]}
    if associate is not None:
        return _known(store, associate)
    if upsert is None:
        return None
    found = _known(store, upsert)
    return found or store.customer(
        upsert.get("email"), upsert.get("firstName"), upsert.get("lastName"), upsert.get("phone")
    )


def _known(store: "ShopifyStore", raw: Json) -> Customer | None:
    number = number_of(raw["id"], "Customer") if raw.get("id") else None
    return next(
        (
            one
            for one in store.customers
            if one.id == number or (number is None and raw.get("email") and one.email == raw["email"])
        ),
        None,
    )


def _address(store: "ShopifyStore", raw: Json | None) -> Address | None:
    if raw is None:
        return None
    code = raw.get("countryCode")
    return Address(
        raw.get("firstName"),
        raw.get("lastName"),
        raw.get("company"),
        raw.get("address1"),
        raw.get("address2"),
        raw.get("city"),
        raw.get("zip"),
        raw.get("province") or raw.get("provinceCode"),
        raw.get("provinceCode"),
        COUNTRIES.get(code, code) if code else raw.get("country"),
        code or next((key for key, name in COUNTRIES.items() if name == raw.get("country")), None),
        raw.get("phone"),
        store.orders.next_id(),
    )
