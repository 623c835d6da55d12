"""The same columns of the same orders for every reference, read from a seeded SQLite file, newest first."""

import sqlite3
from datetime import UTC, datetime

COLUMNS = (
    "Number",
    "Placed",
    "Customer",
    "E-mail",
    "Items",
    "Channel",
    "Total",
    "Pay",
    "Status",
    "Push Status",
)
_SQL = (
    "SELECT o.number, o.placed_at, o.customer, o.email, o.items, c.name, o.total, o.payment, o.status,"
    " COALESCE(p.state, 'not_sent') FROM orders o JOIN channels c ON c.id = o.channel_id"
    " LEFT JOIN pushes p ON p.id = o.push_id ORDER BY o.placed_at DESC, o.id DESC LIMIT ?"
)


def read(path: str, count: int) -> list[tuple[str, ...]]:
    """So many orders as text."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        return [
            (
                number, f"{datetime.fromtimestamp(placed / 1000, UTC):%d %b %H:%M}", customer, email, str(items),
                channel, f"{total / 100:,.2f}", payment, status, push,
            )
            for number, placed, customer, email, items, channel, total, payment, status, push in connection.execute(
                _SQL, (count,)
            )
        ]  # fmt: skip
