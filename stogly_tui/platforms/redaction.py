"""What is kept of an exchange for people: bounded, and without the keys that went with it."""

import re
import threading
from collections.abc import Sequence

import httpx

from stogly_tui.platforms.base import Exchange

EXCERPT_BYTES = 1_000
EXCHANGE_BYTES = 8_000
_KEYS = re.compile(
    r"\b(?:ck|cs)_[0-9a-fA-F]{20,}|\bshp[a-z]{2,3}_[0-9A-Za-z]{16,}|(?<=Basic )[A-Za-z0-9+/=]{20,}"
)


class Blotter:
    """Takes the secrets of one account out of what is kept; more may become known while it works."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._lock = threading.Lock()
        self._secrets: tuple[str, ...] = ()
        self.hide(*secrets)

    def hide(self, *secrets: str) -> None:
        """Learn of secrets that came later, such as a renewed token."""
        with self._lock:
            known = {secret for secret in (*self._secrets, *secrets) if secret}
            self._secrets = tuple(sorted(known, key=len, reverse=True))

    def excerpt(self, body: bytes) -> str:
        """The beginning of a reply."""
        return self._redacted(body, EXCERPT_BYTES)

    def exchange(self, request: httpx.Request, status: int | None, body: bytes) -> Exchange:
        """A request and what came back."""
        half = EXCHANGE_BYTES // 2
        head = f"{request.method} {request.url.raw_path.decode('ascii')}\n".encode()
        return Exchange(self._redacted(head + request.content, half), self._redacted(body, half), status)

    def _redacted(self, body: bytes, limit: int) -> str:
        text = body[: limit * 4].decode("utf-8", "replace")
        for secret in self._secrets:
            text = text.replace(secret, "***")
        text = _KEYS.sub("***", text)
        return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")
