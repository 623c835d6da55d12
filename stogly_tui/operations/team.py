"""Working on the same orders as others: notes, who an order is assigned to, who is at it now, and edits that notice
that somebody was faster.
"""

from collections.abc import Sequence
from datetime import timedelta

from stogly_tui.domain.people import MACHINE, Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.safe_text import safe_line
from stogly_tui.model import database as db
from stogly_tui.model.queries import audit, versions
from stogly_tui.model.queries.versions import LastChange, Version
from stogly_tui.model.transitions import assignments, notes, presences, trail

NOTE_AT_MOST = 2000
NAME_AT_MOST = 40
AT_ONCE = 200
"""Orders written in one short transaction."""
STAYS = timedelta(seconds=20)
"""A presence that is not renewed ends by itself after so long."""
PRESENT_AT_MOST = 2000
"""Orders that one console names as its own at a time: a plan over more names its first."""


class ChangedMeanwhile(InvalidInput):
    """The order is another than the one that was decided about. Carries what it is now, and who changed it last."""

    def __init__(self, now: Version | None, change: LastChange | None) -> None:
        told = "it changed"
        if change is not None:
            told = f"it changed at {change.at:%H:%M:%S} UTC: {change.who}, {change.reason or change.verb}"
        super().__init__(
            FieldProblem(
                "order",
                f"is not as you saw it any more; {safe_line(told, 300)}.",
                "Nothing was done; look at it, then decide again.",
            )
        )
        self.now, self.change = now, change


def note(actor: Actor, order_id: int, text: str) -> None:
    """Write a note on an order. It is never changed or taken away, and changes nothing else.

    Raises:
        InvalidInput: it is blank or too long, or the order is not here.
    """
    actor.require(Role.OPERATOR)
    told = note_text(text)
    with db.write(actor) as tx:
        if not notes.write(tx, [order_id], told):
            raise InvalidInput(FieldProblem("order", "is not here any more."))
        tx.audit("note", "order", order_id, reason=told)


def note_text(text: str) -> str:
    """A note as it is kept.

    Raises:
        InvalidInput: it is blank or too long.
    """
    told = text.strip()
    if not told:
        raise InvalidInput(FieldProblem("text", "is blank.", "Say what a colleague has to know."))
    if len(told) > NOTE_AT_MOST:
        raise InvalidInput(
            FieldProblem("text", f"has {len(told):,} letters.", f"At most {NOTE_AT_MOST:,} are kept.")
        )
    return told


def assign(actor: Actor, order_ids: Sequence[int], name: str) -> tuple[int, ...]:
    """Assign orders to a person, or to nobody when the name is blank; returns those that were another's before.

    Raises:
        InvalidInput: no name anybody has.
    """
    actor.require(Role.OPERATOR)
    wanted = person(name)
    done: list[int] = []
    for start in range(0, len(order_ids), AT_ONCE):
        with db.write(actor) as tx:
            part = sorted(assignments.assign(tx, order_ids[start : start + AT_ONCE], wanted))
            trail.write(tx, "assign", part, assigned_words(wanted), {"to": wanted})
            done += part
    return tuple(done)


def assigned_words(name: str) -> str:
    """What the trail says of an assignment."""
    return f"assigned to {name}" if name else "assigned to nobody"


def person(name: str) -> str:
    """A name as it is kept.

    Raises:
        InvalidInput: it is too long, or holds what no name has.
    """
    wanted = name.strip()
    if len(wanted) > NAME_AT_MOST or wanted != safe_line(wanted, NAME_AT_MOST):
        raise InvalidInput(
            FieldProblem("name", "is no name of a person.", f"One line of at most {NAME_AT_MOST} letters.")
        )
    return wanted


def people() -> list[str]:
    """Everybody who is known here: who has a role, did something, or has orders."""
    with db.read():
        return [one for one in audit.people() if one != MACHINE.name]


def enter(actor: Actor, console: str, order_ids: Sequence[int], doing: str) -> None:
    """Say that a console is at these orders; it counts for `STAYS`, and again with each `stay`."""
    actor.require(Role.OPERATOR)
    for start in range(0, min(len(order_ids), PRESENT_AT_MOST), AT_ONCE):
        with db.write(actor) as tx:
            presences.enter(tx, console, order_ids[start : start + AT_ONCE], doing, STAYS)


def stay(actor: Actor, console: str) -> None:
    """Say that a console still is where it was."""
    actor.require(Role.OPERATOR)
    with db.write(actor) as tx:
        presences.renew(tx, console, STAYS)


def leave(actor: Actor, console: str, order_ids: Sequence[int] | None = None) -> None:
    """Say that a console has left these orders, or all of its."""
    actor.require(Role.OPERATOR)
    if order_ids is None:
        with db.write(actor) as tx:
            presences.leave(tx, console)
        return
    for start in range(0, min(len(order_ids), PRESENT_AT_MOST), AT_ONCE):
        with db.write(actor) as tx:
            presences.leave(tx, console, order_ids[start : start + AT_ONCE])


def require_unchanged(order_id: int, seen: Version | None) -> None:
    """Inside a write: nothing happens to an order that is another than the one that was seen; None saw nothing.

    Raises:
        ChangedMeanwhile: it is; says who changed it.
    """
    if seen is None:
        return
    now = versions.current([order_id]).get(order_id)
    if now != seen:
        raise ChangedMeanwhile(now, versions.last_change(order_id))
