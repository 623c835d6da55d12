"""What every job is given: the vault, who works, and whether to stop."""

import os
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from stogly_tui.config import host
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.platforms import registry
from stogly_tui.platforms.base import ChannelAddress, Connection
from stogly_tui.sync import keyring
from stogly_tui.sync.keyring import StoredKeyring
from stogly_tui.sync.limits import DurableLimiter
from stogly_tui.vault import Vault

_OURS: set[str] = set()


def new_worker_name() -> str:
    """A name for this process that others can ask about: ``host:pid:random``."""
    own = uuid.uuid4().hex[:8]
    _OURS.add(own)
    return f"{host()}:{os.getpid()}:{own}"


def is_dead(token: str) -> bool:
    """Whether a token was made by a process of this machine that has ended, even one that had our process id."""
    parts = token.split(":")
    if len(parts) < 3 or parts[0] != host() or not parts[1].isdigit():
        return False
    if int(parts[1]) == os.getpid():
        return parts[2] not in _OURS
    try:
        os.kill(int(parts[1]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@dataclass(frozen=True, slots=True)
class Door:
    """Where the receiver listens, and what the outside world calls it."""

    is_open: bool = False
    host: str = "127.0.0.1"
    port: int = 8711
    public_url: str = ""

    @property
    def is_public(self) -> bool:
        """Whether platforms and browsers can reach it."""
        return self.is_open and bool(self.public_url)

    def webhook_url(self, channel_id: int) -> str:
        """Where a channel's platform tells us of changes; blank when nobody can."""
        return f"{self.public_url}/webhooks/{channel_id}" if self.is_public else ""

    @property
    def callback_url(self) -> str:
        """Where a browser comes back to after a sign-in. Without a public address nobody has to listen there: the
        browser shows an error page, and the address in its bar is pasted back.
        """
        return f"{self.public_url}/callback" if self.is_public else f"http://127.0.0.1:{self.port}/callback"


@dataclass(slots=True)
class Context:
    """One process at work."""

    vault: Vault
    worker: str = field(default_factory=new_worker_name)
    stop: threading.Event = field(default_factory=threading.Event)
    door: Door = Door()
    after_step: Callable[[str], None] = lambda _step: None
    """Told of every step of a job that leaves a trace; tests end the process there."""

    def token(self) -> str:
        """A token for a claim or a run: begins with the worker's name."""
        return f"{self.worker}:{db.new_token()[:12]}"

    def is_stopping(self) -> bool:
        """Whether jobs should end at their next safe point."""
        return self.stop.is_set()

    @contextmanager
    def connected(self, channel: ChannelRow) -> Iterator[Connection]:
        """An open line to a channel.

        Raises:
            AuthFailed: its credentials are missing or were sealed with another key.
        """
        platform = registry.platform(channel.platform)
        line = platform.connect(self.address(channel), DurableLimiter(channel.id, self.rate(channel)))
        try:
            yield line
        finally:
            line.close()

    def address(self, channel: ChannelRow) -> ChannelAddress:
        """Where a channel lives, with its opened credentials and its settings as the platform's model."""
        with db.read():
            sealed, entered_at = channels.stored_credentials(channel.id)
        credentials = keyring.unsealed(self.vault, sealed)
        model = registry.platform(channel.platform).settings_model
        known = {key: value for key, value in channel.settings.items() if key in model.model_fields}
        return ChannelAddress(
            url=channel.url,
            credentials=credentials,
            settings=model.model_validate(known),
            currency=channel.currency,
            time_zone=channel.time_zone,
            facts=channel.facts,
            keyring=StoredKeyring(self.vault, channel.id, entered_at),
        )

    @staticmethod
    def rate(channel: ChannelRow) -> float:
        """Requests per second that the channel is asked at most."""
        return float(channel.settings.get("requests_per_second", 10.0))
