"""How a channel's orders would be split at a moment, and what judging them again needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from stogly_tui.model.queries.base import one, rows
from stogly_tui.model.tables.base import to_millis


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """A stored order with the bytes it was read from."""

    id: int
    remote_id: str
    digest: str
    payload: bytes


def split(channel_id: int, at: datetime) -> tuple[int, int]:
    """How many orders would be history, and how many taken in, if orders counted from that moment."""
    found = one(
        "SELECT COALESCE(sum(CASE WHEN placed_at < ? THEN 1 ELSE 0 END), 0),"
        " COALESCE(sum(CASE WHEN placed_at >= ? THEN 1 ELSE 0 END), 0) FROM orders"
        " WHERE channel_id = ? AND intake IN ('history', 'accepted')",
        [to_millis(at), to_millis(at), channel_id],
    )
    return (int(found[0]), int(found[1])) if found else (0, 0)


_UNDECIDED = (
    " LEFT JOIN pushes p ON p.id = o.push_id WHERE o.channel_id = ? AND o.id > ?"
    " AND o.intake IN ('accepted', 'history', 'filtered')"
    " AND (p.state IS NULL OR p.state IN ('not_sent', 'queued', 'error'))"
)


def may_be_judged(channel_id: int) -> int:
    """How many orders of a channel a changed rule decides about."""
    found = one(f"SELECT count(*) FROM orders o{_UNDECIDED}", [channel_id, 0])
    return int(found[0]) if found else 0


def words_seen(channel_id: int) -> list[tuple[str, str, str, int]]:
    """Statuses of the orders that a changed rule decides about: the channel's, its financial one, ours, and how many."""
    return [
        (row[0], row[1] or "", row[2], row[3])
        for row in rows(
            f"SELECT o.remote_status, o.financial_status, o.payment, count(*) FROM orders o{_UNDECIDED}"
            " GROUP BY o.remote_status, o.financial_status, o.payment",
            [channel_id, 0],
        )
    ]


def to_judge_again(channel_id: int, chunk: int = 100) -> Iterator[list[StoredOrder]]:
    """Orders whose intake a rule decides and that have not left, in chunks by id. Each chunk wants its own read."""
    last = 0
    while True:
        found = rows(
            "SELECT o.id, o.remote_id, o.payload_digest, y.body FROM orders o JOIN payloads y ON y.digest = o.payload_digest"
            f"{_UNDECIDED} ORDER BY o.id LIMIT ?",
            [channel_id, last, chunk],
        )
        if not found:
            return
        last = found[-1][0]
        yield [StoredOrder(row[0], row[1], row[2], bytes(row[3])) for row in found]


def stored(order_id: int) -> tuple[StoredOrder, int] | None:
    """One order with its bytes, and its channel."""
    found = one(
        "SELECT o.id, o.remote_id, o.payload_digest, y.body, o.channel_id FROM orders o"
        " JOIN payloads y ON y.digest = o.payload_digest WHERE o.id = ?",
        [order_id],
    )
    return (StoredOrder(found[0], found[1], found[2], bytes(found[3])), found[4]) if found else None
