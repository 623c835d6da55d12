"""Handover notes: what one shift tells the next, shown to everybody else until they say that they have read it."""

from collections.abc import Sequence

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.model import database as db
from stogly_tui.model.queries import handovers as queries
from stogly_tui.model.queries.handovers import HandoverRow
from stogly_tui.model.transitions import handovers as transitions

LONGEST = 1000


def add(actor: Actor, text: str) -> int:
    """Write a note for whoever comes next; returns its id.

    Raises:
        InvalidInput: there is nothing in it, or more than 1,000 characters.
    """
    actor.require(Role.OPERATOR)
    told = " ".join(text.split())
    if not told:
        raise InvalidInput(FieldProblem("text", "is empty.", "Write what the next shift has to know."))
    if len(told) > LONGEST:
        raise InvalidInput(
            FieldProblem(
                "text", f"has {len(told):,} characters; {LONGEST:,} are the most.", "Write two notes."
            )
        )
    with db.write(actor) as tx:
        handover_id = transitions.add(tx, told)
        tx.audit("write_handover", "handover", handover_id, after={"text": told})
    return handover_id


def read(actor: Actor, ids: Sequence[int]) -> int:
    """Say that the actor has read these notes: they are not shown again; returns how many."""
    actor.require(Role.OPERATOR)
    with db.write(actor) as tx:
        transitions.read(tx, ids)
        tx.audit("read_handovers", "handover", None, after={"read": sorted(ids)})
    return len(ids)


def latest(limit: int = queries.SHOWN) -> list[HandoverRow]:
    """The newest notes, newest first."""
    with db.read():
        return queries.latest(limit)
