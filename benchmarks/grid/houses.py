"""Seeded homes to open the console on, and what the database says the console has to show."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from benchmarks.seed import seed
from stogly_tui.model import database
from stogly_tui.model.queries.base import like, rows

SMALL = 1_000
TABLED = 10_000
"""Rows of the stock table: at a million it takes minutes and more than a gigabyte."""
SHOWN = 60
"""More rows than a screen has."""
_NEWEST = "ORDER BY placed_at DESC, id DESC LIMIT ?"


@dataclass(frozen=True, slots=True)
class House:
    """A home with so many orders, and the URL of its database."""

    home: Path
    url: str
    count: int

    def open(self) -> None:
        """Bind this process to its database."""
        database.drop_connection()
        database.open_database(self.url)

    def newest(self) -> list[str]:
        """Numbers of the newest orders, as the grid shows them first."""
        return self._ask(f"SELECT number FROM orders {_NEWEST}", [SHOWN])

    def found(self, term: str) -> list[str]:
        """Numbers of the newest orders whose search text holds a term."""
        sql = f"SELECT number FROM orders WHERE search LIKE ? ESCAPE '!' {_NEWEST}"
        return self._ask(sql, [like(term), SHOWN])

    def waiting(self) -> str:
        """The number of an order near the top that shows a hold: it has not left."""
        return self._ask(
            "SELECT o.number FROM orders o LEFT JOIN pushes p ON p.id = o.push_id WHERE o.intake = 'accepted'"
            " AND NOT o.is_at_shop AND COALESCE(p.state, 'not_sent') IN ('not_sent', 'queued', 'retry_later')"
            " ORDER BY o.placed_at DESC, o.id DESC LIMIT 2",
            [],
        )[-1]

    def in_the_middle(self) -> str:
        """The number of an order half way down."""
        return self._ask("SELECT number FROM orders WHERE id = ?", [self.count // 2])[0]

    def _ask(self, sql: str, values: Sequence[object]) -> list[str]:
        with database.read():
            return [row[0] for row in rows(sql, values)]


def build(home: Path, count: int, database_url: str = "", seeded: Path | None = None) -> House:
    """A house of ``count`` orders: seeded now, copied from a home, or what a PostgreSQL database holds already."""
    if seeded is not None:
        shutil.copytree(seeded, home, dirs_exist_ok=True)
        return House(home, f"sqlite:///{home / 'stogly.db'}", count)
    try:
        settings = seed(home, count, database_url)
    except FileExistsError:
        return House(home, database_url, count)
    return House(home, settings.url, count)


def beside(url: str) -> str:
    """A database of the same PostgreSQL server for the small house, made where it is missing."""
    import psycopg

    parts = urlsplit(url)
    name = f"{parts.path.strip('/')}_{SMALL}"
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return urlunsplit(parts._replace(path=f"/{name}"))
