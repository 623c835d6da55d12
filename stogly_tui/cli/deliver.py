"""Seeing pushes to an end in this process: sent, in error, in doubt, or waiting for a destination."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from stogly_tui.cli import exits, which
from stogly_tui.cli.output import put_json, put_table, say
from stogly_tui.cli.session import Session
from stogly_tui.domain.states import ChannelHealth, ChannelState, PushState
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels, work
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.operations import channels as channel_operations
from stogly_tui.present import words
from stogly_tui.present.errors import explain
from stogly_tui.present.orders_json import order_json
from stogly_tui.sync import looks
from stogly_tui.sync import push as job
from stogly_tui.sync.context import Context

POLL = 0.1
"""Seconds between two looks at what other processes have claimed."""
SPARE = 60.0
"""Seconds beyond two request deadlines after which the claims of others are not waited for any longer."""
SOON = timedelta(seconds=20)
"""What was put off for no longer than this is waited for."""
UNDERWAY = (PushState.QUEUED, PushState.CLAIMED, PushState.SENDING)
FAILED = (PushState.ERROR, PushState.IN_DOUBT)


def see_to_the_end(session: Session, order_ids: Sequence[int], how: str) -> int:
    """Drain the destinations of these orders until each of them has an end, and report them.

    Several processes may do so at once: what another one has claimed is waited for.
    """
    with session.working() as context:
        look_again(session, order_ids)
        _drain_until_ended(context, order_ids)
    return report(which.rows_of(order_ids), how)


def what_is_due(session: Session, order_ids: Sequence[int], how: str) -> int:
    """Drain every destination with something due, looks at doubts first, and report what became of these orders."""
    with session.working() as context:
        look_again(session, order_ids)
        with db.read():
            doubtful = work.destinations_in_doubt(db.now())
        for destination_id in doubtful:
            looks.settle(context, destination_id)
        with db.read():
            due = [destination_id for destination_id, _ in work.destinations_due(db.now())]
        for destination_id in due:
            job.drain(context, destination_id)
        _drain_until_ended(context, order_ids)
    return report(which.rows_of(order_ids), how)


def look_again(session: Session, order_ids: Sequence[int]) -> None:
    """Ask destinations that were down once more: somebody wants them now."""
    names = {row.destination_channel for row in which.rows_of(order_ids) if row.destination_channel}
    with db.read():
        down = [one for one in channels.listed() if one.name in names and one.health is not ChannelHealth.OK]
    for destination in down:
        channel_operations.test(session.actor, destination.name)


def report(rows: Sequence[OrderRow], how: str) -> int:
    """Print what became of each order, name what failed with its next step, and choose the exit code."""
    if how == "json":
        put_json([order_json(row) for row in rows])
    elif rows:
        put_table(
            ("Number", "Push", "Destination", "There as", "Tries"),
            [_line(row) for row in rows],
            right=("Tries",),
        )
    failed = [row for row in rows if row.push_state in FAILED]
    waiting = [row for row in rows if row.push_state in (*UNDERWAY, PushState.RETRY_LATER)]
    for row in failed:
        told = explain(row)
        say(f"{row.number}: {told.code}: {told.says} {told.next_step}")
    for row in waiting:
        say(f"{row.number} waits: {_why_waiting(row)}")
    sent = sum(row.push_state in (PushState.SENT, PushState.HANDLED_MANUALLY) for row in rows)
    say(f"{sent} sent, {len(failed)} failed, {len(waiting)} waiting.")
    if failed:
        return exits.SOME_FAILED
    return exits.UNREACHABLE if waiting else exits.DONE


def _drain_until_ended(context: Context, order_ids: Sequence[int]) -> None:
    seen: tuple[Any, ...] = ()
    moved_at = time.monotonic()
    while not context.is_stopping():
        with db.read():
            now = db.now()
        open_rows = [row for row in which.rows_of(order_ids) if _is_under_way(row, now)]
        destinations = _answering({row.destination_channel for row in open_rows})
        open_rows = [row for row in open_rows if row.destination_channel in destinations]
        if not open_rows:
            return
        state = tuple((row.id, row.push_state) for row in open_rows)
        if state != seen:
            seen, moved_at = state, time.monotonic()
        if time.monotonic() - moved_at > _patience(destinations.values()):
            return
        if not sum(job.drain(context, destination.id).total for destination in destinations.values()):
            context.stop.wait(POLL)


def _is_under_way(row: OrderRow, now: datetime) -> bool:
    """Whether a push will end soon; one that was put off for longer is not waited for."""
    return row.push_state in UNDERWAY and not is_put_off(row, now + SOON)


def is_put_off(row: OrderRow, now: datetime) -> bool:
    """Whether a queued push is due later than now."""
    return row.push_state is PushState.QUEUED and row.due_at is not None and row.due_at > now


def _answering(names: Iterable[str]) -> dict[str, ChannelRow]:
    """The destinations among these that can be sent to now; the orders of the others wait."""
    wanted = set(names)
    with db.read():
        every = channels.listed()
    return {
        one.name: one
        for one in every
        if one.name in wanted and one.state is ChannelState.ACTIVE and one.health is ChannelHealth.OK
    }


def _patience(destinations: Iterable[ChannelRow]) -> float:
    deadlines = [float(one.settings.get("request_timeout", 30.0)) for one in destinations]
    return 2 * max(deadlines, default=30.0) + SPARE


def _line(row: OrderRow) -> tuple[str, str, str, str, int]:
    return (
        row.number,
        words.push(row).text,
        row.destination_channel,
        row.destination_number or row.destination_id,
        row.tries,
    )


def _why_waiting(row: OrderRow) -> str:
    with db.read():
        destination = channels.by_name(row.destination_channel)
    if destination is not None and destination.health is not ChannelHealth.OK:
        state = destination.shown_state.replace("_", " ")
        return f"{destination.name} is {state} ({destination.health_detail}); push --due sends it later."
    if destination is not None and destination.state is not ChannelState.ACTIVE:
        return f"{destination.name} is {destination.shown_state.replace('_', ' ')}."
    if row.push_state is PushState.RETRY_LATER:
        told = explain(row)
        return f"{told.code}: {told.says} It is tried again later."
    return f"{row.destination_channel} has not taken it yet; push --due goes on."
