"""Reading history: begun, moved back window by window, stopped, ended."""

from datetime import datetime, timedelta

from stogly_tui.domain.states import BackfillState
from stogly_tui.model import database as db
from stogly_tui.model.tables.channels import Backfill


def begin(
    tx: db.Tx, channel_id: int, *, since: datetime, until: datetime, span: timedelta, total: int | None
) -> bool:
    """Begin to read what was placed in ``[since, until)``, newest first; False while another is being read."""
    columns = {
        "state": BackfillState.READING, "since": since, "until": until, "at": until, "span": _seconds(span),
        "seen": 0, "total": total, "failures": 0, "not_before": None, "run_id": None, "started_at": tx.at,
        "finished_at": None,
    }  # fmt: skip
    done = (
        Backfill.insert(channel=channel_id, **columns)
        .on_conflict(
            conflict_target=[Backfill.channel],
            update=columns,
            where=(Backfill.state != BackfillState.READING),
        )
        .as_rowcount()
        .execute()
    )
    tx.changed("flow")
    return bool(done)


def narrow(tx: db.Tx, channel_id: int, span: timedelta) -> None:
    """Read smaller windows: this one holds too many orders."""
    Backfill.update(span=_seconds(span)).where(Backfill.channel == channel_id).execute()


def move(
    tx: db.Tx,
    channel_id: int,
    *,
    before: datetime,
    after: datetime,
    span: timedelta,
    seen: int,
    rest: timedelta,
) -> bool:
    """A window was read whole: everything from ``after`` on is here. False when another process moved it."""
    done = (
        Backfill.update(
            at=after, span=_seconds(span), seen=Backfill.seen + seen, failures=0, not_before=tx.at + rest
        )
        .where(Backfill.channel == channel_id, Backfill.at == before, Backfill.state == BackfillState.READING)
        .execute()
    )
    tx.changed("flow")
    return bool(done)


def finish(tx: db.Tx, channel_id: int) -> None:
    """All of it was read."""
    Backfill.update(state=BackfillState.FINISHED, finished_at=tx.at, run_id=None).where(
        Backfill.channel == channel_id, Backfill.state == BackfillState.READING
    ).execute()
    tx.changed("flow")


def put_off(tx: db.Tx, channel_id: int, wait: timedelta) -> None:
    """A window could not be read; it is read again later."""
    Backfill.update(failures=Backfill.failures + 1, not_before=tx.at + wait).where(
        Backfill.channel == channel_id
    ).execute()


def set_reading(tx: db.Tx, channel_id: int, is_reading: bool) -> bool:
    """Stop or go on by hand; what was read stays read."""
    wanted, now = BackfillState.READING, BackfillState.STOPPED
    if not is_reading:
        wanted, now = now, wanted
    done = (
        Backfill.update(state=wanted, not_before=None, failures=0)
        .where(Backfill.channel == channel_id, Backfill.state == now)
        .execute()
    )
    tx.changed("flow")
    return bool(done)


def serve_by(tx: db.Tx, channel_id: int, run_id: int | None) -> None:
    """Note the run that reads it now."""
    Backfill.update(run_id=run_id).where(Backfill.channel == channel_id).execute()


def _seconds(span: timedelta) -> int:
    return max(1, int(span.total_seconds()))
