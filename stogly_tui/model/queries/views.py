"""The ways to look at orders that a person keeps."""

import json
from dataclasses import dataclass

from stogly_tui.model.queries.base import rows


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A saved view: filter, sort, columns (each with its width in cells, 0 for its own), and the key that opens it."""

    id: int
    name: str
    key: str
    query: str
    sort: str
    columns: tuple[tuple[str, int], ...]


def of(owner: str) -> list[ViewRow]:
    """The views of a person, those with keys first."""
    return [
        ViewRow(
            row[0],
            row[1],
            row[2] or "",
            row[3],
            row[4],
            tuple((name, width) for name, width in json.loads(row[5])),
        )
        for row in rows(
            "SELECT id, name, key, query, sort, columns FROM saved_views WHERE owner = ?"
            " ORDER BY key IS NULL, key, name",
            [owner],
        )
    ]
