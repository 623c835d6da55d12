"""What a change will do is said before it is saved; settings that cancel each other out are named."""

from typing import Any

import pytest

from stogly_tui.model import database as db
from stogly_tui.model.queries.base import rows
from stogly_tui.model.transitions import meta
from stogly_tui.operations import channels, effects
from stogly_tui.operations.channels import ChannelDraft
from stogly_tui.sync import rejudge
from tests.support.trade import ADA, Crash, Trade


def draft(trade: Trade, **settings: Any) -> ChannelDraft:
    shop = trade.channel("Shop")
    return ChannelDraft(shop.platform, shop.name, shop.url, settings=settings)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"order_prefix": "NEW-"}, "2 orders get the prefix NEW-"),
        ({"auto_send": "always"}, "Orders placed from now on are sent by themselves when paid"),
        ({"auto_send": "off"}, ""),
        ({"pull_interval": "5"}, "read now, then every 5 minutes"),
        ({"financial_statuses": "paid"}, "2 orders that have not left are judged again"),
        ({"buffer": "3"}, "Buffer: in force from the next job on"),
        ({"destination": ""}, "cannot be sent any more until a destination is set"),
    ],
)
def test_saving_is_foretold(trade: Trade, settings: dict[str, str], says: str) -> None:
    trade.place()
    trade.place()
    trade.pull()

    told = " ".join(effects.effects(draft(trade, **settings), "Shop"))

    assert says in told
    assert bool(told) == bool(says)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"sync_direction": "push_only"}, "sync_direction"),
        ({"auto_send": "always", "financial_statuses": "pending"}, "financial_statuses"),
        ({"auto_send": "always", "fulfilment_statuses": "fulfilled"}, "fulfilment_statuses"),
        ({"auto_send": "managed"}, "auto_send"),
        ({"auto_send": "always", "mode": "fulfil_here"}, "auto_send"),
    ],
)
def test_settings_that_cancel_each_other_out_are_named(
    trade: Trade, settings: dict[str, str], field: str
) -> None:
    assert [one.field for one in effects.cautions(draft(trade, **settings), "Shop")] == [field]
    assert effects.cautions(draft(trade), "Shop") == []


def test_orders_are_judged_again_although_the_process_dies_when_the_rule_was_saved(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = trade.place()
    trade.pull()

    def die(*_args: object) -> int:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(channels, "rejudge", die)
        with pytest.raises(Crash):
            channels.change(ADA, "Shop", settings={"import_tags": "wholesale"})
    with db.read():
        assert rejudge.overdue() == []
    trade.clock.advance(minutes=3)
    with db.read():
        waiting = rejudge.overdue()

    for channel_id in waiting:
        rejudge.rejudge(trade.context, ADA, channel_id)

    assert waiting == [trade.channel("Shop").id]
    assert trade.row(placed).intake == "filtered"
    with db.read():
        assert meta.get(f"{rejudge.ASKED}{waiting[0]}") is None


def test_a_fallback_customer_stands_for_buyers_the_channel_does_not_name(trade: Trade) -> None:
    nameless = trade.place(billing={}, shipping={})
    named = trade.place()
    trade.pull()

    channels.change(ADA, "Shop", settings={"fallback_customer": "Counter <shop@example.com>"})
    later = trade.place(billing={}, shipping={})
    trade.pull()

    shown = {row.remote_id: (row.customer, row.email) for row in trade.rows()}
    assert shown[str(nameless)] == shown[str(later)] == ("Counter", "shop@example.com")
    assert shown[str(named)] == ("Mia Jensen", "buyer@example.com")
    with db.read():
        billing = rows("SELECT DISTINCT name FROM order_addresses WHERE kind = 'billing' ORDER BY name")
    assert [row[0] for row in billing] == ["Counter", "Mia Jensen"]


def test_a_status_that_no_order_has_is_named_and_what_it_keeps_out_is_counted(trade: Trade) -> None:
    trade.place()
    trade.place()
    trade.pull()
    mistyped = draft(trade, import_statuses="procesing")

    (caution,) = effects.cautions(mistyped, "Shop")
    told = " ".join(effects.effects(mistyped, "Shop"))

    assert (caution.field, caution.message) == ("import_statuses", "no order here has the status procesing.")
    assert "processing" in caution.remedy
    assert "2 would be kept out by their status" in told
    assert effects.cautions(draft(trade, import_statuses="paid"), "Shop") == []
