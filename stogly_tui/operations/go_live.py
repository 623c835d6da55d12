"""Go live: what it would do, then doing exactly that."""

from dataclasses import dataclass
from datetime import datetime

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import AutoSend, BackfillState, ChannelState
from stogly_tui.model import database as db
from stogly_tui.model.queries import backfills
from stogly_tui.model.queries import golive as queries
from stogly_tui.model.queries.backfills import BackfillRow
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.tables.base import to_millis
from stogly_tui.model.transitions import channels as transitions
from stogly_tui.model.transitions import meta, orders
from stogly_tui.operations.channels import named
from stogly_tui.operations.workplace import context
from stogly_tui.platforms.errors import PlatformError


@dataclass(frozen=True, slots=True)
class GoLivePlan:
    """What Go live would do to the orders that are here: counts, and what to know before."""

    channel: str
    orders_from: datetime
    history: int
    taken_in: int
    sent: int
    stock_written: int
    warnings: tuple[str, ...] = ()
    """What to know before; also when part of its history is still to come."""


def plan_go_live(actor: Actor, name: str, orders_from: datetime | None = None) -> GoLivePlan:
    """Say what would be kept as history, taken in, sent, and written as stock. Changes nothing.

    ``orders_from`` is the moment from which orders count; without one, now.
    """
    actor.require(Role.ADMIN)
    channel = named(name)
    if channel.state not in (ChannelState.READ_ONLY, ChannelState.ACTIVE):
        remedy = "Sign in first." if channel.state is ChannelState.DRAFT else "Resume it first."
        raise InvalidInput(
            FieldProblem("channel", f"is {channel.state.replace('_', '-')}, not read-only.", remedy)
        )
    with db.read():
        skew = meta.skew(channel.id)
        at = orders_from or db.now() + skew
        history, taken_in = queries.split(channel.id, at)
        reading = backfills.of_channel(channel.id)
    warnings = []
    if skew:
        side = "ahead of" if skew.total_seconds() > 0 else "behind"
        warnings.append(
            f"Its clock is {abs(skew.total_seconds()):.0f} s {side} ours: orders count by the times it gives them."
        )
    if reading is not None and reading.state is not BackfillState.FINISHED:
        expected = _expected(channel, reading, at)
        if expected is not None:
            history, taken_in = max(history, expected[0]), max(taken_in, expected[1])
        warnings.append(
            f"Its history is {reading.share:.0%} read: what is still to come counts by the same moment."
        )
    if not channel.role.gives_orders:
        warnings.append("It gives no orders: only its settings become active.")
    elif channel.destination_id is None:
        warnings.append("No destination is set: orders stay here until one is.")
    elif channel.auto_send is AutoSend.OFF:
        warnings.append("Automatic sending is off: orders wait until somebody sends them.")
    if channel.last_pull_at is None and channel.role.gives_orders:
        warnings.append("It has not been read yet: older orders will arrive as history.")
    return GoLivePlan(channel.name, at, history, taken_in, 0, 0, tuple(warnings))


def _expected(channel: ChannelRow, reading: BackfillRow, at: datetime) -> tuple[int, int] | None:
    """How many orders the channel itself has before and after a moment; None when it cannot say now."""
    try:
        with context().connected(channel) as line:
            if line.orders is None:
                return None
            before = line.orders.count_placed(reading.since, min(at, reading.until))
            after = line.orders.count_placed(at, reading.until) if at < reading.until else 0
    except PlatformError:
        return None
    return None if before is None or after is None else (before, after)


def go_live(actor: Actor, plan: GoLivePlan) -> ChannelRow:
    """Make a channel active; orders count from the plan's moment. Nothing older is ever sent by rule."""
    actor.require(Role.ADMIN)
    channel = named(plan.channel)
    with db.write(actor) as tx:
        if not transitions.go_live(tx, channel.id, plan.orders_from):
            raise InvalidInput(FieldProblem("channel", "is not read-only any more.", "Look at it again."))
        orders.count_from(tx, channel.id, to_millis(plan.orders_from))
        tx.audit("go_live", "channel", channel.id, after={"orders_from": plan.orders_from.isoformat()})
    return named(plan.channel)
