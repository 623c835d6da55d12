"""One verb over many orders: a plan first, then exactly that plan in short transactions, with a result for each order."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import HoldReason, IntakeState, PushState
from stogly_tui.model import database as db
from stogly_tui.model.queries import versions
from stogly_tui.model.queries.versions import State, Version
from stogly_tui.model.transitions import assignments, notes, orders, trail, verdicts
from stogly_tui.operations import team
from stogly_tui.operations.packed import Packed
from stogly_tui.operations.plans import SendPlan, SendResult
from stogly_tui.operations.watching import Stopped, Watch
from stogly_tui.operations.workplace import context
from stogly_tui.platforms.errors import PlatformError
from stogly_tui.sync import rejudge

LOOKED_AT = 500
"""Orders that are looked at in one read."""
WRITTEN = 25
"""Orders that are changed in one short transaction."""
NOTED = 200
"""Orders that are noted on or assigned in one: that is a statement or two for all of them."""
GONE = "is not here any more"
CHANGED = "changed after the plan was made"
NOT_BEGUN = "was not begun: stopped before"


class Verb(StrEnum):
    """What is done to many orders at once."""

    HOLD = "hold"
    RELEASE = "release"
    HANDLED = "handled"
    RETRY = "retry"
    ASSIGN = "assign"
    NOTE = "note"

    @property
    def needs_reason(self) -> bool:
        """Whether a text has to be given: a reason, or the note itself."""
        return self in (Verb.HOLD, Verb.HANDLED, Verb.NOTE)


class Mark(StrEnum):
    """What became of one order."""

    OK = "ok"
    QUEUED = "queued"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_BEGUN = "not begun"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one order, in words."""

    order_id: int
    number: str
    mark: Mark
    reason: str


@dataclass(frozen=True, slots=True)
class Target:
    """One order that the verb is done to: exactly this version of it."""

    order_id: int
    number: str
    version: Version


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """What a verb would do: to which versions of which orders; and which stay as they are, and why."""

    verb: Verb
    name: str
    """To whom it assigns; blank for other verbs, and for nobody."""
    made_at: datetime
    goes: Sequence[Target]
    skipped: Sequence[Outcome]
    money: Mapping[str, int]

    @property
    def reasons(self) -> Mapping[str, int]:
        """How many are skipped, by reason."""
        return dict(Counter(outcome.reason for outcome in self.skipped))


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of every order that was asked for."""

    title: str
    outcomes: Packed[Outcome]

    @property
    def counts(self) -> Mapping[Mark, int]:
        """How many ended which way."""
        return Counter(self.outcomes.column(2))

    @property
    def is_whole(self) -> bool:
        """Whether nothing failed and nothing was left undone."""
        counts = self.counts
        return not counts.get(Mark.FAILED) and not counts.get(Mark.NOT_BEGUN)


def plan(
    actor: Actor, verb: Verb, order_ids: Sequence[int], *, name: str = "", watch: Watch | None = None
) -> BulkPlan:
    """Say what a verb would do to these orders. Changes nothing.

    Raises:
        Stopped: ``watch`` was stopped.
        InvalidInput: ``name`` is none that a person has.
    """
    actor.require(Role.OPERATOR)
    watch, name = watch or Watch(), team.person(name)
    wanted = array("q", dict.fromkeys(order_ids))
    watch.begin(len(wanted))
    goes: Packed[Target] = Packed(_target, "ntnnwn")
    skipped, money = _outcomes(), Counter[str]()
    with db.read():
        made_at = db.now()
    for start in range(0, len(wanted), LOOKED_AT):
        if watch.is_stopped:
            raise Stopped
        part = wanted[start : start + LOOKED_AT].tolist()
        with db.read():
            found = versions.states(part)
        for state in found:
            why = why_not(verb, state, name)
            if why:
                skipped.add(state.order_id, state.number, Mark.SKIPPED, why)
                continue
            seen = state.version
            goes.add(
                state.order_id, state.number, seen.revision, seen.push_id or 0, seen.push_state, seen.tries
            )
            money[state.currency] += state.total
        watch.step(len(part))
    return BulkPlan(verb, name, made_at, goes, skipped, dict(money))


def apply(actor: Actor, plan: BulkPlan, *, reason: str = "", watch: Watch | None = None) -> BulkResult:
    """Do exactly what the plan says; whatever changed since it was made stays out, by name. What is left when
    ``watch`` is stopped, or when the database goes away, is not begun.

    Raises:
        InvalidInput: the reason is missing.
    """
    actor.require(Role.OPERATOR)
    told = team.note_text(reason) if plan.verb is Verb.NOTE else reason.strip()
    if plan.verb.needs_reason and plan.verb is not Verb.NOTE and len(told) < 3:
        raise InvalidInput(FieldProblem("reason", "is missing.", "Say why, in a few words."))
    watch = watch or Watch()
    watch.begin(len(plan.goes))
    outcomes, begun = _outcomes(), 0
    why_not_begun = NOT_BEGUN
    try:
        with db.connection():
            for part in _parts(plan):
                if watch.is_stopped:
                    break
                _do(actor, plan, part, told, outcomes, watch)
                begun += len(part)
    except db.DatabaseUnreachable as error:
        if not begun:
            raise
        why_not_begun = f"was not begun: the database went away ({error})"
    for target in plan.goes[begun:]:
        outcomes.add(target.order_id, target.number, Mark.NOT_BEGUN, why_not_begun)
    for one in plan.skipped:
        outcomes.add(one.order_id, one.number, one.mark, one.reason)
    return BulkResult(plan.verb.value, outcomes)


def _parts(plan: BulkPlan) -> Iterator[Sequence[Target]]:
    size = NOTED if plan.verb in (Verb.NOTE, Verb.ASSIGN) else WRITTEN
    for start in range(0, len(plan.goes), size):
        yield plan.goes[start : start + size]


def _do(
    actor: Actor, plan: BulkPlan, part: Sequence[Target], told: str, outcomes: Packed[Outcome], watch: Watch
) -> None:
    wrong = (_retry if plan.verb is Verb.RETRY else _write)(actor, plan, part, told)
    for target in part:
        why = wrong.get(target.order_id, "")
        mark = Mark.FAILED if why else Mark.OK
        outcomes.add(target.order_id, target.number, mark, why or DONE[plan.verb])
    watch.step(len(part), len(wrong))


DONE = {
    Verb.HOLD: "held",
    Verb.RELEASE: "released",
    Verb.HANDLED: "handled manually",
    Verb.RETRY: "read again from what is stored",
    Verb.ASSIGN: "assigned",
    Verb.NOTE: "noted",
}


def of_send(plan: SendPlan, result: SendResult) -> BulkResult:
    """What became of every order of a send, in the same shape."""
    queued, not_begun = set(result.queued), set(result.not_begun)
    why = {one.order_id: str(one.refusal) for one in result.left_out}
    outcomes = _outcomes()
    for item in plan.items:
        if item.order_id in queued:
            outcomes.add(item.order_id, item.number, Mark.QUEUED, "to be sent")
        elif item.order_id in not_begun:
            outcomes.add(item.order_id, item.number, Mark.NOT_BEGUN, NOT_BEGUN)
        else:
            outcomes.add(item.order_id, item.number, Mark.FAILED, why.get(item.order_id, CHANGED))
    for one in plan.skipped:
        outcomes.add(one.order_id, one.number, Mark.SKIPPED, str(one.refusal))
    return BulkResult("send", outcomes)


def why_not(verb: Verb, state: State, name: str = "") -> str:
    """Say why a verb has nothing to do with this order as it is now; blank when it has."""
    push = state.version.push_state
    match verb:
        case Verb.HOLD if state.intake is IntakeState.HELD:
            return "is held already"
        case Verb.HOLD if state.intake not in (IntakeState.ACCEPTED, IntakeState.AWAITING_MAPPING):
            return f"cannot be held: its intake is {state.intake.value.replace('_', ' ')}"
        case Verb.HOLD if push.may_be_at_destination:
            return "has left already, or may have"
        case Verb.RELEASE if state.intake is not IntakeState.HELD:
            return "is not held"
        case Verb.HANDLED if push is PushState.IN_DOUBT or (push is PushState.ERROR and state.may_exist):
            return "its destination may hold it: settle it by itself (h), with what you saw there"
        case Verb.HANDLED if push is not PushState.ERROR:
            return "is not in Error"
        case Verb.RETRY if state.intake not in (IntakeState.FAILED, IntakeState.AWAITING_MAPPING):
            return "was read well: there is nothing to retry"
        case Verb.ASSIGN if state.assigned_to == name:
            return f"is {team.assigned_words(name)} already"
        case _:
            return ""


def _target(
    order_id: int, number: str, revision: int, push_id: int, push_state: PushState, tries: int
) -> Target:
    return Target(order_id, number, Version(revision, push_id or None, push_state, tries))


def _outcomes() -> Packed[Outcome]:
    return Packed(Outcome, "ntww")


def _write(actor: Actor, plan: BulkPlan, targets: Sequence[Target], told: str) -> dict[int, str]:
    """Do the verb to these orders in one transaction; why it was not done, by id."""
    wrong: dict[int, str] = {}
    with db.write(actor) as tx:
        is_kept = plan.verb in (Verb.NOTE, Verb.ASSIGN)  # what these say is true of any version of an order
        now = versions.current([target.order_id for target in targets])
        ready = []
        for target in targets:
            if target.order_id not in now:
                wrong[target.order_id] = GONE
            elif not is_kept and now[target.order_id] != target.version:
                wrong[target.order_id] = _changed(target.order_id)
            else:
                ready.append(target.order_id)
        done = _VERBS[plan.verb](tx, ready, plan.name if plan.verb is Verb.ASSIGN else told)
        wrong |= dict.fromkeys(set(ready) - done, CHANGED)
        trail.write(tx, *_trail(plan, actor, told, done))
    return wrong


def _hold(tx: db.Tx, order_ids: Sequence[int], told: str) -> set[int]:
    return {order_id for order_id in order_ids if orders.hold(tx, order_id, HoldReason.MANUAL, told)}


def _release(tx: db.Tx, order_ids: Sequence[int], _told: str) -> set[int]:
    return {order_id for order_id in order_ids if orders.release(tx, order_id)}


def _handle(tx: db.Tx, order_ids: Sequence[int], told: str) -> set[int]:
    pushed = {order_id: version.push_id for order_id, version in versions.current(order_ids).items()}
    return {
        order_id
        for order_id, push_id in pushed.items()
        if push_id is not None and verdicts.handle_manually(tx, push_id, "", told)
    }


def _assign(tx: db.Tx, order_ids: Sequence[int], name: str) -> set[int]:
    assignments.assign(tx, order_ids, name)
    return set(order_ids)  # one that somebody else has assigned alike meanwhile is as it should be


_VERBS: Mapping[Verb, Callable[[db.Tx, Sequence[int], str], set[int]]] = {
    Verb.HOLD: _hold, Verb.RELEASE: _release, Verb.HANDLED: _handle, Verb.ASSIGN: _assign, Verb.NOTE: notes.write,
}  # fmt: skip


def _trail(plan: BulkPlan, actor: Actor, told: str, done: set[int]) -> tuple[str, set[int], str]:
    match plan.verb:
        case Verb.HOLD:
            return "hold", done, f"held by {actor.name}: {told}"
        case Verb.RELEASE:
            return "release", done, f"released by {actor.name}" + (f": {told}" if told else "")
        case Verb.HANDLED:
            return "handled_manually", done, f"handled manually by {actor.name}: {told}"
        case Verb.ASSIGN:
            return "assign", done, team.assigned_words(plan.name)
        case _:
            return "note", done, told


def _retry(actor: Actor, _plan: BulkPlan, targets: Sequence[Target], _told: str) -> dict[int, str]:
    """Read stored payloads again, each in a transaction of its own; why one was not read, by id."""
    wrong: dict[int, str] = {}
    for target in targets:
        with db.read():
            now = versions.current([target.order_id]).get(target.order_id)
        if now != target.version:
            wrong[target.order_id] = CHANGED if now else GONE
            continue
        try:
            became = rejudge.retry(context(), actor, target.order_id)
        except PlatformError as error:
            wrong[target.order_id] = error.detail
            continue
        if became is None or became is IntakeState.FAILED:
            wrong[target.order_id] = "still cannot be read: Fetch again (f) asks its channel"
    return wrong


def _changed(order_id: int) -> str:
    change = versions.last_change(order_id)
    return f"{CHANGED}: {change.who}, {change.reason or change.verb}" if change else CHANGED
