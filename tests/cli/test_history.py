"""Channels with many orders by the command line: history read to its end, told of, interrupted, left, and its flow."""

import re
import signal
from typing import Any

import pytest

from stogly_tui.cli import backlog
from stogly_tui.domain.people import MACHINE
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels
from stogly_tui.model.tables.channels import Backfill
from stogly_tui.sandbox import backfill as sandbox_backfill
from stogly_tui.sync import backfill
from tests.cli.support import CommandLine


@pytest.fixture
def large(cli: CommandLine) -> CommandLine:
    """A shop with more orders than one run reads: here that is ten, in windows of few."""
    cli.patch.setattr(backfill, "SMALL", 10)
    cli.patch.setattr(backfill, "MANY", 20)
    cli.patch.setattr(backfill, "FEW", 10)
    sandbox_backfill(cli.shop, 60, days=(300, 20))
    cli.connect()
    return cli


def history_of(cli: CommandLine) -> dict[str, object]:
    found = cli("channel", "show", "Shop", "--format", "json").data["history"]
    assert isinstance(found, dict)
    return found


def test_history_is_read_to_its_end(large: CommandLine) -> None:
    done = large("pull", "--format", "json")
    assert done.code == 0, done
    assert [(run["type"], run["state"]) for run in done.data] == [
        ("orders", "finished"),
        ("history", "finished"),
    ]
    assert "Shop: history: complete, 60 orders.\n" in done.err
    assert len(large("orders", "--format", "json").data) == 60
    told = history_of(large)
    assert (told["state"], told["seen"], told["share"]) == ("finished", 60, 1.0)
    assert "history" not in large("pull").err


def test_progress_is_told_at_most_every_two_seconds(large: CommandLine) -> None:
    line = re.compile(r"Shop: history: \d+ of about 60, back to \d{4}-\d\d-\d\d")
    assert backlog.EVERY == 2.0
    large.patch.setattr(backlog, "EVERY", 1000.0)
    assert len(line.findall(large("pull").err)) == 1
    assert large("flow", "add", "Shop", "history").code == 0
    large.patch.setattr(backlog, "EVERY", 0.0)
    assert len(line.findall(large("pull").err)) > 2


def test_history_may_be_left_to_the_worker(large: CommandLine) -> None:
    done = large("pull", "--no-history")
    assert done.code == 0, done
    assert "the worker or the next pull goes on" in done.err
    assert history_of(large)["state"] == "reading"
    assert len(large("orders", "--format", "json").data) < 60
    for option in (("--days", "3"), ("--since", "1d")):
        assert "complete" not in large("pull", *option).err
    assert "complete, 60 orders" in large("pull").err


def test_a_channel_that_stops_answering_is_read_on_later(large: CommandLine) -> None:
    assert large("pull", "--no-history").code == 0
    real = backfill.step

    def step(*words: Any) -> bool:
        large.fault("status", large.shop, "GET /orders", code=502, times=None)
        return real(*words)

    with large.patch.context() as patch:
        patch.setattr(backfill, "step", step)
        done = large("pull")
    assert (done.code, "does not answer now" in done.err) == (3, True), done
    large.heal(large.shop)
    assert "complete, 60 orders" in large("pull").err


def test_history_that_was_stopped_stays_so_until_its_flow_is_started(large: CommandLine) -> None:
    assert large("pull", "--no-history").code == 0
    assert large("flow", "stop", "Shop/History").code == 0
    stopped = large("pull")
    assert (stopped.code, 'it is stopped. stogly-tui flow start "Shop/History"' in stopped.err) == (0, True)
    assert large("flow", "start", "Shop/History").code == 0
    assert "complete, 60 orders" in large("pull").err


def test_an_interrupted_pull_is_gone_on_with(cli: CommandLine) -> None:
    sandbox_backfill(cli.shop, 2_300)
    cli.connect()
    cli.fault("slow_reply", cli.shop, "GET /orders", seconds=0.2, times=None)
    running = cli.spawn("pull")
    running.until("Shop: history: ")
    running.process.send_signal(signal.SIGINT)
    ended = running.ended()
    assert ended.code == 130, ended
    assert "the worker or the next pull goes on" in ended.err
    cli.heal(cli.shop)
    done = cli("pull")
    assert (done.code, "history: complete" in done.err) == (0, True), done
    assert len(cli("orders", "--format", "jsonl").out.splitlines()) == 2_300


def test_history_that_another_process_reads_is_not_waited_for(cli: CommandLine) -> None:
    sandbox_backfill(cli.shop, 2_300)
    cli.connect()
    cli.fault("slow_reply", cli.shop, "GET /orders", seconds=0.2, times=None)
    reader = cli.spawn("pull")
    reader.until("Shop: history: ")
    done = cli("pull")
    assert done.code == 0, done
    assert re.search(r"history: [\d,]+ of about 2,300, back to .*; another process", done.err), done
    assert reader.process.poll() is None
    reader.process.send_signal(signal.SIGINT)
    assert reader.ended().code == 130


def test_flows_say_from_where_to_where_and_when(large: CommandLine) -> None:
    assert (
        large(
            "flow", "add", "Shop", "orders", "--set", "transfer_once_a_day=true", "--set", "timeframe_days=5"
        ).code
        == 0
    )
    assert large("flow", "add", "Shop", "orders", "--name", "Often", "--set", "interval=2").code == 0
    added = large.spawn("flow", "add", "Shop", "history", "--set", "since=2024-01-01").ended()
    assert (added.code, "the worker reads it between live orders" in added.err) == (0, True), added
    told = {one["name"]: one for one in large("flow", "list", "--format", "json").data}
    assert {
        name: (one["type"], one["origin"], one["destination"], one["schedule"]) for name, one in told.items()
    } == {
        "Push": ("push", "here", "Main", "when due"),
        "Orders": ("orders", "Shop", "here", "every 15 min"),
        "Orders, daily": ("orders_daily", "Shop", "here", "daily 03:00"),
        "Often": ("orders", "Shop", "here", "every 2 min"),
        "History": ("history", "Shop", "here", "by itself"),
    }
    assert told["Orders, daily"]["settings"] == {"timeframe_days": 5}
    assert told["Orders"]["progress"] is None
    progress = told["History"]["progress"]
    assert (progress["state"], progress["seen"], progress["since"]) == ("reading", 0, "2024-01-01T00:00:00Z")
    assert "of about" in large("flow", "list").out


def test_what_a_flow_cannot_be_is_refused(large: CommandLine) -> None:
    for words, sentence in (
        (("orders", "--set", "interval=0"), "interval: "),
        (("history", "--set", "since=2999-01-01"), "since: lies in the future"),
        (("history", "--set", "until=2024-01-01"), "until: is not known here"),
        (("push",), "type: 'push' cannot be added. Types are: orders, orders_daily, history."),
    ):
        done = large("flow", "add", "Shop", *words)
        assert (done.code, sentence in done.err) == (2, True), done


def test_history_that_grew_beyond_what_the_channel_said_is_told_as_it_is(large: CommandLine) -> None:
    assert large("pull", "--no-history").code == 0
    with db.write(MACHINE):
        Backfill.update(total=None).execute()
    with db.read():
        shop = channels.by_name("shop")
    assert shop is not None
    row = backlog.of(shop)
    assert row is not None
    assert re.fullmatch(r"\d+ orders, back to \d{4}-\d\d-\d\d", backlog.told(row))
