"""How often what happens to an order: by its age, with a few of everything among the newest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.states import HoldReason, IntakeState, OrderStatus, PaymentStatus, PushState

Kind = TypeVar("Kind")
FINE = 4096
"""Entries of a table of shares: a power of two, so that some bits of a random number choose one."""


def spread(weights: Mapping[Kind, int]) -> tuple[Kind, ...]:
    """A table of `FINE` entries in which everything has its share; the first takes what is left over."""
    first, *others = weights
    rest = tuple(kind for kind in others for _ in range(weights[kind]))
    return (first,) * (FINE - len(rest)) + rest


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an order at our door and on its way; ``push`` is None where it has no push."""

    intake: IntakeState = IntakeState.ACCEPTED
    push: PushState | None = None
    hold: HoldReason | None = None
    code: ErrorCode | None = None


def _held(hold: HoldReason) -> Fate:
    return Fate(IntakeState.HELD, hold=hold)


def _error(code: ErrorCode) -> Fate:
    return Fate(push=PushState.ERROR, code=code)


SENT = Fate(push=PushState.SENT)
WAITS = Fate()
QUEUED = Fate(push=PushState.QUEUED)
LATER = Fate(push=PushState.RETRY_LATER, code=ErrorCode.UNREACHABLE)
DOUBT = Fate(push=PushState.IN_DOUBT, code=ErrorCode.OUTCOME_UNKNOWN)
RECALLED = Fate(push=PushState.NOT_SENT)
BY_HAND = Fate(push=PushState.HANDLED_MANUALLY, code=ErrorCode.REJECTED)
FAILED = Fate(IntakeState.FAILED)
FILTERED = Fate(IntakeState.FILTERED)
DELETED = Fate(IntakeState.SOURCE_DELETED)
AWAITING = Fate(IntakeState.AWAITING_MAPPING, hold=HoldReason.UNMAPPED)
HISTORY = Fate(IntakeState.HISTORY)

ON_THE_FIRST_DAY = spread(
    {
        SENT: 0, WAITS: 1000, QUEUED: 500, LATER: 40, DOUBT: 8, _error(ErrorCode.SKU_NOT_AT_DESTINATION): 90,
        _error(ErrorCode.ADDRESS): 40, _error(ErrorCode.REJECTED): 30, _held(HoldReason.MANUAL): 20,
        _held(HoldReason.TOTAL_MISMATCH): 12, AWAITING: 12, FILTERED: 60, FAILED: 8,
    }
)  # fmt: skip
AFTERWARDS = spread(
    {
        SENT: 0, WAITS: 60, DOUBT: 1, RECALLED: 6, BY_HAND: 12, _error(ErrorCode.SKU_NOT_AT_DESTINATION): 14,
        _error(ErrorCode.ADDRESS): 7, _error(ErrorCode.REJECTED): 5, _error(ErrorCode.TRIES_USED): 3,
        _error(ErrorCode.DIFFERENT_AT_DESTINATION): 2, _held(HoldReason.MANUAL): 6, _held(HoldReason.FRAUD): 3,
        _held(HoldReason.ADDRESS): 2, _held(HoldReason.CONFLICT): 1, AWAITING: 4, FILTERED: 60, DELETED: 8, FAILED: 4,
    }
)  # fmt: skip

SHOWN = (
    DOUBT, _error(ErrorCode.SKU_NOT_AT_DESTINATION), QUEUED, LATER, _held(HoldReason.MANUAL), FAILED,
    _error(ErrorCode.ADDRESS), BY_HAND, RECALLED, FILTERED, AWAITING, DELETED, _error(ErrorCode.REJECTED),
    _held(HoldReason.TOTAL_MISMATCH), _error(ErrorCode.TRIES_USED), SENT, WAITS,
    Fate(push=PushState.CLAIMED), Fate(push=PushState.SENDING), _held(HoldReason.FRAUD),
    _error(ErrorCode.DIFFERENT_AT_DESTINATION),
)  # fmt: skip
"""Every second of the newest orders has one of these, so that even a small house holds all of them."""

ERRORS: Mapping[ErrorCode, tuple[str, str]] = {
    ErrorCode.SKU_NOT_AT_DESTINATION: ('Main has no SKU "{sku}"', "sku"),
    ErrorCode.ADDRESS: ("the postcode is not one of the country", "postcode"),
    ErrorCode.REJECTED: ("HTTP 400: invalid parameter", "billing"),
    ErrorCode.TRIES_USED: ("no connection after 8 tries", ""),
    ErrorCode.DIFFERENT_AT_DESTINATION: ("the order there has another total", "total"),
    ErrorCode.UNREACHABLE: ("connection refused", ""),
    ErrorCode.OUTCOME_UNKNOWN: ("no reply in 30 s", ""),
}
"""What is said of each error that seeded pushes have, and the field it is about."""

STATUS_OF_THE_DAY = spread({OrderStatus.PROCESSING: 0, OrderStatus.PENDING: 1400, OrderStatus.CANCELLED: 60})
STATUS_OF_THE_WEEK = spread(
    {OrderStatus.SHIPPED: 0, OrderStatus.PROCESSING: 1300, OrderStatus.DELIVERED: 500, OrderStatus.CANCELLED: 90,
     OrderStatus.PENDING: 100}
)  # fmt: skip
STATUS_LATER = spread(
    {OrderStatus.DELIVERED: 0, OrderStatus.SHIPPED: 240, OrderStatus.CANCELLED: 120, OrderStatus.RETURNED: 130,
     OrderStatus.PENDING: 12}
)  # fmt: skip
PAYMENT = spread(
    {PaymentStatus.PAID: 0, PaymentStatus.AUTHORISED: 60, PaymentStatus.PARTIALLY_PAID: 12,
     PaymentStatus.PARTIALLY_REFUNDED: 70, PaymentStatus.REFUNDED: 40}
)  # fmt: skip
PAYMENT_OF_PENDING = spread(
    {PaymentStatus.UNPAID: 0, PaymentStatus.PAID: 1500, PaymentStatus.AUTHORISED: 300}
)
PAYMENT_OF_CANCELLED = spread(
    {PaymentStatus.VOIDED: 0, PaymentStatus.REFUNDED: 1600, PaymentStatus.UNPAID: 600}
)
