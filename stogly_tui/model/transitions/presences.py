"""Who is at an order right now. A presence counts until its time by the database's clock, so a console that was
killed is forgotten by itself.
"""

from collections.abc import Sequence
from datetime import timedelta

from stogly_tui.domain.safe_text import storable
from stogly_tui.model import bulk, tables
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import marks, rows, run
from stogly_tui.model.tables.base import to_millis


def enter(tx: db.Tx, console: str, order_ids: Sequence[int], doing: str, length: timedelta) -> None:
    """A console is at these orders, for so long unless it says so again."""
    at, until = to_millis(tx.at), to_millis(tx.at + length)
    run("DELETE FROM presences WHERE until <= ?", [at])
    there = [row[0] for row in rows(f"SELECT id FROM orders WHERE id IN ({marks(order_ids)})", order_ids)]
    bulk.insert(
        tables.Presence, ("order_id", "console", "actor", "doing", "since", "until"),
        ((order_id, console, tx.actor.name, storable(doing), at, until) for order_id in there),
        key=("order_id", "console"), update=("actor", "doing", "until"),
    )  # fmt: skip
    tx.changed("presence", there)


def renew(tx: db.Tx, console: str, length: timedelta) -> None:
    """A console is still where it was. Nothing is announced: nothing looks otherwise."""
    run("UPDATE presences SET until = ? WHERE console = ?", [to_millis(tx.at + length), console])


def leave(tx: db.Tx, console: str, order_ids: Sequence[int] | None = None) -> None:
    """A console has left these orders, or all."""
    where, given = "console = ?", [console]
    if order_ids is not None:
        if not order_ids:
            return
        where += f" AND order_id IN ({marks(order_ids)})"
    left = rows(f"DELETE FROM presences WHERE {where} RETURNING order_id", [*given, *(order_ids or ())])
    if left:
        tx.changed("presence", [row[0] for row in left])
