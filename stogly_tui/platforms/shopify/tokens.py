"""The access token of a channel: a fixed one, or one that is renewed before it ends and after it was refused."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from pydantic import SecretStr

from stogly_tui.platforms.base import Keyring
from stogly_tui.platforms.errors import AuthFailed, ProtocolError
from stogly_tui.platforms.shopify.wire import Json

GRANT_PATH = "/admin/oauth/access_token"
MARGIN = timedelta(minutes=2)
"""How long before its end a token is renewed."""
_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
"""One renewal at a time for each account in this process: a refresh token is for one use."""

Exchange = Callable[[Json], Json]
"""Posts to `GRANT_PATH` and gives back what it answers; raises `PlatformError`."""


class Kind(Enum):
    """How a channel comes to its token."""

    FIXED = auto()
    CLIENT_CREDENTIALS = auto()
    REDIRECT = auto()
    NONE = auto()


def kind_of(credentials: Mapping[str, SecretStr]) -> Kind:
    """What credentials are good for: a stored refresh token means redirect; else an id and a secret mean client
    credentials, whose token is stored beside its end; a token without an end is a fixed one.
    """
    has_app = bool(secret(credentials, "client_id") and secret(credentials, "client_secret"))
    if has_app and secret(credentials, "refresh_token"):
        return Kind.REDIRECT
    if secret(credentials, "access_token") and not (has_app and secret(credentials, "expires_at")):
        return Kind.FIXED
    return Kind.CLIENT_CREDENTIALS if has_app else Kind.NONE


def secret(credentials: Mapping[str, SecretStr], name: str) -> str:
    """A credential in clear, without blanks around it; empty when there is none."""
    value = credentials.get(name)
    return value.get_secret_value().strip() if value is not None else ""


def granted(told: Json, now: datetime) -> dict[str, SecretStr]:
    """What a grant answers, as it is stored: ``{access_token, expires_in, refresh_token}`` (shopify-app-js).

    Raises:
        ProtocolError: there is no token in it. Nothing of it is quoted.
    """
    token, lasts, refresh = told.get("access_token"), told.get("expires_in"), told.get("refresh_token")
    if not isinstance(token, str) or not token:
        raise ProtocolError("Shopify answered the sign-in without an access token.")
    made = {"access_token": SecretStr(token)}
    if isinstance(lasts, int | float) and not isinstance(lasts, bool) and 0 < lasts < 10**9:
        made["expires_at"] = SecretStr((now + timedelta(seconds=lasts)).isoformat())
    if isinstance(refresh, str) and refresh:
        made["refresh_token"] = SecretStr(refresh)
    return made


_LOOKS, _LOOK_EVERY = 5, 0.2
"""How often, and how many seconds apart, the keyring is looked at for what another process is just getting."""


class Tokens:
    """The token of one channel, for as many threads as ask. ``account`` tells channels apart for the lock."""

    def __init__(
        self,
        account: str,
        credentials: Mapping[str, SecretStr],
        keyring: Keyring | None,
        exchange: Exchange,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._known = dict(credentials)
        self._keyring = keyring
        self._exchange = exchange
        self._now = now
        self._lock = _locks[account]

    def current(self) -> str:
        """A token that is good for a while; asks for one when there is none.

        Raises:
            AuthFailed: the app or its grant is refused.
            PlatformError: it could not be asked for.
        """
        token = self._good()
        if token:
            return token
        with self._lock:
            return self._good() or self._renewed(refused="")

    def after_refusal(self, refused: str) -> bool:
        """Whether there is another token now that ``refused`` was turned down; asks for one, once.

        Raises:
            PlatformError: as `current`.
        """
        if kind_of(self._known) in (Kind.FIXED, Kind.NONE):
            return False
        with self._lock:
            return self._renewed(refused=refused) != refused

    def _good(self) -> str:
        """The token that we hold, if it lasts."""
        known = self._known
        match kind_of(known):
            case Kind.FIXED:
                return secret(known, "access_token")
            case Kind.NONE:
                raise AuthFailed("There is neither an access token nor a client ID with its secret.")
            case _:
                return secret(known, "access_token") if self._lasts(known) else ""

    def _lasts(self, known: Mapping[str, SecretStr]) -> bool:
        try:
            return datetime.fromisoformat(secret(known, "expires_at")) - MARGIN > self._now()
        except (ValueError, TypeError):
            return False

    def _renewed(self, refused: str) -> str:
        """Renew, unless another process has done so since; what is new is stored before it is used."""
        if self._keyring is not None:
            self._known = {**self._known, **self._keyring.read()}
        held = secret(self._known, "access_token")
        if held and held != refused and self._good():
            return held
        try:
            made = self._granted_anew()
        except AuthFailed:
            newer = self._of_another_process(held)
            if newer and newer != refused:
                return newer
            raise
        if "expires_at" not in made:
            made["expires_at"] = SecretStr((self._now() + timedelta(hours=1)).isoformat())
        if self._keyring is not None:
            self._keyring.renew(made)
        self._known = {**self._known, **made}
        return secret(made, "access_token")

    def _of_another_process(self, held: str) -> str:
        """The token that another process got while ours was refused: of two that renew one grant, one comes late."""
        for _ in range(_LOOKS if self._keyring is not None else 0):
            assert self._keyring is not None
            self._known = {**self._known, **self._keyring.read()}
            found = secret(self._known, "access_token")
            if found != held and self._good():
                return found
            time.sleep(_LOOK_EVERY)
        return ""

    def _granted_anew(self) -> dict[str, SecretStr]:
        app = {name: secret(self._known, name) for name in ("client_id", "client_secret")}
        if kind_of(self._known) is Kind.REDIRECT:
            refresh = {"grant_type": "refresh_token", "refresh_token": secret(self._known, "refresh_token")}
            return granted(self._exchange({**app, **refresh}), self._now())
        return granted(self._exchange({**app, "grant_type": "client_credentials"}), self._now())
