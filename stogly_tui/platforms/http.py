"""One HTTP layer for all platforms: total deadlines, a gate at the first byte, bounded replies, honest errors.

Credentials are added below the client, in the transport: no URL, exception or log of the layers above holds one.
"""

import base64
import json
import logging
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit

import httpx

from stogly_tui.domain.safe_text import safe_line
from stogly_tui.platforms import forbidden
from stogly_tui.platforms.base import Exchange, Gate, Limiter
from stogly_tui.platforms.errors import (
    OutcomeUnknown,
    PlatformError,
    ProtocolError,
    RateLimited,
    TlsFailed,
    Unavailable,
)
from stogly_tui.platforms.redaction import EXCHANGE_BYTES, Blotter
from stogly_tui.platforms.replies import NotDecoded, Reply, TooLarge, body_of, http_date, retry_after
from stogly_tui.platforms.transport import Direct, Sign, Signing, clock
from stogly_tui.platforms.urls import BadUrl, clean_url

__all__ = ["EXCHANGE_BYTES", "BadUrl", "HttpClient", "Reply", "basic", "carrying", "clean_url"]

READ_BYTES = 20_000_000
"""The most a reply to a read may hold, decompressed."""
WRITE_BYTES = 2_000_000
"""The most a reply to a write may hold, decompressed."""
CONNECT_SECONDS = 10.0
MAINTENANCE_WAIT = 60.0  # WordPress always names ten minutes, and is back after seconds


for _noisy in ("httpx", "httpcore"):
    logging.getLogger(_noisy).setLevel(logging.WARNING)


Refusal = Callable[[Reply, str], PlatformError | None]
"""Reads a 4xx in a platform's own shape; None when it is not that shape. Gets the redacted excerpt too."""


@dataclass(slots=True)
class _Call:
    """One request on its way: until when, by whose leave, and how far it came."""

    until: float
    limit: int
    gate: Gate | None = None
    least_left: float = 0.0
    sent: bool = False
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def first_byte(self) -> None:
        """Ask whether the request may leave, right before its first byte."""
        if self.until - time.monotonic() <= self.least_left:
            raise _Stopped("The deadline passed before anything was sent.")
        if self.gate is not None and not self.gate():
            raise _Stopped("It was stopped before anything was sent.")
        self.sent = True

    def trace(self, event: str, _info: Mapping[str, Any]) -> None:
        """Follow httpcore's events; the first byte of a request follows this one."""
        if event == "http11.send_request_headers.started":
            self.first_byte()


class _Stopped(Exception):
    """Our own gate closed."""


class HttpClient:
    """Requests to one account; safe for as many threads as it has connections.

    ``refusal`` reads the platform's own 4xx. ``secrets`` are blotted out of everything that is kept of an exchange.
    ``transport`` replaces the network, for benchmarks.

    Raises:
        BadUrl: ``base_url`` may not be used.
    """

    def __init__(
        self,
        base_url: str,
        limiter: Limiter,
        *,
        sign: Sign,
        secrets: Sequence[str],
        refusal: Refusal,
        timeout: float = 30.0,
        connections: int = 4,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._base = clean_url(base_url)
        self._host = urlsplit(self._base).hostname or ""
        self._limiter = limiter
        self._blot = Blotter(secrets)
        self._refusal = refusal
        self._timeout = timeout
        self._traced = transport is None
        self._client = httpx.Client(
            transport=Signing(transport or Direct(connections), sign),
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "User-Agent": f"stogly-tui/{_version()}",
            },
            follow_redirects=False,
            trust_env=False,
        )
        self._client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    @property
    def host(self) -> str:
        """The host that is asked, for sentences."""
        return self._host

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def read(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        urgent: bool = False,
        signed: bool = True,
        limit: int = READ_BYTES,
    ) -> Reply:
        """GET ``path`` below the base URL; one more try when the connection dropped.

        Raises:
            AuthFailed, NotFound, Rejected: the platform's own 4xx.
            RateLimited, Unavailable, TlsFailed: try later.
            ProtocolError: the reply is too large or cannot be decompressed.
        """
        return self._read(self._build("GET", path, params, signed=signed), urgent, limit)

    def query(
        self,
        path: str,
        body: object,
        *,
        urgent: bool = False,
        signed: bool = True,
        limit: int = READ_BYTES,
    ) -> Reply:
        """Ask by POST, for interfaces whose questions are bodies: changes nothing, so treated as `read`.

        Raises:
            PlatformError: as `read`.
        """
        request = self._build("POST", path, None, body=_as_json(body), signed=signed)
        return self._read(request, urgent, limit)

    def write(
        self,
        method: str,
        path: str,
        body: object,
        *,
        gate: Gate | None = None,
        timeout: float | None = None,
        urgent: bool = True,
        limit: int = WRITE_BYTES,
    ) -> tuple[Reply, Exchange]:
        """Send ``body`` as JSON once, and never again by itself; answers only a 2xx.

        ``timeout`` is the total deadline in seconds. What is raised after bytes were sent carries its
        `Exchange` (`exchange_of`).

        Raises:
            AuthFailed, NotFound, Rejected, RateLimited, Unavailable, TlsFailed: nothing was done.
            OutcomeUnknown: anything else.
        """
        total = self._timeout if timeout is None else timeout
        request = self._build(method, path, None, body=_as_json(body))
        call = _Call(time.monotonic() + total, limit, gate, least_left=total / 4)
        self._limiter.acquire(urgent=urgent, until=call.until - total / 2)
        reply = self._talk(request, call)
        if not isinstance(reply, Reply):
            raise self._failed_write(reply, call, request)
        exchange = self._blot.exchange(request, reply.status, reply.body)
        if 200 <= reply.status < 300:
            return reply, exchange
        raise carrying(self._judged_write(reply), exchange)

    def excerpt(self, body: bytes) -> str:
        """The beginning of a reply for people: redacted and bounded."""
        return self._blot.excerpt(body)

    def hide(self, *secrets: str) -> None:
        """Blot these out too from now on: keys that were renewed after the client was made."""
        self._blot.hide(*secrets)

    def _build(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        *,
        body: bytes | None = None,
        signed: bool = True,
    ) -> httpx.Request:
        if forbidden.when():
            raise RuntimeError("A request was about to start inside a write transaction.")
        headers = {} if body is None else {"Content-Type": "application/json"}
        request = self._client.build_request(
            method, self._base + path, params=params, content=body, headers=headers
        )
        if not signed:
            request.extensions["unsigned"] = True
        return request

    def _read(self, request: httpx.Request, urgent: bool, limit: int) -> Reply:
        call, reply = self._ask(request, urgent, limit)
        if isinstance(reply, _NoReply) and reply.dropped:
            call, reply = self._ask(request, urgent, limit)
        if isinstance(reply, Reply):
            return self._judged_read(reply)
        raise self._failed_read(reply, call)

    def _ask(self, request: httpx.Request, urgent: bool, limit: int) -> "tuple[_Call, Reply | _NoReply]":
        call = _Call(time.monotonic() + self._timeout, limit)
        self._limiter.acquire(urgent=urgent, until=call.until - self._timeout / 2)
        return call, self._talk(request, call)

    def _talk(self, request: httpx.Request, call: _Call) -> "Reply | _NoReply":
        """Send and read the whole reply, or say how it failed. The cause is not chained: it may hold the request."""
        left = max(call.until - time.monotonic(), 0.001)
        request.extensions["timeout"] = {
            "connect": min(left, CONNECT_SECONDS),
            "pool": left,
            "read": left,
            "write": left,
        }
        request.extensions["trace"] = call.trace
        clock.until = call.until
        try:
            if not self._traced:
                call.first_byte()
            response = self._client.send(request, stream=True)
            call.status, call.headers = response.status_code, response.headers
            try:
                body = body_of(response, limit=call.limit, until=call.until)
            finally:
                response.close()
        except _Stopped as stopped:
            return _NoReply(str(stopped))
        except TooLarge:
            return _NoReply(
                f"The reply of {self._host} is larger than {call.limit // 1_000_000} MB.", is_bad=True
            )
        except NotDecoded:
            return _NoReply(f"The reply of {self._host} could not be decompressed.", is_bad=True)
        except httpx.TransportError as error:
            return self._no_reply(error, call)
        finally:
            clock.until = float("inf")
        return Reply(response.status_code, response.headers, body, http_date(response.headers.get("date")))

    def _no_reply(self, error: httpx.TransportError, call: _Call) -> "_NoReply":
        if not call.sent and _is_tls(error):
            return _NoReply(f"The certificate of {self._host} could not be verified.", is_tls=True)
        if isinstance(error, httpx.TimeoutException):
            when = "in time" if call.sent else "when connecting"
            return _NoReply(f"{self._host} did not answer {when}.")
        if not call.sent:
            return _NoReply(
                f"{self._host} cannot be reached.", dropped=not isinstance(error, httpx.ConnectError)
            )
        return _NoReply(
            f"The connection to {self._host} dropped before its answer was complete.", dropped=True
        )

    def _failed_read(self, failed: "_NoReply", call: _Call) -> PlatformError:
        if failed.is_tls:
            return TlsFailed(failed.detail)
        if call.status == 429:
            return self._slow_down(call.headers, "")
        kind = ProtocolError if failed.is_bad else Unavailable
        return kind(failed.detail, status=call.status)

    def _failed_write(self, failed: "_NoReply", call: _Call, request: httpx.Request) -> PlatformError:
        if not call.sent:
            return TlsFailed(failed.detail) if failed.is_tls else Unavailable(failed.detail)
        exchange = self._blot.exchange(request, call.status, f"({failed.detail})".encode())
        if call.status == 429:
            return carrying(self._slow_down(call.headers, ""), exchange)
        return carrying(OutcomeUnknown(failed.detail, status=call.status), exchange)

    def _judged_read(self, reply: Reply) -> Reply:
        if 200 <= reply.status < 300:
            return reply
        raise self._refused(reply) or Unavailable(
            self._sentence(reply), status=reply.status, excerpt=self._blot.excerpt(reply.body)
        )

    def _judged_write(self, reply: Reply) -> PlatformError:
        return self._refused(reply) or OutcomeUnknown(
            self._sentence(reply), status=reply.status, excerpt=self._blot.excerpt(reply.body)
        )

    def _refused(self, reply: Reply) -> PlatformError | None:
        """The refusal of which the platform itself says that nothing was done, or None."""
        excerpt = self._blot.excerpt(reply.body)
        if reply.status == 429:
            return self._slow_down(reply.headers, excerpt)
        if reply.status == 503:
            wait = retry_after(reply.headers)
            if wait is not None:
                self._limiter.told_to_wait(min(wait, MAINTENANCE_WAIT))
        if 400 <= reply.status < 500 and reply.status != 408:
            return self._refusal(reply, excerpt)
        return None

    def _slow_down(self, headers: Mapping[str, str], excerpt: str) -> RateLimited:
        wait = retry_after(headers)
        if wait is not None:
            self._limiter.told_to_wait(wait)
        return RateLimited(
            f"{self._host} asks for fewer requests.", retry_after=wait, status=429, excerpt=excerpt
        )

    def _sentence(self, reply: Reply) -> str:
        if 300 <= reply.status < 400:
            target = urlsplit(reply.headers.get("location", "")).netloc.rpartition("@")[2]
            where = safe_line(target, 100) or "another page of itself"
            return f"{self._host} redirects to {where}; redirects are not followed with keys."
        if reply.status >= 500 or reply.status == 408:
            return f"{self._host} answered {reply.status}."
        return f"{self._host} answered {reply.status} with a page that is not its API's, as a firewall or proxy does."


@dataclass(frozen=True, slots=True)
class _NoReply:
    """Why there is no whole reply. ``dropped`` connections may be tried again for a read."""

    detail: str
    dropped: bool = False
    is_tls: bool = False
    is_bad: bool = False


def _as_json(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def basic(user: str, password: str) -> str:
    """The value of an ``Authorization: Basic`` header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def carrying(error: PlatformError, exchange: Exchange) -> PlatformError:
    """Put what went over the wire on an error, as `OrderDestination.create` promises."""
    error.exchange = exchange
    return error


def _is_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


@cache
def _version() -> str:
    try:
        return version("stogly-tui")
    except PackageNotFoundError:
        return "0"
