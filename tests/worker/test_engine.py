"""The bell: rings hasten jobs; a ring lost, doubled or late does no harm."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from stogly_tui import crash
from stogly_tui.sync.context import Context
from stogly_tui.vault import Vault
from stogly_tui.worker.bell import JOBS
from stogly_tui.worker.engines import embedded
from stogly_tui.worker.engines.embedded import EmbeddedEngine
from tests.worker.support import wait_for


class Jobs:
    """Jobs that say when they run, and wait until they may end."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, int]] = []
        self.ended = 0
        self.may_end = threading.Event()
        self.overlaps = 0
        self._running: set[tuple[str, int]] = set()
        self._lock = threading.Lock()

    def slow(self, _context: Context, key: int) -> None:
        """Runs until it may end."""
        with self._lock:
            self.overlaps += ("slow", key) in self._running
            self._running.add(("slow", key))
            self.begun.append(("slow", key))
        self.may_end.wait(20)
        with self._lock:
            self._running.discard(("slow", key))
            self.ended += 1

    def quick(self, _context: Context, key: int) -> None:
        """Ends at once."""
        self.begun.append(("quick", key))

    def broken(self, _context: Context, key: int) -> None:
        """Has a defect, with a secret in its words."""
        self.begun.append(("broken", key))
        raise ValueError("cannot sign with consumer_secret=cs_1234567890abcdef")


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Jobs:
    made = Jobs()
    for name in ("slow", "quick", "broken"):
        monkeypatch.setitem(JOBS, name, getattr(made, name))
    return made


@pytest.fixture
def engine(jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedEngine]:
    monkeypatch.setattr(embedded, "TICK", 0.05)
    monkeypatch.setattr(crash, "_folder", tmp_path / "crashes")
    made = EmbeddedEngine(Context(Vault(tmp_path, SecretStr("k"))), threads=2)
    made.start(lambda: None)
    yield made
    jobs.may_end.set()
    made.stop(10)


def test_three_rings_before_it_runs_are_one_job(engine: EmbeddedEngine, jobs: Jobs) -> None:
    for key in (1, 2):
        engine.ring("slow", key)
    wait_for(lambda: len(jobs.begun) == 2)
    for _ in range(3):
        engine.ring("quick", 7)

    jobs.may_end.set()
    wait_for(lambda: jobs.ended == 2)
    wait_for(lambda: not engine._running)

    assert jobs.begun.count(("quick", 7)) <= 2
    assert ("quick", 7) in jobs.begun


def test_rings_during_a_run_cause_one_more_run(engine: EmbeddedEngine, jobs: Jobs) -> None:
    engine.ring("slow", 1)
    wait_for(lambda: jobs.begun)
    for _ in range(5):
        engine.ring("slow", 1)

    jobs.may_end.set()
    wait_for(lambda: not engine._running)

    assert (len(jobs.begun), jobs.overlaps) == (2, 0)


def test_what_an_operator_asked_for_does_not_wait_behind_background_jobs(
    engine: EmbeddedEngine, jobs: Jobs
) -> None:
    for key in range(10):
        engine.ring("slow", key)
    wait_for(lambda: len(jobs.begun) == 2)

    engine.ring("quick", 1, urgent=True)

    wait_for(lambda: ("quick", 1) in jobs.begun)
    assert jobs.ended == 0


def test_a_job_that_raises_stops_no_other_and_leaves_a_report_without_secrets(
    engine: EmbeddedEngine, jobs: Jobs, tmp_path: Path
) -> None:
    engine.ring("broken", 1)
    wait_for(lambda: not engine._running)

    engine.ring("broken", 1)
    engine.ring("quick", 1)
    wait_for(lambda: ("quick", 1) in jobs.begun)
    wait_for(lambda: not engine._running)

    assert jobs.begun.count(("broken", 1)) == 2
    reports = [path.read_text() for path in (tmp_path / "crashes").iterdir()]
    assert all("ValueError" in text and "test_engine.py" in text for text in reports)
    assert not any("1234567890abcdef" in text for text in reports)
    assert len(reports) == 2


def test_a_tick_that_raises_is_ticked_again(
    jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "TICK", 0.05)
    monkeypatch.setattr(crash, "_folder", tmp_path)
    ticks = []

    def tick() -> None:
        ticks.append(1)
        raise RuntimeError("a defect")

    engine = EmbeddedEngine(Context(Vault(tmp_path, SecretStr("k"))))
    engine.start(tick)
    try:
        wait_for(lambda: len(ticks) >= 3)
    finally:
        assert engine.stop(5)


def test_stopping_waits_for_what_runs_and_begins_nothing_more(engine: EmbeddedEngine, jobs: Jobs) -> None:
    engine.ring("slow", 1)
    wait_for(lambda: jobs.begun)
    threading.Timer(0.2, jobs.may_end.set).start()

    assert engine.stop(10)

    assert jobs.ended == 1
    engine.ring("quick", 1)
    assert ("quick", 1) not in jobs.begun


def test_stopping_does_not_wait_longer_than_it_may(engine: EmbeddedEngine, jobs: Jobs) -> None:
    engine.ring("slow", 1)
    wait_for(lambda: jobs.begun)

    took = wait_for(lambda: not engine.stop(0.3))

    assert 0.3 <= took < 3
