"""WooCommerce as the rest of the program sees it: Connect, and an open line to one store."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import httpx
from pydantic import BaseModel, SecretStr

from stogly_tui.domain.problems import FieldProblem
from stogly_tui.platforms.base import (
    Account,
    ChannelAddress,
    Connection,
    Delivery,
    Limiter,
    OrderDestination,
    OrderSource,
    RedirectSignIn,
    Webhooks,
)
from stogly_tui.platforms.woocommerce import check
from stogly_tui.platforms.woocommerce.address import site_url
from stogly_tui.platforms.woocommerce.client import WooClient
from stogly_tui.platforms.woocommerce.destination import WooDestination
from stogly_tui.platforms.woocommerce.guide import GUIDE
from stogly_tui.platforms.woocommerce.settings import WooCredentials, WooSettings
from stogly_tui.platforms.woocommerce.source import WooOrders
from stogly_tui.platforms.woocommerce.webhooks import WooWebhooks, read_delivery
from stogly_tui.platforms.woocommerce.zones import zone


class WooConnection:
    """An open line to one store, as `Connection`."""

    orders: OrderSource | None
    destination: OrderDestination | None
    webhooks: Webhooks | None

    def __init__(self, address: ChannelAddress, client: WooClient) -> None:
        settings = address.settings if isinstance(address.settings, WooSettings) else WooSettings()
        self._client = client
        self.orders = WooOrders(client, zone(address.time_zone))
        self.destination = WooDestination(
            client,
            address.facts,
            status=settings.destination_status,
            settle_time=timedelta(seconds=settings.settle_time),
        )
        self.webhooks = WooWebhooks(client)

    def check_sign_in(self) -> None:
        """Ask for the id of one order, as `Connection.check_sign_in` promises."""
        self._client.page("/orders", {"per_page": "1", "_fields": "id"}, urgent=True)

    def close(self) -> None:
        """Give the connections back."""
        self._client.http.close()


class WooCommerce:
    """The platform. ``transport`` replaces the network of all its connections, for benchmarks."""

    key = "woocommerce"
    title = "WooCommerce"
    can_be_source = True
    can_be_destination = True
    settings_model: type[BaseModel] = WooSettings
    credentials_model: type[BaseModel] = WooCredentials
    guide: Sequence[tuple[str, str]] = GUIDE
    url_title = "Store URL"
    url_hint = "https://shop.example"
    sign_in: RedirectSignIn | None = None
    webhook_secret = ""

    def __init__(self) -> None:
        self.transport: httpx.BaseTransport | None = None

    def check(
        self, address: ChannelAddress, limiter: Limiter, *, needs_write: bool
    ) -> Account | list[FieldProblem]:
        """Connect, as `Platform.check` promises. Writes nothing to the store."""
        url = site_url(address.url)
        problems = check.key_problems(address)
        if isinstance(url, FieldProblem):
            return [url, *problems]
        if problems:
            return problems
        client = WooClient(replace(address, url=url), limiter, self.transport)
        try:
            return check.look_at(client, url, needs_write=needs_write)
        except check.Refused as refused:
            return refused.problems
        finally:
            client.http.close()

    def base_url(self, typed: str) -> str:
        """The address of the site, as `Platform.base_url` promises."""
        url = site_url(typed)
        if isinstance(url, FieldProblem):
            raise ValueError(f"{url.message} {url.remedy}".strip())
        return url

    def read_delivery(self, headers: Mapping[str, str], body: bytes, secret: SecretStr) -> Delivery:
        """Check one webhook, as `Platform.read_delivery` promises."""
        return read_delivery(headers, body, secret)

    def connect(self, address: ChannelAddress, limiter: Limiter) -> Connection:
        """Open a line, as `Platform.connect` promises.

        Raises:
            BadUrl: the address could not have passed `check`.
        """
        url = site_url(address.url)
        cleaned = replace(address, url=url) if isinstance(url, str) else address
        return WooConnection(cleaned, WooClient(cleaned, limiter, self.transport))


PLATFORM = WooCommerce()
