"""The official client for Python signs its requests over plain HTTP; it works against the sandbox."""

import time
from typing import Any

import pytest
from woocommerce import API

from stogly_tui.sandbox import WooStore
from tests.sandbox.support import Clock


@pytest.fixture
def client(store: WooStore, clock: Clock) -> Any:
    """Signatures carry the real time, so the store's clock has to show it."""
    clock.at = time.time()
    return API(url=store.base_url, consumer_key="ck_admin", consumer_secret="cs_admin")


def test_it_creates_reads_lists_and_changes_orders(client: Any) -> None:
    body = {"billing": {"first_name": "Zoë", "email": "z@example.com"}, "line_items": [{"sku": "SHIRT"}]}
    made = client.post("orders", body)
    assert made.status_code == 201
    order_id = made.json()["id"]
    assert client.get(f"orders/{order_id}").json()["billing"]["first_name"] == "Zoë"
    assert client.put(f"orders/{order_id}", {"status": "completed"}).json()["status"] == "completed"
    listed = client.get("orders", params={"status": "completed", "per_page": 5, "search": "z@example.com"})
    assert [one["id"] for one in listed.json()] == [order_id]
    assert listed.headers["X-WP-Total"] == "1"
    assert client.delete(f"orders/{order_id}", params={"force": True}).status_code == 200
    assert client.get(f"orders/{order_id}").status_code == 404


def test_it_sends_batches(client: Any) -> None:
    done = client.post("orders/batch", {"create": [{"line_items": [{"sku": "BOOK"}]}] * 3}).json()
    assert len(done["create"]) == 3


def test_it_finds_products_by_sku(client: Any) -> None:
    found = client.get("products", params={"sku": "SHIRT,MUG-RED"}).json()
    assert {one["sku"] for one in found} == {"SHIRT", "MUG-RED"}


def test_a_wrong_secret_is_a_wrong_signature(store: WooStore, client: Any) -> None:
    wrong = API(url=store.base_url, consumer_key="ck_admin", consumer_secret="cs_wrong")
    reply = wrong.get("orders")
    assert reply.status_code == 401
    assert reply.json()["message"].startswith("Invalid signature")
