"""Sync runs and log entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stogly_tui.domain.states import FlowType, Level, RunState
from stogly_tui.model.queries.base import like, marks, moment, one, rows
from stogly_tui.model.tables.base import from_millis, to_millis


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run with its counts: seen = created + updated + unchanged + filtered + held + failed."""

    id: int
    channel_id: int
    channel: str
    flow: str
    type: FlowType
    trigger: str
    requested_by: str
    state: RunState
    pages: int
    seen: int
    created: int
    updated: int
    unchanged: int
    filtered: int
    held: int
    failed: int
    found_missing: int
    error_code: str
    error_text: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the sync log."""

    id: int
    at: datetime
    level: Level
    channel: str
    run_id: int | None
    order_id: int | None
    order_number: str
    entity: str
    code: str
    message: str
    attempt: int | None
    payload_digest: str


_RUNS = (
    "SELECT r.id, r.channel_id, c.name, COALESCE(f.name, ''), r.type, r.trigger, r.requested_by, r.state, r.pages,"
    " r.seen, r.created, r.updated, r.unchanged, r.filtered, r.held, r.failed, r.found_missing, r.error_code,"
    " r.error_text, r.asked_at, r.started_at, r.finished_at FROM sync_runs r JOIN channels c ON c.id = r.channel_id"
    " LEFT JOIN flows f ON f.id = r.flow_id"
)


def latest(limit: int = 200, *, channel_id: int | None = None, after_id: int = 0) -> list[RunRow]:
    """Runs, newest first."""
    sql, parameters = f"{_RUNS} WHERE r.id > ?", [after_id]
    if channel_id is not None:
        sql, parameters = sql + " AND r.channel_id = ?", [*parameters, channel_id]
    return [_run(row) for row in rows(f"{sql} ORDER BY r.id DESC LIMIT ?", [*parameters, limit])]


def where(condition: str, parameters: Sequence[Any], limit: int) -> list[RunRow]:
    """Runs under a condition on ``r``, newest first; for other queries."""
    return [
        _run(row)
        for row in rows(f"{_RUNS} WHERE {condition} ORDER BY r.id DESC LIMIT ?", [*parameters, limit])
    ]


def by_id(run_id: int) -> RunRow | None:
    """One run."""
    found = one(f"{_RUNS} WHERE r.id = ?", [run_id])
    return _run(found) if found else None


def entries(
    limit: int = 500,
    *,
    channel_id: int | None = None,
    run_id: int | None = None,
    order_id: int | None = None,
    levels: tuple[Level, ...] = (),
    text: str = "",
    since: datetime | None = None,
    after_id: int = 0,
) -> list[LogRow]:
    """Log entries, oldest first, the newest ``limit`` of those that match."""
    told = ["e.id > ?"]
    parameters: list[object] = [after_id]
    for column, value in (("e.channel_id", channel_id), ("e.run_id", run_id), ("e.order_id", order_id)):
        if value is not None:
            told.append(f"{column} = ?")
            parameters.append(value)
    if levels:
        told.append(f"e.level IN ({marks(levels)})")
        parameters.extend(level.value for level in levels)
    if since is not None:
        told.append("e.at >= ?")
        parameters.append(to_millis(since))
    if text:
        told.append("lower(e.code || ' ' || e.message || ' ' || e.entity) LIKE ? ESCAPE '!'")
        parameters.append(like(text.lower()))
    found = rows(
        "SELECT e.id, e.at, e.level, COALESCE(c.name, ''), e.run_id, e.order_id, COALESCE(o.number, ''), e.entity,"
        " e.code, e.message, e.attempt, COALESCE(e.payload_digest, '') FROM log_entries e"
        " LEFT JOIN channels c ON c.id = e.channel_id LEFT JOIN orders o ON o.id = e.order_id"
        f" WHERE {' AND '.join(told)} ORDER BY e.id DESC LIMIT ?",
        [*parameters, limit],
    )
    return [LogRow(row[0], from_millis(row[1]), Level(row[2]), *row[3:]) for row in reversed(found)]


def payload(digest: str) -> bytes | None:
    """Raw bytes that were kept under a digest."""
    found = one("SELECT body FROM payloads WHERE digest = ?", [digest])
    return bytes(found[0]) if found else None


def _run(row: tuple[Any, ...]) -> RunRow:
    parts = list(row)
    parts[4], parts[7] = FlowType(parts[4]), RunState(parts[7])
    parts[19], parts[20], parts[21] = from_millis(parts[19]), moment(parts[20]), moment(parts[21])
    return RunRow(*parts)
