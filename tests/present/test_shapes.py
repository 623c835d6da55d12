"""Money, times, columns and JSON as people and scripts read them."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stogly_tui.domain.orders import Address
from stogly_tui.domain.states import ChargeKind
from stogly_tui.model.queries.order_detail import ChargeRow, LineRow, OrderDetail, TimelineRow
from stogly_tui.present import money, order_pages, order_table, times, words
from stogly_tui.present.blocks import View, line, plain, say, wrapped
from stogly_tui.present.orders_json import detail_json, order_json
from stogly_tui.present.table import layout
from tests.present.test_errors import AT, ROW

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PROMISED = (
    "number channel platform remote_id placed_at customer items total currency payment_status status push_status"
    " push_state push_error writeback ship_by destination destination_id attempts"
).split()
DETAIL = OrderDetail(
    row=ROW,
    lines=(
        LineRow("TEE", "T-shirt", 1, 0, 0, 1, 1, 0, 0, 3300, 695, ""),
        LineRow("CAP", "Cap\x1b[31m red", 2, 0, 0, 1, 1, 0, 0, 6400, 0, "CAP-R"),
    ),
    charges=(ChargeRow(ChargeKind.SHIPPING, "DHL", 600, 0),),
    billing=Address(),
    shipping=Address(name="Mia Jensen", line1="Havnegade 12", city="Kobenhavn K", postcode="1058", country="DK"),
    pushes=(),
    timeline=(TimelineRow(AT, "Woo Retail", "PLACED", "placed by the buyer"),),
    remote_number="1042", tax=695, refunded=0, phone="", note="", payment_method="card", reference="",
    paid_at=AT, received_at=AT, unknown=(), tags=(), source_change_note="", payload=b'{"a": "\xff\x1b"}',
    first_run_id=1, last_run_id=1, time_zone="UTC", financial_status="PARTIALLY_PAID", fulfilment_status="UNFULFILLED",
    presentment_currency="USD", presentment_total=12000,
)  # fmt: skip


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (124800, "EUR", "EUR 1,248.00"),
        (-5, "USD", "USD -0.05"),
        (1200, "JPY", "JPY 1,200"),
        (1234567, "KWD", "KWD 1,234.567"),
    ],
)
def test_money_has_its_currency_and_decimals(minor: int, currency: str, shown: str) -> None:
    assert money.shown(minor, currency) == shown


@given(st.integers(-(10**10), 10**10), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_money_in_a_column_ends_where_the_column_ends(minor: int, currency: str) -> None:
    told = money.aligned(minor, currency, 16)

    assert len(told) == 16
    assert told.startswith(currency)


def test_money_of_two_currencies_is_never_added_up() -> None:
    assert money.sums({"EUR": 100, "GBP": 250}) == "GBP 2.50  EUR 1.00"


@pytest.mark.parametrize(
    ("ago", "shown"),
    [(5, "now"), (130, "2m"), (7200, "2h"), (3 * 86400, "3d"), (100 * 86400, "14w"), (3000 * 86400, "8y")],
)
def test_an_age_takes_three_cells(ago: int, shown: str) -> None:
    assert times.age(AT - timedelta(seconds=ago), AT) == shown


def test_an_absolute_time_names_its_zone() -> None:
    assert times.absolute(AT, AMSTERDAM) == "Fri 13 Nov 09:02 CET"
    assert times.stamp(AT, UTC) == "2026-11-13 08:02:00 UTC"


def test_scripts_get_utc_with_z() -> None:
    assert times.iso(AT) == "2026-11-13T08:02:00Z"
    assert times.iso(AT.astimezone(AMSTERDAM)) == "2026-11-13T08:02:00Z"
    assert times.iso(None) is None


def test_what_is_due_tomorrow_names_the_day() -> None:
    assert times.until(AT + timedelta(days=1), AT, UTC) == "Sat 08:02"
    assert times.until(AT - timedelta(days=1), AT, UTC) == "now"


@given(st.integers(60, 300))
def test_columns_fill_their_room_and_never_more(width: int) -> None:
    room = width - 3
    placed = layout(order_table.HEADS, width, room)
    taken = sum(one.width for one in placed) + len(placed) - 1

    assert taken <= max(room, 78)
    assert {"number", "customer", "total", "push_status"} <= {one.head.key for one in placed}


def test_wider_screens_show_more_columns() -> None:
    def shown(width: int) -> set[str]:
        return {one.head.key for one in layout(order_table.HEADS, width, width - 3)}

    assert "channel" not in shown(80)
    assert {"channel", "items"} <= shown(100)
    assert {"email", "placed"} <= shown(120)


def test_a_marked_order_says_send() -> None:
    view = View(AT, UTC)

    assert order_table.cells(ROW, view, is_marked=True)["push"].text == "Send"
    assert order_table.cells(ROW, view, is_marked=False)["push"].text == ""


def test_an_order_in_a_list_has_what_scripts_are_promised() -> None:
    told = order_json(ROW)

    assert set(PROMISED) <= set(told)
    assert told["total"] == "129.90"
    assert told["placed_at"] == "2026-11-13T08:02:00Z"
    assert told["push_status"] == "not_sent"
    assert told["push_error"] is None


def test_a_whole_order_has_its_lines_and_no_payload() -> None:
    told = detail_json(DETAIL)

    assert {"lines", "charges", "addresses", "pushes", "fulfilments", "writebacks", "timeline"} <= set(told)
    assert told["lines"][1]["price"] == "32.00"
    assert told["addresses"]["billing"] is None
    assert "payload" not in told


def test_a_partial_status_is_a_label() -> None:
    assert words.status(ROW, DETAIL.lines) == "Processing (2/3 shipped)"


@pytest.mark.parametrize("name", list(order_pages.PAGES))
@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_page_of_an_order_shows_a_control_character(name: str, width: int) -> None:
    lines = order_pages.PAGES[name](DETAIL, View(AT, UTC, width))

    assert lines
    assert all(plain(one).isprintable() for one in lines)


@given(st.text(), st.integers(10, 80))
def test_every_segment_is_harmless(text: str, width: int) -> None:
    shown = [line(text), line(say(text)), *wrapped(text, width)]

    assert not {char for one in shown for char in plain(one) if ord(char) < 32 or 0x7F <= ord(char) < 0xA0}


def test_the_summary_tells_the_words_of_the_channel_and_what_the_buyer_saw() -> None:
    told = "\n".join(plain(one) for one in order_pages.summary(DETAIL, View(AT, AMSTERDAM, 120)))

    assert (
        f"status {ROW.remote_status}, money partially paid, fulfilment unfulfilled at {ROW.channel}" in told
    )
    assert "Buyer saw     USD 120.00" in told
