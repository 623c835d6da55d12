"""Webhooks of one shop: subscribed, queued with the body of their moment, signed, delivered, and tried again.

Nothing is delivered by itself but for the first try, which a started `Sandbox` makes a moment after each event
unless `held`; every `deliver` is one try of all that waits. A delivery is tried nine times; when the last try
fails its subscription is deleted, as at the real one after eight retries.
"""

import base64
import hmac
import json
import threading
import uuid
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from stogly_tui.sandbox.shopify import rest_body
from stogly_tui.sandbox.shopify.asking import always
from stogly_tui.sandbox.shopify.records import Order

if TYPE_CHECKING:
    from stogly_tui.sandbox.shopify.store import ShopifyStore

RETRIES = 8
_TIMEOUT = httpx.Timeout(5.0, connect=1.0)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass
class Subscription:
    """What an app wants to hear of, and where."""

    id: int
    topic: str
    uri: str
    api_version: str
    created: int
    updated: int
    include_fields: list[str] = field(default_factory=list)
    filter: str | None = None
    name: str | None = None


@dataclass
class Delivery:
    """One message on its way. Its id and body stay the same over all tries."""

    subscription: Subscription
    webhook_id: str
    event_id: str
    triggered: float
    body: bytes
    tries: int = 0


class Webhooks:
    """The subscriptions of a shop and the queue of what they still have to be told.

    Attributes:
        held: keep a started `Sandbox` from delivering by itself.
        duplicate: send everything twice, with the same ids.
        shuffle: send what waits in a random order.
        delivered: how many deliveries were taken by their receiver.
    """

    def __init__(self, store: "ShopifyStore") -> None:
        self._store = store
        self._subscriptions: dict[int, Subscription] = {}
        self._queue: list[Delivery] = []
        self._sending = threading.Lock()
        self.wake = threading.Event()
        """Set when something new waits; a `Sandbox` puts its own here."""
        self.held = False
        self.closed = False
        self.duplicate = False
        self.shuffle = False
        self.delivered = 0

    def all(self) -> list[Subscription]:
        """Every subscription, oldest first."""
        return list(self._subscriptions.values())

    def get(self, number: int | None) -> Subscription | None:
        """A subscription by id."""
        return None if number is None else self._subscriptions.get(number)

    def subscribe(self, topic: str, uri: str, api_version: str, **more: Any) -> Subscription:
        """Register."""
        now = self._store.now()
        made = Subscription(self._store.orders.next_id(), topic, uri, api_version, now, now, **more)
        self._subscriptions[made.id] = made
        return made

    def unsubscribe(self, number: int) -> bool:
        """Delete a subscription and what it still had to be told; whether there was one."""
        found = self._subscriptions.pop(number, None)
        self._queue = [one for one in self._queue if one.subscription is not found]
        return found is not None

    def waiting(self) -> int:
        """How many deliveries wait for their first or next try."""
        with self._store.lock:
            return len(self._queue)

    def emit(self, topic: str, order: Order | None) -> None:
        """Queue a message to every subscription of the topic; all of one event share its id."""
        wanted = [one for one in self._subscriptions.values() if one.topic == topic]
        if not wanted:
            return
        event_id = self._uuid()
        whole = rest_body.of(self._store, topic, order)
        for subscription in wanted:
            keep = subscription.include_fields
            body = {name: value for name, value in whole.items() if not keep or name in keep}
            encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
            made = Delivery(subscription, self._uuid(), event_id, self._store.clock(), encoded)
            self._queue.append(made)
        self.wake.set()

    def deliver(self) -> int:
        """Try to send everything that waits, one after the other; answers how many requests were made."""
        if not self.waiting():
            return 0
        sent = 0
        with self._sending, httpx.Client(timeout=_TIMEOUT, trust_env=False, verify=False) as client:
            with self._store.lock:
                due, self._queue = self._queue, []
                if self.shuffle:
                    self._store.random.shuffle(due)
            for delivery in due:
                if self.closed:
                    break
                for _ in range(2 if self.duplicate else 1):
                    taken = self._post(client, delivery)
                    sent += 1
                with self._store.lock:
                    self._note_outcome(delivery, taken=taken)
        return sent

    def headers(self, delivery: Delivery) -> dict[str, str]:
        """What a delivery says of itself."""
        secret = self._store.app.client_secret.encode()
        signature = hmac.new(secret, delivery.body, sha256).digest()
        topic = delivery.subscription.topic.lower().replace("_", "/", 1)
        return {
            "User-Agent": "Shopify-Captain-Hook",
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": base64.b64encode(signature).decode(),
            "X-Shopify-Shop-Domain": self._store.shop_domain,
            "X-Shopify-API-Version": delivery.subscription.api_version,
            "X-Shopify-Webhook-Id": delivery.webhook_id,
            "X-Shopify-Event-Id": delivery.event_id,
            "X-Shopify-Triggered-At": always(int(delivery.triggered)).replace("Z", ".000000000Z"),
        }

    def _note_outcome(self, delivery: Delivery, *, taken: bool) -> None:
        delivery.tries += 1
        if taken:
            self.delivered += 1
        elif delivery.tries > RETRIES:
            self.unsubscribe(delivery.subscription.id)
        elif delivery.subscription.id in self._subscriptions:
            self._queue.append(delivery)

    def _post(self, client: httpx.Client, delivery: Delivery) -> bool:
        """Whether it was taken, which 2xx means and nothing else; loopback only."""
        url = delivery.subscription.uri
        if urlsplit(url).hostname not in _LOOPBACK:
            return False
        try:
            reply = client.post(url, content=delivery.body, headers=self.headers(delivery))
        except httpx.HTTPError:
            return False
        return reply.is_success

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self._store.random.getrandbits(128), version=4))
