"""Orders: the grid of all channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal

from stogly_tui.console import order_reads
from stogly_tui.console.messages import merged
from stogly_tui.console.order_reads import Keys
from stogly_tui.console.order_rows import OrderRows
from stogly_tui.console.reader import Lane, Query
from stogly_tui.console.screens.order_detail import OrderScreen
from stogly_tui.console.screens.order_filtering import LANGUAGE
from stogly_tui.console.screens.order_views import OrderViews
from stogly_tui.console.widgets.frame import Rooms, Rule
from stogly_tui.console.widgets.grid import Grid, GridHead
from stogly_tui.console.widgets.line_list import LineList
from stogly_tui.console.widgets.painted import length
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.model.queries import presences
from stogly_tui.model.queries.presences import PresenceRow
from stogly_tui.operations import pulls
from stogly_tui.present import times
from stogly_tui.present.blocks import Line, Segment, Tone, line, say, wrapped
from stogly_tui.present.errors import is_wrong, short_error, steps

ORDER_KINDS = frozenset({"order", "push"})


class OrdersScreen(OrderViews):
    """Every order of every channel, with what was pushed and what was not."""

    HELP_TITLE = "ORDERS"
    HELP_TEXT = (
        "Every order of every channel. Push shows Send for orders you have marked; Push Status shows Sent, Not Sent or "
        "Error. The two lines under the list explain the order under the cursor and name the keys that help.",
        "To send: Space marks, S shows a plan of what would go out, y sends it. Nothing is sent before that. Marks are "
        "yours alone and stand for the orders that were there when you marked. * and I leave out history, what the import "
        "filter refused, and what is at the shop; Space marks one of those all the same.",
        "A change made anywhere shows in its row at once. New orders on top are announced and never move what you look "
        "at: g goes to them. P pauses, so that nothing moves at all.",
    )
    GUIDE = (("THE FILTER, behind /", LANGUAGE[0]), *(("", text) for text in LANGUAGE[1:]))
    BINDINGS = [
        Binding("g", "newest", "newest", show=False, id="orders.newest", tooltip="Go to the newest orders"),
        Binding(
            "P",
            "pause",
            "pause",
            show=False,
            id="orders.pause",
            tooltip="Show no changes, or show them again",
        ),
        Binding(
            "p", "pull", "pull", show=False, id="orders.pull", tooltip="Read new orders of all channels now"
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._paused_at: datetime | None = None
        self._missed: Changes | None = None
        self._presences: Mapping[int, PresenceRow] = {}

    def body(self) -> ComposeResult:
        """Rooms, what is marked, filter, grid, explanation, drop-downs."""
        yield Rooms("orders")
        if self.services.intro:
            yield Panel(id="intro")
        yield Panel(id="marked")
        yield from self.filter_line()
        yield GridHead(self.layout_columns)
        yield Grid(OrderRows(self.view(), self.services.actor), self.layout_columns)
        yield Rule()
        yield Panel(line(""), line(""), id="explain")
        with Horizontal(id="bottom"):
            yield Panel(id="lists")
            yield Panel(id="where")

    def on_mount(self) -> None:
        """First look; `ConsoleScreen` reloads."""
        self._show_intro()
        self.look_again()
        self.focus_list()
        self.marks_line_changed()
        self.watch(self.grid, "position", self._explain, init=False)
        self.watch(self.grid, "newer", self.marks_line_changed, init=False)

    def focus_list(self) -> None:
        """To the list."""
        self.set_focus(self.grid)

    # --- asking --------------------------------------------------------------------------------------------

    def reload(self, changes: Changes = EVERYTHING) -> None:
        """Read again what may differ: rows in sight, keys where orders may have come or gone."""
        if self._paused_at is not None:
            self._missed = changes if self._missed is None else merged(self._missed, changes)
            return
        if changes.is_everything or "channel" in changes.kinds:
            self.asker("channels").ask(order_reads.channel_list)
        self.orders.actor = self.services.actor
        if changes.is_everything or "presence" in changes.kinds:
            self._ask_presences()
        if changes.is_everything or "view" in changes.kinds:
            self.ask_views()
        if changes.is_everything or changes.kinds & ORDER_KINDS:
            self._spoil_rows(changes)
            self._keys_may_differ(changes)

    def _spoil_rows(self, changes: Changes) -> None:
        orders, pushes = (changes.ids.get(kind, frozenset()) for kind in ("order", "push"))
        is_unnamed = any(kind in changes.kinds and not changes.ids.get(kind) for kind in ORDER_KINDS)
        if changes.is_everything or is_unnamed:
            self.orders.all_changed()
        else:
            self.orders.changed(orders, pushes)
        self._ask_rows()
        if self.grid.marks:
            self.ask_summary()

    def _keys_may_differ(self, changes: Changes) -> None:
        ids = changes.ids.get("order", frozenset())
        keys = self.listed
        if keys is not None and keys.is_whole and keys.holds_still and ids and not changes.is_everything:
            if max(ids) > keys.newest - order_reads.OUT_OF_ORDER:
                self._ask_new(ids)
        elif changes.is_everything or "order" in changes.kinds or not self._holds_still:
            self._ask_keys()

    @property
    def _holds_still(self) -> bool:
        return self.listed is not None and self.listed.holds_still

    def filter_changed(self) -> None:
        """Ask for another list: its first rows at once, then all of its keys."""
        which, sort, landmarks = self.read.which, self.wanted.sort, self.grid.landmarks
        self.asker("keys", Lane.LONG).drop()
        self.asker("first", Lane.QUICK).replace(lambda: order_reads.first_keys(which, sort, landmarks))
        self._show_lists()
        self._explain()

    def _ask_keys(self) -> None:
        if self.listed is None:
            self.filter_changed()
            return
        which, sort, landmarks = self.read.which, self.wanted.sort, self.grid.landmarks
        self.asker("keys", Lane.LONG).ask(lambda: order_reads.all_keys(which, sort, landmarks))

    def _ask_new(self, ids: frozenset[int]) -> None:
        def make() -> Query | None:
            before, landmarks = self.listed, self.grid.landmarks
            if before is None:
                return None
            return lambda: order_reads.with_new(before, ids, landmarks)

        self.asker("keys", Lane.LONG).ask_for(make)

    def _ask_presences(self) -> None:
        """Ask who else is at the orders in sight."""
        console, grid = self.app.presence.console, self.grid
        self.asker("presences").ask_for(lambda: partial(presences.of, tuple(grid.in_sight), console))

    @on(Grid.Wanted)
    def _ask_rows(self) -> None:
        self.asker("rows", Lane.QUICK).ask_for(self._rows_to_read)

    def _rows_to_read(self) -> Query | None:
        wanted = self.orders.to_read(self.grid.in_sight, self.grid.ahead)
        if (
            not wanted and not self.app.lost
        ):  # what was lost is asked whether it is back, by a page of nothing
            return None
        return lambda: order_reads.page(wanted)

    def show_loaded(self, slot: str, snapshot: Any) -> None:
        """Put an answer where the grid or the lines around it see it."""
        match slot:
            case "first" | "keys":
                self._show_keys(snapshot)
            case "rows":
                self.orders.keep(snapshot)
                self.grid.repaint()
                self._explain()
                self._ask_presences()
            case "presences":
                self._presences = snapshot
                self._explain()
            case "summary":
                self.summary_loaded(snapshot)
            case "marks":
                self.marks_loaded(snapshot)
            case "numbers":
                self.copied(snapshot)
            case "history":
                self.show_history(snapshot)
            case "looks":
                self.looks_loaded(snapshot)
            case "views":
                self.views_loaded(snapshot)
            case "channels":
                self._show_channels(snapshot)

    def _show_channels(self, channels: Any) -> None:
        self.channels = channels
        before = self.read.which
        self.read_filter()
        if self.read.which != before:
            self.filter_changed()
        self._show_lists()
        self._show_count()

    def _show_keys(self, keys: Keys) -> None:
        if (keys.which, keys.sort) != (self.read.which, self.wanted.sort):
            return
        before, self.listed = self.listed, keys
        is_same = before is not None and (before.which, before.sort) == (keys.which, keys.sort)
        self.orders.keep(keys.rows)
        if before is None or keys.keys is not before.keys:
            shown, self.orders.keys = self.orders.keys, keys.keys
            self.grid.keys_changed(shown, keys.at, is_same_filter=is_same)
        if not keys.is_whole:
            self._ask_keys()
        if not is_same and self.grid.marks:
            self.ask_summary()
        self._show_count()
        self.marks_line_changed()
        self._explain()

    # --- showing -------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Ages may read otherwise."""
        self.look_again()
        self.marks_line_changed()

    def on_resize(self) -> None:
        """Room changed."""
        self._show_intro()
        self._show_count()
        self.marks_line_changed()
        self._explain()

    def _show_intro(self) -> None:
        for panel in self.query("#intro").results(Panel):
            panel.lines = tuple(wrapped(self.services.intro, self.app.size.width, tone=Tone.BUSY))

    def _hide_intro(self) -> None:
        for panel in self.query("#intro"):
            panel.remove()

    def marks_line_changed(self) -> None:
        """Show what is marked, and what is new or missed."""
        left, right = self.marks_line()
        if self._paused_at is not None:
            right = say(f"= PAUSED {times.ago(self._paused_at, self.services.clock())}: P", Tone.WARN)
        self._line("#marked", left, right)

    def _show_count(self) -> None:
        shown = len(self.grid.keys)
        total = self.app.vitals.orders if self.app.vitals else shown
        more = "" if self.listed is None or self.listed.is_whole else "+"
        told = line(
            say(f"! {len(self.read.found.mistakes)} not understood  " if self.read.problem else "", Tone.BAD),
            say(f"{shown:,}{more} of {max(total, shown):,}", Tone.MUTED),
        )
        panel = self.query_one("#count", Panel)
        panel.styles.width = max(length(told), 1)
        panel.lines = (told,)

    def _explain(self) -> None:
        row = self.order
        is_empty = self.grid.row_count() == 0 and self.listed is not None and self.listed.is_whole
        if self.filter_input.has_focus:
            first, second = self.typing_lines()
            if is_empty and not self.read.problem:
                second = self._nothing()[0]
        elif row is not None:
            tone = Tone.BAD if is_wrong(row) else Tone.PLAIN
            keys = " | ".join(f"{step.key} {step.words}" for step in steps(row))
            other = self._presences.get(row.id)
            mine = f"{other.actor} is {other.doing} now. " if other else ""
            mine += f"{row.assigned_to} has it. " if row.assigned_to else ""
            noted = f"{row.notes} note{'' if row.notes == 1 else 's'}. " if row.notes else ""
            first = line(
                say(f"{row.number}  ", Tone.STRONG), say(f"{mine}{noted}"), say(short_error(row), tone)
            )
            second = line(say("  next: ", Tone.MUTED), f"{keys} | Enter open" if keys else "Enter open")
        elif is_empty:
            first, second = self._nothing()
        else:
            first, second = line(""), line("")
        self.query_one("#explain", Panel).lines = (first, second)
        self._show_lists()

    def _nothing(self) -> tuple[Line, Line]:
        assert self.listed is not None
        if not self.wanted.is_plain:
            return (
                line(
                    say("No order matches. ", Tone.WARN),
                    f"Without the filter there are {self.listed.elsewhere:,}.",
                ),
                line(
                    say("  next: ", Tone.MUTED),
                    "Esc clears the filter | o goes to an order, whatever the filter",
                ),
            )
        if not self.channels:
            return (
                line(say("No channel is connected yet. ", Tone.WARN)),
                line(say("  next: ", Tone.MUTED), "2 opens Channels, a adds one"),
            )
        return (
            line("No order has come in yet. "),
            line(say("  next: ", Tone.MUTED), "p reads all channels now | 2 shows how they are"),
        )

    def _show_lists(self) -> None:
        """The lists, and where the cursor stands: a panel of its own, so that a move sends these few cells only."""
        count = self.grid.row_count()
        lists = self.lists_line()
        title = "line " if length(lists) + len(f" line {count:,} of {count:,}") <= self.app.size.width else ""
        told = f"{title}{self.grid.cursor + 1:,} of {count:,}" if count else ""
        where, room = self.query_one("#where", Panel), len(f"{title}{count:,} of {count:,}") if count else 1
        where.styles.width = room
        where.lines = (line(say(told.rjust(room), Tone.MUTED)),)
        self.query_one("#lists", Panel).lines = (lists,)

    def _line(self, where: str, left: Line, right: Segment) -> None:
        room = self.app.size.width - length(left) - length((right,))
        self.query_one(where, Panel).lines = ((*left, Segment(" " * max(room, 1)), right),)

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _focus_moved(self) -> None:
        self._explain()

    def help_now(self) -> Sequence[Line]:
        """The filter, how many it shows, and what is marked."""
        shown = f"{len(self.grid.keys):,} orders are shown"
        told = f"{shown} by the filter {self.wanted.text}." if not self.wanted.is_plain else f"{shown}: all."
        marked = f"{len(self.grid.marks):,} are marked." if self.grid.marks else "None is marked."
        paused = "Changes are not shown: P goes on." if self._paused_at is not None else ""
        return wrapped(f"{told} {marked} {self.read.problem} {paused}", max(self.app.size.width - 2, 20), 2)

    # --- acting --------------------------------------------------------------------------------------------

    @on(Grid.MarksChanged)
    def _marks_changed(self) -> None:
        if self.grid.marks:
            self._just_sent = ()
        self.marks_line_changed()
        self.ask_summary()

    @on(LineList.Opened)
    def _opened(self, message: LineList.Opened) -> None:
        self.app.push_screen(OrderScreen(int(str(message.key)), neighbours=self.neighbour))

    def neighbour(self, step: int) -> tuple[int, str] | None:
        """Move the grid's cursor from within an order; the order there, and where it stands."""
        before = self.grid.cursor
        self.grid.action_cursor_by(step)
        key = self.grid.cursor_id
        if key is None or (step and self.grid.cursor == before):
            return None
        return key, f"{self.grid.cursor + 1:,} of {self.grid.row_count():,}"

    def action_newest(self) -> None:
        """To the newest orders."""
        self.grid.to_newest()

    def action_pause(self) -> None:
        """Show no changes, or all that were missed."""
        if self._paused_at is None:
            self._paused_at = self.services.clock()
        else:
            self._paused_at = None
            missed, self._missed = self._missed, None
            if missed is not None:
                self.reload(missed)
        self.marks_line_changed()

    def action_leave_filter(self) -> None:
        """Back to the list; from the list: clear the filter."""
        self._hide_intro()
        super().action_leave_filter()

    def action_pull(self) -> None:
        """Read new orders of all channels now."""
        actor = self.services.actor
        self.do(
            "Pull now",
            lambda: pulls.pull_now(actor),
            lambda flows: f"{flows} channels are asked for new orders.",
        )

    @on(events.Click, "#marked")
    def _clicked_send(self) -> None:
        self.action_send()
