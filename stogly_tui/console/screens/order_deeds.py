"""What can be done about orders, from the grid and from the detail alike: each asks what it needs, then acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.binding import Binding

from stogly_tui.console.screens.dialogs import Answers, Question
from stogly_tui.console.screens.order_asking import Act, ask_about
from stogly_tui.console.screens.order_team import OrderTeam
from stogly_tui.domain.orders import Address
from stogly_tui.domain.states import IntakeState, PushState, SourceChange
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.model.queries.versions import Version
from stogly_tui.operations import orders as order_operations
from stogly_tui.operations import pushes
from stogly_tui.operations.bulk import Verb
from stogly_tui.present import words
from stogly_tui.present.blocks import Line, wrapped
from stogly_tui.present.errors import explain, sku_named

ROOM = 70
DOING = {
    "Correct": "correcting its address",
    "Hold": "holding it",
    "Release": "releasing it",
    "Handled": "settling it",
    "Settle": "settling it",
    "Map": "mapping a SKU of it",
    "Reopen": "reopening it",
    "Send anew": "sending it anew",
}
"""What others are told while a window is open, by the button that ends it."""
WHY_NOT = {
    "look": "its outcome at the destination is not in doubt",
    "reopen": "it was not handled manually",
    "release": "it is not held",
    "send_anew": "its destination never had it",
    "settle_change": "nothing changed at its channel",
    "handled": "it is neither in Error nor in doubt",
}
"""Why an action does not fit an order."""


class OrderDeeds(OrderTeam):
    """Actions on the order in front (`order`), or on several (`order_ids`). Operations decide what is allowed."""

    BINDINGS = [
        Binding("h", "handled", "handled", show=False, id="order.handled", tooltip="Handled manually, or settle by hand"),
        Binding("m", "map_sku", "map SKU", show=False, id="order.map_sku", tooltip="Map a SKU to the destination's"),
        Binding("a", "address", "address", show=False, id="order.address", tooltip="Correct the shipping address"),
        Binding("L", "release", "release", show=False, id="order.release", tooltip="Release the marked orders, or this"),
        Binding("H", "hold", "hold", show=False, id="order.hold", tooltip="Hold the marked orders, or this one"),
        Binding("t", "retry", "retry", show=False, id="order.retry", tooltip="Retry: read again what is stored of it"),
        Binding("f", "fetch", "fetch", show=False, id="order.fetch", tooltip="Fetch again: ask its channel"),
        Binding("i", "look", "look now", show=False, id="order.look", tooltip="Look the order up at its destination now"),
        Binding("O", "reopen", "reopen", show=False, id="order.reopen", tooltip="Reopen an order that was handled manually"),
        Binding("K", "settle_change", "settle", show=False, id="order.settle_change", tooltip="Settle its change"),
        Binding("N", "send_anew", "send anew", show=False, id="order.send_anew", tooltip="Send anew: it is gone there"),
    ]  # fmt: skip

    @property
    def shipping(self) -> Address | None:
        """Its address, where it is at hand."""
        return None

    def action_look(self) -> None:
        """Look the order up at its destination now."""
        self._simple("Look now", pushes.look_now, "is looked up at its destination now.")

    # --- settling ------------------------------------------------------------------------------------------

    def action_handled(self) -> None:
        """Handled manually, or settle an unknown outcome."""
        row = self.order
        if self.ask_many(Verb.HANDLED) or row is None:
            return
        if row.push_state is PushState.IN_DOUBT or (row.push_may_exist and not row.destination_id):
            self._ask_settle(row)
            return
        questions = (
            Question(
                "destination_id",
                f"Its id at {row.destination_channel or 'the destination'}",
                help="its order id there",
            ),
            Question("reason", "Or the reason", help="why it needs no order there"),
        )

        def wrong(answers: Answers) -> str:
            if not answers["destination_id"] and len(answers["reason"]) < 3:
                return "Give its id at the destination, or a reason."
            return ""

        def act(answers: Answers, seen: Version) -> Callable[[], Any]:
            actor = self.services.actor
            return lambda: pushes.handle_manually(
                actor, row.id, destination_id=answers["destination_id"], reason=answers["reason"], seen=seen
            )

        self._ask(
            f"HANDLED MANUALLY: {row.number}", row, questions, "Handled", act, "is handled manually.", wrong
        )

    def _ask_settle(self, row: OrderRow) -> None:
        questions = (
            Question(
                "is_there",
                f"At {row.destination_channel} it",
                "yes",
                options=(("yes", "is there"), ("no", "is not there")),
            ),
            Question("destination_id", "Its id there", help="when it is there"),
            Question("reason", "Where did you look", help="what you saw, and where", is_needed=True),
        )

        def wrong(answers: Answers) -> str:
            if answers["is_there"] == "yes" and not answers["destination_id"]:
                return "Give its id at the destination."
            return "" if len(answers["reason"]) >= 3 else "Say where you looked, and what you saw."

        def act(answers: Answers, seen: Version) -> Callable[[], Any]:
            actor = self.services.actor
            return lambda: pushes.settle(
                actor,
                row.id,
                is_there=answers["is_there"] == "yes",
                destination_id=answers["destination_id"],
                reason=answers["reason"],
                seen=seen,
            )

        self._ask(f"SETTLE BY HAND: {row.number}", row, questions, "Settle", act, "is settled.", wrong)

    def action_reopen(self) -> None:
        """Reopen an order that was handled manually."""
        actor = self.services.actor
        self._with_reason(
            "REOPEN",
            "Reopen",
            lambda row, why, seen: pushes.reopen(actor, row.id, reason=why, seen=seen),
            "is reopened.",
        )

    def action_send_anew(self) -> None:
        """Send anew an order that is cancelled or gone at its destination."""
        actor = self.services.actor
        self._with_reason(
            "SEND ANEW",
            "Send anew",
            lambda row, why, seen: pushes.send_anew(actor, row.id, reason=why, seen=seen),
            "was read back and is sent anew.",
        )

    # --- repairs -------------------------------------------------------------------------------------------

    def action_hold(self) -> None:
        """Hold the marked orders, or the one in front."""
        if self.ask_many(Verb.HOLD):
            return
        actor = self.services.actor
        self._with_reason(
            "HOLD",
            "Hold",
            lambda row, why, seen: order_operations.hold(actor, row.id, reason=why, seen=seen),
            "is held.",
        )

    def action_settle_change(self) -> None:
        """Say that a change or cancel at the channel has been dealt with."""
        actor = self.services.actor
        self._with_reason(
            "CHANGE AT ITS CHANNEL",
            "Settle",
            lambda row, why, seen: order_operations.resolve_change(actor, row.id, decision=why, seen=seen),
            "is settled.",
        )

    def action_release(self) -> None:
        """Release the marked orders, or the one in front."""
        if self.ask_many(Verb.RELEASE):
            return
        actor = self.services.actor
        self._with_reason(
            "RELEASE",
            "Release",
            lambda row, why, seen: order_operations.release(actor, row.id, reason=why, seen=seen),
            "is released.",
        )

    def action_retry(self) -> None:
        """Read the stored payload again."""
        if self.ask_many(Verb.RETRY):
            return
        self._simple("Retry", order_operations.retry_intake, "was read again from what is stored.")

    def action_fetch(self) -> None:
        """Ask the channel for the order."""
        self._simple("Fetch again", order_operations.fetch_again, "is asked for at its channel.")

    def action_map_sku(self) -> None:
        """Say what a SKU is called at the destination."""
        row = self.order
        if row is None:
            return
        if not row.destination_channel:
            self.app.say(f"{row.channel} has no destination, so no SKU has to be mapped.", title="Map SKU")
            return
        known = sku_named(row.push_text, row.push_field) or sku_named(row.intake_reason)
        if known:
            self._ask_mapping(row, (known,))
        else:
            self.do(
                "Map SKU",
                lambda: order_operations.unknown_skus(row.id),
                lambda skus: self._ask_mapping(row, skus),
            )

    def _ask_mapping(self, row: OrderRow, skus: Sequence[str]) -> str | None:
        if not skus:
            return f"{row.destination_channel} knows every SKU of {row.number}."
        actor = self.services.actor
        questions = (
            Question("sku", "SKU of the order", skus[0], options=tuple((sku, sku) for sku in skus)),
            Question(
                "destination_sku",
                f"SKU at {row.destination_channel}",
                help="as it is written there",
                is_needed=True,
            ),
        )

        def act(answers: Answers, _seen: Version) -> Callable[[], Any]:
            return lambda: order_operations.map_sku(
                actor, row.destination_channel, answers["sku"], answers["destination_sku"]
            )

        about = wrapped(
            f"{row.destination_channel} is asked whether it knows the SKU;"
            " then every order that failed for it is sent again.",
            ROOM,
        )
        self._ask(
            f"MAP SKU: {row.number}", about, questions, "Map", act,
            lambda freed: f"mapped; {freed} order{'' if freed == 1 else 's'} sent again.",
        )  # fmt: skip
        return None

    def action_address(self) -> None:
        """Correct the shipping address."""
        row, known = self.order, self.shipping
        if row is None:
            return
        if known is None:
            self.app.say("Open the order (Enter) to correct its address.", title="Address")
            return
        actor = self.services.actor
        parts = order_operations.ADDRESS_PARTS
        questions = tuple(Question(part, part.capitalize(), getattr(known, part)) for part in parts)

        def act(answers: Answers, seen: Version) -> Callable[[], Any]:
            changes = {part: value for part, value in answers.items() if value != getattr(known, part)}
            return lambda: order_operations.correct_address(actor, row.id, changes, seen=seen)

        self._ask(f"ADDRESS: {row.number}", row, questions, "Correct", act, "has a corrected address.")

    # --- how they ask --------------------------------------------------------------------------------------

    def _simple(self, title: str, operation: Callable[..., Any], outcome: str) -> None:
        row, actor = self.order, self.services.actor
        if row is not None:
            self.do(title, lambda: operation(actor, row.id), lambda _: f"{row.number} {outcome}")

    def _with_reason(
        self, title: str, verb: str, operation: Callable[[OrderRow, str, Version], Any], outcome: str
    ) -> None:
        row = self.order
        if row is None:
            return
        questions = (Question("reason", "Reason", help="kept in the timeline", is_needed=True),)
        self._ask(
            f"{title}: {row.number}", row, questions, verb,
            lambda answers, seen: lambda: operation(row, answers["reason"], seen), outcome,
            lambda answers: "" if len(answers["reason"]) >= 3 else "Say why, in a few words.",
        )  # fmt: skip

    def _ask(
        self,
        title: str,
        about: OrderRow | Sequence[Line],
        questions: Sequence[Question],
        verb: str,
        act: Act,
        outcome: str | Callable[[Any], str],
        wrong: Callable[[Answers], str] = lambda _: "",
    ) -> None:
        row = self.order
        if row is None:
            return
        if isinstance(about, OrderRow):
            said = explain(about)
            about = wrapped(f"{words.push(about).text}. {said.code} {said.says}", ROOM)

        number = row.number
        then = outcome if callable(outcome) else lambda _: f"{number} {outcome}"
        doing = DOING.get(verb, f"{title.partition(':')[0].lower()}")
        ask_about(self, row, doing, title, about, questions, verb, act, then, wrong)

    def deeds_fit(self, action: str) -> bool | None:
        """Whether an action fits the order in front: None greys it."""
        row = self.order
        if row is None:
            return None
        if action in ("release", "handled") and len(self.order_ids) > 1:
            return True
        state, intake = row.push_state, row.intake
        fits = {
            "look": state is PushState.IN_DOUBT or row.push_may_exist,
            "reopen": state is PushState.HANDLED_MANUALLY,
            "release": intake is IntakeState.HELD,
            "send_anew": state in (PushState.ERROR, PushState.SENT) and bool(row.destination_id),
            "settle_change": row.source_change is not SourceChange.NONE,
            "handled": state in (PushState.ERROR, PushState.IN_DOUBT),
        }
        return True if fits.get(action, True) else None

    def why_not(self, action: str) -> str:
        """Why an action does not fit the order in front."""
        if self.order is None:
            return "no order is under the cursor, or it is still being read"
        return WHY_NOT.get(action, "")
