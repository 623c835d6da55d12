"""Creating at a WooCommerce store: exactly what was sent, found again by reference, doubt where there is doubt."""

import functools
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stogly_tui.domain.orders import Address
from stogly_tui.domain.outgoing import FoundOrder, FoundState, OutgoingCharge, OutgoingLine, differences
from stogly_tui.domain.states import ChargeKind
from stogly_tui.platforms.base import Exchange, OrderDestination
from stogly_tui.platforms.errors import (
    AuthFailed,
    NotFound,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    Unavailable,
)
from stogly_tui.platforms.woocommerce import client
from stogly_tui.platforms.woocommerce import destination as woo_destination
from stogly_tui.sandbox import Fault, Sandbox, WooStore, query
from stogly_tui.sandbox.faults import Plan
from tests.platforms.support import Free, an_order, destination

SKUS = ["MUG-1", "TEE-1"]


def send(
    at: OrderDestination, reference: str = "woocommerce:shop:1:1", timeout: float = 5.0
) -> tuple[FoundOrder, Exchange]:
    return at.create(an_order(reference), at.find_skus(SKUS), gate=lambda: True, timeout=timeout)


@pytest.mark.parametrize("slug", ["main", "untaxed", "shop", "old"])
def test_an_order_arrives_as_it_was_sent_whether_the_store_computes_tax_or_not(
    sandbox: Sandbox, slug: str
) -> None:
    at = destination(sandbox, slug)
    found, exchange = send(at)
    assert differences(an_order(), found, tolerance=0) == []
    assert (found.status, found.state) == ("processing", FoundState.LIVE)
    assert at.read(found.destination_id) == found
    assert at.look_up([an_order().reference]) == {an_order().reference: [found]}
    assert exchange.status == 201
    assert "POST" in exchange.request


def test_what_rounding_took_away_arrives_as_a_line_of_its_own(sandbox: Sandbox) -> None:
    at = destination(sandbox, "main")
    order = an_order(total=12991)
    found, _ = at.create(order, at.find_skus(SKUS), gate=lambda: True, timeout=5)
    assert differences(order, found, tolerance=0) == []


def test_discounts_tips_and_variations_arrive(sandbox: Sandbox) -> None:
    at = destination(sandbox, "main", destination_status="on-hold")
    order = an_order(
        lines=(OutgoingLine("SHIRT-L", "Shirt", 1, 1681, 319),),
        charges=(
            OutgoingCharge(ChargeKind.DISCOUNT, "", -420, -80),
            OutgoingCharge(ChargeKind.TIP, "", 100, 0),
        ),
        total=1600,
    )
    found, _ = at.create(order, at.find_skus(["SHIRT-L"]), gate=lambda: True, timeout=5)
    assert differences(order, found, tolerance=0) == []
    assert found.status == "on-hold"


def test_skus_are_compared_exactly_and_parents_are_left_out(sandbox: Sandbox) -> None:
    at = destination(sandbox, "main")
    found = at.find_skus([" MUG-1 ", "mug-1", "SHIRT", "SHIRT-L", "NOPE", ""])
    assert set(found) == {" MUG-1 ", "SHIRT-L"}
    assert found["SHIRT-L"].variation_id
    assert found["SHIRT-L"].product_id != found["SHIRT-L"].variation_id


def test_problems_are_named_before_anything_is_sent(sandbox: Sandbox) -> None:
    at = destination(sandbox, "main")
    skus = at.find_skus(SKUS)
    assert at.problems_with(an_order(), skus) == []
    odd = an_order(
        reference="x" * 101,
        currency="EURO",
        lines=(OutgoingLine("", "Gift", 0, 0, 0), OutgoingLine("NOPE", "?", 1, 1, 0)),
        billing=Address(line1="Weg 1", country="Germany", email="nope"),
        shipping=Address(line1="Weg 1"),
    )
    fields = {problem.field for problem in at.problems_with(odd, skus)}
    assert fields == {
        "sku",
        "quantity",
        "billing.country",
        "shipping.country",
        "currency",
        "email",
        "reference",
    }
    assert [p.field for p in at.problems_with(an_order(total=99), skus)] == ["total"]
    assert [p.field for p in at.problems_with(an_order(lines=(), charges=(), total=0), skus)] == ["lines"]
    fine = an_order(currency="KWD", lines=(OutgoingLine("MUG-1", "Mug", 1, 1234, 0),), charges=(), total=1234)
    assert "would round" in at.problems_with(fine, skus)[0].message


def test_the_look_up_finds_live_and_trash_and_tells_them_apart(sandbox: Sandbox) -> None:
    at, store = destination(sandbox, "main"), sandbox.store("main")
    ids = {name: int(send(at, f"ref:{name}")[0].destination_id) for name in ("live", "trash", "off")}
    store.orders.trash(ids["trash"])
    store.orders.update(ids["off"], {"status": "cancelled"})
    states = {
        ref: [order.state for order in orders]
        for ref, orders in at.look_up(["ref:live", "ref:trash", "ref:off", "ref:none"]).items()
    }
    assert states == {
        "ref:live": [FoundState.LIVE],
        "ref:trash": [FoundState.TRASHED],
        "ref:off": [FoundState.CANCELLED],
    }


def test_two_orders_of_one_reference_are_both_found(sandbox: Sandbox) -> None:
    at = destination(sandbox, "main")
    first, second = send(at)[0], send(at)[0]
    found = at.look_up([an_order().reference])[an_order().reference]
    assert {order.destination_id for order in found} == {first.destination_id, second.destination_id}


def test_many_references_are_looked_up_at_once(sandbox: Sandbox) -> None:
    at = destination(sandbox, "main")
    send(at, "woocommerce:shop:7:1")
    sandbox.store("main").requests.clear()
    wanted = [f"woocommerce:shop:{n}:1" for n in range(50)]
    assert list(at.look_up(wanted)) == ["woocommerce:shop:7:1"]
    assert len(sandbox.store("main").requests) == 2


def test_an_old_store_is_scanned(sandbox: Sandbox) -> None:
    at = destination(sandbox, "old")
    assert at.facts.scans
    found, _ = send(at, "ref:a")
    for _ in range(120):
        sandbox.store("old").orders.create({})
    sandbox.store("old").orders.trash(int(send(at, "ref:b")[0].destination_id))
    looked = at.look_up(["ref:a", "ref:b", "ref:c"], datetime.now(UTC) - timedelta(minutes=1))
    assert {ref: [o.state for o in orders] for ref, orders in looked.items()} == {
        "ref:a": [FoundState.LIVE],
        "ref:b": [FoundState.TRASHED],
    }
    assert looked["ref:a"][0].destination_id == found.destination_id


def place(store: WooStore, count: int, at: float, every: float = 1.0) -> list[int]:
    """Put orders of others into the store."""
    made = []
    for number in range(count):
        store.clock = functools.partial(float, at + number * every)
        made.append(store.orders.create({}))
    store.clock = time.time
    return made


@pytest.mark.parametrize("others", [0, 99, 100, 320])
@pytest.mark.parametrize("is_trashed", [False, True])
def test_an_old_store_is_scanned_from_when_the_buyer_placed_the_order(
    sandbox: Sandbox, others: int, is_trashed: bool
) -> None:
    """Another database, or this one before it was restored, sent it two days ago."""
    at, store = destination(sandbox, "old"), sandbox.store("old")
    placed = time.time() - 2 * 86_400
    place(store, 3, placed - 7_200)
    place(store, others // 2, placed + 1)
    store.clock = functools.partial(
        float, placed - 3_500
    )  # its clock is behind the one that told `placed_at`
    found, _ = send(at, "ref:sent")
    store.clock = time.time
    if is_trashed:
        store.orders.trash(int(found.destination_id))
    place(store, others - others // 2, placed + 100_000)
    looked = at.look_up(["ref:sent", "ref:not"], datetime.fromtimestamp(placed, UTC))
    assert {ref: [order.destination_id for order in there] for ref, there in looked.items()} == {
        "ref:sent": [found.destination_id]
    }
    assert at.look_up(["ref:sent"], datetime.fromtimestamp(placed, UTC) + timedelta(hours=2)) == {}


def test_a_scan_skips_nothing_though_orders_come_and_go_meanwhile(sandbox: Sandbox) -> None:
    at, store = destination(sandbox, "old"), sandbox.store("old")
    day = time.time() - 86_400
    early = place(store, 150, day)
    wanted = {f"ref:{n}": send(at, f"ref:{n}")[0].destination_id for n in range(30)}
    place(store, 150, day + 500)
    asked = store.requests
    asked.clear()
    taken = sandbox.faults.take

    def moving(*request: Any) -> Plan:
        """Many old orders go after every page, some new ones arrive."""
        for order_id in early[:40]:
            store.orders.delete(order_id)
        del early[:40]
        place(store, 5, time.time())
        return taken(*request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox.faults, "take", moving)
        looked = at.look_up(list(wanted), datetime.fromtimestamp(day, UTC))
    assert {ref: [order.destination_id for order in there] for ref, there in looked.items()} == {
        ref: [order_id] for ref, order_id in wanted.items()
    }


def test_orders_that_are_hidden_from_our_key_do_not_end_a_scan(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WooCommerce counts them, and leaves them out of the page."""
    at, store = destination(sandbox, "old"), sandbox.store("old")
    others = place(store, 250, time.time() - 600)
    hidden = {*others[20:28], *others[90:95], *others[180:189]}
    found, _ = send(at, "ref:sent")
    cut = query._cut

    def cutting(*args: Any, **kwargs: Any) -> query.Page:
        page = cut(*args, **kwargs)
        return replace(page, ids=[one for one in page.ids if one not in hidden])

    monkeypatch.setattr(query, "_cut", cutting)
    looked = at.look_up(["ref:sent"], datetime.now(UTC) - timedelta(hours=1))
    assert [order.destination_id for order in looked["ref:sent"]] == [found.destination_id]


@pytest.mark.parametrize("tells_total", [True, False])
def test_a_scan_that_is_too_long_is_an_error_and_not_an_absence(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tells_total: bool
) -> None:
    at, store = destination(sandbox, "old"), sandbox.store("old")
    place(store, 290, time.time() - 600)
    monkeypatch.setattr(woo_destination, "MOST_PAGES", 3)
    if not tells_total:
        monkeypatch.setattr(client, "_count", lambda reply, name: None)
    assert at.look_up(["ref:a"], datetime.now(UTC) - timedelta(seconds=100, hours=-1)) == {}
    with pytest.raises(Unavailable, match="too many"):
        at.look_up(["ref:a"], datetime.now(UTC))


@pytest.mark.parametrize("status", ["checkout-draft", "processing", "pending"])
def test_a_half_made_order_is_completed_by_its_id(sandbox: Sandbox, status: str) -> None:
    at = destination(sandbox, "main")
    sandbox.faults.add(Fault("half_made", "POST /orders", order_status=status))
    with pytest.raises(OutcomeUnknown):
        send(at)
    [half] = at.look_up([an_order().reference])[an_order().reference]
    assert half.state is FoundState.DRAFT
    done = at.complete(half.destination_id, an_order(), at.find_skus(SKUS), gate=lambda: True, timeout=5)
    assert done.destination_id == half.destination_id
    assert differences(an_order(), done, tolerance=0) == []
    again = at.complete(half.destination_id, an_order(), at.find_skus(SKUS), gate=lambda: True, timeout=5)
    assert again == done
    assert len(sandbox.store("main").orders.ids()) == 1


def test_an_order_of_another_reference_is_never_completed(sandbox: Sandbox) -> None:
    at = destination(sandbox, "main")
    found, _ = send(at, "ref:other")
    with pytest.raises(Rejected):
        at.complete(found.destination_id, an_order(), at.find_skus(SKUS), gate=lambda: True, timeout=5)


@pytest.mark.parametrize(
    ("fault", "stays"),
    [
        (Fault("drop_before_commit", "POST /orders"), 0),
        (Fault("drop_reply_after_commit", "POST /orders"), 1),
        (Fault("error_after_commit", "POST /orders"), 1),
        (Fault("status", "POST /orders", code=500), 0),
        (Fault("status", "POST /orders", code=503, headers={"Retry-After": "600"}), 0),
        (Fault("status", "POST /orders", code=504), 0),
        (Fault("status", "POST /orders", code=408), 0),
        (Fault("status", "POST /orders", code=403, body="<html>blocked</html>"), 0),
        (Fault("redirect", "POST /orders", location="https://evil.test/x"), 0),
        (Fault("html_200", "POST /orders"), 0),
        (Fault("oversized", "POST /orders", size=3_000_000), 0),
        (Fault("truncated_json", "POST /orders"), 1),
        (Fault("malformed_json", "POST /orders"), 1),
        (Fault("hang", "POST /orders", seconds=30), 0),
        (Fault("slow_drip", "POST /orders", bytes_per_second=100), 1),
    ],
    ids=lambda value: f"{value.kind}-{value.code}" if isinstance(value, Fault) else "",
)  # fmt: skip
def test_an_end_that_is_not_on_the_closed_list_is_unknown(sandbox: Sandbox, fault: Fault, stays: int) -> None:
    at = destination(sandbox, "main")
    skus = at.find_skus(SKUS)
    sandbox.faults.add(fault)
    with pytest.raises(OutcomeUnknown) as raised:
        at.create(an_order(), skus, gate=lambda: True, timeout=0.6)
    assert raised.value.exchange is not None
    assert len(sandbox.store("main").orders.ids()) == stays
    assert (
        len(
            [
                seen
                for seen in sandbox.store("main").requests
                if seen.path.endswith("/orders") and seen.method == "POST"
            ]
        )
        == 1
    )


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("status", "POST /orders", code=429), RateLimited),
        (Fault("status", "POST /orders", code=429, headers={"Retry-After": "7"}), RateLimited),
        (Fault("expired_key", "POST /orders"), AuthFailed),
        (
            Fault(
                "status", "POST /orders", code=400, body='{"code":"x","message":"No &amp; no","data":null}'
            ),
            Rejected,
        ),
    ],
)
def test_on_the_closed_list_nothing_was_done(
    sandbox: Sandbox, fault: Fault, error: type[PlatformError]
) -> None:
    limiter = Free()
    at = destination(sandbox, "main", limiter)
    skus = at.find_skus(SKUS)
    sandbox.faults.add(fault)
    with pytest.raises(error) as raised:
        at.create(an_order(), skus, gate=lambda: True, timeout=5)
    assert type(raised.value) is error
    assert raised.value.exchange is not None
    assert limiter.waits == ([7.0] if "Retry-After" in fault.headers else [])
    assert sandbox.store("main").orders.ids() == []


def test_a_closed_gate_sends_nothing(sandbox: Sandbox) -> None:
    at = destination(sandbox, "main")
    skus = at.find_skus(SKUS)
    sandbox.store("main").requests.clear()
    with pytest.raises(Unavailable) as raised:
        at.create(an_order(), skus, gate=lambda: False, timeout=5)
    assert raised.value.exchange is None
    assert not sandbox.store("main").requests


def test_a_refusal_that_left_a_draft_behind_is_in_doubt(sandbox: Sandbox) -> None:
    at = destination(sandbox, "main")
    skus = at.find_skus(SKUS)
    body = '{"code":"woocommerce_rest_invalid_coupon","message":"no","data":{"status":400,"new_draft_order_id":77}}'
    sandbox.faults.add(Fault("status", "POST /orders", code=400, body=body))
    with pytest.raises(OutcomeUnknown, match="77"):
        at.create(an_order(), skus, gate=lambda: True, timeout=5)


def test_a_bad_mail_address_is_rejected_by_name(sandbox: Sandbox) -> None:
    at = destination(sandbox, "main")
    order = an_order()
    order = replace(order, billing=replace(order.billing, email="nope"))
    with pytest.raises(Rejected) as raised:
        at.create(order, at.find_skus(SKUS), gate=lambda: True, timeout=5)
    assert raised.value.field == "billing"
    assert raised.value.status == 400


def test_an_order_that_is_not_there_is_not_found(sandbox: Sandbox) -> None:
    at = destination(sandbox, "main")
    for wrong in ("999999", "../products", ""):
        with pytest.raises(NotFound):
            at.read(wrong)
