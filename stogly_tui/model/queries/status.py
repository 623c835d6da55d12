"""What the line at the top of every screen tells."""

from dataclasses import dataclass
from datetime import datetime

from stogly_tui.model import database as db
from stogly_tui.model.queries import webhooks
from stogly_tui.model.queries.base import moment, one


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
