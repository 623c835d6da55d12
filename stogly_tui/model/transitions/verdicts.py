"""What people decide about a push: handled manually, reopened, settled, sent as a new generation."""

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.safe_text import storable
from stogly_tui.domain.states import PushState, SourceChange
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import one
from stogly_tui.model.tables.orders import Order
from stogly_tui.model.tables.pushes import Push


def handle_manually(tx: db.Tx, push_id: int, destination_id: str, reason: str) -> bool:
    """Error or in doubt → handled manually, with a destination id or a reason."""
    done = (
        Push.update(
            state=PushState.HANDLED_MANUALLY, settled_by=tx.actor.name, settled_reason=storable(reason),
            destination_order_id=storable(destination_id) or Push.destination_order_id, claim_token=None,
            next_look_at=None, updated_at=tx.at,
        )
        .where(Push.id == push_id, Push.state.in_([PushState.ERROR, PushState.IN_DOUBT]))
        .execute()
    )  # fmt: skip
    _announce(tx, push_id)
    return bool(done)


def reopen(tx: db.Tx, push_id: int, reason: str) -> bool:
    """Handled manually → error again, with everything that is known."""
    done = (
        Push.update(
            state=PushState.ERROR, error_code=ErrorCode.OUTCOME_UNKNOWN, error_text=storable(f"reopened: {reason}"),
            updated_at=tx.at,
        )
        .where(Push.id == push_id, Push.state == PushState.HANDLED_MANUALLY)
        .execute()
    )  # fmt: skip
    _announce(tx, push_id)
    return bool(done)


def settle_absent(tx: db.Tx, push_id: int, reason: str) -> bool:
    """A person says that the destination does not hold it: in doubt, or an error without its id → queued."""
    done = (
        Push.update(
            state=PushState.QUEUED, due_at=tx.at, wire_until=None, error_code=None, error_text="",
            settled_by=tx.actor.name, settled_reason=storable(reason), next_look_at=None, updated_at=tx.at,
            may_exist=False, tries=0,
        )
        .where(Push.id == push_id, Push.destination_order_id.is_null())
        .where((Push.state == PushState.IN_DOUBT) | ((Push.state == PushState.ERROR) & Push.may_exist))
        .execute()
    )  # fmt: skip
    _announce(tx, push_id)
    return bool(done)


def settle_present(tx: db.Tx, push_id: int, destination_id: str, reason: str) -> bool:
    """A person says that the destination holds it under this id: in doubt or error → sent."""
    done = (
        Push.update(
            state=PushState.SENT, destination_order_id=storable(destination_id), sent_at=tx.at, may_exist=False,
            error_code=None, error_text="", settled_by=tx.actor.name, settled_reason=storable(reason),
            next_look_at=None, updated_at=tx.at,
        )
        .where(Push.id == push_id, Push.state.in_([PushState.ERROR, PushState.IN_DOUBT]))
        .execute()
    )  # fmt: skip
    _announce(tx, push_id)
    return bool(done)


def retire(tx: db.Tx, push_id: int, evidence: str) -> int | None:
    """Make room for a new generation: what was at the destination is cancelled or gone there, and was read back.

    Returns the next generation's number, or None when the push is neither in Error nor sent.
    """
    done = (
        Push.update(
            evidence=storable(evidence), settled_by=tx.actor.name, next_look_at=None, updated_at=tx.at
        )
        .where(Push.id == push_id, Push.state.in_([PushState.ERROR, PushState.SENT]))
        .execute()
    )
    found = one("SELECT order_id, generation FROM pushes WHERE id = ?", [push_id])
    if not done or found is None:
        return None
    Order.update(push_id=None).where(Order.id == found[0], Order.push_id == push_id).execute()
    _announce(tx, push_id)
    return int(found[1]) + 1


def resolve_change(tx: db.Tx, order_id: int, note: str) -> bool:
    """A person has dealt with a change or cancel at the source: it is no longer asked about."""
    done = (
        Order.update(source_change=SourceChange.NONE, source_change_note=storable(note), updated_at=tx.at)
        .where(Order.id == order_id, Order.source_change != SourceChange.NONE)
        .execute()
    )
    tx.changed("order", [order_id])
    return bool(done)


def look_now(tx: db.Tx, push_id: int) -> bool:
    """Look at a push in doubt at once instead of when it is due."""
    done = (
        Push.update(next_look_at=tx.at).where(Push.id == push_id, Push.state == PushState.IN_DOUBT).execute()
    )
    tx.changed("push", [push_id])
    return bool(done)


def _announce(tx: db.Tx, push_id: int) -> None:
    found = one("SELECT order_id FROM pushes WHERE id = ?", [push_id])
    tx.changed("push", [push_id])
    tx.changed("order", [found[0]] if found else [])
