"""Orders: the grid of all channels."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input

from stogly_tui.console import order_reads
from stogly_tui.console.order_filter import DAYS, PUSH, Wanted, to_filter
from stogly_tui.console.order_reads import Keys, MarkSummary
from stogly_tui.console.screens.dialogs import Answers, Column, FilterDialog
from stogly_tui.console.screens.order_deeds import OrderDeeds
from stogly_tui.console.screens.order_detail import OrderScreen
from stogly_tui.console.widgets.frame import Rooms, Rule
from stogly_tui.console.widgets.inputs import LineInput
from stogly_tui.console.widgets.line_list import LineList, TableHead
from stogly_tui.console.widgets.orders_grid import OrdersGrid
from stogly_tui.console.widgets.painted import length
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.orders import OrderFilter, OrderRow
from stogly_tui.operations import pulls
from stogly_tui.operations.pushes import SendResult
from stogly_tui.present import money
from stogly_tui.present.blocks import Line, Segment, Tone, line, say, wrapped
from stogly_tui.present.errors import is_wrong, short_error, steps
from stogly_tui.present.order_table import HEADS

SORTS = {
    "placed": "newest first",
    "oldest": "oldest first",
    "ship_by": "ship-by first",
    "total": "largest first",
    "number": "by number",
    "customer": "by customer",
}


class OrdersScreen(OrderDeeds):
    """Every order of every channel, with what was pushed and what was not."""

    HELP_TITLE = "ORDERS"
    HELP_TEXT = (
        "Every order of every channel. Push shows Send for orders you have marked; Push Status shows Sent, Not Sent or "
        "Error. The two lines under the list explain the order under the cursor and name the keys that help.",
        "To send: Space marks, S shows a plan of what would go out, y sends it. Nothing is sent before that.",
        "Behind / stand words such as lee, channel:woo, status:pending, push:error, push:queued, customer:lee, placed:30d.",
    )
    BINDINGS = [
        Binding("space", "mark", "mark", id="orders.mark", tooltip="Mark or unmark this order to send"),
        Binding("v", "range", "range", id="orders.range", tooltip="Begin a range; again: mark up to here"),
        Binding("asterisk", "mark_all", "all", id="orders.mark_all", tooltip="Mark all that the filter shows"),
        Binding("u", "unmark", "clear", id="orders.unmark", tooltip="Clear all marks"),
        Binding("S", "send", "Send", id="orders.send", tooltip="Plan to send the marked orders, or this one"),
        Binding("e", "errors", "errors", id="orders.errors", tooltip="Only orders in Error, or all again"),
        Binding("slash", "filter", "filter", id="orders.filter", tooltip="Type a filter"),
        Binding("c", "drop_downs", "lists", show=False, id="orders.lists", tooltip="Choose channel, push status, date"),
        Binding("s", "sort", "sort", show=False, id="orders.sort", tooltip="Sort otherwise"),
        Binding("g", "newest", "newest", show=False, id="orders.newest", tooltip="Go to the newest orders"),
        Binding("p", "pull", "pull", show=False, id="orders.pull", tooltip="Read new orders of all channels now"),
        Binding("escape", "leave_filter", "all", show=False, id="orders.leave_filter", tooltip="List; then no filter"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.wanted = Wanted()
        self._channels: Sequence[ChannelRow] = ()
        self._which = OrderFilter()
        self._problem = ""
        self._keys: Keys | None = None
        self._marked = MarkSummary(0, {}, 0, 0)
        self._is_marking = False

    def body(self) -> ComposeResult:
        """Rooms, what is marked, filter, grid, explanation, drop-downs."""
        yield Rooms("orders")
        if self.services.intro:
            yield Panel(id="intro")
        yield Panel(id="marked")
        with Horizontal(id="filter"):
            yield Panel(line("Filter "), id="filter-label")
            yield LineInput(placeholder="/ to type", id="filter-text")
            yield Panel(id="count")
        yield TableHead(HEADS)
        yield OrdersGrid()
        yield Rule()
        yield Panel(line(""), line(""), id="explain")
        yield Panel(id="lists")

    def on_mount(self) -> None:
        """First look; `ConsoleScreen` reloads."""
        self._show_intro()
        self.grid.view = self.view()
        self.set_focus(self.grid)
        self._show_marked()

    @property
    def grid(self) -> OrdersGrid:
        """The list."""
        return self.query_one(OrdersGrid)

    @property
    def order(self) -> OrderRow | None:
        """The order under the cursor."""
        return self.grid.cursor_row

    @property
    def order_ids(self) -> Sequence[int]:
        """The marked orders, or the one under the cursor."""
        if self.grid.marks:
            return sorted(self.grid.marks)
        return super().order_ids

    # --- asking --------------------------------------------------------------------------------------------

    def reload(self, changes: Changes = EVERYTHING) -> None:
        """Ask for keys when orders may have come or gone, for the rows in sight when they may differ."""
        if changes.is_everything or "channel" in changes.kinds:
            self.asker("channels").ask(order_reads.channel_list)
        by_push = bool(self._which.push or self._which.states)
        if changes.is_everything or "order" in changes.kinds or (by_push and "push" in changes.kinds):
            self._ask_keys()
        if changes.is_everything or changes.kinds & {"order", "push"}:
            self.grid.want(again=True)
            self._ask_summary()

    def _filter(self) -> None:
        """Ask for another list."""
        self._which, self._problem = to_filter(self.wanted, self._channels, self.services.clock())
        which, sort, landmarks = self._which, self.wanted.sort, self.grid.landmarks
        self.asker("keys").replace(lambda: order_reads.first_keys(which, sort, landmarks))
        self._show_lists()

    def _ask_keys(self) -> None:
        if self._keys is None:
            self._filter()
            return
        which, sort, landmarks = self._which, self.wanted.sort, self.grid.landmarks
        marks = frozenset(self.grid.marks)
        self.asker("keys").ask(lambda: order_reads.all_keys(which, sort, landmarks, marks))

    def _ask_summary(self) -> None:
        marks = frozenset(self.grid.marks)
        if marks:
            self.asker("summary").ask(lambda: order_reads.summary(marks))
        else:
            self._marked = MarkSummary(0, {}, 0, 0)
            self._show_marked()

    @on(OrdersGrid.Wanted)
    def _wanted(self, message: OrdersGrid.Wanted) -> None:
        keys = message.keys
        if keys:
            self.asker("rows").ask(lambda: order_reads.page(keys))

    def show_loaded(self, slot: str, snapshot: Any) -> None:
        """Put an answer where the grid or the lines around it see it."""
        match slot:
            case "keys":
                self._show_keys(snapshot)
            case "rows":
                self.grid.show_rows(snapshot)
                self._explain()
            case "summary":
                self._marked = snapshot
                self._show_marked()
            case "markable":
                self._is_marking = False
                self.grid.mark(snapshot)
            case "channels":
                self._channels = snapshot
                self._show_lists()
                self._show_count()

    def _show_keys(self, keys: Keys) -> None:
        if (keys.which, keys.sort) != (self._which, self.wanted.sort):
            return
        before, self._keys = self._keys, keys
        is_same = before is not None and (before.which, before.sort) == (keys.which, keys.sort)
        self.grid.show_rows(keys.rows)
        self.grid.show_keys(keys.keys, keys.at, is_same_filter=is_same)
        if not keys.is_whole:
            self._ask_keys()
        self._show_count()
        self._show_marked()
        self._explain()

    # --- showing -------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Ages may read otherwise."""
        self.grid.show_view(self.view())

    def on_resize(self) -> None:
        """Room changed."""
        self._show_intro()
        self._show_count()
        self._show_marked()
        self._explain()
        self._show_lists()

    def _show_intro(self) -> None:
        for panel in self.query("#intro").results(Panel):
            panel.lines = tuple(wrapped(self.services.intro, self.app.size.width, tone=Tone.BUSY))

    def _hide_intro(self) -> None:
        for panel in self.query("#intro"):
            panel.remove()

    def _show_marked(self) -> None:
        marked, count = self._marked, len(self.grid.marks)
        parts = [
            say(f"[Send Orders ({count})]", Tone.STRONG if count else Tone.PLAIN),
            say(" S   ", Tone.MUTED),
        ]
        if self._is_marking:
            parts.append(say("marking all that the filter shows ...", Tone.BUSY))
        elif count and marked.count == count:
            parts.append(say(money.sums(marked.money) if marked.money is not None else "many"))
            unusual = [
                f"{number} {word}"
                for number, word in (
                    (marked.unpaid, "unpaid: asked first"),
                    (marked.stopped, "stopped: left out"),
                    (self._keys.outside if self._keys else 0, "outside this filter"),
                )
                if number
            ]
            parts.append(say(f"; {', '.join(unusual)}" if unusual else "", Tone.WARN))
        elif not count:
            parts.append(say("Space marks an order to send", Tone.MUTED))
        newer = self.grid.newer
        self._line("#marked", tuple(parts), say(f"{newer:,} newer: g", Tone.BUSY) if newer else Segment(""))

    def _show_count(self) -> None:
        shown = len(self.grid.orders.keys)
        total = self.app.vitals.orders if self.app.vitals else shown
        more = "" if self._keys is None or self._keys.is_whole else "+"
        told = f"{shown:,}{more} of {max(total, shown):,}  {SORTS[self.wanted.sort]}"
        problem = say(f"! {self._problem}  ", Tone.BAD) if self._problem else Segment("")
        panel = self.query_one("#count", Panel)
        panel.styles.width = max(length((problem, say(told))), 1)
        panel.lines = (line(problem, say(told, Tone.MUTED)),)

    def _explain(self) -> None:
        row = self.order
        if row is not None:
            tone = Tone.BAD if is_wrong(row) else Tone.PLAIN
            keys = " | ".join(f"{step.key} {step.words}" for step in steps(row))
            first = line(say(f"{row.number}  ", Tone.STRONG), say(short_error(row), tone))
            second = line(say("  next: ", Tone.MUTED), f"{keys} | Enter open" if keys else "Enter open")
        elif self.grid.row_count() == 0 and self._keys is not None and self._keys.is_whole:
            first, second = self._nothing()
        else:
            first, second = line(""), line("")
        self.query_one("#explain", Panel).lines = (first, second)
        self._show_lists()

    def _nothing(self) -> tuple[Line, Line]:
        assert self._keys is not None
        if not self.wanted.is_plain:
            return (
                line(say("Nothing matches. ", Tone.WARN), f"0 here, {self._keys.elsewhere:,} in all orders."),
                line(
                    say("  next: ", Tone.MUTED),
                    "Esc clears the filter | o goes to an order, whatever the filter",
                ),
            )
        if not self._channels:
            return (
                line(say("No channel is connected yet. ", Tone.WARN)),
                line(say("  next: ", Tone.MUTED), "2 opens Channels, a adds one"),
            )
        return (
            line("No order has come in yet. "),
            line(say("  next: ", Tone.MUTED), "p reads all channels now | 2 shows how they are"),
        )

    def _show_lists(self) -> None:
        channel = next(
            (row.name for row in self._channels if str(row.id) == self.wanted.channel), "All channels"
        )
        push = "errors (e)" if self.wanted.errors_only else dict(PUSH)[self.wanted.push]
        shown = line(
            "Channel ", say(f"[{channel[:18]} v]", Tone.STRONG), "  Push ", say(f"[{push} v]", Tone.STRONG),
            "  Date ", say(f"[{dict(DAYS)[self.wanted.days]} v]", Tone.STRONG), say("  c", Tone.MUTED),
        )  # fmt: skip
        count = self.grid.row_count()
        self._line(
            "#lists", shown, say(f"line {self.grid.cursor + 1:,} of {count:,}" if count else "", Tone.MUTED)
        )

    def _line(self, where: str, left: Line, right: Segment) -> None:
        room = self.app.size.width - length(left) - length((right,))
        self.query_one(where, Panel).lines = ((*left, Segment(" " * max(room, 1)), right),)

    @on(LineList.Moved)
    def _moved(self) -> None:
        self._explain()
        self._show_marked()

    # --- acting --------------------------------------------------------------------------------------------

    @on(OrdersGrid.MarksChanged)
    def _marks_changed(self) -> None:
        if self.grid.marks:
            self._just_sent = ()
        self._show_marked()
        self._ask_summary()

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

    def action_mark(self) -> None:
        """Mark or unmark the order under the cursor."""
        self.grid.toggle_mark()

    def action_range(self) -> None:
        """Begin a range, or mark up to here."""
        self._mark_many(self.grid.range_keys())

    def action_mark_all(self) -> None:
        """Mark all that the filter shows."""
        self._mark_many(self.grid.orders.keys)

    def _mark_many(self, keys: Sequence[int] | array[int]) -> None:
        if len(keys):
            self._is_marking = True
            self._show_marked()
            which = self._which
            self.asker("markable").replace(lambda: order_reads.markable(which, keys))

    def action_unmark(self) -> None:
        """Clear all marks."""
        self._is_marking = False
        self.asker("markable").replace(frozenset)
        self.grid.unmark()

    def action_send(self) -> None:
        """Plan to send the marked orders, or the one under the cursor."""
        if self.order_ids:
            self.plan_send(self.order_ids)

    def sent(self, _result: SendResult) -> None:
        """A plan was carried out: nothing of it stays marked, neither what went nor what was skipped."""
        self.grid.unmark()

    @on(events.Click, "#marked")
    def _clicked_send(self) -> None:
        self.action_send()

    @on(events.Click, "#lists")
    def _clicked_lists(self) -> None:
        self.action_drop_downs()

    def action_pull(self) -> None:
        """Read new orders of all channels now."""
        actor = self.services.actor
        self.do(
            "Pull now",
            lambda: pulls.pull_now(actor),
            lambda flows: f"{flows} channels are asked for new orders.",
        )

    # --- filtering -----------------------------------------------------------------------------------------

    def action_errors(self) -> None:
        """Only orders in Error, or all again."""
        self._want(replace(self.wanted, errors_only=not self.wanted.errors_only))

    def action_sort(self) -> None:
        """The next order of the list."""
        names = list(SORTS)
        self._want(replace(self.wanted, sort=names[(names.index(self.wanted.sort) + 1) % len(names)]))

    def action_newest(self) -> None:
        """To the newest orders."""
        self.grid.to_newest()

    def action_filter(self) -> None:
        """Type a filter."""
        self.set_focus(self.query_one("#filter-text", LineInput))

    def action_leave_filter(self) -> None:
        """Back to the list; from the list: clear the filter."""
        self._hide_intro()
        if not self.grid.has_focus:
            self.set_focus(self.grid)
        elif not self.wanted.is_plain:
            self.query_one("#filter-text", LineInput).value = ""
            self._want(Wanted(sort=self.wanted.sort))

    @on(Input.Changed, "#filter-text")
    def _typed(self, message: Input.Changed) -> None:
        if message.value != self.wanted.text:
            self._want(replace(self.wanted, text=message.value))

    @on(Input.Submitted, "#filter-text")
    def _typed_enough(self) -> None:
        self.set_focus(self.grid)

    def _want(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self._filter()

    def action_drop_downs(self) -> None:
        """Choose channel, push status and date."""
        channels = (
            ("", "All channels"),
            *((str(row.id), row.name) for row in self._channels if row.role.gives_orders),
        )
        self.app.push_screen(
            FilterDialog(
                (
                    Column("channel", "Channel", channels, self.wanted.channel),
                    Column("push", "Push Status", PUSH, self.wanted.push),
                    Column("days", "Placed", DAYS, self.wanted.days),
                )
            ),
            self._chosen,
        )

    def _chosen(self, answers: Answers | None) -> None:
        if answers is not None:
            self._want(
                replace(
                    self.wanted, channel=answers["channel"], push=answers["push"], days=answers["days"],
                    errors_only=False,
                )
            )  # fmt: skip

    def show_channel(self, channel_id: int) -> None:
        """Show the orders of one channel."""
        self.query_one("#filter-text", LineInput).value = ""
        self._want(Wanted(channel=str(channel_id), sort=self.wanted.sort))
