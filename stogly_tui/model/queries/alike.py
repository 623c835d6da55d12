"""What orders hold, for telling whether two are the same."""

from collections.abc import Mapping, Sequence

from stogly_tui.model.queries.base import marks, rows

CHUNK = 500


def items_of(order_ids: Sequence[int]) -> Mapping[int, tuple[tuple[str, int], ...]]:
    """SKU (or name, where it has none) and pieces of every line of these orders, in an order of their own."""
    told: dict[int, list[tuple[str, int]]] = {}
    for start in range(0, len(order_ids), CHUNK):
        chunk = order_ids[start : start + CHUNK]
        for order_id, sku, name, pieces in rows(
            "SELECT order_id, sku, name, ordered - cancelled FROM order_lines"
            f" WHERE order_id IN ({marks(chunk)})",
            chunk,
        ):
            told.setdefault(order_id, []).append((sku or name, pieces))
    return {order_id: tuple(sorted(lines)) for order_id, lines in told.items()}
