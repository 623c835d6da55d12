"""People: who may look, work on orders, or change settings. A role in ``config.toml`` goes before one given here."""

from collections.abc import Mapping

from stogly_tui.config import Settings
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.model import database as db
from stogly_tui.model.queries import users as queries
from stogly_tui.model.queries.users import UserRow
from stogly_tui.model.transitions import users as transitions
from stogly_tui.operations import fields

EVERYONE_ELSE = "*"
_in_settings: Mapping[str, Role] = {}
"""Roles that the settings of this process name; `acting` learns them."""


def acting(settings: Settings) -> Actor:
    """Who acts in this process, with the role in force.

    The role stands in ``[roles]`` of the settings, else here, else under ``*`` there or here. As long as nobody has
    a role anywhere, everyone with access is admin.
    """
    global _in_settings
    _in_settings = settings.roles
    name = settings.actor().name
    with db.read():
        here = {row.name: row.role for row in queries.everyone()}
    return Actor(name, _in_force(name, here))


def everyone() -> list[UserRow]:
    """Every person who was given a role here."""
    with db.read():
        return queries.everyone()


def put(actor: Actor, name: str, role: str) -> UserRow:
    """Give a person a role, or another one; ``*`` is everyone who has none.

    Raises:
        InvalidInput: no such role, a name no operating system gives, or nobody would be left who is admin.
    """
    actor.require(Role.ADMIN)
    who, wanted = _checked(name), _role(role)
    with db.write(actor) as tx:
        known = {row.name: row.role for row in transitions.lock_all(tx)}
        _still_admin(actor, known)
        _keep_an_admin(actor, {**known, who: wanted}, is_first=not known)
        if who != actor.name and not _in_force(actor.name, {**known, who: wanted}).covers(Role.ADMIN):
            raise InvalidInput(
                FieldProblem(
                    "user", f"{who} would be {wanted}, and you would only look from now on.",
                    f"Give yourself a role first: stogly-tui user add {actor.name} --role admin.",
                )
            )  # fmt: skip
        transitions.put(tx, who, wanted)
        tx.audit("set_role", "user", None, before={who: known.get(who)}, after={who: wanted.value})
    return next(row for row in everyone() if row.name == who)


def remove(actor: Actor, name: str) -> None:
    """Take a person's role away.

    Raises:
        InvalidInput: there is none of that name, or nobody would be left who is admin.
    """
    actor.require(Role.ADMIN)
    with db.write(actor) as tx:
        known = {row.name: row.role for row in transitions.lock_all(tx)}
        if name not in known:
            raise InvalidInput(
                FieldProblem(
                    "user", f"{name!r} has no role here.", fields.nearest(name, known) if known else ""
                )
            )
        _still_admin(actor, known)
        left = {who: role for who, role in known.items() if who != name}
        if left or name != actor.name:
            _keep_an_admin(actor, left, is_first=False)
        transitions.remove(tx, name)
        tx.audit("remove_role", "user", None, before={name: known[name].value})


def _in_force(name: str, here: Mapping[str, Role]) -> Role:
    every = {**here, **_in_settings}
    fallback = Role.VIEWER if every else Role.ADMIN
    return every.get(name, every.get(EVERYONE_ELSE, fallback))


def _still_admin(actor: Actor, here: Mapping[str, Role]) -> None:
    """The role as it is now decides, not the one that a long session began with.

    Raises:
        NotAllowed: somebody took it away meanwhile.
    """
    Actor(actor.name, _in_force(actor.name, here)).require(Role.ADMIN)


def _keep_an_admin(actor: Actor, roles: dict[str, Role], *, is_first: bool) -> None:
    if Role.ADMIN in {**roles, **_in_settings}.values():
        return
    why = (
        f"The first one has to be an admin: stogly-tui user add {actor.name} --role admin."
        if is_first
        else "Give somebody else the role admin first."
    )
    raise InvalidInput(FieldProblem("role", "nobody would be admin.", why))


def _checked(name: str) -> str:
    who = name.strip()
    if who != EVERYONE_ELSE and not (who.isprintable() and 0 < len(who) <= 40 and " " not in who):
        raise InvalidInput(
            FieldProblem(
                "user",
                f"{name!r} is no user name.",
                "Give it as the operating system has it, without blanks.",
            )
        )
    return who


def _role(text: str) -> Role:
    try:
        return Role(text.strip().lower())
    except ValueError:
        raise InvalidInput(
            FieldProblem("role", f"{text!r} is no role.", f"Roles are: {', '.join(Role)}.")
        ) from None
