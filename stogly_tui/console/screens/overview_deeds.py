"""What can be done on the Overview: ask channels, read the day again, read new orders, open a channel's orders and log."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from textual.binding import Binding

from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.handover import ask_note, show_notes
from stogly_tui.domain.search import written
from stogly_tui.model.queries.handovers import HandoverRow
from stogly_tui.model.queries.overview import DayRow
from stogly_tui.operations import pulls, tools
from stogly_tui.operations.tools import AllCounts, DayCount


class OverviewDeeds(ConsoleScreen[None]):
    """A screen with a chosen channel and a chosen day."""

    BINDINGS = [
        Binding("v", "count", "count", id="overview.count", tooltip="Ask the channel how many orders it has of this day"),
        Binding("V", "count_all", "all", id="overview.count_all", tooltip="Ask every channel the same"),
        Binding("d", "read_day", "read again", id="overview.read_day", tooltip="Read this day of the channel again"),
        Binding("b", "orders", "orders", id="overview.orders", tooltip="Its orders of this day, or of this reason"),
        Binding("n", "note", "note", id="overview.note", tooltip="Write a handover note for the next shift"),
        Binding("M", "notes", "notes", id="overview.notes", tooltip="Handover notes, unread ones first"),
        Binding("p", "pull", "pull", show=False, id="overview.pull", tooltip="Read new orders of this channel now"),
        Binding("l", "log", "log", show=False, id="overview.log", tooltip="The sync log of this channel"),
    ]  # fmt: skip

    @property
    @abstractmethod
    def row(self) -> DayRow | None:
        """The chosen channel."""

    @property
    @abstractmethod
    def window(self) -> tuple[datetime, datetime]:
        """The chosen day."""

    @property
    @abstractmethod
    def narrower(self) -> str:
        """Words that find the orders of the chosen reason; blank while no reason is chosen."""

    @property
    @abstractmethod
    def notes(self) -> Sequence[HandoverRow]:
        """The newest handover notes."""

    @property
    @abstractmethod
    def unread(self) -> Sequence[HandoverRow]:
        """Those of them that this person has not read."""

    def action_count(self) -> None:
        """Ask the chosen channel how many orders it has of this day."""
        (since, until), actor = self.window, self.services.actor
        self._of_channel(
            "Count", "is asked", lambda name: tools.count_window(actor, name, since, until), counted
        )

    def action_count_all(self) -> None:
        """Ask every channel that gives orders."""
        (since, until), actor = self.window, self.services.actor

        self.app.say("Every channel is asked ...", title="Count all")
        self.do("Count all", lambda: tools.count_all(actor, since, until), all_counted)

    def action_read_day(self) -> None:
        """Have the day read again by creation time, and what is missing taken in."""
        (since, until), actor = self.window, self.services.actor
        self._of_channel(
            "Read the day", "is to be read again", lambda name: tools.refetch_window(actor, name, since, until),
            lambda run: f"Run {run} reads the day again and takes in what is missing; then v.",
        )  # fmt: skip

    def action_pull(self) -> None:
        """Read new orders of the chosen channel now."""
        actor = self.services.actor
        self._of_channel(
            "Pull now",
            "is asked",
            lambda name: pulls.pull_now(actor, [name]),
            lambda _: "It is asked for new orders.",
        )

    def action_orders(self) -> None:
        """The orders of the chosen channel and day; with a chosen reason only those that are left for it."""
        from stogly_tui.console.order_filter import Wanted
        from stogly_tui.console.screens.order_filtering import OrderFiltering

        row = self.row
        if row is None:
            return
        day = self.window[0].astimezone(self.services.time_zone).date().isoformat()
        text = " ".join([written("channel", row.channel), f"placed:{day}", self.narrower]).strip()

        def show() -> None:
            screen = self.app.screen
            if isinstance(screen, OrderFiltering):
                screen.want(Wanted(text, screen.wanted.sort))

        self.app.switch_mode("orders")
        self.app.call_after_refresh(show)

    def action_log(self) -> None:
        """The sync log of the chosen channel."""
        if self.row is not None:
            self.app.open_room("log", self.row.channel_id)

    def action_note(self) -> None:
        """Write a note for the next shift."""
        ask_note(self)

    def action_notes(self) -> None:
        """Handover notes, unread ones first."""
        show_notes(self.app, self.unread, self.notes)

    def _of_channel(
        self, title: str, begun: str, act: Callable[[str], Any], then: Callable[[Any], str]
    ) -> None:
        row = self.row
        if row is not None:
            self.app.say(f"{row.channel} {begun} ...", title=title)
            self.do(title, lambda: act(row.channel), then)


def counted(found: DayCount) -> str:
    """What one channel answered."""
    if found.on_channel is None:
        return f"{found.channel} gives no count: d reads the day again."
    if found.is_equal:
        return f"{found.channel}: {found.on_channel:,} there = {found.here:,} here."
    more = "d reads the day again." if found.on_channel > found.here else "Were some deleted there?"
    return f"{found.channel}: {found.on_channel:,} there, {found.here:,} here. {more}"


def all_counted(found: AllCounts) -> str:
    """What all of them answered: those that differ, and those that could not be asked, by name."""
    equal = sum(one.on_channel is not None and one.is_equal for one in found.counts)
    others = [counted(one) for one in found.counts if one.on_channel is None or not one.is_equal]
    first = f"{len(found.counts)} asked, {equal} equal."
    return " ".join([first, *others, *map(str, found.problems)])
