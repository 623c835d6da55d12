"""Orders as JSON, for scripts: the fields that the command line promises. Text is as stored, not made for terminals:
dump it with ``ensure_ascii=True``.
"""

from typing import Any

from stogly_tui.domain.money import to_text
from stogly_tui.domain.orders import Address
from stogly_tui.model.queries.notes import NoteRow
from stogly_tui.model.queries.order_detail import AttemptRow, LineRow, OrderDetail, PushRow, TimelineRow
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.present.errors import error_text
from stogly_tui.present.times import iso

COLUMNS = (
    "number", "channel", "platform", "remote_id", "placed_at", "modified_at", "customer", "email", "items", "total",
    "currency", "payment_status", "status", "remote_status", "intake", "intake_reason", "hold", "source_change",
    "push_status", "push_state", "push_error", "push_error_code", "writeback", "ship_by", "destination",
    "destination_id", "destination_number", "attempts", "sent_at",
)  # fmt: skip
"""The fields of an order in a list, as columns of a CSV file."""


def order_json(row: OrderRow) -> dict[str, Any]:
    """One order of a list."""
    return {
        "number": row.number,
        "channel": row.channel,
        "platform": row.platform,
        "remote_id": row.remote_id,
        "placed_at": iso(row.placed_at),
        "modified_at": iso(row.modified_at),
        "customer": row.customer,
        "email": row.email,
        "items": row.items,
        "total": to_text(row.total, row.currency),
        "currency": row.currency,
        "payment_status": row.payment.value,
        "status": row.status.value,
        "remote_status": row.remote_status,
        "intake": row.intake.value,
        "intake_reason": row.intake_reason,
        "hold": row.hold.value if row.hold else None,
        "source_change": row.source_change.value,
        "push_status": row.push_word.value,
        "push_state": row.push_state.value,
        "push_error": error_text(row),
        "push_error_code": row.push_code.value if row.push_code else None,
        "writeback": None,
        "ship_by": iso(row.ship_by),
        "destination": row.destination_channel or None,
        "destination_id": row.destination_id or None,
        "destination_number": row.destination_number or None,
        "attempts": row.tries,
        "sent_at": iso(row.sent_at),
    }


def detail_json(detail: OrderDetail) -> dict[str, Any]:
    """One order, whole, without its payload."""
    currency = detail.row.currency
    return order_json(detail.row) | {
        "remote_number": detail.remote_number,
        "tax": to_text(detail.tax, currency),
        "refunded": to_text(detail.refunded, currency),
        "phone": detail.phone,
        "note": detail.note,
        "payment_method": detail.payment_method,
        "reference": detail.reference or None,
        "paid_at": iso(detail.paid_at),
        "received_at": iso(detail.received_at),
        "financial_status": detail.financial_status or None,
        "fulfilment_status": detail.fulfilment_status or None,
        "presentment_currency": detail.presentment_currency or None,
        "presentment_total": to_text(detail.presentment_total, detail.presentment_currency)
        if detail.presentment_total is not None
        else None,
        "tags": list(detail.tags),
        "unknown": list(detail.unknown),
        "lines": [_line(line, currency) for line in detail.lines],
        "charges": [
            {
                "kind": charge.kind.value,
                "name": charge.name,
                "amount": to_text(charge.amount, currency),
                "tax": to_text(charge.tax, currency),
            }
            for charge in detail.charges
        ],
        "addresses": {"billing": _address(detail.billing), "shipping": _address(detail.shipping)},
        "pushes": [_push(push) for push in detail.pushes],
        "fulfilments": [],
        "writebacks": [],
        "timeline": [_event(event) for event in detail.timeline],
    }


def note_json(note: NoteRow) -> dict[str, Any]:
    """A note on an order."""
    return {"at": iso(note.at), "author": note.author, "text": note.text}


def _line(line: LineRow, currency: str) -> dict[str, Any]:
    pieces = max(line.ordered, 1)
    return {
        "sku": line.sku,
        "name": line.name,
        "ordered": line.ordered,
        "cancelled": line.cancelled,
        "allocated": line.allocated,
        "fulfilled": line.fulfilled,
        "shipped": line.shipped,
        "delivered": line.delivered,
        "returned": line.returned,
        "price": to_text(round(line.total / pieces), currency),
        "total": to_text(line.total, currency),
        "tax": to_text(line.tax, currency),
        "destination_sku": line.destination_sku or None,
    }


def _address(address: Address) -> dict[str, str] | None:
    parts = {name: getattr(address, name) for name in Address.__slots__}
    return parts if any(parts.values()) else None


def _push(push: PushRow) -> dict[str, Any]:
    return {
        "destination": push.destination,
        "generation": push.generation,
        "reference": push.reference,
        "state": push.state.value,
        "push_status": push.state.word.value,
        "is_current": push.is_current,
        "queued_at": iso(push.queued_at),
        "queued_by": push.queued_by,
        "rule": push.rule,
        "due_at": iso(push.due_at),
        "destination_id": push.destination_order_id or None,
        "destination_number": push.destination_number or None,
        "error_code": push.code.value if push.code else None,
        "error": push.text or None,
        "evidence": push.evidence or None,
        "next_look_at": iso(push.next_look_at),
        "sent_at": iso(push.sent_at),
        "settled_by": push.settled_by or None,
        "settled_reason": push.settled_reason or None,
        "attempts": [_attempt(attempt) for attempt in push.attempts],
    }


def _attempt(attempt: AttemptRow) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "started_at": iso(attempt.started_at),
        "ended_at": iso(attempt.ended_at),
        "outcome": attempt.outcome.value if attempt.outcome else None,
        "code": attempt.code.value if attempt.code else None,
        "message": attempt.message,
        "http_status": attempt.http_status,
        "request": attempt.request,
        "reply": attempt.reply,
    }


def _event(event: TimelineRow) -> dict[str, Any]:
    return {
        "at": iso(event.at),
        "who": event.who,
        "code": event.code,
        "text": event.text,
        "level": event.level.value,
    }
