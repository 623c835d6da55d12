"""Facts of the database as a whole."""

from stogly_tui.model import database as db
from stogly_tui.model.queries.base import one
from stogly_tui.model.tables.journal import Meta


def put(tx: db.Tx, key: str, value: str) -> None:
    """Set a fact."""
    Meta.insert(key=key, value=value).on_conflict(
        conflict_target=[Meta.key], update={Meta.value: value}
    ).execute()
    tx.changed("meta")


def put_if_missing(tx: db.Tx, key: str, value: str) -> str:
    """Set a fact once; returns the one that stands."""
    Meta.insert(key=key, value=value).on_conflict_ignore().execute()
    return get(key) or value


def forget(tx: db.Tx, key: str, value: str) -> None:
    """Drop a fact, if it still is the one that was read."""
    Meta.delete().where(Meta.key == key, Meta.value == value).execute()


def get(key: str) -> str | None:
    """Read a fact."""
    found = one("SELECT value FROM meta WHERE key = ?", [key])
    return found[0] if found else None
