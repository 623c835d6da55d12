"""The entries of the sync log: a list over a window that moves, whose rows may take several lines."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells
from textual import events
from textual.message import Message

from stogly_tui.console.log_reads import Window
from stogly_tui.console.widgets.finding import lit
from stogly_tui.console.widgets.line_list import MARGIN, LineList
from stogly_tui.console.widgets.painted import row_line
from stogly_tui.model.queries.runs import LogRow
from stogly_tui.present.blocks import BLANK, Line, Segment, Tone
from stogly_tui.present.table import Cells, Head, layout

NEAR = 50
"""Rows from an end of the window at which more is read."""
INDENT = 12
"""Cells before the further lines of a wrapped message."""


class EntryList(LineList):
    """Entries, oldest first. While it follows, the cursor stays on the newest."""

    @dataclass
    class Near(Message):
        """The cursor comes near an end of the window: the older one, or the newer one."""

        is_older_end: bool

    @dataclass
    class Jump(Message):
        """To the very first entry, or to the newest."""

        is_to_oldest: bool

    def __init__(
        self, heads: Sequence[Head], cells: Callable[[LogRow], Cells], *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self.window = Window()
        self.follows = True
        self.is_wrapped = False
        self.wanted = ""
        self._heads, self._cells = heads, cells
        self._visible: list[tuple[int, Line]] = []

    # --- what is shown -------------------------------------------------------------------------------------

    def show(self, window: Window, cursor: int | None = None) -> None:
        """Show a window. The cursor goes to the newest entry while following, else to the entry ``cursor``, or stays
        on its own; the line it stands on stays where it is.
        """
        before = self.cursor_key
        self.window = window
        if self.follows:
            self.place(cursor=len(window.rows) - 1, top=len(window.rows))
            return
        wanted = before if cursor is None else cursor
        found = window.index.get(
            wanted if isinstance(wanted, int) else -1, min(self.cursor, len(window.rows) - 1)
        )
        self.place(cursor=found, top=self.top + found - self.cursor)

    @property
    def entry(self) -> LogRow | None:
        """The entry under the cursor."""
        return self.window.rows[self.cursor] if 0 <= self.cursor < len(self.window.rows) else None

    def row_count(self) -> int:
        """How many entries the window holds."""
        return len(self.window.rows)

    def key_at(self, index: int) -> Hashable:
        """The id of an entry."""
        return self.window.rows[index].id

    def row_at(self, index: int) -> Line:
        """The first line of an entry."""
        return self._lines_of(index)[0]

    def line_at(self, y: int) -> tuple[Line, str]:
        """The line at this height: one of its entry's."""
        if y >= len(self._visible):
            return BLANK, ""
        index, shown = self._visible[y]
        is_cursor = index == self.cursor
        is_first = y == 0 or self._visible[y - 1][0] != index
        margin = Segment(f"{'>' if is_cursor and is_first else ' '}  ", Tone.STRONG)
        line = lit((margin, *shown), self.wanted)
        return (_here(line), "line--cursor") if is_cursor else (line, "")

    def repaint(self) -> None:
        """Lay out what is in sight, then repaint what differs."""
        self._visible = []
        for index in range(self.top, len(self.window.rows)):
            if len(self._visible) >= self.size.height:
                break
            self._visible += [(index, shown) for shown in self._lines_of(index)]
        super().repaint()

    def place(self, *, cursor: int, top: int) -> None:
        """Put cursor and first entry somewhere, so that the whole of the cursor's entry is in sight."""
        last = max(self.row_count() - 1, 0)
        before = self.cursor_key
        self.cursor = max(0, min(cursor, last))
        self.top = max(min(top, self.cursor, self._last_top()), self._least_top(self.cursor), 0)
        self.repaint()
        if before != self.cursor_key:
            self.post_message(self.Moved(self))
            self._look_ahead()

    def _least_top(self, cursor: int) -> int:
        """The first entry from which on the cursor's is in sight."""
        room, top = max(self.size.height, 1) - self._height(cursor), cursor
        while top > 0 and (room := room - self._height(top - 1)) >= 0:
            top -= 1
        return top

    def _last_top(self) -> int:
        """The entry at the top when the last one stands at the bottom."""
        return self._least_top(self.row_count() - 1) if self.row_count() else 0

    def _height(self, index: int) -> int:
        if not self.is_wrapped or not 0 <= index < self.row_count():
            return 1
        return len(self._lines_of(index))

    def _lines_of(self, index: int) -> list[Line]:
        cells = self._cells(self.window.rows[index])
        columns = layout(self._heads, self.app.size.width, self.size.width - MARGIN)
        first = row_line(cells, columns)
        last = columns[-1]
        cell = cells[last.head.key]
        if not self.is_wrapped or cell_len(cell.text) <= last.width:
            return [first]
        begin, rest = _flown(cell.text, last.width), []
        left = cell.text[len(begin) :].lstrip()
        room = max(sum(place.width + 1 for place in columns) - 1 - INDENT, 10)
        while left:
            part = _flown(left, room)
            rest.append(part)
            left = left[len(part) :].lstrip()
        return [
            row_line({**cells, last.head.key: Segment(begin, cell.tone)}, columns),
            *((Segment(" " * INDENT), Segment(part, cell.tone)) for part in rest),
        ]

    # --- moving --------------------------------------------------------------------------------------------

    def touched(self) -> None:
        """The operator moved: whether the list goes on following is seen where the cursor comes to stand."""
        self.follows = False

    def action_cursor_by(self, rows: int) -> None:
        """Move by entries; on the newest one the list follows again."""
        super().action_cursor_by(rows)
        self._follow_at_the_end(rows > 0)

    def action_cursor_page(self, pages: int) -> None:
        """Move by pages; on the newest entry the list follows again."""
        super().action_cursor_page(pages)
        self._follow_at_the_end(pages > 0)

    def action_cursor_to(self, index: int) -> None:
        """To the very first entry of the log, or to the newest."""
        self.follows = index != 0
        self.post_message(self.Jump(index == 0))

    def on_click(self, event: events.Click) -> None:
        """A click chooses an entry; on the chosen one it opens it."""
        if event.y >= len(self._visible):
            return
        index = self._visible[event.y][0]
        if index == self.cursor:
            self.action_open()
        else:
            self.touched()
            self.place(cursor=index, top=self.top)

    def _follow_at_the_end(self, is_down: bool) -> None:
        if is_down and self.cursor >= self.row_count() - 1 and not self.window.has_newer:
            self.follows = True
        self.post_message(self.Moved(self))

    def _look_ahead(self) -> None:
        if self.window.has_older and self.cursor < NEAR:
            self.post_message(self.Near(is_older_end=True))
        elif self.window.has_newer and self.cursor >= self.row_count() - NEAR:
            self.post_message(self.Near(is_older_end=False))


def _flown(text: str, width: int) -> str:
    """As much of a text as fits, up to the end of a word where there is one."""
    part = chop_cells(text, width)[0]
    if len(part) == len(text) or text[len(part)] == " ":
        return part
    end = part.rfind(" ")
    return part[:end] if end > len(part) // 3 else part


def _here(shown: Line) -> Line:
    """The line one stands on: what was found in it is what one stands on."""
    return tuple(Segment(part.text, Tone.HERE) if part.tone is Tone.MATCH else part for part in shown)
