"""Handover notes, and which of them a person has not read."""

import json
from dataclasses import dataclass
from datetime import datetime

from stogly_tui.model.queries.base import one, rows
from stogly_tui.model.tables.base import from_millis

SEEN = "handover_seen"
"""The preference under which a person's read notes are kept."""
SHOWN = 50
"""The newest so many notes can be unread; older ones are only listed."""
KEPT = 200


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One note: who told what, when."""

    id: int
    at: datetime
    author: str
    text: str


def latest(limit: int = SHOWN) -> list[HandoverRow]:
    """The newest notes, newest first."""
    found = rows("SELECT id, at, author, text FROM handovers ORDER BY id DESC LIMIT ?", [limit])
    return [HandoverRow(row[0], from_millis(row[1]), row[2], row[3]) for row in found]


def unread(name: str) -> list[HandoverRow]:
    """What others wrote and this person has not read, oldest first."""
    seen = seen_by(name)
    return [row for row in reversed(latest()) if row.author != name and row.id not in seen]


def seen_by(name: str) -> set[int]:
    """Ids of the notes that a person has read."""
    found = one("SELECT value FROM preferences WHERE owner = ? AND key = ?", [name, SEEN])
    return set(json.loads(found[0])) if found else set()
