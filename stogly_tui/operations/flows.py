"""Flows (integrations): added, changed, started and stopped by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import ChannelState, FlowType
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels
from stogly_tui.model.queries.channels import ChannelRow, FlowRow
from stogly_tui.model.transitions import backfills, runs
from stogly_tui.model.transitions import flows as transitions
from stogly_tui.operations import flow_settings
from stogly_tui.operations.channels import named
from stogly_tui.operations.workplace import context
from stogly_tui.platforms.errors import PlatformError
from stogly_tui.sync import backfill

TYPES = {"orders": FlowType.ORDERS, "orders_daily": FlowType.ORDERS_DAILY, "history": FlowType.HISTORY}
"""Flow types that can be added; a push flow comes with its channel."""
NAMES = {FlowType.ORDERS: "Orders", FlowType.ORDERS_DAILY: "Orders, daily", FlowType.HISTORY: backfill.FLOW}


def found(text: str) -> FlowRow:
    """The flow of that id or ``CHANNEL/NAME``.

    Raises:
        InvalidInput: there is none, or there are several.
    """
    with db.read():
        every = channels.flows()
    wanted = text.strip().lower()
    match = [
        flow for flow in every
        if str(flow.id) == wanted or f"{flow.channel}/{flow.name}".lower() == wanted or flow.name.lower() == wanted
    ]  # fmt: skip
    if len(match) == 1:
        return match[0]
    names = ", ".join(f"{flow.channel}/{flow.name}" for flow in (match or every)) or "none yet"
    told = "may be one of several" if match else "is not a flow"
    raise InvalidInput(FieldProblem("flow", f"{text!r} {told}.", f"There are: {names}."))


def add(
    actor: Actor, channel_name: str, type: str, *, name: str = "", settings: Mapping[str, Any]
) -> FlowRow:
    """Add a flow to a channel; several of one type are fine, but one history."""
    actor.require(Role.ADMIN)
    channel = named(channel_name)
    if type not in TYPES:
        raise InvalidInput(
            FieldProblem("type", f"{type!r} cannot be added.", f"Types are: {', '.join(TYPES)}.")
        )
    if not channel.role.gives_orders:
        raise InvalidInput(FieldProblem("channel", f"{channel.name} gives no orders."))
    if channel.state is ChannelState.DRAFT:
        raise InvalidInput(
            FieldProblem("channel", f"{channel.name} is a draft: nobody has signed in.", "Sign in first.")
        )
    kind, chosen = flow_settings.read(TYPES[type], settings)
    if kind is FlowType.HISTORY:
        return _read_history(actor, channel, chosen)
    with db.read():
        taken = {flow.name for flow in channels.flows(channel.id)}
    title = name.strip() or _free(NAMES[kind], taken)
    with db.write(actor) as tx:
        due = flow_settings.next_due(kind, chosen, channel.time_zone, tx.at)
        flow_id = transitions.add(tx, channel.id, kind, title, chosen, due)
        if flow_id is None:
            raise InvalidInput(
                FieldProblem("name", f"{channel.name} has a flow {title!r}.", "Choose another name.")
            )
        tx.audit("add_flow", "channel", channel.id, after={"flow": title, **chosen})
    return found(str(flow_id))


def change(actor: Actor, flow: FlowRow, *, name: str = "", settings: Mapping[str, Any]) -> FlowRow:
    """Change a flow's name and settings; takes effect within one tick. A blank value takes a setting back."""
    actor.require(Role.ADMIN)
    kind, chosen = flow_settings.changed(flow.type, flow.settings, settings)
    title = name.strip() or flow.name
    with db.read():
        channel = channels.by_id(flow.channel_id)
        siblings = channels.flows(flow.channel_id)
    if any(one.name == title and one.id != flow.id for one in siblings):
        raise InvalidInput(
            FieldProblem("name", f"{flow.channel} has a flow {title!r}.", "Choose another name.")
        )
    with db.write(actor) as tx:
        due = flow_settings.next_due(kind, chosen, channel.time_zone if channel else "UTC", tx.at)
        transitions.change(tx, flow.id, type=kind, name=title, settings=chosen, due_at=due)
        before = {"flow": flow.name, **flow.settings}
        tx.audit("change_flow", "channel", flow.channel_id, before=before, after={"flow": title, **chosen})
    return found(str(flow.id))


def start(actor: Actor, flow_id: int) -> None:
    """Start a flow: it is asked for now; one that was stopped is active again, which is for admins."""
    actor.require(Role.OPERATOR)
    flow = found(str(flow_id))
    if not flow.is_active:
        actor.require(Role.ADMIN)
    with db.write(actor) as tx:
        transitions.set_active(tx, flow.id, True)
        if flow.type is FlowType.HISTORY:
            backfills.set_reading(tx, flow.channel_id, True)
        elif flow.type is not FlowType.PUSH:
            runs.ask(tx, flow.id, flow.channel_id, flow.type, "by hand")
        tx.audit("start_flow", "channel", flow.channel_id, after={"flow": flow.name})


def stop(actor: Actor, flow_id: int) -> None:
    """Stop a flow: what is asked of it is taken back, and it is not due again until it is started."""
    actor.require(Role.ADMIN)
    flow = found(str(flow_id))
    with db.write(actor) as tx:
        transitions.set_active(tx, flow.id, False)
        if flow.type is FlowType.HISTORY:
            backfills.set_reading(tx, flow.channel_id, False)
        runs.cancel(tx, flow.channel_id, flow.id)
        tx.audit("stop_flow", "channel", flow.channel_id, after={"flow": flow.name})


def remove(actor: Actor, flow: FlowRow) -> None:
    """Remove a flow; its runs stay in the log."""
    actor.require(Role.ADMIN)
    with db.write(actor) as tx:
        if flow.type is FlowType.HISTORY:
            backfills.set_reading(tx, flow.channel_id, False)
        transitions.remove(tx, flow.id)
        tx.audit("remove_flow", "channel", flow.channel_id, before={"flow": flow.name})


def _read_history(actor: Actor, channel: ChannelRow, chosen: Mapping[str, Any]) -> FlowRow:
    """Begin to read the history of a channel, once more where it was read before."""
    since = datetime.fromisoformat(chosen["since"]) if chosen.get("since") else backfill.BEGINNING
    since = since if since.tzinfo else since.replace(tzinfo=UTC)
    with db.read():
        until = db.now()
    if since >= until:
        raise InvalidInput(FieldProblem("since", "lies in the future.", "Give a day that has been."))
    total = _count(channel, since, until)
    with db.write(actor) as tx:
        if not backfill.begin(tx, channel.id, since=since, until=until, total=total):
            raise InvalidInput(
                FieldProblem(
                    "channel", f"the history of {channel.name} is being read already.", "Stop it first."
                )
            )
        tx.audit("add_flow", "channel", channel.id, after={"flow": backfill.FLOW, "since": since.isoformat()})
    with db.read():
        return next(flow for flow in channels.flows(channel.id) if flow.type is FlowType.HISTORY)


def _count(channel: ChannelRow, since: datetime, until: datetime) -> int | None:
    try:
        with context().connected(channel) as line:
            return line.orders.count_placed(since, until) if line.orders else None
    except PlatformError as error:
        raise InvalidInput(
            FieldProblem("channel", f"{channel.name} cannot be asked now: {error.detail}", "Try again later.")
        ) from error


def _free(name: str, taken: set[str]) -> str:
    """A name that no flow of the channel has: ``Orders``, ``Orders 2``, …"""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} {number}"
    return free
