"""The jobs that can be rung, and the tick that rings for every row that is asked for and not served."""

from datetime import timedelta

from stogly_tui.domain.people import MACHINE
from stogly_tui.domain.states import FlowType
from stogly_tui.model import changes
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels, work
from stogly_tui.model.transitions import flows, runs
from stogly_tui.sync import health, intake, looks, push, refetch, rules
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


@job("health")
def run_health(context: Context, channel_id: int) -> None:
    """Look at a channel that is down."""
    health.look(context, channel_id)


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
        for channel_id in work.channels_to_look_at(now):
            engine.ring("health", channel_id)


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
            due_next = tx.at + timedelta(minutes=float(channel.settings.get("pull_interval", 15)))
        if flows.claim_due(tx, flow.id, flow.next_due_at, due_next):
            runs.ask(
                tx,
                flow.id,
                flow.channel_id,
                flow.type,
                "interval" if flow.type is FlowType.ORDERS else "daily",
            )
