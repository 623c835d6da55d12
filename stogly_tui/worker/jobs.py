"""The jobs that can be rung, and the tick that rings for every row that is asked for and not served."""

import json
from datetime import timedelta

from stogly_tui.domain.people import MACHINE
from stogly_tui.domain.states import FlowType, SyncDirection
from stogly_tui.model import changes
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels, work
from stogly_tui.model.queries import webhooks as webhook_queries
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.transitions import flows, runs
from stogly_tui.sync import health, intake, looks, push, refetch, rejudge, rules, webhooks
from stogly_tui.sync.context import Context
from stogly_tui.worker.bell import Engine, job

LONGEST_INTERVAL = timedelta(hours=25)
LOG_DAYS_INFO = timedelta(days=120)
LOG_DAYS_WARNING = timedelta(days=365)


@job("intake")
def run_intake(context: Context, channel_id: int) -> None:
    """Serve all intake of a channel."""
    intake.drain(context, channel_id)


@job("push")
def run_push(context: Context, channel_id: int) -> None:
    """Send what is due to a destination."""
    push.drain(context, channel_id)


@job("looks")
def run_looks(context: Context, channel_id: int) -> None:
    """Look at what is in doubt at a destination."""
    looks.settle(context, channel_id)


@job("rejudge")
def run_rejudge(context: Context, channel_id: int) -> None:
    """Judge stored orders again, where the process that changed the rules did not come to it."""
    rejudge.rejudge(context, MACHINE, channel_id)


@job("health")
def run_health(context: Context, channel_id: int) -> None:
    """Look at a channel that is down."""
    health.look(context, channel_id)


@job("webhooks")
def run_webhooks(context: Context, channel_id: int) -> None:
    """Look at a channel's webhook subscriptions."""
    webhooks.ensure(context, channel_id)


def tick(engine: Engine) -> None:
    """Claim due schedules, queue what the rules let through, and ring for everything that is due."""
    with db.read():
        now = db.now()
        due = work.due_flows(now, LONGEST_INTERVAL)
    for flow in due:
        _ask(flow)
    rules.queue_due()
    with db.read():
        for channel_id, is_urgent in work.channels_with_intake(now):
            engine.ring("intake", channel_id, urgent=is_urgent)
        for channel_id, is_urgent in work.destinations_due(now):
            engine.ring("push", channel_id, urgent=is_urgent)
        for channel_id in work.destinations_in_doubt(now):
            engine.ring("looks", channel_id)
        for channel_id in rejudge.overdue():
            engine.ring("rejudge", channel_id)
        for channel_id in work.channels_to_look_at(now):
            engine.ring("health", channel_id)


def tick_webhooks(engine: Engine) -> None:
    """Ring for the channels whose webhook subscriptions have to be looked at, while the receiver is on."""
    with db.read():
        for channel_id in webhook_queries.due(db.now()):
            engine.ring("webhooks", channel_id)


def keep_house() -> None:
    """Once a minute: end what dead processes left, forget old hints and log lines, move the WAL into the file."""
    push.free_abandoned()
    intake.end_abandoned()
    with db.write(MACHINE) as tx:
        changes.prune()
        runs.prune_log(tx, info_before=tx.at - LOG_DAYS_INFO, all_before=tx.at - LOG_DAYS_WARNING)
    db.checkpoint()


def _ask(flow: work.DueFlow) -> None:
    """Claim a due time and ask for a run in one transaction; only one process can."""
    with db.read():
        channel = channels.by_id(flow.channel_id)
        siblings = channels.flows(flow.channel_id)
    if channel is None:
        return
    with db.write(MACHINE) as tx:
        if flow.type is FlowType.ORDERS_DAILY:
            regular = min(
                (one.next_due_at for one in siblings if one.type is FlowType.ORDERS and one.next_due_at),
                default=None,
            )
            due_next = refetch.next_time(flow.settings, channel.time_zone, tx.at, regular)
        else:
            due_next = tx.at + timedelta(minutes=_interval(flow, channel))
        is_read = channel.settings.get("sync_direction") != SyncDirection.PUSH_ONLY
        if flows.claim_due(tx, flow.id, flow.next_due_at, due_next) and is_read:
            runs.ask(
                tx,
                flow.id,
                flow.channel_id,
                flow.type,
                "interval" if flow.type is FlowType.ORDERS else "daily",
            )


def _interval(flow: work.DueFlow, channel: ChannelRow) -> float:
    """Minutes between two runs of a flow: its own, or its channel's."""
    return float(json.loads(flow.settings).get("interval") or channel.settings.get("pull_interval", 15))
