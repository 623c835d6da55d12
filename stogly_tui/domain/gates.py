"""The two gates: what may enter (import filter) and what may leave (push rule)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stogly_tui.domain.orders import IncomingOrder
from stogly_tui.domain.states import AutoSend, IntakeState, PaymentStatus, SendWhen


@dataclass(frozen=True, slots=True)
class ImportFilter:
    """What may enter. An empty set asks nothing; empty ``statuses`` mean everything but drafts and trash.

    Words are compared in lower case, with the channel's own and with ours.
    """

    statuses: frozenset[str] = frozenset()
    cancel_statuses: frozenset[str] = frozenset()
    financial_statuses: frozenset[str] = frozenset()
    fulfilment_statuses: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    physical_only: bool = False


def why_filtered(order: IncomingOrder, rule: ImportFilter) -> str:
    """Say why the import filter refuses this order; blank when it may enter."""
    if order.is_draft:
        return f"is a draft ({order.remote_status})"
    if order.is_trashed:
        return "is in the trash"
    money, progress = financial_words(order), fulfilment_words(order)
    words = {order.remote_status.lower(), *money}
    if rule.statuses and not words & (rule.statuses | rule.cancel_statuses):
        return f"status {order.remote_status} is not imported"
    if rule.financial_statuses and not money & rule.financial_statuses:
        return f"financial status {order.financial_status or order.payment.value} is not imported"
    if rule.fulfilment_statuses and not progress & rule.fulfilment_statuses:
        return f"fulfilment status {order.fulfilment_status or min(progress)} is not imported"
    if rule.tags and not {tag.strip().lower() for tag in order.tags} & rule.tags:
        return f"carries none of the tags {', '.join(sorted(rule.tags))}"
    if rule.physical_only and order.lines and not any(line.is_physical for line in order.lines):
        return "holds no physical product"
    return ""


def financial_words(order: IncomingOrder) -> set[str]:
    """Every word for where its money is: the channel's own, ours, and ours as Americans spell it."""
    ours = order.payment.value
    return {order.financial_status.lower(), ours, ours.replace("authorised", "authorized")} - {""}


def fulfilment_words(order: IncomingOrder) -> set[str]:
    """Every word for how far it is fulfilled: the channel's own, and what its quantities say."""
    wanted = sum(line.ordered - line.cancelled for line in order.lines)
    done = sum(line.fulfilled for line in order.lines)
    ours = "unfulfilled" if not done else "fulfilled" if done >= wanted else "partial"
    return {order.fulfilment_status.lower(), ours} - {""}


def asks_to_cancel(order: IncomingOrder, rule: ImportFilter) -> bool:
    """Whether the channel says that this order is off."""
    words = {order.remote_status.lower(), order.financial_status.lower()}
    return order.is_cancelled or bool(words & rule.cancel_statuses)


@dataclass(frozen=True, slots=True)
class PushRule:
    """The rule of one channel for sending by itself."""

    auto_send: AutoSend
    auto_send_from: datetime | None
    send_when: SendWhen
    import_delay: int = 0
    """Seconds after placing in which a buyer may still change the order."""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What the gates ask about an order."""

    intake: IntakeState
    placed_at: datetime
    payment: PaymentStatus
    is_cancelled: bool
    cancel_requested: bool
    is_held: bool
    is_shipped: bool = False
    unmanaged_skus: Sequence[str] = ()


class Refusal(StrEnum):
    """Why an order does not leave, in the words of the plan."""

    NO_DESTINATION = "no destination is set for its channel"
    CHANNEL_NOT_LIVE = "its channel is not active: Go live first"
    MANUAL_ONLY = "automatic sending is off"
    BEFORE_AUTO_SEND = "was placed before automatic sending was set"
    SETTLING = "is inside the import delay"
    NOT_MANAGED = "has lines that are not mapped to an enabled listing"
    NOT_PAID = "the buyer has not paid"
    SHIPPED = "was shipped already, says its channel"
    HISTORY = "is history: placed before orders count"
    FILTERED = "was refused by the import filter"
    HELD = "is held"
    CANCELLED = "is cancelled"
    CANCEL_REQUESTED = "the buyer asked to cancel it"
    ALREADY_SENT = "was sent already"
    ON_ITS_WAY = "is queued or being sent already"
    IN_DOUBT = "its outcome is unknown and being looked up"
    MAY_BE_THERE = "the destination may hold it: repair or cancel it there first"
    AT_SHOP = "lives at the destination already"
    FAILED_INTAKE = "could not be read: Retry or Fetch again first"
    DELETED = "was deleted at its channel"
    CHANGED = "changed after the plan was made"


def may_leave(order: OrderFacts, rule: PushRule, now: datetime) -> Refusal | None:
    """Say why the automatic rule keeps this order back, or None when it may be sent."""
    if rule.auto_send is AutoSend.OFF or rule.auto_send_from is None:
        return Refusal.MANUAL_ONLY
    if order.placed_at < rule.auto_send_from:
        return Refusal.BEFORE_AUTO_SEND
    if (now - order.placed_at).total_seconds() < rule.import_delay:
        return Refusal.SETTLING
    blocked = must_stay(order)
    if blocked is not None:
        return blocked
    if order.intake is IntakeState.HISTORY:
        return Refusal.HISTORY
    if order.is_shipped:
        return Refusal.SHIPPED
    if rule.auto_send is AutoSend.MANAGED and order.unmanaged_skus:
        return Refusal.NOT_MANAGED
    if rule.send_when is SendWhen.PAID and not order.payment.is_paid:
        return Refusal.NOT_PAID
    return None


def must_stay(order: OrderFacts) -> Refusal | None:
    """Say why not even a person can send this order, or None."""
    match order.intake:
        case IntakeState.FILTERED:
            return Refusal.FILTERED
        case IntakeState.FAILED:
            return Refusal.FAILED_INTAKE
        case IntakeState.SOURCE_DELETED:
            return Refusal.DELETED
        case _:
            pass
    if order.cancel_requested:
        return Refusal.CANCEL_REQUESTED
    if order.is_cancelled:
        return Refusal.CANCELLED
    return Refusal.HELD if order.is_held else None


def warnings_for_a_person(order: OrderFacts) -> list[Refusal]:
    """What a person is told before sending an order that the automatic gates would keep back."""
    told = []
    if not order.payment.is_paid:
        told.append(Refusal.NOT_PAID)
    if order.intake is IntakeState.HISTORY:
        told.append(Refusal.HISTORY)
    if order.is_shipped:
        told.append(Refusal.SHIPPED)
    return told
