"""A text to read, of any length: its lines, and on which rows of a given width they stand."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from rich.cells import cell_len, chop_cells

from stogly_tui.console.widgets.finding import cut
from stogly_tui.present.blocks import BLANK, Line, plain
from stogly_tui.present.raw import RawLines


class Document:
    """Lines with their plain text."""

    def __init__(self, lines: Sequence[Line] = ()) -> None:
        self.lines = lines

    @cached_property
    def texts(self) -> Sequence[str]:
        """The lines without tones."""
        if isinstance(self.lines, RawLines):
            return self.lines.texts
        return [plain(shown) for shown in self.lines]

    @cached_property
    def text(self) -> str:
        """All of it."""
        return "\n".join(self.texts)

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(len(text) + 1 for text in self.texts))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and letter of an offset in the whole text."""
        index = bisect_right(self._ends, offset)
        return index, offset - self.start(index)

    def start(self, index: int) -> int:
        """Offset of a line in the whole text."""
        return self._ends[index - 1] if index else 0


class Rows:
    """A document on rows of some width: a row per line, or as many as a line needs."""

    def __init__(self, document: Document, width: int, *, is_wrapped: bool) -> None:
        self._document, self._width = document, max(width, 1)
        is_wrapped = is_wrapped and width > 0
        self._ends = list(accumulate(self._height(text) for text in document.texts)) if is_wrapped else None

    def __len__(self) -> int:
        if self._ends is None:
            return len(self._document.lines)
        return self._ends[-1] if self._ends else 0

    def line_of(self, row: int) -> int:
        """Which line stands on a row."""
        return row if self._ends is None else bisect_right(self._ends, row)

    def first_row(self, index: int) -> int:
        """The first row of a line."""
        return index if self._ends is None or index == 0 else self._ends[index - 1]

    def row_of(self, index: int, letter: int) -> int:
        """The row on which a letter of a line stands."""
        if self._ends is None or not self._document.texts:
            return index
        ends = accumulate(len(part) for part in self._parts(self._document.texts[index]))
        return self.first_row(index) + next((n for n, end in enumerate(ends) if letter < end), 0)

    def cut(self, row: int, shown: Line) -> Line:
        """The part of its line that stands on a row."""
        if self._ends is None:
            return shown
        index = self.line_of(row)
        part = row - self.first_row(index)
        text = self._document.texts[index]
        if text.isascii():
            return cut(shown, part * self._width, (part + 1) * self._width)
        parts = self._parts(text)
        if part >= len(parts):
            return BLANK
        before = sum(len(one) for one in parts[:part])
        return cut(shown, before, before + len(parts[part]))

    def _height(self, text: str) -> int:
        if text.isascii():
            return -(-len(text) // self._width) or 1
        if 2 * len(text) <= self._width or cell_len(text) <= self._width:
            return 1
        return len(chop_cells(text, self._width))

    def _parts(self, text: str) -> list[str]:
        if text.isascii():
            starts = range(0, max(len(text), 1), self._width)
            return [text[start : start + self._width] for start in starts]
        return chop_cells(text, self._width) or [""]
