"""Orders with their lines, charges, addresses and pushes, as rows of their tables: the same for the same seed."""

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt

from benchmarks.seed import pushes, shares, words
from benchmarks.seed.house import COUNTED, DESTINATION, SOURCES, SPAN, Source
from benchmarks.seed.shares import Fate
from stogly_tui.domain.states import (
    ChargeKind,
    IntakeState,
    OrderStatus,
    PaymentStatus,
    PushState,
    SourceChange,
)
from stogly_tui.model.tables.base import to_millis
from stogly_tui.model.transitions.search import phone_key, text_of

BATCH = 20_000
DAY = 86_400_000
MINUTE = 60_000
BODIES = 64
"""So many raw payloads are shared by all orders."""

ORDER_COLUMNS = (
    "id", "channel_id", "remote_id", "incarnation", "is_latest", "number", "remote_number", "currency", "total", "tax",
    "refunded", "prices_include_tax", "items", "placed_at", "modified_at", "paid_at", "ship_by", "remote_status",
    "status", "payment", "is_confirmed", "is_cancelled", "intake", "intake_reason", "hold", "released_digest",
    "source_change", "source_change_note", "is_at_shop", "customer", "email", "phone", "note", "payment_method",
    "reference", "tags", "unknown", "search", "payload_digest", "content_digest", "revision", "push_id",
    "received_at", "updated_at", "financial_status", "fulfilment_status", "presentment_currency",
    "presentment_total", "phone_key", "assigned_to",
)  # fmt: skip
LINE_COLUMNS = (
    "id", "order_id", "position", "remote_id", "sku", "name", "product_ref", "ordered", "cancelled", "allocated",
    "fulfilled", "shipped", "delivered", "returned", "restocked", "subtotal", "total", "tax", "is_physical", "odd",
)  # fmt: skip
CHARGE_COLUMNS = ("id", "order_id", "position", "kind", "name", "amount", "tax")
ADDRESS_COLUMNS = (
    "id", "order_id", "kind", "name", "company", "line1", "line2", "city", "region", "postcode", "country", "phone",
    "email", "corrected_by",
)  # fmt: skip

Row = tuple[object, ...]

_INTAKE_REASONS = {
    IntakeState.FILTERED: "is in the trash",
    IntakeState.FAILED: "total 'abc' is not an amount",
    IntakeState.HELD: "waits for a person",
    IntakeState.AWAITING_MAPPING: "a line is not mapped",
    IntakeState.SOURCE_DELETED: "was deleted at its channel",
}
_REMOTE_STATUS = {
    OrderStatus.PENDING: "on-hold",
    OrderStatus.PROCESSING: "processing",
    OrderStatus.SHIPPED: "completed",
    OrderStatus.DELIVERED: "completed",
    OrderStatus.CANCELLED: "cancelled",
    OrderStatus.RETURNED: "refunded",
}
_METHODS = ("Card", "PayPal", "iDEAL", "Invoice", "Klarna", "Bank transfer")
_COLLEAGUES = ("ana", "ben", "chioma", "ada")
_NOTES = ("Please ring twice", "Als Geschenk einpacken", "Leave with the neighbour", "急ぎでお願いします")


@dataclass(slots=True)
class Batch:
    """Rows of some orders that follow each other, by table."""

    orders: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    charges: list[Row] = field(default_factory=list)
    addresses: list[Row] = field(default_factory=list)
    pushes: list[Row] = field(default_factory=list)
    attempts: list[Row] = field(default_factory=list)


class Maker:
    """Makes all rows of a house of ``count`` orders, in the order in which they were placed."""

    def __init__(self, count: int, seed: int, until: datetime) -> None:
        self._count, self._until = count, to_millis(until)
        self._random = random.Random(f"orders {seed}")
        self._span = SPAN.total_seconds() * 1000
        self._counted_from = to_millis(until - COUNTED)
        self._sources = [one for one in SOURCES for _ in range(one.share)]
        self._next_number = {one.id: 1001 for one in SOURCES}
        self._phones = {
            place: self._filled(place.phone, 4000) for where in words.PLACES.values() for place in where
        }
        self._postcodes = {
            place: self._filled(place.postcode, 64) for where in words.PLACES.values() for place in where
        }
        self._digests = [hashlib.sha256(body).hexdigest() for body in _bodies()]
        self._ids = dict.fromkeys(("line", "charge", "push", "attempt"), 0)

    def payloads(self) -> list[Row]:
        """The raw payloads that orders share."""
        return [(digest, body, self._until) for digest, body in zip(self._digests, _bodies(), strict=True)]

    def batches(self) -> Iterator[Batch]:
        """All orders, some thousands at a time."""
        for start in range(0, self._count, BATCH):
            batch = Batch()
            for at in range(start, min(start + BATCH, self._count)):
                self._add(batch, at)
            yield batch

    def _filled(self, form: str, many: int) -> list[str]:
        return [
            "".join(self._random.choice("0123456789") if char == "#" else char for char in form)
            for _ in range(many)
        ]

    def _add(self, batch: Batch, at: int) -> None:
        bits = self._random.getrandbits(192)
        order_id = at + 1
        source = self._sources[(bits & 0xFFFF) % 100]
        placed = self._placed(at, bits >> 16 & 0xFFFF)
        age = self._until - placed
        fate = self._fate(at, source, placed, bits >> 32 & 0xFFF)
        status = self._status(age, fate, bits >> 44 & 0xFFF)
        payment = self._payment(status, bits >> 56 & 0xFFF)
        person = self._person(at, source, bits >> 68 & 0xFFFF)
        email = f"{person.address}{bits >> 84 & 0x3F or ''}@{words.DOMAINS[(bits >> 90 & 0xFF) % len(words.DOMAINS)]}"
        places = words.PLACES[source.where]
        place = places[(bits >> 98 & 0xFF) % len(places)]
        phone = self._phones[place][(bits >> 106 & 0xFFF) % 4000] if bits >> 118 & 3 else ""
        self._next_number[source.id] += 1
        remote_number = str(self._next_number[source.id])
        remote_id = (
            remote_number if source.platform == "woocommerce" else str(5_600_000_000_000 + 7 * order_id)
        )
        number = source.prefix + remote_number
        skus, items, total, tax = self._add_lines(batch, order_id, source, status, bits >> 120)
        is_paid = payment.is_paid or payment is PaymentStatus.REFUNDED
        modified = min(placed + (bits >> 150 & 0x3FF) * MINUTE, self._until)
        push_id = None
        if fate.push is not None:
            push_id = self._ids["push"] = self._ids["push"] + 1
            about = pushes.About(push_id, order_id, source, remote_id, placed, modified, skus[0], self._until)
            batch.pushes.append(pushes.row(about, fate))
            if fate.code is not None:
                self._ids["attempt"] += 1
                batch.attempts.append(pushes.attempt(self._ids["attempt"], about, fate))
        is_gone = status is OrderStatus.CANCELLED
        change, change_note = self._change(fate, bits >> 160 & 0xFFF)
        batch.orders.append(
            (
                order_id, source.id, remote_id, f"wc_order_{order_id:x}", True, number, remote_number, source.currency,
                total, tax, total if payment is PaymentStatus.REFUNDED else 0, True, items, placed, modified,
                placed + MINUTE if is_paid else None, placed + 2 * DAY if bits >> 172 & 3 == 0 else None,
                _REMOTE_STATUS[status], status.value, payment.value, is_paid, is_gone, fate.intake.value,
                _INTAKE_REASONS.get(fate.intake, ""), fate.hold.value if fate.hold else None, "", change, change_note,
                source.id == DESTINATION, person.name, email, phone,
                _NOTES[bits >> 174 & 3] if bits >> 176 & 0x1F == 0 else "", _METHODS[(bits >> 181 & 0xFF) % 6], "",
                '["vip"]' if bits >> 189 & 7 == 7 else "[]", "[]",
                text_of([number, remote_id, person.name, email, *skus]), self._digests[at % BODIES],
                f"{order_id:032x}", 1, push_id, min(placed + 5 * MINUTE, self._until), modified, payment.value, None,
                None, None, phone_key(phone), _COLLEAGUES[at & 3] if age < 20 * DAY and at % 97 == 0 else None,
            )
        )  # fmt: skip
        batch.addresses.append(
            (
                order_id, order_id, "shipping", person.name, "", f"{place.street} {1 + (bits >> 20 & 0x7F)}", "",
                place.city, place.region, self._postcodes[place][bits >> 27 & 63], place.country, phone, email, "",
            )
        )  # fmt: skip

    def _placed(self, at: int, jitter: int) -> int:
        """When the order of this position was placed: six times as many a day at the end as at the beginning."""
        part = (sqrt(0.09 + 2.8 * (at + 1) / self._count) - 0.3) / 1.4
        placed = self._until - self._span * (1 - part) - 20 * jitter
        return int(placed) // 1000 * 1000

    def _fate(self, at: int, source: Source, placed: int, chance: int) -> Fate:
        from_the_end = self._count - 1 - at
        if from_the_end < 2 * len(shares.SHOWN) and from_the_end % 2:
            fate = shares.SHOWN[from_the_end // 2]
        elif placed < self._counted_from:
            return shares.HISTORY
        else:
            fate = (shares.ON_THE_FIRST_DAY if self._until - placed < DAY else shares.AFTERWARDS)[chance]
        return fate if fate.push is None or source.id != DESTINATION else shares.WAITS

    @staticmethod
    def _status(age: int, fate: Fate, chance: int) -> OrderStatus:
        if fate.push is None and fate is not shares.HISTORY:
            return OrderStatus.PENDING
        if age < DAY:
            status = shares.STATUS_OF_THE_DAY[chance]
        else:
            status = (shares.STATUS_OF_THE_WEEK if age < 8 * DAY else shares.STATUS_LATER)[chance]
        is_on_its_way = fate.push is not None and fate.push is not PushState.SENT
        return OrderStatus.PROCESSING if is_on_its_way else status

    @staticmethod
    def _payment(status: OrderStatus, chance: int) -> PaymentStatus:
        match status:
            case OrderStatus.PENDING:
                return shares.PAYMENT_OF_PENDING[chance]
            case OrderStatus.CANCELLED:
                return shares.PAYMENT_OF_CANCELLED[chance]
            case _:
                return shares.PAYMENT[chance]

    def _person(self, at: int, source: Source, chance: int) -> words.Person:
        if at == self._count // 3:
            return words.RAREST
        is_far = chance % 10 < (7 if source.where in ("JP", "KW") else 1)
        many = words.OTHERS if is_far else words.LATIN
        return many[chance // 10 % len(many)]

    def _add_lines(
        self, batch: Batch, order_id: int, source: Source, status: OrderStatus, bits: int
    ) -> tuple[list[str], int, int, int]:
        """One or two lines and a charge for shipping; answers the SKUs, pieces, total and tax."""
        skus: list[str] = []
        items = total = tax = 0
        for position in range(2 if bits & 7 < 3 else 1):
            chance = bits >> (3 + 13 * position) & 0x1FFF
            product = words.PRODUCTS[chance % len(words.PRODUCTS)]
            pieces = 1 + (chance & 0x1F == 0) + (chance & 0x7F == 0)
            gross = int(product.price * source.worth) * pieces
            net = gross * 100 // 121
            self._ids["line"] += 1
            batch.lines.append(
                (
                    self._ids["line"], order_id, position, str(position + 1), product.sku, product.name, "", pieces,
                    *_stages(status, pieces), net, net, gross - net, True, "",
                )
            )  # fmt: skip
            skus.append(product.sku)
            items, total, tax = items + pieces, total + gross, tax + gross - net
        if total < 5000 * source.worth:
            gross = int(495 * source.worth)
            net = gross * 100 // 121
            self._ids["charge"] += 1
            batch.charges.append(
                (self._ids["charge"], order_id, 0, ChargeKind.SHIPPING.value, "Parcel", net, gross - net)
            )
            total, tax = total + gross, tax + gross - net
        return skus, items, total, tax

    @staticmethod
    def _change(fate: Fate, chance: int) -> tuple[str, str]:
        if fate.push is PushState.SENT and chance < 20:
            if chance < 4:
                return SourceChange.CANCEL_REQUESTED.value, "cancelled at the channel"
            return SourceChange.CHANGED_AFTER_PUSH.value, "changed at the channel"
        return SourceChange.NONE.value, ""


def _bodies() -> list[bytes]:
    told = {"status": "processing", "note": "A payload that many seeded orders share", "line_items": []}
    return [json.dumps({"id": 1000 + at, **told}).encode() for at in range(BODIES)]


def _stages(status: OrderStatus, pieces: int) -> tuple[int, ...]:
    """Cancelled, allocated, fulfilled, shipped, delivered, returned, restocked pieces of a line."""
    match status:
        case OrderStatus.CANCELLED:
            return (pieces, 0, 0, 0, 0, 0, 0)
        case OrderStatus.SHIPPED:
            return (0, 0, pieces, pieces, 0, 0, 0)
        case OrderStatus.DELIVERED:
            return (0, 0, pieces, pieces, pieces, 0, 0)
        case OrderStatus.RETURNED:
            return (0, 0, pieces, pieces, pieces, pieces, pieces)
        case _:
            return (0, 0, 0, 0, 0, 0, 0)
