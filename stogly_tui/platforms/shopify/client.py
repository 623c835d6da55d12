"""Asking one shop by GraphQL: what a question costs, the three layers of errors, and a token that is renewed."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from stogly_tui.domain.safe_text import safe_line
from stogly_tui.platforms.base import ChannelAddress, Exchange, Gate, Limiter
from stogly_tui.platforms.errors import (
    AuthFailed,
    OutcomeUnknown,
    PlatformError,
    ProtocolError,
    RateLimited,
    Rejected,
    Unavailable,
)
from stogly_tui.platforms.http import HttpClient, carrying
from stogly_tui.platforms.replies import Reply
from stogly_tui.platforms.settings import ChannelSettings
from stogly_tui.platforms.shopify import wire
from stogly_tui.platforms.shopify.documents import Operation
from stogly_tui.platforms.shopify.settings import API_VERSION, ShopifySettings
from stogly_tui.platforms.shopify.tokens import GRANT_PATH, Tokens, secret
from stogly_tui.platforms.shopify.wire import Answer, Json, NotJson, Trouble

TOKEN_HEADER = "X-Shopify-Access-Token"  # noqa: S105 - the name of a header
MOST_POINTS = 1_000.0
"""What Shopify allows for one query [M]."""
LEAST_WAIT = 60.0
"""How long to wait where a shop takes no more new orders for now; a trial shop takes five a minute."""


class TooCostly(Unavailable):
    """The question costs more than Shopify allows at once: ask for less."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a question was answered. ``withheld`` are fields that Shopify keeps back from this app."""

    data: Json
    withheld: tuple[str, ...]
    server_time: datetime | None
    version: str
    points: float


class ShopifyClient:
    """The Admin API of one shop. Amounts and shapes are as the wire has them."""

    def __init__(
        self, address: ChannelAddress, limiter: Limiter, transport: httpx.BaseTransport | None = None
    ) -> None:
        settings = address.settings
        general = settings if isinstance(settings, ChannelSettings) else ChannelSettings()
        self.version = settings.api_version if isinstance(settings, ShopifySettings) else API_VERSION
        self.url = address.url
        self._path = f"/admin/api/{self.version}/graphql.json"
        self._limiter = limiter
        self._timeout = general.request_timeout
        self._token = threading.local()
        self._costs: dict[str, tuple[int, float]] = {}
        self.http = grant_client(address, limiter, self._signed, transport)
        self.tokens = Tokens(
            f"{address.url} {secret(address.credentials, 'client_id')}",
            address.credentials,
            address.keyring,
            lambda body: exchange_grant(self.http, body),
        )

    def ask(
        self,
        operation: Operation,
        variables: Mapping[str, Any] | None = None,
        *,
        size: int = 1,
        urgent: bool = False,
    ) -> Told:
        """Ask a question. ``size`` is how many of its parts are asked for, by which its cost is remembered.

        Fields that Shopify withholds from the app come back empty and are named.

        Raises:
            AuthFailed: the token or its scopes are refused; the sentence names the scope.
            RateLimited, Unavailable: try later.
            TooCostly: ask for less at once.
            Rejected: Shopify does not understand the question.
            ProtocolError: the reply is not what the schema says.
        """
        self._ready()
        try:
            reply, answer = self._asked(operation, variables, size, urgent)
        except AuthFailed as refused:
            if refused.status != 401 or not self.tokens.after_refusal(self._token.value):
                raise
            self._ready()
            reply, answer = self._asked(operation, variables, size, urgent)
        data = self._whole(answer, reply)
        withheld = tuple(one.field for one in answer.troubles)
        version = reply.headers.get("x-shopify-api-version", "")
        points = answer.cost.requested if answer.cost else 0.0
        return Told(data, withheld, reply.server_time, safe_line(version, 20), points)

    def change(
        self,
        operation: Operation,
        variables: Mapping[str, Any],
        *,
        gate: Gate | None = None,
        timeout: float | None = None,
        urgent: bool = True,
    ) -> tuple[Json, Exchange]:
        """Carry one change out, once; answers its payload, in which ``userErrors`` may stand.

        Raises:
            AuthFailed, RateLimited, Unavailable, Rejected: nothing was done.
            OutcomeUnknown: everything else.
        """
        until = time.monotonic() + (self._timeout if timeout is None else timeout)
        self._ready()
        try:
            return self._changed(operation, variables, gate, until, urgent)
        except AuthFailed as refused:
            if refused.status != 401 or not self.tokens.after_refusal(self._token.value):
                raise
        self._ready()
        return self._changed(operation, variables, gate, until, urgent)

    def _ready(self) -> None:
        """Have a token for this thread's next request."""
        token = self.tokens.current()
        self.http.hide(token)
        self._token.value = token

    def _signed(self, request: httpx.Request) -> httpx.Request:
        request.headers[TOKEN_HEADER] = self._token.value
        return request

    def _asked(
        self, operation: Operation, variables: Mapping[str, Any] | None, size: int, urgent: bool
    ) -> tuple[Reply, Answer]:
        body = {"variables": dict(variables or {}), "query": operation.text}
        points = self._price(operation, size)
        self._limiter.spend(points, urgent=urgent, until=time.monotonic() + self._timeout / 2)
        answer: Answer | None = None
        try:
            reply = self.http.query(self._path, body, urgent=urgent)
            answer = self._read(reply)
        finally:
            self._settle(operation, size, points, answer)
        return reply, answer

    def _changed(
        self,
        operation: Operation,
        variables: Mapping[str, Any],
        gate: Gate | None,
        until: float,
        urgent: bool,
    ) -> tuple[Json, Exchange]:
        body = {"variables": dict(variables), "query": operation.text}  # what people look for comes first
        points = self._price(operation, 1)
        total = until - time.monotonic()
        self._limiter.spend(points, urgent=urgent, until=time.monotonic() + total / 2)
        answer: Answer | None = None
        try:
            left = max(until - time.monotonic(), 0.001)
            reply, exchange = self.http.write(
                "POST", self._path, body, gate=gate, timeout=left, urgent=urgent
            )
            try:
                answer = wire.answer(reply.body)
            except NotJson as error:
                raise carrying(self._unknown(reply, str(error)), exchange) from None
        finally:
            self._settle(operation, 1, points, answer)
        return self._payload(answer, reply, exchange), exchange

    def _price(self, operation: Operation, size: int) -> float:
        """What this question cost last time, in proportion; at first what it probably costs."""
        before, cost = self._costs.get(operation.name, (1, operation.points))
        return min(cost * size / before, MOST_POINTS) if size > before else cost

    def _settle(self, operation: Operation, size: int, points: float, answer: Answer | None) -> None:
        cost = answer.cost if answer is not None else None
        if cost is not None:
            self._costs[operation.name] = (size, cost.requested)
        self._limiter.settle(points, cost.budget if cost is not None else None)

    def _read(self, reply: Reply) -> Answer:
        try:
            return wire.answer(reply.body)
        except NotJson as error:
            excerpt = self.http.excerpt(reply.body)
            raise ProtocolError(
                f"{self.http.host} answered {reply.status}, but {error}: {safe_line(excerpt, 120)}",
                status=reply.status,
                excerpt=excerpt,
            ) from None

    def _whole(self, answer: Answer, reply: Reply) -> Json:
        """The data, if all of it is there but fields below a record that are withheld."""
        hard = [one for one in answer.troubles if not _is_withheld(one)]
        if answer.data is not None and not hard and not _is_empty(answer):
            return answer.data
        raise self._failed(answer, hard[0] if hard else answer.troubles[0], reply)

    def _failed(self, answer: Answer, trouble: Trouble, reply: Reply) -> PlatformError:
        excerpt = self.http.excerpt(reply.body)
        match trouble.code:
            case wire.THROTTLED:
                return self._throttled(answer, reply)
            case wire.TOO_COSTLY:
                return TooCostly(trouble.message, status=reply.status, excerpt=excerpt)
            case wire.ACCESS_DENIED:
                return AuthFailed(trouble.message, status=403, excerpt=excerpt)
            case "SHOP_INACTIVE":
                return Unavailable(trouble.message, status=reply.status, excerpt=excerpt)
            case code if code[:1].islower() or code in wire.NOT_STARTED:
                return Rejected(
                    trouble.message,
                    remote_code=code,
                    field=trouble.field,
                    status=reply.status,
                    excerpt=excerpt,
                )
            case _:
                return Unavailable(
                    f"Shopify could not answer: {trouble.message}", status=500, excerpt=excerpt
                )

    def _payload(self, answer: Answer, reply: Reply, exchange: Exchange) -> Json:
        """What the change answers. Its own field alone decides: what is withheld below it was carried out."""
        payload = next(iter(answer.data.values()), None) if answer.data else None
        if isinstance(payload, dict):
            return payload
        at_the_door = bool(answer.troubles) and all(
            one.code == wire.ACCESS_DENIED and len(one.path) <= 1 for one in answer.troubles
        )
        if answer.was_started and not at_the_door:
            told = answer.troubles[0].message if answer.troubles else "it answers nothing"
            raise carrying(self._unknown(reply, told), exchange)
        raise carrying(self._failed(answer, answer.troubles[0], reply), exchange)

    def _throttled(self, answer: Answer, reply: Reply) -> RateLimited:
        wait = answer.cost.wait if answer.cost else 1.0
        return RateLimited(
            f"{self.http.host} asks for fewer points.",
            retry_after=wait,
            status=reply.status,
            excerpt=self.http.excerpt(reply.body),
        )

    def _unknown(self, reply: Reply, why: str) -> OutcomeUnknown:
        return OutcomeUnknown(
            f"{self.http.host} answered {reply.status}, but {why}",
            status=reply.status,
            excerpt=self.http.excerpt(reply.body),
        )


def grant_client(
    address: ChannelAddress, limiter: Limiter, sign: Any, transport: httpx.BaseTransport | None = None
) -> HttpClient:
    """Requests to one shop, of which nothing that is kept shows a credential.

    Raises:
        BadUrl: the address may not be used.
    """
    settings = address.settings
    general = settings if isinstance(settings, ChannelSettings) else ChannelSettings()
    hidden = ("access_token", "client_secret", "refresh_token")
    return HttpClient(
        address.url,
        limiter,
        sign=sign,
        secrets=tuple(secret(address.credentials, name) for name in hidden),
        refusal=wire.refusal,
        timeout=general.request_timeout,
        connections=general.parallel_requests + 2,  # reading goes on while all senders send
        transport=transport,
    )


def exchange_grant(http: HttpClient, body: Json) -> Json:
    """Ask for a token; a grant changes nothing at the shop, so one whose reply is lost is asked for again.

    Raises:
        AuthFailed: the app, its secret or its grant is refused.
        PlatformError: as `HttpClient.read`. What came is never quoted: it may hold a token.
    """
    http.hide(*(str(body[name]) for name in ("client_secret", "refresh_token", "code") if body.get(name)))
    reply = http.query(GRANT_PATH, body, urgent=True, signed=False)
    try:
        return wire.document(reply.body)
    except NotJson:
        pass
    raise ProtocolError(
        f"{http.host} answered the sign-in with something that is not JSON.", status=reply.status
    )


def user_errors(payload: Json) -> list[Json]:
    """The third layer: what a change refuses by field."""
    told = payload.get("userErrors")
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


def refused(errors: list[Json]) -> Rejected:
    """A change that was refused by field, in one error: the first names field and code."""
    first = errors[0]
    path = first.get("field")
    field = ".".join(str(part) for part in path) if isinstance(path, list) else ""
    detail = "; ".join(dict.fromkeys(wire.plain(one.get("message") or "refused", 200) for one in errors[:5]))
    code = first.get("code")
    return Rejected(detail, remote_code=code if isinstance(code, str) else "", field=safe_line(field, 120))


def _is_withheld(trouble: Trouble) -> bool:
    """Whether a field below a record is kept back: it is null, everything else is there."""
    return trouble.code == wire.ACCESS_DENIED and len(trouble.path) > 1


def _is_empty(answer: Answer) -> bool:
    """Whether what was asked for is not there at all because access to it was denied."""
    data = answer.data or {}
    return bool(answer.troubles) and all(value is None for value in data.values())
