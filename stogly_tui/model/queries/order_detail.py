"""One order, whole: lines, charges, addresses, pushes with their attempts, and its timeline."""

import json
from dataclasses import dataclass
from datetime import datetime

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.orders import Address
from stogly_tui.domain.states import AttemptOutcome, ChargeKind, Level, PushState
from stogly_tui.model.queries import notes as note_queries
from stogly_tui.model.queries import orders
from stogly_tui.model.queries.base import moment, one, rows
from stogly_tui.model.queries.notes import NoteRow
from stogly_tui.model.tables.base import from_millis


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line; pieces per stage, amounts net for the whole line in minor units."""

    sku: str
    name: str
    ordered: int
    cancelled: int
    allocated: int
    fulfilled: int
    shipped: int
    delivered: int
    returned: int
    total: int
    tax: int
    destination_sku: str
    """The SKU it is sent under, where that is another."""


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """A charge in minor units."""

    kind: ChargeKind
    name: str
    amount: int
    tax: int


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One start of a request and how it ended; ``request`` and ``reply`` are redacted."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: AttemptOutcome | None
    code: ErrorCode | None
    message: str
    http_status: int | None
    request: str
    reply: str
    worker: str


@dataclass(frozen=True, slots=True)
class PushRow:
    """One push of the order with its attempts, latest first."""

    id: int
    destination: str
    generation: int
    reference: str
    state: PushState
    is_current: bool
    queued_at: datetime
    queued_by: str
    rule: str
    due_at: datetime
    tries: int
    destination_order_id: str
    destination_number: str
    second_order_id: str
    code: ErrorCode | None
    text: str
    field: str
    evidence: str
    may_exist: bool
    wire_until: datetime | None
    next_look_at: datetime | None
    sent_at: datetime | None
    settled_by: str
    settled_reason: str
    attempts: tuple[AttemptRow, ...]


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One thing that happened to the order."""

    at: datetime
    who: str
    code: str
    text: str
    level: Level = Level.INFO


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """Everything known about one order."""

    row: orders.OrderRow
    lines: tuple[LineRow, ...]
    charges: tuple[ChargeRow, ...]
    billing: Address
    shipping: Address
    pushes: tuple[PushRow, ...]
    timeline: tuple[TimelineRow, ...]
    remote_number: str
    tax: int
    refunded: int
    phone: str
    note: str
    payment_method: str
    reference: str
    paid_at: datetime | None
    received_at: datetime
    unknown: tuple[str, ...]
    tags: tuple[str, ...]
    source_change_note: str
    payload: bytes
    first_run_id: int | None
    last_run_id: int | None
    time_zone: str
    financial_status: str
    fulfilment_status: str
    presentment_currency: str
    presentment_total: int | None
    """What the buyer saw and paid, where the channel tells two currencies; minor units."""
    notes: tuple[NoteRow, ...] = ()
    """Latest first."""
    is_masked: bool = False
    """Whether customer data was left out for who looks."""


def detail(order_id: int) -> OrderDetail | None:
    """Read one order, or None when there is none of that id."""
    row = orders.by_id(order_id)
    if row is None:
        return None
    more = one(
        "SELECT o.remote_number, o.tax, o.refunded, o.phone, o.note, o.payment_method, o.reference, o.paid_at,"
        " o.received_at, o.unknown, o.tags, o.source_change_note, y.body, o.first_run_id, o.last_run_id, c.time_zone,"
        " c.destination_id, o.financial_status, o.fulfilment_status, o.presentment_currency,"
        " o.presentment_total FROM orders o JOIN channels c ON c.id = o.channel_id"
        " LEFT JOIN payloads y ON y.digest = o.payload_digest WHERE o.id = ?",
        [order_id],
    )
    assert more is not None
    addresses = _addresses(order_id)
    pushes = _pushes(order_id, row.push_id)
    notes = tuple(note_queries.of(order_id))
    return OrderDetail(
        row=row,
        lines=_lines(order_id, more[16]),
        charges=tuple(
            ChargeRow(ChargeKind(kind), name, amount, tax)
            for kind, name, amount, tax in rows(
                "SELECT kind, name, amount, tax FROM order_charges WHERE order_id = ? ORDER BY position",
                [order_id],
            )
        ),
        billing=addresses.get("billing", Address()),
        shipping=addresses.get("shipping", Address()),
        pushes=pushes,
        timeline=_timeline(order_id, from_millis(more[8]), row, pushes, notes),
        remote_number=more[0],
        tax=more[1],
        refunded=more[2],
        phone=more[3],
        note=more[4],
        payment_method=more[5],
        reference=more[6],
        paid_at=moment(more[7]),
        received_at=from_millis(more[8]),
        unknown=tuple(json.loads(more[9])),
        tags=tuple(json.loads(more[10])),
        source_change_note=more[11],
        payload=bytes(more[12] or b""),
        first_run_id=more[13],
        last_run_id=more[14],
        time_zone=more[15],
        financial_status=more[17] or "",
        fulfilment_status=more[18] or "",
        presentment_currency=more[19] or "",
        presentment_total=more[20],
        notes=notes,
    )


def _lines(order_id: int, destination_id: int | None) -> tuple[LineRow, ...]:
    return tuple(
        LineRow(*found)
        for found in rows(
            "SELECT l.sku, l.name, l.ordered, l.cancelled, l.allocated, l.fulfilled, l.shipped, l.delivered,"
            " l.returned, l.total, l.tax, COALESCE(a.destination_sku, '') FROM order_lines l"
            " LEFT JOIN sku_aliases a ON a.destination_id = ? AND a.sku = l.sku"
            " WHERE l.order_id = ? ORDER BY l.position",
            [destination_id, order_id],
        )
    )


def _addresses(order_id: int) -> dict[str, Address]:
    return {
        kind: Address(*parts)
        for kind, *parts in rows(
            "SELECT kind, name, company, line1, line2, city, region, postcode, country, phone, email"
            " FROM order_addresses WHERE order_id = ?",
            [order_id],
        )
    }


def _pushes(order_id: int, current: int | None) -> tuple[PushRow, ...]:
    attempts: dict[int, list[AttemptRow]] = {}
    for found in rows(
        "SELECT a.push_id, a.number, a.started_at, a.ended_at, a.outcome, a.code, a.message, a.http_status, a.request,"
        " a.reply, a.worker FROM push_attempts a JOIN pushes p ON p.id = a.push_id WHERE p.order_id = ?"
        " ORDER BY a.id DESC",
        [order_id],
    ):
        attempts.setdefault(found[0], []).append(
            AttemptRow(
                number=found[1], started_at=from_millis(found[2]), ended_at=moment(found[3]),
                outcome=AttemptOutcome(found[4]) if found[4] else None, code=ErrorCode(found[5]) if found[5] else None,
                message=found[6], http_status=found[7], request=found[8], reply=found[9], worker=found[10],
            )
        )  # fmt: skip
    return tuple(
        PushRow(
            id=found[0], destination=found[1], generation=found[2], reference=found[3], state=PushState(found[4]),
            is_current=found[0] == current, queued_at=from_millis(found[5]), queued_by=found[6], rule=found[7],
            due_at=from_millis(found[8]), tries=found[9], destination_order_id=found[10] or "",
            destination_number=found[11], second_order_id=found[12] or "",
            code=ErrorCode(found[13]) if found[13] else None, text=found[14], field=found[15], evidence=found[16],
            may_exist=bool(found[17]), wire_until=moment(found[18]), next_look_at=moment(found[19]),
            sent_at=moment(found[20]), settled_by=found[21], settled_reason=found[22],
            attempts=tuple(attempts.get(found[0], ())),
        )
        for found in rows(
            "SELECT p.id, d.name, p.generation, p.reference, p.state, p.queued_at, p.queued_by, p.rule, p.due_at,"
            " p.tries, p.destination_order_id, p.destination_number, p.second_order_id, p.error_code, p.error_text,"
            " p.error_field, p.evidence, p.may_exist, p.wire_until, p.next_look_at, p.sent_at, p.settled_by,"
            " p.settled_reason FROM pushes p JOIN channels d ON d.id = p.destination_id"
            " WHERE p.order_id = ? ORDER BY p.id DESC",
            [order_id],
        )
    )  # fmt: skip


def _timeline(
    order_id: int,
    received_at: datetime,
    row: orders.OrderRow,
    pushes: tuple[PushRow, ...],
    notes: tuple[NoteRow, ...],
) -> tuple[TimelineRow, ...]:
    told = [
        TimelineRow(row.placed_at, row.channel, "PLACED", "placed by the buyer"),
        TimelineRow(received_at, "stogly", "RECEIVED", f"first read from {row.channel}"),
    ]
    told += [
        TimelineRow(from_millis(at), "stogly", code, message, Level(level))
        for at, level, code, message in rows(
            "SELECT at, level, code, message FROM log_entries WHERE order_id = ? ORDER BY id", [order_id]
        )
    ]
    told += [
        TimelineRow(from_millis(at), actor, verb.upper().replace("_", "-"), reason or verb.replace("_", " "))
        for at, actor, verb, reason in rows(
            "SELECT at, actor, verb, reason FROM audit WHERE entity = 'order' AND entity_id = ? AND verb <> 'note'"
            " ORDER BY id",
            [order_id],
        )
    ]
    for push in pushes:
        told += [
            TimelineRow(
                attempt.started_at, "stogly", "TRY", f"try {attempt.number} to {push.destination} starts"
            )
            for attempt in push.attempts
        ]
    told += [TimelineRow(note.at, note.author, "NOTE", note.text) for note in notes]
    return tuple(sorted(told, key=lambda entry: entry.at))
