"""The site around the orders: index, settings, set-up errors, the control endpoint."""

from typing import Any

import httpx
import pytest

from stogly_tui.sandbox import Sandbox
from tests.sandbox.support import Shop, error


def test_the_index_is_open_and_names_the_site(shop: Shop) -> None:
    reply = httpx.get(f"{shop.store.base_url}/wp-json/")
    assert reply.status_code == 200
    body = reply.json()
    assert (body["name"], body["timezone_string"], body["gmt_offset"]) == ("Test shop", "Europe/Berlin", 1)
    assert "wc/v3" in body["namespaces"]
    assert "/wc/v3/orders" in shop.api.get("").json()["routes"]


@pytest.mark.parametrize("path", ["/wc/v3/nope", "/wc/v9/orders", "/wc/v3/orders/abc"])
def test_an_unknown_route_says_so(shop: Shop, path: str) -> None:
    reply = httpx.get(f"{shop.store.base_url}/wp-json{path}", auth=("ck_admin", "cs_admin"))
    assert error(reply) == (404, "rest_no_route")


def test_a_method_a_route_lacks_is_an_unknown_route(shop: Shop) -> None:
    assert error(shop.api.delete("/orders")) == (404, "rest_no_route")


def test_settings_name_currency_taxes_and_country(shop: Shop) -> None:
    general = {one["id"]: one["value"] for one in shop.api.get("/settings/general").json()}
    assert general["woocommerce_currency"] == "EUR"
    assert general["woocommerce_calc_taxes"] == "yes"
    assert general["woocommerce_default_country"] == "DE"
    tax = {one["id"]: one["value"] for one in shop.api.get("/settings/tax").json()}
    assert tax["woocommerce_prices_include_tax"] == "no"


def test_the_system_status_tells_which_site_this_is(shop: Shop) -> None:
    status = shop.api.get("/system_status", params={"_fields": "environment,settings"}).json()
    assert status["environment"]["store_id"] == shop.store.store_id
    assert status["environment"]["version"] == "10.5.0"
    assert status["settings"]["HPOS_enabled"] is True


def test_small_lists_have_paging_headers(shop: Shop) -> None:
    taxes = shop.api.get("/taxes")
    assert ([one["rate"] for one in taxes.json()], taxes.headers["X-WP-Total"]) == (
        ["19.0000", "20.0000"],
        "2",
    )
    assert [one["id"] for one in shop.api.get("/payment_gateways").json()] == ["bacs", "cheque", "cod"]
    assert shop.api.get("/data/currencies/current").json()["code"] == "EUR"
    assert {"slug": "processing", "name": "Processing"} in shop.api.get("/orders/statuses").json()


def test_a_site_with_plain_permalinks_answers_pages(shop: Shop) -> None:
    shop.store.permalinks = "plain"
    reply = shop.api.get("/orders")
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")
    shop.store.permalinks = "plain_404"
    assert shop.api.get("/orders").status_code == 404


def test_maintenance_is_json_only_for_who_asks_for_it(shop: Shop) -> None:
    shop.store.maintenance = True
    page = shop.api.get("/orders")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "600")
    assert page.headers["Content-Type"].startswith("text/html")
    asked = shop.api.get("/orders", headers={"Accept": "application/json"})
    assert (asked.status_code, asked.json()["code"]) == (503, "wp_die")


def test_a_php_notice_stands_before_the_json(shop: Shop) -> None:
    shop.store.php_notice = True
    reply = shop.api.get("/orders")
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")
    assert reply.text.startswith("<br />")
    assert reply.text.endswith("[]")


def test_a_wrong_address_is_a_page(sandbox: Sandbox, shop: Shop) -> None:
    assert httpx.get(f"{sandbox.root}/no-such-shop/wp-json/").status_code == 404
    reply = httpx.get(f"{shop.store.base_url}/blog/wp-json/wc/v3/orders")
    assert (reply.status_code, reply.headers["Content-Type"]) == (404, "text/html; charset=UTF-8")


def _control(sandbox: Sandbox, shop: Shop, method: str, path: str, **kwargs: Any) -> httpx.Response:
    return httpx.request(method, f"{sandbox.control_url(shop.store.slug)}{path}", **kwargs)


def test_customers_order_and_change_their_minds_by_command(sandbox: Sandbox, shop: Shop) -> None:
    (order_id,) = _control(sandbox, shop, "POST", "/orders", json={"count": 1}).json()["ids"]
    assert shop.order(order_id)["created_via"] == "checkout"
    for action, status in (
        ("pay", "processing"),
        ("complete", "completed"),
        ("cancel", "cancelled"),
        ("trash", "trash"),
    ):
        _control(sandbox, shop, "POST", f"/orders/{order_id}", json={"action": action})
        assert shop.order(order_id)["status"] == status
    edit = {"action": "edit", "changes": {"customer_note": "Blue, please"}}
    assert (
        _control(sandbox, shop, "POST", f"/orders/{order_id}", json=edit).json()["customer_note"]
        == "Blue, please"
    )
    assert _control(sandbox, shop, "POST", f"/orders/{order_id}", json={"action": "eat"}).status_code == 400
    assert _control(sandbox, shop, "POST", "/orders/999999", json={"action": "pay"}).status_code == 400


def test_faults_are_set_and_cleared_by_command(sandbox: Sandbox, shop: Shop) -> None:
    fault = {"kind": "status", "on": "GET /orders", "code": 503, "times": None}
    assert _control(sandbox, shop, "POST", "/faults", json=fault).json()["code"] == 503
    assert shop.api.get("/orders").status_code == 503
    assert [one["kind"] for one in _control(sandbox, shop, "GET", "/faults").json()] == ["status"]
    _control(sandbox, shop, "DELETE", "/faults")
    assert shop.api.get("/orders").status_code == 200
    assert _control(sandbox, shop, "POST", "/faults", json={"kind": "fire"}).status_code == 400
    assert httpx.get(f"{sandbox.root}/__sandbox__/nowhere/faults").status_code == 404


def test_what_was_made_and_asked_can_be_looked_up(sandbox: Sandbox, shop: Shop) -> None:
    order = shop.sells("BOOK", created_via="key")
    found = _control(sandbox, shop, "GET", "/created", params={"created_via": "key"}).json()
    assert found == {"ids": [order["id"]]}
    shop.api.get("/orders", params={"status": "nonsense"})
    seen = _control(sandbox, shop, "GET", "/requests").json()
    assert seen == [
        {"method": "POST", "path": "/wp-json/wc/v3/orders", "query": "", "status": 201},
        {"method": "GET", "path": "/wp-json/wc/v3/orders", "query": "status=nonsense", "status": 400},
    ]
