"""Flows: their settings, several of one type, the daily one as a switch."""

from typing import Any

import pytest

from stogly_tui.domain.problems import InvalidInput
from stogly_tui.domain.states import FlowType
from stogly_tui.model import database as db
from stogly_tui.model.queries import work
from stogly_tui.operations import channels, flows
from stogly_tui.worker import jobs
from tests.support.trade import ADA, Trade


class Bell:
    """An engine that only hears."""

    def start(self, tick: Any) -> None: ...

    def ring(self, name: str, key: int, *, urgent: bool = False) -> None: ...

    def stop(self, deadline: float) -> bool:
        return True


def test_transfer_once_a_day_makes_an_orders_flow_a_daily_one(trade: Trade) -> None:
    flow = flows.add(
        ADA, "Shop", "orders", settings={"transfer_once_a_day": "true", "transmission_time": "04:30"}
    )

    assert (flow.type, flow.name) == (FlowType.ORDERS_DAILY, "Orders, daily")
    assert flow.settings == {"transmission_time": "04:30"}
    assert flow.next_due_at is not None


def test_several_flows_of_one_type_have_names_of_their_own(trade: Trade) -> None:
    names = [flows.add(ADA, "Shop", "orders", settings={}).name for _ in range(2)]

    assert names == ["Orders 2", "Orders 3"]


def test_a_flow_keeps_its_own_interval(trade: Trade) -> None:
    flow = flows.add(ADA, "Shop", "orders", name="Often", settings={"interval": "5"})

    jobs.tick(Bell())

    often, regular = flows.found(str(flow.id)), flows.found("Shop/Orders")
    assert often.next_due_at is not None
    assert regular.next_due_at is not None
    assert 9 <= (regular.next_due_at - often.next_due_at).total_seconds() / 60 <= 11


def test_a_channel_that_is_push_only_is_not_read_by_its_schedule(trade: Trade) -> None:
    channels.change(ADA, "Shop", settings={"sync_direction": "push_only", "pull_interval": 5})

    jobs.tick(Bell())

    with db.read():
        assert work.asked_runs(trade.channel("Shop").id) == []


@pytest.mark.parametrize(
    ("type", "given", "field"),
    [
        ("orders", {"interval": "0"}, "interval"),
        ("orders", {"interval": "61"}, "interval"),
        ("orders", {"transmission_time": "03:00"}, "transmission_time"),
        ("orders_daily", {"transmission_time": "25:00"}, "transmission_time"),
        ("orders_daily", {"timeframe_days": "0"}, "timeframe_days"),
        ("orders_daily", {"time_difference": "-1"}, "time_difference"),
        ("orders_daily", {"tmie": "1"}, "tmie"),
        ("orders", {"transfer_once_a_day": "perhaps"}, "transfer_once_a_day"),
        ("history", {"since": "yesterday-ish"}, "since"),
        ("history", {"since": "2999-01-01"}, "since"),
        ("stock", {}, "type"),
    ],
)
def test_a_wrong_setting_is_named(trade: Trade, type: str, given: dict[str, str], field: str) -> None:
    before = len(flows_of_shop())

    with pytest.raises(InvalidInput) as refused:
        flows.add(ADA, "Shop", type, settings=given)

    assert [problem.field for problem in refused.value.problems] == [field]
    assert len(flows_of_shop()) == before


def flows_of_shop() -> list[object]:
    from stogly_tui.model.queries import channels as queries

    with db.read():
        return [flow for flow in queries.flows() if flow.channel == "Shop"]


def test_a_flow_is_renamed_and_a_setting_taken_back(trade: Trade) -> None:
    flow = flows.add(ADA, "Shop", "orders_daily", settings={"timeframe_days": "7"})

    changed = flows.change(ADA, flow, name="Proof", settings={"timeframe_days": ""})

    assert (changed.name, changed.settings) == ("Proof", {})
    with pytest.raises(InvalidInput, match="has a flow 'Orders'"):
        flows.change(ADA, changed, name="Orders", settings={})


def test_an_orders_flow_becomes_a_daily_one_and_drops_what_that_does_not_know(trade: Trade) -> None:
    flow = flows.add(ADA, "Shop", "orders", settings={"interval": "5"})

    daily = flows.change(ADA, flow, settings={"transfer_once_a_day": "true", "timeframe_days": "7"})
    back = flows.change(ADA, daily, settings={"transfer_once_a_day": "false"})

    assert (daily.type, daily.settings) == (FlowType.ORDERS_DAILY, {"timeframe_days": 7})
    assert (back.type, back.settings) == (FlowType.ORDERS, {})
    with pytest.raises(InvalidInput, match="interval"):
        flows.change(ADA, daily, settings={"interval": "5"})
