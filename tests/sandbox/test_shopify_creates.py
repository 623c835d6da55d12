"""Orders that come through the API, and what else it changes."""

from decimal import Decimal
from typing import Any

import pytest

from stogly_tui.sandbox import ShopifyStore
from tests.sandbox.shopify_support import LINES, Client, Json, euros, gid, shop


def _variant(nl: ShopifyStore, sku: str) -> str:
    variant = nl.products.by_sku(sku)
    assert variant is not None
    return f"gid://shopify/ProductVariant/{variant.id}"


def _problem(payload: Json) -> tuple[str, str]:
    assert payload["order"] is None
    (error,) = payload["userErrors"]
    return ".".join(error["field"]), error["code"]


def test_an_order_arrives_as_it_was_sent(nl: ShopifyStore, app: Client) -> None:
    order_id = app.creates(
        lineItems=[
            {
                "variantId": _variant(nl, "MUG"),
                "quantity": 2,
                "priceSet": euros("10.00"),
                "taxLines": [{"title": "VAT", "rate": "0.07", "priceSet": euros("1.31")}],
                "properties": [{"name": "Engraving", "value": "A"}],
            },
            {
                "title": "Own thing",
                "sku": "OWN",
                "quantity": 1,
                "priceSet": euros("5.50"),
                "requiresShipping": False,
            },
        ],
        shippingLines=[{"title": "Parcel", "code": "DHL", "priceSet": euros("4.00")}],
        transactions=[
            {"amountSet": euros("29.50"), "gateway": "stogly", "kind": "SALE", "status": "SUCCESS"}
        ],
        processedAt="2026-11-01T08:00:00+01:00",
        email="zoe@example.com",
        phone="+49 30 1",
        note="ring twice",
        tags=["a", "b", "a"],
        test=True,
        sourceName="stogly",
        sourceIdentifier="stogly:1:42",
        customAttributes=[{"key": "origin", "value": "woo"}],
        shippingAddress={
            "firstName": "Zoë",
            "lastName": "Ö",
            "address1": "Weg 1",
            "city": "Bonn",
            "countryCode": "DE",
        },
        customer={"toUpsert": {"email": "zoe@example.com", "firstName": "Zoë"}},
    )
    wire = nl.wire(order_id)
    assert (wire["displayFinancialStatus"], shop(wire["totalPriceSet"])) == ("PAID", Decimal("29.50"))
    assert (wire["processedAt"], wire["createdAt"]) == ("2026-11-01T07:00:00Z", "2026-11-21T17:00:00Z")
    assert (wire["sourceName"], wire["sourceIdentifier"]) == ("stogly", "stogly:1:42")
    assert (wire["tags"], wire["note"], wire["test"]) == (["a", "b"], "ring twice", True)
    assert wire["customAttributes"] == [{"key": "origin", "value": "woo"}]
    mug, own = wire["lineItems"]["nodes"]
    assert (mug["sku"], mug["title"], shop(mug["originalUnitPriceSet"])) == ("MUG", "Mug", Decimal(10))
    assert [(one["title"], one["rate"], float(shop(one["priceSet"]))) for one in mug["taxLines"]] == [
        ("VAT", 0.07, 1.31)
    ]
    assert (own["sku"], own["variant"], own["requiresShipping"]) == ("OWN", None, False)
    assert wire["customer"]["email"] == "zoe@example.com"
    assert (wire["shippingAddress"]["country"], wire["billingAddress"]) == ("Germany", None)
    assert wire["transactions"][0]["gateway"] == "stogly"
    assert nl.orders.with_source("stogly:1:42") == [order_id]
    assert nl.products.by_sku("MUG").quantity == 5  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"lineItems": []}, "order.lineItems", "INVALID"),
        ({"lineItems": [{**LINES[0], "quantity": 0}]}, "order.lineItems.0.quantity", "INVALID"),
        ({"lineItems": [{**LINES[0], "title": " "}]}, "order.lineItems.0.title", "INVALID"),
        ({"lineItems": [{"title": "x", "quantity": 1}]}, "order.lineItems.0.priceSet", "INVALID"),
        (
            {"lineItems": [{"variantId": "gid://shopify/ProductVariant/1", "quantity": 1}]},
            "order.lineItems.0.variantId",
            "INVALID",
        ),
        ({"processedAt": "2027-01-01T00:00:00Z"}, "order.processedAt", "PROCESSED_AT_INVALID"),
        ({"currency": "USD"}, "order.currency", "INVALID"),
        (
            {"customerId": "gid://shopify/Customer/1", "customer": {"toUpsert": {"email": "a@example.com"}}},
            "order.customerId",
            "REDUNDANT_CUSTOMER_FIELDS",
        ),
        (
            {
                "taxLines": [{"title": "VAT", "rate": "0.1"}],
                "lineItems": [{**LINES[0], "taxLines": [{"title": "VAT", "rate": "0.1"}]}],
            },
            "order.taxLines",
            "INVALID",
        ),
        (
            {"metafields": [{"namespace": "a", "key": "b", "value": "c"}]},
            "order.metafields.0.type",
            "INVALID",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    nl: ShopifyStore, app: Client, change: Json, field: str, code: str
) -> None:
    assert _problem(app.create(**{"lineItems": LINES, **change})) == (field, code)
    assert len(nl.orders) == 0


def test_creating_is_not_idempotent(nl: ShopifyStore, app: Client) -> None:
    one, two = (app.creates(lineItems=LINES, sourceIdentifier="same") for _ in range(2))
    assert one != two
    assert nl.orders.with_source("same") == app.found("source_identifier:same", "ID") == [one, two]


def test_taxes_in_the_price_or_on_top_are_the_order_s_own(nl: ShopifyStore, app: Client) -> None:
    taxes = [{"title": "VAT", "rate": "0.2"}]
    inside = nl.wire(app.creates(lineItems=LINES, taxLines=taxes))
    on_top = nl.wire(app.creates(lineItems=LINES, taxLines=taxes, taxesIncluded=False))
    assert (shop(inside["totalPriceSet"]), shop(inside["totalTaxSet"])) == (Decimal(10), Decimal("1.67"))
    assert (shop(on_top["totalPriceSet"]), shop(on_top["totalTaxSet"])) == (Decimal(12), Decimal(2))


@pytest.mark.parametrize(
    ("code", "discount", "price"),
    [
        ({"itemPercentageDiscountCode": {"code": "C", "percentage": 10}}, "2.2", 23.8),
        ({"itemFixedDiscountCode": {"code": "C", "amountSet": euros("5.00")}}, "5.0", 21.0),
        ({"freeShippingDiscountCode": {"code": "C"}}, "4.0", 22.0),
    ],
)
def test_discount_codes(nl: ShopifyStore, app: Client, code: Json, discount: str, price: float) -> None:
    lines = [{**LINES[0], "priceSet": euros("7.33"), "quantity": 3}, {**LINES[0], "priceSet": euros("0.01")}]
    shipping = [{"title": "Parcel", "priceSet": euros("4.00")}]
    wire = nl.wire(app.creates(lineItems=lines, shippingLines=shipping, discountCode=code))
    assert wire["discountCode"] == "C"
    assert wire["totalDiscountsSet"]["shopMoney"]["amount"] == discount
    assert float(shop(wire["totalPriceSet"])) == price


def test_two_currencies(nl: ShopifyStore, app: Client) -> None:
    both = {**euros("10.00"), "presentmentMoney": {"amount": "110.00", "currencyCode": "SEK"}}
    lines = [{**LINES[0], "priceSet": both}]
    wire = nl.wire(app.creates(lineItems=lines, currency="EUR", presentmentCurrency="SEK"))
    assert wire["totalPriceSet"]["presentmentMoney"] == {"amount": "110.0", "currencyCode": "SEK"}
    wrong = {**euros("10.00"), "presentmentMoney": {"amount": "110.00", "currencyCode": "NOK"}}
    payload = app.create(lineItems=[{**LINES[0], "priceSet": wrong}], presentmentCurrency="SEK")
    assert _problem(payload)[1] == "INVALID"


@pytest.mark.parametrize(
    ("status", "shows"), [("PAID", "PAID"), ("PENDING", "PENDING"), ("EXPIRED", "EXPIRED"), (None, "PENDING")]
)
def test_a_financial_status_without_payments(nl: ShopifyStore, app: Client, status: str, shows: str) -> None:
    order = app.creates(lineItems=LINES, financialStatus=status)
    assert nl.wire(order)["displayFinancialStatus"] == shows
    nl.pay(order, "10.00")
    assert nl.wire(order)["displayFinancialStatus"] == "PAID"


def test_a_status_that_follows_from_payments_moves_with_the_order(nl: ShopifyStore, app: Client) -> None:
    order = app.creates(lineItems=LINES, financialStatus="PAID", transactions=[{"amountSet": euros("10.00")}])
    assert nl.wire(order)["displayFinancialStatus"] == "PAID"
    nl.edit(order, add=[("SHIRT", 1)])
    assert nl.wire(order)["displayFinancialStatus"] == "PARTIALLY_PAID"


def test_a_fulfilled_order(nl: ShopifyStore, app: Client) -> None:
    wire = nl.wire(app.creates(lineItems=LINES, fulfillmentStatus="FULFILLED"))
    assert wire["displayFulfillmentStatus"] == "FULFILLED"


@pytest.mark.parametrize(
    ("behaviour", "quantity", "left"),
    [
        (None, 9, 5),
        ("BYPASS", 9, 5),
        ("DECREMENT_IGNORING_POLICY", 9, -4),
        ("DECREMENT_OBEYING_POLICY", 4, 1),
        ("DECREMENT_OBEYING_POLICY", 9, None),
    ],
)
def test_stock(nl: ShopifyStore, app: Client, behaviour: str | None, quantity: int, left: int | None) -> None:
    options = {"inventoryBehaviour": behaviour} if behaviour else None
    payload = app.create(options, lineItems=[{"variantId": _variant(nl, "MUG"), "quantity": quantity}])
    if left is None:
        assert _problem(payload) == ("order.lineItems.0", "INVENTORY_CLAIM_FAILED")
    mug: Any = nl.products.by_sku("MUG")
    assert mug.quantity == (5 if left is None else left)


_DEFINE = """mutation($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) { createdDefinition { id key } userErrors { field code } }
}"""
_LOOK_UP = """query($value: String!) {
  orderByIdentifier(identifier: {customId: {namespace: "stogly", key: "key", value: $value}}) {
    id metafield(namespace: "stogly", key: "key") { value type }
  }
}"""
_DEFINITION = {"name": "Key", "namespace": "stogly", "key": "key", "ownerType": "ORDER", "type": "id"}


def test_an_order_is_found_by_its_own_key_at_once(nl: ShopifyStore, app: Client) -> None:
    nl.search_delay = 60.0
    assert app.refused(_LOOK_UP, value="k1") == "NOT_FOUND"
    made = app.ask(_DEFINE, definition=_DEFINITION)["metafieldDefinitionCreate"]
    assert (made["userErrors"], made["createdDefinition"]["key"]) == ([], "key")
    key = {"namespace": "stogly", "key": "key", "type": "id", "value": "k1"}
    order = app.creates(lineItems=LINES, metafields=[key], sourceIdentifier="k1")
    found = app.ask(_LOOK_UP, value="k1")["orderByIdentifier"]
    assert found == {"id": gid(order), "metafield": {"value": "k1", "type": "id"}}
    assert app.found("source_identifier:k1") == []
    assert app.ask(_LOOK_UP, value="k2") == {"orderByIdentifier": None}


def test_a_key_is_there_once_where_the_shop_minds(nl: ShopifyStore, app: Client) -> None:
    app.ask(_DEFINE, definition=_DEFINITION)
    again = app.ask(_DEFINE, definition=_DEFINITION)["metafieldDefinitionCreate"]
    assert [one["code"] for one in again["userErrors"]] == ["TAKEN"]
    listed = app.ask(
        '{ metafieldDefinitions(first: 5, ownerType: ORDER, namespace: "stogly") { nodes { key } } }'
    )
    assert listed["metafieldDefinitions"]["nodes"] == [{"key": "key"}]
    order: Json = {"lineItems": LINES, "metafields": [{"namespace": "stogly", "key": "key", "value": "k1"}]}
    app.creates(**order)
    assert _problem(app.create(**order)) == ("order.metafields.0.value", "INVALID")
    nl.rejects_taken_ids = False
    assert app.creates(**order)
    assert len(nl.orders) == 2


_CANCEL = """mutation($id: ID!, $refund: Boolean) {
  orderCancel(orderId: $id, reason: OTHER, restock: true, refund: $refund) {
    job { id done } orderCancelUserErrors { field message code } userErrors { message }
  }
}"""


def test_cancelling(nl: ShopifyStore, app: Client) -> None:
    order, shipped = nl.place([("SHIRT", 1)]), nl.place([("SHIRT", 1)])
    nl.fulfil(shipped)
    payload = app.ask(_CANCEL, id=gid(order), refund=True)["orderCancel"]
    assert (payload["job"]["done"], payload["orderCancelUserErrors"]) == (False, [])
    assert nl.wire(order)["displayFinancialStatus"] == "REFUNDED"
    for order_id, code in ((order, "INVALID"), (shipped, "INVALID"), (1, "NOT_FOUND")):
        payload = app.ask(_CANCEL, id=gid(order_id))["orderCancel"]
        assert [one["code"] for one in payload["orderCancelUserErrors"]] == [code]
        assert payload["job"] is None


def test_tags_are_added(nl: ShopifyStore, app: Client) -> None:
    order = nl.place([("SHIRT", 1)], tags=("old",))
    tag = 'mutation($id: ID!) { tagsAdd(id: $id, tags: ["new, two", "old"]) { node { id } userErrors { message } } }'
    assert app.ask(tag, id=gid(order))["tagsAdd"] == {"node": {"id": gid(order)}, "userErrors": []}
    assert nl.wire(order)["tags"] == ["new", "old", "two"]
    assert app.ask(tag, id=gid(1))["tagsAdd"]["node"] is None
