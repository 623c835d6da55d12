"""Replies of the sandbox beside those a real WooCommerce gave: the same keys, the same JSON types."""

import json
from typing import Any

import httpx
import pytest

from tests.sandbox.support import CONTRACTS, Shop, needs_contracts

pytestmark = needs_contracts
_FREE_KEYS = {
    "meta_data",
    "routes",
    "settings",
    "description",
    "options",
    "default",
    "value",
    "tip",
    "related_ids",
}
_HEADERS = {
    "content-type",
    "x-wp-total",
    "x-wp-totalpages",
    "link",
    "allow",
    "location",
    "x-robots-tag",
    "x-content-type-options",
    "retry-after",
}


def _recorded(name: str) -> dict[str, Any]:
    recorded = json.loads((CONTRACTS / "10.5.0" / f"{name}.json").read_text())
    assert isinstance(recorded, dict)
    return recorded


def _differences(real: object, ours: object, at: str = "") -> list[str]:
    """Where ours differs from the real reply in keys or types; null stands for any type."""
    if real is None or ours is None:
        return []
    if isinstance(real, dict) and isinstance(ours, dict):
        found = [f"{at}: keys {sorted(set(real) ^ set(ours))}"] if set(real) != set(ours) else []
        for key in set(real) & set(ours) - _FREE_KEYS:
            found += _differences(real[key], ours[key], f"{at}.{key}")
        return found
    if isinstance(real, list) and isinstance(ours, list):
        return _differences(real[0], ours[0], f"{at}[]") if real and ours else []
    if isinstance(real, int | float) and isinstance(ours, int | float):
        return [] if isinstance(real, bool) == isinstance(ours, bool) else [f"{at}: bool"]
    return [] if type(real) is type(ours) else [f"{at}: {type(real).__name__} and {type(ours).__name__}"]


def _compare(name: str, reply: httpx.Response, *, in_order: bool = True) -> None:
    recorded = _recorded(name)
    assert reply.status_code == recorded["status"]
    ours = reply.json()
    assert _differences(recorded["body"], ours) == []
    first, own = recorded["body"], ours
    if isinstance(first, list):
        first, own = first[0], own[0]
    if in_order:
        assert list(first) == list(own)
    real_headers = {key.lower() for key in recorded["headers"]} & _HEADERS
    assert real_headers <= {key.lower() for key in reply.headers}


def _a_full_order(shop: Shop) -> dict[str, Any]:
    return shop.create(
        status="processing",
        billing={"first_name": "Ann", "country": "DE", "email": "ann@example.com"},
        line_items=[{"sku": "SHIRT", "quantity": 2}],
        shipping_lines=[{"method_id": "flat_rate", "method_title": "Flat", "total": "5.00"}],
    )


def test_an_order(shop: Shop) -> None:
    order = _a_full_order(shop)
    _compare("order_single", shop.api.get(f"/orders/{order['id']}"))
    _compare("orders_list", shop.api.get("/orders"), in_order=True)
    _compare("order_single_decimals", shop.api.get(f"/orders/{order['id']}", params={"dp": 4}))


def test_a_created_order(shop: Shop) -> None:
    _compare("order_create_empty_201", shop.api.post("/orders", json={}))
    body = {"line_items": [{"product_id": 999_999, "quantity": 1}]}
    _compare("order_create_unknown_product_201", shop.api.post("/orders", json=body))


def test_an_order_with_refunds(shop: Shop) -> None:
    order = _a_full_order(shop)
    path = f"/orders/{order['id']}/refunds"
    line = {"id": order["line_items"][0]["id"], "quantity": 1, "refund_total": 6.75}
    body = {"api_refund": False, "line_items": [{**line, "refund_tax": [{"id": 1, "refund_total": 0.1}]}]}
    _compare("refund_create_amount_201", shop.api.post(path, json={"api_refund": False, "amount": "1.00"}))
    _compare("refund_create_201", shop.api.post(path, json=body))
    _compare("refunds_list_of_order", shop.api.get(path))
    _compare("refunds_top_level", shop.api.get("/refunds"))
    _compare("order_with_refunds", shop.api.get(f"/orders/{order['id']}"))


def test_notes(shop: Shop) -> None:
    order = _a_full_order(shop)
    path = f"/orders/{order['id']}/notes"
    _compare("order_note_create_201", shop.api.post(path, json={"note": "internal"}))
    _compare("order_notes", shop.api.get(path))


def test_products_and_variations(shop: Shop) -> None:
    ids = {
        sku: shop.api.get("/products", params={"sku": sku}).json()[0]["id"]
        for sku in ("SHIRT", "MUG", "MUG-RED")
    }
    _compare("product_simple", shop.api.get(f"/products/{ids['SHIRT']}"))
    _compare("product_variable", shop.api.get(f"/products/{ids['MUG']}"))
    _compare("products_list", shop.api.get("/products", params={"per_page": 2}))
    _compare("product_by_variation_sku", shop.api.get("/products", params={"sku": "MUG-RED"}))
    _compare("variation_via_products_endpoint", shop.api.get(f"/products/{ids['MUG-RED']}"))
    _compare("variation_single", shop.api.get(f"/products/{ids['MUG']}/variations/{ids['MUG-RED']}"))
    _compare("variations_list", shop.api.get(f"/products/{ids['MUG']}/variations", params={"per_page": 1}))


def test_webhooks(shop: Shop) -> None:
    shop.store.webhooks.held = True
    body = {"name": "ou", "topic": "order.updated", "delivery_url": "http://127.0.0.1:9/ok", "secret": "s"}
    made = shop.api.post("/webhooks", json=body)
    _compare("webhook_create_201", made)
    _compare("webhook_get", shop.api.get(f"/webhooks/{made.json()['id']}"))
    _compare("webhooks_list", shop.api.get("/webhooks"))


def test_what_the_site_tells(shop: Shop) -> None:
    for name, path in (
        ("orders_statuses", "/orders/statuses"),
        ("taxes", "/taxes"),
        ("payment_gateways", "/payment_gateways"),
        ("data_currencies_current", "/data/currencies/current"),
    ):
        _compare(name, shop.api.get(path))
    _compare("wp_json_root", httpx.get(f"{shop.store.base_url}/wp-json/"))


def test_settings_are_among_those_of_a_real_site(shop: Shop) -> None:
    real = {one["id"]: one for one in _recorded("settings_general")["body"]}
    for setting in shop.api.get("/settings/general").json():
        assert setting["type"] == real[setting["id"]]["type"]
        assert set(setting) - {"options"} == set(real[setting["id"]]) - {"options"}


def test_the_system_status_is_part_of_a_real_one(shop: Shop) -> None:
    real, ours = _recorded("system_status")["body"], shop.api.get("/system_status").json()
    for part in ("environment", "database", "settings", "security"):
        assert set(ours[part]) <= set(real[part]), part
        for key in ours[part]:
            assert type(ours[part][key]) is type(real[part][key]), f"{part}.{key}"


@pytest.mark.parametrize(
    ("name", "method", "path", "body"),
    [
        ("order_404", "GET", "/orders/999999", None),
        ("order_404_string_id", "GET", "/orders/abc", None),
        ("order_patch_unknown_400", "PATCH", "/orders/1", {}),
        ("order_create_bad_status_400", "POST", "/orders", {"status": "bogus"}),
        ("order_create_bad_email_400", "POST", "/orders", {"billing": {"email": "nope"}}),
        ("order_create_bad_coupon_400", "POST", "/orders", {"coupon_lines": [{"code": "nope"}]}),
        ("order_create_bad_customer_400", "POST", "/orders", {"customer_id": 99_999}),
        (
            "order_create_two_bad_params_400",
            "POST",
            "/orders",
            {"status": "bogus", "customer_id": "x", "currency": "ZZZ", "line_items": "foo"},
        ),
        ("orders_per_page_0", "GET", "/orders?per_page=0", None),
        ("orders_per_page_101", "GET", "/orders?per_page=101", None),
        ("orders_list_page0", "GET", "/orders?page=0", None),
        ("orders_orderby_bad", "GET", "/orders?orderby=total", None),
        ("orders_status_bad", "GET", "/orders?status=nonsense", None),
        ("orders_modified_after_bad_400", "GET", "/orders?modified_after=yesterday", None),
        ("product_404", "GET", "/products/999999", None),
        ("variation_wrong_parent_404", "GET", "/products/11/variations/34", None),
        ("batch_too_many_413", "POST", "/products/batch", {"update": [{"id": 16}] * 101}),
        ("route_404", "GET", "/nope", None),
        (
            "webhook_bad_topic_400",
            "POST",
            "/webhooks",
            {"topic": "order.nope", "delivery_url": "http://127.0.0.1/"},
        ),
        ("webhook_bad_url_400", "POST", "/webhooks", {"topic": "order.updated", "delivery_url": "nope"}),
    ],
)
def test_an_error_reads_as_a_real_one(shop: Shop, name: str, method: str, path: str, body: object) -> None:
    reply = shop.api.request(method, path, json=body)
    recorded = _recorded(name)
    assert reply.status_code == recorded["status"]
    ours, real = reply.json(), recorded["body"]
    for each in (ours, real):
        each["data"].pop("new_draft_order_id", None)
    assert ours == real


@pytest.mark.parametrize(
    ("name", "auth", "method"),
    [
        ("auth_none_401", None, "GET"),
        ("auth_bad_key_401", ("ck_x", "cs_x"), "GET"),
        ("auth_bad_secret_401", ("ck_admin", "cs_x"), "GET"),
        ("auth_keys_swapped_401", ("cs_admin", "ck_admin"), "GET"),
        ("auth_customer_key_403", ("ck_customer", "cs_customer"), "GET"),
        ("auth_readonly_key_write_401", ("ck_reader", "cs_reader"), "POST"),
        ("auth_writeonly_key_read_401", ("ck_writer", "cs_writer"), "GET"),
    ],
)
def test_a_refused_key_reads_as_on_a_real_site(
    shop: Shop, name: str, auth: tuple[str, str] | None, method: str
) -> None:
    with httpx.Client(auth=auth, verify=False) as client:
        reply = client.request(method, shop.store.api("orders"))
    assert (reply.status_code, reply.json()) == (_recorded(name)["status"], _recorded(name)["body"])


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("refund_amount_too_large", {"api_refund": False, "amount": "100000.00"}),
        ("refund_gateway_not_support", {"amount": "1.00"}),
        ("refund_number_amount_400", {"api_refund": False, "amount": 1.5}),
    ],
)
def test_a_refused_refund_reads_as_a_real_one(shop: Shop, name: str, body: dict[str, object]) -> None:
    order = _a_full_order(shop)
    reply = shop.api.post(f"/orders/{order['id']}/refunds", json=body)
    assert (reply.status_code, reply.json()) == (_recorded(name)["status"], _recorded(name)["body"])


def test_a_batch_reads_as_a_real_one(shop: Shop) -> None:
    order = _a_full_order(shop)
    reply = shop.api.post(
        "/orders/batch",
        json={
            "create": [{"status": "pending", "line_items": [{"sku": "BOOK"}]}, {"status": "bogus"}],
            "update": [{"id": order["id"]}, {"id": 999_999, "status": "completed"}, {"status": "completed"}],
            "delete": [999_998],
        },
    ).json()
    real = _recorded("batch_orders_mixed")["body"]
    assert _differences(real, reply) == []
    assert [one["error"] for one in reply["update"][1:]] == [one["error"] for one in real["update"][1:]]
    assert reply["delete"] == real["delete"]


def test_9_9_prints_taxes_as_stored_and_no_global_ids(shop: Shop) -> None:
    shop.store.version = "9.9.5"
    recordings = json.loads((CONTRACTS / "recordings.9.9.5.hpos.json").read_text())
    real = next(one for one in recordings if one["name"] == "order_create_same_again_no_idempotency")[
        "response"
    ]["body"]
    ours = shop.sells("SHIRT")
    assert _differences(real, ours) == []
    for key in ("total", "total_tax", "cart_tax"):
        assert ours[key] == real[key]
    for key in ("taxes", "price", "subtotal", "subtotal_tax"):
        assert ours["line_items"][0][key] == real["line_items"][0][key]
