"""What is said of channels: flows, history, set-up, webhooks, and what was done to them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from stogly_tui.domain.states import (
    AutoSend,
    BackfillState,
    ChannelHealth,
    ChannelRole,
    ChannelState,
    FlowType,
    Mode,
    SendWhen,
)
from stogly_tui.model.queries.audit import Deed
from stogly_tui.model.queries.backfills import BackfillRow
from stogly_tui.model.queries.channels import ChannelRow, FlowRow
from stogly_tui.model.queries.webhooks import EndpointRow, ReceiverRow, SubscriptionRow
from stogly_tui.present import audit_pages, channel_pages, flow_pages
from stogly_tui.present.blocks import View, plain

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
VIEW = View(NOW, UTC)
ON = ReceiverRow("on")


def channel_row(**more: Any) -> ChannelRow:
    given: dict[str, Any] = {
        "id": 1, "name": "Woo", "platform": "woocommerce", "account_id": "1", "account_title": "Woo",
        "url": "https://woo.example", "role": ChannelRole.SOURCE, "state": ChannelState.ACTIVE, "health": ChannelHealth.OK,
        "health_since": None, "health_detail": "", "next_look_at": None, "destination_id": 2, "destination": "Main",
        "mode": Mode.PUSH, "order_prefix": "", "auto_send": AutoSend.OFF, "auto_send_from": None,
        "send_when": SendWhen.PAID, "orders_from": NOW, "settings": {}, "facts": {}, "has_credentials": True,
        "credentials_set_at": NOW, "credentials_set_by": "ada", "currency": "EUR", "time_zone": "UTC",
        "platform_version": "10", "version": 1, "last_pull_at": NOW, "orders": 3, "waiting": 0, "in_doubt": 0, "errors": 0,
    }  # fmt: skip
    return ChannelRow(**(given | more))


def flow(type: FlowType, **more: Any) -> FlowRow:
    given: dict[str, Any] = {
        "id": 1, "channel_id": 1, "channel": "Woo", "name": "F", "is_active": True, "settings": {}, "next_due_at": None,
        "is_wanted": False, "last_run_id": None, "last_state": None, "last_started_at": None, "last_seen": 0,
        "last_error": "",
    }  # fmt: skip
    return FlowRow(type=type, **(given | more))


def history(state: BackfillState, *, total: int | None = 1000) -> BackfillRow:
    return BackfillRow(
        1, state, datetime(2005, 1, 1, tzinfo=UTC), NOW, datetime(2024, 3, 2, tzinfo=UTC), timedelta(days=7), 410, total,
        0, None, NOW, None,
    )  # fmt: skip


def endpoint(**more: Any) -> EndpointRow:
    given: dict[str, Any] = {
        "channel_id": 1, "channel": "Woo", "url": "https://us.example/webhooks/1",
        "subscriptions": (SubscriptionRow("order.created", "7", True),), "detail": "", "since": NOW, "checked_at": NOW,
        "next_check_at": None, "received": 4, "refused": 0, "last_received_at": NOW - timedelta(seconds=12),
        "last_refused_at": None, "last_refusal": "", "silent_orders": 0, "silent_since": None,
    }  # fmt: skip
    return EndpointRow(**(given | more))


def test_history_says_its_share_and_the_day_it_is_read_back_to() -> None:
    def told(found: BackfillRow) -> str:
        return flow_pages.history_result(found, VIEW).text

    assert told(history(BackfillState.READING)) == "> 41 %, to 2 Mar 2024"
    assert told(history(BackfillState.STOPPED)).startswith("= 41 %")
    assert told(history(BackfillState.READING, total=None)) == "> 410 read, to 2 Mar 2024"
    assert told(history(BackfillState.FINISHED)) == "+ read (410)"
    assert flow_pages.history_says(history(BackfillState.READING)) == "history 41 %"
    assert flow_pages.history_says(None) == ""


def test_a_flow_says_when_it_runs_by_its_type() -> None:
    assert flow_pages.schedule(flow(FlowType.ORDERS), 15) == "every 15 min"
    assert flow_pages.schedule(flow(FlowType.ORDERS, settings={"interval": 5}), 15) == "every 5 min"
    assert (
        flow_pages.schedule(flow(FlowType.ORDERS_DAILY, settings={"transmission_time": "04:30"}), 15)
        == "daily 04:30"
    )
    assert flow_pages.schedule(flow(FlowType.HISTORY), 15) == "by itself"
    assert flow_pages.schedule(flow(FlowType.ORDERS, is_active=False), 15) == "off"


def test_the_set_up_asks_for_webhooks_only_where_the_receiver_runs() -> None:
    row = channel_row()

    without = flow_pages.set_up(row, [], None, ReceiverRow())
    with_it = flow_pages.set_up(row, [flow(FlowType.ORDERS_DAILY)], endpoint(), ON)

    assert "webhooks" not in [step.word for step in without]
    assert not without[-1].is_done
    assert all(step.is_done for step in with_it if step.word in ("webhooks", "daily"))


def test_webhooks_say_when_the_last_one_came_and_what_silence_is() -> None:
    row = channel_row()

    def told(found: EndpointRow | None, receiver: ReceiverRow = ON) -> str:
        return plain(channel_pages.webhook_line(row, found, receiver, VIEW))

    assert "+ active, last delivery 12 s ago" in told(endpoint())
    assert "! silent: 3 came by polling only, first 20m ago" in told(
        endpoint(silent_orders=3, silent_since=NOW - timedelta(minutes=20))
    )
    assert "no receiver runs" in told(endpoint(), ReceiverRow())
    assert "; 2 refused" in told(endpoint(refused=2))


def test_a_deed_says_who_when_and_what_changed_and_never_a_secret() -> None:
    deed = Deed(
        1, NOW, "ada", "change_channel", "channel", 1, {"pull_interval": 15, "client_secret": "old", "buffer": 0},
        {"pull_interval": 30, "client_secret": "new", "buffer": 0}, "",
    )  # fmt: skip

    told = [plain(one) for one in audit_pages.page([deed], UTC, 80)]

    assert told[0] == "2026-11-16 12:00:00 UTC  ada changed settings"
    assert told[1] == "    pull interval: 15 -> 30"
    assert not any("old" in one or "new" in one for one in told)
    assert not any("buffer" in one for one in told)


def test_moments_in_a_deed_are_told_in_the_zone_of_who_looks() -> None:
    assert audit_pages.changes(None, {"orders_from": "2026-11-15T22:11:15.407363+00:00"}) == [
        "orders from: 2026-11-15 22:11:15 UTC"
    ]
