"""WooCommerce's webhooks: registering them at a store, and reading what it delivers."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from pydantic import SecretStr

from stogly_tui.platforms.base import Delivery, NotSigned, Webhooks
from stogly_tui.platforms.errors import AuthFailed
from stogly_tui.platforms.woocommerce import PLATFORM
from stogly_tui.sandbox import ApiKey, Sandbox
from tests.platforms.support import CONTRACTS, OPEN, Free, address, needs_contracts, source

SECRET = SecretStr("s3cret")
URL = "https://hooks.example.test/webhooks/1"


@pytest.fixture
def webhooks(sandbox: Sandbox) -> Webhooks:
    sandbox.store("shop").webhooks.held = True
    sandbox.store("shop").webhooks._hooks.clear()
    line = PLATFORM.connect(address(sandbox, "shop"), Free())
    OPEN.append(line)
    assert line.webhooks is not None
    return line.webhooks


def delivered(body: bytes, topic: str = "order.updated", secret: str = "s3cret") -> Delivery:
    signature = base64.b64encode(hmac.new(secret.encode(), body, sha256).digest()).decode()
    headers = {
        "x-wc-webhook-topic": topic,
        "x-wc-webhook-signature": signature,
        "x-wc-webhook-delivery-id": "d1",
    }
    return PLATFORM.read_delivery(headers, body, SECRET)


def test_webhooks_are_made_listed_revived_and_removed(webhooks: Webhooks, sandbox: Sandbox) -> None:
    made = [webhooks.subscribe(topic, URL, SECRET) for topic in webhooks.topics]
    assert [(one.topic, one.url, one.is_active) for one in made] == [
        (topic, URL, True) for topic in webhooks.topics
    ]
    assert sorted(webhooks.subscriptions(), key=lambda one: one.id) == sorted(made, key=lambda one: one.id)
    hooks = sandbox.store("shop").webhooks._hooks
    hooks[int(made[0].id)].status = "disabled"
    assert not next(one for one in webhooks.subscriptions() if one.id == made[0].id).is_active

    revived = webhooks.revive(made[0].id, "https://new.example/", SecretStr("another"))

    assert (revived.url, revived.is_active) == ("https://new.example/", True)
    assert hooks[int(made[0].id)].secret == "another"
    webhooks.unsubscribe(made[0].id)
    webhooks.unsubscribe(made[0].id)
    assert int(made[0].id) not in hooks


def test_a_store_with_many_webhooks_tells_all_of_them(webhooks: Webhooks, sandbox: Sandbox) -> None:
    for number in range(230):
        sandbox.store("shop").webhooks.create(
            {"topic": "product.updated", "delivery_url": f"https://other.example/{number}"}
        )

    assert len({one.url for one in webhooks.subscriptions()}) == 230


def test_a_key_that_may_only_read_cannot_register(sandbox: Sandbox) -> None:
    store = sandbox.store("main")
    store.keys.append(ApiKey("ck_" + "1" * 40, "cs_" + "1" * 40, permission="read"))
    channel = address(sandbox, "main")
    keys = {"consumer_key": SecretStr("ck_" + "1" * 40), "consumer_secret": SecretStr("cs_" + "1" * 40)}
    line = PLATFORM.connect(type(channel)(channel.url, keys, channel.settings), Free())
    OPEN.append(line)
    assert line.webhooks is not None

    with pytest.raises(AuthFailed) as caught:
        line.webhooks.subscribe("order.created", URL, SECRET)

    assert "s3cret" not in str(caught.value.exchange)


@pytest.mark.parametrize(
    ("topic", "body", "remote_id"),
    [
        ("order.created", b'{"id": 11, "status": "processing"}', "11"), ("order.deleted", b'{"id":11}', "11"),
        ("order.restored", b'{"id":11}', "11"), ("product.updated", b'{"id":11}', None),
        ("order.updated", b'{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID."}', None),
    ],
)  # fmt: skip
def test_a_signed_delivery_names_the_order_to_read(topic: str, body: bytes, remote_id: str | None) -> None:
    assert delivered(body, topic) == Delivery(topic, remote_id, "d1")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"id": "11"}', b'{"id": true}', b'{"id": -1}', b"\xff\xfe", b"{}"]
)
def test_what_is_signed_but_not_understood_is_refused(body: bytes) -> None:
    with pytest.raises(NotSigned, match="signed, but"):
        delivered(body)


@pytest.mark.parametrize("secret", ["", "S3cret", "s3cret "])
def test_another_secret_is_refused(secret: str) -> None:
    with pytest.raises(NotSigned, match="not ours"):
        delivered(b'{"id": 11}', secret=secret)


def test_without_a_secret_of_ours_nothing_is_right() -> None:
    body = b'{"id": 11}'
    signature = base64.b64encode(hmac.new(b"", body, sha256).digest()).decode()
    headers = {"x-wc-webhook-topic": "order.updated", "x-wc-webhook-signature": signature}

    with pytest.raises(NotSigned):
        PLATFORM.read_delivery(headers, body, SecretStr(""))


@needs_contracts
def test_a_recorded_delivery_of_a_real_store_is_signed_and_names_nothing_to_read() -> None:
    told = json.loads((CONTRACTS / "10.5.0/webhook_delivery_error_body_order_gone.json").read_text())
    headers = {name.lower(): value for name, value in told["headers"].items()}
    body = told["raw_body"].encode()

    found = PLATFORM.read_delivery(headers, body, SecretStr("sekret"))

    assert found == Delivery("order.updated", None, "48b745d1d7d93dff0d39d5176efabf38")
    with pytest.raises(NotSigned):
        PLATFORM.read_delivery(headers, body + b" ", SecretStr("sekret"))


def test_orders_are_counted_by_creation_over_live_and_trash(sandbox: Sandbox) -> None:
    store = sandbox.store("shop")
    made = [store.orders.create({"line_items": [{"sku": "MUG-1", "quantity": 1}]}) for _ in range(3)]
    store.orders.trash(made[0])
    orders, now = source(sandbox, "shop"), datetime.now(UTC)

    assert orders.count_placed(now - timedelta(minutes=5), now + timedelta(minutes=5)) == 3
    assert orders.count_placed(now + timedelta(minutes=5), now + timedelta(minutes=9)) == 0


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("shop.example/wp-admin/", "https://shop.example"), (" HTTPS://Shop.example ", "https://shop.example")],
)
def test_an_address_is_stored_as_the_site_has_it(typed: str, stored: str) -> None:
    assert PLATFORM.base_url(typed) == stored


def test_what_is_no_address_is_said_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="https://"):
        PLATFORM.base_url("http://shop.example")
