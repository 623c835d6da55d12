"""Refunds and batches (WooCommerce 10.5, recorded)."""

from typing import Any

import pytest

from tests.sandbox.support import Clock, Shop, error


def _refund(shop: Shop, order_id: int, **body: Any) -> Any:
    return shop.api.post(f"/orders/{order_id}/refunds", json={"api_refund": False, **body})


def test_a_refund_by_lines_is_summed_and_negative(shop: Shop, clock: Clock) -> None:
    order = shop.sells("SHIRT", 4, status="processing")
    clock.forward(3)
    line = {"id": order["line_items"][0]["id"], "quantity": 1, "refund_total": 39.9}
    reply = _refund(
        shop,
        order["id"],
        reason="broken",
        line_items=[{**line, "refund_tax": [{"id": 1, "refund_total": 7.58}]}],
    )

    assert reply.status_code == 201
    refund = reply.json()
    assert (refund["amount"], refund["line_items"][0]["quantity"], refund["line_items"][0]["total"]) == (
        "47.48",
        -1,
        "-39.90",
    )
    after = shop.order(order["id"])
    assert after["refunds"] == [{"id": refund["id"], "reason": "broken", "total": "-47.48"}]
    assert after["total"] == order["total"]
    assert after["date_modified_gmt"] == "2026-11-21T17:00:03"
    assert shop.stock("SHIRT") == 7


def test_refunding_everything_sets_the_status(shop: Shop) -> None:
    order = shop.sells("BOOK", status="processing")
    _refund(shop, order["id"], amount="1.90")
    _refund(shop, order["id"], amount="10.00")
    assert shop.order(order["id"])["status"] == "refunded"


def test_the_status_refunded_refunds_what_is_left(shop: Shop) -> None:
    order = shop.sells("BOOK", status="processing")
    refunded = shop.put(order["id"], status="refunded")
    assert [(one["reason"], one["total"]) for one in refunded["refunds"]] == [
        ("Order fully refunded.", "-11.90")
    ]


def test_nothing_may_be_refunded(shop: Shop) -> None:
    order = shop.sells("BOOK", status="processing")
    assert _refund(shop, order["id"], amount="0").status_code == 201
    assert shop.order(order["id"])["refunds"][0]["total"] == "-0.00"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"amount": "100000.00"}, "Invalid refund amount."),
        ({"amount": "1.00", "api_refund": True}, "The payment gateway for this order does not exist."),
    ],
)
def test_a_refused_refund_is_http_500_with_a_bare_number(
    shop: Shop, body: dict[str, Any], message: str
) -> None:
    order = shop.sells("BOOK", status="processing")
    reply = _refund(shop, order["id"], **body)
    assert error(reply) == (500, "woocommerce_rest_cannot_create_order_refund")
    assert (reply.json()["message"], reply.json()["data"]) == (message, 500)


def test_an_amount_must_be_text(shop: Shop) -> None:
    order = shop.sells("BOOK", status="processing")
    assert error(_refund(shop, order["id"], amount=1.5)) == (400, "rest_invalid_param")


def test_a_deleted_refund_leaves_date_modified(shop: Shop, clock: Clock) -> None:
    order = shop.sells("BOOK", status="processing")
    refund = _refund(shop, order["id"], amount="1.00").json()
    clock.forward(9)
    assert shop.api.delete(f"/orders/{order['id']}/refunds/{refund['id']}").status_code == 200
    after = shop.order(order["id"])
    assert (after["refunds"], after["date_modified_gmt"]) == ([], "2026-11-21T17:00:00")


def test_refunds_are_listed_per_order_and_for_the_store(shop: Shop) -> None:
    order = shop.sells("BOOK", status="processing")
    made = [_refund(shop, order["id"], amount="1.00").json()["id"] for _ in range(2)]
    own = shop.api.get(f"/orders/{order['id']}/refunds").json()
    everyone = shop.api.get("/refunds").json()
    assert [one["id"] for one in own] == made[::-1]
    assert [(one["id"], one["parent_id"]) for one in everyone] == [(one, order["id"]) for one in made[::-1]]


def test_a_batch_answers_item_by_item(shop: Shop) -> None:
    order = shop.sells("BOOK")
    reply = shop.api.post(
        "/orders/batch",
        json={
            "create": [{"line_items": [{"sku": "BOOK"}]}, {"status": "bogus"}],
            "update": [{"id": order["id"], "customer_note": "b"}, {"id": 999_999}, {"status": "completed"}],
            "delete": [999_998],
        },
    )
    assert reply.status_code == 200
    done = reply.json()
    assert [one["status"] for one in done["create"]] == ["pending", "pending"]
    assert done["update"][0]["customer_note"] == "b"
    assert [(one["id"], one["error"]["data"]["status"]) for one in done["update"][1:]] == [
        (999_999, 400),
        (None, 400),
    ]
    assert (done["delete"][0]["id"], done["delete"][0]["error"]["data"]["status"]) == (999_998, 404)


def test_a_batch_deletes_for_good(shop: Shop) -> None:
    order = shop.sells("BOOK")
    shop.api.post("/orders/batch", json={"delete": [order["id"]]})
    assert error(shop.api.get(f"/orders/{order['id']}"))[0] == 404


def test_a_batch_has_a_hundred_items_at_most(shop: Shop) -> None:
    reply = shop.api.post("/products/batch", json={"update": [{"id": 11}] * 101})
    assert error(reply) == (413, "woocommerce_rest_request_entity_too_large")
    assert shop.api.post("/orders/batch", json={}).json() == []


def test_product_batches_refuse_per_item(shop: Shop) -> None:
    red = shop.store.products.by_sku("MUG-RED")
    assert red is not None
    done = shop.api.post(
        "/products/batch",
        json={
            "create": [{"name": "dup", "sku": "SHIRT"}],
            "update": [{"id": red["id"], "stock_quantity": 4}],
        },
    ).json()
    assert (done["create"][0]["id"], done["create"][0]["error"]["code"]) == (0, "product_invalid_sku")
    assert done["update"][0]["error"]["code"] == "woocommerce_rest_invalid_product_id"
    path = f"/products/{red['parent_id']}/variations/batch"
    done = shop.api.post(path, json={"update": [{"id": red["id"], "stock_quantity": 4}]}).json()
    assert done["update"][0]["stock_quantity"] == 4
