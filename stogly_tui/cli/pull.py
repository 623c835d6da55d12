"""pull: reads orders in this process, or waits for the process that reads them."""

import argparse
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from stogly_tui.cli import exits, moments
from stogly_tui.cli.output import put_json, say
from stogly_tui.cli.session import Session
from stogly_tui.cli.shapes import run_json
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import ChannelHealth, FlowType, Level, RunState
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels, orders, runs, work
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.runs import LogRow, RunRow
from stogly_tui.operations import channels as channel_operations
from stogly_tui.operations import pulls
from stogly_tui.present.orders_json import order_json
from stogly_tui.sync import intake
from stogly_tui.sync.context import Context

POLL = 0.2
"""Seconds between two looks at a run that another process serves."""
PATIENCE = 600.0
"""Seconds without any progress after which another process is not waited for any longer."""
TRIES = 5
NAMED = 20
"""Failed records that are named one by one."""


def pull(session: Session, args: argparse.Namespace) -> int:
    """Read orders now."""
    session.get_ready()
    since = _since(session, args)
    sources = pulls.sources(args.names)
    if not sources:
        raise InvalidInput(
            FieldProblem(
                "channel", "there is none to read orders from.", "Add one: stogly-tui channel add --help"
            )
        )
    if args.order is not None:
        if len(sources) != 1:
            names = ", ".join(one.name for one in sources)
            raise InvalidInput(
                FieldProblem("order", "needs one channel to read it from.", f"Name it: {names}.")
            )
        return _pull_order(session, sources[0], args.order.strip(), args.format)
    read: list[RunRow] = []
    with session.working() as context:
        for source in sources:
            _look_again(session, source)
            read += _read(session, context, source, since)
            if context.is_stopping():
                break
    if args.format == "json":
        put_json([run_json(run) for run in read])
    return _result(read)


def _since(session: Session, args: argparse.Namespace) -> datetime | None:
    if args.days is not None:
        if args.days > 10_000:
            raise InvalidInput(FieldProblem("days", f"{args.days} is too many.", "Give at most 10000."))
        return session.now - timedelta(days=args.days)
    return moments.optional("since", args.since, session.zone, session.now)


def _look_again(session: Session, source: ChannelRow) -> None:
    """A channel that was down is asked once more: somebody wants it now."""
    if source.health is not ChannelHealth.OK:
        channel_operations.test(session.actor, source.name)


def _read(session: Session, context: Context, source: ChannelRow, since: datetime | None) -> Sequence[RunRow]:
    """Ask for a run of one channel and see it to its end; a re-read has to be served by this process."""
    for _ in range(TRIES):
        wanted = _ask(session, source)
        ours = _serve(context, source, wanted, since)
        if since is None or ours or context.is_stopping():
            break
    found = pulls.results(wanted)
    for run in found:
        say(f"{run.channel}: {_counts(run)}")
        _name_failures(run)
    return found


def _ask(session: Session, source: ChannelRow) -> list[int]:
    with db.read():
        last = max((run.id for run in runs.latest(1, channel_id=source.id)), default=0)
        before = [run.id for run in work.asked_runs(source.id) if run.type is FlowType.ORDERS]
    pulls.pull_now(session.actor, [source.name])
    with db.read():
        new = [
            run.id
            for run in runs.latest(20, channel_id=source.id, after_id=last)
            if run.type is FlowType.ORDERS
        ]
    return sorted({*before, *new})


def _serve(context: Context, source: ChannelRow, wanted: Sequence[int], since: datetime | None) -> bool:
    """Serve the asked runs here, or wait while another process does. Whether this process served any of them."""
    served: set[int] = set()
    told = False
    seen, moved_at = -1, time.monotonic()
    while not context.is_stopping():
        served |= set(intake.drain(context, source.id, since=since))
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


def _counts(run: RunRow) -> str:
    if run.state is RunState.FAILED:
        return f"FAILED, {run.error_code}: {run.error_text} ({run.seen} seen before that)"
    parts = (
        (run.created, "new"), (run.updated, "updated"), (run.unchanged, "unchanged"), (run.filtered, "filtered"),
        (run.held, "held"), (run.failed, "failed"),
    )  # fmt: skip
    sums = " + ".join(f"{number} {word}" for number, word in parts if number)
    end = "" if run.state is RunState.FINISHED else f" ({run.state.value.replace('_', ' ')})"
    return f"{run.seen} seen" + (f" = {sums}" if sums else "") + end


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


def _result(read: Sequence[RunRow]) -> int:
    if any(run.state in (RunState.FAILED, RunState.INTERRUPTED) for run in read):
        return exits.UNREACHABLE
    return exits.SOME_FAILED if any(run.failed for run in read) else exits.DONE


def _pull_order(session: Session, source: ChannelRow, remote_id: str, how: str) -> int:
    """Read one order by its id at the channel."""
    if not remote_id:
        raise InvalidInput(FieldProblem("order", "is missing.", "Give its id at the channel."))
    with db.read():
        last = max((entry.id for entry in runs.entries(1, channel_id=source.id)), default=0)
    pulls.pull_order(session.actor, source.name, remote_id)
    with session.working() as context:
        _look_again(session, source)
        started = time.monotonic()
        while not context.is_stopping() and _is_asked(source, remote_id):
            intake.drain(context, source.id)
            failure = _failure(source, remote_id, last)
            if failure is not None and _is_asked(source, remote_id):
                raise exits.CannotReach(f"{source.name}/{remote_id}: {failure.code}: {failure.message}")
            if time.monotonic() - started > PATIENCE:
                raise exits.CannotReach(f"{source.name}: another process reads it. Try again later.")
            if _is_asked(source, remote_id):
                _raise_if_down(source)
                context.stop.wait(POLL)
    with db.read():
        found = next(
            (row for row in orders.find(f"{source.name}/{remote_id}") if row.remote_id == remote_id), None
        )
    if found is None:
        say(f"{source.name}/{remote_id}: there is no such order at {source.name}.")
        return exits.SOME_FAILED
    if how == "json":
        put_json(order_json(found))
    failure = _failure(source, remote_id, last)
    if failure is not None and failure.level is Level.ERROR:
        say(f"{source.name}/{remote_id}: {failure.code}: {failure.message}")
        return exits.SOME_FAILED
    say(f"{source.name}/{remote_id} is {found.number}: {found.status.value}, {found.intake.value}.")
    return exits.DONE


def _is_asked(source: ChannelRow, remote_id: str) -> bool:
    """Whether the record still waits to be read, put off or not."""
    with db.read():
        due = work.due_triggers(source.id, db.now() + timedelta(days=1), limit=10_000)
    return any(trigger.remote_id == remote_id for trigger in due)


def _failure(source: ChannelRow, remote_id: str, last: int) -> LogRow | None:
    with db.read():
        found = runs.entries(50, channel_id=source.id, levels=(Level.WARNING, Level.ERROR), after_id=last)
    return next((entry for entry in reversed(found) if entry.entity == remote_id), None)


def _raise_if_down(source: ChannelRow) -> None:
    with db.read():
        row = channels.by_id(source.id)
    if row is not None and row.health is not ChannelHealth.OK:
        raise exits.CannotReach(f"{row.name}: {row.shown_state.replace('_', ' ')}: {row.health_detail}")
