"""The filter line of the order grid: typing, completing, earlier filters, the lists that write into it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input

from stogly_tui.console.order_filter import DAYS, ERRORS, PUSH, STATUS, Read, Wanted, shown
from stogly_tui.console.screens.dialogs import Answers, Column, FilterDialog
from stogly_tui.console.screens.order_deeds import OrderDeeds
from stogly_tui.console.widgets.filter_input import FilterInput
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.domain.search import HELP, Search, Surroundings, written
from stogly_tui.domain.search_completion import Completion, completions
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.order_filter import OrderFilter
from stogly_tui.operations import preferences
from stogly_tui.present.blocks import BLANK, Line, Segment, Tone, line, say, wrapped

HISTORY = "orders.filters"
HISTORY_MOST = 50
LANGUAGE = (
    "Words look into number, customer, e-mail and SKU, for parts in any script; all of them must hold. A minus before a"
    ' word means not; "quotes" keep blanks. Several values: status:pending,shipped.',
    *(f"{one.name}:  {one.says}, for example {one.example}" for one in HELP),
)
"""The filter language, for help."""


class OrderFiltering(OrderDeeds):
    """A grid screen with a filter line."""

    BINDINGS = [
        Binding("slash", "filter", "filter", id="orders.filter", tooltip="Type a filter"),
        Binding("e", "errors", "errors", id="orders.errors", tooltip="Only orders in Error, or all again"),
        Binding("c", "drop_downs", "lists", show=False, id="orders.lists",
                tooltip="Choose channel, status, push status, date"),
        Binding("escape", "leave_filter", "all", show=False, id="orders.leave_filter", tooltip="List; then no filter"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.wanted = Wanted()
        self.channels: Sequence[ChannelRow] = ()
        self.read = Read(OrderFilter(), Search())
        self._earlier: tuple[str, ...] = ()
        self._recalled = 0

    def filter_line(self) -> ComposeResult:
        """The line to type into, with how many there are beside it."""
        with Horizontal(id="filter"):
            yield Panel(line("Filter "), id="filter-label")
            yield FilterInput(placeholder="/ to type", id="filter-text")
            yield Panel(id="count")

    @property
    def filter_input(self) -> FilterInput:
        """The line that is typed into."""
        return self.query_one("#filter-text", FilterInput)

    @property
    def around(self) -> Surroundings:
        """What the words of the filter are read by."""
        view = self.view()
        return Surroundings(
            {one.id: one.name for one in self.channels}, view.now, view.zone, self.services.actor.name
        )

    @abstractmethod
    def filter_changed(self) -> None:
        """Another list of orders is wanted."""

    @abstractmethod
    def focus_list(self) -> None:
        """Back to the list."""

    def on_mount(self) -> None:
        """Fetch the filters typed before."""
        self.filter_input.completer, self.filter_input.earlier = self._completed, self._recall
        actor = self.services.actor
        self.asker("history").ask(lambda: preferences.remembered(actor, HISTORY))

    def show_history(self, earlier: object) -> None:
        """The filters typed before have come."""
        self._earlier = tuple(str(one) for one in earlier) if isinstance(earlier, list | tuple) else ()

    def want(self, wanted: Wanted) -> None:
        """Show something else, and say so in the filter line."""
        self.wanted = wanted
        if self.filter_input.value != wanted.text:
            self.filter_input.put(wanted.text)
        self.read_filter()
        self.filter_changed()

    def read_filter(self) -> None:
        """Understand what is typed, with the channels there are now."""
        self.read = self.wanted.read(self.around)
        self.filter_input.show_mistakes(self.read.found.mistakes)

    def is_misread(self, done: str) -> bool:
        """Whether a word of the filter is not understood: then nothing is ``done`` to all that it shows, which is more
        than was asked for. It is said.
        """
        if self.read.problem:
            self.app.say(
                f"Nothing was {done}: a word of the filter is not understood, so more is shown than you asked for."
                f" {self.read.problem}",
                title="Filter",
                severity="warning",
            )
        return bool(self.read.problem)

    # --- typing --------------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Type a filter."""
        self._recalled = 0
        self.set_focus(self.filter_input)
        self.filter_input.cursor_position = len(self.filter_input.value)

    def action_leave_filter(self) -> None:
        """Back to the list; from the list: clear the filter."""
        if self.filter_input.has_focus:
            self._remember()
            self.focus_list()
        elif not self.wanted.is_plain:
            self.want(Wanted(sort=self.wanted.sort))

    @on(Input.Changed, "#filter-text")
    def _typed(self) -> None:
        """Read what stands there now: of letters that came together, a message may tell of an earlier text."""
        text = self.filter_input.value
        if text != self.wanted.text:
            self.wanted = Wanted(text, self.wanted.sort)
            self.read_filter()
            self.filter_changed()

    @on(Input.Submitted, "#filter-text")
    def _typed_enough(self) -> None:
        self._remember()
        self.focus_list()

    def _completed(self, text: str, cursor: int) -> tuple[str, int] | None:
        found = completions(text, cursor, self.around)
        return (found[0].text, found[0].cursor) if found else None

    def _recall(self, steps: int) -> str | None:
        at = self._recalled + steps
        if not 0 <= at <= len(self._earlier):
            return None
        self._recalled = at
        return self._earlier[at - 1] if at else ""

    def offered(self) -> Sequence[Completion]:
        """What the word at the cursor may become."""
        field = self.filter_input
        return completions(field.value, field.cursor_position, self.around)

    def typing_lines(self) -> tuple[Line, Line]:
        """What is said while a filter is typed: the mistake, or what the word may become."""
        if self.read.found.mistakes:
            told = wrapped(f"! {self.read.problem}", self.app.size.width, tone=Tone.WARN)
            return told[0], told[1] if len(told) > 1 else BLANK
        hint = line(say("  Tab completes | Up Down earlier filters | Enter list | F1 fields", Tone.MUTED))
        parts: list[Segment] = []
        for number, one in enumerate(self.offered()):
            parts.append(say(one.shown, Tone.PLAIN if number else Tone.STRONG))
            parts.append(say("  "))
        return tuple(parts) or line(say("free text", Tone.MUTED)), hint

    def _remember(self) -> None:
        text = self.wanted.text.strip()
        if not text or self.read.problem or self._earlier[:1] == (text,):
            return
        self._earlier = (text, *(one for one in self._earlier if one != text))[:HISTORY_MOST]
        self.app.keep_choice(HISTORY, list(self._earlier))

    # --- lists ---------------------------------------------------------------------------------------------

    def action_errors(self) -> None:
        """Only orders in Error, or all again."""
        self.want(self.wanted.having("push", "" if self.wanted.errors_only else ERRORS))

    def lists_line(self) -> Line:
        """The lists with what is chosen in them."""
        parts: list[Segment] = []
        for title, field, options in (
            ("Channel", "channel", self._channel_options()),
            ("Status", "status", STATUS),
            ("Push", "push", PUSH),
            ("Date", "placed", DAYS),
        ):
            chosen = shown(options, self.wanted.value(field))
            parts += [say(f"{title} "), say(f"[{chosen[:14]} v]", Tone.STRONG), say(" ")]
        return (*parts, say("c", Tone.MUTED))

    @on(events.Click, "#lists")
    def _clicked_lists(self) -> None:
        self.action_drop_downs()

    def action_drop_downs(self) -> None:
        """Choose channel, status, push status and date."""
        wanted = self.wanted
        self.app.push_screen(
            FilterDialog(
                (
                    Column("channel", "Channel", self._channel_options(), wanted.value("channel")),
                    Column("status", "Status", STATUS, wanted.value("status")),
                    Column("push", "Push Status", PUSH, wanted.value("push")),
                    Column("placed", "Placed", DAYS, wanted.value("placed")),
                )
            ),
            self._chosen,
        )

    def _channel_options(self) -> tuple[tuple[str, str], ...]:
        sources = (row.name for row in self.channels if row.role.gives_orders)
        return (("", "All"), *((name, name) for name in sources))

    def _chosen(self, answers: Answers | None) -> None:
        if answers is not None:
            wanted = self.wanted
            for field, value in answers.items():
                if value != self.wanted.value(field):
                    wanted = wanted.having(field, value)
            self.want(wanted)

    def show_channel(self, channel_id: int) -> None:
        """Show the orders of one channel."""
        name = next((one.name for one in self.channels if one.id == channel_id), "")
        self.want(Wanted(written("channel", name) if name else "", self.wanted.sort))
