"""Sending: the plan, applying exactly that plan, recall, and the verbs that settle a push."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from stogly_tui.domain.gates import Refusal
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import PushState
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels, order_detail, orders, work
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.order_detail import PushRow
from stogly_tui.model.queries.versions import Version
from stogly_tui.model.transitions import pushes, trail, verdicts
from stogly_tui.operations.planning import plan, why_not
from stogly_tui.operations.plans import PlanItem, SendPlan, SendResult, Skipped
from stogly_tui.operations.team import require_unchanged
from stogly_tui.operations.watching import Watch
from stogly_tui.operations.workplace import context
from stogly_tui.platforms.base import OrderDestination
from stogly_tui.platforms.errors import NotFound, PlatformError
from stogly_tui.sync import rules, witness

__all__ = [
    "PlanItem", "SendPlan", "SendResult", "Skipped", "confirm_sending", "handle_manually", "look_now", "plan", "recall",
    "reopen", "send", "send_anew", "settle",
]  # fmt: skip

AT_ONCE = 25
"""Orders that are queued or taken back in one short transaction."""


def send(
    actor: Actor, plan: SendPlan, *, due_at: datetime | None = None, watch: Watch | None = None
) -> SendResult:
    """Queue exactly the orders of ``plan``; whatever changed since it was made stays out, by name. What is left when
    ``watch`` is stopped, or when the database goes away, is not begun.

    Raises:
        NotAllowed: the actor may not send.
    """
    actor.require(Role.OPERATOR)
    watch = watch or Watch()
    watch.begin(len(plan.items))
    with db.read():
        by_id = {channel.id: channel for channel in channels.overview()}
    queued: list[int] = []
    left_out: list[Skipped] = []
    begun = 0
    try:
        with db.connection():
            while begun < len(plan.items) and not watch.is_stopped:
                part = plan.items[begun : begun + AT_ONCE]
                done = _queue(actor, part, by_id, due_at, is_urgent=len(plan.items) <= 100)
                queued += sorted(done)
                out = [
                    Skipped(one.order_id, one.number, Refusal.CHANGED)
                    for one in part
                    if one.order_id not in done
                ]
                left_out += out
                begun += len(part)
                watch.step(len(part), len(out))
    except db.DatabaseUnreachable:
        if not queued:
            raise  # else what was queued before is queued, and has to be told of
    return SendResult(
        tuple(queued), tuple(left_out), array("q", (item.order_id for item in plan.items[begun:]))
    )


def _queue(
    actor: Actor,
    items: Sequence[PlanItem],
    by_id: Mapping[int, ChannelRow],
    due_at: datetime | None,
    *,
    is_urgent: bool,
) -> set[int]:
    with db.read():
        found = {one.order_id: one for one in work.candidates([item.order_id for item in items])}
    ready = []
    for item in items:
        candidate = found.get(item.order_id)
        source = by_id.get(candidate.channel_id) if candidate else None
        if candidate is None or source is None or candidate.revision != item.revision:
            continue
        destination = by_id.get(candidate.push_destination_id or source.destination_id or 0)
        if destination is not None and why_not(candidate, source, destination) is None:
            ready.append(rules.to_queue(candidate, destination.id))
    if not ready:
        return set()
    with db.write(actor) as tx:
        queued = pushes.queue(tx, ready, rule="by hand", due_at=due_at, is_urgent=is_urgent)
        trail.write(tx, "send", queued, f"sent by {actor.name}: queued")
    return queued


def recall(actor: Actor, order_ids: Sequence[int], *, watch: Watch | None = None) -> tuple[int, ...]:
    """Take queued orders back, until they are claimed; returns those that were."""
    actor.require(Role.OPERATOR)
    watch = watch or Watch()
    watch.begin(len(order_ids))
    recalled: list[int] = []
    for start in range(0, len(order_ids), AT_ONCE):
        if watch.is_stopped:
            break
        asked = order_ids[start : start + AT_ONCE]
        with db.write(actor) as tx:
            part = sorted(pushes.recall(tx, asked))
            trail.write(tx, "recall", part, f"taken back by {actor.name}")
        recalled += part
        watch.step(len(asked), len(asked) - len(part))
    return tuple(recalled)


def handle_manually(
    actor: Actor, order_id: int, *, destination_id: str = "", reason: str = "", seen: Version | None = None
) -> None:
    """Say that a person has put the order at its destination, or that it needs to go nowhere.

    Raises:
        InvalidInput: neither a destination id nor a reason, or the push is not in Error.
    """
    actor.require(Role.OPERATOR)
    if not destination_id.strip() and len(reason.strip()) < 3:
        raise InvalidInput(
            FieldProblem("reason", "is missing.", "Give the destination's order id, or say why.")
        )
    push_id = _push_of(order_id)
    with db.write(actor) as tx:
        require_unchanged(order_id, seen)
        if not verdicts.handle_manually(tx, push_id, destination_id.strip(), reason.strip()):
            raise InvalidInput(
                FieldProblem("order", "is not in Error.", "Look at it again; it may have been settled.")
            )
        why = f"handled manually by {actor.name}: {destination_id.strip() or reason.strip()}"
        tx.audit("handled_manually", "order", order_id, reason=why)


def reopen(actor: Actor, order_id: int, *, reason: str, seen: Version | None = None) -> None:
    """Take *handled manually* back: the order is in Error again."""
    actor.require(Role.OPERATOR)
    push_id = _push_of(order_id)
    with db.write(actor) as tx:
        require_unchanged(order_id, seen)
        if not verdicts.reopen(tx, push_id, reason):
            raise InvalidInput(FieldProblem("order", "was not handled manually."))
        tx.audit("reopen", "order", order_id, reason=f"reopened by {actor.name}: {reason}")


def settle(
    actor: Actor,
    order_id: int,
    *,
    is_there: bool,
    destination_id: str = "",
    reason: str,
    seen: Version | None = None,
) -> None:
    """Settle an unknown outcome by what a person has seen at the destination, with a typed reason (rule 9)."""
    actor.require(Role.OPERATOR)
    if len(reason.strip()) < 3:
        raise InvalidInput(FieldProblem("reason", "is missing.", "Say where you looked, and what you saw."))
    if is_there and not destination_id.strip():
        raise InvalidInput(
            FieldProblem("destination_id", "is missing.", "Give the order's id at the destination.")
        )
    push_id = _push_of(order_id)
    with db.write(actor) as tx:
        require_unchanged(order_id, seen)
        if is_there:
            done = verdicts.settle_present(tx, push_id, destination_id.strip(), reason.strip())
        else:
            done = verdicts.settle_absent(tx, push_id, reason.strip())
        if not done:
            raise InvalidInput(
                FieldProblem("order", "is not in doubt.", "Look at it again; it may have been settled.")
            )
        found = f"is there as {destination_id.strip()}" if is_there else "is not there"
        tx.audit("settle", "order", order_id, reason=f"{actor.name}: {found}; {reason.strip()}")


def look_now(actor: Actor, order_id: int) -> None:
    """Look an unknown outcome up at once."""
    actor.require(Role.OPERATOR)
    push_id = _push_of(order_id)
    with db.write(actor) as tx:
        if verdicts.look_now(tx, push_id):
            tx.audit("look_now", "order", order_id, reason=f"looked up at once for {actor.name}")


def send_anew(actor: Actor, order_id: int, *, reason: str, seen: Version | None = None) -> None:
    """Send an order again whose first one was cancelled or is gone at the destination (rules 8 and 9).

    Everything that is known there is read back first; only when all of it is cancelled, trashed or gone a
    new generation is queued.

    Raises:
        InvalidInput: something of it still lives there, it cannot be read now, or the order may not leave.
    """
    actor.require(Role.OPERATOR)
    push_id = _push_of(order_id)
    with db.read():
        row = orders.by_id(order_id)
        detail = order_detail.detail(order_id)
        destination = (
            channels.by_id(row.destination_channel_id) if row and row.destination_channel_id else None
        )
    if row is None or detail is None or destination is None:
        raise InvalidInput(FieldProblem("order", "has no destination."))
    current = next(push for push in detail.pushes if push.id == push_id)
    evidence = _read_back(destination, current, row.placed_at)
    with db.write(actor) as tx:
        require_unchanged(order_id, seen)
        generation = verdicts.retire(tx, push_id, evidence)
        if generation is None:
            raise InvalidInput(FieldProblem("order", "is neither in Error nor sent.", "Look at it again."))
        candidate = work.candidates([order_id])[0]
        fresh = replace(candidate, generation=generation, push_state=PushState.NOT_SENT, may_exist=False)
        wanted = rules.to_queue(fresh, destination.id)
        if not pushes.queue(tx, [wanted], rule="by hand, anew", is_urgent=True):
            raise InvalidInput(
                FieldProblem(
                    "order", "may not leave: it is cancelled, held or refused.", "Repair that first."
                )
            )
        tx.audit("send_anew", "order", order_id, reason=f"{actor.name}: {evidence}; {reason}")


def confirm_sending(actor: Actor) -> None:
    """Let automatic sending go on after a restored copy was opened; the plan has been seen."""
    actor.require(Role.ADMIN)
    with db.write(actor) as tx:
        witness.confirm(tx)
        tx.audit("confirm_sending", "database", None)


def _push_of(order_id: int) -> int:
    with db.read():
        row = orders.by_id(order_id)
    if row is None or row.push_id is None:
        raise InvalidInput(FieldProblem("order", "was never queued.", "Send it first."))
    return row.push_id


def _read_back(destination: ChannelRow, push: PushRow, placed_at: datetime) -> str:
    """Read every order back that the destination holds, or held, for this push; says what became of them.

    Raises:
        InvalidInput: one of them lives, or the destination cannot be asked.
    """
    ids = [one for one in (push.destination_order_id, push.second_order_id) if one]
    try:
        with context().connected(destination) as line:
            if line.destination is None:
                raise InvalidInput(FieldProblem("destination", "takes no orders."))
            found = line.destination.look_up([push.reference], placed_at, urgent=True).get(push.reference, [])
            told = []
            for destination_id in dict.fromkeys([*ids, *[one.destination_id for one in found]]):
                told.append(_state_of(line.destination, destination_id, destination.name))
    except PlatformError as error:
        raise InvalidInput(
            FieldProblem(
                "destination", f"{destination.name} cannot be read now: {error.detail}", "Try again later."
            )
        ) from error
    return "; ".join(told) or f"nothing with our reference is at {destination.name}"


def _state_of(destination: OrderDestination, destination_id: str, name: str) -> str:
    try:
        found = destination.read(destination_id)
    except NotFound:
        return f"order {destination_id} is gone at {name}"
    if found.state in ("cancelled", "trashed"):
        return f"order {destination_id} is {found.status} at {name}"
    raise InvalidInput(
        FieldProblem(
            "order", f"order {destination_id} lives at {name} ({found.status}).",
            "Cancel it there first, or mark this one as handled manually.",
        )
    )  # fmt: skip
