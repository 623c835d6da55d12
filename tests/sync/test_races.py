"""Two things at once: a rule that changes, a live pull, Go live, a pause, an order on its way out."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from stogly_tui.domain.people import Actor, NotAllowed, Role
from stogly_tui.domain.problems import InvalidInput
from stogly_tui.domain.states import BackfillState, FlowType, IntakeState, PushState, RunState, SourceChange
from stogly_tui.model import database as db
from stogly_tui.model.queries import backfills, golive, runs
from stogly_tui.operations import channels, flows, go_live, tools
from stogly_tui.platforms.woocommerce.source import WooOrders
from stogly_tui.sync import backfill, intake, rejudge
from tests.support.trade import ADA, BEGINNING, Trade

DAY = 86_400.0


def in_the_middle_of_judging(patch: pytest.MonkeyPatch, act: Callable[[], Any]) -> None:
    """Do something after stored orders were read, before what the rules say of them is written."""
    real = golive.to_judge_again

    def chunks(channel_id: int) -> Any:
        for chunk in real(channel_id):
            act()
            yield chunk

    patch.setattr(golive, "to_judge_again", chunks)


def test_a_cancellation_that_comes_while_orders_are_judged_again_stays(
    empty_trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade = empty_trade
    trade.connect(cancel_statuses=["cancelled", "on-hold"])
    placed = trade.place()
    trade.pull()

    def cancel() -> None:
        trade.later_at_shop(5)
        trade.shop.orders.update(placed, {"status": "on-hold"})
        trade.pull()

    in_the_middle_of_judging(monkeypatch, cancel)
    rejudge.rejudge(trade.context, ADA, trade.channel("Shop").id)
    trade.send()
    trade.push()

    assert trade.at_destination(placed) == []


def test_an_order_that_leaves_while_it_is_judged_again_is_not_filtered(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = trade.place()
    trade.pull()

    def send() -> None:
        trade.send()
        trade.push()

    in_the_middle_of_judging(monkeypatch, send)
    channels.change(ADA, "Shop", settings={"import_tags": "vip"})

    assert (trade.row(placed).push_state, trade.row(placed).intake) == (PushState.SENT, IntakeState.ACCEPTED)


def test_what_go_live_takes_in_while_orders_are_judged_again_stays_in(
    empty_trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade = empty_trade
    trade.connect(live=False)
    placed = trade.place()
    trade.pull()

    def live() -> None:
        go_live.go_live(ADA, go_live.plan_go_live(ADA, "Shop", BEGINNING))

    in_the_middle_of_judging(monkeypatch, live)
    rejudge.rejudge(trade.context, ADA, trade.channel("Shop").id)

    assert trade.row(placed).intake is IntakeState.ACCEPTED


def test_saving_one_setting_undoes_no_go_live_and_no_other_change(
    empty_trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade = empty_trade
    trade.connect(live=False, auto_send="always")
    real = channels._save

    def meanwhile(*given: Any) -> None:
        monkeypatch.setattr(channels, "_save", real)
        go_live.go_live(ADA, go_live.plan_go_live(ADA, "Shop", BEGINNING))
        channels.change(ADA, "Shop", settings={"auto_send": "off"})
        real(*given)

    monkeypatch.setattr(channels, "_save", meanwhile)
    channels.change(ADA, "Shop", settings={"pull_interval": 5})

    shop = trade.channel("Shop")
    assert (shop.orders_from, shop.auto_send, shop.settings["pull_interval"]) == (BEGINNING, "off", 5)


def test_a_setting_that_somebody_else_changed_meanwhile_is_not_overwritten(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = channels._save

    def meanwhile(*given: Any) -> None:
        monkeypatch.setattr(channels, "_save", real)
        channels.change(ADA, "Shop", settings={"auto_send": "always"})
        real(*given)

    monkeypatch.setattr(channels, "_save", meanwhile)
    with pytest.raises(InvalidInput, match="auto_send: was changed by somebody else"):
        channels.change(ADA, "Shop", settings={"auto_send": "managed"})

    assert trade.channel("Shop").auto_send == "always"


@pytest.fixture
def old(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> Trade:
    """A shop with 12 orders of the last days, which is many to a connector that has been told so."""
    monkeypatch.setattr(backfill, "SMALL", 5)
    monkeypatch.setattr(backfill, "MANY", 4)
    monkeypatch.setattr(backfill, "FEW", 2)
    started = time.time()
    for number in range(12):
        trade.shop.clock = lambda number=number: started - 24 * DAY + number * 2 * DAY  # type: ignore[misc]
        trade.place()
    trade.shop.clock = time.time
    return trade


def drain(trade: Trade, *, all_history: bool = True) -> None:
    intake.drain(trade.context, trade.channel("Shop").id, all_history=all_history)


def test_a_channel_that_is_paused_while_its_history_is_read_is_read_no_further(old: Trade) -> None:
    held: list[int] = []

    def after_step(name: str) -> None:
        if name == "history page stored" and not held:
            channels.pause(ADA, "Shop")
            held.append(len(old.rows()))

    old.context.after_step = after_step
    flows.start(ADA, flows.found("Shop/Orders").id)
    drain(old)

    assert len(old.rows()) == held[0] < 12
    old.context.after_step = lambda _name: None
    channels.resume(ADA, "Shop")
    drain(old)
    assert len(old.rows()) == 12


def test_history_is_read_where_the_count_of_a_window_is_wrong(
    old: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, counted = WooOrders.count_placed, []

    def count(self: WooOrders, *window: Any) -> int | None:
        counted.append(real(self, *window))
        return counted[-1] if len(counted) == 1 else 0

    monkeypatch.setattr(WooOrders, "count_placed", count)
    flows.start(ADA, flows.found("Shop/Orders").id)
    drain(old)

    with db.read():
        found = backfills.of_channel(old.channel("Shop").id)
    assert found is not None
    assert (found.state, found.seen, len(old.rows())) == (BackfillState.FINISHED, 12, 12)


def test_a_window_that_somebody_names_is_read_although_history_is_not_there_yet(old: Trade) -> None:
    flows.start(ADA, flows.found("Shop/Orders").id)
    drain(old, all_history=False)
    with db.read():
        now = db.now()
    tools.refetch_window(ADA, "Shop", now - timedelta(days=23), now - timedelta(days=19))
    drain(old, all_history=False)

    with db.read():
        run = next(run for run in runs.latest(10) if run.type is FlowType.ORDERS_DAILY)
    assert (run.state, run.seen, run.found_missing) == (RunState.FINISHED, 2, 0)


@pytest.mark.parametrize("off", [-3600, 3600])
def test_orders_count_by_the_clock_of_the_shop_that_gives_their_times(
    empty_trade: Trade, monkeypatch: pytest.MonkeyPatch, off: int
) -> None:
    trade = empty_trade
    trade.connect(live=False, auto_send="always")
    trade.shop.clock = lambda: time.time() + off
    before = trade.place()
    trade.pull()

    plan = go_live.plan_go_live(ADA, "Shop")
    go_live.go_live(ADA, plan)
    trade.shop.clock = lambda: time.time() + off + 5
    after = trade.place()
    trade.pull()
    trade.clock.advance(minutes=1)
    trade.queue_by_rule()
    trade.push()

    assert "Its clock is" in " ".join(plan.warnings)
    assert trade.row(before).intake is IntakeState.HISTORY
    assert trade.at_destination(before) == []
    assert len(trade.at_destination(after)) == 1


def test_only_an_admin_starts_what_an_admin_has_stopped(trade: Trade) -> None:
    flow, olga = flows.found("Shop/Orders"), Actor("olga", Role.OPERATOR)
    flows.start(olga, flow.id)
    flows.stop(ADA, flow.id)

    with pytest.raises(NotAllowed):
        flows.start(olga, flow.id)


def test_a_fallback_customer_who_comes_later_is_no_change_of_the_source(trade: Trade) -> None:
    place = {"country": "DK", "address_1": "Havnegade 12", "city": "Kobenhavn", "postcode": "1058"}
    placed = trade.place(billing=place, shipping=place)
    trade.pull()
    channels.change(ADA, "Shop", settings={"fallback_customer": "Till <till@example.com>"})
    trade.send()
    trade.push()
    trade.later_at_shop()
    trade.shop.orders.update(placed, {"status": "completed"})

    trade.pull()

    assert trade.row(placed).customer == "Till"
    assert trade.row(placed).source_change is SourceChange.NONE
    with db.read():
        assert trade.row(placed).push_state is PushState.SENT


def test_a_fallback_customer_who_is_taken_away_leaves(trade: Trade) -> None:
    placed = trade.place(billing={}, shipping={})
    trade.pull()

    channels.change(ADA, "Shop", settings={"fallback_customer": "Till <till@example.com>"})
    channels.change(ADA, "Shop", settings={"fallback_customer": ""})

    assert (trade.row(placed).customer, trade.row(placed).email) == ("", "")
