"""People and what they may do."""

from dataclasses import dataclass
from datetime import datetime

from stogly_tui.domain.people import Role
from stogly_tui.model.queries.base import rows
from stogly_tui.model.tables.base import from_millis


@dataclass(frozen=True, slots=True)
class UserRow:
    """One person, the role, and who gave it when."""

    name: str
    role: Role
    set_by: str
    set_at: datetime


def everyone() -> list[UserRow]:
    """Every person by name."""
    found = rows("SELECT name, role, set_by, set_at FROM users ORDER BY name")
    return [UserRow(row[0], Role(row[1]), row[2], from_millis(row[3])) for row in found]
