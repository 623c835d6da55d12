"""How far the history of a channel is read, while it is and afterwards, for people."""

import time
from dataclasses import dataclass, field

from stogly_tui.cli.output import say
from stogly_tui.domain.states import BackfillState
from stogly_tui.model import database as db
from stogly_tui.model.queries import backfills
from stogly_tui.model.queries.backfills import BackfillRow
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.sync.context import Context, is_dead

EVERY = 2.0
"""Seconds between two lines of progress."""


def of(channel: ChannelRow) -> BackfillRow | None:
    """How far the history of a channel is read; None when it was never read apart."""
    with db.read():
        return backfills.of_channel(channel.id)


def told(row: BackfillRow) -> str:
    """``12,400 of about 40,000, back to 2025-03-01``, or that it is complete."""
    if row.state is BackfillState.FINISHED:
        return f"complete, {row.seen:,} orders"
    count = f"{row.seen:,} of about {row.total:,}" if row.total is not None else f"{row.seen:,} orders"
    return f"{count}, back to {row.at:%Y-%m-%d}"


@dataclass
class Progress:
    """Says how far the history of a channel is read, now and then; `Context.after_step` takes it."""

    channel: ChannelRow
    _next: float = field(default=0.0)

    def __call__(self, step: str) -> None:
        """A job has done a step."""
        if not step.startswith("history") or time.monotonic() < self._next:
            return
        row = of(self.channel)
        if row is not None and row.state is BackfillState.READING:
            say(f"{self.channel.name}: history: {told(row)}")
            self._next = time.monotonic() + EVERY


def tell(context: Context, channel: ChannelRow, before: BackfillRow | None, *, is_left: bool) -> bool:
    """Say how it stands with the history of a channel after it was read; False when it could not be read on.

    ``before`` is how it stood when the reading began; ``is_left`` that it was left to the worker.
    """
    row = of(channel)
    if row is None:
        return True
    name = f"{channel.name}: history: {told(row)}"
    match row.state:
        case BackfillState.FINISHED:
            if before is None or before.state is not BackfillState.FINISHED:
                say(f"{name}.")
        case BackfillState.STOPPED:
            say(f'{name}; it is stopped. stogly-tui flow start "{channel.name}/History" goes on.')
        case BackfillState.READING if row.failures and not is_left and not context.is_stopping():
            say(f"{name}; {channel.name} does not answer now. The worker or the next pull goes on.")
            return False
        case BackfillState.READING if is_read_elsewhere(context, row):
            say(f"{name}; another process (the worker) reads it, and is not waited for.")
        case BackfillState.READING:
            say(f"{name}; the worker or the next pull goes on.")
    return True


def is_read_elsewhere(context: Context, row: BackfillRow) -> bool:
    """Whether a living process other than this one is reading it."""
    with db.read():
        running = dict(backfills.running())
    token = running.get(row.run_id, "") if row.run_id is not None else ""
    return bool(token) and not token.startswith(context.worker) and not is_dead(token)
