"""The life of a worker: one serves, others stand by, and what is asked for by anybody is done."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from stogly_tui.domain.states import IntakeState, PushState
from stogly_tui.model import database as db
from stogly_tui.model import tables
from stogly_tui.model.locks import FileLock
from stogly_tui.model.queries import overview
from stogly_tui.model.queries.base import one
from stogly_tui.model.queries.overview import Serving
from stogly_tui.model.tables.base import to_millis
from stogly_tui.operations import channels, flows, orders, pulls
from stogly_tui.sync import witness
from stogly_tui.worker import jobs, runtime
from stogly_tui.worker.runtime import Worker
from tests.support.trade import ADA, Trade
from tests.worker.support import read_until, start_command, wait_for

NewWorker = Callable[[], Worker]
on_one_file = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def is_here(trade: Trade, remote_id: int) -> bool:
    with db.read():
        return one("SELECT 1 FROM orders WHERE remote_id = ?", [str(remote_id)]) is not None


def posts(trade: Trade) -> int:
    return sum(seen.method == "POST" for seen in list(trade.destination.requests))


def push_states() -> set[str]:
    with db.read():
        return {row.state for row in tables.Push.select(tables.Push.state)}


@on_one_file
def test_a_second_worker_stands_by_and_takes_over_when_the_first_stops(
    trade: Trade, new_worker: NewWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[bool] = []
    take = FileLock.take

    def noted(self: FileLock, *, wait: bool = False, note: str = "") -> bool:
        tried.append(take(self, wait=wait, note=note))
        return tried[-1]

    monkeypatch.setattr(runtime, "STANDBY", 0.05)
    monkeypatch.setattr(FileLock, "take", noted)
    first, second = new_worker(), new_worker()
    first.start()
    wait_for(lambda: first.is_serving)
    second.start()
    wait_for(lambda: tried.count(False) >= 2)

    assert (first.is_serving, second.is_serving) == (True, False)
    assert first.title == "ok (here)"
    assert second.title.startswith("ok (")
    assert second.title != first.title

    assert first.stop(5)

    wait_for(lambda: second.is_serving)
    assert second.title == "ok (here)"


def test_since_when_a_worker_serves_is_kept(trade: Trade, new_worker: NewWorker) -> None:
    def serving() -> Serving:
        with db.read():
            return overview.serving()

    worker = new_worker()
    worker.start()
    wait_for(lambda: serving().since is not None)

    assert serving().holder
    assert worker.stop(5)
    assert (serving().holder, serving().since) == ("", None)


@on_one_file
def test_a_worker_takes_over_from_a_process_that_was_killed(
    trade: Trade, new_worker: NewWorker, tmp_path: Path
) -> None:
    other = start_command(tmp_path, "worker")
    mine = new_worker()
    try:
        read_until(other, "It serves")
        mine.start()
        placed = trade.place()
        pulls.pull_now(ADA, ["Shop"])
        wait_for(lambda: is_here(trade, placed))
        assert not mine.is_serving
    finally:
        other.kill()
        other.communicate()

    wait_for(lambda: mine.is_serving, 5)
    later = trade.place()
    pulls.pull_now(ADA, ["Shop"])
    wait_for(lambda: is_here(trade, later))


def test_a_pull_that_is_asked_for_is_served_within_two_seconds(trade: Trade, new_worker: NewWorker) -> None:
    worker = new_worker()
    worker.start()
    wait_for(lambda: worker.is_serving)
    wait_for(lambda: one_finished_run())
    placed = trade.place()

    pulls.pull_now(ADA, ["Shop"])

    assert wait_for(lambda: is_here(trade, placed)) < 4
    assert trade.row(placed).intake is IntakeState.ACCEPTED


def one_finished_run() -> bool:
    with db.read():
        return one("SELECT 1 FROM sync_runs WHERE state = 'finished'") is not None


@on_one_file
def test_a_worker_reads_sends_and_settles_without_anybody_asking(trade: Trade, new_worker: NewWorker) -> None:
    channels.change(ADA, "Main", settings={"settle_time": "0"})
    channels.change(ADA, "Shop", settings={"auto_send": "always"})
    trade.later_at_shop(2)
    trade.clock.advance(seconds=3)
    placed = [trade.place(), trade.place()]
    trade.fault("drop_reply_after_commit")

    worker = new_worker()
    worker.start()

    wait_for(lambda: push_states() == {PushState.SENT})
    wait_for(lambda: len(trade.rows()) == 2)
    assert [len(trade.at_destination(one_id)) for one_id in placed] == [1, 1]


@on_one_file
def test_a_flow_that_is_stopped_is_not_read_and_one_that_is_started_is_read_at_once(
    trade: Trade, new_worker: NewWorker
) -> None:
    flow = flows.found("Shop/Orders")
    flows.stop(ADA, flow.id)
    placed = trade.place()
    worker = new_worker()
    worker.start()
    wait_for(lambda: worker.is_serving)
    reads = len(trade.shop.requests)
    ticks = wait_for_ticks(3)
    assert (ticks, len(trade.shop.requests)) == (3, reads)

    flows.start(ADA, flow.id)

    wait_for(lambda: is_here(trade, placed))


def wait_for_ticks(number: int) -> int:
    """So many ticks of the schedule, counted where each ends."""
    from stogly_tui.model.queries import work

    ended = threading.Semaphore(0)
    real = work.channels_to_look_at

    def noted(at: object) -> list[int]:
        ended.release()
        return real(at)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "channels_to_look_at", noted)
        return sum(ended.acquire(timeout=10) for _ in range(number))


@on_one_file
def test_a_shorter_interval_takes_effect_without_a_restart(trade: Trade, new_worker: NewWorker) -> None:
    worker = new_worker()
    worker.start()
    wait_for(one_finished_run)
    placed = trade.place()

    channels.change(ADA, "Shop", settings={"pull_interval": "1"})

    wait_for(lambda: is_here(trade, placed))
    with db.read():
        due = one("SELECT next_due_at FROM flows WHERE type = 'orders'")
        now = db.now()
    assert due is not None
    assert 0 < due[0] - to_millis(now) <= 60_000


@on_one_file
def test_fetching_one_order_again_needs_nobody_at_a_console(trade: Trade, new_worker: NewWorker) -> None:
    placed = trade.place()
    trade.pull()
    trade.later_at_shop()
    trade.shop.orders.update(placed, {"customer_note": "ring twice"})
    flows.stop(ADA, flows.found("Shop/Orders").id)
    orders.fetch_again(ADA, trade.row(placed).id)
    worker = new_worker()

    worker.start()

    wait_for(lambda: trade.detail(placed).note == "ring twice")


@on_one_file
def test_stopping_ends_within_its_deadline_while_a_request_hangs_and_leaves_the_rows_safe(
    trade: Trade, new_worker: NewWorker
) -> None:
    placed = trade.place()
    trade.pull()
    trade.send()
    trade.fault("hang", seconds=60)
    before = posts(trade)
    worker = new_worker()
    worker.start()
    wait_for(lambda: posts(trade) > before)

    took = wait_for(lambda: worker.stop(0.5) is not None)

    assert took < 3
    trade.sandbox.faults.clear()
    wait_for(lambda: push_states() == {PushState.IN_DOUBT})
    assert trade.at_destination(placed) == []


@on_one_file
def test_a_worker_that_is_stopped_right_after_its_start_leaves_nothing_running(
    trade: Trade, new_worker: NewWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow_look() -> str:
        begun.set()
        go_on.wait(20)
        return ""

    monkeypatch.setattr(witness, "look", slow_look)
    worker = new_worker()
    worker.start()
    begun.wait(20)
    threading.Timer(0.1, go_on.set).start()

    worker.stop(5)

    assert not worker.is_serving
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("APScheduler")]
    assert FileLock(Path(str(db.path())).with_suffix(".worker.lock")).take()


@on_one_file
def test_a_worker_outlives_a_defect_in_its_own_house_keeping(
    trade: Trade, new_worker: NewWorker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from stogly_tui import crash

    monkeypatch.setattr(crash, "_folder", tmp_path / "crashes")
    monkeypatch.setattr(runtime, "STANDBY", 0.05)
    monkeypatch.setattr(runtime, "HOUSE", 0.0)
    kept: list[int] = []

    def keep_house() -> None:
        kept.append(1)
        raise RuntimeError("a defect")

    monkeypatch.setattr(jobs, "keep_house", keep_house)
    worker = new_worker()
    worker.start()

    wait_for(lambda: len(kept) >= 2)
    assert worker.is_serving
    assert list((tmp_path / "crashes").iterdir())


@on_one_file
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_worker_process_that_is_told_to_end_exits_well_and_leaves_its_rows_safe(
    trade: Trade, tmp_path: Path, number: signal.Signals
) -> None:
    placed = [trade.place() for _ in range(30)]
    trade.pull()
    trade.send()
    trade.fault("slow_reply", seconds=0.05, times=None)
    process = start_command(tmp_path, "worker")
    try:
        wait_for(lambda: PushState.SENT in push_states())
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()

    assert (process.returncode, out) == (0, ""), err
    assert "has stopped" in err
    assert push_states() <= {PushState.SENT, PushState.QUEUED, PushState.IN_DOUBT, PushState.RETRY_LATER}
    assert len(trade.at_destination()) <= len(placed)
