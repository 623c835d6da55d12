"""pull and channel refetch: reads orders in this process, or waits for the process that reads them."""

import argparse
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from stogly_tui.cli import backlog, exits, moments, reading, which
from stogly_tui.cli.output import put_json, say
from stogly_tui.cli.reading import PATIENCE, POLL
from stogly_tui.cli.session import Session
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import ChannelHealth, FlowType, Level
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels, orders, runs, work
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.runs import LogRow, RunRow
from stogly_tui.operations import pulls, tools
from stogly_tui.present.log_json import run_json
from stogly_tui.present.orders_json import order_json
from stogly_tui.sync import intake
from stogly_tui.sync.context import Context

TRIES = 5


def pull(session: Session, args: argparse.Namespace) -> int:
    """Read orders now; without a time, the history of a channel with many orders too."""
    session.get_ready()
    since = _since(session, args)
    sources = [which.no_draft(one) for one in pulls.sources(args.names)]
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
    is_whole = True
    with session.working() as context:
        for source in sources:
            reading.look_again(session, source)
            if since is not None:
                read += _read(session, context, source, since)
            else:
                found, is_complete = _read_all(session, context, source, is_left=args.no_history)
                read += found
                is_whole = is_whole and is_complete
            if context.is_stopping():
                break
    if args.format == "json":
        put_json([run_json(run) for run in read])
    code = reading.result(read)
    return code if is_whole else exits.UNREACHABLE


def refetch(session: Session, args: argparse.Namespace) -> int:
    """Read everything that was placed in a window again, and say what had been missed."""
    session.get_ready()
    since = moments.moment("since", args.since, session.zone, session.now)
    until = moments.moment("until", args.until, session.zone, session.now)
    [source] = pulls.sources([args.name])
    with session.working() as context:
        reading.look_again(session, source)
        wanted = [tools.refetch_window(session.actor, source.name, since, until)]
        reading.serve(context, source, wanted)
        found = pulls.results(wanted)
        reading.report(found)
    if args.format == "json":
        put_json(run_json(found[0]))
    return reading.result(found)


def _since(session: Session, args: argparse.Namespace) -> datetime | None:
    if args.days is not None:
        if args.days > 10_000:
            raise InvalidInput(FieldProblem("days", f"{args.days} is too many.", "Give at most 10000."))
        return session.now - timedelta(days=args.days)
    return moments.optional("since", args.since, session.zone, session.now)


def _read(session: Session, context: Context, source: ChannelRow, since: datetime) -> Sequence[RunRow]:
    """Read again what changed since then: that has to be served by this process."""
    for _ in range(TRIES):
        wanted = _ask(session, source)
        if reading.serve(context, source, wanted, since=since) or context.is_stopping():
            break
    found = pulls.results(wanted)
    reading.report(found)
    return found


def _read_all(
    session: Session, context: Context, source: ChannelRow, *, is_left: bool
) -> tuple[Sequence[RunRow], bool]:
    """Read what is new, and history to its end unless it is left to the worker; whether all of it could be read."""
    before = backlog.of(source)
    context.after_step = backlog.Progress(source)
    wanted = _ask(session, source)
    reading.serve(context, source, wanted, all_history=not is_left)
    found = [*pulls.results(wanted), *_history_since(source, wanted)]
    reading.report(found)
    return found, backlog.tell(context, source, before, is_left=is_left)


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


def _history_since(source: ChannelRow, wanted: Sequence[int]) -> list[RunRow]:
    """Runs of history that began after these were asked for and have ended."""
    with db.read():
        later = runs.latest(20, channel_id=source.id, after_id=max(wanted, default=0))
    return [run for run in later if run.type is FlowType.HISTORY and run.state.has_ended]


def _pull_order(session: Session, source: ChannelRow, remote_id: str, how: str) -> int:
    """Read one order by its id at the channel."""
    if not remote_id:
        raise InvalidInput(FieldProblem("order", "is missing.", "Give its id at the channel."))
    with db.read():
        last = max((entry.id for entry in runs.entries(1, channel_id=source.id)), default=0)
    pulls.pull_order(session.actor, source.name, remote_id)
    with session.working() as context:
        reading.look_again(session, source)
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
