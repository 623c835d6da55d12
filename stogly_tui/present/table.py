"""Columns by priority: which of them a width has room for, and how wide each then is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stogly_tui.present.blocks import Segment

Cells = Mapping[str, Segment]
"""One row: what each column shows, by the column's key."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column. It is shown from ``from_width`` (below ``below``) cells of room on, and grows up to ``most``;
    where all columns are shown as wide as they want to be, to ``wide``.
    """

    key: str
    title: str
    width: int
    right: bool = False
    from_width: int = 0
    below: int = 10_000
    most: int = 0
    wide: int = 0
    cut_middle: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A column where it stands."""

    head: Head
    width: int


def layout(heads: Sequence[Head], width: int, room: int) -> list[Placed]:
    """Place the columns that a screen of ``width`` cells shows into ``room`` cells, one blank between them.

    What is left over goes to the columns that can grow, evenly; what is missing is taken from them.
    """
    shown = [head for head in heads if head.from_width <= width < head.below]
    left = room - sum(head.width for head in shown) - (len(shown) - 1)
    widths = {head.key: head.width for head in shown}
    growing = [head for head in shown if head.most]
    while left > 0 and growing:
        share = max(left // len(growing), 1)
        for head in list(growing):
            more = min(share, head.most - widths[head.key], left)
            widths[head.key] += more
            left -= more
            if widths[head.key] >= head.most:
                growing.remove(head)
    for head in [head for head in shown if head.most]:
        less = min(-left, max(widths[head.key] - 4, 0)) if left < 0 else 0
        widths[head.key] -= less
        left += less
    return [Placed(head, widths[head.key]) for head in shown]
