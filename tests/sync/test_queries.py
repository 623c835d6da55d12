"""What screens and commands read, after a day of trade, on both engines."""

from datetime import UTC, datetime, timedelta

import pytest

from stogly_tui.domain.safe_text import folded
from stogly_tui.domain.search import Field, Term
from stogly_tui.domain.states import IntakeState, OrderStatus, PushState, PushWord
from stogly_tui.model import database as db
from stogly_tui.model.queries import (
    channels,
    order_detail,
    order_keys,
    orders,
    overview,
    problems,
    runs,
    status,
)
from stogly_tui.model.queries.order_filter import OrderFilter
from stogly_tui.operations import orders as order_operations
from tests.support.trade import ADA, Trade


@pytest.fixture
def day(trade: Trade) -> dict[str, int]:
    """One order sent, one in Error for its SKU, one in doubt, one unpaid and not sent, one a draft."""
    trade.shop.products.create({"name": "Gone", "sku": "GONE", "regular_price": "7.00"})
    placed = {"sent": trade.place(), "error": trade.place("GONE")}
    trade.pull()
    trade.send()
    trade.push()
    placed["doubt"] = trade.place(
        billing={"first_name": "Étienne", "country": "FR", "email": "Et@Example.com"}
    )
    trade.pull()
    trade.fault("drop_before_commit")
    trade.send([trade.row(placed["doubt"]).id])
    trade.push()
    placed["unpaid"] = trade.place(set_paid=False, status="pending")
    placed["draft"] = trade.place(set_paid=False, status="checkout-draft")
    trade.pull()
    return placed


def test_filters_find_what_they_name(trade: Trade, day: dict[str, int]) -> None:
    def found(**parts: object) -> set[str]:
        with db.read():
            text = str(parts.pop("search", ""))
            terms = tuple(Term(Field.TEXT, (folded(word),)) for word in text.split())
            which = OrderFilter(terms=terms, **parts)  # type: ignore[arg-type]
            ids = list(order_keys.all_ids(which))
            assert order_keys.count(which) == len(ids)
            return {row.remote_id for row in orders.page(ids)}

    assert found() == {str(remote_id) for remote_id in day.values()}
    assert found(push=(PushWord.SENT,)) == {str(day["sent"])}
    assert found(push=(PushWord.ERROR,)) == {str(day["error"]), str(day["doubt"])}
    assert found(push=(PushWord.NOT_SENT,)) == {str(day["unpaid"]), str(day["draft"])}
    assert found(states=(PushState.IN_DOUBT,)) == {str(day["doubt"])}
    assert str(day["unpaid"]) in found(statuses=(OrderStatus.PENDING,))
    assert found(search="gone") == {str(day["error"])}
    assert found(search="ÉTIENNE") == {str(day["doubt"])}
    assert found(search="et@example") == {str(day["doubt"])}
    assert found(search="100%_") == set()
    assert found(channels=(trade.channel("Shop").id,), since=datetime.now(UTC) - timedelta(days=1)) == found()
    assert found(until=datetime.now(UTC) - timedelta(days=1)) == set()


def test_every_sort_gives_every_order(trade: Trade, day: dict[str, int]) -> None:
    with db.read():
        for sort in order_keys.COLUMNS:
            assert len(order_keys.all_ids(OrderFilter(), sort)) == len(day)
            assert len(orders.first(OrderFilter(), 2, sort)) == 2


@pytest.mark.parametrize("text", ["{number}", "Shop/{number}", "shop/{number}", "{there}"])
def test_an_order_is_found_by_any_of_its_numbers(trade: Trade, day: dict[str, int], text: str) -> None:
    there = trade.row(day["sent"]).destination_id
    with db.read():
        found = orders.find(text.format(number=day["sent"], there=there))

    assert found[0].remote_id == str(day["sent"]) or text == "{there}"
    assert str(day["sent"]) in {row.remote_id for row in found}


def test_an_order_is_found_by_e_mail_phone_postcode_and_name(trade: Trade, day: dict[str, int]) -> None:
    with db.read():
        assert [row.remote_id for row in orders.find("ET@example.COM")] == [str(day["doubt"])]
        assert len(orders.find("1058")) == len(day)
        assert orders.find("étienne")[0].remote_id == str(day["doubt"])
        assert orders.find("no such thing") == []
    assert order_operations.resolve(str(day["sent"])).remote_id == str(day["sent"])


def test_the_detail_holds_everything(trade: Trade, day: dict[str, int]) -> None:
    detail = trade.detail(day["error"])

    assert detail.lines[0].sku == "GONE"
    assert detail.pushes[0].field == "sku"
    assert {"PLACED", "RECEIVED", "SEND", "SKU-NOT-AT-DEST"} <= {entry.code for entry in detail.timeline}
    assert list(detail.timeline) == sorted(detail.timeline, key=lambda entry: entry.at)
    with db.read():
        assert order_detail.detail(999_999) is None


def test_problems_are_grouped_by_cause_with_the_money_that_is_stuck(
    trade: Trade, day: dict[str, int]
) -> None:
    with db.read():
        found = {problem.kind: problem for problem in problems.open_problems()}

    assert found["error"].money == {"EUR": 700}
    assert found["in_doubt"].count == 1
    assert "GONE" in found["error"].subject


def test_the_day_adds_up_and_names_each_remainder(trade: Trade, day: dict[str, int]) -> None:
    with db.read():
        now = db.now()
        (row,) = overview.day(now - timedelta(days=1), now + timedelta(days=1)).channels

    assert row.here == len(day)
    assert (row.sent, row.errors, row.in_doubt, row.not_sent, row.filtered) == (1, 1, 1, 1, 1)
    assert (row.there, row.aside, row.left) == (1, 1, 3)
    assert sum(one.orders for one in row.remainders) == len(day) - 1
    assert {one.bucket: one.detail for one in row.remainders}["errors"].count("GONE") == 1


def test_channels_count_what_they_hold_and_what_waits(trade: Trade, day: dict[str, int]) -> None:
    with db.read():
        every = {channel.name: channel for channel in channels.overview()}
        assert channels.by_name("SHOP") is not None
        vitals = status.vitals()

    assert every["Shop"].orders == len(day)
    assert (every["Main"].errors, every["Main"].in_doubt) == (1, 1)
    assert vitals.orders == len(day)
    assert vitals.problems == 2


def test_the_log_can_be_narrowed(trade: Trade, day: dict[str, int]) -> None:
    with db.read():
        assert {entry.channel for entry in runs.entries(text="gone")} == {"Main"}
        assert runs.entries(text="no such") == []
        assert runs.entries(order_id=trade.row(day["draft"]).id) == []
        assert runs.latest(2)[0].id > runs.latest(2)[1].id
        assert all(
            run.seen == run.created + run.updated + run.unchanged + run.filtered + run.held + run.failed
            for run in runs.latest()
        )


def test_a_filtered_order_says_why(trade: Trade, day: dict[str, int]) -> None:
    row = trade.row(day["draft"])

    assert row.intake is IntakeState.FILTERED
    assert "draft" in row.intake_reason
    assert order_operations.retry_intake(ADA, row.id) is IntakeState.FILTERED
