"""Verbs on an order that is here: hold, release, judge again, correct, forget."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stogly_tui.domain.safe_text import storable
from stogly_tui.domain.states import HoldReason, IntakeState, OrderStatus, SourceChange
from stogly_tui.model import database as db
from stogly_tui.model import tables
from stogly_tui.model.queries.base import one
from stogly_tui.model.transitions import pushes


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gates say of a stored order now, by the payload of this digest."""

    order_id: int
    digest: str
    intake: IntakeState
    reason: str
    hold: HoldReason | None
    cancel: bool
    status: OrderStatus
    is_at_shop: bool
    buyer: tuple[str, str, str] | None = None
    """Name, e-mail and content digest, where the channel names no buyer and a fallback may stand for one."""


def forget_missing(tx: db.Tx, order_id: int, reason: str) -> bool:
    """The channel no longer has this order: it stays here as *source deleted*, and does not leave."""
    done = (
        tables.Order.update(
            intake=IntakeState.SOURCE_DELETED, intake_reason=reason, revision=tables.Order.revision + 1,
            updated_at=tx.at,
        ).where(tables.Order.id == order_id, tables.Order.intake != IntakeState.SOURCE_DELETED)
    ).execute()  # fmt: skip
    if done:
        if not pushes.withdraw_order(tx, order_id, "was deleted at its channel") and pushes.has_left(
            order_id
        ):
            tables.Order.update(
                source_change=SourceChange.CANCEL_REQUESTED, source_change_note="deleted at the channel"
            ).where(tables.Order.id == order_id).execute()
        tx.changed("order", [order_id])
    return bool(done)


def hold(tx: db.Tx, order_id: int, reason: HoldReason, note: str) -> bool:
    """Stop an order; what is queued of it is taken back."""
    done = (
        tables.Order.update(
            intake=IntakeState.HELD, hold=reason, intake_reason=storable(note), released_digest="",
            revision=tables.Order.revision + 1, updated_at=tx.at,
        ).where(
            tables.Order.id == order_id, tables.Order.intake.in_([IntakeState.ACCEPTED, IntakeState.AWAITING_MAPPING])
        )
    ).execute()  # fmt: skip
    if done:
        pushes.withdraw_order(tx, order_id, "is held")
        tx.changed("order", [order_id])
    return bool(done)


def release(tx: db.Tx, order_id: int) -> bool:
    """Let a held order go on; the same content is not held again for the same reason."""
    done = (
        tables.Order.update(
            intake=IntakeState.ACCEPTED, hold=None, intake_reason="", released_digest=tables.Order.content_digest,
            revision=tables.Order.revision + 1, updated_at=tx.at,
        ).where(tables.Order.id == order_id, tables.Order.intake == IntakeState.HELD)
    ).execute()  # fmt: skip
    tx.changed("order", [order_id])
    return bool(done)


def rejudge(tx: db.Tx, verdicts: Iterable[Verdict]) -> int:
    """Set what the gates say of orders after a rule changed; returns how many changed.

    What a person released is not held again for the same content. What has come in or left since its payload was
    read is judged already, or must not be.
    """
    changed = []
    row = tables.Order
    for verdict in verdicts:
        if not _lock_undecided(verdict):
            continue
        done = (
            row.update(
                intake=verdict.intake, intake_reason=verdict.reason, hold=verdict.hold, is_cancelled=verdict.cancel,
                status=verdict.status, is_at_shop=verdict.is_at_shop, revision=row.revision + 1, updated_at=tx.at,
            )
            .where(row.id == verdict.order_id)
            .where((row.released_digest != row.content_digest) | (verdict.intake != IntakeState.HELD))
            .where(row.intake.in_([IntakeState.ACCEPTED, IntakeState.HISTORY, IntakeState.FILTERED]))
            .where(
                (row.intake != verdict.intake) | (row.intake_reason != verdict.reason)
                | (row.is_cancelled != verdict.cancel) | (row.is_at_shop != verdict.is_at_shop)
            )
            .execute()
        )  # fmt: skip
        if verdict.buyer is not None and _name_buyer(verdict.order_id, *verdict.buyer) and not done:
            changed.append(verdict.order_id)
        if done:
            changed.append(verdict.order_id)
            if verdict.cancel or verdict.intake in (IntakeState.FILTERED, IntakeState.HELD):
                pushes.withdraw_order(
                    tx, verdict.order_id, "is refused, held or cancelled by a rule that changed"
                )
    tx.changed("order", changed)
    return len(changed)


def _lock_undecided(verdict: Verdict) -> bool:
    """Whether the order still is as it was judged, and has not left; it stays so until the transaction ends."""
    lock = " FOR NO KEY UPDATE OF o" if db.engine() == "postgresql" else ""
    found = one(
        "SELECT p.state FROM orders o LEFT JOIN pushes p ON p.id = o.push_id"
        f" WHERE o.id = ? AND o.payload_digest = ?{lock}",
        [verdict.order_id, verdict.digest],
    )
    return found is not None and found[0] in (None, "not_sent", "queued", "error")


def _name_buyer(order_id: int, name: str, email: str, content: str) -> bool:
    row, address = tables.Order, tables.OrderAddress
    done = (
        row.update(
            customer=storable(name), email=storable(email), content_digest=content, revision=row.revision + 1
        )
        .where(row.id == order_id, (row.customer != name) | (row.email != email))
        .execute()
    )
    if done:
        address.update(name=storable(name), email=storable(email)).where(
            address.order == order_id, address.kind == "billing", address.corrected_by == ""
        ).execute()
    return bool(done)


def count_from(tx: db.Tx, channel_id: int, orders_from_millis: int) -> tuple[int, int]:
    """Split a channel's orders at the moment from which they count; returns (history, taken in).

    What is taken in with a total that its parts do not make is held.
    """
    history = (
        tables.Order.update(
            intake=IntakeState.HISTORY, intake_reason="placed before orders count", updated_at=tx.at
        )
        .where(
            tables.Order.channel == channel_id,
            tables.Order.intake == IntakeState.ACCEPTED,
            tables.Order.placed_at < orders_from_millis,
        )
        .where(tables.Order.push_id.is_null())
        .execute()
    )
    counts = (
        tables.Order.channel == channel_id,
        tables.Order.intake == IntakeState.HISTORY,
        tables.Order.placed_at >= orders_from_millis,
    )
    held = (
        tables.Order.update(
            intake=IntakeState.HELD, intake_reason="its parts do not add up to its total", updated_at=tx.at
        )
        .where(*counts, tables.Order.hold.is_null(False))
        .execute()
    )
    taken = (
        tables.Order.update(intake=IntakeState.ACCEPTED, intake_reason="", updated_at=tx.at)
        .where(*counts)
        .execute()
    )
    tx.changed("order")
    return history, taken + held


def correct_address(tx: db.Tx, order_id: int, changes: Mapping[str, str]) -> bool:
    """Correct parts of the shipping address, and of the billing address where it leaves them blank.

    The order's revision moves, so that nothing old is sent.
    """
    done = (
        tables.OrderAddress.update(**changes, corrected_by=tx.actor.name)
        .where(tables.OrderAddress.order == order_id, tables.OrderAddress.kind == "shipping")
        .execute()
    )
    for part, value in changes.items():
        is_blank = getattr(tables.OrderAddress, part) == ""
        tables.OrderAddress.update({part: value, "corrected_by": tx.actor.name}).where(
            tables.OrderAddress.order == order_id, tables.OrderAddress.kind == "billing", is_blank
        ).execute()
    if done:
        touch(tx, order_id)
    return bool(done)


def touch(tx: db.Tx, order_id: int) -> None:
    """Move the revision of an order that a person changed."""
    tables.Order.update(revision=tables.Order.revision + 1, updated_at=tx.at).where(
        tables.Order.id == order_id
    ).execute()
    tx.changed("order", [order_id])
