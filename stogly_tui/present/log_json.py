"""Runs and log entries as JSON objects and CSV rows, for scripts: fields are only ever added."""

from typing import Any

from stogly_tui.model.queries.runs import LogRow, RunRow
from stogly_tui.present.times import iso

ENTRY_COLUMNS = ("id", "at", "level", "channel", "run", "order", "entity", "code", "message", "attempt")
RUN_COLUMNS = (
    "id", "channel", "flow", "type", "trigger", "requested_by", "state", "seen", "created", "updated", "unchanged",
    "filtered", "held", "failed", "found_missing", "error_code", "error", "asked_at", "started_at", "finished_at",
)  # fmt: skip


def run_json(run: RunRow) -> dict[str, Any]:
    """A run as scripts read it."""
    return {
        "id": run.id,
        "channel": run.channel,
        "flow": run.flow or None,
        "type": run.type.value,
        "trigger": run.trigger,
        "requested_by": run.requested_by or None,
        "state": run.state.value,
        "seen": run.seen,
        "created": run.created,
        "updated": run.updated,
        "unchanged": run.unchanged,
        "filtered": run.filtered,
        "held": run.held,
        "failed": run.failed,
        "found_missing": run.found_missing,
        "error_code": run.error_code or None,
        "error": run.error_text or None,
        "asked_at": iso(run.asked_at),
        "started_at": iso(run.started_at),
        "finished_at": iso(run.finished_at),
    }


def entry_json(entry: LogRow) -> dict[str, Any]:
    """A line of the sync log."""
    return {
        "id": entry.id,
        "at": iso(entry.at),
        "level": entry.level.value,
        "channel": entry.channel or None,
        "run": entry.run_id,
        "order": entry.order_number or None,
        "entity": entry.entity or None,
        "code": entry.code,
        "message": entry.message,
        "attempt": entry.attempt,
    }
