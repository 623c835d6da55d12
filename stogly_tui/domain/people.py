"""Who acts, and what that person may do."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may do: look, work on orders, or change settings."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Whether this role may do what ``needed`` may do."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class NotAllowed(Exception):
    """The actor's role does not cover what was asked; nothing was changed."""

    def __init__(self, actor: "Actor", needed: Role) -> None:
        super().__init__(f"{actor.name} is {actor.role}; this needs the role {needed}. Ask an admin.")
        self.actor = actor
        self.needed = needed


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the machine itself) in whose name something is done."""

    name: str
    role: Role

    def require(self, needed: Role) -> None:
        """Raise `NotAllowed` unless this actor's role covers ``needed``."""
        if not self.role.covers(needed):
            raise NotAllowed(self, needed)


MACHINE = Actor("stogly", Role.ADMIN)
"""The worker acting by rule."""
