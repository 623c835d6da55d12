"""The console application: thin. It holds the threads, hands their messages on, and carries operations out."""

from stogly_tui.console import launch  # isort: skip  Textual reads its environment at import

import asyncio
import signal
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any, Protocol, runtime_checkable

from textual import events, on
from textual.app import App
from textual.binding import Binding
from textual.filter import LineFilter
from textual.geometry import Size
from textual.screen import Screen

from stogly_tui.console.bindings import EVERYWHERE
from stogly_tui.console.filters import NoColours, NoControls
from stogly_tui.console.hangup import leave_with_the_terminal
from stogly_tui.console.keymap import BadKeymap, checked
from stogly_tui.console.live import Live
from stogly_tui.console.messages import DatabaseBack, DatabaseChanged, DatabaseLost, Loaded, LoadFailed
from stogly_tui.console.presence import Presence
from stogly_tui.console.reader import Asker, Reader
from stogly_tui.console.rooms import MODES, scopes
from stogly_tui.console.screens.base import ASK_AGAIN, ConsoleScreen
from stogly_tui.console.screens.dialogs import Sure
from stogly_tui.console.services import NoWorker, Services, WorkerHandle
from stogly_tui.console.theme import ANSI, DARK, PREFERENCE, THEMES, TITLES, after, registered
from stogly_tui.console.widgets.frame import KEY_NAMES, StatusBar
from stogly_tui.console.widgets.too_small import TooSmall, is_too_small
from stogly_tui.console.windows import Windows
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.safe_text import safe_line
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.model.queries import handovers, status
from stogly_tui.model.queries.status import Vitals
from stogly_tui.model.queries.views import ViewRow
from stogly_tui.operations import preferences

__all__ = ["BadKeymap", "NoWorker", "Services", "StoglyApp", "WorkerHandle", "run"]

TICK = 15.0
"""Seconds between two looks at whether an age reads otherwise; nothing is sent to the terminal when none does."""
STOP_WITHIN = 8.0
LOOK_AFTER = 1.0
"""Seconds between two looks at whether the database still owes an answer."""
SLOW = 3.0
"""Seconds without an answer after which it is said."""
NO_ANSWER = "no answer yet"


@runtime_checkable
class ShowsChannel(Protocol):
    """A screen that can show what belongs to one channel."""

    def show_channel(self, channel_id: int) -> None:
        """Show it."""


@runtime_checkable
class ShowsView(Protocol):
    """A screen that can look as a saved view does."""

    def open_view(self, view: ViewRow) -> None:
        """Look so."""


def styles() -> list[str | PurePath]:
    """The style sheets: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    folder = package / "styles" if (package / "styles").is_dir() else package.parent / "styles"
    return [*sorted(folder.glob("*.tcss"))]


class StoglyApp(Windows):
    """The operations console."""

    TITLE = "stogly-tui"
    CSS_PATH = styles()
    MODES = MODES  # type: ignore[assignment]  # factories that import their screen when it is first opened
    DEFAULT_MODE = "orders"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    NOTIFICATION_TIMEOUT = 6
    BINDINGS = EVERYWHERE

    def __init__(self, services: Services) -> None:
        self.services = services
        keymap = checked(services.keymap, scopes(self.BINDINGS)) if services.keymap else {}
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme_name = "ansi" if self.no_color else services.theme
        self.theme = registered(self.theme_name)
        self.set_keymap(keymap)
        self.reader = Reader()
        self.open_screens: set[ConsoleScreen[Any]] = set()
        self.vitals: Vitals | None = None
        self.shows_utc = False
        self.presence = Presence(self)
        self._losses: dict[object, str] = {}
        self._live = Live(self.post_message)
        self._vitals = Asker(self.reader, self, "vitals")
        self._role = Asker(self.reader, self, "role")
        self._handovers = Asker(self.reader, self, "handovers")
        self._no_controls = NoControls()

    # --- Textual's own hooks -------------------------------------------------------------------------------

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The last door for control characters, before Textual's own filters; under NO_COLOR no colour at all."""
        return (
            [self._no_controls, NoColours()]
            if self.no_color
            else [self._no_controls, *super().get_line_filters()]
        )

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colours where a theme does not name them."""
        return ANSI if self.current_theme.ansi else DARK

    def get_key_display(self, binding: Binding) -> str:
        """Short names of keys: `Spc`, `*`, `Esc`."""
        return KEY_NAMES.get(binding.key) or super().get_key_display(binding)

    async def on_event(self, event: events.Event) -> None:
        """Take no key and no click while the terminal is too small to see what they would do."""
        if isinstance(event, events.Key | events.MouseEvent | events.Paste) and is_too_small(self.size):
            return
        await super().on_event(event)

    def on_resize(self, event: events.Resize) -> None:
        """Room changed: say when there is too little."""
        for screen in self.screen_stack:
            self._fit(screen, event.size)

    def on_mount(self) -> None:
        """Start listening; leave cleanly when told to by a signal."""
        self._ask_handovers()  # before anything else is read: a note that comes late takes keys meant for the list
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit, 0)
        self.app_resume_signal.subscribe(self, self._resumed)
        self._live.start()
        self._vitals.ask(status.vitals)
        self.set_interval(TICK, self._tick)
        self.set_interval(LOOK_AFTER, self._look_after)

    def on_unmount(self) -> None:
        """Close the threads; what works on many orders ends after its present step."""
        for work in self.works:
            work.watch.stop()
        self.presence.close()
        self._live.close()
        self.reader.close()

    # --- messages: one handler per type --------------------------------------------------------------------

    @on(DatabaseChanged)
    def _database_changed(self, message: DatabaseChanged) -> None:
        self._vitals.ask(status.vitals)
        if "user" in message.changes.kinds and self.services.acting is not None:
            self._role.ask(self.services.acting)
        self._tell_screens(message.changes)

    @on(DatabaseLost)
    def _database_lost(self, message: DatabaseLost) -> None:
        self.say_lost(message.text, self._live)

    @on(DatabaseBack)
    def _database_back(self, _message: DatabaseBack) -> None:
        self.say_found(self._live)
        self._vitals.ask(status.vitals)
        self._tell_screens(EVERYTHING)
        self._ask_handovers()

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        if self._handovers.take(message):
            self.show_handovers(message.snapshot)
            return
        if self._role.take(message):
            self._act_as(message.snapshot)
            return
        if self._vitals.take(message):
            self.vitals = message.snapshot
            self.say_found(self)
            self._show_vitals()

    def _act_as(self, actor: Actor) -> None:
        """Somebody gave this person another role, or took it away: it counts from now on."""
        if actor != self.services.actor:
            is_looking = not actor.role.covers(Role.OPERATOR)
            read_only = is_looking or self.services.only_looks
            self.services = replace(self.services, actor=actor, read_only=read_only)
            self._show_vitals()
            self.say(f"You are {actor.role} now.", title="Role")
            self._tell_screens(EVERYTHING)

    def _ask_handovers(self) -> None:
        """Ask, once per start, what the shift before left this person to read."""
        if not self._have_handovers_been_shown:
            name = self.services.actor.name
            self._handovers.ask(lambda: handovers.unread(name))

    @on(LoadFailed)
    def _load_failed(self, message: LoadFailed) -> None:
        is_wanted = self._vitals.take(message)
        self._role.take(message)
        self._handovers.take(message)
        if message.text:
            self.say_lost(message.text)
            if is_wanted:
                self.set_timer(ASK_AGAIN, self._vitals.again)

    # --- what screens call ---------------------------------------------------------------------------------

    @property
    def lost(self) -> str:
        """Why the database does not answer; blank when it does."""
        return next(iter(self._losses.values()), "")

    def say_lost(self, text: str, by: object = None) -> None:
        """The database does not answer ``by`` (a screen, a thread, or the console): the line at the top says so until
        it does.
        """
        self._losses[by or self] = safe_line(text, 60)
        self._show_vitals()

    def say_found(self, by: object) -> None:
        """The database has answered ``by``."""
        if self._losses.pop(by, None) is not None:
            self._show_vitals()

    def show_vitals_on(self, screen: Screen[Any]) -> None:
        """Give a screen that comes to the front what the line at the top tells."""
        self._fit(screen)
        if isinstance(screen, ConsoleScreen):
            self.open_screens.add(screen)
        for bar in screen.query(StatusBar):
            bar.services, bar.lost, bar.vitals = self.services, self.lost, self.vitals
            bar.repaint()

    def _fit(self, screen: Screen[Any], size: Size | None = None) -> None:
        """Cover a screen that has no room, or uncover it."""
        over, is_small = screen.query(TooSmall), is_too_small(size or self.size)
        if is_small and not over and screen.is_attached:
            screen.mount(TooSmall())
        elif over and not is_small:
            over.remove()

    def open_room(self, name: str, channel_id: int) -> None:
        """Go to a room, and show one channel there."""
        self.switch_mode(name)
        self.call_after_refresh(self._show_channel, channel_id)

    def open_view(self, view: ViewRow) -> None:
        """Go to the orders, and look at them as a saved view does."""
        self.switch_mode("orders")
        self.call_after_refresh(self._show_view, view)

    def _show_view(self, view: ViewRow) -> None:
        if isinstance(self.screen, ShowsView):
            self.screen.open_view(view)

    def open_order(self, order_id: int) -> None:
        """Open one order, from any screen."""
        from stogly_tui.console.screens.order_detail import OrderScreen

        self.push_screen(OrderScreen(order_id))

    def _show_channel(self, channel_id: int) -> None:
        if isinstance(self.screen, ShowsChannel):
            self.screen.show_channel(channel_id)

    # --- actions -------------------------------------------------------------------------------------------

    def action_reload(self) -> None:
        """Read the screen in front again."""
        if isinstance(self.screen, ConsoleScreen):
            self.screen.reload()

    def action_utc(self) -> None:
        """Times in UTC, or in the operator's zone again."""
        self.shows_utc = not self.shows_utc
        zone = "UTC" if self.shows_utc else f"your zone, {self.services.time_zone}"
        self.say(f"Times are shown in {zone}.", title="Times")
        if isinstance(self.screen, ConsoleScreen):
            self.screen.tick()

    def action_next_theme(self) -> None:
        """Other colours, remembered for this person."""
        if self.no_color:
            self.say(
                "NO_COLOR is set: this console shows no colours. Unset it to choose some.", title="Colours"
            )
            return
        self.theme_name = after(self.theme_name)
        self.theme = registered(self.theme_name)
        actor, name, told = (
            self.services.actor,
            self.theme_name,
            f"{TITLES[self.theme_name]} ({self.theme_name})",
        )
        if self.services.only_looks:
            self.say(f"{told}; not remembered, this console is read only.", title="Colours")
            return
        self.say(f"{told}, remembered for {actor.name}.", title="Colours")
        self.work_on("Colours", lambda: preferences.remember(actor, PREFERENCE, name), _nothing_to_say)

    def keep_choice(self, key: str, value: object) -> None:
        """Remember a choice of looks for this person; without a word, also when it cannot be kept."""
        actor = self.services.actor
        if not self.services.only_looks:
            self.work_on("Looks", lambda: preferences.remember(actor, key, value), lambda _: None)

    def action_leave(self) -> None:
        """Leave, after a question."""
        if not isinstance(self.screen, Sure):
            told = [f"Not saved: {text}." for text in self._unsaved()]
            told += [
                f"{work.title} is at {work.watch.done:,} of {work.watch.total:,}; the rest is not begun."
                for work in self.works
                if not work.is_over
            ]
            if self._serves_here:
                told.append("The worker that runs here stops with it; every order is left safe.")
            self.push_screen(Sure("LEAVE THE CONSOLE", told or [""], "leave"), self._leave)

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
            from stogly_tui.operations.pushes import confirm_sending

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

    def _unsaved(self) -> list[str]:
        """What was typed and would be lost, on whatever screen it stands."""
        return [text for screen in self.open_screens if screen.is_attached and (text := screen.unsaved)]

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

    def _look_after(self) -> None:
        """Say when an answer takes long: a database that is locked, or a network that swallows everything."""
        if not self.screen_stack:  # it is closing
            return
        self._fit(self.screen)
        if self.reader.waits >= SLOW:
            if self.reader not in self._losses:
                self.say_lost(NO_ANSWER, self.reader)
        else:
            self.say_found(self.reader)

    def _show_vitals(self) -> None:
        for screen in self.screen_stack:
            self.show_vitals_on(screen)

    def _tick(self) -> None:
        self._show_vitals()
        if self.screen_stack and isinstance(self.screen, ConsoleScreen):
            self.screen.tick()


def _nothing_to_say(_: object) -> None:
    """What was done has been said already."""


def run(services: Services, *, mouse: bool = True) -> int:
    """Open the console and stay until the operator leaves; the exit code.

    Raises:
        BadKeymap: the keymap names an unknown action, or gives one key two meanings.
    """
    app = StoglyApp(services)
    is_over = threading.Event()
    leave_with_the_terminal(is_over)
    try:
        with launch.after_first_look(services.worker.start):
            app.run(mouse=mouse)
    finally:
        services.worker.stop(STOP_WITHIN)
        is_over.set()
    return app.return_code or 0
