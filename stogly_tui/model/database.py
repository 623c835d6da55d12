"""The one database of this process: opening, reading, writing. Every write is one short transaction with its author."""

import contextlib
import json
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import peewee as pw

from stogly_tui.domain.people import Actor
from stogly_tui.domain.safe_text import folded, storable
from stogly_tui.model import tables
from stogly_tui.model.tables.base import from_millis, to_millis

driver_errors: Any = vars(pw)["__exception_wrapper__"]
"""What Peewee itself uses to turn a driver's errors into its own; it leaves out those that come while fetching."""
SQLITE_WITHOUT_WAL_FLAW = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
SMALL_CACHE = 3000
"""KiB of pages that a small connection keeps; the system keeps the file's pages anyway."""
NAMED_AT_MOST = 200
"""More changed ids than this in one transaction are announced as "many"."""


class DatabaseUnreachable(Exception):
    """The database cannot be opened, is locked for too long, or went away. Nothing of this step was kept."""


class Interrupted(Exception):
    """A read was ended by another thread: nobody waits for its answer any more."""


class DatabaseNewer(Exception):
    """The database was made by a newer release; this one does not touch it."""


class DatabaseUrlInvalid(Exception):
    """The database URL is of no kind we know."""


@dataclass(slots=True)
class _Process:
    """What this process knows of its database."""

    engine: str = ""
    path: Path | None = None
    url: str = ""
    was_there: bool = False
    """The file has been opened before: should it be gone now, no other one is made in its place."""
    write_lock: threading.RLock = field(default_factory=threading.RLock)


_process = _Process()
_here = threading.local()


@dataclass(slots=True)
class Tx:
    """One write transaction: who writes, when (the database's clock), and what it changed.

    Every transition takes it. Audit and change rows are written with what they tell of.
    """

    actor: Actor
    at: datetime
    run_id: int | None = None
    """The sync run in which this is written; log entries belong to it."""
    _changes: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _journal: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def changed(self, kind: str, ids: Iterable[int] = ()) -> None:
        """Announce that rows of this kind changed; screens read them again."""
        self._changes[kind].update(ids)

    def audit(
        self,
        verb: str,
        entity: str,
        entity_id: int | None,
        *,
        before: Any = None,
        after: Any = None,
        reason: str = "",
    ) -> None:
        """Write down what was done, in the actor's name."""
        tables.Audit.insert(
            at=self.at, actor=self.actor.name, verb=verb, entity=entity, entity_id=entity_id,
            before=before, after=after, reason=storable(reason),
        ).execute()  # fmt: skip

    def append(self, table: str, columns: tuple[str, ...], row: tuple[Any, ...]) -> None:
        """Add a row to a journal that nothing in this transaction reads; all of them are written at its end."""
        self._journal[table, columns].append(row)

    def announce(self) -> None:
        """Write journals and change rows; called once, right before the commit."""
        for kind, ids in self._changes.items():
            named = sorted(ids) if len(ids) <= NAMED_AT_MOST else []
            self.append("changes", ("at", "kind", "ids"), (to_millis(self.at), kind, json.dumps(named)))
        for (table, columns), rows in self._journal.items():
            for start in range(0, len(rows), 50):
                _insert_together(table, columns, rows[start : start + 50])
        if self._changes and _process.engine == "postgresql":
            tables.database.execute_sql("SELECT pg_notify('stogly_changes', %s)", (",".join(self._changes),))


def _insert_together(table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    mark = "?" if _process.engine == "sqlite" else "%s"
    marks = f"({', '.join([mark] * len(columns))})"
    tables.database.execute_sql(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([marks] * len(rows))}",
        [value for row in rows for value in row],
    )


class Interrupt:
    """Ends one read from another thread, whatever it is at."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Any = None
        self._is_wanted = False

    def now(self) -> None:
        """End the read, or let it not begin."""
        with self._lock:
            self._is_wanted, connection = True, self._connection
            if connection is None:
                return
            if _process.engine == "sqlite":
                connection.interrupt()
            else:  # asks the server over a connection of its own
                threading.Thread(target=connection.cancel, name="cancel", daemon=True).start()

    @contextlib.contextmanager
    def over(self, connection: Any) -> Iterator[None]:
        """What happens inside can be ended.

        Raises:
            Interrupted: it was.
        """
        with self._lock:
            if self._is_wanted:
                raise Interrupted
            self._connection = connection
        try:
            yield
        except pw.DatabaseError:
            if self._is_wanted:
                raise Interrupted from None
            raise
        finally:
            with self._lock:
                self._connection = None


def open_database(url: str) -> None:
    """Bind this process to the database of ``url``; connects to nothing yet.

    ``sqlite:///name.db`` lies in the present folder, ``sqlite:////home/me/name.db`` is absolute; or ``postgresql://…``.

    Raises:
        DatabaseUrlInvalid: another kind of URL, or the PostgreSQL driver is not installed.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = Path(unquote(parts.path[1:]))
        file = pw.SqliteDatabase(
            str(path),
            pragmas={
                "journal_mode": "wal",
                "synchronous": "full",
                "foreign_keys": 1,
                "busy_timeout": 30_000,
                "wal_autocheckpoint": 0,
                "cache_size": -16_000,
            },
            lock_type="IMMEDIATE",
            autoconnect=False,
            timeout=30,
            check_same_thread=False,
        )
        file.register_function(folded, "folded", 1, deterministic=True)
        database: pw.Database = file
        _process.engine, _process.path = "sqlite", path
    elif parts.scheme in ("postgresql", "postgres"):
        try:
            from playhouse.postgres_ext import Psycopg3Database
        except ImportError as error:
            raise DatabaseUrlInvalid(
                "PostgreSQL needs the driver: pip install 'stogly-tui[postgres]'"
            ) from error
        database = Psycopg3Database("postgresql" + url[url.index(":") :], autoconnect=False)
        _process.engine, _process.path = "postgresql", None
    else:
        raise DatabaseUrlInvalid(
            f"a database URL begins with sqlite:/// or postgresql://, not {parts.scheme}:"
        )
    _process.url, _process.was_there = url, False
    tables.database.initialize(database)


def engine() -> str:
    """``sqlite`` or ``postgresql``."""
    return _process.engine


def path() -> Path | None:
    """The SQLite file, or None on PostgreSQL."""
    return _process.path


def url() -> str:
    """The URL the process is bound to; may hold a password, never to be shown."""
    return _process.url


def in_write() -> bool:
    """Whether this thread is inside a write transaction: no network and no waiting for people there."""
    return getattr(_here, "writing", False)


@contextlib.contextmanager
def connection() -> Iterator[None]:
    """A connection for this thread; joins the one that is open already.

    Raises:
        DatabaseUnreachable: it cannot be opened, or failed inside.
    """
    with _plain_errors():
        if not tables.database.is_closed():
            yield
            return
        _connect()
        try:
            yield
        finally:
            tables.database.close()


@contextlib.contextmanager
def connection_kept(*, is_small: bool = False) -> Iterator[None]:
    """A connection for this thread that stays open until `drop_connection`; a small one keeps few pages in memory."""
    with _plain_errors():
        here = file_id() if _process.was_there else None
        if here != getattr(_here, "file", None):  # another file under its name is another database
            drop_connection()
        if tables.database.is_closed():
            _connect()
            _here.file = file_id()
            if is_small and _process.engine == "sqlite":
                tables.database.execute_sql(f"PRAGMA cache_size = {-SMALL_CACHE}")
        yield


def file_id() -> tuple[int, int] | None:
    """Which file the path names now, on SQLite; None elsewhere.

    Raises:
        DatabaseUnreachable: there is no file.
    """
    if _process.path is None:
        return None
    try:
        found = _process.path.stat()
    except OSError as error:
        raise DatabaseUnreachable(f"{_process.path.name} is not there: {error.strerror}") from error
    return found.st_dev, found.st_ino


def drop_connection() -> None:
    """Close this thread's connection, whatever its state."""
    if tables.database.obj is None:
        return
    with contextlib.suppress(pw.DatabaseError):
        tables.database.close()


@contextlib.contextmanager
def read(interrupt: Interrupt | None = None) -> Iterator[None]:
    """One consistent look; materialise what you read before it ends.

    Raises:
        DatabaseUnreachable: it failed.
        Interrupted: ``interrupt`` ended it.
    """
    with connection(), _plain_errors(), _deferred():
        if interrupt is None:
            yield
        else:
            with interrupt.over(tables.database.connection()):
                yield


@contextlib.contextmanager
def write(actor: Actor) -> Iterator[Tx]:
    """One short write transaction (at most about 50 ms) in the name of ``actor``.

    Raises:
        DatabaseUnreachable: nothing of it was kept.
    """
    if in_write():
        raise RuntimeError("a write transaction cannot be opened inside another")
    with connection(), _process.write_lock, _plain_errors():
        _here.writing = True
        try:
            with tables.database.atomic():
                tx = _here.tx = Tx(actor, now())
                yield tx
                tx.announce()
        finally:
            _here.writing = False


@contextlib.contextmanager
def savepoint() -> Iterator[None]:
    """A part of a write that may fail alone; what it added to journals goes with it."""
    journal = _here.tx._journal
    before = {key: len(rows) for key, rows in journal.items()}
    try:
        with tables.database.atomic():
            yield
    except BaseException:
        for key, rows in journal.items():
            del rows[before.get(key, 0) :]
        raise


def now() -> datetime:
    """The moment by the clock that all processes on this database share, in whole milliseconds."""
    if _process.engine == "postgresql":
        row = tables.database.execute_sql(
            "SELECT (extract(epoch from clock_timestamp()) * 1000)::bigint"
        ).fetchone()
        return from_millis(row[0])
    return from_millis(to_millis(datetime.now().astimezone()))


def after_commit(call: Callable[[], None]) -> None:
    """Call something once the present transaction is kept; it must not raise."""
    tables.database.after_commit(call)


def new_token() -> str:
    """A token no other claim, run or lease has."""
    return uuid.uuid4().hex


def checkpoint() -> None:
    """Move the WAL into the database file, one process at a time; does nothing when another is at it."""
    if _process.path is None:
        return
    from stogly_tui.model.locks import file_lock

    with file_lock(_process.path.with_suffix(".checkpoint.lock")) as is_mine, connection():
        if is_mine:
            tables.database.execute_sql("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def has_wal_flaw() -> bool:
    """Whether the SQLite in use has the WAL-reset flaw (before 3.51.3, 3.50.7, 3.44.6)."""
    import sqlite3

    have = sqlite3.sqlite_version_info
    if _process.engine != "sqlite" or have >= SQLITE_WITHOUT_WAL_FLAW[0]:
        return False
    return not any(have[:2] == fixed[:2] and have >= fixed for fixed in SQLITE_WITHOUT_WAL_FLAW)


@contextlib.contextmanager
def _deferred() -> Iterator[None]:
    if tables.database.in_transaction():
        yield
    elif _process.engine == "sqlite":
        with tables.database.atomic("DEFERRED"):
            yield
    else:
        with tables.database.atomic():
            tables.database.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    """Close a connection that failed, and say so without SQL words."""
    try:
        yield
    except (pw.OperationalError, pw.InterfaceError) as error:
        drop_connection()
        raise _unreachable(error) from error
    except pw.DatabaseError as error:
        if type(error) is not pw.DatabaseError:  # a file that is damaged, or none of ours
            raise
        drop_connection()
        raise _unreachable(error) from error


def _unreachable(error: Exception) -> DatabaseUnreachable:
    return DatabaseUnreachable(str(error).splitlines()[0] if str(error) else "the database failed")


def _connect() -> None:
    if _process.was_there:
        file_id()
    tables.database.connect()
    _process.was_there = True
    if _process.path is not None:
        _make_private(_process.path)


def _make_private(path: Path) -> None:
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        with contextlib.suppress(OSError):
            if name.stat().st_mode & 0o077:
                name.chmod(0o600)
