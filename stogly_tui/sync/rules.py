"""The automatic rule: which orders are queued without a person."""

from collections.abc import Callable
from datetime import datetime, timedelta

from stogly_tui.domain.gates import PushRule, may_leave
from stogly_tui.domain.people import MACHINE
from stogly_tui.domain.reference import make_reference
from stogly_tui.domain.states import AutoSend, ChannelHealth, ChannelState, Mode, SendWhen
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels, work
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.work import Candidate
from stogly_tui.model.transitions import meta, pushes


def queue_due(is_wanted: Callable[[Candidate], bool] = lambda _candidate: True) -> int:
    """Queue what the rules of all active channels let through; returns how many."""
    queued = 0
    with db.read():
        if meta.get("sending_locked"):
            return 0
        sources = [channel for channel in channels.listed() if sends_by_rule(channel)]
    for channel in sources:
        queued += _queue_of(channel, is_wanted)
    return queued


def sends_by_rule(channel: ChannelRow) -> bool:
    """Whether a channel's orders are sent without a person at all."""
    return (
        channel.state is ChannelState.ACTIVE
        and channel.health is not ChannelHealth.NEEDS_SIGN_IN
        and channel.mode is Mode.PUSH
        and channel.destination_id is not None
        and channel.auto_send is not AutoSend.OFF
        and channel.auto_send_from is not None
    )


def rule_of(channel: ChannelRow) -> PushRule:
    """The push rule as a channel's settings say it."""
    return PushRule(
        channel.auto_send,
        channel.auto_send_from,
        channel.send_when,
        int(channel.settings.get("import_delay", 0)),
    )


def to_queue(candidate: Candidate, destination_id: int) -> pushes.ToQueue:
    """What queueing needs; the reference is the same on every database that knows the order (rule 1)."""
    return pushes.ToQueue(
        candidate.order_id,
        candidate.revision,
        candidate.push_destination_id or destination_id,
        make_reference(
            candidate.platform,
            candidate.account_id,
            candidate.remote_id,
            candidate.incarnation if candidate.has_sisters else "",
            candidate.generation,
        ),
        candidate.ship_by,
        candidate.generation,
    )


def _queue_of(channel: ChannelRow, is_wanted: Callable[[Candidate], bool]) -> int:
    assert channel.auto_send_from is not None
    assert channel.destination_id is not None
    rule = rule_of(channel)
    with db.read():
        now: datetime = db.now() + meta.skew(channel.id)  # orders tell the time by their channel's clock
        found = work.rule_candidates(
            channel.id,
            channel.auto_send_from,
            now - timedelta(seconds=rule.import_delay),
            paid_only=channel.send_when is SendWhen.PAID,
        )
    managed = channel.auto_send is AutoSend.MANAGED
    ready = [
        to_queue(candidate, channel.destination_id)
        for candidate in found
        if not managed and is_wanted(candidate) and may_leave(candidate.facts, rule, now) is None
    ]
    if not ready:
        return 0
    with db.write(MACHINE) as tx:
        return len(pushes.queue(tx, ready, rule=f"rule {channel.auto_send.title()}"))
