"""What lies below the HTTP client: connections that know the deadline of the whole request, and signing out of sight."""

import os
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import httpcore
import httpx

KEEPALIVE_SECONDS = 4.0  # below the five seconds after which Apache closes an idle connection

Sign = Callable[[httpx.Request], httpx.Request]
"""Adds credentials to a request and gives it back."""


class Clock(threading.local):
    until = float("inf")


clock = Clock()


def _left(timeout: float | None, late: type[Exception]) -> float:
    left = clock.until - time.monotonic()
    if left <= 0:
        raise late("the deadline of the whole request passed")
    return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    """A connection whose every operation ends at the deadline of the whole request: no slow drip outlives it."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(super().connect_tcp(host, port, left, local_address, socket_options))


@cache
def _tls(*_authorities: str | None) -> ssl.SSLContext:
    """Verified TLS; own authorities come from ``SSL_CERT_FILE`` or ``SSL_CERT_DIR``, which httpx reads."""
    return httpx.create_ssl_context()


class Direct(httpx.HTTPTransport):
    """httpx's transport over connections that know the deadline."""

    def __init__(self, connections: int) -> None:
        context = _tls(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
        super().__init__(verify=context)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=_Backend(),
        )


class Signing(httpx.BaseTransport):
    """Signs a copy of each request below the client, which logs and keeps the unsigned one."""

    def __init__(self, inner: httpx.BaseTransport, sign: Sign) -> None:
        self._inner, self._sign = inner, sign

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.extensions.get("unsigned"):
            return self._inner.handle_request(request)
        copy = httpx.Request(
            request.method,
            request.url,
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return self._inner.handle_request(self._sign(copy))

    def close(self) -> None:
        self._inner.close()
