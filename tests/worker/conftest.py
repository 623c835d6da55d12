"""A trade with fast ticks, and workers that are stopped whatever happens."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stogly_tui.model import database as db
from stogly_tui.sandbox import Sandbox
from stogly_tui.sync.context import Context
from stogly_tui.worker.runtime import Worker
from tests.support.trade import Trade, trading


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox([]) as started:
        yield started


@pytest.fixture
def trade(opened: str, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trade]:
    """Two stores, connected and live."""
    with trading(sandbox, tmp_path, monkeypatch) as made:
        made.connect()
        yield made


@pytest.fixture
def new_worker(trade: Trade) -> Iterator[Callable[[], Worker]]:
    """Makes workers, each with a context of its own as in a process of its own; stops them all."""
    made: list[Worker] = []

    def make() -> Worker:
        worker = Worker(Context(trade.context.vault))
        made.append(worker)
        return worker

    yield make
    for worker in made:
        worker.stop(5)
    db.drop_connection()
