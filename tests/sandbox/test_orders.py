"""Orders: created, changed, trashed, as WooCommerce does it (10.5, recorded)."""

import json

import httpx
import pytest

from tests.sandbox.support import Clock, Shop, error


def test_an_order_is_priced_taxed_and_totalled(shop: Shop) -> None:
    order = shop.sells("SHIRT", 2, shipping_lines=[{"method_id": "flat_rate", "total": "4.99"}])

    assert (order["total"], order["total_tax"], order["cart_tax"], order["shipping_tax"]) == (
        "100.90",
        "16.11",
        "15.16",
        "0.95",
    )
    assert order["tax_lines"][0]["rate_code"] == "DE-MWST-1"
    assert order["line_items"][0]["price"] == 39.9


def test_taxes_a_client_sends_are_computed_anew(shop: Shop) -> None:
    line = {"sku": "SHIRT", "quantity": 1, "total": "33.53", "subtotal": "33.53", "total_tax": "1.00"}
    order = shop.create(line_items=[line])

    assert order["line_items"][0]["total_tax"] == "6.37"
    assert order["line_items"][0]["taxes"] == [{"id": 1, "total": "6.37", "subtotal": "6.37"}]
    assert order["total"] == "39.90"


def test_zero_rate_and_untaxed_fees_keep_amounts_as_sent(shop: Shop) -> None:
    order = shop.create(
        line_items=[{"sku": "SHIRT", "total": "47.48", "subtotal": "47.48", "tax_class": "zero-rate"}],
        fee_lines=[{"name": "Marketplace discount", "total": "-7.48", "tax_status": "none"}],
    )
    assert (order["total"], order["total_tax"]) == ("40.00", "0.00")


def test_a_shop_that_computes_no_taxes_keeps_every_amount(shop: Shop) -> None:
    shop.store.calc_taxes = False
    assert shop.sells("SHIRT", total="39.90")["total"] == "39.90"


def test_a_put_with_an_address_computes_the_total_anew(shop: Shop) -> None:
    order = shop.sells("BOOK")
    assert order["total"] == "11.90"
    assert shop.put(order["id"], shipping={"country": "FR"})["total"] == "12.00"
    assert shop.put(order["id"], shipping={"country": "US"})["total"] == "10.00"


@pytest.mark.parametrize("line", [{"product_id": 999_999}, {"sku": "NOPE"}])
def test_an_unknown_product_makes_a_nameless_free_line(shop: Shop, line: dict[str, object]) -> None:
    made = shop.create(line_items=[{**line, "quantity": 1}])["line_items"][0]
    assert (made["name"], made["product_id"], made["sku"], made["price"], made["total"]) == (
        "",
        0,
        None,
        0,
        "0.00",
    )


def test_a_line_without_a_product_is_refused(shop: Shop) -> None:
    reply = shop.api.post("/orders", json={"line_items": [{"name": "Free text", "total": "5.00"}]})
    assert error(reply) == (400, "woocommerce_rest_required_product_reference")


def test_a_new_line_of_quantity_zero_is_a_server_error(shop: Shop) -> None:
    reply = shop.api.post("/orders", json={"line_items": [{"sku": "SHIRT", "quantity": 0}]})
    assert error(reply) == (500, "internal_server_error")
    assert "critical error" in reply.json()["message"]


def test_the_sku_and_the_id_of_a_variation_mean_the_variation(shop: Shop) -> None:
    by_sku = shop.sells("MUG-BLUE")["line_items"][0]
    by_id = shop.create(line_items=[{"product_id": by_sku["variation_id"]}])["line_items"][0]
    for line in (by_sku, by_id):
        assert (line["name"], line["parent_name"], line["sku"], line["price"]) == (
            "Mug - Blue",
            "Mug",
            "MUG-BLUE",
            12.5,
        )


def test_a_parent_alone_is_sold_at_its_lowest_price(shop: Shop) -> None:
    line = shop.sells("MUG")["line_items"][0]
    assert (line["variation_id"], line["price"]) == (0, 12)


def test_amounts_must_be_text(shop: Shop) -> None:
    reply = shop.api.post("/orders", json={"line_items": [{"sku": "SHIRT", "total": 39.9}]})
    assert error(reply) == (400, "rest_invalid_param")
    assert reply.json()["data"]["params"] == {"line_items": "line_items[0][total] is not of type string."}


def test_amounts_are_rounded_to_the_shop_s_places(shop: Shop) -> None:
    line = {"sku": "SHIRT", "total": "9.999", "subtotal": "9.999"}
    assert shop.create(line_items=[line])["line_items"][0]["total"] == "10.00"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"status": "shipped"}, "rest_invalid_param"),
        ({"status": "wc-completed"}, "rest_invalid_param"),
        ({"currency": "XXX"}, "rest_invalid_param"),
        ({"billing": {"email": "nope"}}, "rest_invalid_param"),
        ({"customer_id": 99_999}, "woocommerce_rest_invalid_customer_id"),
    ],
)
def test_what_woocommerce_does_not_take_is_refused(shop: Shop, body: dict[str, object], code: str) -> None:
    assert error(shop.api.post("/orders", json=body)) == (400, code)
    assert shop.ids() == []


def test_every_refused_parameter_is_named(shop: Shop) -> None:
    body = {"status": "bogus", "customer_id": "x", "currency": "ZZZ", "line_items": "foo"}
    reply = shop.api.post("/orders", json=body).json()
    assert reply["message"] == "Invalid parameter(s): status, currency, customer_id, line_items"
    assert reply["data"]["details"]["line_items"]["data"] == {"param": "line_items[0]"}


def test_a_body_that_is_not_json_is_refused(shop: Shop) -> None:
    reply = shop.api.post("/orders", content=b'{"status": ')
    assert error(reply) == (400, "rest_invalid_json")


def test_an_empty_body_makes_an_empty_order(shop: Shop) -> None:
    order = shop.create()
    assert (order["status"], order["total"], order["line_items"]) == ("pending", "0.00", [])


def test_the_same_body_twice_makes_two_orders(shop: Shop) -> None:
    headers = {"Idempotency-Key": "one"}
    for _ in range(2):
        shop.api.post("/orders", json={"line_items": [{"sku": "BOOK"}]}, headers=headers)
    assert len(shop.ids()) == 2


def test_a_refused_coupon_leaves_a_draft_behind(shop: Shop) -> None:
    reply = shop.api.post("/orders", json={"coupon_lines": [{"code": "nope"}]})
    assert error(reply) == (400, "woocommerce_rest_invalid_coupon")
    draft = reply.json()["data"]["new_draft_order_id"]
    assert shop.ids(status="any") == [draft]
    assert shop.order(draft)["status"] == "checkout-draft"


def test_a_coupon_lowers_the_lines(shop: Shop) -> None:
    order = shop.sells("BOOK", 2, coupon_lines=[{"code": "ten"}])
    assert (order["discount_total"], order["line_items"][0]["subtotal"], order["line_items"][0]["total"]) == (
        "2.00",
        "20.00",
        "18.00",
    )


def test_set_paid_moves_to_processing_and_notes_the_time(shop: Shop) -> None:
    order = shop.sells("SHIRT", set_paid=True, transaction_id="TX1")
    assert (order["status"], order["date_paid"], order["date_paid_gmt"], order["transaction_id"]) == (
        "processing",
        "2026-11-21T18:00:00",
        "2026-11-21T17:00:00",
        "TX1",
    )


def test_a_paid_zero_order_stays_as_it_is_when_paid_again(shop: Shop) -> None:
    order = shop.create()
    assert shop.put(order["id"], set_paid=True)["status"] == "pending"


def test_read_only_fields_are_ignored(shop: Shop) -> None:
    order = shop.create(date_created="2020-01-01T00:00:00", number="7", order_key="x", total="5.00")
    assert order["date_created"] == "2026-11-21T18:00:00"
    assert (order["number"], order["total"]) == (str(order["id"]), "0.00")


def test_created_via_is_the_client_s_to_write_and_cut_at_a_hundred(shop: Shop) -> None:
    assert shop.create(created_via="x" * 150)["created_via"] == "x" * 100
    assert shop.create()["created_via"] == "rest-api"


def test_stock_is_taken_once_and_given_back(shop: Shop) -> None:
    order = shop.sells("SHIRT", 4)
    assert shop.stock("SHIRT") == 10
    for status, left in (
        ("on-hold", 6),
        ("processing", 6),
        ("completed", 6),
        ("cancelled", 10),
        ("processing", 6),
    ):
        shop.put(order["id"], status=status)
        assert shop.stock("SHIRT") == left


def test_more_can_be_sold_than_there_is(shop: Shop) -> None:
    shop.sells("SHIRT", 50, status="processing")
    assert shop.stock("SHIRT") == -40
    product = shop.store.products.by_sku("SHIRT")
    assert product is not None
    assert shop.api.get(f"/products/{product['id']}").json()["stock_status"] == "outofstock"


def test_a_changed_quantity_keeps_the_total_and_moves_stock(shop: Shop) -> None:
    order = shop.sells("SHIRT", 2, status="processing")
    line = shop.put(order["id"], line_items=[{"id": order["line_items"][0]["id"], "quantity": 3}])[
        "line_items"
    ][0]
    assert (line["quantity"], line["total"], line["price"]) == (3, "79.80", 26.6)
    assert shop.stock("SHIRT") == 7


def test_a_line_is_added_without_an_id_and_removed_by_null(shop: Shop) -> None:
    order = shop.sells("BOOK")
    first = order["line_items"][0]["id"]
    assert len(shop.put(order["id"], line_items=[{"sku": "SHIRT"}])["line_items"]) == 2
    left = shop.put(order["id"], line_items=[{"id": first, "product_id": None}])
    assert [line["sku"] for line in left["line_items"]] == ["SHIRT"]
    assert left["total"] == "47.48"


def test_a_line_of_another_order_is_refused(shop: Shop) -> None:
    order = shop.sells("BOOK")
    reply = shop.api.put(f"/orders/{order['id']}", json={"line_items": [{"id": 999, "quantity": 2}]})
    assert error(reply) == (400, "woocommerce_rest_invalid_item_id")


def test_meta_data_is_kept_by_key_and_turned_into_text(shop: Shop) -> None:
    order = shop.create(
        meta_data=[
            {"key": "b", "value": True},
            {"key": "a", "value": 1.5},
            {"key": "list", "value": [1, {"x": 2}]},
            {"key": "_billing_email", "value": "dropped@example.com"},
        ]
    )
    values = {meta["key"]: meta["value"] for meta in order["meta_data"]}
    assert values == {"a": "1.5", "b": "1", "list": [1, {"x": 2}]}
    changed = shop.put(order["id"], meta_data=[{"key": "a", "value": "2"}, {"key": "b", "value": None}])
    assert {meta["key"]: meta["value"] for meta in changed["meta_data"]} == {"a": "2", "list": [1, {"x": 2}]}


def test_any_put_moves_date_modified_and_a_note_does_not(shop: Shop, clock: Clock) -> None:
    order = shop.sells("BOOK")
    clock.forward(5)
    shop.api.post(f"/orders/{order['id']}/notes", json={"note": "Packed"})
    assert shop.order(order["id"])["date_modified_gmt"] == "2026-11-21T17:00:00"
    assert shop.put(order["id"])["date_modified_gmt"] == "2026-11-21T17:00:05"


def test_deleting_is_trashing_and_answers_the_old_status(shop: Shop) -> None:
    order = shop.sells("BOOK", status="processing")
    path = f"/orders/{order['id']}"
    assert shop.api.delete(path).json()["status"] == "processing"
    assert shop.order(order["id"])["status"] == "trash"
    assert error(shop.api.delete(path)) == (410, "woocommerce_rest_already_trashed")
    assert shop.put(order["id"], customer_note="x")["status"] == "trash"
    assert shop.put(order["id"], status="processing")["status"] == "processing"


def test_forced_deletion_is_for_good(shop: Shop) -> None:
    order = shop.sells("BOOK")
    assert shop.api.delete(f"/orders/{order['id']}", params={"force": "true"}).status_code == 200
    assert error(shop.api.get(f"/orders/{order['id']}")) == (404, "woocommerce_rest_shop_order_invalid_id")


@pytest.mark.parametrize(("method", "status"), [("GET", 404), ("DELETE", 404), ("PUT", 400), ("PATCH", 400)])
def test_an_unknown_order_is_404_to_read_and_400_to_change(shop: Shop, method: str, status: int) -> None:
    reply = shop.api.request(method, "/orders/999999", json={} if method.startswith("P") else None)
    assert error(reply) == (status, "woocommerce_rest_shop_order_invalid_id")


def test_every_post_to_an_order_is_a_change(shop: Shop) -> None:
    order = shop.sells("BOOK")
    for method in ("POST", "PUT", "PATCH"):
        assert (
            shop.api.request(method, f"/orders/{order['id']}", json={"customer_note": method}).status_code
            == 200
        )
        assert shop.order(order["id"])["customer_note"] == method


def test_a_status_change_writes_notes(shop: Shop) -> None:
    order = shop.sells("SHIRT", 2, status="processing")
    notes = [note["note"] for note in shop.api.get(f"/orders/{order['id']}/notes").json()]
    assert notes == [
        "Stock levels reduced: Linen Shirt (10&rarr;8)",
        "Order status changed from Pending payment to Processing.",
    ]


def test_the_reply_is_escaped_as_php_does(shop: Shop) -> None:
    reply = shop.api.post("/orders", json={"billing": {"first_name": "Jörg", "address_1": "a/b"}})
    assert b"J\\u00f6rg" in reply.content
    assert b"a\\/b" in reply.content
    assert json.loads(reply.content)["billing"]["first_name"] == "Jörg"


def test_an_order_can_be_read_with_more_places(shop: Shop) -> None:
    order = shop.sells("SHIRT", shipping_lines=[{"method_id": "flat_rate", "total": "4.99"}])
    exact: httpx.Response = shop.api.get(f"/orders/{order['id']}", params={"dp": 4})
    assert exact.json()["total"] == "53.4200"
    assert exact.json()["shipping_lines"][0]["taxes"][0]["total"] == "0.9481"
