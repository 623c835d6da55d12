"""A long text to read: it scrolls, wraps, is searched and copied, however long it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from stogly_tui.console.clipboard import copy
from stogly_tui.console.widgets.document import Document, Rows
from stogly_tui.console.widgets.finding import Finder, lit
from stogly_tui.console.widgets.panel import Pages
from stogly_tui.console.widgets.search_line import SearchLine
from stogly_tui.domain.redact import redact
from stogly_tui.present.blocks import BLANK, Line

if TYPE_CHECKING:
    from stogly_tui.console.app import StoglyApp


class LongText(Pages):
    """Lines that scroll, with a search. Stands in a `TextPane`, which has the line to type it into."""

    app: StoglyApp
    BINDINGS = [
        Binding("slash,s", "search", "search", id="text.search", tooltip="Look for a part of this text"),
        Binding("n", "find(1)", "next", id="text.next", tooltip="The next match"),
        Binding("N", "find(-1)", "before", id="text.before", tooltip="The match before"),
        Binding("escape", "end_search", "end search", show=False, id="text.end_search", tooltip="End the search"),
        Binding("w", "wrap", "wrap", id="text.wrap", tooltip="Long lines on several rows, or cut off"),
        Binding("y", "copy", "copy", id="text.copy", tooltip="Copy what is shown, without secrets"),
        Binding("Y", "copy_line", "copy line", show=False, id="text.copy_line",
                tooltip="Copy one line: that of the match, or the first in sight"),
    ]  # fmt: skip

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._document = Document()
        self._rows = Rows(self._document, 1, is_wrapped=False)
        self._is_wrapped = True
        self._finder: Finder | None = None
        self.copied_under = ""
        """What a copy of all begins with: what the screen says above the text."""

    @property
    def text(self) -> str:
        """All that is shown, as plain text."""
        return self._document.text

    @property
    def is_searching(self) -> bool:
        """Whether a search goes on."""
        return self._finder is not None

    def show(self, lines: Sequence[Line], *, keep_place: bool = True) -> None:
        """Show these lines; the place stays when it is the same text in a newer form, and so does a search."""
        self._document = Document(lines)
        self._lay_out()
        self.top = self._within(self.top) if keep_place else 0
        if self._finder is not None:
            here = self._finder.here if keep_place else None
            self._finder = Finder(self._document.text, self._finder.wanted)
            self._finder.go_to(self._document.start(self._rows.line_of(self.top)) if here is None else here)
            self._tell()
        self.repaint()

    def line_at(self, y: int) -> tuple[Line, str]:
        """The row at this height."""
        row = self.top + y
        if row >= len(self._rows):
            return BLANK, ""
        index = self._rows.line_of(row)
        shown = self._document.lines[index]
        if self._finder is not None and self._finder.wanted:
            here = self._finder.here
            letter = None if here is None else here - self._document.start(index)
            shown = lit(shown, self._finder.wanted, letter)
        return self._rows.cut(row, shown), ""

    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def on_resize(self) -> None:
        """Room changed: the line at the top stays there."""
        self._lay_out()

    # --- search --------------------------------------------------------------------------------------------

    def look_for(self, wanted: str) -> None:
        """Go to the first match from here on."""
        here = self._finder.here if self._finder is not None else None
        if here is None:
            here = self._document.start(self._rows.line_of(self.top)) if len(self._rows) else 0
        self._finder = Finder(self._document.text, wanted)
        self._finder.go_to(here)
        self.show_match()

    def action_search(self) -> None:
        """Open the search."""
        self._search_line.open()

    def action_find(self, steps: int) -> None:
        """To another match; from the last to the first."""
        if self._finder is not None:
            self._finder.step(steps)
            self.show_match()

    def action_end_search(self) -> None:
        """End the search."""
        self._search_line.action_end()

    def forget_search(self) -> None:
        """Nothing is lit any more."""
        self._finder = None
        self.repaint()
        self.refresh_bindings()

    def show_match(self) -> None:
        """Bring the match one stands on into sight, and say which it is."""
        if self._finder is not None and self._finder.here is not None:
            row = self._rows.row_of(*self._document.place(self._finder.here))
            if not self.top <= row < self.top + self.size.height:
                self.top = self._within(row - self.size.height // 3)
        self._tell()
        self.repaint()
        self.refresh_bindings()

    def _tell(self) -> None:
        if self._finder is not None:
            self._search_line.tell(self._finder.said())

    @property
    def _search_line(self) -> SearchLine:
        assert self.parent is not None
        return self.parent.query_one(SearchLine)

    # --- wrap, copy ----------------------------------------------------------------------------------------

    def action_wrap(self) -> None:
        """Wrap long lines, or cut them off."""
        self._is_wrapped = not self._is_wrapped
        self._lay_out()
        self.repaint()

    def action_copy(self) -> None:
        """Copy all of the text."""
        whole = f"{self.copied_under}\n\n{self._document.text}" if self.copied_under else self._document.text
        self.app.say(copy(self.app, redact(whole)), title="Copy")

    def action_copy_line(self) -> None:
        """Copy the line of the match, or the first in sight."""
        if not len(self._rows):
            return
        index = self._rows.line_of(self.top)
        if self._finder is not None and self._finder.here is not None:
            index = self._document.place(self._finder.here)[0]
        self.app.say(copy(self.app, redact(self._document.texts[index]).strip()), title="Copy line")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Keys of a search belong to the screen while there is none."""
        return self.is_searching if action in ("find", "end_search") else True

    def _lay_out(self) -> None:
        first = self._rows.line_of(min(self.top, len(self._rows) - 1)) if len(self._rows) else 0
        self._rows = Rows(self._document, self.size.width, is_wrapped=self._is_wrapped)
        is_there = first < len(self._document.lines)
        self.top = self._within(self._rows.first_row(first)) if is_there else 0


class TextPane(Vertical):
    """A long text with the line its search is typed into."""

    DEFAULT_CSS = "TextPane { height: 1fr; } TextPane LongText { height: 1fr; }"

    def compose(self) -> ComposeResult:
        """Text, search."""
        yield LongText()
        yield SearchLine()

    @property
    def text(self) -> LongText:
        """The text."""
        return self.query_one(LongText)

    @on(SearchLine.Typed)
    def _typed(self, message: SearchLine.Typed) -> None:
        message.stop()
        self.text.look_for(message.wanted)

    @on(SearchLine.Stepped)
    def _stepped(self, message: SearchLine.Stepped) -> None:
        message.stop()
        self.text.action_find(message.steps)

    @on(SearchLine.Taken)
    def _taken(self, message: SearchLine.Taken) -> None:
        message.stop()
        self.screen.set_focus(self.text)
        self.text.show_match()

    @on(SearchLine.Ended)
    def _ended(self, message: SearchLine.Ended) -> None:
        message.stop()
        self.screen.set_focus(self.text)
        self.text.forget_search()
