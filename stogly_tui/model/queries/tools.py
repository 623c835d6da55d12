"""What the tools of a channel compare."""

from datetime import datetime

from stogly_tui.model.queries.base import one
from stogly_tui.model.tables.base import to_millis


def intake_of(channel_id: int, remote_id: str) -> tuple[str, str, str] | None:
    """Number, intake state and its reason of the order that a channel knows by this id now."""
    found = one(
        "SELECT number, intake, intake_reason FROM orders WHERE channel_id = ? AND remote_id = ? AND is_latest",
        [channel_id, remote_id],
    )
    return (found[0], found[1], found[2]) if found else None


def placed(channel_id: int, since: datetime, until: datetime) -> tuple[int, int]:
    """How many orders that the channel still has were placed between two moments, and how many of them were sent."""
    found = one(
        "SELECT count(*), COALESCE(sum(CASE WHEN p.state IN ('sent', 'handled_manually') THEN 1 ELSE 0 END), 0)"
        " FROM orders o LEFT JOIN pushes p ON p.id = o.push_id WHERE o.channel_id = ? AND o.is_latest"
        " AND o.placed_at >= ? AND o.placed_at < ?"
        " AND NOT (o.intake = 'source_deleted' AND o.intake_reason = 'is gone at its channel')",
        [channel_id, to_millis(since), to_millis(until)],
    )
    return (int(found[0]), int(found[1])) if found else (0, 0)
