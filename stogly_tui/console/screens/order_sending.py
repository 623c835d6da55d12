"""Sending orders: the plan, exactly that plan, and taking back what is queued."""

from __future__ import annotations

from abc import abstractmethod
from array import array
from collections.abc import Sequence
from typing import Any

from textual.binding import Binding

from stogly_tui.console import long_work
from stogly_tui.console.long_work import LongWork
from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.operations import bulk, pushes
from stogly_tui.operations.bulk import BulkResult
from stogly_tui.operations.plans import SendPlan, SendResult
from stogly_tui.operations.watching import Watch

TITLE = "Send Orders"


class OrderSending(ConsoleScreen[None]):
    """A screen with an order in front (`order`), or with several marked (`order_ids`), that can be sent."""

    BINDINGS = [
        Binding("R", "send_again", "again", show=False, id="order.send_again", tooltip="Send it again, after a plan"),
        Binding("x", "recall", "recall", show=False, id="order.recall", tooltip="Recall queued orders: the marked, or this"),
    ]  # fmt: skip

    _just_sent: Sequence[int] = ()
    """What the last plan queued, until something else is recalled or marked: `x` takes it back."""

    @property
    @abstractmethod
    def order(self) -> OrderRow | None:
        """The order in front."""

    @property
    def order_ids(self) -> Sequence[int]:
        """The orders that bulk verbs act on: the marked ones, or the one in front."""
        return (self.order.id,) if self.order else ()

    @property
    def came_after_marking(self) -> int:
        """Orders that came in after these were marked: a plan says that they stay out."""
        return 0

    @property
    def marked_by(self) -> str:
        """The filter by which orders were marked; blank when they were marked one by one."""
        return ""

    def sent(self, _result: SendResult) -> None:
        """Orders were queued."""

    def action_send_again(self) -> None:
        """Send the marked orders, or the one in front, again, after a plan."""
        if self.order_ids:
            self.plan_send(self.order_ids)

    def plan_send(self, ids: Sequence[int]) -> None:
        """Make a plan for these orders and show it."""
        actor, zone, console = self.services.actor, self.services.time_zone, self.app.presence.console
        marked, newer, how = len(ids), self.came_after_marking, self.marked_by

        def show(piece: LongWork, plan: SendPlan) -> None:
            from stogly_tui.console.screens.send_plan import SendPlanScreen

            if long_work.out_of_the_way(self.app, piece):
                self.app.push_screen(SendPlanScreen(plan, marked, newer, how), self._apply)

        long_work.begin(
            self.app, TITLE, lambda watch: pushes.plan(actor, ids, console=console, zone=zone, watch=watch), show,
            changes=False,
        )  # fmt: skip

    def _apply(self, plan: SendPlan | None) -> None:
        if plan is None:
            return
        actor = self.services.actor

        def send(watch: Watch) -> tuple[SendResult, BulkResult]:
            result = pushes.send(actor, plan, watch=watch)
            return result, bulk.of_send(plan, result)

        long_work.begin(self.app, TITLE, send, self._sent)

    def _sent(self, piece: LongWork, both: tuple[SendResult, BulkResult]) -> str | None:
        result, listed = both
        self.sent(result)
        self._just_sent = array("q", result.queued)
        told = f"{len(result.queued):,} queued; x recalls them until they are claimed."
        if result.left_out:
            names = ", ".join(f"{one.number} {one.refusal}" for one in result.left_out[:5])
            told += f" {len(result.left_out):,} left out: {names}"
        if result.not_begun:
            told += f" {len(result.not_begun):,} not begun: stopped."
        return long_work.ended(self.app, piece, listed, told)

    def action_recall(self) -> None:
        """Take queued orders back: what was just sent from here, else the marked ones or the one in front."""
        ids: Any = self._just_sent if len(self._just_sent) else self.order_ids
        actor = self.services.actor
        self._just_sent = ()
        if not len(ids):
            return

        def told(piece: LongWork, done: Sequence[int]) -> str:
            long_work.out_of_the_way(self.app, piece)
            rest = "." if len(done) == len(ids) else "; the others are claimed, sent or were never queued."
            return f"{len(done):,} of {len(ids):,} taken back{rest}"

        long_work.begin(self.app, "Recall", lambda watch: pushes.recall(actor, ids, watch=watch), told)
