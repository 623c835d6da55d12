"""The console application: thin. It holds the threads, hands their messages on, and carries operations out."""

from stogly_tui.console import launch  # isort: skip  # noqa: F401  Textual reads its environment at import

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any, Literal, Protocol, runtime_checkable

from textual import on
from textual.app import App
from textual.binding import Binding
from textual.filter import LineFilter
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from stogly_tui.console.crashing import CleanCrash
from stogly_tui.console.filters import NoControls
from stogly_tui.console.keymap import BadKeymap, checked
from stogly_tui.console.live import Live
from stogly_tui.console.messages import (
    Broken,
    DatabaseBack,
    DatabaseChanged,
    DatabaseLost,
    Done,
    Loaded,
    LoadFailed,
    Refused,
)
from stogly_tui.console.reader import Asker, Reader
from stogly_tui.console.rooms import MODES, scopes
from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.dialogs import Sure
from stogly_tui.console.screens.go_live import GoLiveScreen
from stogly_tui.console.screens.help import HelpScreen
from stogly_tui.console.screens.palette import GoTo, Palette
from stogly_tui.console.screens.text import ActivityScreen
from stogly_tui.console.services import NoWorker, Services, WorkerHandle
from stogly_tui.console.theme import ANSI, DARK, DEFAULT, NAMES, THEMES
from stogly_tui.console.widgets.frame import KEY_NAMES, StatusBar
from stogly_tui.crash import write_report
from stogly_tui.domain.people import NotAllowed
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.safe_text import safe_line
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.model.database import DatabaseUnreachable
from stogly_tui.model.queries import status
from stogly_tui.model.queries.status import Vitals
from stogly_tui.operations.go_live import GoLivePlan, go_live, plan_go_live
from stogly_tui.operations.pushes import confirm_sending

__all__ = ["BadKeymap", "NoWorker", "Services", "StoglyApp", "WorkerHandle", "run"]

TICK = 15.0
"""Seconds between two looks at whether an age reads otherwise; nothing is sent to the terminal when none does."""
STOP_WITHIN = 8.0


@runtime_checkable
class ShowsChannel(Protocol):
    """A screen that can show what belongs to one channel."""

    def show_channel(self, channel_id: int) -> None:
        """Show it."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something the operator did, for the activity list."""

    at: datetime
    title: str
    outcome: str
    is_ok: bool


def styles() -> list[str | PurePath]:
    """The style sheets: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    folder = package / "styles" if (package / "styles").is_dir() else package.parent / "styles"
    return [*sorted(folder.glob("*.tcss"))]


class StoglyApp(CleanCrash):
    """The operations console."""

    TITLE = "stogly-tui"
    CSS_PATH = styles()
    MODES = MODES  # type: ignore[assignment]  # factories that import their screen when it is first opened
    DEFAULT_MODE = "orders"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    NOTIFICATION_TIMEOUT = 6
    BINDINGS = [
        Binding(
            "1", "switch_mode('orders')", "Orders", show=False, id="room.orders", tooltip="The order grid"
        ),
        Binding(
            "2", "switch_mode('channels')", "Channels", show=False, id="room.channels", tooltip="The channels"
        ),
        Binding(
            "6", "switch_mode('log')", "Sync log", show=False, id="room.log", tooltip="Runs and log entries"
        ),
        Binding(
            "o",
            "go_to",
            "go to no.",
            id="app.go_to",
            tooltip="Go to an order by number, e-mail, phone, postcode",
        ),
        Binding(
            "question_mark,f1", "help", "help", show=False, id="app.help", tooltip="Help for this screen"
        ),
        Binding(
            "colon,ctrl+p,f10",
            "commands",
            "more",
            show=False,
            id="app.commands",
            tooltip="Every action by name",
        ),
        Binding("f5", "reload", "Read again", show=False, id="app.reload", tooltip="Read this screen again"),
        Binding(
            "f9",
            "activity",
            "Activity",
            show=False,
            id="app.activity",
            tooltip="What you did in this console",
        ),
        Binding("f8", "next_theme", "Colours", show=False, id="app.theme", tooltip="Other colours"),
        Binding(
            "f12",
            "confirm_sending",
            "Unlock",
            show=False,
            id="app.confirm_sending",
            tooltip="Let sending go on after a restored copy",
        ),
        Binding("q,ctrl+q", "leave", "quit", show=False, id="app.quit", tooltip="Leave the console"),
        Binding(
            "ctrl+z",
            "suspend",
            "Suspend",
            show=False,
            id="app.suspend",
            tooltip="Stop for a while (fg goes on)",
        ),
        Binding("ctrl+c", "hint_quit", "", show=False, id="app.ctrl_c", tooltip="Says how to leave"),
    ]

    def __init__(self, services: Services) -> None:
        self.services = services
        keymap = checked(services.keymap, scopes(self.BINDINGS))
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        if not os.environ.get("TEXTUAL_THEME"):
            self.theme = DEFAULT
        self.set_keymap(keymap)
        self.reader = Reader()
        self.deeds: list[Deed] = []
        self.open_screens: set[ConsoleScreen[Any]] = set()
        self.vitals: Vitals | None = None
        self.lost = ""
        self._live = Live(self.post_message)
        self._vitals = Asker(self.reader, self, "vitals")
        self._no_controls = NoControls()

    # --- Textual's own hooks -------------------------------------------------------------------------------

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The last door for control characters, before Textual's own filters."""
        return [self._no_controls, *super().get_line_filters()]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colours where a theme does not name them."""
        return ANSI if self.theme.startswith("ansi") else DARK

    def get_key_display(self, binding: Binding) -> str:
        """Short names of keys: `Spc`, `*`, `Esc`."""
        return KEY_NAMES.get(binding.key) or super().get_key_display(binding)

    def on_mount(self) -> None:
        """Start listening; leave cleanly when told to by a signal."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit, 0)
        self.app_resume_signal.subscribe(self, self._resumed)
        self._live.start()
        self._vitals.ask(status.vitals)
        self.set_interval(TICK, self._tick)

    def on_unmount(self) -> None:
        """Close the threads."""
        self._live.close()
        self.reader.close()

    # --- messages: one handler per type --------------------------------------------------------------------

    @on(DatabaseChanged)
    def _database_changed(self, message: DatabaseChanged) -> None:
        self._vitals.ask(status.vitals)
        self._tell_screens(message.changes)

    @on(DatabaseLost)
    def _database_lost(self, message: DatabaseLost) -> None:
        self.say_lost(message.text)

    @on(DatabaseBack)
    def _database_back(self, _message: DatabaseBack) -> None:
        self._found_again()
        self._tell_screens(EVERYTHING)

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        if self._vitals.take(message):
            self.vitals = message.snapshot
            self._found_again()

    @on(LoadFailed)
    def _load_failed(self, message: LoadFailed) -> None:
        self._vitals.take(message)
        self.say_lost(message.text)

    @on(Broken)
    def _broken(self, message: Broken) -> None:
        self._unforeseen("Reading", message.error)

    @on(Done)
    def _done(self, message: Done) -> None:
        told = message.then(message.result) if message.then else "done"
        if told:
            self.report(message.title, told)

    @on(Refused)
    def _refused(self, message: Refused) -> None:
        if message.wrong is not None and message.problems:
            message.wrong(message.problems)
        self.report(message.title, message.text, is_ok=False)

    @on(Worker.StateChanged)
    def _worker_changed(self, message: Worker.StateChanged) -> None:
        if message.state is WorkerState.ERROR and message.worker.error is not None:
            self._unforeseen(message.worker.name, message.worker.error)

    # --- what screens call ---------------------------------------------------------------------------------

    def carry_out(
        self,
        title: str,
        operation: Callable[[], Any],
        then: Callable[[Any], str | None] | None = None,
        wrong: Callable[[Sequence[FieldProblem]], None] | None = None,
    ) -> None:
        """Run an operation in a thread; say its outcome in a toast and keep it in the activity list."""
        if self.services.read_only:
            actor = self.services.actor
            self.report(
                title,
                f"{actor.name} is {actor.role}: this console is read only, nothing was done.",
                is_ok=False,
            )
            return

        def work() -> None:
            try:
                result = operation()
            except InvalidInput as error:
                told = " ".join(f"{problem.message} {problem.remedy}" for problem in error.problems)
                self.post_message(Refused(title, told, error.problems, wrong))
            except NotAllowed as error:
                self.post_message(Refused(title, str(error)))
            except DatabaseUnreachable as error:
                told = f"the database does not answer: {error}. Nothing was done; try again."
                self.post_message(Refused(title, told))
            else:
                self.post_message(Done(title, result, then))

        self.run_worker(work, name=title, group="operations", thread=True, exit_on_error=False)

    def report(self, title: str, text: str, *, is_ok: bool = True) -> None:
        """Say an outcome, plainly, and remember it."""
        self.deeds.append(Deed(self.services.clock(), safe_line(title), safe_line(text, 2000), is_ok))
        self.say(text, title=title, severity="information" if is_ok else "error")

    def say(
        self,
        text: str,
        *,
        title: str = "",
        severity: Literal["information", "warning", "error"] = "information",
    ) -> None:
        """A toast of untrusted text; it takes the place of the one before, so that they never pile up."""
        self.clear_notifications()
        self.notify(
            safe_line(text),
            title=safe_line(title),
            severity=severity,
            timeout=self.NOTIFICATION_TIMEOUT * (2 if severity == "error" else 1),
            markup=False,
        )

    def say_lost(self, text: str) -> None:
        """The database does not answer: the line at the top says so until it does."""
        self.lost = safe_line(text, 60)
        self._show_vitals()

    def show_vitals_on(self, screen: Screen[Any]) -> None:
        """Give a screen that comes to the front what the line at the top tells."""
        if isinstance(screen, ConsoleScreen):
            self.open_screens.add(screen)
        for bar in screen.query(StatusBar):
            bar.lost, bar.vitals = self.lost, self.vitals
            bar.repaint()

    def open_room(self, name: str, channel_id: int) -> None:
        """Go to a room, and show one channel there."""
        self.switch_mode(name)
        self.call_after_refresh(self._show_channel, channel_id)

    def _show_channel(self, channel_id: int) -> None:
        if isinstance(self.screen, ShowsChannel):
            self.screen.show_channel(channel_id)

    def show_go_live(self, plan: GoLivePlan) -> None:
        """Show what Go live would do, from any screen; do it when told so."""
        actor = self.services.actor

        def answered(answer: datetime | bool | None) -> None:
            if answer is True:
                self.carry_out(
                    "Go live", lambda: go_live(actor, plan), lambda row: f"{row.name} is {row.state}."
                )
            elif isinstance(answer, datetime):
                self.carry_out(
                    "Go live", lambda: plan_go_live(actor, plan.channel, answer), self.show_go_live
                )

        self.push_screen(GoLiveScreen(plan), answered)

    # --- actions -------------------------------------------------------------------------------------------

    def action_go_to(self) -> None:
        """Find an order, whatever the filter."""
        if not isinstance(self.screen, GoTo):
            self.push_screen(GoTo())

    def action_help(self) -> None:
        """Help for the screen in front."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_commands(self) -> None:
        """Every action of the screen in front, by name."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(self.screen))

    def action_activity(self) -> None:
        """What was done in this console."""
        if not isinstance(self.screen, ActivityScreen):
            self.push_screen(ActivityScreen())

    def action_reload(self) -> None:
        """Read the screen in front again."""
        if isinstance(self.screen, ConsoleScreen):
            self.screen.reload()

    def action_next_theme(self) -> None:
        """Other colours."""
        self.theme = NAMES[(NAMES.index(self.theme) + 1) % len(NAMES)] if self.theme in NAMES else DEFAULT

    def action_leave(self) -> None:
        """Leave, after a question."""
        if not isinstance(self.screen, Sure):
            here = (
                "The worker that runs here stops with it; every order is left safe."
                if self._serves_here
                else ""
            )
            self.push_screen(Sure("LEAVE THE CONSOLE", [here], "leave"), self._leave)

    def action_confirm_sending(self) -> None:
        """Let sending go on after a restored copy was opened, after a question."""
        if not (self.vitals and self.vitals.sending_is_locked):
            self.say("Sending is not locked.", title="Unlock")
            return
        told = (
            "This database is a copy, or older than one used here before: orders may have been sent since.",
            "Each order is looked up at its destination before it is sent, so none is sent twice.",
        )
        self.push_screen(Sure("LET SENDING GO ON", told, "let it go on"), self._unlock)

    def _unlock(self, is_sure: bool | None) -> None:
        actor = self.services.actor
        if is_sure:
            self.carry_out("Unlock", lambda: confirm_sending(actor), lambda _: "Sending goes on.")

    def action_hint_quit(self) -> None:
        """Say how to leave."""
        self.say("Press q, then y, to leave the console.")

    def action_suspend(self) -> None:
        """Stop the worker, then the process; `fg` goes on with both."""
        self.services.worker.stop(STOP_WITHIN)
        self.action_suspend_process()

    # --- inside --------------------------------------------------------------------------------------------

    @property
    def _serves_here(self) -> bool:
        return "here" in self.services.worker.title

    def _leave(self, is_sure: bool | None) -> None:
        if is_sure:
            self.exit(0)

    def _resumed(self, _app: App[Any]) -> None:
        self.services.worker.start()
        self._tell_screens(EVERYTHING)

    def _tell_screens(self, changes: Changes) -> None:
        for screen in tuple(self.open_screens):
            if screen.is_attached:
                screen.post_message(DatabaseChanged(changes))
            else:
                self.open_screens.discard(screen)

    def _found_again(self) -> None:
        self.lost = ""
        self._show_vitals()

    def _show_vitals(self) -> None:
        for screen in self.screen_stack:
            self.show_vitals_on(screen)

    def _tick(self) -> None:
        self._show_vitals()
        if isinstance(self.screen, ConsoleScreen):
            self.screen.tick()

    def _unforeseen(self, title: str, error: BaseException) -> None:
        path = write_report(error)
        self.report(
            title,
            f"UNEXPECTED {type(error).__name__}. Nothing more was done; a redacted report is in {path}",
            is_ok=False,
        )


def run(services: Services, *, mouse: bool = True) -> int:
    """Open the console and stay until the operator leaves; the exit code.

    Raises:
        BadKeymap: the keymap names an unknown action, or gives one key two meanings.
    """
    app = StoglyApp(services)
    services.worker.start()
    try:
        app.run(mouse=mouse)
    finally:
        services.worker.stop(STOP_WITHIN)
    return app.return_code or 0
