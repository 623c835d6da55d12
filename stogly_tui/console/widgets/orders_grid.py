"""The order grid: any number of orders by their keys, rows read page by page, cursor, marks and scroll held by id."""

from array import array
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from textual.message import Message

from stogly_tui.console.widgets.line_list import MARGIN, LineList
from stogly_tui.console.widgets.painted import row_line
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.present.blocks import Line, Segment, Tone, View
from stogly_tui.present.order_table import HEADS, cells
from stogly_tui.present.table import layout

AHEAD = 2
"""Pages that are read ahead, above and below."""


class Orders(Protocol):
    """Where the grid takes its orders from; nothing here may wait."""

    @property
    def keys(self) -> "array[int]":
        """Ids in the order shown."""

    def row(self, key: int) -> OrderRow | None:
        """A row that is at hand, or None: it is being read."""


class KeptRows:
    """Rows at hand, a bounded number of them, the last looked at."""

    MOST = 3000

    def __init__(self) -> None:
        self.keys: array[int] = array("q")
        self._rows: OrderedDict[int, OrderRow] = OrderedDict()

    def row(self, key: int) -> OrderRow | None:
        """A row that is at hand."""
        return self._rows.get(key)

    def keep(self, rows: Collection[OrderRow]) -> None:
        """Take in rows; the oldest beyond `MOST` are let go."""
        for row in rows:
            self._rows[row.id] = row
            self._rows.move_to_end(row.id)
        while len(self._rows) > self.MOST:
            self._rows.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Keys to look for in a new list of keys."""

    cursor: int | None
    top: int | None
    seen: int | None
    """The newest order that the operator has had before the eyes."""

    def find_in(self, keys: "array[int]") -> "Positions":
        """Their positions; runs in a reading thread."""
        return Positions(self, *(_index(keys, key) for key in (self.cursor, self.top, self.seen)))


@dataclass(frozen=True, slots=True)
class Positions:
    """Where landmarks stand in a new list of keys; None when they are not in it."""

    of: Landmarks
    cursor: int | None
    top: int | None
    seen: int | None


NEAR = 5000


def _index_near(keys: "array[int]", key: int | None, hint: int) -> int | None:
    """The position of a key that is likely near ``hint``: a key at the far end of a million takes 60 ms to find."""
    start = max(hint - NEAR, 0)
    found = _index(keys[start : hint + NEAR], key)
    return start + found if found is not None else _index(keys, key)


def _index(keys: "array[int]", key: int | None) -> int | None:
    if key is None:
        return None
    try:
        return keys.index(key)
    except ValueError:
        return None


class OrdersGrid(LineList):
    """A line per order. New orders on top are counted (`newer`), never pushed under the operator's eyes."""

    @dataclass
    class Wanted(Message):
        """Rows that are on the screen, or soon will be, and have to be read."""

        keys: tuple[int, ...]

    @dataclass
    class MarksChanged(Message):
        """The operator marked or unmarked orders."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.orders = KeptRows()
        self.marks: set[int] = set()
        self.range_from: int | None = None
        self.newer = 0
        self.view: View | None = None
        self._is_untouched = True
        self._seen: int | None = None
        self._lines: dict[int, tuple[OrderRow, bool, View, int, Line]] = {}

    # --- what is shown -------------------------------------------------------------------------------------

    def row_count(self) -> int:
        """How many orders the filter matches, as far as they are known."""
        return len(self.orders.keys)

    def key_at(self, index: int) -> int:
        """The order's id."""
        return self.orders.keys[index]

    def mark_at(self, index: int) -> str:
        """``*`` beside a marked order, ``v`` where a range began."""
        key = self.key_at(index)
        return "*" if key in self.marks else "v" if key == self.range_from else " "

    def row_at(self, index: int) -> Line:
        """The order's cells, or a placeholder while it is read."""
        key = self.key_at(index)
        row = self.orders.row(key)
        if row is None or self.view is None:
            return (Segment("...", Tone.MUTED),)
        is_marked, width = key in self.marks, self.size.width
        known = self._lines.get(key)
        if known and known[0] is row and known[1:4] == (is_marked, self.view, width):
            return known[4]
        columns = layout(HEADS, self.app.size.width, width - MARGIN)
        line = row_line(cells(row, self.view, is_marked=is_marked), columns)
        if len(self._lines) > 500:
            self._lines.clear()
        self._lines[key] = (row, is_marked, self.view, width, line)
        return line

    @property
    def cursor_row(self) -> OrderRow | None:
        """The order under the cursor, when it is at hand."""
        key = self.cursor_id
        return self.orders.row(key) if key is not None else None

    @property
    def cursor_id(self) -> int | None:
        """The id of the order under the cursor."""
        return self.orders.keys[self.cursor] if self.cursor < len(self.orders.keys) else None

    @property
    def landmarks(self) -> Landmarks:
        """What has to be found again in the next list of keys."""
        keys = self.orders.keys
        return Landmarks(self.cursor_id, keys[self.top] if self.top < len(keys) else None, self._seen)

    # --- what arrives --------------------------------------------------------------------------------------

    def show_keys(self, keys: "array[int]", at: Positions, *, is_same_filter: bool) -> None:
        """Show another list of orders. The row under the cursor, and the rows around it, stay where they are."""
        height = max(self.size.height, 1)
        follows = self._is_untouched and len(self.orders.keys) < height
        line = self.cursor - self.top
        now, hint = self.landmarks, self.cursor + len(keys) - len(self.orders.keys)
        cursor = at.cursor if at.of.cursor == now.cursor else _index_near(keys, now.cursor, hint)
        self.orders.keys = keys
        if not is_same_filter or cursor is None or follows:
            kept = 0 if not is_same_filter or follows else min(self.cursor, max(len(keys) - 1, 0))
            top = 0 if not is_same_filter or follows else self.top
            self.place(cursor=kept, top=top)
        else:
            top = at.top if at.top is not None and at.of.top == now.top else cursor - line
            self.place(cursor=cursor, top=top)
        if self.top == 0 or not is_same_filter:
            self._seen_all()
        else:
            self.newer = at.seen or 0
        self.want()

    def show_rows(self, rows: Sequence[OrderRow]) -> None:
        """Take in rows that were read; repaint those that differ."""
        fresh = [row for row in rows if self.orders.row(row.id) != row]
        self.orders.keep(fresh)
        self.repaint()

    def show_view(self, view: View) -> None:
        """Another moment: ages may differ."""
        self.view = view
        self.repaint()

    def want(self, *, again: bool = False) -> None:
        """Ask for the rows around what is seen; ``again`` for those at hand as well."""
        height = max(self.size.height, 1)
        keys = self.orders.keys
        seen = keys[self.top : self.top + height]
        around = keys[max(self.top - height * AHEAD, 0) : self.top + height * (AHEAD + 1)]
        if again:
            self.post_message(self.Wanted(tuple(seen)))
        elif any(
            self.orders.row(key) is None for key in keys[max(self.top - height, 0) : self.top + 2 * height]
        ):
            missing = tuple(key for key in seen if self.orders.row(key) is None)
            ahead = tuple(key for key in around if self.orders.row(key) is None)
            self.post_message(self.Wanted(tuple(dict.fromkeys(missing + ahead))))

    # --- what the operator does ----------------------------------------------------------------------------

    def touched(self) -> None:
        """From now on nothing moves by itself."""
        self._is_untouched = False

    def place(self, *, cursor: int, top: int) -> None:
        """Move; rows that come into sight are asked for."""
        super().place(cursor=cursor, top=top)
        if self.top == 0 and self.newer:
            self._seen_all()
            self.post_message(self.Moved(self))
        self.want()

    def to_newest(self) -> None:
        """Go to the newest order."""
        self.touched()
        self.place(cursor=0, top=0)

    def toggle_mark(self) -> None:
        """Mark or unmark the order under the cursor, and go on to the next."""
        self.touched()
        key = self.cursor_id
        if key is None:
            return
        self.marks ^= {key}
        self.place(cursor=self.cursor + 1, top=self.top)
        self.repaint()
        self.post_message(self.MarksChanged())

    def range_keys(self) -> tuple[int, ...]:
        """Begin a range at the cursor; the second time, the keys between (none while it only begins)."""
        self.touched()
        start, self.range_from = self.range_from, self.cursor_id
        index = _index(self.orders.keys, start)
        if index is None:
            self.repaint()
            return ()
        self.range_from = None
        first, last = sorted((index, self.cursor))
        self.repaint()
        return tuple(self.orders.keys[first : last + 1])

    def mark(self, keys: Collection[int]) -> None:
        """Mark these as well."""
        self.marks |= set(keys)
        self.repaint()
        self.post_message(self.MarksChanged())

    def unmark(self, keys: Collection[int] | None = None) -> None:
        """Unmark these, or all."""
        self.range_from = None
        self.marks = set() if keys is None else self.marks - set(keys)
        self.repaint()
        self.post_message(self.MarksChanged())

    def _seen_all(self) -> None:
        self.newer = 0
        self._seen = self.orders.keys[0] if self.orders.keys else None
