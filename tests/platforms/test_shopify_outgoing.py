"""What is sent to create an order, alone: it adds up to the total, and what cannot be sent is named before.

And what each answer to it means.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stogly_tui.domain.orders import Address
from stogly_tui.domain.outgoing import OutgoingCharge, OutgoingLine
from stogly_tui.domain.states import ChargeKind
from stogly_tui.platforms.base import Sku
from stogly_tui.platforms.errors import (
    AuthFailed,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    Unavailable,
)
from stogly_tui.platforms.shopify import outgoing
from stogly_tui.platforms.shopify.destination import ShopifyDestination
from stogly_tui.platforms.shopify.settings import ShopifySettings
from stogly_tui.platforms.shopify.values import amount
from tests.platforms.shopify_support import Json, scripted
from tests.platforms.support import an_order

SKUS = {name: Sku(name, "1", "2") for name in ("MUG-1", "TEE-1")}
amounts = st.integers(0, 100_000)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 40), amounts, st.integers(0, 5_000)), min_size=1, max_size=4),
    st.lists(
        st.tuples(st.sampled_from(list(ChargeKind)), st.integers(0, 3_000), st.integers(0, 500)), max_size=3
    ),
    st.integers(-2, 2),
)
def test_what_is_sent_adds_up_to_the_total(
    lines: list[tuple[int, int, int]], charges: list[tuple[ChargeKind, int, int]], rounding: int
) -> None:
    made = tuple(OutgoingLine("MUG-1", "Mug", quantity, net, tax) for quantity, net, tax in lines)
    others = tuple(OutgoingCharge(kind, "", net, tax) for kind, net, tax in charges)
    total = max(
        sum(one.total + one.tax for one in made) + sum(one.amount + one.tax for one in others) + rounding, 0
    )
    order = an_order(lines=made, charges=others, total=total)
    sent = outgoing.variables(
        order, SKUS, inventory="bypass", mails_buyer=False, is_defined=True, now=datetime.now(UTC)
    )["order"]

    def minor(bag: Json) -> int:
        return int(amount(bag["shopMoney"]["amount"]) * 100)

    paid = sum(minor(line["priceSet"]) * line["quantity"] for line in sent["lineItems"])
    paid += sum(minor(line["priceSet"]) for line in sent["shippingLines"])
    paid -= minor(sent["discountCode"]["itemFixedDiscountCode"]["amountSet"]) if "discountCode" in sent else 0
    assert paid == total
    assert sum(line["quantity"] for line in sent["lineItems"]) == sum(one.quantity for one in made)
    for line in sent["lineItems"]:
        assert minor(line["priceSet"]) >= 0
        tax = sum(minor(one["priceSet"]) for one in line.get("taxLines", ()))
        assert tax <= minor(line["priceSet"]) * line["quantity"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lines": (), "charges": (), "total": 0}, "lines"),
        ({"lines": (OutgoingLine("NO", "No", 1, 12990, 0),), "charges": ()}, "sku"),
        ({"lines": (OutgoingLine("", "No", 1, 12990, 0),), "charges": ()}, "sku"),
        ({"lines": (OutgoingLine("MUG-1", "Mug", 0, 12990, 0),), "charges": ()}, "quantity"),
        ({"lines": (OutgoingLine("MUG-1", "Mug", 1, -5, 0),), "charges": (), "total": -5}, "total"),
        ({"total": 5000}, "total"),
        ({"currency": "USD"}, "currency"),
        ({"currency": "euro"}, "currency"),
        ({"shipping": Address(line1="Weg 1", city="Berlin")}, "shipping.country"),
        ({"shipping": Address(line1="Weg 1", country="Germany")}, "shipping.country"),
        ({"email": "not an address"}, "email"),
        ({"reference": ""}, "reference"),
        ({"reference": "é"}, "reference"),
    ],
)
def test_what_the_shop_would_refuse_is_named_before_it_is_sent(changes: Json, field: str) -> None:
    told = outgoing.problems_with(an_order(**changes), SKUS, "EUR")
    assert [problem.field for problem in told] == [field]
    assert outgoing.problems_with(an_order(), SKUS, "EUR") == []


def test_a_province_that_is_no_code_is_sent_as_a_name() -> None:
    where = replace(an_order().shipping, region="Bayern")
    order = an_order(shipping=where, billing=replace(where, region="BY"))
    made = outgoing.variables(
        order, SKUS, inventory="bypass", mails_buyer=False, is_defined=False, now=datetime.now(UTC)
    )["order"]
    assert made["shippingAddress"]["province"] == "Bayern"
    assert made["billingAddress"]["provinceCode"] == "BY"
    assert "metafields" not in made


def test_an_order_placed_in_the_future_by_another_clock_is_processed_now() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    made = outgoing.variables(
        an_order(placed_at=now + timedelta(hours=1)), SKUS, inventory="bypass", mails_buyer=False, is_defined=True, now=now
    )  # fmt: skip
    assert made["order"]["processedAt"] == "2026-11-20T00:00:00Z"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ({"errors": [{"message": "x", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}, OutcomeUnknown),
        ({"data": None, "errors": [{"message": "x"}]}, OutcomeUnknown),
        ({"data": {"orderCreate": None}, "errors": [{"message": "x", "path": ["orderCreate"],
          "extensions": {"code": "ACCESS_DENIED"}}]}, AuthFailed),
        ({"data": {"orderCreate": None}, "errors": [{"message": "x", "path": ["orderCreate", "order", "email"],
          "extensions": {"code": "ACCESS_DENIED"}}]}, OutcomeUnknown),
        ({"errors": [{"message": "x", "extensions": {"code": "undefinedField"}}]}, Rejected),
        ({"errors": [{"message": "x", "extensions": {"code": "INVALID_VARIABLE"}}]}, Rejected),
        ({"errors": [{"message": "x", "extensions": {"code": "MAX_COST_EXCEEDED"}}]}, Unavailable),
        ({"errors": [{"message": "x", "extensions": {"code": "SHOP_INACTIVE"}}]}, Unavailable),
        ({"data": {"orderCreate": {"order": None, "userErrors": []}}}, OutcomeUnknown),
        ({"data": {"orderCreate": {"order": {"id": "x"}, "userErrors": []}}}, OutcomeUnknown),
        ({"data": {"orderCreate": {"order": None, "userErrors": [{"field": ["order", "email"], "code": "INVALID",
          "message": "is invalid"}]}}}, Rejected),
        ({"data": {"orderCreate": {"order": None, "userErrors": [{"field": None, "code": None,
          "message": "Exceeded 5 orders per minute"}]}}}, RateLimited),
        ({"status": 500, "errors": "x"}, OutcomeUnknown),
        ({"status": 503, "errors": "x"}, OutcomeUnknown),
        ({"status": 408, "errors": "x"}, OutcomeUnknown),
        ({"status": 429, "errors": "x"}, RateLimited),
        ({"status": 402, "errors": "Unavailable Shop"}, Unavailable),
        ({"status": 423, "errors": "Locked"}, Unavailable),
        ({"status": 403, "errors": "x"}, AuthFailed),
        ({"status": 400, "errors": {"query": "x"}}, Rejected),
        ({"status": 418, "tea": 1}, OutcomeUnknown),
    ],
)  # fmt: skip
def test_what_each_answer_to_a_create_means(reply: Json, kind: type[PlatformError]) -> None:
    """The closed list of domain.md, Push rule 4: all that is not on it may have been done."""
    client, _ = scripted([dict(reply)])
    there = ShopifyDestination(client, ShopifySettings(), {"reference_is_defined": True}, "EUR")
    with pytest.raises(PlatformError) as error:
        there.create(an_order(), SKUS, gate=lambda: True, timeout=5)
    assert type(error.value) is kind or (isinstance(error.value, kind) and kind is Unavailable)
    assert error.value.exchange is not None


def test_a_refusal_names_its_field_and_code() -> None:
    errors = [{"field": ["order", "lineItems", "0"], "code": "INVENTORY_CLAIM_FAILED", "message": "no stock"}]
    client, _ = scripted([{"data": {"orderCreate": {"order": None, "userErrors": errors}}}])
    there = ShopifyDestination(client, ShopifySettings(), {"reference_is_defined": True}, "EUR")
    with pytest.raises(Rejected, match="no stock") as refused:
        there.create(an_order(), SKUS, gate=lambda: True, timeout=5)
    assert (refused.value.remote_code, refused.value.field) == ("INVENTORY_CLAIM_FAILED", "order.lineItems.0")
    assert not refused.value.may_exist


def test_a_trial_shop_that_takes_no_more_orders_is_waited_for() -> None:
    errors = [{"field": None, "code": None, "message": "Too many attempts. Please try again later."}]
    client, _ = scripted([{"data": {"orderCreate": {"order": None, "userErrors": errors}}}])
    there = ShopifyDestination(client, ShopifySettings(), {"reference_is_defined": True}, "EUR")
    with pytest.raises(RateLimited) as limited:
        there.create(an_order(), SKUS, gate=lambda: True, timeout=5)
    assert limited.value.retry_after == 60
