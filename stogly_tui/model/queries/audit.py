"""What was done by whom."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stogly_tui.model.queries.base import rows
from stogly_tui.model.tables.base import from_millis


@dataclass(frozen=True, slots=True)
class Deed:
    """One change: who, when, what, before and after."""

    id: int
    at: datetime
    actor: str
    verb: str
    entity: str
    entity_id: int | None
    before: Any
    after: Any
    reason: str


def of(entity: str, entity_id: int | None, limit: int = 200) -> list[Deed]:
    """What was done to one thing, latest first; without an id, to all of its kind."""
    where, parameters = ("entity = ? AND entity_id = ?", [entity, entity_id])
    if entity_id is None:
        where, parameters = "entity = ?", [entity]
    return [
        Deed(
            row[0], from_millis(row[1]), row[2], row[3], row[4], row[5], _document(row[6]), _document(row[7]), row[8]
        )
        for row in rows(
            "SELECT id, at, actor, verb, entity, entity_id, before, after, reason FROM audit"
            f" WHERE {where} ORDER BY id DESC LIMIT ?",
            [*parameters, limit],
        )
    ]  # fmt: skip


def _document(text: str | None) -> Any:
    return None if text is None else json.loads(text)
