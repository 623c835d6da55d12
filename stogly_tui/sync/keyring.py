"""Stored credentials as platforms see them: read anew, renewed without overwriting what a person entered."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from pydantic import SecretStr

from stogly_tui.domain.people import MACHINE
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels
from stogly_tui.model.transitions import sign_ins
from stogly_tui.platforms.base import Platform
from stogly_tui.platforms.errors import AuthFailed
from stogly_tui.vault import CannotUnseal, Vault

_OWN = "webhook_secret"
"""Under this name a channel's own webhook secret is kept beside its keys, where the platform has none."""
_TRIES = 5


def unsealed(vault: Vault, sealed: bytes | None) -> dict[str, SecretStr]:
    """Open stored credentials.

    Raises:
        AuthFailed: they are missing, or were sealed with another key.
    """
    if sealed is None:
        raise AuthFailed("no credentials are stored for this channel")
    try:
        return vault.unseal(sealed)
    except CannotUnseal as error:
        raise AuthFailed(str(error)) from error


def read(vault: Vault, channel_id: int) -> dict[str, SecretStr]:
    """The credentials of a channel as they are stored now. Raises as `unsealed`."""
    return unsealed(vault, _sealed(channel_id))


def kept(vault: Vault, channel_id: int, entered: Mapping[str, SecretStr]) -> dict[str, SecretStr]:
    """Credentials that a person entered, beside what of the stored ones outlives a change of keys."""
    try:
        secret = read(vault, channel_id).get(_OWN)
    except AuthFailed:
        secret = None
    return dict(entered) if secret is None else {**entered, _OWN: secret}


def signs(platform: Platform) -> str:
    """The name of the credential that signs a platform's webhooks."""
    return platform.webhook_secret or _OWN


def webhook_secret(vault: Vault, channel_id: int, platform: Platform) -> tuple[SecretStr, bool]:
    """The secret that signs a channel's webhooks, and whether it was made just now.

    Raises:
        AuthFailed: there are no credentials to keep it beside, or the one that signs is not among them.
    """
    name = signs(platform)
    for _ in range(_TRIES):
        sealed = _sealed(channel_id)
        stored = unsealed(vault, sealed)
        if name in stored and stored[name].get_secret_value():
            return stored[name], False
        if platform.webhook_secret:
            break
        made = SecretStr(secrets.token_urlsafe(32))
        if _replace(channel_id, sealed, vault.seal({**stored, name: made})):
            return made, True
    raise AuthFailed("the secret that signs its webhooks is not stored")


class StoredKeyring:
    """The credentials of one channel, as `platforms.base.Keyring`. ``entered_at`` is when a person entered them."""

    def __init__(self, vault: Vault, channel_id: int, entered_at: datetime | None) -> None:
        self._vault = vault
        self._channel_id = channel_id
        self._entered_at = entered_at

    def read(self) -> Mapping[str, SecretStr]:
        """As they are stored now. Raises as `unsealed`."""
        with db.read():
            sealed, self._entered_at = channels.stored_credentials(self._channel_id)
        return unsealed(self._vault, sealed)

    def renew(self, renewed: Mapping[str, SecretStr]) -> None:
        """Keep renewed values beside those that stay.

        What a person entered since we last read stays as it is: renewing keys that are no longer in force must
        not bring them back. Of two processes that renew the same keys, the later one counts.
        """
        for _ in range(_TRIES):
            with db.read():
                sealed, entered_at = channels.stored_credentials(self._channel_id)
            if sealed is None or entered_at != self._entered_at:
                return
            stored = unsealed(self._vault, sealed)
            if _replace(self._channel_id, sealed, self._vault.seal({**stored, **renewed})):
                return


def _sealed(channel_id: int) -> bytes | None:
    with db.read():
        return channels.sealed_credentials(channel_id)


def _replace(channel_id: int, was: bytes | None, sealed: bytes) -> bool:
    with db.write(MACHINE) as tx:
        return was is not None and sign_ins.renew(tx, channel_id, was=was, sealed=sealed)
