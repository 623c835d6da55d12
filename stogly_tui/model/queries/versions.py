"""What an order is right now, so that a decision made about an earlier state of it is noticed; and who changed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from stogly_tui.domain.states import IntakeState, PushState
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import marks, one, rows
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.model.tables.base import from_millis

WORKER = "stogly"
_STATE = "COALESCE(p.state, CASE WHEN o.is_at_shop THEN 'not_applicable' ELSE 'not_sent' END)"


@dataclass(frozen=True, slots=True)
class Version:
    """An order as somebody saw it: another one of the same order means that it changed meanwhile."""

    revision: int
    push_id: int | None
    push_state: PushState
    tries: int


@dataclass(frozen=True, slots=True)
class LastChange:
    """The last thing that happened to an order: who, what, when."""

    at: datetime
    who: str
    verb: str
    reason: str


def of_row(row: OrderRow) -> Version:
    """The version that a line of a list shows."""
    return Version(row.revision, row.push_id, row.push_state, row.tries)


def current(order_ids: Sequence[int]) -> Mapping[int, Version]:
    """Versions of orders by id. Inside a write their rows are locked, in the order of their ids, until it ends."""
    if not order_ids:
        return {}
    lock = " FOR UPDATE OF o" if db.engine() == "postgresql" and db.in_write() else ""
    return {
        row[0]: Version(row[1], row[2], PushState(row[3]), row[4])
        for row in rows(
            f"SELECT o.id, o.revision, o.push_id, {_STATE}, COALESCE(p.tries, 0) FROM orders o"
            f" LEFT JOIN pushes p ON p.id = o.push_id WHERE o.id IN ({marks(order_ids)}) ORDER BY o.id{lock}",
            order_ids,
        )
    }


@dataclass(frozen=True, slots=True)
class State:
    """What a verb over many orders has to know of one."""

    order_id: int
    number: str
    version: Version
    intake: IntakeState
    total: int
    currency: str
    assigned_to: str
    may_exist: bool


def states(order_ids: Sequence[int]) -> list[State]:
    """States of these orders, in the order asked for; one that is gone is left out. At most 500 at once."""
    found = {
        row[0]: State(
            row[0], row[1], Version(row[2], row[3], PushState(row[4]), row[5]), IntakeState(row[6]), row[7], row[8],
            row[9], bool(row[10]),
        )
        for row in rows(
            f"SELECT o.id, o.number, o.revision, o.push_id, {_STATE}, COALESCE(p.tries, 0), o.intake, o.total,"
            " o.currency, COALESCE(o.assigned_to, ''), p.may_exist FROM orders o"
            f" LEFT JOIN pushes p ON p.id = o.push_id WHERE o.id IN ({marks(order_ids)})",
            order_ids,
        )
    }  # fmt: skip
    return [found[key] for key in order_ids if key in found]


def last_change(order_id: int) -> LastChange | None:
    """Who changed an order last: a person by the audit trail, else the worker by the sync log."""
    by_person = one(
        "SELECT at, actor, verb, reason FROM audit WHERE entity = 'order' AND entity_id = ?"
        " AND verb NOT IN ('note', 'assign') ORDER BY id DESC LIMIT 1",
        [order_id],
    )
    by_worker = one(
        "SELECT at, code, message FROM log_entries WHERE order_id = ? ORDER BY id DESC LIMIT 1", [order_id]
    )
    if by_person and (not by_worker or by_person[0] >= by_worker[0]):
        return LastChange(from_millis(by_person[0]), by_person[1], by_person[2], by_person[3])
    if by_worker:
        return LastChange(from_millis(by_worker[0]), WORKER, by_worker[1], by_worker[2])
    return None
