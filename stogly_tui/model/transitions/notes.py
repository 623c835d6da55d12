"""Notes on orders: written once, never changed, never taken away."""

from collections.abc import Sequence

from stogly_tui.domain.safe_text import storable
from stogly_tui.model import bulk, tables
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import marks, rows
from stogly_tui.model.tables.base import to_millis


def write(tx: db.Tx, order_ids: Sequence[int], text: str) -> set[int]:
    """Write one note on each of these orders; returns those that are there. Nothing else of an order changes."""
    if not order_ids:
        return set()
    there = {row[0] for row in rows(f"SELECT id FROM orders WHERE id IN ({marks(order_ids)})", order_ids)}
    told, at = storable(text), to_millis(tx.at)
    bulk.insert(
        tables.Note, ("order_id", "at", "author", "text"),
        ((order_id, at, tx.actor.name, told) for order_id in sorted(there)),
    )  # fmt: skip
    if there:
        tx.changed("order", there)
    return there
