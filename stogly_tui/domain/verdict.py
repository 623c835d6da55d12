"""What a look at the destination proves about a push (push rules 5 and 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.outgoing import FoundOrder, FoundState, OutgoingOrder, differences


class Verdict(StrEnum):
    """What follows for the push."""

    SENT = "sent"
    COMPLETE = "complete"
    PERSON = "person"
    SEND = "send"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with its evidence in words."""

    verdict: Verdict
    order: FoundOrder | None = None
    code: ErrorCode | None = None
    evidence: str = ""
    also: tuple[str, ...] = ()
    """Further destination ids that carry the same reference."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is known about a push that may have arrived.

    ``wire_until`` is the last moment our bytes could be on the wire; ``absent_seen`` counts settled
    looks that found nothing.
    """

    wire_until: datetime
    absent_seen: int


def judge_found(sent: OutgoingOrder, found: Sequence[FoundOrder]) -> Finding:
    """Judge one or more destination orders that carry our reference. Found counts at once."""
    if len(found) > 1:
        ids = ", ".join(f"{order.destination_id} ({order.state})" for order in found)
        return Finding(
            Verdict.PERSON,
            found[0],
            ErrorCode.TWO_AT_DESTINATION,
            f"orders {ids}",
            tuple(order.destination_id for order in found[1:]),
        )
    order = found[0]
    match order.state:
        case FoundState.DRAFT:
            return Finding(Verdict.COMPLETE, order, None, f"order {order.destination_id} is {order.status}")
        case FoundState.CANCELLED:
            return Finding(
                Verdict.PERSON,
                order,
                ErrorCode.CANCELLED_AT_DESTINATION,
                f"order {order.destination_id} is {order.status}",
            )
        case FoundState.TRASHED:
            return Finding(
                Verdict.PERSON,
                order,
                ErrorCode.TRASHED_AT_DESTINATION,
                f"order {order.destination_id} is in the trash",
            )
        case FoundState.LIVE:
            told = differences(sent, order)
            if not told:
                return Finding(Verdict.SENT, order, None, f"order {order.destination_id} equals what we send")
            return Finding(
                Verdict.PERSON,
                order,
                ErrorCode.DIFFERENT_AT_DESTINATION,
                f"order {order.destination_id}: " + "; ".join(told),
            )


def judge_absent(doubt: Doubt, *, at: datetime, settle: timedelta, is_proven: bool) -> Finding:
    """Judge a look that found nothing: it counts only settled, proven and seen twice."""
    if at < doubt.wire_until + settle:
        return Finding(Verdict.WAIT, evidence="not found yet; a late write may still arrive")
    if not is_proven:
        return Finding(
            Verdict.WAIT,
            code=ErrorCode.LOOKUP_UNPROVEN,
            evidence="not found, but this look-up has not yet found an order we know",
        )
    if doubt.absent_seen < 1:
        return Finding(Verdict.WAIT, evidence="not found once after the settle time; looked at once more")
    return Finding(Verdict.SEND, evidence="not found twice after the settle time")
