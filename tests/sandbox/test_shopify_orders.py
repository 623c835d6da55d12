"""What customers and staff do, and what an order then adds up to."""

from decimal import Decimal
from typing import Any

import pytest

from stogly_tui.sandbox import ShopifyStore
from stogly_tui.sandbox.people import EUROPE
from stogly_tui.sandbox.shopify import Address
from tests.sandbox.shopify_support import shop, shown
from tests.sandbox.support import Clock

STATUSES = ("displayFinancialStatus", "displayFulfillmentStatus")


def _statuses(nl: ShopifyStore, order: int) -> tuple[str, str]:
    wire = nl.wire(order)
    return wire["displayFinancialStatus"], wire["displayFulfillmentStatus"]


def _adds_up(wire: dict[str, Any]) -> None:
    """Totals before changes follow from the lines, and what is paid from what is paid for."""
    lines = sum(shop(line["originalTotalSet"]) for line in wire["lineItems"]["nodes"])
    whole = lines - shop(wire["totalDiscountsSet"]) + shop(wire["totalShippingPriceSet"])
    whole += Decimal(0) if wire["taxesIncluded"] else shop(wire["totalTaxSet"])
    assert whole == shop(wire["totalPriceSet"])
    tips = shop(wire["totalTipReceivedSet"])
    assert shop(wire["subtotalPriceSet"]) == lines - tips - shop(wire["totalDiscountsSet"])
    left = shop(wire["currentTotalPriceSet"]) - shop(wire["netPaymentSet"])
    assert shop(wire["totalOutstandingSet"]) == left
    assert shop(wire["netPaymentSet"]) == shop(wire["totalReceivedSet"]) - shop(wire["totalRefundedSet"])


def test_an_order_is_paid_and_waits_to_be_shipped(nl: ShopifyStore) -> None:
    wire = nl.wire(nl.place([("SHIRT", 2), ("MUG", 1)]))
    _adds_up(wire)
    assert (wire["name"], wire["number"], wire["test"], wire["edited"]) == ("#1001", 1001, False, False)
    assert [wire[name] for name in STATUSES] == ["PAID", "UNFULFILLED"]
    assert wire["totalPriceSet"]["shopMoney"] == {"amount": "96.7", "currencyCode": "EUR"}
    assert shop(wire["totalTaxSet"]) == Decimal("12.74") + Decimal("1.92") + Decimal("0.78")
    assert (wire["createdAt"], wire["updatedAt"]) == ("2026-11-21T17:00:00Z",) * 2
    shirt, mug = wire["lineItems"]["nodes"]
    assert (shirt["sku"], shirt["name"], shirt["quantity"], shirt["unfulfilledQuantity"]) == (
        "SHIRT",
        "Linen Shirt",
        2,
        2,
    )
    assert (mug["name"], mug["variantTitle"], mug["variant"]["sku"]) == ("Mug - Red", "Red", "MUG")
    assert wire["customer"]["displayName"] == "Jonas Weber"
    assert wire["shippingAddress"]["countryCodeV2"] == "DE"
    assert wire["paymentGatewayNames"] == ["shopify_payments"]


def test_tax_on_top_of_prices() -> None:
    store = ShopifyStore("Net", taxes_included=False, tax_percent=10)
    store.create_product("Mug", "MUG", "12.00")
    wire = store.wire(store.place([("MUG", 2)], shipping="5.00", discount="TEN"))
    _adds_up(wire)
    assert wire["lineItems"]["nodes"][0]["taxLines"][0]["rate"] == 0.1
    assert (shop(wire["totalTaxSet"]), shop(wire["totalPriceSet"])) == (Decimal("2.66"), Decimal("29.26"))


def test_yen_have_no_cents() -> None:
    store = ShopifyStore("Kyoto", "JPY", taxes_included=True, tax_percent=10)
    store.create_product("Bowl", "BOWL", "1205")
    wire = store.wire(store.place([("BOWL", 1)], shipping=None, discount="TEN"))
    _adds_up(wire)
    assert wire["totalDiscountsSet"]["shopMoney"] == {"amount": "121.0", "currencyCode": "JPY"}
    assert shop(wire["totalTaxSet"]) == 99


def test_a_customer_pays_in_another_currency(nl: ShopifyStore) -> None:
    wire = nl.wire(nl.place([("SHIRT", 1)], currency="SEK"))
    assert (wire["currencyCode"], wire["presentmentCurrencyCode"]) == ("EUR", "SEK")
    assert shown(wire["totalPriceSet"]) == shop(wire["totalPriceSet"]) * 11 == Decimal("492.80")
    assert wire["transactions"][0]["amountSet"]["presentmentMoney"] == {
        "amount": "492.8",
        "currencyCode": "SEK",
    }


def test_a_discount_code_is_no_discount_of_the_line(nl: ShopifyStore) -> None:
    wire = nl.wire(nl.place([("SHIRT", 2)], discount="TEN"))
    _adds_up(wire)
    (line,) = wire["lineItems"]["nodes"]
    assert shop(line["discountedTotalSet"]) == shop(line["originalTotalSet"]) == Decimal("79.80")
    assert [shop(one["allocatedAmountSet"]) for one in line["discountAllocations"]] == [Decimal("7.98")]
    assert shop(line["discountedUnitPriceAfterAllDiscountsSet"]) == Decimal("35.91")
    assert (wire["discountCodes"], shop(wire["totalDiscountsSet"])) == (["TEN"], Decimal("7.98"))


def test_a_tip_is_a_line_that_is_not_shipped(nl: ShopifyStore) -> None:
    order = nl.place([("SHIRT", 1)], tip="3.00")
    wire = nl.wire(order)
    _adds_up(wire)
    assert shop(wire["totalTipReceivedSet"]) == 3
    tip = wire["lineItems"]["nodes"][1]
    assert (tip["title"], tip["requiresShipping"], tip["unfulfilledQuantity"], tip["sku"]) == (
        "Tip",
        False,
        0,
        None,
    )
    nl.fulfil(order)
    assert _statuses(nl, order) == ("PAID", "FULFILLED")
    nl.tips_are_lines = False
    wire = nl.wire(order)
    assert [line["title"] for line in wire["lineItems"]["nodes"]] == ["Linen Shirt"]
    assert shop(wire["totalTipReceivedSet"]) == 3


def test_a_gift_card_pays_a_part(nl: ShopifyStore) -> None:
    wire = nl.wire(nl.place([("SHIRT", 1)], gift_card="20.00"))
    assert [(one["gateway"], shop(one["amountSet"])) for one in wire["transactions"]] == [
        ("gift_card", Decimal(20)),
        ("shopify_payments", Decimal("24.80")),
    ]
    assert wire["displayFinancialStatus"] == "PAID"
    alone = nl.wire(nl.place([("SHIRT", 1)], gift_card="500.00"))
    assert (alone["paymentGatewayNames"], alone["displayFinancialStatus"]) == (["gift_card"], "PAID")


def test_a_voucher_needs_no_shipping(nl: ShopifyStore) -> None:
    wire = nl.wire(nl.place([("GIFT", 1)], shipping=None))
    (line,) = wire["lineItems"]["nodes"]
    assert (line["isGiftCard"], line["requiresShipping"], line["taxLines"]) == (True, False, [])
    assert (wire["displayFulfillmentStatus"], wire["shippingLines"]["nodes"]) == (
        "FULFILLMENT_NOT_REQUIRED",
        [],
    )


def test_a_guest_has_no_customer_and_may_have_no_address(nl: ShopifyStore) -> None:
    wire = nl.wire(nl.place([("SHIRT", 1)], guest=True, person=None))
    assert [wire[name] for name in ("customer", "email", "billingAddress", "shippingAddress")] == [None] * 4
    somewhere = Address(
        last_name="Solo", address1="Quay 1", city="Bergen", country_code="NO", country="Norway"
    )
    wire = nl.wire(nl.place([("SHIRT", 1)], person=somewhere, email="solo@example.com"))
    assert (wire["shippingAddress"]["name"], wire["customer"]["email"]) == ("Solo", "solo@example.com")


def test_a_customer_who_comes_again_is_the_same(nl: ShopifyStore) -> None:
    one, two = (nl.wire(nl.place([("SHIRT", 1)], person=EUROPE[3]))["customer"] for _ in range(2))
    assert one["id"] == two["id"]
    assert two["numberOfOrders"] == "2"


def test_paying_later(nl: ShopifyStore, clock: Clock) -> None:
    pending, held = nl.place([("SHIRT", 1)], paid=False), nl.place([("SHIRT", 1)], authorized=True)
    assert _statuses(nl, pending)[0] == "PENDING"
    assert _statuses(nl, held)[0] == "AUTHORIZED"
    assert shop(nl.wire(held)["totalCapturableSet"]) == Decimal("44.80")
    clock.forward(60)
    nl.pay(pending, "10.00")
    assert _statuses(nl, pending)[0] == "PARTIALLY_PAID"
    for order in (pending, held):
        nl.pay(order)
        wire = nl.wire(order)
        _adds_up(wire)
        assert (wire["displayFinancialStatus"], wire["updatedAt"]) == ("PAID", "2026-11-21T17:01:00Z")
    capture = nl.wire(held)["transactions"][1]
    assert (
        capture["kind"],
        capture["parentTransaction"]["kind"] if "parentTransaction" in capture else "",
    ) in {
        ("CAPTURE", "AUTHORIZATION"),
        ("CAPTURE", ""),
    }


def test_shipping_in_parts(nl: ShopifyStore) -> None:
    order = nl.place([("SHIRT", 2), ("MUG", 1)])
    nl.fulfil(order, [("SHIRT", 1)], ("DHL", "00340", "https://dhl.example.com/00340"))
    wire = nl.wire(order)
    assert wire["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    (sent,) = wire["fulfillments"]
    assert (sent["status"], sent["name"], sent["totalQuantity"]) == ("SUCCESS", "#1001-F1", 1)
    assert sent["trackingInfo"] == [
        {"company": "DHL", "number": "00340", "url": "https://dhl.example.com/00340"}
    ]
    assert [line["unfulfilledQuantity"] for line in wire["lineItems"]["nodes"]] == [1, 1]
    with pytest.raises(ValueError, match="only 1 of SHIRT"):
        nl.fulfil(order, [("SHIRT", 2)])
    nl.fulfil(order)
    assert _statuses(nl, order)[1] == "FULFILLED"


def test_editing_leaves_a_trace(nl: ShopifyStore) -> None:
    order = nl.place([("SHIRT", 3), ("MUG", 1)])
    nl.edit(order, remove=[("SHIRT", 2)])
    wire = nl.wire(order)
    shirt = wire["lineItems"]["nodes"][0]
    assert (shirt["quantity"], shirt["currentQuantity"], shirt["unfulfilledQuantity"]) == (3, 1, 1)
    assert shirt["nonFulfillableQuantity"] == 2
    assert (wire["edited"], shop(wire["totalOutstandingSet"])) == (True, Decimal("-79.80"))
    nl.edit(order, add=[("SHIRT", 3)])
    wire = nl.wire(order)
    _adds_up(wire)
    assert (wire["displayFinancialStatus"], shop(wire["totalOutstandingSet"])) == (
        "PARTIALLY_PAID",
        Decimal("39.90"),
    )
    assert [line["quantity"] for line in wire["lineItems"]["nodes"]] == [3, 1, 3]
    assert shop(wire["originalTotalPriceSet"]) < shop(wire["totalPriceSet"])


def test_refunding_lines(nl: ShopifyStore) -> None:
    order = nl.place([("SHIRT", 3)], discount="TEN")
    nl.fulfil(order, [("SHIRT", 2)])
    nl.refund(order, [("SHIRT", 2)], note="did not fit")
    wire = nl.wire(order)
    _adds_up(wire)
    (refund,) = wire["refunds"]
    assert [(one["quantity"], one["restockType"]) for one in refund["refundLineItems"]["nodes"]] == [
        (1, "CANCEL"),
        (1, "RETURN"),
    ]
    assert refund["note"] == "did not fit"
    assert shop(refund["totalRefundedSet"]) == shop(wire["totalRefundedSet"]) == Decimal("71.82")
    (line,) = wire["lineItems"]["nodes"]
    assert (line["currentQuantity"], line["unfulfilledQuantity"], line["nonFulfillableQuantity"]) == (1, 0, 1)
    assert (wire["displayFinancialStatus"], shop(wire["totalOutstandingSet"])) == (
        "PARTIALLY_REFUNDED",
        Decimal(0),
    )
    assert shop(wire["currentTotalPriceSet"]) == Decimal("35.91") + Decimal("4.90")


def test_refunding_an_amount_for_nothing_in_particular(nl: ShopifyStore) -> None:
    order = nl.place([("SHIRT", 1)], currency="SEK")
    nl.refund(order, amount="5.00")
    wire = nl.wire(order)
    _adds_up(wire)
    (adjustment,) = wire["refunds"][0]["orderAdjustments"]["nodes"]
    assert (shop(adjustment["amountSet"]), adjustment["reason"]) == (Decimal(-5), "REFUND_DISCREPANCY")
    assert shop(wire["currentTotalPriceSet"]) == Decimal("39.80")
    assert shown(wire["totalRefundedSet"]) == 55
    with pytest.raises(ValueError, match="more than was paid"):
        nl.refund(order, amount="500.00")


def test_refunding_everything(nl: ShopifyStore) -> None:
    order = nl.place([("SHIRT", 2), ("MUG", 1)], gift_card="20.00", tip="2.00")
    nl.refund(order)
    wire = nl.wire(order)
    _adds_up(wire)
    assert (wire["displayFinancialStatus"], shop(wire["currentTotalPriceSet"])) == ("REFUNDED", Decimal(0))
    assert [one["gateway"] for one in wire["refunds"][0]["transactions"]["nodes"]] == [
        "gift_card",
        "shopify_payments",
    ]
    assert shop(wire["totalRefundedShippingSet"]) == Decimal("4.90")


@pytest.mark.parametrize(
    ("wish", "with_refund", "status"),
    [
        ({}, True, "REFUNDED"),
        ({}, False, "PAID"),
        ({"paid": False}, True, "VOIDED"),
        ({"authorized": True}, True, "VOIDED"),
    ],
)
def test_cancelling(nl: ShopifyStore, wish: dict[str, Any], with_refund: bool, status: str) -> None:
    order = nl.place([("SHIRT", 1)], **wish)
    nl.cancel(order, "INVENTORY", with_refund=with_refund)
    wire = nl.wire(order)
    _adds_up(wire)
    assert (wire["displayFinancialStatus"], wire["cancelReason"]) == (status, "INVENTORY")
    assert wire["cancelledAt"] == wire["closedAt"] == "2026-11-21T17:00:00Z"
    assert [line["currentQuantity"] for line in wire["lineItems"]["nodes"]] == [0]


def test_duties_and_fees_are_part_of_the_total(nl: ShopifyStore) -> None:
    from stogly_tui.sandbox.shopify.money import Money
    from stogly_tui.sandbox.shopify.records import Fee

    order = nl.place([("SHIRT", 1)])
    both = Money(Decimal("3.00"), Decimal("3.00"))
    nl.update(order, duties=both, fees=[Fee(1, "Handling", both)])
    wire = nl.wire(order)
    assert shop(wire["currentTotalDutiesSet"]) == shop(wire["currentTotalAdditionalFeesSet"]) == 3
    assert shop(wire["totalOutstandingSet"]) == 6


def test_statuses_can_be_pinned(nl: ShopifyStore) -> None:
    order = nl.place([("SHIRT", 1)])
    nl.update(order, financial="EXPIRED", fulfilment="ON_HOLD")
    assert _statuses(nl, order) == ("EXPIRED", "ON_HOLD")
    nl.update(order, has_no_financial_status=True)
    assert nl.wire(order)["displayFinancialStatus"] is None
    with pytest.raises(ValueError, match="orders have no mood"):
        nl.update(order, mood="good")


def test_an_order_can_go_for_good(nl: ShopifyStore) -> None:
    order = nl.place([("SHIRT", 1)])
    nl.delete(order)
    assert order not in nl.orders
    with pytest.raises(KeyError):
        nl.wire(order)


def test_what_is_not_sold_cannot_be_ordered(nl: ShopifyStore) -> None:
    with pytest.raises(ValueError, match="nothing with SKU NOPE"):
        nl.place([("NOPE", 1)])
    assert len(nl.orders) == 0
