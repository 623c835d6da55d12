"""Webhooks of one store: registered, queued, signed and delivered (WooCommerce 10.5, recorded).

Deliveries lag: events wait in a queue where one event per webhook and resource stands for all of them,
and each body is built when it is sent. No retry; the seventh failure in a row disables the webhook.
"""

import base64
import hmac
import threading
from dataclasses import dataclass
from hashlib import md5, sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from stogly_tui.sandbox.args import Arg, check
from stogly_tui.sandbox.query import Page, page_of
from stogly_tui.sandbox.wire import Json, WooError, encode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from stogly_tui.sandbox.store import WooStore

_EVENTS = {"created", "updated", "deleted", "restored"}
_RESOURCES = {"order", "product", "customer", "coupon"}
_HOOKS = {
    "order.created": ["woocommerce_new_order"],
    "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
    "order.deleted": ["wp_trash_post", "woocommerce_trash_order"],
    "order.restored": ["untrashed_post", "woocommerce_untrash_order"],
    "product.created": ["woocommerce_process_product_meta", "woocommerce_new_product"],
    "product.updated": ["woocommerce_process_product_meta", "woocommerce_update_product"],
    "product.deleted": ["wp_trash_post"],
}
_ARGS: dict[str, Arg] = {
    "name": Arg("string"),
    "status": Arg("string", enum=("active", "paused", "disabled")),
    "topic": Arg("string"),
    "secret": Arg("string"),
    "delivery_url": Arg("string"),
}
_FAILURES_BEFORE_DISABLED = 6
_TIMEOUT_SECONDS = 10
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass
class Webhook:
    """A registered webhook. The secret is never shown again."""

    id: int
    name: str
    topic: str
    delivery_url: str
    secret: str
    created: int
    status: str = "active"
    modified: int | None = None
    failures: int = 0
    needs_ping: bool = True


class WebhookBook:
    """The webhooks of a store and the queue of what they still have to tell.

    `deliver` sends what waits; a started `Sandbox` calls it a moment after each event unless `held`.
    """

    def __init__(self, store: "WooStore") -> None:
        self._store = store
        self._hooks: dict[int, Webhook] = {}
        self._queue: dict[tuple[int, int], None] = {}
        self._last_id = 0
        self._sending = threading.Lock()
        self.wake = threading.Event()
        """Set when something waits; a `Sandbox` puts its own here."""
        self.held = False
        self.closed = False
        """Set when the sandbox stops: what waits is not sent any more."""

    def emit(self, topic: str, resource_id: int) -> None:
        """Queue an event for every active webhook of the topic; a queued one is not queued twice."""
        if not self._hooks:
            return
        for hook in self._hooks.values():
            if hook.topic == topic and hook.status == "active":
                self._queue[(hook.id, resource_id)] = None
        self.wake.set()

    def waiting(self) -> int:
        """How many deliveries and pings wait."""
        with self._store.lock:
            return len(self._queue) + sum(hook.needs_ping for hook in self._hooks.values())

    def create(self, body: Json) -> int:
        """Register a webhook; a ping follows whose failure changes nothing."""
        check(body, _ARGS)
        topic, url = str(body.get("topic") or ""), str(body.get("delivery_url") or "")
        _check_topic(topic)
        _check_url(url)
        with self._store.lock:
            self._last_id += 1
            now = self._store.now()
            name = str(body.get("name") or f"Webhook created on {self._store.gmt(now)}")
            hook = Webhook(self._last_id, name, topic, url, str(body.get("secret") or ""), now)
            hook.status = str(body.get("status") or "active")
            self._hooks[hook.id] = hook
        self.wake.set()
        return hook.id

    def update(self, hook_id: int, body: Json) -> None:
        """Change a webhook; a new address is pinged, and activating forgets past failures."""
        check(body, _ARGS)
        with self._store.lock:
            hook = self._hook(hook_id, status=400)
            if "topic" in body:
                _check_topic(str(body["topic"]))
                hook.topic = str(body["topic"])
            if "delivery_url" in body and body["delivery_url"] != hook.delivery_url:
                _check_url(str(body["delivery_url"]))
                hook.delivery_url = str(body["delivery_url"])
                hook.needs_ping = True
            hook.name = str(body.get("name", hook.name))
            hook.secret = str(body.get("secret", hook.secret))
            if "status" in body:
                hook.status = str(body["status"])
                hook.failures = 0
            hook.modified = self._store.now()
        self.wake.set()

    def delete(self, hook_id: int) -> Json:
        """Remove a webhook and what it still had to tell; answers what it was."""
        with self._store.lock:
            was = self.wire(hook_id)
            del self._hooks[hook_id]
            self._queue = {key: None for key in self._queue if key[0] != hook_id}
            return was

    def page(self, asked: "Mapping[str, Any]") -> Page:
        """A page of webhook ids, newest first."""
        with self._store.lock:
            return page_of(sorted(self._hooks, reverse=True), asked)

    def wire(self, hook_id: int) -> Json:
        """Webhook as ``GET /webhooks/{id}`` answers it."""
        hook = self._hook(hook_id)
        store = self._store
        resource, _, event = hook.topic.partition(".")
        return {
            "id": hook.id,
            "name": hook.name,
            "status": hook.status,
            "topic": hook.topic,
            "resource": resource,
            "event": event,
            "hooks": _HOOKS.get(hook.topic, []),
            "delivery_url": hook.delivery_url,
            "date_created": store.local(hook.created),
            "date_created_gmt": store.gmt(hook.created),
            "date_modified": None if hook.modified is None else store.local(hook.modified),
            "date_modified_gmt": None if hook.modified is None else store.gmt(hook.modified),
            "_links": {
                "self": [
                    {
                        "href": store.api(f"webhooks/{hook.id}"),
                        "targetHints": {"allow": ["GET", "POST", "PUT", "PATCH", "DELETE"]},
                    }
                ],
                "collection": [{"href": store.api("webhooks")}],
            },
        }

    def deliver(self) -> int:
        """Send every ping and delivery that waits, one after the other; answers how many were sent."""
        if not self.waiting():
            return 0
        with self._sending, httpx.Client(timeout=_TIMEOUT_SECONDS, trust_env=False, verify=False) as client:
            return self._ping(client) + self._send(client)

    def _hook(self, hook_id: int, *, status: int = 404) -> Webhook:
        hook = self._hooks.get(hook_id)
        if hook is None:
            raise WooError(status, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.")
        return hook

    def _ping(self, client: httpx.Client) -> int:
        with self._store.lock:
            due = [hook for hook in self._hooks.values() if hook.needs_ping]
            for hook in due:
                hook.needs_ping = False
        for hook in due:
            self._post(client, hook.delivery_url, self._ping_headers(), f"webhook_id={hook.id}".encode())
        return len(due)

    def _send(self, client: httpx.Client) -> int:
        with self._store.lock:
            due, self._queue = list(self._queue), {}
        sent = 0
        for hook_id, resource_id in due:
            if self.closed:
                break
            with self._store.lock:
                hook = self._hooks.get(hook_id)
                if hook is None or hook.status != "active":
                    continue
                body = self._body(hook, resource_id)
                headers = self._headers(hook, body)
            delivered = self._post(client, hook.delivery_url, headers, body)
            sent += 1
            with self._store.lock:
                self._note_outcome(hook, delivered=delivered)
        return sent

    def _note_outcome(self, hook: Webhook, *, delivered: bool) -> None:
        hook.failures = 0 if delivered else hook.failures + 1
        if hook.failures > _FAILURES_BEFORE_DISABLED:
            hook.status = "disabled"
        hook.modified = self._store.now()

    def _post(self, client: httpx.Client, url: str, headers: dict[str, str], body: bytes) -> bool:
        """Whether it was taken: 2xx, 301 and 302 count, redirects are not followed; loopback only."""
        if urlsplit(url).hostname not in _LOOPBACK:
            return False
        try:
            reply = client.post(url, content=body, headers=headers)
        except httpx.HTTPError:
            return False
        return reply.is_success or reply.status_code in {301, 302}

    def _body(self, hook: Webhook, resource_id: int) -> bytes:
        resource, _, event = hook.topic.partition(".")
        if event == "deleted":
            return encode({"id": resource_id})
        try:
            if resource == "order":
                return self._store.orders.rendered(resource_id)
            return encode(self._store.products.wire(resource_id))
        except WooError as error:
            return encode(error.body())

    def _ping_headers(self) -> dict[str, str]:
        agent = f"WooCommerce/{self._store.version} Hookshot (WordPress/6.9.1)"
        form = "application/x-www-form-urlencoded"
        return {"User-Agent": agent, "Content-Type": form, "Connection": "close"}

    def _headers(self, hook: Webhook, body: bytes) -> dict[str, str]:
        """The delivery id is a hash of webhook and second: two deliveries may share one (10.5, recorded)."""
        resource, _, event = hook.topic.partition(".")
        signature = hmac.new(hook.secret.encode(), body, sha256).digest()
        delivery = md5(f"{hook.id}{self._store.now()}".encode(), usedforsecurity=False).hexdigest()
        return {
            **self._ping_headers(),
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": f"{self._store.base_url}/",
            "X-WC-Webhook-Topic": hook.topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-WC-Webhook-ID": str(hook.id),
            "X-WC-Webhook-Delivery-ID": delivery,
        }


def _check_topic(topic: str) -> None:
    resource, _, event = topic.partition(".")
    if (resource not in _RESOURCES or event not in _EVENTS) and not (resource == "action" and event):
        raise WooError(
            400, "woocommerce_rest_shop_webhook_invalid_topic", "Webhook topic is required and must be valid."
        )


def _check_url(url: str) -> None:
    if not url.startswith(("http://", "https://")):
        raise WooError(
            400,
            "woocommerce_rest_shop_webhook_invalid_delivery_url",
            "Webhook delivery URL must be a valid URL starting with http:// or https://.",
        )
