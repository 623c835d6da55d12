"""Running SQL written once for both engines, and reading it into dataclasses."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from stogly_tui.model import database as db
from stogly_tui.model import tables
from stogly_tui.model.tables.base import from_millis


def rows(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement that marks its parameters with ``?``."""
    if db.engine() != "sqlite":
        sql = sql.replace("?", "%s")
    with db.driver_errors:
        return list(tables.database.execute_sql(sql, tuple(parameters)).fetchall())


def run(sql: str, parameters: Sequence[Any] = ()) -> int:
    """Run a statement that answers no rows; returns how many it changed."""
    if db.engine() != "sqlite":
        sql = sql.replace("?", "%s")
    return int(tables.database.execute_sql(sql, tuple(parameters)).rowcount)


def one(sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
    """The first row, if there is one."""
    found = rows(sql, parameters)
    return found[0] if found else None


def moment(millis: int | None) -> datetime | None:
    """A stored time."""
    return None if millis is None else from_millis(millis)


def marks(values: Sequence[Any]) -> str:
    """As many parameter marks as there are values: ``?, ?, ?``."""
    return ", ".join("?" * len(values))


def like(text: str) -> str:
    """A LIKE pattern that finds ``text`` anywhere; use with ``ESCAPE '!'``."""
    return "%" + text.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
