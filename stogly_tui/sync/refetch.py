"""The daily re-fetch: reads by creation time and compares ids. It is the proof that nothing was missed."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.people import MACHINE
from stogly_tui.domain.states import BackfillState, Level
from stogly_tui.model import database as db
from stogly_tui.model.queries import backfills, channels, work
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.work import AskedRun
from stogly_tui.model.transitions import runs
from stogly_tui.model.transitions.intake import Counts
from stogly_tui.platforms.base import OrderPage, OrderSource, RawOrder
from stogly_tui.sync.context import Context

DEFAULTS = {"transmission_time": "03:00", "timeframe_days": 3, "time_difference": 60}
"""Transmission time in the channel's zone, Timeframe to receive data in days, Timedifference in seconds."""


def prove(
    context: Context,
    channel: ChannelRow,
    source: OrderSource,
    run: AskedRun,
    store: Callable[[OrderPage], Counts],
) -> None:
    """Read the timeframe again, store what is there, and name what was missing here or there."""
    settings: dict[str, Any] = DEFAULTS | _settings(run)
    with db.read():
        until = db.now()
        since = until - timedelta(days=int(settings["timeframe_days"]))
        if run.window is not None:
            since, until = run.window
        unread = since
        history = backfills.of_channel(channel.id)
        if history is not None and history.state is BackfillState.READING:
            unread = history.at
        known = work.remote_ids_placed(channel.id, since, until)
    seen: set[str] = set()
    expected: set[str] = set()
    """What should have been here: history that is still to be read is not missing."""
    for stream in source.facts.streams:
        for page in source.placed_between(stream, since, until):
            seen.update(raw.remote_id for raw in page.records if raw.remote_id)
            expected.update(raw.remote_id for raw in page.records if raw.remote_id and _since(raw, unread))
            store(page)
            if context.is_stopping():
                return
    missing = expected - known
    with db.write(MACHINE) as tx:
        runs.add(tx, run.id, {}, missing=len(missing))
        for remote_id in sorted(missing):
            runs.log(
                tx, Level.WARNING, ErrorCode.FOUND_MISSING, "was placed but had not been read before",
                channel_id=channel.id, run_id=run.id, entity=remote_id,
                order_id=next(iter(work.order_ids(channel.id, remote_id)), None),
            )  # fmt: skip
        for remote_id in sorted(known - seen):
            runs.ask_again(tx, channel.id, remote_id, "the daily re-fetch did not find it")
        runs.log(
            tx, Level.INFO, "PROOF", f"{len(seen)} on channel, {len(known)} here before, {len(missing)} were missing",
            channel_id=channel.id, run_id=run.id,
        )  # fmt: skip


def _since(raw: RawOrder, at: datetime) -> bool:
    return raw.order is None or raw.order.placed_at >= at


def next_time(settings: str, time_zone: str, after: datetime, interval_due: datetime | None) -> datetime:
    """When a daily run is due next: its transmission time in the channel's zone, kept apart from the regular run."""
    chosen = DEFAULTS | json.loads(settings or "{}")
    try:
        zone = ZoneInfo(time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    hour, _, minute = str(chosen["transmission_time"]).partition(":")
    local = after.astimezone(zone)
    due = local.replace(hour=int(hour), minute=int(minute or 0), second=0, microsecond=0)
    if due <= local:
        due += timedelta(days=1)
    apart = timedelta(seconds=int(chosen["time_difference"]))
    if interval_due is not None and abs(due - interval_due) < apart:
        due = interval_due + apart
    return due.astimezone(after.tzinfo)


def _settings(run: AskedRun) -> dict[str, Any]:
    with db.read():
        found = next((flow for flow in channels.flows() if flow.id == run.flow_id), None)
    return dict(found.settings) if found else {}
