"""The whole way of an order by the command line alone, as a script goes it."""

import json

from tests.cli.support import CommandLine
from tests.support.databases import Postgres


def test_postgresql_serves_as_well(cli: CommandLine, postgres: Postgres) -> None:
    cli.patch.setenv("STOGLY_DATABASE_URL", postgres.new_database())
    cli.connect()
    [number] = cli.pulled()
    assert cli("push", number).code == 0
    assert cli.order(number)["push_status"] == "sent"
    assert cli("doctor").code == 0
    refused = cli("backup", "copy.dump")
    assert (refused.code, "pg_dump" in refused.err) == (2, True)


def test_orders_are_connected_pulled_sent_and_found_again(cli: CommandLine) -> None:
    early, late, odd = cli.place(), cli.place("MUG", "SOCK"), cli.place()
    cli.connect()

    first = cli("pull", "--format", "json")
    second = cli("pull", "--format", "json")
    assert (first.code, second.code) == (0, 0)
    assert [run["created"] for run in first.data] == [3]
    assert [run["created"] for run in second.data] == [0]

    sent = cli("push", "--all-not-sent", "--yes")
    assert sent.code == 0, sent
    assert len(cli.at_destination()) == 3
    assert cli("push", "--all-not-sent", "--yes").err.endswith("Nothing to send.\n")

    told = {one["number"]: one for one in cli("orders", "--format", "json").data}
    assert set(told) == {f"S-{early}", f"S-{late}", f"S-{odd}"}
    assert {one["push_status"] for one in told.values()} == {"sent"}
    one = told[f"S-{early}"]
    assert (one["channel"], one["platform"], one["remote_id"]) == ("Shop", "woocommerce", str(early))
    assert (one["total"], one["currency"], one["payment_status"]) == ("20.00", "EUR", "paid")
    assert (one["push_state"], one["push_error"], one["destination"], one["attempts"]) == (
        "sent",
        None,
        "Main",
        1,
    )
    assert one["destination_id"]
    assert one["placed_at"].endswith("Z")

    whole = cli.order(f"shop/{early}")
    assert [line["sku"] for line in whole["lines"]] == ["TEE"]
    assert [len(push["attempts"]) for push in whole["pushes"]] == [1]
    assert whole["timeline"][0]["code"] == "PLACED"

    runs = cli("runs", "--format", "json").data
    assert [(run["channel"], run["type"], run["state"]) for run in runs] == [
        ("Main", "push", "finished"),
        ("Shop", "orders", "finished"),
        ("Shop", "orders", "finished"),
    ]
    listed = {one["name"]: one for one in cli("channel", "list", "--format", "json").data}
    assert (listed["Shop"]["role"], listed["Shop"]["state"], listed["Shop"]["orders"]) == (
        "source",
        "active",
        3,
    )
    assert listed["Shop"]["last_pull_at"] is not None
    assert (listed["Main"]["role"], listed["Main"]["state"]) == ("destination", "active")
    day = cli("day", "--since", "7d", "--format", "json").data
    assert [(one["channel"], one["sent"], one["all_sent"]) for one in day] == [("Shop", 3, True)]
    assert cli("problems", "--format", "json").data == []


def test_a_source_starts_read_only_and_older_orders_stay_history(cli: CommandLine) -> None:
    placed = cli.place()
    assert cli.add("Main", cli.main, "--role", "destination").code == 0
    assert cli.add("Shop", cli.shop, "--destination", "Main").code == 0
    assert cli("channel", "list", "--format", "json").data[1]["state"] == "read_only"
    assert cli("pull").code == 0

    refused = cli("push", str(placed))
    assert refused.code == 1
    assert "Go live first" in refused.err

    plan = cli("channel", "go-live", "Shop", "--dry-run", "--format", "json", "--orders-from", "2020-01-01")
    assert (plan.data["history"], plan.data["taken_in"]) == (0, 1)
    assert cli("channel", "go-live", "shop").code == 0
    assert cli.order(str(placed))["intake"] == "history"
    assert "Nothing to send" in cli("push", "--all-not-sent", "--yes").err
    assert cli.at_destination() == []
    by_hand = cli("push", str(placed))
    assert (by_hand.code, len(cli.at_destination())) == (0, 1)
    assert "is history" in by_hand.err


def test_settings_are_listed_with_their_defaults_and_changed_by_name(cli: CommandLine) -> None:
    cli.connect()
    before = cli("channel", "show", "Shop", "--format", "json").data
    assert before["settings"]["pull_interval"] == before["defaults"]["pull_interval"] == 15
    assert before["settings"]["destination"] == "Main"
    assert set(before["settings"]) == set(before["defaults"])

    assert (
        cli("channel", "set", "Shop", "pull_interval=5", "auto_send=always", "send_when=committed").code == 0
    )
    after = cli("channel", "show", "Shop", "--format", "json").data["settings"]
    assert (after["pull_interval"], after["auto_send"], after["send_when"]) == (5, "always", "committed")
    assert after["destination"] == "Main"
    text = cli("channel", "show", "Shop")
    assert "pull_interval            5 minutes   (default: 15)" in text.out
    assert not any(key in text.out for key in cli.sandbox.credentials(cli.shop.slug).values())


def test_a_channel_is_tested_paused_resumed_and_removed(cli: CommandLine) -> None:
    cli.connect()
    assert cli("channel", "test", "Shop", "--format", "json").data["ok"] is True
    assert cli("channel", "pause", "Shop").code == 0
    paused = cli("pull", "Shop")
    assert (paused.code, paused.err) == (2, "channel: Shop is paused. Resume it first.\n")
    assert cli("channel", "resume", "Shop").code == 0
    assert cli("pull", "Shop").code == 0
    assert cli("channel", "remove", "Shop").code == 0
    assert [one["name"] for one in cli("channel", "list", "--format", "json").data] == ["Main"]


def test_a_daily_flow_is_added_changed_stopped_and_removed(cli: CommandLine) -> None:
    cli.connect()
    assert (
        cli("flow", "add", "Shop", "orders_daily", "--name", "Proof", "--set", "transmission_time=04:30").code
        == 0
    )
    assert cli("flow", "set", "Shop/Proof", "timeframe_days=7").code == 0
    assert cli("flow", "stop", "Shop/Proof").code == 0
    proof = cli("flow", "list", "shop", "--format", "json").data[1]
    assert (proof["name"], proof["type"], proof["active"]) == ("Proof", "orders_daily", False)
    assert proof["settings"] == {"transmission_time": "04:30", "timeframe_days": 7}
    assert cli("flow", "start", "proof").code == 0
    assert cli("flow", "remove", "proof").code == 0
    wrong = cli("flow", "set", "Shop/Orders", "when=now")
    assert (wrong.code, wrong.err) == (
        2,
        "when: is not known here. Known are: transfer_once_a_day, interval.\n",
    )


def test_the_sync_log_can_be_searched(cli: CommandLine) -> None:
    cli.connect()
    numbers = cli.pulled()
    assert cli("push", *numbers).code == 0
    lines = cli("log", "--format", "jsonl", "--channel", "Main", "--search", "sent").out.splitlines()
    assert any(json.loads(line)["code"] == "SENT" for line in lines)
    assert cli("log", "--level", "error", "--format", "json").data == []
