"""Redirect sign-ins: begun, used once; and credentials that come of them or are renewed later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import peewee as pw

from stogly_tui.domain.states import ChannelRole, ChannelState, FlowType
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import one
from stogly_tui.model.tables.channels import Channel, SignIn
from stogly_tui.model.transitions import channels, flows


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun, and is used by reading this."""

    channel_id: int
    redirect_uri: str
    begun_by: str


def begin(tx: db.Tx, channel_id: int, digest: str, redirect_uri: str, expires_at: datetime) -> None:
    """Begin a sign-in; earlier ones of the channel can no longer be used."""
    SignIn.delete().where(SignIn.channel == channel_id).execute()
    SignIn.insert(
        channel=channel_id, state_digest=digest, redirect_uri=redirect_uri, begun_by=tx.actor.name,
        begun_at=tx.at, expires_at=expires_at,
    ).execute()  # fmt: skip


def use(tx: db.Tx, digest: str, channel_id: int | None) -> Begun | None:
    """Use a sign-in, once; None when there is none of that state (of that channel), or it is used or expired."""
    of_channel = [SignIn.channel == channel_id] if channel_id is not None else []
    used = (
        SignIn.update(used_at=tx.at)
        .where(
            SignIn.state_digest == digest, SignIn.used_at.is_null(), SignIn.expires_at > tx.at, *of_channel
        )
        .execute()
    )
    if not used:
        return None
    found = one("SELECT channel_id, redirect_uri, begun_by FROM sign_ins WHERE state_digest = ?", [digest])
    return Begun(*found) if found else None


def connect(
    tx: db.Tx,
    channel_id: int,
    *,
    was: bytes,
    sealed: bytes,
    url: str,
    account: Mapping[str, Any],
    role: ChannelRole,
) -> bool:
    """Store what a sign-in brought; a draft becomes read-only with its flows, or active as a destination.

    False when somebody changed its keys since ``was`` was read, or removed it.

    Raises:
        channels.Taken: the account is another channel's.
    """
    found = one("SELECT state FROM channels WHERE id = ?", [channel_id])
    if found is None or found[0] == ChannelState.ARCHIVED:
        return False
    try:
        with db.savepoint():
            done = (
                Channel.update(
                    **account, url=url, credentials=sealed, credentials_set_at=tx.at, credentials_set_by=tx.actor.name,
                    updated_at=tx.at, version=Channel.version + 1,
                )
                .where(Channel.id == channel_id, Channel.credentials == was)
                .execute()
            )  # fmt: skip
    except pw.IntegrityError as error:
        raise channels.Taken("account") from error
    if not done:
        return False
    if found[0] == ChannelState.DRAFT:
        state = ChannelState.READ_ONLY if role.gives_orders else ChannelState.ACTIVE
        channels.set_state(tx, channel_id, state, (ChannelState.DRAFT,))
        add_flows(tx, channel_id, role)
    channels.is_up(tx, channel_id)
    tx.changed("channel", [channel_id])
    return True


def add_flows(tx: db.Tx, channel_id: int, role: ChannelRole) -> None:
    """The flows that a channel begins with."""
    if role.gives_orders:
        flows.add(tx, channel_id, FlowType.ORDERS, "Orders", {}, tx.at)
    if role.takes_orders:
        flows.add(tx, channel_id, FlowType.PUSH, "Push", {}, None)


def renew(tx: db.Tx, channel_id: int, *, was: bytes, sealed: bytes) -> bool:
    """Replace sealed credentials by renewed ones; False when others were stored since ``was`` was read."""
    done = (
        Channel.update(credentials=sealed)
        .where(Channel.id == channel_id, Channel.credentials == was)
        .execute()
    )
    return bool(done)
