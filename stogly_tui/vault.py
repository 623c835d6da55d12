"""Seals and opens credentials. The key comes from STOGLY_SECRET_KEY or a 0600 file in the home."""

import base64
import hashlib
import json
import os
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

KEY_FILE = "secret.key"


class CannotUnseal(Exception):
    """The stored credentials were sealed with another key."""


class Vault:
    """Seals a channel's credentials for the database and opens them again."""

    def __init__(self, home: Path, secret_key: SecretStr) -> None:
        self._home = home
        self._given = secret_key
        self._fernet: Fernet | None = None

    def seal(self, credentials: Mapping[str, SecretStr]) -> bytes:
        """Encrypt credentials."""
        plain = json.dumps({name: value.get_secret_value() for name, value in credentials.items()})
        return self._open().encrypt(plain.encode())

    def unseal(self, sealed: bytes) -> dict[str, SecretStr]:
        """Decrypt credentials.

        Raises:
            CannotUnseal: they were sealed with another key.
        """
        from cryptography.fernet import InvalidToken

        try:
            plain = self._open().decrypt(sealed)
        except InvalidToken as error:
            raise CannotUnseal(
                "The credentials were sealed with another key. Restore the key file, or enter them again."
            ) from error
        return {name: SecretStr(value) for name, value in json.loads(plain).items()}

    def _open(self) -> "Fernet":
        from cryptography.fernet import Fernet

        if self._fernet is None:
            given = self._given.get_secret_value()
            key = (
                base64.urlsafe_b64encode(hashlib.sha256(given.encode()).digest())
                if given
                else self._key_of_home()
            )
            self._fernet = Fernet(key)
        return self._fernet

    def _key_of_home(self) -> bytes:
        from cryptography.fernet import Fernet

        path = self._home / KEY_FILE
        draft = path.with_suffix(f".{uuid.uuid4().hex}.new")
        if not path.exists():
            fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(fd, "wb") as file:
                file.write(Fernet.generate_key())
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_bytes().strip()
