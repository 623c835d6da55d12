"""Subscriptions: made, kept alive, moved and taken away; silence and refusals become problems, and go again."""

import base64
import hmac
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest

from stogly_tui.domain.people import MACHINE, Actor, Role
from stogly_tui.domain.problems import InvalidInput
from stogly_tui.domain.states import ChannelHealth, ChannelState
from stogly_tui.model import database as db
from stogly_tui.model.queries import problems, status
from stogly_tui.model.queries import webhooks as queries
from stogly_tui.model.queries.base import one, rows
from stogly_tui.model.tables import WebhookEndpoint
from stogly_tui.model.transitions import webhooks as transitions
from stogly_tui.model.transitions.webhooks import Refusals, Told
from stogly_tui.operations import channels, webhooks, workplace
from stogly_tui.sandbox.webhooks import Webhook
from stogly_tui.sync import keyring
from stogly_tui.sync import webhooks as sync
from stogly_tui.sync.context import Context, Door
from tests.support.trade import ADA, Trade

URL = "https://hooks.example.test/in"
TOPICS = ["order.created", "order.deleted", "order.restored", "order.updated"]
OPE = Actor("ope", Role.OPERATOR)
on_one_file = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def context(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> Context:
    """The process with an open door, whose receiver listens and is served."""
    made = replace(trade.context, door=Door(True, public_url=URL))
    monkeypatch.setattr(workplace, "_context", made)
    with db.write(MACHINE) as tx:
        transitions.receiver_is(tx, "on")
        transitions.opened(tx)
    trade.shop.webhooks.held = True
    return made


@pytest.fixture
def ensure(trade: Trade, context: Context) -> Callable[[], bool]:
    """Look at the shop's subscriptions, when that is due."""
    return lambda: sync.ensure(context, trade.channel("Shop").id)


def hooks(trade: Trade) -> list[Webhook]:
    return list(trade.shop.webhooks._hooks.values())


def told(trade: Trade) -> dict[str, tuple[str, str]]:
    return {hook.topic: (hook.delivery_url, hook.status) for hook in hooks(trade)}


def wanted(trade: Trade, url: str = URL) -> dict[str, tuple[str, str]]:
    return {topic: (f"{url}/webhooks/{trade.channel('Shop').id}", "active") for topic in TOPICS}


def endpoint(trade: Trade) -> queries.EndpointRow:
    with db.read():
        found = queries.endpoint(trade.channel("Shop").id, db.now())
    assert found is not None
    return found


def logged() -> list[str]:
    with db.read():
        found = [row[0] for row in rows("SELECT code FROM log_entries ORDER BY id")]
    return [code for code in found if code.startswith("WEBHOOK")]


def codes() -> dict[str, str]:
    with db.read():
        found = {one.code: one.subject for one in problems.open_problems() if one.kind == "channel"}
        assert status.vitals().problems == len(problems.open_problems())
    return found


def test_what_is_missing_is_registered_once_with_a_secret_that_signs(
    trade: Trade, context: Context, ensure: Callable[[], bool]
) -> None:
    assert ensure()
    assert not ensure()

    assert told(trade) == wanted(trade)
    secret = keyring.read(context.vault, trade.channel("Shop").id)["webhook_secret"].get_secret_value()
    assert {hook.secret for hook in hooks(trade)} == {secret}
    assert len(secret) > 40
    assert logged() == ["WEBHOOK-MADE"] * 4
    assert (endpoint(trade).is_active, endpoint(trade).url) == (True, wanted(trade)["order.created"][0])
    trade.clock.advance(minutes=16)
    assert ensure()
    assert (len(hooks(trade)), logged()) == (4, ["WEBHOOK-MADE"] * 4)


@on_one_file
def test_what_is_disabled_outdated_or_doubled_is_mended_and_others_are_left_alone(
    trade: Trade, context: Context, ensure: Callable[[], bool]
) -> None:
    ensure()
    made = {hook.topic: hook for hook in hooks(trade)}
    theirs = trade.shop.webhooks.create({"topic": "order.created", "delivery_url": "https://other.example/x"})
    trade.shop.webhooks.create({"topic": "order.updated", "delivery_url": made["order.updated"].delivery_url})
    made["order.created"].status = "disabled"
    made["order.deleted"].delivery_url = "https://elsewhere.example/"
    del trade.shop.webhooks._hooks[made["order.restored"].id]
    trade.clock.advance(minutes=16)

    assert ensure()

    assert trade.shop.webhooks._hooks.pop(theirs).delivery_url == "https://other.example/x"
    assert told(trade) == wanted(trade)
    assert len(hooks(trade)) == 4
    assert sorted(logged()[4:]) == ["WEBHOOK-MADE", "WEBHOOK-REMOVED", "WEBHOOK-REVIVED", "WEBHOOK-REVIVED"]


@on_one_file
def test_another_public_address_moves_what_is_registered(trade: Trade, context: Context) -> None:
    sync.ensure(context, trade.channel("Shop").id)
    moved = replace(context, door=Door(True, public_url="https://new.example"))
    trade.clock.advance(minutes=16)

    assert sync.ensure(moved, trade.channel("Shop").id)

    assert told(trade) == wanted(trade, "https://new.example")
    assert len(hooks(trade)) == 4


@on_one_file
@pytest.mark.parametrize("way", ["setting", "removed", "push only"])
def test_what_is_switched_off_or_removed_is_taken_away(
    trade: Trade, ensure: Callable[[], bool], way: str
) -> None:
    ensure()
    match way:
        case "setting":
            channels.change(ADA, "Shop", settings={"webhooks": "false"})
            assert ensure()
        case "push only":
            channels.change(ADA, "Shop", settings={"sync_direction": "push_only"})
            assert ensure()
        case _:
            channels.remove(ADA, "Shop")

    assert hooks(trade) == []


@on_one_file
def test_a_channel_can_be_removed_while_its_platform_is_down(
    trade: Trade, ensure: Callable[[], bool]
) -> None:
    ensure()
    trade.fault("drop_before_commit", on="*", store=trade.shop.slug, times=None)

    channels.remove(ADA, "Shop")

    with db.read():
        assert one("SELECT state FROM channels WHERE name = 'Shop'") == (ChannelState.ARCHIVED,)
        assert one("SELECT count(*) FROM webhook_endpoints WHERE url <> ''") == (0,)


@on_one_file
def test_a_closed_door_registers_nothing_and_a_destination_tells_nothing(
    trade: Trade, context: Context
) -> None:
    closed = replace(context, door=Door(False, public_url=URL))

    assert not sync.ensure(closed, trade.channel("Shop").id)
    sync.ensure(context, trade.channel("Main").id)
    assert hooks(trade) == []
    assert list(trade.destination.webhooks._hooks) == []


@on_one_file
def test_what_cannot_be_registered_is_a_problem_until_it_can(
    trade: Trade, ensure: Callable[[], bool]
) -> None:
    trade.fault("status", on="POST /webhooks", store=trade.shop.slug, code=500, times=None)
    assert ensure()
    assert "500" in codes()["WEBHOOKS-DOWN"]
    assert logged() == ["WEBHOOKS-DOWN"]

    trade.clock.advance(minutes=16)
    ensure()
    assert logged() == ["WEBHOOKS-DOWN"]
    trade.sandbox.faults.clear()
    trade.clock.advance(minutes=16)
    ensure()

    assert (codes(), told(trade)) == ({}, wanted(trade))


@on_one_file
def test_a_registration_whose_answer_is_lost_is_not_made_twice(
    trade: Trade, ensure: Callable[[], bool]
) -> None:
    trade.fault("drop_reply_after_commit", on="POST /webhooks", store=trade.shop.slug)

    ensure()

    assert (told(trade), len(hooks(trade))) == (wanted(trade), 4)


@on_one_file
def test_an_account_that_took_our_app_away_needs_sign_in(trade: Trade, ensure: Callable[[], bool]) -> None:
    ensure()
    trade.fault("expired_key", on="*", store=trade.shop.slug, times=None)
    with db.write(MACHINE) as tx:
        transitions.take(tx, [Told(trade.channel("Shop").id, (), 1, "app/uninstalled", is_uninstalled=True)])

    assert ensure()

    assert trade.channel("Shop").health is ChannelHealth.NEEDS_SIGN_IN


@on_one_file
def test_silence_is_a_problem_that_a_delivery_ends(trade: Trade, ensure: Callable[[], bool]) -> None:
    ensure()
    trade.clock.advance(minutes=30)
    trade.later_at_shop(30 * 60)
    trade.place()
    trade.pull()
    assert codes() == {}
    trade.clock.advance(minutes=11)

    assert "polling" in codes()["WEBHOOKS-SILENT"]
    assert endpoint(trade).silent_orders == 1
    assert any("polling only" in one.message for one in webhooks.check(OPE, "Shop").problems)

    with db.write(MACHINE) as tx:
        transitions.take(tx, [Told(trade.channel("Shop").id, ("11",), 1)])
    assert codes() == {}


@on_one_file
@pytest.mark.parametrize("reason", ["told in time", "history", "no receiver"])
def test_it_is_no_silence(trade: Trade, ensure: Callable[[], bool], reason: str) -> None:
    ensure()
    trade.clock.advance(minutes=30)
    trade.later_at_shop(-3600 if reason == "history" else 30 * 60)
    trade.place()
    trade.pull()
    with db.write(MACHINE) as tx:
        if reason == "told in time":
            transitions.take(tx, [Told(trade.channel("Shop").id, ("11",), 1)])
        if reason == "no receiver":
            transitions.receiver_is(tx, "off")
    trade.clock.advance(minutes=25)

    assert codes() == {}


@on_one_file
def test_refused_deliveries_are_a_problem_for_a_while(trade: Trade, ensure: Callable[[], bool]) -> None:
    ensure()
    with db.write(MACHINE) as tx:
        transitions.count_refused(tx, {trade.channel("Shop").id: Refusals(3, "the signature is not ours")}, 0)

    assert codes() == {"WEBHOOKS-REFUSED": "3 in all, the last one: the signature is not ours"}
    trade.clock.advance(minutes=16)
    assert codes() == {}


@on_one_file
def test_a_receiver_that_cannot_listen_is_a_problem_of_every_channel_it_serves(
    trade: Trade, ensure: Callable[[], bool]
) -> None:
    ensure()
    with db.write(MACHINE) as tx:
        transitions.receiver_is(tx, "failed", "port 8711 cannot be listened on")

    assert codes() == {"WEBHOOKS-DOWN": "port 8711 cannot be listened on"}


@on_one_file
def test_a_secret_that_was_changed_at_the_store_is_put_right_by_the_next_check(
    trade: Trade, context: Context, ensure: Callable[[], bool]
) -> None:
    ensure()
    secret = hooks(trade)[0].secret
    for hook in hooks(trade):
        hook.secret = "somebody's own"
    trade.clock.advance(minutes=1)
    with db.write(MACHINE) as tx:
        transitions.count_refused(tx, {trade.channel("Shop").id: Refusals(1, "the signature is not ours")}, 0)
    trade.clock.advance(minutes=16)

    ensure()

    assert {hook.secret for hook in hooks(trade)} == {secret}


@on_one_file
def test_new_keys_keep_the_secret_that_signs(
    trade: Trade, context: Context, ensure: Callable[[], bool]
) -> None:
    ensure()
    channels.change(ADA, "Shop", settings={}, credentials=trade.sandbox.credentials(trade.shop.slug))

    stored = keyring.read(context.vault, trade.channel("Shop").id)

    assert {hook.secret for hook in hooks(trade)} == {stored["webhook_secret"].get_secret_value()}
    body = b'{"id": 11}'
    signature = base64.b64encode(hmac.new(hooks(trade)[0].secret.encode(), body, sha256).digest()).decode()
    headers = {"x-wc-webhook-signature": signature, "x-wc-webhook-topic": "order.updated"}
    from stogly_tui.platforms.woocommerce import PLATFORM

    assert PLATFORM.read_delivery(headers, body, stored["webhook_secret"]).remote_id == "11"


@on_one_file
def test_a_check_by_a_person_says_per_topic_what_is_there_and_changes_nothing(
    trade: Trade, context: Context, ensure: Callable[[], bool]
) -> None:
    ensure()
    made = {hook.topic: hook for hook in hooks(trade)}
    made["order.created"].status = "disabled"
    del trade.shop.webhooks._hooks[made["order.deleted"].id]
    made["order.updated"].delivery_url = "https://elsewhere.example/"
    before = told(trade)

    found = webhooks.check(OPE, "Shop")

    wrong = {one.field: one.message for one in found.problems}
    assert "disabled" in wrong["order.created"]
    assert "not registered" in wrong["order.deleted"]
    assert "elsewhere.example" in wrong["order.updated"]
    assert "nobody listens" in wrong["receiver"]
    assert told(trade) == before
    assert {one.topic for one in found.topics if one.is_ours and one.is_active} == {
        "order.restored",
        "order.updated",
    }

    repaired = webhooks.repair(ADA, "Shop")

    assert "order.created: revived" in repaired.repaired
    assert told(trade) == wanted(trade)
    assert {one.field for one in repaired.problems} == {"receiver"}


@on_one_file
def test_without_a_public_address_there_is_nothing_to_repair(trade: Trade) -> None:
    with pytest.raises(InvalidInput, match="public_url"):
        webhooks.repair(ADA, "Shop")
    assert {one.field for one in webhooks.check(OPE, "Shop").problems} == {"receiver"}
    with pytest.raises(InvalidInput, match="destination only"):
        webhooks.check(OPE, "Main")


@on_one_file
def test_one_process_looks_where_several_would(trade: Trade, context: Context) -> None:
    channel_id = trade.channel("Shop").id
    found = endpoint(trade)
    with db.write(MACHINE) as tx:
        claims = [
            transitions.claim_check(tx, channel_id, found.next_check_at, tx.at + sync.EVERY) for _ in range(2)
        ]

    assert claims == [True, False]
    assert not sync.ensure(context, channel_id)


@on_one_file
def test_a_check_that_a_wrong_clock_put_far_away_is_due_now(trade: Trade, context: Context) -> None:
    with db.write(MACHINE) as tx:
        WebhookEndpoint.update(next_check_at=tx.at + 1000 * sync.EVERY).execute()

    assert sync.ensure(context, trade.channel("Shop").id)


def test_counting_orders_by_creation_counts_every_list(trade: Trade) -> None:
    placed = [trade.place() for _ in range(3)]
    trade.shop.orders.trash(placed[0])
    from datetime import UTC, datetime, timedelta

    now = datetime.fromtimestamp(time.time(), UTC)
    with trade.context.connected(trade.channel("Shop")) as line:
        assert line.orders is not None
        counted = line.orders.count_placed(now - timedelta(hours=1), now + timedelta(hours=1))
        before = line.orders.count_placed(now - timedelta(hours=2), now - timedelta(hours=1))

    assert (counted, before) == (3, 0)
