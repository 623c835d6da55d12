"""Signing in by redirect, over SSH too: an address to open anywhere, and the address that is brought back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal

from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.fields import FieldKeys
from stogly_tui.console.widgets.frame import Crumbs, Rule
from stogly_tui.console.widgets.inputs import Button, LineInput
from stogly_tui.console.widgets.panel import Pages, Panel
from stogly_tui.domain.problems import FieldProblem
from stogly_tui.domain.states import ChannelHealth, ChannelState
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.model.queries import channels as queries
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.operations import sign_in
from stogly_tui.operations.channels import CheckResult
from stogly_tui.operations.sign_in import SignInBegun
from stogly_tui.platforms import registry
from stogly_tui.present import times
from stogly_tui.present.blocks import BLANK, Line, Tone, heading, line, say, wrapped

LONGEST = 4000
"""Characters of a pasted address; longer ones are none."""


class SignInScreen(FieldKeys, ConsoleScreen[str]):
    """The address to open, whole, and a field for the one that comes back. Answers the channel's name once signed in."""

    HELP_TITLE = "SIGN IN"
    HELP_TEXT = (
        "Open the address in a browser on any machine, sign in at the platform and approve. It is one line that is "
        "shown over several: copy all of it, a browser takes the line breaks out. F4 hands it to the clipboard of your "
        "terminal (OSC 52), where that is allowed.",
        "Where the receiver runs, the browser comes back by itself and this screen closes. Elsewhere the browser shows "
        "an error page, which is right: copy the address from its bar and paste it here. It counts once, for a while.",
    )
    BINDINGS = [
        Binding("f4", "copy", "copy address", id="sign_in.copy", tooltip="Hand the address to your terminal's clipboard"),
        Binding("f2", "finish", "finish", id="sign_in.finish", tooltip="Finish with the address that was pasted"),
        Binding("escape", "leave", "leave", id="sign_in.leave", tooltip="Leave; the sign-in can be begun again"),
    ]  # fmt: skip

    def __init__(self, row: ChannelRow, begun: SignInBegun) -> None:
        super().__init__()
        self._row, self._begun = row, begun
        self._said: Sequence[Line] = ()

    def body(self) -> ComposeResult:
        """What to do, the address over as many lines as it needs, the field, what is wrong."""
        yield Crumbs(line("Channels > ", say(self._row.name, Tone.STRONG), " > sign in"))
        yield Rule()
        yield Pages()
        yield Rule()
        with Horizontal(classes="field"):
            yield Panel(line("Pasted address"), classes="label")
            yield LineInput(placeholder="the address from the browser's bar", max_length=LONGEST, id="pasted")
        yield Panel(id="said")
        with Horizontal(classes="buttons"):
            yield Button("Finish F2", id="finish")
            yield Button("Leave", id="leave")

    def on_mount(self) -> None:
        """Ready to paste; `ConsoleScreen` reloads."""
        self.set_focus(self.query_one("#pasted"))
        self._show()

    def on_resize(self) -> None:
        """The address is broken anew."""
        self._show()

    def _show(self) -> None:
        width = self.app.size.width
        title = registry.TITLES.get(self._row.platform, self._row.platform)
        until = times.until(self._begun.expires_at, self.services.clock(), self.services.time_zone)
        told = [
            heading(f"SIGN IN TO {title} FOR {self._row.name}"),
            *wrapped("1. Open this address in a browser, on any machine (F4 copies it). Line breaks do no harm.", width),
            BLANK,
            *address_lines(self._begun.url, width),
            BLANK,
            *wrapped(f"2. Sign in there and approve, before {until}.", width),
        ]  # fmt: skip
        if self._begun.comes_back_by_itself:
            told += wrapped("3. The browser comes back by itself; this closes when it has.", width)
            told += wrapped("   Should it show an error page instead: paste its address below.", width)
        else:
            told += wrapped(
                "3. The browser then shows an error page: that is right. Copy its address from the address bar and "
                "paste it below, then Enter.",
                width,
            )
        self.query_one(Pages).show(told)
        self.query_one("#said", Panel).lines = (*self._said, BLANK, BLANK)[:2]

    # --- by itself -----------------------------------------------------------------------------------------

    def reload(self, changes: Changes = EVERYTHING) -> None:
        """Look whether the browser has come back."""
        if changes.is_everything or "channel" in changes.kinds:
            channel_id = self._row.id
            self.asker("channel").ask(lambda: queries.by_id(channel_id))

    def show_loaded(self, slot: str, snapshot: Any) -> None:  # noqa: ARG002
        """Close when somebody has signed in."""
        if snapshot is not None and is_signed_in(self._row, snapshot):
            self.app.report("Sign in", signed_in_says(snapshot))
            if self.is_active:
                self.dismiss(snapshot.name)

    # --- by hand -------------------------------------------------------------------------------------------

    def action_enter_field(self) -> None:
        """Enter finishes."""
        self.action_finish()

    def on_button_pressed(self, message: Button.Pressed) -> None:
        """The buttons."""
        if message.button.id == "finish":
            self.action_finish()
        else:
            self.action_leave()

    def action_finish(self) -> None:
        """Finish with what was pasted."""
        pasted, actor, name = (
            self.query_one("#pasted", LineInput).value.strip(),
            self.services.actor,
            self._row.name,
        )
        if not pasted:
            self._wrong([FieldProblem("address", "is missing.", "Paste the address from the browser's bar.")])
            return
        self._say([line(say("> what came back is checked ...", Tone.BUSY))])
        self.do("Sign in", lambda: sign_in.finish(actor, name, pasted), self._finished, self._wrong)

    def _finished(self, result: CheckResult) -> None:
        if result.account is None or result.problems:
            self._wrong(result.problems)
        elif self.is_attached:
            self.reload()

    def _wrong(self, problems: Sequence[FieldProblem]) -> bool:
        told = " ".join(f"{problem.message} {problem.remedy}" for problem in problems) or "It was refused."
        self._say(wrapped(f"! {told}", self.app.size.width, tone=Tone.BAD))
        return self.is_current

    def _say(self, told: Sequence[Line]) -> None:
        self._said = told
        if self.is_attached:
            self._show()

    def action_copy(self) -> None:
        """Hand the address to the terminal's clipboard."""
        self.app.copy_to_clipboard(self._begun.url)
        self.app.say(
            "Handed to the clipboard of your terminal (OSC 52). If it is not there, select the lines.",
            title="Copy",
        )

    def action_leave(self) -> None:
        """Leave; a draft stays a draft."""
        self.dismiss(None)


def address_lines(url: str, width: int) -> list[Line]:
    """An address over as many lines as it needs, from the first cell on, with nothing put in."""
    return [line(say(url[start : start + width], Tone.STRONG)) for start in range(0, len(url), width)]


def is_signed_in(before: ChannelRow, now: ChannelRow) -> bool:
    """Whether somebody has signed in since ``before`` was read."""
    if now.state is ChannelState.DRAFT or now.health is ChannelHealth.NEEDS_SIGN_IN:
        return False
    was_waiting = before.state is ChannelState.DRAFT or before.health is ChannelHealth.NEEDS_SIGN_IN
    return was_waiting or now.credentials_set_at != before.credentials_set_at


def signed_in_says(row: ChannelRow) -> str:
    """What follows from having signed in."""
    if row.state is ChannelState.READ_ONLY:
        return f"{row.name} is signed in, read-only. Its orders are being read; G goes live, after a plan."
    return f"{row.name} is signed in and goes on; nothing was lost."
