"""The line a filter is typed into: mistakes are underlined, words completed, earlier filters come back."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.highlighter import Highlighter
from rich.text import Text
from textual.binding import Binding
from textual.message import Message

from stogly_tui.console.widgets.inputs import LineInput
from stogly_tui.domain.search import Mistake


class _Underline(Highlighter):
    """Underlines the parts that could not be read."""

    def __init__(self) -> None:
        self.mistakes: Sequence[Mistake] = ()

    def highlight(self, text: Text) -> None:
        """Style the mistakes; the text itself is never read as markup."""
        for one in self.mistakes:
            text.stylize("underline bold", one.start, one.end)


class FilterInput(LineInput):
    """An input for the search language. The screen completes and remembers; this only asks it to."""

    BINDINGS = [
        Binding("tab", "complete", "complete", show=False, id="filter.complete", tooltip="Complete the word"),
        Binding("up", "recall(1)", "earlier", show=False, id="filter.earlier", tooltip="The filter before"),
        Binding("down", "recall(-1)", "later", show=False, id="filter.later", tooltip="The filter after"),
    ]

    @dataclass
    class Complete(Message):
        """The word at the cursor is to be completed."""

    @dataclass
    class Recall(Message):
        """An earlier filter (positive) or a later one is wanted."""

        steps: int

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:
        self._underline = _Underline()
        super().__init__(placeholder=placeholder, id=id, highlighter=self._underline)

    def show_mistakes(self, mistakes: Sequence[Mistake]) -> None:
        """Underline these."""
        if self._underline.mistakes != mistakes:
            self._underline.mistakes = mistakes
            self.refresh()

    def put(self, text: str, cursor: int | None = None) -> None:
        """Another text, with the cursor there or at its end."""
        self.value = text
        self.cursor_position = len(text) if cursor is None else cursor

    def action_complete(self) -> None:
        """Complete the word at the cursor."""
        self.post_message(self.Complete())

    def action_recall(self, steps: int) -> None:
        """An earlier or a later filter."""
        self.post_message(self.Recall(steps))
