"""What can be done in the sync log besides looking: search, copy, export, and going on with the order of an entry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual import on
from textual.binding import Binding
from textual.message import Message

from stogly_tui.console import log_reads
from stogly_tui.console.clipboard import copy
from stogly_tui.console.log_reads import Hit, RunReport
from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.dialogs import Answers, Ask, Question
from stogly_tui.console.widgets.entry_list import EntryList
from stogly_tui.console.widgets.line_list import TableList
from stogly_tui.console.widgets.search_line import SearchLine
from stogly_tui.domain.log_search import LogSearch
from stogly_tui.domain.redact import redact
from stogly_tui.model.queries.runs import LogRow, RunRow
from stogly_tui.operations import orders as order_operations
from stogly_tui.present import log_export, run_pages
from stogly_tui.present.blocks import wrapped
from stogly_tui.present.exports import Exported

FORMATS = (("csv", "CSV"), ("jsonl", "JSON Lines"))
WHAT = (("entries", "Entries"), ("runs", "Runs"))


class LogDeeds(ConsoleScreen[None]):
    """Actions of the sync log on the run or the entry in front."""

    BINDINGS = [
        Binding("s", "search", "search", id="log.search", tooltip="Look for a text in the entries"),
        Binding("n", "find(1)", "next", id="log.next", tooltip="The next match, further down"),
        Binding("N", "find(-1)", "before", id="log.before", tooltip="The match before, further up"),
        Binding("y", "copy", "copy", show=False, id="log.copy", tooltip="Copy the run or the entry, without secrets"),
        Binding("x", "export", "export", id="log.export", tooltip="Write what the filter shows to a file; again: stop"),
        Binding("t", "retry", "retry", show=False, id="log.retry",
                tooltip="Retry the order of this entry from what is stored"),
        Binding("f", "fetch", "fetch", show=False, id="log.fetch",
                tooltip="Fetch the order of this entry again from its channel"),
    ]  # fmt: skip

    which: LogSearch
    """What the filter lets through."""

    @dataclass
    class Exporting(Message, bubble=False):
        """So many rows are written."""

        rows: int

    def __init__(self) -> None:
        super().__init__()
        self.exporting: int | None = None
        self._is_stopped = False

    @property
    @abstractmethod
    def run_here(self) -> RunRow | None:
        """The run under the cursor."""

    @abstractmethod
    def show_hit(self, hit: Hit) -> None:
        """Go to what a search found."""

    @abstractmethod
    def show_mode(self) -> None:
        """Say anew how the lists stand."""

    @property
    def entries(self) -> EntryList:
        """The list of entries."""
        return self.query_one("#entries", EntryList)

    @property
    def entry_here(self) -> LogRow | None:
        """The entry under the cursor."""
        return self.entries.entry

    @property
    def is_at_runs(self) -> bool:
        """Whether the runs have the focus."""
        return self.focused is self.query_one("#runs", TableList)

    # --- search --------------------------------------------------------------------------------------------

    def action_search(self) -> None:
        """Open the search."""
        self.query_one(SearchLine).open()

    def action_find(self, steps: int) -> None:
        """To another match, wherever it is in the log."""
        entry, which = self.entry_here, self.which
        wanted, window = self.query_one(SearchLine).wanted, self.entries.window
        self.entries.wanted = wanted
        if not wanted:
            self.entries.repaint()
            return
        start = entry.id if entry else 0
        self.asker("find").replace(lambda: log_reads.search(which, window, wanted, start, steps))

    @on(SearchLine.Typed)
    def _typed_search(self) -> None:
        self.action_find(0)
        self.refresh_bindings()

    @on(SearchLine.Stepped)
    def _stepped(self, message: SearchLine.Stepped) -> None:
        self.action_find(message.steps)

    @on(SearchLine.Taken)
    def _taken(self) -> None:
        self.set_focus(self.entries)
        self.entries.repaint()

    @on(SearchLine.Ended)
    def _ended(self) -> None:
        self.entries.wanted = ""
        self.set_focus(self.entries)
        self.entries.repaint()
        self.refresh_bindings()

    def take_hit(self, hit: Hit) -> None:
        """Say what a search found, and go there."""
        found = hit.found
        told = "not found"
        if found.id is not None:
            told = f"{log_reads.counted(found.number)} of {log_reads.counted(found.total)}"
        self.query_one(SearchLine).tell(told)
        if found.id is not None:
            self.show_hit(hit)
        self.entries.repaint()

    # --- copy, export --------------------------------------------------------------------------------------

    def action_copy(self) -> None:
        """Copy the run or the entry in front."""
        entry, run = self.entry_here, self.run_here
        if self.is_at_runs:
            if run is not None:
                run_id = run.id
                self.asker("report").replace(lambda: log_reads.run_report(run_id))
        elif entry is not None:
            self._copy(run_pages.entry_text(entry, self.view()))

    def take_report(self, report: RunReport) -> None:
        """Copy a run once it is read with what it wrote down."""
        if report.run is not None:
            self._copy(run_pages.run_text(report.run, report.entries, self.view()))

    def _copy(self, text: str) -> None:
        self.app.say(copy(self.app, redact(text)), title="Copy")

    def action_export(self) -> None:
        """Ask for a format, then write; or stop what is being written."""
        folder = self.services.folder
        if self.exporting is not None:
            self._is_stopped = True
        elif folder is None:
            self.app.say("There is no folder to write to.", title="Export")
        else:
            about = wrapped(
                f"What the filter shows is written to a new file in {folder}. Times are in UTC.", 70
            )
            questions = (
                Question("what", "What", "runs" if self.is_at_runs else "entries", options=WHAT),
                Question("format", "Format", FORMATS[0][0], options=FORMATS),
            )
            self.app.push_screen(
                Ask("EXPORT THE LOG", about, questions, "Export"),
                lambda answers: self._export(answers, folder),
            )

    def _export(self, answers: Answers | None, folder: Path) -> None:
        if answers is None:
            return
        export = log_export.export_runs if answers["what"] == "runs" else log_export.export_entries
        which, at = self.which, self.services.clock()
        self.exporting, self._is_stopped = 0, False
        self.show_mode()

        written = 0

        def progress(rows: int) -> bool:
            nonlocal written
            written += rows
            self.post_message(self.Exporting(written))
            return not self._is_stopped and self.is_attached

        def work() -> Exported:
            try:
                return export(which, answers["format"], folder, at, progress)
            finally:
                self.post_message(self.Exporting(-1))

        self.app.work_on("Export", work, _told_export)

    @on(Exporting)
    def _exporting(self, message: Exporting) -> None:
        self.exporting = message.rows if message.rows >= 0 else None
        self.show_mode()

    # --- the order of an entry -----------------------------------------------------------------------------

    def action_to_order(self) -> None:
        """Open the order of the entry."""
        from stogly_tui.console.screens.order_detail import OrderScreen

        entry = self.entry_here
        if entry is None or entry.order_id is None:
            self.app.say("This entry is about no order.", title="To order")
        else:
            self.app.push_screen(OrderScreen(entry.order_id, tab="Timeline"))

    def action_retry(self) -> None:
        """Read the order again from what is stored."""
        self._with_order("Retry", order_operations.retry_intake, "was read again from what is stored.")

    def action_fetch(self) -> None:
        """Ask the channel for the order."""
        self._with_order("Fetch again", order_operations.fetch_again, "is asked for at its channel.")

    def _with_order(self, title: str, operation: Callable[..., Any], outcome: str) -> None:
        entry, actor = self.entry_here, self.services.actor
        if entry is None or entry.order_id is None:
            self.app.say("This entry is about no order.", title=title)
            return
        order_id, number = entry.order_id, entry.order_number
        self.do(title, lambda: operation(actor, order_id), lambda _: f"{number} {outcome}")


def _told_export(done: Exported) -> str:
    if done.path is None:
        return f"Stopped after {done.rows:,} rows; nothing is kept."
    return f"{done.rows:,} row{'' if done.rows == 1 else 's'} in {done.path}"
