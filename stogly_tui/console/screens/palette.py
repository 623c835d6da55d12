"""Finding: every action, channel and view by name, and every order by number."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input

from stogly_tui.console import commands
from stogly_tui.console.commands import Actions, Found, order_line
from stogly_tui.console.messages import Loaded, LoadFailed
from stogly_tui.console.reader import Asker, Lane
from stogly_tui.console.screens.base import Dialog
from stogly_tui.console.widgets.inputs import LineInput
from stogly_tui.console.widgets.line_list import LineList, SimpleList
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.model.queries import orders
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.present.blocks import Line, Tone, heading, line, say


class Finder(Dialog[None]):
    """A line to type into, and what it finds. Up and Down choose, Enter takes."""

    DEFAULT_CSS = """
    Finder SimpleList { height: 12; }
    """
    BINDINGS = [
        Binding("up", "move(-1)", "Up", show=False, priority=True, id="find.up", tooltip="One row up"),
        Binding("down", "move(1)", "Down", show=False, priority=True, id="find.down", tooltip="One row down"),
    ]
    TITLE_TEXT = ""
    HINT = ""
    FROM = 2
    """So many letters have to be typed before anything is looked for."""

    def __init__(self) -> None:
        super().__init__()
        self._found: list[OrderRow] = []
        self._asker: Asker | None = None
        self._asked = ""

    def body(self) -> ComposeResult:
        """Title, input, what was found, a hint."""
        yield Panel(heading(self.TITLE_TEXT))
        yield LineInput(placeholder=self.HINT)
        yield SimpleList()
        yield Panel(id="hint")

    def on_mount(self) -> None:
        """Ready to type."""
        self._asker = Asker(self.app.reader, self, "found", Lane.QUICK)
        self.set_focus(self.query_one(LineInput))
        self.show_found()

    @property
    def text(self) -> str:
        """What was typed."""
        return self.query_one(LineInput).value.strip()

    def search(self, text: str) -> None:
        """Ask for orders that may be meant."""
        assert self._asker is not None
        self._asked = text
        self._asker.replace(lambda: orders.find(text))

    @on(Input.Changed)
    def _typed(self) -> None:
        self.typed()
        self.show_found()
        self.query_one(SimpleList).place(cursor=0, top=0)

    def typed(self) -> None:
        """Look for what was typed."""
        if len(self.text) >= self.FROM:
            self.search(self.text)
        else:
            self.take_in(())

    def take_in(self, snapshot: Any) -> None:
        """The orders that were found."""
        self._found = list(snapshot)

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        if self._asker is not None and self._asker.take(message):
            self.take_in(message.snapshot)
            self.show_found()

    @on(LoadFailed)
    def _load_failed(self, message: LoadFailed) -> None:
        self.say_hint(line(say(f"! the database does not answer: {message.text}", Tone.BAD)))

    def show_found(self) -> None:
        """Show what there is to choose from."""
        self.query_one(SimpleList).show([(row.id, order_line(row)) for row in self._found])

    def say_hint(self, shown: Line) -> None:
        """One line below the list."""
        self.query_one("#hint", Panel).lines = (shown,)

    def action_move(self, rows: int) -> None:
        """Choose."""
        self.query_one(SimpleList).action_cursor_by(rows)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        key = self.query_one(SimpleList).cursor_key
        if key is not None:
            self.take(key)

    @on(LineList.Opened)
    def _opened(self, message: LineList.Opened) -> None:
        self.take(message.key)

    def take(self, key: Hashable) -> None:
        """Open the order that was chosen."""
        self.dismiss(None)
        self.app.open_order(int(str(key)))


class GoTo(Finder):
    """Go to an order over all channels, dates and states, whatever the filter."""

    TITLE_TEXT = "GO TO ORDER"
    HINT = "number (ours, channel's, destination's), e-mail, phone, postcode"

    def show_found(self) -> None:
        """Say when nothing is found."""
        super().show_found()
        if len(self.text) >= 2 and not self._found and self._asked == self.text:
            self.say_hint(
                line(
                    say("Nothing here has it.", Tone.WARN),
                    " Enter asks the channel, if you type CHANNEL/ID."
                    if "/" not in self.text
                    else " Enter asks the channel for it.",
                )
            )
        else:
            self.say_hint(line(say("Enter opens  Esc leaves", Tone.MUTED)))

    @on(Input.Submitted)
    def _ask_channel(self) -> None:
        channel, slash, remote = self.text.rpartition("/")
        if self._found or not slash or not channel or not remote:
            return
        from stogly_tui.operations import pulls

        actor, app = self.app.services.actor, self.app
        self.dismiss(None)
        app.carry_out(
            f"Fetch {channel}/{remote}",
            lambda: pulls.pull_order(actor, channel, remote),
            lambda _: f"{channel} is asked for order {remote}; it appears when it has come.",
        )


class Palette(Finder):
    """Every action of the screen beneath by name, greyed ones with their reason; channels, views and orders as well."""

    TITLE_TEXT = "COMMANDS"
    HINT = "an action, a channel, a view, or an order's number"
    FROM = 1

    def __init__(self, beneath: Screen[Any]) -> None:
        super().__init__()
        self._actions = Actions(beneath)
        self._elsewhere: list[Found] = []

    @property
    def offered(self) -> list[Found]:
        """All that fits, actions first."""
        return [*self._actions.find(self.text), *(self._elsewhere if self.text else ())]

    def search(self, text: str) -> None:
        """Look in every source for what was typed."""
        assert self._asker is not None
        owner, sources = self.app.services.actor.name, tuple(commands.SOURCES)
        self._asker.replace(lambda: [(source, list(source.ask(text, owner))) for source in sources])

    def take_in(self, snapshot: Any) -> None:
        """What the sources have."""
        self._elsewhere = [source.show(row, self.app) for source, rows in snapshot for row in rows]

    def show_found(self) -> None:
        """Show what there is to choose from, and what Enter would do."""
        offered = self.offered
        self.query_one(SimpleList).show([(found.key, found.line) for found in offered])
        self.say_hint(
            line(say("Enter does it  Esc leaves", Tone.MUTED))
            if offered
            else line(say("Nothing here is called that. ", Tone.WARN), "Esc leaves; o finds any order.")
        )

    def take(self, key: Hashable) -> None:
        """Do it, or say why it cannot be done now."""
        found = next((one for one in self.offered if one.key == key), None)
        if found is None:
            return
        if found.take is None:
            self.say_hint(line(say("Not now: ", Tone.WARN), found.why))
            return
        self.dismiss(None)
        found.take()
