"""What a store shows to the network: one front for each kind of store, behind which faults and framing are alike."""

from typing import Protocol

from stogly_tui.sandbox.exchange import Exchange
from stogly_tui.sandbox.faults import Fault, Operation
from stogly_tui.sandbox.shopify.front import ShopifyFront
from stogly_tui.sandbox.shopify.store import ShopifyStore
from stogly_tui.sandbox.stores import Store
from stogly_tui.sandbox.wire import Reply
from stogly_tui.sandbox.woo_front import WooFront


class Front(Protocol):
    """One request to a store, and how the store's platform answers it, well or damaged."""

    @property
    def short_path(self) -> str:
        """The path as faults name it."""
        ...

    @property
    def operation(self) -> Operation:
        """Kind and first field of a GraphQL request."""
        ...

    def respond(self, *, key_known: bool) -> Reply:
        """Carry the request out and answer it."""
        ...

    def instead(self, fault: Fault) -> Reply:
        """The reply of a fault that keeps the store from handling the request."""
        ...

    def half_made(self, fault: Fault) -> Reply:
        """Begin to carry the request out and die."""
        ...

    def afterwards(self, fault: Fault, reply: Reply) -> Reply:
        """The reply with a fault's damage to its content."""
        ...

    def shift(self, fault: Fault, reply: Reply) -> None:
        """Touch an order of the page that was just read."""
        ...


def front_of(store: Store, exchange: Exchange, path: str) -> Front:
    """The front of a store, for one request to it."""
    if isinstance(store, ShopifyStore):
        return ShopifyFront(store, exchange, path)
    return WooFront(store, exchange, path)
