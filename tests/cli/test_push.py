"""Sending by the command line: plans, exactly those orders, what failed by name, and several at once."""

from pathlib import Path

from tests.cli.support import CommandLine, Typed


def test_a_dry_run_prints_the_plan_and_changes_nothing(cli: CommandLine) -> None:
    cli.connect()
    first, second = cli.pulled(2)
    plan = cli("push", first, "--dry-run", "--format", "json")
    assert [(item["number"], item["destination"], item["total"]) for item in plan.data] == [
        (first, "Main", "20.00")
    ]
    every = cli("push", "--all-not-sent", "--dry-run")
    assert first in every.out
    assert second in every.out
    assert (every.code, cli.at_destination()) == (0, [])
    assert cli.order(first)["push_state"] == "not_sent"


def test_only_the_orders_that_are_named_are_sent(cli: CommandLine) -> None:
    cli.connect()
    first, second = cli.pulled(2)
    done = cli("push", first, "--format", "json")
    assert done.code == 0, done
    assert [(one["number"], one["push_status"]) for one in done.data] == [(first, "sent")]
    assert cli.order(second)["push_status"] == "not_sent"
    again = cli("push", first)
    assert (again.code, len(cli.at_destination())) == (0, 1)
    assert "was sent already" in again.err


def test_sending_everything_wants_the_number_typed_or_yes(cli: CommandLine) -> None:
    cli.connect()
    cli.pulled(2)
    nobody = cli("push", "--all-not-sent")
    assert nobody.code == 2
    assert "Add --yes" in nobody.err
    wrong = cli("push", "--all-not-sent", stdin=Typed("3\n"))
    assert wrong.code == 2
    assert cli.at_destination() == []
    right = cli("push", "--all-not-sent", stdin=Typed("2\n"))
    assert right.code == 0
    assert "Type 2 to send them: " in right.err
    assert "Main gets 2 as processing; it mails nobody and takes stock." in right.err
    assert len(cli.at_destination()) == 2


def test_an_order_that_fails_is_named_with_its_next_step(cli: CommandLine) -> None:
    cli.connect()
    cli.shop.products.create({"name": "Only at the shop", "sku": "RARE", "regular_price": "9.00"})
    rare, plain = cli.place("RARE"), cli.place()
    assert cli("pull").code == 0
    done = cli("push", f"S-{rare}", f"S-{plain}")
    assert done.code == 1
    assert f"S-{rare}: SKU-NOT-AT-DEST: " in done.err
    assert "1 sent, 1 failed, 0 waiting." in done.err
    order = cli.order(f"S-{rare}")
    assert (order["push_status"], order["push_state"]) == ("error", "error")
    assert order["push_error"].startswith("SKU-NOT-AT-DEST: ")

    cli.main.products.create({"name": "Now here too", "sku": "RARE", "regular_price": "9.00"})
    assert cli("push", "--failed", "--yes").code == 0
    assert cli.order(f"S-{rare}")["push_status"] == "sent"


def test_a_lost_reply_is_in_doubt_and_never_sent_twice(cli: CommandLine) -> None:
    cli.connect()
    [number] = cli.pulled()
    cli.fault("drop_reply_after_commit", cli.main, "POST /orders")
    doubtful = cli("push", number)
    assert doubtful.code == 1
    assert "OUTCOME-UNKNOWN" in doubtful.err
    assert cli.order(number)["push_state"] == "in_doubt"
    refused = cli("push", number)
    assert refused.code == 1
    assert "outcome is unknown" in refused.err
    assert len(cli.at_destination()) == 1


def test_orders_wait_for_a_destination_that_is_down_and_go_out_when_it_is_back(cli: CommandLine) -> None:
    cli.connect()
    [number] = cli.pulled()
    cli.fault("status", cli.main, code=502, times=None)
    down = cli("push", number)
    assert down.code == 3
    assert f"{number} waits: Main is unreachable" in down.err
    assert cli("channel", "list", "--format", "json").data[0]["state"] == "unreachable"
    cli.heal(cli.main)
    back = cli("push", number)
    assert back.code == 0, back
    assert len(cli.at_destination()) == 1


def test_due_sends_what_the_rules_let_through(cli: CommandLine) -> None:
    cli.connect()
    cli.send_all_by_rule()
    paid = f"S-{cli.place()}"
    unpaid = f"S-{cli.place(set_paid=False)}"
    assert cli("pull").code == 0
    plan = cli("push", "--due", "--dry-run", "--format", "json")
    assert [item["number"] for item in plan.data] == [paid]
    done = cli("push", "--due", "--format", "json")
    assert done.code == 0, done
    assert [(one["number"], one["push_status"]) for one in done.data] == [(paid, "sent")]
    assert cli.order(unpaid)["push_status"] == "not_sent"
    assert cli("push", "--due", "--format", "json").data == []


def test_queued_orders_are_taken_back_until_they_are_claimed(cli: CommandLine) -> None:
    cli.connect()
    [number] = cli.pulled()
    assert cli("channel", "pause", "Main").code == 0
    waits = cli("push", number)
    assert (waits.code, cli.order(number)["push_state"]) == (3, "queued")
    assert cli("recall", number).err == f"{number} is taken back.\n"
    assert cli.order(number)["push_state"] == "not_sent"
    late = cli("recall", number)
    assert (late.code, late.err) == (1, f"{number} is not taken back: it is not sent.\n")
    assert (cli("recall").code, cli("recall").err) == (0, "Nothing is queued.\n")


def test_several_processes_send_each_order_once_and_all_end(cli: CommandLine) -> None:
    cli.connect()
    numbers = cli.pulled(12)
    running = [cli.spawn("push", *numbers) for _ in range(3)]
    ended = [one.ended() for one in running]
    assert [one.code for one in ended] == [0, 0, 0], "\n".join(map(str, ended))
    assert len(cli.at_destination()) == 12
    assert len(set(cli.at_destination())) == 12


def test_a_restored_copy_sends_by_rule_only_after_a_plan_was_confirmed(
    cli: CommandLine, tmp_path: Path
) -> None:
    cli.connect()
    cli.send_all_by_rule()
    cli.pulled(2)
    copy = tmp_path / "copy.db"
    assert cli("backup", str(copy)).code == 0
    cli.patch.setenv("STOGLY_DATABASE_URL", f"sqlite:///{copy}")

    assert "automatic sending is off" in cli("doctor").out
    refused = cli("push", "--due")
    assert refused.code == 2
    assert "Automatic sending is off" in refused.err
    assert cli.at_destination() == []
    assert cli("push", "--due", stdin=Typed("2\n")).code == 0
    assert len(cli.at_destination()) == 2
    assert cli("push", "--due").code == 0


def test_what_to_send_has_to_be_said_and_said_once(cli: CommandLine) -> None:
    for words in ((), ("--due", "--failed"), ("S-1", "--all-not-sent")):
        done = cli("push", *words)
        assert done.code == 2
        assert "Give one of ORDER…, --due, --failed or --all-not-sent" in done.err


def test_one_unknown_order_keeps_all_of_them_back(cli: CommandLine) -> None:
    cli.connect()
    [number] = cli.pulled()
    done = cli("push", number, "S-999999", "S-888888")
    assert done.code == 2
    assert "there is no order 'S-999999'" in done.err
    assert "there is no order 'S-888888'" in done.err
    assert cli.at_destination() == []
