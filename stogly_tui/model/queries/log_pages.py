"""The sync log in pages by id, as a filter chooses: newest, older, newer, around what a search found."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stogly_tui.domain.log_search import LogSearch
from stogly_tui.domain.states import Level
from stogly_tui.model.queries import runs
from stogly_tui.model.queries.base import like, marks, one, rows
from stogly_tui.model.queries.runs import LogRow, RunRow
from stogly_tui.model.tables.base import from_millis, to_millis

COUNTED = 10_000
"""More than this are not counted: a count is told while one waits for it."""
_FROM = " FROM log_entries e LEFT JOIN channels c ON c.id = e.channel_id LEFT JOIN orders o ON o.id = e.order_id WHERE "
_ENTRY = (
    "SELECT e.id, e.at, e.level, COALESCE(c.name, ''), e.run_id, e.order_id, COALESCE(o.number, ''), e.entity,"
    " e.code, e.message, e.attempt, COALESCE(e.payload_digest, '')" + _FROM
)
_TEXT = "lower(e.code || ' ' || e.message || ' ' || e.entity || ' ' || COALESCE(o.number, ''))"
_ORDERS = {"newest": "DESC", "oldest": "ASC"}


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that a search found, with its number among all, counted up to `COUNTED`."""

    id: int | None
    number: int
    total: int


def newest(which: LogSearch, limit: int, *, before: int | None = None) -> list[LogRow]:
    """The newest entries (older than ``before``), oldest of them first."""
    return list(reversed(_page(which, limit, "newest", _beyond("<", before))))


def oldest(which: LogSearch, limit: int, *, after: int | None = None) -> list[LogRow]:
    """The oldest entries (newer than ``after``), oldest first."""
    return _page(which, limit, "oldest", _beyond(">", after))


def count(which: LogSearch, *, after: int | None = None, before: int | None = None) -> int:
    """How many entries there are, up to `COUNTED` + 1; only those between two ids, where such are given."""
    where, parameters = _where(which, *_beyond(">", after), *_beyond("<", before))
    found = one(f"SELECT COUNT(*) FROM (SELECT 1{_FROM}{where} LIMIT {COUNTED + 1}) AS found", parameters)
    assert found is not None
    return int(found[0])


def each(which: LogSearch, chunk: int = 1000) -> Iterator[list[LogRow]]:
    """All entries, oldest first, in pages; each page is a read of its own."""
    from stogly_tui.model import database as db

    last: int | None = None
    while True:
        with db.read():
            found = oldest(which, chunk, after=last)
        if not found:
            return
        yield found
        last = found[-1].id


def find(which: LogSearch, text: str, start: int, steps: int) -> Found:
    """The entry that holds a text: at or after ``start`` (0), after (1) or before it (-1); around the ends."""
    held = ("AND " + _TEXT + " LIKE ? ESCAPE '!'", like(text.lower()))
    ways = {
        0: ((">=", "oldest"), ("<", "newest")),
        1: ((">", "oldest"), ("", "oldest")),
        -1: (("<", "newest"), ("", "newest")),
    }
    hit: int | None = None
    for sign, order in ways[steps]:
        found = _page(which, 1, order, (*_beyond(sign, start if sign else None), held))
        if found:
            hit = found[0].id
            break
    where, parameters = _where(which, held)
    total = one(f"SELECT COUNT(*) FROM (SELECT 1{_FROM}{where} LIMIT {COUNTED + 1}) AS found", parameters)
    assert total is not None
    if hit is None:
        return Found(None, 0, 0)
    where, parameters = _where(which, held, *_beyond("<=", hit))
    number = one(f"SELECT COUNT(*) FROM (SELECT 1{_FROM}{where} LIMIT {COUNTED + 1}) AS found", parameters)
    assert number is not None
    return Found(hit, number[0], total[0])


def run_rows(which: LogSearch, limit: int) -> list[RunRow]:
    """Runs, newest first: of the channels, types and states, and asked for in the time, that the filter names."""
    told: list[str] = ["r.id > 0"]
    parameters: list[Any] = []
    for column, values, is_not in (
        ("r.channel_id", which.channels, False),
        ("r.channel_id", which.not_channels, True),
        ("r.type", [kind.value for kind in which.types], False),
        ("r.state", [state.value for state in which.states], False),
    ):
        if values:
            told.append(f"{column} {'NOT IN' if is_not else 'IN'} ({marks(values)})")
            parameters += values
    if which.since is not None:
        told.append("COALESCE(r.finished_at, r.asked_at) >= ?")
        parameters.append(to_millis(which.since))
    if which.until is not None:
        told.append("r.asked_at < ?")
        parameters.append(to_millis(which.until))
    return runs.where(" AND ".join(told), parameters, limit)


def _page(which: LogSearch, limit: int, order: str, more: tuple[tuple[str, Any], ...]) -> list[LogRow]:
    where, parameters = _where(which, *more)
    found = rows(f"{_ENTRY}{where} ORDER BY e.id {_ORDERS[order]} LIMIT ?", [*parameters, limit])
    return [LogRow(row[0], from_millis(row[1]), Level(row[2]), *row[3:]) for row in found]


def _beyond(sign: str, entry_id: int | None) -> tuple[tuple[str, Any], ...]:
    return () if entry_id is None else ((f"AND e.id {sign} ?", entry_id),)


def _where(which: LogSearch, *more: tuple[str, Any]) -> tuple[str, list[Any]]:
    told = ["e.id > 0"]
    parameters: list[Any] = []

    def among(column: str, values: tuple[Any, ...]) -> None:
        if values:
            told.append(f"AND {column} IN ({marks(values)})")
            parameters.extend(values)

    def holds(column: str, values: tuple[str, ...], *, is_not: bool = False, is_any: bool = False) -> None:
        if values:
            one_of = " OR ".join([f"{column} LIKE ? ESCAPE '!'"] * len(values))
            every = " AND ".join([f"{column} {'NOT ' if is_not else ''}LIKE ? ESCAPE '!'"] * len(values))
            told.append(f"AND ({one_of if is_any else every})")
            parameters.extend(map(like, values))

    among("e.level", tuple(level.value for level in which.levels))
    among("e.channel_id", which.channels)
    if which.not_channels:
        told.append(f"AND (e.channel_id IS NULL OR e.channel_id NOT IN ({marks(which.not_channels)}))")
        parameters.extend(which.not_channels)
    among("e.run_id", which.runs)
    if which.since is not None:
        told.append("AND e.at >= ?")
        parameters.append(to_millis(which.since))
    if which.until is not None:
        told.append("AND e.at < ?")
        parameters.append(to_millis(which.until))
    holds("lower(e.code)", which.codes, is_any=True)
    holds("lower(e.code)", which.not_codes, is_not=True)
    holds("lower(COALESCE(o.number, ''))", (which.order,) if which.order else ())
    holds(_TEXT, which.texts)
    holds(_TEXT, which.not_texts, is_not=True)
    for sql, value in more:
        told.append(sql)
        parameters.append(value)
    return " ".join(told), parameters
