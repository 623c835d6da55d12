"""Channels: nothing is saved when something is wrong, one shop is connected once, go live does what it said."""

from datetime import timedelta
from typing import Any

import pytest

from stogly_tui.domain.problems import InvalidInput
from stogly_tui.domain.states import ChannelRole, ChannelState, HoldReason, IntakeState
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import one, rows
from stogly_tui.operations import channels, flows, go_live, pulls
from stogly_tui.sync import intake
from tests.support.trade import ADA, BEGINNING, FAST, Trade


def draft(trade: Trade, **more: Any) -> channels.ChannelDraft:
    """A channel that could be added as it is."""
    given: dict[str, Any] = {
        "platform": "woocommerce", "name": "New", "url": trade.shop.base_url,
        "credentials": trade.sandbox.credentials(trade.shop.slug), "settings": FAST,
    }  # fmt: skip
    return channels.ChannelDraft(**(given | more))


def refused(call: Any) -> dict[str, str]:
    """What an operation finds wrong, by field, each with its remedy."""
    with pytest.raises(InvalidInput) as caught:
        call()
    return {problem.field: f"{problem.message} {problem.remedy}".strip() for problem in caught.value.problems}


def how_many_channels() -> int:
    with db.read():
        found = one("SELECT count(*) FROM channels")
    return int(found[0]) if found else 0


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"platform": "shopfiy"}, "platform", "Known are: woocommerce"),
        ({"name": " "}, "name", "Give the channel a name"),
        ({"name": "a/b"}, "name", "without a slash"),
        ({"name": "x" * 61}, "name", "60"),
        ({"url": ""}, "url", "https://"),
        ({"url": "http://shop.example"}, "url", "https"),
        ({"credentials": {}}, "consumer_key", "Give a value for consumer_key"),
        ({"settings": {"pull_intervall": 5}}, "pull_intervall", "Did you mean pull_interval?"),
        ({"settings": {"pull_interval": 0}}, "pull_interval", "Default: 15"),
        ({"settings": {"auto_send": "allways"}}, "auto_send", "Default: off"),
        ({"settings": {"auto_send": "always"}}, "auto_send", "Set destination too"),
        ({"destination": "Nowhere"}, "destination", "add one first"),
        ({"settings": {"import_statuses": "cancelled"}}, "import_statuses", "Take it out of one"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else "",
)
def test_what_is_wrong_is_named_by_field_with_a_remedy_and_nothing_is_saved(
    empty: Trade, wrong: dict[str, Any], field: str, words: str
) -> None:
    told = refused(lambda: channels.add(ADA, draft(empty, **wrong)))

    assert words in told[field]
    assert how_many_channels() == 0


def test_everything_that_is_wrong_is_told_at_once(empty: Trade) -> None:
    told = refused(
        lambda: channels.add(ADA, draft(empty, name="", settings={"pull_interval": 99, "buffer": -1}))
    )

    assert {"name", "pull_interval", "buffer"} <= told.keys()


def test_keys_that_the_store_refuses_save_nothing(empty: Trade) -> None:
    keys = {"consumer_key": "ck_" + "0" * 40, "consumer_secret": "cs_" + "0" * 40}

    told = refused(lambda: channels.add(ADA, draft(empty, credentials=keys)))

    assert told
    assert how_many_channels() == 0
    with db.read():
        assert rows("SELECT * FROM flows") + rows("SELECT * FROM audit") == []


def test_a_store_that_cannot_be_reached_saves_nothing(empty: Trade) -> None:
    assert refused(lambda: channels.add(ADA, draft(empty, url="http://127.0.0.1:9")))
    assert how_many_channels() == 0


def test_the_same_shop_under_a_second_address_is_refused(trade: Trade) -> None:
    other = trade.shop.base_url.replace("127.0.0.1", "localhost")

    told = refused(lambda: channels.add(ADA, draft(trade, url=other)))

    assert "connected already, as Shop" in told["url"]
    assert how_many_channels() == 2


@pytest.mark.parametrize("name", ["Shop", "SHOP", " shop "])
def test_a_name_is_given_once_however_it_is_written(trade: Trade, name: str) -> None:
    told = refused(lambda: channels.add(ADA, draft(trade, name=name)))

    assert "already" in told["name"]


def test_an_order_prefix_belongs_to_one_channel(trade: Trade) -> None:
    channels.change(ADA, "Shop", settings={"order_prefix": "S-"})

    told = refused(lambda: channels.change(ADA, "Main", settings={"order_prefix": "S-"}))

    assert "Shop has S-" in told["order_prefix"]


def test_a_new_source_reads_only_and_a_new_destination_is_active(empty: Trade) -> None:
    empty.connect(live=False)

    assert empty.channel("Shop").state is ChannelState.READ_ONLY
    assert empty.channel("Main").state is ChannelState.ACTIVE
    assert empty.channel("Shop").auto_send.value == "off"


def test_a_channel_that_is_not_there_is_told_with_the_nearest(trade: Trade) -> None:
    told = refused(lambda: channels.pause(ADA, "Shoop"))

    assert "Did you mean Shop?" in told["channel"]


def test_keys_of_another_store_do_not_fit_a_channel(trade: Trade) -> None:
    told = refused(
        lambda: channels.change(
            ADA, "Shop", settings={}, url=trade.destination.base_url,
            credentials=trade.sandbox.credentials(trade.destination.slug),
        )
    )  # fmt: skip

    assert told["url"]
    assert trade.channel("Shop").url == trade.shop.base_url


def test_a_setting_that_is_wrong_changes_none_of_the_others(trade: Trade) -> None:
    before = trade.channel("Shop")

    refused(lambda: channels.change(ADA, "Shop", settings={"import_delay": 5, "pull_interval": "often"}))

    assert trade.channel("Shop") == before


def test_a_paused_channel_is_not_read_and_goes_on_when_resumed(trade: Trade) -> None:
    channels.pause(ADA, "Shop")
    assert "paused" in refused(lambda: pulls.pull_now(ADA, ["Shop"]))["channel"]
    assert "needs one that is active" in refused(lambda: channels.pause(ADA, "Shop"))["channel"]

    channels.resume(ADA, "Shop")

    assert trade.channel("Shop").state is ChannelState.ACTIVE


def test_a_removed_channel_keeps_its_orders_and_forgets_its_keys(trade: Trade) -> None:
    trade.place()
    trade.pull()

    channels.remove(ADA, "Shop")

    with db.read():
        assert one("SELECT count(*) FROM orders") == (1,)
        assert one("SELECT credentials, account_id FROM channels WHERE state = 'archived'") == (None, None)
    channels.add(ADA, draft(trade, name="Shop", settings=FAST))
    assert trade.channel("Shop").state is ChannelState.READ_ONLY


def test_go_live_does_what_its_plan_says(empty: Trade) -> None:
    empty.connect(live=False)
    shop = empty.shop
    moments = [-7200, -3600, -600, -60, -5]
    for seconds in moments:
        empty.later_at_shop(seconds)
        empty.place()
    shop.clock = __import__("time").time
    empty.pull()
    with db.read():
        at = db.now() - timedelta(seconds=900)

    plan = go_live.plan_go_live(ADA, "Shop", at)
    channel = go_live.go_live(ADA, plan)

    states = [row.intake for row in empty.rows()]
    assert channel.state is ChannelState.ACTIVE
    assert (plan.history, plan.taken_in) == (2, 3)
    assert (states.count(IntakeState.HISTORY), states.count(IntakeState.ACCEPTED)) == (
        plan.history,
        plan.taken_in,
    )
    empty.clock.advance(hours=1)
    assert (plan.sent, empty.queue_by_rule()) == (0, 0)


def test_what_was_placed_before_go_live_is_never_sent_by_rule(empty: Trade) -> None:
    empty.connect(live=False, auto_send="always")
    empty.later_at_shop(-60)
    empty.place()
    empty.pull()

    plan = go_live.plan_go_live(ADA, "Shop", empty.rows()[0].placed_at)
    go_live.go_live(ADA, plan)

    empty.clock.advance(hours=1)
    assert (plan.taken_in, plan.sent, empty.queue_by_rule()) == (1, 0, 0)


def test_an_order_that_does_not_add_up_is_held_when_its_channel_goes_live(empty: Trade) -> None:
    empty.connect(live=False)
    placed = empty.place()
    record = empty.shop.orders.record(placed)
    record["total"] = type(record["total"])("99.99")
    empty.shop.orders.forget_rendered()
    empty.pull()

    plan = go_live.plan_go_live(ADA, "Shop", empty.row(placed).placed_at)
    go_live.go_live(ADA, plan)

    row = empty.row(placed)
    assert (row.intake, row.hold) == (IntakeState.HELD, HoldReason.TOTAL_MISMATCH)


def test_a_channel_that_gives_no_orders_is_not_pulled(trade: Trade) -> None:
    assert "destination only" in refused(lambda: pulls.pull_now(ADA, ["Main"]))["channel"]
    assert trade.channel("Main").role is ChannelRole.DESTINATION


@pytest.mark.parametrize(
    ("settings", "field", "words"),
    [
        ({"transmission_time": "25:00"}, "transmission_time", "write it like 03:00"),
        ({"timeframe_days": "0"}, "timeframe_days", "from 1 to 90"),
        ({"timeframe": "3"}, "timeframe", "Did you mean timeframe_days?"),
    ],
)
def test_a_flow_with_a_wrong_setting_is_not_added(
    trade: Trade, settings: dict[str, str], field: str, words: str
) -> None:
    told = refused(lambda: flows.add(ADA, "Shop", "orders_daily", settings=settings))

    assert words in told[field]
    with db.read():
        assert one("SELECT count(*) FROM flows WHERE type = 'orders_daily'") == (0,)


def test_stopping_a_flow_takes_back_what_was_asked_of_it_and_of_no_other(trade: Trade) -> None:
    daily = flows.add(ADA, "Shop", "orders_daily", settings={})
    flows.start(ADA, daily.id)
    pulls.pull_now(ADA, ["Shop"])

    flows.stop(ADA, daily.id)

    with db.read():
        assert rows("SELECT type, state FROM sync_runs ORDER BY type") == [
            ("orders", "queued"), ("orders_daily", "cancelled")
        ]  # fmt: skip


def test_a_store_that_was_removed_comes_back_as_the_channel_it_was(trade: Trade) -> None:
    sent, unsent = trade.place(), trade.place()
    trade.pull()
    trade.send([trade.row(sent).id])
    trade.push()
    before = trade.channel("Shop").id
    channels.remove(ADA, "Shop")

    trade.add("Again", trade.shop, ChannelRole.SOURCE, destination="Main", settings={"order_prefix": "A-"})
    again = trade.channel("Again")
    pulls.pull_now(ADA, ["Again"])
    intake.drain(trade.context, again.id)
    go_live.go_live(ADA, go_live.plan_go_live(ADA, "Again", BEGINNING))
    trade.send([row.id for row in trade.rows() if row.push_state == "not_sent"])
    trade.push()

    assert again.id == before
    assert sorted(row.number for row in trade.rows()) == [f"A-{sent}", f"A-{unsent}"]
    assert [len(trade.at_destination(one)) for one in (sent, unsent)] == [1, 1]


def test_a_destination_that_was_removed_and_comes_back_still_knows_what_it_got(trade: Trade) -> None:
    placed = trade.place()
    trade.pull()
    trade.send()
    trade.push()
    channels.remove(ADA, "Main")

    trade.add("Main", trade.destination, ChannelRole.DESTINATION)
    channels.change(ADA, "Shop", settings={"destination": "Main"})
    result = trade.send()

    assert result.queued == ()
    assert len(trade.at_destination(placed)) == 1
