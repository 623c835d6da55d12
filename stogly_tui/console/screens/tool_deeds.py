"""The tools of a channel: what each asks for, and its result, which stays until the next."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from textual.binding import Binding

from stogly_tui.console import tool_words
from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.dialogs import Answers, Ask, Question
from stogly_tui.console.screens.go_live import moment
from stogly_tui.console.tool_words import ToolResult
from stogly_tui.console.widgets.panel import Pages
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.operations import tools, webhooks
from stogly_tui.present import times
from stogly_tui.present.blocks import Tone, wrapped

R = TypeVar("R")
Found = TypeVar("Found")
COMMANDS = [(f"tool('{name}')", f"Tools: {words}") for _, name, _, words in tool_words.TOOLS]
"""The tools for the palette of screens that have a channel."""


class ToolPage(Pages):
    """The Tools tab, with a key for each tool."""

    BINDINGS = [
        Binding("f", "screen.tool('fetch')", "pull one", id="tools.fetch", tooltip="Pull one order by its id there"),
        Binding("r", "screen.tool('window')", "read again", id="tools.window", tooltip="Read a window of days again"),
        Binding("v", "screen.tool('counts')", "counts", id="tools.counts", tooltip="Verify the counts of a day"),
        Binding("w", "screen.tool('webhooks')", "webhooks", id="tools.webhooks", tooltip="Check webhooks"),
        Binding("R", "screen.tool('repair')", "repair", show=False, id="tools.repair", tooltip="Repair webhooks (admin)"),
        Binding("c", "screen.tool('clock')", "clock", id="tools.clock", tooltip="Check clock and time zone"),
        Binding("i", "screen.tool('search')", "search", show=False, id="tools.search", tooltip="Rebuild the search index"),
        Binding("d", "screen.tool('day')", "that day", show=False, id="tools.day", tooltip="Read the unequal day again"),
    ]  # fmt: skip


class ToolDeeds(ConsoleScreen[R]):
    """A screen that has a channel, and shows what its tools found."""

    COMMANDS_ONLY = COMMANDS

    @property
    @abstractmethod
    def channel(self) -> ChannelRow | None:
        """The channel whose tools these are."""

    def show_tools(self) -> None:
        """Show the tools, and what the last one found."""
        row = self.channel
        result = self.app.tool_results.get(row.id) if row else None
        for page in self.query(ToolPage):
            page.show(tool_words.menu(row, result, self.app.size.width - 2))

    def action_tool(self, name: str) -> None:
        """Use a tool."""
        row, actor = self.channel, self.services.actor
        if row is None:
            self.app.say("Save the channel first.", title="Tools")
            return
        zone = tool_words.zone_of(row)
        match name:
            case "fetch":
                self._ask_order(row)
            case "window":
                self._ask_window(row)
            case "counts":
                self._ask_day(row)
            case "webhooks":
                self._use(row, "Check webhooks", lambda: webhooks.check(actor, row.name), self._webhooks)
            case "repair":
                self._use(row, "Repair webhooks", lambda: webhooks.repair(actor, row.name), self._webhooks)
            case "clock":
                self._use(
                    row, "Check clock", lambda: tools.check_clock(actor, row.name),
                    lambda found: tool_words.clock(found, zone),
                )  # fmt: skip
            case "search":
                self._use(
                    row, "Rebuild search", lambda: tools.rebuild_search(actor, row.name),
                    lambda number: self._sentence(f"+ the search index of {number:,} orders is made anew."),
                )  # fmt: skip
            case "day":
                self._read_day_again(row)

    # --- what is asked for ---------------------------------------------------------------------------------

    def _ask_order(self, row: ChannelRow) -> None:
        actor = self.services.actor
        about = wrapped(
            f"{row.name} is asked now; what became of it is said. An order that is here is compared.", 70
        )
        question = Question(
            "order", "Order id", "", "the id at the channel, not the number shown", is_needed=True
        )

        def answered(answers: Answers | None) -> None:
            if answers:
                wanted = answers["order"]
                self._use(
                    row, "Pull one order", lambda: tools.pull_one(actor, row.name, wanted),
                    lambda told: self._sentence(f"+ {told}"),
                )  # fmt: skip

        self.app.push_screen(Ask(f"PULL ONE ORDER OF {row.name}", about, (question,), "Pull"), answered)

    def _ask_window(self, row: ChannelRow) -> None:
        zone = tool_words.zone_of(row)
        now = self.services.clock().astimezone(zone)
        about = wrapped(
            f"Everything placed in it is read again and compared by id; what is missing is taken in. Times are in the zone "
            f"of the channel ({times.zone_name(now)}).",
            70,
        )
        questions = (
            Question("since", "From", f"{now - timedelta(days=1):%Y-%m-%d}", "YYYY-MM-DD or with HH:MM", is_needed=True),
            Question("until", "Until", "", "blank: now"),
        )  # fmt: skip

        def wrong(answers: Answers) -> str:
            since = moment(answers["since"], zone)
            until = moment(answers["until"], zone) if answers["until"] else self.services.clock()
            if since is None or until is None:
                return "Write a day like 2026-11-16, or a moment like 2026-11-16 08:00."
            return "" if since < until else "From has to be before Until."

        def answered(answers: Answers | None) -> None:
            since = moment(answers["since"], zone) if answers else None
            if answers and since is not None:
                until = moment(answers["until"], zone) if answers["until"] else self.services.clock()
                self._read_window(row, since, until or self.services.clock())

        self.app.push_screen(
            Ask(f"READ A WINDOW OF {row.name} AGAIN", about, questions, "Read", wrong), answered
        )

    def _ask_day(self, row: ChannelRow) -> None:
        actor, zone = self.services.actor, tool_words.zone_of(row)
        now = self.services.clock().astimezone(zone)
        about = wrapped(
            f"Orders placed in a day of the channel's zone ({times.zone_name(now)}), counted there and here.",
            70,
        )
        question = Question("day", "Day", f"{now:%Y-%m-%d}", "YYYY-MM-DD", is_needed=True)

        def wrong(answers: Answers) -> str:
            return "" if tool_words.day_of(answers["day"]) else "Write it like 2026-11-16."

        def answered(answers: Answers | None) -> None:
            day = tool_words.day_of(answers["day"]) if answers else None
            if day is not None:
                self._use(
                    row, "Verify counts", lambda: tools.verify_counts(actor, row.name, day),
                    lambda found: tool_words.counts(found, zone),
                )  # fmt: skip

        self.app.push_screen(
            Ask(f"VERIFY COUNTS OF {row.name}", about, (question,), "Count", wrong), answered
        )

    def _read_day_again(self, row: ChannelRow) -> None:
        result = self.app.tool_results.get(row.id)
        if result is None or result.window is None:
            self.app.say(
                "Verify the counts of a day first (v); this reads it again when they differ.", title="Tools"
            )
        else:
            self._read_window(row, *result.window)

    def _read_window(self, row: ChannelRow, since: Any, until: Any) -> None:
        actor, zone = self.services.actor, tool_words.zone_of(row)
        told = f"{times.short(since, zone).strip()} to {times.short(until, zone).strip()}"
        self._use(
            row, "Read a window again", lambda: tools.refetch_window(actor, row.name, since, until),
            lambda run: self._sentence(
                f"+ run {run} reads {told} again; the sync log (6) says what it found. Then verify again (v)."
            ),
        )  # fmt: skip

    # --- results -------------------------------------------------------------------------------------------

    def _use(
        self,
        row: ChannelRow,
        title: str,
        operation: Callable[[], Found],
        told: Callable[[Found], ToolResult],
    ) -> None:
        def found(result: Found) -> str | None:
            shown = told(result)
            self._keep(row, shown)
            text = f"{row.name}: {shown.summary.removeprefix('+ ')}"
            if not self.is_current:
                return text
            self.app.remember(title, text)
            return None

        def refused(problems: Any) -> bool:
            text = " ".join(f"{one.message} {one.remedy}".strip() for one in problems)
            self._keep(row, self._sentence(f"! {text}", Tone.BAD))
            return self.is_current

        self._keep(row, self._sentence(f"> {title}: {row.name} is asked ...", Tone.BUSY))
        self.do(title, operation, found, refused)

    def _keep(self, row: ChannelRow, result: ToolResult) -> None:
        self.app.tool_results[row.id] = result
        if self.is_attached:
            self.show_tools()

    def _sentence(self, text: str, tone: Tone = Tone.GOOD) -> ToolResult:
        return tool_words.sentence(text, self.app.size.width, tone)

    def _webhooks(self, found: webhooks.WebhookCheck) -> ToolResult:
        return tool_words.webhooks(found, self.view())
