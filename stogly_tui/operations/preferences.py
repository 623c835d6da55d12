"""What a console remembers of the person who uses it: looks only, never a secret, and nothing that others see."""

from typing import Any

from stogly_tui.domain.people import Actor, Role
from stogly_tui.model import database as db
from stogly_tui.model.queries import preferences as queries
from stogly_tui.model.transitions import preferences as transitions


def remember(actor: Actor, key: str, value: Any) -> None:
    """Keep a choice for this person's next start."""
    actor.require(Role.VIEWER)
    with db.write(actor) as tx:
        transitions.put(tx, key, value)


def remembered(actor: Actor, key: str) -> Any:
    """What this person chose last, or None."""
    with db.read():
        return queries.value_of(actor.name, key)
