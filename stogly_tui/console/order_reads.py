"""What the order screen asks of the database; runs in the reading threads, answers in frozen snapshots."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stogly_tui.console.widgets.orders_grid import Landmarks, Positions
from stogly_tui.domain.states import IntakeState
from stogly_tui.model.queries import channels, orders
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.orders import OrderFilter, OrderRow

PAGE = 500
"""Rows per statement when many are looked through."""
SUM_AT_MOST = 20_000
"""More marked orders than this are counted, not summed up."""
FIRST = 120


@dataclass(frozen=True)
class Keys:
    """A list of orders by id, and where what the operator looks at stands in it."""

    which: OrderFilter
    sort: str
    keys: "array[int]"
    at: Positions
    outside: int
    """Marked orders that this filter does not show."""
    elsewhere: int
    """Orders in all, when the filter shows none."""
    rows: tuple[OrderRow, ...]
    """The first rows, when they were read with the keys."""
    is_whole: bool


@dataclass(frozen=True)
class MarkSummary:
    """What is marked, in sum."""

    count: int
    money: dict[str, int] | None
    unpaid: int
    stopped: int


def first_keys(which: OrderFilter, sort: str, landmarks: Landmarks) -> Keys:
    """The first screenful at once; the rest of the keys follow."""
    rows = tuple(orders.first(which, FIRST, sort))
    keys = array("q", (row.id for row in rows))
    return Keys(
        which, sort, keys, landmarks.find_in(keys), 0, _elsewhere(which, keys), rows, len(rows) < FIRST
    )


def all_keys(which: OrderFilter, sort: str, landmarks: Landmarks, marks: frozenset[int]) -> Keys:
    """Every key of a filter."""
    keys = orders.keys(which, sort)
    outside = len(marks) - sum(1 for key in keys if key in marks) if marks else 0
    return Keys(which, sort, keys, landmarks.find_in(keys), outside, _elsewhere(which, keys), (), True)


def _elsewhere(which: OrderFilter, keys: "array[int]") -> int:
    return orders.count(OrderFilter()) if not keys and not which.is_empty else 0


def page(keys: Sequence[int]) -> tuple[OrderRow, ...]:
    """Rows by id."""
    return tuple(
        row for start in range(0, len(keys), PAGE) for row in orders.page(keys[start : start + PAGE])
    )


def markable(which: OrderFilter, keys: Sequence[int]) -> frozenset[int]:
    """Those of ``keys`` that a mark over many takes in: history, refused orders and those at the shop stay out."""
    return frozenset(orders.keys(replace(which, only_current=True))).intersection(keys)


def summary(marks: frozenset[int]) -> MarkSummary:
    """What is marked, in sum."""
    if len(marks) > SUM_AT_MOST:
        return MarkSummary(len(marks), None, 0, 0)
    money: dict[str, int] = {}
    unpaid = stopped = 0
    for row in page(sorted(marks)):
        money[row.currency] = money.get(row.currency, 0) + row.total
        unpaid += not row.payment.is_paid
        stopped += row.intake in (IntakeState.HELD, IntakeState.FAILED, IntakeState.AWAITING_MAPPING)
    return MarkSummary(len(marks), money, unpaid, stopped)


def channel_list() -> tuple[ChannelRow, ...]:
    """Channels for the drop-down."""
    return tuple(channels.overview())
