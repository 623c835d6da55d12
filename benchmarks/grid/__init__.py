"""The order grid on a real terminal: launch, memory, keys, filter, rest, and changes by others, at N orders."""

import os
import sys
from pathlib import Path

from benchmarks.grid import finding, launching, living, moving
from benchmarks.grid.houses import SMALL, TABLED, beside, build
from benchmarks.report import Figure
from stogly_tui.model import database


def measure(
    folder: Path, count: int = 1_000_000, database_url: str = "", seeded: Path | None = None
) -> list[Figure]:
    """Every figure of the grid. On PostgreSQL ``database_url`` is used as it is when it holds orders already."""
    _tell(f"seeding {count:,} orders" if seeded is None else f"copying {seeded}")
    small = build(folder / "small", SMALL, beside(database_url) if database_url else "")
    tabled = build(folder / "tabled", TABLED)
    large = build(folder / "large", count, database_url, seeded)
    figures: list[Figure] = []
    try:
        _tell("launches")
        figures += launching.measure(small, large, tabled)
        _tell("keys")
        figures += moving.measure(large, tabled)
        _tell("the filter")
        figures += finding.measure(large)
        _tell("changes")
        figures += living.measure(large)
        _tell_how_busy()
        return figures
    finally:
        database.drop_connection()


def _tell_how_busy() -> None:
    load, processors = os.getloadavg()[1], os.cpu_count() or 1
    if load > processors:
        _tell(f"others used this machine (load {load:.1f} on {processors} processors): times are too long")


def _tell(text: str) -> None:
    print(f"grid: {text}", file=sys.stderr, flush=True)
