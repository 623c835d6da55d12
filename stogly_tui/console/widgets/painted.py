"""Painting toned lines by Textual's line API: no markup is ever read, and only lines that differ are repainted."""

from abc import abstractmethod
from collections.abc import Sequence
from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment as RichSegment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from stogly_tui.present.blocks import Line, Segment, Tone
from stogly_tui.present.table import Cells, Placed

GAP = Segment(" ")


class Painted(Widget, inherit_css=True):
    """A widget that paints lines; subclasses say which line stands where (`line_at`)."""

    COMPONENT_CLASSES = {*(f"tone--{tone}" for tone in Tone), "line--cursor", "line--marked", "line--bar"}
    DEFAULT_CSS = """
    Painted {
        & .tone--strong { text-style: bold; }
        & .tone--muted { color: $tone-muted; }
        & .tone--good { color: $tone-good; }
        & .tone--busy { color: $tone-busy; }
        & .tone--warn { color: $tone-warn; }
        & .tone--bad { color: $tone-bad; }
        & .tone--match { text-style: underline; }
        & .tone--here { text-style: reverse; }
        & .line--cursor { background: $line-cursor; text-style: bold; }
        & .line--marked { background: $line-marked; }
        & .line--bar { background: $bar; }
        &:ansi .line--cursor { text-style: bold reverse; }
        &:nocolor .line--cursor { text-style: bold reverse; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._shown: list[tuple[Line, str]] = []

    @abstractmethod
    def line_at(self, y: int) -> tuple[Line, str]:
        """The line at a height of the widget, and the component class under it (or blank)."""

    def repaint(self) -> None:
        """Look at every visible line again; repaint those that differ from what is on the screen."""
        height = self.size.height
        now = [self.line_at(y) for y in range(height)]
        before, self._shown = self._shown, now
        if len(before) != len(now):
            self.refresh()
            return
        changed = [self.part_changed(y, before[y], now[y]) for y in range(height) if before[y] != now[y]]
        if changed:
            self.refresh(*changed)

    def part_changed(self, y: int, before: tuple[Line, str], now: tuple[Line, str]) -> Region:
        """The cells of a line that have to be painted again."""
        return _changed(y, before, now, self.size.width)

    def on_resize(self) -> None:
        """Room changed."""
        self.repaint()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Paint one line; never asks anything."""
        return self.painted(y, self.size.width)

    def painted(self, y: int, width: int) -> Strip:
        """One line in so many cells, from what `repaint` found, or as it is before that."""
        shown, under = self._shown[y] if y < len(self._shown) else self.line_at(y)
        base = self.rich_style
        if under:
            base += self.get_component_rich_style(under, partial=True)
        # in reverse a tone would become a ground of its own: the word and the glyph say it there
        is_plain = bool(base.reverse)
        segments = [
            RichSegment(
                part.text, base if is_plain or part.tone is Tone.PLAIN else base + self._tone(part.tone)
            )
            for part in shown
            if part.text
        ]
        strip = Strip(segments).simplify()
        if strip.cell_length > width > 1:  # a word that is cut must not read like another
            strip = Strip.join([strip.crop(0, width - 1), Strip([RichSegment("~", base)])])
        return strip.crop_extend(0, width, base)

    def _tone(self, tone: Tone) -> Style:
        return self.get_component_rich_style(f"tone--{tone}", partial=True)


def _changed(y: int, before: tuple[Line, str], now: tuple[Line, str], width: int) -> Region:
    """The part of a line in which two states of it differ: what is the same is not sent over the link again."""
    if before[1] != now[1]:
        return Region(0, y, width, 1)
    start = same = 0
    for old, new in zip(before[0], now[0], strict=False):
        if old == new:
            same += 1
            start += cell_len(new.text)
            continue
        if old.tone == new.tone:
            start += cell_len(_shared(old.text, new.text))
        break
    old_end, new_end = length(before[0]), length(now[0])
    end = max(old_end, new_end)
    if old_end == new_end:
        for old, new in zip(reversed(before[0][same:]), reversed(now[0][same:]), strict=False):
            if old != new:
                break
            end -= cell_len(new.text)
    start = max(start - 1, 0)  # a wide character may begin there
    return Region(start, y, max(min(end, width) - start, 1), 1)


def _shared(first: str, second: str) -> str:
    """What two texts begin with."""
    at = next((n for n, (one, other) in enumerate(zip(first, second, strict=False)) if one != other), None)
    return first[:at] if at is not None else min(first, second, key=len)


@lru_cache(4096)
def fitted(text: str, width: int, right: bool = False, cut_middle: bool = False) -> str:
    """Text in exactly ``width`` cells; what does not fit is cut with ``~``, in the middle for numbers."""
    length = cell_len(text)
    if length <= width:
        return " " * (width - length) + text if right else text + " " * (width - length)
    if width < 2:
        return set_cell_size(text, width)
    if cut_middle and width >= 6 and text.isascii():
        head = max(text.find("-") + 1, 0) if 0 < text.find("-") < width - 4 else (width - 1) // 2
        return text[:head] + "~" + text[len(text) - (width - head - 1) :]
    return set_cell_size(text, width - 1) + "~"


def row_line(cells: Cells, columns: Sequence[Placed]) -> Line:
    """One row of a table as a line."""
    parts: list[Segment] = []
    for place in columns:
        if parts:
            parts.append(GAP)
        cell = cells[place.head.key]
        parts.append(
            Segment(fitted(cell.text, place.width, place.head.right, place.head.cut_middle), cell.tone)
        )
    return tuple(parts)


def head_line(columns: Sequence[Placed], indent: int) -> Line:
    """The titles of a table."""
    parts: list[Segment] = [Segment(" " * indent)]
    for number, place in enumerate(columns):
        if number:
            parts.append(GAP)
        parts.append(Segment(fitted(place.head.title, place.width, place.head.right), Tone.MUTED))
    return tuple(parts)


def length(line: Line) -> int:
    """Cells that a line takes."""
    return sum(cell_len(part.text) for part in line)
