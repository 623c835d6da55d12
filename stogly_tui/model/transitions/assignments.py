"""Who an order is assigned to: a word between colleagues, which changes nothing of what is sent."""

from collections.abc import Sequence

from stogly_tui.domain.safe_text import storable
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import marks, rows


def assign(tx: db.Tx, order_ids: Sequence[int], name: str) -> set[int]:
    """Assign orders to a person, or to nobody when the name is blank; returns those that were another's before."""
    if not order_ids:
        return set()
    wanted = storable(name)
    done = {
        row[0]
        for row in rows(
            f"UPDATE orders SET assigned_to = ? WHERE id IN ({marks(order_ids)})"
            " AND COALESCE(assigned_to, '') <> ? RETURNING id",
            [wanted or None, *order_ids, wanted],
        )
    }
    if done:
        tx.changed("order", done)
    return done
