"""Facts of the database as a whole."""

import json
import math
from datetime import datetime, timedelta

from stogly_tui.model import database as db
from stogly_tui.model.queries.base import one
from stogly_tui.model.queries.overview import count_key
from stogly_tui.model.tables.base import to_millis
from stogly_tui.model.tables.journal import Meta

SKEW_TOLERANCE = 30.0
"""Seconds that a clock may be off without being reckoned with."""


def put(tx: db.Tx, key: str, value: str) -> None:
    """Set a fact."""
    Meta.insert(key=key, value=value).on_conflict(
        conflict_target=[Meta.key], update={Meta.value: value}
    ).execute()
    tx.changed("meta")


def note_skew(tx: db.Tx, channel_id: int, seconds: float) -> None:
    """Keep by how much a channel's clock is before ours, in whole seconds; nothing is kept of a good clock.

    Rounded up, and a second more for its own rounding: what is in doubt counts as placed before.
    """
    key = f"skew:{channel_id}"
    if abs(seconds) > SKEW_TOLERANCE:
        put(tx, key, str(math.ceil(seconds) + 1))
    else:
        Meta.delete().where(Meta.key == key).execute()


def skew(channel_id: int) -> timedelta:
    """By how much a channel's clock is before ours; zero for a good one, or one that is not known."""
    return timedelta(seconds=int(get(f"skew:{channel_id}") or 0))


def put_count(
    tx: db.Tx, channel_id: int, since: datetime, until: datetime, *, on_channel: int | None, here: int
) -> None:
    """Keep what a channel answered when it was asked how many orders were placed in a window."""
    told = {"at": to_millis(tx.at), "by": tx.actor.name, "on_channel": on_channel, "here": here}
    put(tx, count_key(channel_id, since, until), json.dumps(told))


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
