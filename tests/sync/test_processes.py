"""Real processes of the command line, killed in the middle and started again, or several at once."""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stogly_tui.domain.states import PushState
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import one
from stogly_tui.operations import channels
from stogly_tui.sandbox import Fault
from tests.support.trade import ADA, Trade

ORDERS = 60
PATIENCE = 60.0


class Commands:
    """Processes over the home of a trade."""

    def __init__(self, home: Path, url: str) -> None:
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("STOGLY_")},
            "STOGLY_HOME": str(home), "STOGLY_DATABASE_URL": url, "STOGLY_USER": "ada",
        }  # fmt: skip
        self._started: list[subprocess.Popen[str]] = []

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start a command."""
        process = subprocess.Popen(
            [sys.executable, "-m", "stogly_tui", *words], env=self._environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self._started.append(process)
        return process

    def run(self, *words: str) -> str:
        """Run a command to its end, whatever it answers; what it said on both streams."""
        out, err = self.start(*words).communicate(timeout=PATIENCE)
        return out + err

    def kill_when(self, process: "subprocess.Popen[str]", has_come: Callable[[], bool]) -> None:
        """Kill a process with -9 at a moment in the middle of its work."""
        wait_until(lambda: has_come() or process.poll() is not None)
        assert process.poll() is None, process.communicate()
        process.kill()
        process.communicate()

    def end(self) -> None:
        """Leave none behind."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.communicate()


def wait_until(has_come: Callable[[], bool]) -> None:
    """Look until it is so."""
    until, pause = time.monotonic() + PATIENCE, threading.Event()
    while not has_come():
        assert time.monotonic() < until, "it did not come"
        pause.wait(0.02)


@pytest.fixture
def commands(trade: Trade, opened: str, tmp_path: Path) -> Iterator[Commands]:
    channels.change(ADA, "Main", settings={"settle_time": "0"})
    made = Commands(tmp_path, opened)
    yield made
    made.end()


def stored() -> int:
    with db.read():
        found = one("SELECT count(*) FROM orders")
    return int(found[0]) if found else 0


def posts(trade: Trade) -> int:
    return sum(seen.method == "POST" for seen in list(trade.destination.requests))


def slowly(trade: Trade, on: str, store: str, seconds: float = 0.05) -> None:
    """Every such request is carried out at once and answered late."""
    trade.sandbox.faults.add(Fault("slow_reply", on=on, store=store, seconds=seconds, times=None))


def is_all_sent(trade: Trade) -> bool:
    return all(row.push_state is PushState.SENT for row in trade.rows())


def assert_each_is_there_once(trade: Trade, placed: list[int]) -> None:
    references = Counter(str(order["created_via"]) for order in trade.at_destination())
    assert set(references.values()) == {1}
    assert sorted(int(reference.split(":")[2]) for reference in references) == sorted(placed)


def test_a_pull_that_is_killed_and_started_again_has_every_order_once(
    trade: Trade, commands: Commands
) -> None:
    placed = [trade.place() for _ in range(130)]
    slowly(trade, "GET /orders", trade.shop.slug, 0.5)
    commands.kill_when(commands.start("pull"), lambda: stored() > 0)
    assert stored() > 0
    trade.sandbox.faults.clear()

    told = commands.run("pull", "--format", "json")

    assert sorted(row.remote_id for row in trade.rows()) == sorted(map(str, placed)), told
    with db.read():
        bad = one("SELECT count(*) FROM sync_runs WHERE state IN ('running', 'queued')"
                  " OR seen <> created + updated + unchanged + filtered + held + failed")  # fmt: skip
    assert bad == (0,)


def test_a_push_that_is_killed_and_started_again_sends_every_order_once(
    trade: Trade, commands: Commands
) -> None:
    placed = [trade.place() for _ in range(ORDERS)]
    trade.pull()
    trade.send()
    slowly(trade, "POST /orders", trade.destination.slug)
    commands.kill_when(commands.start("push", "--due"), lambda: posts(trade) >= 6)
    commands.kill_when(commands.start("push", "--due"), lambda: posts(trade) >= 20)
    trade.sandbox.faults.clear()
    assert not is_all_sent(trade)

    commands.start("worker")
    wait_until(lambda: is_all_sent(trade))

    assert_each_is_there_once(trade, placed)


def test_four_pushes_at_once_send_every_order_once(trade: Trade, commands: Commands) -> None:
    placed = [trade.place() for _ in range(ORDERS)]
    trade.pull()
    trade.send()
    slowly(trade, "POST /orders", trade.destination.slug, 0.02)

    processes = [commands.start("push", "--due", "--format", "json") for _ in range(4)]
    told = [process.communicate(timeout=PATIENCE) for process in processes]

    assert [process.returncode for process in processes] == [0] * 4, told
    assert is_all_sent(trade)
    assert_each_is_there_once(trade, placed)
    assert all(isinstance(json.loads(out), list | dict) for out, _ in told)


def test_two_pulls_at_once_take_every_order_once(trade: Trade, commands: Commands) -> None:
    placed = [trade.place() for _ in range(ORDERS)]
    slowly(trade, "GET /orders", trade.shop.slug, 0.1)

    processes = [commands.start("pull") for _ in range(2)]
    told = [process.communicate(timeout=PATIENCE) for process in processes]

    assert [process.returncode for process in processes] == [0, 0], told
    assert sorted(row.remote_id for row in trade.rows()) == sorted(map(str, placed))
