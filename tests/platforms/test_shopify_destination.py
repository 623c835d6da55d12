"""Orders sent to a shop: once, with the money they came with, and found again whatever became of the reply."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from stogly_tui.domain.outgoing import FoundState, OutgoingCharge, OutgoingLine, OutgoingOrder, differences
from stogly_tui.domain.states import ChargeKind
from stogly_tui.platforms.base import OrderDestination, Sku
from stogly_tui.platforms.errors import (
    NotFound,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    Unavailable,
)
from stogly_tui.platforms.shopify.destination import SEARCH_DELAY, ShopifyDestination
from stogly_tui.platforms.shopify.settings import ShopifySettings
from stogly_tui.sandbox import Sandbox
from stogly_tui.sandbox.shopify import ShopifyStore
from tests.platforms import shopify_support as support
from tests.platforms.shopify_support import asked, destination, fault, scripted
from tests.platforms.support import an_order

SKUS = {name: Sku(name, "1", "2") for name in ("MUG-1", "TEE-1")}


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    yield from support.serving()


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    yield from support.cleared(running)


@pytest.fixture
def shop(sandbox: Sandbox) -> ShopifyStore:
    return sandbox.shopify("berlin")


def send(there: OrderDestination, order: OutgoingOrder | None = None, timeout: float = 10) -> Any:
    order = order or an_order()
    skus = there.find_skus([line.sku for line in order.lines])
    assert there.problems_with(order, skus) == []
    return there.create(order, skus, gate=lambda: True, timeout=timeout)[0]


def test_an_order_arrives_as_it_was_sent(shop: ShopifyStore) -> None:
    there = destination(shop)
    order = an_order(note="Ring twice", payment_method="PayPal")
    found = send(there, order)
    assert differences(order, found, tolerance=0) == []
    assert found.state is FoundState.LIVE
    wire = shop.wire(int(found.destination_id))
    assert wire["sourceIdentifier"] == order.reference
    assert wire["note"] == "Ring twice"
    assert wire["tags"] == ["retail", "stogly"]
    assert wire["processedAt"] == "2026-11-20T09:00:00Z"
    assert wire["displayFinancialStatus"] == "PAID"
    assert wire["totalOutstandingSet"]["shopMoney"]["amount"] == "0.0"
    assert wire["totalTaxSet"]["shopMoney"]["amount"] == "20.74"
    assert wire["shippingAddress"]["countryCodeV2"] == "DE"
    assert wire["shippingAddress"]["lastName"] == "Lovelace"
    assert wire["email"] == "ada@example.test"
    assert there.read(found.destination_id) == found
    assert there.look_up([order.reference]) == {order.reference: [found]}


def test_an_unpaid_order_arrives_unpaid(shop: ShopifyStore) -> None:
    found = send(destination(shop), an_order(is_paid=False))
    assert shop.wire(int(found.destination_id))["displayFinancialStatus"] == "PENDING"


def test_a_free_order_arrives(shop: ShopifyStore) -> None:
    free = an_order(lines=(OutgoingLine("MUG-1", "Mug", 2, 0, 0),), charges=(), total=0)
    found = send(destination(shop), free)
    assert differences(free, found, tolerance=0) == []
    assert shop.wire(int(found.destination_id))["displayFinancialStatus"] == "PAID"


def test_amounts_that_pieces_do_not_divide_keep_their_total(shop: ShopifyStore) -> None:
    order = an_order(
        lines=(OutgoingLine("MUG-1", "Mug", 3, 1000, 0), OutgoingLine("TEE-1", "Tee", 7, 1001, 190)),
        charges=(
            OutgoingCharge(ChargeKind.SHIPPING, "DHL", 420, 80),
            OutgoingCharge(ChargeKind.FEE, "Cash on delivery", 200, 38),
            OutgoingCharge(ChargeKind.DISCOUNT, "Loyalty", -100, -19),
        ),
        total=2810,
    )
    found = send(destination(shop), order)
    assert differences(order, found, tolerance=0) == []
    wire = shop.wire(int(found.destination_id))
    assert wire["discountCodes"] == ["Loyalty"]
    assert [one["title"] for one in wire["shippingLines"]["nodes"]] == ["DHL", "Cash on delivery"]


def test_references_are_found_at_once_however_late_the_search_is(shop: ShopifyStore) -> None:
    shop.search_delay = 600.0
    there = destination(shop)
    found = send(there)
    assert there.look_up([found.reference]) == {found.reference: [found]}
    assert there.facts.look_up_delay == timedelta(0)


def test_an_order_that_carries_its_reference_in_the_source_alone_is_found(shop: ShopifyStore) -> None:
    made = shop.place([("MUG-1", 1)])
    shop.update(made, source_identifier="woocommerce:a:b-1.2:1")
    there = destination(shop)
    found = there.look_up(["woocommerce:a:b-1.2:1", "woocommerce:a:b-1.2:2", "WOOCOMMERCE:A:B-1.2:1"])
    assert list(found) == ["woocommerce:a:b-1.2:1"]
    assert found["woocommerce:a:b-1.2:1"][0].destination_id == str(made)


def test_cancelled_and_archived_orders_are_found_and_told_apart(shop: ShopifyStore) -> None:
    there = destination(shop)
    orders = [send(there, an_order(f"r:{number}")) for number in range(2)]
    shop.cancel(int(orders[0].destination_id))
    shop.update(int(orders[1].destination_id), closed=shop.now())
    found = there.look_up(["r:0", "r:1"])
    assert [found[name][0].state for name in ("r:0", "r:1")] == [FoundState.CANCELLED, FoundState.LIVE]


def test_many_references_are_asked_for_in_few_questions(shop: ShopifyStore) -> None:
    there = destination(shop)
    wanted = [send(there, an_order(f"r:{number}")).reference for number in range(12)]
    shop.requests.clear()
    assert set(there.look_up(wanted)) == set(wanted)
    assert len(asked(shop, "LookUp")) == 1
    shop.requests.clear()
    assert there.look_up([f"absent:{number}" for number in range(50)]) == {}
    assert len(shop.requests) <= 5


def test_two_orders_with_one_reference_are_both_found(shop: ShopifyStore) -> None:
    there = destination(shop)
    first = send(there)
    second = shop.place([("MUG-1", 1)])
    shop.update(second, source_identifier=first.reference)
    found = there.look_up([first.reference])[first.reference]
    assert {order.destination_id for order in found} == {first.destination_id, str(second)}


def test_a_second_create_is_refused_and_may_exist(shop: ShopifyStore) -> None:
    there = destination(shop)
    send(there)
    with pytest.raises(Rejected) as refused:
        send(there)
    assert refused.value.may_exist
    assert refused.value.exchange is not None
    assert len(shop.orders.ids()) == 1


def test_the_field_for_the_reference_is_made_once_and_before_the_first_order(shop: ShopifyStore) -> None:
    there = destination(shop)
    for number in range(3):
        send(there, an_order(f"r:{number}"))
    assert len(asked(shop, "Define")) == 1
    other = destination(shop)
    send(other, an_order("r:9"))
    assert len(asked(shop, "Define")) == 1


def test_a_field_that_somebody_removed_is_made_again(shop: ShopifyStore) -> None:
    there = destination(shop)
    send(there, an_order("r:1"))
    shop.definitions = type(shop.definitions)(shop)
    with pytest.raises(Rejected) as refused:
        send(there, an_order("r:2"))
    assert refused.value.may_exist
    assert there.look_up(["r:2"]) == {}
    assert send(there, an_order("r:2")).destination_id


def test_many_threads_make_the_field_once(shop: ShopifyStore) -> None:
    there = destination(shop)
    skus = there.find_skus(["MUG-1", "TEE-1"])
    failed: list[BaseException] = []

    def go(number: int) -> None:
        try:
            there.create(an_order(f"r:{number}"), skus, gate=lambda: True, timeout=20)
        except PlatformError as error:
            failed.append(error)

    threads = [threading.Thread(target=go, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(asked(shop, "Define")) == 1
    assert len(shop.orders.ids()) == 6


def test_a_shop_that_refuses_the_field_gets_the_order_and_is_searched(
    sandbox: Sandbox, shop: ShopifyStore
) -> None:
    there = destination(shop)
    denied = (
        '{"errors":[{"message":"Access denied","path":["metafieldDefinitionCreate"],'
        '"extensions":{"code":"ACCESS_DENIED"}}],"data":{"metafieldDefinitionCreate":null}}'
    )
    fault(sandbox, "status", "mutation metafieldDefinitionCreate", code=200, body=denied)
    found = send(there)
    assert there.facts.look_up_delay == SEARCH_DELAY
    assert there.look_up([found.reference]) == {found.reference: [found]}


@pytest.mark.parametrize(
    "kind", ["status", "drop_before_commit", "drop_reply_after_commit", "malformed_json"]
)
def test_trouble_with_the_field_means_that_nothing_of_the_order_was_done(
    sandbox: Sandbox, shop: ShopifyStore, kind: str
) -> None:
    there = destination(shop)
    fault(sandbox, kind, "mutation metafieldDefinitionCreate", code=502)
    with pytest.raises(Unavailable):
        send(there)
    assert shop.orders.ids() == []
    assert send(there).destination_id


@pytest.mark.parametrize(
    "kind",
    ["drop_reply_after_commit", "error_after_commit", "truncated_json", "malformed_json", "drop_before_commit",
     "html_200", "status", "redirect"],
)  # fmt: skip
def test_a_create_that_did_not_end_well_is_unknown_and_found_if_it_is_there(
    sandbox: Sandbox, shop: ShopifyStore, kind: str
) -> None:
    there = destination(shop)
    send(there, an_order("known:1"))
    fault(sandbox, kind, "mutation orderCreate", code=503 if kind == "status" else 0)
    with pytest.raises(OutcomeUnknown) as unknown:
        send(there)
    assert unknown.value.exchange is not None
    is_there = len(shop.orders.ids()) == 2
    assert is_there is (
        kind in ("drop_reply_after_commit", "error_after_commit", "truncated_json", "malformed_json")
    )
    assert bool(there.look_up([an_order().reference])) is is_there


def test_a_create_that_lasts_too_long_is_unknown(sandbox: Sandbox, shop: ShopifyStore) -> None:
    there = destination(shop)
    send(there, an_order("known:1"))
    fault(sandbox, "commit_late", "mutation orderCreate", seconds=60, hold=True)
    with pytest.raises(OutcomeUnknown):
        send(there, timeout=0.5)
    assert there.look_up([an_order().reference]) == {}
    sandbox.finish_late_commits()
    assert there.look_up([an_order().reference])


def test_a_closed_gate_sends_nothing(shop: ShopifyStore) -> None:
    there = destination(shop)
    skus = there.find_skus(["MUG-1", "TEE-1"])
    with pytest.raises(Unavailable):
        there.create(an_order(), skus, gate=lambda: False, timeout=10)
    send(there, an_order("other:1"))
    with pytest.raises(Unavailable):
        there.create(an_order(), skus, gate=lambda: False, timeout=10)
    assert len(shop.orders.ids()) == 1


def test_a_throttled_create_did_nothing_and_says_how_long_to_wait(shop: ShopifyStore) -> None:
    there = destination(shop)
    send(there, an_order("known:1"))
    skus = there.find_skus(["MUG-1", "TEE-1"])
    shop.bucket.take(shop.bucket.available())
    with pytest.raises(RateLimited) as limited:
        there.create(an_order(), skus, gate=lambda: True, timeout=10)
    assert limited.value.retry_after is not None
    assert 0 < limited.value.retry_after <= 5
    assert len(shop.orders.ids()) == 1


@pytest.mark.parametrize(
    ("choice", "takes", "left"),
    [("bypass", True, 5), ("decrement_ignoring_policy", True, -1), ("decrement_ignoring_policy", False, 5)],
)
def test_stock_is_taken_as_chosen(shop: ShopifyStore, choice: Any, takes: bool, left: int) -> None:
    shop.create_product("Six", "SIX", "1.00", quantity=5, deny_when_out=True)
    there = destination(shop, destination_inventory=choice, destination_takes_stock=takes)
    send(there, an_order(lines=(OutgoingLine("SIX", "Six", 6, 600, 0),), charges=(), total=600))
    variant = shop.products.by_sku("SIX")
    assert variant is not None
    assert variant.quantity == left


def test_a_shop_without_stock_refuses_when_told_to_obey(shop: ShopifyStore) -> None:
    shop.create_product("Six", "SIX", "1.00", quantity=5, deny_when_out=True)
    there = destination(shop, destination_inventory="decrement_obeying_policy")
    with pytest.raises(Rejected) as refused:
        send(there, an_order(lines=(OutgoingLine("SIX", "Six", 6, 600, 0),), charges=(), total=600))
    assert refused.value.remote_code == "INVENTORY_CLAIM_FAILED"
    assert shop.orders.ids() == []


def test_buyers_are_mailed_only_when_set(shop: ShopifyStore) -> None:
    send(destination(shop))
    send(destination(shop, destination_mails_buyer=True), an_order("r:2"))
    assert [one["options"]["sendReceipt"] for one in asked(shop, "Create")] == [False, True]


def test_skus_are_found_exactly_and_shared_ones_not_at_all(shop: ShopifyStore) -> None:
    for _ in range(2):
        shop.create_product("Twin", "TWIN", "1.00")
    there = destination(shop)
    found = there.find_skus(["MUG-1", " MUG-1 ", "mug-1", "MUG", "TWIN", "NOBODY", "O'N-1", ""])
    assert {"MUG-1", " MUG-1 "} <= set(found) <= {"MUG-1", " MUG-1 ", "O'N-1"}
    assert found["MUG-1"].variation_id


def test_quotes_in_a_search_are_escaped() -> None:
    client, seen = scripted(
        [{"data": {"productVariants": {"nodes": [], "pageInfo": {"hasNextPage": False}}}}]
    )
    ShopifyDestination(client, ShopifySettings(), {}, "EUR").find_skus(["O'N\\1"])
    assert seen[0]["variables"]["query"] == r"sku:'O\'N\\1'"


def test_completing_gives_the_order_as_it_is_and_makes_none(shop: ShopifyStore) -> None:
    there = destination(shop)
    found = send(there)
    assert there.complete(found.destination_id, an_order(), {}, gate=lambda: True, timeout=5) == found
    with pytest.raises(Rejected, match="reference"):
        there.complete(found.destination_id, an_order("other:1"), {}, gate=lambda: True, timeout=5)
    assert len(shop.orders.ids()) == 1


def test_an_order_that_is_gone_is_not_found(shop: ShopifyStore) -> None:
    there = destination(shop)
    found = send(there)
    shop.delete(int(found.destination_id))
    for destination_id in (found.destination_id, "../1", "0"):
        with pytest.raises(NotFound):
            there.read(destination_id)
    assert there.look_up([found.reference]) == {}


def test_an_order_with_many_lines_is_read_back_whole(shop: ShopifyStore) -> None:
    lines = tuple(OutgoingLine("MUG-1", "Mug", 1, 100 + number, 0) for number in range(45))
    order = an_order(lines=lines, charges=(), total=sum(line.total for line in lines))
    there = destination(shop)
    found = send(there, order)
    assert differences(order, there.read(found.destination_id)) == []
    assert differences(order, there.look_up([order.reference])[order.reference][0]) == []


def test_look_ups_that_fail_are_no_absence(sandbox: Sandbox, shop: ShopifyStore) -> None:
    there = destination(shop)
    found = send(there)
    for on in ("query orderByIdentifier", "query nodes"):
        fault(sandbox, "status", on, code=500)
        with pytest.raises(PlatformError):
            there.look_up([found.reference])
    fault(sandbox, "html_200", "query orders")
    with pytest.raises(PlatformError):
        there.look_up(["absent:1"])
    assert there.look_up([found.reference])


def test_the_settings_decide_how_long_an_order_may_take_to_appear(shop: ShopifyStore) -> None:
    assert destination(shop).facts.settle_time == timedelta(seconds=300)
    assert destination(shop, settle_time=60).facts.settle_time == timedelta(seconds=60)
