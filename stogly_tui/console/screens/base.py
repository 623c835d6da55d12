"""What all screens share: the frame, reading again when rows change, and calling operations."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen

from stogly_tui.console.messages import DatabaseChanged, Loaded, LoadFailed
from stogly_tui.console.reader import Asker, Lane
from stogly_tui.console.services import Services
from stogly_tui.console.widgets.frame import KeyLine, StatusBar
from stogly_tui.domain.problems import FieldProblem
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.present.blocks import Line, View

if TYPE_CHECKING:
    from stogly_tui.console.app import StoglyApp

R = TypeVar("R")
ASK_AGAIN = 1.0
"""Seconds until a question that the database did not answer is asked again."""


class ConsoleScreen(Screen[R], Generic[R]):
    """A screen over the database: asks when it opens, and again when rows changed while it is in front."""

    app: StoglyApp
    HELP_TITLE = ""
    HELP_TEXT: Sequence[str] = ()
    GUIDE: Sequence[tuple[str, str]] = ()
    COMMANDS_ONLY: Sequence[tuple[str, str]] = ()
    """Actions without a key here, with their words: the palette has them."""

    def __init__(self) -> None:
        super().__init__()
        self._stale: Changes | None = None
        self._askers: dict[str, Asker] = {}

    @property
    def services(self) -> Services:
        """Who uses the console, on what."""
        return self.app.services

    def view(self, width: int | None = None) -> View:
        """Where and when the operator looks."""
        view = self.services.view(width or self.app.size.width)
        return replace(view, zone=UTC) if self.app.shows_utc else view

    def compose(self) -> ComposeResult:
        """The frame with the screen's own body."""
        yield StatusBar(self.services)
        yield from self.body()
        yield KeyLine()

    @abstractmethod
    def body(self) -> ComposeResult:
        """What stands between the lines at the top and at the bottom."""

    @abstractmethod
    def reload(self, changes: Changes = EVERYTHING) -> None:
        """Ask for what this screen shows; ``changes`` tells what may differ."""

    @abstractmethod
    def show_loaded(self, slot: str, snapshot: Any) -> None:
        """Put a snapshot where the widgets see it."""

    @property
    def unsaved(self) -> str:
        """What was typed here and would be lost, in a few words; blank when nothing would."""
        return ""

    def help_now(self) -> Sequence[Line]:
        """What help says of this screen as it stands now: what is marked, filtered, chosen; nothing by default."""
        return ()

    def why_not(self, action: str) -> str:  # noqa: ARG002
        """Why an action that this screen greys cannot be done now, in a few words without a full stop."""
        return ""

    def tick(self) -> None:
        """A while has passed: ages may read otherwise."""

    def asker(self, slot: str, lane: Lane = Lane.COMMON) -> Asker:
        """The asker of one kind of question; each lane has a thread of its own."""
        if slot not in self._askers:
            self._askers[slot] = Asker(self.app.reader, self, slot, lane)
        return self._askers[slot]

    def do(
        self,
        title: str,
        operation: Callable[[], Any],
        then: Callable[[Any], str | None] | None = None,
        wrong: Callable[[Sequence[FieldProblem]], bool | None] | None = None,
    ) -> None:
        """Carry out an operation beside the screen; ``then`` takes the result and may say it in a sentence,
        ``wrong`` takes the problems of what was filled in.
        """
        self.app.carry_out(title, operation, then, wrong)

    def on_mount(self) -> None:
        """First look."""
        self.app.show_vitals_on(self)
        self.reload()

    def on_unmount(self) -> None:
        """What this screen could not read matters no more."""
        self.app.say_found(self)

    def on_screen_resume(self) -> None:
        """In front again: look at what changed meanwhile."""
        if self._stale is not None:
            changes, self._stale = self._stale, None
            self.reload(changes)
        self.app.show_vitals_on(self)
        self.tick()

    @on(DatabaseChanged)
    def _changed(self, message: DatabaseChanged) -> None:
        if self.is_current:
            self.reload(message.changes)
        else:
            self._stale = EVERYTHING

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        asker = self._askers.get(message.slot)
        if asker is not None:
            self.app.say_found(self)
            if asker.take(message):
                self.show_loaded(message.slot, message.snapshot)

    @on(LoadFailed)
    def _load_failed(self, message: LoadFailed) -> None:
        asker = self._askers.get(message.slot)
        if asker is None:
            return
        is_wanted = asker.take(message)
        if message.text:
            self.app.say_lost(message.text, self)
            if is_wanted:
                self.set_timer(ASK_AGAIN, asker.again)


class Dialog(ModalScreen[R], Generic[R]):
    """A small window over a screen. Esc leaves it without doing anything."""

    app: StoglyApp
    BINDINGS = [
        Binding("escape", "leave", "Leave", id="dialog.leave", tooltip="Leave without doing anything")
    ]
    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > Vertical { width: 76; max-width: 96%; height: auto; max-height: 96%; border: ascii $edge; padding: 0 1;
        background: $surface; }
    """

    def compose(self) -> ComposeResult:
        """The window."""
        with Vertical():
            yield from self.body()

    @abstractmethod
    def body(self) -> ComposeResult:
        """What stands in the window."""

    def action_leave(self) -> None:
        """Leave without doing anything."""
        self.dismiss(None)
