"""The words and ASCII glyphs that states are shown by. Glyph and word always go together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from stogly_tui.domain.states import (
    AttemptOutcome,
    FlowType,
    HoldReason,
    IntakeState,
    Level,
    OrderStatus,
    PaymentStatus,
    PushState,
    RunState,
    SourceChange,
)
from stogly_tui.present.blocks import Segment, Tone, say


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown: glyph, word and what it means."""

    glyph: str
    word: str
    tone: Tone = Tone.PLAIN

    @property
    def text(self) -> str:
        """Glyph and word."""
        return f"{self.glyph} {self.word}"

    @property
    def segment(self) -> Segment:
        """Glyph and word, toned."""
        return say(self.text, self.tone)


class ShownOrder(Protocol):
    """What the words of an order depend on; every row of a list has it."""

    @property
    def status(self) -> OrderStatus: ...
    @property
    def intake(self) -> IntakeState: ...
    @property
    def hold(self) -> HoldReason | None: ...
    @property
    def source_change(self) -> SourceChange: ...
    @property
    def push_state(self) -> PushState: ...


class Pieces(Protocol):
    """Quantities of a line that a partial status is made of."""

    @property
    def ordered(self) -> int: ...
    @property
    def cancelled(self) -> int: ...
    @property
    def shipped(self) -> int: ...
    @property
    def delivered(self) -> int: ...


STATUS: dict[OrderStatus, str] = {status: status.value.capitalize() for status in OrderStatus}

PAYMENT: dict[PaymentStatus, str] = {status: status.value.replace("_", " ") for status in PaymentStatus}

PAYMENT_SHORT: dict[PaymentStatus, str] = {
    PaymentStatus.UNPAID: "unpaid",
    PaymentStatus.AUTHORISED: "auth",
    PaymentStatus.PARTIALLY_PAID: "part",
    PaymentStatus.PAID: "paid",
    PaymentStatus.PARTIALLY_REFUNDED: "p.ref",
    PaymentStatus.REFUNDED: "refund",
    PaymentStatus.VOIDED: "voided",
}

HOLD: dict[HoldReason, str] = {
    HoldReason.UNMAPPED: "a SKU is not mapped",
    HoldReason.ADDRESS: "its address",
    HoldReason.FRAUD: "the channel suspects fraud",
    HoldReason.CONFLICT: "it is in conflict with another order",
    HoldReason.TOTAL_MISMATCH: "its parts do not add up to its total",
    HoldReason.MANUAL: "somebody holds it",
}

RUN: dict[RunState, Look] = {
    RunState.QUEUED: Look("-", "queued", Tone.MUTED),
    RunState.RUNNING: Look(">", "running", Tone.BUSY),
    RunState.FINISHED: Look("+", "FINISHED", Tone.GOOD),
    RunState.FINISHED_PARTIALLY: Look("!", "FINISHED PARTIALLY", Tone.WARN),
    RunState.FAILED: Look("!", "FAILED", Tone.BAD),
    RunState.CANCELLED: Look("=", "cancelled", Tone.MUTED),
    RunState.SKIPPED: Look(".", "skipped", Tone.MUTED),
    RunState.INTERRUPTED: Look("!", "interrupted", Tone.WARN),
}

CHANNEL: dict[str, Look] = {
    "draft": Look("-", "draft", Tone.MUTED),
    "read_only": Look("-", "read-only", Tone.WARN),
    "active": Look("+", "active", Tone.GOOD),
    "paused": Look("=", "paused", Tone.WARN),
    "archived": Look(".", "archived", Tone.MUTED),
    "needs_sign_in": Look("!", "needs sign-in", Tone.BAD),
    "unreachable": Look("!", "unreachable", Tone.BAD),
}
"""By `ChannelRow.shown_state`."""

LEVEL: dict[Level, Look] = {
    Level.INFO: Look("i", "info", Tone.PLAIN),
    Level.WARNING: Look("w", "warning", Tone.WARN),
    Level.ERROR: Look("!", "error", Tone.BAD),
}

FLOW: dict[FlowType, str] = {
    FlowType.ORDERS: "orders",
    FlowType.ORDERS_DAILY: "daily",
    FlowType.HISTORY: "history",
    FlowType.PUSH: "push",
}

OUTCOME: dict[AttemptOutcome, Look] = {
    AttemptOutcome.SENT: Look("+", "sent", Tone.GOOD),
    AttemptOutcome.NOTHING_DONE: Look("-", "nothing was done", Tone.WARN),
    AttemptOutcome.REJECTED: Look("!", "rejected", Tone.BAD),
    AttemptOutcome.UNKNOWN: Look("?", "outcome unknown", Tone.BAD),
    AttemptOutcome.NO_END: Look("?", "no end was recorded", Tone.BAD),
}

_PUSH: dict[PushState, Look] = {
    PushState.NOT_APPLICABLE: Look(".", "At shop", Tone.MUTED),
    PushState.NOT_SENT: Look("-", "Not Sent"),
    PushState.QUEUED: Look(">", "Not Sent", Tone.BUSY),
    PushState.CLAIMED: Look(">", "Not Sent", Tone.BUSY),
    PushState.SENDING: Look(">", "Not Sent", Tone.BUSY),
    PushState.RETRY_LATER: Look("-", "Not Sent", Tone.WARN),
    PushState.SENT: Look("+", "Sent", Tone.GOOD),
    PushState.HANDLED_MANUALLY: Look("+", "Sent (by hand)", Tone.GOOD),
    PushState.ERROR: Look("!", "Error", Tone.BAD),
    PushState.IN_DOUBT: Look("?", "Error: outcome unknown", Tone.BAD),
}

_STOPPED = frozenset({IntakeState.HELD, IntakeState.AWAITING_MAPPING})


def push(order: ShownOrder) -> Look:
    """What the Push Status column means for this order, in full."""
    return push_state(order.push_state, order.intake)


def push_state(state: PushState, intake: IntakeState = IntakeState.ACCEPTED) -> Look:
    """Push Status by state; an order that is stopped at intake shows why nothing is sent."""
    if state is PushState.NOT_SENT:
        if intake in _STOPPED:
            return Look("H", "Not Sent", Tone.WARN)
        if intake is IntakeState.FAILED:
            return Look("!", "Not Sent", Tone.BAD)
        if intake in (IntakeState.HISTORY, IntakeState.FILTERED, IntakeState.SOURCE_DELETED):
            return Look("-", "Not Sent", Tone.MUTED)
    return _PUSH[state]


def push_short(order: ShownOrder) -> Look:
    """Push Status for a column of eleven cells."""
    look = push(order)
    if order.push_state is PushState.IN_DOUBT:
        return Look("?", "Error", look.tone)
    if order.push_state is PushState.HANDLED_MANUALLY:
        return Look("+", "Sent hand", look.tone)
    return look


def status(order: ShownOrder, lines: Iterable[Pieces] = ()) -> str:
    """The status with its partial label: ``Processing (2/3 shipped)``."""
    word = STATUS[order.status]
    wanted = shipped = delivered = 0
    for one in lines:
        wanted += one.ordered - one.cancelled
        shipped += one.shipped
        delivered += one.delivered
    if order.status is OrderStatus.PROCESSING and 0 < shipped < wanted:
        return f"{word} ({shipped}/{wanted} shipped)"
    if order.status is OrderStatus.SHIPPED and 0 < delivered < wanted:
        return f"{word} ({delivered}/{wanted} delivered)"
    return word


def status_short(order: ShownOrder) -> Look:
    """The status for a column of ten cells; what the buyer asked for since comes first."""
    if order.source_change is SourceChange.CANCEL_REQUESTED:
        return Look("", "Cancel req", Tone.BAD)
    if order.source_change is SourceChange.CHANGED_AFTER_PUSH:
        return Look("", "Changed !", Tone.WARN)
    match order.intake:
        case IntakeState.FAILED:
            return Look("", "Unreadable", Tone.BAD)
        case IntakeState.FILTERED:
            return Look("", "Filtered", Tone.MUTED)
        case IntakeState.SOURCE_DELETED:
            return Look("", "Deleted", Tone.MUTED)
        case IntakeState.HISTORY:
            return Look("", STATUS[order.status], Tone.MUTED)
        case _:
            return Look("", STATUS[order.status])
