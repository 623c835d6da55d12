"""The line that a search is typed into, with what was found of it."""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from stogly_tui.console.widgets.inputs import LineInput
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.present.blocks import Tone, line, say


class SearchLine(Horizontal):
    """Hidden until a search is opened; stays while one goes from match to match."""

    DEFAULT_CSS = """
    SearchLine { height: 1; display: none; }
    SearchLine.-open { display: block; }
    SearchLine .search-label { width: 7; height: 1; }
    SearchLine LineInput { width: 1fr; }
    SearchLine .search-found { width: 44; height: 1; margin-left: 1; }
    """
    BINDINGS = [
        Binding("escape", "end", "end search", id="search.end", tooltip="End the search"),
        Binding("up", "step(-1)", "before", show=False, id="search.up", tooltip="The match before"),
        Binding("down", "step(1)", "next", show=False, id="search.down", tooltip="The next match"),
    ]

    @dataclass
    class Typed(Message):
        """Something else is looked for."""

        wanted: str

    @dataclass
    class Stepped(Message):
        """To another match, while still typing."""

        steps: int

    @dataclass
    class Taken(Message):
        """Enter: back to what is searched, and on with n and N."""

    @dataclass
    class Ended(Message):
        """The search is over."""

    def compose(self) -> ComposeResult:
        """Label, what is typed, what was found."""
        yield Panel(line(say("Search ", Tone.MUTED)), classes="search-label")
        yield LineInput(placeholder="a part of the text")
        yield Panel(line(""), classes="search-found")

    @property
    def is_open(self) -> bool:
        """Whether a search goes on."""
        return self.has_class("-open")

    @property
    def wanted(self) -> str:
        """What is looked for; blank while no search goes on."""
        return self.query_one(LineInput).value if self.is_open else ""

    def open(self) -> None:
        """Begin to type, with what was looked for last."""
        self.add_class("-open")
        field = self.query_one(LineInput)
        field.cursor_position = len(field.value)
        self.screen.set_focus(field)
        if field.value:
            self.post_message(self.Typed(field.value))

    def tell(self, found: str) -> None:
        """Say what was found."""
        hint = (
            "Enter, then n N; Esc ends"
            if self.query_one(LineInput).has_focus
            else "n next  N before  Esc ends"
        )
        self.query_one(".search-found", Panel).lines = (
            line(say(f"{found:<16} ", Tone.STRONG), say(hint, Tone.MUTED)),
        )

    def action_end(self) -> None:
        """End the search."""
        self.remove_class("-open")
        self.post_message(self.Ended())

    def action_step(self, steps: int) -> None:
        """To another match."""
        self.post_message(self.Stepped(steps))

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        if self.is_open:
            self.post_message(self.Typed(message.value))

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.post_message(self.Taken())
