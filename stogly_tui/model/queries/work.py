"""What is due: runs asked for, triggers, pushes to send, doubts to look at, orders the rule may send."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from stogly_tui.domain.backoff import LOOKS, PUSH_RETRIES
from stogly_tui.domain.gates import OrderFacts
from stogly_tui.domain.orders import Address
from stogly_tui.domain.outgoing import OutgoingCharge, OutgoingLine, OutgoingOrder
from stogly_tui.domain.states import (
    ChargeKind,
    FlowType,
    IntakeState,
    OrderStatus,
    PaymentStatus,
    PushState,
    SourceChange,
)
from stogly_tui.model.queries.base import marks, moment, one, rows
from stogly_tui.model.tables.base import from_millis, to_millis

SHIPPED = (OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.RETURNED)
LONGEST_REQUEST = timedelta(minutes=5)
"""No byte of ours is on the wire longer than this; a later time comes from a clock that was set back."""


@dataclass(frozen=True, slots=True)
class DueFlow:
    """A flow whose time has come, or whose run is asked for."""

    id: int
    channel_id: int
    type: FlowType
    settings: str
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class AskedRun:
    """A run that waits to be begun."""

    id: int
    flow_id: int | None
    type: FlowType
    trigger: str
    window: tuple[datetime, datetime] | None = None
    """What it reads by creation time, where somebody named it."""


@dataclass(frozen=True, slots=True)
class DueTrigger:
    """One record that has to be read again."""

    id: int
    remote_id: str
    counter: int
    tries: int
    reason: str


@dataclass(frozen=True, slots=True)
class Package:
    """A push with everything that is sent."""

    push_id: int
    order_id: int
    number: str
    order: OutgoingOrder
    queued_at: datetime
    tries: int
    had_doubt: bool
    odd: tuple[str, ...]
    """What about its lines cannot be sent as it is."""


@dataclass(frozen=True, slots=True)
class DoubtRow:
    """A push whose outcome is looked up."""

    push_id: int
    order_id: int
    reference: str
    wire_until: datetime
    absent_seen: int
    looks: int
    state: PushState


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order that may be queued."""

    order_id: int
    number: str
    revision: int
    channel_id: int
    platform: str
    account_id: str
    remote_id: str
    incarnation: str
    has_sisters: bool
    """Whether the channel gave this id to more than one order."""
    ship_by: datetime | None
    generation: int
    facts: OrderFacts
    push_state: PushState
    push_destination_id: int | None
    may_exist: bool
    total: int
    currency: str
    email: str
    placed_at: datetime
    is_at_shop: bool
    queued_by: str = ""
    queued_at: datetime | None = None


def due_flows(at: datetime, longest: timedelta) -> list[DueFlow]:
    """Active flows of channels that can be read whose time has come; one further away than ``longest`` is due too."""
    return [
        DueFlow(row[0], row[1], FlowType(row[2]), row[3], moment(row[4]))
        for row in rows(
            "SELECT f.id, f.channel_id, f.type, f.settings, f.next_due_at FROM flows f"
            " JOIN channels c ON c.id = f.channel_id WHERE f.is_active AND f.type NOT IN ('push', 'history')"
            " AND c.state IN ('read_only', 'active') AND c.health = 'ok'"
            " AND (f.next_due_at IS NULL OR f.next_due_at <= ? OR f.next_due_at > ?)",
            [to_millis(at), to_millis(at + longest)],
        )
    ]


def channels_with_intake(at: datetime) -> list[tuple[int, bool]]:
    """Channels with a run asked for or a trigger due, and whether a person asked."""
    found = rows(
        "SELECT c.id, EXISTS (SELECT 1 FROM sync_runs r WHERE r.channel_id = c.id AND r.state = 'queued'"
        " AND r.trigger = 'by hand') FROM channels c WHERE c.state IN ('read_only', 'active') AND c.health = 'ok'"
        " AND (EXISTS (SELECT 1 FROM sync_runs r WHERE r.channel_id = c.id AND r.state = 'queued')"
        " OR EXISTS (SELECT 1 FROM intake_triggers t WHERE t.channel_id = c.id AND t.counter > t.served"
        " AND (t.not_before IS NULL OR t.not_before <= ?))"
        " OR EXISTS (SELECT 1 FROM backfills b WHERE b.channel_id = c.id AND b.state = 'reading'"
        " AND (b.not_before IS NULL OR b.not_before <= ? OR b.not_before > ?)))",
        [to_millis(at), to_millis(at), to_millis(at + timedelta(hours=1))],
    )
    return [(row[0], bool(row[1])) for row in found]


def asked_runs(channel_id: int) -> list[AskedRun]:
    """Runs of a channel that wait to be begun, oldest first."""
    return [
        AskedRun(
            row[0], row[1], FlowType(row[2]), row[3],
            (from_millis(row[4]), from_millis(row[5])) if row[4] is not None else None,
        )
        for row in rows(
            "SELECT id, flow_id, type, trigger, window_from, window_until FROM sync_runs"
            " WHERE channel_id = ? AND state = 'queued' ORDER BY id",
            [channel_id],
        )
    ]  # fmt: skip


def due_triggers(channel_id: int, at: datetime, limit: int = 100) -> list[DueTrigger]:
    """Records of a channel that have to be read again."""
    return [
        DueTrigger(*row)
        for row in rows(
            "SELECT id, remote_id, counter, tries, reason FROM intake_triggers WHERE channel_id = ?"
            " AND counter > served AND (not_before IS NULL OR not_before <= ? OR not_before > ?) ORDER BY id LIMIT ?",
            [channel_id, to_millis(at), to_millis(at + timedelta(hours=2)), limit],
        )
    ]


def cursor(channel_id: int, stream: str) -> datetime | None:
    """How far a stream has been read."""
    found = one("SELECT at FROM cursors WHERE channel_id = ? AND stream = ?", [channel_id, stream])
    return from_millis(found[0]) if found else None


def facts(prefix: str) -> list[tuple[str, str]]:
    """Facts of the database whose key begins so."""
    found = rows("SELECT key, value FROM meta WHERE key LIKE ? ORDER BY key", [prefix + "%"])
    return [(row[0], row[1]) for row in found]


def has_cursor(channel_id: int) -> bool:
    """Whether any list of a channel has been read at all."""
    return one("SELECT 1 FROM cursors WHERE channel_id = ? LIMIT 1", [channel_id]) is not None


def destinations_due(at: datetime) -> list[tuple[int, bool]]:
    """Destinations that answer and have pushes to send now, and whether a person asked."""
    found = rows(
        "SELECT p.destination_id, max(CASE WHEN p.is_urgent THEN 1 ELSE 0 END) FROM pushes p"
        " JOIN channels c ON c.id = p.destination_id"
        " WHERE p.state IN ('queued', 'retry_later') AND (p.due_at <= ? OR p.due_at > ?)"
        " AND c.state = 'active' AND c.health = 'ok' GROUP BY p.destination_id",
        [to_millis(at), to_millis(at + PUSH_RETRIES[-1])],
    )
    return [(row[0], bool(row[1])) for row in found]


def destinations_in_doubt(at: datetime) -> list[int]:
    """Destinations that answer and have something to be looked at now."""
    found = rows(
        "SELECT DISTINCT p.destination_id FROM pushes p JOIN channels c ON c.id = p.destination_id"
        " WHERE p.state IN ('in_doubt', 'sent') AND p.next_look_at IS NOT NULL"
        " AND (p.next_look_at <= ? OR p.next_look_at > ?) AND c.state IN ('active', 'paused') AND c.health = 'ok'",
        [to_millis(at), to_millis(at + LOOKS[-1])],
    )
    return [row[0] for row in found]


def doubts(destination_id: int, at: datetime, limit: int = 40) -> list[DoubtRow]:
    """What has to be looked at now, earliest ship-by first."""
    return [
        DoubtRow(
            row[0],
            row[1],
            row[2],
            from_millis(min(row[3] or to_millis(at), to_millis(at + LONGEST_REQUEST))),
            row[4],
            row[5],
            PushState(row[6]),
        )
        for row in rows(
            "SELECT p.id, p.order_id, p.reference, p.wire_until, p.absent_seen, p.looks, p.state FROM pushes p"
            " WHERE p.destination_id = ? AND p.state IN ('in_doubt', 'sent') AND p.next_look_at IS NOT NULL"
            " AND (p.next_look_at <= ? OR p.next_look_at > ?) ORDER BY p.ship_by IS NULL, p.ship_by, p.id LIMIT ?",
            [destination_id, to_millis(at), to_millis(at + LOOKS[-1]), limit],
        )
    ]


def known_references(destination_id: int, limit: int = 3) -> list[tuple[str, datetime]]:
    """References that this destination certainly holds, newest first: by finding one a look-up is proven."""
    return [
        (row[0], from_millis(row[1]))
        for row in rows(
            "SELECT reference, queued_at FROM pushes WHERE destination_id = ? AND state = 'sent'"
            " AND destination_order_id IS NOT NULL AND settled_by = '' ORDER BY sent_at DESC LIMIT ?",
            [destination_id, limit],
        )
    ]


def channels_to_look_at(at: datetime) -> list[int]:
    """Channels that are down and whose next look is due."""
    found = rows(
        "SELECT id FROM channels WHERE health <> 'ok' AND state IN ('read_only', 'active', 'paused')"
        " AND (next_look_at IS NULL OR next_look_at <= ? OR next_look_at > ?)",
        [to_millis(at), to_millis(at + timedelta(minutes=20))],
    )
    return [row[0] for row in found]


_CANDIDATE = (
    "SELECT o.id, o.number, o.revision, o.channel_id, c.platform, c.account_id, o.remote_id, o.incarnation,"
    " EXISTS (SELECT 1 FROM orders s WHERE s.channel_id = o.channel_id AND s.remote_id = o.remote_id AND s.id < o.id),"
    " o.ship_by, (SELECT max(g.generation) FROM pushes g WHERE g.order_id = o.id), o.intake, o.placed_at, o.payment,"
    " o.is_cancelled, o.source_change, p.state,"
    " CASE WHEN pd.state = 'archived' AND NOT p.may_exist AND p.destination_order_id IS NULL THEN NULL"
    " ELSE p.destination_id END, p.may_exist, p.generation, o.total, o.currency,"
    " o.email, o.is_at_shop, o.status, p.queued_by, p.queued_at FROM orders o JOIN channels c ON c.id = o.channel_id"
    " LEFT JOIN pushes p ON p.id = o.push_id LEFT JOIN channels pd ON pd.id = p.destination_id"
)


def candidates(order_ids: Sequence[int]) -> list[Candidate]:
    """What planning a send has to know of these orders, in chunks that every engine takes."""
    found: list[Candidate] = []
    for start in range(0, len(order_ids), 500):
        chunk = list(order_ids[start : start + 500])
        told = {
            row[0]: _candidate(row) for row in rows(f"{_CANDIDATE} WHERE o.id IN ({marks(chunk)})", chunk)
        }
        found += [told[key] for key in chunk if key in told]
    return found


def rule_candidates(
    channel_id: int, since: datetime, until: datetime, *, paid_only: bool, limit: int = 500
) -> list[Candidate]:
    """Orders of a channel that the automatic rule may send: accepted, placed in time, never queued or taken back."""
    paid = " AND o.payment IN ('paid', 'partially_refunded')" if paid_only else ""
    return [
        _candidate(row)
        for row in rows(
            f"{_CANDIDATE} WHERE o.channel_id = ? AND o.placed_at >= ? AND o.intake = 'accepted'"
            " AND o.placed_at <= ? AND NOT o.is_at_shop AND NOT o.is_cancelled AND o.source_change <> 'cancel_requested'"
            " AND (o.push_id IS NULL OR (p.state = 'not_sent' AND p.evidence <> 'not sent: recalled'))"
            f"{paid} ORDER BY o.ship_by IS NULL, o.ship_by, o.id LIMIT ?",
            [channel_id, to_millis(since), to_millis(until), limit],
        )
    ]


def packages(push_ids: Sequence[int]) -> list[Package]:
    """Everything that is sent for these pushes, with the SKUs as their destination calls them."""
    if not push_ids:
        return []
    heads = rows(
        "SELECT p.id, p.reference, p.queued_at, p.tries, p.looks > 0, o.id, o.number, c.name, o.remote_id, o.placed_at,"
        " o.currency, o.total, o.payment, o.payment_method, o.note, o.email FROM pushes p"
        " JOIN orders o ON o.id = p.order_id JOIN channels c ON c.id = o.channel_id"
        f" WHERE p.id IN ({marks(push_ids)}) ORDER BY p.is_urgent DESC, p.ship_by IS NULL, p.ship_by, p.id",
        list(push_ids),
    )
    order_ids = [row[5] for row in heads]
    lines, odd = _outgoing_lines(push_ids)
    charges: dict[int, list[OutgoingCharge]] = {}
    for order_id, kind, name, amount, tax in rows(
        f"SELECT order_id, kind, name, amount, tax FROM order_charges WHERE order_id IN ({marks(order_ids)})"
        " ORDER BY order_id, position",
        order_ids,
    ):
        charges.setdefault(order_id, []).append(OutgoingCharge(ChargeKind(kind), name, amount, tax))
    addresses: dict[tuple[int, str], Address] = {
        (order_id, kind): Address(*parts)
        for order_id, kind, *parts in rows(
            "SELECT order_id, kind, name, company, line1, line2, city, region, postcode, country, phone, email"
            f" FROM order_addresses WHERE order_id IN ({marks(order_ids)})",
            order_ids,
        )
    }
    return [
        Package(
            push_id=row[0], order_id=row[5], number=row[6], queued_at=from_millis(row[2]), tries=row[3],
            had_doubt=bool(row[4]), odd=tuple(odd.get(row[5], ())),
            order=OutgoingOrder(
                reference=row[1], number=row[6], channel=row[7], remote_id=row[8], placed_at=from_millis(row[9]),
                currency=row[10], total=row[11], is_paid=PaymentStatus(row[12]).is_paid, payment_method=row[13],
                note=row[14], email=row[15], billing=addresses.get((row[5], "billing"), Address()),
                shipping=addresses.get((row[5], "shipping"), Address()), lines=tuple(lines.get(row[5], ())),
                charges=tuple(charges.get(row[5], ())),
            ),
        )
        for row in heads
    ]  # fmt: skip


def _outgoing_lines(push_ids: Sequence[int]) -> tuple[dict[int, list[OutgoingLine]], dict[int, list[str]]]:
    lines: dict[int, list[OutgoingLine]] = {}
    odd: dict[int, list[str]] = {}
    for order_id, sku, name, quantity, total, tax, strange in rows(
        "SELECT l.order_id, COALESCE(a.destination_sku, l.sku), l.name, l.ordered - l.cancelled, l.total, l.tax, l.odd"
        " FROM order_lines l JOIN pushes p ON p.order_id = l.order_id"
        " LEFT JOIN sku_aliases a ON a.destination_id = p.destination_id AND a.sku = l.sku"
        f" WHERE p.id IN ({marks(push_ids)}) AND l.ordered > l.cancelled ORDER BY l.order_id, l.position",
        list(push_ids),
    ):
        lines.setdefault(order_id, []).append(OutgoingLine(sku, name, quantity, total, tax))
        if strange:
            odd.setdefault(order_id, []).append(strange)
    return lines, odd


def _candidate(row: Sequence[Any]) -> Candidate:
    (order_id, number, revision, channel_id, platform, account_id, remote_id, incarnation, has_sisters, ship_by,
     last_generation, intake, placed_at, payment, is_cancelled, change, state, destination_id, may_exist, generation,
     total, currency, email, is_at_shop, status, queued_by, queued_at) = row  # fmt: skip
    placed = from_millis(placed_at)
    return Candidate(
        order_id=order_id, number=number, revision=revision, channel_id=channel_id, platform=platform,
        account_id=account_id or "", remote_id=remote_id, incarnation=incarnation, has_sisters=bool(has_sisters),
        ship_by=moment(ship_by), generation=generation or (last_generation + 1 if last_generation else 1),
        facts=OrderFacts(
            intake=IntakeState(intake), placed_at=placed, payment=PaymentStatus(payment), is_cancelled=bool(is_cancelled),
            cancel_requested=change == SourceChange.CANCEL_REQUESTED, is_held=intake == IntakeState.HELD,
            is_shipped=status in SHIPPED,
        ),
        push_state=PushState(state) if state else PushState.NOT_SENT, push_destination_id=destination_id or None,
        may_exist=bool(may_exist), total=total, currency=currency, email=email, placed_at=placed,
        is_at_shop=bool(is_at_shop), queued_by=queued_by or "", queued_at=moment(queued_at),
    )  # fmt: skip


def echoes(channel_id: int, references: Sequence[str]) -> dict[str, str]:
    """Which of these references are our own pushes to this channel, and of which order."""
    if not references:
        return {}
    return dict(
        rows(
            "SELECT p.reference, o.number FROM pushes p JOIN orders o ON o.id = p.order_id"
            f" WHERE p.destination_id = ? AND p.reference IN ({marks(references)})",
            [channel_id, *references],
        )
    )


def remote_ids_placed(channel_id: int, since: datetime, until: datetime) -> set[str]:
    """Ids of the orders we hold that were placed between two moments."""
    return {
        row[0]
        for row in rows(
            "SELECT remote_id FROM orders WHERE channel_id = ? AND placed_at >= ? AND placed_at < ?",
            [channel_id, to_millis(since), to_millis(until)],
        )
    }


def order_ids(channel_id: int, remote_id: str) -> list[int]:
    """Our ids of the order that a channel knows by this id now."""
    found = rows(
        "SELECT id FROM orders WHERE channel_id = ? AND remote_id = ? AND is_latest", [channel_id, remote_id]
    )
    return [row[0] for row in found]


def lease_holder(key: str) -> str:
    """Who holds a lease now, or held it last; blank when nobody does."""
    found = one("SELECT holder FROM leases WHERE key = ?", [key])
    return found[0] if found else ""


def destination_id(push_id: int) -> str:
    """The destination order that is known for a push; blank when none is."""
    found = one("SELECT destination_order_id FROM pushes WHERE id = ?", [push_id])
    return (found[0] or "") if found else ""


def failed_for_sku(destination_id: int, sku: str) -> list[int]:
    """Orders in Error at a destination for a SKU that it did not know, and that hold this one."""
    found = rows(
        "SELECT DISTINCT p.order_id FROM pushes p JOIN order_lines l ON l.order_id = p.order_id"
        " JOIN orders o ON o.push_id = p.id WHERE p.destination_id = ? AND p.state = 'error'"
        " AND p.error_code = 'SKU-NOT-AT-DEST' AND l.sku = ? ORDER BY p.order_id",
        [destination_id, sku],
    )
    return [row[0] for row in found]


def running_intakes() -> list[tuple[int, str, datetime]]:
    """Channels with an intake run that is running, who holds their lease, and until when."""
    return [
        (row[0], row[1], from_millis(row[2]))
        for row in rows(
            "SELECT DISTINCT r.channel_id, COALESCE(l.holder, ''), COALESCE(l.until, 0) FROM sync_runs r"
            " LEFT JOIN leases l ON l.key = 'intake:' || r.channel_id WHERE r.state = 'running' AND r.type <> 'push'"
        )
    ]


def flow_of(channel_id: int, type: FlowType) -> int | None:
    """The first flow of a type that a channel has."""
    found = one(
        "SELECT id FROM flows WHERE channel_id = ? AND type = ? ORDER BY id LIMIT 1", [channel_id, type.value]
    )
    return found[0] if found else None
