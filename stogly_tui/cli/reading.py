"""Seeing asked runs of a channel to their end: served in this process, or by the one that is at it; and their report."""

import time
from collections.abc import Sequence
from datetime import datetime

from stogly_tui.cli import exits
from stogly_tui.cli.output import say
from stogly_tui.cli.session import Session
from stogly_tui.domain.states import ChannelHealth, FlowType, Level, RunState
from stogly_tui.model import database as db
from stogly_tui.model.queries import runs
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.runs import LogRow, RunRow
from stogly_tui.operations import channels as channel_operations
from stogly_tui.operations import pulls
from stogly_tui.sync import intake
from stogly_tui.sync.context import Context

POLL = 0.2
"""Seconds between two looks at a run that another process serves."""
PATIENCE = 600.0
"""Seconds without any progress after which another process is not waited for any longer."""
NAMED = 20
"""Failed records that are named one by one."""


def look_again(session: Session, source: ChannelRow) -> None:
    """A channel that was down is asked once more: somebody wants it now."""
    if source.health is not ChannelHealth.OK:
        channel_operations.test(session.actor, source.name)


def serve(
    context: Context,
    source: ChannelRow,
    wanted: Sequence[int],
    *,
    since: datetime | None = None,
    all_history: bool = False,
) -> bool:
    """Serve the asked runs here, or wait while another process does. Whether this process served any of them."""
    served: set[int] = set()
    told = False
    seen, moved_at = -1, time.monotonic()
    while not context.is_stopping():
        served |= set(intake.drain(context, source.id, since=since, all_history=all_history))
        found = pulls.results(wanted)
        if all(run.state.has_ended for run in found) or context.is_stopping():
            break
        if not told:
            say(f"{source.name} is being read by another process (the worker); waiting for it.")
            told = True
        if (now_seen := sum(run.seen + run.pages for run in found)) != seen:
            seen, moved_at = now_seen, time.monotonic()
        if time.monotonic() - moved_at > PATIENCE:
            raise exits.CannotReach(
                f"{source.name}: the process that reads it makes no progress. Try again later."
            )
        context.stop.wait(POLL)
    return bool(served & set(wanted))


def report(found: Sequence[RunRow]) -> None:
    """Narrate what became of runs, and name the records that failed."""
    for run in found:
        what = ", history" if run.type is FlowType.HISTORY else ""
        say(f"{run.channel}{what}: {_counts(run)}")
        _name_failures(run)


def result(read: Sequence[RunRow]) -> int:
    """The exit code of runs."""
    if any(run.state in (RunState.FAILED, RunState.INTERRUPTED) for run in read):
        return exits.UNREACHABLE
    return exits.SOME_FAILED if any(run.failed for run in read) else exits.DONE


def _counts(run: RunRow) -> str:
    if run.state is RunState.FAILED:
        return f"FAILED, {run.error_code}: {run.error_text} ({run.seen} seen before that)"
    parts = (
        (run.created, "new"), (run.updated, "updated"), (run.unchanged, "unchanged"), (run.filtered, "filtered"),
        (run.held, "held"), (run.failed, "failed"),
    )  # fmt: skip
    sums = " + ".join(f"{number} {word}" for number, word in parts if number)
    end = "" if run.state is RunState.FINISHED else f" ({run.state.value.replace('_', ' ')})"
    missed = f"; {run.found_missing} had been missed before" if run.found_missing else ""
    return f"{run.seen} seen" + (f" = {sums}" if sums else "") + end + missed


def _name_failures(run: RunRow) -> None:
    if not run.failed:
        return
    with db.read():
        entries = runs.entries(1000, run_id=run.id, levels=(Level.ERROR,))
    for entry in entries[:NAMED]:
        say(f"  {_entity(run.channel, entry)}: {entry.code}: {entry.message}")
    if len(entries) > NAMED:
        say(f"  … and {len(entries) - NAMED} more: stogly-tui log --channel {run.channel!r} --level error")


def _entity(channel: str, entry: LogRow) -> str:
    return f"{channel}/{entry.entity}" if entry.entity else entry.order_number or channel
