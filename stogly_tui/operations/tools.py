"""Tools of a channel: read one order, read a window again, check clock and counts, make its search anew."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import ChannelState
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels as channel_queries
from stogly_tui.model.queries import tools as queries
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.transitions import meta, runs, search
from stogly_tui.operations.channels import named, test
from stogly_tui.operations.workplace import context
from stogly_tui.platforms.errors import NotFound, PlatformError
from stogly_tui.sync import intake

LONGEST_WINDOW = timedelta(days=92)
CLOCK_TOLERANCE = timedelta(seconds=30)
SEARCH_AT_ONCE = 500
SILENT = (ChannelState.DRAFT, ChannelState.PAUSED)
"""Channels in these states are not asked anything."""


@dataclass(frozen=True, slots=True)
class ClockCheck:
    """What a channel's clock and zone say beside ours. ``apart`` is None where the channel does not tell its time."""

    channel: str
    ours: datetime
    theirs: datetime | None
    apart: timedelta | None
    stored_zone: str
    told_zone: str

    @property
    def is_fine(self) -> bool:
        """Whether nothing has to be done."""
        is_near = self.apart is None or abs(self.apart) <= CLOCK_TOLERANCE
        return is_near and self.stored_zone == self.told_zone


@dataclass(frozen=True, slots=True)
class DayCount:
    """Orders placed in one day of the channel's zone: on the channel, here, and at the destination."""

    channel: str
    day: date
    since: datetime
    until: datetime
    on_channel: int | None
    here: int
    sent: int

    @property
    def is_equal(self) -> bool:
        """Whether everything on the channel is here."""
        return self.on_channel is None or self.on_channel == self.here


@dataclass(frozen=True, slots=True)
class AllCounts:
    """What every channel answered, and why some could not be asked."""

    counts: tuple[DayCount, ...]
    problems: tuple[FieldProblem, ...]


def pull_one(actor: Actor, name: str, remote_id: str) -> str:
    """Read one order of a channel now, by its id there; returns what became of it, as a sentence.

    Raises:
        InvalidInput: no id, the channel gives no orders, has no such order, or cannot be asked.
    """
    actor.require(Role.OPERATOR)
    channel, wanted = _source(name), remote_id.strip().removeprefix("#")
    if not wanted:
        raise InvalidInput(FieldProblem("order", "is missing.", "Give its id at the channel."))
    try:
        with context().connected(channel) as line:
            if line.orders is None:
                raise InvalidInput(FieldProblem("channel", f"{channel.name} gives no orders."))
            raw = line.orders.one(wanted)
    except NotFound as error:
        raise InvalidInput(
            FieldProblem(
                "order", f"{channel.name} has no order {wanted!r}.", "Give the id, not the number shown."
            )
        ) from error
    except PlatformError as error:
        raise _down(channel, error) from error
    with db.write(actor) as tx:
        runs.ask_again(tx, channel.id, raw.remote_id or wanted, f"asked for by {actor.name}")
        tx.audit("pull_order", "channel", channel.id, after={"order": wanted})
    intake.drain(context(), channel.id)
    with db.read():
        found = queries.intake_of(channel.id, raw.remote_id or wanted)
    if found is None:
        return f"{channel.name}/{wanted} is being read by the worker."
    number, state, reason = found
    return f"{number}: {state.replace('_', ' ')}" + (f", {reason}" if reason else "") + "."


def refetch_window(actor: Actor, name: str, since: datetime, until: datetime) -> int:
    """Ask for everything placed in ``[since, until)`` to be read again and compared by id; returns the run.

    Raises:
        InvalidInput: the window is empty, in the future or longer than 92 days.
    """
    actor.require(Role.OPERATOR)
    channel = _source(name)
    with db.read():
        now = db.now()
    until = min(until, now)
    if since >= until:
        raise InvalidInput(
            FieldProblem("since", "lies after the end of the window.", "Give an earlier moment.")
        )
    if until - since > LONGEST_WINDOW:
        raise InvalidInput(
            FieldProblem("since", "the window is longer than 92 days.", "Add a history flow for more.")
        )
    with db.write(actor) as tx:
        run_id = runs.ask_window(tx, channel.id, since, until, "by hand")
        after = {"since": since.isoformat(), "until": until.isoformat()}
        tx.audit("refetch_window", "channel", channel.id, after=after)
    return run_id


def check_clock(actor: Actor, name: str) -> ClockCheck:
    """Ask a channel for its time and zone, and compare them with ours and with what is stored."""
    actor.require(Role.OPERATOR)
    channel = named(name)
    result = test(actor, name)
    if result.account is None:
        raise InvalidInput(*result.problems)
    with db.read():
        ours = db.now()
    theirs = result.account.server_time
    return ClockCheck(
        channel.name,
        ours,
        theirs,
        theirs - ours if theirs else None,
        channel.time_zone,
        result.account.time_zone,
    )


def verify_counts(actor: Actor, name: str, day: date) -> DayCount:
    """Count the orders placed in one day of the channel's zone: there, here, and sent on.

    Raises:
        InvalidInput: the day lies in the future, or the channel cannot be asked.
    """
    actor.require(Role.OPERATOR)
    channel = _source(name)
    zone = _zone(channel)
    since = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    following = day + timedelta(days=1)
    until = datetime(following.year, following.month, following.day, tzinfo=zone).astimezone(UTC)
    return _counted(actor, channel, day, since, until)


def count_window(actor: Actor, name: str, since: datetime, until: datetime) -> DayCount:
    """The same for the orders placed in ``[since, until)``, which is somebody's day in another zone.

    Raises:
        InvalidInput: the window lies in the future, or the channel cannot be asked.
    """
    actor.require(Role.OPERATOR)
    channel = _source(name)
    return _counted(actor, channel, since.astimezone(_zone(channel)).date(), since, until)


def count_all(actor: Actor, since: datetime, until: datetime) -> AllCounts:
    """The same of every channel that gives orders and is not paused; one that cannot be asked stops none of the others.

    Raises:
        InvalidInput: the window lies in the future.
    """
    actor.require(Role.OPERATOR)
    with db.read():
        sources = [
            row for row in channel_queries.overview() if row.role.gives_orders and row.state not in SILENT
        ]
    counts: list[DayCount] = []
    problems: list[FieldProblem] = []
    for channel in sources:
        try:
            counts.append(count_window(actor, channel.name, since, until))
        except InvalidInput as error:
            problems += error.problems
    return AllCounts(tuple(counts), tuple(problems))


def _counted(actor: Actor, channel: ChannelRow, day: date, since: datetime, until: datetime) -> DayCount:
    """Ask, compare, and keep the answer for everybody who closes that day."""
    with db.read():
        if since > db.now():
            raise InvalidInput(FieldProblem("day", "lies in the future.", "Give a day that has begun."))
    try:
        with context().connected(channel) as line:
            there = line.orders.count_placed(since, until) if line.orders else None
    except PlatformError as error:
        raise _down(channel, error) from error
    with db.write(actor) as tx:
        here, sent = queries.placed(channel.id, since, until)
        meta.put_count(tx, channel.id, since, until, on_channel=there, here=here)
        tx.audit(
            "verify_counts", "channel", channel.id,
            after={"since": since.isoformat(), "until": until.isoformat(), "on_channel": there, "here": here},
        )  # fmt: skip
    return DayCount(channel.name, day, since, until, there, here, sent)


def rebuild_search(actor: Actor, name: str) -> int:
    """Make the search text of a channel's orders anew from what is stored; returns how many orders."""
    actor.require(Role.OPERATOR)
    channel = named(name)
    done = last = 0
    while True:
        with db.write(actor) as tx:
            last, number = search.rebuild(tx, channel.id, after=last, limit=SEARCH_AT_ONCE)
            if not number:
                tx.audit("rebuild_search", "channel", channel.id, after={"orders": done})
                return done
        done += number


def _source(name: str) -> ChannelRow:
    channel = named(name)
    if not channel.role.gives_orders:
        raise InvalidInput(FieldProblem("channel", f"{channel.name} gives no orders."))
    if channel.state in SILENT:
        remedy = "Resume it first." if channel.state is ChannelState.PAUSED else "Sign in first."
        raise InvalidInput(FieldProblem("channel", f"{channel.name} is {channel.state.value}.", remedy))
    return channel


def _zone(channel: ChannelRow) -> ZoneInfo:
    try:
        return ZoneInfo(channel.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _down(channel: ChannelRow, error: PlatformError) -> InvalidInput:
    return InvalidInput(
        FieldProblem("channel", f"{channel.name} cannot be asked now: {error.detail}", "Try again later.")
    )
