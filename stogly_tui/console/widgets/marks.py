"""Marks: the orders that an operator chose, frozen as they were chosen."""

import time
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

AT_ONCE = 2000
"""Ids between two moments in which other threads have their turn."""


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

    @classmethod
    def of_bits(cls, bits: int) -> "Marks":
        """Marks on the ids whose bits are set."""
        return cls(_ids(bits))

    @property
    def bits(self) -> int:
        """A number with the bit of each id set."""
        return bits_of(self.ids)

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


def bits_of(ids: "array[int]") -> int:
    """A number with the bit of each id set: sets of a million ids in 125 kB, joined and cut in no time."""
    held = bytearray((max(ids, default=0) >> 3) + 1)
    for start in range(0, len(ids), AT_ONCE):
        for key in ids[start : start + AT_ONCE]:
            held[key >> 3] |= 1 << (key & 7)
        time.sleep(0)
    return int.from_bytes(held, "little")


_BITS = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))


def _ids(bits: int) -> "array[int]":
    found: array[int] = array("q")
    held = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    for start in range(0, len(held), AT_ONCE):
        for at, byte in enumerate(held[start : start + AT_ONCE], start):
            if byte:
                first = at << 3
                found.extend([first + bit for bit in _BITS[byte]])
        time.sleep(0)
    return found
