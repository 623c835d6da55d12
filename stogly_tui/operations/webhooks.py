"""Webhooks of a channel as a person looks at them: what is registered, what arrives, and making it right again."""

from dataclasses import dataclass, replace

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.model import database as db
from stogly_tui.model.queries import status
from stogly_tui.model.queries import webhooks as queries
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.webhooks import EndpointRow, ReceiverRow
from stogly_tui.operations.connecting import named
from stogly_tui.operations.workplace import context
from stogly_tui.platforms.base import Subscription
from stogly_tui.platforms.errors import PlatformError
from stogly_tui.sync import webhooks as sync

POLLING = "Orders arrive all the same: they are read at each interval."


@dataclass(frozen=True, slots=True)
class TopicFound:
    """One webhook at the platform, or one that is missing there (``id`` is blank then)."""

    topic: str
    id: str
    url: str
    is_ours: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class WebhookCheck:
    """How it stands with the webhooks of a channel.

    ``url`` is where they should go, blank when nobody can reach the receiver; ``topics`` are those that we need,
    then those of others; ``problems`` say what is wrong and what to do, each by a topic, ``receiver``, ``setting``
    or ``deliveries``; ``repaired`` says what a repair did.
    """

    channel: str
    url: str
    receiver: ReceiverRow
    topics: tuple[TopicFound, ...]
    endpoint: EndpointRow | None
    problems: tuple[FieldProblem, ...]
    repaired: tuple[str, ...] = ()


def check(actor: Actor, channel_name: str) -> WebhookCheck:
    """Ask the platform now which webhooks it has, and say what is wrong. Changes nothing.

    Raises:
        NotAllowed: an operator may.
        InvalidInput: there is no such channel, or it gives no orders.
    """
    actor.require(Role.OPERATOR)
    channel = _source(channel_name)
    topics, problems = _asked(channel)
    with db.read():
        endpoint = queries.endpoint(channel.id, db.now())
        receiver = queries.receiver()
    problems = [*_of_receiver(channel, receiver), *problems, *_of_deliveries(endpoint)]
    return WebhookCheck(
        channel.name,
        context().door.webhook_url(channel.id),
        receiver,
        tuple(topics),
        endpoint,
        tuple(problems),
    )


def repair(actor: Actor, channel_name: str) -> WebhookCheck:
    """Make the webhooks of a channel what they should be, now, and look again.

    Raises:
        NotAllowed: only an admin may.
        InvalidInput: there is no such channel, or nobody can reach the receiver.
    """
    actor.require(Role.ADMIN)
    channel = _source(channel_name)
    if not context().door.is_public:
        raise InvalidInput(_not_reachable())
    deeds = sync.check(context(), channel.id, sign_anew=True)
    with db.write(actor) as tx:
        tx.audit("repair_webhooks", "channel", channel.id, after=[f"{one.code} {one.topic}" for one in deeds])
    told = tuple(f"{one.topic}: {one.code.removeprefix('WEBHOOK-').lower()}" for one in deeds)
    return replace(check(actor, channel_name), repaired=told)


def _source(name: str) -> ChannelRow:
    channel = named(name)
    if not channel.role.gives_orders:
        raise InvalidInput(
            FieldProblem("channel", f"{channel.name} is a destination only: it tells of no orders.")
        )
    return channel


def _asked(channel: ChannelRow) -> tuple[list[TopicFound], list[FieldProblem]]:
    try:
        with context().connected(channel) as line:
            if line.webhooks is None:
                return [], [FieldProblem("channel", "its platform has no webhooks.", POLLING)]
            wanted = line.webhooks.topics
            every = line.webhooks.subscriptions()
    except PlatformError as error:
        return [], [FieldProblem("channel", error.detail, f"Test the channel. {POLLING}")]
    mine = {one.id for one in sync.ours(context(), channel.id, every)}
    return _sorted(wanted, every, mine), _of_topics(
        wanted, every, mine, context().door.webhook_url(channel.id)
    )


def _sorted(wanted: tuple[str, ...], every: list[Subscription], mine: set[str]) -> list[TopicFound]:
    told = []
    for topic in wanted:
        of_topic = [one for one in every if one.topic == topic and one.id in mine]
        told += [TopicFound(topic, one.id, one.url, True, one.is_active) for one in of_topic]
        if not of_topic:
            told.append(TopicFound(topic, "", "", True, False))
    return told + [
        TopicFound(one.topic, one.id, one.url, False, one.is_active) for one in every if one.id not in mine
    ]


def _of_topics(
    wanted: tuple[str, ...], every: list[Subscription], mine: set[str], url: str
) -> list[FieldProblem]:
    if not url:
        return []
    problems = []
    for topic in wanted:
        of_topic = [one for one in every if one.topic == topic and one.id in mine]
        if not of_topic:
            problems.append(FieldProblem(topic, "is not registered.", "Repair: it is registered again."))
        elif not any(one.is_active for one in of_topic):
            problems.append(
                FieldProblem(topic, "was disabled, as after several failures.", "Repair: it is active again.")
            )
        elif not any(one.url == url for one in of_topic if one.is_active):
            problems.append(
                FieldProblem(topic, f"goes to {of_topic[0].url}.", "Repair: it goes to us again.")
            )
        if len(of_topic) > 1:
            problems.append(
                FieldProblem(topic, f"is registered {len(of_topic)} times.", "Repair: one is kept.")
            )
    return problems


def _of_receiver(channel: ChannelRow, receiver: ReceiverRow) -> list[FieldProblem]:
    if not channel.settings.get("webhooks", True):
        return [FieldProblem("setting", "Webhooks are switched off for this channel.", POLLING)]
    if not context().door.is_public:
        return [_not_reachable()]
    if receiver.state == "failed":
        return [FieldProblem("receiver", receiver.detail, "Choose another receiver_port, or free this one.")]
    if receiver.state != "on" or not _is_served():
        return [
            FieldProblem("receiver", "nobody listens now.", "Open the console, or run stogly-tui worker.")
        ]
    return []


def _is_served() -> bool:
    """Whether a worker serves: one that was killed says no more how it stands."""
    with db.read():
        vitals = status.vitals()
        return vitals.worker != "" and vitals.worker_until is not None and vitals.worker_until > db.now()


def _of_deliveries(endpoint: EndpointRow | None) -> list[FieldProblem]:
    if endpoint is None:
        return []
    problems = []
    if endpoint.silent_orders and endpoint.is_active:
        many = "1 order" if endpoint.silent_orders == 1 else f"{endpoint.silent_orders} orders"
        problems.append(
            FieldProblem(
                "deliveries", f"{many} arrived by polling only, though every webhook is active.",
                "The public address does not lead to the receiver, or the platform's own queue stands still "
                "(WordPress: WP-Cron, Action Scheduler).",
            )
        )  # fmt: skip
    if endpoint.last_refusal and (
        endpoint.last_received_at is None
        or (endpoint.last_refused_at is not None and endpoint.last_refused_at > endpoint.last_received_at)
    ):
        problems.append(
            FieldProblem(
                "deliveries", f"the last one was refused: {endpoint.last_refusal.rstrip('.')}.",
                "If it was the channel's own, Repair gives its webhooks our secret again.",
            )
        )  # fmt: skip
    return problems


def _not_reachable() -> FieldProblem:
    return FieldProblem(
        "receiver", "platforms cannot reach us: no receiver is set up.",
        "Set receiver = true and public_url = \"https://…\" in config.toml, and start the worker again.",
    )  # fmt: skip
