"""handover add, list: what one shift tells the next."""

import argparse
import sys

from stogly_tui.cli import exits
from stogly_tui.cli.output import put, put_rows, say
from stogly_tui.cli.session import Session
from stogly_tui.cli.shapes import handover_json
from stogly_tui.model import database as db
from stogly_tui.model.queries import handovers as queries
from stogly_tui.operations import handovers
from stogly_tui.present import times


def add(session: Session, args: argparse.Namespace) -> int:
    """Write a note."""
    text = sys.stdin.read() if args.text == "-" else args.text
    handover_id = handovers.add(session.actor, text)
    say(f"Note {handover_id} is kept; everybody else is shown it when they open their console.")
    return exits.DONE


def list_all(session: Session, args: argparse.Namespace) -> int:
    """Notes, newest first, whole; ``new to you`` is what the console would show at its next start."""
    with db.read():
        unread = {row.id for row in queries.unread(session.actor.name)}
        found = queries.latest(args.limit)
    if args.format != "table":
        put_rows(args.format, [handover_json(row) | {"unread": row.id in unread} for row in found], {})
        return exits.DONE
    for row in found:
        put(
            f"{times.stamp(row.at, session.zone)}  {row.author}{'  (new to you)' if row.id in unread else ''}"
        )
        put(f"    {row.text}")
    if not found:
        say("There is no note yet.")
    return exits.DONE
