"""What is found at a destination under our reference: kept at once, completed by its id, or given to a person."""

from collections.abc import Callable, Sequence

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.outgoing import FoundOrder
from stogly_tui.domain.people import MACHINE
from stogly_tui.domain.verdict import Finding, Verdict, judge_found
from stogly_tui.model import database as db
from stogly_tui.model.queries.work import Package
from stogly_tui.model.transitions import pushes
from stogly_tui.platforms.base import OrderDestination
from stogly_tui.platforms.errors import AuthFailed, PlatformError, RateLimited, Unavailable
from stogly_tui.sync import checks


def settle_found(
    destination: OrderDestination,
    package: Package,
    there: Sequence[FoundOrder],
    gate: Callable[[], bool],
    timeout: float,
) -> None:
    """Keep what was found: equal is sent, a draft is completed by its id, the rest is a person's.

    Raises:
        AuthFailed, RateLimited, Unavailable: the destination cannot be asked now; nothing was settled.
    """
    finding = judge_found(package.order, there)
    found = finding.order or there[0]
    if finding.verdict is Verdict.COMPLETE:
        finding, found = _complete(destination, package, found, gate, timeout)
    with db.write(MACHINE) as tx:
        if finding.verdict is Verdict.SENT:
            pushes.record_found(tx, package.push_id, found, finding.evidence)
        else:
            code = finding.code or ErrorCode.DIFFERENT_AT_DESTINATION
            second = finding.also[0] if finding.also else None
            pushes.needs_person(tx, package.push_id, code, finding.evidence, found.destination_id, second)


def _complete(
    destination: OrderDestination,
    package: Package,
    draft: FoundOrder,
    gate: Callable[[], bool],
    timeout: float,
) -> tuple[Finding, FoundOrder]:
    """Complete a draft, if the order may still leave and can be sent as it is; else a person gets it with its id."""

    def for_a_person(code: ErrorCode, why: str) -> tuple[Finding, FoundOrder]:
        evidence = f"order {draft.destination_id} is there as {draft.status}, not completed: {why}"
        return Finding(Verdict.PERSON, draft, code, evidence), draft

    with db.read():
        may_leave = package.push_id in pushes.startable([package.push_id])
    if not may_leave:
        return for_a_person(ErrorCode.ORDER_CHANGED, "the order was cancelled, held or changed meanwhile")
    try:
        skus = destination.find_skus([line.sku for line in package.order.lines if line.sku])
        problem = checks.first_problem(package, destination.problems_with(package.order, skus))
        if problem is not None:
            return for_a_person(problem.code, problem.text)
        done = destination.complete(draft.destination_id, package.order, skus, gate=gate, timeout=timeout)
    except (AuthFailed, RateLimited, Unavailable):
        raise
    except PlatformError as error:
        return for_a_person(error.code, error.detail)
    return judge_found(package.order, [done]), done
