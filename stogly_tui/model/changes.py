"""The change feed: a hint that rows changed, never a log. Readers look again at what they show."""

import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stogly_tui.model import database as db
from stogly_tui.model import tables
from stogly_tui.model.queries.base import rows

POLL = 0.1
"""Seconds between two looks at ``PRAGMA data_version`` (3 µs each)."""
READ_AT_MOST = 500
KEEP = 10_000
LATE = 200
"""So many ids before the newest are looked at again on PostgreSQL, where they commit out of order."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since the last look. ``ids`` of a kind are empty when they are too many to name."""

    kinds: frozenset[str]
    ids: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @property
    def is_everything(self) -> bool:
        """Whether everything may have changed: the feed overflowed or was reconnected."""
        return "everything" in self.kinds


EVERYTHING = Changes(frozenset({"everything"}))


class Feed:
    """Waits for changes by any process. Lives in one thread of its own, on a connection that never writes."""

    def __init__(self) -> None:
        self._last_id: int | None = None
        self._version: int | None = None
        self._listener: Any = None
        self._file: tuple[int, int] | None = None
        """The file that is listened to; another one under its name is another database."""
        self._told: set[int] = set()
        """Ids within `LATE` of the newest that were told of already."""

    def wait(self, seconds: float) -> Changes | None:
        """The next changes, or None when nothing happened for so long.

        Raises:
            DatabaseUnreachable: ask again later; the first answer then is `EVERYTHING`.
        """
        try:
            if self._last_id is not None and db.file_id() != self._file:
                db.drop_connection()
                self._last_id = None
            with db.connection_kept(is_small=True):
                if self._last_id is None:
                    self._file = db.file_id()
                    self._listen()
                    self._last_id, self._version = self._newest(), self._data_version()
                    self._newer()
                    return EVERYTHING
                return self._collect() if self._woken(seconds) else None
        except db.DatabaseUnreachable:
            self._last_id = None
            self._stop_listening()
            db.drop_connection()
            raise

    def close(self) -> None:
        """Give the connection back; call it in the thread that waited."""
        self._stop_listening()
        db.drop_connection()

    def _woken(self, seconds: float) -> bool:
        if db.engine() == "postgresql":
            return self._notified(seconds)
        until = time.monotonic() + seconds
        while True:
            version = self._data_version()
            if version != self._version:
                self._version = version
                return True
            if time.monotonic() >= until:
                return False
            time.sleep(POLL)

    def _listen(self) -> None:
        """Hear of every commit from now on; begun before the first look, so that nothing falls between."""
        if db.engine() != "postgresql":
            return
        import psycopg

        try:
            self._listener = psycopg.connect(db.url(), autocommit=True)
            self._listener.execute("LISTEN stogly_changes")
        except psycopg.OperationalError as error:
            raise db.DatabaseUnreachable(str(error)) from error

    def _stop_listening(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.close()

    def _notified(self, seconds: float) -> bool:
        import psycopg

        try:
            return bool(list(self._listener.notifies(timeout=seconds, stop_after=1)))
        except psycopg.OperationalError as error:
            raise db.DatabaseUnreachable(str(error)) from error

    def _collect(self) -> Changes | None:
        found = self._newer()
        if found is None:
            return EVERYTHING
        if not found:
            return None
        ids: dict[str, set[int]] = {}
        unnamed: set[str] = set()
        for _, kind, document in found:
            named = json.loads(document)
            ids.setdefault(kind, set()).update(named)
            if not named:
                unnamed.add(kind)
        return Changes(
            frozenset(ids),
            {kind: frozenset() if kind in unnamed else frozenset(many) for kind, many in ids.items()},
        )

    def _newer(self) -> list[tuple[Any, ...]] | None:
        """The changes that were not told of yet; None when they are too many."""
        late = LATE if db.engine() == "postgresql" else 0
        since = int(self._last_id or 0) - late
        read = rows(
            "SELECT id, kind, ids FROM changes WHERE id > ? ORDER BY id LIMIT ?", [since, READ_AT_MOST + late]
        )
        found = [row for row in read if row[0] not in self._told]
        self._last_id = max(int(self._last_id or 0), read[-1][0] if read else 0)
        is_cut = len(read) == READ_AT_MOST + late
        if is_cut:
            self._last_id = self._newest()
        self._told = {row[0] for row in read if row[0] > self._last_id - late}
        return None if is_cut or len(found) >= READ_AT_MOST else found

    @staticmethod
    def _newest() -> int:
        return int(tables.database.execute_sql("SELECT COALESCE(max(id), 0) FROM changes").fetchone()[0])

    @staticmethod
    def _data_version() -> int | None:
        if db.engine() != "sqlite":
            return None
        return int(tables.database.execute_sql("PRAGMA data_version").fetchone()[0])


def prune() -> None:
    """Forget old hints; the newest stay, so that ids never start again."""
    newest = Feed._newest()
    tables.Change.delete().where(tables.Change.id < newest - KEEP).execute()
