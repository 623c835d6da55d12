"""user list, add, set, remove: people and their roles."""

import argparse
from typing import Any

from stogly_tui.cli import configuration, exits
from stogly_tui.cli.output import put_rows, say
from stogly_tui.cli.pairs import read_pairs
from stogly_tui.cli.session import Session
from stogly_tui.config import Settings
from stogly_tui.domain.people import Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.operations import fields, users
from stogly_tui.present.times import iso

_HEADS = {
    "name": "Name",
    "role": "Role",
    "from": "From",
    "set_by": "Given by",
    "set_at": "Given at",
    "you": "You",
}
_HERE = "database"


def list_all(session: Session, args: argparse.Namespace) -> int:
    """Everybody who has a role, in the settings or here, and who is asking."""
    rows = _rows(session.settings, session.actor.name)
    if args.format == "table":
        rows = [row | {"you": "*" if row["you"] else ""} for row in rows]
    put_rows(args.format, rows, _HEADS)
    say(f"You are {session.actor.name}: {session.actor.role}{_why(session)}.")
    return exits.DONE


def add(session: Session, args: argparse.Namespace) -> int:
    """Give a person a role who has none here."""
    session.actor.require(Role.ADMIN)
    known = {row.name: row.role for row in users.everyone()}
    if args.name.strip() in known:
        name, role = args.name.strip(), known[args.name.strip()]
        raise InvalidInput(
            FieldProblem("user", f"{name!r} is {role} already.", f"stogly-tui user set {name} role=ROLE.")
        )
    return _put(session, args.name, args.role)


def change(session: Session, args: argparse.Namespace) -> int:
    """Give a person another role."""
    session.actor.require(Role.ADMIN)
    given = read_pairs(args.settings)
    if set(given) != {"role"}:
        wrong = ", ".join(given.keys() - {"role"}) or "role"
        raise InvalidInput(FieldProblem(wrong, "is nothing that a person has.", "Give role=ROLE, alone."))
    known = [row.name for row in users.everyone()]
    if args.name.strip() not in known:
        remedy = f"stogly-tui user add {args.name.strip()} --role {given['role']}."
        nearest = f"{fields.nearest(args.name, known)} Or: " if known else ""
        raise InvalidInput(FieldProblem("user", f"{args.name!r} has no role here.", f"{nearest}{remedy}"))
    return _put(session, args.name, given["role"])


def remove(session: Session, args: argparse.Namespace) -> int:
    """Take a person's role away."""
    name = args.name.strip()
    users.remove(session.actor, name)
    say(f"{_shown(name)} has no role here any more{_AT_NEXT_START}")
    if not users.everyone() and not session.settings.roles:
        say("Nobody has a role now: everyone who can log in is admin.")
    _tell_of_settings(session.settings, name)
    return exits.DONE


_AT_NEXT_START = "; it counts from the next start of a console or command."


def _put(session: Session, name: str, role: str) -> int:
    is_first = not users.everyone() and not session.settings.roles
    made = users.put(session.actor, name, role)
    say(f"{_shown(made.name)} is {made.role}{_AT_NEXT_START}")
    if is_first:
        say("From now on whoever has no role only looks: give the others theirs, or one to '*'.")
    _tell_of_settings(session.settings, made.name)
    return exits.DONE


def _tell_of_settings(settings: Settings, name: str) -> None:
    if name in settings.roles:
        where = configuration.origin("roles", settings)
        say(f"Note: {where} says that {name} is {settings.roles[name]}, and goes before.")


def _rows(settings: Settings, you: str) -> list[dict[str, Any]]:
    """The role in force of everybody who has one; ``role_here`` is what the database says."""
    here = {row.name: row for row in users.everyone()}
    told = []
    for name in sorted({*here, *settings.roles}):
        row, role = here.get(name), settings.roles.get(name)
        told.append(
            {
                "name": name,
                "role": str(role or (row.role if row else "")),
                "from": configuration.origin("roles", settings) if role else _HERE,
                "role_here": row.role.value if row else None,
                "set_by": row.set_by if row else None,
                "set_at": iso(row.set_at) if row else None,
                "you": name == you,
            }
        )
    return told


def _why(session: Session) -> str:
    every = {*session.settings.roles, *(row.name for row in users.everyone())}
    if session.actor.name in every:
        return ""
    if users.EVERYONE_ELSE in every:
        return ", as everyone else (*) is"
    return ", since you have no role" if every else ", since nobody has a role yet"


def _shown(name: str) -> str:
    return "Everyone else" if name == users.EVERYONE_ELSE else name
