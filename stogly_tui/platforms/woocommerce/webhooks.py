"""Webhooks of one store: registered and kept alive, and what one delivery says (WooCommerce 10.5, recorded)."""

import base64
import hmac
import re
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any

from pydantic import SecretStr

from stogly_tui.domain.safe_text import safe_line
from stogly_tui.platforms.base import Delivery, NotSigned, Subscription
from stogly_tui.platforms.errors import NotFound, ProtocolError, Rejected
from stogly_tui.platforms.woocommerce.client import PER_PAGE, WooClient
from stogly_tui.platforms.woocommerce.wire import Json, NotJson, document

TOPICS: tuple[str, ...] = ("order.created", "order.updated", "order.deleted", "order.restored")
_MOST_PAGES = 50
_HOOK_GONE = "woocommerce_rest_shop_webhook_invalid_id"
_PING = re.compile(rb"webhook_id=\d{1,20}")


class WooWebhooks:
    """Webhooks of one store, as `Webhooks`."""

    topics = TOPICS

    def __init__(self, client: WooClient) -> None:
        self._client = client

    def subscriptions(self) -> list[Subscription]:
        """Every webhook of the store, whoever made it.

        Raises:
            ProtocolError: there is no end of them, or one is not understood.
        """
        found: list[Subscription] = []
        for page in range(1, _MOST_PAGES + 1):
            params = {"per_page": str(PER_PAGE), "page": str(page), "orderby": "id", "order": "asc"}
            rows = self._client.page("/webhooks", params, urgent=True).records
            found += [_subscription(row.value) for row in rows]
            if len(rows) < PER_PAGE:
                return found
        raise ProtocolError("The list of webhooks has no end.")

    def subscribe(self, topic: str, url: str, secret: SecretStr) -> Subscription:
        """Register one topic; the store pings the address, and does not mind when that fails."""
        self._client.http.hide(secret.get_secret_value())
        body = {
            "name": f"stogly {topic}", "topic": topic, "delivery_url": url, "secret": secret.get_secret_value(),
            "status": "active",
        }  # fmt: skip
        return _subscription(self._client.write("POST", "/webhooks", body)[0])

    def revive(self, subscription_id: str, url: str, secret: SecretStr) -> Subscription:
        """Make a webhook active again: the store disables one after seven failures in a row."""
        self._client.http.hide(secret.get_secret_value())
        body = {"status": "active", "delivery_url": url, "secret": secret.get_secret_value()}
        return _subscription(self._client.write("PUT", f"/webhooks/{subscription_id}", body)[0])

    def unsubscribe(self, subscription_id: str) -> None:
        """Remove a webhook; it has no trash."""
        try:
            self._client.delete(f"/webhooks/{subscription_id}", {"force": "true"})
        except NotFound:
            return
        except Rejected as refused:
            if refused.remote_code != _HOOK_GONE:
                raise


def read_delivery(headers: Mapping[str, str], body: bytes, secret: SecretStr) -> Delivery:
    """Check one delivery and say which order to read, as `Platform.read_delivery` promises.

    Raises:
        NotSigned: it is not signed with ``secret``, or not understood.
    """
    given = headers.get("x-wc-webhook-signature", "").strip()
    topic = safe_line(headers.get("x-wc-webhook-topic", ""), 60)
    if not given and not topic and _PING.fullmatch(body):
        return Delivery("ping", None)
    key = secret.get_secret_value().encode()
    right = base64.b64encode(hmac.new(key, body, sha256).digest())
    if not key or not given or not hmac.compare_digest(right, given.encode("utf-8", "replace")):
        raise NotSigned("the signature is missing or not ours")
    event_id = safe_line(headers.get("x-wc-webhook-delivery-id", ""), 80)
    if not topic.startswith("order."):
        return Delivery(topic, None, event_id)
    try:
        told = document(body, strict=True)
    except NotJson as error:
        raise NotSigned(f"it is signed, but {error}") from None
    return Delivery(topic, _order_id(told), event_id)


def _order_id(told: Json) -> str | None:
    """The order's id; an order that was gone at delivery comes as the error of its GET, which names none (recorded)."""
    found = told.get("id")
    if isinstance(found, int) and not isinstance(found, bool) and found > 0:
        return str(found)
    if "code" in told:
        return None
    raise NotSigned("it is signed, but names no order")


def _subscription(told: Any) -> Subscription:
    """Webhook as ``GET /webhooks/{id}`` answers it (WooCommerce 10.5, recorded)."""
    with suppress(KeyError, TypeError):
        return Subscription(
            id=str(int(told["id"])), topic=str(told["topic"]), url=str(told["delivery_url"]),
            is_active=told["status"] == "active",
        )  # fmt: skip
    raise ProtocolError("The store answered a webhook that is not understood.")
