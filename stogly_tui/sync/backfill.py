"""History: read window by window, newest first, between the live orders and slower than they; it goes on after any end."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from stogly_tui.domain.backoff import CHANNEL_LOOKS, wait_after
from stogly_tui.domain.people import MACHINE
from stogly_tui.domain.states import FlowType, Level
from stogly_tui.model import database as db
from stogly_tui.model.queries import backfills as queries
from stogly_tui.model.queries import work
from stogly_tui.model.queries.backfills import BackfillRow
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.transitions import backfills, flows, runs
from stogly_tui.model.transitions.intake import Counts
from stogly_tui.platforms.base import OrderPage, OrderSource
from stogly_tui.platforms.errors import PlatformError
from stogly_tui.sync.context import Context, is_dead

BEGINNING = datetime(2005, 1, 1, tzinfo=UTC)
FLOW = "History"
SMALL = 2_000
"""A channel of at most so many orders is read whole by its first run."""
LIVE_BACK = timedelta(days=1)
"""How far back, by modification, the first run of a larger channel reads; the rest is history."""
FIRST_SPAN = timedelta(days=7)
SHORTEST_SPAN = timedelta(hours=1)
LONGEST_SPAN = timedelta(days=3_650)
MANY, FEW = 1_000, 250
"""Orders in one window: more are read in smaller windows, fewer in larger ones."""
SHORTEST_REST, LONGEST_REST = 0.5, 30.0
"""Seconds left to others after a window: as long as it took, within these."""


def first_start(channel: ChannelRow, source: OrderSource) -> datetime:
    """Where the first live run begins; for a channel with many orders, the rest becomes history.

    Raises:
        PlatformError: the channel could not be asked how many orders it has.
    """
    with db.read():
        now, known = db.now(), queries.of_channel(channel.id)
        has_begun = work.has_cursor(channel.id)
    if known is not None:
        return known.until - LIVE_BACK
    if has_begun:
        return BEGINNING
    total = source.count_placed(BEGINNING, now)
    if total is None or total <= SMALL:
        return BEGINNING
    with db.write(MACHINE) as tx:
        begin(tx, channel.id, since=BEGINNING, until=now, total=total)
    return now - LIVE_BACK


def begin(tx: db.Tx, channel_id: int, *, since: datetime, until: datetime, total: int | None) -> bool:
    """Begin to read history, with the flow by which people see, stop and start it."""
    if not backfills.begin(tx, channel_id, since=since, until=until, span=FIRST_SPAN, total=total):
        return False
    flows.add(tx, channel_id, FlowType.HISTORY, FLOW, {}, None)
    shown = f"{total:,} orders" if total is not None else "orders"
    runs.log(
        tx,
        Level.INFO,
        "HISTORY",
        f"{shown} placed before now are read beside the live ones",
        channel_id=channel_id,
    )
    return True


def step(
    context: Context,
    channel: ChannelRow,
    source: OrderSource,
    store: Callable[[int, str, OrderPage], Counts],
    serve_live: Callable[[], bool],
) -> bool:
    """Read one window; live work that comes up is served between its pages. False when the channel does not answer.

    A window that ends half-way is read again: what is stored is recognised.
    """
    with db.read():
        row = queries.of_channel(channel.id)
    if row is None:
        return True
    started = time.monotonic()
    try:
        lower = _window(channel.id, source, row)
        run_id, token = _run(context, channel.id, row)
        seen = 0
        for stream in source.facts.streams:
            for page in source.placed_between(stream, lower, row.at):
                seen += store(run_id, token, page).seen
                context.after_step("history page stored")
                if context.is_stopping() or not serve_live():
                    return False
    except PlatformError as error:
        with db.write(MACHINE) as tx:
            backfills.put_off(tx, channel.id, wait_after(row.failures + 1, CHANNEL_LOOKS))
            runs.log(tx, Level.WARNING, error.code, error.detail, channel_id=channel.id)
        return False
    rest = timedelta(seconds=min(max(time.monotonic() - started, SHORTEST_REST), LONGEST_REST))
    span = min(row.span * 2, LONGEST_SPAN) if seen < FEW else row.at - lower
    with db.write(MACHINE) as tx:
        if backfills.move(tx, channel.id, before=row.at, after=lower, span=span, seen=seen, rest=rest) and (
            lower <= row.since
        ):
            backfills.finish(tx, channel.id)
            runs.finish(tx, run_id)
            text = f"history is complete: {row.seen + seen:,} orders placed before {row.until:%Y-%m-%d %H:%M} UTC"
            runs.log(tx, Level.INFO, "HISTORY", text, channel_id=channel.id, run_id=run_id)
            if row.total is not None and row.seen + seen < row.total:
                short = f"the channel counted {row.total:,}: read it again, with another history flow"
                runs.log(tx, Level.WARNING, "HISTORY", short, channel_id=channel.id, run_id=run_id)
    context.after_step("history window read")
    return True


def interrupt(context: Context, channel_id: int) -> None:
    """Mark the history run of this process as interrupted; the next start goes on where it was."""
    with db.read():
        row = queries.of_channel(channel_id)
        ours = [run_id for run_id, token in queries.running() if token.startswith(context.worker)]
    if row is not None and row.run_id in ours:
        with db.write(MACHINE) as tx:
            runs.interrupt_one(tx, row.run_id)


def end_abandoned() -> None:
    """Mark history runs whose process has ended."""
    with db.write(MACHINE) as tx:
        for run_id, token in queries.running():
            if is_dead(token):
                runs.interrupt_one(tx, run_id)


def _window(channel_id: int, source: OrderSource, row: BackfillRow) -> datetime:
    """Where the next window begins; one that holds too many orders is made smaller first."""
    span = row.span
    while True:
        lower = max(row.since, row.at - span)
        count = source.count_placed(lower, row.at)
        if count is None or count <= MANY or span <= SHORTEST_SPAN:
            break
        span = max(SHORTEST_SPAN, span * FEW / count)
    if span != row.span:
        with db.write(MACHINE) as tx:
            backfills.narrow(tx, channel_id, span)
    return lower


def _run(context: Context, channel_id: int, row: BackfillRow) -> tuple[int, str]:
    """The run in which this process reads: its own one goes on, one of a process before is over."""
    with db.read():
        token = next((token for run_id, token in queries.running() if run_id == row.run_id), "")
    if row.run_id is not None and token.startswith(context.worker):
        return row.run_id, token
    own = context.token()
    with db.write(MACHINE) as tx:
        if row.run_id is not None:
            runs.interrupt_one(tx, row.run_id)
        run_id = runs.begin(
            tx, channel_id, FlowType.HISTORY, "history", own, work.flow_of(channel_id, FlowType.HISTORY)
        )
        backfills.serve_by(tx, channel_id, run_id)
    return run_id, own
