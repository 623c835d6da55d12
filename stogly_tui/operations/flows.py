"""Flows (integrations): added, changed, started and stopped by hand."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import FlowType
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels
from stogly_tui.model.queries.channels import FlowRow
from stogly_tui.model.transitions import flows as transitions
from stogly_tui.model.transitions import runs
from stogly_tui.operations import fields
from stogly_tui.operations.channels import named
from stogly_tui.sync import refetch

TYPES = {"orders": FlowType.ORDERS, "orders_daily": FlowType.ORDERS_DAILY}
"""Flow types that can be added; a push flow comes with its channel."""


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
    """Add a flow to a channel; several of one type are fine."""
    actor.require(Role.ADMIN)
    channel = named(channel_name)
    if type not in TYPES:
        raise InvalidInput(
            FieldProblem("type", f"{type!r} cannot be added.", f"Types are: {', '.join(TYPES)}.")
        )
    if not channel.role.gives_orders:
        raise InvalidInput(FieldProblem("channel", f"{channel.name} gives no orders."))
    chosen = _checked(TYPES[type], settings)
    title = name.strip() or ("Orders, daily" if TYPES[type] is FlowType.ORDERS_DAILY else "Orders 2")
    with db.write(actor) as tx:
        due = _next(TYPES[type], chosen, channel.time_zone, tx.at)
        flow_id = transitions.add(tx, channel.id, TYPES[type], title, chosen, due)
        if flow_id is None:
            raise InvalidInput(
                FieldProblem("name", f"{channel.name} has a flow {title!r}.", "Choose another name.")
            )
        tx.audit("add_flow", "channel", channel.id, after={"flow": title, **chosen})
    return found(str(flow_id))


def change(actor: Actor, flow: FlowRow, *, name: str = "", settings: Mapping[str, Any]) -> FlowRow:
    """Change a flow's settings; takes effect within one tick."""
    actor.require(Role.ADMIN)
    chosen = _checked(flow.type, {**flow.settings, **settings})
    with db.read():
        channel = channels.by_id(flow.channel_id)
    with db.write(actor) as tx:
        due = _next(flow.type, chosen, channel.time_zone if channel else "UTC", tx.at)
        transitions.change(tx, flow.id, name=name.strip() or flow.name, settings=chosen, due_at=due)
        tx.audit("change_flow", "channel", flow.channel_id, before=dict(flow.settings), after=chosen)
    return found(str(flow.id))


def start(actor: Actor, flow_id: int) -> None:
    """Start a flow: it is active again, and asked for now."""
    actor.require(Role.OPERATOR)
    flow = found(str(flow_id))
    with db.write(actor) as tx:
        transitions.set_active(tx, flow.id, True)
        if flow.type is not FlowType.PUSH:
            runs.ask(tx, flow.id, flow.channel_id, flow.type, "by hand")
        tx.audit("start_flow", "channel", flow.channel_id, after={"flow": flow.name})


def stop(actor: Actor, flow_id: int) -> None:
    """Stop a flow: what is asked of it is taken back, and it is not due again until it is started."""
    actor.require(Role.ADMIN)
    flow = found(str(flow_id))
    with db.write(actor) as tx:
        transitions.set_active(tx, flow.id, False)
        runs.cancel(tx, flow.channel_id, flow.id)
        tx.audit("stop_flow", "channel", flow.channel_id, after={"flow": flow.name})


def remove(actor: Actor, flow: FlowRow) -> None:
    """Remove a flow; its runs stay in the log."""
    actor.require(Role.ADMIN)
    with db.write(actor) as tx:
        transitions.remove(tx, flow.id)
        tx.audit("remove_flow", "channel", flow.channel_id, before={"flow": flow.name})


def _checked(type: FlowType, settings: Mapping[str, Any]) -> dict[str, Any]:
    known = refetch.DEFAULTS if type is FlowType.ORDERS_DAILY else {}
    problems = [
        FieldProblem(
            key, "is not a setting of this flow.", fields.nearest(key, known) if known else "It has none."
        )
        for key in settings
        if key not in known
    ]
    chosen: dict[str, Any] = dict(settings)
    at = str(chosen.get("transmission_time", "03:00"))
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", at):
        problems.append(
            FieldProblem("transmission_time", f"{at!r} is no time of day.", "Write it like 03:00.")
        )
    for key, low, high in (("timeframe_days", 1, 90), ("time_difference", 0, 3600)):
        try:
            value = int(chosen.get(key, low))
            if not low <= value <= high:
                raise ValueError
            if key in chosen:
                chosen[key] = value
        except (TypeError, ValueError):
            problems.append(FieldProblem(key, f"must be a number from {low} to {high}."))
    if problems:
        raise InvalidInput(*problems)
    return chosen


def _next(type: FlowType, settings: Mapping[str, Any], zone: str, now: datetime) -> datetime | None:
    if type is FlowType.ORDERS_DAILY:
        return refetch.next_time(json.dumps(dict(settings)), zone, now, None)
    return None if type is FlowType.PUSH else now
