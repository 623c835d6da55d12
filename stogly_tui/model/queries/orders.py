"""Orders as lists show them: pages of rows, and the ones that an operator may mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.safe_text import folded
from stogly_tui.domain.search import Field, Term
from stogly_tui.domain.states import (
    HoldReason,
    IntakeState,
    OrderStatus,
    PaymentStatus,
    PushState,
    PushWord,
    SourceChange,
)
from stogly_tui.model.queries import order_keys
from stogly_tui.model.queries.base import marks, moment, rows
from stogly_tui.model.queries.order_filter import OrderFilter
from stogly_tui.model.tables.base import from_millis


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
    assigned_to: str = ""
    notes: int = 0

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
    " p.destination_number, p.tries, p.due_at, p.next_look_at, p.sent_at, o.is_at_shop, d.id,"
    " o.assigned_to, (SELECT count(*) FROM notes n WHERE n.order_id = o.id)"
)


def page(ids: Sequence[int]) -> list[OrderRow]:
    """Rows of these ids, in the order asked for; an id that is gone is left out."""
    if not ids:
        return []
    found = {
        row[0]: _row(row) for row in rows(f"SELECT {_COLUMNS}{_FROM} WHERE o.id IN ({marks(ids)})", list(ids))
    }
    return [found[key] for key in ids if key in found]


def first(which: OrderFilter, limit: int, sort: str = order_keys.NEWEST, offset: int = 0) -> list[OrderRow]:
    """The first rows of a filter."""
    return page(order_keys.first_ids(which, limit, sort, offset))


def by_id(order_id: int) -> OrderRow | None:
    """One row, or None."""
    found = page([order_id])
    return found[0] if found else None


def find(text: str, limit: int = 20) -> list[OrderRow]:
    """Orders that an operator may mean: by our, channel or destination number, ``CHANNEL/REMOTE_ID``, e-mail, phone,
    postcode. An exact number or ``CHANNEL/REMOTE_ID`` wins alone. Each is looked up by an index.
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
    return page(_loosely(wanted, limit))


def _loosely(wanted: str, limit: int) -> list[int]:
    """By any other number, e-mail or postcode; else by how a phone number ends; else by a part of the search text."""
    codes = sorted(
        {
            wanted,
            wanted.upper(),
            wanted.replace(" ", "").upper(),
            f"{wanted[:4]} {wanted[4:].strip()}".upper(),
        }
    )
    found = rows(
        "SELECT o.id FROM orders o WHERE o.id IN ("
        "SELECT id FROM orders WHERE channel_id IN (SELECT id FROM channels) AND remote_id = ?"
        " UNION SELECT id FROM orders WHERE remote_number = ?"
        " UNION SELECT order_id FROM pushes WHERE destination_order_id = ?"
        " UNION SELECT order_id FROM pushes WHERE destination_number = ?"
        f" UNION SELECT order_id FROM order_addresses WHERE postcode IN ({marks(codes)})"
        ") ORDER BY o.placed_at DESC, o.id DESC LIMIT ?",
        [wanted, wanted, wanted, wanted, *codes, limit],
    )
    digits = "".join(char for char in wanted if char.isdigit()).lstrip("0")[::-1]
    if not found and len(digits) >= 5:
        found = rows(
            "SELECT id FROM orders WHERE phone_key >= ? AND phone_key <= ? ORDER BY placed_at DESC, id DESC LIMIT ?",
            [digits, digits + "9" * 20, limit],
        )
    if found:
        return [row[0] for row in found]
    by_text = OrderFilter(terms=tuple(Term(Field.TEXT, (folded(word),)) for word in wanted.split()))
    return order_keys.first_ids(by_text, limit)


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
        is_at_shop=bool(row[35]), destination_channel_id=row[36], assigned_to=row[37] or "", notes=row[38],
    )  # fmt: skip
