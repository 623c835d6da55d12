"""From the command to the first rows on the screen, and what it takes in memory."""

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.grid.console import console, reference, shows
from benchmarks.grid.figures import median, times_at_most, told
from benchmarks.grid.houses import TABLED, House
from benchmarks.report import Figure

TIMES = 7
LAUNCH, FLAT = 3.0, 1.3


def measure(small: House, large: House, tabled: House) -> list[Figure]:
    """Launches of both houses and of bare Textual by turns, so that a busy moment is nobody's."""
    small.open()
    newest_of_small = small.newest()
    large.open()
    newest_of_large = large.newest()
    at_small, at_large, bare = [], [], []
    for _ in range(TIMES):
        at_small.append(_first_rows(small, newest_of_small))
        at_large.append(_first_rows(large, newest_of_large))
        bare.append(_import())
    tabled.open()
    table = _first_rows_of_table("data_table", tabled, tabled.newest())
    many = f"{large.count:,}"
    return [
        times_at_most(f"first rows, {many} orders / 1,000", median(at_large), median(at_small), FLAT, "ms"),
        times_at_most(
            f"first rows, {many} / import textual.app", median(at_large), median(bare), LAUNCH, "ms"
        ),
        told(f"first rows, {many} / DataTable {TABLED:,}", median(at_large), "ms", table),
    ]


def _first_rows(house: House, newest: list[str]) -> float:
    with console(house) as terminal:
        return (terminal.when(shows(newest), patience=60) - terminal.began) * 1000


def _first_rows_of_table(name: str, house: House, newest: list[str]) -> float:
    first = newest[0]
    with reference(name, house.home / "stogly.db", house.count) as terminal:
        painted = terminal.when(lambda lines: any(first in line for line in lines), patience=300)
        return (painted - terminal.began) * 1000


def _import() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import textual.app"], check=True, cwd=Path("/"))
    return (time.monotonic() - began) * 1000
