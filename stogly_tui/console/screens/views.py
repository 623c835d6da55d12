"""Saved views of the order grid: the list to choose from, and keeping the present one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding

from stogly_tui.console.screens.base import Dialog
from stogly_tui.console.widgets.line_list import LineList, SimpleList
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.model.queries.views import ViewRow
from stogly_tui.present.blocks import Line, Tone, heading, line, say


@dataclass(frozen=True, slots=True)
class ViewAnswer:
    """What is to be done: open or remove a view, or keep the present one."""

    verb: Literal["open", "remove", "save"]
    view: ViewRow | None = None


class ViewsDialog(Dialog[ViewAnswer]):
    """The views one has kept. Answers what to do, or None."""

    DEFAULT_CSS = "ViewsDialog SimpleList { height: 12; }"
    BINDINGS = [
        Binding(
            "s", "save", "keep", show=False, id="views.save", tooltip="Keep the present view under a name"
        ),
        Binding("d", "drop", "drop", show=False, id="views.drop", tooltip="Drop the view under the cursor"),
    ]

    def __init__(self, views: Sequence[ViewRow], present: str) -> None:
        super().__init__()
        self._views, self._present = {one.id: one for one in views}, present

    def body(self) -> ComposeResult:
        """The list and its keys."""
        yield Panel(heading("VIEWS"))
        yield SimpleList()
        if not self._views:
            yield Panel(
                line(say("None is kept yet: s keeps the present filter, sort and columns.", Tone.MUTED))
            )
        yield Panel(
            line(say("Now: ", Tone.MUTED), say(self._present or "all orders")),
            line(say("Enter open  s keep the present one  d drop  Esc leave", Tone.MUTED)),
        )

    def on_mount(self) -> None:
        """Show the views."""
        rows = self.query_one(SimpleList)
        rows.show([(key, self._line(one)) for key, one in self._views.items()])
        self.set_focus(rows)

    @staticmethod
    def _line(one: ViewRow) -> Line:
        return line(
            say(f"{one.key.upper():<4} ", Tone.STRONG),
            say(f"{one.name[:24]:<25}"),
            say(one.query or "all orders", Tone.MUTED),
        )

    def _here(self) -> ViewRow | None:
        key = self.query_one(SimpleList).cursor_key
        return self._views.get(key) if isinstance(key, int) else None

    @on(LineList.Opened)
    def _opened(self) -> None:
        self.dismiss(ViewAnswer("open", self._here()))

    def action_save(self) -> None:
        """Keep the present view."""
        self.dismiss(ViewAnswer("save", self._here()))

    def action_drop(self) -> None:
        """Drop the view under the cursor."""
        here = self._here()
        if here is not None:
            self.dismiss(ViewAnswer("remove", here))
