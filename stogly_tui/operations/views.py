"""Saved views: each person's own, so everyone may keep and drop them."""

from collections.abc import Sequence

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.model import database as db
from stogly_tui.model.transitions import views as transitions

KEYS = ("f2", "f3", "f4", "f6", "f7", "f11")
"""Keys that open a view on the screen of orders."""
LONGEST = 40


def save(
    actor: Actor,
    name: str,
    *,
    query: str,
    sort: str,
    columns: Sequence[tuple[str, int]] = (),
    key: str = "",
) -> None:
    """Keep a view under a name; another one of that name is replaced.

    Raises:
        InvalidInput: no name, a long one, or a key that opens no view.
    """
    actor.require(Role.VIEWER)
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST:
        raise InvalidInput(
            FieldProblem("name", f"must have 1 to {LONGEST} letters.", "Give it a short name.")
        )
    if key and key not in KEYS:
        raise InvalidInput(FieldProblem("key", f"{key} opens no view.", f"Choose one of {', '.join(KEYS)}."))
    with db.write(actor) as tx:
        transitions.save(tx, wanted, query=query, sort=sort, columns=columns, key=key or None)


def remove(actor: Actor, view_id: int) -> None:
    """Drop a view of one's own.

    Raises:
        InvalidInput: it is not there.
    """
    actor.require(Role.VIEWER)
    with db.write(actor) as tx:
        if not transitions.remove(tx, view_id):
            raise InvalidInput(FieldProblem("view", "is not there any more."))
