"""Tools of a channel, against a real shop."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from stogly_tui.domain.problems import InvalidInput
from stogly_tui.domain.search import Field, Term
from stogly_tui.domain.states import ChannelRole, FlowType, RunState
from stogly_tui.model import database as db
from stogly_tui.model.queries import order_keys, overview, runs
from stogly_tui.model.queries.order_filter import OrderFilter
from stogly_tui.model.tables import Order
from stogly_tui.operations import tools
from tests.support.trade import ADA, FAST, Trade, make_store


def test_one_order_is_pulled_by_its_id_at_the_channel(trade: Trade) -> None:
    placed = trade.place()

    said = tools.pull_one(ADA, "Shop", f" {placed} ")

    assert said == f"{trade.row(placed).number}: accepted."


def test_an_order_that_the_channel_does_not_have_is_named(trade: Trade) -> None:
    with pytest.raises(InvalidInput, match="Shop has no order '999'"):
        tools.pull_one(ADA, "Shop", "999")


def test_a_window_is_read_again_and_says_what_was_missing(trade: Trade) -> None:
    long_ago = time.time() - 20 * 86_400
    trade.place()
    trade.pull()
    trade.shop.clock = lambda: long_ago
    placed = trade.place()
    trade.shop.clock = time.time
    assert trade.pull().created == 0
    since = datetime.fromtimestamp(long_ago, UTC) - timedelta(days=1)

    run_id = tools.refetch_window(ADA, "Shop", since, since + timedelta(days=2))
    trade.drain_intake()

    with db.read():
        run = runs.by_id(run_id)
    assert run is not None
    assert (run.type, run.state, run.found_missing) == (FlowType.ORDERS_DAILY, RunState.FINISHED, 1)
    assert trade.row(placed).remote_id == str(placed)


@pytest.mark.parametrize("days", [(1, 2), (200, 0)])
def test_a_window_that_makes_no_sense_is_refused(trade: Trade, days: tuple[int, int]) -> None:
    now = datetime.now(UTC)
    with pytest.raises(InvalidInput, match="since"):
        tools.refetch_window(ADA, "Shop", now - timedelta(days=days[0]), now - timedelta(days=days[1]))


def test_the_counts_of_a_day_are_compared(trade: Trade) -> None:
    for _ in range(3):
        trade.place()
    trade.pull()
    trade.place()
    today = datetime.now(UTC).astimezone(trade.shop.zone).date()

    before = tools.verify_counts(ADA, "Shop", today)
    trade.pull()
    after = tools.verify_counts(ADA, "Shop", today)

    assert (before.on_channel, before.here, before.is_equal) == (4, 3, False)
    assert (after.on_channel, after.here, after.is_equal) == (4, 4, True)


def test_a_clock_that_is_off_is_told(trade: Trade) -> None:
    assert tools.check_clock(ADA, "Shop").is_fine

    trade.shop.skew_seconds = 120

    found = tools.check_clock(ADA, "Shop")
    assert found.apart is not None
    assert 110 < found.apart.total_seconds() < 130
    assert not found.is_fine


def test_the_search_is_made_anew_from_what_is_stored(trade: Trade) -> None:
    trade.place()
    trade.pull()
    with db.write(ADA):
        Order.update(search="").execute()

    assert tools.rebuild_search(ADA, "Shop") == 1

    with db.read():
        assert len(list(order_keys.all_ids(OrderFilter(terms=(Term(Field.TEXT, ("buyer@example",)),))))) == 1


def test_what_a_channel_was_asked_is_kept_for_whoever_closes_that_day(trade: Trade) -> None:
    for _ in range(2):
        trade.place()
    trade.pull()
    trade.place()
    now = datetime.now(UTC)
    since, until = now - timedelta(hours=12), now + timedelta(hours=12)

    found = tools.count_all(ADA, since, until)

    with db.read():
        (row,) = overview.day(since, until).channels
    assert [(one.on_channel, one.here) for one in found.counts] == [(3, 2)]
    assert row.count is not None
    assert (row.count.on_channel, row.count.here, row.count.by) == (3, 2, "ada")


def test_a_channel_that_cannot_be_asked_stops_none_of_the_others(trade: Trade) -> None:
    trade.add(
        "Other", make_store(trade.sandbox, "other"), ChannelRole.SOURCE, destination="Main", settings=FAST
    )
    trade.fault("status", on="*", store=trade.shop.slug, code=500, times=None)
    now = datetime.now(UTC)

    found = tools.count_all(ADA, now - timedelta(hours=1), now + timedelta(hours=1))

    assert [one.channel for one in found.counts] == ["Other"]
    assert ["Shop cannot be asked now" in str(one) for one in found.problems] == [True]
