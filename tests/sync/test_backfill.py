"""History of a large channel: read beside the live orders, in windows, through any end, to its end."""

import time
from datetime import datetime, timedelta

import pytest

from stogly_tui.domain.states import BackfillState, FlowType, IntakeState, RunState
from stogly_tui.model import database as db
from stogly_tui.model.queries import backfills, runs
from stogly_tui.model.queries.backfills import BackfillRow
from stogly_tui.operations import flows, go_live, pulls, tools
from stogly_tui.sync import backfill, intake
from tests.support.trade import ADA, Crash, Trade

DAY = 86_400.0


@pytest.fixture
def old(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> Trade:
    """A shop with 30 orders of the last 60 days, which is many to a connector that has been told so."""
    monkeypatch.setattr(backfill, "SMALL", 10)
    monkeypatch.setattr(backfill, "MANY", 8)
    monkeypatch.setattr(backfill, "FEW", 4)
    started = time.time()
    for number in range(30):
        trade.shop.clock = lambda number=number: started - 60 * DAY + number * 2 * DAY  # type: ignore[misc]
        trade.place()
    trade.shop.clock = time.time
    return trade


def history(trade: Trade) -> BackfillRow:
    with db.read():
        found = backfills.of_channel(trade.channel("Shop").id)
    assert found is not None
    return found


def now() -> datetime:
    with db.read():
        return db.now()


def drain(trade: Trade, *, all_history: bool = False) -> None:
    intake.drain(trade.context, trade.channel("Shop").id, all_history=all_history)


def pull(trade: Trade, *, all_history: bool = False) -> None:
    pulls.pull_now(ADA, ["Shop"])
    drain(trade, all_history=all_history)


def remote_ids(trade: Trade) -> list[str]:
    return sorted(row.remote_id for row in trade.rows())


def all_at_shop(trade: Trade) -> list[str]:
    return sorted(str(key) for key in trade.shop.orders.ids())


def test_a_small_channel_is_read_whole_by_its_first_run(trade: Trade) -> None:
    trade.place()

    trade.pull()

    with db.read():
        assert backfills.of_channel(trade.channel("Shop").id) is None
    assert remote_ids(trade) == all_at_shop(trade)


def test_the_history_of_a_large_channel_is_read_to_its_end_and_no_order_twice(old: Trade) -> None:
    pull(old, all_history=True)

    assert remote_ids(old) == all_at_shop(old)
    found = history(old)
    assert (found.state, found.seen, found.total, found.share) == (BackfillState.FINISHED, 30, 30, 1.0)
    with db.read():
        run = next(run for run in runs.latest(50) if run.type is FlowType.HISTORY)
    assert (run.state, run.seen, run.created) == (RunState.FINISHED, 30, 30)


def test_history_rests_between_its_windows(old: Trade) -> None:
    pull(old)
    after_one = history(old)
    drain(old)

    assert after_one.state is BackfillState.READING
    assert history(old).at == after_one.at
    old.clock.advance(seconds=31)
    drain(old)
    assert history(old).at < after_one.at


def test_a_live_order_does_not_wait_for_the_history(old: Trade) -> None:
    seen_while_reading: list[bool] = []
    late: list[int] = []

    def after_step(name: str) -> None:
        if name == "history page stored" and not late:
            late.append(old.place())
            pulls.pull_now(ADA, ["Shop"])
        elif name == "history window read" and late and not seen_while_reading:
            here = any(row.remote_id == str(late[0]) for row in old.rows())
            seen_while_reading.append(here and history(old).state is BackfillState.READING)

    old.context.after_step = after_step
    pull(old, all_history=True)

    assert seen_while_reading == [True]


@pytest.mark.parametrize("skip", [0, 1, 3])
def test_history_goes_on_after_the_process_died_in_the_middle(old: Trade, skip: int) -> None:
    old.crash_after, old.crash_skip = "history page stored", skip
    with pytest.raises(Crash):
        pull(old, all_history=True)
    old.restart()

    drain(old, all_history=True)
    intake.end_abandoned()

    assert remote_ids(old) == all_at_shop(old)
    assert history(old).state is BackfillState.FINISHED
    with db.read():
        states = [run.state for run in runs.latest(50) if run.type is FlowType.HISTORY]
    assert states == [RunState.FINISHED, RunState.INTERRUPTED]


def test_a_window_that_cannot_be_read_is_read_again_later(old: Trade) -> None:
    old.fault("status", on="GET /orders", store=old.shop.slug, code=500, times=None, skip=4)
    pull(old, all_history=True)
    assert history(old).state is BackfillState.READING
    old.sandbox.faults.clear()
    old.heal("Shop")

    drain(old, all_history=True)

    assert history(old).state is BackfillState.FINISHED
    assert remote_ids(old) == all_at_shop(old)


def test_history_is_stopped_and_started_by_hand(old: Trade) -> None:
    pull(old)
    flow = flows.found("Shop/History")

    flows.stop(ADA, flow.id)
    drain(old, all_history=True)
    stopped = history(old)
    flows.start(ADA, flow.id)
    drain(old, all_history=True)

    assert stopped.state is BackfillState.STOPPED
    assert history(old).state is BackfillState.FINISHED


def test_what_is_still_to_be_read_is_not_reported_as_missing(old: Trade) -> None:
    pull(old)
    tools.refetch_window(ADA, "Shop", now() - timedelta(days=80), now())

    drain(old)

    with db.read():
        proof = next(run for run in runs.latest(50) if run.type is FlowType.ORDERS_DAILY)
    assert (proof.state, proof.found_missing) == (RunState.FINISHED, 0)


def test_history_moves_no_order_and_counts_by_the_moment_of_go_live(
    empty_trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "SMALL", 5)
    started = time.time()
    for number in range(12):
        empty_trade.shop.clock = lambda number=number: started - 12 * DAY + number * DAY  # type: ignore[misc]
        empty_trade.place()
    empty_trade.shop.clock = time.time
    empty_trade.connect(live=False, auto_send="always", send_when="committed")
    pull(empty_trade)
    moment = now() - timedelta(days=5, hours=12)

    plan = go_live.plan_go_live(ADA, "Shop", moment)
    drain(empty_trade, all_history=True)
    go_live.go_live(ADA, plan)
    empty_trade.queue_by_rule()
    empty_trade.push()

    states = [row.intake for row in empty_trade.rows()]
    assert (plan.history, plan.taken_in, plan.sent) == (7, 5, 0)
    assert (states.count(IntakeState.HISTORY), states.count(IntakeState.ACCEPTED)) == (7, 5)
    assert empty_trade.at_destination() == []


def test_history_can_be_read_once_more_from_a_day(old: Trade) -> None:
    pull(old, all_history=True)
    since = (now() - timedelta(days=21)).isoformat()

    flow = flows.add(ADA, "Shop", "history", settings={"since": since})
    drain(old, all_history=True)

    found = history(old)
    assert flow.type is FlowType.HISTORY
    assert (found.state, found.seen) == (BackfillState.FINISHED, 10)
