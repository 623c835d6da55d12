"""Redirect sign-in: what a browser brings back becomes credentials, once, and only for the channel that asked."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem
from stogly_tui.domain.states import ChannelState
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.transitions import channels as channel_transitions
from stogly_tui.model.transitions import sign_ins, webhooks
from stogly_tui.platforms import registry
from stogly_tui.platforms.base import Account, ChannelAddress, Platform, RedirectSignIn, SignInRefused
from stogly_tui.platforms.errors import PlatformError
from stogly_tui.sync import keyring
from stogly_tui.sync.context import Context
from stogly_tui.sync.limits import DurableLimiter

LASTS = timedelta(minutes=10)
"""How long a sign-in can be finished after it was begun."""
BY_ITSELF = timedelta(seconds=90)
"""How old a browser's own return may be; one that a person pastes has as long as the sign-in lasts."""
_MOST = 8_000
"""Characters that a returned address may have."""
AGAIN = "Begin the sign-in again."


@dataclass(frozen=True, slots=True)
class Begun:
    """A page to open, where it comes back to, and until when."""

    url: str
    redirect_uri: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Returned:
    """What became of a sign-in: the account, or what is wrong."""

    channel: str
    account: Account | None
    problems: tuple[FieldProblem, ...] = ()


class _Refused(Exception):
    """The sign-in ends here."""

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__(*problems)
        self.problems = problems


def begin(context: Context, actor: Actor, channel: ChannelRow, sign_in: RedirectSignIn) -> Begun:
    """Begin a sign-in; earlier ones of the channel can no longer be finished.

    Raises:
        AuthFailed: no credentials of an app are stored for the channel.
        SignInRefused: no page can be named with what is stored.
    """
    state, redirect_uri = secrets.token_urlsafe(32), context.door.callback_url
    credentials = keyring.read(context.vault, channel.id)
    url = sign_in.authorize_url(
        channel.url,
        credentials,
        redirect_uri=redirect_uri,
        state=state,
        needs_write=channel.role.takes_orders,
        settings=context.address(channel).settings,
    )
    with db.write(actor) as tx:
        expires_at = tx.at + LASTS
        sign_ins.begin(tx, channel.id, _digest(state), redirect_uri, expires_at)
        tx.audit("begin_sign_in", "channel", channel.id)
    return Begun(url, redirect_uri, expires_at)


def come_back(context: Context, query: str) -> Returned:
    """Finish what a browser brought back by itself, in the name of whoever began it."""
    return _finish(context, None, query, None, BY_ITSELF)


def finish(context: Context, actor: Actor, channel: ChannelRow, pasted: str) -> Returned:
    """Finish by the address, or only its query, that a person pasted."""
    return _finish(context, actor, pasted, channel, LASTS)


def _finish(
    context: Context, actor: Actor | None, pasted: str, channel: ChannelRow | None, longest: timedelta
) -> Returned:
    name = channel.name if channel else ""
    try:
        returned, state = _read(pasted)
        begun = _use(state, channel)
        acting = actor or Actor(begun.begun_by, Role.ADMIN)
        with db.read():
            asked = channels.by_id(begun.channel_id)
        if asked is None or asked.state is ChannelState.ARCHIVED:
            raise _refusal("its channel was removed meanwhile.")
        name = asked.name
        account = _exchange(context, acting, asked, begun, returned, state, longest)
        return Returned(name, account)
    except _Refused as refused:
        return Returned(name, None, refused.problems)


def _read(pasted: str) -> tuple[dict[str, str], str]:
    """The parameters of a pasted address; each may be there once."""
    text = pasted.strip().strip("<>\"'")
    if not text or len(text) > _MOST:
        raise _refusal("no address was given.", "Paste the whole address that the browser shows.")
    try:
        query = urlsplit(text).query if "?" in text else text
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=40)
    except ValueError:
        pairs = []
    returned = dict(pairs)
    if len(returned) != len(pairs) or not returned.get("state"):
        raise _refusal(
            "this is not the address that the platform sent the browser back to.",
            "Paste the whole address from the browser's bar, with everything behind the ?.",
        )
    return returned, returned["state"]


def _use(state: str, channel: ChannelRow | None) -> sign_ins.Begun:
    """Use the sign-in of this state; whoever knows one knows 32 random bytes, of which only a digest is kept."""
    by = Actor("stogly", Role.ADMIN)
    with db.write(by) as tx:
        begun = sign_ins.use(tx, _digest(state), channel.id if channel else None)
    if begun is None:
        raise _refusal("it is not one that was begun here, was used already, or is older than ten minutes.")
    return begun


def _exchange(
    context: Context,
    actor: Actor,
    channel: ChannelRow,
    begun: sign_ins.Begun,
    returned: Mapping[str, str],
    state: str,
    longest: timedelta,
) -> Account:
    platform = registry.platform(channel.platform)
    if platform.sign_in is None:
        raise _refusal(f"{platform.title} has no sign-in by redirect.", "Enter keys instead.")
    with db.read():
        sealed = channels.sealed_credentials(channel.id)
    try:
        stored = keyring.unsealed(context.vault, sealed)
        granted = platform.sign_in.finish(
            channel.url, stored, returned, state=state, redirect_uri=begun.redirect_uri, longest=longest
        )
    except SignInRefused as error:
        raise _refusal(str(error)) from error
    except PlatformError as error:
        raise _refusal(error.detail) from error
    credentials = {**stored, **granted}
    account = _connected(context, channel, platform, credentials)
    _store(context, actor, channel, sealed or b"", credentials, account)
    return account


def _connected(
    context: Context, channel: ChannelRow, platform: Platform, credentials: Mapping[str, SecretStr]
) -> Account:
    """Connect with what was granted, before any of it is stored; it has to be the account that was connected."""
    model = platform.settings_model
    known = {key: value for key, value in channel.settings.items() if key in model.model_fields}
    address = ChannelAddress(channel.url, credentials, model.model_validate(known))
    limiter = DurableLimiter(channel.id, context.rate(channel))
    found = platform.check(address, limiter, needs_write=channel.role.takes_orders)
    if not isinstance(found, Account):
        raise _Refused(*found)
    if channel.account_id and found.account_id != channel.account_id:
        raise _refusal(
            f"this is another account ({found.title}) than the one that {channel.name} is.",
            "Sign in to that one, or add this one as a channel of its own.",
        )
    with db.read():
        twin = next(
            (
                one for one in channels.listed()
                if one.id != channel.id and one.platform == channel.platform and one.account_id == found.account_id
            ),
            None,
        )  # fmt: skip
    if twin is not None:
        raise _refusal(f"this account is connected already, as {twin.name}.", "Use that channel.")
    return found


def _store(
    context: Context,
    actor: Actor,
    channel: ChannelRow,
    was: bytes,
    credentials: Mapping[str, SecretStr],
    account: Account,
) -> None:
    try:
        with db.write(actor) as tx:
            done = sign_ins.connect(
                tx, channel.id, was=was, sealed=context.vault.seal(credentials), account=account_columns(account),
                url=str(account.facts.get("url", channel.url)), role=channel.role,
            )  # fmt: skip
            if done:
                webhooks.check_now(tx, channel.id)
                tx.audit("sign_in", "channel", channel.id, after={"account": account.account_id})
    except channel_transitions.Taken as error:
        raise _refusal(
            "this account is connected already under another name.", "Use that channel."
        ) from error
    if not done:
        raise _refusal("its keys were changed, or it was removed, while you signed in.")


def account_columns(account: Account) -> dict[str, Any]:
    """What Connect found, as a channel keeps it."""
    return {
        "account_id": account.account_id, "account_title": account.title, "currency": account.currency,
        "time_zone": account.time_zone, "platform_version": account.version, "facts": dict(account.facts),
    }  # fmt: skip


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()


def _refusal(message: str, remedy: str = AGAIN) -> _Refused:
    return _Refused(FieldProblem("sign_in", message, remedy))
