"""Overview: is the day closed, what is left of it and why, who serves tonight; below, how busy the hours were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding

from stogly_tui.console.screens.overview_deeds import OverviewDeeds
from stogly_tui.console.widgets.frame import Rooms, Rule
from stogly_tui.console.widgets.line_list import LineList, TableHead, TableList
from stogly_tui.console.widgets.painted import length
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.model.queries import handovers, overview, rates
from stogly_tui.model.queries.handovers import HandoverRow
from stogly_tui.model.queries.overview import Day, DayRow
from stogly_tui.model.queries.rates import Rates
from stogly_tui.present import overview_pages, plots, remainders, times
from stogly_tui.present.blocks import Line, Segment, Tone, line, say, wrapped

LOOKS_AT = {"order", "push", "run", "channel", "flow", "meta", "handover", "backfill"}
FURTHEST = 366
"""Days that can be looked back at."""
RECENT = timedelta(days=3)
"""So long the newest handover note is shown although it was read."""
ROOM_FOR_PLOTS, ROOM_FOR_BARS = 22, 34
"""Lines of a terminal from which on hours are drawn at all, and as bars."""
FIXED = 10
"""Lines that are always there besides the two lists, what is said of the day, and the plots."""


@dataclass(frozen=True)
class OverviewSnapshot:
    """The day, the newest handover notes, and those that this person has not read."""

    day: Day
    notes: tuple[HandoverRow, ...]
    unread: tuple[HandoverRow, ...]


def read_overview(since: datetime, until: datetime, name: str) -> OverviewSnapshot:
    """Everything above the plots."""
    return OverviewSnapshot(
        overview.day(since, until), tuple(handovers.latest()), tuple(handovers.unread(name))
    )


class OverviewScreen(OverviewDeeds):
    """Closing the day first."""

    HELP_TITLE = "OVERVIEW"
    HELP_TEXT = (
        "Closing the day. Here are orders that were placed in this day of your zone; There are those that were sent, "
        "handled by hand or live at the shop; Aside are history, filtered and cancelled ones, which are not to be sent; "
        "Left is all the rest: here = there + aside + left.",
        "On channel is what the channel itself answered when it was asked how many orders it has of this day, and how "
        "long ago. v asks the chosen channel, V all of them; nothing is asked by itself. When more are there than here, "
        "d reads the day again and takes in what is missing; then ask again. A daily re-fetch (2 Channels, d) proves the "
        "same by comparing ids. closed means: the day is over, all of it is sent, and it was compared.",
        "Below are the reasons of the chosen channel: Tab goes there, and b opens just those orders, where the keys beside "
        "the reason work. Left and Right go to other days, g back to today. Days before tells what is open of them.",
        "n writes a handover note: it is shown to everybody else when they open their console, until they say that they "
        "have read it. M lists the notes, unread ones first.",
        "The plots are drawn from 22 lines of terminal on: for today the last 24 hours, else that day. In a line, . is an "
        "hour without any, then : - = + * # % @ from little to much. Errors are those of the sync log; Latency is the time "
        "within which 95 of 100 pushes ended.",
    )
    BINDINGS = [
        Binding("left", "day(1)", "day", id="overview.before", tooltip="The day before"),
        Binding("right", "day(-1)", "day after", show=False, id="overview.after", tooltip="The day after"),
        Binding("g", "today", "today", id="overview.today", tooltip="Back to today"),
        Binding("tab", "other_list", "reasons", id="overview.other", tooltip="To the reasons, or back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._back = 0
        self._snapshot: OverviewSnapshot | None = None
        self._rates = Rates()
        self._first: datetime | None = None
        self._have_rates_changed = True

    def body(self) -> ComposeResult:
        """Rooms, the day, what is to be said of it, channels, reasons, plots."""
        yield Rooms("overview")
        yield Panel(id="day")
        yield Panel(id="said")
        yield TableHead(overview_pages.HEADS)
        yield TableList(overview_pages.HEADS, id="channels")
        yield Panel(id="about")
        yield Rule()
        yield TableHead(overview_pages.LEFT_HEADS)
        yield TableList(overview_pages.LEFT_HEADS, id="left")
        yield Rule()
        yield Panel(id="plots")

    def on_mount(self) -> None:
        """Focus on the channels; `ConsoleScreen` reloads."""
        self.set_focus(self.query_one("#channels"))

    # --- asking --------------------------------------------------------------------------------------------

    @property
    def window(self) -> tuple[datetime, datetime]:
        """The day that is looked at."""
        return overview_pages.window(self.services.clock(), self.services.time_zone, self._back)

    @property
    def row(self) -> DayRow | None:
        """The chosen channel."""
        key = self.query_one("#channels", TableList).cursor_key
        rows = self._snapshot.day.channels if self._snapshot else ()
        return next((row for row in rows if row.channel_id == key), None)

    @property
    def narrower(self) -> str:
        """Words that find the orders of the chosen reason, while the reasons have the focus."""
        reason = self._reason if self._is_on_reasons else None
        return reason.search if reason else ""

    @property
    def notes(self) -> tuple[HandoverRow, ...]:
        """The newest handover notes."""
        return self._snapshot.notes if self._snapshot else ()

    @property
    def unread(self) -> tuple[HandoverRow, ...]:
        """Those of them that this person has not read."""
        return self._snapshot.unread if self._snapshot else ()

    def reload(self, changes: Changes = EVERYTHING) -> None:
        """Read the day again; the hours are read again by `tick`, except when everything may have changed."""
        if changes.is_everything or changes.kinds & LOOKS_AT:
            self._ask()
        self._have_rates_changed |= changes.is_everything or bool(changes.kinds & {"order", "push", "log"})
        if changes.is_everything:
            self._ask_rates()

    def _ask(self, *, other: bool = False) -> None:
        (since, until), name = self.window, self.services.actor.name
        asker = self.asker("day")
        (asker.replace if other else asker.ask)(lambda: read_overview(since, until, name))

    def _ask_rates(self, *, other: bool = False) -> None:
        (since, until), kept, now = self.window, self._rates, self.services.clock()
        first = self._first_hour()
        hours = (until - since) // rates.HOUR if self._back else 24
        self._have_rates_changed = False
        asker = self.asker("rates")
        (asker.replace if other else asker.ask)(lambda: (first, rates.per_hour(first, hours, kept, now)))

    def _first_hour(self) -> datetime:
        """The last 24 hours for today, else the hours of the day."""
        since, _ = self.window
        if self._back:
            return since
        return since + rates.HOUR * ((self.services.clock() - since) // rates.HOUR - 23)

    def show_loaded(self, slot: str, snapshot: Any) -> None:
        """Show the day, or draw the hours."""
        if slot == "rates":
            self._first, self._rates = snapshot
            self._draw()
            return
        self._snapshot = snapshot
        self._show()

    def tick(self) -> None:
        """Ages may read otherwise, a new day or hour may have begun, and hours are drawn anew when they changed."""
        if self._snapshot is not None and self._snapshot.day.since != self.window[0]:
            self._ask(other=True)
        if self._have_rates_changed or self._first != self._first_hour():
            self._ask_rates()
        self._show()

    # --- showing -------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Room changed."""
        self._show()
        self._draw()

    def _show(self) -> None:
        found, view = self._snapshot, self.view()
        self._show_day()
        if found is None:
            return
        self.query_one("#said", Panel).lines = tuple(self._said(found))
        self._fit()
        self.query_one("#channels", TableList).show(
            {row.channel_id: overview_pages.cells(row, found.day, view) for row in found.day.channels}
        )
        self._show_chosen()

    def _show_day(self) -> None:
        view = self.view()
        since, _ = self.window
        left = line(
            say("CLOSING THE DAY  ", Tone.STRONG),
            say("< ", Tone.MUTED),
            say(overview_pages.named(since, view), Tone.STRONG),
            say(" >" if self._back else "", Tone.MUTED),
            say(f"  times {times.zone_name(since.astimezone(view.zone))}", Tone.MUTED),
        )
        now = say(f"{view.now.astimezone(view.zone):%H:%M}", Tone.MUTED)
        room = self.app.size.width - length((*left, now))
        self.query_one("#day", Panel).lines = ((*left, Segment(" " * max(room, 1)), now),)

    def _said(self, found: OverviewSnapshot) -> list[Line]:
        view = self.view()
        told = [
            overview_pages.verdict(found.day),
            overview_pages.earlier(found.day),
            overview_pages.worker(found.day.serving, self.services.worker.title, view),
        ]
        if found.unread or (found.notes and view.now - found.notes[0].at < RECENT):
            told.append(overview_pages.handover_line(found.notes, len(found.unread), view))
        return told

    def _show_chosen(self) -> None:
        row, found = self.row, self._snapshot
        reasons = remainders.of_channel(row) if row is not None else []
        self.query_one("#left", TableList).show(
            {said: overview_pages.left_cells(said, orders) for said, orders in reasons}
        )
        told: list[Line] = []
        width = self.app.size.width
        if row is None:
            told = [line("No channel gives orders yet. ", say("2 opens Channels, a adds one.", Tone.MUTED))]
        elif self._is_on_reasons and (said := self._reason) is not None:
            told = wrapped(f"{said.look.text}: {said.says}. Then, on its orders (b): {said.keys}.", width)
        elif found is not None:
            told = wrapped(overview_pages.about(row, found.day, self.view()), width)
        self.query_one("#about", Panel).lines = tuple(told[:2])

    def _draw(self) -> None:
        hours = [(at, told) for at, told in self._rates.hours.items()]
        room, width = self._room_for_plots(), self.app.size.width
        told: list[Line] = []
        if hours and room and self._first is not None:
            zone = self.services.time_zone
            drawn = plots.plots(hours, self.services.clock())
            if room > len(drawn) + 1:
                told = plots.charts(drawn, self._first, zone, width, room // 2 - 2)
            else:
                told = plots.strips(drawn, self._first, zone, width)
        self.query_one("#plots", Panel).lines = tuple(told)

    def _room_for_plots(self) -> int:
        """Lines that the plots take: none, five, or twice what a bar chart needs."""
        height = self.app.size.height
        if height < ROOM_FOR_PLOTS:
            return 0
        return 5 if height < ROOM_FOR_BARS else 2 * (min(max((height - 28) // 2, 3), 8) + 2)

    def _fit(self) -> None:
        """Give the channels the lines they need, as far as the reasons keep theirs."""
        found = self._snapshot
        said = len(self.query_one("#said", Panel).lines)
        rest = max(self.app.size.height - FIXED - said - self._room_for_plots() - self._about_height, 2)
        channels = found.day.channels if found else ()
        reasons = max((len(remainders.of_channel(row)) for row in channels), default=1)
        height = max(min(len(channels), max(rest - reasons, rest // 2)), 1)
        for name, lines in (("#channels", height), ("#about", self._about_height)):
            widget = self.query_one(name)
            if widget.styles.height is None or widget.styles.height.value != lines:
                widget.styles.height = lines

    @property
    def _about_height(self) -> int:
        return 1 if self.app.size.height < 30 else 2

    @property
    def _is_on_reasons(self) -> bool:
        return self.query_one("#left").has_focus

    @property
    def _reason(self) -> remainders.Told | None:
        key = self.query_one("#left", TableList).cursor_key
        return key if isinstance(key, remainders.Told) else None

    @on(LineList.Moved)
    def _moved(self) -> None:
        self._show_chosen()

    # --- moving --------------------------------------------------------------------------------------------

    def action_day(self, step: int) -> None:
        """To the day before, or after."""
        self._to(max(0, min(self._back + step, FURTHEST)))

    def action_today(self) -> None:
        """Back to today."""
        self._to(0)

    def _to(self, back: int) -> None:
        if back != self._back:
            self._back, self._rates = back, Rates()
            self._show_day()
            self._ask(other=True)
            self._ask_rates(other=True)

    def action_other_list(self) -> None:
        """To the reasons, or back."""
        self.query_one("#left" if self.query_one("#channels").has_focus else "#channels").focus()
        self.call_after_refresh(self._show_chosen)

    @on(LineList.Opened)
    def _opened(self) -> None:
        self.action_orders()
