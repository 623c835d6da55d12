"""Go live: what it would do, before it does it."""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding

from stogly_tui.console.screens.dialogs import Answers, Ask, Guarded, Question
from stogly_tui.console.widgets.inputs import Button
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.operations.go_live import GoLivePlan
from stogly_tui.present import times
from stogly_tui.present.blocks import Tone, heading, line, pairs, say, wrapped


class GoLiveScreen(Guarded[bool | datetime]):
    """Shows a plan. Answers True to do it, a moment to plan anew from there, None to leave all as it is."""

    BINDINGS = [
        Binding("y", "yes", "go live", id="go_live.yes", tooltip="Go live exactly so"),
        Binding("t", "time", "other time", id="go_live.time", tooltip="Let orders count from another time"),
    ]

    def __init__(self, plan: GoLivePlan, before: GoLivePlan | None = None) -> None:
        """``before`` is how it stands on a channel that is live already."""
        super().__init__()
        self._plan, self._before = plan, before

    def body(self) -> ComposeResult:
        """What would be done; the focus on Cancel."""
        plan, before, zone = self._plan, self._before, self.app.services.time_zone
        lines = [heading(f"GO LIVE: {plan.channel}" if before is None else f"IS LIVE: {plan.channel}")]
        if before is not None:
            lines += wrapped(
                "It is live already. Another moment (t) makes orders history, or takes history in."
                if self._is_same
                else "It is live already. This would change from when on its orders count:",
                70,
            )
        was = before if before is not None and not self._is_same else None
        lines += pairs(
            [
                ("Orders count from", times.stamp(plan.orders_from, zone)),
                ("  until now from", times.stamp(was.orders_from, zone) if was else ""),
                (
                    "Kept as history",
                    f"{plan.history:,} orders: visible, never sent by rule{f' (now {was.history:,})' if was else ''}",
                ),
                ("Taken in", f"{plan.taken_in:,} orders{f' (now {was.taken_in:,})' if was else ''}"),
                ("Sent now", f"{plan.sent:,} orders"),
                ("Stock written", f"{plan.stock_written:,}"),
            ],
            19,
        )
        for warning in plan.warnings:
            lines += wrapped(f"! {warning}", 70, tone=Tone.WARN)
        keys = line(
            *([] if self._is_same else [say("y", Tone.STRONG), say(" do it    " if was else " go live    ")]),
            say("t", Tone.STRONG),
            " count from another time    ",
            say("Esc", Tone.STRONG),
            " leave as it is",
        )
        yield Panel(*lines, line(""), keys)
        yield Button("Cancel", id="cancel")

    @property
    def _is_same(self) -> bool:
        """Whether nothing would change."""
        return self._before is not None and self._before.orders_from == self._plan.orders_from

    def on_mount(self) -> None:
        """Focus on Cancel."""
        self.set_focus(self.query_one("#cancel"))

    def action_yes(self) -> None:
        """Go live."""
        if self.is_ready and not self._is_same:
            self.dismiss(True)

    def action_time(self) -> None:
        """Ask for another time."""
        zone = self.app.services.time_zone
        shown = f"{self._plan.orders_from.astimezone(zone):%Y-%m-%d %H:%M}"
        question = Question("at", "Orders count from", shown, "YYYY-MM-DD HH:MM", is_needed=True)

        def wrong(answers: Answers) -> str:
            return "" if moment(answers["at"], zone) else "Write it like 2026-11-16 00:00."

        self.app.push_screen(
            Ask(
                "ORDERS COUNT FROM",
                wrapped(f"Older orders are history. Time zone: {zone}.", 70),
                (question,),
                "Plan",
                wrong,
            ),
            self._timed,
        )

    def _timed(self, answers: Answers | None) -> None:
        at = moment(answers["at"], self.app.services.time_zone) if answers else None
        if at is not None:
            self.dismiss(at)

    @on(Button.Pressed)
    def _cancelled(self) -> None:
        self.dismiss(None)


def moment(text: str, zone: tzinfo) -> datetime | None:
    """A moment as typed, in the operator's zone; None when it is none."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=zone)
