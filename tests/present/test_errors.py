"""Every error says what happened and what to do; text from outside is never read as a template."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.states import (
    ChannelHealth,
    HoldReason,
    IntakeState,
    OrderStatus,
    PaymentStatus,
    PushState,
    PushWord,
    SourceChange,
)
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.present import words
from stogly_tui.present.catalogue import CATALOGUE, HEALTH, HOLDS, fill
from stogly_tui.present.errors import error_text, explain, of_code, short_error, sku_named, steps

AT = datetime(2026, 11, 13, 8, 2, tzinfo=UTC)
HOLES = {"destination", "channel", "detail", "sku", "field", "number", "next_look"}

ROW = OrderRow(
    id=1, number="SHOP-1042", channel_id=1, channel="Woo Retail", platform="woocommerce", remote_id="1042",
    placed_at=AT, modified_at=AT, customer="Mia Jensen", email="mia@example.com", items=3, total=12990,
    currency="EUR", payment=PaymentStatus.PAID, status=OrderStatus.PROCESSING, intake=IntakeState.ACCEPTED,
    intake_reason="", hold=None, source_change=SourceChange.NONE, remote_status="processing", ship_by=None,
    revision=1, push_id=1, push_state=PushState.NOT_SENT, push_code=None, push_text="", push_field="",
    push_may_exist=False, destination_channel="Woo Main", destination_id="", destination_number="", tries=0,
    due_at=None, next_look_at=None, sent_at=None, is_at_shop=False,
)  # fmt: skip


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_code_says_what_happened_and_what_to_do(code: ErrorCode) -> None:
    explanation = CATALOGUE[code]

    assert explanation.says
    assert explanation.because
    assert explanation.next_step
    named = re.findall(r"\{(\w*)\}", explanation.says + explanation.because + explanation.next_step)
    assert set(named) <= HOLES


def test_every_hold_and_every_health_is_explained() -> None:
    assert set(HOLDS) == set(HoldReason)
    assert set(HEALTH) == set(ChannelHealth)


@pytest.mark.parametrize("state", list(PushState))
@pytest.mark.parametrize("intake", list(IntakeState))
def test_every_order_is_explained_without_holes(state: PushState, intake: IntakeState) -> None:
    row = replace(ROW, push_state=state, intake=intake)

    told = explain(row)

    assert told.says
    assert "{" not in told.says + told.because + told.next_step
    assert short_error(row).startswith(words.push_short(row).glyph)


def test_an_error_names_the_destination_and_the_sku() -> None:
    row = replace(
        ROW, push_state=PushState.ERROR, push_code=ErrorCode.SKU_NOT_AT_DESTINATION,
        push_text='Woo Main has no SKU "SOCK-5P"', push_field="sku",
    )  # fmt: skip

    told = explain(row)

    assert told.code == "SKU-NOT-AT-DEST"
    assert told.says == 'SKU "SOCK-5P" is unknown at Woo Main.'
    assert [step.key for step in steps(row)] == ["m", "R", "h"]


def test_text_from_outside_is_no_template() -> None:
    assert fill("{detail} at {destination}", {"detail": "{destination}{0.__class__}"}) == (
        "{destination}{0.__class__} at the destination"
    )


def test_text_from_outside_brings_no_control_character() -> None:
    row = replace(
        ROW, push_state=PushState.ERROR, push_code=ErrorCode.REJECTED, push_text="no\x1b]52;c;eA==\x07\u202e"
    )

    assert explain(row).says.isprintable()


def test_an_order_that_may_be_there_is_looked_up_not_sent_again() -> None:
    row = replace(
        ROW, push_state=PushState.ERROR, push_code=ErrorCode.DIFFERENT_AT_DESTINATION, push_may_exist=True
    )

    assert "R" not in [step.key for step in steps(row)]


def test_an_unknown_code_is_still_said() -> None:
    assert of_code("SOME-NEW-CODE", detail="a sentence").says == "a sentence"


def test_only_what_went_wrong_has_an_error_text() -> None:
    assert error_text(ROW) is None
    assert error_text(replace(ROW, push_state=PushState.IN_DOUBT)) == (
        "OUTCOME-UNKNOWN: It is unknown whether Woo Main took the order."
    )


@pytest.mark.parametrize(
    ("text", "field", "sku"),
    [('no SKU "A B"', "", "A B"), ("sku 'X'", "", "X"), ("anything", "sku:Y-1", "Y-1"), ("nothing", "", "")],
)
def test_the_sku_of_an_error_is_found(text: str, field: str, sku: str) -> None:
    assert sku_named(text, field) == sku


@pytest.mark.parametrize("state", list(PushState))
@pytest.mark.parametrize("intake", list(IntakeState))
def test_push_status_fits_its_column_and_agrees_with_its_word(state: PushState, intake: IntakeState) -> None:
    row = replace(ROW, push_state=state, intake=intake)
    look = words.push_short(row)

    assert len(look.text) <= 11
    assert look.glyph in "+->H!?."
    if state.word is PushWord.ERROR:
        assert look.word == "Error"
    if state.word is PushWord.SENT:
        assert look.word.startswith("Sent")


@pytest.mark.parametrize("status", list(OrderStatus))
@pytest.mark.parametrize("change", list(SourceChange))
def test_a_status_fits_its_column(status: OrderStatus, change: SourceChange) -> None:
    assert len(words.status_short(replace(ROW, status=status, source_change=change)).word) <= 10


@pytest.mark.parametrize("payment", list(PaymentStatus))
def test_a_payment_fits_its_column(payment: PaymentStatus) -> None:
    assert len(words.PAYMENT_SHORT[payment]) <= 6
