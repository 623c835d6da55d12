"""Pushes in doubt: looked up by our reference until evidence settles them (rules 5, 6, 7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.outgoing import FoundOrder
from stogly_tui.domain.people import MACHINE
from stogly_tui.domain.states import ChannelHealth, Level, PushState
from stogly_tui.domain.verdict import Doubt, Verdict, judge_absent
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels, work
from stogly_tui.model.queries.work import DoubtRow
from stogly_tui.model.transitions import pushes, runs
from stogly_tui.platforms.base import OrderDestination
from stogly_tui.platforms.errors import NotFound, PlatformError, RateLimited
from stogly_tui.sync import health, push
from stogly_tui.sync.context import Context
from stogly_tui.sync.found import settle_found

BETWEEN_LOOKS = timedelta(seconds=5)
"""The least time between the two looks that prove an absence."""


LATE_MARGIN = timedelta(minutes=1)
"""How much longer than its look-ups are late a destination has to settle."""


def settle(context: Context, channel_id: int) -> int:
    """Look at everything of one destination that is due to be looked at; returns how many were looked at."""
    push.free_abandoned()
    with db.read():
        channel = channels.by_id(channel_id)
        due = work.doubts(channel_id, db.now())
        known = work.known_references(channel_id)
    if channel is None or not due or channel.health is not ChannelHealth.OK:
        return 0
    settle_time = timedelta(seconds=float(channel.settings.get("settle_time", 600)))
    try:
        with context.connected(channel) as line:
            if line.destination is None:
                return 0
            try:
                _look(context, line.destination, due, known, settle_time)
            except PlatformError as error:
                _look_later(channel_id, due, error)
                if not isinstance(error, RateLimited):
                    health.diagnose(channel_id, line)
                return 0
    except PlatformError as error:
        health.note_failure(channel_id, error)
        return 0
    return len(due)


def _look(
    context: Context,
    destination: OrderDestination,
    due: Sequence[DoubtRow],
    known: Sequence[tuple[str, datetime]],
    settle_time: timedelta,
) -> None:
    references = [doubt.reference for doubt in due]
    with db.read():
        looked_at = db.now()
        packages = {package.push_id: package for package in work.packages([doubt.push_id for doubt in due])}
    placed = [package.order.placed_at for package in packages.values()]
    oldest = min([*placed, *[at for _, at in known]])
    found = destination.look_up([*references, *[name for name, _ in known]], oldest, urgent=True)
    context.after_step("looked")
    is_proven = any(name in found for name, _ in known)
    late = destination.facts.look_up_delay  # known best after a look-up
    if late:
        settle_time = max(settle_time, late + LATE_MARGIN)
    for doubt in due:
        there = found.get(doubt.reference, [])
        if doubt.state is PushState.SENT:
            _check_sent(destination, doubt, there, is_proven)
        elif there:
            settle_found(destination, packages[doubt.push_id], there, lambda: not context.is_stopping(), 30.0)
        else:
            _keep_absence(doubt, looked_at, settle_time, is_proven)


def _look_later(channel_id: int, due: Sequence[DoubtRow], error: PlatformError) -> None:
    """A look that was refused settles nothing: it is told, and made again with the usual waits."""
    with db.write(MACHINE) as tx:
        for doubt in due:
            pushes.looked(tx, doubt.push_id, f"could not be looked up: {error.detail}", counts=False)
        runs.log(tx, Level.WARNING, error.code, error.detail, channel_id=channel_id, entity="look-up")


def _keep_absence(doubt: DoubtRow, looked_at: datetime, settle_time: timedelta, is_proven: bool) -> None:
    finding = judge_absent(
        Doubt(doubt.wire_until, doubt.absent_seen), at=looked_at, settle=settle_time, is_proven=is_proven
    )
    settled_at = doubt.wire_until + settle_time
    with db.write(MACHINE) as tx:
        if finding.verdict is Verdict.SEND:
            pushes.absent(tx, doubt.push_id, finding.evidence)
        elif looked_at < settled_at:
            later = min(settled_at, looked_at + timedelta(minutes=2))
            pushes.looked(tx, doubt.push_id, finding.evidence, counts=False, look_again=later)
        else:
            again = looked_at + BETWEEN_LOOKS if is_proven else None
            pushes.looked(tx, doubt.push_id, finding.evidence, counts=is_proven, look_again=again)


def _check_sent(
    destination: OrderDestination, doubt: DoubtRow, there: Sequence[FoundOrder], is_proven: bool
) -> None:
    """The look an hour after a send that followed a doubt: one is right, two is a problem, none is a problem."""
    with db.read():
        known = work.destination_id(doubt.push_id)
    others = [order for order in there if order.destination_id != known]
    if others:
        with db.write(MACHINE) as tx:
            pushes.record_two(tx, doubt.push_id, others[0].destination_id)
        return
    if not there and is_proven and known and _is_gone(destination, known):
        with db.write(MACHINE) as tx:
            pushes.needs_person(
                tx, doubt.push_id, ErrorCode.GONE_AT_DESTINATION, f"order {known} is gone", known
            )
        return
    with db.write(MACHINE) as tx:
        pushes.verified(tx, doubt.push_id)


def _is_gone(destination: OrderDestination, destination_id: str) -> bool:
    try:
        destination.read(destination_id)
    except NotFound:
        return True
    return False
