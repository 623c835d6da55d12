"""Screens that show a text to read: a payload, a log entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen

from stogly_tui.console.widgets.frame import Crumbs, KeyLine, Rule
from stogly_tui.console.widgets.long_text import LongText, TextPane
from stogly_tui.present.blocks import Line, Tone, line, say

if TYPE_CHECKING:
    from stogly_tui.console.app import StoglyApp


class TextScreen(Screen[None]):
    """A title and lines."""

    app: StoglyApp
    BINDINGS = [
        Binding("escape,backspace", "leave", "back", id="text.leave", tooltip="Back to where you came from")
    ]

    def __init__(self, title: str, lines: Sequence[Line] = ()) -> None:
        super().__init__()
        self._title, self._lines = title, lines

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        yield Crumbs(line(say(self._title, Tone.STRONG)))
        yield Rule()
        yield TextPane()
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the text."""
        self.query_one(LongText).show(self._lines)
        self.query_one(LongText).copied_under = self._title
        self.set_focus(self.query_one(LongText))

    def action_leave(self) -> None:
        """Back."""
        self.dismiss(None)
