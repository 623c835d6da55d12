"""Bringing a database up to this release: migrations by number, under a lock outside any transaction."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from playhouse.migrations import Runner

from stogly_tui.model import database as db
from stogly_tui.model import derived, tables
from stogly_tui.model.locks import file_lock

FOLDER = Path(__file__).parent / "migrations"
_LOCK_KEY = 781_104_417


def upgrade() -> list[str]:
    """Apply what is missing; returns the names applied.

    Raises:
        DatabaseNewer: it holds migrations this release does not know.
        DatabaseUnreachable: it could not be opened.
    """
    _begin_file()
    with db.connection():
        newer = [row.name for row in _runner().status() if row.path is None]
        if newer:
            raise db.DatabaseNewer(
                f"This database was made by a newer release (it knows {newer[-1]}). "
                "Install that release, or open another home with STOGLY_HOME."
            )
        if not pending() and derived.is_whole():
            return []
        with _upgrade_lock():
            applied = list(_runner().up())
            derived.ensure()
            return applied


def pending() -> list[str]:
    """Names of migrations that this database lacks."""
    return [row.name for row in _runner().status() if row.applied is None]


def _runner() -> Runner:
    return Runner(tables.database.obj, directory=str(FOLDER))


def _begin_file() -> None:
    """Make a database file that is not there yet, one process after the other: SQLite does not wait for its turn to
    choose how a new file is written, it fails.
    """
    path = db.path()
    if path is None or not path.parent.is_dir():
        return
    if not path.exists() or not path.stat().st_size:
        with _upgrade_lock(), db.connection():
            pass


@contextlib.contextmanager
def _upgrade_lock() -> Iterator[None]:
    path = db.path()
    if path is not None:
        with file_lock(path.with_suffix(".upgrade.lock"), wait=True):
            yield
        return
    tables.database.execute_sql("SELECT pg_advisory_lock(%s)", (_LOCK_KEY,))
    try:
        yield
    finally:
        tables.database.execute_sql("SELECT pg_advisory_unlock(%s)", (_LOCK_KEY,))
