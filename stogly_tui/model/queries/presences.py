"""Who is at an order right now, in another console."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from stogly_tui.model import database as db
from stogly_tui.model.queries.base import marks, one, rows
from stogly_tui.model.tables.base import from_millis, to_millis

CHUNK = 500


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """Who does what with an order, and since when."""

    actor: str
    doing: str
    since: datetime


def of(order_ids: Sequence[int], console: str = "") -> Mapping[int, PresenceRow]:
    """Who is at these orders in a console other than ``console``; of several the one that came first."""
    now = to_millis(db.now())
    if one("SELECT 1 FROM presences WHERE until > ? AND console <> ? LIMIT 1", [now, console]) is None:
        return {}
    told: dict[int, PresenceRow] = {}
    for start in range(0, len(order_ids), CHUNK):
        chunk = order_ids[start : start + CHUNK]
        for order_id, actor, doing, since in rows(
            "SELECT order_id, actor, doing, since FROM presences WHERE until > ? AND console <> ?"
            f" AND order_id IN ({marks(chunk)}) ORDER BY since, id",
            [now, console, *chunk],
        ):
            told.setdefault(order_id, PresenceRow(actor, doing, from_millis(since)))
    return told
