"""A merchant grants us access on the shop's own page: where to send the browser, and what may come back."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

import httpx
from pydantic import BaseModel, SecretStr

from stogly_tui.platforms.base import ChannelAddress, Limiter, SignInRefused
from stogly_tui.platforms.errors import AuthFailed
from stogly_tui.platforms.shopify.address import SHOP_NAME, base_url, shop_domain
from stogly_tui.platforms.shopify.client import exchange_grant, grant_client
from stogly_tui.platforms.shopify.settings import ShopifySettings
from stogly_tui.platforms.shopify.tokens import granted, secret
from stogly_tui.platforms.unlimited import Unlimited

SOURCE_SCOPES = ("read_orders",)
DESTINATION_SCOPES = ("read_orders", "write_orders", "read_products")
WIDER_SCOPES = {
    "read_all_orders": "orders older than 60 days",
    "read_customers": "the names of buyers without an address",
    "read_products": "products and their number",
}
"""What more can be read with a scope that is not needed."""
_NO_GRANT = {"refresh_token": SecretStr(""), "expires_at": SecretStr("")}
"""What of an earlier grant must not outlive a new one."""
_AHEAD = timedelta(seconds=90)
"""How far Shopify's clock may be before ours (shopify-app-js)."""
_AGAIN = "Begin the sign-in again."
_UNRESERVED = "-_.!~*'()"
"""What JavaScript's ``encodeURIComponent`` leaves alone beside letters and digits: Shopify signs texts so written."""


class ShopifySignIn:
    """The authorization code grant, as `RedirectSignIn`: an offline token that expires, with a refresh token.

    ``transport`` replaces the network.
    """

    def __init__(
        self, now: Callable[[], datetime] = lambda: datetime.now(UTC), limiter: Limiter | None = None
    ) -> None:
        self._now = now
        self._limiter: Limiter = limiter or Unlimited()
        self.transport: httpx.BaseTransport | None = None

    def authorize_url(
        self,
        url: str,
        credentials: Mapping[str, SecretStr],
        *,
        redirect_uri: str,
        state: str,
        needs_write: bool,
        settings: BaseModel,
    ) -> str:
        """The page to open, as `RedirectSignIn.authorize_url` promises.

        Without ``grant_options`` the token is offline: orders can be created with no other.
        """
        scopes = DESTINATION_SCOPES if needs_write else (*SOURCE_SCOPES, "read_products")
        more = settings.more_scopes if isinstance(settings, ShopifySettings) else ()
        scopes = tuple(dict.fromkeys((*scopes, *more)))
        asked = {
            "client_id": secret(credentials, "client_id"),
            "scope": ",".join(scopes),
            "redirect_uri": redirect_uri,
            "state": state,
        }
        return f"{_base(url)}/admin/oauth/authorize?{urlencode(asked, quote_via=quote)}"

    def finish(
        self,
        url: str,
        credentials: Mapping[str, SecretStr],
        returned: Mapping[str, str],
        *,
        state: str,
        redirect_uri: str,  # noqa: ARG002 - Shopify takes the code without it
        longest: timedelta,
    ) -> Mapping[str, SecretStr]:
        """Check what came back and exchange it, as `RedirectSignIn.finish` promises."""
        app_secret = secret(credentials, "client_secret")
        if not app_secret:
            raise SignInRefused("The client secret of the app is missing. Enter it, then sign in again.")
        base = _base(url)
        if not hmac.compare_digest(returned.get("state", "").encode(), state.encode()):
            raise SignInRefused(f"What came back does not belong to this sign-in. {_AGAIN}")
        if not hmac.compare_digest(returned.get("hmac", "").encode(), _signed(returned, app_secret).encode()):
            raise SignInRefused(
                f"What came back is not signed by Shopify, or the client secret is another app's. {_AGAIN}"
            )
        _check_shop(returned.get("shop", ""), shop_domain(base))
        self._check_age(returned.get("timestamp", ""), longest)
        code = returned.get("code", "")
        if not code:
            raise SignInRefused(f"Shopify sent no code. {_AGAIN}")
        return self._exchanged(base, credentials, code)

    def _exchanged(
        self, base: str, credentials: Mapping[str, SecretStr], code: str
    ) -> Mapping[str, SecretStr]:
        address = ChannelAddress(base, credentials, ShopifySettings())
        http = grant_client(address, self._limiter, lambda request: request, self.transport)
        asked = {
            "client_id": secret(credentials, "client_id"),
            "client_secret": secret(credentials, "client_secret"),
            "code": code,
            "expiring": "1",
        }
        try:
            return {**_NO_GRANT, **granted(exchange_grant(http, asked), self._now())}
        except AuthFailed as refused:
            raise SignInRefused(f"Shopify does not accept the code: {refused.detail} {_AGAIN}") from None
        finally:
            http.close()

    def _check_age(self, timestamp: str, longest: timedelta) -> None:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
            raise SignInRefused(f"What came back carries no time. {_AGAIN}")
        age = self._now() - datetime.fromtimestamp(int(timestamp), UTC)
        if not -_AHEAD <= age <= longest:
            raise SignInRefused(f"What came back is too old. Check this computer's clock. {_AGAIN}")


def missing_scopes(given: set[str], *, needs_write: bool) -> list[str]:
    """Scopes that are needed and not granted; to write includes to read."""
    needed = DESTINATION_SCOPES if needs_write else SOURCE_SCOPES
    implied = given | {f"read_{name.removeprefix('write_')}" for name in given if name.startswith("write_")}
    return [scope for scope in needed if scope not in implied]


def _signed(returned: Mapping[str, str], app_secret: str) -> str:
    """The signature that the other values must have: sorted, percent-encoded, a blank as ``%20``."""
    parts = {key: value for key, value in returned.items() if key not in ("hmac", "signature")}
    message = urlencode(sorted(parts.items()), quote_via=quote, safe=_UNRESERVED)
    return hmac.new(app_secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def _check_shop(given: str, expected: str) -> None:
    if not SHOP_NAME.match(given):
        raise SignInRefused(f"What came back names no shop. {_AGAIN}")
    if not hmac.compare_digest(given.lower().encode(), expected.encode()):
        raise SignInRefused(
            f"Access was granted by another shop than {expected}. Sign in to that shop, or correct the Store URL."
        )


def _base(url: str) -> str:
    try:
        return base_url(url)
    except ValueError as error:
        raise SignInRefused(str(error)) from None
