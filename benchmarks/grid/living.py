"""Keys while another process changes a thousand orders a second, and whether the last change reaches the screen."""

import subprocess
import sys
import threading
from typing import IO

from benchmarks.grid.console import DOWN, ROOT, UP, console, cursor_is_on, order_lines, shows
from benchmarks.grid.figures import at_most, p95, times_at_most, told
from benchmarks.grid.houses import House
from benchmarks.report import Figure
from benchmarks.terminal import NeverPainted, Terminal

RATE = 1_000
SECONDS = 8.0
KEYS = 60
TIMES_IDLE = 2.0
LATE_MS = 300


def measure(large: House) -> list[Figure]:
    """The cursor down and up, without and with changes; then the last change, and what a fresh console shows."""
    large.open()
    newest = large.newest()
    with console(large) as terminal:
        terminal.when(shows(newest), patience=60)
        terminal.settle(1.5)
        watched = large.waiting()
        idle = _keys(terminal, KEYS)
        with subprocess.Popen(
            [sys.executable, "-m", "benchmarks.grid.changes", large.url, str(RATE), str(SECONDS), watched],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        ) as other:  # fmt: skip
            assert other.stdin is not None
            assert other.stdout is not None
            first = _Line(other.stdout)
            terminal.settle(1.0, most=2.0)
            busy = []
            while not first.is_there:
                busy += _keys(terminal, 2)
            before = order_lines(terminal.lines).get(watched)
            other.stdin.write("go\n")
            other.stdin.flush()
            second = _Line(other.stdout)
            try:
                painted = terminal.when(lambda lines: order_lines(lines).get(watched, before) != before)
            except NeverPainted as screen:
                print(f"the last change was never painted:\n{screen}", file=sys.stderr)
                painted = float("inf")
            rate, committed = (float(word) for word in second.wait().split())
        terminal.settle(2.0)
        kept = order_lines(terminal.lines)
    with console(large) as terminal:
        terminal.when(shows(newest), patience=60)
        terminal.settle(1.5)
        fresh = order_lines(terminal.lines)
    astray = sum(fresh[number] != kept[number] for number in fresh.keys() & kept.keys())
    return [
        told("orders changed by another process", rate, "orders/s"),
        times_at_most("cursor, while they change p95 / idle", p95(busy), p95(idle), TIMES_IDLE, "ms"),
        at_most("last change, commit to paint", (painted - committed) * 1000, LATE_MS, "ms"),
        at_most("lines that a fresh console shows otherwise", astray, 0, "lines"),
    ]


def _keys(terminal: Terminal, many: int) -> list[float]:
    """How long each of so many keys took to its line, down and up again."""
    numbers = list(order_lines(terminal.lines))
    taken = []
    for at in range(many):
        sent = terminal.type(UP if at % 2 else DOWN)
        taken.append((terminal.when(cursor_is_on(numbers[0 if at % 2 else 1])) - sent) * 1000)
        terminal.settle(0.03, most=0.05)
    return taken


class _Line:
    """One line that another process will write, read without keeping us."""

    def __init__(self, file: IO[str]) -> None:
        self._text = ""
        self._reader = threading.Thread(target=self._read, args=(file,), daemon=True)
        self._reader.start()

    @property
    def is_there(self) -> bool:
        """Whether it has come."""
        return not self._reader.is_alive()

    def wait(self) -> str:
        """The line."""
        self._reader.join()
        return self._text

    def _read(self, file: IO[str]) -> None:
        self._text = file.readline()
