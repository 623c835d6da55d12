"""The audit trail of one verb over many things: written together at the end of the transaction that did it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from stogly_tui.domain.safe_text import storable
from stogly_tui.model import database as db
from stogly_tui.model.tables.base import to_millis

_COLUMNS = ("at", "actor", "verb", "entity", "entity_id", "after", "reason")


def write(
    tx: db.Tx, verb: str, order_ids: Iterable[int], reason: str, after: Mapping[str, Any] | None = None
) -> None:
    """Write down what was done to each of these orders, in the actor's name."""
    at, told = to_millis(tx.at), storable(reason)
    kept = None if after is None else json.dumps(after, ensure_ascii=False, separators=(",", ":"))
    for order_id in sorted(order_ids):
        tx.append("audit", _COLUMNS, (at, tx.actor.name, verb, "order", order_id, kept, told))
