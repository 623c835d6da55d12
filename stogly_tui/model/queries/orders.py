"""Orders as lists show them: a filter, the keys it matches, and pages of rows."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.safe_text import folded
from stogly_tui.domain.states import (
    PUSH_WORDS,
    HoldReason,
    IntakeState,
    OrderStatus,
    PaymentStatus,
    PushState,
    PushWord,
    SourceChange,
)
from stogly_tui.model.queries.base import each, like, marks, moment, rows
from stogly_tui.model.tables.base import from_millis, to_millis


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders; every part that is set must hold. ``search`` is free text over number, customer, e-mail, SKU."""

    channels: tuple[int, ...] = ()
    statuses: tuple[OrderStatus, ...] = ()
    push: tuple[PushWord, ...] = ()
    states: tuple[PushState, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    customer: str = ""
    search: str = ""
    ids: tuple[int, ...] = ()
    only_current: bool = False
    """Leave out history, what the import filter refused, what was deleted, and what lives at the shop itself."""

    @property
    def is_empty(self) -> bool:
        """Whether it lets everything through."""
        return self == OrderFilter()

    def errors_only(self) -> "OrderFilter":
        """The same filter, for orders in Error."""
        return replace(self, push=(PushWord.ERROR,))


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order as a line of a list. Money in minor units of ``currency``."""

    id: int
    number: str
    channel_id: int
    channel: str
    platform: str
    remote_id: str
    placed_at: datetime
    modified_at: datetime
    customer: str
    email: str
    items: int
    total: int
    currency: str
    payment: PaymentStatus
    status: OrderStatus
    intake: IntakeState
    intake_reason: str
    hold: HoldReason | None
    source_change: SourceChange
    remote_status: str
    ship_by: datetime | None
    revision: int
    push_id: int | None
    push_state: PushState
    push_code: ErrorCode | None
    push_text: str
    push_field: str
    push_may_exist: bool
    destination_channel: str
    destination_id: str
    destination_number: str
    tries: int
    due_at: datetime | None
    next_look_at: datetime | None
    sent_at: datetime | None
    is_at_shop: bool
    destination_channel_id: int | None = None

    @property
    def push_word(self) -> PushWord:
        """Sent, Not Sent or Error."""
        return self.push_state.word


_EFFECTIVE = "COALESCE(p.state, CASE WHEN o.is_at_shop THEN 'not_applicable' ELSE 'not_sent' END)"
_FROM = (
    " FROM orders o JOIN channels c ON c.id = o.channel_id"
    " LEFT JOIN pushes p ON p.id = o.push_id"
    " LEFT JOIN channels d ON d.id = COALESCE(p.destination_id, c.destination_id)"
)
_COLUMNS = (
    "o.id, o.number, o.channel_id, c.name, c.platform, o.remote_id, o.placed_at, o.modified_at, o.customer,"
    " o.email, o.items, o.total, o.currency, o.payment, o.status, o.intake, o.intake_reason, o.hold,"
    " o.source_change, o.remote_status, o.ship_by, o.revision, o.push_id, " + _EFFECTIVE + ","
    " p.error_code, p.error_text, p.error_field, p.may_exist, d.name, p.destination_order_id,"
    " p.destination_number, p.tries, p.due_at, p.next_look_at, p.sent_at, o.is_at_shop, d.id"
)
SORTS = {
    "placed": "o.placed_at DESC, o.id DESC",
    "oldest": "o.placed_at, o.id",
    "number": "o.number, o.id",
    "customer": "o.customer, o.id",
    "total": "o.total DESC, o.id",
    "ship_by": "o.ship_by IS NULL, o.ship_by, o.id",
}


def keys(which: OrderFilter, sort: str = "placed") -> "array[int]":
    """Ids of every order the filter matches, in order; 8 bytes each, so a million is 8 MB."""
    where, parameters = _where(which)
    joins = " FROM orders o LEFT JOIN pushes p ON p.id = o.push_id"
    found = each(f"SELECT o.id{joins}{where} ORDER BY {SORTS[sort]}", parameters)
    return array("q", (row[0] for row in found))


def count(which: OrderFilter) -> int:
    """How many orders the filter matches."""
    where, parameters = _where(which)
    return int(
        rows(f"SELECT count(*) FROM orders o LEFT JOIN pushes p ON p.id = o.push_id{where}", parameters)[0][0]
    )


def page(ids: Sequence[int]) -> list[OrderRow]:
    """Rows of these ids, in the order asked for; an id that is gone is left out."""
    if not ids:
        return []
    found = {
        row[0]: _row(row) for row in rows(f"SELECT {_COLUMNS}{_FROM} WHERE o.id IN ({marks(ids)})", list(ids))
    }
    return [found[key] for key in ids if key in found]


def first(which: OrderFilter, limit: int, sort: str = "placed", offset: int = 0) -> list[OrderRow]:
    """The first rows of a filter."""
    where, parameters = _where(which)
    sql = f"SELECT {_COLUMNS}{_FROM}{where} ORDER BY {SORTS[sort]} LIMIT ? OFFSET ?"
    return [_row(row) for row in rows(sql, [*parameters, limit, offset])]


def by_id(order_id: int) -> OrderRow | None:
    """One row, or None."""
    found = page([order_id])
    return found[0] if found else None


def find(text: str, limit: int = 20) -> list[OrderRow]:
    """Orders that an operator may mean: by our, channel or destination number, ``CHANNEL/REMOTE_ID``, e-mail, phone,
    postcode. An exact number or ``CHANNEL/REMOTE_ID`` wins alone.
    """
    wanted = text.strip()
    if not wanted:
        return []
    channel, slash, remote = wanted.rpartition("/")
    exact = rows("SELECT id FROM orders WHERE number = ? AND is_latest ORDER BY id LIMIT ?", [wanted, limit])
    if slash:
        exact += rows(
            "SELECT o.id FROM orders o JOIN channels c ON c.id = o.channel_id"
            " WHERE c.name_key IN (?, ? || ' (archived ' || c.id || ')') AND o.remote_id = ? AND o.is_latest",
            [folded(channel), folded(channel), remote],
        )
    if exact:
        return page(list(dict.fromkeys(row[0] for row in exact)))
    digits = "".join(char for char in wanted if char.isdigit())
    loose = rows(
        "SELECT o.id FROM orders o LEFT JOIN pushes p ON p.id = o.push_id"
        " WHERE o.remote_id = ? OR o.remote_number = ? OR p.destination_order_id = ? OR p.destination_number = ?"
        " OR lower(o.number) = ? OR lower(o.email) = ?"
        " OR o.id IN (SELECT order_id FROM order_addresses WHERE postcode = ?)"
        " ORDER BY o.placed_at DESC, o.id DESC LIMIT ?",
        [wanted, wanted, wanted, wanted, wanted.lower(), wanted.lower(), wanted, limit],
    )
    if not loose and len(digits) >= 6:
        loose = rows(
            "SELECT id FROM orders WHERE replace(replace(phone, ' ', ''), '-', '') LIKE ? ESCAPE '!' LIMIT ?",
            [like(digits), limit],
        )
    if not loose:
        loose = rows(
            "SELECT id FROM orders WHERE search LIKE ? ESCAPE '!' ORDER BY placed_at DESC, id DESC LIMIT ?",
            [like(folded(wanted)), limit],
        )
    return page([row[0] for row in loose])


def _where(which: OrderFilter) -> tuple[str, list[Any]]:
    told: list[str] = []
    parameters: list[Any] = []

    def add(condition: str, *values: Any) -> None:
        told.append(condition)
        parameters.extend(values)

    if which.ids:
        add(f"o.id IN ({marks(which.ids)})", *which.ids)
    if which.channels:
        add(f"o.channel_id IN ({marks(which.channels)})", *which.channels)
    if which.statuses:
        add(f"o.status IN ({marks(which.statuses)})", *which.statuses)
    states = {state.value for state in which.states}
    states |= {state.value for state, word in PUSH_WORDS.items() if word in which.push}
    if states:
        pushed = sorted(states - {PushState.NOT_SENT, PushState.NOT_APPLICABLE})
        either = [f"p.state IN ({marks(pushed)})"] if pushed else []
        parameters.extend(pushed)
        if PushState.NOT_SENT in states:
            either.append("(o.push_id IS NULL AND NOT o.is_at_shop)")
            either.append("p.state = 'not_sent'")
        if PushState.NOT_APPLICABLE in states:
            either.append("(o.push_id IS NULL AND o.is_at_shop)")
        told.append(f"({' OR '.join(either)})")
    if which.only_current:
        add("o.intake NOT IN ('history', 'filtered', 'source_deleted') AND NOT o.is_at_shop")
    if which.since:
        add("o.placed_at >= ?", to_millis(which.since))
    if which.until:
        add("o.placed_at < ?", to_millis(which.until))
    if which.customer:
        add("lower(o.customer) LIKE ? ESCAPE '!'", like(which.customer.lower()))
    for word in which.search.split():
        add("o.search LIKE ? ESCAPE '!'", like(folded(word)))
    return (" WHERE " + " AND ".join(told) if told else ""), parameters


def _row(row: tuple[Any, ...]) -> OrderRow:
    return OrderRow(
        id=row[0], number=row[1], channel_id=row[2], channel=row[3], platform=row[4], remote_id=row[5],
        placed_at=from_millis(row[6]), modified_at=from_millis(row[7]), customer=row[8], email=row[9],
        items=row[10], total=row[11], currency=row[12], payment=PaymentStatus(row[13]), status=OrderStatus(row[14]),
        intake=IntakeState(row[15]), intake_reason=row[16], hold=HoldReason(row[17]) if row[17] else None,
        source_change=SourceChange(row[18]), remote_status=row[19], ship_by=moment(row[20]), revision=row[21],
        push_id=row[22], push_state=PushState(row[23]), push_code=ErrorCode(row[24]) if row[24] else None,
        push_text=row[25] or "", push_field=row[26] or "", push_may_exist=bool(row[27]),
        destination_channel=row[28] or "", destination_id=row[29] or "", destination_number=row[30] or "",
        tries=row[31] or 0, due_at=moment(row[32]), next_look_at=moment(row[33]), sent_at=moment(row[34]),
        is_at_shop=bool(row[35]), destination_channel_id=row[36],
    )  # fmt: skip
