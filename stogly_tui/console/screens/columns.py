"""Choosing the columns of the order grid: which, in what order, how wide."""

from collections.abc import Sequence
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding

from stogly_tui.console.screens.base import Dialog
from stogly_tui.console.widgets.line_list import LineList, SimpleList
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.present.blocks import Line, Tone, heading, line, say
from stogly_tui.present.order_table import BY_KEY, HEADS, NARROWEST, WIDEST, ColumnChoice

ColumnsTaken = tuple[ColumnChoice, ...]
"""The columns to show; none means by how much room there is."""


class ColumnsDialog(Dialog[ColumnsTaken]):
    """Every column there is, those shown first. Answers the columns to show, or None."""

    DEFAULT_CSS = "ColumnsDialog SimpleList { height: 14; }"
    BINDINGS = [
        Binding(
            "space", "switch", "show", show=False, id="columns.toggle", tooltip="Show or hide this column"
        ),
        Binding("k", "move(-1)", "up", show=False, id="columns.up", tooltip="This column further left"),
        Binding("j", "move(1)", "down", show=False, id="columns.down", tooltip="This column further right"),
        Binding("left", "widen(-1)", "narrower", show=False, id="columns.narrower", tooltip="Narrower"),
        Binding("right", "widen(1)", "wider", show=False, id="columns.wider", tooltip="Wider"),
        Binding(
            "f3",
            "default",
            "default",
            show=False,
            id="columns.default",
            tooltip="The columns that fit the room",
        ),
    ]

    def __init__(self, shown: Sequence[ColumnChoice]) -> None:
        super().__init__()
        rest = [ColumnChoice(head.key) for head in HEADS if head.key not in {one.key for one in shown}]
        self._columns = [*shown, *rest]
        self._shown = {one.key for one in shown}

    def body(self) -> ComposeResult:
        """The list and its keys."""
        yield Panel(heading("COLUMNS"))
        yield SimpleList()
        yield Panel(
            line(say("Space show or hide  k j further left, right  Left Right narrower, wider", Tone.MUTED)),
            line(say("Enter take  F3 by the room there is  Esc leave as it was", Tone.MUTED)),
        )

    def on_mount(self) -> None:
        """Show the columns."""
        self._show()
        self.set_focus(self._list)

    @property
    def _list(self) -> SimpleList:
        return self.query_one(SimpleList)

    def _show(self) -> None:
        self._list.show([(one.key, self._line(one)) for one in self._columns])

    def _line(self, one: ColumnChoice) -> Line:
        head = BY_KEY[one.key]
        is_shown = one.key in self._shown
        width = (
            f"{one.width} cells"
            if one.width
            else f"{head.width} cells"
            if not head.most
            else f"{head.width} and more"
        )
        return line(
            say(f"[{'x' if is_shown else ' '}] ", Tone.STRONG),
            say(f"{head.title:<16}", Tone.PLAIN if is_shown else Tone.MUTED),
            say(width, Tone.MUTED),
        )

    def _at(self) -> int:
        return self._list.cursor

    def action_switch(self) -> None:
        """Show or hide the column under the cursor."""
        self._shown ^= {self._columns[self._at()].key}
        self._show()

    def action_move(self, steps: int) -> None:
        """Put the column under the cursor elsewhere."""
        here, there = self._at(), self._at() + steps
        if 0 <= there < len(self._columns):
            self._columns[here], self._columns[there] = self._columns[there], self._columns[here]
            self._show()

    def action_widen(self, steps: int) -> None:
        """Give the column under the cursor more or less room."""
        one = self._columns[self._at()]
        width = (one.width or BY_KEY[one.key].width) + steps
        self._columns[self._at()] = replace(one, width=min(max(width, NARROWEST), WIDEST))
        self._show()

    def action_default(self) -> None:
        """The columns that fit the room."""
        self.dismiss(())

    @on(LineList.Opened)
    def _taken(self) -> None:
        chosen = tuple(one for one in self._columns if one.key in self._shown)
        if chosen:
            self.dismiss(chosen)
        else:
            self.app.say("Show at least one column; F3 takes those that fit the room.", title="Columns")
