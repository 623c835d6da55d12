"""The grid: any number of rows by their keys, read page by page; cursor, marks and scroll are held by key.

It knows no orders: a backend gives it keys in order, rows that are at hand, and what they look like.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from stogly_tui.console.landmarks import Landmarks, Positions, index_near
from stogly_tui.console.widgets.line_list import MARGIN, LineList
from stogly_tui.console.widgets.marks import Marks
from stogly_tui.console.widgets.painted import head_line, length, row_line
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.present.blocks import Line, Segment, Tone
from stogly_tui.present.table import Cells, Head, Placed, layout

AHEAD, BEHIND = 4, 1
"""Pages that are read ahead in the direction of travel, and behind it."""
KEPT_LINES = 600
STEP = 12
"""Cells that a wide grid moves sideways at once."""
R = TypeVar("R")


class Backend(Protocol[R]):
    """Where a grid takes its rows from; nothing here may wait."""

    @property
    def keys(self) -> "array[int]":
        """Keys in the order shown."""

    def row(self, key: int) -> R | None:
        """A row that is at hand, or None: it is being read."""

    def needs(self, key: int) -> bool:
        """Whether a row has to be read before it is seen as it is now."""

    def cells(self, row: R, *, is_marked: bool) -> Cells:
        """What the columns show of a row."""


def _wide(head: Head) -> int:
    return max(head.width, head.most, head.wide)


class Columns:
    """The columns that a grid and its head share: which there are, how they lie, and how far they are moved."""

    def __init__(self, heads: Sequence[Head]) -> None:
        self.heads = tuple(heads)
        self.is_wide = False
        self.shift = 0

    def placed(self, screen_width: int, room: int) -> Sequence[Placed]:
        """Where they lie; in wide mode all as wide as they want to be."""
        if not self.is_wide:
            return layout(self.heads, screen_width, room)
        return [Placed(head, _wide(head)) for head in self.heads]

    @property
    def width(self) -> int:
        """Cells of all columns in wide mode, with a blank between."""
        return sum(_wide(head) + 1 for head in self.heads) - 1

    @property
    def pinned(self) -> int:
        """Cells to the left that stay in wide mode: the margin and the first column, which names the row."""
        return MARGIN + _wide(self.heads[0]) + 1 if self.heads else MARGIN

    def moved(self, whole: Strip, width: int) -> Strip:
        """The part of a wide line that is seen: what is pinned, and the rest from where it was moved to."""
        pinned = min(self.pinned, width)
        start = pinned + self.shift
        return Strip.join([whole.crop(0, pinned), whole.crop(start, start + width - pinned)])


class Grid(LineList, Generic[R]):
    """A line per row. New rows on top are counted (`newer`), never pushed under the operator's eyes."""

    newer: reactive[int] = reactive(0, init=False, repaint=False)
    """Rows above what the operator has seen."""

    @dataclass
    class Wanted(Message):
        """Rows that are on the screen, or soon will be, have to be read: `in_sight` and `ahead`."""

    @dataclass
    class MarksChanged(Message):
        """The operator marked or unmarked rows."""

    def __init__(self, backend: Backend[R], columns: Columns, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.backend, self.columns = backend, columns
        self.marks = Marks()
        self.range_from: int | None = None
        self._is_untouched = True
        self._goes_down = True
        self._seen: int | None = None
        self._lines: dict[int, tuple[R, bool, Line]] = {}
        self._placed: Sequence[Placed] = ()

    # --- what is shown -------------------------------------------------------------------------------------

    @property
    def keys(self) -> "array[int]":
        """Keys in the order shown."""
        return self.backend.keys

    def row_count(self) -> int:
        """How many rows the filter matches, as far as they are known."""
        return len(self.keys)

    def key_at(self, index: int) -> int:
        """The row's key."""
        return self.keys[index]

    def mark_at(self, index: int) -> str:
        """``*`` beside a marked row, ``v`` where a range began."""
        key = self.key_at(index)
        return "*" if key in self.marks else "v" if key == self.range_from else " "

    def row_at(self, index: int) -> Line:
        """The row's cells, or a placeholder while it is read."""
        key = self.key_at(index)
        row = self.backend.row(key)
        if row is None:
            return (Segment("...", Tone.MUTED),)
        is_marked = key in self.marks
        known = self._lines.get(key)
        if known is not None and known[0] is row and known[1] == is_marked:
            return known[2]
        line = row_line(self.backend.cells(row, is_marked=is_marked), self._columns())
        if len(self._lines) > KEPT_LINES:
            self._lines.clear()
        self._lines[key] = (row, is_marked, line)
        return line

    def render_line(self, y: int) -> Strip:
        """A line of it; a wide grid shows the part it was moved to."""
        if not self.columns.is_wide:
            return super().render_line(y)
        whole = self.painted(y, max(self.columns.width + MARGIN, self.size.width))
        return self.columns.moved(whole, self.size.width)

    def part_changed(self, y: int, before: tuple[Line, str], now: tuple[Line, str]) -> Region:
        """The cells of a line that have to be painted again; a wide line may be moved, so all of it."""
        if self.columns.is_wide:
            return Region(0, y, self.size.width, 1)
        return super().part_changed(y, before, now)

    def look_again(self) -> None:
        """Columns or the moment are others: make every line anew."""
        self._lines.clear()
        self._placed = ()
        self.repaint()

    def _columns(self) -> Sequence[Placed]:
        if not self._placed:
            self._placed = self.columns.placed(self.app.size.width, self.size.width - MARGIN)
        return self._placed

    @property
    def cursor_row(self) -> R | None:
        """The row under the cursor, when it is at hand."""
        key = self.cursor_id
        return self.backend.row(key) if key is not None else None

    @property
    def cursor_id(self) -> int | None:
        """The key of the row under the cursor."""
        return self.keys[self.cursor] if self.cursor < len(self.keys) else None

    @property
    def in_sight(self) -> Sequence[int]:
        """Keys of the rows on the screen."""
        return self.keys[self.top : self.top + max(self.size.height, 1)]

    @property
    def landmarks(self) -> Landmarks:
        """What has to be found again in the next list of keys."""
        keys = self.keys
        return Landmarks(self.cursor_id, keys[self.top] if self.top < len(keys) else None, self._seen)

    # --- what arrives --------------------------------------------------------------------------------------

    def keys_changed(self, before: "array[int]", at: Positions, *, is_same_filter: bool) -> None:
        """The backend holds another list of keys. The row under the cursor, and the rows around it, stay in place."""
        keys, height = self.keys, max(self.size.height, 1)
        follows = self._is_untouched and len(before) < height
        if not is_same_filter or follows:
            self.place(cursor=0, top=0)
        else:
            now = Landmarks(
                before[self.cursor] if self.cursor < len(before) else None,
                before[self.top] if self.top < len(before) else None,
                self._seen,
            )
            moved, line = len(keys) - len(before), self.cursor - self.top
            cursor = (
                at.cursor if at.of.cursor == now.cursor else index_near(keys, now.cursor, self.cursor + moved)
            )
            if cursor is None:
                self.place(cursor=min(self.cursor, max(len(keys) - 1, 0)), top=self.top)
            else:
                top = at.top if at.top is not None and at.of.top == now.top else cursor - line
                self.place(cursor=cursor, top=top)
        if self.top == 0 or not is_same_filter:
            self._seen_all()
        else:
            self.newer = at.seen or 0
        self.want()

    def want(self) -> None:
        """Ask for rows when some are missing in sight or a page around it."""
        height = max(self.size.height, 1)
        near = self.keys[max(self.top - height, 0) : self.top + 2 * height]
        if any(self.backend.needs(key) for key in near):
            self.post_message(self.Wanted())

    @property
    def ahead(self) -> Sequence[int]:
        """Keys around what is seen, most of them in the direction of travel, the nearest first."""
        height, top = max(self.size.height, 1), self.top
        up, down = (BEHIND, AHEAD) if self._goes_down else (AHEAD, BEHIND)
        before = self.keys[max(top - height * up, 0) : top]
        after = self.keys[top + height : top + height * (down + 1)]
        return (*after, *reversed(before)) if self._goes_down else (*reversed(before), *after)

    # --- what the operator does ----------------------------------------------------------------------------

    def touched(self) -> None:
        """From now on nothing moves by itself."""
        self._is_untouched = False

    def place(self, *, cursor: int, top: int) -> None:
        """Move; rows that come into sight are asked for."""
        before = self.top
        super().place(cursor=cursor, top=top)
        if self.top != before:
            self._goes_down = self.top > before
        if self.top == 0 and self.newer:
            self._seen_all()
        self.want()

    def on_resize(self) -> None:
        """Room changed: columns lie otherwise, the cursor stays in sight."""
        self._lines.clear()
        self._placed = ()
        super().on_resize()

    def to_newest(self) -> None:
        """Go to the first row."""
        self.touched()
        self.place(cursor=0, top=0)

    def move_sideways(self, steps: int) -> None:
        """Show columns further to the right or left, in wide mode."""
        most = max(self.columns.width - (self.size.width - MARGIN), 0) if self.columns.is_wide else 0
        self.columns.shift = min(max(self.columns.shift + steps * STEP, 0), most)
        self.refresh()

    def toggle_mark(self) -> None:
        """Mark or unmark the row under the cursor, and go on to the next."""
        self.touched()
        key = self.cursor_id
        if key is None:
            return
        self.place(cursor=self.cursor + 1, top=self.top)
        self.set_marks(self.marks.toggled(key))

    def range_keys(self) -> "array[int]":
        """Begin a range at the cursor; the second time, the keys between (none while it only begins)."""
        self.touched()
        start, self.range_from = self.range_from, self.cursor_id
        index = index_near(self.keys, start, self.cursor)
        if index is None:
            self.repaint()
            return array("q")
        self.range_from = None
        first, last = sorted((index, self.cursor))
        self.repaint()
        return self.keys[first : last + 1]

    def set_marks(self, marks: Marks) -> None:
        """Other marks."""
        self.marks = marks
        self.repaint()
        self.post_message(self.MarksChanged())

    def unmark(self) -> None:
        """Clear all marks."""
        self.range_from = None
        self.set_marks(Marks())

    def _seen_all(self) -> None:
        self.newer = 0
        self._seen = self.keys[0] if self.keys else None


class GridHead(Panel):
    """The titles over a grid, moved sideways with it."""

    DEFAULT_CSS = "GridHead { height: 1; }"

    def __init__(self, columns: Columns, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._columns = columns

    def line_at(self, y: int) -> tuple[Line, str]:  # noqa: ARG002
        """The titles in the room there is."""
        return head_line(self._columns.placed(self.app.size.width, self.size.width - MARGIN), MARGIN), ""

    def render_line(self, y: int) -> Strip:
        """The part that the grid shows."""
        line, _ = self.line_at(y)
        if not self._columns.is_wide:
            return super().render_line(y)
        width = self.size.width
        whole = self.painted(y, max(length(line), width))
        return self._columns.moved(whole, width).extend_cell_length(width, self.rich_style)

    def column_at(self, x: int) -> str:
        """The key of the column at a cell."""
        columns = self._columns
        if columns.is_wide and x >= columns.pinned:
            x += columns.shift
        at = MARGIN
        for place in self._columns.placed(self.app.size.width, self.size.width - MARGIN):
            if at <= x < at + place.width:
                return place.head.key
            at += place.width + 1
        return ""
