"""Flows: made, started, stopped, and claimed when they are due."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from stogly_tui.domain.states import FlowType
from stogly_tui.model import database as db
from stogly_tui.model.tables.channels import Flow


def add(
    tx: db.Tx,
    channel_id: int,
    type: FlowType,
    name: str,
    settings: Mapping[str, Any],
    due_at: datetime | None,
) -> int | None:
    """Make a flow; None when the channel has one of that name."""
    made = (
        Flow.insert(channel=channel_id, type=type, name=name, settings=dict(settings), next_due_at=due_at)
        .on_conflict_ignore()
        .as_rowcount()
        .execute()
    )
    tx.changed("flow")
    if not made:
        return None
    return int(Flow.select(Flow.id).where(Flow.channel == channel_id, Flow.name == name).scalar())


def set_active(tx: db.Tx, flow_id: int, is_active: bool) -> bool:
    """Start or stop a flow by hand; a started one is due at once."""
    changes: dict[str, Any] = {"is_active": is_active}
    if is_active:
        changes["next_due_at"] = tx.at
    done = Flow.update(**changes).where(Flow.id == flow_id).execute()
    tx.changed("flow", [flow_id])
    return bool(done)


def change(
    tx: db.Tx,
    flow_id: int,
    *,
    type: FlowType,
    name: str,
    settings: Mapping[str, Any],
    due_at: datetime | None,
) -> None:
    """Change type, name, settings and schedule; takes effect within one tick."""
    Flow.update(type=type, name=name, settings=dict(settings), next_due_at=due_at).where(
        Flow.id == flow_id
    ).execute()
    tx.changed("flow", [flow_id])


def remove(tx: db.Tx, flow_id: int) -> bool:
    """Remove a flow; its runs stay in the log."""
    done = Flow.delete().where(Flow.id == flow_id).execute()
    tx.changed("flow", [flow_id])
    return bool(done)


def claim_due(tx: db.Tx, flow_id: int, read: datetime | None, next_due_at: datetime) -> bool:
    """Move a due time that still stands as it was read; only one process can."""
    guard = Flow.next_due_at.is_null() if read is None else Flow.next_due_at == read
    return bool(Flow.update(next_due_at=next_due_at).where(Flow.id == flow_id, guard).execute())


def due_now(tx: db.Tx, channel_id: int, within: timedelta = timedelta(0)) -> None:
    """Make all flows of a channel due, for example when it has become reachable again."""
    Flow.update(next_due_at=tx.at + within).where(Flow.channel == channel_id).execute()
    tx.changed("flow")
