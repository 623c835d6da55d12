"""note, assign, activity: working on orders with others."""

import argparse
from typing import Any

from stogly_tui.cli import exits, moments, which
from stogly_tui.cli.output import put_rows, say
from stogly_tui.cli.session import Session
from stogly_tui.domain.people import MACHINE
from stogly_tui.model import database as db
from stogly_tui.model.queries import audit
from stogly_tui.model.queries.audit import Activity
from stogly_tui.operations import team
from stogly_tui.present import audit_pages, times

_HEADS = {"at": "At", "user": "Who", "what": "What", "named": "On", "detail": "Detail"}


def note(session: Session, args: argparse.Namespace) -> int:
    """Write a note on an order."""
    row = which.one(args.order)
    team.note(session.actor, row.id, args.text)
    say(f"{row.number} has a note more.")
    return exits.DONE


def assign(session: Session, args: argparse.Namespace) -> int:
    """Assign orders to a person, or to nobody."""
    rows = which.several(args.orders)
    name = session.actor.name if args.to.strip() == "me" else args.to
    done = set(team.assign(session.actor, [row.id for row in rows], name))
    for row in rows:
        was = "" if row.id in done else " already"
        say(f"{row.number} is {team.assigned_words(name.strip())}{was}.")
    return exits.DONE


def activity(session: Session, args: argparse.Namespace) -> int:
    """What people did, latest first."""
    since = moments.optional("since", args.since, session.zone, session.now)
    found: list[Activity] = []
    with db.read():
        while len(found) < args.limit:
            before = found[-1].last_id if found else None
            more = audit.activity(
                machine=MACHINE.name, actor=args.user.strip(), since=since, before_id=before
            )
            if not more:
                break
            found += more
    told = [_json(one) for one in found[: args.limit]]
    if args.format == "table":
        told = [row | _words(one, session) for row, one in zip(told, found, strict=False)]
    put_rows(args.format, told, _HEADS)
    if not told:
        say("Nothing was done by a person.")
    return exits.DONE


def _json(one: Activity) -> dict[str, Any]:
    return {
        "at": times.iso(one.at), "user": one.actor, "verb": one.verb, "entity": one.entity, "ids": list(one.ids),
        "names": list(one.names), "count": one.count, "reason": one.reason or None, "before": one.before,
        "after": one.after,
    }  # fmt: skip


def _words(one: Activity, session: Session) -> dict[str, str]:
    return {
        "at": times.stamp(one.at, session.zone),
        "what": audit_pages.VERBS.get(one.verb, one.verb.replace("_", " ")),
        "named": audit_pages.named(one),
        "detail": one.reason or "; ".join(audit_pages.changes(one.before, one.after, session.zone)),
    }
