"""Sending: the plan, applying exactly that plan, recall, and the verbs that settle a push."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from stogly_tui.domain.gates import Refusal, must_stay, warnings_for_a_person
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import ChannelState, Mode, PushState
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels, order_detail, orders, work
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.order_detail import PushRow
from stogly_tui.model.queries.work import Candidate
from stogly_tui.model.transitions import pushes, verdicts
from stogly_tui.operations.workplace import context
from stogly_tui.platforms.base import OrderDestination
from stogly_tui.platforms.errors import NotFound, PlatformError
from stogly_tui.sync import rules, witness

UNUSUAL = {"EUR": 100_000, "USD": 100_000, "GBP": 100_000}
"""Totals (minor units) from which an order is pointed out; other currencies are not."""
LOOK_ALIKE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One order that goes out: exactly this revision."""

    order_id: int
    number: str
    channel: str
    revision: int
    total: int
    currency: str
    destination: str
    warnings: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """One order that stays, and why."""

    order_id: int
    number: str
    refusal: Refusal
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Orders that go out but look doubtful."""

    order_ids: tuple[int, ...]
    numbers: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class DestinationSummary:
    """What a destination will do with what arrives."""

    name: str
    count: int
    status: str
    mails_buyer: bool
    takes_stock: bool


@dataclass(frozen=True, slots=True)
class SendPlan:
    """What a send would do: ids and revisions, nothing that comes later (rule 10)."""

    made_at: datetime
    made_by: str
    items: tuple[PlanItem, ...]
    skipped: tuple[Skipped, ...]
    doubtful: tuple[Doubtful, ...]
    destinations: tuple[DestinationSummary, ...]
    ship_today: int
    oldest: datetime | None

    @property
    def money(self) -> Mapping[str, int]:
        """What goes out, in minor units per currency."""
        told: Counter[str] = Counter()
        for item in self.items:
            told[item.currency] += item.total
        return dict(told)

    @property
    def per_channel(self) -> Mapping[str, int]:
        """How many go out per source."""
        return dict(Counter(item.channel for item in self.items))

    def without(self, order_ids: Collection[int]) -> "SendPlan":
        """The same plan, without some of its orders."""
        dropped = set(order_ids)
        items = tuple(item for item in self.items if item.order_id not in dropped)
        counts = Counter(item.destination for item in items)
        return replace(
            self,
            items=items,
            doubtful=tuple(one for one in self.doubtful if not dropped.issuperset(one.order_ids)),
            destinations=tuple(
                replace(one, count=counts[one.name]) for one in self.destinations if counts[one.name]
            ),
        )

    def without_unpaid(self) -> "SendPlan":
        """The same plan, without orders whose buyer has not paid."""
        return self.without([item.order_id for item in self.items if Refusal.NOT_PAID in item.warnings])


@dataclass(frozen=True, slots=True)
class SendResult:
    """What applying a plan did."""

    queued: tuple[int, ...]
    left_out: tuple[Skipped, ...]


def plan(actor: Actor, order_ids: Sequence[int]) -> SendPlan:
    """Say what sending these orders would do. Changes nothing."""
    actor.require(Role.OPERATOR)
    items: list[PlanItem] = []
    skipped: list[Skipped] = []
    with db.read():
        now = db.now()
        by_id = {channel.id: channel for channel in channels.overview(with_archived=True)}
        found = work.candidates(list(dict.fromkeys(order_ids)))
    going: list[Candidate] = []
    for candidate in found:
        source = by_id[candidate.channel_id]
        destination = by_id.get(candidate.push_destination_id or source.destination_id or 0)
        refusal = _refusal(candidate, source, destination)
        if refusal is not None:
            skipped.append(Skipped(candidate.order_id, candidate.number, refusal, _detail(refusal, source)))
            continue
        assert destination is not None
        going.append(candidate)
        items.append(
            PlanItem(
                candidate.order_id, candidate.number, source.name, candidate.revision, candidate.total,
                candidate.currency, destination.name, tuple(warnings_for_a_person(candidate.facts)),
            )
        )  # fmt: skip
    counts = Counter(item.destination for item in items)
    tomorrow = now + timedelta(days=1)
    return SendPlan(
        made_at=now,
        made_by=actor.name,
        items=tuple(items),
        skipped=tuple(skipped),
        doubtful=tuple(_doubtful(going)),
        destinations=tuple(_summary(one, counts[one.name]) for one in by_id.values() if counts[one.name]),
        ship_today=sum(1 for one in going if one.ship_by is not None and one.ship_by < tomorrow),
        oldest=min((one.placed_at for one in going), default=None),
    )


def send(actor: Actor, plan: SendPlan, *, due_at: datetime | None = None) -> SendResult:
    """Queue exactly the orders of ``plan``; whatever changed since it was made stays out, by name.

    Raises:
        NotAllowed: the actor may not send.
    """
    actor.require(Role.OPERATOR)
    queued: set[int] = set()
    with db.read():
        found = {one.order_id: one for one in work.candidates([item.order_id for item in plan.items])}
        by_id = {channel.id: channel for channel in channels.overview()}
    ready = []
    for item in plan.items:
        candidate = found.get(item.order_id)
        source = by_id.get(candidate.channel_id) if candidate else None
        if candidate is None or source is None or candidate.revision != item.revision:
            continue
        destination = by_id.get(candidate.push_destination_id or source.destination_id or 0)
        if destination is not None and _refusal(candidate, source, destination) is None:
            ready.append(rules.to_queue(candidate, destination.id))
    for start in range(0, len(ready), 200):
        with db.write(actor) as tx:
            part = pushes.queue(
                tx, ready[start : start + 200], rule="by hand", due_at=due_at, is_urgent=len(ready) <= 100
            )
            queued |= part
            for order_id in sorted(part):
                tx.audit("send", "order", order_id, reason=f"sent by {actor.name}: queued")
    left_out = tuple(
        Skipped(item.order_id, item.number, Refusal.CHANGED)
        for item in plan.items
        if item.order_id not in queued
    )
    return SendResult(tuple(sorted(queued)), left_out)


def recall(actor: Actor, order_ids: Sequence[int]) -> tuple[int, ...]:
    """Take queued orders back, until they are claimed; returns those that were."""
    actor.require(Role.OPERATOR)
    recalled: set[int] = set()
    for start in range(0, len(order_ids), 200):
        with db.write(actor) as tx:
            part = pushes.recall(tx, order_ids[start : start + 200])
            for order_id in sorted(part):
                tx.audit("recall", "order", order_id, reason=f"taken back by {actor.name}")
            recalled |= part
    return tuple(sorted(recalled))


def handle_manually(actor: Actor, order_id: int, *, destination_id: str = "", reason: str = "") -> None:
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
        if not verdicts.handle_manually(tx, push_id, destination_id.strip(), reason.strip()):
            raise InvalidInput(
                FieldProblem("order", "is not in Error.", "Look at it again; it may have been settled.")
            )
        why = f"handled manually by {actor.name}: {destination_id.strip() or reason.strip()}"
        tx.audit("handled_manually", "order", order_id, reason=why)


def reopen(actor: Actor, order_id: int, *, reason: str) -> None:
    """Take *handled manually* back: the order is in Error again."""
    actor.require(Role.OPERATOR)
    push_id = _push_of(order_id)
    with db.write(actor) as tx:
        if not verdicts.reopen(tx, push_id, reason):
            raise InvalidInput(FieldProblem("order", "was not handled manually."))
        tx.audit("reopen", "order", order_id, reason=f"reopened by {actor.name}: {reason}")


def settle(actor: Actor, order_id: int, *, is_there: bool, destination_id: str = "", reason: str) -> None:
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
        if is_there:
            done = verdicts.settle_present(tx, push_id, destination_id.strip(), reason.strip())
        else:
            done = verdicts.settle_absent(tx, push_id, reason.strip())
        if not done:
            raise InvalidInput(
                FieldProblem("order", "is not in doubt.", "Look at it again; it may have been settled.")
            )
        seen = f"is there as {destination_id.strip()}" if is_there else "is not there"
        tx.audit("settle", "order", order_id, reason=f"{actor.name}: {seen}; {reason.strip()}")


def look_now(actor: Actor, order_id: int) -> None:
    """Look an unknown outcome up at once."""
    actor.require(Role.OPERATOR)
    push_id = _push_of(order_id)
    with db.write(actor) as tx:
        verdicts.look_now(tx, push_id)


def send_anew(actor: Actor, order_id: int, *, reason: str) -> None:
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


def _refusal(candidate: Candidate, source: ChannelRow, destination: ChannelRow | None) -> Refusal | None:
    if candidate.is_at_shop:
        return Refusal.AT_SHOP
    match candidate.push_state:
        case PushState.SENT | PushState.HANDLED_MANUALLY:
            return Refusal.ALREADY_SENT
        case PushState.QUEUED | PushState.CLAIMED | PushState.SENDING:
            return Refusal.ON_ITS_WAY
        case PushState.IN_DOUBT:
            return Refusal.IN_DOUBT
        case _:
            pass
    if candidate.may_exist:
        return Refusal.MAY_BE_THERE
    blocked = must_stay(candidate.facts)
    if blocked is not None:
        return blocked
    if source.state is not ChannelState.ACTIVE:
        return Refusal.CHANNEL_NOT_LIVE
    if destination is None or source.mode is not Mode.PUSH or destination.state is ChannelState.ARCHIVED:
        return Refusal.NO_DESTINATION
    return None


def _detail(refusal: Refusal, source: ChannelRow) -> str:
    return source.name if refusal in (Refusal.CHANNEL_NOT_LIVE, Refusal.NO_DESTINATION) else ""


def _doubtful(going: Sequence[Candidate]) -> list[Doubtful]:
    told = []
    by_buyer: dict[tuple[str, int, str], list[Candidate]] = {}
    for one in going:
        if one.email:
            by_buyer.setdefault((one.email.lower(), one.total, one.currency), []).append(one)
        if one.facts.is_shipped:
            told.append(Doubtful((one.order_id,), (one.number,), "shipped already, says its channel"))
        if one.total >= UNUSUAL.get(one.currency, 10**15):
            told.append(Doubtful((one.order_id,), (one.number,), "unusual amount"))
    for same in by_buyer.values():
        near = sorted(same, key=lambda one: one.placed_at)
        for first, second in pairwise(near):
            if second.placed_at - first.placed_at <= LOOK_ALIKE:
                told.append(
                    Doubtful(
                        (first.order_id, second.order_id),
                        (first.number, second.number),
                        "same buyer, same total, within 10 min",
                    )
                )
    return told


def _summary(destination: ChannelRow, count: int) -> DestinationSummary:
    settings = destination.settings
    return DestinationSummary(
        destination.name,
        count,
        str(settings.get("destination_status", "processing")),
        bool(settings.get("destination_mails_buyer", False)),
        bool(settings.get("destination_takes_stock", True)),
    )


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
