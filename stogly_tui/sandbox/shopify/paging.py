"""Connections: a page of something, its edges with cursors, and what comes before and after."""

import base64
import binascii
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from stogly_tui.sandbox.shopify.schema import refused

T = TypeVar("T")
V = TypeVar("V")
Key = tuple[Any, int]
_MOST = 250


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What comes before and after a page."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Edge(Generic[T]):
    """One thing of a page and where it stands."""

    cursor: str
    node: T


@dataclass(frozen=True, slots=True)
class Connection(Generic[T]):
    """A page."""

    edges: list[Edge[T]]
    has_next: bool = False
    has_previous: bool = False

    def nodes(self) -> list[T]:
        """The things themselves."""
        return [edge.node for edge in self.edges]

    def page_info(self) -> PageInfo:
        """What comes before and after."""
        first, last = (self.edges[0].cursor, self.edges[-1].cursor) if self.edges else (None, None)
        return PageInfo(self.has_next, self.has_previous, first, last)


@dataclass(frozen=True, slots=True)
class Window:
    """Which part is asked for: the arguments every connection has."""

    first: int | None = None
    last: int | None = None
    after: str | None = None
    before: str | None = None
    reverse: bool | None = None

    def size(self) -> int:
        """How many are asked for.

        Raises:
            GraphQLError: neither or both of first and last, or a number out of range.
        """
        if (self.first is None) == (self.last is None):
            raise refused("you must provide one of first or last", "BAD_REQUEST")
        size = self.first if self.first is not None else self.last
        assert size is not None
        if not 0 <= size <= _MOST:
            raise refused(f"first and last must be between 0 and {_MOST}", "BAD_REQUEST")
        return size


def cursor_of(key: Key) -> str:
    """Where something stands, as a text clients must not look into."""
    value, number = key
    return base64.urlsafe_b64encode(json.dumps({"last_id": number, "last_value": value}).encode()).decode()


def read_cursor(cursor: str) -> Key:
    """The place a cursor names.

    Raises:
        GraphQLError: it is none of ours.
    """
    try:
        read = json.loads(base64.urlsafe_b64decode(cursor))
        return read["last_value"], int(read["last_id"])
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise refused("Invalid cursor for current pagination sort.", "BAD_REQUEST") from error


def page(
    keys: Sequence[Key],
    window: Window,
    view: Callable[[int], V],
    is_wanted: Callable[[int], bool] = lambda _number: True,
    start: Key | None = None,
) -> Connection[V]:
    """A page of what sorted keys stand for. A key stays where it is while others come and go.

    Args:
        keys: ascending; the second part of each is what ``view`` and ``is_wanted`` are asked about.
        start: nothing below it is wanted; saves looking at it.
    """
    size = window.size()
    low = 0 if start is None else bisect_left(keys, start)
    high = len(keys)
    backwards = bool(window.reverse)
    after, before = window.after, window.before
    if backwards:
        after, before = before, after
    try:
        if after:
            low = max(low, bisect_right(keys, read_cursor(after)))
        if before:
            high = min(high, bisect_left(keys, read_cursor(before)))
    except TypeError as error:
        raise refused("Invalid cursor for current pagination sort.", "BAD_REQUEST") from error
    from_the_end = window.first is None
    places = range(low, high) if backwards == from_the_end else range(high - 1, low - 1, -1)
    found = list(_take(keys, places, is_wanted, size + 1))
    more = len(found) > size
    found = found[:size]
    if from_the_end:
        found.reverse()
    edges = [Edge(cursor_of(key), view(key[1])) for key in found]
    return Connection(edges, *((bool(window.before), more) if from_the_end else (more, bool(window.after))))


def listed(items: Sequence[T], window: Window, view: Callable[[T], V]) -> Connection[V]:
    """A page of a short list, in its own order."""
    keys = [(index, index) for index in range(len(items))]
    return page(keys, window, lambda index: view(items[index]))


def _take(keys: Sequence[Key], places: range, is_wanted: Callable[[int], bool], most: int) -> Iterator[Key]:
    left = most
    for place in places:
        if not left:
            return
        if is_wanted(keys[place][1]):
            left -= 1
            yield keys[place]
