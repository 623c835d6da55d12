"""A consistent copy of a SQLite database while others go on writing."""

import contextlib
import os
import sqlite3
from pathlib import Path

from stogly_tui.model import database as db
from stogly_tui.model import tables


class CannotCopy(Exception):
    """The copy could not be made; nothing is left of it. The text says why."""


def copy_to(target: Path) -> int:
    """Copy the database to a file that does not exist yet, readable by its owner alone; its size in bytes.

    The copy is stamped: whoever opens it finds automatic sending off. It gets its name when it is whole.

    Raises:
        FileExistsError: there is such a file.
        OSError: it cannot be written there.
        CannotCopy: the disk is full, or the copy is not sound.
    """
    if target.exists() or target.is_symlink():
        raise FileExistsError(target)
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with db.connection():
            tables.database.execute_sql("VACUUM INTO ?", (str(draft),))
            at = db.now()
        _stamp(draft, at.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
        _keep(draft)
        os.link(draft, target)
        _keep(target.parent)
    except (sqlite3.Error, db.DatabaseUnreachable) as error:
        raise CannotCopy(str(error)) from error
    finally:
        for left in (draft, draft.with_name(f"{draft.name}-journal")):
            with contextlib.suppress(FileNotFoundError):
                left.unlink()
    return target.stat().st_size


def _stamp(path: Path, at: str) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute(
            "INSERT INTO meta (key, value) VALUES ('stamped_copy', ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (at,),
        )
        found = copy.execute("PRAGMA quick_check(1)").fetchone()
    if found is None or found[0] != "ok":
        raise CannotCopy("the copy is not sound")


def _keep(path: Path) -> None:
    """Have the file, or the folder's entry of it, on disk before anybody relies on it."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
