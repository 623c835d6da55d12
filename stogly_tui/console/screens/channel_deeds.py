"""What can be done on the list of channels: with a channel, and with the flow that is chosen below it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from textual.binding import Binding

from stogly_tui.console.screens import flow_dialogs
from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.dialogs import Sure
from stogly_tui.console.screens.sign_in import SignInScreen
from stogly_tui.console.screens.tool_deeds import COMMANDS
from stogly_tui.domain.people import Role
from stogly_tui.domain.states import ChannelState, FlowType
from stogly_tui.model.queries.channels import ChannelRow, FlowRow
from stogly_tui.operations import channels, flows, pulls, sign_in
from stogly_tui.operations.channels import CheckResult
from stogly_tui.operations.sign_in import SignInBegun


class ChannelDeeds(ConsoleScreen[None]):
    """A screen with a chosen channel and a chosen flow of it."""

    COMMANDS_ONLY = COMMANDS
    BINDINGS = [
        Binding("a", "add", "add", id="channels.add", tooltip="Add a channel"),
        Binding("p", "pull", "start", id="channels.pull", tooltip="Start the chosen flow, or read this channel now"),
        Binding("x", "stop", "stop", id="channels.stop", tooltip="Stop the chosen flow; asks first"),
        Binding("T", "test", "Test", id="channels.test", tooltip="Test: ask the channel whether our keys work"),
        Binding("z", "pause", "pause", id="channels.pause", tooltip="Pause this channel, or resume it"),
        Binding("G", "go_live", "Go live", id="channels.go_live", tooltip="Go live, after a plan"),
        Binding("f", "add_flow", "+flow", id="channels.add_flow", tooltip="Add a flow: type, name, schedule, settings"),
        Binding("e", "change_flow", "edit", id="channels.change_flow", tooltip="Edit the chosen flow: name, schedule"),
        Binding("d", "daily", "daily", id="channels.daily", tooltip="Daily re-fetch: when, how many days"),
        Binding("t", "tools", "tools", id="channels.tools", tooltip="Tools: pull one, verify counts, webhooks, clock"),
        Binding("h", "history", "history", show=False, id="channels.history", tooltip="What was done to it, by whom"),
        Binding("s", "sign_in", "sign in", show=False, id="channels.sign_in", tooltip="Sign in by redirect, in a browser"),
        Binding("l", "log", "log", show=False, id="channels.log", tooltip="The sync log of this channel"),
        Binding("b", "orders", "orders", show=False, id="channels.orders", tooltip="The orders of this channel"),
        Binding("D", "remove", "remove", show=False, id="channels.remove",
                tooltip="Remove the channel, or the flow that has the focus"),
        Binding("U", "users", "users", show=False, id="channels.users", tooltip="People and their roles"),
    ]  # fmt: skip
    wanted = ""
    """The channel that the cursor goes to once it is there."""

    @property
    @abstractmethod
    def channel(self) -> ChannelRow | None:
        """The chosen channel."""

    @property
    @abstractmethod
    def flow(self) -> FlowRow | None:
        """The chosen flow of the chosen channel."""

    @property
    @abstractmethod
    def flows_of_channel(self) -> tuple[FlowRow, ...]:
        """Every flow of the chosen channel."""

    @property
    @abstractmethod
    def is_on_flows(self) -> bool:
        """Whether the flows have the focus."""

    # --- the form ------------------------------------------------------------------------------------------

    def action_add(self) -> None:
        """Add a channel."""
        actor = self.services.actor
        if not actor.role.covers(Role.ADMIN):
            self.app.report(
                "Add channel",
                f"{actor.name} is {actor.role}; this needs the role admin. Ask an admin.",
                is_ok=False,
            )
            return
        self.open_form(None)

    def open_form(self, row: ChannelRow | None, *, tab: str = "Store", begin: str = "") -> None:
        """Open the form of a channel, or of a new one."""
        from stogly_tui.console.screens.channel_form import ChannelForm

        self.app.push_screen(ChannelForm(row, tab=tab, begin=begin), self._saved)

    def _saved(self, name: str | None) -> None:
        if name:
            self.wanted = name
            self.reload()

    def action_tools(self) -> None:
        """The tools of the chosen channel."""
        if self.channel is not None:
            self.open_form(self.channel, tab="Tools")

    def action_tool(self, name: str) -> None:
        """One of its tools, at once."""
        if self.channel is not None:
            self.open_form(self.channel, tab="Tools", begin=f"tool({name!r})")

    # --- the channel ---------------------------------------------------------------------------------------

    def action_test(self) -> None:
        """Ask the channel whether our keys work."""
        row, actor = self.channel, self.services.actor
        if row is not None:
            self.app.say(f"{row.name} is asked ...", title="Test")
            self.do("Test", lambda: channels.test(actor, row.name), lambda result: tested(row.name, result))

    def action_pause(self) -> None:
        """Pause this channel, or resume it."""
        row, actor = self.channel, self.services.actor
        if row is None:
            return
        if row.state is ChannelState.PAUSED:
            self.do("Resume", lambda: channels.resume(actor, row.name), lambda _: f"{row.name} goes on.")
        else:
            self._sure(
                f"PAUSE {row.name}",
                ["Nothing is read from it or sent to it until it is resumed (z). What is queued waits."],
                "pause",
                "Pause",
                lambda: channels.pause(actor, row.name),
                f"{row.name} is paused.",
            )

    def action_remove(self) -> None:
        """Remove this channel, whose orders stay; or the flow, where the flows have the focus."""
        row, actor = self.channel, self.services.actor
        if row is None:
            return
        if self.is_on_flows and self.flow is not None:
            self._remove_flow(row, self.flow)
            return
        self._sure(
            f"REMOVE {row.name}",
            ["Its keys are forgotten and nothing is read or sent any more; its orders stay.",
             "Refused while an order is being sent to it or its outcome is unknown."],
            "remove",
            "Remove",
            lambda: channels.remove(actor, row.name),
            f"{row.name} is removed.",
        )  # fmt: skip

    def action_sign_in(self) -> None:
        """Sign in by redirect."""
        row, actor = self.channel, self.services.actor
        if row is None:
            return

        def begun(found: SignInBegun) -> None:
            if self.is_active:
                self.app.push_screen(SignInScreen(row, found), self._saved)

        self.do("Sign in", lambda: sign_in.begin(actor, row.name), begun)

    def action_go_live(self) -> None:
        """Say what Go live would do; then do it."""
        if self.channel is not None:
            self.app.ask_go_live(self.channel)

    def action_log(self) -> None:
        """The sync log of this channel."""
        if self.channel is not None:
            self.app.open_room("log", self.channel.id)

    def action_orders(self) -> None:
        """The orders of this channel."""
        if self.channel is not None:
            self.app.open_room("orders", self.channel.id)

    def action_users(self) -> None:
        """People and their roles."""
        from stogly_tui.console.screens.users import UsersScreen

        self.app.push_screen(UsersScreen())

    # --- its flows -----------------------------------------------------------------------------------------

    def action_pull(self) -> None:
        """Start the chosen flow, or read this channel now."""
        row, flow, actor = self.channel, self.flow, self.services.actor
        if row is None:
            return
        if self.is_on_flows and flow is not None:
            self.do(
                "Start flow",
                lambda: flows.start(actor, flow.id),
                lambda _: f"{row.name}: {flow.name} is started.",
            )
        else:
            self.do(
                "Pull now",
                lambda: pulls.pull_now(actor, [row.name]),
                lambda _: f"{row.name} is asked for new orders.",
            )

    def action_stop(self) -> None:
        """Stop the chosen flow, after a question."""
        row, flow, actor = self.channel, self.flow, self.services.actor
        if row is not None and flow is not None:
            self._sure(
                f"STOP {row.name}: {flow.name}",
                [
                    _stopped(flow),
                    "What is asked of it is taken back; p starts it again (Tab goes to the flows).",
                ],
                "stop",
                "Stop flow",
                lambda: flows.stop(actor, flow.id),
                f"{row.name}: {flow.name} is stopped.",
            )

    def action_add_flow(self) -> None:
        """Add a flow."""
        if self.channel is not None:
            flow_dialogs.ask_type(self, self.channel)

    def action_change_flow(self) -> None:
        """Edit the chosen flow."""
        if self.flow is not None:
            flow_dialogs.ask_change(self, self.flow)

    def action_daily(self) -> None:
        """Daily re-fetch: change the one there is, or add one."""
        row = self.channel
        if row is None:
            return
        known = next((one for one in self.flows_of_channel if one.type is FlowType.ORDERS_DAILY), None)
        if known is not None:
            flow_dialogs.ask_change(self, known)
        else:
            flow_dialogs.ask_new(self, row, FlowType.ORDERS_DAILY)

    def _remove_flow(self, row: ChannelRow, flow: FlowRow) -> None:
        actor = self.services.actor
        self._sure(
            f"REMOVE FLOW {row.name}: {flow.name}",
            [_stopped(flow), "Its runs stay in the sync log."],
            "remove the flow",
            "Remove flow",
            lambda: flows.remove(actor, flow),
            f"{row.name}: {flow.name} is removed.",
        )

    def _sure(
        self, title: str, lines: list[str], verb: str, name: str, act: Callable[[], Any], outcome: str
    ) -> None:
        def answered(is_sure: bool | None) -> None:
            if is_sure:
                self.do(name, act, lambda _: outcome)

        self.app.push_screen(Sure(title, lines, verb), answered)


def _stopped(flow: FlowRow) -> str:
    """What no longer happens when a flow is stopped."""
    return {
        FlowType.ORDERS: "No new orders of this channel are read by interval any more.",
        FlowType.ORDERS_DAILY: "Nothing proves any more that no order is missing.",
        FlowType.HISTORY: "Its history stays as far as it is read; it goes on from there when it is started again.",
        FlowType.PUSH: "Nothing is sent to this channel any more; orders wait.",
    }[flow.type]


def tested(name: str, result: CheckResult) -> str:
    """What a test found, in a sentence."""
    if result.account is None:
        return f"{name}: " + " ".join(str(problem) for problem in result.problems)
    account = result.account
    told = f"{name} answers: {account.title or account.account_id}, version {account.version}, {account.currency}."
    return " ".join([told, *account.warnings])
