"""``python -m benchmarks [intake|push|limits|grid ...]``: measure, print, and write the figures as JSON lines."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import grid, intake, limits, push
from benchmarks.report import Figure, show

RESULTS = Path(__file__).parent / "results" / "results.jsonl"


def main() -> int:
    """Run the chosen suites; 1 when a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000, help="grid: how many orders (1,000,000)")
    parser.add_argument("--database-url", default="", help="grid: a PostgreSQL database instead of SQLite")
    parser.add_argument("--seeded", type=Path, help="grid: a seeded home of so many orders to copy")
    parser.add_argument(
        "--json", type=Path, default=RESULTS, help="file for the figures (benchmarks/results)"
    )
    parser.add_argument("suites", nargs="*", metavar="suite", help="intake, push, limits, grid; none: all")
    asked = parser.parse_args()
    suites: dict[str, Callable[[Path], list[Figure]]] = {
        "intake": intake.measure,
        "push": push.measure,
        "limits": limits.measure,
        "grid": partial(
            grid.measure, count=asked.orders, database_url=asked.database_url, seeded=asked.seeded
        ),
    }
    unknown = [name for name in asked.suites if name not in suites]
    if unknown:
        print(f"no suite {', '.join(unknown)}; there are: {', '.join(suites)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="stogly-bench-") as folder:
        chosen = asked.suites or list(suites)
        figures = [figure for name in chosen for figure in suites[name](Path(folder) / name)]
    return 0 if show(figures, asked.json) else 1


if __name__ == "__main__":
    sys.exit(main())
