"""Windows that open over any screen. Each is imported when it is first opened: the first rows do not wait for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

from stogly_tui.console.operating import Operating
from stogly_tui.domain.states import ChannelState
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.handovers import HandoverRow

if TYPE_CHECKING:
    from stogly_tui.console.app import StoglyApp
    from stogly_tui.console.long_work import LongWork
    from stogly_tui.operations.go_live import GoLivePlan


class Windows(Operating):
    """An app with windows over its screens."""

    def __init__(self) -> None:
        super().__init__()
        self.works: list[LongWork] = []
        self._have_handovers_been_shown = False

    def show_handovers(self, notes: Sequence[HandoverRow]) -> None:
        if notes and not self._have_handovers_been_shown:
            from stogly_tui.console.screens.handover import show_unread

            show_unread(cast("StoglyApp", self), notes)
        self._have_handovers_been_shown = True

    def ask_go_live(self, row: ChannelRow) -> None:
        """Say what Go live would do to a channel; of one that is live already, how it stands."""
        from stogly_tui.operations.go_live import plan_go_live

        actor = self.services.actor
        if row.state is ChannelState.ACTIVE and row.orders_from is not None:
            self.carry_out(
                "Go live",
                lambda: plan_go_live(actor, row.name, row.orders_from),
                lambda plan: self.show_go_live(plan, plan),
            )
        else:
            self.carry_out("Go live", lambda: plan_go_live(actor, row.name), self.show_go_live)

    def show_go_live(self, plan: GoLivePlan, before: GoLivePlan | None = None) -> None:
        """Show what Go live would do, from any screen; do it when told so."""
        from stogly_tui.console.screens.go_live import GoLiveScreen
        from stogly_tui.operations.go_live import go_live, plan_go_live

        actor = self.services.actor

        def answered(answer: datetime | bool | None) -> None:
            if answer is True:
                self.carry_out(
                    "Go live", lambda: go_live(actor, plan), lambda row: f"{row.name} is {row.state}."
                )
            elif isinstance(answer, datetime):
                self.carry_out(
                    "Go live",
                    lambda: plan_go_live(actor, plan.channel, answer),
                    lambda other: self.show_go_live(other, before),
                )

        self.push_screen(GoLiveScreen(plan, before), answered)

    def action_go_to(self) -> None:
        """Find an order, whatever the filter."""
        from stogly_tui.console.screens.palette import GoTo

        if not isinstance(self.screen, GoTo):
            self.push_screen(GoTo())

    def action_help(self) -> None:
        """Help for the screen in front."""
        from stogly_tui.console.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_commands(self) -> None:
        """Every action of the screen in front, by name."""
        from stogly_tui.console.screens.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(self.screen))

    def action_activity(self) -> None:
        """What was done, by whom."""
        from stogly_tui.console.screens.activity import ActivityScreen

        if not isinstance(self.screen, ActivityScreen):
            self.push_screen(ActivityScreen())

    def action_problems(self) -> None:
        """Every open problem, what it is, and what helps."""
        from stogly_tui.console.screens.problems import show_problems

        show_problems(cast("StoglyApp", self))

    def action_works(self) -> None:
        """What runs in the background, and what became of it."""
        from stogly_tui.console.screens.progress import WorksDialog

        if len(self.works) > 1:
            self.push_screen(WorksDialog(self.works), self._show_work)
        elif self.works:
            self._show_work(self.works[0])
        else:
            self.say("Nothing runs in the background, and nothing did.", title="Background")

    def _show_work(self, work: LongWork | None) -> None:
        from stogly_tui.console.screens.progress import ProgressDialog
        from stogly_tui.console.screens.results import ResultScreen

        if work is None:
            return
        if not work.is_over:
            work.is_left = False
            self.push_screen(ProgressDialog(work))
        elif work.result is not None:
            self.push_screen(ResultScreen(work.title, work.result))
        else:
            self.say(f"{work.title} has ended and left no list; F9 says how.", title="Background")
