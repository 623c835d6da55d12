"""Pushes of seeded orders and their attempts, as rows of their tables."""

from typing import NamedTuple

from benchmarks.seed.house import DESTINATION, Source
from benchmarks.seed.shares import ERRORS, Fate
from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.states import AttemptOutcome, PushState

COLUMNS = (
    "id", "order_id", "destination_id", "generation", "reference", "state", "is_urgent", "queued_at", "queued_by",
    "rule", "order_revision", "due_at", "ship_by", "claim_token", "claim_until", "tries", "starts_without_end",
    "destination_order_id", "destination_number", "error_code", "error_text", "error_field", "evidence", "may_exist",
    "wire_until", "absent_seen", "looks", "next_look_at", "sent_at", "settled_by", "settled_reason", "updated_at",
    "placed_at",
)  # fmt: skip
ATTEMPT_COLUMNS = (
    "id", "push_id", "number", "started_at", "deadline_at", "worker", "order_revision", "ended_at", "outcome", "code",
    "message", "http_status", "request", "reply",
)  # fmt: skip

MINUTE = 60_000
_REQUEST = 'POST /wp-json/wc/v3/orders\n{"line_items": [{"sku": "%s"}]}'
_OUTCOMES = {
    PushState.IN_DOUBT: AttemptOutcome.UNKNOWN,
    PushState.RETRY_LATER: AttemptOutcome.NOTHING_DONE,
}


class About(NamedTuple):
    """What a push takes from its order."""

    id: int
    order_id: int
    source: Source
    remote_id: str
    placed_at: int
    modified_at: int
    sku: str
    until: int

    @property
    def queued_at(self) -> int:
        """When it was queued: some minutes after the order was placed."""
        return min(self.placed_at + 10 * MINUTE, self.until)


def row(about: About, fate: Fate) -> tuple[object, ...]:
    """The push itself."""
    state = fate.push
    assert state is not None
    is_there = state in (PushState.SENT, PushState.HANDLED_MANUALLY)
    is_odd = fate.code is ErrorCode.DIFFERENT_AT_DESTINATION
    was_tried = is_there or fate.code is not None or state is PushState.SENDING
    is_claimed = state in (PushState.CLAIMED, PushState.SENDING)
    number = str(200_000 + about.id) if is_there or is_odd else None
    text, where = ERRORS[fate.code] if fate.code and not is_there else ("", "")
    source, at = about.source, about.queued_at
    return (
        about.id, about.order_id, DESTINATION, 1, f"{source.platform}:seeded-{source.id}:{about.remote_id}:1",
        state.value, False, at, "ana", "by hand", 1, at, None, "seeded" if is_claimed else None,
        at + MINUTE if is_claimed else None, 1 if was_tried else 0, 1 if state is PushState.SENDING else 0, number,
        number or "", fate.code.value if text and fate.code else None, text.format(sku=about.sku), where, "", is_odd,
        at + MINUTE if state in (PushState.SENDING, PushState.IN_DOUBT) else None, 0,
        1 if state is PushState.IN_DOUBT else 0, at + 10 * MINUTE if state is PushState.IN_DOUBT else None,
        at + MINUTE // 2 if state is PushState.SENT else None, "ben" if state is PushState.HANDLED_MANUALLY else "",
        "entered there by hand" if state is PushState.HANDLED_MANUALLY else "", about.modified_at, about.placed_at,
    )  # fmt: skip


def attempt(attempt_id: int, about: About, fate: Fate) -> tuple[object, ...]:
    """The one attempt of a push that something went wrong with."""
    assert fate.code is not None
    assert fate.push is not None
    outcome = _OUTCOMES.get(fate.push, AttemptOutcome.REJECTED)
    text = ERRORS[fate.code][0].format(sku=about.sku)
    at = about.queued_at
    is_answered = outcome is AttemptOutcome.REJECTED
    return (
        attempt_id, about.id, 1, at, at + MINUTE // 2, "seeded", 1, at + 2_000, outcome.value, fate.code.value, text,
        400 if is_answered else None, _REQUEST % about.sku, f"HTTP 400\n{text}" if is_answered else "",
    )  # fmt: skip
