"""The plan of a send: what goes, what stays and why, what looks doubtful. Sending cannot be undone."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable
from itertools import islice

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input

from stogly_tui.console import bulk_words, plan_words
from stogly_tui.console.screens.dialogs import Guarded
from stogly_tui.console.screens.results import export
from stogly_tui.console.widgets.frame import Rule
from stogly_tui.console.widgets.inputs import Button, LineInput
from stogly_tui.console.widgets.panel import Pages, Panel
from stogly_tui.domain.gates import Refusal
from stogly_tui.operations.plans import SendPlan, values
from stogly_tui.operations.team import PRESENT_AT_MOST
from stogly_tui.present import times
from stogly_tui.present.blocks import Line, Tone, line, say

TYPE_ABOVE = 100
"""From so many orders on, their number has to be typed."""


class SendPlanScreen(Guarded[SendPlan]):
    """Shows a plan; only `y` sends it, exactly as shown. Answers the plan to apply, or None."""

    BINDINGS = [
        Binding("y", "yes", "send", id="plan.yes", tooltip="Send exactly this"),
        Binding("l", "page('goes')", "list", id="plan.list", tooltip="List what goes out, or back"),
        Binding("k", "page('skipped')", "skipped", id="plan.skipped", tooltip="List what is skipped and why, or back"),
        Binding("d", "drop", "drop", id="plan.drop", tooltip="Leave the doubtful ones out"),
        Binding("u", "unpaid", "unpaid", id="plan.unpaid", tooltip="Leave the unpaid out, or take them in"),
        Binding("x", "export", "export", id="plan.export", tooltip="Write the plan to a CSV file"),
        Binding("up", "scroll(-1)", "Up", show=False, id="plan.up", tooltip="One line up"),
        Binding("down", "scroll(1)", "Down", show=False, id="plan.down", tooltip="One line down"),
        Binding("pageup", "scroll(-10)", "Page up", show=False, id="plan.page_up", tooltip="A page up"),
        Binding("pagedown", "scroll(10)", "Page down", show=False, id="plan.page_down", tooltip="A page down"),
    ]  # fmt: skip

    def __init__(self, plan: SendPlan, marked: int = 0, newer: int = 0, marked_by: str = "") -> None:
        super().__init__()
        self._whole = plan
        self._marked, self._newer, self._marked_by = marked, newer, marked_by
        self._drops_doubtful = self._drops_unpaid = False
        self._page = ""
        self.plan = plan
        """What is sent with `y`: the plan without what the operator took out of it."""
        self._leave: Callable[[], None] = lambda: None

    def body(self) -> ComposeResult:
        """Title, plan, what is asked, buttons with the focus on Cancel."""
        yield Panel(id="title")
        yield Rule()
        yield Pages()
        yield Rule()
        yield Panel(id="keys")
        with Horizontal(id="typed"):
            yield Panel(id="typed-label")
            yield LineInput(id="number", max_length=9)
        with Horizontal(classes="buttons"):
            yield Button("Cancel", id="cancel")
            yield Button("Send", id="send")

    def on_mount(self) -> None:
        """Focus on Cancel."""
        ids = array("q", islice(values(self._whole.items, "order_id"), PRESENT_AT_MOST))
        self._leave = self.app.presence.enter(ids, "sending it")
        self.query_one(Pages).can_focus = False
        self.set_focus(self.query_one("#cancel"))
        self._show()

    def on_unmount(self) -> None:
        """Not at these orders any more."""
        self._leave()

    def on_resize(self) -> None:
        """Room changed."""
        self._show()

    def _show(self) -> None:
        plan, view = self.plan, self.app.services.view(70)
        count = len(plan.items)
        where = " and ".join(one.name for one in plan.destinations) or "nowhere"
        env = self.app.services.environment
        self.query_one("#title", Panel).lines = (
            line(
                say(f"SEND {count:,} ORDER{'' if count == 1 else 'S'} TO {where}", Tone.STRONG),
                say(f" ({env})" if env else "", Tone.MUTED),
                say(f"   plan of {times.clock(plan.made_at, view.zone)} for {plan.made_by}", Tone.MUTED),
            ),
        )
        match self._page:
            case "goes":
                lines = plan_words.goes(plan)
            case "skipped":
                lines = plan_words.skipped(plan, view.zone)
            case _:
                lines = plan_words.overview(plan, view, self._marked, self._newer, self._marked_by)
        pages = self.query_one(Pages)
        pages.styles.height = max(min(len(lines), self.app.size.height - 12), 3)
        pages.show(lines, keep_place=False)
        self.query_one("#keys", Panel).lines = self._keys()
        is_long = count > TYPE_ABOVE
        self.query_one("#typed").display = is_long
        self.query_one("#typed-label", Panel).lines = (line(f"Type the number {count}: "),)
        self.query_one("#typed-label").styles.width = len(f"Type the number {count}: ")
        self.query_one("#send", Button).title = f"y sends {count:,}" if count else "nothing to send"

    def _keys(self) -> tuple[Line, ...]:
        keys = [("l", "list what goes"), ("k", "list skipped"), ("x", "export plan")]
        doubtful = len({key for one in self._whole.doubtful for key in one.order_ids})
        if doubtful:
            keys.append(("d", f"{'take' if self._drops_doubtful else 'drop'} the {doubtful:,} doubtful"
                         f"{' in' if self._drops_doubtful else ''}"))  # fmt: skip
        unpaid = self._whole.warned.get(Refusal.NOT_PAID, 0)
        if unpaid:
            keys.append(("u", f"{'take' if self._drops_unpaid else 'leave'} the {unpaid:,} unpaid"
                         f" {'in' if self._drops_unpaid else 'out'}"))  # fmt: skip
        shown = [part for key, text in keys for part in (say(key, Tone.STRONG), say(f" {text}   "))]
        told = [line(*shown[:6]), line(*shown[6:])] if shown[6:] else [line(*shown)]
        return (*told, line("If an order changes before it is claimed, it is left out and named."))

    def action_leave(self) -> None:
        """From a list back to the plan; from the plan, leave without sending."""
        if self._page:
            self.action_page(self._page)
        else:
            super().action_leave()

    def action_page(self, name: str) -> None:
        """A list, or back to the plan."""
        self._page = "" if self._page == name else name
        self._show()

    async def action_drop(self) -> None:
        """Leave the doubtful ones out, or take them in again."""
        self._drops_doubtful = not self._drops_doubtful
        await self._make_again()

    async def action_unpaid(self) -> None:
        """Leave the unpaid ones out, or take them in again."""
        self._drops_unpaid = not self._drops_unpaid
        await self._make_again()

    async def _make_again(self) -> None:
        """The plan without what was taken out, beside the loop: of many orders it takes a moment."""
        drops_doubtful, drops_unpaid = self._drops_doubtful, self._drops_unpaid

        def make() -> SendPlan:
            plan = self._whole.without_doubtful() if drops_doubtful else self._whole
            return plan.without_unpaid() if drops_unpaid else plan

        self.plan = await asyncio.to_thread(make)
        self._show()

    def action_export(self) -> None:
        """Write the plan to a file: what goes, and what is skipped and why."""
        export(self, "send-plan", "csv", bulk_words.PLAN_COLUMNS, bulk_words.plan_rows(self.plan))

    def action_scroll(self, lines: int) -> None:
        """Scroll the list."""
        self.query_one(Pages).action_scroll_by(lines)

    def action_yes(self) -> None:
        """Send exactly what is shown."""
        plan = self.plan
        if not self.is_ready or not plan.items:
            return
        if len(plan.items) > TYPE_ABOVE:
            field = self.query_one("#number", LineInput)
            if field.value.strip() != str(len(plan.items)):
                self.app.say(
                    f"Type the number {len(plan.items)} first, then y.",
                    title="Send Orders",
                    severity="warning",
                )
                field.focus()
                return
        self.dismiss(plan)

    @on(Input.Changed, "#number")
    def _typed(self, message: Input.Changed) -> None:
        wanted = str(len(self.plan.items))
        kept = "".join(char for char in message.value if char.isdigit())
        if kept != message.value:
            message.input.value = kept
        if kept == wanted:
            self.set_focus(self.query_one("#cancel"))

    @on(Button.Pressed)
    def _pressed(self, message: Button.Pressed) -> None:
        if message.button.id == "cancel":
            self.dismiss(None)
        else:
            self.app.say("Press y to send: Enter never does.", title="Send Orders")
