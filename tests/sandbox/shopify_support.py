"""Words the tests of the Shopify sandbox are written in."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx

from stogly_tui.sandbox import ShopifyStore

Json = dict[str, Any]
VERSION = "2026-10"


@dataclass
class Client:
    """An app that asks a shop over HTTP."""

    store: ShopifyStore
    token: str = ""
    version: str = VERSION
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=5, verify=False, trust_env=False))

    def __post_init__(self) -> None:
        self.token = self.token or self.store.credentials["access_token"]

    def post(self, query: str, variables: Json | None = None) -> httpx.Response:
        """Ask, whatever the answer."""
        return self.http.post(
            f"{self.store.base_url}/admin/api/{self.version}/graphql.json",
            json={"query": query, "variables": variables or {}},
            headers={"X-Shopify-Access-Token": self.token},
        )

    def ask(self, query: str, /, **variables: Any) -> Json:
        """Ask something that is answered; its data."""
        body = self.post(query, variables).json()
        assert "errors" not in body, body
        return dict(body["data"])

    def refused(self, query: str, /, **variables: Any) -> str:
        """Ask something that is refused; the code of the first error."""
        return str(self.post(query, variables).json()["errors"][0]["extensions"]["code"])

    def found(self, query: str | None = None, sort: str = "UPDATED_AT", **window: Any) -> list[int]:
        """The ids a search answers."""
        return [int(one["legacyResourceId"]) for one in self.page(query, sort, **window)["nodes"]]

    def page(self, query: str | None = None, sort: str = "UPDATED_AT", **window: Any) -> Json:
        """A page of orders."""
        asked = {"first": None if "last" in window else 50, **window}
        return dict(self.ask(_ORDERS, query=query, sort=sort, **asked)["orders"])

    def create(self, options: Json | None = None, **order: Any) -> Json:
        """``orderCreate``: its payload."""
        return dict(self.ask(_CREATE, order=order, options=options)["orderCreate"])

    def creates(self, **order: Any) -> int:
        """``orderCreate`` that goes well: the order's id."""
        payload = self.create(**order)
        assert payload["userErrors"] == [], payload
        return int(payload["order"]["legacyResourceId"])


_ORDERS = """query($query: String, $sort: OrderSortKeys, $first: Int, $last: Int, $after: String, $before: String,
  $reverse: Boolean) {
  orders(query: $query, sortKey: $sort, first: $first, last: $last, after: $after, before: $before, reverse: $reverse) {
    nodes { id legacyResourceId name updatedAt } edges { cursor }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
_CREATE = """mutation($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput) {
  orderCreate(order: $order, options: $options) {
    order { id legacyResourceId name }
    userErrors { field message code }
  }
}"""
LINES = [
    {"title": "A thing", "quantity": 1, "priceSet": {"shopMoney": {"amount": "10", "currencyCode": "EUR"}}}
]
"""The least an order needs."""


def gid(order_id: int) -> str:
    """The global id of an order."""
    return f"gid://shopify/Order/{order_id}"


def shop(bag: Json) -> Decimal:
    """What of a MoneyBag is in the shop's currency."""
    return Decimal(bag["shopMoney"]["amount"])


def shown(bag: Json) -> Decimal:
    """What of a MoneyBag the customer saw."""
    return Decimal(bag["presentmentMoney"]["amount"])


def euros(amount: str) -> Json:
    """A MoneyBagInput."""
    return {"shopMoney": {"amount": amount, "currencyCode": "EUR"}}
