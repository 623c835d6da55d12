"""From the command to the first rows on the screen, and what it takes in memory."""

import resource
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
Taken = tuple[float, float]
"""Milliseconds by the clock, and of processor time: the latter tells also where others use the machine."""


def measure(small: House, large: House, tabled: House) -> list[Figure]:
    """Launches of both houses and of bare Textual by turns, so that a busy moment is nobody's."""
    small.open()
    newest_of_small = small.newest()
    large.open()
    newest_of_large = large.newest()
    smalls, larges, bares = [], [], []
    for _ in range(TIMES):
        smalls.append(_first_rows(small, newest_of_small))
        larges.append(_first_rows(large, newest_of_large))
        bares.append(_import())
    (at_small, _), (at_large, cpu), (bare, bare_cpu) = (_medians(many) for many in (smalls, larges, bares))
    tabled.open()
    table = _first_rows_of_table("data_table", tabled, tabled.newest())
    many = f"{large.count:,}"
    return [
        times_at_most(f"first rows, {many} orders / 1,000", at_large, at_small, FLAT, "ms"),
        times_at_most(f"first rows, {many} / import textual.app", at_large, bare, LAUNCH, "ms"),
        told("  of it processor time", cpu, "ms", bare_cpu),
        told(f"first rows, {many} / DataTable {TABLED:,}", at_large, "ms", table),
    ]


def _medians(taken: list[Taken]) -> Taken:
    return median([one[0] for one in taken]), median([one[1] for one in taken])


def _first_rows(house: House, newest: list[str]) -> Taken:
    with console(house) as terminal:
        painted = terminal.when(shows(newest), patience=60)
        return (painted - terminal.began) * 1000, terminal.cpu() * 1000


def _first_rows_of_table(name: str, house: House, newest: list[str]) -> float:
    first = newest[0]
    with reference(name, house.home / "stogly.db", house.count) as terminal:
        painted = terminal.when(lambda lines: any(first in line for line in lines), patience=300)
        return (painted - terminal.began) * 1000


def _import() -> Taken:
    used, began = _cpu_of_children(), time.monotonic()
    subprocess.run([sys.executable, "-c", "import textual.app"], check=True, cwd=Path("/"))
    return (time.monotonic() - began) * 1000, (_cpu_of_children() - used) * 1000


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
