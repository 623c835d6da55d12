"""A platform whose channels are signed in to by redirect, for tests; what it is asked is noted, nobody is asked."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, SecretStr

from stogly_tui.domain.problems import FieldProblem
from stogly_tui.platforms.base import (
    Account,
    ChannelAddress,
    Connection,
    Delivery,
    Limiter,
    NotSigned,
    OrderDestination,
    OrderSource,
    SignInRefused,
    Webhooks,
)
from stogly_tui.platforms.errors import AuthFailed, Unavailable
from stogly_tui.platforms.settings import ChannelSettings

APP_SECRET = "app secret"


class Credentials(BaseModel):
    """What an app is known by."""

    model_config = ConfigDict(extra="forbid")

    client_id: SecretStr
    client_secret: SecretStr


class Accounts:
    """What the platform knows: which code stands for which token, and which token for which account."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.is_down = False

    def grant(self, code: str, account: str) -> None:
        """A person of this account granted access."""
        self.codes[code] = f"token of {code}"
        self.tokens[f"token of {code}"] = account


class SignIn:
    """Redirect sign-in with a signature over what comes back."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

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
        asked = {
            "client_id": credentials["client_id"].get_secret_value(), "redirect_uri": redirect_uri, "state": state,
            "scope": "write" if needs_write else "read",
        }  # fmt: skip
        return f"{url}/authorize?{urlencode(asked)}"

    def finish(
        self,
        url: str,
        credentials: Mapping[str, SecretStr],
        returned: Mapping[str, str],
        *,
        state: str,
        redirect_uri: str,
        longest: timedelta,
    ) -> Mapping[str, SecretStr]:
        if self._accounts.is_down:
            raise Unavailable("the platform does not answer")
        if returned["state"] != state or returned.get("hmac") != sign(returned, credentials):
            raise SignInRefused("What came back is not signed by the platform. Begin the sign-in again.")
        token = self._accounts.codes.pop(returned["code"], None)
        if token is None:
            raise SignInRefused("The code is not known. Begin the sign-in again.")
        return {"access_token": SecretStr(token)}


def sign(returned: Mapping[str, str], credentials: Mapping[str, SecretStr]) -> str:
    """How the platform signs what it sends back."""
    parts = urlencode(sorted((key, value) for key, value in returned.items() if key != "hmac"))
    return hmac.new(
        credentials["client_secret"].get_secret_value().encode(), parts.encode(), sha256
    ).hexdigest()


class Line:
    """A line to an account; it offers nothing but a sign-in check."""

    orders: OrderSource | None = None
    destination: OrderDestination | None = None
    webhooks: Webhooks | None = None

    def __init__(self, accounts: Accounts, address: ChannelAddress) -> None:
        self._accounts, self._address = accounts, address

    def check_sign_in(self) -> None:
        if self._token() not in self._accounts.tokens:
            raise AuthFailed("the token is not known")

    def _token(self) -> str:
        return self._address.credentials.get("access_token", SecretStr("")).get_secret_value()

    def close(self) -> None: ...


class Redirecting:
    """The platform."""

    key = "redirecting"
    title = "Redirecting"
    can_be_source = True
    can_be_destination = True
    settings_model: type[BaseModel] = ChannelSettings
    credentials_model: type[BaseModel] = Credentials
    guide: Sequence[tuple[str, str]] = ()
    url_title = "Account"
    url_hint = "https://account.example"
    webhook_secret = "client_secret"

    def __init__(self) -> None:
        self.accounts = Accounts()
        self.sign_in = SignIn(self.accounts)

    def check(
        self, address: ChannelAddress, limiter: Limiter, *, needs_write: bool
    ) -> Account | list[FieldProblem]:
        token = address.credentials.get("access_token", SecretStr("")).get_secret_value()
        account = self.accounts.tokens.get(token)
        if account is None:
            return [FieldProblem("access_token", "is not known.", "Sign in.")]
        return Account(account, f"The {account}", "1", "EUR", "Europe/Berlin", can_write=True)

    def base_url(self, typed: str) -> str:
        if "." not in typed:
            raise ValueError("This is no account.")
        return f"https://{typed.removeprefix('https://').rstrip('/')}"

    def read_delivery(self, headers: Mapping[str, str], body: bytes, secret: SecretStr) -> Delivery:
        raise NotSigned("never")

    def connect(self, address: ChannelAddress, limiter: Limiter) -> Connection:
        return Line(self.accounts, address)


PLATFORM = Redirecting()
