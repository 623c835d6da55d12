"""Lists with a cursor. The cursor is held by key: what is shown may change around it, it stays on its row."""

from abc import abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive

from stogly_tui.console.widgets.painted import Painted, head_line, row_line
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.present.blocks import BLANK, Line, Segment, Tone
from stogly_tui.present.table import Cells, Head, layout

MARGIN = 3
"""Cells before the first column: cursor, mark, blank."""


class LineList(Painted, can_focus=True):
    """A list of lines with a cursor; subclasses say how many rows there are, their keys and their lines."""

    DEFAULT_CSS = "LineList { height: 1fr; }"
    BINDINGS = [
        Binding("up", "cursor_by(-1)", "Up", show=False, id="list.up", tooltip="One row up"),
        Binding("down", "cursor_by(1)", "Down", show=False, id="list.down", tooltip="One row down"),
        Binding("pageup", "cursor_page(-1)", "Page up", show=False, id="list.page_up", tooltip="One page up"),
        Binding(
            "pagedown",
            "cursor_page(1)",
            "Page down",
            show=False,
            id="list.page_down",
            tooltip="One page down",
        ),
        Binding("home", "cursor_to(0)", "First", show=False, id="list.first", tooltip="To the first row"),
        Binding("end", "cursor_to(-1)", "Last", show=False, id="list.last", tooltip="To the last row"),
        Binding("enter", "open", "Open", show=False, id="list.open", tooltip="Open the row under the cursor"),
    ]

    position: reactive[tuple[int, Hashable | None]] = reactive((0, None), init=False, repaint=False)
    """Where the cursor stands: its row and the row's key. What watches it is painted together with the cursor."""

    @dataclass
    class Moved(Message):
        """The cursor stands on another row."""

        list: "LineList"

    @dataclass
    class Opened(Message):
        """Enter, or a click on the row under the cursor."""

        list: "LineList"
        key: Hashable

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.top = 0
        self.cursor = 0

    @abstractmethod
    def row_count(self) -> int:
        """How many rows there are."""

    @abstractmethod
    def key_at(self, index: int) -> Hashable:
        """The key of a row."""

    @abstractmethod
    def row_at(self, index: int) -> Line:
        """The line of a row, without its margin."""

    def mark_at(self, index: int) -> str:  # noqa: ARG002
        """One cell beside the row: ``*`` for a marked one."""
        return " "

    @property
    def cursor_key(self) -> Hashable | None:
        """The key of the row under the cursor."""
        return self.key_at(self.cursor) if 0 <= self.cursor < self.row_count() else None

    def line_at(self, y: int) -> tuple[Line, str]:
        """The row at this height, with its margin."""
        index = self.top + y
        if index >= self.row_count():
            return BLANK, ""
        is_cursor, mark = index == self.cursor, self.mark_at(index)
        margin = Segment(f"{'>' if is_cursor else ' '}{mark} ", Tone.STRONG)
        under = "line--cursor" if is_cursor else "line--marked" if mark.strip() else ""
        return (margin, *self.row_at(index)), under

    def place(self, *, cursor: int, top: int) -> None:
        """Put cursor and first row somewhere, within what there is, and repaint what differs."""
        last = max(self.row_count() - 1, 0)
        self.cursor = max(0, min(cursor, last))
        height = max(self.size.height, 1)
        top = max(0, min(top, self.row_count() - height))
        if self.cursor < top:
            top = self.cursor
        elif self.cursor >= top + height:
            top = self.cursor - height + 1
        self.top = top
        self.repaint()
        self.position = (self.cursor, self.cursor_key)

    def watch_position(self) -> None:
        """Tell the screen."""
        self.post_message(self.Moved(self))

    def put_on(self, key: Hashable) -> bool:
        """Put the cursor on the row of this key, in a list that is short enough to be looked through."""
        for index in range(self.row_count()):
            if self.key_at(index) == key:
                self.place(cursor=index, top=self.top)
                return True
        return False

    def touched(self) -> None:
        """The operator has moved or acted here."""

    def action_cursor_by(self, rows: int) -> None:
        """Move by rows."""
        self.touched()
        self.place(cursor=self.cursor + rows, top=self.top)

    def action_cursor_page(self, pages: int) -> None:
        """Move by pages; the page moves with the cursor."""
        self.touched()
        step = pages * max(self.size.height - 1, 1)
        self.place(cursor=self.cursor + step, top=self.top + step)

    def action_cursor_to(self, index: int) -> None:
        """Move to a row; -1 is the last."""
        self.touched()
        self.place(
            cursor=index if index >= 0 else self.row_count() + index, top=0 if index == 0 else self.top
        )

    def action_open(self) -> None:
        """Open the row under the cursor."""
        self.touched()
        key = self.cursor_key
        if key is not None:
            self.post_message(self.Opened(self, key))

    def on_click(self, event: events.Click) -> None:
        """A click chooses a row; on the row under the cursor it opens it."""
        index = self.top + event.y
        if index >= self.row_count():
            return
        if index == self.cursor:
            self.action_open()
        else:
            self.touched()
            self.place(cursor=index, top=self.top)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.action_cursor_by(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.action_cursor_by(-3)

    def on_resize(self) -> None:
        """Room changed: the cursor stays in sight."""
        self.place(cursor=self.cursor, top=self.top)


class SimpleList(LineList):
    """A list of ready lines with their keys."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: Sequence[tuple[Hashable, Line]] = ()

    def show(self, rows: Sequence[tuple[Hashable, Line]]) -> None:
        """Show these rows; the cursor stays on its key, or where it was when that is gone."""
        key = self.cursor_key
        self._rows = rows
        found = next((number for number, row in enumerate(rows) if row[0] == key), self.cursor)
        self.place(cursor=found, top=self.top + found - self.cursor)

    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def key_at(self, index: int) -> Hashable:
        """The key of a row."""
        return self._rows[index][0]

    def row_at(self, index: int) -> Line:
        """The line of a row."""
        return self._rows[index][1]


class TableList(LineList):
    """A list with columns. ``follow_end`` keeps the last row in sight while the cursor stands on it."""

    def __init__(self, heads: Sequence[Head], *, follow_end: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self.heads = heads
        self._follow_end = follow_end
        self._keys: Sequence[Hashable] = ()
        self._cells: Mapping[Hashable, Cells] = {}

    def show(self, rows: Mapping[Hashable, Cells]) -> None:
        """Show these rows; the cursor stays on its key, or where it was when that is gone."""
        key, was_last = self.cursor_key, self.cursor >= len(self._keys) - 1
        self._keys, self._cells = tuple(rows), rows
        if self._follow_end and was_last:
            self.place(cursor=len(self._keys) - 1, top=len(self._keys))
            return
        found = self._keys.index(key) if key in rows else min(self.cursor, max(len(self._keys) - 1, 0))
        self.place(cursor=found, top=self.top + found - self.cursor)

    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._keys)

    def key_at(self, index: int) -> Hashable:
        """The key of a row."""
        return self._keys[index]

    def row_at(self, index: int) -> Line:
        """The cells of a row in their columns."""
        columns = layout(self.heads, self.app.size.width, self.size.width - MARGIN)
        return row_line(self._cells[self._keys[index]], columns)


class TableHead(Panel):
    """The titles over a table."""

    DEFAULT_CSS = "TableHead { height: 1; }"

    def __init__(self, heads: Sequence[Head], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._heads = heads

    def line_at(self, y: int) -> tuple[Line, str]:  # noqa: ARG002
        """The titles in the room there is."""
        return head_line(layout(self._heads, self.app.size.width, self.size.width - MARGIN), MARGIN), ""
