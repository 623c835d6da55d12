"""Webhooks of a shop: registered for what orders need, believed only when signed."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from stogly_tui.platforms.base import NotSigned, Webhooks
from stogly_tui.platforms.errors import Rejected
from stogly_tui.platforms.shopify import PLATFORM
from stogly_tui.sandbox import Sandbox
from stogly_tui.sandbox.shopify import ShopifyStore
from tests.platforms import shopify_support as support
from tests.platforms.shopify_support import CONTRACTS, needs_contracts

SECRET = SecretStr("shpss_0123456789abcdef")
HERE = "https://here.example/webhooks/1"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    yield from support.serving()


@pytest.fixture
def shop(running: Sandbox) -> Iterator[ShopifyStore]:
    for sandbox in support.cleared(running):
        yield sandbox.shopify("berlin")


def webhooks(shop: ShopifyStore) -> Webhooks:
    made = support.line(shop).webhooks
    assert made is not None
    return made


def signed(body: bytes, topic: str, secret: SecretStr = SECRET, **more: str) -> dict[str, str]:
    digest = hmac.new(secret.get_secret_value().encode(), body, hashlib.sha256).digest()
    return {
        "x-shopify-topic": topic,
        "x-shopify-hmac-sha256": base64.b64encode(digest).decode(),
        "x-shopify-event-id": "event-1",
        "x-shopify-webhook-id": "webhook-1",
        **more,
    }


ORDER = json.dumps(
    {"id": 820982911946154508, "admin_graphql_api_id": "gid://shopify/Order/820982911946154508"}
).encode()


def test_a_signed_delivery_names_the_order_to_read() -> None:
    for topic in ("orders/create", "orders/updated", "orders/cancelled", "orders/delete"):
        delivery = PLATFORM.read_delivery(signed(ORDER, topic), ORDER, SECRET)
        assert (delivery.topic, delivery.remote_id) == (topic, "820982911946154508")
        assert delivery.event_id == "event-1"
        assert not delivery.is_uninstalled


def test_a_deleted_order_is_named_by_its_number_alone() -> None:
    body = b'{"id": 17}'
    assert PLATFORM.read_delivery(signed(body, "orders/delete"), body, SECRET).remote_id == "17"


def test_an_app_that_was_taken_away_says_so() -> None:
    delivery = PLATFORM.read_delivery(signed(b"{}", "app/uninstalled"), b"{}", SECRET)
    assert delivery.is_uninstalled
    assert delivery.remote_id is None


def test_other_topics_have_nothing_to_read() -> None:
    for topic in ("customers/redact", "shop/redact", "customers/data_request", "products/update"):
        assert PLATFORM.read_delivery(signed(b"{}", topic), b"{}", SECRET).remote_id is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-shopify-topic": "orders/create"},
        signed(ORDER, "orders/create", SecretStr("another secret")),
        signed(ORDER + b" ", "orders/create"),
        {**signed(ORDER, "orders/create"), "x-shopify-hmac-sha256": "no base64 at all"},
        {**signed(ORDER, "orders/create"), "x-shopify-hmac-sha256": ""},
        {**signed(ORDER, "orders/create"), "x-shopify-hmac-sha256": "é"},
    ],
)
def test_what_is_not_signed_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(NotSigned):
        PLATFORM.read_delivery(headers, ORDER, SECRET)


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(NotSigned):
        PLATFORM.read_delivery(signed(ORDER, "orders/create", SecretStr("")), ORDER, SecretStr(""))


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"id": "x"}', b'{"id": true}', b"\xff"])
def test_a_signed_delivery_that_is_not_understood_is_refused(body: bytes) -> None:
    with pytest.raises(NotSigned):
        PLATFORM.read_delivery(signed(body, "orders/create"), body, SECRET)


@needs_contracts
def test_the_published_sample_is_understood() -> None:
    body = (CONTRACTS / "webhook.orders.test-notification.2022-04.json").read_bytes()
    assert (
        PLATFORM.read_delivery(signed(body, "orders/create"), body, SECRET).remote_id == "820982911946154508"
    )


def test_topics_are_registered_listed_and_removed(shop: ShopifyStore) -> None:
    there = webhooks(shop)
    made = [there.subscribe(topic, HERE, SECRET) for topic in there.topics]
    assert [one.topic for one in made] == list(there.topics)
    assert there.subscriptions() == made
    assert all(one.url == HERE and one.is_active for one in made)
    there.unsubscribe(made[0].id)
    there.unsubscribe(made[0].id)
    assert there.subscriptions() == made[1:]


def test_a_subscription_is_moved_to_another_address(shop: ShopifyStore) -> None:
    there = webhooks(shop)
    made = there.subscribe("ORDERS_CREATE", HERE, SECRET)
    moved = there.revive(made.id, f"{HERE}0", SECRET)
    assert (moved.id, moved.url) == (made.id, f"{HERE}0")


def test_an_address_that_shopify_does_not_take_is_refused(shop: ShopifyStore) -> None:
    there = webhooks(shop)
    there.subscribe("ORDERS_CREATE", HERE, SECRET)
    with pytest.raises(Rejected):
        there.subscribe("ORDERS_CREATE", HERE, SECRET)


def test_the_channels_secret_is_the_one_of_the_app() -> None:
    assert PLATFORM.webhook_secret == "client_secret"
