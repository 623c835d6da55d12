"""Reading: pages, searches, and what is said to those who ask wrongly."""

import random
from email.utils import parsedate_to_datetime

import httpx
import pytest

from stogly_tui.sandbox import ShopifyStore
from tests.sandbox.shopify_support import Client, gid
from tests.sandbox.support import MOMENT, Clock


def _placed(nl: ShopifyStore, clock: Clock, count: int, step: float = 10) -> list[int]:
    made = []
    for _ in range(count):
        made.append(nl.place([("SHIRT", 1)]))
        clock.forward(step)
    return made


def test_the_shop_tells_who_it_is(nl: ShopifyStore, app: Client) -> None:
    told = app.ask(
        "{ shop { id name myshopifyDomain currencyCode ianaTimezone taxesIncluded timezoneOffsetMinutes"
        "  primaryDomain { host } plan { publicDisplayName } enabledPresentmentCurrencies }"
        "  currentAppInstallation { accessScopes { handle } } locations(first: 5) { nodes { id name } } }"
    )
    shop = told["shop"]
    assert (shop["name"], shop["currencyCode"], shop["ianaTimezone"]) == ("Test shop", "EUR", "Europe/Berlin")
    assert shop["myshopifyDomain"] == shop["primaryDomain"]["host"] == f"{nl.slug}.myshopify.com"
    assert (shop["timezoneOffsetMinutes"], shop["enabledPresentmentCurrencies"]) == (60, ["EUR", "SEK"])
    handles = {one["handle"] for one in told["currentAppInstallation"]["accessScopes"]}
    assert {"read_orders", "write_orders", "read_all_orders", "read_products"} <= handles


def test_pages_follow_each_other_by_cursor(nl: ShopifyStore, app: Client, clock: Clock) -> None:
    made = _placed(nl, clock, 5)
    first = app.page(first=2)
    second = app.page(first=2, after=first["pageInfo"]["endCursor"])
    last = app.page(first=2, after=second["pageInfo"]["endCursor"])
    read = [int(one["legacyResourceId"]) for page in (first, second, last) for one in page["nodes"]]
    assert read == made
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second, last)] == [True, True, False]
    assert [page["pageInfo"]["hasPreviousPage"] for page in (first, second, last)] == [False, True, True]
    assert first["edges"][-1]["cursor"] == first["pageInfo"]["endCursor"]
    assert app.page(first=2, reverse=True)["nodes"][0]["legacyResourceId"] == str(made[-1])
    assert app.found(last=2) == made[3:]
    assert app.found(last=2, before=last["pageInfo"]["startCursor"]) == made[2:4]


def test_a_cursor_stays_where_it_is_while_orders_move_behind_it(
    nl: ShopifyStore, app: Client, clock: Clock
) -> None:
    made = _placed(nl, clock, 4)
    first = app.page(first=2)
    nl.update(made[0], note="changed")
    assert app.found(first=9, after=first["pageInfo"]["endCursor"]) == [made[2], made[3], made[0]]


def test_orders_of_the_same_second_are_read_once_each(nl: ShopifyStore, app: Client, clock: Clock) -> None:
    made = _placed(nl, clock, 7, step=0)
    read, after = [], None
    while True:
        page = app.page(first=3, after=after)
        read += [int(one["legacyResourceId"]) for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert read == made


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "first: 2, last: 2",
        "first: 251",
        "first: -1",
        'first: 2, after: "nonsense"',
        'first: 2, after: "eyJsYXN0X2lkIjogMSwgImxhc3RfdmFsdWUiOiAieCJ9"',
    ],
)
def test_a_page_that_cannot_be_is_refused(
    nl: ShopifyStore, app: Client, clock: Clock, arguments: str
) -> None:
    _placed(nl, clock, 1)
    given = f"({arguments})" if arguments else ""
    assert app.refused(f"{{ orders{given} {{ nodes {{ id }} }} }}") == "BAD_REQUEST"


def test_searching_by_time(nl: ShopifyStore, app: Client, clock: Clock) -> None:
    one, two, three = _placed(nl, clock, 3)
    assert app.found("updated_at:>='2026-11-21T17:00:10Z'") == [two, three]
    assert app.found("updated_at:>2026-11-21T17:00:10Z") == [three]
    assert app.found("created_at:<='2026-11-21T17:00:10Z'") == [one, two]
    assert app.found('created_at:<"2026-11-21T17:00:10Z"') == [one]
    assert app.found("processed_at:>='2026-11-21T18:00:20+01:00'") == [three]
    assert app.found("updated_at:>='2026-11-21T17:00:05Z' updated_at:<'2026-11-21T17:00:15Z'") == [two]
    assert app.found("updated_at:>='2026-11-21T17:00:05Z' AND updated_at:<'2026-11-21T17:00:15Z'") == [two]
    assert app.found("created_at:>=2026-11-22") == []
    nl.update(one, note="x")
    assert app.found("updated_at:>='2026-11-21T17:00:30Z'") == [one]


def test_a_time_without_an_offset_is_the_shop_s_own(nl: ShopifyStore, app: Client, clock: Clock) -> None:
    (order,) = _placed(nl, clock, 1)
    assert app.found("created_at:'2026-11-21T18:00:00'") == [order]
    assert app.found("created_at:'2026-11-21T17:00:00'") == []


def test_searching_by_status(nl: ShopifyStore, app: Client) -> None:
    paid, pending = nl.place([("SHIRT", 2)]), nl.place([("SHIRT", 1)], paid=False)
    held, gone = nl.place([("SHIRT", 1)], authorized=True), nl.place([("SHIRT", 1)])
    nl.cancel(gone)
    nl.fulfil(paid, [("SHIRT", 1)])
    assert app.found("financial_status:paid", "ID") == [paid]
    assert app.found("financial_status:pending,authorized", "ID") == [pending, held]
    assert app.found("financial_status:refunded", "ID") == [gone]
    assert app.found("fulfillment_status:partial", "ID") == [paid]
    assert app.found("fulfillment_status:unfulfilled", "ID") == [paid, pending, held, gone]
    assert app.found("fulfillment_status:unshipped", "ID") == [pending, held, gone]
    assert app.found("status:open", "ID") == [paid, pending, held]
    assert app.found("status:cancelled", "ID") == [gone]
    assert app.found("-status:cancelled financial_status:paid", "ID") == [paid]
    nl.fulfil(paid)
    assert app.found("fulfillment_status:shipped", "ID") == [paid]


def test_searching_by_what_an_order_is_called(nl: ShopifyStore, app: Client) -> None:
    one = nl.place([("SHIRT", 1)], tags=("Vip", "two words"), email="z@example.com", source_name="pos")
    two = nl.place([("MUG", 1)])
    nl.update(two, source_identifier="a'b:c 1")
    name = nl.orders.record(one).name
    for query in (
        f"name:{name}",
        f"name:'{name.lstrip('#')}'",
        "tag:vip",
        'tag:"two words"',
        f"id:{one}",
        f"id:{gid(one)}",
        "email:z@example.com",
        "source_name:pos",
        "sku:shirt",
        "z@example.com",
        "tag_not:x sku:SHIRT",
        "(tag:nobody OR tag:vip) AND NOT source_name:web",
    ):
        assert app.found(query) == [one], query
    assert app.found(f"id:>{one}") == [two]
    assert app.found('source_identifier:"a\'b:c 1"') == [two]
    assert app.found("source_identifier:nobody") == []
    assert app.found("tag:nobody OR source_name:pos") == [one]


def test_what_a_search_does_not_understand_is_left_out_with_a_warning(nl: ShopifyStore, app: Client) -> None:
    order = nl.place([("SHIRT", 1)])
    for query, code in (("colour:red", "invalid_field"), ("created_at:>=soon", "invalid_value")):
        body = app.post(
            "query($q: String) { orders(first: 5, query: $q) { nodes { id } } }", {"q": query}
        ).json()
        assert [one["id"] for one in body["data"]["orders"]["nodes"]] == [gid(order)]
        (search,) = body["extensions"]["search"]
        assert search["path"] == ["orders"]
        assert [one["code"] for one in search["warnings"]] == [code]


def test_a_search_finds_what_a_look_at_every_order_finds(nl: ShopifyStore, app: Client, clock: Clock) -> None:
    chance = random.Random(5)
    for _ in range(60):
        nl.place([("SHIRT", 1)], paid=chance.random() < 0.5)
        clock.forward(chance.randrange(4000))
    for order_id in chance.sample(nl.orders.ids(), 20):
        nl.update(order_id, note="x")
        clock.forward(chance.randrange(4000))
    times = sorted(order.updated for order in nl.orders.all())
    for at in chance.sample(times, 10):
        asked = f"updated_at:>={_iso(at)} financial_status:paid"
        expected = [
            one.id
            for one in sorted(nl.orders.all(), key=lambda one: (one.updated, one.id))
            if one.updated >= at and one.payments[0].status == "SUCCESS"
        ]
        assert app.found(asked, first=100) == expected
        count = app.ask("query($q: String) { ordersCount(query: $q) { count precision } }", q=asked)
        assert count["ordersCount"] == {"count": len(expected), "precision": "EXACT"}


def test_counting_stops_at_a_limit(nl: ShopifyStore, app: Client, clock: Clock) -> None:
    _placed(nl, clock, 3)
    told = app.ask("{ some: ordersCount(limit: 2) { count precision } all: ordersCount { count precision } }")
    assert told["some"] == {"count": 2, "precision": "AT_LEAST"}
    assert told["all"] == {"count": 3, "precision": "EXACT"}


def test_search_lags_behind_and_the_order_itself_does_not(
    nl: ShopifyStore, app: Client, clock: Clock
) -> None:
    nl.search_delay = 2.0
    order = nl.place([("SHIRT", 1)])
    new = nl.create_product("Cap", "CAP", "9.00")
    assert app.found() == []
    assert app.ask("query($id: ID!) { order(id: $id) { name } }", id=gid(order))["order"]
    assert _variants(app, "sku:CAP") == []
    clock.forward(2)
    assert app.found() == [order]
    assert _variants(app, "sku:CAP") == [f"gid://shopify/ProductVariant/{new}"]
    nl.update(order, tags=["vip"])
    assert app.found("updated_at:>='2026-11-21T17:00:02Z'") == []
    clock.forward(2)
    assert app.found("updated_at:>='2026-11-21T17:00:02Z'") == [order]
    nl.delete(order)
    clock.forward(2)
    assert app.found() == []


def _variants(app: Client, query: str) -> list[str]:
    asked = "query($q: String) { productVariants(first: 9, query: $q) { nodes { id sku product { id } } } }"
    return [one["id"] for one in app.ask(asked, q=query)["productVariants"]["nodes"]]


def test_products_are_found_by_sku(nl: ShopifyStore, app: Client) -> None:
    again = nl.create_product("Another mug", "MUG", "11.00")
    assert len(_variants(app, "sku:MUG")) == 2
    assert _variants(app, "sku:'MUG' AND title:'Another mug'") == [f"gid://shopify/ProductVariant/{again}"]
    assert _variants(app, "sku:M*") == _variants(app, "sku:mug")
    assert _variants(app, "sku:NOPE") == []
    assert app.ask("{ productsCount { count } }")["productsCount"]["count"] == 4


def test_things_are_found_by_their_ids(nl: ShopifyStore, app: Client) -> None:
    order = nl.place([("SHIRT", 1)])
    variant = f"gid://shopify/ProductVariant/{nl.products.all()[0].id}"
    asked = (
        "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Order { name } ... on ProductVariant { sku } } }"
    )
    told = app.ask(asked, ids=[gid(order), variant, "gid://shopify/Order/1", "gid://shopify/Unicorn/1"])
    assert [one and (one.get("name") or one.get("sku")) for one in told["nodes"]] == [
        "#1001",
        "SHIRT",
        None,
        None,
    ]
    assert app.ask("query($id: ID!) { order(id: $id) { id } }", id=gid(1)) == {"order": None}
    assert app.refused('{ order(id: "7") { id } }') == "argumentLiteralsIncompatible"


@pytest.mark.parametrize(
    ("asked", "served"), [("2026-10", "2026-10"), ("2025-10", "2025-10"), ("2024-01", "2025-10")]
)
def test_a_version_that_is_gone_is_served_by_the_oldest(app: Client, asked: str, served: str) -> None:
    app.version = asked
    reply = app.post("{ shop { name } }")
    assert reply.headers["X-Shopify-API-Version"] == served
    assert reply.json()["data"] == {"shop": {"name": "Test shop"}}


def test_there_is_nothing_else(nl: ShopifyStore, app: Client) -> None:
    app.version = "newest"
    assert app.post("{ shop { name } }").status_code == 404
    assert httpx.get(f"{nl.base_url}/admin/api/2026-10/orders.json").status_code == 404
    assert httpx.get(f"{nl.base_url}/admin/api/2026-10/graphql.json").status_code == 404


def test_a_wrong_token_is_told_so(app: Client) -> None:
    app.token = "shpat_wrong"
    reply = app.post("{ shop { name } }")
    assert reply.status_code == 401
    assert reply.json() == {
        "errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"
    }


def test_the_reply_says_when(app: Client) -> None:
    reply = app.post("{ shop { name } }")
    assert parsedate_to_datetime(reply.headers["Date"]).timestamp() == MOMENT
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ shop { nickname } }", "undefinedField"),
        ("{ shop {", "PARSE_ERROR"),
        ("query($id: ID!) { order(id: $id) { id } }", "INVALID_VARIABLE"),
        ('{ orders(first: 1, mood: "good") { nodes { id } } }', "argumentNotAccepted"),
        ("{ orders(first: 1, sortKey: MOOD) { nodes { id } } }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
def test_a_query_that_cannot_be_is_refused_as_a_whole(app: Client, query: str, code: str) -> None:
    reply = app.post(query)
    assert reply.status_code == 200
    assert "data" not in reply.json()
    assert reply.json()["errors"][0]["extensions"]["code"] == code


def test_a_body_that_is_no_query_is_a_bad_request(nl: ShopifyStore, app: Client) -> None:
    url = f"{nl.base_url}/admin/api/2026-10/graphql.json"
    for body in (b"", b"[]", b"{", b'{"variables": {}}', b'{"query": 7}'):
        reply = httpx.post(url, content=body, headers={"X-Shopify-Access-Token": app.token})
        assert reply.status_code == 400, body


def _iso(at: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
