"""Asking one WooCommerce store: pages of orders, single documents, and the sentences for what went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx

from stogly_tui.platforms.base import ChannelAddress, Exchange, Gate, Limiter
from stogly_tui.platforms.errors import OutcomeUnknown, PlatformError, ProtocolError
from stogly_tui.platforms.http import HttpClient, Reply, basic, carrying
from stogly_tui.platforms.settings import ChannelSettings
from stogly_tui.platforms.transport import Sign
from stogly_tui.platforms.woocommerce.wire import (
    Json,
    NotJson,
    Record,
    document,
    plain,
    records,
    refusal,
)

API = "/wp-json/wc/v3"
PER_PAGE = 100
"""The most WooCommerce gives at once; 101 is refused (recorded)."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. ``total`` and ``pages`` come from ``X-WP-Total`` and ``X-WP-TotalPages``, if told."""

    records: tuple[Record, ...]
    total: int | None
    pages: int | None
    server_time: datetime | None


def naive_gmt(moment: datetime) -> str:
    """A time as the list filters take it together with ``dates_are_gmt``: with a Z they go wrong (observed)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


class WooClient:
    """WooCommerce REST v3 of one store. Amounts and shapes are as the wire has them."""

    def __init__(
        self, address: ChannelAddress, limiter: Limiter, transport: httpx.BaseTransport | None = None
    ) -> None:
        settings = address.settings
        key = address.credentials["consumer_key"].get_secret_value().strip()
        secret = address.credentials["consumer_secret"].get_secret_value().strip()
        general = settings if isinstance(settings, ChannelSettings) else ChannelSettings()
        self.http = HttpClient(
            address.url,
            limiter,
            sign=_signer(key, secret, in_query=getattr(settings, "query_string_auth", False) is True),
            secrets=(key, secret, basic(key, secret).removeprefix("Basic ")),
            refusal=refusal,
            timeout=general.request_timeout,
            connections=general.parallel_requests + 2,  # reading goes on while all senders send
            transport=transport,
        )

    def page(self, path: str, params: Mapping[str, str], *, urgent: bool = False) -> Page:
        """GET a list below the API.

        Raises:
            ProtocolError: what came is no list.
            PlatformError: as `HttpClient.read`.
        """
        reply = self.http.read(API + path, params, urgent=urgent)
        try:
            found = records(reply.body)
        except NotJson as error:
            raise self._not_understood(reply, error) from None
        return Page(
            tuple(found), _count(reply, "x-wp-total"), _count(reply, "x-wp-totalpages"), reply.server_time
        )

    def raw(self, path: str, params: Mapping[str, str]) -> bytes:
        """GET the bytes of a reply, whatever they are. Raises as `HttpClient.read`."""
        return self.http.read(API + path, params).body

    def object(self, path: str, params: Mapping[str, str] | None = None, *, urgent: bool = False) -> Record:
        """GET one object below the API. Raises as `page`."""
        reply = self.http.read(API + path, params, urgent=urgent)
        try:
            value = document(reply.body)
        except NotJson as error:
            raise self._not_understood(reply, error) from None
        return Record(value, reply.body.decode("utf-8", "surrogateescape"))

    def write(
        self,
        method: str,
        path: str,
        body: Json,
        *,
        gate: Gate | None = None,
        timeout: float | None = None,
        urgent: bool = True,
    ) -> tuple[Json, Exchange]:
        """Send one change and read the object that it answers.

        Raises:
            OutcomeUnknown: also for a 2xx that is not understood, and for a refusal that left a draft behind.
            PlatformError: as `HttpClient.write`.
        """
        reply, exchange = self._sent(method, path, body, gate, timeout, urgent)
        try:
            return document(reply.body, strict=True), exchange
        except NotJson:
            unknown = OutcomeUnknown(
                f"{self.http.host} answered {reply.status}, but not with an order.",
                status=reply.status,
                excerpt=self.http.excerpt(reply.body),
            )
        raise carrying(unknown, exchange)

    def delete(self, path: str, params: Mapping[str, str], *, urgent: bool = True) -> None:
        """Remove something below the API. Raises as `HttpClient.write`."""
        query = "&".join(f"{name}={value}" for name, value in params.items())
        self.http.write("DELETE", f"{API}{path}?{query}", {}, urgent=urgent)

    def _sent(
        self, method: str, path: str, body: Json, gate: Gate | None, timeout: float | None, urgent: bool
    ) -> tuple[Reply, Exchange]:
        return self.http.write(method, API + path, body, gate=gate, timeout=timeout, urgent=urgent)

    def _not_understood(self, reply: Reply, error: NotJson) -> PlatformError:
        excerpt = self.http.excerpt(reply.body)
        return ProtocolError(
            f"{self.http.host} answered {reply.status}, but {error}: {plain(excerpt, 120)}",
            status=reply.status,
            excerpt=excerpt,
        )


def _count(reply: Reply, name: str) -> int | None:
    text = reply.headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _signer(key: str, secret: str, *, in_query: bool) -> Sign:
    """Basic, as WooCommerce takes it over TLS; in the query for hosts that remove the header."""
    header = basic(key, secret)

    def with_header(request: httpx.Request) -> httpx.Request:
        request.headers["Authorization"] = header
        return request

    def with_query(request: httpx.Request) -> httpx.Request:
        request.url = request.url.copy_merge_params({"consumer_key": key, "consumer_secret": secret})
        return request

    return with_query if in_query else with_header
