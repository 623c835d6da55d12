"""What colleagues wrote about an order."""

from dataclasses import dataclass
from datetime import datetime

from stogly_tui.model.queries.base import rows
from stogly_tui.model.tables.base import from_millis


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note: when, by whom, and what."""

    id: int
    at: datetime
    author: str
    text: str


def of(order_id: int) -> list[NoteRow]:
    """Notes on an order, latest first."""
    found = rows("SELECT id, at, author, text FROM notes WHERE order_id = ? ORDER BY id DESC", [order_id])
    return [NoteRow(row[0], from_millis(row[1]), row[2], row[3]) for row in found]
