"""Repairs on one order: map a SKU, hold, release, retry, fetch again, correct the address.

Where one takes ``seen``, it is the version that the operator decided about: of another one nothing is done
(`team.ChangedMeanwhile`).
"""

from collections.abc import Mapping

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import HoldReason, IntakeState
from stogly_tui.model import database as db
from stogly_tui.model.queries import order_detail, orders, work
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.model.queries.versions import Version
from stogly_tui.model.transitions import channels as channel_transitions
from stogly_tui.model.transitions import orders as transitions
from stogly_tui.model.transitions import pushes, runs, verdicts
from stogly_tui.operations.channels import named
from stogly_tui.operations.team import require_unchanged
from stogly_tui.operations.workplace import context
from stogly_tui.platforms.base import Sku
from stogly_tui.platforms.errors import PlatformError
from stogly_tui.sync import rejudge, rules

ADDRESS_PARTS = ("name", "company", "line1", "line2", "city", "region", "postcode", "country", "phone")


def resolve(text: str) -> OrderRow:
    """The one order that ``text`` names: its number as shown, or CHANNEL/REMOTE_ID.

    Raises:
        InvalidInput: none or several; the candidates are listed.
    """
    with db.read():
        found = orders.find(text)
    exact = [
        row for row in found if row.number == text or f"{row.channel}/{row.remote_id}".lower() == text.lower()
    ]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if not found:
        raise InvalidInput(
            FieldProblem(
                "order",
                f"there is no order {text!r} here.",
                "Give its number as shown, or CHANNEL/REMOTE_ID.",
            )
        )
    names = ", ".join(f"{row.channel}/{row.remote_id} ({row.number})" for row in found[:8])
    raise InvalidInput(
        FieldProblem("order", f"{text!r} may be one of several: {names}.", "Give CHANNEL/REMOTE_ID.")
    )


def unknown_skus(order_id: int) -> tuple[str, ...]:
    """SKUs of an order that its destination does not know; asks the destination.

    Raises:
        InvalidInput: it cannot be asked now.
    """
    with db.read():
        row = orders.by_id(order_id)
        detail = order_detail.detail(order_id)
    if row is None or detail is None or not row.destination_channel:
        return ()
    wanted = {line.destination_sku or line.sku: line.sku for line in detail.lines if line.sku.strip()}
    known = find_skus(row.destination_channel, [sku for sku in wanted if sku])
    return tuple(source for sku, source in wanted.items() if sku not in known)


def find_skus(destination_name: str, skus: list[str]) -> dict[str, Sku]:
    """Which of these SKUs a destination knows."""
    destination = named(destination_name)
    try:
        with context().connected(destination) as line:
            return line.destination.find_skus(skus) if line.destination else {}
    except PlatformError as error:
        raise InvalidInput(
            FieldProblem(
                "destination", f"{destination.name} cannot be asked now: {error.detail}", "Try again later."
            )
        ) from error


def map_sku(actor: Actor, destination_name: str, sku: str, destination_sku: str) -> int:
    """Say what a SKU is called at a destination, and queue again the orders that failed for it; returns how many.

    Raises:
        InvalidInput: the destination does not know the new SKU either.
    """
    actor.require(Role.OPERATOR)
    destination = named(destination_name)
    target = destination_sku.strip()
    if not sku.strip():
        raise InvalidInput(
            FieldProblem(
                "sku",
                "is blank: lines without a SKU cannot be mapped together.",
                "Give the product a SKU at its shop.",
            )
        )
    if not target:
        raise InvalidInput(
            FieldProblem("destination_sku", "is missing.", f"Give the SKU that {destination.name} uses.")
        )
    if target not in find_skus(destination.name, [target]):
        raise InvalidInput(
            FieldProblem(
                "destination_sku",
                f"{destination.name} has no product with SKU {target!r}.",
                "Give one that it has, or create it there first.",
            )
        )
    with db.write(actor) as tx:
        channel_transitions.set_alias(tx, destination.id, sku, target)
        tx.audit("map_sku", "channel", destination.id, after={"sku": sku, "destination_sku": target})
        freed = work.failed_for_sku(destination.id, sku)
        for order_id in freed:
            transitions.touch(tx, order_id)
        again = [rules.to_queue(one, destination.id) for one in work.candidates(freed)]
        queued = pushes.queue(tx, again, rule=f"SKU {sku} mapped", is_urgent=True)
        for order_id in sorted(queued):
            tx.audit(
                "map_sku", "order", order_id, reason=f"{sku} is {target} at {destination.name}: sent again"
            )
    return len(queued)


def hold(actor: Actor, order_id: int, *, reason: str, seen: Version | None = None) -> None:
    """Stop an order; what is queued of it is taken back."""
    actor.require(Role.OPERATOR)
    if len(reason.strip()) < 3:
        raise InvalidInput(FieldProblem("reason", "is missing.", "Say why it is held."))
    with db.write(actor) as tx:
        require_unchanged(order_id, seen)
        if not transitions.hold(tx, order_id, HoldReason.MANUAL, reason.strip()):
            raise InvalidInput(FieldProblem("order", "cannot be held in its present state."))
        tx.audit("hold", "order", order_id, reason=f"held by {actor.name}: {reason.strip()}")


def release(actor: Actor, order_id: int, *, reason: str = "", seen: Version | None = None) -> None:
    """Let a held order go on."""
    actor.require(Role.OPERATOR)
    with db.write(actor) as tx:
        require_unchanged(order_id, seen)
        if not transitions.release(tx, order_id):
            raise InvalidInput(FieldProblem("order", "is not held."))
        tx.audit(
            "release",
            "order",
            order_id,
            reason=f"released by {actor.name}" + (f": {reason}" if reason else ""),
        )


def retry_intake(actor: Actor, order_id: int) -> IntakeState | None:
    """Retry: read the stored payload again under the present code and rules."""
    actor.require(Role.OPERATOR)
    return rejudge.retry(context(), actor, order_id)


def fetch_again(actor: Actor, order_id: int) -> None:
    """Fetch again: ask the channel for this order; the worker does it within a tick."""
    actor.require(Role.OPERATOR)
    with db.read():
        row = orders.by_id(order_id)
    if row is None:
        raise InvalidInput(FieldProblem("order", "is not here any more."))
    with db.write(actor) as tx:
        runs.ask_again(tx, row.channel_id, row.remote_id, f"asked for by {actor.name}")
        tx.audit("fetch_again", "order", order_id, reason=f"asked for at its channel by {actor.name}")


def resolve_change(actor: Actor, order_id: int, *, decision: str, seen: Version | None = None) -> None:
    """Settle what changed at the source after sending: cancelled downstream, or kept, with the reason typed."""
    actor.require(Role.OPERATOR)
    if len(decision.strip()) < 3:
        raise InvalidInput(
            FieldProblem("decision", "is missing.", "Say what was done, for example: cancelled there too.")
        )
    with db.write(actor) as tx:
        require_unchanged(order_id, seen)
        if not verdicts.resolve_change(tx, order_id, decision.strip()):
            raise InvalidInput(FieldProblem("order", "has no change to settle."))
        tx.audit("resolve_change", "order", order_id, reason=f"{actor.name}: {decision.strip()}")


def correct_address(
    actor: Actor, order_id: int, changes: Mapping[str, str], *, seen: Version | None = None
) -> None:
    """Correct parts of the shipping address and, where the order failed for it, send it again.

    Raises:
        InvalidInput: an unknown part, or a country that is no two-letter code.
    """
    actor.require(Role.OPERATOR)
    wrong = [
        FieldProblem(part, "is no part of an address.", f"Parts are: {', '.join(ADDRESS_PARTS)}.")
        for part in changes
        if part not in ADDRESS_PARTS
    ]
    country = changes.get("country", "")
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        wrong.append(FieldProblem("country", "must be a two-letter code, for example NL."))
    if wrong:
        raise InvalidInput(*wrong)
    given = {
        part: value.strip().upper() if part == "country" else value.strip() for part, value in changes.items()
    }
    with db.write(actor) as tx:
        require_unchanged(order_id, seen)
        if not transitions.correct_address(tx, order_id, given):
            raise InvalidInput(FieldProblem("order", "has no shipping address."))
        tx.audit(
            "correct_address",
            "order",
            order_id,
            after=sorted(given),
            reason=f"address corrected by {actor.name}",
        )
