"""What a house with orders also holds: sync runs, their log, and notes of colleagues."""

import random
from datetime import datetime, timedelta

from benchmarks.seed.house import SOURCES
from stogly_tui.domain.states import FlowType, Level, RunState
from stogly_tui.model.tables.base import to_millis

RUN_COLUMNS = (
    "id", "channel_id", "flow_id", "type", "trigger", "requested_by", "state", "pages", "seen", "created", "updated",
    "unchanged", "filtered", "held", "failed", "found_missing", "error_code", "error_text", "token", "started_at",
    "finished_at", "asked_at",
)  # fmt: skip
ENTRY_COLUMNS = (
    "id", "at", "level", "channel_id", "run_id", "order_id", "entity", "code", "message", "attempt", "payload_digest",
)  # fmt: skip
NOTE_COLUMNS = ("id", "order_id", "at", "author", "text")
Row = tuple[object, ...]

_TEXTS = (
    "Rang the buyer, will call back",
    "Address confirmed by e-mail",
    "Waits for the size to come in",
    "Parcel came back, see the carrier's mail",
)
_AUTHORS = ("ana", "ben", "chioma")


def runs_and_entries(orders: int, seed: int, until: datetime) -> tuple[list[Row], list[Row]]:
    """Runs of the last weeks, oldest first, with some lines each; about one line per fifty orders."""
    chance = random.Random(f"journal {seed}")
    many = min(max(orders // 200, 20), 5_000)
    made: list[Row] = []
    lines: list[Row] = []
    for at in range(many):
        run_id, source = at + 1, SOURCES[at % len(SOURCES)]
        began = to_millis(until - timedelta(minutes=5 + 2 * (many - at)))
        created, failed = chance.randrange(12), int(chance.random() < 0.03)
        state = RunState.FAILED if chance.random() < 0.01 else RunState.FINISHED
        if failed and state is RunState.FINISHED:
            state = RunState.FINISHED_PARTIALLY
        is_lost = state is RunState.FAILED
        made.append(
            (
                run_id, source.id, source.id, FlowType.ORDERS.value, "interval", "", state.value, 1, created + failed,
                created, 0, 0, 0, 0, failed, 0, "RUN-FAILED" if is_lost else "", "HTTP 503" if is_lost else "", "",
                began, began + 14_000, began,
            )
        )  # fmt: skip
        told = [(Level.INFO, "PAGE-STORED", f"{created} orders, cursor kept")] * 3
        if failed:
            told.append((Level.ERROR, "BAD-RECORD", "total 'abc' is not an amount"))
        if is_lost:
            told.append((Level.ERROR, "UNREACHABLE", "HTTP 503 from the list of orders"))
        for level, code, message in told:
            about = chance.randrange(orders) + 1 if level is Level.ERROR else None
            lines.append(
                (len(lines) + 1, began + 1_000, level.value, source.id, run_id, about, "", code, message, None, None)
            )  # fmt: skip
    return made, lines


def notes(orders: int, seed: int, until: datetime) -> list[Row]:
    """Notes on some of the newer orders."""
    chance = random.Random(f"notes {seed}")
    many = min(max(orders // 2_000, 5), 2_000)
    newest = min(orders, 20_000)
    return [
        (
            at + 1, orders - chance.randrange(newest), to_millis(until - timedelta(minutes=7 * (many - at))),
            chance.choice(_AUTHORS), chance.choice(_TEXTS),
        )
        for at in range(many)
    ]  # fmt: skip
