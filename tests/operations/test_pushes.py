"""The plan of a send: what goes, what stays and why; and the verbs that settle a push."""

from collections.abc import Callable
from typing import Any

import pytest

from stogly_tui.domain.gates import Refusal
from stogly_tui.domain.problems import InvalidInput
from stogly_tui.domain.states import HoldReason, PushState
from stogly_tui.model import database as db
from stogly_tui.model.tables import Channel, Order, Push
from stogly_tui.operations import orders, pushes
from tests.support.trade import ADA, Trade


@pytest.fixture
def order_id(trade: Trade) -> int:
    """One paid order that could be sent."""
    trade.place()
    trade.pull()
    return trade.ids()[0]


def change(table: Any, **values: Any) -> Callable[[Trade], None]:
    """Something that happened to a row since."""

    def work(_trade: Trade) -> None:
        with db.write(ADA):
            table.update(**values).execute()

    return work


def queued_as(state: PushState, **more: Any) -> Callable[[Trade], None]:
    """Its push has come this far."""

    def work(trade: Trade) -> None:
        trade.send()
        with db.write(ADA):
            Push.update(state=state, **more).execute()

    return work


REASONS: list[tuple[Callable[[Trade], None], Refusal]] = [
    (change(Order, is_at_shop=True), Refusal.AT_SHOP),
    (change(Order, intake="filtered"), Refusal.FILTERED),
    (change(Order, intake="failed"), Refusal.FAILED_INTAKE),
    (change(Order, intake="source_deleted"), Refusal.DELETED),
    (change(Order, intake="held", hold=HoldReason.MANUAL), Refusal.HELD),
    (change(Order, is_cancelled=True), Refusal.CANCELLED),
    (change(Order, source_change="cancel_requested"), Refusal.CANCEL_REQUESTED),
    (change(Channel, state="read_only"), Refusal.CHANNEL_NOT_LIVE),
    (change(Channel, destination=None), Refusal.NO_DESTINATION),
    (change(Channel, mode="fulfil_here"), Refusal.NO_DESTINATION),
    (queued_as(PushState.QUEUED), Refusal.ON_ITS_WAY),
    (queued_as(PushState.CLAIMED), Refusal.ON_ITS_WAY),
    (queued_as(PushState.SENDING), Refusal.ON_ITS_WAY),
    (queued_as(PushState.IN_DOUBT), Refusal.IN_DOUBT),
    (queued_as(PushState.SENT), Refusal.ALREADY_SENT),
    (queued_as(PushState.HANDLED_MANUALLY), Refusal.ALREADY_SENT),
    (queued_as(PushState.ERROR, may_exist=True), Refusal.MAY_BE_THERE),
]


@pytest.mark.parametrize(
    ("happens", "reason"), REASONS, ids=[f"{n}-{one[1].name}" for n, one in enumerate(REASONS)]
)
def test_what_stays_is_named_with_its_reason_and_is_not_sent(
    trade: Trade, order_id: int, happens: Callable[[Trade], None], reason: Refusal
) -> None:
    early = pushes.plan(ADA, [order_id])
    happens(trade)

    late = pushes.plan(ADA, [order_id])

    assert [(one.order_id, one.refusal) for one in late.skipped] == [(order_id, reason)]
    assert not late.items
    result = pushes.send(ADA, early)
    assert (result.queued, len(result.left_out)) == ((), 1)


def test_a_plan_changes_nothing_and_counts_what_goes(trade: Trade) -> None:
    placed = [trade.place(quantity=number) for number in (1, 2, 3)]
    trade.pull()

    plan = pushes.plan(ADA, trade.ids())

    assert {item.order_id for item in plan.items} == set(trade.ids())
    assert (plan.money, plan.per_channel) == ({"EUR": 12000}, {"Shop": 3})
    assert [(one.name, one.count) for one in plan.destinations] == [("Main", 3)]
    assert {trade.row(one).push_state for one in placed} == {PushState.NOT_SENT}


def test_a_plan_without_some_of_its_orders_counts_the_rest(trade: Trade) -> None:
    for number in (1, 2):
        trade.place(quantity=number)
    trade.pull()
    plan = pushes.plan(ADA, trade.ids())

    smaller = plan.without([plan.items[0].order_id])

    assert len(smaller.items) == 1
    assert smaller.destinations[0].count == 1
    assert pushes.send(ADA, smaller).queued == (smaller.items[0].order_id,)


def test_an_unpaid_order_is_sent_by_a_person_with_a_warning(trade: Trade) -> None:
    trade.place(set_paid=False, status="pending")
    trade.pull()

    plan = pushes.plan(ADA, trade.ids())

    assert plan.items[0].warnings == (Refusal.NOT_PAID,)
    assert not plan.without_unpaid().items
    assert pushes.send(ADA, plan).queued


def test_orders_that_look_alike_are_pointed_out(trade: Trade) -> None:
    for _ in range(2):
        trade.place()
    trade.pull()

    (doubtful,) = pushes.plan(ADA, trade.ids()).doubtful

    assert sorted(doubtful.order_ids) == sorted(trade.ids())
    assert "same buyer" in doubtful.why


def test_a_plan_is_applied_once(trade: Trade, order_id: int) -> None:
    plan = pushes.plan(ADA, [order_id])

    first, second = pushes.send(ADA, plan), pushes.send(ADA, plan)

    assert (first.queued, second.queued) == ((order_id,), ())


def test_an_order_that_was_refused_is_sent_again_after_its_repair(trade: Trade, order_id: int) -> None:
    trade.send()
    trade.fault("status", code=400, body='{"code":"rest_invalid_param","message":"Bad.","data":{"status":400}}',
                headers={"Content-Type": "application/json"})  # fmt: skip
    trade.push()
    orders.correct_address(ADA, order_id, {"city": "Aarhus"})

    trade.send()
    trade.push()

    assert trade.rows()[0].push_state is PushState.SENT
    assert len(trade.at_destination()) == 1


def test_a_push_that_waits_for_another_try_can_be_sent_now(trade: Trade, order_id: int) -> None:
    trade.send()
    trade.fault("status", code=429)
    trade.push()
    assert trade.rows()[0].push_state is PushState.RETRY_LATER
    trade.clock.advance(hours=2)

    trade.send()
    trade.push()

    assert trade.rows()[0].push_state is PushState.SENT


@pytest.mark.parametrize(
    ("call", "field", "words"),
    [
        (lambda id: pushes.handle_manually(ADA, id), "reason", "Give the destination's order id"),
        (lambda id: pushes.handle_manually(ADA, id, reason="by phone"), "order", "Send it first"),
        (
            lambda id: pushes.settle(ADA, id, is_there=True, reason="I looked"),
            "destination_id",
            "Give the order's id",
        ),
        (lambda id: pushes.settle(ADA, id, is_there=False, reason=" "), "reason", "Say where you looked"),
        (lambda id: pushes.send_anew(ADA, id, reason="x"), "order", "Send it first"),
        (lambda id: orders.hold(ADA, id, reason=""), "reason", "Say why"),
        (lambda id: orders.release(ADA, id), "order", "is not held"),
        (lambda id: orders.correct_address(ADA, id, {"town": "X"}), "town", "Parts are: name"),
        (lambda id: orders.correct_address(ADA, id, {"country": "Germany"}), "country", "two-letter code"),
        (
            lambda id: orders.map_sku(ADA, "Main", "TEE", " "),
            "destination_sku",
            "Give the SKU that Main uses",
        ),
        (lambda id: orders.map_sku(ADA, "Main", "TEE", "NONE"), "destination_sku", "create it there first"),
        (lambda id: orders.resolve("no-such"), "order", "CHANNEL/REMOTE_ID"),
    ],
)
def test_what_cannot_be_done_names_the_field_and_the_remedy(
    trade: Trade, order_id: int, call: Callable[[int], object], field: str, words: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        call(order_id)

    (problem,) = caught.value.problems
    assert problem.field == field
    assert words in str(problem)
