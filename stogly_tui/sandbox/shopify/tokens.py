"""Who may call: the app, its access tokens, and the three ways an app comes by one."""

import base64
import hmac
import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

from stogly_tui.sandbox.wire import Json, Reply, html_page

if TYPE_CHECKING:
    from stogly_tui.sandbox.shopify.store import ShopifyStore

ALL_SCOPES = (
    "read_all_orders",
    "read_customers",
    "read_locations",
    "read_orders",
    "read_products",
    "write_orders",
)
_HOUR = 3600
_DAY = 24 * _HOUR
_REFRESH_SECONDS = 90 * _DAY
_CLIENT_CREDENTIALS_SECONDS = _DAY - 1


@dataclass(frozen=True)
class App:
    """The app as its developer knows it."""

    client_id: str
    client_secret: str


@dataclass
class Token:
    """An access token. ``expires`` is None for one that stays."""

    access: str
    scopes: frozenset[str]
    expires: float | None = None


@dataclass
class _Refresh:
    """A refresh token. ``replaces`` is the older one that works until this one is used."""

    text: str
    scopes: frozenset[str]
    expires: float
    replaces: "_Refresh | None" = None


@dataclass
class Tokens:
    """The tokens and codes a shop has given out."""

    store: "ShopifyStore"
    scopes: frozenset[str]
    static: Token = field(init=False)
    _access: dict[str, Token] = field(default_factory=dict)
    _refresh: dict[str, _Refresh] = field(default_factory=dict)
    _codes: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.static = self._issue(self.scopes, None)

    def find(self, access: str) -> Token | None:
        """A token that is valid now. Scopes are those the shop grants at the moment."""
        token = self._access.get(access)
        if token is None or (token.expires is not None and token.expires <= self.store.clock()):
            return None
        return token

    def expire(self) -> None:
        """End every access token at once; refresh tokens stay."""
        self._access.clear()

    def grant(self, scopes: frozenset[str]) -> None:
        """Change what the static token, and tokens made from now on, may do."""
        self.scopes = self.static.scopes = scopes

    def authorize(self, query: str) -> Reply:
        """``GET /admin/oauth/authorize``: the merchant agrees at once and is sent back with a code."""
        asked = dict(parse_qsl(query))
        if asked.get("client_id") != self.store.app.client_id or not asked.get("redirect_uri"):
            page = html_page("Oauth error invalid_request", "Could not find the application.")
            return Reply(400, page, media_type="text/html; charset=utf-8")
        code = self._text(32)
        asked_scopes = frozenset(filter(None, asked.get("scope", "").split(",")))
        self._codes[code] = implied(asked_scopes) or self.scopes
        admin = f"admin.shopify.com/store/{self.store.slug}"
        back = {
            "code": code,
            "host": base64.b64encode(admin.encode()).decode().rstrip("="),
            "shop": self.store.shop_domain,
            "state": asked.get("state", ""),
            "timestamp": str(self.store.now()),
        }
        back["hmac"] = sign(back, self.store.app.client_secret)
        separator = "&" if "?" in asked["redirect_uri"] else "?"
        return Reply(302, b"", {"Location": f"{asked['redirect_uri']}{separator}{urlencode(back)}"}, "")

    def exchange(self, body: bytes, content_type: str) -> Reply:
        """``POST /admin/oauth/access_token``, for a code, a refresh token or the app's own credentials."""
        asked = _read(body, content_type)
        app = self.store.app
        if (asked.get("client_id"), asked.get("client_secret")) != (app.client_id, app.client_secret):
            return _refused("invalid_client", "Client authentication failed.")
        grant = asked.get("grant_type", "")
        if grant == "client_credentials":
            token = self._issue(self.scopes, _CLIENT_CREDENTIALS_SECONDS)
            return _answer(self._told(token))
        if grant == "refresh_token":
            return self._renewed(str(asked.get("refresh_token", "")))
        return self._exchanged(str(asked.get("code", "")), expiring=str(asked.get("expiring", "")) == "1")

    def _exchanged(self, code: str, *, expiring: bool) -> Reply:
        scopes = self._codes.pop(code, None)
        if scopes is None:
            return _refused("invalid_request", "The authorization code was not found or was already used")
        if expiring:
            return _answer(self._with_refresh(scopes, None))
        return _answer(self._told(self._issue(scopes, None)))

    def _renewed(self, text: str) -> Reply:
        refresh = self._refresh.get(text)
        if refresh is None or refresh.expires <= self.store.clock():
            return _refused("invalid_grant", "This refresh token is invalid or has expired.")
        if refresh.replaces is not None:
            self._refresh.pop(refresh.replaces.text, None)
            refresh.replaces = None
        return _answer(self._with_refresh(refresh.scopes, refresh))

    def _with_refresh(self, scopes: frozenset[str], old: _Refresh | None) -> Json:
        expires = self.store.clock() + _REFRESH_SECONDS
        refresh = _Refresh(f"shprt_{self._text(32)}", scopes, expires, old)
        self._refresh[refresh.text] = refresh
        told = self._told(self._issue(scopes, _HOUR))
        return {**told, "refresh_token": refresh.text, "refresh_token_expires_in": _REFRESH_SECONDS}

    def _told(self, token: Token) -> Json:
        told: Json = {"access_token": token.access, "scope": ",".join(sorted(_stated(token.scopes)))}
        if token.expires is not None:
            told["expires_in"] = round(token.expires - self.store.clock())
        return told

    def _issue(self, scopes: frozenset[str], seconds: float | None) -> Token:
        expires = None if seconds is None else self.store.clock() + seconds
        token = Token(f"shpat_{self._text(32)}", scopes, expires)
        self._access[token.access] = token
        return token

    def _text(self, digits: int) -> str:
        return f"{self.store.random.getrandbits(digits * 4):0{digits}x}"


def implied(scopes: frozenset[str]) -> frozenset[str]:
    """Scopes with those they bring along: who may write may read."""
    return scopes | {f"read_{scope.removeprefix('write_')}" for scope in scopes if scope.startswith("write_")}


def sign(parameters: dict[str, str], secret: str) -> str:
    """The ``hmac`` of a call back: hex, over the sorted parameters, blanks as ``%20``."""
    message = urlencode(sorted(parameters.items()), quote_via=quote)
    return hmac.new(secret.encode(), message.encode(), sha256).hexdigest()


def _stated(scopes: frozenset[str]) -> set[str]:
    """Scopes without those that others bring along."""
    return {scope for scope in scopes if f"write_{scope.removeprefix('read_')}" not in scopes - {scope}}


def _read(body: bytes, content_type: str) -> Json:
    if "json" not in content_type:
        return dict(parse_qsl(body.decode("utf-8", "replace")))
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _answer(body: Json, status: int = 200) -> Reply:
    return Reply(status, json.dumps(body).encode(), media_type="application/json; charset=utf-8")


def _refused(error: str, description: str) -> Reply:
    return _answer({"error": error, "error_description": description}, 400)
