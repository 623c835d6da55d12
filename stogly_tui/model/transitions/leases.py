"""Leases: who serves something now, on the clock all processes share."""

from datetime import timedelta

from stogly_tui.model import database as db
from stogly_tui.model.tables.channels import Lease


def take(tx: db.Tx, key: str, holder: str, length: timedelta) -> int | None:
    """Take a lease that is free, ran out or is ours; returns its fence, or None when another holds it."""
    taken = (
        Lease.insert(key=key, holder=holder, until=tx.at + length, fence=1)
        .on_conflict(
            conflict_target=[Lease.key],
            update={Lease.holder: holder, Lease.until: tx.at + length, Lease.fence: Lease.fence + 1},
            where=(Lease.until <= tx.at) | (Lease.holder == holder) | (Lease.holder == ""),
        )
        .returning(Lease.fence)
        .execute()
    )
    found = list(taken)
    return int(found[0].fence) if found else None


def release(tx: db.Tx, key: str, holder: str) -> None:
    """Give a lease back, if it is still ours."""
    Lease.update(holder="", until=tx.at).where(Lease.key == key, Lease.holder == holder).execute()


def free_of_dead(tx: db.Tx, key: str, dead: str) -> None:
    """Free a lease whose holder is known to have ended."""
    Lease.update(holder="", until=tx.at).where(Lease.key == key, Lease.holder == dead).execute()
