"""The demo's Shopify shop, many orders at once, and a sandbox of both kinds."""

from collections import Counter
from typing import Any

import httpx
import pytest

from stogly_tui.sandbox import Sandbox, ShopifyStore, Store, WooStore, backfill, demo_stores, fill
from tests.sandbox.shopify_support import Client, shop
from tests.sandbox.support import MOMENT, eventually

_DAY = 86_400


def _nl(seed: int = 7) -> ShopifyStore:
    store = demo_stores(seed, orders=None, now=MOMENT)[-1]
    assert isinstance(store, ShopifyStore)
    return store


def _main() -> WooStore:
    (store,) = (one for one in demo_stores(7, orders=3, now=MOMENT) if one.slug == "main")
    assert isinstance(store, WooStore)
    return store


@pytest.fixture(scope="module")
def wires() -> list[dict[str, Any]]:
    store = _nl()
    return [store.wire(order_id) for order_id in store.orders.ids()]


def test_the_demo_is_the_same_for_the_same_seed(wires: list[dict[str, Any]]) -> None:
    one, other = _nl(), _nl(8)
    assert [one.wire(order_id) for order_id in one.orders.ids()] == wires
    assert (one.shop_id, one.credentials) != (other.shop_id, other.credentials)
    assert other.wire(other.orders.ids()[0]) != wires[0]


def test_the_demo_s_orders_are_of_every_kind(wires: list[dict[str, Any]]) -> None:
    assert len(wires) == 120
    financial = Counter(one["displayFinancialStatus"] for one in wires)
    assert {"PAID", "PENDING", "AUTHORIZED", "REFUNDED", "PARTIALLY_REFUNDED"} <= set(financial)
    assert {"FULFILLED", "PARTIALLY_FULFILLED", "UNFULFILLED"} == {
        one["displayFulfillmentStatus"] for one in wires
    }
    assert {"EUR", "SEK", "GBP"} == {one["presentmentCurrencyCode"] for one in wires}
    assert all(one["taxesIncluded"] for one in wires)
    for kind in (
        lambda one: one["cancelledAt"],
        lambda one: one["edited"],
        lambda one: one["customer"] is None,
        lambda one: one["discountCodes"],
        lambda one: shop(one["totalTipReceivedSet"]),
        lambda one: "gift_card" in one["paymentGatewayNames"],
        lambda one: one["fulfillments"] and one["fulfillments"][0]["trackingInfo"][0]["number"],
    ):
        assert 1 < sum(bool(kind(one)) for one in wires) < 60
    assert financial["PAID"] > 50
    times = [one["createdAt"] for one in wires]
    assert times == sorted(times)
    assert "2026-10-22" <= times[0] < times[-1] < "2026-11-21T17"


def test_what_it_sold_is_at_the_destination_but_for_one_ware(wires: list[dict[str, Any]]) -> None:
    known = set(_main().products.sellable_skus())
    lines = [line for one in wires for line in one["lineItems"]["nodes"] if line["sku"]]
    unknown = {line["sku"] for line in lines} - known
    assert unknown == {"HOM-LMP"}
    assert sum(line["sku"] in unknown for line in lines) < len(lines) / 10


def test_its_totals_add_up(wires: list[dict[str, Any]]) -> None:
    for one in wires:
        lines = sum(shop(line["originalTotalSet"]) for line in one["lineItems"]["nodes"])
        whole = lines + shop(one["totalShippingPriceSet"]) - shop(one["totalDiscountsSet"])
        assert whole == shop(one["totalPriceSet"]), one["name"]


@pytest.mark.parametrize("store", [WooStore("Woo", slug="w"), ShopifyStore("Shopify", slug="s")])
def test_many_old_orders_are_spread_over_their_days(store: Store) -> None:
    backfill(store, 2_000, now=MOMENT, days=(400, 30))
    assert len(store.orders) == 2_000
    at = (
        [one.created for one in store.orders.all()]
        if isinstance(store, ShopifyStore)
        else [one["created"] for one in store.orders.records.values()]
    )
    assert MOMENT - 402 * _DAY < min(at) < MOMENT - 398 * _DAY
    assert MOMENT - 31 * _DAY < max(at) <= MOMENT - 30 * _DAY


def test_a_page_of_many_orders_is_whole() -> None:
    store = ShopifyStore("Big", slug="big", bucket=1e6)
    backfill(store, 2_000, now=MOMENT)
    query = """{ orders(first: 250, sortKey: UPDATED_AT, query: "updated_at:>='2026-06-01'") {
      nodes { id updatedAt } pageInfo { endCursor } } }"""
    with Sandbox([store]), httpx.Client(trust_env=False) as http:
        client = Client(store, http=http)
        page = client.ask(query)["orders"]
        assert len(page["nodes"]) == 250
        assert client.ask("{ ordersCount(limit: null) { count } }")["ordersCount"]["count"] == 2_000


def test_copies_are_orders_of_their_own() -> None:
    for store in (ShopifyStore("Copies", slug="c"), WooStore("Woo copies", slug="wc")):
        backfill(store, 210, now=MOMENT)
        ids = store.orders.ids()
        assert len(ids) == len(set(ids)) == 210
        if isinstance(store, ShopifyStore):
            store.update(ids[-1], note="only here")
            store.fulfil(ids[-1])
            wires = [store.wire(one) for one in ids]
            assert sum(one["note"] == "only here" for one in wires) == 1
            assert sum(one["displayFulfillmentStatus"] == "FULFILLED" for one in wires) == 1
            lines = [line["id"] for one in wires for line in one["lineItems"]["nodes"]]
            assert len(lines) == len(set(lines))
        else:
            store.orders.update(ids[-1], {"customer_note": "only here"})
            assert sum(store.orders.wire(one)["customer_note"] == "only here" for one in ids) == 1


def test_filling_spreads_paid_orders_over_the_days_asked_for() -> None:
    store = ShopifyStore("Filled", slug="f")
    fill(store, 10, now=MOMENT, days=(20, 10))
    assert {one["displayFinancialStatus"] for one in map(store.wire, store.orders.ids())} == {"PAID"}
    assert [(MOMENT - one.created) // _DAY for one in store.orders.all()] == list(range(20, 10, -1))


def test_both_kinds_stand_beside_each_other() -> None:
    stores = demo_stores(7, orders=3)
    with Sandbox(stores) as sandbox:
        assert [slug for slug, _ in sandbox.tick()] == ["retail", "outlet", "nl"]
        assert sandbox.shopify("nl").base_url == sandbox.url("nl") == f"{sandbox.root}/nl"
        assert set(sandbox.credentials("nl")) == {"access_token", "client_secret"}
        assert set(sandbox.credentials("main")) == {"consumer_key", "consumer_secret"}
        with pytest.raises(TypeError, match="nl is no WooStore"):
            sandbox.store("nl")
        with pytest.raises(TypeError, match="main is no ShopifyStore"):
            sandbox.shopify("main")
        sandbox.live(0.01)
        eventually(lambda: len(sandbox.shopify("nl").orders) > 5)


def test_another_process_steers_it(sandbox: Sandbox, nl: ShopifyStore) -> None:
    with httpx.Client(base_url=sandbox.control_url(nl.slug), trust_env=False) as control:
        ids = control.post("/orders", json={"count": 3}).json()["ids"]
        assert ids == nl.orders.ids()
        nl.update(ids[0], source_identifier="key")
        assert control.get("/created", params={"created_via": "key"}).json() == {"ids": ids[:1]}
        edited = control.post(f"/orders/{ids[0]}", json={"action": "edit", "changes": {"note": "hello"}})
        assert edited.json()["note"] == "hello"
        cancelled = control.post(f"/orders/{ids[0]}", json={"action": "cancel"}).json()
        assert cancelled["cancelReason"] == "CUSTOMER"
        assert control.post(f"/orders/{ids[1]}", json={"action": "delete"}).json() is None
        assert control.post(f"/orders/{ids[1]}", json={"action": "pay"}).status_code == 404
        assert control.post(f"/orders/{ids[2]}", json={"action": "dance"}).status_code == 400
        fault = {"kind": "status", "on": "query shop", "code": 503}
        assert control.post("/faults", json=fault).json()["store"] == nl.slug
        client = Client(nl)
        assert client.post("{ shop { name } }").status_code == 503
        assert control.get("/requests").json()[-1]["status"] == 503
        client.ask("{ shop { name } }")
        assert control.get("/use").json()["spent"] == 1
        control.delete("/faults")
