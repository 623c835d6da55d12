"""Webhooks: pings, signatures, coalescing, disabling (WooCommerce 10.5, recorded)."""

import base64
import hmac
import json
from collections.abc import Iterator
from hashlib import sha256

import pytest

from tests.sandbox.support import Receiver, Shop, error, eventually


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as started:
        yield started


def _register(shop: Shop, receiver: Receiver, topic: str = "order.updated") -> int:
    """Register a webhook whose deliveries go out when the test says so."""
    shop.store.webhooks.held = True
    body = {"name": topic, "topic": topic, "delivery_url": receiver.url, "secret": "s3cret"}
    reply = shop.api.post("/webhooks", json=body)
    assert reply.status_code == 201
    assert "secret" not in reply.json()
    return int(reply.json()["id"])


def test_a_new_webhook_is_pinged_unsigned(shop: Shop, receiver: Receiver) -> None:
    hook = _register(shop, receiver)
    shop.store.webhooks.deliver()
    (ping,) = receiver.got
    assert ping.body == f"webhook_id={hook}".encode()
    assert not any(name.startswith("x-wc") for name in ping.headers)


def test_a_delivery_is_signed_and_shows_the_order_as_it_is_now(shop: Shop, receiver: Receiver) -> None:
    _register(shop, receiver)
    order = shop.sells("BOOK")
    shop.put(order["id"], status="completed")
    shop.store.webhooks.deliver()
    (delivery,) = receiver.deliveries()
    signature = base64.b64encode(hmac.new(b"s3cret", delivery.body, sha256).digest()).decode()
    assert delivery.headers["x-wc-webhook-signature"] == signature
    assert delivery.headers["x-wc-webhook-topic"] == "order.updated"
    assert delivery.headers["x-wc-webhook-source"] == f"{shop.store.base_url}/"
    assert json.loads(delivery.body) == shop.order(order["id"])


def test_creating_tells_both_topics_and_events_of_one_order_coalesce(shop: Shop, receiver: Receiver) -> None:
    for topic in ("order.created", "order.updated"):
        _register(shop, receiver, topic)
    order = shop.sells("BOOK")
    for note in "abc":
        shop.put(order["id"], customer_note=note)
    shop.store.webhooks.deliver()
    topics = [one.headers["x-wc-webhook-topic"] for one in receiver.deliveries()]
    assert topics == ["order.created", "order.updated"]
    assert {json.loads(one.body)["customer_note"] for one in receiver.deliveries()} == {"c"}


def test_one_delivery_id_may_stand_for_several_orders(shop: Shop, receiver: Receiver) -> None:
    _register(shop, receiver)
    for _ in range(3):
        shop.sells("BOOK")
    shop.store.webhooks.deliver()
    assert len(receiver.deliveries()) == 3
    assert len({one.headers["x-wc-webhook-delivery-id"] for one in receiver.deliveries()}) == 1


def test_an_order_that_is_gone_is_delivered_as_an_error(shop: Shop, receiver: Receiver) -> None:
    _register(shop, receiver)
    order = shop.sells("BOOK")
    shop.api.delete(f"/orders/{order['id']}", params={"force": "true"})
    shop.store.webhooks.deliver()
    assert json.loads(receiver.deliveries()[0].body)["code"] == "woocommerce_rest_shop_order_invalid_id"


def test_trash_is_told_forced_deletion_untrashing_and_notes_are_not(shop: Shop, receiver: Receiver) -> None:
    order, other = shop.sells("BOOK"), shop.sells("BOOK")
    for topic in ("order.deleted", "order.updated"):
        _register(shop, receiver, topic)
    shop.api.delete(f"/orders/{order['id']}")
    shop.put(order["id"], status="pending")
    shop.api.post(f"/orders/{order['id']}/notes", json={"note": "x"})
    shop.api.delete(f"/orders/{other['id']}", params={"force": "true"})
    shop.store.webhooks.deliver()
    told = [(one.headers["x-wc-webhook-topic"], json.loads(one.body)) for one in receiver.deliveries()]
    assert told == [("order.deleted", {"id": order["id"]})]


def test_stock_of_a_variation_is_told_with_its_own_id(shop: Shop, receiver: Receiver) -> None:
    _register(shop, receiver, "product.updated")
    order = shop.sells("MUG-RED", status="processing")
    shop.store.webhooks.deliver()
    assert [json.loads(one.body)["id"] for one in receiver.deliveries()] == [
        order["line_items"][0]["variation_id"]
    ]


def test_the_seventh_failure_in_a_row_disables(shop: Shop, receiver: Receiver) -> None:
    receiver.status = 500
    hook = _register(shop, receiver)
    for count in range(1, 8):
        assert shop.api.get(f"/webhooks/{hook}").json()["status"] == "active", count
        shop.sells("BOOK")
        shop.store.webhooks.deliver()
    assert shop.api.get(f"/webhooks/{hook}").json()["status"] == "disabled"
    shop.sells("BOOK")
    assert shop.store.webhooks.deliver() == 0
    receiver.status = 302
    shop.api.put(f"/webhooks/{hook}", json={"status": "active"})
    shop.sells("BOOK")
    assert shop.store.webhooks.deliver() == 1


def test_a_started_sandbox_delivers_by_itself(shop: Shop, receiver: Receiver) -> None:
    _register(shop, receiver)
    shop.store.webhooks.held = False
    shop.sells("BOOK")
    eventually(lambda: len(receiver.deliveries()) == 1)


def test_nothing_is_sent_beyond_loopback(shop: Shop, receiver: Receiver) -> None:
    hook = _register(shop, receiver)
    shop.api.put(f"/webhooks/{hook}", json={"delivery_url": "http://shop.example.com/hook"})
    for _ in range(7):
        shop.sells("BOOK")
        shop.store.webhooks.deliver()
    assert receiver.got == []
    assert shop.api.get(f"/webhooks/{hook}").json()["status"] == "disabled"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"topic": "order.nope", "delivery_url": "http://127.0.0.1/"}, "invalid_topic"),
        ({"topic": "order.updated", "delivery_url": "nope"}, "invalid_delivery_url"),
    ],
)
def test_a_bad_webhook_is_refused(shop: Shop, body: dict[str, str], code: str) -> None:
    assert error(shop.api.post("/webhooks", json=body)) == (400, f"woocommerce_rest_shop_webhook_{code}")


def test_webhooks_are_listed_changed_and_deleted(shop: Shop, receiver: Receiver) -> None:
    hook = _register(shop, receiver)
    assert [one["id"] for one in shop.api.get("/webhooks").json()] == [hook]
    assert shop.api.put(f"/webhooks/{hook}", json={"name": "new"}).json()["name"] == "new"
    shop.api.delete(f"/webhooks/{hook}", params={"force": "true"})
    assert shop.api.get("/webhooks").json() == []
    assert shop.api.get(f"/webhooks/{hook}").status_code == 404
