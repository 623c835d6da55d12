"""Rows into an empty database, as fast as its engine takes them: indexes and triggers come after the rows."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from stogly_tui.model import database, derived, tables

Row = tuple[object, ...]

_QUICK = ("journal_mode=off", "synchronous=off", "foreign_keys=0", "cache_size=-400000", "temp_store=memory")
_AS_BEFORE = (
    "synchronous=full",
    "foreign_keys=1",
    "cache_size=-16000",
    "temp_store=default",
    "journal_mode=wal",
)
_SORTING_MEMORY = "512MB"
_COUNTED = (
    "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema()"
    " AND column_name = 'id' AND column_default LIKE 'nextval%%'"
)
"""Tables whose ids PostgreSQL counts by itself, and has to be told of."""


class Loader:
    """Takes rows of one table after another; `loading` opens it."""

    def put(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Add rows."""
        if not rows:
            return
        names = ", ".join(f'"{name}"' for name in columns)
        if database.engine() == "sqlite":
            marks = ", ".join("?" * len(columns))
            _connection().executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)
            return
        with _connection().cursor().copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)


@contextlib.contextmanager
def loading() -> Iterator[Loader]:
    """A loader into the database of this process; indexes, text index and statistics are made when it ends."""
    with database.connection():
        if database.engine() == "sqlite":
            yield from _into_sqlite()
        else:
            yield from _into_postgresql()


def _into_sqlite() -> Iterator[Loader]:
    for pragma in _QUICK:
        _run(f"PRAGMA {pragma}")
    _run(f"DROP TABLE {derived.TEXT_INDEX}_terms")
    _run(f"DROP TABLE {derived.TEXT_INDEX}")
    later = _run(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    )
    partial = {statement.split()[5] for statement in derived.PARTIAL}
    for kind, name, _ in later:
        _run(f'DROP {kind} "{name}"')
    _run("BEGIN")
    yield Loader()
    _run("COMMIT")
    for kind, name, sql in later:
        if kind == "index" and name not in partial:
            _run(sql)
    derived.ensure()
    _run("ANALYZE")
    for pragma in _AS_BEFORE:
        _run(f"PRAGMA {pragma}")


def _into_postgresql() -> Iterator[Loader]:
    later = _run(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conname = i.indexname"
        " WHERE i.schemaname = current_schema() AND c.conname IS NULL"
    )
    for name, _ in later:
        _run(f'DROP INDEX "{name}"')
    with tables.database.atomic():
        yield Loader()
    _run(f"SET maintenance_work_mem = '{_SORTING_MEMORY}'")
    for _, sql in later:
        _run(sql)
    derived.ensure()
    for (name,) in _run(_COUNTED):
        last = f'(SELECT COALESCE(max(id), 1) FROM "{name}")'
        _run(f"SELECT setval(pg_get_serial_sequence(%s, 'id'), {last})", (name,))
    _run("ANALYZE")


def _connection() -> Any:
    return tables.database.connection()


def _run(sql: str, values: Sequence[object] = ()) -> list[Any]:
    done = tables.database.execute_sql(sql, tuple(values))
    return list(done.fetchall()) if done.description else []
