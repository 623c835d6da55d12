"""Channels: every connected account, its health, its flows, and what it wants next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding

from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.dialogs import Answers, Ask, Question, Sure
from stogly_tui.console.widgets.frame import Rooms, Rule
from stogly_tui.console.widgets.line_list import LineList, TableHead, TableList
from stogly_tui.console.widgets.painted import length
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.domain.states import ChannelState, FlowType
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.model.queries import channels as queries
from stogly_tui.model.queries.channels import ChannelRow, FlowRow
from stogly_tui.operations import channels, flows, go_live, pulls
from stogly_tui.operations.channels import CheckResult
from stogly_tui.present import channel_pages
from stogly_tui.present.blocks import Segment, Tone, line, say, wrapped


@dataclass(frozen=True)
class ChannelsSnapshot:
    """Channels and flows at one moment."""

    channels: tuple[ChannelRow, ...]
    flows: tuple[FlowRow, ...]


def read_channels() -> ChannelsSnapshot:
    """Every channel and every flow."""
    return ChannelsSnapshot(tuple(queries.overview()), tuple(queries.flows()))


class ChannelsScreen(ConsoleScreen[None]):
    """Above the channels, below the flows of the chosen one."""

    HELP_TITLE = "CHANNELS"
    HELP_TEXT = (
        "A channel is one connected account: a source of orders, a destination for them, or both. It starts read-only: "
        "orders are read and shown, nothing is sent by rule until Go live, which says first what it would do.",
        "unreachable and needs sign-in heal by themselves: nothing is lost, no try is counted, orders wait.",
        "Below are the flows of the chosen channel; Tab goes there. The daily re-fetch (d) reads by creation time and "
        "proves that nothing is missing.",
    )
    BINDINGS = [
        Binding("a", "add", "add", id="channels.add", tooltip="Add a channel"),
        Binding("p", "pull", "start flow", id="channels.pull", tooltip="Start the chosen flow, or read this channel now"),
        Binding("x", "stop", "stop", id="channels.stop", tooltip="Stop the chosen flow"),
        Binding("T", "test", "Test", id="channels.test", tooltip="Test: ask the channel whether our keys work"),
        Binding("z", "pause", "pause", id="channels.pause", tooltip="Pause this channel, or resume it"),
        Binding("G", "go_live", "Go live", id="channels.go_live", tooltip="Go live, after a plan"),
        Binding("l", "log", "log", id="channels.log", tooltip="The sync log of this channel"),
        Binding("b", "orders", "orders", id="channels.orders", tooltip="The orders of this channel"),
        Binding("d", "daily", "daily", id="channels.daily", tooltip="Daily re-fetch: when, how many days"),
        Binding("tab", "other_list", "flows", show=False, id="channels.other", tooltip="To the flows, or back"),
        Binding("D", "remove", "remove", show=False, id="channels.remove", tooltip="Remove this channel; its orders stay"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._snapshot = ChannelsSnapshot((), ())

    def body(self) -> ComposeResult:
        """Rooms, channels, what is said of the chosen one, its flows."""
        yield Rooms("channels")
        yield Panel(id="add")
        yield TableHead(channel_pages.HEADS)
        yield TableList(channel_pages.HEADS, id="channels")
        yield Rule()
        yield Panel(id="about")
        yield Rule()
        yield TableHead(channel_pages.FLOW_HEADS)
        yield TableList(channel_pages.FLOW_HEADS, id="flows")
        yield Panel(id="setup")

    def on_mount(self) -> None:
        """Focus on the channels; `ConsoleScreen` reloads."""
        self.set_focus(self.query_one("#channels"))

    # --- showing -------------------------------------------------------------------------------------------

    def reload(self, changes: Changes = EVERYTHING) -> None:
        """Read channels and flows again."""
        if changes.is_everything or changes.kinds & {"channel", "flow", "run", "push", "order"}:
            self.asker("channels").ask(read_channels)

    def show_loaded(self, slot: str, snapshot: Any) -> None:  # noqa: ARG002
        """Show channels and flows."""
        self._snapshot = snapshot
        self._show()

    def tick(self) -> None:
        """Ages may read otherwise."""
        self._show()

    def on_resize(self) -> None:
        """Room changed."""
        self._show()

    @property
    def channel(self) -> ChannelRow | None:
        """The chosen channel."""
        key = self.query_one("#channels", TableList).cursor_key
        return next((row for row in self._snapshot.channels if row.id == key), None)

    @property
    def flow(self) -> FlowRow | None:
        """The chosen flow of the chosen channel."""
        key = self.query_one("#flows", TableList).cursor_key
        return next((row for row in self._snapshot.flows if row.id == key), None)

    def _show(self) -> None:
        view = self.view()
        left = line(
            say("[+ Add Channel]", Tone.STRONG),
            say(" a   ", Tone.MUTED),
            channel_pages.needy(self._snapshot.channels),
        )
        clock = say(
            f"{view.now.astimezone(view.zone):%H:%M} {view.now.astimezone(view.zone).tzname()}", Tone.MUTED
        )
        room = self.app.size.width - length((*left, clock))
        self.query_one("#add", Panel).lines = ((*left, Segment(" " * max(room, 1)), clock),)
        self.query_one("#channels", TableList).show(
            {row.id: channel_pages.cells(row, view) for row in self._snapshot.channels}
        )
        self._show_chosen()

    def _show_chosen(self) -> None:
        row, view = self.channel, self.view()
        if row is None:
            self.query_one("#about", Panel).lines = (
                line("No channel is connected yet. "),
                line(say("  next: ", Tone.MUTED), "a adds one; it starts read-only"),
            )
            self.query_one("#flows", TableList).show({})
            self.query_one("#setup", Panel).lines = ()
            return
        interval = int(row.settings.get("pull_interval", 15))
        self.query_one("#about", Panel).lines = tuple(channel_pages.about(row, view)[:5])
        self.query_one("#flows", TableList).show(
            {
                flow.id: channel_pages.flow_cells(flow, view, interval)
                for flow in self._snapshot.flows
                if flow.channel_id == row.id
            }
        )
        self.query_one("#setup", Panel).lines = (channel_pages.set_up_line(row),)
        self.refresh_bindings()

    @on(LineList.Moved)
    def _moved(self, message: LineList.Moved) -> None:
        if message.list.id == "channels":
            self._show_chosen()

    def action_other_list(self) -> None:
        """To the flows, or back."""
        self.query_one("#flows" if self.query_one("#channels").has_focus else "#channels").focus()

    # --- acting --------------------------------------------------------------------------------------------

    @on(LineList.Opened)
    def _opened(self) -> None:
        row = self.channel
        if row is not None:
            self._form(row)

    @on(events.Click, "#add")
    def action_add(self) -> None:
        """Add a channel."""
        self._form(None)

    def _form(self, row: ChannelRow | None) -> None:
        from stogly_tui.console.screens.channel_form import ChannelForm

        self.app.push_screen(ChannelForm(row), self._saved)

    def _saved(self, name: str | None) -> None:
        if name:
            self.reload()

    def action_pull(self) -> None:
        """Start the chosen flow, or read this channel now."""
        row, flow, actor = self.channel, self.flow, self.services.actor
        if row is None:
            return
        if self.query_one("#flows").has_focus and flow is not None:
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
        """Stop the chosen flow."""
        row, flow, actor = self.channel, self.flow, self.services.actor
        if row is not None and flow is not None:
            self.do(
                "Stop flow",
                lambda: flows.stop(actor, flow.id),
                lambda _: f"{row.name}: {flow.name} is stopped.",
            )

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
        """Remove this channel; its orders stay."""
        row, actor = self.channel, self.services.actor
        if row is not None:
            self._sure(
                f"REMOVE {row.name}",
                ["Its keys are forgotten and nothing is read or sent any more; its orders stay.",
                 "Refused while an order is being sent to it or its outcome is unknown."],
                "remove",
                "Remove",
                lambda: channels.remove(actor, row.name),
                f"{row.name} is removed.",
            )  # fmt: skip

    def _sure(
        self, title: str, lines: list[str], verb: str, name: str, act: Callable[[], Any], outcome: str
    ) -> None:
        def answered(is_sure: bool | None) -> None:
            if is_sure:
                self.do(name, act, lambda _: outcome)

        self.app.push_screen(Sure(title, lines, verb), answered)

    def action_log(self) -> None:
        """The sync log of this channel."""
        self._room("log")

    def action_orders(self) -> None:
        """The orders of this channel."""
        self._room("orders")

    def _room(self, name: str) -> None:
        row = self.channel
        if row is not None:
            self.app.open_room(name, row.id)

    # --- go live -------------------------------------------------------------------------------------------

    def action_go_live(self) -> None:
        """Say what Go live would do; then do it."""
        row, actor = self.channel, self.services.actor
        if row is not None:
            self.do("Go live", lambda: go_live.plan_go_live(actor, row.name), self.app.show_go_live)

    # --- daily re-fetch ------------------------------------------------------------------------------------

    def action_daily(self) -> None:
        """Daily re-fetch: when, how many days."""
        row, actor = self.channel, self.services.actor
        if row is None:
            return
        known = next(
            (
                one
                for one in self._snapshot.flows
                if one.channel_id == row.id and one.type is FlowType.ORDERS_DAILY
            ),
            None,
        )
        stored = known.settings if known else {}
        questions = (
            Question(
                "transmission_time",
                "Transmission time",
                str(stored.get("transmission_time", "03:00")),
                "HH:MM",
                is_needed=True,
            ),
            Question("timeframe_days", "Timeframe in days", str(stored.get("timeframe_days", 3)), "1 to 90"),
            Question(
                "time_difference",
                "Timedifference in seconds",
                str(stored.get("time_difference", 60)),
                "0 to 3600",
            ),
        )
        about = wrapped(
            f"{row.name}: once a day orders are read by creation time and compared by id. In the zone of the channel"
            f" ({row.time_zone}). It reports what it found missing.",
            70,
        )

        def answered(answers: Answers | None) -> None:
            if answers is None:
                return
            if known is not None:
                self.do(
                    "Daily re-fetch",
                    lambda: flows.change(actor, known, settings=answers),
                    lambda _: "changed.",
                )
            else:
                self.do(
                    "Daily re-fetch",
                    lambda: flows.add(actor, row.name, "orders_daily", settings=answers),
                    lambda flow: f"{flow.channel}: {flow.name} is added.",
                )

        self.app.push_screen(Ask("DAILY RE-FETCH", about, questions, "Save"), answered)


def tested(name: str, result: CheckResult) -> str:
    """What a test found, in a sentence."""
    if result.account is None:
        return f"{name}: " + " ".join(str(problem) for problem in result.problems)
    account = result.account
    told = f"{name} answers: {account.title or account.account_id}, version {account.version}, {account.currency}."
    return " ".join([told, *account.warnings])
