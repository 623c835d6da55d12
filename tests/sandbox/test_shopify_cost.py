"""What queries cost, and what happens when that cannot be paid."""

from pathlib import Path

import pytest

from stogly_tui.sandbox import ShopifyStore
from stogly_tui.sandbox.shopify.cost import weight
from tests.sandbox.shopify_support import LINES, Client, Json
from tests.sandbox.support import Clock

WHOLE = (Path(__file__).parent / "whole_orders.graphql").read_text("utf-8")


def _cost(app: Client, query: str, **variables: object) -> Json:
    return dict(app.post(query, dict(variables)).json()["extensions"]["cost"])


def test_more_things_weigh_more_but_not_as_much_more() -> None:
    assert [weight(count) for count in (0, 1, 10, 20, 50, 100, 250)] == [0, 1, 4, 7, 11, 16, 28]


@pytest.mark.parametrize(
    ("query", "asked", "paid"),
    [
        ("{ shop { name currencyCode } }", 1, 1),
        ("{ shop { name primaryDomain { host } plan { displayName } } }", 2, 2),
        ("{ orders(first: 10) { nodes { id tags } } }", 6, 4),
        ("{ orders(first: 10) { edges { node { id } } pageInfo { endCursor } } }", 6, 4),
        ("query { orders(first: 10) { ...Page } } fragment Page on OrderConnection { nodes { id } }", 6, 4),
        ("{ orders(first: 10) { nodes { lineItems(first: 10) { nodes { id } } } } }", 30, 12),
        ("{ orders(first: 10) { nodes { totalPriceSet { shopMoney { amount } } } } }", 6, 4),
        ("{ orders(first: 250) { nodes { id } } }", 30, 4),
        ("{ one: shop { name } two: shop { name } }", 2, 2),
        ("{ ordersCount { count } }", 0, 0),
        ("{ shop { name } orders(first: 10) @include(if: false) { nodes { id } } }", 1, 1),
        ("query($no: Boolean = true) { orders(first: 10) @skip(if: $no) { nodes { id } } }", 0, 0),
    ],
)
def test_prices(nl: ShopifyStore, app: Client, query: str, asked: int, paid: int) -> None:
    for _ in range(3):
        nl.place([("SHIRT", 1), ("MUG", 1)])
    cost = _cost(app, query)
    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (asked, paid)


def test_a_change_costs_ten(nl: ShopifyStore, app: Client) -> None:
    create = "mutation($o: OrderCreateOrderInput!) { orderCreate(order: $o) { userErrors { message } } }"
    cost = _cost(app, create, o={"lineItems": LINES})
    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (10, 10)


def test_fifty_whole_orders_fit_into_one_query_and_a_hundred_do_not(nl: ShopifyStore, app: Client) -> None:
    cost = _cost(app, WHOLE, first=50)
    assert 500 < cost["requestedQueryCost"] < 1000
    reply = app.post(WHOLE, {"first": 100})
    assert reply.status_code == 200
    body = reply.json()
    assert body["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert "data" not in body


def test_the_bucket_empties_and_fills_again(nl: ShopifyStore, app: Client, clock: Clock) -> None:
    nl.bucket.maximum, nl.bucket.restore_rate = 100.0, 10.0
    query = "{ orders(first: 250) { nodes { id } } }"
    for _ in range(30):
        nl.place([("SHIRT", 1)])
    first = _cost(app, query)
    assert first["actualQueryCost"] == 10
    assert first["throttleStatus"] == {
        "maximumAvailable": 100.0,
        "currentlyAvailable": 90,
        "restoreRate": 10.0,
    }
    for _ in range(7):
        _cost(app, query)
    refused = app.post(query)
    assert refused.status_code == 200
    body = refused.json()
    assert "data" not in body
    assert body["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert body["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] == 20
    assert (nl.throttled, nl.cost_spent) == (1, 80)
    clock.forward(1)
    assert "data" in app.post(query).json()
    clock.forward(1000)
    assert _cost(app, "{ shop { name } }")["throttleStatus"]["currentlyAvailable"] == 99


def test_a_change_that_is_throttled_is_not_made(nl: ShopifyStore, app: Client) -> None:
    nl.bucket.take(nl.bucket.available() - 5)
    body = app.post(
        "mutation($o: OrderCreateOrderInput!) { orderCreate(order: $o) { order { id } } }",
        {"o": {"lineItems": LINES}},
    )
    assert body.json()["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert len(nl.orders) == 0


def test_the_standard_plan() -> None:
    store = ShopifyStore("Standard")
    assert (store.bucket.maximum, store.bucket.restore_rate) == (2000.0, 100.0)
