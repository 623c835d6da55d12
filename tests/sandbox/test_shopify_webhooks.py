"""What the shop tells on its own: signed, repeated when it is not taken, never in a certain order."""

import base64
import hmac
import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest

from stogly_tui.sandbox import ShopifyStore
from stogly_tui.sandbox.shopify.webhooks import RETRIES
from tests.sandbox.shopify_support import LINES, Client, Json, gid
from tests.sandbox.support import Clock, Delivery, Receiver, eventually

_CREATE = """mutation($topic: WebhookSubscriptionTopic!, $to: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $to) {
    webhookSubscription { id topic uri apiVersion { handle } includeFields }
    userErrors { field message }
  }
}"""
_LIST = "{ webhookSubscriptions(first: 50) { nodes { id topic uri } } }"


@pytest.fixture
def receiver(nl: ShopifyStore) -> Iterator[Receiver]:
    nl.webhooks.held = True
    with Receiver() as started:
        yield started


def _subscribe(app: Client, receiver: Receiver, *topics: str, **more: Any) -> list[Json]:
    made = [
        app.ask(_CREATE, topic=topic, to={"uri": receiver.url, **more})["webhookSubscriptionCreate"]
        for topic in topics
    ]
    assert all(one["userErrors"] == [] for one in made)
    return [one["webhookSubscription"] for one in made]


def _topics(receiver: Receiver) -> list[str]:
    return [one.headers["x-shopify-topic"] for one in receiver.got]


def _bodies(receiver: Receiver) -> list[Json]:
    return [json.loads(one.body) for one in receiver.got]


def test_a_delivery_says_what_it_is_and_who_sent_it(
    nl: ShopifyStore, app: Client, receiver: Receiver
) -> None:
    (made,) = _subscribe(app, receiver, "ORDERS_CREATE")
    assert (made["topic"], made["uri"], made["apiVersion"]["handle"]) == (
        "ORDERS_CREATE",
        receiver.url,
        "2026-10",
    )
    order = nl.place([("SHIRT", 1)], tags=("vip",))
    assert nl.webhooks.deliver() == 1
    (got,) = receiver.got
    signature = hmac.new(nl.app.client_secret.encode(), got.body, sha256).digest()
    assert got.headers["x-shopify-hmac-sha256"] == base64.b64encode(signature).decode()
    assert got.headers["x-shopify-topic"] == "orders/create"
    assert got.headers["x-shopify-shop-domain"] == nl.shop_domain
    assert got.headers["x-shopify-api-version"] == "2026-10"
    assert got.headers["x-shopify-triggered-at"].startswith("2026-11-21T17:00:00")
    body = json.loads(got.body)
    assert (body["id"], body["admin_graphql_api_id"]) == (order, gid(order))
    assert (body["total_price"], body["financial_status"], body["tags"]) == ("44.80", "paid", "vip")
    assert body["updated_at"] == "2026-11-21T18:00:00+01:00"


def test_every_event_has_its_topic(nl: ShopifyStore, app: Client, receiver: Receiver) -> None:
    every = "CREATE UPDATED PAID CANCELLED FULFILLED PARTIALLY_FULFILLED EDITED DELETE".split()
    topics = [f"ORDERS_{name}" for name in every]
    _subscribe(app, receiver, *topics, "REFUNDS_CREATE", "FULFILLMENTS_CREATE", "FULFILLMENTS_UPDATE")

    def told() -> list[str]:
        receiver.got.clear()
        nl.webhooks.deliver()
        return _topics(receiver)

    order = nl.place([("SHIRT", 3)], paid=False)
    assert told() == ["orders/create"]
    nl.pay(order)
    assert told() == ["orders/paid", "orders/updated"]
    nl.fulfil(order, [("SHIRT", 1)])
    assert told() == ["fulfillments/create", "orders/partially_fulfilled", "orders/updated"]
    nl.track(order, ("DHL", "1", None))
    assert told() == ["fulfillments/update", "orders/updated"]
    nl.edit(order, remove=[("SHIRT", 1)])
    assert told() == ["orders/edited", "orders/updated"]
    nl.fulfil(order)
    assert told() == ["fulfillments/create", "orders/fulfilled", "orders/updated"]
    nl.refund(order, amount="1.00")
    assert told() == ["refunds/create", "orders/updated"]
    assert _bodies(receiver)[0]["order_id"] == order
    nl.delete(order)
    assert told() == ["orders/delete"]
    assert _bodies(receiver) == [{"id": order}]
    second = app.creates(lineItems=LINES, financialStatus="PAID")
    assert told() == ["orders/create", "orders/paid"]
    nl.cancel(second)
    assert told() == ["orders/cancelled", "orders/updated"]


def test_the_app_is_told_that_it_was_removed(nl: ShopifyStore, app: Client, receiver: Receiver) -> None:
    _subscribe(app, receiver, "APP_UNINSTALLED")
    nl.uninstall()
    nl.webhooks.deliver()
    assert _topics(receiver) == ["app/uninstalled"]


def test_a_body_is_that_of_its_moment(
    nl: ShopifyStore, app: Client, receiver: Receiver, clock: Clock
) -> None:
    _subscribe(app, receiver, "ORDERS_UPDATED")
    order = nl.place([("SHIRT", 1)])
    for note in ("one", "two"):
        clock.forward(5)
        nl.update(order, note=note)
    nl.webhooks.deliver()
    assert [one["note"] for one in _bodies(receiver)] == ["one", "two"]


def test_what_is_not_taken_is_tried_again_with_the_same_ids(
    nl: ShopifyStore, app: Client, receiver: Receiver
) -> None:
    _subscribe(app, receiver, "ORDERS_CREATE")
    nl.place([("SHIRT", 1)])
    receiver.status = 500
    for _ in range(3):
        assert nl.webhooks.deliver() == 1
    receiver.status = 200
    assert nl.webhooks.deliver() == 1
    assert (nl.webhooks.deliver(), nl.webhooks.waiting(), nl.webhooks.delivered) == (0, 0, 1)
    for header in ("x-shopify-webhook-id", "x-shopify-event-id", "x-shopify-triggered-at"):
        assert len({one.headers[header] for one in receiver.got}) == 1
    assert len({one.body for one in receiver.got}) == 1


def test_after_eight_retries_the_subscription_is_gone(
    nl: ShopifyStore, app: Client, receiver: Receiver
) -> None:
    _subscribe(app, receiver, "ORDERS_CREATE", "ORDERS_PAID")
    nl.place([("SHIRT", 1)], paid=False)
    receiver.status = 503
    for _ in range(RETRIES):
        nl.webhooks.deliver()
    assert len(app.ask(_LIST)["webhookSubscriptions"]["nodes"]) == 2
    nl.webhooks.deliver()
    (left,) = app.ask(_LIST)["webhookSubscriptions"]["nodes"]
    assert (left["topic"], nl.webhooks.waiting(), len(receiver.got)) == ("ORDERS_PAID", 0, RETRIES + 1)


def test_subscriptions_to_one_event_share_its_id(nl: ShopifyStore, app: Client, receiver: Receiver) -> None:
    _subscribe(app, receiver, "ORDERS_CREATE")
    other = f"{receiver.url}/other"
    app.ask(_CREATE, topic="ORDERS_CREATE", to={"uri": other, "includeFields": ["id", "name"]})
    nl.place([("SHIRT", 1)])
    nl.webhooks.deliver()
    assert len({one.headers["x-shopify-event-id"] for one in receiver.got}) == 1
    assert len({one.headers["x-shopify-webhook-id"] for one in receiver.got}) == 2
    assert set(json.loads(_at(receiver, "/hook/other").body)) == {"id", "name"}


def _at(receiver: Receiver, path: str) -> Delivery:
    return next(one for one in receiver.got if one.path == path)


def test_deliveries_may_come_twice_and_in_any_order(
    nl: ShopifyStore, app: Client, receiver: Receiver
) -> None:
    _subscribe(app, receiver, "ORDERS_CREATE")
    nl.webhooks.duplicate = nl.webhooks.shuffle = True
    made = [nl.place([("SHIRT", 1)]) for _ in range(20)]
    assert nl.webhooks.deliver() == 40
    told = [body["id"] for body in _bodies(receiver)]
    assert told[::2] == told[1::2] != made
    assert sorted(told[::2]) == made
    assert len({one.headers["x-shopify-webhook-id"] for one in receiver.got}) == 20


def test_subscriptions_are_changed_and_deleted(nl: ShopifyStore, app: Client, receiver: Receiver) -> None:
    (made,) = _subscribe(app, receiver, "ORDERS_CREATE")
    again = app.ask(_CREATE, topic="ORDERS_CREATE", to={"uri": receiver.url})["webhookSubscriptionCreate"]
    assert "already been taken" in again["userErrors"][0]["message"]
    for uri in ("", "nowhere", "ftp://127.0.0.1/"):
        payload = app.ask(_CREATE, topic="ORDERS_PAID", to={"uri": uri})["webhookSubscriptionCreate"]
        assert payload["userErrors"][0]["field"] == ["webhookSubscription", "uri"]
    update = """mutation($id: ID!, $to: WebhookSubscriptionInput!) {
      webhookSubscriptionUpdate(id: $id, webhookSubscription: $to) {
        webhookSubscription { uri } userErrors { message } } }"""
    moved = app.ask(update, id=made["id"], to={"uri": f"{receiver.url}/new"})["webhookSubscriptionUpdate"]
    assert moved["webhookSubscription"]["uri"] == f"{receiver.url}/new"
    nl.place([("SHIRT", 1)])
    delete = """mutation($id: ID!) {
      webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { message } } }"""
    gone = app.ask(delete, id=made["id"])["webhookSubscriptionDelete"]
    assert (gone["deletedWebhookSubscriptionId"], nl.webhooks.waiting()) == (made["id"], 0)
    assert app.ask(delete, id=made["id"])["webhookSubscriptionDelete"]["userErrors"]
    assert app.ask(update, id=made["id"], to={})["webhookSubscriptionUpdate"]["userErrors"]
    assert app.ask(_LIST)["webhookSubscriptions"]["nodes"] == []


def test_only_loopback_is_told_anything(nl: ShopifyStore, app: Client) -> None:
    nl.webhooks.held = True
    app.ask(_CREATE, topic="ORDERS_CREATE", to={"uri": "https://shop.example.com/hook"})
    nl.place([("SHIRT", 1)])
    assert nl.webhooks.deliver() == 1
    assert nl.webhooks.delivered == 0


def test_a_started_sandbox_delivers_by_itself(nl: ShopifyStore, app: Client) -> None:
    with Receiver() as receiver:
        _subscribe(app, receiver, "ORDERS_CREATE")
        nl.place([("SHIRT", 1)])
        eventually(lambda: len(receiver.got) == 1)
