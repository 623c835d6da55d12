"""Working together by the command line: notes, assignment, activity; and verbs over many orders."""

import json

import pytest

from stogly_tui.domain.people import Actor, Role
from stogly_tui.model import database as db
from stogly_tui.model.tables import Order, Push
from stogly_tui.operations import orders
from tests.cli.support import CommandLine, Typed

ADA = Actor("ada", Role.ADMIN)


@pytest.fixture
def placed(cli: CommandLine) -> list[str]:
    """Three orders, read; the command line acts as ana."""
    cli.patch.setenv("STOGLY_USER", "ana")
    cli.connect()
    return cli.pulled(3)


def intakes() -> list[str]:
    with db.read():
        return [str(row.intake.value) for row in Order.select().order_by(Order.id)]


def test_a_note_stands_on_its_order_with_author_and_time(cli: CommandLine, placed: list[str]) -> None:
    done = cli("note", placed[0], "customer rang")

    assert (done.code, done.out, done.err) == (0, "", f"{placed[0]} has a note more.\n")
    (note,) = cli.order(placed[0])["notes"]
    assert (note["author"], note["text"], note["at"][-1]) == ("ana", "customer rang", "Z")
    assert cli("note", placed[0], "  ").code == 2


def test_orders_are_assigned_to_a_name_to_me_and_to_nobody(cli: CommandLine, placed: list[str]) -> None:
    assert cli("assign", *placed, "--to", "ben").code == 0
    assert cli.order(placed[0])["assigned_to"] == "ben"
    assert "assigned to ana.\n" in cli("assign", placed[0], "--to", "me").err
    assert "assigned to ana already.\n" in cli("assign", placed[0], "--to", "ana").err
    assert cli("assign", placed[0], "--to", "").code == 0
    assert cli.order(placed[0])["assigned_to"] is None


def test_named_orders_are_held_and_released_each_with_its_result(cli: CommandLine, placed: list[str]) -> None:
    assert cli("hold", *placed[:2]).code == 2
    done = cli("hold", *placed[:2], "--reason", "stock is counted", "--format", "json")

    assert done.code == 0, done
    assert {(one["number"], one["result"]) for one in done.data} == {(number, "ok") for number in placed[:2]}
    assert intakes() == ["held", "held", "accepted"]
    again = cli("hold", *placed, "--reason", "stock is counted")
    assert (again.code, "is held already" in again.err) == (1, True)
    assert cli("release", *placed, "--format", "jsonl").code == 0
    assert intakes() == ["accepted"] * 3


def test_what_a_search_finds_is_planned_first_and_wants_its_number(
    cli: CommandLine, placed: list[str]
) -> None:
    plan = cli("hold", "--search", "placed:30d", "--reason", "recount", "--dry-run")
    assert (plan.code, "3 orders would be held. Nothing was changed." in plan.err) == (0, True)
    assert intakes() == ["accepted"] * 3
    assert cli("hold", "--search", "placed:30d", "--reason", "recount").code == 2
    assert cli("hold", "--search", "placed:30d", "--reason", "recount", stdin=Typed("2\n")).code == 2
    assert intakes() == ["accepted"] * 3

    done = cli("hold", "--search", "placed:30d", "--reason", "recount", stdin=Typed("3\n"))

    assert (done.code, "3 ok." in done.err) == (0, True)
    assert intakes() == ["held"] * 3
    assert cli("release", "--search", "placed:30d", "--yes").code == 0
    assert cli("release", placed[0], "--search", "placed:30d").code == 2
    assert cli("hold", "--search", "colour:red", "--reason", "recount", "--yes").code == 2


def test_orders_in_error_are_handled_by_hand(cli: CommandLine, placed: list[str]) -> None:
    cli("push", placed[0])
    with db.write(ADA):
        Push.update(state="error", destination_order_id=None).execute()

    done = cli("handled", placed[0], placed[1], "--reason", "entered by hand")

    assert done.code == 1
    assert f"{placed[1]} is not in Error.\n" in done.err
    assert cli.order(placed[0])["push_state"] == "handled_manually"


def test_what_could_not_be_read_is_retried(cli: CommandLine, placed: list[str]) -> None:
    with db.write(ADA):
        Order.update(intake="failed").where(Order.number == placed[0]).execute()

    done = cli("retry", *placed, "--format", "json")

    assert done.code == 1
    assert [one["result"] for one in done.data] == ["ok", "skipped", "skipped"]
    assert cli.order(placed[0])["intake"] == "accepted"


def test_the_activity_tells_who_did_what_latest_first(cli: CommandLine, placed: list[str]) -> None:
    cli("note", placed[0], "customer rang")
    with db.read():
        key = Order.get(Order.number == placed[1]).id
    orders.hold(Actor("ben", Role.OPERATOR), key, reason="recount")

    told = [
        json.loads(line) for line in cli("activity", "--since", "1h", "--format", "jsonl").out.splitlines()
    ]

    assert [(one["user"], one["verb"], one["names"]) for one in told[:2]] == [
        ("ben", "hold", [placed[1]]), ("ana", "note", [placed[0]]),
    ]  # fmt: skip
    only = cli("activity", "--user", "ben")
    assert len(only.out.splitlines()) == 2
    assert "held by ben: recount" in only.out
    assert len(cli("activity", "--limit", "1", "--format", "json").data) == 1


@pytest.mark.parametrize(
    "words",
    [("note", "hi"), ("assign", "--to", "me"), ("hold", "--reason", "because"), ("release",), ("retry",)],
)
def test_a_viewer_may_do_none_of_it(cli: CommandLine, placed: list[str], words: tuple[str, ...]) -> None:
    cli.patch.setenv("STOGLY_ROLES", '{"ana": "viewer", "ada": "admin"}')

    assert cli(words[0], placed[0], *words[1:]).code == 4
    assert intakes() == ["accepted"] * 3
