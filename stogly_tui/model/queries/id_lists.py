"""Long lists of ids in one statement: as a JSON text on SQLite, as an array on PostgreSQL."""

import json
from collections.abc import Sequence
from typing import Any

from stogly_tui.model import database as db

CHUNK = 20_000
"""Ids in one statement."""


def within(column: str, ids: Sequence[int]) -> tuple[str, list[Any]]:
    """A condition that holds for these ids, and its parameter."""
    if db.engine() == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(?))", [json.dumps(list(ids))]
    return f"{column} = ANY(?::bigint[])", [list(ids)]
