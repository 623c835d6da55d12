"""Rows as JSON objects, for scripts: fields are only ever added. Orders have theirs in `present.orders_json`."""

from typing import Any

from stogly_tui.domain.states import AutoSend, FlowType
from stogly_tui.model.queries.audit import Deed
from stogly_tui.model.queries.backfills import BackfillRow
from stogly_tui.model.queries.channels import ChannelRow, FlowRow
from stogly_tui.model.queries.handovers import HandoverRow
from stogly_tui.model.queries.overview import ASIDE, LEFT, THERE, DayRow
from stogly_tui.model.queries.webhooks import EndpointRow
from stogly_tui.present import remainders
from stogly_tui.present.times import iso

HERE = "here"
"""The end of a flow that is this database, not a channel."""
DAY_COUNTS = ("here", *THERE, *LEFT, *ASIDE)


def channel_json(
    row: ChannelRow, history: BackfillRow | None = None, webhooks: EndpointRow | None = None
) -> dict[str, Any]:
    """A channel as lists print it. ``state`` is the word people read: its health first, then what was decided."""
    return {
        "name": row.name,
        "platform": row.platform,
        "url": row.url,
        "role": row.role.value,
        "state": row.shown_state,
        "decided_state": row.state.value,
        "health": row.health.value,
        "health_detail": row.health_detail or None,
        "account_id": row.account_id,
        "account_title": row.account_title,
        "currency": row.currency,
        "time_zone": row.time_zone,
        "platform_version": row.platform_version,
        "mode": row.mode.value,
        "destination": row.destination or None,
        "auto_send": row.auto_send.value if row.role.gives_orders else AutoSend.OFF.value,
        "auto_send_from": iso(row.auto_send_from),
        "orders_from": iso(row.orders_from),
        "last_pull_at": iso(row.last_pull_at),
        "orders": row.orders,
        "waiting": row.waiting,
        "in_doubt": row.in_doubt,
        "errors": row.errors,
        "history": history_json(history),
        "webhooks": webhooks_json(webhooks),
    }


def history_json(row: BackfillRow | None) -> dict[str, Any] | None:
    """How far a channel's history is read; everything placed since ``back_to`` is here."""
    if row is None:
        return None
    return {
        "state": row.state.value,
        "seen": row.seen,
        "total": row.total,
        "share": round(row.share, 4),
        "since": iso(row.since),
        "until": iso(row.until),
        "back_to": iso(row.at),
        "started_at": iso(row.started_at),
        "finished_at": iso(row.finished_at),
    }


def webhooks_json(row: EndpointRow | None) -> dict[str, Any] | None:
    """Where a channel tells us of changes, and what came of it."""
    if row is None:
        return None
    return {
        "url": row.url or None,
        "active": row.is_active,
        "subscriptions": [
            {"topic": one.topic, "id": one.id, "active": one.is_active} for one in row.subscriptions
        ],
        "error": row.detail or None,
        "checked_at": iso(row.checked_at),
        "next_check_at": iso(row.next_check_at),
        "received": row.received,
        "last_received_at": iso(row.last_received_at),
        "refused": row.refused,
        "last_refused_at": iso(row.last_refused_at),
        "last_refusal": row.last_refusal or None,
        "silent_orders": row.silent_orders,
        "silent_since": iso(row.silent_since),
    }


def deed_json(deed: Deed) -> dict[str, Any]:
    """One change that somebody made."""
    return {
        "id": deed.id,
        "at": iso(deed.at),
        "who": deed.actor,
        "what": deed.verb,
        "before": deed.before,
        "after": deed.after,
        "reason": deed.reason or None,
    }


def flow_json(row: FlowRow, schedule: str, history: BackfillRow | None) -> dict[str, Any]:
    """A flow as lists print it; ``history`` is its channel's."""
    is_push = row.type is FlowType.PUSH
    return {
        "id": row.id,
        "channel": row.channel,
        "name": row.name,
        "type": row.type.value,
        "origin": HERE if is_push else row.channel,
        "destination": row.channel if is_push else HERE,
        "schedule": schedule,
        "active": row.is_active,
        "settings": dict(row.settings),
        "next_due_at": iso(row.next_due_at),
        "wanted": row.is_wanted,
        "last_run": row.last_run_id,
        "last_state": row.last_state.value if row.last_state else None,
        "last_started_at": iso(row.last_started_at),
        "last_seen": row.last_seen,
        "last_error": row.last_error or None,
        "progress": history_json(history) if row.type is FlowType.HISTORY else None,
    }


def day_json(row: DayRow) -> dict[str, Any]:
    """A channel's day with what is left of it and why."""
    told: dict[str, Any] = {"channel": row.channel, **{name: getattr(row, name) for name in DAY_COUNTS}}
    told["left"] = row.left
    told["all_sent"] = row.left == 0
    told["reasons"] = [_reason_json(said, orders) for said, orders in remainders.of_channel(row)]
    count, proof = row.count, row.proof
    told["on_channel"] = count.on_channel if count else None
    told["here_when_asked"] = count.here if count else None
    told["asked_at"] = iso(count.at) if count else None
    told["asked_by"] = count.by if count else None
    told["proof"] = (
        {"run": proof.run_id, "at": iso(proof.at), "until": iso(proof.until), "missing": proof.missing}
        if proof
        else None
    )
    return told


def _reason_json(said: remainders.Told, orders: int) -> dict[str, Any]:
    """Why so many orders are left; ``reason`` is the code, hold or word that scripts know it by."""
    return {
        "reason": said.reason,
        "orders": orders,
        "kind": said.look.word,
        "says": said.says,
        "command": said.command or None,
    }


def handover_json(row: HandoverRow) -> dict[str, Any]:
    """A handover note."""
    return {"id": row.id, "at": iso(row.at), "author": row.author, "text": row.text}
