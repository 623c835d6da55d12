"""Finding: every action by name, and every order by number."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input

from stogly_tui.console.messages import Loaded, LoadFailed
from stogly_tui.console.reader import Asker
from stogly_tui.console.screens.base import ConsoleScreen, Dialog
from stogly_tui.console.widgets.inputs import LineInput
from stogly_tui.console.widgets.line_list import LineList, SimpleList
from stogly_tui.console.widgets.painted import fitted
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.model.queries import orders
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.present import money, words
from stogly_tui.present.blocks import Line, Tone, heading, line, safe_cell, say


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
        self._asker = Asker(self.app.reader, self, "found")
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
        if len(self.text) >= 2:
            self.search(self.text)
        else:
            self._found = []
        self.show_found()
        self.query_one(SimpleList).place(cursor=0, top=0)

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        if self._asker is not None and self._asker.take(message):
            self._found = list(message.snapshot)
            self.show_found()

    @on(LoadFailed)
    def _load_failed(self, message: LoadFailed) -> None:
        self.say_hint(line(say(f"! the database does not answer: {message.text}", Tone.BAD)))

    def show_found(self) -> None:
        """Show what there is to choose from."""
        self.query_one(SimpleList).show(
            [*self.rows(), *((row.id, self._order_line(row)) for row in self._found)]
        )

    def rows(self) -> list[tuple[Hashable, Line]]:
        """What stands before the orders that were found."""
        return []

    def say_hint(self, shown: Line) -> None:
        """One line below the list."""
        self.query_one("#hint", Panel).lines = (shown,)

    def action_move(self, rows: int) -> None:
        """Choose."""
        self.query_one(SimpleList).action_cursor_by(rows)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        key = self.query_one(SimpleList).cursor_key
        if key is not None and self.text:
            self.take(key)

    @on(LineList.Opened)
    def _opened(self, message: LineList.Opened) -> None:
        self.take(message.key)

    def take(self, key: Hashable) -> None:
        """Open the order that was chosen."""
        from stogly_tui.console.screens.order_detail import OrderScreen

        self.dismiss(None)
        self.app.push_screen(OrderScreen(int(str(key))))

    @staticmethod
    def _order_line(row: OrderRow) -> Line:
        return line(
            say(f"{fitted(safe_cell(row.number), 16)} ", Tone.STRONG),
            f"{fitted(safe_cell(row.channel), 11)} {fitted(safe_cell(row.customer), 14)} ",
            f"{money.aligned(row.total, row.currency)} ",
            words.push_short(row).segment,
        )


class GoTo(Finder):
    """Go to an order over all channels, dates and states, whatever the filter."""

    TITLE_TEXT = "GO TO ORDER"
    HINT = "number, channel's or destination's number, CHANNEL/ID, e-mail, phone, postcode"

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
    """Every action that works on the screen beneath, by name; orders by number as well."""

    TITLE_TEXT = "COMMANDS"
    HINT = "an action, or an order's number"

    def __init__(self, beneath: Screen[Any]) -> None:
        super().__init__()
        self._beneath = beneath
        self._actions = self._collect()

    def rows(self) -> list[tuple[Hashable, Line]]:
        """Actions whose words hold everything that was typed, those that begin with it first."""
        typed = self.text.casefold()
        found = [
            (_rank(text.casefold(), typed), action, line(say(f"{keys:<8} ", Tone.STRONG), text))
            for action, (keys, text, _) in self._actions.items()
            if all(word in text.casefold() for word in typed.split())
        ]
        return [(action, shown) for _, action, shown in sorted(found, key=lambda one: one[0])]

    def take(self, key: Hashable) -> None:
        """Carry out an action on the screen beneath, or open an order."""
        if not isinstance(key, str):
            super().take(key)
            return
        namespace = self._actions[key][2]
        self.dismiss(None)
        self.app.call_later(self.app.run_action, key, namespace)

    def _collect(self) -> dict[str, tuple[str, str, Any]]:
        told: dict[str, tuple[str, str, Any]] = {}
        for active in self._beneath.active_bindings.values():
            binding = active.binding
            if active.enabled and binding.tooltip and not binding.action.startswith(("cursor_", "scroll_")):
                told.setdefault(
                    binding.action, (self._beneath.app.get_key_display(binding), binding.tooltip, active.node)
                )
        if isinstance(self._beneath, ConsoleScreen):
            for action, text in self._beneath.COMMANDS_ONLY:
                told.setdefault(action, ("", text, self._beneath))
        return told


def _rank(text: str, typed: str) -> int:
    if text.startswith(typed):
        return 0
    starts = tuple(text.split())
    return 1 if all(any(word.startswith(part) for word in starts) for part in typed.split()) else 2
