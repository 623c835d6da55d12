"""A shop that dies of a record, or tells less than it should, as a script: nothing is skipped in silence."""

from datetime import UTC, datetime

import pytest

from stogly_tui.platforms.base import OrderPage
from stogly_tui.platforms.errors import ProtocolError, RateLimited, Unavailable
from stogly_tui.platforms.shopify.source import MOST_BAD, ShopifyOrders
from tests.platforms import shopify_support as support
from tests.platforms.shopify_support import NEVER, Json, an_order, ids, read, scripted


def page_of(orders: list[Json], after: str | None) -> Json:
    return {
        "data": {
            "orders": {"nodes": orders, "pageInfo": {"hasNextPage": after is not None, "endCursor": after}}
        }
    }


def numbered(number: int) -> Json:
    return an_order(
        id=f"gid://shopify/Order/{number}",
        legacyResourceId=str(number),
        updatedAt=f"2026-11-20T10:00:{number:02d}Z",
    )


BROKEN = {"errors": [{"message": "Internal error", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}


def shop_with_a_bad_record(bad: set[str], body: Json) -> Json:
    """A shop of five orders that dies of some of them."""
    wanted = [number for number in range(1, 6) if number > int(body["variables"]["after"] or 0)]
    chosen = wanted[: body["variables"]["first"]]
    after = str(chosen[-1]) if chosen and chosen[-1] < 5 else None
    if "Heads" in body["query"]:
        heads = [
            {key: numbered(one)[key] for key in ("id", "legacyResourceId", "updatedAt")} for one in chosen
        ]
        return page_of(heads, after)
    if bad & {str(one) for one in chosen}:
        return dict(BROKEN)
    return page_of([numbered(one) for one in chosen], after)


def test_a_page_with_a_record_that_cannot_be_shown_is_taken_apart() -> None:
    client, _ = scripted([lambda body: shop_with_a_bad_record({"3"}, body)] * 40)
    found = read(ShopifyOrders(client, {}).changed_since("all", NEVER))
    assert ids(found) == [1, 2, 3, 4, 5]
    assert [raw.order is None for raw in found] == [False, False, True, False, False]
    assert found[2].modified_at == datetime(2026, 11, 20, 10, 0, 3, tzinfo=UTC)
    assert "cannot show it" in found[2].problem


def test_the_last_record_may_be_the_bad_one() -> None:
    client, _ = scripted([lambda body: shop_with_a_bad_record({"4", "5"}, body)] * 40)
    found = read(ShopifyOrders(client, {}).changed_since("all", NEVER))
    assert ids(found) == [1, 2, 3, 4, 5]
    assert [raw.order is None for raw in found][3:] == [True, True]


def test_a_shop_that_shows_no_order_is_not_taken_for_bad_records() -> None:
    def endless(body: Json) -> Json:
        after = int(body["variables"]["after"] or 0)
        if "Heads" in body["query"]:
            return page_of([numbered(after % 50 + 1)], str(after + 1))
        return dict(BROKEN)

    client, _ = scripted([endless] * 200)
    pages: list[OrderPage] = []
    with pytest.raises(Unavailable, match="many"):
        pages.extend(ShopifyOrders(client, {}).changed_since("all", NEVER))
    assert len(pages) == MOST_BAD


def test_a_page_that_costs_too_much_is_asked_for_in_half() -> None:
    too_much = {"errors": [{"message": "Query cost is 1200", "extensions": {"code": "MAX_COST_EXCEEDED"}}]}
    client, asked = scripted([too_much, page_of([numbered(1)], None)])
    assert ids(read(ShopifyOrders(client, {}).changed_since("all", NEVER))) == [1]
    assert [body["variables"]["first"] for body in asked] == [3, 1]


def test_a_page_that_does_not_say_where_it_goes_on_is_no_end() -> None:
    page = page_of([numbered(1)], None)
    page["data"]["orders"]["pageInfo"] = {"hasNextPage": True, "endCursor": None}
    client, _ = scripted([page] * 3)
    with pytest.raises(ProtocolError):
        list(ShopifyOrders(client, {}).changed_since("all", NEVER))


def test_lines_that_go_on_nobody_knows_where_make_a_bad_record() -> None:
    order = an_order()
    order["lineItems"]["pageInfo"] = {"hasNextPage": True, "endCursor": None}
    client, _ = scripted([page_of([order], None)])
    found = read(ShopifyOrders(client, {}).changed_since("all", NEVER))
    assert (found[0].order, found[0].remote_id) == (None, "17")


def test_a_part_that_is_gone_says_nothing_of_the_order() -> None:
    order = support.with_lines(support.a_line(currentQuantity=1), refunds=[{"id": "r1"}])
    gone: Json = {"data": {"order": None}}
    client, _ = scripted([{"data": {"order": order}}, gone])
    with pytest.raises(ProtocolError):
        ShopifyOrders(client, {}).one("17")
    client, _ = scripted([page_of([order], None), gone])
    found = read(ShopifyOrders(client, {}).changed_since("all", NEVER))
    assert ids(found) == [17]
    assert "could not be read" in found[0].problem


def test_a_total_that_nothing_explains_stops_no_page() -> None:
    refused: Json = {"errors": [{"message": "no such field", "extensions": {"code": "undefinedField"}}]}
    odd = an_order(currentTotalPriceSet=support.bag("99.00"))
    client, _ = scripted([page_of([odd], None), refused])
    order = read(ShopifyOrders(client, {}).changed_since("all", NEVER))[0].order
    assert order is not None
    assert order.total == 9900
    assert order.sum_of_parts == 2490


def test_a_count_that_is_not_exact_is_no_count() -> None:
    client, _ = scripted([{"data": {"ordersCount": {"count": 10_000, "precision": "AT_LEAST"}}}])
    assert ShopifyOrders(client, {}).count_placed(NEVER, NEVER) is None


def test_parts_that_are_too_much_for_one_question_are_read_one_by_one() -> None:
    line_ids = [f"gid://shopify/LineItem/{number}" for number in range(1, 121)]
    lines = [support.a_line(id=one, currentQuantity=1, quantity=2) for one in line_ids]
    order = support.with_lines(
        *lines, refunds=[{"id": "r1"}], fulfillments=[{"id": "f1", "status": "SUCCESS"}]
    )

    def part(key: str, name: str, items: list[Json], after: str | None) -> Json:
        window = {"hasNextPage": after is not None, "endCursor": after}
        return {"data": {name: {"id": "x", key: {"nodes": items, "pageInfo": window}}}}

    back = [{"quantity": 1, "restockType": "RETURN", "lineItem": {"id": one}} for one in line_ids]
    sent = [{"quantity": 2, "lineItem": {"id": one}} for one in line_ids]
    client, asked = scripted(
        [
            {"data": {"order": order}},
            part("refundLineItems", "refund", back[:50], "a"),
            part("refundLineItems", "refund", back[50:], None),
            part("fulfillmentLineItems", "fulfillment", sent, None),
            {"data": {"order": {"currentTotalDutiesSet": None}}},
        ]
    )
    raw = ShopifyOrders(client, {}).one("17")
    assert raw.order is not None
    assert len(asked) == 5
    assert all((line.shipped, line.returned, line.cancelled) == (2, 1, 0) for line in raw.order.lines)


def test_a_throttled_page_says_how_long_to_wait() -> None:
    cost = {
        "requestedQueryCost": 500,
        "actualQueryCost": None,
        "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 100, "restoreRate": 100.0},
    }
    refused = {
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}], "extensions": {"cost": cost}
    }  # fmt: skip
    client, _ = scripted([refused])
    with pytest.raises(RateLimited) as told:
        list(ShopifyOrders(client, {}).changed_since("all", NEVER))
    assert told.value.retry_after == pytest.approx(4.0)
