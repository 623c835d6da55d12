"""The line a filter is typed into: mistakes are underlined, words completed, earlier filters come back."""

from collections.abc import Callable, Sequence

from rich.highlighter import Highlighter
from rich.text import Text
from textual.binding import Binding

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
    """An input for the search language. The screen says what completes a word, and which filters came before."""

    BINDINGS = [
        Binding("tab", "complete", "complete", show=False, id="filter.complete", tooltip="Complete the word"),
        Binding("up", "recall(1)", "earlier", show=False, id="filter.earlier", tooltip="The filter before"),
        Binding("down", "recall(-1)", "later", show=False, id="filter.later", tooltip="The filter after"),
    ]

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:
        self._underline = _Underline()
        self.completer: Callable[[str, int], tuple[str, int] | None] = lambda _text, _cursor: None
        """What the text and the cursor become when the word there is completed."""
        self.earlier: Callable[[int], str | None] = lambda _steps: None
        """The filter so many steps before the one that stands here, or after it."""
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
        found = self.completer(self.value, self.cursor_position)
        if found is not None:
            self.put(*found)

    def action_recall(self, steps: int) -> None:
        """An earlier or a later filter."""
        found = self.earlier(steps)
        if found is not None:
            self.put(found)
