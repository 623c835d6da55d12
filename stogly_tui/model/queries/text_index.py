"""The text index over orders: which orders hold a text anywhere in number, customer, e-mail or SKU.

SQLite: FTS5 trigram; it answers nothing under three characters, so shorter texts are looked up as beginnings of
trigrams. PostgreSQL: an array of 2- and 3-grams under GIN; the text itself is compared afterwards.
"""

from dataclasses import dataclass
from typing import Any

from stogly_tui.model import database as db
from stogly_tui.model.derived import TEXT_INDEX
from stogly_tui.model.queries.base import like, one, rows

TERMS_AT_MOST = 400
"""Trigrams that a short text may begin; of more it is common, and walking finds it soon."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """A SELECT of order ids with its parameters."""

    sql: str
    parameters: tuple[Any, ...]

    def count(self, most: int) -> int:
        """How many there are, counted no further than ``most``."""
        found = one(f"SELECT count(*) FROM ({self.sql} LIMIT {most}) AS few", self.parameters)
        return int(found[0]) if found else 0


def holding(text: str) -> Candidates | None:
    """Orders whose search text holds ``text`` (folded); None where the index has no short way to them."""
    if db.engine() == "postgresql":
        return _by_grams(text)
    if len(text) >= 3:
        return _matching(_phrase(text))
    if len(text) == 1 and text.isascii() and text.isalnum():
        return None  # common, and reading all trigrams that it begins takes longer than meeting it
    return _by_beginning(text)


def newest_holding(text: str, most: int, *, is_newest: bool) -> Candidates | None:
    """The same, those with the highest ids only, or the lowest: orders mostly come in the order they were placed."""
    found = holding(text)
    if found is None:
        return None
    column = "rowid" if db.engine() == "sqlite" else "id"
    return Candidates(
        f"SELECT id FROM ({found.sql} ORDER BY {column}{' DESC' if is_newest else ''} LIMIT {most}) AS newest",
        found.parameters,
    )


def _matching(query: str) -> Candidates:
    return Candidates(f"SELECT rowid AS id FROM {TEXT_INDEX} WHERE {TEXT_INDEX} MATCH ?", (query,))


def _by_beginning(text: str) -> Candidates | None:
    found = rows(
        f"SELECT term FROM {TEXT_INDEX}_terms WHERE term >= ? AND term < ? LIMIT {TERMS_AT_MOST + 1}",
        [text, text + "\U0010ffff"],
    )
    if len(found) > TERMS_AT_MOST:
        return None
    if not found:
        return Candidates("SELECT id FROM orders WHERE 0", ())
    return _matching(" OR ".join(_phrase(row[0]) for row in found))


def _phrase(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _by_grams(text: str) -> Candidates | None:
    sizes = (3,) if len(text) >= 3 else (2,)
    grams = sorted({text[at : at + size] for size in sizes for at in range(len(text) - size + 1)})
    if not grams:
        return None
    sql = "SELECT id FROM orders WHERE stogly_grams(search) @> ?::text[] AND search LIKE ? ESCAPE '!'"
    return Candidates(sql, (grams, like(text)))
