"""Situations in which something was sent, lost or stuck although no single rule was broken; each has its way out."""

from datetime import timedelta

import pytest

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.problems import InvalidInput
from stogly_tui.domain.states import ChannelRole, IntakeState, PushState, SourceChange
from stogly_tui.model import database as db
from stogly_tui.model.queries import runs
from stogly_tui.model.tables import Channel, SyncRun
from stogly_tui.operations import channels, orders, pushes
from stogly_tui.sync import intake
from stogly_tui.sync import push as push_job
from tests.support.trade import ADA, FAST, Trade, make_store

REFUSAL = '{"code":"x","message":"No.","data":{"status":400}}'


def sent_order(trade: Trade) -> int:
    placed = trade.place()
    trade.pull()
    trade.send([trade.row(placed).id])
    trade.push()
    return placed


def test_a_draft_of_an_order_that_was_cancelled_meanwhile_is_not_completed(trade: Trade) -> None:
    placed = trade.place()
    trade.pull()
    trade.send()
    trade.fault("half_made")
    trade.push()
    trade.later_at_shop()
    trade.shop.orders.update(placed, {"status": "cancelled"})
    trade.pull()

    trade.look()

    (there,) = trade.at_destination(placed)
    assert there["status"] != "processing"
    row = trade.row(placed)
    assert (row.push_state, row.destination_id) == (PushState.ERROR, str(there["id"]))


def test_a_draft_that_cannot_be_completed_keeps_no_other_order_back(trade: Trade) -> None:
    sent_order(trade)
    poison = trade.place()
    trade.pull()
    trade.send()
    trade.fault("half_made")
    trade.push()
    trade.fault("status", on="PUT /orders/{id}", code=400, times=None,
                body=REFUSAL, headers={"Content-Type": "application/json"})  # fmt: skip
    healthy = trade.place()
    trade.pull()
    trade.send([trade.row(healthy).id])

    trade.look()
    trade.push()

    assert trade.row(healthy).push_state is PushState.SENT
    assert trade.row(poison).push_state is PushState.ERROR
    assert trade.row(poison).destination_id


def test_one_lane_that_fails_does_not_stop_a_destination(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(12):
        trade.place()
    trade.pull()
    trade.send()
    real, calls = push_job._keep_and_start, []

    def fails_once(*args: object) -> object:
        calls.append(args)
        if len(calls) == 2:
            raise db.DatabaseUnreachable("database is locked")
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(push_job, "_keep_and_start", fails_once)
    with pytest.raises(db.DatabaseUnreachable):
        trade.push()

    trade.push()
    trade.until_settled()

    assert len(trade.at_destination()) == 12


def test_a_new_generation_wants_every_order_with_our_reference_to_be_gone(trade: Trade) -> None:
    placed = trade.place()
    trade.pull()
    trade.send()
    trade.fault("drop_reply_after_commit")
    trade.push()
    (first,) = trade.at_destination(placed)
    second = trade.destination.orders.create({"created_via": first["created_via"], "set_paid": True})
    trade.look()
    trade.destination.orders.update(first["id"], {"status": "cancelled"})
    order_id = trade.row(placed).id

    with pytest.raises(InvalidInput, match=f"order {second} lives"):
        pushes.send_anew(ADA, order_id, reason="first one cancelled")

    trade.destination.orders.trash(second)
    pushes.send_anew(ADA, order_id, reason="both are gone")
    assert trade.row(placed).push_state is PushState.QUEUED


def test_a_sent_order_that_is_gone_there_can_be_sent_anew(trade: Trade) -> None:
    placed = sent_order(trade)
    trade.destination.orders.delete(int(trade.row(placed).destination_id))

    pushes.send_anew(ADA, trade.row(placed).id, reason="deleted by mistake")
    trade.push()

    assert len(trade.at_destination(placed)) == 1
    assert trade.row(placed).push_state is PushState.SENT


def test_sending_anew_what_may_not_leave_changes_nothing(trade: Trade) -> None:
    placed = sent_order(trade)
    trade.destination.orders.delete(int(trade.row(placed).destination_id))
    trade.later_at_shop()
    trade.shop.orders.update(placed, {"status": "cancelled"})
    trade.pull()

    with pytest.raises(InvalidInput, match="may not leave"):
        pushes.send_anew(ADA, trade.row(placed).id, reason="try")

    assert trade.row(placed).push_state is PushState.SENT


def test_an_error_that_may_be_there_can_be_settled_as_absent(trade: Trade) -> None:
    placed = trade.place()
    trade.pull()
    trade.send()
    trade.fault("drop_before_commit")
    trade.push()
    order_id = trade.row(placed).id
    from stogly_tui.model.tables import Push

    with db.write(ADA):
        Push.update(state=PushState.ERROR, may_exist=True, error_code=ErrorCode.NO_END).execute()

    pushes.settle(ADA, order_id, is_there=False, reason="looked at Main, not there")
    trade.push()

    assert trade.row(placed).push_state is PushState.SENT


def test_a_hold_by_hand_outlives_everything_the_channel_says(trade: Trade) -> None:
    placed = trade.place()
    trade.pull()
    order_id = trade.row(placed).id
    orders.hold(ADA, order_id, reason="customer rang")
    orders.release(ADA, order_id)
    orders.hold(ADA, order_id, reason="rang again")
    trade.later_at_shop()
    trade.shop.orders.update(placed, {"customer_note": "changed"})

    trade.pull()

    assert trade.row(placed).intake is IntakeState.HELD


def test_lines_without_a_sku_are_refused_by_name_and_never_mapped_together(trade: Trade) -> None:
    trade.shop.products.create({"name": "Gift wrap", "sku": "", "regular_price": "2.00"})
    product = next(one for one in trade.shop.products.all() if one["name"] == "Gift wrap")
    placed = trade.place(line_items=[{"product_id": product["id"], "quantity": 1}])
    trade.pull()
    trade.send()
    trade.push()

    row = trade.row(placed)
    assert row.push_code is ErrorCode.SKU_MISSING
    assert "Gift wrap" in row.push_text
    with pytest.raises(InvalidInput, match="blank"):
        orders.map_sku(ADA, "Main", "", "MUG")


def test_orders_of_a_destination_that_was_removed_go_to_the_next_one(trade: Trade) -> None:
    placed = trade.place()
    trade.pull()
    trade.send()
    channels.remove(ADA, "Main")
    other = make_store(trade.sandbox, "other")
    trade.add("Other", other, ChannelRole.DESTINATION, settings=FAST)
    channels.change(ADA, "Shop", settings={"destination": "Other"})

    trade.send()
    push_job.drain(trade.context, trade.channel("Other").id)

    assert trade.row(placed).push_state is PushState.SENT
    assert trade.row(placed).destination_channel == "Other"


def test_a_cancel_that_the_buyer_takes_back_is_no_longer_asked_for(trade: Trade) -> None:
    placed = sent_order(trade)
    for seconds, status in ((5, "cancelled"), (10, "processing")):
        trade.later_at_shop(seconds)
        trade.shop.orders.update(placed, {"status": status})
        trade.pull()
        expected = SourceChange.CANCEL_REQUESTED if status == "cancelled" else SourceChange.NONE
        assert trade.row(placed).source_change is expected


def test_a_person_settles_a_change_at_the_source(trade: Trade) -> None:
    placed = sent_order(trade)
    trade.later_at_shop()
    trade.shop.orders.update(placed, {"status": "cancelled"})
    trade.pull()

    orders.resolve_change(ADA, trade.row(placed).id, decision="cancelled at Main too")

    assert trade.row(placed).source_change is SourceChange.NONE


def test_a_cancel_status_that_is_set_later_cancels_what_is_here(trade: Trade) -> None:
    placed = trade.place(status="on-hold", set_paid=False)
    trade.pull()
    trade.send()

    channels.change(ADA, "Shop", settings={"cancel_statuses": "cancelled, on-hold"})
    trade.push()

    assert trade.at_destination() == []
    assert trade.row(placed).push_state is PushState.NOT_SENT


def test_orders_read_while_go_live_is_pressed_count(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.write(ADA):
        Channel.update(orders_from=None).where(Channel.name == "Shop").execute()
    placed = trade.place()
    real = intake.store_page

    def live_meanwhile(*args: object, **more: object) -> object:
        with db.write(ADA):
            Channel.update(orders_from=0).where(Channel.name == "Shop").execute()
        return real(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "store_page", live_meanwhile)
    trade.pull()

    assert trade.row(placed).intake is IntakeState.ACCEPTED


def test_our_own_limiter_uses_up_no_tries(trade: Trade) -> None:
    placed = [trade.place() for _ in range(6)]
    trade.pull()
    trade.send()
    for _ in range(4):
        trade.fault("status", code=429, headers={"Retry-After": "1"})
        trade.push()
        trade.clock.advance(minutes=31)
    trade.until_settled()

    assert {trade.row(one).push_state for one in placed} == {PushState.SENT}


def test_a_look_up_that_is_refused_is_told_and_tried_again_later(trade: Trade) -> None:
    placed = trade.place()
    trade.pull()
    trade.send()
    trade.fault("status", on="GET /products", code=400, times=None,
                body=REFUSAL, headers={"Content-Type": "application/json"})  # fmt: skip

    trade.push()

    assert "No." in trade.row(placed).push_text
    with db.read():
        assert any(entry.level == "error" for entry in runs.entries())
        assert runs.latest(1)[0].state == "failed"
    trade.sandbox.faults.clear()
    trade.clock.advance(minutes=3)
    trade.push()
    assert trade.row(placed).push_state is PushState.SENT


def test_an_intake_run_of_a_process_that_ended_does_not_run_for_ever(trade: Trade) -> None:
    with db.write(ADA) as tx:
        SyncRun.insert(
            channel=trade.channel("Shop").id, type="orders", state="running", token="gone", asked_at=tx.at,
            started_at=tx.at - timedelta(hours=1),
        ).execute()  # fmt: skip

    intake.end_abandoned()

    with db.read():
        assert runs.latest(1)[0].state == "interrupted"
