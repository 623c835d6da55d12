"""Customers at work: realistic orders, and what customers and staff do with them afterwards."""

import random
from typing import TYPE_CHECKING, Any

from stogly_tui.sandbox.people import EUROPE, OVERSEAS, Person

if TYPE_CHECKING:
    from stogly_tui.sandbox.shopify.store import ShopifyStore

Json = dict[str, Any]
_QUANTITIES = (1, 1, 1, 1, 1, 2, 2, 3)
_GATEWAYS = ("shopify_payments", "shopify_payments", "paypal", "Klarna")
_NOTES = ("Please leave the parcel with the neighbour.", "It is a gift, no invoice in the parcel please.")
_BRITISH = tuple(person for person in OVERSEAS if person.country == "GB")
_CURRENCY_OF = {"SE": "SEK", "GB": "GBP"}
_ACTIONS = ("pay", "cancel", "complete", "fulfil", "refund", "edit", "delete")


def place_orders(store: "ShopifyStore", count: int) -> list[int]:
    """Have customers place orders now; most pay at once. Answers the ids."""
    with store.lock:
        return [place_order(store, store.random, paid=store.random.random() < 0.88) for _ in range(count)]


def place_order(store: "ShopifyStore", chance: random.Random, *, paid: bool, **wish: Any) -> int:
    """Have one customer check out; answers the id."""
    person: Person = wish.pop("person", None) or chance.choice(EUROPE + _BRITISH)
    currency = _CURRENCY_OF.get(person.country)
    skus = store.products.sellable_skus()
    basket = [
        (sku, chance.choice(_QUANTITIES))
        for sku in chance.sample(skus, min(len(skus), chance.choice((1, 1, 1, 2, 2, 3))))
    ]
    made: Json = {
        "paid": paid,
        "person": person,
        "shipping": chance.choices(("4.90", "12.90", "0.00"), (75, 10, 15))[0],
        "gateway": chance.choice(_GATEWAYS),
        "currency": currency if currency in store.presentment else None,
        "note": chance.choice(_NOTES) if chance.random() < 0.1 else None,
        "discount": "WELCOME10" if chance.random() < 0.08 else None,
    }
    return store.place(basket, **{**made, **wish})


def act(store: "ShopifyStore", order_id: int, action: str, changes: Json) -> None:
    """Do something with an order: pay, cancel, fulfil (complete), refund, edit (with changes) or delete.

    Raises:
        ValueError: there is no such action, or the order does not allow it.
        KeyError: there is no such order.
    """
    if action == "pay":
        store.pay(order_id)
    elif action == "cancel":
        store.cancel(order_id)
    elif action in {"complete", "fulfil"}:
        store.fulfil(order_id)
    elif action == "refund":
        store.refund(order_id)
    elif action == "delete":
        store.delete(order_id)
    elif action == "edit":
        store.update(order_id, **(changes or {"note": "Changed by the customer."}))
    else:
        raise ValueError(f"action must be one of: {', '.join(_ACTIONS)}")
