"""WooCommerce orders become ours: every recorded one to the cent, and no odd one crashes."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stogly_tui.domain.orders import IncomingOrder
from stogly_tui.domain.states import ChargeKind, PaymentStatus
from stogly_tui.platforms.base import RawOrder
from stogly_tui.platforms.woocommerce.translate import read_order
from stogly_tui.platforms.woocommerce.wire import NotJson, document, records
from tests.platforms.support import needs_contracts, recorded_orders

BERLIN = ZoneInfo("Europe/Berlin")


def wire(**changes: Any) -> dict[str, Any]:
    """An order in the shape of `GET /orders`, 22.90 EUR."""
    return {
        "id": 7,
        "status": "processing",
        "currency": "EUR",
        "total": "22.90",
        "total_tax": "3.66",
        "order_key": "wc_order_x",
        "number": "7",
        "prices_include_tax": True,
        "date_created": "2026-11-21T10:00:00",
        "date_created_gmt": "2026-11-21T09:00:00",
        "date_modified_gmt": "2026-11-21T09:30:00",
        "date_paid_gmt": "2026-11-21T09:00:05",
        "created_via": "checkout",
        "billing": {
            "first_name": "Ada",
            "last_name": "L",
            "country": "DE",
            "email": "a@b.test",
            "phone": "1",
        },
        "shipping": [],
        "line_items": [
            {
                "id": 1,
                "name": "Tea &amp; Cup",
                "product_id": 11,
                "variation_id": 12,
                "quantity": 2,
                "sku": "TEA",
                "subtotal": "16.81",
                "total": "15.13",
                "total_tax": "2.87",
            }
        ],
        "shipping_lines": [{"method_title": "DHL", "total": "4.96", "total_tax": "0.94"}],
        "fee_lines": [{"name": "Voucher", "total": "-0.84", "total_tax": "-0.16"}],
        "refunds": [],
        "meta_data": [],
    } | changes


def read(value: Any, zone: ZoneInfo = BERLIN) -> RawOrder:
    [record] = records(json.dumps([value]).encode())
    return read_order(record, zone)


def order(**changes: Any) -> IncomingOrder:
    made = read(wire(**changes)).order
    assert made is not None
    return made


@needs_contracts
def test_every_recorded_order_adds_up_to_its_total() -> None:
    count = 0
    for name, recorded in recorded_orders():
        raw = read(recorded)
        assert raw.order is not None, (name, raw.problem)
        assert raw.order.sum_of_parts == raw.order.total, name
        assert raw.order.unknown == (), name
        count += 1
    assert count > 50


def test_a_whole_order() -> None:
    made = order()
    assert made.sum_of_parts == made.total == 2290
    assert (made.placed_at, made.modified_at) == (
        datetime(2026, 11, 21, 9, tzinfo=UTC),
        datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
    )
    [line] = made.lines
    assert (line.sku, line.name, line.ordered, line.total, line.tax, line.subtotal, line.product_ref) == (
        "TEA", "Tea & Cup", 2, 1513, 287, 1681, "12",
    )  # fmt: skip
    assert [(c.kind, c.amount, c.tax) for c in made.charges] == [
        (ChargeKind.SHIPPING, 496, 94),
        (ChargeKind.DISCOUNT, -84, -16),
    ]
    assert (made.customer, made.email, made.shipping.is_blank) == ("Ada L", "a@b.test", True)
    assert (made.payment, made.confirmed, made.reference) == (PaymentStatus.PAID, True, "checkout")


@pytest.mark.parametrize(
    ("changes", "payment", "confirmed"),
    [
        ({"status": "pending", "date_paid_gmt": None}, PaymentStatus.UNPAID, False),
        ({"status": "on-hold", "date_paid_gmt": None}, PaymentStatus.UNPAID, False),
        (
            {"status": "on-hold", "date_paid_gmt": None, "transaction_id": "ch_1"},
            PaymentStatus.AUTHORISED,
            False,
        ),
        ({"status": "processing", "date_paid_gmt": None}, PaymentStatus.PAID, True),
        ({"status": "completed"}, PaymentStatus.PAID, True),
        ({"status": "failed"}, PaymentStatus.UNPAID, False),
        ({"status": "refunded"}, PaymentStatus.REFUNDED, False),
        ({"refunds": [{"total": "-6.85"}]}, PaymentStatus.PARTIALLY_REFUNDED, True),
        ({"refunds": [{"total": "-20.00"}, {"total": "-2.90"}]}, PaymentStatus.REFUNDED, True),
        ({"status": "pending", "total": "0.00", "date_paid_gmt": None}, PaymentStatus.PAID, True),
        ({"status": "checkout-draft", "date_paid_gmt": None}, PaymentStatus.UNPAID, False),
        ({"status": "awaiting-pickup", "date_paid_gmt": None}, PaymentStatus.UNPAID, False),
        ({"status": "awaiting-pickup"}, PaymentStatus.PAID, True),
        ({"status": "cancelled", "date_paid_gmt": None}, PaymentStatus.UNPAID, False),
    ],
)
def test_payment(changes: dict[str, Any], payment: PaymentStatus, confirmed: bool) -> None:
    made = order(**changes)
    assert (made.payment, made.confirmed) == (payment, confirmed)


def test_status_becomes_quantities() -> None:
    def quantities(**changes: Any) -> tuple[int, int, int]:
        [line] = order(**changes).lines
        return line.cancelled, line.fulfilled, line.shipped

    assert quantities() == (0, 0, 0)
    assert quantities(status="completed") == (0, 2, 2)
    assert quantities(status="cancelled") == (2, 0, 0)
    assert quantities(status="refunded") == (2, 0, 0)
    assert quantities(status="refunded", date_completed_gmt="2026-11-22T09:00:00") == (0, 2, 2)
    assert order(status="cancelled").is_cancelled
    assert order(status="auto-draft").is_draft
    assert order(status="trash").is_trashed
    assert order(status="in-transit").unknown == ("status=in-transit",)


def test_dates_without_their_gmt_twin_are_read_in_the_stores_zone() -> None:
    made = order(date_created_gmt=None, date_created="2026-07-01T10:00:00")
    assert made.placed_at == datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert order(date_modified_gmt="0000-00-00").modified_at == made.placed_at.replace(
        month=11, day=21, hour=9
    )


def test_another_order_under_the_same_id_is_another_incarnation() -> None:
    assert order().incarnation == order(status="completed", total="1.00").incarnation
    assert (
        len(
            {
                order().incarnation,
                order(order_key="y").incarnation,
                order(date_created_gmt="2026-11-21T09:00:01").incarnation,
            }
        )
        == 3
    )


def test_our_reference_in_the_meta_data_wins() -> None:
    assert order(meta_data=[None, {"key": "_stogly_reference", "value": "ref:1"}]).reference == "ref:1"


@pytest.mark.parametrize(
    ("quantity", "ordered", "odd"),
    [
        (1.5, 2, "quantity 1.5"),
        (0, 0, "quantity 0"),
        (-1, 0, "quantity -1"),
        ("3", 3, ""),
        (2.0, 2, ""),
        (None, 0, "quantity None"),
        (1e300, 0, "quantity 1e+300"),
    ],
)
def test_quantities_that_are_no_whole_pieces_are_named(quantity: Any, ordered: int, odd: str) -> None:
    [line] = order(line_items=[wire()["line_items"][0] | {"quantity": quantity}]).lines
    assert (line.ordered, line.odd) == (ordered, odd)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id": None}, "no id"),
        ({"currency": "credits"}, "currency"),
        ({"total": None}, "no total"),
        ({"total": "a lot"}, "not an amount"),
        ({"date_created": "", "date_created_gmt": None, "date_modified_gmt": None}, "date"),
        ({"line_items": [{"id": 1, "quantity": 1, "total": "NaN"}]}, "not an amount"),
    ],
)
def test_an_amount_or_date_is_never_guessed(changes: dict[str, Any], words: str) -> None:
    raw = read(wire(**changes))
    assert raw.order is None
    assert words in raw.problem
    assert json.loads(raw.body)["status"] == "processing"


def test_text_that_no_database_takes_is_replaced() -> None:
    made = order(customer_note="a\x00b\ud800c", number="\ud83d\ude00")
    assert made.note == "a\ufffdb?c"
    assert made.number == "\U0001f600"


def test_every_record_keeps_its_very_bytes() -> None:
    body = b'\n[ {"id":1,"x":"\xff\\u00fc"} ,\n{"id" : 2}, 3 ]\n'
    assert [record.body for record in records(body)] == [b'{"id":1,"x":"\xff\\u00fc"}', b'{"id" : 2}', b"3"]


@pytest.mark.parametrize(
    "notice", [b"<b>Warning</b>: [x] in {y}<br />\n", b"\xef\xbb\xbf", b"Deprecated: a[0]\n"]
)
def test_a_notice_before_the_json_is_skipped(notice: bytes) -> None:
    assert [r.value for r in records(notice + b'[{"id":1}]')] == [{"id": 1}]
    assert document(notice + b'{"id":1}') == {"id": 1}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[",
        b'[{"id":1},]',
        b'[{"id":1}] x',
        b'{"a":[]}',
        b'[{"id":1}',
        b"<html>[]</html>",
        b"[" * 99_999,
        b"[" + b"9" * 5000 + b"]",
    ],
)
def test_what_is_no_list_is_said_so(body: bytes) -> None:
    with pytest.raises(NotJson):
        records(body)


def test_a_create_takes_no_notice_before_its_answer() -> None:
    with pytest.raises(NotJson):
        document(b'Notice: x {"id":1}', strict=True)


LEAVES = st.sampled_from(["1.00", "-3", "1e999", "2026-01-01", 7, True, None, float("nan")])
NAMES = st.text(max_size=5) | st.sampled_from(sorted(wire()))
JSON = st.recursive(
    LEAVES | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(wire())), JSON, max_size=5),
    st.dictionaries(st.sampled_from(sorted(wire()["line_items"][0])), JSON),
)
def test_whatever_a_plugin_makes_of_an_order_translates_or_is_kept_with_its_problem(
    changes: dict[str, Any], line: dict[str, Any]
) -> None:
    value = wire(line_items=[wire()["line_items"][0] | line]) | changes
    raw = read(value)
    assert (raw.order is None) == bool(raw.problem)
    if raw.order is not None:
        assert raw.remote_id == raw.order.remote_id
        assert raw.modified_at == raw.order.modified_at
        assert all(
            0 <= one.shipped <= one.fulfilled <= one.ordered - one.cancelled for one in raw.order.lines
        )


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_whatever_comes_instead_of_an_order_is_kept(value: Any) -> None:
    raw = read(value)
    assert raw.order is None or isinstance(value, dict)
