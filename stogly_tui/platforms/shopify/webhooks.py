"""Webhooks of a shop: which ones orders need, registering them, and telling real deliveries from others."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from pydantic import SecretStr

from stogly_tui.domain.safe_text import safe_line
from stogly_tui.platforms.base import Delivery, NotSigned, Subscription
from stogly_tui.platforms.errors import ProtocolError
from stogly_tui.platforms.shopify import documents
from stogly_tui.platforms.shopify.client import ShopifyClient, refused, user_errors
from stogly_tui.platforms.shopify.details import MOST_PAGES
from stogly_tui.platforms.shopify.documents import Operation
from stogly_tui.platforms.shopify.values import has_more, numeric_id, obj, objects, text
from stogly_tui.platforms.shopify.wire import Json, NotJson, document

TOPICS = ("ORDERS_CREATE", "ORDERS_UPDATED", "ORDERS_CANCELLED", "ORDERS_DELETE", "APP_UNINSTALLED")
"""Everything that changes an order moves its `updatedAt` and so comes as ORDERS_UPDATED: refunds, edits and
fulfilments need no topic of their own. Cancelling has one because it must not wait, deleting because nothing else
tells of it."""
_ORDER_TOPIC = "orders/"
_UNINSTALLED = "app/uninstalled"
_GONE = ("not found", "does not exist", "could not find", "invalid id")


class ShopifyWebhooks:
    """Webhooks of one shop, as `Webhooks`. Shopify signs all of them with the client secret of the app.

    A subscription whose deliveries failed eight times in a row is removed by Shopify, so those that exist are active.
    """

    topics: tuple[str, ...] = TOPICS

    def __init__(self, client: ShopifyClient) -> None:
        self._client = client

    def subscriptions(self) -> list[Subscription]:
        """Every subscription of our app, as `Webhooks.subscriptions` promises; other apps' are not shown to us."""
        found: list[Subscription] = []
        after: str | None = None
        for _ in range(MOST_PAGES):
            told = self._client.ask(documents.SUBSCRIPTIONS, {"after": after}).data
            found += [_subscription(one) for one in objects(told, "webhookSubscriptions")]
            after = has_more(told, "webhookSubscriptions")
            if after is None:
                return found
        raise ProtocolError("The list of webhooks does not end.")

    def subscribe(self, topic: str, url: str, secret: SecretStr) -> Subscription:  # noqa: ARG002 - Shopify's own
        """Register one topic, as `Webhooks.subscribe` promises; ``secret`` has no say."""
        return self._made(documents.SUBSCRIBE, {"topic": topic, "webhook": _input(url, topic)})

    def revive(self, subscription_id: str, url: str, secret: SecretStr) -> Subscription:  # noqa: ARG002
        """Let a subscription deliver to this address, as `Webhooks.revive` promises."""
        return self._made(documents.REVIVE, {"id": subscription_id, "webhook": _input(url, "")})

    def unsubscribe(self, subscription_id: str) -> None:
        """Remove one, as `Webhooks.unsubscribe` promises."""
        payload, _ = self._client.change(documents.UNSUBSCRIBE, {"id": subscription_id}, urgent=False)
        errors = user_errors(payload)
        if errors and not any(word in str(errors[0].get("message")).lower() for word in _GONE):
            raise refused(errors)

    def _made(self, operation: Operation, variables: Json) -> Subscription:
        payload, _ = self._client.change(operation, variables, urgent=False)
        errors, made = user_errors(payload), obj(payload, "webhookSubscription")
        if errors:
            raise refused(errors)
        if not made:
            raise ProtocolError("Shopify answered without the webhook that was made.")
        return _subscription(made)


def read_delivery(headers: Mapping[str, str], body: bytes, secret: SecretStr) -> Delivery:
    """Check a delivery's signature and say what to read again, as `Platform.read_delivery` promises.

    ``X-Shopify-Hmac-Sha256`` is Base64 of HMAC-SHA256 over the raw body [D]. The body may be late and out of
    order: of it only the order's id counts.
    """
    _check_signature(headers.get("x-shopify-hmac-sha256", ""), body, secret.get_secret_value().strip())
    topic = safe_line(headers.get("x-shopify-topic", ""), 80)
    event = headers.get("x-shopify-event-id") or headers.get("x-shopify-webhook-id") or ""
    if topic == _UNINSTALLED:
        return Delivery(topic, None, safe_line(event, 80), is_uninstalled=True)
    if not topic.startswith(_ORDER_TOPIC):
        return Delivery(topic, None, safe_line(event, 80))
    try:
        told = document(body)
    except NotJson as error:
        raise NotSigned(f"The body of {topic} is not understood: {error}.") from None
    remote_id = numeric_id(told.get("admin_graphql_api_id")) or numeric_id(told.get("id"))
    if remote_id is None:
        raise NotSigned(f"The body of {topic} names no order.")
    return Delivery(topic, remote_id, safe_line(event, 80))


def signature(body: bytes, secret: str) -> bytes:
    """How Shopify signs a body."""
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


def _check_signature(given: str, body: bytes, secret: str) -> None:
    if not secret:
        raise NotSigned("The channel has no client secret, with which Shopify signs.")
    try:
        claimed = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        raise NotSigned("The delivery carries no signature.") from None
    if not hmac.compare_digest(claimed, signature(body, secret)):
        raise NotSigned("The delivery is not signed with the app's client secret.")


def _input(url: str, topic: str) -> Json:
    """Of an order only its id is sent to us: no customer data travels for nothing.

    Its time is there too, so that no two deliveries are equal: equal ones may be sent once [M].
    """
    made: Json = {"uri": url, "format": "JSON"}
    fields = ["id", "admin_graphql_api_id", "updated_at"]
    return made | ({"includeFields": fields} if topic.startswith("ORDERS_") else {})


def _subscription(told: Json) -> Subscription:
    return Subscription(text(told.get("id")), text(told.get("topic")), text(told.get("uri")), is_active=True)
