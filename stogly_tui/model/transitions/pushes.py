"""The state machine of a push (domain.md, "Push"). Negative results are fenced by the claim; evidence never is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import peewee as pw

from stogly_tui.domain.backoff import LOOKS, MAX_TRIES, PUSH_RETRIES, wait_after
from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.outgoing import FoundOrder
from stogly_tui.domain.safe_text import storable
from stogly_tui.domain.states import AttemptOutcome, Level, PushState, SourceChange
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import marks, one, rows, run
from stogly_tui.model.tables.base import from_millis, to_millis
from stogly_tui.model.tables.orders import Order
from stogly_tui.model.tables.pushes import Push, PushAttempt
from stogly_tui.model.transitions import runs

CHECK_AGAIN = timedelta(hours=1)
"""When a send that followed a doubt is looked up once more."""
MAX_STARTS_WITHOUT_END = 5


@dataclass(frozen=True, slots=True)
class ToQueue:
    """What queueing needs to know of an order: its revision as planned, and the reference for a first push."""

    order_id: int
    revision: int
    destination_id: int
    reference: str
    ship_by: datetime | None
    generation: int = 1


def queue(
    tx: db.Tx,
    wanted: Iterable[ToQueue],
    *,
    rule: str,
    due_at: datetime | None = None,
    is_urgent: bool = False,
) -> set[int]:
    """Queue orders whose revision still is the one planned; returns the ids that are queued now.

    A push that has, or may have, a destination order is never queued again (rule 8).
    """
    queued: set[int] = set()
    for item in wanted:
        if _current_revision(item.order_id) != item.revision:
            continue
        if _queue_one(tx, item, rule, due_at or tx.at, is_urgent):
            queued.add(item.order_id)
    _announce(tx, queued)
    return queued


def recall(tx: db.Tx, order_ids: Sequence[int]) -> set[int]:
    """Take back what is queued or waits for another try, until it is claimed."""
    return _withdraw(tx, order_ids, (PushState.QUEUED, PushState.RETRY_LATER), "recalled")


def withdraw_order(tx: db.Tx, order_id: int, why: str) -> bool:
    """Take an order back that must not leave any more; one that is being sent is not touched."""
    return bool(_withdraw(tx, [order_id], (PushState.QUEUED, PushState.RETRY_LATER, PushState.CLAIMED), why))


def has_left(order_id: int) -> bool:
    """Whether the destination holds or may hold an order, as it stands now."""
    found = one(
        "SELECT p.state, p.destination_order_id IS NOT NULL OR p.may_exist FROM orders o"
        " JOIN pushes p ON p.id = o.push_id WHERE o.id = ?",
        [order_id],
    )
    return found is not None and (bool(found[1]) or PushState(found[0]).may_be_at_destination)


def claim(tx: db.Tx, destination_id: int, token: str, *, limit: int, lease: timedelta) -> list[int]:
    """Take up to ``limit`` pushes that are due: asked for by a person first, then earliest ship-by.

    Each is taken by one worker only. A claim whose lease ends before `start_sending` goes back to queued:
    nothing was sent yet.
    """
    longest = to_millis(tx.at + PUSH_RETRIES[-1])
    lock = " FOR UPDATE SKIP LOCKED" if db.engine() == "postgresql" else ""
    found = rows(
        "UPDATE pushes SET state = 'claimed', claim_token = ?, claim_until = ?, updated_at = ? WHERE id IN ("
        " SELECT id FROM pushes WHERE destination_id = ? AND state IN ('queued', 'retry_later')"
        " AND (due_at <= ? OR due_at > ?) ORDER BY is_urgent DESC, ship_by IS NULL, ship_by, id LIMIT ?"
        f"{lock}) AND state IN ('queued', 'retry_later') RETURNING id",
        [token, to_millis(tx.at + lease), to_millis(tx.at), destination_id, to_millis(tx.at), longest, limit],
    )
    ids = [row[0] for row in found]
    if ids:
        tx.changed("push", ids)
    return ids


def give_back(
    tx: db.Tx,
    push_ids: Sequence[int],
    token: str,
    *,
    wait: timedelta = timedelta(0),
    trouble: tuple[ErrorCode, str] | None = None,
) -> None:
    """Return claimed pushes that were not started; no try is counted. ``trouble`` says what kept them."""
    if not push_ids:
        return
    told = {"error_code": trouble[0], "error_text": storable(trouble[1])[:2000]} if trouble else {}
    Push.update(
        **told, state=PushState.QUEUED, claim_token=None, claim_until=None, due_at=tx.at + wait
    ).where(Push.id.in_(push_ids), Push.state == PushState.CLAIMED, Push.claim_token == token).execute()
    tx.changed("push", push_ids)


_MAY_LEAVE = (
    "o.push_id = p.id AND o.revision = p.order_revision AND o.intake IN ('accepted', 'history')"
    " AND NOT o.is_cancelled AND o.source_change <> 'cancel_requested'"
)
"""What holds of an order right before its push is sent or completed (rule 3)."""


def startable(push_ids: Sequence[int]) -> set[int]:
    """Those whose order may leave as it was queued: not held, cancelled, refused or changed since.

    Inside a write their orders are locked, in the order of their ids, until it ends.
    """
    if not push_ids:
        return set()
    share = " FOR SHARE OF o" if db.engine() == "postgresql" and db.in_write() else ""
    found = rows(
        f"SELECT p.id FROM pushes p JOIN orders o ON o.id = p.order_id WHERE p.id IN ({marks(push_ids)})"
        f" AND {_MAY_LEAVE} ORDER BY o.id{share}",
        list(push_ids),
    )
    return {row[0] for row in found}


def start_sending(
    tx: db.Tx, requests: Mapping[int, str], token: str, *, timeout: timedelta, worker: str
) -> dict[int, int]:
    """Write *sending*, the attempt and the order's revision, right before the requests; ``requests`` by push id.

    Holds, filter, cancel, evidence and revision are checked again in the same statement. Returns the
    number of each attempt; a push that is missing may not be sent (any more).
    """
    deadline, at = to_millis(tx.at + timeout), to_millis(tx.at)
    wanted = startable(list(requests))
    if not wanted:
        return {}
    started = rows(
        "UPDATE pushes SET state = 'sending', tries = tries + 1, starts_without_end = starts_without_end + 1,"
        " wire_until = ?, claim_until = ?, updated_at = ? WHERE state = 'claimed' AND claim_token = ?"
        " AND claim_until > ? AND destination_order_id IS NULL AND may_exist = ?"
        f" AND id IN ({marks(list(wanted))}) RETURNING id, order_revision",
        [deadline, deadline + 30_000, at, token, at, False, *wanted],
    )
    numbers = _next_numbers([row[0] for row in started])
    for push_id, revision in started:
        tx.append(
            "push_attempts",
            (
                "push_id",
                "number",
                "started_at",
                "deadline_at",
                "worker",
                "order_revision",
                "request",
                "message",
                "reply",
            ),
            (push_id, numbers[push_id], at, deadline, worker, revision, storable(requests[push_id]), "", ""),
        )
    tx.changed("push", list(numbers))
    return numbers


def _next_numbers(push_ids: Sequence[int]) -> dict[int, int]:
    """The number of each push's next attempt: they go on when its tries begin again."""
    if not push_ids:
        return {}
    last = dict(
        rows(
            f"SELECT push_id, max(number) FROM push_attempts WHERE push_id IN ({marks(push_ids)}) GROUP BY push_id",
            push_ids,
        )
    )
    return {push_id: last.get(push_id, 0) + 1 for push_id in push_ids}


def refuse(tx: db.Tx, push_id: int, token: str, code: ErrorCode, text: str, field: str = "") -> bool:
    """Claimed → error before anything was sent: a person is needed."""
    done = (
        Push.update(
            state=PushState.ERROR, error_code=code, error_text=storable(text)[:2000], error_field=field,
            claim_token=None, claim_until=None, updated_at=tx.at,
        )
        .where(Push.id == push_id, Push.state == PushState.CLAIMED, Push.claim_token == token)
        .execute()
    )  # fmt: skip
    if done:
        _log(tx, push_id, Level.ERROR, code, text)
    return bool(done)


def cannot_start(tx: db.Tx, push_id: int, token: str) -> None:
    """A claimed push whose order has changed, is held or cancelled: it leaves the queue, by name."""
    found = one(
        "SELECT p.order_id, o.revision = p.order_revision, o.intake, o.is_cancelled FROM pushes p"
        " JOIN orders o ON o.id = p.order_id WHERE p.id = ? AND p.state = 'claimed' AND p.claim_token = ?",
        [push_id, token],
    )
    if found is None:
        return
    why = "changed after it was queued" if not found[1] else f"may not leave ({found[2]})"
    withdraw_order(tx, found[0], "was cancelled" if found[3] else why)


def end_attempt(
    tx: db.Tx,
    push_id: int,
    number: int,
    outcome: AttemptOutcome,
    *,
    code: ErrorCode | None = None,
    message: str = "",
    status: int | None = None,
    reply: str = "",
) -> None:
    """Write how an attempt ended; written once, a later word does not change it."""
    run(
        "UPDATE push_attempts SET ended_at = ?, outcome = ?, code = ?, message = ?, http_status = ?, reply = ?"
        " WHERE push_id = ? AND number = ? AND outcome IS NULL",
        [to_millis(tx.at), outcome.value, code.value if code else None, storable(message)[:2000], status,
         storable(reply)[:8000], push_id, number],
    )  # fmt: skip
    if outcome is not AttemptOutcome.SENT:
        run("UPDATE pushes SET starts_without_end = 0 WHERE id = ?", [push_id])


def record_found(tx: db.Tx, push_id: int, found: FoundOrder, evidence: str) -> bool:
    """Store that the destination holds this order as we sent it. Never fenced: evidence outlives its claim.

    Returns False when another destination order is known already: two at the destination.
    """
    at = to_millis(tx.at)
    stored = one(
        "UPDATE pushes SET state = 'sent', destination_order_id = ?, destination_number = ?, claim_token = NULL,"
        " claim_until = NULL, error_code = NULL, error_text = '', error_field = '', may_exist = ?, evidence = ?,"
        " starts_without_end = 0,"
        " sent_at = ?, updated_at = ?, next_look_at = CASE WHEN state = 'in_doubt' OR looks > 0 THEN ? END"
        " WHERE id = ? AND state <> 'handled_manually'"
        " AND (destination_order_id IS NULL OR destination_order_id = ?) RETURNING order_id, destination_id",
        [found.destination_id, storable(found.number), False, storable(evidence), at, at,
         to_millis(tx.at + CHECK_AGAIN), push_id, found.destination_id],
    )  # fmt: skip
    if stored is not None:
        text = f"sent, destination order {found.number or found.destination_id}"
        runs.log(tx, Level.INFO, "SENT", text, channel_id=stored[1], order_id=stored[0])
        tx.changed("push", [push_id])
        tx.changed("order", [stored[0]])
        return True
    known = one("SELECT state, destination_order_id FROM pushes WHERE id = ?", [push_id])
    if known and known[1] not in (None, found.destination_id):
        record_two(tx, push_id, found.destination_id)
        return False
    Push.update(destination_order_id=found.destination_id).where(Push.id == push_id).execute()
    return True


def record_two(tx: db.Tx, push_id: int, second_id: str) -> None:
    """Two destination orders carry one reference: a problem that only a person can end."""
    Push.update(
        state=PushState.ERROR, second_order_id=second_id, error_code=ErrorCode.TWO_AT_DESTINATION,
        error_text=f"orders with our reference: {second_id} and the one known before", may_exist=True,
        claim_token=None, updated_at=tx.at,
    ).where(Push.id == push_id).execute()  # fmt: skip
    _log(tx, push_id, Level.ERROR, ErrorCode.TWO_AT_DESTINATION, f"a second order {second_id} was found")


def needs_person(
    tx: db.Tx,
    push_id: int,
    code: ErrorCode,
    evidence: str,
    destination_id: str | None,
    second_id: str | None = None,
) -> None:
    """Something is at the destination, but not what we would call sent: → error, with the evidence."""
    Push.update(
        state=PushState.ERROR, error_code=code, error_text=storable(evidence)[:2000], evidence=storable(evidence),
        destination_order_id=destination_id or Push.destination_order_id, second_order_id=second_id,
        may_exist=True, claim_token=None, claim_until=None, next_look_at=None, updated_at=tx.at,
    ).where(Push.id == push_id, Push.state != PushState.HANDLED_MANUALLY).execute()  # fmt: skip
    _log(tx, push_id, Level.ERROR, code, evidence)


def retry_later(
    tx: db.Tx,
    push_id: int,
    token: str,
    code: ErrorCode,
    text: str,
    *,
    at_least: timedelta = timedelta(0),
    is_counted: bool = True,
) -> None:
    """Sending → retry later: nothing was done. After the last try a person is needed.

    ``is_counted`` is False for a destination that is down or wants another sign-in: its orders only wait.
    """
    found = one("SELECT tries FROM pushes WHERE id = ?", [push_id])
    tries = found[0] if found else 1
    mine = (Push.id == push_id) & (Push.state == PushState.SENDING) & (Push.claim_token == token)
    told = {"error_code": code, "error_text": storable(text)[:2000], "claim_token": None, "claim_until": None,
            "wire_until": None, "updated_at": tx.at}  # fmt: skip
    if not is_counted:
        done = Push.update(
            **told, state=PushState.RETRY_LATER, tries=Push.tries - 1, due_at=tx.at + max(at_least, timedelta(seconds=15))
        ).where(mine).execute()  # fmt: skip
    elif tries >= MAX_TRIES:
        done = (
            Push.update(**{**told, "error_code": ErrorCode.TRIES_USED}, state=PushState.ERROR)
            .where(mine)
            .execute()
        )
    else:
        pause = max(at_least, wait_after(tries, PUSH_RETRIES))
        done = Push.update(**told, state=PushState.RETRY_LATER, due_at=tx.at + pause).where(mine).execute()
    if done:
        _log(tx, push_id, Level.WARNING, code, text, tries)


def reject(tx: db.Tx, push_id: int, token: str, code: ErrorCode, text: str, field: str) -> None:
    """Sending → error: the destination refused it in words, nothing was done."""
    done = (
        Push.update(
            state=PushState.ERROR, error_code=code, error_text=storable(text)[:2000], error_field=field,
            claim_token=None, claim_until=None, wire_until=None, updated_at=tx.at,
        )
        .where(Push.id == push_id, Push.state == PushState.SENDING, Push.claim_token == token)
        .execute()
    )  # fmt: skip
    if done:
        _log(tx, push_id, Level.ERROR, code, text)


def doubt(
    tx: db.Tx,
    push_id: int,
    token: str | None,
    code: ErrorCode,
    text: str,
    *,
    wire_until: datetime | None = None,
) -> bool:
    """Sending → in doubt. ``wire_until`` is the last moment our bytes could be on the wire (default: now)."""
    mine = (Push.id == push_id) & (Push.state == PushState.SENDING)
    if token is not None:
        mine &= Push.claim_token == token
    done = (
        Push.update(
            state=PushState.IN_DOUBT, error_code=code, error_text=storable(text)[:2000], claim_token=None,
            claim_until=None, wire_until=wire_until or tx.at, absent_seen=0, looks=0, next_look_at=tx.at,
            updated_at=tx.at,
        )
        .where(mine)
        .execute()
    )  # fmt: skip
    if done:
        _log(tx, push_id, Level.WARNING, code, text)
    return bool(done)


def looked(
    tx: db.Tx, push_id: int, evidence: str, *, counts: bool, look_again: datetime | None = None
) -> None:
    """A look at a push in doubt that settled nothing: note it, and when to look again."""
    found = one("SELECT looks FROM pushes WHERE id = ?", [push_id])
    wait = wait_after((found[0] if found else 0) + 1, LOOKS)
    Push.update(
        looks=Push.looks + 1, absent_seen=Push.absent_seen + int(counts), evidence=storable(evidence),
        next_look_at=look_again or tx.at + wait, updated_at=tx.at,
    ).where(Push.id == push_id, Push.state.in_([PushState.IN_DOUBT, PushState.SENT])).execute()  # fmt: skip
    tx.changed("push", [push_id])


def absent(tx: db.Tx, push_id: int, evidence: str) -> bool:
    """In doubt → queued: the destination does not hold it, proven and seen twice. After the last try → error."""
    found = one("SELECT tries FROM pushes WHERE id = ?", [push_id])
    if found and found[0] >= MAX_TRIES:
        return _give_up(tx, push_id, evidence)
    done = (
        Push.update(
            state=PushState.QUEUED, due_at=tx.at, wire_until=None, error_code=None, error_text="",
            evidence=storable(evidence), next_look_at=None, updated_at=tx.at,
        )
        .where(Push.id == push_id, Push.state == PushState.IN_DOUBT, Push.destination_order_id.is_null())
        .where(Push.absent_seen >= 1)
        .execute()
    )  # fmt: skip
    if done:
        _log(tx, push_id, Level.INFO, "ABSENT", evidence)
    return bool(done)


def _give_up(tx: db.Tx, push_id: int, evidence: str) -> bool:
    done = (
        Push.update(
            state=PushState.ERROR, error_code=ErrorCode.TRIES_USED, error_text=storable(evidence), wire_until=None,
            next_look_at=None, updated_at=tx.at,
        )
        .where(Push.id == push_id, Push.state == PushState.IN_DOUBT, Push.destination_order_id.is_null())
        .where(Push.absent_seen >= 1)
        .execute()
    )  # fmt: skip
    if done:
        _log(tx, push_id, Level.ERROR, ErrorCode.TRIES_USED, evidence)
    return bool(done)


def verified(tx: db.Tx, push_id: int) -> None:
    """The look an hour after a send that followed a doubt found one order: nothing more is owed."""
    Push.update(next_look_at=None).where(Push.id == push_id).execute()


def free_claims(tx: db.Tx, is_dead: Sequence[str] = ()) -> None:
    """End what other processes left: claims go back to queued, sending becomes in doubt.

    Taken are those whose lease has run out, and those whose token begins with one of ``is_dead``.
    """
    at = to_millis(tx.at)
    orphaned = "claim_until < ?" + "".join(" OR claim_token LIKE ?" for _ in is_dead)
    given = [at, *[f"{name}%" for name in is_dead]]
    freed = rows(
        "UPDATE pushes SET state = 'queued', claim_token = NULL, claim_until = NULL, updated_at = ?"
        f" WHERE state = 'claimed' AND ({orphaned}) RETURNING id",
        [at, *given],
    )
    tx.changed("push", [row[0] for row in freed])
    for push_id, deadline, starts in rows(
        "SELECT p.id, p.wire_until, p.starts_without_end FROM pushes p WHERE p.state = 'sending'"
        f" AND ({orphaned})",
        given,
    ):
        _end_without_end(tx, push_id, from_millis(min(deadline or at, at + 300_000)), starts)


def holders(states: Sequence[PushState] = (PushState.CLAIMED, PushState.SENDING)) -> list[str]:
    """Tokens under which pushes are held now."""
    sql = f"SELECT DISTINCT claim_token FROM pushes WHERE state IN ({marks(states)}) AND claim_token IS NOT NULL"
    return [row[0] for row in rows(sql, [state.value for state in states])]


def _end_without_end(tx: db.Tx, push_id: int, wire_until: datetime, starts: int) -> None:
    PushAttempt.update(
        ended_at=tx.at,
        outcome=AttemptOutcome.NO_END,
        code=ErrorCode.NO_END,
        message="the process that sent it ended",
    ).where(PushAttempt.push == push_id, PushAttempt.outcome.is_null()).execute()
    text = "the process that sent it ended before an answer was kept"
    if (
        doubt(tx, push_id, None, ErrorCode.NO_END, text, wire_until=wire_until)
        and starts >= MAX_STARTS_WITHOUT_END
    ):
        needs_person(tx, push_id, ErrorCode.NO_END, f"{starts} starts without an end", None)


def _queue_one(tx: db.Tx, item: ToQueue, rule: str, due_at: datetime, is_urgent: bool) -> bool:
    fresh = {
        "state": PushState.QUEUED, "queued_at": tx.at, "queued_by": tx.actor.name, "rule": rule,
        "order_revision": item.revision, "due_at": due_at, "is_urgent": is_urgent, "ship_by": item.ship_by,
        "tries": 0, "starts_without_end": 0, "error_code": None, "error_text": "", "error_field": "",
        "evidence": "", "claim_token": None, "updated_at": tx.at,
    }  # fmt: skip
    made = (
        Push.insert(
            **fresh, order=item.order_id, destination=item.destination_id, generation=item.generation,
            reference=item.reference, placed_at=_placed_at(item.order_id),
        )
        .on_conflict_ignore()
        .as_rowcount()
        .execute()
    )  # fmt: skip
    if not made:
        done = (
            Push.update(**fresh)
            .where(
                Push.order == item.order_id,
                Push.generation == item.generation,
                Push.state.in_([PushState.NOT_SENT, PushState.ERROR, PushState.RETRY_LATER]),
                Push.destination_order_id.is_null(),
                Push.may_exist == False,  # noqa: E712
            )
            .execute()
        )
        if not done:
            return False
    found = one(
        "SELECT id FROM pushes WHERE order_id = ? AND generation = ? ORDER BY id DESC LIMIT 1",
        [item.order_id, item.generation],
    )
    assert found is not None
    Order.update(push_id=found[0]).where(Order.id == item.order_id).execute()
    return True


def _placed_at(order_id: int) -> "pw.ModelSelect[Order]":
    return Order.select(Order.placed_at).where(Order.id == order_id)


def _withdraw(tx: db.Tx, order_ids: Sequence[int], states: Sequence[PushState], why: str) -> set[int]:
    if not order_ids:
        return set()
    found = rows(
        "UPDATE pushes SET state = 'not_sent', claim_token = NULL, claim_until = NULL, evidence = ?, updated_at = ?"
        f" WHERE order_id IN ({marks(order_ids)}) AND state IN ({marks(states)}) RETURNING order_id, id",
        [f"not sent: {why}", to_millis(tx.at), *order_ids, *[state.value for state in states]],
    )
    for _, push_id in found:
        _log(tx, push_id, Level.INFO, "WITHDRAWN", why)
    tx.changed("order", [order_id for order_id, _ in found])
    return {order_id for order_id, _ in found}


def _current_revision(order_id: int) -> int | None:
    found = one(
        "SELECT revision FROM orders WHERE id = ? AND intake NOT IN ('filtered', 'held', 'failed', 'source_deleted')"
        " AND NOT is_cancelled AND source_change <> ?",
        [order_id, SourceChange.CANCEL_REQUESTED],
    )
    return found[0] if found else None


def _log(
    tx: db.Tx, push_id: int, level: Level, code: ErrorCode | str, text: str, attempt: int | None = None
) -> None:
    found = one("SELECT order_id, destination_id FROM pushes WHERE id = ?", [push_id])
    if found is not None:
        runs.log(tx, level, code, text, channel_id=found[1], order_id=found[0], attempt=attempt)
        tx.changed("order", [found[0]])
    tx.changed("push", [push_id])


def _announce(tx: db.Tx, order_ids: Iterable[int]) -> None:
    many = list(order_ids)
    if many:
        tx.changed("order", many)
        tx.changed("push")
