"""The sync log: runs, and what they wrote down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input

from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.dialogs import Answers, Column, FilterDialog
from stogly_tui.console.screens.text import TextScreen
from stogly_tui.console.widgets.frame import Rooms, Rule
from stogly_tui.console.widgets.inputs import LineInput
from stogly_tui.console.widgets.line_list import LineList, TableHead, TableList
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.domain.states import Level
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.model.queries import channels, runs
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.runs import LogRow, RunRow
from stogly_tui.present import run_pages, times
from stogly_tui.present.blocks import BLANK, Line, Tone, heading, line, pairs, say, wrapped
from stogly_tui.present.raw import payload_lines

LEVELS: dict[str, tuple[str, tuple[Level, ...]]] = {
    "": ("all", ()),
    "warning": ("warnings and errors", (Level.WARNING, Level.ERROR)),
    "error": ("errors", (Level.ERROR,)),
}


ENTRIES = 500
"""The newest so many are shown."""


@dataclass(frozen=True)
class LogSnapshot:
    """Runs and entries at one moment."""

    runs: tuple[RunRow, ...]
    entries: tuple[LogRow, ...]
    channels: tuple[ChannelRow, ...]


def read_log(channel_id: int | None, run_id: int | None, levels: tuple[Level, ...], text: str) -> LogSnapshot:
    """Runs of a channel, entries of it or of one run."""
    return LogSnapshot(
        tuple(runs.latest(200, channel_id=channel_id)),
        tuple(runs.entries(ENTRIES, channel_id=channel_id, run_id=run_id, levels=levels, text=text)),
        tuple(channels.overview()),
    )


class SyncLogScreen(ConsoleScreen[None]):
    """Runs above, entries below; both follow what happens."""

    HELP_TITLE = "SYNC LOG"
    HELP_TEXT = (
        "Above are runs, newest first: what was seen, new, updated, failed. FINISHED PARTIALLY means every page was read, "
        "but some records were not OK. Below are entries, newest at the bottom; the list follows while the cursor stands "
        "on its last line.",
        "Enter on a run shows its entries only; Enter on an entry shows everything about it with its payload.",
    )
    BINDINGS = [
        Binding("tab", "other_list", "other list", id="log.other", tooltip="To the other list"),
        Binding("slash", "filter", "filter", id="log.filter", tooltip="Show entries that hold a text"),
        Binding("e", "errors", "errors", id="log.errors", tooltip="Only warnings and errors, or all again"),
        Binding("c", "drop_downs", "lists", id="log.lists", tooltip="Choose channel and level"),
        Binding("j", "to_order", "to order", id="log.order", tooltip="Open the order of this entry"),
        Binding("escape", "clear", "all", show=False, id="log.clear", tooltip="Show everything again"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._snapshot = LogSnapshot((), (), ())
        self._channel = ""
        self._level = ""
        self._text = ""
        self._run: int | None = None

    def body(self) -> ComposeResult:
        """Rooms, filter, runs, their arithmetic, entries."""
        yield Rooms("log")
        with Horizontal(id="filter"):
            yield Panel(line("Filter "), id="filter-label")
            yield LineInput(placeholder="/ to type", id="filter-text")
            yield Panel(id="count")
        yield TableHead(run_pages.HEADS)
        yield TableList(run_pages.HEADS, id="runs")
        yield Panel(line(""), line(""), id="about")
        yield Rule()
        yield TableHead(run_pages.ENTRY_HEADS)
        yield TableList(run_pages.ENTRY_HEADS, follow_end=True, id="entries")
        yield Panel(id="lists")

    def on_mount(self) -> None:
        """Focus on the runs; `ConsoleScreen` reloads."""
        self.set_focus(self.query_one("#runs"))
        self._show_lists()

    def reload(self, changes: Changes = EVERYTHING) -> None:
        """Read runs and entries again."""
        if changes.is_everything or changes.kinds & {"run", "log", "channel"}:
            self._ask()

    def _ask(self, *, other: bool = False) -> None:
        channel = int(self._channel) if self._channel else None
        run, levels, text = self._run, LEVELS[self._level][1], self._text
        asker = self.asker("log")
        (asker.replace if other else asker.ask)(lambda: read_log(channel, run, levels, text))

    def show_loaded(self, slot: str, snapshot: Any) -> None:
        """Show runs and entries, or open an entry with its payload."""
        if slot == "payload":
            entry, body = snapshot
            told = run_pages.entry_page(entry, self.view())
            self.app.push_screen(LogEntryScreen(entry, body, entry_lines(told, self.app.size.width - 1)))
            return
        self._snapshot = snapshot
        self._show()

    def tick(self) -> None:
        """Times may read otherwise."""
        self._show()

    def on_resize(self) -> None:
        """Room changed."""
        self._show()

    def _show(self) -> None:
        view, found = self.view(), self._snapshot
        self.query_one("#runs", TableList).show({run.id: run_pages.cells(run, view) for run in found.runs})
        self.query_one("#entries", TableList).show(
            {entry.id: run_pages.entry_cells(entry, view) for entry in found.entries}
        )
        zone = times.zone_name(view.now.astimezone(view.zone))
        more = "+" if len(found.entries) >= ENTRIES else ""
        told = f"{len(found.runs)} runs, {len(found.entries)}{more} entries, times {zone}"
        count = self.query_one("#count", Panel)
        count.styles.width = len(told)
        count.lines = (line(say(told, Tone.MUTED)),)
        self._about()
        self._show_lists()

    def _about(self) -> None:
        run = self._run_here()
        if run is None:
            shown: list[Line] = [
                line(say("No run yet. p in Channels or Orders reads now.", Tone.MUTED)),
                line(""),
            ]
        else:
            shown = run_pages.about(run, self.view())
        self.query_one("#about", Panel).lines = tuple(shown)

    def _show_lists(self) -> None:
        channel = next(
            (row.name for row in self._snapshot.channels if str(row.id) == self._channel), "All channels"
        )
        only = f"  entries of run {self._run} only (Esc: all)" if self._run is not None else ""
        self.query_one("#lists", Panel).lines = (
            line(
                "Channel ", say(f"[{channel[:20]} v]", Tone.STRONG), "  Level ",
                say(f"[{LEVELS[self._level][0]} v]", Tone.STRONG), say("  c", Tone.MUTED), say(only, Tone.WARN),
            ),
        )  # fmt: skip

    def _run_here(self) -> RunRow | None:
        key = self.query_one("#runs", TableList).cursor_key
        return next((run for run in self._snapshot.runs if run.id == key), None)

    def _entry_here(self) -> LogRow | None:
        key = self.query_one("#entries", TableList).cursor_key
        return next((entry for entry in self._snapshot.entries if entry.id == key), None)

    @on(LineList.Moved)
    def _moved(self) -> None:
        self._about()

    @on(LineList.Opened)
    def _opened(self, message: LineList.Opened) -> None:
        if message.list.id == "runs":
            self._run = int(str(message.key))
            self._ask(other=True)
            self.set_focus(self.query_one("#entries"))
            return
        entry = self._entry_here()
        if entry is not None:
            digest = entry.payload_digest
            self.asker("payload").replace(lambda: (entry, runs.payload(digest) if digest else None))

    def action_other_list(self) -> None:
        """To the other list."""
        at_runs = self.query_one("#runs").has_focus
        self.set_focus(self.query_one("#entries" if at_runs else "#runs"))

    def action_filter(self) -> None:
        """Type a text."""
        self.set_focus(self.query_one("#filter-text"))

    @on(Input.Changed, "#filter-text")
    def _typed(self, message: Input.Changed) -> None:
        if message.value != self._text:
            self._text = message.value
            self._ask(other=True)

    @on(Input.Submitted, "#filter-text")
    def _typed_enough(self) -> None:
        self.set_focus(self.query_one("#entries"))

    def action_errors(self) -> None:
        """Only warnings and errors, or all again."""
        self._level = "" if self._level else "warning"
        self._ask(other=True)

    def action_clear(self) -> None:
        """Back to the list; from there, show everything again."""
        field = self.query_one("#filter-text", LineInput)
        if field.has_focus:
            self.set_focus(self.query_one("#entries"))
            return
        self._run, self._level, self._channel, self._text = None, "", "", ""
        field.value = ""
        self._ask(other=True)

    def action_to_order(self) -> None:
        """Open the order of the entry."""
        from stogly_tui.console.screens.order_detail import OrderScreen

        entry = self._entry_here()
        if entry is None or entry.order_id is None:
            self.app.say("This entry is about no order.", title="To order")
        else:
            self.app.push_screen(OrderScreen(entry.order_id, tab="Timeline"))

    def action_drop_downs(self) -> None:
        """Choose channel and level."""
        names = (("", "All channels"), *((str(row.id), row.name) for row in self._snapshot.channels))
        levels = tuple((key, title) for key, (title, _) in LEVELS.items())
        self.app.push_screen(
            FilterDialog(
                (
                    Column("channel", "Channel", names, self._channel),
                    Column("level", "Level", levels, self._level),
                )
            ),
            self._chosen,
        )

    def _chosen(self, answers: Answers | None) -> None:
        if answers is not None:
            self._channel, self._level = answers["channel"], answers["level"]
            self._ask(other=True)

    def show_channel(self, channel_id: int) -> None:
        """Show runs and entries of one channel."""
        self._channel, self._run = str(channel_id), None
        self._ask(other=True)


class LogEntryScreen(TextScreen):
    """Everything about one entry."""

    def __init__(self, entry: LogRow, payload: bytes | None, lines: list[Line]) -> None:
        whole = lines if payload is None else payload_lines(payload, [*lines, BLANK, heading("PAYLOAD")])
        super().__init__(f"SYNC LOG > {entry.code}", whole)


def entry_lines(told: list[tuple[str, str]], width: int) -> list[Line]:
    """Labels and values, long ones over several lines."""
    lines: list[Line] = []
    for label, value in told:
        shown = wrapped(value, width, 14)
        if shown:
            lines += pairs([(label, shown[0][1:])])
            lines += shown[1:]
    return lines
