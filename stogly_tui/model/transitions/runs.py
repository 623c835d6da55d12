"""Sync runs and their log; what asks for a record to be read again; how far reading got."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.safe_text import storable
from stogly_tui.domain.states import FlowType, Level, RunState
from stogly_tui.model import database as db
from stogly_tui.model import tables
from stogly_tui.model.queries.base import one, rows, run
from stogly_tui.model.tables.base import to_millis
from stogly_tui.model.tables.runs import IntakeTrigger, LogEntry, SyncRun

ABANDONED = timedelta(hours=1)
"""How long a push run may hold nothing before its process is taken for gone, where nobody can ask for it."""
COUNTED = ("created", "updated", "unchanged", "filtered", "held", "failed")


def ask(tx: db.Tx, flow_id: int, channel_id: int, type: FlowType, trigger: str) -> bool:
    """Ask for a run of a flow; one that is asked for already is enough. Returns whether this made it."""
    made = (
        SyncRun.insert(
            channel=channel_id, flow=flow_id, type=type, trigger=trigger, requested_by=tx.actor.name,
            state=RunState.QUEUED, asked_at=tx.at,
        )
        .on_conflict_ignore()
        .as_rowcount()
        .execute()
    )  # fmt: skip
    tx.changed("run")
    return bool(made)


def ask_window(tx: db.Tx, channel_id: int, since: datetime, until: datetime, trigger: str) -> int:
    """Ask for what was placed in ``[since, until)`` to be read again and compared; returns the run."""
    run_id = int(
        SyncRun.insert(
            channel=channel_id, type=FlowType.ORDERS_DAILY, trigger=trigger, requested_by=tx.actor.name,
            state=RunState.QUEUED, asked_at=tx.at, window_from=since, window_until=until,
        ).execute()
    )  # fmt: skip
    tx.changed("run", [run_id])
    return run_id


def start(tx: db.Tx, run_id: int, token: str) -> bool:
    """Begin an asked run; False when another process did."""
    done = (
        SyncRun.update(state=RunState.RUNNING, token=token, started_at=tx.at)
        .where(SyncRun.id == run_id, SyncRun.state == RunState.QUEUED)
        .execute()
    )
    tx.changed("run", [run_id])
    return bool(done)


def begin(
    tx: db.Tx, channel_id: int, type: FlowType, trigger: str, token: str, flow_id: int | None = None
) -> int:
    """Begin a run that nobody had to ask for, for example of pushes that are due."""
    run_id = int(
        SyncRun.insert(
            channel=channel_id, flow=flow_id, type=type, trigger=trigger, requested_by=tx.actor.name,
            state=RunState.RUNNING, token=token, asked_at=tx.at, started_at=tx.at,
        ).execute()
    )  # fmt: skip
    tx.changed("run", [run_id])
    return run_id


def add(tx: db.Tx, run_id: int, counts: dict[str, int], *, pages: int = 0, missing: int = 0) -> None:
    """Add what became of records; ``seen`` is their sum."""
    added = [counts.get(name, 0) for name in COUNTED]
    sets = ", ".join(f"{name} = {name} + ?" for name in COUNTED)
    run(
        f"UPDATE sync_runs SET {sets}, seen = seen + ?, pages = pages + ?, found_missing = found_missing + ? WHERE id = ?",
        [*added, sum(added), pages, missing, run_id],
    )
    tx.changed("run", [run_id])


def finish(tx: db.Tx, run_id: int, *, failure: tuple[ErrorCode, str] | None = None) -> RunState:
    """End a run: FAILED with a failure, FINISHED PARTIALLY when records were not OK, else FINISHED."""
    found = one("SELECT failed FROM sync_runs WHERE id = ?", [run_id])
    state = RunState.FINISHED_PARTIALLY if found and found[0] else RunState.FINISHED
    if failure is not None:
        state = RunState.FAILED
    code, text = failure or ("", "")
    SyncRun.update(state=state, finished_at=tx.at, error_code=code, error_text=storable(text)[:500]).where(
        SyncRun.id == run_id, SyncRun.state == RunState.RUNNING
    ).execute()
    tx.changed("run", [run_id])
    return state


def cancel(tx: db.Tx, channel_id: int, flow_id: int | None = None) -> int:
    """Take back what was asked of a channel (or of one flow of it) and has not begun."""
    of_flow = SyncRun.flow == flow_id if flow_id is not None else SyncRun.channel == channel_id
    done = (
        SyncRun.update(state=RunState.CANCELLED, finished_at=tx.at)
        .where(of_flow, SyncRun.state == RunState.QUEUED)
        .execute()
    )
    tx.changed("run")
    return int(done)


def interrupt(tx: db.Tx, channel_id: int, type: Sequence[FlowType], keep_token: str = "") -> list[int]:
    """Mark running runs whose process is gone; their flows are due again."""
    found = rows(
        "SELECT id, flow_id FROM sync_runs WHERE channel_id = ? AND state = 'running' AND token <> ?"
        f" AND type IN ({', '.join('?' * len(type))})",
        [channel_id, keep_token, *[one.value for one in type]],
    )
    for run_id, flow_id in found:
        interrupt_one(tx, run_id)
        if flow_id is not None:
            tables.Flow.update(next_due_at=tx.at).where(tables.Flow.id == flow_id).execute()
    return [run_id for run_id, _ in found]


def interrupt_abandoned(tx: db.Tx, is_dead: Callable[[str], bool]) -> None:
    """Mark push runs whose process has ended, or that began long ago and hold no push any more."""
    for run_id, token, started_at, is_busy in rows(
        "SELECT id, token, started_at, EXISTS (SELECT 1 FROM pushes p WHERE p.destination_id = r.channel_id"
        " AND p.state IN ('claimed', 'sending')) FROM sync_runs r WHERE type = 'push' AND state = 'running'"
    ):
        if is_dead(token) or (not is_busy and started_at < to_millis(tx.at - ABANDONED)):
            interrupt_one(tx, run_id)


def interrupt_one(tx: db.Tx, run_id: int) -> None:
    """Mark a running run whose process is gone."""
    SyncRun.update(
        state=RunState.INTERRUPTED, finished_at=tx.at, error_code=ErrorCode.INTERRUPTED,
        error_text="the process that ran it ended",
    ).where(SyncRun.id == run_id, SyncRun.state == RunState.RUNNING).execute()  # fmt: skip
    tx.changed("run", [run_id])


def log(
    tx: db.Tx,
    level: Level,
    code: ErrorCode | str,
    message: str,
    *,
    channel_id: int | None = None,
    run_id: int | None = None,
    order_id: int | None = None,
    entity: str = "",
    attempt: int | None = None,
    payload_digest: str | None = None,
) -> None:
    """Write one line of the sync log."""
    if channel_id is None and order_id is not None:
        found = one("SELECT channel_id FROM orders WHERE id = ?", [order_id])
        channel_id = found[0] if found else None
    tx.append(
        "log_entries",
        ("at", "level", "channel_id", "run_id", "order_id", "entity", "code", "message", "attempt", "payload_digest"),
        (to_millis(tx.at), level.value, channel_id, run_id or tx.run_id, order_id, storable(entity)[:200], str(code),
         storable(message)[:2000], attempt, payload_digest),
    )  # fmt: skip
    tx.changed("log")


def ask_again(tx: db.Tx, channel_id: int, remote_id: str, reason: str) -> None:
    """Ask for one record to be read again; the counter tells a later asking from an earlier one."""
    IntakeTrigger.insert(
        channel=channel_id, remote_id=remote_id, reason=reason, asked_at=tx.at
    ).on_conflict(
        conflict_target=[IntakeTrigger.channel, IntakeTrigger.remote_id],
        update={
            IntakeTrigger.counter: IntakeTrigger.counter + 1,
            IntakeTrigger.reason: reason,
            IntakeTrigger.asked_at: tx.at,
            IntakeTrigger.not_before: None,
            IntakeTrigger.tries: 0,
        },
    ).execute()  # fmt: skip
    tx.changed("trigger")


def served(tx: db.Tx, trigger_id: int, counter: int) -> None:
    """Clear a trigger, at the counter that was seen: a later asking stays due."""
    IntakeTrigger.update(served=counter, tries=0).where(
        IntakeTrigger.id == trigger_id, IntakeTrigger.served < counter
    ).execute()


def put_off(tx: db.Tx, trigger_id: int, wait: timedelta) -> None:
    """Try a trigger again later."""
    IntakeTrigger.update(not_before=tx.at + wait, tries=IntakeTrigger.tries + 1).where(
        IntakeTrigger.id == trigger_id
    ).execute()


def move_cursor(
    tx: db.Tx, channel_id: int, stream: str, *, before: datetime | None, after: datetime, token: str
) -> bool:
    """Move a cursor from ``before`` to ``after`` if it still stands there and the run is still ours."""
    is_ours = one("SELECT 1 FROM sync_runs WHERE token = ? AND state = 'running'", [token])
    if not is_ours:
        return False
    if before is None:
        return bool(
            run(
                "INSERT INTO cursors (channel_id, stream, at, page, token) VALUES (?, ?, ?, 1, ?) ON CONFLICT DO NOTHING",
                [channel_id, stream, to_millis(after), token],
            )
        )
    return bool(
        run(
            "UPDATE cursors SET at = ?, page = page + 1, token = ? WHERE channel_id = ? AND stream = ? AND at = ?",
            [to_millis(after), token, channel_id, stream, to_millis(before)],
        )
    )


def prune_log(tx: db.Tx, *, info_before: datetime, all_before: datetime) -> int:
    """Forget old log lines; errors are kept for ever."""
    return int(
        LogEntry.delete()
        .where(
            ((LogEntry.level == Level.INFO) & (LogEntry.at < info_before))
            | ((LogEntry.level == Level.WARNING) & (LogEntry.at < all_before))
        )
        .execute()
    )
