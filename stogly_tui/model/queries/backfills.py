"""How far the history of channels has been read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from stogly_tui.domain.states import BackfillState
from stogly_tui.model.queries.base import moment, one, rows
from stogly_tui.model.tables.base import from_millis, to_millis

LONGEST_REST = timedelta(hours=1)
"""No window is put off longer than this; a later time comes from a clock that was set back."""


@dataclass(frozen=True, slots=True)
class BackfillRow:
    """Everything placed in ``[at, until)`` has been read; ``total`` is what the channel said it has, if it did."""

    channel_id: int
    state: BackfillState
    since: datetime
    until: datetime
    at: datetime
    span: timedelta
    seen: int
    total: int | None
    failures: int
    run_id: int | None
    started_at: datetime
    finished_at: datetime | None

    @property
    def share(self) -> float:
        """How much of it has been read, from 0 to 1."""
        if self.state is BackfillState.FINISHED:
            return 1.0
        return min(self.seen / self.total, 0.99) if self.total else 0.0


def of_channel(channel_id: int) -> BackfillRow | None:
    """The history of one channel; None when it was never read apart."""
    return next(iter(_backfills(" WHERE channel_id = ?", [channel_id])), None)


def overview() -> dict[int, BackfillRow]:
    """By channel."""
    return {row.channel_id: row for row in _backfills("", [])}


def is_due(channel_id: int, at: datetime) -> bool:
    """Whether the next window may be read now."""
    return one(
        "SELECT 1 FROM backfills WHERE channel_id = ? AND state = 'reading'"
        " AND (not_before IS NULL OR not_before <= ? OR not_before > ?)",
        [channel_id, to_millis(at), to_millis(at + LONGEST_REST)],
    ) is not None  # fmt: skip


def running() -> list[tuple[int, str]]:
    """Runs of history that are running, with their token."""
    return [
        (row[0], row[1])
        for row in rows("SELECT id, token FROM sync_runs WHERE type = 'history' AND state = 'running'")
    ]


def _backfills(where: str, parameters: list[int]) -> list[BackfillRow]:
    return [
        BackfillRow(
            row[0], BackfillState(row[1]), from_millis(row[2]), from_millis(row[3]), from_millis(row[4]),
            timedelta(seconds=row[5]), row[6], row[7], row[8], row[9], from_millis(row[10]), moment(row[11]),
        )
        for row in rows(
            "SELECT channel_id, state, since, until, at, span, seen, total, failures, run_id, started_at, finished_at"
            f" FROM backfills{where}",
            parameters,
        )
    ]  # fmt: skip
