"""What the database keeps beside its tables: the text index, its triggers, and partial indexes.

Migrations rebuild tables and lose these, so all of them are made again from here after each.
"""

from stogly_tui.model import database as db
from stogly_tui.model import tables

PARTIAL = (
    "CREATE INDEX IF NOT EXISTS orders_not_pushed ON orders (placed_at, id) WHERE push_id IS NULL",
    "CREATE INDEX IF NOT EXISTS orders_phone_key ON orders (phone_key) WHERE phone_key IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS orders_assigned_to ON orders (assigned_to, placed_at) WHERE assigned_to IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS orders_superseded ON orders (channel_id) WHERE NOT is_latest",
)
TEXT_INDEX = "order_search"
END = "char(10)"
"""Ends each text in the index, so that its last two characters begin a trigram as well."""

_SQLITE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {TEXT_INDEX} USING fts5(text, content='', tokenize='trigram')",
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {TEXT_INDEX}_terms USING fts5vocab({TEXT_INDEX}, 'row')",
    f"CREATE TRIGGER IF NOT EXISTS {TEXT_INDEX}_added AFTER INSERT ON orders BEGIN"
    f" INSERT INTO {TEXT_INDEX}(rowid, text) VALUES (new.id, new.search || {END}); END",
    f"CREATE TRIGGER IF NOT EXISTS {TEXT_INDEX}_changed AFTER UPDATE OF search ON orders"
    " WHEN old.search IS NOT new.search BEGIN"
    f" INSERT INTO {TEXT_INDEX}({TEXT_INDEX}, rowid, text) VALUES ('delete', old.id, old.search || {END});"
    f" INSERT INTO {TEXT_INDEX}(rowid, text) VALUES (new.id, new.search || {END}); END",
    f"CREATE TRIGGER IF NOT EXISTS {TEXT_INDEX}_removed AFTER DELETE ON orders BEGIN"
    f" INSERT INTO {TEXT_INDEX}({TEXT_INDEX}, rowid, text) VALUES ('delete', old.id, old.search || {END}); END",
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION stogly_grams(told text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$"
    " SELECT COALESCE(array_agg(DISTINCT gram), '{}') FROM ("
    " SELECT substr(told, at, size) AS gram FROM generate_series(2, 3) AS size,"
    " generate_series(1, length(told) - size + 1) AS at) AS grams $$",
    f"CREATE INDEX IF NOT EXISTS {TEXT_INDEX} ON orders USING gin (stogly_grams(search))",
)


def ensure() -> None:
    """Make what is missing; fills the text index where it was missing. Idempotent, all or nothing."""
    is_sqlite = db.engine() == "sqlite"
    with tables.database.atomic():
        _ensure(is_sqlite)


def _ensure(is_sqlite: bool) -> None:
    is_new = (
        is_sqlite
        and not tables.database.execute_sql(
            "SELECT 1 FROM sqlite_master WHERE name = ?", (TEXT_INDEX,)
        ).fetchone()
    )
    for statement in (*PARTIAL, *(_SQLITE if is_sqlite else _POSTGRESQL)):
        tables.database.execute_sql(statement)
    if is_new:
        fill()


def is_whole() -> bool:
    """Whether nothing is missing: what is made last is there."""
    if db.engine() == "sqlite":
        last = ("SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = ?", f"{TEXT_INDEX}_removed")
    else:
        last = ("SELECT 1 FROM pg_indexes WHERE indexname = %s", TEXT_INDEX)
    return tables.database.execute_sql(last[0], (last[1],)).fetchone() is not None


def fill() -> None:
    """Read all search texts into an empty text index (SQLite)."""
    tables.database.execute_sql(
        f"INSERT INTO {TEXT_INDEX}(rowid, text) SELECT id, search || {END} FROM orders ORDER BY id"
    )
