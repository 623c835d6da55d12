"""The breaker: what a failure says about a channel, and looking again until it answers."""

from datetime import timedelta

from stogly_tui.domain.people import MACHINE
from stogly_tui.domain.states import ChannelHealth
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels
from stogly_tui.model.transitions import channels as transitions
from stogly_tui.platforms.base import Connection
from stogly_tui.platforms.errors import AuthFailed, PlatformError, RateLimited
from stogly_tui.sync.context import Context


def diagnose(channel_id: int, line: Connection) -> ChannelHealth:
    """After a failure, ask the channel for something small and note what that says of it.

    A refusal of one order is that order's; only a failed sign-in check makes a channel *needs sign-in*.
    """
    try:
        line.check_sign_in()
    except AuthFailed as error:
        return _note(channel_id, ChannelHealth.NEEDS_SIGN_IN, error)
    except RateLimited:
        return ChannelHealth.OK
    except PlatformError as error:
        return _note(channel_id, ChannelHealth.UNREACHABLE, error)
    return ChannelHealth.OK


def note_failure(channel_id: int, error: PlatformError) -> ChannelHealth:
    """Note a failure that already is about the channel as a whole."""
    if isinstance(error, AuthFailed):
        return _note(channel_id, ChannelHealth.NEEDS_SIGN_IN, error)
    return _note(channel_id, ChannelHealth.UNREACHABLE, error)


def look(context: Context, channel_id: int) -> None:
    """Look at a channel that is down; when it answers, its flows and doubts are due."""
    with db.write(MACHINE) as tx:
        is_mine = transitions.look_later(tx, channel_id, timedelta(minutes=1))
    if not is_mine:
        return
    with db.read():
        channel = channels.by_id(channel_id)
    if channel is None:
        return
    try:
        with context.connected(channel) as line:
            line.check_sign_in()
    except RateLimited:
        pass
    except PlatformError as error:
        note_failure(channel_id, error)
        return
    with db.write(MACHINE) as tx:
        transitions.is_up(tx, channel_id)


def _note(channel_id: int, health: ChannelHealth, error: PlatformError) -> ChannelHealth:
    with db.write(MACHINE) as tx:
        transitions.is_down(tx, channel_id, health, error.detail)
    return health
