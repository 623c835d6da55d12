"""Customers at work: realistic orders, and what customers and staff do with them afterwards."""

import random
from decimal import Decimal
from typing import TYPE_CHECKING

from stogly_tui.sandbox import money
from stogly_tui.sandbox.people import EUROPE, OVERSEAS, Person
from stogly_tui.sandbox.totals import net_of
from stogly_tui.sandbox.wire import Json

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import WooStore

_PAYMENTS = (
    ("stripe", "Credit / Debit Card"),
    ("ppcp-gateway", "PayPal"),
    ("klarna_payments", "Klarna"),
    ("bacs", "Direct bank transfer"),
)
_CARRIAGE = (
    ("flat_rate", "Standard shipping", "4.90"),
    ("flat_rate", "Express shipping", "12.90"),
    ("free_shipping", "Free shipping", "0.00"),
    ("local_pickup", "Local pickup", "0.00"),
)
_NOTES = (
    "Please leave the parcel with the neighbour.",
    "It is a gift, no invoice in the parcel please.",
    "Bitte nicht vor 16 Uhr liefern.",
    "Livrer à la loge de la gardienne, merci.",
    "The doorbell is broken, please call.",
)
_AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
)
_QUANTITIES = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 6)


def place_orders(store: "WooStore", count: int) -> list[int]:
    """Have customers place orders now; most pay at once. Answers the ids."""
    with store.lock:
        return [place_order(store, store.random, paid=store.random.random() < 0.85) for _ in range(count)]


def place_order(store: "WooStore", chance: random.Random, *, paid: bool, person: Person | None = None) -> int:
    """Have one customer check out; answers the id."""
    body = order_body(store, chance, person or chance.choice(_people_of(store)))
    if not paid:
        body |= {"transaction_id": "", "status": "on-hold" if body["payment_method"] == "bacs" else "pending"}
    order_id = store.orders.create({"set_paid": paid, **body}, checked=False, created_via="checkout")
    order = store.orders.record(order_id)
    order["customer_ip_address"] = f"203.0.113.{chance.randrange(1, 255)}"
    order["customer_user_agent"] = chance.choice(_AGENTS)
    order["cart_hash"] = f"{chance.getrandbits(128):032x}"
    return order_id


def order_body(store: "WooStore", chance: random.Random, person: Person) -> Json:
    """An order as a checkout would send it."""
    method, title = chance.choice(_PAYMENTS)
    reference = "" if method == "bacs" else f"{method[:2]}_{chance.getrandbits(72):018x}"
    body: Json = {
        "billing": person.billing(),
        "shipping": person.shipping(),
        "payment_method": method,
        "payment_method_title": title,
        "transaction_id": reference,
        "line_items": _basket(store, chance),
        "shipping_lines": [_carriage(store, chance)],
    }
    if chance.random() < 0.12:
        body["customer_note"] = chance.choice(_NOTES)
    if chance.random() < 0.06:
        body["fee_lines"] = [{"name": "Gift wrapping", "total": "2.50"}]
    if store.coupons and chance.random() < 0.10:
        body["coupon_lines"] = [{"code": chance.choice(sorted(store.coupons))}]
    if chance.random() < 0.5:
        body["meta_data"] = [{"key": "_wc_order_attribution_utm_source", "value": "google"}]
    return body


def act(store: "WooStore", order_id: int, action: str, changes: Json) -> None:
    """Do something with an order as a customer or the shop's staff would: pay, cancel, complete, edit, trash.

    Raises:
        ValueError: there is no such action.
        WooError: there is no such order.
    """
    if action == "trash":
        store.orders.trash(order_id)
    elif action == "edit":
        store.orders.update(order_id, changes or {"customer_note": "Changed by the customer."})
    elif action in _STATUS_AFTER:
        store.orders.update(order_id, {"status": _STATUS_AFTER[action]})
    else:
        raise ValueError(f"action must be one of: edit, trash, {', '.join(_STATUS_AFTER)}")


_STATUS_AFTER = {"pay": "processing", "cancel": "cancelled", "complete": "completed"}


def _people_of(store: "WooStore") -> tuple[Person, ...]:
    return OVERSEAS if store.country == "US" else EUROPE


def _basket(store: "WooStore", chance: random.Random) -> list[Json]:
    sellable = store.products.sellable_skus()
    count = min(len(sellable), chance.choice((1, 1, 1, 2, 2, 3, 4)))
    return [{"sku": sku, "quantity": chance.choice(_QUANTITIES)} for sku in chance.sample(sellable, count)]


def _carriage(store: "WooStore", chance: random.Random) -> Json:
    method, title, price = chance.choices(_CARRIAGE, (70, 12, 14, 4))[0]
    return {
        "method_id": method,
        "method_title": title,
        "total": money.text(net_of(store, Decimal(price), "")),
    }
