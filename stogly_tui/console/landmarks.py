"""What an operator looks at, by key, and where it stands in another list of keys."""

from array import array
from dataclasses import dataclass

from stogly_tui.model.queries.order_keys import index_of

NEAR = 5000


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Keys to look for in a new list of keys."""

    cursor: int | None
    top: int | None
    seen: int | None
    """The newest row that the operator has had before the eyes."""

    def find_in(self, keys: "array[int]") -> "Positions":
        """Their positions; runs in a reading thread."""
        return Positions(self, *(index_of(keys, key) for key in (self.cursor, self.top, self.seen)))


@dataclass(frozen=True, slots=True)
class Positions:
    """Where landmarks stand in a new list of keys; None when they are not in it."""

    of: Landmarks
    cursor: int | None
    top: int | None
    seen: int | None


def index_near(keys: "array[int]", key: int | None, hint: int) -> int | None:
    """The position of a key that is likely near ``hint``."""
    start = max(hint - NEAR, 0)
    found = index_of(keys[start : hint + NEAR], key)
    return start + found if found is not None else index_of(keys, key)
