"""A Shopify order as ours: it adds up to the cent, its quantities are sound, and nothing unknown is lost or fatal."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stogly_tui.domain.orders import IncomingOrder
from stogly_tui.domain.states import ChargeKind, PaymentStatus
from stogly_tui.domain.status import are_sound
from stogly_tui.platforms.shopify.details import complete
from stogly_tui.platforms.shopify.translate import body_of, read_order
from tests.platforms.shopify_support import Json, a_line, an_order, bag, scripted, with_lines


def understood(order: Json) -> IncomingOrder:
    raw = read_order(order)
    assert raw.order is not None, raw.problem
    assert all(are_sound(line) for line in raw.order.lines)
    return raw.order


def test_an_order_with_taxes_in_its_prices() -> None:
    order = understood(an_order())
    assert (order.number, order.total, order.sum_of_parts, order.tax) == ("1001", 2490, 2490, 397)
    assert [(line.sku, line.ordered, line.total, line.tax) for line in order.lines] == [
        ("MUG-1", 2, 1681, 319)
    ]
    assert [(charge.kind, charge.amount, charge.tax) for charge in order.charges] == [
        (ChargeKind.SHIPPING, 412, 78)
    ]
    assert order.placed_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert order.paid_at == datetime(2026, 11, 20, 9, 0, 1, tzinfo=UTC)
    assert (order.remote_status, order.payment, order.confirmed) == ("open", PaymentStatus.PAID, True)
    assert (order.financial_status, order.fulfilment_status) == ("paid", "unfulfilled")
    assert (order.customer, order.email, order.shipping.country) == ("Ada Lovelace", "ada@example.test", "DE")
    assert (order.presentment_currency, order.presentment_total) == ("", None)
    assert order.tags == ("vip",)
    assert not order.unknown


def test_taxes_on_top_are_added() -> None:
    order = understood(an_order(taxesIncluded=False, currentTotalPriceSet=bag("28.87")))
    assert order.sum_of_parts == order.total == 2887
    assert (order.lines[0].total, order.lines[0].tax) == (2000, 319)
    assert not order.prices_include_tax


def test_two_currencies_are_both_kept() -> None:
    order = understood(an_order(presentmentCurrencyCode="USD", currentTotalPriceSet=bag("24.90", "27.39")))
    assert (order.currency, order.total) == ("EUR", 2490)
    assert (order.presentment_currency, order.presentment_total) == ("USD", 2739)
    yen = understood(an_order(presentmentCurrencyCode="JPY", currentTotalPriceSet=bag("24.90", "4100.0")))
    assert yen.presentment_total == 4100


def test_our_reference_is_found_in_either_place() -> None:
    assert understood(an_order(sourceIdentifier="woocommerce:a:1:1")).reference == "woocommerce:a:1:1"
    both = an_order(sourceIdentifier="pos-1", reference={"value": "woocommerce:a:1:1"})
    assert understood(both).reference == "woocommerce:a:1:1"


def test_discounts_are_in_the_lines_they_were_allocated_to() -> None:
    line = a_line(
        discountAllocations=[{"allocatedAmountSet": bag("1.00")}, {"allocatedAmountSet": bag("2.33")}]
    )
    order = understood(with_lines(line, currentTotalPriceSet=bag("21.57")))
    assert order.lines[0].total + order.lines[0].tax == 1667
    assert order.lines[0].subtotal > order.lines[0].total
    assert order.sum_of_parts == order.total == 2157


def test_a_gift_card_that_was_bought_is_not_physical_and_one_that_paid_is_no_charge() -> None:
    line = a_line(isGiftCard=True, requiresShipping=False, taxLines=[])
    order = understood(with_lines(line, paymentGatewayNames=["gift_card", "shopify_payments"]))
    assert not order.lines[0].is_physical
    assert order.payment_method == "gift_card, shopify_payments"
    assert order.sum_of_parts == order.total


@pytest.mark.parametrize("is_a_line", [True, False])
def test_a_tip_counts_once_whether_it_is_a_line_or_not(is_a_line: bool) -> None:
    tip = a_line(
        id="gid://shopify/LineItem/9", name="Tip", sku=None, quantity=1, currentQuantity=1, variant=None,
        requiresShipping=False, originalUnitPriceSet=bag("3.00"), taxLines=[],
    )  # fmt: skip
    lines = [a_line(), tip] if is_a_line else [a_line()]
    order = understood(with_lines(*lines, currentTotalPriceSet=bag("27.90"), totalTipReceivedSet=bag("3.00")))
    assert order.sum_of_parts == order.total == 2790
    assert (ChargeKind.TIP in {charge.kind for charge in order.charges}) is not is_a_line


def test_duties_fees_and_rounding_are_asked_for_where_parts_do_not_make_the_total() -> None:
    extras = {
        "dutiesIncluded": False, "currentTotalDutiesSet": bag("5.00"), "currentTotalAdditionalFeesSet": bag("1.50"),
        "additionalFees": [{"name": "Deposit", "price": bag("1.50"), "taxLines": []}],
        "totalCashRoundingAdjustment": {"paymentSet": bag("0.02")},
    }  # fmt: skip
    client, asked = scripted([{"data": {"order": extras}}])
    whole = complete(client, an_order(currentTotalPriceSet=bag("31.42")), products=True)
    assert len(asked) == 1
    order = understood(whole)
    assert order.sum_of_parts == order.total == 3142
    assert [charge.name for charge in order.charges] == ["DHL", "Deposit", "Duties", "Cash rounding"]
    again = read_order(json.loads(body_of(whole)))
    assert again.order == order


def test_tax_that_is_on_no_line_is_a_charge() -> None:
    order = understood(
        with_lines(
            a_line(taxLines=[]),
            taxesIncluded=False,
            currentTotalPriceSet=bag("28.90"),
            currentTotalTaxSet=bag("4.00"),
        )
    )
    assert order.sum_of_parts == order.total == 2890
    assert [(one.kind, one.tax) for one in order.charges][-1] == (ChargeKind.TAX, 322)


def test_a_rest_that_nothing_explains_is_left_for_others_to_see() -> None:
    order = understood(an_order(currentTotalPriceSet=bag("30.00")))
    assert order.total == 3000
    assert order.sum_of_parts == 2490


def test_pieces_that_were_taken_off_cost_nothing_any_more() -> None:
    order = understood(
        with_lines(
            a_line(quantity=3, currentQuantity=2, originalUnitPriceSet=bag("10.00"),
                   discountAllocations=[{"allocatedAmountSet": bag("1.00")}], taxLines=[{"priceSet": bag("4.63")}]),
            currentTotalPriceSet=bag("24.23"), currentTotalTaxSet=bag("3.87"),
        )
    )  # fmt: skip
    assert (order.lines[0].ordered, order.lines[0].cancelled) == (3, 1)
    assert order.sum_of_parts == order.total == 2423


def refund_of(line: Json, quantity: int, restock: str) -> Json:
    item = {"quantity": quantity, "restockType": restock, "lineItem": {"id": line["id"]}}
    return {"id": "gid://shopify/Refund/1", "refundLineItems": {"nodes": [item]}}


def sent(line: Json, quantity: int, status: str = "SUCCESS", display: str | None = None) -> Json:
    item = {"quantity": quantity, "lineItem": {"id": line["id"]}}
    return {
        "id": f"gid://shopify/Fulfillment/{quantity}", "status": status, "displayStatus": display,
        "fulfillmentLineItems": {"nodes": [item]},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("restock", "shipped", "expected"),
    [
        ("RETURN", 2, (0, 2, 1)),
        ("CANCEL", 1, (1, 1, 0)),
        ("NO_RESTOCK", 1, (1, 1, 0)),
        ("NO_RESTOCK", 2, (0, 2, 0)),
        ("RETURN", 0, (1, 0, 0)),
    ],
)
def test_a_refunded_piece_is_cancelled_or_came_back(
    restock: str, shipped: int, expected: tuple[int, int, int]
) -> None:
    line = a_line(currentQuantity=1)
    events = {
        "refunds": [refund_of(line, 1, restock)],
        "fulfillments": [sent(line, shipped)] if shipped else [],
    }
    made = understood(with_lines(line, **events)).lines[0]
    assert (made.cancelled, made.shipped, made.returned) == expected


def test_a_cancelled_order_keeps_what_was_sent() -> None:
    line = a_line()
    order = understood(with_lines(line, cancelledAt="2026-11-20T10:00:00Z", fulfillments=[sent(line, 1)]))
    assert order.is_cancelled
    assert order.remote_status == "cancelled"
    assert (order.lines[0].cancelled, order.lines[0].shipped) == (1, 1)


def test_an_archived_order_is_closed() -> None:
    assert understood(an_order(closedAt="2026-11-20T10:00:00Z")).remote_status == "closed"


@pytest.mark.parametrize(
    ("status", "display", "expected"),
    [
        ("SUCCESS", None, (2, 2, 0)), ("SUCCESS", "DELIVERED", (2, 2, 2)), ("OPEN", None, (2, 0, 0)),
        ("CANCELLED", None, (0, 0, 0)), ("SENT_BY_DRONE", None, (2, 0, 0)),
    ],
)  # fmt: skip
def test_how_far_a_fulfilment_is(status: str, display: str | None, expected: tuple[int, int, int]) -> None:
    fulfilment = {"id": "f", "status": status, "displayStatus": display}
    line = understood(with_lines(a_line(unfulfilledQuantity=0), fulfillments=[fulfilment])).lines[0]
    assert (line.fulfilled, line.shipped, line.delivered) == expected


def test_words_of_the_future_are_kept_and_nothing_is_sent_for_them() -> None:
    order = understood(an_order(displayFinancialStatus="PAID_IN_SHELLS", displayFulfillmentStatus="BEAMED"))
    assert order.payment is PaymentStatus.UNPAID
    assert not order.confirmed
    assert (order.financial_status, order.fulfilment_status) == ("paid_in_shells", "beamed")
    assert order.unknown == ("financial_status=paid_in_shells", "fulfilment_status=beamed")


@pytest.mark.parametrize(("fully", "payment"), [(True, PaymentStatus.PAID), (False, PaymentStatus.UNPAID)])
def test_no_payment_status_at_all(fully: bool, payment: PaymentStatus) -> None:
    assert understood(an_order(displayFinancialStatus=None, fullyPaid=fully)).payment is payment


def test_a_test_order_says_so() -> None:
    assert understood(an_order(test=True)).unknown == ("test order: no real payment",)


def test_the_same_id_at_another_time_is_another_order() -> None:
    first, second = understood(an_order()), understood(an_order(createdAt="2026-11-21T09:00:00Z"))
    assert first.remote_id == second.remote_id
    assert first.incarnation != second.incarnation


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"currencyCode": None}, "no currency code"),
        ({"currentTotalPriceSet": None}, "no total"),
        ({"currentTotalPriceSet": bag("ten")}, "not an amount"),
        ({"currentTotalPriceSet": bag("NaN")}, "not an amount"),
        ({"lineItems": None}, "lines are not readable"),
        ({"lineItems": {"nodes": [None]}}, "lines are not readable"),
        ({"updatedAt": "yesterday"}, "no readable time of change"),
        ({"id": None, "legacyResourceId": None}, "no id"),
    ],
)
def test_what_is_no_order_comes_back_with_its_problem_and_its_body(changes: Json, problem: str) -> None:
    given = an_order(**changes)
    raw = read_order(given)
    assert raw.order is None
    assert problem in raw.problem
    assert json.loads(raw.body) == given


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(an_order())), anything, max_size=4))
def test_no_value_whatever_crashes_it(changes: dict[str, Any]) -> None:
    raw = read_order(an_order(**changes))
    assert (raw.order is None) == bool(raw.problem)
    if raw.order is not None:
        assert all(are_sound(line) for line in raw.order.lines)
        for line in raw.order.lines:
            assert line.remote_id


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(a_line())), anything, max_size=3))
def test_no_value_of_a_line_crashes_it(changes: dict[str, Any]) -> None:
    raw = read_order(with_lines(a_line(**changes), fulfillments=[{"status": "SUCCESS"}]))
    if raw.order is not None:
        assert all(are_sound(line) for line in raw.order.lines)


@st.composite
def changed_lines(draw: st.DrawFn) -> tuple[list[Json], list[Json], list[Json]]:
    """Lines with refunds and fulfilments that need not agree with each other at all."""
    lines, refunds, fulfilments = [], [], []
    for number in range(draw(st.integers(1, 3))):
        quantity = draw(st.integers(0, 6))
        line = a_line(
            id=f"gid://shopify/LineItem/{number + 1}",
            quantity=quantity,
            currentQuantity=draw(st.integers(0, 7)),
            unfulfilledQuantity=draw(st.integers(0, 7)),
        )
        lines.append(line)
        for _ in range(draw(st.integers(0, 2))):
            restock = draw(st.sampled_from(["RETURN", "CANCEL", "NO_RESTOCK", "LEGACY_RESTOCK", "NEW"]))
            refunds.append(refund_of(line, draw(st.integers(0, 9)), restock))
        for _ in range(draw(st.integers(0, 2))):
            status = draw(st.sampled_from(["SUCCESS", "OPEN", "CANCELLED", "ERROR", "NEW"]))
            made = sent(
                line, draw(st.integers(0, 9)), status, draw(st.sampled_from([None, "DELIVERED", "NEW"]))
            )
            if draw(st.booleans()):
                del made["fulfillmentLineItems"]
            fulfilments.append(made)
    return lines, refunds, fulfilments


@settings(max_examples=200, deadline=None)
@given(changed_lines(), st.booleans())
def test_quantities_are_sound_whatever_the_shop_tells(
    made: tuple[list[Json], list[Json], list[Json]], is_cancelled: bool
) -> None:
    lines, refunds, fulfilments = made
    cancelled = "2026-11-20T10:00:00Z" if is_cancelled else None
    order = understood(with_lines(*lines, refunds=refunds, fulfillments=fulfilments, cancelledAt=cancelled))
    if is_cancelled:
        assert all(line.cancelled == line.ordered - line.fulfilled for line in order.lines)


money = st.integers(1, 50_000).map(lambda cents: Decimal(cents) / 100)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(money, st.integers(1, 9), st.integers(0, 9), st.integers(0, 50)), min_size=1, max_size=4
    ),
    st.booleans(),
)
def test_parts_make_the_total_for_every_share_of_every_line(
    wanted: list[tuple[Decimal, int, int, int]], is_gross: bool
) -> None:
    """The shop rounds each share by itself, half up, as `currentTotalPriceSet` does in the sandbox."""
    lines, total, tax_total, cent = [], Decimal("4.90"), Decimal("0.78"), Decimal("0.01")
    for number, (price, quantity, kept, percent) in enumerate(wanted):
        kept = min(kept, quantity)
        taken = (price * quantity * percent / 100).quantize(cent)
        tax = ((price * quantity - taken) * Decimal("0.19")).quantize(cent)
        share = Decimal(kept) / quantity
        total += ((price * quantity - taken) * share).quantize(cent)
        tax_total += (tax * share).quantize(cent)
        lines.append(
            a_line(
                id=f"gid://shopify/LineItem/{number + 1}", quantity=quantity, currentQuantity=kept,
                originalUnitPriceSet=bag(str(price)), taxLines=[{"priceSet": bag(str(tax))}],
                discountAllocations=[{"allocatedAmountSet": bag(str(taken))}],
            )
        )  # fmt: skip
    total += Decimal(0) if is_gross else tax_total
    order = understood(
        with_lines(
            *lines,
            taxesIncluded=is_gross,
            currentTotalPriceSet=bag(str(total)),
            currentTotalTaxSet=bag(str(tax_total)),
        )
    )
    assert order.sum_of_parts == order.total
    assert all(line.total == line.tax == 0 for line in order.lines if line.cancelled == line.ordered)
