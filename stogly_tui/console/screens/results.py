"""What became of every order of a verb over many: to be filtered, copied and written to a file."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input

from stogly_tui.console import bulk_words, clipboard, send_results
from stogly_tui.console.reader import Lane
from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.widgets.frame import Crumbs, Rule
from stogly_tui.console.widgets.inputs import LineInput
from stogly_tui.console.widgets.line_list import LineList
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.domain.safe_text import folded
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.operations.bulk import BulkResult, Mark, Outcome
from stogly_tui.operations.packed import Packed
from stogly_tui.present import exports
from stogly_tui.present.blocks import Line, Tone, line, plain, say

if TYPE_CHECKING:
    from stogly_tui.console.app import StoglyApp

SHOWS = ("all", "failed", "ok", "skipped")
COPY_AT_MOST = 5000
"""Lines that are copied at once; a terminal takes no more."""
SAYS = {"all": "all", "failed": "failed and not begun", "ok": "done or queued", "skipped": "skipped"}


class OutcomeList(LineList):
    """Outcomes by their place in the result; a line is made when it comes into sight."""

    def __init__(self) -> None:
        super().__init__()
        self._outcomes: Sequence[Outcome] = ()
        self._at: array[int] = array("l")

    def show(self, outcomes: Sequence[Outcome], at: array[int], *, keep_place: bool) -> None:
        """Show some of them."""
        self._outcomes, self._at = outcomes, at
        last = max(len(at) - 1, 0)
        self.place(cursor=min(self.cursor, last) if keep_place else 0, top=self.top if keep_place else 0)
        self.repaint()

    def row_count(self) -> int:
        """How many are shown."""
        return len(self._at)

    def key_at(self, index: int) -> Hashable:
        """The order."""
        return self._outcomes[self._at[index]].order_id

    def row_at(self, index: int) -> Line:
        """Number, result, reason."""
        return bulk_words.outcome_line(self._outcomes[self._at[index]])


class ResultScreen(ConsoleScreen[None]):
    """The list of results of one piece of work."""

    HELP_TITLE = "RESULTS"
    HELP_TEXT = (
        "What became of every order: ok, failed with its reason, skipped by the plan, or not begun because the work was"
        " stopped. e goes from all to what failed, what was done, what was skipped; / looks in numbers and reasons.",
        "Enter opens the order. After a send the list follows what becomes of the orders, while it is looked at; x in "
        "Orders takes back what is queued, until it is claimed.",
    )
    BINDINGS = [
        Binding("escape,backspace", "leave", "back", id="results.leave", tooltip="Leave the filter, then the list"),
        Binding("e", "errors", "errors", id="results.errors", tooltip="What failed, what was done, what was skipped, all"),
        Binding("slash", "filter", "filter", id="results.filter", tooltip="Look in numbers and reasons"),
        Binding("y", "copy", "copy", id="results.copy", tooltip="Copy what is shown"),
        Binding("x", "export('csv')", "export", id="results.export", tooltip="Write what is shown to a CSV file"),
        Binding("J", "export('jsonl')", "JSON", id="results.export_json", tooltip="Write what is shown as JSON Lines"),
    ]  # fmt: skip

    def __init__(self, title: str, result: BulkResult) -> None:
        super().__init__()
        self._title, self._result = title, result
        self._first = result
        """As it was when the work ended."""
        self._shows = "all" if result.is_whole else "failed"
        self._at: array[int] = array("l")
        self._keeps_place = False

    def body(self) -> ComposeResult:
        """Title, what is shown, filter, list."""
        yield Crumbs()
        yield Panel(id="shown")
        yield LineInput(placeholder="/ looks in numbers and reasons", id="result-filter")
        yield Rule()
        yield OutcomeList()
        yield Rule()
        yield Panel(id="reasons")

    def on_mount(self) -> None:
        """To the list; `ConsoleScreen` reloads."""
        self.set_focus(self.query_one(OutcomeList))

    def on_resize(self) -> None:
        """Room changed."""
        self._say()

    def reload(self, changes: Changes = EVERYTHING) -> None:
        """What was done stays as it was; orders that were queued are looked at again."""
        if changes is EVERYTHING and not self._at:
            self._find()
        first = self._first
        if send_results.is_followed(first) and (changes.is_everything or changes.kinds & {"order", "push"}):
            self.asker("now", Lane.LONG).ask(lambda: send_results.as_of_now(first))

    def _find(self, *, keep_place: bool = False) -> None:
        result, shows, text = self._result, self._shows, self.query_one("#result-filter", LineInput).value
        self._keeps_place = keep_place
        self.asker("found").replace(lambda: matching(result.outcomes, shows, text))

    def show_loaded(self, slot: str, snapshot: Any) -> None:
        """Show what was found, or what has become of the orders."""
        if slot == "now":
            if snapshot.outcomes != self._result.outcomes:
                self._result = snapshot
                self._find(keep_place=True)
            return
        self._at, reasons = snapshot
        self.query_one(OutcomeList).show(self._result.outcomes, self._at, keep_place=self._keeps_place)
        told = [say(f"{count:,} {reason}   ", Tone.MUTED) for reason, count in reasons.most_common(3)]
        self.query_one("#reasons", Panel).lines = (tuple(told),)
        self._say()

    def _say(self) -> None:
        self.query_one(Crumbs).show(
            line(say(self._title.upper(), Tone.STRONG), f"   {bulk_words.result_line(self._result)}"),
            f"{len(self._at):,} of {len(self._result.outcomes):,}",
        )
        self.query_one("#shown", Panel).lines = (
            line("Shown: ", say(SAYS[self._shows], Tone.STRONG), say("   e shows others", Tone.MUTED)),
        )

    @on(Input.Changed)
    def _typed(self) -> None:
        self._find()

    @on(Input.Submitted)
    def _typed_enough(self) -> None:
        self.set_focus(self.query_one(OutcomeList))

    @on(LineList.Opened)
    def _opened(self, message: LineList.Opened) -> None:
        from stogly_tui.console.screens.order_detail import OrderScreen

        self.app.push_screen(OrderScreen(int(str(message.key))))

    def action_errors(self) -> None:
        """What failed, what was done, what was skipped, all."""
        self._shows = SHOWS[(SHOWS.index(self._shows) + 1) % len(SHOWS)]
        self._find()

    def action_filter(self) -> None:
        """Type."""
        self.set_focus(self.query_one("#result-filter"))

    def action_leave(self) -> None:
        """Back to the list; from the list, back."""
        field = self.query_one("#result-filter", LineInput)
        if field.has_focus or field.value:
            field.value = ""
            self.set_focus(self.query_one(OutcomeList))
        else:
            self.dismiss(None)

    def action_copy(self) -> None:
        """Copy what is shown."""
        outcomes, at, app = self._result.outcomes, self._at, self.app
        text = "\n".join(
            plain(bulk_words.outcome_line(outcomes[index])).rstrip() for index in at[:COPY_AT_MOST]
        )
        more = "" if len(at) <= COPY_AT_MOST else f" Only the first {COPY_AT_MOST:,}: x writes all to a file."
        app.say(clipboard.copy(app, text) + more, title="Copy")

    def action_export(self, how: str) -> None:
        """Write what is shown to a file."""
        outcomes, at = self._result.outcomes, self._at
        rows = (bulk_words.outcome_row(outcomes[index]) for index in at)
        export(self, f"{self._result.title}-result", how, bulk_words.RESULT_COLUMNS, rows)


def matching(outcomes: Packed[Outcome], shows: str, text: str) -> tuple[array[int], Counter[str]]:
    """Places of the outcomes that are to be shown, and how many have which reason."""
    marks = {
        "ok": (Mark.OK, Mark.QUEUED),
        "failed": (Mark.FAILED, Mark.NOT_BEGUN),
        "skipped": (Mark.SKIPPED,),
    }.get(shows)
    wanted = folded(text.strip())
    at, reasons = array("l"), Counter[str]()
    for index in range(len(outcomes)):
        _, number, mark, reason = outcomes.values(index)
        if (marks is None or mark in marks) and (
            not wanted or wanted in folded(number) or wanted in folded(reason)
        ):
            at.append(index)
            reasons[reason] += 1
    return at, reasons


def export(
    screen: Screen[Any], name: str, how: str, columns: Sequence[str], rows: Iterator[Mapping[str, Any]]
) -> None:
    """Write rows to a file of the home in a thread, and say where it is."""
    app = cast("StoglyApp", screen.app)
    folder, at = app.services.folder, app.services.clock()
    if folder is None:
        app.say("There is no folder to write it to.", title="Export", severity="error")
        return
    app.work_on(
        "Export",
        lambda: exports.export(name, how, ([row] for row in rows), columns, (folder, at), lambda _: True),
        lambda done: f"It is in {done.path}",
    )
