"""Reading orders of a shop: none is lost while the search is late, the list moves or one record breaks a page."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from stogly_tui.domain.states import PaymentStatus
from stogly_tui.domain.status import are_sound
from stogly_tui.platforms.base import OrderPage
from stogly_tui.platforms.errors import (
    AuthFailed,
    NotFound,
    PlatformError,
)
from stogly_tui.platforms.shopify import source as source_module
from stogly_tui.platforms.shopify.source import OVERLAP
from stogly_tui.sandbox import Sandbox
from stogly_tui.sandbox.shopify import ShopifyStore
from tests.platforms import shopify_support as support
from tests.platforms.shopify_support import NEVER, Json, fault, ids, place, read, source


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    yield from support.serving()


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    yield from support.cleared(running)


@pytest.fixture
def shop(sandbox: Sandbox) -> ShopifyStore:
    return sandbox.shopify("berlin")


def test_everything_is_read_in_order_of_change(shop: ShopifyStore) -> None:
    made = place(shop, 60)
    found = read(source(shop).changed_since("all", NEVER))
    assert ids(found) == made
    assert all(record.order is not None and record.body.startswith(b"{") for record in found)


def test_pages_grow_to_what_a_question_may_cost(shop: ShopifyStore) -> None:
    place(shop, 200)
    pages = list(source(shop).changed_since("all", NEVER))
    assert len(pages[0].records) == source_module.FIRST_PAGE
    assert max(len(page.records) for page in pages) > 20


def test_the_cursor_goes_on_from_what_was_read(shop: ShopifyStore) -> None:
    made = place(shop, 20)
    orders = source(shop)
    cursor = max(page.cursor for page in orders.changed_since("all", NEVER) if page.cursor)
    shop.update(made[3], note="changed")
    later = read(orders.changed_since("all", cursor - timedelta(seconds=0)))
    assert ids(later)[-1] == made[3]
    assert set(ids(later)) == {made[-1], made[3]}


def test_a_page_in_the_middle_never_moves_the_cursor_to_now(shop: ShopifyStore) -> None:
    """What the index has at an old place may be told with a time of this very moment."""
    made = place(shop, 12, ago=86_400)
    shop.search_delay = 30.0
    shop.update(made[0], note="changed, but the index does not know")
    orders = source(shop)
    pages = list(orders.changed_since("all", NEVER))
    assert len(pages) > 1
    newest = datetime.now(UTC) - OVERLAP
    assert all(page.cursor is None or page.cursor <= newest for page in pages[:-1])
    assert ids([record for page in pages for record in page.records])[-1] == made[-1]


def test_an_order_that_the_search_shows_late_is_read_from_before_the_cursor(shop: ShopifyStore) -> None:
    """It has an older time than what was read meanwhile."""
    place(shop, 3)
    orders = source(shop)
    shop.search_delay = 60.0
    late = shop.place([("MUG-1", 1)])
    first = list(orders.changed_since("all", NEVER))
    assert late not in ids([record for page in first for record in page.records])
    shop.search_delay = 0.0
    shop.clock = lambda: time.time() + 61
    newer = shop.place([("MUG-1", 1)])
    cursor = max(page.cursor for page in orders.changed_since("all", NEVER) if page.cursor)
    assert {late, newer} <= set(ids(read(orders.changed_since("all", cursor - orders.facts.overlap))))


def test_the_daily_proof_reads_by_creation_and_counts(shop: ShopifyStore) -> None:
    made = place(shop, 30, ago=3600, every=60)
    orders = source(shop)
    now = datetime.now(UTC).replace(microsecond=0)
    since, until = now - timedelta(minutes=50, seconds=30), now - timedelta(minutes=35, seconds=30)
    shop.update(made[15], note="changed since")
    found = read(orders.placed_between("all", since, until))
    assert ids(sorted(found, key=lambda one: one.order.placed_at if one.order else NEVER)) == sorted(
        ids(found)
    )
    assert len(found) == orders.count_placed(since, until) == 15
    assert made[15] in ids(found)
    assert made[0] not in ids(found)


def test_one_order_is_read_past_the_late_search(shop: ShopifyStore) -> None:
    shop.search_delay = 600.0
    made = shop.place([("MUG-1", 2)], note="quick")
    orders = source(shop)
    raw = orders.one(str(made))
    assert raw.order is not None
    assert raw.order.note == "quick"
    shop.delete(made)
    with pytest.raises(NotFound):
        orders.one(str(made))
    with pytest.raises(NotFound):
        orders.one("../1")


def test_stored_bytes_are_understood_the_same(shop: ShopifyStore) -> None:
    made = shop.place([("MUG-1", 2), ("TEE-1", 1)], tip="2.00", discount="TEN")
    shop.edit(made, remove=[("MUG-1", 1)])
    shop.fulfil(made, [("TEE-1", 1)])
    orders = source(shop)
    first = orders.one(str(made))
    again = orders.read_again(first.body)
    assert again == first
    assert orders.read_again(b"\xff{").problem
    assert orders.read_again(first.body[:-5]).problem


@pytest.mark.parametrize("slug", ["berlin", "boston", "kyoto"])
@pytest.mark.parametrize("tips_are_lines", [True, False])
def test_the_life_of_orders_adds_up(sandbox: Sandbox, slug: str, tips_are_lines: bool) -> None:
    shop = sandbox.shopify(slug)
    shop.tips_are_lines = tips_are_lines
    paid: Json = {"shipping": "490" if slug == "kyoto" else "4.90"}
    plain = shop.place([("MUG-1", 3), ("TEE-1", 2)], **paid)
    reduced = shop.place(
        [("MUG-1", 3), ("TEE-1", 7)], discount="TEN", percent=Decimal("13.3"), tip="3", **paid
    )
    edited = shop.place([("MUG-1", 3)], paid=False, discount="TEN", **paid)
    shop.edit(edited, add=[("TEE-1", 2)], remove=[("MUG-1", 1)])
    returned = shop.place([("MUG-1", 3), ("TEE-1", 1)], discount="SEVEN", percent=Decimal(7), **paid)
    shop.fulfil(returned)
    shop.refund(returned, [("MUG-1", 1)])
    goodwill = shop.place([("TEE-1", 3)], tip="5", **paid)
    shop.refund(goodwill, amount="5")
    refunded = shop.place([("TEE-1", 3)], **paid)
    shop.refund(refunded)
    cancelled = shop.place([("TEE-1", 3)], authorized=True, **paid)
    shop.cancel(cancelled)
    gift = shop.place(
        [("CARD-1", 1)], shipping=None, gift_card="5", guest=True, person=None, email="x@example.test"
    )
    found = {int(raw.remote_id or 0): raw.order for raw in read(source(shop).changed_since("all", NEVER))}
    for order_id, order in found.items():
        assert order is not None
        wire = shop.wire(order_id)
        told = Decimal(wire["currentTotalPriceSet"]["shopMoney"]["amount"])
        scale = 1 if slug == "kyoto" else 100
        assert order.total == told * scale
        assert order.sum_of_parts == order.total, (order.number, order)
        assert order.refunded == Decimal(wire["totalRefundedSet"]["shopMoney"]["amount"]) * scale
        assert all(are_sound(line) for line in order.lines)
        if order.payment is not PaymentStatus.UNPAID:
            assert order.financial_status == str(wire["displayFinancialStatus"]).lower()

    def goods(order_id: int) -> list[tuple[int, int, int, int]]:
        order = found[order_id]
        assert order is not None
        return [(one.ordered, one.cancelled, one.shipped, one.returned) for one in order.lines if one.sku]

    assert goods(plain) == [(3, 0, 0, 0), (2, 0, 0, 0)]
    assert goods(reduced) == [(3, 0, 0, 0), (7, 0, 0, 0)]
    assert goods(edited) == [(3, 1, 0, 0), (2, 0, 0, 0)]
    assert goods(returned) == [(3, 0, 3, 1), (1, 0, 1, 0)]
    assert goods(refunded) == [(3, 3, 0, 0)]
    assert goods(cancelled) == [(3, 3, 0, 0)]
    last = found[gift]
    assert last is not None
    assert not last.lines[0].is_physical
    assert last.email == "x@example.test"
    assert found[cancelled].is_cancelled  # type: ignore[union-attr]


def test_an_order_paid_in_another_currency_keeps_both(sandbox: Sandbox) -> None:
    shop = sandbox.shopify("boston")
    made = shop.place([("MUG-1", 2)], currency="EUR")
    order = source(shop).one(str(made)).order
    assert order is not None
    shown = Decimal(shop.wire(made)["currentTotalPriceSet"]["presentmentMoney"]["amount"])
    assert (order.currency, order.presentment_currency, order.presentment_total) == (
        "USD",
        "EUR",
        int(shown * 100),
    )


def test_more_lines_than_a_page_shows_are_all_read(shop: ShopifyStore) -> None:
    made = shop.place([("MUG-1", 1), ("TEE-1", 1)] * 70)
    listed = read(source(shop).changed_since("all", NEVER))[0]
    for raw in (listed, source(shop).one(str(made))):
        assert raw.order is not None
        assert len(raw.order.lines) == 140
        assert raw.order.sum_of_parts == raw.order.total


def test_many_fulfilments_of_many_lines_are_told_apart(shop: ShopifyStore) -> None:
    made = shop.place([("MUG-1", 9), ("TEE-1", 9)])
    for _ in range(6):
        shop.fulfil(made, [("MUG-1", 1), ("TEE-1", 1)])
    shop.refund(made, [("TEE-1", 2)])
    order = source(shop).one(str(made)).order
    assert order is not None
    assert [(line.shipped, line.cancelled + line.returned) for line in order.lines] == [(6, 0), (6, 2)]


def test_a_source_that_may_read_orders_alone_reads_them(shop: ShopifyStore) -> None:
    shop.grant("read_orders")
    made = shop.place([("MUG-1", 2)])
    account = support.checked(shop, needs_write=False)
    orders = support.opened(replace(support.address(shop), facts=account.facts)).orders
    assert orders is not None
    order = orders.one(str(made)).order
    assert order is not None
    assert order.lines[0].sku == "MUG-1"
    assert order.lines[0].product_ref == ""
    assert order.customer
    assert not order.unknown


def test_customer_data_that_is_withheld_is_named_and_the_rest_is_read(shop: ShopifyStore) -> None:
    orders = source(shop)
    place(shop, 5)
    shop.approved = False
    found = read(orders.changed_since("all", NEVER))
    assert len(found) == 5
    for raw in found:
        assert raw.order is not None
        assert raw.order.email == ""
        assert raw.order.shipping.is_blank
        assert raw.order.sum_of_parts == raw.order.total
        assert any("withheld" in note for note in raw.order.unknown)


def test_without_the_right_to_read_orders_the_scope_is_named(shop: ShopifyStore) -> None:
    orders = source(shop)
    shop.grant("read_products")
    with pytest.raises(AuthFailed, match="read_orders"):
        list(orders.changed_since("all", NEVER))


@pytest.mark.parametrize(
    "kind", ["truncated_json", "malformed_json", "html_200", "drop_reply_after_commit", "status"]
)
def test_a_page_that_fails_once_is_read_again(sandbox: Sandbox, shop: ShopifyStore, kind: str) -> None:
    made = place(shop, 10)
    orders = source(shop)
    fault(sandbox, kind, "query orders", skip=1, code=500)
    assert ids(read(orders.changed_since("all", NEVER))) == made


@pytest.mark.parametrize("kind", ["malformed_json", "status", "drop_before_commit"])
def test_a_shop_that_answers_no_list_fails_and_looks_like_no_end(
    sandbox: Sandbox, shop: ShopifyStore, kind: str
) -> None:
    place(shop, 10)
    orders = source(shop)
    fault(sandbox, kind, "query orders", skip=1, times=None, code=500)
    pages: list[OrderPage] = []
    with pytest.raises(PlatformError):
        pages.extend(orders.changed_since("all", NEVER))
    assert not any(page.is_last for page in pages)


def test_wrong_types_make_bad_records_not_a_bad_page(sandbox: Sandbox, shop: ShopifyStore) -> None:
    made = place(shop, 3)
    orders = source(shop)
    fault(sandbox, "wrong_types", "query orders", times=None)
    found = read(orders.changed_since("all", NEVER))
    assert ids(found) == made
    assert all(raw.order is None and "lines are not readable" in raw.problem for raw in found)


def test_a_status_of_the_future_and_new_fields_are_taken(sandbox: Sandbox, shop: ShopifyStore) -> None:
    place(shop, 2)
    orders = source(shop)
    fault(sandbox, "unknown_status", "query orders", order_status="BEAMED")
    fault(sandbox, "unknown_fields", "query orders")
    found = [raw.order for raw in read(orders.changed_since("all", NEVER))]
    assert all(order is not None and order.financial_status == "beamed" for order in found)


def test_a_body_is_json_whatever_is_in_it(shop: ShopifyStore) -> None:
    made = shop.place([("MUG-1", 1)], note="naïve \u2028 \x00 😀")
    raw = source(shop).one(str(made))
    assert raw.order is not None
    assert "\x00" not in raw.order.note
    assert json.loads(raw.body)["note"].startswith("naïve")
    raw.body.decode("ascii")


def test_several_orders_are_read_together_past_the_search(shop: ShopifyStore) -> None:
    made = place(shop, 12)
    shop.search_delay = 3600.0
    shop.delete(int(made[3]))
    orders = source(shop)
    asked = len(shop.requests)

    found = orders.several([*map(str, made), "1", "x"])

    assert sorted(str(raw.remote_id) for raw in found) == sorted(str(one) for one in made if one != made[3])
    assert len(shop.requests) - asked < 6
    assert all(raw.order is not None for raw in found)
