"""The two gates: what may enter, what may leave by rule, and what not even a person can send."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stogly_tui.domain.gates import (
    ImportFilter,
    OrderFacts,
    PushRule,
    Refusal,
    asks_to_cancel,
    may_leave,
    must_stay,
    warnings_for_a_person,
    why_filtered,
)
from stogly_tui.domain.orders import IncomingLine, IncomingOrder
from stogly_tui.domain.states import AutoSend, IntakeState, PaymentStatus, SendWhen

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
GOOD = OrderFacts(IntakeState.ACCEPTED, NOW - timedelta(hours=1), PaymentStatus.PAID, False, False, False)
OPEN = PushRule(AutoSend.ALWAYS, NOW - timedelta(days=1), SendWhen.PAID)

moments = st.integers(-10 * 86_400, 10 * 86_400).map(lambda seconds: NOW + timedelta(seconds=seconds))
facts = st.builds(
    OrderFacts,
    intake=st.sampled_from(IntakeState),
    placed_at=moments,
    payment=st.sampled_from(PaymentStatus),
    is_cancelled=st.booleans(),
    cancel_requested=st.booleans(),
    is_held=st.booleans(),
    unmanaged_skus=st.sampled_from([(), ("TEE",)]),
)
rules = st.builds(
    PushRule,
    auto_send=st.sampled_from(AutoSend),
    auto_send_from=st.one_of(st.none(), moments),
    send_when=st.sampled_from(SendWhen),
    import_delay=st.integers(0, 86_400),
)


@given(facts, rules)
def test_the_rule_never_sends_what_not_even_a_person_can(order: OrderFacts, rule: PushRule) -> None:
    if must_stay(order) is not None:
        assert may_leave(order, rule, NOW) is not None


@given(facts, rules)
def test_what_leaves_by_rule_keeps_every_promise_of_the_rule(order: OrderFacts, rule: PushRule) -> None:
    if may_leave(order, rule, NOW) is None:
        assert rule.auto_send is not AutoSend.OFF
        assert rule.auto_send_from is not None
        assert rule.auto_send_from <= order.placed_at <= NOW - timedelta(seconds=rule.import_delay)
        assert order.intake not in (IntakeState.HISTORY, IntakeState.FILTERED, IntakeState.FAILED)
        assert rule.send_when is SendWhen.COMMITTED or order.payment.is_paid
        assert not (rule.auto_send is AutoSend.MANAGED and order.unmanaged_skus)


@given(facts)
def test_a_cancelled_held_filtered_failed_or_deleted_order_stays_whoever_asks(order: OrderFacts) -> None:
    is_blocked = (
        order.is_cancelled or order.cancel_requested or order.is_held
        or order.intake in (IntakeState.FILTERED, IntakeState.FAILED, IntakeState.SOURCE_DELETED)
    )  # fmt: skip

    assert (must_stay(order) is not None) == is_blocked


@given(facts)
def test_a_person_is_told_of_what_the_rule_would_have_kept_back(order: OrderFacts) -> None:
    told = warnings_for_a_person(order)

    assert (Refusal.NOT_PAID in told) == (not order.payment.is_paid)
    assert (Refusal.HISTORY in told) == (order.intake is IntakeState.HISTORY)


@pytest.mark.parametrize(
    ("order", "rule", "expected"),
    [
        (GOOD, OPEN, None),
        (GOOD, replace(OPEN, auto_send=AutoSend.OFF), Refusal.MANUAL_ONLY),
        (GOOD, replace(OPEN, auto_send_from=None), Refusal.MANUAL_ONLY),
        (GOOD, replace(OPEN, auto_send_from=NOW), Refusal.BEFORE_AUTO_SEND),
        (GOOD, replace(OPEN, import_delay=7200), Refusal.SETTLING),
        (
            replace(GOOD, unmanaged_skus=("X",)),
            replace(OPEN, auto_send=AutoSend.MANAGED),
            Refusal.NOT_MANAGED,
        ),
        (replace(GOOD, unmanaged_skus=("X",)), OPEN, None),
        (replace(GOOD, payment=PaymentStatus.UNPAID), OPEN, Refusal.NOT_PAID),
        (replace(GOOD, payment=PaymentStatus.AUTHORISED), OPEN, Refusal.NOT_PAID),
        (replace(GOOD, payment=PaymentStatus.PARTIALLY_REFUNDED), OPEN, None),
        (replace(GOOD, payment=PaymentStatus.UNPAID), replace(OPEN, send_when=SendWhen.COMMITTED), None),
        (replace(GOOD, intake=IntakeState.HISTORY), OPEN, Refusal.HISTORY),
        (replace(GOOD, is_shipped=True), OPEN, Refusal.SHIPPED),
        (replace(GOOD, intake=IntakeState.FILTERED), OPEN, Refusal.FILTERED),
        (replace(GOOD, intake=IntakeState.FAILED), OPEN, Refusal.FAILED_INTAKE),
        (replace(GOOD, intake=IntakeState.SOURCE_DELETED), OPEN, Refusal.DELETED),
        (replace(GOOD, is_held=True), OPEN, Refusal.HELD),
        (replace(GOOD, is_cancelled=True), OPEN, Refusal.CANCELLED),
        (replace(GOOD, cancel_requested=True), OPEN, Refusal.CANCEL_REQUESTED),
    ],
)
def test_each_reason_of_the_rule_is_reached(
    order: OrderFacts, rule: PushRule, expected: Refusal | None
) -> None:
    assert may_leave(order, rule, NOW) is expected


def incoming(status: str = "processing", **more: object) -> IncomingOrder:
    given: dict[str, object] = {
        "remote_id": "1", "incarnation": "k", "number": "1", "currency": "EUR", "total": 100, "placed_at": NOW,
        "modified_at": NOW, "remote_status": status, "payment": PaymentStatus.PAID, "confirmed": True,
    }  # fmt: skip
    return IncomingOrder(**(given | more))  # type: ignore[arg-type]


def line(*, is_physical: bool = True) -> IncomingLine:
    return IncomingLine("1", "TEE", "Tee", 1, 100, is_physical=is_physical)


@pytest.mark.parametrize("order", [replace(incoming(), is_draft=True), replace(incoming(), is_trashed=True)])
def test_drafts_and_trash_never_enter(order: IncomingOrder) -> None:
    assert why_filtered(order, ImportFilter())


@pytest.mark.parametrize(
    ("statuses", "enters"),
    [(set(), True), ({"processing"}, True), ({"paid"}, True), ({"on-hold"}, False), ({"unpaid"}, False)],
)
def test_a_status_matches_by_the_channels_word_or_by_payment(statuses: set[str], enters: bool) -> None:
    assert (why_filtered(incoming(), ImportFilter(frozenset(statuses))) == "") is enters


def test_a_status_to_cancel_enters_so_that_it_can_cancel() -> None:
    rule = ImportFilter(frozenset({"on-hold"}), frozenset({"failed"}))
    order = incoming("failed", payment=PaymentStatus.UNPAID)

    assert why_filtered(order, rule) == ""
    assert asks_to_cancel(order, rule)


def test_a_mixed_order_enters_whole_where_only_physical_products_do() -> None:
    rule = ImportFilter(physical_only=True)

    assert why_filtered(incoming(lines=(line(is_physical=False),)), rule)
    assert not why_filtered(incoming(lines=(line(is_physical=False), line(is_physical=True))), rule)


@pytest.mark.parametrize(
    ("rule", "enters"),
    [
        (ImportFilter(financial_statuses=frozenset({"paid"})), True),
        (ImportFilter(financial_statuses=frozenset({"pending"})), False),
        (ImportFilter(fulfilment_statuses=frozenset({"unfulfilled"})), True),
        (ImportFilter(fulfilment_statuses=frozenset({"fulfilled", "partial"})), False),
        (ImportFilter(tags=frozenset({"b2b"})), True),
        (ImportFilter(tags=frozenset({"b2c"})), False),
    ],
)
def test_each_part_of_the_filter_asks_for_one_of_its_words(rule: ImportFilter, enters: bool) -> None:
    order = incoming(tags=("B2B ", "new"), lines=(line(),))

    assert (why_filtered(order, rule) == "") is enters


@pytest.mark.parametrize("word", ["authorised", "authorized", "on_hold"])
def test_words_of_the_channel_and_ours_both_match(word: str) -> None:
    order = incoming(payment=PaymentStatus.AUTHORISED, financial_status="on_hold")

    assert why_filtered(order, ImportFilter(financial_statuses=frozenset({word}))) == ""


def test_a_fulfilled_order_is_told_from_a_partial_one() -> None:
    two = replace(line(), ordered=2, fulfilled=1, shipped=1)
    partial, whole = incoming(lines=(two,)), incoming(lines=(replace(two, fulfilled=2, shipped=2),))

    assert why_filtered(partial, ImportFilter(fulfilment_statuses=frozenset({"partial"}))) == ""
    assert why_filtered(whole, ImportFilter(fulfilment_statuses=frozenset({"fulfilled"}))) == ""
    assert why_filtered(partial, ImportFilter(fulfilment_statuses=frozenset({"fulfilled"})))
