"""Orders out, exactly once: claim, look, check, send, and keep what is proven (domain.md, "Push")."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import timedelta

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.outgoing import FoundOrder
from stogly_tui.domain.people import MACHINE
from stogly_tui.domain.states import AttemptOutcome, ChannelHealth, ChannelState, FlowType
from stogly_tui.domain.verdict import Verdict, judge_found
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels, work
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.work import Package
from stogly_tui.model.transitions import pushes, runs
from stogly_tui.platforms.base import Connection, Exchange, OrderDestination, Sku
from stogly_tui.platforms.errors import (
    AuthFailed,
    OutcomeUnknown,
    PlatformError,
    ProtocolError,
    RateLimited,
    Rejected,
    Unavailable,
)
from stogly_tui.sync import checks, health, witness
from stogly_tui.sync.context import Context, is_dead

MARGIN = timedelta(seconds=30)
LOOK_FOR_SLOTS = 0.01
"""Seconds after which a lane with more to send looks whether the other one has given connections back."""
DOWN_WAIT = timedelta(seconds=15)
"""How long what was claimed waits when its destination could not even be asked."""


@dataclass(slots=True)
class Tally:
    """What one drain of a destination did."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0
    doubtful: int = 0
    is_down: bool = False

    def add(self, other: "Tally") -> None:
        """Add another lane's."""
        self.sent += other.sent
        self.failed += other.failed
        self.waiting += other.waiting
        self.doubtful += other.doubtful
        self.is_down = self.is_down or other.is_down

    @property
    def total(self) -> int:
        """How many pushes came to an end, for now."""
        return self.sent + self.failed + self.waiting + self.doubtful


class _Slots:
    """The connections that all lanes of a destination share."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._changed = threading.Condition()

    def take(self, most: int, *, wait: bool) -> int:
        """Take up to ``most``; with ``wait``, at least one within half a second."""
        with self._changed:
            if wait and not self._free:
                self._changed.wait(0.5)
            taken = min(most, self._free)
            self._free -= taken
            return taken

    def give(self, count: int) -> None:
        """Give some back."""
        with self._changed:
            self._free += count
            self._changed.notify_all()


@dataclass(slots=True)
class _Job:
    """One lane of a destination being served."""

    context: Context
    channel: ChannelRow
    line: Connection
    destination: OrderDestination
    token: str
    timeout: float
    slots: _Slots
    tally: Tally
    claim_ends: float = 0.0
    skus: dict[str, Sku] = field(default_factory=dict)
    """Resolved so far; what was not found is asked again, it may have been created since."""

    def gate(self) -> bool:
        """Open while the claim holds and nobody asked us to stop."""
        return time.monotonic() < self.claim_ends and not self.context.is_stopping()


@dataclass(frozen=True, slots=True)
class _Ended:
    """How one request ended."""

    package: Package
    number: int
    found: FoundOrder | None = None
    exchange: Exchange | None = None
    error: PlatformError | None = None


def drain(context: Context, channel_id: int) -> Tally:
    """Send everything that is due to one destination; several processes may do so at once."""
    with db.read():
        channel = channels.by_id(channel_id)
    if channel is None or channel.state is not ChannelState.ACTIVE or channel.health is not ChannelHealth.OK:
        return Tally()
    free_abandoned()
    run = _Run(channel_id)
    try:
        with context.connected(channel) as line:
            return _drain_in_lanes(context, channel, line, run)
    except PlatformError as error:
        health.note_failure(channel_id, error)
        run.failure = error
        return Tally(is_down=True)
    finally:
        run.close()


class _Run:
    """The sync run of a drain; it begins with the first claim, so that looking for nothing leaves no trace."""

    def __init__(self, channel_id: int) -> None:
        self._channel_id = channel_id
        self._lock = threading.Lock()
        self._id: int | None = None
        self.tally = Tally()
        self.failure: PlatformError | None = None

    def begin(self, token: str) -> None:
        """Begin, once."""
        with self._lock:
            if self._id is None:
                with db.write(MACHINE) as tx:
                    self._id = runs.begin(tx, self._channel_id, FlowType.PUSH, "due", token)

    def close(self) -> None:
        """End with what was done."""
        if self._id is None:
            return
        tally = self.tally
        counts = {"updated": tally.sent, "failed": tally.failed + tally.doubtful, "unchanged": tally.waiting}
        failure = (self.failure.code, self.failure.detail) if self.failure else None
        with db.write(MACHINE) as tx:
            runs.add(tx, self._id, counts)
            runs.finish(tx, self._id, failure=failure)


def _drain_in_lanes(context: Context, channel: ChannelRow, line: Connection, run: _Run) -> Tally:
    """Two lanes share the connections: while one looks its batch up, the other sends."""
    if line.destination is None:
        return run.tally
    parallel = int(channel.settings.get("parallel_requests", 4))
    timeout = float(channel.settings.get("request_timeout", 30.0))
    slots = _Slots(parallel)
    jobs = [
        _Job(context, channel, line, line.destination, context.token(), timeout, slots, Tally())
        for _ in range(2 if parallel > 1 else 1)
    ]
    with ThreadPoolExecutor(len(jobs), thread_name_prefix="lane") as pool:
        lanes = [pool.submit(_lane, job, run) for job in jobs]
    for job, lane in zip(jobs, lanes, strict=True):
        run.tally.add(job.tally)
        lane.result()
    return run.tally


def _lane(job: _Job, run: _Run) -> None:
    with db.connection():
        while not job.context.is_stopping() and not job.tally.is_down:
            claimed = _claim(job)
            if not claimed:
                return
            run.begin(job.token)
            _send_batch(job, claimed)


def free_abandoned() -> None:
    """End the claims and runs of processes that have ended, and those whose lease ran out."""
    with db.write(MACHINE) as tx:
        pushes.free_claims(tx, [token for token in pushes.holders() if is_dead(token)])
        runs.interrupt_abandoned(tx, is_dead)


def _claim(job: _Job) -> list[int]:
    lease = timedelta(seconds=2 * job.timeout) + MARGIN
    with db.write(MACHINE) as tx:
        job.claim_ends = time.monotonic() + lease.total_seconds() - 5
        ids = pushes.claim(
            tx, job.channel.id, job.token, limit=job.destination.facts.batch_size // 2, lease=lease
        )
        if ids:
            witness.step(tx, len(ids))
    job.context.after_step("claimed")
    return ids


def _send_batch(job: _Job, push_ids: Sequence[int]) -> None:
    """Look, check and send one claimed batch; whatever was not started is given back."""
    with db.read():
        packages = work.packages(push_ids)
    wait = timedelta(0)
    try:
        absent = _look_first(job, packages)
        ready = _check(job, absent)
        _send_all(job, deque(ready))
    except PlatformError as error:
        job.tally.waiting += len(push_ids)
        wait = _wait_after(job, error)
    finally:
        with db.write(MACHINE) as tx:
            pushes.give_back(tx, push_ids, job.token, wait=DOWN_WAIT if job.tally.is_down else wait)


def _wait_after(job: _Job, error: PlatformError) -> timedelta:
    """How long a batch waits that could not be looked up or checked; nothing of it was sent, no try is counted."""
    if isinstance(error, RateLimited):
        return timedelta(seconds=error.retry_after or DOWN_WAIT.total_seconds())
    _is_about_the_channel(job, error)
    return DOWN_WAIT


def _look_first(job: _Job, packages: Sequence[Package]) -> list[Package]:
    """Look every push up right before it is sent, first attempts too; returns those that are not there (rule 2)."""
    if not packages:
        return []
    oldest = min(package.queued_at for package in packages)
    found = job.destination.look_up([package.order.reference for package in packages], oldest, urgent=True)
    job.context.after_step("looked")
    for package in packages:
        there = found.get(package.order.reference)
        if there:
            settle_found(job.destination, package, there, job.gate, job.timeout)
            job.tally.sent += 1
    return [package for package in packages if package.order.reference not in found]


def settle_found(
    destination: OrderDestination,
    package: Package,
    there: Sequence[FoundOrder],
    gate: Callable[[], bool],
    timeout: float,
) -> None:
    """Keep what was found under our reference: equal is sent, a draft is completed by its id, the rest is a person's.

    Raises:
        PlatformError: the draft could not be completed now.
    """
    finding = judge_found(package.order, there)
    found = finding.order or there[0]
    if finding.verdict is Verdict.COMPLETE:
        skus = destination.find_skus([line.sku for line in package.order.lines])
        completed = destination.complete(
            found.destination_id, package.order, skus, gate=gate, timeout=timeout
        )
        finding = judge_found(package.order, [completed])
        found = completed
    with db.write(MACHINE) as tx:
        if finding.verdict is Verdict.SENT:
            pushes.record_found(tx, package.push_id, found, finding.evidence)
        else:
            code = finding.code or ErrorCode.DIFFERENT_AT_DESTINATION
            second = finding.also[0] if finding.also else None
            pushes.needs_person(tx, package.push_id, code, finding.evidence, found.destination_id, second)


def _check(job: _Job, packages: Sequence[Package]) -> list[Package]:
    """Resolve SKUs and refuse, by field, what cannot be sent as it is; nothing of it has left."""
    wanted = {line.sku for package in packages for line in package.order.lines if line.sku}
    missing = [sku for sku in sorted(wanted) if sku not in job.skus]
    if missing:
        job.skus.update(job.destination.find_skus(missing))
    ready, refused = [], []
    for package in packages:
        problem = checks.first_problem(package, job.destination.problems_with(package.order, job.skus))
        if problem is None:
            ready.append(package)
        else:
            refused.append((package, problem))
    if refused:
        with db.write(MACHINE) as tx:
            for package, problem in refused:
                pushes.refuse(tx, package.push_id, job.token, problem.code, problem.text, problem.field)
        job.tally.failed += len(refused)
    return ready


def _send_all(job: _Job, waiting: "deque[Package]") -> None:
    """Send with several requests at a time. One thread writes: it keeps the outcomes that have come in and starts
    as many new requests in the same durable transaction, so that a commit serves many.
    """
    flying: dict[Future[_Ended], Package] = {}
    ended: list[_Ended] = []
    with ThreadPoolExecutor(max_workers=32, thread_name_prefix="push") as pool:
        while waiting or flying or ended:
            is_open = job.gate() and not job.tally.is_down
            free = job.slots.take(len(waiting), wait=not (flying or ended)) if is_open else 0
            batch = [waiting.popleft() for _ in range(free)]
            started = _keep_and_start(job, ended, batch)
            job.slots.give(len(batch) - len(started))
            for package, number in started:
                flying[pool.submit(_create, job, package, number)] = package
            ended = []
            if flying:
                done, _ = wait(
                    flying, timeout=LOOK_FOR_SLOTS if waiting else None, return_when=FIRST_COMPLETED
                )
                ended = [future.result() for future in done]
                for future in done:
                    del flying[future]
                job.slots.give(len(done))
            elif not is_open:
                return
            for one in ended:
                if one.error is not None and _is_about_the_channel(job, one.error):
                    job.tally.is_down = True


def _keep_and_start(
    job: _Job, ended: Sequence[_Ended], batch: Sequence[Package]
) -> list[tuple[Package, int]]:
    if not ended and not batch:
        return []
    with db.write(MACHINE) as tx:
        for one in ended:
            _keep(tx, job, one)
        numbers = (
            pushes.start_sending(
                tx,
                {package.push_id: checks.request_text(package) for package in batch},
                job.token,
                timeout=timedelta(seconds=job.timeout),
                worker=job.context.worker,
            )
            if batch
            else {}
        )
        for package in batch:
            if package.push_id not in numbers:
                pushes.cannot_start(tx, package.push_id, job.token)
    started = [(package, numbers[package.push_id]) for package in batch if package.push_id in numbers]
    job.context.after_step("started" if started else "kept")
    return started


def _create(job: _Job, package: Package, number: int) -> _Ended:
    """One request, in a thread of its own; touches no row."""
    try:
        found, exchange = job.destination.create(package.order, job.skus, gate=job.gate, timeout=job.timeout)
    except PlatformError as error:
        return _Ended(package, number, error=error, exchange=error.exchange)
    return _Ended(package, number, found=found, exchange=exchange)


def _keep(tx: db.Tx, job: _Job, one: _Ended) -> None:
    """Write how a request ended, by the closed list of rule 4."""
    push_id, error = one.package.push_id, one.error
    reply = one.exchange.reply if one.exchange else (error.excerpt if error else "")
    status = one.exchange.status if one.exchange else (error.status if error else None)

    def end(outcome: AttemptOutcome, code: ErrorCode | None = None, message: str = "") -> None:
        pushes.end_attempt(
            tx, push_id, one.number, outcome, code=code, message=message, status=status, reply=reply
        )

    match error:
        case None:
            assert one.found is not None
            end(AttemptOutcome.SENT)
            _keep_created(tx, job, one.package, one.found)
        case Rejected(may_exist=True) | OutcomeUnknown() | ProtocolError():
            end(AttemptOutcome.UNKNOWN, ErrorCode.OUTCOME_UNKNOWN, error.detail)
            pushes.doubt(tx, push_id, job.token, ErrorCode.OUTCOME_UNKNOWN, error.detail)
            job.tally.doubtful += 1
        case Rejected():
            end(AttemptOutcome.REJECTED, error.code, error.detail)
            pushes.reject(tx, push_id, job.token, error.code, error.detail, error.field)
            job.tally.failed += 1
        case RateLimited():
            end(AttemptOutcome.NOTHING_DONE, error.code, error.detail)
            pause = timedelta(seconds=error.retry_after) if error.retry_after else None
            pushes.retry_later(tx, push_id, job.token, error.code, error.detail, wait=pause)
            job.tally.waiting += 1
        case _:
            end(AttemptOutcome.NOTHING_DONE, error.code, error.detail)
            is_counted = not (job.tally.is_down or job.context.is_stopping())
            pushes.retry_later(tx, push_id, job.token, error.code, error.detail, is_counted=is_counted)
            job.tally.waiting += 1


def _keep_created(tx: db.Tx, job: _Job, package: Package, found: FoundOrder) -> None:
    """Keep a created order; what came back other than sent is a person's, with its id."""
    finding = judge_found(package.order, [found])
    if finding.verdict is Verdict.SENT:
        pushes.record_found(tx, package.push_id, found, f"created as {found.destination_id}")
        job.tally.sent += 1
        return
    code = finding.code or ErrorCode.DIFFERENT_AT_DESTINATION
    pushes.needs_person(tx, package.push_id, code, finding.evidence, found.destination_id)
    job.tally.failed += 1


def _is_about_the_channel(job: _Job, error: PlatformError) -> bool:
    """Whether a failure means that the destination as a whole is down or wants another sign-in."""
    if job.tally.is_down:
        return True
    if not isinstance(error, AuthFailed | Unavailable | ProtocolError):
        return False
    job.tally.is_down = health.diagnose(job.channel.id, job.line) is not ChannelHealth.OK
    return job.tally.is_down
