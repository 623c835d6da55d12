"""Channels: made, changed, moved between states; their health and their credentials."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import peewee as pw

from stogly_tui.domain.backoff import CHANNEL_LOOKS, SIGN_IN_LOOK, wait_after
from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.safe_text import folded, storable
from stogly_tui.domain.states import ChannelHealth, ChannelRole, ChannelState, Level
from stogly_tui.model import database as db
from stogly_tui.model import tables
from stogly_tui.model.queries import channels as queries
from stogly_tui.model.queries.base import one, rows, run
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.tables.channels import Channel, SkuAlias
from stogly_tui.model.transitions import backfills, flows, meta, pushes, runs

COLUMNS = frozenset({"order_prefix", "mode", "auto_send", "send_when", "orders_from"})
"""Settings that are columns, because SQL filters or constrains by them; all others live in one document."""


WAS = "removed_account"
"""Among the facts of a removed channel: the account that it was, for when it comes back."""


class Taken(Exception):
    """A name, an account or an order prefix belongs to another channel. ``field`` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def add(
    tx: db.Tx,
    *,
    platform: str,
    name: str,
    url: str,
    role: ChannelRole,
    account: Mapping[str, Any],
    settings: Mapping[str, Any],
    destination_id: int | None,
    credentials: bytes,
    state: ChannelState = ChannelState.READ_ONLY,
) -> int:
    """Make a channel, read-only or a draft; ``account`` is what Connect found, nothing for a draft.

    An account that was removed before comes back as the channel it was: its orders, and what was sent of them, are
    known already.

    Raises:
        Taken: its name, account or order prefix is another channel's.
    """
    columns = {key: value for key, value in settings.items() if key in COLUMNS}
    document = {key: value for key, value in settings.items() if key not in COLUMNS}
    known: dict[str, Any] = {
        "name": storable(name), "name_key": folded(name), "url": storable(url), "role": role, "state": state,
        "destination": destination_id, "settings": document, **columns, **account, "credentials": credentials,
        "credentials_set_at": tx.at, "credentials_set_by": tx.actor.name, "auto_send_from": tx.at, "updated_at": tx.at,
    }  # fmt: skip
    before = _removed(platform, account.get("account_id"))
    try:
        with db.savepoint():
            if before is not None:
                fresh = {
                    "health": ChannelHealth.OK,
                    "health_detail": "",
                    "looks": 0,
                    "version": Channel.version + 1,
                }
                Channel.update(**known, **fresh).where(Channel.id == before).execute()
                channel_id = before
                renumber(tx, channel_id, str(columns.get("order_prefix", "")))
            else:
                channel_id = int(Channel.insert(platform=platform, created_at=tx.at, **known).execute())
    except pw.IntegrityError as error:
        raise Taken(_whose(str(error))) from error
    tx.changed("channel", [channel_id])
    return channel_id


def _removed(platform: str, account_id: str | None) -> int | None:
    """The channel that this account was before it was removed."""
    if not account_id:
        return None
    found = rows(
        "SELECT id, facts FROM channels WHERE platform = ? AND state = 'archived' ORDER BY id DESC",
        [platform],
    )
    return next((row[0] for row in found if json.loads(row[1]).get(WAS) == account_id), None)


def lock(tx: db.Tx, channel_id: int, *, shared: bool = False) -> ChannelRow | None:
    """The channel as it is now, and as it stays until this transaction ends; ``shared`` lets others look so too."""
    if db.engine() == "postgresql":
        run(f"SELECT 1 FROM channels WHERE id = ? FOR {'SHARE' if shared else 'UPDATE'}", [channel_id])
    return queries.by_id(channel_id)


def change(
    tx: db.Tx,
    channel_id: int,
    *,
    settings: Mapping[str, Any],
    more: Mapping[str, Any],
    sending_changed: bool,
) -> None:
    """Change settings and columns of a channel. Orders placed before a change of mode or destination are not sent
    by rule (rule 11).

    Raises:
        Taken: the name, account or prefix is another channel's.
    """
    columns = {key: value for key, value in settings.items() if key in COLUMNS} | dict(more)
    document = {key: value for key, value in settings.items() if key not in COLUMNS}
    if sending_changed:
        columns["auto_send_from"] = tx.at + meta.skew(channel_id)
    try:
        with db.savepoint():
            Channel.update(
                **columns, settings=document, updated_at=tx.at, version=Channel.version + 1
            ).where(Channel.id == channel_id).execute()  # fmt: skip
    except pw.IntegrityError as error:
        raise Taken(_whose(str(error))) from error
    tx.changed("channel", [channel_id])


def note_account(tx: db.Tx, channel_id: int, account: Mapping[str, Any]) -> None:
    """Keep what the platform says of the account now: its title, zone, version, and what our keys may read."""
    Channel.update(**account).where(Channel.id == channel_id).execute()
    tx.changed("channel", [channel_id])


def set_credentials(tx: db.Tx, channel_id: int, sealed: bytes) -> None:
    """Replace the sealed credentials."""
    Channel.update(
        credentials=sealed, credentials_set_at=tx.at, credentials_set_by=tx.actor.name, updated_at=tx.at
    ).where(Channel.id == channel_id).execute()
    tx.changed("channel", [channel_id])


def set_state(tx: db.Tx, channel_id: int, state: ChannelState, allowed: tuple[ChannelState, ...]) -> bool:
    """Move a channel between states; False when it is in none of ``allowed``."""
    done = (
        Channel.update(state=state, updated_at=tx.at, version=Channel.version + 1)
        .where(Channel.id == channel_id, Channel.state.in_(allowed))
        .execute()
    )
    tx.changed("channel", [channel_id])
    return bool(done)


def archive(tx: db.Tx, channel_id: int) -> bool:
    """Remove a channel: its orders stay, its keys are forgotten. Refused while a push is sending or in doubt there."""
    busy = one(
        "SELECT 1 FROM pushes WHERE destination_id = ? AND state IN ('claimed', 'sending', 'in_doubt') LIMIT 1",
        [channel_id],
    )
    if busy:
        return False
    waiting = rows(
        "SELECT order_id FROM pushes WHERE destination_id = ? AND state IN ('queued', 'retry_later')",
        [channel_id],
    )
    for (order_id,) in waiting:
        pushes.withdraw_order(tx, order_id, "its destination was removed")
    facts, account_id = one("SELECT facts, account_id FROM channels WHERE id = ?", [channel_id]) or (
        "{}",
        None,
    )
    Channel.update(
        facts={**json.loads(facts), WAS: account_id}, state=ChannelState.ARCHIVED, credentials=None,
        account_id=None, order_prefix="", name_key=Channel.name_key.concat(f" (archived {channel_id})"), updated_at=tx.at,
    ).where(Channel.id == channel_id).execute()  # fmt: skip
    Channel.update(destination=None).where(Channel.destination == channel_id).execute()
    tables.Flow.delete().where(tables.Flow.channel == channel_id).execute()
    backfills.set_reading(tx, channel_id, False)
    runs.cancel(tx, channel_id)
    tx.changed("channel", [channel_id])
    tx.changed("flow")
    return True


def go_live(tx: db.Tx, channel_id: int, orders_from: datetime) -> bool:
    """Read-only (or draft) → active; orders count from this moment."""
    done = (
        Channel.update(
            state=ChannelState.ACTIVE, orders_from=orders_from, auto_send_from=tx.at + meta.skew(channel_id),
            updated_at=tx.at,            version=Channel.version + 1,
        )
        .where(Channel.id == channel_id, Channel.state.in_([ChannelState.READ_ONLY, ChannelState.ACTIVE]))
        .execute()
    )  # fmt: skip
    flows.due_now(tx, channel_id)
    tx.changed("channel", [channel_id])
    return bool(done)


def is_down(tx: db.Tx, channel_id: int, health: ChannelHealth, detail: str) -> None:
    """Note that a channel is unreachable or needs sign-in, and when it is looked at again."""
    found = one("SELECT health, looks, name FROM channels WHERE id = ?", [channel_id])
    if found is None:
        return
    is_news = found[0] != health
    looks = 1 if is_news else found[1] + 1
    wait = SIGN_IN_LOOK if health is ChannelHealth.NEEDS_SIGN_IN else wait_after(looks, CHANNEL_LOOKS)
    changes: dict[str, Any] = {"health_since": tx.at} if is_news else {}
    Channel.update(
        **changes, health=health, health_detail=storable(detail)[:500], looks=looks, next_look_at=tx.at + wait
    ).where(Channel.id == channel_id).execute()
    if is_news:
        code = ErrorCode.AUTH_FAILED if health is ChannelHealth.NEEDS_SIGN_IN else ErrorCode.UNREACHABLE
        runs.log(tx, Level.ERROR, code, detail, channel_id=channel_id, entity=found[2])
    tx.changed("channel", [channel_id])


def is_up(tx: db.Tx, channel_id: int) -> bool:
    """Note that a channel answers; True when it did not before. Its flows and doubts are due at once."""
    done = (
        Channel.update(
            health=ChannelHealth.OK, health_since=tx.at, health_detail="", looks=0, next_look_at=None
        )
        .where(Channel.id == channel_id, Channel.health != ChannelHealth.OK)
        .execute()
    )
    if done:
        flows.due_now(tx, channel_id)
        tables.Push.update(next_look_at=tx.at).where(
            tables.Push.destination == channel_id, tables.Push.next_look_at.is_null(False),
            tables.Push.state == "in_doubt",
        ).execute()  # fmt: skip
        tables.Push.update(due_at=tx.at).where(
            tables.Push.destination == channel_id, tables.Push.state.in_(["queued", "retry_later"])
        ).execute()
        runs.log(tx, Level.INFO, "REACHABLE", "answers again", channel_id=channel_id)
        tx.changed("channel", [channel_id])
    return bool(done)


def look_later(tx: db.Tx, channel_id: int, wait: timedelta) -> bool:
    """Claim the next look at a channel that is down, so that one process does it."""
    done = (
        Channel.update(next_look_at=tx.at + wait)
        .where(Channel.id == channel_id, Channel.health != ChannelHealth.OK, Channel.next_look_at <= tx.at)
        .execute()
    )
    return bool(done)


def renumber(tx: db.Tx, channel_id: int, prefix: str) -> None:
    """Give all orders of a channel another prefix."""
    run("UPDATE orders SET number = ? || remote_number WHERE channel_id = ?", [prefix, channel_id])
    run("UPDATE orders SET search = ? || search WHERE channel_id = ?", [folded(prefix) + "\n", channel_id])
    tx.changed("order")


def set_alias(tx: db.Tx, destination_id: int, sku: str, destination_sku: str) -> None:
    """Say what a SKU is called at a destination."""
    SkuAlias.insert(
        destination=destination_id, sku=storable(sku), destination_sku=storable(destination_sku),
        made_by=tx.actor.name, made_at=tx.at,
    ).on_conflict(
        conflict_target=[SkuAlias.destination, SkuAlias.sku],
        update={SkuAlias.destination_sku: storable(destination_sku), SkuAlias.made_by: tx.actor.name,
                SkuAlias.made_at: tx.at},
    ).execute()  # fmt: skip


def _whose(message: str) -> str:
    if "prefix" in message:
        return "order_prefix"
    return "account" if "account_id" in message else "name"
