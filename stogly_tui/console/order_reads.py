"""What the order screen asks of the database; runs in the reading threads, answers in frozen snapshots."""

from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from stogly_tui.console.landmarks import Landmarks, Positions
from stogly_tui.console.widgets.marks import Marks, bits_of
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels, order_keys, order_sums, orders
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.order_filter import OrderFilter
from stogly_tui.model.queries.order_sums import MarkSums
from stogly_tui.model.queries.orders import OrderRow

PAGE = 500
"""Rows per statement when many are looked through."""
FIRST = 60
TOP = 5000
"""New orders are looked for among so many on top."""
OUT_OF_ORDER = 2000
"""Ids so far below the newest may still come in: PostgreSQL does not commit them in order."""


@dataclass(frozen=True)
class Keys:
    """A list of orders by id, and where what the operator looks at stands in it."""

    which: OrderFilter
    sort: str
    keys: "array[int]"
    at: Positions
    elsewhere: int = 0
    """Orders in all, when the filter shows none."""
    rows: tuple[OrderRow, ...] = ()
    """The first rows, when they were read with the keys."""
    is_whole: bool = True
    newest: int = 0
    """The highest id of any order at that moment."""

    @property
    def holds_still(self) -> bool:
        """Whether only new orders change it: neither the filter nor the sort looks at what may change."""
        return not self.which.mutable and self.sort.lstrip("-") in order_keys.FIXED


def first_keys(which: OrderFilter, sort: str, landmarks: Landmarks) -> Keys:
    """The first screenful at once; the rest of the keys follow."""
    rows = tuple(orders.first(which, FIRST, sort))
    keys = array("q", (row.id for row in rows))
    is_whole = len(rows) < FIRST
    elsewhere = _elsewhere(which, keys)
    return Keys(which, sort, keys, landmarks.find_in(keys), elsewhere, rows, is_whole, order_keys.newest())


def all_keys(which: OrderFilter, sort: str, landmarks: Landmarks) -> Keys:
    """Every key of a filter."""
    newest = order_keys.newest()
    keys = order_keys.all_ids(which, sort)
    return Keys(which, sort, keys, landmarks.find_in(keys), _elsewhere(which, keys), newest=newest)


def with_new(before: Keys, ids: Collection[int], landmarks: Landmarks) -> Keys:
    """The keys after some orders changed, of a list that only new orders change; most often those on top of it."""
    known = set(before.keys[:TOP])
    new = [key for key in ids if key > before.newest - OUT_OF_ORDER and key not in known]
    found = order_keys.on_top(before.which, new, before.keys[0] if before.keys else None)
    if found is None or before.sort != order_keys.NEWEST:
        return all_keys(before.which, before.sort, landmarks)
    keys = array("q", found) + before.keys if found else before.keys
    newest = max((before.newest, *new))
    return replace(before, keys=keys, at=landmarks.find_in(keys), rows=(), newest=newest)


def keys_of(which: OrderFilter, sort: str) -> "array[int]":
    """Every key of a filter, in a look of its own: for work beside the screens."""
    with db.read():
        return order_keys.all_ids(which, sort)


def _elsewhere(which: OrderFilter, keys: "array[int]") -> int:
    return order_keys.count(OrderFilter()) if not keys and not which.is_empty else 0


def page(keys: Sequence[int]) -> tuple[OrderRow, ...]:
    """Rows by id."""
    return tuple(
        row for start in range(0, len(keys), PAGE) for row in orders.page(keys[start : start + PAGE])
    )


@dataclass(frozen=True)
class Marked:
    """Marks after many were chosen at once, and how many of what was to be marked a mark over many leaves out."""

    marks: Marks
    left_out: int = 0


def marked_all(which: OrderFilter, keys: "array[int] | None", marks: Marks) -> Marked:
    """Marks on all of ``keys`` as well (None: on all that the filter matches) that a mark over many takes in: history,
    refused orders and those at the shop stay out.
    """
    shown = _shown(which, keys)
    marked = marks.bits | _markable(which, shown)
    return Marked(Marks.of_bits(marked), (shown & ~marked).bit_count())


def marked_inverse(which: OrderFilter, keys: "array[int] | None", marks: Marks) -> Marked:
    """Marks on what the filter shows and is not marked; marks outside the filter stay as they are."""
    shown, marked = _shown(which, keys), marks.bits
    turned = _markable(which, shown) & ~marked
    return Marked(Marks.of_bits((marked & ~shown) | turned), (shown & ~marked & ~turned).bit_count())


def marked_range(ids: "array[int]", marks: Marks) -> Marked:
    """Marks on these as well."""
    return Marked(Marks.of_bits(marks.bits | bits_of(ids)))


def _shown(which: OrderFilter, keys: "array[int] | None") -> int:
    return bits_of(order_keys.all_ids(which, "") if keys is None else keys)


def _markable(which: OrderFilter, shown: int) -> int:
    return bits_of(order_keys.all_ids(replace(which, only_current=True))) & shown


@dataclass(frozen=True)
class MarkSummary:
    """What is marked, in sum, and how many of it the filter does not show."""

    count: int
    sums: MarkSums
    outside: int


def summary(marks: Marks, keys: "array[int]") -> MarkSummary:
    """What is marked, in sum."""
    outside = (marks.bits & ~bits_of(keys)).bit_count()
    return MarkSummary(len(marks), order_sums.of(marks.ids), outside)


def numbers(marks: Marks) -> str:
    """The numbers of marked orders, one a line, newest first."""
    rows = sorted(page(marks.ids), key=lambda row: (row.placed_at, row.id), reverse=True)
    return "\n".join(row.number for row in rows)


def channel_list() -> tuple[ChannelRow, ...]:
    """Channels for the drop-down."""
    return tuple(channels.listed())
