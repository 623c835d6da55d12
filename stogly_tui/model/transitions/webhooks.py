"""Webhooks: what was delivered and refused, and when the subscriptions of a channel are looked at again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stogly_tui.domain.safe_text import storable
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import marks, rows, run
from stogly_tui.model.tables.base import to_millis
from stogly_tui.model.tables.channels import WebhookEndpoint
from stogly_tui.model.transitions import meta, runs

RECEIVER = "receiver"
"""The fact that says how it stands with the receiver of the process that serves."""
UNKNOWN = "webhooks_unknown"
"""The fact that counts deliveries to no channel of ours."""
_CAN_BE_TOLD = "state IN ('read_only', 'active', 'paused') AND role <> 'destination'"


@dataclass(frozen=True, slots=True)
class Told:
    """Deliveries of one channel that are stored together: the orders to read again, and how many there were."""

    channel_id: int
    remote_ids: tuple[str, ...]
    count: int
    topic: str = ""
    is_uninstalled: bool = False


@dataclass(slots=True)
class Refusals:
    """Deliveries of one channel that were refused since the last time this was written down."""

    count: int = 0
    reason: str = ""
    at: datetime | None = None


def take(tx: db.Tx, told: Sequence[Told]) -> None:
    """Store deliveries as triggers. A channel that took our app away is looked at right after."""
    known = _known([one.channel_id for one in told])
    for one in told:
        if one.channel_id not in known:
            continue  # removed while its delivery waited
        for remote_id in one.remote_ids:
            runs.ask_again(tx, one.channel_id, remote_id, f"webhook {storable(one.topic)[:60]}".strip())
        _ensure_row(tx, one.channel_id)
        WebhookEndpoint.update(
            received=WebhookEndpoint.received + one.count, last_received_at=tx.at
        ).where(WebhookEndpoint.channel == one.channel_id).execute()  # fmt: skip
        if one.is_uninstalled:
            check_now(tx, one.channel_id)
    tx.changed("webhook", known)


def count_refused(tx: db.Tx, refused: Mapping[int, Refusals], unknown: int) -> None:
    """Write down what was refused since the last time; nothing of a delivery itself is kept."""
    known = _known(list(refused))
    for channel_id in known:
        found = refused[channel_id]
        _ensure_row(tx, channel_id)
        WebhookEndpoint.update(
            refused=WebhookEndpoint.refused + found.count, last_refused_at=found.at or tx.at,
            last_refusal=storable(found.reason)[:200],
        ).where(WebhookEndpoint.channel == channel_id).execute()  # fmt: skip
    if known:
        tx.changed("webhook", known)
    unknown += sum(found.count for channel_id, found in refused.items() if channel_id not in known)
    if unknown:
        meta.put(tx, UNKNOWN, str(int(meta.get(UNKNOWN) or 0) + unknown))


def check_now(tx: db.Tx, channel_id: int) -> None:
    """Look at the subscriptions of a channel at the next tick."""
    _ensure_row(tx, channel_id)
    WebhookEndpoint.update(next_check_at=tx.at).where(WebhookEndpoint.channel == channel_id).execute()


def opened(tx: db.Tx) -> None:
    """The receiver listens from now on: every channel is looked at, and silence counts from here."""
    for (channel_id,) in rows(f"SELECT id FROM channels WHERE {_CAN_BE_TOLD}"):
        check_now(tx, channel_id)
    WebhookEndpoint.update(since=tx.at).execute()
    tx.changed("webhook")


def claim_check(tx: db.Tx, channel_id: int, read: datetime | None, next_check_at: datetime) -> bool:
    """Move a due check that still stands as it was read; only one process can."""
    guard = WebhookEndpoint.next_check_at.is_null() if read is None else WebhookEndpoint.next_check_at == read
    done = (
        WebhookEndpoint.update(next_check_at=next_check_at)
        .where(WebhookEndpoint.channel == channel_id, guard)
        .execute()
    )
    return bool(done)


def checked(
    tx: db.Tx,
    channel_id: int,
    *,
    url: str,
    subscriptions: Sequence[Mapping[str, Any]],
    next_check_at: datetime | None,
    is_new: bool,
) -> None:
    """Write down what a check found and made; ``is_new`` when silence counts from here."""
    since = {"since": tx.at} if is_new else {}
    _ensure_row(tx, channel_id)
    WebhookEndpoint.update(
        url=url, subscriptions=[dict(one) for one in subscriptions], detail="", checked_at=tx.at,
        next_check_at=next_check_at, **since,
    ).where(WebhookEndpoint.channel == channel_id).execute()  # fmt: skip
    tx.changed("webhook", [channel_id])


def check_failed(tx: db.Tx, channel_id: int, detail: str) -> bool:
    """Write down why subscriptions could not be looked at or made; whether that is news."""
    text = storable(detail)[:500]
    _ensure_row(tx, channel_id)
    is_news = bool(
        WebhookEndpoint.update(detail=text)
        .where(WebhookEndpoint.channel == channel_id, WebhookEndpoint.detail != text)
        .execute()
    )
    WebhookEndpoint.update(checked_at=tx.at).where(WebhookEndpoint.channel == channel_id).execute()
    tx.changed("webhook", [channel_id])
    return is_news


def _ensure_row(tx: db.Tx, channel_id: int) -> None:
    WebhookEndpoint.insert(channel=channel_id, since=tx.at).on_conflict_ignore().execute()


def _known(ids: Sequence[int]) -> set[int]:
    if not ids:
        return set()
    found = rows(f"SELECT id FROM channels WHERE state <> 'archived' AND id IN ({marks(ids)})", list(ids))
    return {row[0] for row in found}


def receiver_is(tx: db.Tx, state: str, detail: str = "") -> None:
    """Say how it stands with the receiver: ``on``, ``off``, or ``failed`` and why."""
    meta.put(tx, RECEIVER, f"{state}\n{storable(detail)[:200]}\n{to_millis(tx.at)}")
    tx.changed("webhook")


def forget(tx: db.Tx, channel_id: int) -> None:
    """A removed channel is not looked at again."""
    run("DELETE FROM webhook_endpoints WHERE channel_id = ?", [channel_id])
    tx.changed("webhook", [channel_id])
