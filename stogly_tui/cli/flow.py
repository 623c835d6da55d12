"""flow list, add, set, start, stop, remove."""

import argparse

from stogly_tui.cli import exits
from stogly_tui.cli.output import put_rows, say
from stogly_tui.cli.pairs import read_pairs
from stogly_tui.cli.session import Session
from stogly_tui.cli.shapes import flow_json
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels as queries
from stogly_tui.operations import channels, flows
from stogly_tui.present.times import iso

_HEADS = {
    "id": "Id", "channel": "Channel", "name": "Name", "type": "Type", "active": "Active", "last_state": "Last run",
    "last_started_at": "Started", "last_seen": "Seen", "next_due_at": "Next",
}  # fmt: skip


def list_all(_session: Session, args: argparse.Namespace) -> int:
    """Flows of one channel, or of all."""
    channel_id = channels.named(args.channel).id if args.channel else None
    with db.read():
        found = queries.flows(channel_id)
    put_rows(args.format, [flow_json(row) for row in found], _HEADS, right=("Id", "Seen"))
    return exits.DONE


def add(session: Session, args: argparse.Namespace) -> int:
    """Add a flow to a channel."""
    made = flows.add(
        session.actor, args.channel, args.type, name=args.name, settings=read_pairs(args.settings)
    )
    say(f"{made.channel}/{made.name} is added (flow {made.id}); next at {iso(made.next_due_at)}.")
    return exits.DONE


def change(session: Session, args: argparse.Namespace) -> int:
    """Change a flow."""
    given = read_pairs(args.settings)
    if not given and not args.name:
        raise InvalidInput(
            FieldProblem("setting", "there is nothing to change.", "Give KEY=VALUE or --name.")
        )
    made = flows.change(session.actor, flows.found(args.flow), name=args.name, settings=given)
    say(f"{made.channel}/{made.name} is changed; next at {iso(made.next_due_at)}.")
    return exits.DONE


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
