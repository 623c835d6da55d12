"""How it stands with webhooks: the endpoint of a channel, the receiver, and what is wrong with them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.model.queries.base import moment, one, rows
from stogly_tui.model.tables.base import from_millis, to_millis

SILENCE = timedelta(minutes=10)
"""So much later than the last delivery an order has to arrive by polling before that is silence."""
RECENT = timedelta(minutes=15)
"""How long refused deliveries are told of."""


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """One webhook of ours as the last check found it."""

    topic: str
    id: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """Where a channel's platform tells us of changes, and what came of it."""

    channel_id: int
    channel: str
    url: str
    """Blank while it is not subscribed."""
    subscriptions: tuple[SubscriptionRow, ...]
    detail: str
    """Why the last check failed; blank when it did not."""
    since: datetime
    """From when on silence counts."""
    checked_at: datetime | None
    next_check_at: datetime | None
    received: int
    refused: int
    last_received_at: datetime | None
    last_refused_at: datetime | None
    last_refusal: str
    silent_orders: int
    """Orders that were placed after the last delivery and arrived by polling only."""
    silent_since: datetime | None

    @property
    def is_active(self) -> bool:
        """Whether every subscription that was made is alive."""
        return bool(self.subscriptions) and all(found.is_active for found in self.subscriptions)


@dataclass(frozen=True, slots=True)
class WebhookProblem:
    """Something open about a channel's webhooks."""

    channel_id: int
    channel: str
    code: ErrorCode
    detail: str
    since: datetime | None
    count: int


@dataclass(frozen=True, slots=True)
class ReceiverRow:
    """How it stands with the receiver of the process that serves: ``on``, ``off`` or ``failed``."""

    state: str = "off"
    detail: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DoorRow:
    """What checking a delivery needs of a channel."""

    channel_id: int
    platform: str
    sealed: bytes | None


_SELECT = (
    "SELECT e.channel_id, c.name, e.url, e.subscriptions, e.detail, e.since, e.checked_at, e.next_check_at,"
    " e.received, e.refused, e.last_received_at, e.last_refused_at, e.last_refusal"
    " FROM webhook_endpoints e JOIN channels c ON c.id = e.channel_id"
)


def endpoint(channel_id: int, at: datetime) -> EndpointRow | None:
    """The endpoint of a channel; None when it never had one. ``at`` is now, for what counts as silence."""
    found = one(f"{_SELECT} WHERE e.channel_id = ?", [channel_id])
    return _row(found, at) if found else None


def receiver() -> ReceiverRow:
    """How it stands with the receiver."""
    found = one("SELECT value FROM meta WHERE key = 'receiver'")
    if not found:
        return ReceiverRow()
    state, detail, at = (*found[0].split("\n"), "", "")[:3]
    return ReceiverRow(state, detail, from_millis(int(at)) if at.isdigit() else None)


def unknown_deliveries() -> int:
    """How many deliveries came to no channel of ours."""
    found = one("SELECT value FROM meta WHERE key = 'webhooks_unknown'")
    return int(found[0]) if found else 0


def due(at: datetime) -> list[int]:
    """Channels whose subscriptions have to be looked at now."""
    found = rows(
        "SELECT e.channel_id FROM webhook_endpoints e JOIN channels c ON c.id = e.channel_id"
        " WHERE e.next_check_at IS NOT NULL AND (e.next_check_at <= ? OR e.next_check_at > ?)"
        " AND c.state IN ('read_only', 'active') AND c.health = 'ok' ORDER BY e.next_check_at",
        [to_millis(at), to_millis(at + 2 * RECENT)],
    )
    return [row[0] for row in found]


def doors() -> list[DoorRow]:
    """Every channel that may be told of changes, with its sealed credentials."""
    return [
        DoorRow(row[0], row[1], bytes(row[2]) if row[2] is not None else None)
        for row in rows(
            "SELECT id, platform, credentials FROM channels WHERE state IN ('read_only', 'active', 'paused')"
        )
    ]


def open_problems(at: datetime) -> list[WebhookProblem]:
    """What is open about the webhooks of live channels, while the receiver is meant to listen."""
    now = receiver()
    if now.state == "off":
        return []
    found = rows(f"{_SELECT} WHERE c.state IN ('read_only', 'active') AND c.health = 'ok' ORDER BY c.name")
    told: list[WebhookProblem] = []
    for row in found:
        told += _problems(_row(row, at), now, at)
    return told


def _problems(row: EndpointRow, now: ReceiverRow, at: datetime) -> list[WebhookProblem]:
    told = []

    def add(code: ErrorCode, detail: str, since: datetime | None, count: int = 0) -> None:
        told.append(WebhookProblem(row.channel_id, row.channel, code, detail, since, count))

    if now.state == "failed" and row.url:
        add(ErrorCode.WEBHOOKS_DOWN, now.detail, now.at)
    elif row.detail:
        add(ErrorCode.WEBHOOKS_DOWN, row.detail, row.checked_at)
    elif row.silent_orders and row.is_active:
        add(ErrorCode.WEBHOOKS_SILENT, "orders arrive by polling only", row.silent_since, row.silent_orders)
    if row.last_refused_at is not None and row.last_refused_at > at - RECENT:
        told_of = f"{row.refused:,} in all, the last one: {row.last_refusal}"
        add(ErrorCode.WEBHOOKS_REFUSED, told_of, row.last_refused_at)
    return told


def _row(row: Sequence[object], at: datetime) -> EndpointRow:
    channel_id, name, url, subscriptions, detail, *rest = row
    since, checked_at, next_check_at = (moment(_int(value)) for value in rest[:3])
    last_received_at, last_refused_at = moment(_int(rest[5])), moment(_int(rest[6]))
    assert since is not None
    count, silent_since = _silence(int(str(channel_id)), max(since, last_received_at or since), at)
    return EndpointRow(
        channel_id=int(str(channel_id)), channel=str(name), url=str(url),
        subscriptions=tuple(SubscriptionRow(**one) for one in json.loads(str(subscriptions))), detail=str(detail),
        since=since, checked_at=checked_at, next_check_at=next_check_at, received=_int(rest[3]) or 0,
        refused=_int(rest[4]) or 0, last_received_at=last_received_at, last_refused_at=last_refused_at,
        last_refusal=str(rest[7]), silent_orders=count, silent_since=silent_since,
    )  # fmt: skip


def _silence(channel_id: int, heard: datetime, at: datetime) -> tuple[int, datetime | None]:
    """Orders placed after the last word that only polling found; each has had its time to be told of."""
    if heard > at - 2 * SILENCE:
        return 0, None
    found = one(
        "SELECT count(*), min(received_at) FROM orders WHERE channel_id = ? AND placed_at > ?"
        " AND first_run_id IS NOT NULL AND received_at > ? AND received_at <= ?",
        [channel_id, to_millis(heard), to_millis(heard + SILENCE), to_millis(at - SILENCE)],
    )
    return (int(found[0]), moment(found[1])) if found else (0, None)


def _int(value: object) -> int | None:
    return None if value is None else int(str(value))
