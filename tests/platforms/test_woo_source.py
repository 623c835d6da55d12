"""Reading orders of a WooCommerce store: none is lost while the list moves, breaks or crowds into one second."""

import contextlib
import functools
import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stogly_tui.platforms.base import OrderPage, OrderSource, RawOrder
from stogly_tui.platforms.errors import NotFound, PlatformError, ProtocolError, Unavailable
from stogly_tui.sandbox import Fault, Sandbox, WooStore
from stogly_tui.sandbox.faults import Plan
from tests.platforms.support import NEVER, Free, source

HOUR_AGO = time.time() - 3600


def place(store: WooStore, count: int, at: float = HOUR_AGO, every: float = 1.0) -> list[int]:
    """Put orders into the store, ``every`` so many seconds from ``at`` on."""
    made = []
    for number in range(count):
        store.clock = functools.partial(float, at + number * every)
        made.append(
            store.orders.create({"status": "processing", "line_items": [{"sku": "MUG-1", "quantity": 1}]})
        )
    store.clock = time.time
    return made


def read(pages: Iterable[OrderPage]) -> list[RawOrder]:
    """All records; the pages keep what `OrderPage` promises."""
    found: list[RawOrder] = []
    held = list(pages)
    for page in held:
        times = [r.modified_at for r in page.records if r.modified_at is not None]
        assert times == sorted(times)
        assert page.cursor == (max(times) if times else None)
        found.extend(page.records)
    assert [page.is_last for page in held] == [False] * (len(held) - 1) + [True]
    return found


def ids(records: Iterable[RawOrder]) -> list[int]:
    return [int(r.remote_id or 0) for r in records]


def test_everything_is_read_in_order_of_change(sandbox: Sandbox) -> None:
    made = place(sandbox.store("shop"), 250)
    orders = source(sandbox, "shop")
    found = read(orders.changed_since("live", NEVER))
    assert ids(found) == made
    assert all(r.order is not None and r.body.startswith(b"{") for r in found)
    assert (
        ids(read(orders.placed_between("live", NEVER, datetime.now(UTC))))
        == made[200:] + made[100:200] + made[:100]
    )


def test_stored_bytes_are_understood_again_without_asking(sandbox: Sandbox) -> None:
    place(sandbox.store("shop"), 1)
    orders = source(sandbox, "shop")
    [raw] = read(orders.changed_since("live", NEVER))
    sandbox.store("shop").requests.clear()
    assert orders.read_again(raw.body) == raw
    assert orders.read_again(b"[{").problem
    assert not sandbox.store("shop").requests


def test_a_store_without_orders_has_one_empty_last_page(sandbox: Sandbox) -> None:
    orders = source(sandbox, "shop")
    for pages in (
        orders.changed_since("live", NEVER),
        orders.placed_between("trash", NEVER, datetime.now(UTC)),
    ):
        assert [(page.records, page.is_last, page.cursor) for page in pages] == [((), True, None)]


def test_the_bound_includes_its_own_second_and_time_zones_do_not_matter(sandbox: Sandbox) -> None:
    made = place(sandbox.store("shop"), 5)
    orders = source(sandbox, "shop")
    from_third = datetime.fromtimestamp(int(HOUR_AGO) + 2, UTC)
    assert ids(read(orders.changed_since("live", from_third))) == made[2:]
    assert (
        ids(read(orders.placed_between("live", from_third, from_third + timedelta(seconds=2)))) == made[2:4]
    )


def test_more_orders_in_one_second_than_a_page_holds_are_all_read(sandbox: Sandbox) -> None:
    store = sandbox.store("shop")
    made = place(store, 30) + place(store, 260, HOUR_AGO + 60, every=0) + place(store, 20, HOUR_AGO + 70)
    found = read(source(sandbox, "shop").changed_since("live", NEVER))
    assert sorted(ids(found)) == made


@pytest.mark.parametrize("skip", [0, 1])
def test_orders_touched_while_the_list_is_read_are_not_lost(sandbox: Sandbox, skip: int) -> None:
    made = place(sandbox.store("shop"), 330)
    orders = source(sandbox, "shop")
    sandbox.faults.add(Fault("shift_page", "GET /orders", times=None, skip=skip))
    pages = itertools.islice(orders.changed_since("live", NEVER), 30)
    found = {r.remote_id for page in pages for r in page.records}
    assert found == set(map(str, made))


def test_a_whole_second_that_shrinks_while_it_is_read_is_not_lost(sandbox: Sandbox) -> None:
    made = place(sandbox.store("shop"), 350, every=0)
    orders = source(sandbox, "shop")
    sandbox.faults.add(Fault("shift_page", "GET /orders", times=6))
    assert {r.remote_id for r in read(orders.changed_since("live", NEVER))} == set(map(str, made))


def test_the_daily_proof_finds_all_though_orders_go_to_the_trash_meanwhile(sandbox: Sandbox) -> None:
    store = sandbox.store("shop")
    made = place(store, 350)
    found = set()
    for page in source(sandbox, "shop").placed_between("live", NEVER, datetime.now(UTC)):
        found |= set(ids(page.records))
        if made[0] in store.orders and store.orders.record(made[0])["status"] != "trash":
            for order_id in made[:3]:
                store.orders.trash(order_id)
    assert found >= set(made[3:])


def test_the_trash_is_a_stream_of_its_own(sandbox: Sandbox) -> None:
    store = sandbox.store("shop")
    made = place(store, 3)
    store.orders.trash(made[1])
    orders = source(sandbox, "shop")
    assert orders.facts.streams == ("live", "trash")
    assert ids(read(orders.changed_since("live", NEVER))) == [made[0], made[2]]
    [trashed] = read(orders.changed_since("trash", NEVER))
    assert trashed.order is not None
    assert trashed.order.is_trashed
    one = orders.one(str(made[1])).order
    assert one is not None
    assert one.is_trashed


def test_an_order_that_is_gone_is_not_found(sandbox: Sandbox) -> None:
    orders = source(sandbox, "shop")
    for wrong in ("424242", "1/notes", "", "x"):
        with pytest.raises(NotFound):
            orders.one(wrong)


def test_one_order_that_breaks_the_page_is_found_and_kept_as_raw_bytes(sandbox: Sandbox) -> None:
    store = sandbox.store("shop")
    made = place(store, 180)
    broken = made[137]
    orders = source(sandbox, "shop")
    poisoned = b'{"id":%d,"number":<b>Fatal error</b>' % broken
    store.orders._rendered[broken] = poisoned
    found = read(orders.changed_since("live", NEVER))
    assert set(ids(found)) == set(made)
    [bad] = [r for r in found if r.problem]
    assert (bad.remote_id, bad.body, bad.order) == (str(broken), b"[" + poisoned + b"]", None)
    proof = read(orders.placed_between("live", NEVER, datetime.now(UTC)))
    assert set(ids(proof)) == set(made)
    assert [r.remote_id for r in proof if r.problem] == [str(broken)]


def poison(store: WooStore, broken: Iterable[int], monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """PHP dies of these orders: when they are shown in full (``rendered``), or of any of their fields (``wire``)."""
    shown, dies = getattr(store.orders, how), set(broken)

    def showing(order_id: int, *args: int) -> Any:
        if order_id in dies:
            raise MemoryError
        return shown(order_id, *args)

    store.orders.forget_rendered()
    monkeypatch.setattr(store.orders, how, showing)


def readings(orders: OrderSource) -> list[Callable[[], Iterator[OrderPage]]]:
    return [
        lambda: orders.changed_since("live", NEVER),
        lambda: orders.placed_between("live", NEVER, datetime.now(UTC)),
    ]


@pytest.mark.parametrize("indexes", [[0], [1], [99], [119], [0, 1, 2, 40, 118, 119]], ids=str)
def test_an_order_of_which_php_dies_stops_no_other(
    sandbox: Sandbox, indexes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sandbox.store("shop")
    made = place(store, 120)
    broken = {made[index] for index in indexes}
    orders = source(sandbox, "shop")
    poison(store, broken, monkeypatch, "rendered")
    for reading in readings(orders):
        store.requests.clear()
        found = read(reading())
        assert sorted(ids(found)) == made
        assert len(store.requests) < 40 * (1 + len(broken))
        bad = {int(r.remote_id or 0): r for r in found if r.problem}
        assert set(bad) == broken
        for order_id, raw in bad.items():
            assert raw.order is None
            assert raw.modified_at == datetime.fromtimestamp(store.orders.record(order_id)["modified"], UTC)
            assert raw.body == b"Internal Server Error"


def test_an_order_is_called_bad_only_between_answers_of_a_store_that_is_well(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sandbox.store("shop")
    made = place(store, 9)
    orders = source(sandbox, "shop")
    poison(store, [made[4]], monkeypatch, "rendered")
    store.requests.clear()
    read(orders.changed_since("live", NEVER))
    asked = [seen for seen in store.requests if "per_page=1&" in f"{seen.query}&"]
    first = next(number for number, seen in enumerate(asked) if "include=" in seen.query)
    # 0 is how the sandbox notes a request of which PHP died
    assert [
        (
            "light" if "_fields=" in seen.query else "another" if "exclude=" in seen.query else "full",
            seen.status,
        )
        for seen in asked[first - 1 : first + 5]
    ] == [("light", 200), ("full", 0), ("full", 0), ("another", 200), ("full", 0), ("light", 200)]


def test_an_order_that_tells_not_even_its_id_is_never_gone_past(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sandbox.store("shop")
    made = place(store, 120)
    orders = source(sandbox, "shop")
    poison(store, [made[57]], monkeypatch, "wire")
    found, _, is_whole = gathered(orders.changed_since("live", NEVER))
    assert not is_whole
    assert ids(found) == made[:57]
    with pytest.raises(Unavailable) as raised:
        read(orders.placed_between("live", NEVER, datetime.now(UTC)))
    assert raised.value.status == 500


def test_a_store_that_shows_no_order_in_full_has_no_bad_records(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sandbox.store("shop")
    poison(store, place(store, 8), monkeypatch, "rendered")
    for reading in readings(source(sandbox, "shop")):
        pages = reading()
        with pytest.raises(Unavailable):
            next(pages)


def test_the_only_order_of_a_store_may_be_bad(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    store = sandbox.store("shop")
    [made] = place(store, 1)
    poison(store, [made], monkeypatch, "rendered")
    for reading in readings(source(sandbox, "shop")):
        [bad] = read(reading())
        assert (bad.remote_id, bad.order) == (str(made), None)
        assert bad.problem


def test_too_many_bad_orders_are_a_broken_store(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    store = sandbox.store("shop")
    made = place(store, 150)
    orders = source(sandbox, "shop")
    poison(store, made[20:34], monkeypatch, "rendered")
    for reading in readings(orders):
        store.requests.clear()
        found, _, is_whole = gathered(reading())
        assert not is_whole
        assert len([r for r in found if r.problem]) <= 10
        assert len(store.requests) < 400


@pytest.mark.parametrize("spared", [1, 2, 3])
def test_an_order_that_can_be_shown_in_the_end_is_not_called_bad(
    sandbox: Sandbox, spared: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sandbox.store("shop")
    made = place(store, 20)
    orders = source(sandbox, "shop")
    shown = store.orders.rendered
    deaths = itertools.count()
    alive_after: float = float("inf")

    def rendered(order_id: int) -> bytes:
        if order_id == made[7] and next(deaths) < alive_after:
            raise MemoryError
        return shown(order_id)

    store.orders.forget_rendered()
    monkeypatch.setattr(store.orders, "rendered", rendered)
    for reading in readings(orders):
        deaths, alive_after = itertools.count(), float("inf")
        assert [r.remote_id for r in read(reading()) if r.problem] == [str(made[7])]
        alive_after, deaths = next(deaths) - spared, itertools.count()
        found = read(reading())
        assert sorted(ids(found)) == made
        assert all(r.order for r in found)


def test_a_bad_order_that_is_changed_while_it_is_looked_at_comes_later(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sandbox.store("shop")
    made = place(store, 20)
    broken, shown = made[7], store.orders.rendered
    deaths = itertools.count()

    def rendered(order_id: int) -> bytes:
        if order_id == broken and next(deaths) == 12:
            store.orders.touch(store.orders.record(broken))
        if order_id == broken and store.orders.record(broken)["modified"] < HOUR_AGO + 60:
            raise MemoryError
        return shown(order_id)

    store.orders.forget_rendered()
    monkeypatch.setattr(store.orders, "rendered", rendered)
    found = read(source(sandbox, "shop").changed_since("live", NEVER))
    assert ids(found) == [*made[:7], *made[8:], broken]
    assert all(r.order for r in found)


def gathered(pages: Iterable[OrderPage]) -> tuple[list[RawOrder], datetime, bool]:
    """What came before the end or an error, the cursor it left, and whether it was the end."""
    found: list[RawOrder] = []
    cursor, is_whole = NEVER, False
    with contextlib.suppress(Unavailable, ProtocolError):
        for page in pages:
            assert not is_whole
            found += page.records
            cursor, is_whole = max(cursor, page.cursor or NEVER), page.is_last
    return found, cursor, is_whole


OUTAGES = {
    "500": Fault("status", "GET /orders", code=500),
    "502": Fault("status", "GET /orders", code=502),
    "503": Fault("status", "GET /orders", code=503),
    "dropped": Fault("drop_before_commit", "GET /orders"),
    "page": Fault("html_200", "GET /orders"),
    "cut": Fault("malformed_json", "GET /orders"),
}


@pytest.mark.parametrize("every", [1.0, 0.1])
@pytest.mark.parametrize("outage", OUTAGES)
def test_a_store_that_is_down_for_a_moment_costs_no_order(
    sandbox: Sandbox, outage: str, every: float
) -> None:
    store = sandbox.store("shop")
    made = place(store, 230, every=every)
    orders = source(sandbox, "shop")
    for times, skip in itertools.product((1, 2, 5, 7, 9, 13, 25), (0, 1, 2)):
        for check in (functools.partial(all_or_an_error, store), proven_or_an_error):
            sandbox.faults.clear()
            sandbox.faults.add(replace(OUTAGES[outage], times=times, skip=skip))
            check(made, orders)


@pytest.mark.parametrize("pattern", ["x.", "x..", "xx.", "xxx.", "xx..", "xxxxx..", "xxxx.x.x", "x.xxxxxx.x"])
def test_a_store_that_answers_now_and_then_costs_no_order(
    sandbox: Sandbox, pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when some of the servers behind one address are down."""
    store = sandbox.store("shop")
    made = place(store, 230)
    orders = source(sandbox, "shop")
    for start in range(len(pattern)):
        for check in (functools.partial(all_or_an_error, store), proven_or_an_error):
            answers = itertools.islice(itertools.cycle(pattern), start, None)
            monkeypatch.setattr(sandbox.faults, "take", functools.partial(_next_fault, answers))
            check(made, orders)


def _next_fault(answers: Iterator[str], *request: str) -> Plan:
    return Plan(instead=OUTAGES["502"] if next(answers) == "x" else None)


def all_or_an_error(store: WooStore, made: list[int], orders: OrderSource) -> None:
    """Everything comes, or an error and nothing that the cursor passed is missing; and no order is called bad."""
    found, cursor, is_whole = gathered(orders.changed_since("live", NEVER))
    times = {order_id: store.orders.record(order_id)["modified"] for order_id in made}
    one_a_second = len(set(times.values())) == len(made)
    passed = cursor.timestamp() + one_a_second  # the second of the cursor itself is read again
    assert {one for one, at in times.items() if at < passed or is_whole} <= set(ids(found))
    assert all(r.order for r in found)


def proven_or_an_error(made: list[int], orders: OrderSource) -> None:
    """Everything comes, or an error; and no order is called bad."""
    found, _, is_whole = gathered(orders.placed_between("live", NEVER, datetime.now(UTC)))
    assert not is_whole or sorted(set(ids(found))) == made
    assert all(r.order for r in found)


def test_a_store_that_cannot_show_any_order_is_an_error_and_not_an_empty_list(sandbox: Sandbox) -> None:
    place(sandbox.store("shop"), 30)
    orders = source(sandbox, "shop")
    for fault in (
        Fault("malformed_json", "GET /orders", times=None),
        Fault("html_200", "GET /orders", times=None),
    ):
        sandbox.faults.clear()
        sandbox.faults.add(fault)
        with pytest.raises(ProtocolError):
            read(orders.changed_since("live", NEVER))
        with pytest.raises(ProtocolError):
            read(orders.placed_between("live", NEVER, datetime.now(UTC)))


def test_maintenance_is_not_taken_apart(sandbox: Sandbox) -> None:
    limiter = Free()
    orders = source(sandbox, "shop", limiter)
    sandbox.store("shop").maintenance = True
    with pytest.raises(Unavailable) as raised:
        read(orders.changed_since("live", NEVER))
    assert raised.value.status == 503
    assert limiter.waits == [60.0]
    assert limiter.asked == 1


@pytest.mark.parametrize("kind", ["drop_before_commit", "truncated_json"])
def test_a_dropped_connection_is_tried_once_more(sandbox: Sandbox, kind: Any) -> None:
    made = place(sandbox.store("shop"), 3)
    orders = source(sandbox, "shop")
    sandbox.faults.add(Fault(kind, "GET /orders"))
    assert ids(read(orders.changed_since("live", NEVER))) == made
    sandbox.faults.add(Fault(kind, "GET /orders", times=2))
    with pytest.raises(Unavailable):
        read(orders.changed_since("live", NEVER))


@pytest.mark.parametrize("kind", ["hang", "slow_drip"])
def test_a_read_ends_at_its_deadline(sandbox: Sandbox, kind: Any) -> None:
    place(sandbox.store("shop"), 3)
    orders = source(sandbox, "shop", request_timeout=1)
    sandbox.faults.add(Fault(kind, "GET /orders", seconds=30, bytes_per_second=50))
    started = time.monotonic()
    with pytest.raises(Unavailable, match="in time"):
        read(orders.changed_since("live", NEVER))
    assert time.monotonic() - started < 2


def test_odd_values_of_a_plugin_never_lose_an_order(sandbox: Sandbox) -> None:
    made = place(sandbox.store("shop"), 2)
    orders = source(sandbox, "shop")
    for kind in ("wrong_types", "unknown_fields", "unknown_status"):
        sandbox.faults.clear()
        sandbox.faults.add(Fault(kind, "GET /orders"))
        found = read(orders.changed_since("live", NEVER))
        assert ids(found) == made
        assert all(r.order is not None for r in found)
    assert found[0].order is not None
    assert found[0].order.unknown == ("status=awaiting-pickup",)


def test_a_notice_of_php_before_the_json_is_read_over(sandbox: Sandbox) -> None:
    made = place(sandbox.store("shop"), 3)
    orders = source(sandbox, "shop")
    sandbox.store("shop").php_notice = True
    assert ids(read(orders.changed_since("live", NEVER))) == made


def test_the_cursor_never_passes_the_stores_own_clock(sandbox: Sandbox) -> None:
    store = sandbox.store("shop")
    store.clock = lambda: time.time() + 600
    order = store.orders.create({})
    store.clock = time.time
    [page] = source(sandbox, "shop").changed_since("live", NEVER)
    assert ids(page.records) == [order]
    assert page.cursor == page.server_time


def test_a_refused_key_is_told_apart_from_a_store_that_is_down(sandbox: Sandbox) -> None:
    orders: OrderSource = source(sandbox, "shop")
    sandbox.faults.add(Fault("expired_key", "GET /orders"))
    with pytest.raises(PlatformError) as raised:
        read(orders.changed_since("live", NEVER))
    assert raised.value.code == "AUTH-FAILED"


def test_several_orders_are_read_together_and_what_is_missing_is_left_out(sandbox: Sandbox) -> None:
    store = sandbox.store("shop")
    ids = [store.orders.create({"line_items": [{"sku": "MUG-1", "quantity": 1}]}) for _ in range(3)]
    store.orders.trash(ids[1])

    found = source(sandbox, "shop").several([*map(str, ids), "999999", "x"])

    assert sorted(str(raw.remote_id) for raw in found) == [str(ids[0]), str(ids[2])]
