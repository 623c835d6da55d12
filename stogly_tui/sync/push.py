"""Orders out, exactly once: claim, look, check, send, and keep what is proven (domain.md, "Push")."""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import timedelta

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.outgoing import FoundOrder
from stogly_tui.domain.people import MACHINE
from stogly_tui.domain.states import AttemptOutcome, ChannelHealth, ChannelState, FlowType, Level
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
from stogly_tui.sync.found import settle_found

MARGIN = timedelta(seconds=30)
LOOK_FOR_SLOTS = 0.01
"""Seconds after which a lane with more to send looks whether the other one has given connections back."""
REFUSED_WAIT = timedelta(minutes=2)
"""How long a batch waits whose look-up is refused although the destination answers."""
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
    claim_ends_by_wall: float = 0.0
    pause: timedelta = timedelta(0)
    """How long what is left of the batch has to wait, because the destination wants fewer requests."""
    failure: PlatformError | None = None
    run_id: int | None = None
    skus: dict[str, Sku] = field(default_factory=dict)
    """Resolved so far; what was not found is asked again, it may have been created since."""

    def gate(self) -> bool:
        """Open while the claim holds, by both clocks (one stands still while the machine sleeps), and nobody stops us."""
        is_ours = time.monotonic() < self.claim_ends and time.time() < self.claim_ends_by_wall
        return is_ours and not self.context.is_stopping()


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

    def begin(self, token: str) -> int:
        """Begin, once; returns its id."""
        with self._lock:
            if self._id is None:
                with db.write(MACHINE) as tx:
                    flow_id = work.flow_of(self._channel_id, FlowType.PUSH)
                    self._id = runs.begin(tx, self._channel_id, FlowType.PUSH, "due", token, flow_id)
            return self._id

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
    for job in jobs:
        run.tally.add(job.tally)
        run.failure = run.failure or job.failure
    for lane in lanes:
        lane.result()
    return run.tally


def _lane(job: _Job, run: _Run) -> None:
    with db.connection():
        while not job.context.is_stopping() and not job.tally.is_down:
            claimed = _claim(job)
            if not claimed:
                return
            job.run_id = run.begin(job.token)
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
        job.claim_ends_by_wall = time.time() + lease.total_seconds() - 5
        ids = pushes.claim(
            tx, job.channel.id, job.token, limit=job.destination.facts.batch_size // 2, lease=lease
        )
        if ids:
            witness.step(tx, len(ids))
    job.context.after_step("claimed")
    return ids


def _send_batch(job: _Job, push_ids: Sequence[int]) -> None:
    """Look, check and send one claimed batch; whatever was not started is given back."""
    job.pause = timedelta(0)
    packages = _still_wanted(job, push_ids)
    trouble: PlatformError | None = None
    try:
        absent = _look_first(job, packages)
        ready = _check(job, absent)
        _send_all(job, deque(ready))
    except PlatformError as error:
        trouble = error
        job.tally.waiting += len(push_ids)
        _put_off(job, error)
    finally:
        with db.write(MACHINE) as tx:
            wait = DOWN_WAIT if job.tally.is_down else job.pause
            pushes.give_back(tx, push_ids, job.token, wait=wait, trouble=_in_words(trouble))


def _still_wanted(job: _Job, push_ids: Sequence[int]) -> list[Package]:
    """Leave out, by name, what was held, cancelled or changed since it was queued."""
    with db.write(MACHINE) as tx:
        wanted = pushes.startable(push_ids)
        for push_id in push_ids:
            if push_id not in wanted:
                pushes.cannot_start(tx, push_id, job.token)
    with db.read():
        return work.packages(sorted(wanted))


def _put_off(job: _Job, error: PlatformError) -> None:
    """A batch that could not be looked up or checked waits; nothing of it was sent, no try is counted."""
    if isinstance(error, RateLimited):
        job.pause = timedelta(seconds=error.retry_after or DOWN_WAIT.total_seconds())
        return
    job.pause = REFUSED_WAIT
    if not _is_about_the_channel(job, error):
        job.failure = error
        with db.write(MACHINE) as tx:
            tx.run_id = job.run_id
            runs.log(tx, Level.ERROR, error.code, error.detail, channel_id=job.channel.id, entity="look-up")


def _in_words(error: PlatformError | None) -> tuple[ErrorCode, str] | None:
    return None if error is None or isinstance(error, RateLimited) else (error.code, error.detail)


def _look_first(job: _Job, packages: Sequence[Package]) -> list[Package]:
    """Look every push up right before it is sent, first attempts too; returns those that are not there (rule 2)."""
    if not packages:
        return []
    oldest = min(package.order.placed_at for package in packages)
    found = job.destination.look_up([package.order.reference for package in packages], oldest, urgent=True)
    job.context.after_step("looked")
    for package in packages:
        there = found.get(package.order.reference)
        if there:
            settle_found(job.destination, package, there, job.gate, job.timeout)
            job.tally.sent += 1
    return [package for package in packages if package.order.reference not in found]


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
            tx.run_id = job.run_id
            for package, problem in refused:
                pushes.refuse(tx, package.push_id, job.token, problem.code, problem.text, problem.field)
        job.tally.failed += len(refused)
    return ready


def _send_all(job: _Job, waiting: "deque[Package]") -> None:
    """Send with several requests at a time. One thread writes: it keeps the outcomes that have come in and starts
    as many new requests in the same durable transaction, so that a commit serves many.
    """
    flight = _Flight(job)
    with ThreadPoolExecutor(max_workers=32, thread_name_prefix="push") as pool:
        try:
            while waiting or flight.flying or flight.ended:
                is_open = job.gate() and not job.tally.is_down and not job.pause
                free = flight.take(len(waiting)) if is_open else 0
                batch = [waiting.popleft() for _ in range(free)]
                started = _keep_and_start(job, flight.ended, batch)
                flight.launch(pool, started, unused=len(batch) - len(started))
                if not flight.flying and not is_open:
                    return
                flight.land(LOOK_FOR_SLOTS if waiting and is_open else None)
                for one in flight.ended:
                    _learn(job, one.error)
        except BaseException:
            flight.land_all()
            with contextlib.suppress(db.DatabaseUnreachable):
                _keep_and_start(job, flight.ended, [])
            raise
        finally:
            flight.give_all()


class _Flight:
    """The requests of one lane that are on the wire, and the connections it holds for them."""

    def __init__(self, job: _Job) -> None:
        self._job = job
        self._held = 0
        self.flying: set[Future[_Ended]] = set()
        self.ended: list[_Ended] = []

    def take(self, most: int) -> int:
        """Take free connections; waits a little for one when there is nothing else to do."""
        taken = self._job.slots.take(most, wait=not (self.flying or self.ended))
        self._held += taken
        return taken

    def launch(
        self, pool: ThreadPoolExecutor, started: Sequence[tuple[Package, int]], *, unused: int
    ) -> None:
        """Send what was started; each may leave until its own deadline by the clock on the wall."""
        self.ended = []
        until = time.time() + self._job.timeout
        for package, number in started:
            self.flying.add(pool.submit(_create, self._job, package, number, until))
        self._give(unused)

    def land(self, timeout: float | None) -> None:
        """Wait until one has ended."""
        if not self.flying:
            return
        done, self.flying = wait(self.flying, timeout=timeout, return_when=FIRST_COMPLETED)
        self.ended = [future.result() for future in done]
        self._give(len(done))

    def land_all(self) -> None:
        """Wait for all of them, so that no answer is lost; one that ended in a defect is looked up later."""
        done, self.flying = wait(self.flying)
        self.ended += [future.result() for future in done if future.exception() is None]

    def give_all(self) -> None:
        """Give every connection back."""
        self._give(self._held)

    def _give(self, count: int) -> None:
        self._held -= count
        self._job.slots.give(count)


def _learn(job: _Job, error: PlatformError | None) -> None:
    """What the end of one request says about the next ones."""
    if isinstance(error, RateLimited):
        job.pause = timedelta(seconds=error.retry_after or DOWN_WAIT.total_seconds())
    elif error is not None:
        _is_about_the_channel(job, error)


def _keep_and_start(
    job: _Job, ended: Sequence[_Ended], batch: Sequence[Package]
) -> list[tuple[Package, int]]:
    if not ended and not batch:
        return []
    with db.write(MACHINE) as tx:
        tx.run_id = job.run_id
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


def _create(job: _Job, package: Package, number: int, until: float) -> _Ended:
    """One request, in a thread of its own; touches no row."""

    def gate() -> bool:
        return job.gate() and time.time() < until

    try:
        found, exchange = job.destination.create(package.order, job.skus, gate=gate, timeout=job.timeout)
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
            pause = timedelta(seconds=error.retry_after or 0)
            was_asked = one.exchange is not None
            pushes.retry_later(
                tx, push_id, job.token, error.code, error.detail, at_least=pause, is_counted=was_asked
            )
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
    if job.tally.is_down:
        job.failure = error
    return job.tally.is_down
