"""Panels: lines that stand, and lines that scroll."""

from collections.abc import Sequence

from textual import events
from textual.binding import Binding
from textual.reactive import reactive

from stogly_tui.console.widgets.painted import Painted
from stogly_tui.present.blocks import BLANK, Line


class Panel(Painted):
    """Lines that stand still; ``lines`` is all there is to set."""

    DEFAULT_CSS = "Panel { height: auto; }"
    lines: reactive[tuple[Line, ...]] = reactive((), init=False, repaint=False)

    def __init__(
        self, *lines: Line, under: str = "", id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._under = under
        self.set_reactive(Panel.lines, lines)

    def line_at(self, y: int) -> tuple[Line, str]:
        """The line at this height."""
        return (self.lines[y] if y < len(self.lines) else BLANK, self._under)

    def watch_lines(self, before: tuple[Line, ...], after: tuple[Line, ...]) -> None:
        """Repaint what differs; ask for another height only where the height follows the lines."""
        if len(before) != len(after) and self.styles.is_auto_height:
            self.refresh(layout=True)
        self.repaint()

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        """As many lines as there are."""
        return max(len(self.lines), 1)


class Pages(Painted, can_focus=True):
    """Lines that scroll: a long text without a cursor."""

    DEFAULT_CSS = "Pages { height: 1fr; }"
    BINDINGS = [
        Binding("up", "scroll_by(-1)", "Up", show=False, id="text.up", tooltip="One line up"),
        Binding("down", "scroll_by(1)", "Down", show=False, id="text.down", tooltip="One line down"),
        Binding("pageup", "scroll_page(-1)", "Page up", show=False, id="text.page_up", tooltip="One page up"),
        Binding(
            "pagedown,space",
            "scroll_page(1)",
            "Page down",
            show=False,
            id="text.page_down",
            tooltip="One page down",
        ),
        Binding("home", "scroll_by(-1000000)", "Top", show=False, id="text.top", tooltip="To the top"),
        Binding("end", "scroll_by(1000000)", "End", show=False, id="text.end", tooltip="To the end"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: Sequence[Line] = ()
        self.top = 0

    def show(self, lines: Sequence[Line], *, keep_place: bool = True) -> None:
        """Show these lines; the place stays when it is the same text in a newer form."""
        self._lines = lines
        self.top = self._within(self.top) if keep_place else 0
        self.repaint()

    def line_at(self, y: int) -> tuple[Line, str]:
        """The line at this height."""
        index = self.top + y
        return (self._lines[index] if index < len(self._lines) else BLANK, "")

    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._lines)

    @property
    def place(self) -> str:
        """Where one is in the text, when it is longer than the room."""
        height, count = self.size.height, self.row_count()
        return f"line {self.top + 1} to {min(self.top + height, count)} of {count}" if count > height else ""

    def action_scroll_by(self, lines: int) -> None:
        """Scroll by lines."""
        self.top = self._within(self.top + lines)
        self.repaint()

    def action_scroll_page(self, pages: int) -> None:
        """Scroll by pages."""
        self.action_scroll_by(pages * max(self.size.height - 1, 1))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel."""
        event.stop()
        self.action_scroll_by(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel."""
        event.stop()
        self.action_scroll_by(-3)

    def on_resize(self) -> None:
        """Room changed; `Painted` repaints."""
        self.top = self._within(self.top)

    def _within(self, top: int) -> int:
        return max(0, min(top, self.row_count() - self.size.height))
