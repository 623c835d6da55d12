"""A Shopify shop to the network: one GraphQL endpoint, the addresses of OAuth, and the ways it can be broken."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stogly_tui.sandbox.exchange import Exchange
from stogly_tui.sandbox.faults import Fault, Operation
from stogly_tui.sandbox.shopify import acts, damage, http
from stogly_tui.sandbox.wire import Reply

if TYPE_CHECKING:
    from stogly_tui.sandbox.shopify.store import ShopifyStore


@dataclass(frozen=True)
class ShopifyFront:
    """One request to a shop."""

    store: "ShopifyStore"
    exchange: Exchange
    path: str

    @property
    def short_path(self) -> str:
        """``/graphql`` for the endpoint of any version, else below the shop."""
        return "/graphql" if http.is_graphql(self.path) else self.path

    @property
    def operation(self) -> Operation:
        """Kind and first field of what is asked for."""
        return self.store.operation(self.exchange.body) if http.is_graphql(self.path) else None

    def respond(self, *, key_known: bool) -> Reply:
        """Carry the request out and answer it."""
        exchange = self.exchange
        asked = http.Asked(
            exchange.method,
            self.path,
            exchange.query,
            exchange.body,
            exchange.header("x-shopify-access-token") if key_known else "",
            exchange.header("content-type"),
        )
        return http.respond(self.store, asked)

    def instead(self, fault: Fault) -> Reply:
        """The reply of a fault that keeps the shop from handling the request."""
        return damage.instead(fault)

    def half_made(self, fault: Fault) -> Reply:
        """Die; orders here are made whole or not at all."""
        return damage.instead(fault)

    def afterwards(self, fault: Fault, reply: Reply) -> Reply:
        """The reply with a fault's damage to its content."""
        return damage.afterwards(fault, reply)

    def shift(self, fault: Fault, reply: Reply) -> None:
        """Touch the order the fault names, or the first of the page just read."""
        order = self.store.orders.get(fault.order_id or damage.first_order_id(reply) or 0)
        if order is not None:
            acts.changed(self.store, order)
