"""The text by which orders are found."""

from collections.abc import Iterable

from stogly_tui.domain.safe_text import folded, storable
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import marks, rows, run


def text_of(words: Iterable[str]) -> str:
    """Words folded into one text to search in."""
    text = storable("\n".join(word for word in words if word))
    return text.lower() if text.isascii() else folded(text)


def phone_key(phone: str) -> str | None:
    """Digits of a phone number, last one first; None without any."""
    return "".join(char for char in phone if char.isdigit())[::-1] or None


def rebuild(tx: db.Tx, channel_id: int, *, after: int, limit: int) -> tuple[int, int]:
    """Make the search text of the next orders of a channel anew; returns the last id, and how many there were."""
    found = rows(
        "SELECT id, number, remote_id, customer, email FROM orders WHERE channel_id = ? AND id > ? ORDER BY id LIMIT ?",
        [channel_id, after, limit],
    )
    if not found:
        return after, 0
    ids = [row[0] for row in found]
    skus: dict[int, list[str]] = {}
    for order_id, sku in rows(
        f"SELECT order_id, sku FROM order_lines WHERE order_id IN ({marks(ids)}) ORDER BY order_id, position",
        ids,
    ):
        skus.setdefault(order_id, []).append(sku)
    for order_id, *words in found:
        text = text_of([*words, *skus.get(order_id, ())])
        run("UPDATE orders SET search = ? WHERE id = ? AND search <> ?", [text, order_id, text])
    tx.changed("order")
    return ids[-1], len(ids)
