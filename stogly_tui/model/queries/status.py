"""What the line at the top of every screen tells, and what closes the day."""

from dataclasses import dataclass
from datetime import datetime

from stogly_tui.model import database as db
from stogly_tui.model.queries import webhooks
from stogly_tui.model.queries.base import moment, one, rows
from stogly_tui.model.tables.base import to_millis


@dataclass(frozen=True, slots=True)
class Vitals:
    """The state of the whole at one moment."""

    orders: int
    problems: int
    data_at: datetime | None
    """When the last read of any channel ended, or one told of a change."""
    worker: str
    """Who serves this database now, ``NAME@HOST``; blank when nobody does."""
    worker_until: datetime | None
    sending_is_locked: bool


@dataclass(frozen=True, slots=True)
class DayRow:
    """One channel's day: everything placed in it, and why what is left is left."""

    channel: str
    here: int
    sent: int
    at_shop: int
    by_hand: int
    waiting: int
    errors: int
    in_doubt: int
    not_sent: int
    history: int
    filtered: int
    held: int
    cancelled: int
    reasons: tuple[tuple[str, int], ...]


def vitals() -> Vitals:
    """Read the vitals; a few index look-ups."""
    orders = one("SELECT count(*) FROM orders")
    stuck = one(
        "SELECT (SELECT count(*) FROM (SELECT DISTINCT p.error_code, p.error_text, p.destination_id FROM pushes p"
        " JOIN orders o ON o.id = p.order_id AND o.push_id = p.id WHERE p.state IN ('error', 'in_doubt')) e)"
        " + (SELECT count(*) FROM (SELECT DISTINCT intake_reason, channel_id FROM orders"
        " WHERE intake IN ('held', 'failed', 'awaiting_mapping')) h)"
        " + (SELECT count(*) FROM channels WHERE health <> 'ok' AND state NOT IN ('archived', 'draft'))"
    )
    data = one(
        "SELECT max(at) FROM (SELECT max(finished_at) AS at FROM sync_runs WHERE type <> 'push'"
        " UNION ALL SELECT max(last_received_at) FROM webhook_endpoints) heard"
    )
    lease = one("SELECT holder, until FROM leases WHERE key = ?", ["worker"])
    locked = one("SELECT value FROM meta WHERE key = ?", ["sending_locked"])
    return Vitals(
        orders=int(orders[0]) if orders else 0,
        problems=(int(stuck[0]) if stuck else 0) + len(webhooks.open_problems(db.now())),
        data_at=moment(data[0]) if data else None,
        worker=lease[0] if lease else "",
        worker_until=moment(lease[1]) if lease else None,
        sending_is_locked=bool(locked and locked[0]),
    )


def day(since: datetime, until: datetime) -> list[DayRow]:
    """Per source channel, the orders placed between two moments and what became of them."""
    found: dict[str, dict[str, int]] = {}
    reasons: dict[str, dict[str, int]] = {}
    for name, state, intake, cancelled, at_shop, code, reason, number in rows(
        "SELECT c.name, COALESCE(p.state, ''), o.intake, o.is_cancelled, o.is_at_shop, COALESCE(p.error_code, ''),"
        " o.intake_reason, count(*) FROM orders o JOIN channels c ON c.id = o.channel_id"
        " LEFT JOIN pushes p ON p.id = o.push_id WHERE o.placed_at >= ? AND o.placed_at < ?"
        " GROUP BY c.name, p.state, o.intake, o.is_cancelled, o.is_at_shop, p.error_code, o.intake_reason",
        [to_millis(since), to_millis(until)],
    ):
        counts = found.setdefault(name, {})
        bucket = _bucket(state, intake, bool(cancelled), bool(at_shop))
        counts[bucket] = counts.get(bucket, 0) + number
        if bucket not in ("sent", "by_hand", "at_shop"):
            why = code or reason or bucket.replace("_", " ")
            told = reasons.setdefault(name, {})
            told[why] = told.get(why, 0) + number
    return [
        DayRow(
            channel=name,
            here=sum(counts.values()),
            **{key: counts.get(key, 0) for key in _BUCKETS},
            reasons=tuple(sorted(reasons.get(name, {}).items(), key=lambda item: -item[1])),
        )
        for name, counts in sorted(found.items())
    ]


_BUCKETS = (
    "sent", "at_shop", "by_hand", "waiting", "errors", "in_doubt", "not_sent", "history", "filtered", "held",
    "cancelled",
)  # fmt: skip


def _bucket(state: str, intake: str, cancelled: bool, at_shop: bool) -> str:
    match state:
        case "sent":
            return "sent"
        case "handled_manually":
            return "by_hand"
        case "error":
            return "errors"
        case "in_doubt":
            return "in_doubt"
        case "queued" | "claimed" | "sending" | "retry_later":
            return "waiting"
        case _:
            pass
    if at_shop:
        return "at_shop"
    if intake in ("history", "filtered", "held"):
        return intake
    if intake in ("failed", "awaiting_mapping"):
        return "held"
    return "cancelled" if cancelled or intake == "source_deleted" else "not_sent"
