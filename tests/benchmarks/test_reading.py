"""What benchmarks read: a program's screen through a pseudo terminal, and the console's rows on it."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks.grid.console import cursor_is_on, order_lines, shows
from benchmarks.grid.figures import at_most, p95, times_at_most, told
from benchmarks.grid.houses import House
from benchmarks.report import show
from benchmarks.seed import seed
from benchmarks.terminal import NeverPainted, Terminal
from stogly_tui.model import database
from tests.console.play import Play, play

ECHO = """
import sys, tty
tty.setraw(0)
print("ready", end="", flush=True)
while (key := sys.stdin.read(1)) != "q":
    print(f"\\x1b[2;1Hgot {key}", end="", flush=True)
"""


@pytest.mark.pty
def test_a_terminal_tells_what_a_key_painted_and_when() -> None:
    with Terminal([sys.executable, "-c", ECHO]) as terminal:
        opened = terminal.when(lambda lines: lines[0].startswith("ready"))
        repaint = terminal.press("x")

        assert opened > terminal.began
        assert terminal.lines[1].startswith("got x")
        assert repaint.size == len("\x1b[2;1Hgot x")
        assert repaint.ms > 0
        with pytest.raises(NeverPainted, match="got x"):
            terminal.when(lambda lines: "never" in lines[0], patience=0.1)


def test_the_rows_of_the_console_are_those_the_database_tells(tmp_path: Path) -> None:
    settings = seed(tmp_path / "home", 300)
    house = House(settings.home, settings.url, 300)
    newest = house.newest()

    async def story(seen: Play) -> None:
        await seen.sees(newest[0])
        await seen.until(lambda: shows(newest)(seen.text.splitlines()), "the newest orders")
        await seen.until(lambda: cursor_is_on(newest[0])(seen.text.splitlines()), "the cursor on the first")

        shown = list(order_lines(seen.text.splitlines()))
        assert shown == newest[: len(shown)]
        assert not shows(house.found("zzqxv"))(seen.text.splitlines())

    play(story, size=(120, 40))
    database.drop_connection()


def test_figures_say_whether_they_are_met_and_are_kept_as_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "results" / "figures.jsonl"
    met = [at_most("memory", 90, 120, "MB", 333), times_at_most("launch", 2, 1, 3, "s"), told("End", 4, "ms")]

    assert show(met, path)
    assert not show([at_most("memory", 121, 120, "MB")], tmp_path / "other.jsonl")
    kept = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(one["name"], one["held_to"], one["is_met"]) for one in kept] == [
        ("memory", "ours ≤ 120", True),
        ("launch", "≤ 3.00", True),
        ("End", "-", True),
    ]
    assert p95(list(range(1, 101))) == 95
