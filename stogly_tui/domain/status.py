"""The one status of an order, derived from its lines."""

from collections.abc import Iterable
from typing import Protocol

from stogly_tui.domain.states import OrderStatus


class Quantities(Protocol):
    """The quantities of one line; pieces, all ≥ 0."""

    @property
    def ordered(self) -> int: ...
    @property
    def cancelled(self) -> int: ...
    @property
    def fulfilled(self) -> int: ...
    @property
    def shipped(self) -> int: ...
    @property
    def delivered(self) -> int: ...
    @property
    def returned(self) -> int: ...


def derive(lines: Iterable[Quantities], *, confirmed: bool, cancelled: bool = False) -> OrderStatus:
    """Derive the status by precedence: cancelled, returned, delivered, shipped, processing, pending.

    ``cancelled`` says that the order as a whole was cancelled, which alone speaks for an order without lines.
    """
    ordered = gone = fulfilled = shipped = delivered = returned = 0
    for line in lines:
        ordered += line.ordered
        gone += line.cancelled
        fulfilled += line.fulfilled
        shipped += line.shipped
        delivered += line.delivered
        returned += line.returned
    still_wanted = ordered - gone
    if cancelled if ordered == 0 else still_wanted == 0:
        return OrderStatus.CANCELLED
    if shipped and returned >= shipped and shipped >= still_wanted:
        return OrderStatus.RETURNED
    if still_wanted and delivered >= still_wanted:
        return OrderStatus.DELIVERED
    if still_wanted and shipped >= still_wanted:
        return OrderStatus.SHIPPED
    return OrderStatus.PROCESSING if confirmed or fulfilled else OrderStatus.PENDING


def are_sound(line: Quantities) -> bool:
    """Hold the invariants of a line: shipped ≤ fulfilled ≤ ordered − cancelled, returned ≤ shipped, all ≥ 0."""
    return (
        0 <= line.returned <= line.shipped <= line.fulfilled <= line.ordered - line.cancelled
        and line.cancelled >= 0
        and 0 <= line.delivered <= line.shipped
    )
