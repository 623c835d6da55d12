"""Leases: who serves something now, on the clock all processes share."""

from datetime import timedelta

from stogly_tui.model import database as db
from stogly_tui.model.queries.base import one
from stogly_tui.model.tables.base import to_millis
from stogly_tui.model.tables.channels import Lease


def take(tx: db.Tx, key: str, holder: str, length: timedelta) -> int | None:
    """Take a lease that is free, ran out or is ours; returns its fence, or None when another holds it."""
    until = to_millis(tx.at + length)
    taken = one(
        "INSERT INTO leases (key, holder, until, fence) VALUES (?, ?, ?, 1) ON CONFLICT (key) DO UPDATE"
        " SET holder = EXCLUDED.holder, until = EXCLUDED.until, fence = leases.fence + 1"
        " WHERE leases.until <= ? OR leases.holder IN (EXCLUDED.holder, '') RETURNING fence",
        [key, holder, until, to_millis(tx.at)],
    )
    return int(taken[0]) if taken else None


def release(tx: db.Tx, key: str, holder: str) -> None:
    """Give a lease back, if it is still ours."""
    Lease.update(holder="", until=tx.at).where(Lease.key == key, Lease.holder == holder).execute()


def free_of_dead(tx: db.Tx, key: str, dead: str) -> None:
    """Free a lease whose holder is known to have ended."""
    Lease.update(holder="", until=tx.at).where(Lease.key == key, Lease.holder == dead).execute()
