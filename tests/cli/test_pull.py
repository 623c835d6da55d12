"""Reading by the command line: what came, what failed by name, and who else is reading."""

import os
from datetime import timedelta

from stogly_tui.config import host
from stogly_tui.domain.people import MACHINE
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels
from stogly_tui.model.transitions import leases
from tests.cli.support import CommandLine


def test_what_came_is_told_per_channel(cli: CommandLine) -> None:
    cli.connect()
    cli.place()
    cli.place()
    done = cli("pull")
    assert (done.code, done.out, done.err) == (0, "", "Shop: 2 seen = 2 new\n")


def test_reading_again_finds_nothing_new_and_leaves_the_cursor(cli: CommandLine) -> None:
    cli.connect()
    cli.pulled(2)
    for option in (("--since", "2020-01-01"), ("--days", "3"), ("--since", "2d")):
        [run] = cli("pull", "Shop", *option, "--format", "json").data
        assert (run["seen"], run["created"], run["unchanged"]) == (2, 0, 2)


def test_one_order_is_read_by_its_id(cli: CommandLine) -> None:
    cli.connect()
    placed = cli.place()
    done = cli("pull", "Shop", "--order", str(placed), "--format", "json")
    assert done.code == 0, done
    assert done.data["number"] == f"S-{placed}"
    missing = cli("pull", "--order", "999999")
    assert (missing.code, missing.err) == (1, "Shop/999999: there is no such order at Shop.\n")


def test_a_record_that_cannot_be_read_is_named(cli: CommandLine) -> None:
    cli.connect()
    broken, _ = cli.place(), cli.place()
    cli.shop.orders.record(broken)["currency"] = "???"
    cli.shop.orders.forget_rendered()
    done = cli("pull")
    assert done.code == 1, done
    assert f"Shop/{broken}: BAD-RECORD: " in done.err
    assert sorted(one["intake"] for one in cli("orders", "--format", "json").data) == ["accepted", "failed"]


def test_a_store_that_is_down_may_be_tried_again(cli: CommandLine) -> None:
    cli.connect()
    cli.place()
    cli.fault("status", cli.shop, code=502, times=None)
    down = cli("pull")
    assert down.code == 3
    assert "Shop: FAILED, UNREACHABLE: " in down.err
    assert cli("pull", "--order", "1").code == 3
    cli.heal(cli.shop)
    back = cli("pull")
    assert (back.code, "1 new" in back.err) == (0, True)
    assert cli("channel", "list", "--format", "json").data[1]["state"] == "active"


def test_keys_that_are_refused_end_the_pull(cli: CommandLine) -> None:
    cli.connect()
    cli.fault("expired_key", cli.shop, times=None)
    done = cli("pull")
    assert done.code == 3
    assert "AUTH-FAILED" in done.err
    assert cli("channel", "list", "--format", "json").data[1]["state"] == "needs_sign_in"


def test_a_channel_that_another_process_reads_is_waited_for(cli: CommandLine) -> None:
    cli.connect()
    cli.place()
    with db.read():
        shop = channels.by_name("shop")
    assert shop is not None
    key, holder = f"intake:{shop.id}", f"{host()}:{os.getpid()}:test"
    with db.write(MACHINE) as tx:
        assert leases.take(tx, key, holder, timedelta(minutes=5)) is not None
    running = cli.spawn("pull")
    running.until("Shop is being read by another process")
    with db.write(MACHINE) as tx:
        leases.release(tx, key, holder)
    ended = running.ended()
    assert (ended.code, "1 new" in ended.err) == (0, True), ended


def test_channels_that_cannot_be_read_are_refused_by_name(cli: CommandLine) -> None:
    empty = cli("pull")
    assert (empty.code, empty.err.partition(" ")[0]) == (2, "channel:")
    cli.connect()
    assert cli("pull", "Nowhere").err == "channel: there is no channel 'Nowhere'. Known are: Main, Shop.\n"
    assert "it gives no orders" in cli("pull", "Main").err
    wrong = cli("pull", "--since", "2026-11-16T08:00:00")
    assert (wrong.code, wrong.err) == (
        2, "since: '2026-11-16T08:00:00' has no time zone. Add Z for UTC or an offset such as +01:00.\n"
    )  # fmt: skip
