"""Lists of orders: filters, dates, order, pages (WooCommerce 10.5, recorded)."""

from typing import Any

import pytest

from tests.sandbox.support import Clock, Shop, error


def _several(shop: Shop, clock: Clock, count: int) -> list[int]:
    made = []
    for _ in range(count):
        made.append(shop.sells("BOOK", status="processing")["id"])
        clock.forward(10)
    return made


@pytest.mark.parametrize("size", [0, 101, -1])
def test_a_page_has_one_to_a_hundred_orders(shop: Shop, size: int) -> None:
    reply = shop.api.get("/orders", params={"per_page": size})
    assert error(reply) == (400, "rest_invalid_param")
    message = "per_page must be between 1 (inclusive) and 100 (inclusive)"
    assert reply.json()["data"]["params"] == {"per_page": message}


@pytest.mark.parametrize(
    "query",
    [
        {"page": 0},
        {"orderby": "total"},
        {"status": "nonsense"},
        {"modified_after": "yesterday"},
        {"modified_after": "2026-11-21"},
        {"modified_after": "1795280400"},
    ],
)
def test_an_argument_out_of_bounds_is_refused(shop: Shop, query: dict[str, Any]) -> None:
    assert error(shop.api.get("/orders", params=query)) == (400, "rest_invalid_param")


def test_pages_say_how_many_there_are_and_where_the_next_is(shop: Shop, clock: Clock) -> None:
    made = _several(shop, clock, 5)
    reply = shop.api.get("/orders", params={"per_page": 2, "page": 2, "orderby": "id", "order": "asc"})
    assert [order["id"] for order in reply.json()] == made[2:4]
    assert (reply.headers["X-WP-Total"], reply.headers["X-WP-TotalPages"]) == ("5", "3")
    base = f"{shop.store.base_url}/wp-json/wc/v3/orders?per_page=2"
    rest = "orderby=id&order=asc&status%5B0%5D=any&dp=2&context=view"
    assert reply.headers["Link"] == (
        f'<{base}&page=1&{rest}>; rel="prev", <{base}&page=3&{rest}>; rel="next"'
    )


def test_the_page_past_the_last_is_empty_and_forgets_the_total(shop: Shop, clock: Clock) -> None:
    _several(shop, clock, 2)
    reply = shop.api.get("/orders", params={"page": 9})
    assert reply.json() == []
    assert (reply.headers["X-WP-Total"], reply.headers["X-WP-TotalPages"]) == ("0", "0")


def test_newest_come_first_and_ties_go_by_id(shop: Shop, clock: Clock) -> None:
    made = [shop.sells("BOOK")["id"] for _ in range(3)]
    assert shop.ids() == made[::-1]
    assert shop.ids(orderby="modified", order="asc") == made
    assert shop.ids(orderby="modified") == made[::-1]


def test_any_leaves_out_the_trash_and_any_with_trash_too(shop: Shop) -> None:
    kept, draft, gone = (
        shop.create(status="pending")["id"],
        shop.create(status="checkout-draft")["id"],
        shop.create()["id"],
    )
    shop.api.delete(f"/orders/{gone}")
    assert sorted(shop.ids(status="any")) == [kept, draft]
    assert sorted(shop.ids(status="any,trash")) == [kept, draft]
    assert shop.ids(status="trash") == [gone]
    assert sorted(shop.ids(status="pending,trash")) == [kept, gone]
    assert sorted(shop.ids(**{"status[]": ["pending", "trash"]})) == [kept, gone]
    assert shop.ids(include=gone) == []


def test_unknown_arguments_are_ignored(shop: Shop) -> None:
    order = shop.create(meta_data=[{"key": "ref", "value": "1"}])
    assert shop.ids(number="999") == [order["id"]]
    assert shop.ids(meta_key="ref", meta_value="other") == [order["id"]]


def test_created_via_is_matched_exactly_and_as_a_list(shop: Shop) -> None:
    one, two = (shop.create(created_via=f"app:{name}")["id"] for name in ("one", "two"))
    shop.create()
    assert shop.ids(created_via="app:one") == [one]
    assert shop.ids(created_via="app:one,app:two") == [two, one]
    assert shop.ids(created_via="app:") == []
    shop.api.delete(f"/orders/{one}")
    assert shop.ids(created_via="app:one", status="any") == []
    assert shop.ids(created_via="app:one", status="trash") == [one]


def test_before_9_9_created_via_is_neither_kept_nor_looked_for(shop: Shop) -> None:
    shop.store.version = "9.8.5"
    order = shop.create(created_via="app:one")
    assert order["created_via"] == "rest-api"
    assert shop.ids(created_via="app:nothing") == [order["id"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"modified_after": "2026-11-21T17:00:10", "dates_are_gmt": "true"}, 1),
        ({"modified_after": "2026-11-21T17:00:09", "dates_are_gmt": "true"}, 2),
        ({"modified_after": "2026-11-21T17:00:09.999", "dates_are_gmt": "true"}, 2),
        ({"modified_after": "2026-11-21T17:00:09Z"}, 2),
        ({"modified_after": "2026-11-21T18:00:09"}, 2),
        ({"modified_after": "2026-11-21T19:00:09+02:00"}, 2),
        ({"modified_after": "2026-11-21T17:00:09Z", "dates_are_gmt": "true"}, 0),
        ({"modified_before": "2026-11-21T17:00:10", "dates_are_gmt": "true"}, 1),
        ({"after": "2026-11-21T17:00:09Z"}, 2),
        ({"before": "2026-11-21T17:00:10Z"}, 1),
    ],
)
@pytest.mark.parametrize("orderby", ["modified", "date", "id"])
def test_bounds_are_exclusive_and_gmt_with_an_offset_is_a_trap(
    shop: Shop, clock: Clock, query: dict[str, Any], found: int, orderby: str
) -> None:
    _several(shop, clock, 3)
    assert len(shop.ids(**query, orderby=orderby)) == found


def test_reading_pages_while_an_order_is_touched_skips_one(shop: Shop, clock: Clock) -> None:
    made = _several(shop, clock, 4)
    query = {"per_page": 2, "orderby": "modified", "order": "asc"}
    first = shop.ids(**query, page=1)
    shop.put(first[0])
    assert [*first, *shop.ids(**query, page=2)] == [made[0], made[1], made[3], made[0]]


def test_orders_are_found_by_customer_product_and_search(shop: Shop) -> None:
    order = shop.sells("SHIRT", customer_id=7, transaction_id="114-1", billing={"email": "a@example.com"})
    shop.sells("BOOK", meta_data=[{"key": "ref", "value": "needle"}])
    assert shop.ids(customer=7) == [order["id"]]
    assert shop.ids(product=order["line_items"][0]["product_id"]) == [order["id"]]
    assert shop.ids(search="a@example.com") == [order["id"]]
    assert shop.ids(search="114-1") == [order["id"]]
    assert shop.ids(search="needle") == []


def test_include_exclude_and_offset_pick_orders(shop: Shop) -> None:
    one, two, three = (shop.create()["id"] for _ in range(3))
    assert shop.ids(include=f"{three},{one}", orderby="include") == [three, one]
    assert shop.ids(exclude=two) == [three, one]
    assert shop.ids(offset=1, order="asc") == [two, three]


def test_fields_cut_an_order_down(shop: Shop) -> None:
    order = shop.sells("BOOK")
    listed = shop.api.get("/orders", params={"_fields": "status,id,line_items.sku,billing.email"}).json()
    assert listed == [{"id": order["id"], "status": "pending", "billing": {"email": ""}}]
    single = shop.api.get(f"/orders/{order['id']}", params={"_fields": "id"}).json()
    assert set(single) == {"id", "_links"}


def test_head_answers_the_headers_only(shop: Shop) -> None:
    shop.sells("BOOK")
    reply = shop.api.head("/orders")
    assert (reply.status_code, reply.content, reply.headers["X-WP-Total"]) == (200, b"", "1")
