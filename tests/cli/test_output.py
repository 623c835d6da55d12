"""What is printed: the formats, and text from outside that would like to be more than text."""

import csv
import io
import json
import re

import pytest

from tests.cli.support import CommandLine

HOSTILE = "\x1b[31mEve\x1b]0;owned\x07\u202egnp \x9b2J"
ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def hostile(cli: CommandLine, **more: str) -> str:
    cli.connect()
    billing = {
        "first_name": HOSTILE,
        "last_name": "[@click=app.quit]",
        "email": "eve@example.com",
        "country": "DK",
        **more,
    }
    placed = cli.place(billing=billing, shipping=billing, customer_note=f"note {HOSTILE}")
    assert cli("pull").code == 0
    return f"S-{placed}"


def test_text_from_outside_never_acts_on_a_terminal(cli: CommandLine) -> None:
    number = hostile(cli)
    for words in (
        ("orders",), ("orders", "--format", "csv"), ("orders", "--format", "json"), ("orders", "--format", "jsonl"),
        ("order", number), ("order", number, "--format", "json"), ("push", number, "--dry-run"), ("log",),
        ("order", HOSTILE), ("pull", HOSTILE), ("orders", "--channel", HOSTILE), ("frobnicate", HOSTILE),
    ):  # fmt: skip
        done = cli(*words)
        assert not ACTING.search(done.out + done.err), words
    whole = cli.order(number)
    assert "\x1b" in whole["customer"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1+1", "＝1+1"])
def test_a_csv_cell_is_never_a_formula(cli: CommandLine, name: str) -> None:
    hostile(cli, first_name=name, last_name="")
    out = cli("orders", "--format", "csv").out
    [row] = csv.DictReader(io.StringIO(out))
    assert row["customer"].startswith("'")
    assert row["total"] == "20.00"
    assert row["push_status"] == "not_sent"


def test_lists_are_limited_and_filtered(cli: CommandLine) -> None:
    cli.connect()
    numbers = cli.pulled(3)
    assert cli("push", numbers[0]).code == 0
    told = cli("orders", "--limit", "2")
    assert len(told.out.splitlines()) == 3
    assert told.err == "2 of 3 orders; --limit 0 shows all.\n"

    def found(*words: str) -> list[str]:
        lines = cli("orders", "--format", "jsonl", *words).out.splitlines()
        return [json.loads(line)["number"] for line in lines]

    assert sorted(found()) == sorted(numbers)
    assert len(found("--limit", "1")) == 1
    assert found("--push-status", "sent") == [numbers[0]]
    assert sorted(found("--push-status", "not_sent")) == sorted(numbers[1:])
    assert found("--push-status", "error") == found("--until", "2d") == found("--channel", "Main") == []
    assert sorted(found("--since", "1d", "--customer", "jensen", "--status", "processing")) == sorted(numbers)
    assert found("--search", numbers[1]) == [numbers[1]]
    assert cli("orders", "--format", "json", "--search", "nothing-like-it").out == "[]\n"


def test_a_number_that_two_channels_gave_lists_the_candidates(cli: CommandLine) -> None:
    cli.connect()
    assert cli("channel", "set", "Shop", "order_prefix=").code == 0
    assert cli.add("Other", cli.other).code == 0
    placed = cli.place()
    while (twin := cli.place(at=cli.other)) < placed:
        pass
    while placed < twin:
        placed = cli.place()
    assert cli("pull").code == 0

    several = cli("order", str(placed))
    assert several.code == 2
    assert f"'{placed}' may be one of several: " in several.err
    assert f"Shop/{placed} ({placed})" in several.err
    assert f"Other/{placed} ({placed})" in several.err
    assert cli.order(f"OTHER/{placed}")["channel"] == "Other"
    near = cli("push", "buyer@example.com")
    assert near.code == 2
    assert "Did you mean " in near.err
