"""Channels: every connected account, its health, its flows, and what it wants next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding

from stogly_tui.console.screens.channel_deeds import ChannelDeeds
from stogly_tui.console.screens.text import TextScreen
from stogly_tui.console.widgets.frame import Rooms, Rule
from stogly_tui.console.widgets.line_list import LineList, TableHead, TableList
from stogly_tui.console.widgets.painted import length
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.model.database import now
from stogly_tui.model.queries import audit, backfills, webhooks
from stogly_tui.model.queries import channels as queries
from stogly_tui.model.queries.audit import Deed
from stogly_tui.model.queries.backfills import BackfillRow
from stogly_tui.model.queries.channels import ChannelRow, FlowRow
from stogly_tui.model.queries.webhooks import EndpointRow, ReceiverRow
from stogly_tui.present import audit_pages, channel_pages, flow_pages
from stogly_tui.present.blocks import Segment, Tone, line, say


@dataclass(frozen=True)
class ChannelsSnapshot:
    """Channels, flows, history and webhooks at one moment."""

    channels: tuple[ChannelRow, ...]
    flows: tuple[FlowRow, ...]
    histories: Mapping[int, BackfillRow]
    endpoints: Mapping[int, EndpointRow]
    receiver: ReceiverRow


NOTHING = ChannelsSnapshot((), (), {}, {}, ReceiverRow())


def read_channels() -> ChannelsSnapshot:
    """Every channel with all that is said of it."""
    channels, at = tuple(queries.overview()), now()
    endpoints = {row.id: webhooks.endpoint(row.id, at) for row in channels if row.role.gives_orders}
    return ChannelsSnapshot(
        channels,
        tuple(queries.flows()),
        backfills.overview(),
        {channel_id: found for channel_id, found in endpoints.items() if found is not None},
        webhooks.receiver(),
    )


class ChannelsScreen(ChannelDeeds):
    """Above the channels, below the flows of the chosen one."""

    HELP_TITLE = "CHANNELS"
    HELP_TEXT = (
        "A channel is one connected account: a source of orders, a destination for them, or both. It starts read-only: "
        "orders are read and shown, nothing is sent by rule until Go live (G), which says first what it would do. On a "
        "channel that is live, G says what another moment would change. Enter opens its settings, t its tools.",
        "unreachable heals by itself: nothing is lost, no try is counted, orders wait. needs sign-in wants a person: s "
        "signs in by redirect, in any browser; where the platform has keys, Enter and Connect.",
        "Below are the flows of the chosen channel; Tab goes there. f adds a flow, e edits the chosen one, p starts and "
        "x stops it; D removes it when the flows have the focus. The daily re-fetch (d) reads by creation time and "
        "proves that nothing is missing. History is read window by window, slower than live orders.",
        "The two lines at the bottom are its set-up: + done, - to do, and what is next. Stock comes last, later. "
        "h tells who changed what; U who may.",
    )
    BINDINGS = [
        Binding(
            "tab", "other_list", "flows", show=False, id="channels.other", tooltip="To the flows, or back"
        )
    ]

    def __init__(self) -> None:
        super().__init__()
        self._snapshot = NOTHING

    def body(self) -> ComposeResult:
        """Rooms, channels, what is said of the chosen one, its flows."""
        yield Rooms("channels")
        yield Panel(id="add")
        yield TableHead(channel_pages.HEADS)
        yield TableList(channel_pages.HEADS, id="channels")
        yield Rule()
        yield Panel(id="about")
        yield Rule()
        yield TableHead(flow_pages.HEADS)
        yield TableList(flow_pages.HEADS, id="flows")
        yield Panel(id="setup")

    def on_mount(self) -> None:
        """Focus on the channels; `ConsoleScreen` reloads."""
        self.set_focus(self.query_one("#channels"))

    # --- showing -------------------------------------------------------------------------------------------

    def reload(self, changes: Changes = EVERYTHING) -> None:
        """Read channels and flows again."""
        if changes.is_everything or changes.kinds & {
            "channel",
            "flow",
            "run",
            "push",
            "order",
            "webhook",
            "backfill",
        }:
            self.asker("channels").ask(read_channels)

    def show_loaded(self, slot: str, snapshot: Any) -> None:
        """Show channels and flows, or what was done to one."""
        if slot == "audit":
            self._show_audit(*snapshot)
            return
        self._snapshot = snapshot
        self._show()
        self._choose_wanted()

    def _choose_wanted(self) -> None:
        """Put the cursor on the channel that was just added, signed in or changed: the next key is meant for it."""
        row = next((row for row in self._snapshot.channels if row.name == self.wanted), None)
        if row is not None and self.query_one("#channels", TableList).put_on(row.id):
            self.wanted = ""
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

    @property
    def flows_of_channel(self) -> tuple[FlowRow, ...]:
        """Every flow of the chosen channel."""
        row = self.channel
        return tuple(flow for flow in self._snapshot.flows if row is not None and flow.channel_id == row.id)

    @property
    def is_on_flows(self) -> bool:
        """Whether the flows have the focus."""
        return self.query_one("#flows").has_focus

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
        found, flows = self._snapshot, self.flows_of_channel
        history, endpoint = found.histories.get(row.id), found.endpoints.get(row.id)
        interval = int(row.settings.get("pull_interval", 15))
        told = channel_pages.about(row, view)[:4]
        self.query_one("#about", Panel).lines = (
            *told, channel_pages.webhook_line(row, endpoint, found.receiver, view)
        )  # fmt: skip
        self.query_one("#flows", TableList).show(
            {flow.id: flow_pages.cells(flow, view, interval, history) for flow in flows}
        )
        steps = flow_pages.set_up(row, flows, endpoint, found.receiver)
        said = flow_pages.history_says(history)
        self.query_one("#setup", Panel).lines = flow_pages.set_up_lines(row, steps, said, view.width)
        self.refresh_bindings()

    @on(LineList.Moved)
    def _moved(self, message: LineList.Moved) -> None:
        if message.list.id == "channels":
            self._show_chosen()

    def action_other_list(self) -> None:
        """To the flows, or back."""
        self.query_one("#flows" if self.query_one("#channels").has_focus else "#channels").focus()

    # --- opening -------------------------------------------------------------------------------------------

    @on(LineList.Opened)
    def _opened(self) -> None:
        row = self.channel
        if row is not None:
            self.open_form(row)

    @on(events.Click, "#add")
    def _clicked_add(self) -> None:
        self.action_add()

    def action_history(self) -> None:
        """What was done to this channel, latest first."""
        row = self.channel
        if row is not None:
            channel_id = row.id
            self.asker("audit").replace(lambda: (row.name, audit.of("channel", channel_id)))

    def _show_audit(self, name: str, deeds: Sequence[Deed]) -> None:
        lines = audit_pages.page(deeds, self.services.time_zone, self.app.size.width - 1)
        self.app.push_screen(TextScreen(f"Channels > {name} > what was done, latest first", lines))
