"""Orders entering: a page of records becomes payloads, orders, lines, charges and addresses."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any

import peewee as pw

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.orders import IncomingOrder
from stogly_tui.domain.safe_text import folded, storable
from stogly_tui.domain.states import (
    HoldReason,
    IntakeState,
    Level,
    OrderStatus,
    PaymentStatus,
    PushState,
    SourceChange,
)
from stogly_tui.model import bulk, tables
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import marks, rows, run
from stogly_tui.model.tables.base import to_millis
from stogly_tui.model.transitions import pushes, runs
from stogly_tui.model.transitions.search import phone_key, text_of

_UNSTORABLE = (pw.DatabaseError, OverflowError, UnicodeError)
"""What a database or its driver says of a value that it cannot keep."""


@dataclass(frozen=True)
class Record:
    """One record as it was read, with what the gates said.

    ``order`` is None when it could not be understood; ``reason`` then says why. ``is_fresh`` marks a read
    of this one order, which decides where two versions carry the same time.
    """

    body: bytes
    remote_id: str | None
    order: IncomingOrder | None
    intake: IntakeState
    reason: str = ""
    hold: HoldReason | None = None
    status: OrderStatus = OrderStatus.PENDING
    is_at_shop: bool = False
    is_fresh: bool = False
    cancel: bool = False

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the exact bytes."""
        return hashlib.sha256(self.body).hexdigest()

    @cached_property
    def content(self) -> str:
        """Digest of everything a destination would be sent."""
        assert self.order is not None
        return content_digest(self.order)

    @cached_property
    def is_plain(self) -> bool:
        """Whether no text in it can hold what a database refuses, so that none has to be looked at."""
        body = self.body
        return body.isascii() and not (b"\\u0000" in body or b"\\ud" in body or b"\\uD" in body)


@dataclass(slots=True)
class Counts:
    """What became of the records of a page."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    filtered: int = 0
    held: int = 0
    failed: int = 0
    created_ids: list[int] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """All of them."""
        return self.created + self.updated + self.unchanged + self.filtered + self.held + self.failed


@dataclass(frozen=True, slots=True)
class _Known:
    """What is stored of an order that a record may change."""

    id: int
    incarnation: str
    payload_digest: str
    content_digest: str
    modified_at: int
    revision: int
    intake: IntakeState
    released_digest: str
    push_id: int | None
    push_state: PushState | None
    is_cancelled: bool
    is_latest: bool
    hold: str | None
    source_change: str


def store(tx: db.Tx, channel_id: int, prefix: str, run_id: int | None, records: Sequence[Record]) -> Counts:
    """Store a page. One bad order never stops the others: where the page as a whole is refused, each goes alone."""
    bulk.insert(
        tables.Payload,
        ("digest", "body", "received_at"),
        [(record.digest, record.body, to_millis(tx.at)) for record in records],
        key=("digest",),
    )
    counts = Counts()
    try:
        with db.savepoint():
            _store(tx, channel_id, prefix, run_id, records, counts)
        return counts
    except pw.OperationalError:
        raise
    except _UNSTORABLE:
        counts = Counts()
    for record in records:
        one = Counts()
        try:
            with db.savepoint():
                _store(tx, channel_id, prefix, run_id, [record], one)
        except pw.OperationalError:
            raise
        except _UNSTORABLE as error:
            one = Counts()
            bad = Record(
                record.body, record.remote_id, None, IntakeState.FAILED, f"cannot be stored: {error}"
            )
            _store(tx, channel_id, prefix, run_id, [bad], one)
        for name in ("created", "updated", "unchanged", "filtered", "held", "failed"):
            setattr(counts, name, getattr(counts, name) + getattr(one, name))
        counts.created_ids += one.created_ids
    return counts


_PARTS = attrgetter(
    "name", "company", "line1", "line2", "city", "region", "postcode", "country", "phone", "email"
)
"""All parts of an address, in the order of its columns."""


def content_digest(order: IncomingOrder) -> str:
    """Digest of everything a destination would be sent; payment and status are not part of it."""
    parts = (
        order.currency, order.total, order.note, order.email,
        [(line.sku, line.ordered, line.total, line.tax) for line in order.lines],
        [(charge.kind, charge.name, charge.amount, charge.tax) for charge in order.charges],
        _PARTS(order.billing), _PARTS(order.shipping),
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _store(
    tx: db.Tx, channel_id: int, prefix: str, run_id: int | None, records: Sequence[Record], counts: Counts
) -> None:
    known = _known(channel_id, [record.remote_id for record in records if record.remote_id])
    written: list[tuple[Record, _Known | None, int]] = []
    for record in records:
        same_id = known.get(record.remote_id or "", [])
        if record.order is None:
            _store_unread(tx, channel_id, prefix, run_id, record, same_id)
            counts.failed += 1
            continue
        before = _same_order(record.order, same_id)
        if before is not None and _is_settled_by_time(tx, channel_id, record, before):
            counts.unchanged += 1
            continue
        if before is None and same_id:
            record = _as_conflict(tx, channel_id, run_id, record)
        _count(record, before, counts)
        written.append((record, before, _revision(record, before)))
    if written:
        _write(tx, channel_id, prefix, run_id, written, counts)


def _same_order(order: IncomingOrder, same_id: Sequence[_Known]) -> _Known | None:
    """The stored order that this is; one that could not be read at first has no incarnation yet, and gets it."""
    for one in same_id:
        if one.incarnation == order.incarnation:
            return one
    unread = next((one for one in same_id if not one.incarnation and one.intake is IntakeState.FAILED), None)
    if unread is not None:
        tables.Order.update(incarnation=order.incarnation).where(tables.Order.id == unread.id).execute()
    return unread


def _count(record: Record, before: _Known | None, counts: Counts) -> None:
    match record.intake:
        case IntakeState.FILTERED:
            counts.filtered += 1
        case IntakeState.HELD:
            counts.held += 1
        case _ if before is None:
            counts.created += 1
        case _:
            counts.updated += 1


def _known(channel_id: int, remote_ids: Sequence[str]) -> dict[str, list[_Known]]:
    found: dict[str, list[_Known]] = {}
    if not remote_ids:
        return found
    lock = " ORDER BY o.id FOR NO KEY UPDATE OF o" if db.engine() == "postgresql" else ""
    for remote_id, *parts in rows(
        "SELECT o.remote_id, o.id, o.incarnation, o.payload_digest, o.content_digest, o.modified_at, o.revision,"
        " o.intake, o.released_digest, o.push_id, p.state, o.is_cancelled, o.is_latest, o.hold,"
        " o.source_change FROM orders o"
        f" LEFT JOIN pushes p ON p.id = o.push_id WHERE o.channel_id = ? AND o.remote_id IN ({marks(remote_ids)}){lock}",
        [channel_id, *remote_ids],
    ):
        parts[6] = IntakeState(parts[6])
        parts[9] = PushState(parts[9]) if parts[9] else None
        found.setdefault(remote_id, []).append(_Known(*parts))
    return found


def _is_settled_by_time(tx: db.Tx, channel_id: int, record: Record, before: _Known) -> bool:
    """Whether what is stored stays: equal bytes, older news, or a tie that only a fresh read can decide."""
    assert record.order is not None
    if record.digest == before.payload_digest and before.intake is not IntakeState.FAILED:
        return not record.is_fresh or record.intake is before.intake
    modified = to_millis(record.order.modified_at)
    if modified < before.modified_at:
        return True
    if modified == before.modified_at and not record.is_fresh and before.intake is not IntakeState.FAILED:
        runs.ask_again(tx, channel_id, str(record.remote_id), "two versions carry the same time")
        return True
    return False


def _as_conflict(tx: db.Tx, channel_id: int, run_id: int | None, record: Record) -> Record:
    """Another order under an id that was used before: kept apart, held, and told."""
    message = f"the channel gave id {record.remote_id} to another order"
    runs.log(
        tx, Level.ERROR, ErrorCode.ID_REUSED, message, channel_id=channel_id, run_id=run_id,
        entity=str(record.remote_id), payload_digest=record.digest,
    )  # fmt: skip
    tables.Order.update(is_latest=False).where(
        tables.Order.channel == channel_id, tables.Order.remote_id == record.remote_id
    ).execute()
    return Record(
        record.body, record.remote_id, record.order, IntakeState.HELD, message, HoldReason.CONFLICT, record.status,
        record.is_at_shop, record.is_fresh, record.cancel,
    )  # fmt: skip


def _revision(record: Record, before: _Known | None) -> int:
    assert record.order is not None
    if before is None:
        return 1
    is_same = (
        before.content_digest == record.content
        and before.is_cancelled == record.cancel
        and before.intake is record.intake
    )
    return before.revision if is_same else before.revision + 1


_COLUMNS = (
    "channel_id", "remote_id", "incarnation", "is_latest", "number", "remote_number", "currency", "total", "tax",
    "refunded", "prices_include_tax", "items", "placed_at", "modified_at", "paid_at", "ship_by", "remote_status",
    "status", "payment", "is_confirmed", "is_cancelled", "intake", "intake_reason", "hold", "is_at_shop", "customer",
    "email", "phone", "note", "payment_method", "reference", "tags", "unknown", "search", "payload_digest",
    "content_digest", "revision", "last_run_id", "updated_at", "first_run_id", "received_at", "released_digest",
    "source_change", "source_change_note", "financial_status", "fulfilment_status", "presentment_currency",
    "presentment_total", "phone_key",
)  # fmt: skip
_KEPT = {
    "channel_id",
    "remote_id",
    "incarnation",
    "is_latest",
    "first_run_id",
    "received_at",
    "released_digest",
}
_UPDATED = tuple(
    name
    for name in _COLUMNS
    if name not in _KEPT and name not in ("source_change", "source_change_note", "number")
)


def _write(
    tx: db.Tx,
    channel_id: int,
    prefix: str,
    run_id: int | None,
    written: Sequence[tuple[Record, _Known | None, int]],
    counts: Counts,
) -> None:
    at = to_millis(tx.at)
    bulk.insert(
        tables.Order,
        _COLUMNS,
        [
            _values(record, before, revision, channel_id, prefix, run_id, at)
            for record, before, revision in written
        ],
        key=("channel_id", "remote_id", "incarnation"),
        update=_UPDATED,
    )
    ids = _ids(channel_id, [str(record.remote_id) for record, _, _ in written])
    changed = [before.id for _, before, _ in written if before is not None]
    if changed:
        _drop_corrections([b.id for r, b, _ in written if b is not None and b.content_digest != r.content])
        _drop_parts(changed)
    _write_parts([(ids[_key(record)], record) for record, _, _ in written], set(_corrected(changed)))
    for record, before, _ in written:
        order_id = ids[_key(record)]
        if before is None:
            counts.created_ids.append(order_id)
        else:
            _follow_the_source(tx, order_id, record, before)
    tx.changed("order", ids.values())


def _key(record: Record) -> tuple[str, str]:
    assert record.order is not None
    return str(record.remote_id), record.order.incarnation


def _ids(channel_id: int, remote_ids: Sequence[str]) -> dict[tuple[str, str], int]:
    return {
        (remote_id, incarnation): order_id
        for order_id, remote_id, incarnation in rows(
            f"SELECT id, remote_id, incarnation FROM orders WHERE channel_id = ? AND remote_id IN ({marks(remote_ids)})",
            [channel_id, *remote_ids],
        )
    }


def _values(
    record: Record,
    before: _Known | None,
    revision: int,
    channel_id: int,
    prefix: str,
    run_id: int | None,
    at: int,
) -> tuple[Any, ...]:
    order = record.order
    assert order is not None
    fit: Callable[[str], str] = str if record.is_plain else storable
    digest = record.content
    intake, reason, held = record.intake, record.reason, record.hold
    if before is not None and _stays_held(before):
        held = HoldReason(str(before.hold))
        if intake is not IntakeState.SOURCE_DELETED:
            intake, reason = IntakeState.HELD, "still held"
    elif before is not None and intake is IntakeState.HELD and before.released_digest == digest:
        intake, held, reason = IntakeState.ACCEPTED, None, ""
    own_number = fit(order.number)
    number = prefix + own_number
    customer = fit(order.customer)
    return (
        channel_id, order.remote_id, order.incarnation, True, number, own_number, order.currency, order.total,
        order.tax, order.refunded, order.prices_include_tax, sum(line.ordered for line in order.lines),
        to_millis(order.placed_at), to_millis(order.modified_at),
        to_millis(order.paid_at) if order.paid_at else None, to_millis(order.ship_by) if order.ship_by else None,
        fit(order.remote_status), record.status.value, order.payment.value, order.confirmed, record.cancel,
        intake.value, fit(reason), held.value if held else None, record.is_at_shop, customer,
        fit(order.email), fit(order.phone), fit(order.note), fit(order.payment_method),
        fit(order.reference), _document(order.tags), _document(order.unknown),
        _search_text(number, order), record.digest, digest, revision, run_id, at, run_id, at, "",
        SourceChange.NONE.value, "", fit(order.financial_status), fit(order.fulfilment_status),
        fit(order.presentment_currency), order.presentment_total, phone_key(order.phone),
    )  # fmt: skip


def _document(words: Sequence[str]) -> str:
    return json.dumps([storable(word) for word in words]) if words else "[]"


def _stays_held(before: _Known) -> bool:
    """A hold that a person or a conflict set is not lifted by anything the channel says; `release` lifts it."""
    return before.hold in (HoldReason.MANUAL, HoldReason.CONFLICT)


def _search_text(number: str, order: IncomingOrder) -> str:
    return text_of(
        [number, order.remote_id, order.customer, order.email, *(line.sku for line in order.lines)]
    )


def _drop_parts(order_ids: Sequence[int]) -> None:
    for table in ("order_lines", "order_charges"):
        run(f"DELETE FROM {table} WHERE order_id IN ({marks(order_ids)})", order_ids)
    run(
        f"DELETE FROM order_addresses WHERE corrected_by = '' AND order_id IN ({marks(order_ids)})", order_ids
    )


def _drop_corrections(order_ids: Sequence[int]) -> None:
    """A correction was made to what the channel said then; it does not outlive the channel's next word."""
    if order_ids:
        run(f"UPDATE order_addresses SET corrected_by = '' WHERE order_id IN ({marks(order_ids)})", order_ids)


def _corrected(order_ids: Sequence[int]) -> list[tuple[int, str]]:
    if not order_ids:
        return []
    sql = f"SELECT order_id, kind FROM order_addresses WHERE corrected_by <> '' AND order_id IN ({marks(order_ids)})"
    return [(row[0], row[1]) for row in rows(sql, order_ids)]


def _write_parts(orders: Sequence[tuple[int, Record]], corrected: set[tuple[int, str]]) -> None:
    lines, charges, addresses = [], [], []
    for order_id, record in orders:
        order = record.order
        assert order is not None
        fit: Callable[[str], str] = str if record.is_plain else storable
        for position, line in enumerate(order.lines):
            lines.append(
                (order_id, position, line.remote_id, fit(line.sku), fit(line.name), line.product_ref,
                 line.ordered, line.cancelled, line.fulfilled, line.shipped, line.delivered, line.returned,
                 line.subtotal, line.total, line.tax, line.is_physical, fit(line.odd))
            )  # fmt: skip
        for position, charge in enumerate(order.charges):
            charges.append(
                (order_id, position, charge.kind.value, fit(charge.name), charge.amount, charge.tax)
            )
        for kind, address in (("billing", order.billing), ("shipping", order.shipping)):
            if (order_id, kind) not in corrected:
                parts = _PARTS(address)
                addresses.append((order_id, kind, *(parts if record.is_plain else map(storable, parts))))
    bulk.insert(
        tables.OrderLine,
        ("order_id", "position", "remote_id", "sku", "name", "product_ref", "ordered", "cancelled", "fulfilled",
         "shipped", "delivered", "returned", "subtotal", "total", "tax", "is_physical", "odd",
         "allocated", "restocked"),
        [(*line, 0, 0) for line in lines],
    )  # fmt: skip
    bulk.insert(tables.Charge, ("order_id", "position", "kind", "name", "amount", "tax"), charges)
    bulk.insert(
        tables.OrderAddress,
        ("order_id", "kind", "name", "company", "line1", "line2", "city", "region", "postcode", "country", "phone",
         "email", "corrected_by"),
        [(*address, "") for address in addresses],
    )  # fmt: skip


def _follow_the_source(tx: db.Tx, order_id: int, record: Record, before: _Known) -> None:
    """What a change at the source means for an order that is on its way or was sent."""
    assert record.order is not None
    is_gone = record.cancel or record.order.is_trashed
    if is_gone and pushes.withdraw_order(tx, order_id, "was cancelled at its channel"):
        return
    if not pushes.has_left(order_id):
        if before.source_change != SourceChange.NONE:
            _note_change(tx, order_id, SourceChange.NONE, "")
        return
    if is_gone and (not before.is_cancelled or before.intake is not record.intake):
        _note_change(tx, order_id, SourceChange.CANCEL_REQUESTED, "cancelled at the channel")
    elif before.content_digest != record.content:
        _note_change(tx, order_id, SourceChange.CHANGED_AFTER_PUSH, "changed at the channel")
    elif not is_gone and before.source_change == SourceChange.CANCEL_REQUESTED:
        _note_change(tx, order_id, SourceChange.NONE, "")


def _note_change(tx: db.Tx, order_id: int, change: SourceChange, note: str) -> None:
    tables.Order.update(source_change=change, source_change_note=note).where(
        tables.Order.id == order_id
    ).execute()
    if change is not SourceChange.NONE:
        code = (
            ErrorCode.CANCEL_REQUESTED if change is SourceChange.CANCEL_REQUESTED else ErrorCode.ORDER_CHANGED
        )
        runs.log(tx, Level.WARNING, code, f"{note} after it was sent", order_id=order_id)


def _store_unread(
    tx: db.Tx, channel_id: int, prefix: str, run_id: int | None, record: Record, same_id: Sequence[_Known]
) -> None:
    """Keep what could not be understood: as a failed order where its id is known, else by its raw bytes alone."""
    reason = storable(record.reason)[:500]
    order_id: int | None = None
    latest = next((one for one in same_id if one.is_latest), None)
    if latest is not None:
        order_id = latest.id
        tables.Order.update(
            intake=IntakeState.FAILED, intake_reason=reason, payload_digest=record.digest,
            revision=tables.Order.revision + 1, updated_at=tx.at,
        ).where(tables.Order.id == order_id).execute()  # fmt: skip
    elif record.remote_id:
        order_id = _insert_failed(tx, channel_id, prefix, run_id, record, reason)
    if record.remote_id and not record.is_fresh:
        runs.ask_again(tx, channel_id, record.remote_id, "could not be read in a list")
    runs.log(
        tx, Level.ERROR, ErrorCode.BAD_RECORD, reason, channel_id=channel_id, run_id=run_id, order_id=order_id,
        entity=record.remote_id or "", payload_digest=record.digest,
    )  # fmt: skip
    tx.changed("order", [order_id] if order_id else [])


def _insert_failed(
    tx: db.Tx, channel_id: int, prefix: str, run_id: int | None, record: Record, reason: str
) -> int:
    remote_id = storable(str(record.remote_id))
    row = (
        tables.Order.insert(
            channel=channel_id, remote_id=remote_id, incarnation="", number=prefix + remote_id,
            remote_number=remote_id, currency="XXX", total=0, placed_at=tx.at, modified_at=0, remote_status="",
            status=OrderStatus.PENDING, payment=PaymentStatus.UNPAID, intake=IntakeState.FAILED, intake_reason=reason,
            search=folded(prefix + remote_id), payload_digest=record.digest, first_run_id=run_id,
            last_run_id=run_id, received_at=tx.at, updated_at=tx.at,
        )
        .on_conflict(
            conflict_target=[tables.Order.channel, tables.Order.remote_id, tables.Order.incarnation],
            update={tables.Order.intake_reason: reason, tables.Order.payload_digest: record.digest},
        )
        .returning(tables.Order.id)
        .execute()
    )  # fmt: skip
    return int(next(iter(row)).id)
