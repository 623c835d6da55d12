"""flow list, add, set, start, stop, remove."""

import argparse

from stogly_tui.cli import backlog, exits
from stogly_tui.cli.output import put_rows, say
from stogly_tui.cli.pairs import read_pairs
from stogly_tui.cli.session import Session
from stogly_tui.cli.shapes import flow_json
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import FlowType
from stogly_tui.model import database as db
from stogly_tui.model.queries import backfills
from stogly_tui.model.queries import channels as queries
from stogly_tui.model.queries.backfills import BackfillRow
from stogly_tui.model.queries.channels import FlowRow
from stogly_tui.operations import channels, flows
from stogly_tui.present.flow_pages import schedule
from stogly_tui.present.times import iso

_HEADS = {
    "id": "Id", "channel": "Channel", "name": "Name", "type": "Type", "origin": "Origin", "destination": "Destination",
    "schedule": "Schedule", "active": "Active", "last_state": "Last run", "last_started_at": "Started",
    "last_seen": "Seen", "next_due_at": "Next", "history": "History",
}  # fmt: skip
INTERVAL = 15
"""Minutes between two reads of a channel that says nothing of it."""


def list_all(_session: Session, args: argparse.Namespace) -> int:
    """Flows of one channel, or of all."""
    channel_id = channels.named(args.channel).id if args.channel else None
    with db.read():
        found = queries.flows(channel_id)
        intervals = {one.id: one.settings.get("pull_interval", INTERVAL) for one in queries.listed()}
        history = backfills.overview()
    told = []
    for row in found:
        progress = history.get(row.channel_id)
        one = flow_json(row, schedule(row, intervals.get(row.channel_id, INTERVAL)), progress)
        told.append(one if args.format != "table" else one | {"history": _progress(row, progress)})
    put_rows(args.format, told, _HEADS, right=("Id", "Seen"))
    return exits.DONE


def _progress(row: FlowRow, progress: BackfillRow | None) -> str:
    return backlog.told(progress) if progress is not None and row.type is FlowType.HISTORY else ""


def add(session: Session, args: argparse.Namespace) -> int:
    """Add a flow to a channel."""
    session.get_ready()
    made = flows.add(
        session.actor, args.channel, args.type, name=args.name, settings=read_pairs(args.settings)
    )
    say(f"{made.channel}/{made.name} is added (flow {made.id}); {_next(made)}.")
    return exits.DONE


def change(session: Session, args: argparse.Namespace) -> int:
    """Change a flow."""
    given = read_pairs(args.settings)
    if not given and not args.name:
        raise InvalidInput(
            FieldProblem("setting", "there is nothing to change.", "Give KEY=VALUE or --name.")
        )
    made = flows.change(session.actor, flows.found(args.flow), name=args.name, settings=given)
    say(f"{made.channel}/{made.name} is changed; {_next(made)}.")
    return exits.DONE


def _next(flow: FlowRow) -> str:
    if flow.type is FlowType.HISTORY:
        return "the worker reads it between live orders, or the next pull to its end"
    return f"next at {iso(flow.next_due_at)}"


def start(session: Session, args: argparse.Namespace) -> int:
    """Make a flow active, and due now."""
    found = flows.found(args.flow)
    flows.start(session.actor, found.id)
    say(f"{found.channel}/{found.name} is started, and due now.")
    return exits.DONE


def stop(session: Session, args: argparse.Namespace) -> int:
    """Stop a flow until it is started."""
    found = flows.found(args.flow)
    flows.stop(session.actor, found.id)
    say(f"{found.channel}/{found.name} is stopped.")
    return exits.DONE


def remove(session: Session, args: argparse.Namespace) -> int:
    """Remove a flow; its runs stay in the log."""
    found = flows.found(args.flow)
    flows.remove(session.actor, found)
    say(f"{found.channel}/{found.name} is removed.")
    return exits.DONE
