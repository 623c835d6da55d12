"""Products, variations and stock (WooCommerce 10.5, recorded)."""

import pytest

from tests.sandbox.support import Clock, Shop, error


def _id(shop: Shop, sku: str) -> int:
    record = shop.store.products.by_sku(sku)
    assert record is not None
    return int(record["id"])


def test_skus_are_looked_up_exactly_and_several_at_once(shop: Shop) -> None:
    found = shop.api.get("/products", params={"sku": "SHIRT,MUG-RED,NOPE,BOO"}).json()
    assert {(one["sku"], one["type"]) for one in found} == {("SHIRT", "simple"), ("MUG-RED", "variation")}
    mug = next(one for one in found if one["sku"] == "MUG-RED")
    assert (mug["name"], mug["parent_id"]) == ("Mug - Red", _id(shop, "MUG"))


def test_a_list_never_holds_variations_otherwise(shop: Shop) -> None:
    assert {one["sku"] for one in shop.api.get("/products").json()} == {"SHIRT", "BOOK", "MUG"}
    assert shop.api.get("/products", params={"include": _id(shop, "MUG-RED")}).json() == []
    assert error(shop.api.get("/products", params={"type": "variation"})) == (400, "rest_invalid_param")


def test_a_variation_can_be_read_both_ways(shop: Shop) -> None:
    mug, red = _id(shop, "MUG"), _id(shop, "MUG-RED")
    assert shop.api.get(f"/products/{red}").json()["name"] == "Mug - Red"
    assert shop.api.get(f"/products/{mug}/variations/{red}").json()["name"] == "Red"
    listed = shop.api.get(f"/products/{mug}/variations").json()
    assert [one["sku"] for one in listed] == ["MUG-BLUE", "MUG-RED"]
    wrong = shop.api.get(f"/products/{_id(shop, 'SHIRT')}/variations/{red}")
    assert error(wrong) == (404, "woocommerce_rest_product_variation_invalid_id")


def test_a_sku_is_given_once_and_the_refusal_names_its_owner(shop: Shop) -> None:
    reply = shop.api.post("/products", json={"name": "dup", "sku": "SHIRT"})
    assert error(reply) == (400, "product_invalid_sku")
    assert reply.json()["data"] == {"status": 400, "resource_id": _id(shop, "SHIRT"), "unique_sku": "SHIRT-1"}


def test_a_new_product_is_201_with_its_address(shop: Shop) -> None:
    reply = shop.api.post(
        "/products", json={"name": "Salt & Pepper", "sku": "SP", "regular_price": "1,234.50"}
    )
    assert reply.status_code == 201
    assert reply.headers["Location"] == shop.store.api(f"products/{reply.json()['id']}")
    assert (reply.json()["name"], reply.json()["price"]) == ("Salt &amp; Pepper", "1234.50")


def test_a_price_that_is_no_number_empties_the_price(shop: Shop) -> None:
    reply = shop.api.put(f"/products/{_id(shop, 'BOOK')}", json={"regular_price": "abc"})
    assert (reply.status_code, reply.json()["regular_price"], reply.json()["purchasable"]) == (200, "", False)


@pytest.mark.parametrize(
    "body", [{"regular_price": 9.99}, {"stock_quantity": "abc"}, {"stock_quantity": 2.5}]
)
def test_wrong_types_are_refused(shop: Shop, body: dict[str, object]) -> None:
    assert error(shop.api.put(f"/products/{_id(shop, 'SHIRT')}", json=body)) == (400, "rest_invalid_param")


def test_stock_is_set_and_may_be_negative_but_only_where_it_is_kept(shop: Shop) -> None:
    kept = shop.api.put(f"/products/{_id(shop, 'SHIRT')}", json={"stock_quantity": -2}).json()
    assert (kept["stock_quantity"], kept["stock_status"]) == (-2, "outofstock")
    free = shop.api.put(f"/products/{_id(shop, 'BOOK')}", json={"stock_quantity": 5}).json()
    assert (free["stock_quantity"], free["stock_status"]) == (None, "instock")


def test_a_variation_is_changed_below_its_product_only(shop: Shop, clock: Clock) -> None:
    mug, red = _id(shop, "MUG"), _id(shop, "MUG-RED")
    refused = shop.api.put(f"/products/{red}", json={"stock_quantity": 1})
    assert error(refused) == (404, "woocommerce_rest_invalid_product_id")
    clock.forward(5)
    changed = shop.api.put(f"/products/{mug}/variations/{red}", json={"stock_quantity": 1})
    assert changed.json()["stock_quantity"] == 1
    assert shop.api.get(f"/products/{mug}").json()["date_modified_gmt"] == "2026-11-21T17:00:05"


def test_products_are_found_by_change_and_text(shop: Shop, clock: Clock) -> None:
    clock.forward(5)
    shop.sells("SHIRT", status="processing")
    query = {"modified_after": "2026-11-21T17:00:04", "dates_are_gmt": "true"}
    assert [one["sku"] for one in shop.api.get("/products", params=query).json()] == ["SHIRT"]
    assert [one["sku"] for one in shop.api.get("/products", params={"search": "linen"}).json()] == ["SHIRT"]
    assert {one["sku"] for one in shop.api.get("/products", params={"stock_status": "instock"}).json()} == {
        "SHIRT",
        "BOOK",
        "MUG",
    }


def test_an_unknown_product_is_404_to_read_and_400_to_change(shop: Shop) -> None:
    assert error(shop.api.get("/products/999999")) == (404, "woocommerce_rest_product_invalid_id")
    assert error(shop.api.put("/products/999999", json={})) == (400, "woocommerce_rest_product_invalid_id")


def test_a_deleted_product_and_its_variations_are_gone(shop: Shop) -> None:
    shop.api.delete(f"/products/{_id(shop, 'MUG')}", params={"force": "true"})
    assert shop.api.get("/products", params={"sku": "MUG,MUG-RED"}).json() == []
