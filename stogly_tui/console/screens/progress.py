"""How far work is that runs beside the screens, and what there is of it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding

from stogly_tui.console.bulk_words import progress_lines, work_line
from stogly_tui.console.long_work import LongWork
from stogly_tui.console.screens.base import Dialog
from stogly_tui.console.widgets.line_list import LineList, SimpleList
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.present.blocks import Tone, heading, line, say

LOOK = 0.25
"""Seconds between two looks at how far it is."""


class ProgressDialog(Dialog[None]):
    """Done, total, failed. It ends by itself with the work; Esc leaves the work running in the background."""

    BINDINGS = [Binding("x", "stop", "stop", id="progress.stop", tooltip="Stop after what is being done now")]

    def __init__(self, work: LongWork) -> None:
        super().__init__()
        self.work = work

    def body(self) -> ComposeResult:
        """How far, and what the keys do."""
        left = " leave: nothing is done" if self.work.only_looks else " leave it running; B shows it"
        yield Panel(id="progress")
        yield Panel(
            line(""),
            line(
                say("x", Tone.STRONG), " stop: the rest is not begun    ", say("Esc", Tone.STRONG),
                left,
            ),
        )  # fmt: skip

    def on_mount(self) -> None:
        """Look now and again."""
        self.work.is_watched = True
        self._look()
        self.set_interval(LOOK, self._look)

    def _look(self) -> None:
        if self.work.is_over:
            if self.is_current:
                self.dismiss(None)
            return
        watch = self.work.watch
        self.query_one("#progress", Panel).lines = tuple(
            progress_lines(
                self.work.title, watch.done, watch.total, watch.failed, self.work.left, is_stopping=watch.is_stopped
            )
        )  # fmt: skip

    def action_leave(self) -> None:
        """Leave it running in the background; what only looks is stopped."""
        self.work.is_watched, self.work.is_left = False, True
        if self.work.only_looks:
            self.work.watch.stop()
        self.dismiss(None)

    def action_stop(self) -> None:
        """Stop it."""
        self.work.watch.stop()
        self._look()


class WorksDialog(Dialog[LongWork]):
    """What runs in the background and what ended; Enter shows its progress or its list."""

    DEFAULT_CSS = "WorksDialog SimpleList { height: 12; }"

    def __init__(self, works: list[LongWork]) -> None:
        super().__init__()
        self._works = list(works)

    def body(self) -> ComposeResult:
        """The list."""
        yield Panel(heading("WORK IN THE BACKGROUND, latest first"))
        yield SimpleList()
        yield Panel(line(say("Up Down choose  Enter show  Esc leave", Tone.MUTED)))

    def on_mount(self) -> None:
        """Show them as they are now."""
        self.query_one(SimpleList).show(
            [(n, work_line(one.title, one.watch.done, one.watch.total, one.watch.failed, is_over=one.is_over))
             for n, one in enumerate(self._works)]
        )  # fmt: skip
        self.set_focus(self.query_one(SimpleList))

    @on(LineList.Opened)
    def _opened(self, message: LineList.Opened) -> None:
        self.dismiss(self._works[int(str(message.key))])
