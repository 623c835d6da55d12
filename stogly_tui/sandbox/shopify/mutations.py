"""What can be told: the fields of ``Mutation``."""

from typing import Any
from urllib.parse import urlsplit

from stogly_tui.sandbox.shopify import acts, creating
from stogly_tui.sandbox.shopify.asking import Answer, Asking, gid, number_of
from stogly_tui.sandbox.shopify.schema import refused
from stogly_tui.sandbox.shopify.views_order import OrderView
from stogly_tui.sandbox.shopify.views_shop import DefinitionView, SubscriptionView

Json = dict[str, Any]


class Mutation:
    """The root of mutations; each method is a field."""

    def __init__(self, asking: Asking, api_version: str) -> None:
        self._asking = asking
        self._store = asking.store
        self._version = api_version

    def order_create(self, order: Json, options: Json | None = None) -> Answer:
        self._asking.need("write_orders", "orderCreate")
        try:
            made = creating.create(self._store, order, options or {})
        except creating.Wrong as wrong:
            error = Answer(field=["order", *wrong.field], message=wrong.message, code=wrong.code)
            return Answer(order=None, user_errors=[error])
        return Answer(order=OrderView(self._asking, made), user_errors=[])

    def order_cancel(
        self,
        order_id: str,
        reason: str,
        restock: bool,
        refund: bool | None = None,
        refund_method: Json | None = None,
        notify_customer: bool | None = None,
        staff_note: str | None = None,
    ) -> Answer:
        """Carried out before the job is answered, though the job says it is not done yet."""
        self._asking.need("write_orders", "orderCancel")
        del restock, notify_customer  # what was not shipped is always put back
        order = self._store.orders.get(number_of(order_id, "Order") or 0)
        if order is None:
            return _not_cancelled("Order does not exist", "NOT_FOUND")
        if order.cancelled is not None:
            return _not_cancelled("Order has already been cancelled", "INVALID")
        if any(line.fulfilled for line in order.lines):
            return _not_cancelled("Cannot cancel an order with fulfillments", "INVALID")
        wants_money = bool(refund or (refund_method or {}).get("originalPaymentMethodsRefund"))
        acts.cancel(self._store, order, reason, with_refund=wants_money, staff_note=staff_note or "")
        job = Answer(id=f"gid://shopify/Job/{self._store.orders.next_id()}", done=False)
        return Answer(job=job, order_cancel_user_errors=[], user_errors=[])

    def tags_add(self, id: str, tags: list[str]) -> Answer:
        self._asking.need("write_orders", "tagsAdd")
        order = self._store.orders.get(number_of(id, "Order") or 0)
        if order is None:
            error = Answer(field=["id"], message="Resource does not exist")
            return Answer(node=None, user_errors=[error])
        given = [tag.strip() for one in tags for tag in one.split(",") if tag.strip()]
        order.tags = list(dict.fromkeys([*order.tags, *given]))
        acts.changed(self._store, order)
        return Answer(node=OrderView(self._asking, order), user_errors=[])

    def metafield_definition_create(self, definition: Json) -> Answer:
        if definition["ownerType"] == "ORDER":
            self._asking.need("write_orders", "metafieldDefinitionCreate")
        made, errors = self._store.definitions.create(definition)
        shown = None if made is None else DefinitionView(self._asking, made)
        return Answer(created_definition=shown, user_errors=errors)

    def webhook_subscription_create(self, topic: str, webhook_subscription: Json) -> Answer:
        if topic.startswith(("ORDERS", "REFUNDS", "FULFILLMENTS")):
            self._asking.need("read_orders", "webhookSubscriptionCreate")
        uri = _uri(webhook_subscription)
        problem = _bad_uri(uri)
        if problem is None and any(
            one.topic == topic and one.uri == uri for one in self._store.webhooks.all()
        ):
            problem = "Address for this topic has already been taken"
        if problem is not None:
            return _unsubscribed(problem)
        more = _more(webhook_subscription)
        made = self._store.webhooks.subscribe(topic, uri, self._version, **more)
        return Answer(webhook_subscription=SubscriptionView(made), user_errors=[])

    def webhook_subscription_update(self, id: str, webhook_subscription: Json) -> Answer:
        found = self._store.webhooks.get(number_of(id, "WebhookSubscription"))
        if found is None:
            return _unsubscribed("Webhook subscription does not exist", "id")
        uri = _uri(webhook_subscription) or found.uri
        problem = _bad_uri(uri)
        if problem is not None:
            return _unsubscribed(problem)
        found.uri = uri
        for name, value in _more(webhook_subscription).items():
            setattr(found, name, value)
        found.updated = self._store.now()
        return Answer(webhook_subscription=SubscriptionView(found), user_errors=[])

    def webhook_subscription_delete(self, id: str) -> Answer:
        number = number_of(id, "WebhookSubscription")
        if number is None or not self._store.webhooks.unsubscribe(number):
            error = Answer(field=["id"], message="Webhook subscription does not exist")
            return Answer(deleted_webhook_subscription_id=None, user_errors=[error])
        deleted = gid("WebhookSubscription", number)
        return Answer(deleted_webhook_subscription_id=deleted, user_errors=[])


def _not_cancelled(message: str, code: str) -> Answer:
    error = Answer(field=["orderId"], message=message, code=code)
    return Answer(job=None, order_cancel_user_errors=[error], user_errors=[error])


def _unsubscribed(message: str, field: str = "uri") -> Answer:
    path = [field] if field == "id" else ["webhookSubscription", field]
    return Answer(webhook_subscription=None, user_errors=[Answer(field=path, message=message)])


def _uri(raw: Json) -> str:
    return str(raw.get("uri") or raw.get("callbackUrl") or "")


def _bad_uri(uri: str) -> str | None:
    """Real shops take HTTPS only; this one is on loopback and takes plain HTTP as well."""
    if not uri:
        return "Address can't be blank"
    parts = urlsplit(uri)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return "Address is invalid"
    return None


def _more(raw: Json) -> Json:
    if raw.get("format") == "XML":
        raise refused("The sandbox sends JSON only.", "BAD_REQUEST")
    names = {"includeFields": "include_fields", "filter": "filter", "name": "name"}
    return {name: raw[key] for key, name in names.items() if raw.get(key) is not None}
