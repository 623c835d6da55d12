"""Ids of the orders that a filter matches, in order: the first few at once, or all of them in eight bytes each.

A list of any length costs the same at its first row: how common a text or a state is decides how it is looked for.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from stogly_tui.domain.states import PushState
from stogly_tui.model import database as db
from stogly_tui.model.queries import text_index
from stogly_tui.model.queries.base import marks, one, rows
from stogly_tui.model.queries.id_lists import within
from stogly_tui.model.queries.order_filter import Condition, OrderFilter
from stogly_tui.model.queries.text_index import Candidates

FEW = 5000
"""Up to so many candidates are looked at one by one; more are common enough to be met soon on the way."""
WALKED, WALKED_FAR = (1_000, 20_000), (3_000,)
"""So many of the first orders are walked through for a common text, few first; in a file, and at a server."""
SLICE = 1 << 16
"""Letters of the answer that are turned into numbers at once, so that other threads have their turn."""
LOOKED_THROUGH = 1 << 16
"""Keys that are looked through at once."""
NEWEST = "-placed"
COLUMNS = {
    "placed": ("o.placed_at",),
    "number": ("o.number",),
    "customer": ("o.customer",),
    "email": ("o.email",),
    "items": ("o.items",),
    "channel": ("o.channel_id", "o.placed_at"),
    "total": ("o.total",),
    "payment": ("o.payment", "o.placed_at"),
    "status": ("o.status", "o.placed_at"),
    "push": ("p.state", "o.placed_at"),
    "ship_by": ("o.ship_by",),
}
"""What each column is sorted by; a minus before its name means descending."""
FIXED = ("placed", "channel")
"""Sorts in which an order keeps its place as long as it lives."""


@dataclass(frozen=True, slots=True)
class _Query:
    """Parts of a SELECT over orders."""

    source: str
    where: str
    order: str
    parameters: tuple[Any, ...]

    def ids(self, limit: int | None = None) -> str:
        """The SELECT of the ids."""
        end = f" LIMIT {limit}" if limit is not None else ""
        return f"SELECT o.id{self.source}{self.where}{self.order}{end}"


def all_ids(which: OrderFilter, sort: str = NEWEST) -> "array[int]":
    """Every id, as one text from the database: row by row would take the other threads' turns."""
    conditions = which.conditions()
    query = _query(conditions, sort, _text(conditions) or _few(conditions))
    if db.engine() == "sqlite":
        sql = f"SELECT group_concat(id) FROM ({query.ids()} LIMIT -1)"
    else:
        sql = f"SELECT string_agg(id::text, ',') FROM ({query.ids()}) AS found"
    found = one(sql, query.parameters)
    return _numbers(found[0] if found and found[0] else "")


def first_ids(which: OrderFilter, limit: int, sort: str = NEWEST, offset: int = 0) -> list[int]:
    """The first ids."""
    conditions = which.conditions()
    states = frozenset[PushState]().union(*(one.states for one in conditions))
    is_by_time = sort.lstrip("-") == "placed"
    candidates = _few(conditions)
    if candidates is None and is_by_time:
        if states:
            return _by_state(conditions, states, sort, limit + offset)[offset:]
        soon = _met_soon(conditions, sort, limit + offset) or _came_last(conditions, sort, limit + offset)
        if soon is not None:
            return soon[offset:]
    query = _query(conditions, sort, candidates)
    return [row[0] for row in rows(f"{query.ids(limit)} OFFSET {offset}", query.parameters)]


def on_top(which: OrderFilter, ids: Sequence[int], first: int | None) -> list[int] | None:
    """Those of ``ids`` that the filter lets through, newest first, when they all stand above ``first``; else None."""
    if not ids:
        return []
    where, parameters = within("o.id", ids)
    query = _query([*which.conditions(), Condition(where, tuple(parameters))], NEWEST, None)
    sql = query.ids().replace("SELECT o.id", "SELECT o.id, o.placed_at", 1)
    found = rows(sql, query.parameters)
    below = one("SELECT placed_at FROM orders WHERE id = ?", [first]) if first is not None else None
    if found and below is not None and first is not None and (found[-1][1], found[-1][0]) < (below[0], first):
        return None
    return [row[0] for row in found]


def newest() -> int:
    """The highest id there is."""
    found = one("SELECT COALESCE(max(id), 0) FROM orders")
    return int(found[0]) if found else 0


def count(which: OrderFilter) -> int:
    """How many orders the filter matches."""
    conditions = which.conditions()
    query = _query(conditions, "", _text(conditions) or _few(conditions))
    found = one(f"SELECT count(*){query.source}{query.where}", query.parameters)
    return int(found[0]) if found else 0


def index_of(keys: "array[int]", key: int | None) -> int | None:
    """The position of a key. ``array.index`` makes a number of each item: 60 ms at the end of a million."""
    if key is None:
        return None
    wanted = array("q", (key,)).tobytes()
    for start in range(0, len(keys), LOOKED_THROUGH):
        held, at = keys[start : start + LOOKED_THROUGH].tobytes(), -1
        while (at := held.find(wanted, at + 1)) >= 0:
            if at % 8 == 0:
                return start + at // 8
    return None


def ordering(sort: str) -> str:
    """The ORDER BY of a sort, with the id as its last word."""
    if not sort:
        return ""
    down = " DESC" if sort.startswith("-") else ""
    last = " NULLS LAST" if sort == "ship_by" else ""
    columns = COLUMNS[sort.lstrip("-")]
    return f" ORDER BY {', '.join(f'{one}{down}{last}' for one in columns)}, o.id{down}"


def _query(
    conditions: Iterable[Condition], sort: str, candidates: Candidates | None, orders: str = "orders"
) -> _Query:
    told = list(conditions)
    needs_push = any(one.needs_push for one in told) or sort.lstrip("-") == "push"
    source = f" FROM {orders} o"
    before: tuple[Any, ...] = ()
    if candidates is not None:
        source = f" FROM ({candidates.sql}) AS few {_forced()} orders o{_on('o.id = few.id')}"
        before = candidates.parameters
        told.insert(0, Condition("o.id = few.id"))
    if needs_push:
        source += " LEFT JOIN pushes p ON p.id = o.push_id"
    where = " WHERE " + " AND ".join(one.sql for one in told) if told else ""
    return _Query(source, where, ordering(sort), before + tuple(p for one in told for p in one.parameters))


def _few(conditions: Sequence[Condition]) -> Candidates | None:
    """The rarest of what the conditions ask for, when it is rare."""
    best: tuple[int, Candidates] | None = None
    for candidates in (*_texts(conditions), *_states(conditions)):
        number = candidates.count(FEW + 1)
        if number <= FEW and (best is None or number < best[0]):
            best = number, candidates
    return best[1] if best else None


def _texts(conditions: Sequence[Condition]) -> list[Candidates]:
    found = (text_index.holding(one.needle) for one in conditions if one.needle)
    return [one for one in found if one is not None]


def _text(conditions: Sequence[Condition]) -> Candidates | None:
    """The longest text asked for: reading all its hits is shorter than reading all orders."""
    needles = sorted((one.needle for one in conditions if len(one.needle) >= 3), key=len)
    return text_index.holding(needles[-1]) if needles else None


def _states(conditions: Sequence[Condition]) -> list[Candidates]:
    told = []
    for one_ in conditions:
        if one_.states and not one_.states & {PushState.NOT_SENT, PushState.NOT_APPLICABLE}:
            states = tuple(sorted(one_.states))
            sql = f"SELECT order_id AS id FROM pushes WHERE state IN ({marks(states)})"
            told.append(Candidates(sql, states))
    return told


def _by_state(
    conditions: Sequence[Condition], states: frozenset[PushState], sort: str, limit: int
) -> list[int]:
    """The first ids of orders whose push is in one of ``states``: a few of each state, each read in order."""
    down = " DESC" if sort.startswith("-") else ""
    where = " AND ".join(one.sql for one in conditions)
    parameters = [p for one in conditions for p in one.parameters]
    parts: list[tuple[str, list[Any]]] = []
    for state in sorted(states - {PushState.NOT_APPLICABLE}):
        sql = (
            f"SELECT o.id, p.placed_at FROM pushes p {_forced()} orders o{_on('o.id = p.order_id')} WHERE p.state = ?"
            f" AND o.id = p.order_id AND o.push_id = p.id AND {where}"
            f" ORDER BY p.placed_at{down}, p.order_id{down} LIMIT {limit}"
        )
        parts.append((sql, [state, *parameters]))
    if states & {PushState.NOT_SENT, PushState.NOT_APPLICABLE}:
        sql = (
            "SELECT o.id, o.placed_at FROM orders o LEFT JOIN pushes p ON p.id = o.push_id WHERE o.push_id IS NULL"
            f" AND {where} ORDER BY o.placed_at{down}, o.id{down} LIMIT {limit}"
        )
        parts.append((sql, parameters))
    found = [row for sql, given in parts for row in rows(sql, given)]
    found.sort(key=lambda row: (row[1], row[0]), reverse=bool(down))
    return [row[0] for row in found[:limit]]


def _met_soon(conditions: Sequence[Condition], sort: str, limit: int) -> list[int] | None:
    """The first ids of a common text, met among what was placed last; None when there are too few."""
    if not any(one.needle for one in conditions):
        return None
    for walked in WALKED if db.engine() == "sqlite" else WALKED_FAR:
        near = f"(SELECT o.* FROM orders o{ordering(sort)} LIMIT {walked})"
        query = _query(conditions, sort, None, near)
        found = rows(query.ids(limit), query.parameters)
        if len(found) == limit:
            return [row[0] for row in found]
    return None


def _came_last(conditions: Sequence[Condition], sort: str, limit: int) -> list[int] | None:
    """The first ids of a text that many old orders hold and no new ones, among what came in last with it.

    Walking to them would take as long as there are orders.
    """
    needle = max((one.needle for one in conditions), key=len, default="")
    last = text_index.newest_holding(needle, FEW, is_newest=sort.startswith("-")) if needle else None
    if last is None:
        return None
    query = _query(conditions, sort, last)
    found = rows(query.ids(limit), query.parameters)
    return [row[0] for row in found] if len(found) == limit else None


def _forced() -> str:
    """A join in the order written: SQLite keeps it for CROSS JOIN."""
    return "CROSS JOIN" if db.engine() == "sqlite" else "JOIN"


def _on(condition: str) -> str:
    return "" if db.engine() == "sqlite" else f" ON {condition}"


def _numbers(text: str) -> "array[int]":
    """Numbers of a text with commas, a slice at a time."""
    found: array[int] = array("q")
    at = 0
    while at < len(text):
        end = text.find(",", at + SLICE)
        end = len(text) if end < 0 else end
        found.extend(map(int, text[at:end].split(",")))
        at = end + 1
    return found
