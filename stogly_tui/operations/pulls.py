"""Reading now instead of when it is due."""

from collections.abc import Sequence

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import ChannelState, FlowType
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels, runs
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.transitions import runs as transitions
from stogly_tui.operations.channels import named


def sources(names: Sequence[str] = ()) -> list[ChannelRow]:
    """The named channels that orders can be read from; without names, all of them.

    Raises:
        InvalidInput: a name is unknown, gives no orders, is paused, or is a draft.
    """
    if not names:
        with db.read():
            found = channels.listed()
        return [
            one for one in found
            if one.role.gives_orders and one.state in (ChannelState.READ_ONLY, ChannelState.ACTIVE)
        ]  # fmt: skip
    told = [named(name) for name in names]
    for channel in told:
        if not channel.role.gives_orders:
            raise InvalidInput(
                FieldProblem("channel", f"{channel.name} is a destination only: it gives no orders.")
            )
        if channel.state is ChannelState.PAUSED:
            raise InvalidInput(FieldProblem("channel", f"{channel.name} is paused.", "Resume it first."))
        if channel.state is ChannelState.DRAFT:
            raise InvalidInput(
                FieldProblem("channel", f"{channel.name} is a draft: nobody has signed in.", "Sign in first.")
            )
    return told


def pull_now(actor: Actor, names: Sequence[str] = ()) -> int:
    """Ask for the orders flow of these channels to run now; returns how many flows. The worker begins within a tick."""
    actor.require(Role.OPERATOR)
    asked = 0
    for channel in sources(names):
        with db.read():
            flows = [flow for flow in channels.flows(channel.id) if flow.type is FlowType.ORDERS]
        with db.write(actor) as tx:
            for flow in flows[:1]:
                transitions.ask(tx, flow.id, channel.id, flow.type, "by hand")
                tx.audit("pull", "channel", channel.id, reason=f"read now for {actor.name}")
                asked += 1
    return asked


def pull_order(actor: Actor, name: str, remote_id: str) -> None:
    """Ask for one order of a channel to be read now."""
    actor.require(Role.OPERATOR)
    channel = sources([name])[0]
    with db.write(actor) as tx:
        transitions.ask_again(tx, channel.id, remote_id.strip(), f"asked for by {actor.name}")
        tx.audit("pull_order", "channel", channel.id, reason=f"order {remote_id.strip()} asked for")


def results(run_ids: Sequence[int]) -> list[runs.RunRow]:
    """What became of runs."""
    with db.read():
        return [found for run_id in run_ids if (found := runs.by_id(run_id)) is not None]
