"""Customers and staff at work in a store of any kind."""

from typing import Any

from stogly_tui.sandbox import customers
from stogly_tui.sandbox.shopify import ShopifyStore, shoppers
from stogly_tui.sandbox.stores import Store
from stogly_tui.sandbox.wire import Json


def place_orders(store: Store, count: int) -> list[int]:
    """Have customers place orders now; most pay at once. Answers the ids."""
    if isinstance(store, ShopifyStore):
        return shoppers.place_orders(store, count)
    return customers.place_orders(store, count)


def act(store: Store, order_id: int, action: str, changes: Json) -> Any:
    """Do something with an order as a customer or the shop's staff would; the order afterwards.

    Raises:
        ValueError: there is no such action.
        WooError, KeyError: there is no such order.
    """
    if isinstance(store, ShopifyStore):
        shoppers.act(store, order_id, action, changes)
        return store.wire(order_id) if order_id in store.orders else None
    customers.act(store, order_id, action, changes)
    return store.orders.wire(order_id)


def created_via(store: Store, name: str) -> list[int]:
    """The ids of orders an app made under a name: ``created_via``, at Shopify ``sourceIdentifier``."""
    if isinstance(store, ShopifyStore):
        return store.orders.with_source(name)
    return store.orders.created_via(name)
