"""A receiver to talk to over real HTTP, and deliveries as a store signs them."""

import base64
import hmac
import json
import socket
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import httpx

from stogly_tui.model import database as db
from stogly_tui.model.queries import webhooks as queries
from stogly_tui.model.queries.base import one, rows
from stogly_tui.model.queries.webhooks import EndpointRow
from stogly_tui.platforms import registry
from stogly_tui.sync import keyring
from stogly_tui.sync.context import Context, Door
from stogly_tui.worker.receiver import Receiver
from tests.support.trade import Trade

PATH = "/hooks"
CLIENT = httpx.Client(trust_env=False, verify=False, timeout=20)
"""One for all tests: making one costs more than a request."""
UNSIGNED = {"X-WC-Webhook-Topic": "order.updated"}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@dataclass
class Listening:
    """A receiver without a worker: what it rings for is noted."""

    trade: Trade
    context: Context
    receiver: Receiver
    rung: list[tuple[str, int]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address on this machine."""
        return f"http://127.0.0.1:{self.receiver.port}{PATH}"

    @property
    def shop_url(self) -> str:
        """Where the shop delivers."""
        return f"{self.url}/webhooks/{self.trade.channel('Shop').id}"

    def deliver(self, remote_id: int, *, secret: str | None = None, **headers: str) -> httpx.Response:
        """Deliver an order, signed unless with another secret."""
        body = json.dumps({"id": remote_id, "total": "20.00"}).encode()
        return self.post(body, signed(body, self.secret if secret is None else secret) | headers)

    def post(self, body: bytes, headers: dict[str, str], **more: Any) -> httpx.Response:
        """Deliver these bytes."""
        return CLIENT.post(self.shop_url, content=body, headers=headers, **more)

    @property
    def secret(self) -> str:
        """What signs the shop's deliveries."""
        return secret_of(self.context, self.trade.channel("Shop").id)

    def endpoint(self, name: str = "Shop") -> EndpointRow:
        """What is known of a channel's webhooks."""
        return endpoint(self.trade, name)

    def asked(self) -> dict[str, int]:
        """Orders that have to be read again, and how often they were told of."""
        with db.read():
            return dict(rows("SELECT remote_id, counter FROM intake_triggers WHERE counter > served"))


def listen(trade: Trade, port: int = 0) -> Listening:
    """A receiver that listens now."""
    rung: list[tuple[str, int]] = []
    context = replace(trade.context, door=Door(True, "127.0.0.1", port, f"https://hooks.example.test{PATH}"))
    made = Receiver(context, lambda name, channel_id: rung.append((name, channel_id)))
    made.keep()
    return Listening(trade, context, made, rung)


def secret_of(context: Context, channel_id: int) -> str:
    """The secret that signs a channel's deliveries; made when there is none yet."""
    platform = registry.platform("woocommerce")
    return keyring.webhook_secret(context.vault, channel_id, platform)[0].get_secret_value()


def endpoint(trade: Trade, name: str = "Shop") -> EndpointRow:
    """What is known of a channel's webhooks."""
    with db.read():
        found = queries.endpoint(trade.channel(name).id, db.now())
    assert found is not None
    return found


def unknown() -> int:
    """Deliveries to no channel of ours."""
    with db.read():
        return queries.unknown_deliveries()


def signed(body: bytes, secret: str, topic: str = "order.updated") -> dict[str, str]:
    """The headers of a delivery."""
    signature = base64.b64encode(hmac.new(secret.encode(), body, sha256).digest()).decode()
    return {
        "Content-Type": "application/json", "X-WC-Webhook-Topic": topic, "X-WC-Webhook-Signature": signature,
        "X-WC-Webhook-Delivery-ID": "the same for all", "Connection": "close",
    }  # fmt: skip


def is_current(trade: Trade, remote_id: int) -> bool:
    """Whether an order is here as the shop has it now."""
    with db.read():
        found = one("SELECT note FROM orders WHERE remote_id = ?", [str(remote_id)])
    return found is not None and found[0] == trade.shop.orders.wire(remote_id)["customer_note"]
