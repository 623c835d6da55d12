"""The sync log: runs, and what they wrote down."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal

from stogly_tui.console import log_reads
from stogly_tui.console.log_reads import Hit, LogSnapshot, Window, counted
from stogly_tui.console.screens.log_deeds import LogDeeds
from stogly_tui.console.screens.log_entry import LogEntryScreen, detail_lines, entry_lines
from stogly_tui.console.screens.log_filtering import LogFiltering
from stogly_tui.console.widgets.entry_list import EntryList
from stogly_tui.console.widgets.filter_input import FilterInput
from stogly_tui.console.widgets.frame import Rooms, Rule
from stogly_tui.console.widgets.line_list import LineList, TableHead, TableList
from stogly_tui.console.widgets.painted import length
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.console.widgets.search_line import SearchLine
from stogly_tui.domain import log_search
from stogly_tui.domain.log_search import LogSearch
from stogly_tui.domain.search import with_value
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.model.queries import runs
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.runs import RunRow
from stogly_tui.present import run_pages, times
from stogly_tui.present.blocks import Line, Segment, Tone, View, line, say

PACE = 0.25
"""Seconds between two looks while entries come: faster than that nobody reads."""
DETAIL = 6
"""Lines that the entry under the cursor is told in, on a large screen."""
MODES = ("Both", "Runs", "Entries")


class SyncLogScreen(LogFiltering, LogDeeds):
    """Runs above, entries below; both follow what happens."""

    HELP_TITLE = "SYNC LOG"
    HELP_TEXT = (
        "Above are runs, newest first: what was seen, new, updated, failed. FINISHED PARTIALLY means every page was read, "
        "but some records were not OK. Below are entries, newest at the bottom. The list follows while the cursor stands "
        "on the newest; Up stops that, End goes on. What comes faster than it can be read is counted, and is read by "
        "going back: PgUp and Home reach every entry, however many there are. P holds everything still.",
        "Enter on a run shows its entries only; Enter on an entry shows everything about it with its payload. "
        "j goes to its order, t retries the order from what is stored, f fetches it again.",
        "s looks for a text in all entries that the filter shows: n and N go from match to match, Esc ends the search.",
    )
    GUIDE = (
        (
            "THE FILTER ( / )",
            "  ".join(f"{one.example} ({one.says})" for one in log_search.HELP)
            + '.  A - before a word turns it round: -code:PAGE-STORED. "Quotes" hold words together.',
        ),
    )
    BINDINGS = [
        Binding("tab", "other_list", "other list", show=False, id="log.other", tooltip="To the other list"),
        Binding("left", "mode(-1)", "view", show=False, id="log.mode_before", tooltip="Runs, entries or both"),
        Binding("right", "mode(1)", "view", show=False, id="log.mode_after", tooltip="Runs, entries or both"),
        Binding("j", "to_order", "to order", id="log.order", tooltip="Open the order of this entry"),
        Binding("w", "wrap", "wrap", id="log.wrap", tooltip="Whole messages on several lines, or cut off"),
        Binding("P", "pause", "Pause", id="log.pause", tooltip="Hold both lists still, or follow again"),
        Binding("u", "utc", "UTC", show=False, id="log.utc", tooltip="Times in UTC, or in your zone"),
        Binding("escape", "clear", "all", show=False, id="log.clear", tooltip="Show everything again, and follow"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._snapshot = LogSnapshot()
        self._mode = "Both"
        self._is_paused = self._is_utc = False
        self._seen: int | None = None
        self._went_by = self._newer = 0
        self._shown_at = 0.0
        self._run_limit = log_reads.RUNS
        self._is_waiting = False

    def body(self) -> ComposeResult:
        """Rooms, how the lists stand, filter, runs, their arithmetic, entries."""
        yield Rooms("log")
        yield Panel(line(""), id="mode")
        with Horizontal(id="filter"):
            yield Panel(line("Filter "), id="filter-label")
            yield FilterInput(
                placeholder="/ to type: level:>=warning since:8h channel: code: run:", id="filter-text"
            )
            yield Panel(id="count")
        yield TableHead(run_pages.HEADS, id="runs-head")
        yield TableList(run_pages.HEADS, id="runs")
        yield Panel(line(""), line(""), id="about")
        yield Rule()
        yield TableHead(run_pages.ENTRY_HEADS, id="entries-head")
        yield EntryList(
            run_pages.ENTRY_HEADS, lambda row: run_pages.entry_cells(row, self.view()), id="entries"
        )
        yield SearchLine()
        yield Panel(id="detail")
        yield Panel(id="lists")

    def on_mount(self) -> None:
        """Focus on the runs; `ConsoleScreen` reloads."""
        self.set_focus(self.query_one("#runs"))
        self._show_mode_and_lists()

    @property
    def channels(self) -> tuple[ChannelRow, ...]:
        """The channels that are known."""
        return self._snapshot.channels

    def view(self, width: int | None = None) -> View:
        """Where and when the operator looks; in UTC when asked to."""
        found = super().view(width)
        return replace(found, zone=UTC) if self._is_utc else found

    # --- reading -------------------------------------------------------------------------------------------

    def reload(self, changes: Changes = EVERYTHING) -> None:
        """Read runs and entries again, but no faster than one can read."""
        if not (changes.is_everything or changes.kinds & {"run", "log", "channel"}) or self._is_waiting:
            return
        wait = PACE - (time.monotonic() - self._shown_at)
        if wait > 0 and self._shown_at:
            self._is_waiting = True
            self.set_timer(wait, self._ask)
        else:
            self._ask()

    def _ask(self) -> None:
        self._is_waiting = False
        self._read(self.asker("log").ask)

    def filter_changed(self) -> None:
        """Read what the filter lets through now."""
        self._seen, self._went_by, self._newer = None, 0, 0
        self.entries.follows, self._is_paused = True, False
        self._read(self.asker("log").replace)

    def _read(self, ask: Callable[[Callable[[], LogSnapshot]], None]) -> None:
        which, seen, limit = self.which, self._seen, self._run_limit
        is_following = self.entries.follows and not self._is_paused
        ask(lambda: log_reads.look(which, seen, is_following=is_following, run_limit=limit))

    def _ask_page(self, read: Callable[[Window, LogSearch], Window], *, is_to_oldest: bool = False) -> None:
        which, window = self.which, self.entries.window
        self.asker("page").replace(lambda: (window, read(window, which), is_to_oldest))

    def show_loaded(self, slot: str, snapshot: Any) -> None:
        """Show runs and entries, another page of them, what a search found, or an entry with its payload."""
        match slot:
            case "log":
                self._show_log(snapshot)
            case "page":
                self._show_page(*snapshot)
            case "find":
                self.take_hit(snapshot)
            case "report":
                self.take_report(snapshot)
            case "payload":
                self.app.push_screen(LogEntryScreen(*snapshot))

    def _show_log(self, found: LogSnapshot) -> None:
        self._shown_at = time.monotonic()
        before, self._newer = self._snapshot, found.came
        if self._is_paused:
            self._show_mode_and_lists()
            return
        self._snapshot = found
        if self.entries.follows and found.window is not None:
            self._went_by += max(found.came - max(self.entries.size.height, 1), 0)
            self._seen, self._newer = found.window.last or 0, 0
            self.entries.show(found.window)
        if self._wanted_channel is not None or before.channels != found.channels:
            self.channels_known()
        self._show_runs()
        self._show_mode_and_lists()

    def _show_page(self, before: Window, window: Window, is_to_oldest: bool) -> None:
        if self.entries.window is before and not self.entries.follows:
            if not window.has_newer:
                self._seen = window.last or 0
            self.entries.show(window, window.first if is_to_oldest else None)
            self._show_mode_and_lists()

    def show_hit(self, hit: Hit) -> None:
        """Go to the entry that a search found."""
        self.entries.follows = False
        self.entries.show(hit.window or self.entries.window, hit.found.id)
        self._show_mode_and_lists()

    # --- showing -------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Times may read otherwise."""
        self._show_runs()
        self.entries.repaint()

    def on_resize(self) -> None:
        """Room changed."""
        self.set_class(self.app.size.width >= 120 and self.app.size.height >= 32, "-roomy")
        self._show_detail()
        self._show_runs()
        self._show_mode_and_lists()

    def _show_runs(self) -> None:
        view, found = self.view(), self._snapshot
        self.query_one("#runs", TableList).show({run.id: run_pages.cells(run, view) for run in found.runs})
        more = "+" if len(found.runs) >= self._run_limit else ""
        told = f"{len(found.runs)}{more} runs, {counted(found.total)} entries"
        count = self.query_one("#count", Panel)
        count.styles.width = len(told)
        count.lines = (line(say(told, Tone.MUTED)),)
        self._about()

    def _about(self) -> None:
        run = self.run_here
        if run is None:
            told = (
                "No run yet. p in Channels or Orders reads now."
                if not self.query_text
                else "No run fits the filter."
            )
            shown: list[Line] = [line(say(told, Tone.MUTED)), line("")]
        else:
            shown = run_pages.about(run, self.view())
        self.query_one("#about", Panel).lines = tuple(shown[:3])

    def show_mode(self) -> None:
        """Which lists there are, whether they follow, what went by, and in which zone times are."""
        panel = self.query_one("#mode", Panel)
        if self.which.mistakes:
            wrong = self.which.mistakes[0]
            panel.lines = (line(say(f"! {wrong.says} {wrong.remedy}", Tone.BAD)),)
            return
        modes = [
            say(
                f"[{name}]" if name == self._mode else f" {name} ",
                Tone.STRONG if name == self._mode else Tone.PLAIN,
            )
            for name in MODES
        ]
        other = ", u for your zone" if self._is_utc else ", u for UTC"
        zone = times.zone_name(self.view().now.astimezone(self.view().zone))
        right = say(f"times {zone}{other if self._is_utc or zone != 'UTC' else ''}", Tone.MUTED)
        left = (*modes, say("  "), *self._follow_words())
        room = panel.size.width - length(left) - length((right,))
        panel.lines = ((*left, Segment(" " * max(room, 1)), right),)

    def _follow_words(self) -> Line:
        newer = f", {counted(self._newer)} newer" if self._newer else ""
        if self.exporting is not None:
            return line(say(f"> exporting, {self.exporting:,} written; x stops", Tone.BUSY))
        if self._is_paused:
            return line(say(f"= paused{newer}, P goes on", Tone.WARN))
        if not self.entries.follows:
            return line(say(f"follow: off{newer}, End goes on", Tone.WARN if newer else Tone.PLAIN))
        by = f", {counted(self._went_by)} went by, P holds" if self._went_by else ""
        return line(say("follow: on", Tone.GOOD), say(by, Tone.WARN))

    def _show_mode_and_lists(self) -> None:
        self.show_mode()
        self.query_one("#lists", Panel).lines = (self.lists_line(),)

    def filter_typed(self) -> None:
        """Say what the filter says."""
        self._show_mode_and_lists()

    def to_list(self) -> None:
        """Back from the filter to the entries."""
        self.set_focus(self.entries)

    @property
    def run_here(self) -> RunRow | None:
        """The run under the cursor."""
        key = self.query_one("#runs", TableList).cursor_key
        return next((run for run in self._snapshot.runs if run.id == key), None)

    @on(LineList.Moved)
    def _moved(self, message: LineList.Moved) -> None:
        if message.list.id == "runs":
            self._about()
            self._more_runs(message.list)
            return
        if not self.entries.follows:
            self._went_by = 0
        self.show_mode()
        self._show_detail()

    def _more_runs(self, runs_list: LineList) -> None:
        """Near the end of the runs more of them are read."""
        count = runs_list.row_count()
        if self._run_limit <= count < log_reads.MOST_RUNS and runs_list.cursor > count - log_reads.RUNS // 4:
            self._run_limit += log_reads.RUNS
            self._ask()

    def _show_detail(self) -> None:
        """The entry under the cursor in full, where there is room below the list."""
        entry, is_roomy = self.entry_here, self.has_class("-roomy")
        told = detail_lines(entry, self.view())[:DETAIL] if entry and is_roomy else []
        self.query_one("#detail", Panel).lines = tuple(told)

    @on(LineList.Opened)
    def _opened(self, message: LineList.Opened) -> None:
        if message.list.id == "runs":
            self.put(with_value(self.query_text, "run", str(message.key)))
            self.set_focus(self.entries)
            return
        entry, view = self.entry_here, self.view()
        if entry is not None:
            digest = entry.payload_digest
            self.asker("payload").replace(
                lambda: (entry, entry_lines(entry, runs.payload(digest) if digest else None, view))
            )

    @on(EntryList.Near)
    def _near(self, message: EntryList.Near) -> None:
        self._ask_page(log_reads.with_older if message.is_older_end else log_reads.with_newer)

    @on(EntryList.Jump)
    def _jump(self, message: EntryList.Jump) -> None:
        self._is_paused = False
        if message.is_to_oldest:
            self._ask_page(lambda _window, which: log_reads.oldest_window(which), is_to_oldest=True)
        else:
            self._went_by = 0
            self._ask()

    # --- actions -------------------------------------------------------------------------------------------

    def action_other_list(self) -> None:
        """To the other list."""
        if self._mode == "Both":
            self.set_focus(self.entries if self.is_at_runs else self.query_one("#runs"))

    def action_mode(self, steps: int) -> None:
        """Runs, entries, or both."""
        self._mode = MODES[(MODES.index(self._mode) + steps) % len(MODES)]
        self.set_class(self._mode == "Runs", "-runs")
        self.set_class(self._mode == "Entries", "-entries")
        if self._mode == "Runs":
            self.set_focus(self.query_one("#runs"))
        elif self._mode == "Entries":
            self.set_focus(self.entries)
        self.show_mode()

    def action_wrap(self) -> None:
        """Whole messages on several lines, or cut off."""
        entries = self.entries
        entries.is_wrapped = not entries.is_wrapped
        entries.place(cursor=entries.cursor, top=entries.top)

    def action_pause(self) -> None:
        """Hold both lists still, or follow again."""
        self._is_paused = not self._is_paused
        self._went_by = 0
        if not self._is_paused:
            self.entries.follows = True
            self._ask()
        self.show_mode()

    def action_utc(self) -> None:
        """Times in UTC, or in the operator's zone."""
        self._is_utc = not self._is_utc
        self.tick()
        self.show_mode()

    def action_clear(self) -> None:
        """End the search, leave the filter, or show everything again and follow."""
        if self.query_one(SearchLine).is_open:
            self.query_one(SearchLine).action_end()
        elif self.query_one("#filter-text").has_focus:
            self.set_focus(self.entries)
        elif self.query_text:
            self.put("")
        else:
            self.entries.action_cursor_to(-1)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """n and N belong to a search."""
        return (
            self.query_one(SearchLine).is_open if action == "find" and self.is_mounted else action != "find"
        )
