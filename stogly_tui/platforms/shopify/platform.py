"""Shopify as the rest of the program sees it: Connect, sign-in, webhooks, and an open line to one shop."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

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
from stogly_tui.platforms.shopify import address as addresses
from stogly_tui.platforms.shopify import check, documents, webhooks
from stogly_tui.platforms.shopify.client import ShopifyClient
from stogly_tui.platforms.shopify.destination import ShopifyDestination
from stogly_tui.platforms.shopify.guide import GUIDE
from stogly_tui.platforms.shopify.settings import ShopifyCredentials, ShopifySettings
from stogly_tui.platforms.shopify.sign_in import ShopifySignIn
from stogly_tui.platforms.shopify.source import ShopifyOrders


class ShopifyConnection:
    """An open line to one shop, as `Connection`."""

    orders: OrderSource | None
    destination: OrderDestination | None
    webhooks: Webhooks | None

    def __init__(self, address: ChannelAddress, client: ShopifyClient) -> None:
        settings = address.settings if isinstance(address.settings, ShopifySettings) else ShopifySettings()
        self._client = client
        self.orders = ShopifyOrders(client, address.facts)
        self.destination = ShopifyDestination(client, settings, address.facts, address.currency)
        self.webhooks = webhooks.ShopifyWebhooks(client)

    def check_sign_in(self) -> None:
        """Ask for the shop's id, as `Connection.check_sign_in` promises."""
        self._client.ask(documents.SIGN_IN, urgent=True)

    def close(self) -> None:
        """Give the connections back."""
        self._client.http.close()


class Shopify:
    """The platform. ``transport`` replaces the network of all its connections, for benchmarks."""

    key = "shopify"
    title = "Shopify"
    can_be_source = True
    can_be_destination = True
    settings_model: type[BaseModel] = ShopifySettings
    credentials_model: type[BaseModel] = ShopifyCredentials
    guide: Sequence[tuple[str, str]] = GUIDE
    url_title = "Store URL"
    url_hint = "yourstore.myshopify.com"
    sign_in: RedirectSignIn | None = ShopifySignIn()
    webhook_secret = "client_secret"  # noqa: S105 - the name of a credential

    def __init__(self) -> None:
        self.transport: httpx.BaseTransport | None = None

    def check(
        self, address: ChannelAddress, limiter: Limiter, *, needs_write: bool
    ) -> Account | list[FieldProblem]:
        """Connect, as `Platform.check` promises. Writes nothing to the shop."""
        problems = check.key_problems(address)
        try:
            url = self.base_url(address.url)
        except ValueError as error:
            sentence, _, remedy = str(error).partition(". ")
            return [FieldProblem("url", f"{sentence.rstrip('.')}.", remedy), *problems]
        if problems:
            return problems
        cleaned = replace(address, url=url)
        client = ShopifyClient(cleaned, limiter, self.transport)
        try:
            return check.look_at(client, cleaned, needs_write=needs_write)
        except check.Refused as refused:
            return refused.problems
        finally:
            client.http.close()

    def base_url(self, typed: str) -> str:
        """The address of the shop, as `Platform.base_url` promises."""
        return addresses.base_url(typed)

    def read_delivery(self, headers: Mapping[str, str], body: bytes, secret: SecretStr) -> Delivery:
        """Check a webhook, as `Platform.read_delivery` promises; ``secret`` is the client secret."""
        return webhooks.read_delivery(headers, body, secret)

    def connect(self, address: ChannelAddress, limiter: Limiter) -> Connection:
        """Open a line, as `Platform.connect` promises.

        Raises:
            ValueError: the address could not have passed `check`.
        """
        cleaned = replace(address, url=self.base_url(address.url))
        return ShopifyConnection(cleaned, ShopifyClient(cleaned, limiter, self.transport))


PLATFORM = Shopify()
