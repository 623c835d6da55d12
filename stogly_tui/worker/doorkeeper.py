"""Who may come in: the secrets that deliveries are checked with, and how many refused ones are borne."""

import asyncio
import time
from collections import OrderedDict
from concurrent.futures import Executor
from dataclasses import dataclass

from pydantic import SecretStr

from stogly_tui.model import database as db
from stogly_tui.model.queries import webhooks as queries
from stogly_tui.platforms import registry
from stogly_tui.platforms.base import Platform
from stogly_tui.platforms.errors import AuthFailed
from stogly_tui.sync import keyring
from stogly_tui.vault import Vault

KEEP = 3.0
"""Seconds that secrets are kept in memory."""
ANEW = (20.0, 4.0)
"""How often they are read anew because a delivery would be refused: at first, and a second later on."""
PEERS = 10_000
STRANGER = (60.0, 2.0)
"""Refused deliveries of one peer that are looked at: at first, and a second later on."""
FRIEND = (1000.0, 100.0)
"""The same for a peer that brought something signed."""


@dataclass(slots=True)
class Bucket:
    """Tokens that come back with time."""

    most: float
    rate: float
    tokens: float = 0.0
    at: float = 0.0

    def has_one(self) -> bool:
        """Whether a token is left now."""
        now = time.monotonic()
        self.tokens = min(self.most, self.tokens + (now - self.at) * self.rate) if self.at else self.most
        self.at = now
        return self.tokens >= 1

    def take(self) -> bool:
        """Take a token, if one is left."""
        if not self.has_one():
            return False
        self.tokens -= 1
        return True


@dataclass(frozen=True, slots=True)
class Door:
    """What checking the deliveries of one channel needs; without a secret none can be right."""

    channel_id: int
    platform: Platform
    secret: SecretStr


class Doors:
    """Every channel that may be told of changes, read anew every few seconds. For one event loop."""

    def __init__(self, vault: Vault, hands: Executor) -> None:
        self._vault = vault
        self._hands = hands
        self._doors: dict[int, Door] = {}
        self._loaded_at = float("-inf")
        self._reading = asyncio.Lock()
        self._anew = Bucket(*ANEW)

    async def find(self, channel_id: int) -> Door | None:
        """The channel as it was a few seconds ago.

        Raises:
            DatabaseUnreachable: channels cannot be read.
        """
        moment = time.monotonic() - KEEP
        if self._loaded_at <= moment:
            await self._read_unless_newer_than(moment)
        return self._doors.get(channel_id)

    async def find_newer(self, channel_id: int, begun: float) -> Door | None:
        """The channel as it is no earlier than a delivery arrived, at ``begun``; as it was a few seconds ago
        while many are refused. Raises as `find`.
        """
        if self._loaded_at <= begun and self._anew.take():
            await self._read_unless_newer_than(begun)
        return self._doors.get(channel_id)

    async def _read_unless_newer_than(self, moment: float) -> None:
        async with self._reading:
            if self._loaded_at > moment:
                return
            begun = time.monotonic()
            self._doors = await asyncio.get_running_loop().run_in_executor(self._hands, self._read)
            self._loaded_at = begun

    def _read(self) -> dict[int, Door]:
        with db.read():
            found = queries.doors()
        return {row.channel_id: self._door(row) for row in found}

    def _door(self, row: queries.DoorRow) -> Door:
        platform = registry.platform(row.platform)
        try:
            stored = keyring.unsealed(self._vault, row.sealed)
        except AuthFailed:
            stored = {}
        return Door(row.channel_id, platform, stored.get(keyring.signs(platform), SecretStr("")))


class Patience:
    """How many refused deliveries are looked at, per channel and peer and in all.

    A peer that also brings what is signed, as a proxy before us does, is borne for much longer: who floods it
    should not silence the platform behind it.
    """

    def __init__(self) -> None:
        self._peers: OrderedDict[tuple[int, str], Bucket] = OrderedDict()
        self._all = Bucket(1000, 200)

    def may_try(self, channel_id: int, peer: str) -> bool:
        """Whether another delivery of this peer is looked at."""
        found = self._peers.get((channel_id, peer))
        if found is None:
            return self._all.has_one()
        return found.has_one() and (found.most > STRANGER[0] or self._all.has_one())

    def refused(self, channel_id: int, peer: str) -> None:
        """One of it was refused."""
        self._all.take()
        self._bucket(channel_id, peer, STRANGER).take()

    def taken(self, channel_id: int, peer: str) -> None:
        """One of it was signed."""
        found = self._bucket(channel_id, peer, FRIEND)
        if found.most < FRIEND[0]:
            found.most, found.rate = FRIEND
            found.tokens = found.most

    def _bucket(self, channel_id: int, peer: str, kind: tuple[float, float]) -> Bucket:
        key = (channel_id, peer)
        found = self._peers.setdefault(key, Bucket(*kind))
        self._peers.move_to_end(key)
        if len(self._peers) > PEERS:
            self._peers.popitem(last=False)
        return found
