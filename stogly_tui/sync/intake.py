"""Orders in: one serial drain per channel takes everything that was asked of it, whoever asked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from stogly_tui.domain.backoff import CHANNEL_LOOKS, wait_after
from stogly_tui.domain.people import MACHINE
from stogly_tui.domain.states import BackfillState, ChannelState, FlowType, Level, RunState
from stogly_tui.model import database as db
from stogly_tui.model.queries import backfills, channels, work
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.work import AskedRun
from stogly_tui.model.transitions import channels as channel_transitions
from stogly_tui.model.transitions import intake as transitions
from stogly_tui.model.transitions import leases, meta, orders, runs
from stogly_tui.platforms.base import Connection, OrderPage, OrderSource, RawOrder
from stogly_tui.platforms.errors import NotFound, PlatformError, RateLimited
from stogly_tui.sync import backfill, health, refetch
from stogly_tui.sync.context import Context, is_dead
from stogly_tui.sync.judge import Rules, judge

LEASE = timedelta(minutes=3)
INTAKE = (FlowType.ORDERS, FlowType.ORDERS_DAILY)
READ = (ChannelState.READ_ONLY, ChannelState.ACTIVE)
SKEW_NEWS = 10.0
"""Seconds by which a clock has to be off otherwise than it was known to be."""
FEW = 3
"""Fewer records than this that were asked for by id are read one by one."""
STORE_AT_ONCE = 100
"""Records per transaction: keeps each near 50 ms."""


class LostLease(Exception):
    """Another process serves this channel now, or it was paused or removed; what was stored stays."""


def drain(
    context: Context, channel_id: int, *, since: datetime | None = None, all_history: bool = False
) -> list[int]:
    """Serve all intake of a channel that is asked for: runs and triggers. Returns the runs that were served.

    History that is due is read too, a window; with ``all_history`` to its end, without rests.
    Does nothing when another process is at it; what was asked stays due.
    """
    token = context.token()
    if not _take(channel_id, token):
        return []
    served: list[int] = []
    try:
        with db.read():
            channel = channels.by_id(channel_id)
        if channel is None:
            return []
        with db.write(MACHINE) as tx:
            runs.interrupt(tx, channel_id, INTAKE)
        try:
            with db.connection(), context.connected(channel) as line:
                _serve(context, channel, line, token, served, since, all_history=all_history)
        except PlatformError as error:
            _fail_what_is_asked(channel_id, token, error, served)
            health.note_failure(channel_id, error)
    except LostLease:
        pass
    finally:
        if context.is_stopping():
            backfill.interrupt(context, channel_id)
        with db.write(MACHINE) as tx:
            leases.release(tx, _key(channel_id), token)
    return served


def _serve(
    context: Context,
    channel: ChannelRow,
    line: Connection,
    token: str,
    served: list[int],
    since: datetime | None,
    *,
    all_history: bool,
) -> None:
    source = line.orders
    if source is None:
        return

    def serve_live() -> bool:
        return _serve_live(context, channel, line, source, token, served, since)

    def store(run_id: int, run_token: str, page: OrderPage) -> transitions.Counts:
        return store_page(context, channel, run_id, page, (token, run_token))

    while serve_live() and not context.is_stopping():
        with db.read():
            history = backfills.of_channel(channel.id)
            is_due = backfills.is_due(channel.id, db.now())
        if history is None or history.state is not BackfillState.READING or not (is_due or all_history):
            return
        if not backfill.step(context, channel, source, store, serve_live):
            health.diagnose(channel.id, line)
            return


def _serve_live(
    context: Context,
    channel: ChannelRow,
    line: Connection,
    source: OrderSource,
    token: str,
    served: list[int],
    since: datetime | None,
) -> bool:
    """Serve what was asked for and what was told of, until nothing is; False when the channel does not answer."""
    while not context.is_stopping():
        with db.read():
            asked = [run for run in work.asked_runs(channel.id) if run.type in INTAKE]
            has_triggers = bool(work.due_triggers(channel.id, db.now(), limit=1))
        if not asked and not has_triggers:
            return True
        for run in asked:
            run_token = context.token()
            with db.write(MACHINE) as tx:
                is_ours = runs.start(tx, run.id, run_token)
            if is_ours:
                served.append(run.id)
                if not _run(context, channel, line, source, run, (token, run_token), since):
                    return False
        if not _serve_triggers(context, channel, source, token):
            return False
    return False


def _run(
    context: Context,
    channel: ChannelRow,
    line: Connection,
    source: OrderSource,
    run: AskedRun,
    tokens: tuple[str, str],
    since: datetime | None,
) -> bool:
    """Serve one run to its end; False when the channel does not answer and the rest has to wait."""
    failure: PlatformError | None = None
    try:
        if run.type is FlowType.ORDERS_DAILY:
            refetch.prove(
                context, channel, source, run, lambda page: store_page(context, channel, run.id, page, tokens)
            )
        else:
            for stream in source.facts.streams:
                _read_stream(context, channel, source, stream, run, tokens, since)
    except PlatformError as error:
        failure = error
    stopped = failure is None and context.is_stopping()
    with db.write(MACHINE) as tx:
        if failure is not None:
            runs.finish(tx, run.id, failure=(failure.code, failure.detail))
            runs.log(tx, Level.ERROR, failure.code, failure.detail, channel_id=channel.id, run_id=run.id)
        elif stopped:
            runs.interrupt(tx, channel.id, INTAKE)
        else:
            runs.finish(tx, run.id)
    if failure is not None and not isinstance(failure, RateLimited):
        health.diagnose(channel.id, line)
    return failure is None and not stopped


def _read_stream(
    context: Context,
    channel: ChannelRow,
    source: OrderSource,
    stream: str,
    run: AskedRun,
    tokens: tuple[str, str],
    since: datetime | None,
) -> None:
    with db.read():
        stored = work.cursor(channel.id, stream)
    start = since or (stored - source.facts.overlap if stored else backfill.first_start(channel, source))
    at = stored
    for number, page in enumerate(source.changed_since(stream, start)):
        if number == 0 and page.server_time is not None:
            _note_clock(channel.id, page.server_time)
        target = page.cursor
        move: tuple[str, datetime | None, datetime] | None = None
        if target is not None and since is None and (at is None or target > at):
            move = (stream, at, target)
            at = target
        store_page(context, channel, run.id, page, tokens, cursor=move)
        context.after_step("page stored")
        if context.is_stopping():
            return


def _note_clock(channel_id: int, server_time: datetime) -> None:
    """Remember a channel's clock that is off: what counts from when is decided by the times it gives."""
    with db.read():
        off = (server_time - db.now()).total_seconds()
        known = meta.skew(channel_id).total_seconds()
    if abs(off - known) > SKEW_NEWS and max(abs(off), abs(known)) > meta.SKEW_TOLERANCE:
        with db.write(MACHINE) as tx:
            meta.note_skew(tx, channel_id, off)


def store_page(
    context: Context,
    channel: ChannelRow,
    run_id: int | None,
    page: OrderPage,
    tokens: tuple[str, str],
    *,
    cursor: tuple[str, datetime | None, datetime] | None = None,
    is_fresh: bool = False,
) -> transitions.Counts:
    """Store a page; the cursor moves with its last part, and only if the lease is still ours.

    Raises:
        LostLease: another process serves this channel now.
    """
    lease_token, run_token = tokens
    total = transitions.Counts()
    records = page.records
    parts = [records[i : i + STORE_AT_ONCE] for i in range(0, len(records), STORE_AT_ONCE)] or [()]
    for number, part in enumerate(parts, start=1):
        is_last = number == len(parts)
        with db.write(MACHINE) as tx:
            if leases.take(tx, _key(channel.id), lease_token, LEASE) is None:
                raise LostLease
            now = channel_transitions.lock(tx, channel.id, shared=True)
            if now is None or now.state not in READ:
                raise LostLease
            judged = _judged(part, now, is_fresh=is_fresh)
            counts = transitions.store(tx, channel.id, now.order_prefix, run_id, judged)
            if run_id is not None:
                runs.add(tx, run_id, _named(counts), pages=int(is_last))
            if is_last and cursor is not None:
                stream, before, after = cursor
                if not runs.move_cursor(tx, channel.id, stream, before=before, after=after, token=run_token):
                    raise LostLease
        total.created_ids += counts.created_ids
        for name in runs.COUNTED:
            setattr(total, name, getattr(total, name) + getattr(counts, name))
        context.after_step("part stored")
    return total


def _judged(part: Sequence[RawOrder], channel: ChannelRow, *, is_fresh: bool) -> list[transitions.Record]:
    """Judge by the rules of this very moment: they may change while a long pull runs."""
    rules = Rules.of(channel)
    references = [raw.order.reference for raw in part if raw.order and raw.order.reference]
    echoes = work.echoes(channel.id, references)
    return [judge(raw, rules, echoes, is_fresh=is_fresh) for raw in part]


def end_abandoned() -> None:
    """Mark intake runs whose lease nobody alive holds: their process ended, and their channel may be paused since."""
    with db.write(MACHINE) as tx:
        for channel_id, holder, until in work.running_intakes():
            if not holder or is_dead(holder) or until < tx.at:
                runs.interrupt(tx, channel_id, INTAKE)
    backfill.end_abandoned()


def _serve_triggers(context: Context, channel: ChannelRow, source: OrderSource, token: str) -> bool:
    """Read the records that were asked for one by one; False when the channel does not answer."""
    while not context.is_stopping():
        with db.read():
            due = work.due_triggers(channel.id, db.now())
        if not due:
            return True
        together = _read_together(source, [trigger.remote_id for trigger in due])
        if together:
            page = OrderPage(tuple(together.values()), cursor=None, is_last=True)
            store_page(context, channel, None, page, (token, ""), is_fresh=True)
            with db.write(MACHINE) as tx:
                for trigger in due:
                    if trigger.remote_id in together:
                        runs.served(tx, trigger.id, trigger.counter)
            context.after_step("triggers served")
        for trigger in due:
            if context.is_stopping():
                return False
            if trigger.remote_id in together:
                continue
            try:
                raw = source.one(trigger.remote_id)
            except NotFound:
                _is_gone(channel.id, trigger.remote_id)
            except PlatformError as error:
                with db.write(MACHINE) as tx:
                    runs.put_off(tx, trigger.id, wait_after(trigger.tries + 1, CHANNEL_LOOKS))
                    runs.log(
                        tx,
                        Level.WARNING,
                        error.code,
                        error.detail,
                        channel_id=channel.id,
                        entity=trigger.remote_id,
                    )
                return False
            else:
                store_one(context, channel, raw, token)
            with db.write(MACHINE) as tx:
                runs.served(tx, trigger.id, trigger.counter)
            context.after_step("trigger served")
    return False


def _read_together(source: OrderSource, remote_ids: Sequence[str]) -> dict[str, RawOrder]:
    """Several records by their id, where the platform gives them together; what is missing is asked for by itself."""
    if len(remote_ids) < FEW:
        return {}
    try:
        found = source.several(remote_ids[: source.facts.page_size])
    except PlatformError:
        return {}
    return {raw.remote_id: raw for raw in found if raw.remote_id is not None and raw.remote_id in remote_ids}


def store_one(context: Context, channel: ChannelRow, raw: RawOrder, token: str) -> transitions.Counts:
    """Store one record that was read by itself: it decides where two versions carry the same time."""
    page = OrderPage(records=(raw,), cursor=None, is_last=True)
    return store_page(context, channel, None, page, (token, ""), is_fresh=True)


def _is_gone(channel_id: int, remote_id: str) -> None:
    with db.write(MACHINE) as tx:
        for order_id in work.order_ids(channel_id, remote_id):
            orders.forget_missing(tx, order_id, "is gone at its channel")


def _take(channel_id: int, token: str) -> bool:
    with db.write(MACHINE) as tx:
        holder = work.lease_holder(_key(channel_id))
        if holder and is_dead(holder):
            leases.free_of_dead(tx, _key(channel_id), holder)
        return leases.take(tx, _key(channel_id), token, LEASE) is not None


def _key(channel_id: int) -> str:
    return f"intake:{channel_id}"


def _named(counts: transitions.Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in runs.COUNTED}


def _fail_what_is_asked(channel_id: int, token: str, error: PlatformError, served: list[int]) -> None:
    with db.read():
        asked: Sequence[AskedRun] = work.asked_runs(channel_id)
    for run in asked:
        with db.write(MACHINE) as tx:
            if runs.start(tx, run.id, token):
                served.append(run.id)
                if runs.finish(tx, run.id, failure=(error.code, error.detail)) is RunState.FAILED:
                    runs.log(tx, Level.ERROR, error.code, error.detail, channel_id=channel_id, run_id=run.id)
