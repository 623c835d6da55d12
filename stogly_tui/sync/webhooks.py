"""Webhook subscriptions: registered, kept alive and taken away again, so that orders are told of at once."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from pydantic import SecretStr

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.people import MACHINE
from stogly_tui.domain.states import ChannelState, Level, SyncDirection
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels
from stogly_tui.model.queries import webhooks as queries
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.webhooks import EndpointRow
from stogly_tui.model.transitions import runs
from stogly_tui.model.transitions import webhooks as transitions
from stogly_tui.platforms import registry
from stogly_tui.platforms.base import Subscription, Webhooks
from stogly_tui.platforms.errors import OutcomeUnknown, PlatformError, RateLimited
from stogly_tui.sync import health, keyring
from stogly_tui.sync.context import Context
from stogly_tui.sync.limits import DurableLimiter

EVERY = timedelta(minutes=15)
"""How often subscriptions are looked at: platforms disable or delete what failed several times."""
LEAVING = 5.0
"""Seconds that one request may take while a channel is removed."""
_LIVE = (ChannelState.READ_ONLY, ChannelState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Deed:
    """What a check did about one topic, for the sync log."""

    code: str
    topic: str
    is_mended: bool = False


def ensure(context: Context, channel_id: int) -> bool:
    """Look at a channel's subscriptions when that is due; False when another process does, or it was not due."""
    with db.read():
        now = db.now()
        found = queries.endpoint(channel_id, now)
        is_due = channel_id in queries.due(now)
    if found is None or not is_due or not context.door.is_open:
        return False
    with db.write(MACHINE) as tx:
        if not transitions.claim_check(tx, channel_id, found.next_check_at, tx.at + EVERY):
            return False
    check(context, channel_id)
    return True


def check(context: Context, channel_id: int, *, sign_anew: bool = False) -> tuple[Deed, ...]:
    """Make the subscriptions of a channel what they should be, now; failures are written down, not raised.

    ``sign_anew`` gives the platform our secret again, even where everything seems right.
    """
    with db.read():
        channel = channels.by_id(channel_id)
        found = queries.endpoint(channel_id, db.now())
    if channel is None or channel.state not in _LIVE:
        return ()
    if not is_wanted(context, channel):
        return _stop(context, channel, found)
    failure: PlatformError
    try:
        with context.connected(channel) as line:
            if line.webhooks is None:
                return ()
            try:
                return _mend(context, channel, line.webhooks, found, sign_anew=sign_anew)
            except RateLimited as error:
                failure = error
            except PlatformError as error:
                health.diagnose(channel.id, line)
                failure = error
    except PlatformError as error:
        health.note_failure(channel_id, error)
        failure = error
    with db.write(MACHINE) as tx:
        if transitions.check_failed(tx, channel_id, failure.detail):
            runs.log(tx, Level.ERROR, ErrorCode.WEBHOOKS_DOWN, failure.detail, channel_id=channel_id)
    return ()


def is_wanted(context: Context, channel: ChannelRow) -> bool:
    """Whether this channel's platform should tell us of changes."""
    return context.door.is_public and channel.state in _LIVE and not _is_off(channel)


def _is_off(channel: ChannelRow) -> bool:
    """Whether somebody decided that this channel tells us nothing."""
    is_read = channel.role.gives_orders and channel.settings.get("sync_direction") != SyncDirection.PUSH_ONLY
    return not (is_read and channel.settings.get("webhooks", True))


def ours(context: Context, channel_id: int, every: Sequence[Subscription]) -> list[Subscription]:
    """Those of all subscriptions that are ours: by our address, the one before it, or as we made them."""
    with db.read():
        found = queries.endpoint(channel_id, db.now())
    addresses = {context.door.webhook_url(channel_id), found.url if found else ""} - {""}
    made = {one.id for one in found.subscriptions} if found else set()
    return [one for one in every if one.url in addresses or one.id in made]


def leave(context: Context, channel: ChannelRow) -> None:
    """Take our subscriptions away before a channel is removed, as far as its platform lets us."""
    with db.read():
        found = queries.endpoint(channel.id, db.now())
    if found is None or not found.url:
        return
    with contextlib.suppress(PlatformError):
        address = context.address(channel)
        hasty = replace(address, settings=address.settings.model_copy(update={"request_timeout": LEAVING}))
        limiter = DurableLimiter(channel.id, context.rate(channel))
        line = registry.platform(channel.platform).connect(hasty, limiter)
        try:
            if line.webhooks is not None:
                for one in ours(context, channel.id, line.webhooks.subscriptions()):
                    line.webhooks.unsubscribe(one.id)
        finally:
            line.close()


def _mend(
    context: Context, channel: ChannelRow, webhooks: Webhooks, found: EndpointRow | None, *, sign_anew: bool
) -> tuple[Deed, ...]:
    """Create what is missing, revive what is disabled, move what points elsewhere, remove doubles."""
    platform = registry.platform(channel.platform)
    secret, is_new = keyring.webhook_secret(context.vault, channel.id, platform)
    url = context.door.webhook_url(channel.id)
    mine = ours(context, channel.id, webhooks.subscriptions())
    sign_anew = sign_anew or is_new or _is_refused_since(found)
    kept: list[Subscription] = []
    deeds: list[Deed] = []
    for topic in webhooks.topics:
        of_topic = sorted((one for one in mine if one.topic == topic), key=lambda one: not _is_good(one, url))
        if not of_topic:
            kept.append(_subscribe(context, channel.id, webhooks, topic, url, secret))
            deeds.append(Deed("WEBHOOK-MADE", topic))
            continue
        best = of_topic[0]
        if sign_anew or not _is_good(best, url):
            was_good = _is_good(best, url)
            deeds.append(
                Deed("WEBHOOK-SIGNED" if was_good else "WEBHOOK-REVIVED", topic, is_mended=not was_good)
            )
            best = webhooks.revive(best.id, url, secret)
        kept.append(best)
    keep = {one.id for one in kept}
    for one in mine:
        if one.id not in keep:
            webhooks.unsubscribe(one.id)
            deeds.append(Deed("WEBHOOK-REMOVED", one.topic))
    is_new = any(deed.code != "WEBHOOK-REMOVED" for deed in deeds)
    _write_down(channel.id, url, kept, deeds, is_new=is_new)
    return tuple(deeds)


def _subscribe(
    context: Context, channel_id: int, webhooks: Webhooks, topic: str, url: str, secret: SecretStr
) -> Subscription:
    """Register a topic; where the outcome is unknown, look whether it is there before anybody makes a second."""
    try:
        return webhooks.subscribe(topic, url, secret)
    except OutcomeUnknown:
        for one in ours(context, channel_id, webhooks.subscriptions()):
            if one.topic == topic and _is_good(one, url):
                return one
        raise


def _is_refused_since(found: EndpointRow | None) -> bool:
    """Whether since the last check deliveries were refused and none was taken: its secret may be another by now."""
    if found is None or found.last_refused_at is None or found.checked_at is None:
        return False
    heard = found.last_received_at
    return found.last_refused_at > found.checked_at and (heard is None or heard < found.checked_at)


def _stop(context: Context, channel: ChannelRow, found: EndpointRow | None) -> tuple[Deed, ...]:
    """Take our subscriptions away where webhooks were switched off; a closed door alone removes nothing."""
    deeds: list[Deed] = []
    if _is_off(channel) and found is not None and found.url:
        try:
            with context.connected(channel) as line:
                if line.webhooks is not None:
                    for one in ours(context, channel.id, line.webhooks.subscriptions()):
                        line.webhooks.unsubscribe(one.id)
                        deeds.append(Deed("WEBHOOK-REMOVED", one.topic))
        except PlatformError as error:
            with db.write(MACHINE) as tx:
                transitions.check_failed(tx, channel.id, error.detail)
            return ()
        _write_down(channel.id, "", [], deeds, is_new=False)
    return tuple(deeds)


def _write_down(
    channel_id: int, url: str, kept: Sequence[Subscription], deeds: Sequence[Deed], *, is_new: bool
) -> None:
    rows = [{"topic": one.topic, "id": one.id, "is_active": one.is_active} for one in kept]
    with db.write(MACHINE) as tx:
        next_check_at = tx.at + EVERY if url else None
        transitions.checked(
            tx, channel_id, url=url, subscriptions=rows, next_check_at=next_check_at, is_new=is_new
        )
        for deed in deeds:
            level = Level.WARNING if deed.is_mended else Level.INFO
            runs.log(tx, level, deed.code, f"{deed.topic} {_said(deed.code)}", channel_id=channel_id)


def _is_good(one: Subscription, url: str) -> bool:
    return one.is_active and one.url == url


def _said(code: str) -> str:
    match code:
        case "WEBHOOK-MADE":
            return "is registered: the channel tells us of it"
        case "WEBHOOK-REVIVED":
            return "was disabled or pointed elsewhere; it is active again"
        case "WEBHOOK-SIGNED":
            return "was given our secret again"
        case _:
            return "is no longer registered"
