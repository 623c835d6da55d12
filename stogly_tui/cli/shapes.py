"""Rows as JSON objects, for scripts: fields are only ever added. Orders have theirs in `present.orders_json`."""

from collections.abc import Mapping
from typing import Any

from stogly_tui.domain.money import to_text
from stogly_tui.domain.states import AutoSend
from stogly_tui.model.queries.channels import ChannelRow, FlowRow
from stogly_tui.model.queries.problems import Problem
from stogly_tui.model.queries.runs import LogRow, RunRow
from stogly_tui.model.queries.status import DayRow
from stogly_tui.present.catalogue import of_code
from stogly_tui.present.errors import sku_named
from stogly_tui.present.times import iso

DAY_LEFT = ("waiting", "errors", "in_doubt", "not_sent", "held")
DAY_COUNTS = ("here", "sent", "at_shop", "by_hand", *DAY_LEFT, "history", "filtered", "cancelled")


def channel_json(row: ChannelRow) -> dict[str, Any]:
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
    }


def flow_json(row: FlowRow) -> dict[str, Any]:
    """A flow as lists print it."""
    return {
        "id": row.id,
        "channel": row.channel,
        "name": row.name,
        "type": row.type.value,
        "active": row.is_active,
        "settings": dict(row.settings),
        "next_due_at": iso(row.next_due_at),
        "wanted": row.is_wanted,
        "last_run": row.last_run_id,
        "last_state": row.last_state.value if row.last_state else None,
        "last_started_at": iso(row.last_started_at),
        "last_seen": row.last_seen,
        "last_error": row.last_error or None,
    }


def run_json(run: RunRow) -> dict[str, Any]:
    """A run as scripts read it."""
    return {
        "id": run.id,
        "channel": run.channel,
        "flow": run.flow or None,
        "type": run.type.value,
        "trigger": run.trigger,
        "requested_by": run.requested_by or None,
        "state": run.state.value,
        "seen": run.seen,
        "created": run.created,
        "updated": run.updated,
        "unchanged": run.unchanged,
        "filtered": run.filtered,
        "held": run.held,
        "failed": run.failed,
        "found_missing": run.found_missing,
        "error_code": run.error_code or None,
        "error": run.error_text or None,
        "asked_at": iso(run.asked_at),
        "started_at": iso(run.started_at),
        "finished_at": iso(run.finished_at),
    }


def entry_json(entry: LogRow) -> dict[str, Any]:
    """A line of the sync log."""
    return {
        "id": entry.id,
        "at": iso(entry.at),
        "level": entry.level.value,
        "channel": entry.channel or None,
        "run": entry.run_id,
        "order": entry.order_number or None,
        "entity": entry.entity or None,
        "code": entry.code,
        "message": entry.message,
        "attempt": entry.attempt,
    }


def problem_json(one: Problem, numbers: Mapping[int, str]) -> dict[str, Any]:
    """A problem with its sentences; ``numbers`` names its orders by id. ``minor`` is for tables only."""
    said = of_code(
        one.code, destination=one.where, channel=one.where, detail=one.subject, sku=sku_named(one.subject)
    )
    return {
        "kind": one.kind,
        "code": one.code,
        "where": one.where,
        "says": said.says,
        "next_step": said.next_step,
        "subject": one.subject,
        "orders": one.count,
        "money": {currency: to_text(minor, currency) for currency, minor in one.money.items()},
        "minor": dict(one.money),
        "oldest": iso(one.oldest),
        "ship_by": iso(one.ship_by),
        "numbers": [numbers[order_id] for order_id in one.orders if order_id in numbers],
    }


def day_json(row: DayRow) -> dict[str, Any]:
    """A channel's day with what is left of it and why."""
    told: dict[str, Any] = {"channel": row.channel, **{name: getattr(row, name) for name in DAY_COUNTS}}
    told["left"] = sum(told[name] for name in DAY_LEFT)
    told["all_sent"] = told["left"] == 0
    told["reasons"] = [{"reason": reason, "orders": number} for reason, number in row.reasons]
    return told
