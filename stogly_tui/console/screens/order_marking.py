"""Marks on orders: one, a range, all that the filter shows, the inverse; and what they come to."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any

from rich.cells import cell_len
from textual.binding import Binding

from stogly_tui.console import order_reads
from stogly_tui.console.order_reads import Keys, Marked, MarkSummary
from stogly_tui.console.order_rows import OrderRows
from stogly_tui.console.reader import Lane
from stogly_tui.console.screens.order_filtering import OrderFiltering
from stogly_tui.console.widgets.grid import Grid
from stogly_tui.console.widgets.marks import Marks
from stogly_tui.console.widgets.painted import length
from stogly_tui.model.queries.order_filter import OrderFilter
from stogly_tui.model.queries.order_sums import MarkSums
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.operations.pushes import SendResult
from stogly_tui.present import money
from stogly_tui.present.blocks import Line, Segment, Tone, as_many, say

NOTHING = MarkSummary(0, MarkSums(), 0)


class OrderMarking(OrderFiltering):
    """A grid screen with marks. They belong to this console and stand for the orders that were there when marking."""

    BINDINGS = [
        Binding("space", "mark", "mark", id="orders.mark", tooltip="Mark or unmark this order to send"),
        Binding("v", "range", "range", id="orders.range", tooltip="Begin a range; again: mark up to here"),
        Binding("asterisk", "mark_all", "all", id="orders.mark_all", tooltip="Mark all that the filter shows"),
        Binding("I", "invert", "inverse", show=False, id="orders.invert", tooltip="Mark what is not, unmark what is marked"),
        Binding("u", "unmark", "clear", id="orders.unmark", tooltip="Clear all marks"),
        Binding("S", "send", "Send", id="orders.send", tooltip="Plan to send the marked orders, or this one"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.listed: Keys | None = None
        """The keys that the grid shows, once they have come."""
        self._summary = NOTHING
        self._is_marking = False
        self._marked_by = ""
        self._newest_marked = self._left_out = 0

    @property
    def marked_by(self) -> str:
        """The filter by which orders were marked; blank when they were marked one by one."""
        return self._marked_by if self.grid.marks else ""

    @property
    def came_after_marking(self) -> int:
        """Orders that the filter shows now and that were not there when all it showed were marked."""
        if not self.marked_by or self.marked_by != self._filter_said:
            return 0
        top, marks = self.grid.keys[: order_reads.TOP], self.grid.marks
        return sum(1 for key in top if key > self._newest_marked and key not in marks)

    @property
    def whole_keys(self) -> array[int] | None:
        """Keys of all that the filter matches, in the order shown; None while they are still being read."""
        listed, wanted = self.listed, (self.read.which, self.wanted.sort)
        return listed.keys if listed and listed.is_whole and (listed.which, listed.sort) == wanted else None

    @property
    def _filter_said(self) -> str:
        return self.wanted.text.strip() or "all orders"

    @property
    def grid(self) -> Grid[OrderRow]:
        """The list."""
        return self.query_one(Grid)

    @property
    def orders(self) -> OrderRows:
        """What the list shows."""
        backend = self.grid.backend
        assert isinstance(backend, OrderRows)
        return backend

    @property
    def order(self) -> OrderRow | None:
        """The order under the cursor."""
        return self.grid.cursor_row

    @property
    def order_ids(self) -> Sequence[int]:
        """The marked orders, or the one under the cursor."""
        return self.grid.marks.ids if self.grid.marks else super().order_ids

    # --- marking -------------------------------------------------------------------------------------------

    def action_mark(self) -> None:
        """Mark or unmark the order under the cursor."""
        self.grid.toggle_mark()

    def action_range(self) -> None:
        """Begin a range, or mark up to here."""
        keys = self.grid.range_keys()
        if keys:
            marks = self.grid.marks
            self._ask_marks(lambda: order_reads.marked_range(keys, marks))

    def action_mark_all(self) -> None:
        """Mark all that the filter shows."""
        self._mark_many(order_reads.marked_all)

    def action_invert(self) -> None:
        """Mark what the filter shows and is not marked, unmark what is."""
        self._mark_many(order_reads.marked_inverse)

    def _mark_many(self, choose: Callable[[OrderFilter, array[int] | None, Marks], Marked]) -> None:
        if self.is_misread("marked"):
            return
        which, keys, marks = self.read.which, self.whole_keys, self.grid.marks
        self._marked_by = self._filter_said
        self._newest_marked = self.listed.newest if self.listed is not None else 0
        self._ask_marks(lambda: choose(which, keys, marks))

    def _ask_marks(self, make: Callable[[], Marked]) -> None:
        self._is_marking = True
        self.marks_line_changed()
        self.asker("marks", Lane.LONG).replace(make)

    def action_unmark(self) -> None:
        """Clear all marks."""
        self._is_marking, self._marked_by, self._left_out = False, "", 0
        self.asker("marks", Lane.LONG).drop()
        self.grid.unmark()

    def action_send(self) -> None:
        """Plan to send the marked orders, or the one under the cursor."""
        if len(self.order_ids):
            self.plan_send(self.order_ids)
        else:
            self.app.say("There is no order here to send.", title="Send Orders")

    def sent(self, _result: SendResult) -> None:
        """A plan was carried out: nothing of it stays marked, neither what went nor what was skipped."""
        self.grid.unmark()

    # --- what is marked ------------------------------------------------------------------------------------

    def marks_loaded(self, marked: Marked) -> None:
        """Many were marked."""
        self._is_marking = False
        self._left_out = marked.left_out
        self.grid.set_marks(marked.marks)

    def ask_summary(self) -> None:
        """Sum up what is marked."""
        marks, keys = self.grid.marks, self.grid.keys
        if marks:
            self.asker("summary", Lane.LONG).ask(lambda: order_reads.summary(marks, keys))
        else:
            self.summary_loaded(NOTHING)

    def summary_loaded(self, summary: Any) -> None:
        """The sum has come."""
        self._summary = summary
        self.marks_line_changed()

    def marks_line_changed(self) -> None:
        """The line about the marks reads otherwise."""

    def marks_line(self) -> tuple[Line, Segment]:
        """How many are marked, their value, and what is unusual among them; to the right what is new above."""
        summary, count, newer = self._summary, len(self.grid.marks), self.grid.newer
        right = say(f"{newer:,} newer: g", Tone.BUSY) if newer else Segment("")
        parts = [
            say(f"[Send Orders ({count:,})]", Tone.STRONG if count else Tone.PLAIN),
            say(" S   ", Tone.MUTED),
        ]
        if self._is_marking:
            parts.append(say("marking ...", Tone.BUSY))
        elif count and summary.count == count:
            room = self.app.size.width - length((*parts, right)) - bool(newer)
            parts += self._sum_in(room)
        elif count:
            parts.append(say("...", Tone.MUTED))
        else:
            parts.append(say("Space marks an order to send", Tone.MUTED))
        return tuple(parts), right

    def _sum_in(self, room: int) -> tuple[Segment, Segment]:
        """Value and what is unusual, in so many cells: where all has no room, the largest currency alone and fewer
        words; what has none even so is counted.
        """
        sums = self._summary.sums.money
        worth = money.sums(sums)
        unusual = [f"{number:,} {word}" for number, word in _unusual(self._summary) if number]
        if (
            self._left_out and self.marked_by == self._filter_said
        ):  # history, refused, at the shop: Space marks one of them all the same
            unusual.append(f"{self._left_out:,} shown not marked: history, refused or at the shop")
        if cell_len("; ".join((worth, *unusual))) > room:
            unusual = [words.partition(":")[0] for words in unusual]
            if len(sums) > 1:
                first, amount = max(sums.items(), key=lambda item: item[1])
                worth = f"{money.shown(amount, first)} +{len(sums) - 1}"
        told = as_many(unusual, room - cell_len(worth) - 2)
        return say(worth), say(f"; {told}" if told else "", Tone.WARN)


def _unusual(summary: MarkSummary) -> Sequence[tuple[int, str]]:
    sums = summary.sums
    return (
        (sums.unpaid, "unpaid: asked first"),
        (sums.stopped, "stopped: left out"),
        (sums.left, "sent already"),
        (sums.doubtful, "in doubt"),
        (summary.outside, "outside this filter"),
    )
