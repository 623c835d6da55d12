"""How the order grid looks: its sort, its columns, wide mode, time, and copying what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from textual import events, on
from textual.binding import Binding

from stogly_tui.console import clipboard, order_reads
from stogly_tui.console.order_filter import Wanted
from stogly_tui.console.reader import Lane
from stogly_tui.console.screens.columns import ColumnsDialog, ColumnsTaken
from stogly_tui.console.screens.dialogs import Answers, Column, FilterDialog
from stogly_tui.console.screens.order_marking import OrderMarking
from stogly_tui.console.widgets.grid import Columns, GridHead
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.operations import preferences
from stogly_tui.present import order_table
from stogly_tui.present.order_table import ColumnChoice

LOOKS = "orders.looks"
COPY_AT_MOST = 20_000
"""Marked orders whose numbers are copied at once."""


class OrderLooks(OrderMarking):
    """A grid screen whose columns, sort and times can be chosen; what was chosen last is remembered per person."""

    BINDINGS = [
        Binding("s", "sort", "sort", show=False, id="orders.sort", tooltip="Sort by a column"),
        Binding("r", "reverse", "reverse", show=False, id="orders.reverse", tooltip="Sort the other way round"),
        Binding("C", "columns", "columns", show=False, id="orders.columns", tooltip="Choose columns, their order and width"),
        Binding("W", "wide", "wide", show=False, id="orders.wide", tooltip="All columns in full; Left and Right move"),
        Binding("left", "sideways(-1)", "left", show=False, id="orders.left", tooltip="Further left, in wide mode"),
        Binding("right", "sideways(1)", "right", show=False, id="orders.right", tooltip="Further right, in wide mode"),
        Binding("T", "times", "times", show=False, id="orders.times", tooltip="Age, or the time it was placed"),
        Binding("y", "copy", "copy", show=False, id="orders.copy", tooltip="Copy the marked numbers, or this one"),
        Binding("Y", "copy_part", "copy part", show=False, id="orders.copy_part", tooltip="Copy the row, or one cell of it"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.layout_columns = Columns(order_table.HEADS)
        self.chosen: tuple[ColumnChoice, ...] = ()
        self._shows_times = False

    def on_mount(self) -> None:
        """Fetch what was chosen before."""
        actor = self.services.actor
        self.asker("looks").ask(lambda: preferences.remembered(actor, LOOKS))

    def looks_loaded(self, told: Any) -> None:
        """What was chosen before has come."""
        if isinstance(told, dict):
            self.chosen = choices(told.get("columns"))
            self._shows_times = bool(told.get("times"))
            self.layout_columns.is_wide = bool(told.get("wide"))
        self.look_again()

    def look_again(self) -> None:
        """Columns, sort or times are others."""
        heads = list(order_table.heads(self.chosen, is_wide=self.layout_columns.is_wide))
        if self._shows_times:
            times = replace(order_table.BY_KEY["placed"], from_width=0)
            heads = [times if head.key in ("age", "placed") else head for head in heads]
            heads = [
                head
                for number, head in enumerate(heads)
                if head.key != "placed" or heads.index(head) == number
            ]
        self.layout_columns.heads = order_table.with_sort(heads, self.wanted.sort, self.view())
        if not self.layout_columns.is_wide:
            self.layout_columns.shift = 0
        self.orders.view = self.view()
        self.grid.look_again()
        self.query_one(GridHead).repaint()

    def _keep(self) -> None:
        self.app.keep_choice(
            LOOKS,
            {
                "columns": [[one.key, one.width] for one in self.chosen],
                "times": self._shows_times,
                "wide": self.layout_columns.is_wide,
            },
        )
        self.look_again()

    # --- sort ----------------------------------------------------------------------------------------------

    def action_sort(self) -> None:
        """Choose a column to sort by; the one that is sorted by turns round."""
        column = self.wanted.sort.lstrip("-")
        options = tuple((key, order_table.BY_KEY[key].title) for key in SORT_KEYS)
        here = next((key for key in SORT_KEYS if order_table.SORTED_BY[key] == column), SORT_KEYS[0])
        self.app.push_screen(
            FilterDialog((Column("sort", "Sort by (again: turn round)", options, here),)), self._sorted
        )

    def _sorted(self, answers: Answers | None) -> None:
        if answers is not None:
            self.sort_by(answers["sort"])

    def sort_by(self, column: str) -> None:
        """Sort by a column; again: the other way round."""
        if column in order_table.SORTED_BY:
            self.want(Wanted(self.wanted.text, order_table.sort_by(column, self.wanted.sort)))
            self.look_again()

    def action_reverse(self) -> None:
        """The other way round."""
        sort = self.wanted.sort
        self.want(Wanted(self.wanted.text, sort[1:] if sort.startswith("-") else f"-{sort}"))
        self.look_again()

    @on(events.Click, "GridHead")
    def _clicked_head(self, event: events.Click) -> None:
        self.sort_by(self.query_one(GridHead).column_at(event.x))

    # --- columns and times ---------------------------------------------------------------------------------

    def action_columns(self) -> None:
        """Choose columns, their order and width."""
        shown = self.chosen or tuple(
            ColumnChoice(place.head.key)
            for place in self.layout_columns.placed(self.app.size.width, self.grid.size.width)
        )
        self.app.push_screen(ColumnsDialog(shown), self._columns_taken)

    def _columns_taken(self, taken: ColumnsTaken | None) -> None:
        if taken is not None:
            self.chosen = taken
            self._keep()

    def action_wide(self) -> None:
        """All columns in full, or as many as fit."""
        self.layout_columns.is_wide = not self.layout_columns.is_wide
        self._keep()

    def action_sideways(self, steps: int) -> None:
        """Show columns further to one side."""
        self.grid.move_sideways(steps)
        self.query_one(GridHead).refresh()

    def action_times(self) -> None:
        """Age, or the time it was placed."""
        self._shows_times = not self._shows_times
        self._keep()

    # --- copying -------------------------------------------------------------------------------------------

    def action_copy(self) -> None:
        """Copy the marked numbers, one a line, or the number of this order."""
        marks, row = self.grid.marks, self.order
        if len(marks) > COPY_AT_MOST:
            self.app.say(
                f"{len(marks):,} numbers are too many to copy: X exports them to a file.", title="Copy"
            )
        elif marks:
            self.asker("numbers", Lane.LONG).replace(lambda: order_reads.numbers(marks))
        elif row is not None:
            self.copied(row.number)

    def copied(self, text: str) -> None:
        """Copy a text, and say which way it went."""
        self.app.say(clipboard.copy(self.app, text), title="Copy")

    def action_copy_part(self) -> None:
        """Copy the row, or one cell of it."""
        row = self.order
        if row is None:
            return
        parts = [
            ("row", "the whole row"),
            *((key, f"{title}: {text}") for key, title, text in self._cells(row)),
        ]
        self.app.push_screen(
            FilterDialog((Column("part", f"Copy of {row.number}", tuple(parts), "row"),)),
            lambda answers: self._copy_cell(row, answers),
        )

    def _copy_cell(self, row: OrderRow, answers: Answers | None) -> None:
        if answers is None:
            return
        cells = {key: text for key, _, text in self._cells(row)}
        self.copied("\t".join(cells.values()) if answers["part"] == "row" else cells.get(answers["part"], ""))

    def _cells(self, row: OrderRow) -> Sequence[tuple[str, str, str]]:
        shown = order_table.cells(row, self.view(), is_marked=False)
        heads = (
            place.head for place in self.layout_columns.placed(self.app.size.width, self.grid.size.width)
        )
        return [
            (head.key, order_table.BY_KEY[head.key].title, shown[head.key].text.strip())
            for head in heads
            if head.key != "push"
        ]


SORT_KEYS = tuple(key for key in order_table.SORTED_BY if key != "age")


def choices(told: Any) -> tuple[ColumnChoice, ...]:
    """Columns as they were kept; what is not understood is left out."""
    found = []
    for one in told if isinstance(told, list) else ():
        if (
            isinstance(one, list)
            and len(one) == 2
            and one[0] in order_table.BY_KEY
            and isinstance(one[1], int)
        ):
            found.append(ColumnChoice(one[0], one[1]))
    return tuple(found)
