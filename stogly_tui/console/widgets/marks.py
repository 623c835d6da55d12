"""Marks: the orders that an operator chose, frozen as they were chosen."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


def _empty() -> "array[int]":
    return array("q")


@dataclass(frozen=True)
class Marks:
    """Ids in rising order, eight bytes each, so that 300,000 of them are small and can be handed to any thread."""

    ids: "array[int]" = field(default_factory=_empty)

    @classmethod
    def of(cls, ids: Iterable[int]) -> "Marks":
        """Marks on these."""
        return cls(array("q", sorted(set(ids))))

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[int]:
        return iter(self.ids)

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, int):
            return False
        at = bisect_left(self.ids, key)
        return at < len(self.ids) and self.ids[at] == key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Marks) and self.ids == other.ids

    def __hash__(self) -> int:
        return hash(len(self.ids))

    def toggled(self, key: int) -> "Marks":
        """With a mark on ``key``, or without it."""
        at = bisect_left(self.ids, key)
        if at < len(self.ids) and self.ids[at] == key:
            return Marks(self.ids[:at] + self.ids[at + 1 :])
        return Marks(self.ids[:at] + array("q", (key,)) + self.ids[at:])

    def with_all(self, ids: Iterable[int]) -> "Marks":
        """With marks on these as well."""
        return Marks.of((*self.ids, *ids))

    def without(self, ids: Iterable[int]) -> "Marks":
        """Without marks on these."""
        gone = set(ids)
        return Marks(array("q", (key for key in self.ids if key not in gone)))
