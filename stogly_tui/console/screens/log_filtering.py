"""The filter of the sync log: the line it is typed into, the lists that say the same, and what is wrong with it."""

from __future__ import annotations

from abc import abstractmethod

from textual import on
from textual.binding import Binding
from textual.widgets import Input

from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.dialogs import Answers, Column, FilterDialog
from stogly_tui.console.widgets.filter_input import FilterInput
from stogly_tui.domain import log_search
from stogly_tui.domain.log_search import LogSearch
from stogly_tui.domain.search import Surroundings, value_of, with_value
from stogly_tui.domain.states import FlowType, RunState
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.present import words
from stogly_tui.present.blocks import Line, Segment, Tone, line, say

LEVELS = (("", "all"), (">=warning", "warnings and errors"), ("error", "errors"))
LISTS = ("channel", "level", "type", "state")


class LogFiltering(ConsoleScreen[None]):
    """What is filtered by. The text that is typed is all there is; keys and lists only change it."""

    BINDINGS = [
        Binding("slash", "filter", "filter", id="log.filter", tooltip="Choose entries and runs by what is typed"),
        Binding("e", "errors", "errors", id="log.errors", tooltip="Only warnings and errors, or all again"),
        Binding("c", "drop_downs", "lists", show=False, id="log.lists", tooltip="Choose channel, level, type, state"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.query_text, self.which = "", LogSearch()
        self._wanted_channel: int | None = None

    @property
    @abstractmethod
    def channels(self) -> tuple[ChannelRow, ...]:
        """The channels that are known."""

    @abstractmethod
    def filter_changed(self) -> None:
        """The filter lets something else through."""

    @abstractmethod
    def filter_typed(self) -> None:
        """The filter reads otherwise, whatever it lets through."""

    @abstractmethod
    def to_list(self) -> None:
        """Back from the filter to what it shows."""

    def put(self, query: str) -> None:
        """Filter by this text."""
        self.query_one("#filter-text", FilterInput).put(query)

    @on(Input.Changed, "#filter-text")
    def _typed(self, message: Input.Changed) -> None:
        if message.value != self.query_text:
            self.query_text = message.value
            self._understand()

    @on(Input.Submitted, "#filter-text")
    def _typed_enough(self) -> None:
        self.to_list()

    def _understand(self) -> None:
        """Read the filter; what it lets through is read anew when that is something else."""
        before = self.which
        channels = {row.id: row.name for row in self.channels}
        around = Surroundings(channels, self.services.clock(), self.view().zone)
        self.which = log_search.read(self.query_text, around)
        self.query_one("#filter-text", FilterInput).show_mistakes(self.which.mistakes)
        if self.which != before:
            self.filter_changed()
        self.filter_typed()

    def channels_known(self) -> None:
        """Channels have other names now, or are known at last: the filter may mean something else."""
        wanted, self._wanted_channel = self._wanted_channel, None
        name = next((row.name for row in self.channels if row.id == wanted), "")
        if name:
            self.put(with_value(with_value(self.query_text, "run", ""), "channel", name))
        else:
            self._understand()

    def show_channel(self, channel_id: int) -> None:
        """Show runs and entries of one channel."""
        self._wanted_channel = channel_id
        if self.channels:
            self.channels_known()

    def action_filter(self) -> None:
        """Type a filter."""
        self.set_focus(self.query_one("#filter-text"))

    def action_errors(self) -> None:
        """Only warnings and errors, or all again."""
        self.put(
            with_value(self.query_text, "level", "" if value_of(self.query_text, "level") else ">=warning")
        )

    def action_drop_downs(self) -> None:
        """Choose channel, level, type and state."""
        names = (("", "all"), *((row.name, row.name) for row in self.channels))
        lists = {
            "channel": names,
            "level": LEVELS,
            "type": (("", "all"), *((kind.value, words.FLOW[kind]) for kind in FlowType)),
            "state": (("", "all"), *((state.value, words.RUN[state].word) for state in RunState)),
        }
        self.app.push_screen(
            FilterDialog(
                [
                    Column(name, name.capitalize(), options, value_of(self.query_text, name))
                    for name, options in lists.items()
                ]
            ),
            self._chosen,
        )

    def _chosen(self, answers: Answers | None) -> None:
        if answers is not None:
            query = self.query_text
            for name, value in answers.items():
                query = with_value(query, name, value)
            self.put(query)

    def lists_line(self) -> Line:
        """What the lists are set to."""
        parts: list[Segment] = []
        for name in LISTS:
            value = value_of(self.query_text, name) or "all"
            parts += [say(f"{name.capitalize()} "), say(f"[{value[:18]} v]  ", Tone.STRONG)]
        return line(*parts, say("c", Tone.MUTED))
