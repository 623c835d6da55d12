"""Orders in, by the run rules of the domain."""

from datetime import timedelta

import pytest

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.states import (
    HoldReason,
    IntakeState,
    OrderStatus,
    PaymentStatus,
    RunState,
    SourceChange,
)
from stogly_tui.model import database as db
from stogly_tui.model.queries import runs, work
from stogly_tui.operations import channels, flows, orders, pulls
from stogly_tui.sync import intake
from tests.support.trade import ADA, Crash, Trade


def test_an_order_is_stored_once_with_lines_charges_and_addresses(trade: Trade) -> None:
    placed = trade.place(
        quantity=2, shipping_lines=[{"method_id": "flat_rate", "method_title": "Post", "total": "4.90"}]
    )

    run = trade.pull()

    assert (run.state, run.seen, run.created) == (RunState.FINISHED, 1, 1)
    detail = trade.detail(placed)
    assert [(line.sku, line.ordered, line.total) for line in detail.lines] == [("TEE", 2, 4000)]
    assert [(charge.kind, charge.amount) for charge in detail.charges] == [("shipping", 490)]
    assert detail.row.total == 4490
    assert detail.shipping.city == "Kobenhavn"
    assert detail.row.payment is PaymentStatus.PAID
    assert b'"id":' in detail.payload


def test_pulling_twice_creates_nothing_the_second_time(trade: Trade) -> None:
    for _ in range(3):
        trade.place()

    first, second = trade.pull(), trade.pull()

    assert (first.created, second.created) == (3, 0)
    assert second.seen == second.unchanged
    assert len(trade.ids()) == 3


def test_a_change_at_the_shop_updates_the_order_and_its_status(trade: Trade) -> None:
    placed = trade.place()
    trade.pull()
    trade.later_at_shop()
    trade.shop.orders.update(placed, {"status": "completed"})

    run = trade.pull()

    assert run.updated == 1
    assert trade.row(placed).status is OrderStatus.SHIPPED


def test_older_news_never_overwrites_newer(trade: Trade) -> None:
    placed = trade.place()
    old = trade.shop.orders.rendered(placed)
    trade.later_at_shop()
    trade.shop.orders.update(placed, {"status": "completed"})
    trade.pull()

    channel = trade.channel("Shop")
    with trade.context.connected(channel) as line:
        assert line.orders is not None
        intake.drain(trade.context, channel.id)
        token = trade.context.token()
        intake.store_one(trade.context, channel, line.orders.read_again(old), token)

    assert trade.row(placed).status is OrderStatus.SHIPPED


def test_two_versions_of_one_second_are_decided_by_a_fresh_read(trade: Trade) -> None:
    frozen = 1_790_000_000.0
    trade.shop.clock = lambda: frozen
    placed = trade.place()
    trade.pull()
    trade.shop.orders.update(placed, {"customer_note": "leave it at the door"})

    trade.pull()

    assert trade.detail(placed).note == "leave it at the door"


def test_a_record_that_cannot_be_understood_stops_no_other_and_is_kept(trade: Trade) -> None:
    first, second = trade.place(), trade.place()
    trade.fault("wrong_types", on="GET /orders", store=trade.shop.slug, times=1)

    trade.pull()
    trade.pull()

    assert {trade.row(first).intake, trade.row(second).intake} <= {IntakeState.ACCEPTED, IntakeState.FAILED}


def test_a_page_that_fails_never_looks_like_the_end_of_the_list(trade: Trade) -> None:
    for _ in range(3):
        trade.place()
    trade.fault("status", on="GET /orders", store=trade.shop.slug, code=503, times=None)

    run = trade.pull()

    assert run.state is RunState.FAILED
    with db.read():
        assert work.cursor(trade.channel("Shop").id, "live") is None
    trade.sandbox.faults.clear()
    trade.heal("Shop")
    assert trade.pull().created == 3


def test_a_failing_channel_waits_unreachable_and_comes_back_by_itself(trade: Trade) -> None:
    trade.place()
    trade.fault("status", on="*", store=trade.shop.slug, code=503, times=None)
    trade.pull()

    assert trade.channel("Shop").shown_state == "unreachable"

    trade.sandbox.faults.clear()
    trade.heal("Shop")

    assert trade.channel("Shop").shown_state == "active"


def test_keys_that_are_refused_need_sign_in_and_nothing_else_stops(trade: Trade) -> None:
    trade.fault("expired_key", on="*", store=trade.shop.slug, times=None)

    run = trade.pull()

    assert (run.state, run.error_code) == (RunState.FAILED, ErrorCode.AUTH_FAILED)
    assert trade.channel("Shop").shown_state == "needs_sign_in"
    assert trade.channel("Main").shown_state == "active"


def test_the_cursor_never_passes_the_clock_of_the_reply(trade: Trade) -> None:
    trade.later_at_shop(86_400)
    trade.place()
    trade.later_at_shop(0)
    trade.pull()

    with db.read():
        cursor = work.cursor(trade.channel("Shop").id, "live")
        assert cursor is not None
        assert cursor <= db.now() + timedelta(seconds=2)


def test_trashing_at_the_shop_is_seen(trade: Trade) -> None:
    placed = trade.place()
    trade.pull()
    trade.later_at_shop()
    trade.shop.orders.trash(placed)

    trade.pull()

    assert trade.row(placed).intake is IntakeState.SOURCE_DELETED


def test_drafts_are_stored_as_filtered_and_findable(trade: Trade) -> None:
    placed = trade.place(status="checkout-draft", set_paid=False)

    run = trade.pull()

    assert run.filtered == 1
    assert trade.row(placed).intake is IntakeState.FILTERED
    assert orders.resolve(f"Shop/{placed}").remote_id == str(placed)


def test_a_filter_that_changes_judges_stored_orders_again(trade: Trade) -> None:
    placed = trade.place()
    trade.pull()
    channels.change(ADA, "Shop", settings={"import_statuses": "on-hold"})
    assert trade.row(placed).intake is IntakeState.FILTERED

    channels.change(ADA, "Shop", settings={"import_statuses": ""})

    assert trade.row(placed).intake is IntakeState.ACCEPTED


def test_an_order_whose_parts_do_not_make_its_total_is_held_and_can_be_released(trade: Trade) -> None:
    placed = trade.place()
    record = trade.shop.orders.record(placed)
    record["total"] = type(record["total"])("99.99")
    trade.shop.orders.forget_rendered()
    run = trade.pull()

    row = trade.row(placed)
    assert (run.held, row.intake, row.hold) == (1, IntakeState.HELD, HoldReason.TOTAL_MISMATCH)
    assert not trade.send().queued

    orders.release(ADA, row.id, reason="agreed with the shop")

    assert trade.send().queued == (row.id,)


def test_our_own_push_read_back_is_an_echo(trade: Trade) -> None:
    trade.place()
    trade.pull()
    trade.send()
    trade.push()
    with db.write(ADA):
        pass
    from stogly_tui.model.tables import Channel, Flow

    with db.write(ADA) as tx:
        Channel.update(role="both", orders_from=0).where(Channel.name == "Main").execute()
        Flow.insert(channel=trade.channel("Main").id, type="orders", name="Orders").execute()
        tx.changed("channel")
    pulls.pull_now(ADA, ["Main"])
    served = intake.drain(trade.context, trade.channel("Main").id)

    assert pulls.results(served)[0].created == 0
    echo = next(row for row in trade.rows() if row.channel == "Main")
    assert echo.intake is IntakeState.FILTERED
    assert "our own push" in echo.intake_reason


def test_an_id_that_is_given_to_another_order_makes_another_order_with_a_problem(trade: Trade) -> None:
    placed = trade.place()
    trade.pull()
    record = trade.shop.orders.record(placed)
    record["order_key"] = "wc_order_somethingelse"
    trade.later_at_shop()
    trade.shop.orders.update(placed, {"customer_note": "another buyer"})

    trade.pull()

    same_id = [row for row in trade.rows() if row.remote_id == str(placed)]
    assert len(same_id) == 2
    assert {row.hold for row in same_id} == {None, HoldReason.CONFLICT}


@pytest.mark.parametrize("step", ["part stored", "page stored"])
def test_a_crash_in_a_pull_loses_and_doubles_nothing(trade: Trade, step: str) -> None:
    for _ in range(4):
        trade.place()
    trade.crash_after = step
    with pytest.raises(Crash):
        trade.pull()
    trade.restart()

    trade.pull()

    assert len(trade.ids()) == 4
    with db.read():
        states = [run.state for run in runs.latest()]
    assert states == [RunState.FINISHED, RunState.INTERRUPTED]


def test_a_pull_that_finds_another_process_at_it_leaves_what_is_asked_due(trade: Trade) -> None:
    from stogly_tui.model.transitions import leases

    channel = trade.channel("Shop")
    with db.write(ADA) as tx:
        leases.take(tx, f"intake:{channel.id}", "elsewhere:1:x", timedelta(minutes=1))
    trade.place()
    pulls.pull_now(ADA, ["Shop"])

    assert intake.drain(trade.context, channel.id) == []
    trade.clock.advance(minutes=2)
    assert trade.drain_intake()[0].created == 1


def test_a_trigger_reads_one_order_and_a_later_asking_stays_due(trade: Trade) -> None:
    placed = trade.place()
    pulls.pull_order(ADA, "Shop", str(placed))

    trade.drain_intake()

    assert trade.row(placed).intake is IntakeState.ACCEPTED
    with db.read():
        assert work.due_triggers(trade.channel("Shop").id, db.now()) == []


def test_the_daily_refetch_finds_what_was_missed_and_says_so(trade: Trade) -> None:
    trade.later_at_shop(-3600)
    first, second = trade.place(), trade.place()
    trade.later_at_shop(0)
    trade.pull()
    from stogly_tui.model.tables import Charge, Order, OrderAddress, OrderLine

    missed = trade.row(second).id
    with db.write(ADA):
        for table in (OrderLine, Charge, OrderAddress):
            table.delete().where(table.order == missed).execute()
        Order.delete().where(Order.id == missed).execute()
    flow = flows.add(ADA, "Shop", "orders_daily", settings={"timeframe_days": "7"})
    flows.start(ADA, flow.id)
    trade.clock.advance(seconds=5)

    run = trade.drain_intake()[-1]

    assert (run.state, run.found_missing) == (RunState.FINISHED, 1)
    assert {row.remote_id for row in trade.rows()} == {str(first), str(second)}
    with db.read():
        assert [entry.entity for entry in runs.entries() if entry.code == "FOUND-MISSING"] == [str(second)]


def test_a_read_only_channel_takes_everything_as_history_and_go_live_splits_it(
    trade: Trade,
) -> None:
    from stogly_tui.model.tables import Channel
    from stogly_tui.operations import go_live

    placed = trade.place()
    with db.write(ADA):
        Channel.update(state="read_only", orders_from=None).where(Channel.name == "Shop").execute()
    trade.pull()
    assert trade.row(placed).intake is IntakeState.HISTORY

    plan = go_live.plan_go_live(ADA, "Shop", trade.row(placed).placed_at)
    assert (plan.history, plan.taken_in, plan.sent) == (0, 1, 0)
    go_live.go_live(ADA, plan)

    assert trade.row(placed).intake is IntakeState.ACCEPTED


def test_a_cancel_at_the_shop_after_sending_is_a_request_and_before_sending_keeps_it_back(
    trade: Trade,
) -> None:
    sent, waiting = trade.place(), trade.place()
    trade.pull()
    trade.send([trade.row(sent).id])
    trade.push()
    trade.send([trade.row(waiting).id])
    trade.later_at_shop()
    for remote_id in (sent, waiting):
        trade.shop.orders.update(remote_id, {"status": "cancelled"})

    trade.pull()
    trade.push()

    assert trade.detail(sent).row.source_change is SourceChange.CANCEL_REQUESTED
    assert trade.row(waiting).status is OrderStatus.CANCELLED
    assert len(trade.at_destination()) == 1


def test_many_records_that_were_told_of_are_read_together(trade: Trade) -> None:
    placed = [trade.place() for _ in range(40)]
    for remote_id in placed:
        pulls.pull_order(ADA, "Shop", str(remote_id))
    pulls.pull_order(ADA, "Shop", "999999")
    trade.shop.orders.trash(placed[5])
    trade.shop.requests.clear()

    trade.drain_intake()

    assert len(trade.rows()) == 40
    assert trade.row(placed[5]).intake is IntakeState.SOURCE_DELETED
    assert len(trade.shop.requests) <= 4
    with db.read():
        assert work.due_triggers(trade.channel("Shop").id, db.now()) == []
