"""Many rows of one kind in a few bytes each, so that a plan over 300,000 orders fits beside everything else."""

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class _Words:
    """Values of which there are few, each kept once."""

    def __init__(self) -> None:
        self._at: array[int] = array("l")
        self._values: list[Hashable] = []
        self._known: dict[Hashable, int] = {}

    def append(self, value: Hashable) -> None:
        at = self._known.get(value)
        if at is None:
            at = self._known[value] = len(self._values)
            self._values.append(value)
        self._at.append(at)

    def __getitem__(self, index: int) -> Hashable:
        return self._values[self._at[index]]


class _Texts:
    """Texts of which hardly two are alike, in one string of bytes."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends: array[int] = array("l", [0])

    def append(self, text: str) -> None:
        self._bytes += text.encode("utf-8", "replace")
        self._ends.append(len(self._bytes))

    def __getitem__(self, index: int) -> str:
        return self._bytes[self._ends[index] : self._ends[index + 1]].decode("utf-8")


class Packed(Sequence[T], Generic[T]):
    """Rows that ``make`` builds when they are looked at. ``kinds`` has a letter per value: ``n`` a number, ``t`` a
    text, ``w`` one of few values.
    """

    def __init__(self, make: Callable[..., T], kinds: str, rows: Iterable[Sequence[Any]] = ()) -> None:
        self._make, self._kinds = make, kinds
        self._columns: list[Any] = [
            array("q") if kind == "n" else _Texts() if kind == "t" else _Words() for kind in kinds
        ]
        self._count = 0
        for row in rows:
            self.add(*row)

    def add(self, *values: Any) -> None:
        """One more row."""
        for column, value in zip(self._columns, values, strict=True):
            column.append(value)
        self._count += 1

    def values(self, index: int) -> tuple[Any, ...]:
        """The values of a row."""
        return tuple(column[index] for column in self._columns)

    def column(self, number: int) -> Iterator[Any]:
        """One value of every row, without building the rows."""
        column = self._columns[number]
        return (column[index] for index in range(self._count))

    def taking(self, indices: Iterable[int]) -> "Packed[T]":
        """Some of the rows."""
        return Packed(self._make, self._kinds, (self.values(index) for index in indices))

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(self._count))]
        if not -self._count <= index < self._count:
            raise IndexError(index)
        return self._make(*self.values(index % self._count))

    def __iter__(self) -> Iterator[T]:
        return (self._make(*self.values(index)) for index in range(self._count))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(
            one == two for one, two in zip(self, other, strict=True)
        )  # fmt: skip

    __hash__ = None  # type: ignore[assignment]  # it grows
