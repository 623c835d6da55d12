"""``python -m benchmarks.seed --orders N --home DIR``: a home to open the console on, with N orders in its database.

``STOGLY_HOME=DIR stogly-tui`` then opens it. Its channels lead nowhere, and no worker runs beside the console.
"""

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.seed import house, seed


def main() -> int:
    """Seed what was asked for; 2 when there is something already."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seed", description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000, help="how many (1,000,000)")
    parser.add_argument(
        "--home", type=Path, required=True, help="folder to make; it must not hold a database yet"
    )
    parser.add_argument(
        "--database-url", default="", help="an empty PostgreSQL database instead of a file in the home"
    )
    parser.add_argument("--seed", type=int, default=1, help="another number makes other orders (1)")
    parser.add_argument(
        "--until", default="", help="when the newest order was placed: ISO 8601, or now (a fixed moment)"
    )
    asked = parser.parse_args()
    until = house.UNTIL
    if asked.until:
        until = datetime.now(UTC).replace(microsecond=0) if asked.until == "now" else _moment(asked.until)
    try:
        seed(asked.home, asked.orders, asked.database_url, number=asked.seed, until=until, tell=_tell)
    except FileExistsError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_began = time.monotonic()


def _tell(text: str) -> None:
    print(f"{time.monotonic() - _began:6.1f} s  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
