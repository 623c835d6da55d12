"""What was done by whom."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stogly_tui.model.queries.base import marks, rows
from stogly_tui.model.tables.base import from_millis, to_millis


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


@dataclass(frozen=True, slots=True)
class Activity:
    """What one person did in one go, to one thing or to many: the first of them by name, and how many."""

    last_id: int
    at: datetime
    actor: str
    verb: str
    entity: str
    names: tuple[str, ...]
    ids: tuple[int, ...]
    count: int
    reason: str
    before: Any
    after: Any


NAMED = 5
"""Things of one go that are named; the others are counted."""
ONE_GO = 60_000
"""Milliseconds between two like deeds that are told as one."""


def activity(
    *,
    machine: str,
    actor: str = "",
    since: datetime | None = None,
    before_id: int | None = None,
    limit: int = 2000,
) -> list[Activity]:
    """What people did, latest first: ``limit`` rows of the trail, like deeds of one go told as one.

    ``machine`` is who acts by rule and is left out; go on with ``before_id`` = `Activity.last_id` of the last one.
    """
    where, given = ["actor <> ?"], [machine]
    more: list[tuple[str, Any]] = [
        ("actor = ?", actor or None),
        ("at >= ?", to_millis(since) if since else None),
        ("id < ?", before_id),
    ]
    for condition, value in more:
        if value is not None:
            where.append(condition)
            given.append(value)
    found = rows(
        "SELECT id, at, actor, verb, entity, entity_id, reason, before, after FROM audit"
        f" WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT ?",
        [*given, limit],
    )
    goes: list[list[tuple[Any, ...]]] = []
    for row in found:
        if (
            goes
            and goes[-1][-1][2:5] == row[2:5]
            and goes[-1][-1][6] == row[6]
            and goes[-1][-1][1] - row[1] <= ONE_GO
        ):
            goes[-1].append(row)
        else:
            goes.append([row])
    names = _names([(row[4], row[5]) for go in goes for row in go[:NAMED]])
    return [
        Activity(
            go[-1][0], from_millis(go[0][1]), go[0][2], go[0][3], go[0][4],
            tuple(names.get((row[4], row[5]), "") for row in go[:NAMED] if row[5] is not None),
            tuple(row[5] for row in go[:NAMED] if row[5] is not None), len(go), go[0][6],
            _document(go[0][7]) if len(go) == 1 else None, _document(go[0][8]) if len(go) == 1 else None,
        )
        for go in goes
    ]  # fmt: skip


def people() -> list[str]:
    """Every name that is known here: with a role, in the trail, or with orders."""
    found = rows(
        "SELECT name FROM users WHERE name <> '*' UNION SELECT DISTINCT actor FROM audit"
        " UNION SELECT DISTINCT assigned_to FROM orders WHERE assigned_to IS NOT NULL"
    )
    return sorted(row[0] for row in found)


_NAMING = {
    "order": "SELECT id, number FROM orders WHERE id IN",
    "channel": "SELECT id, name FROM channels WHERE id IN",
    "flow": "SELECT id, name FROM flows WHERE id IN",
}


def _names(wanted: list[tuple[str, int | None]]) -> dict[tuple[str, int], str]:
    told: dict[tuple[str, int], str] = {}
    for entity, sql in _NAMING.items():
        ids = sorted({key for kind, key in wanted if kind == entity and key is not None})
        for start in range(0, len(ids), 500):
            chunk = ids[start : start + 500]
            told |= {(entity, row[0]): row[1] for row in rows(f"{sql} ({marks(chunk)})", chunk)}
    return told


def _document(text: str | None) -> Any:
    return None if text is None else json.loads(text)
