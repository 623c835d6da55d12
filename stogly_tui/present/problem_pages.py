"""Open problems: the console and the command line say the same."""

from collections.abc import Iterable, Mapping
from typing import Any

from stogly_tui.domain.money import to_text
from stogly_tui.model.queries.problems import Problem
from stogly_tui.present import money
from stogly_tui.present.blocks import Line, Tone, line, say, wrapped
from stogly_tui.present.errors import of_code, sku_named
from stogly_tui.present.times import iso

NAMED = 20
"""Orders that a problem names."""


def problem_json(one: Problem, numbers: Mapping[int, str]) -> dict[str, Any]:
    """A problem with its sentences; ``numbers`` names its orders by id. ``minor`` is for tables only."""
    said = of_code(
        one.code, destination=one.where, channel=one.where, detail=one.subject, sku=sku_named(one.subject)
    )
    return {
        "kind": one.kind,
        "code": one.code,
        "where": one.where,
        "says": said.says,
        "next_step": said.next_step,
        "subject": one.subject,
        "orders": one.count,
        "money": {currency: to_text(minor, currency) for currency, minor in one.money.items()},
        "minor": dict(one.money),
        "oldest": iso(one.oldest),
        "ship_by": iso(one.ship_by),
        "numbers": [numbers[order_id] for order_id in one.orders if order_id in numbers],
    }


def lines(row: Mapping[str, Any], width: int) -> Iterable[Line]:
    """One problem of `problem_json`: its code, how much is stuck, why, what to do, and its first orders."""
    many = "1 order" if row["orders"] == 1 else f"{row['orders']:,} orders"
    stuck = f", {money.sums(row['minor'])}" if row["minor"] else ""
    by = f", ship by {row['ship_by']}" if row["ship_by"] else ""
    yield line(say(row["code"], Tone.STRONG), f"  {row['where']}: {many}{stuck}{by}")
    detail = "" if row["subject"] in row["says"] else row["subject"]
    for sentence in filter(None, (row["says"], detail, row["next_step"], ", ".join(row["numbers"]))):
        yield from wrapped(sentence, width, 4)
