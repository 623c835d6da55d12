"""The plan of a send: what goes, what stays and why, what looks doubtful. Sending cannot be undone."""

from __future__ import annotations

from collections import Counter

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input

from stogly_tui.console.screens.dialogs import Guarded
from stogly_tui.console.widgets.frame import Rule
from stogly_tui.console.widgets.inputs import Button, LineInput
from stogly_tui.console.widgets.panel import Pages, Panel
from stogly_tui.domain.gates import Refusal
from stogly_tui.operations.pushes import SendPlan
from stogly_tui.present import money, times
from stogly_tui.present.blocks import Line, Tone, View, heading, line, pairs, say, wrapped

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
        Binding("up", "scroll(-1)", "Up", show=False, id="plan.up", tooltip="One line up"),
        Binding("down", "scroll(1)", "Down", show=False, id="plan.down", tooltip="One line down"),
        Binding("pageup", "scroll(-10)", "Page up", show=False, id="plan.page_up", tooltip="A page up"),
        Binding("pagedown", "scroll(10)", "Page down", show=False, id="plan.page_down", tooltip="A page down"),
    ]  # fmt: skip

    def __init__(self, plan: SendPlan) -> None:
        super().__init__()
        self._whole = plan
        self._drops_doubtful = self._drops_unpaid = False
        self._page = ""

    @property
    def plan(self) -> SendPlan:
        """The plan with what the operator took out of it."""
        plan = self._whole
        if self._drops_doubtful:
            plan = plan.without([key for one in plan.doubtful for key in one.order_ids])
        return plan.without_unpaid() if self._drops_unpaid else plan

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
        self.query_one(Pages).can_focus = False
        self.set_focus(self.query_one("#cancel"))
        self._show()

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
                lines = _goes(plan)
            case "skipped":
                lines = _skipped(plan)
            case _:
                lines = _overview(plan, view)
        pages = self.query_one(Pages)
        pages.styles.height = max(min(len(lines), self.app.size.height - 11), 3)
        pages.show(lines, keep_place=False)
        keys = [("l", "list what goes"), ("k", "list skipped")]
        if self._whole.doubtful:
            keys.append(("d", "take the doubtful in" if self._drops_doubtful else "drop the doubtful"))
        if any(Refusal.NOT_PAID in item.warnings for item in self._whole.items):
            keys.append(("u", "take the unpaid in" if self._drops_unpaid else "leave out the unpaid"))
        self.query_one("#keys", Panel).lines = (
            line(*(part for key, text in keys for part in (say(key, Tone.STRONG), say(f" {text}   ")))),
            line("If an order changes before it is claimed, it is left out and named."),
        )
        is_long = count > TYPE_ABOVE
        self.query_one("#typed").display = is_long
        self.query_one("#typed-label", Panel).lines = (line(f"Type the number {count}: "),)
        self.query_one("#typed-label").styles.width = len(f"Type the number {count}: ")
        self.query_one("#send", Button).title = f"y sends {count:,}" if count else "nothing to send"

    def action_page(self, name: str) -> None:
        """A list, or back to the plan."""
        self._page = "" if self._page == name else name
        self._show()

    def action_drop(self) -> None:
        """Leave the doubtful ones out, or take them in again."""
        self._drops_doubtful = not self._drops_doubtful
        self._show()

    def action_unpaid(self) -> None:
        """Leave the unpaid ones out, or take them in again."""
        self._drops_unpaid = not self._drops_unpaid
        self._show()

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


def _overview(plan: SendPlan, view: View) -> list[Line]:
    told = wrapped("A send cannot be undone. Until claimed, x recalls queued orders.", 70)

    per_channel = "   ".join(f"{name} {count:,}" for name, count in plan.per_channel.items())
    told += pairs(
        [
            ("Goes out", per_channel or say("nothing", Tone.WARN)),
            (" ", money.sums(plan.money)),
            (" ", _when(plan, view)),
        ]
    )
    reasons = Counter(one.refusal for one in plan.skipped)
    label = f"Skipped {len(plan.skipped):,}" if plan.skipped else ""
    for refusal, count in reasons.most_common(5):
        example = next(one for one in plan.skipped if one.refusal is refusal)
        names = example.number if count == 1 else f"{example.number} ..."
        told += pairs([(label or " ", say(f"{count:>4}  {refusal} ({names})", Tone.WARN))])
        label = " "
    label = "Look at"
    warned = Counter(warning for item in plan.items for warning in item.warnings)
    for warning, count in warned.items():
        told += pairs([(label, say(f"{count:>4}  goes out although: {warning}", Tone.WARN))])
        label = " "
    for doubt in plan.doubtful[:4]:
        told += pairs([(label, say(f"   ~  {doubt.why}: {' '.join(doubt.numbers[:4])}", Tone.WARN))])
        label = " "
    if len(plan.doubtful) > 4:
        told += pairs([(" ", f"      and {len(plan.doubtful) - 4} more")])
    for one in plan.destinations:
        mails = "MAILS THE BUYERS" if one.mails_buyer else "mails to buyers: none"
        stock = "takes stock: yes" if one.takes_stock else "takes stock: no"
        told += pairs([(f"At {one.name}"[:13], f"status {one.status}, {mails}, {stock}")])
    return told


def _when(plan: SendPlan, view: View) -> str:
    parts = [f"oldest placed {times.absolute(plan.oldest, view.zone)}"] if plan.oldest else []
    if plan.ship_today:
        parts.append(f"{plan.ship_today} must ship today")
    return "; ".join(parts)


def _goes(plan: SendPlan) -> list[Line]:
    told = [heading(f"GOES OUT: {len(plan.items):,}")]
    for item in plan.items:
        why = "  " + ", ".join(item.warnings) if item.warnings else ""
        told.append(
            line(
                f"{item.number:<18} {item.channel[:14]:<14} {money.aligned(item.total, item.currency)}",
                say(why, Tone.WARN),
            )
        )
    return told


def _skipped(plan: SendPlan) -> list[Line]:
    told = [heading(f"SKIPPED: {len(plan.skipped):,}")]
    for one in plan.skipped:
        detail = f" ({one.detail})" if one.detail else ""
        shown = wrapped(f"{one.refusal}{detail}", 50)
        told.append(line(f"{one.number:<18} ", *shown[0]))
        told += [line(" " * 19, *more) for more in shown[1:]]
    return told
