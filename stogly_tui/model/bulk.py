"""Many rows at once: the driver's own ``executemany``, several times faster than a statement per page."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import peewee as pw

from stogly_tui.model import database as db
from stogly_tui.model import tables


def insert(
    table: type[pw.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    key: Sequence[str] = (),
    update: Sequence[str] = (),
) -> None:
    """Insert rows of stored values; where ``key`` exists already, set the columns ``update`` (none: leave it).

    Raises:
        peewee.IntegrityError: a row breaks another promise of the table.
    """
    many = list(rows)
    if not many:
        return
    sql = _statement(table, tuple(columns), tuple(key), tuple(update), db.engine())
    with db.driver_errors:
        tables.database.cursor().executemany(sql, many)


@lru_cache(maxsize=64)
def _statement(
    table: type[pw.Model],
    columns: tuple[str, ...],
    key: tuple[str, ...],
    update: tuple[str, ...],
    engine: str,
) -> str:
    mark = "?" if engine == "sqlite" else "%s"
    names = ", ".join(f'"{name}"' for name in columns)
    sql = f'INSERT INTO "{table._meta.table_name}" ({names}) VALUES ({", ".join([mark] * len(columns))})'
    if not key:
        return sql
    sql += f" ON CONFLICT ({', '.join(key)}) DO "
    if not update:
        return sql + "NOTHING"
    return sql + "UPDATE SET " + ", ".join(f'"{name}" = EXCLUDED."{name}"' for name in update)
