"""Tools of a channel by the command line: its check, its webhooks, its search, its trail, and what a change would do."""

import json
import socket
import time

import pytest

from stogly_tui.domain.people import MACHINE
from stogly_tui.model import database as db
from stogly_tui.model.tables import Channel
from tests.cli.support import CommandLine


@pytest.fixture
def heard(cli: CommandLine) -> CommandLine:
    """A receiver that serves, and a live shop whose webhooks are registered."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    cli.patch.setenv("STOGLY_RECEIVER", "true")
    cli.patch.setenv("STOGLY_RECEIVER_PORT", str(port))
    cli.patch.setenv("STOGLY_PUBLIC_URL", f"http://127.0.0.1:{port}")
    cli.connect()
    worker = cli.spawn("worker")
    worker.until("It serves this database.")
    while cli("channel", "webhooks", "Shop").code:
        assert worker.process.poll() is None
    return cli


def test_all_is_well_with_a_channel(cli: CommandLine) -> None:
    cli.connect()
    cli.pulled()
    done = cli("channel", "check", "Shop", "--format", "json")
    assert (done.code, done.err) == (0, "Shop: all is well.\n"), done
    told = done.data
    assert [told[part]["ok"] for part in ("sign_in", "clock", "webhooks", "counts")] == [
        True,
        True,
        None,
        True,
    ]
    text = cli("channel", "check", "Shop").out.splitlines()
    assert [line[0] for line in text] == ["+", "+", ".", "+"]
    assert cli("channel", "check", "Main").code == 0


def test_only_what_was_asked_is_looked_at(cli: CommandLine) -> None:
    cli.connect()
    assert set(cli("channel", "check", "Shop", "--clock", "--format", "json").data) == {"name", "ok", "clock"}
    both = cli("channel", "check", "Shop", "--clock", "--counts", "now", "--format", "json").data
    assert set(both) == {"name", "ok", "clock", "counts"}
    for wrong in ("2999-01-01", "someday"):
        assert cli("channel", "check", "Shop", "--counts", wrong).code == 2


def test_an_order_that_is_not_here_is_counted_with_the_way_to_read_it(cli: CommandLine) -> None:
    cli.connect()
    cli.pulled()
    cli.shop.clock = lambda: time.time() - 5
    cli.place()
    cli.shop.clock = time.time
    done = cli("channel", "check", "Shop", "--counts", "now", "--format", "json")
    counts = done.data["counts"]
    assert (done.code, counts["on_channel"], counts["here"], counts["sent"]) == (1, 2, 1, 0)
    [problem] = counts["problems"]
    words = problem["remedy"].partition("stogly-tui ")[2].replace('"', "").split()
    again = cli(*words, "--format", "json")
    assert (again.code, again.data["found_missing"], again.data["type"]) == (0, 1, "orders_daily")
    assert "1 had been missed before" in again.err
    assert cli("channel", "check", "Shop", "--counts", "now").code == 0


def test_a_clock_or_zone_that_is_off_is_not_right(cli: CommandLine) -> None:
    cli.connect()
    with db.write(MACHINE):
        Channel.update(time_zone="Asia/Tokyo").where(Channel.name == "Shop").execute()
    done = cli("channel", "check", "Shop", "--clock")
    assert (done.code, "time_zone: was Asia/Tokyo when it was connected" in done.err) == (1, True), done


def test_a_check_says_whether_trying_again_helps(cli: CommandLine) -> None:
    cli.connect()
    cli.shop.maintenance = True
    for words in (("check", "Shop"), ("check", "Shop", "--counts", "now"), ("webhooks", "Shop")):
        assert cli("channel", *words).code == 3, words
    cli.shop.maintenance = False
    cli.fault("expired_key", cli.shop, times=None)
    assert cli("channel", "check", "Shop").code == 1


def test_a_window_that_cannot_be_is_refused(cli: CommandLine) -> None:
    cli.connect()
    for words in (
        ("--since", "2026-01-02", "--until", "2026-01-01"), ("--since", "200d"), ("--since", "whenever"),
    ):  # fmt: skip
        assert cli("channel", "refetch", "Shop", *words).code == 2, words
    assert "it gives no orders" in cli("channel", "refetch", "Main", "--since", "1d").err


def test_webhooks_that_nobody_can_send_are_no_fault(cli: CommandLine) -> None:
    cli.connect()
    done = cli("channel", "webhooks", "Shop", "--format", "json")
    assert (done.code, done.data["url"], done.data["receiver"]["state"]) == (0, None, "off")
    assert "no receiver is set up" in done.err
    repair = cli("channel", "webhooks", "Shop", "--repair")
    assert (repair.code, "no receiver is set up" in repair.err) == (2, True)
    assert cli("channel", "webhooks", "Main").code == 2


def test_a_webhook_that_was_disabled_is_named_and_repaired(heard: CommandLine) -> None:
    made = heard("channel", "webhooks", "Shop", "--format", "json").data
    assert [one["active"] for one in made["topics"]] == [True] * len(made["topics"])
    summary = heard("channel", "show", "Shop", "--format", "json").data["webhooks"]
    assert (summary["active"], summary["url"]) == (True, made["url"])
    heard.shop.webhooks.update(int(made["topics"][0]["id"]), {"status": "disabled"})
    wrong = heard("channel", "webhooks", "Shop")
    assert (wrong.code, "! not active" in wrong.out, "was disabled" in wrong.err) == (1, True, True), wrong
    assert heard("channel", "check", "Shop").code == 1
    mended = heard("channel", "webhooks", "Shop", "--repair", "--format", "json")
    assert mended.code == 0, mended
    assert f"{made['topics'][0]['topic']}: revived" in mended.data["repaired"]
    assert "Repaired: " in mended.err
    assert heard("channel", "webhooks", "Shop").code == 0


def test_the_search_is_made_anew(cli: CommandLine) -> None:
    cli.connect()
    [number] = cli.pulled()
    done = cli("channel", "rebuild-search", "Shop")
    assert (done.code, done.err) == (0, "Shop: the search of 1 order is made anew.\n")
    assert len(cli("orders", "--search", number, "--format", "json").data) == 1


def test_a_dry_run_says_what_a_change_would_do_and_changes_nothing(cli: CommandLine) -> None:
    cli.connect()
    cli.pulled(2)
    before = cli("channel", "show", "Shop", "--format", "json").data
    plan = cli("channel", "set", "Shop", "order_prefix=X-", "auto_send=managed", "--dry-run")
    assert plan.code == 0
    assert "2 orders get the prefix X- in the number, now." in plan.out
    assert "Warning: auto_send: Managed only sends nothing" in plan.err
    assert cli("channel", "show", "Shop", "--format", "json").data == before
    same = cli("channel", "set", "Shop", "order_prefix=S-", "--dry-run")
    assert (same.code, same.out) == (0, "Nothing changes.\n")
    wrong = cli("channel", "set", "Shop", "order_prefix=?", "--dry-run")
    assert (wrong.code, "order_prefix: " in wrong.err) == (2, True)
    cli.patch.setenv("STOGLY_ROLES", '{"*": "operator"}')
    assert cli("channel", "set", "Shop", "order_prefix=X-", "--dry-run").code == 4


def test_saving_says_what_it_does_and_warns_of_what_does_nothing(cli: CommandLine) -> None:
    cli.connect()
    cli.pulled()
    done = cli("channel", "set", "Shop", "order_prefix=X-", "auto_send=always", "financial_statuses=pending")
    assert (done.code, done.out) == (0, "")
    assert "1 order gets the prefix X-" in done.err
    assert "Warning: financial_statuses: no paid order enters" in done.err
    assert "order_prefix" not in cli("channel", "set", "Shop", "pull_interval=5").err
    added = cli.add("Other", cli.other, "--destination", "Main", "--set", "auto_send=managed")
    assert "Warning: auto_send: Managed only" in added.err


def test_the_trail_tells_who_changed_what(cli: CommandLine) -> None:
    cli.connect()
    cli.patch.setenv("STOGLY_USER", "ana")
    assert cli("channel", "set", "Shop", "pull_interval=5").code == 0
    told = cli("channel", "history", "Shop", "--format", "json").data
    assert [one["what"] for one in told] == ["change_channel", "go_live", "add_channel"]
    assert (told[0]["who"], told[0]["before"], told[0]["after"]) == (
        "ana", {"pull_interval": 15}, {"pull_interval": 5}
    )  # fmt: skip
    assert told[0]["at"].endswith("Z")
    text = cli("channel", "history", "Shop", "--limit", "1").out
    assert ("ana changed settings" in text, "pull interval: 15 -> 5" in text) == (True, True)
    assert len(cli("channel", "history", "Shop", "--limit", "2", "--format", "jsonl").out.splitlines()) == 2
    assert cli("channel", "remove", "Shop").code == 0
    lines = cli("channel", "history", "Shop", "--format", "jsonl").out.splitlines()
    assert json.loads(lines[0])["what"] == "remove_channel"
    assert cli("channel", "history", "Nowhere").code == 2
