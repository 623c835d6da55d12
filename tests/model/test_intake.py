"""A page of records becomes orders: whole, in any order, and none stops another."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stogly_tui.domain.orders import IncomingLine
from stogly_tui.domain.states import FlowType, HoldReason, IntakeState
from stogly_tui.model import database as db
from stogly_tui.model import tables
from stogly_tui.model.queries.base import one, rows
from stogly_tui.model.transitions import intake, orders, runs
from tests.model.support import ADA, PLACED, add_channel, count, incoming, record, store

IMPOSSIBLE = (IncomingLine("1", "TEE", "Tee", 1, 2000, fulfilled=1, shipped=2),)
TOO_LARGE = (IncomingLine("1", "TEE", "Tee", 10**20, 2000),)
LONE = (IncomingLine("1\ud800", "TEE", "Tee", 1, 2000),)


@pytest.fixture
def shop(opened: str) -> int:
    return add_channel("Shop")


def states() -> dict[str, str]:
    """What became of each order, by its id at the channel."""
    with db.read():
        return dict(rows("SELECT remote_id, intake FROM orders"))


@pytest.mark.parametrize("lines", [IMPOSSIBLE, TOO_LARGE, LONE], ids=["check", "number", "text"])
def test_one_bad_order_stops_no_other_and_is_kept_as_failed(
    shop: int, lines: tuple[IncomingLine, ...]
) -> None:
    page = [record(incoming("1")), record(incoming("2", lines=lines)), record(incoming("3"))]

    counts = store(shop, page)

    assert (counts.created, counts.failed, counts.seen) == (2, 1, 3)
    assert states() == {"1": "accepted", "2": "failed", "3": "accepted"}
    assert count("SELECT count(*) FROM payloads") == 3
    assert count("SELECT count(*) FROM order_lines") == 2


def test_a_page_that_has_to_be_taken_apart_leaves_one_log_line_per_bad_record(shop: int) -> None:
    unread = intake.Record(b"{}", "1", None, IntakeState.FAILED, "it has no total")

    store(shop, [unread, record(incoming("2", lines=IMPOSSIBLE)), record(incoming("3"))])

    assert states() == {"1": "failed", "2": "failed", "3": "accepted"}
    with db.read():
        told = rows(
            "SELECT l.entity, o.remote_id FROM log_entries l JOIN orders o ON o.id = l.order_id ORDER BY 1"
        )
    assert told == [("1", "1"), ("2", "2")]


@settings(
    max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(arrival=st.permutations(range(5)), split=st.integers(0, 5))
def test_older_never_overwrites_newer_in_whatever_order_they_arrive(
    shop: int, arrival: list[int], split: int
) -> None:
    versions = [record(incoming("1", minutes, note=f"version {minutes}")) for minutes in arrival]

    store(shop, versions[:split])
    store(shop, versions[split:])

    with db.write(ADA) as tx:
        found = one("SELECT note FROM orders")
        assert found == ("version 4",)
        assert count("SELECT count(*) FROM order_lines") == 1
        for table in ("order_lines", "order_addresses", "order_charges", "orders"):
            tables.database.execute_sql(f"DELETE FROM {table}")
        tx.changed("order")


def test_the_same_bytes_are_unchanged_and_kept_once(shop: int) -> None:
    one_record = record(incoming("1"))
    store(shop, [one_record])

    counts = store(shop, [one_record, one_record])

    assert (counts.unchanged, counts.seen) == (2, 2)
    assert count("SELECT count(*) FROM payloads") == 1


def test_every_version_that_came_is_kept_in_its_exact_bytes(shop: int) -> None:
    first, second = record(incoming("1")), record(incoming("1", 5), body=b'{"a":"\xff\x00"}')
    store(shop, [first])
    store(shop, [second])

    with db.read():
        kept = {bytes(row[0]) for row in rows("SELECT body FROM payloads")}
        found = one("SELECT payload_digest FROM orders")
    assert kept == {first.body, second.body}
    assert found == (second.digest,)


def test_a_record_twice_on_one_page_is_one_order(shop: int) -> None:
    counts = store(shop, [record(incoming("1")), record(incoming("1", 5)), record(incoming("1", 2))])

    assert counts.seen == 3
    assert states() == {"1": "accepted"}
    assert count("SELECT count(*) FROM order_lines") == 1


def test_a_tie_in_time_is_asked_for_again_and_decided_by_a_fresh_read(shop: int) -> None:
    store(shop, [record(incoming("1", note="one"))])

    store(shop, [record(incoming("1", note="other"))])
    assert count("SELECT count(*) FROM orders WHERE note = 'one'") == 1
    assert count("SELECT count(*) FROM intake_triggers WHERE counter > served") == 1

    store(shop, [record(incoming("1", note="other"), is_fresh=True)])
    assert count("SELECT count(*) FROM orders WHERE note = 'other'") == 1


def test_two_channels_may_use_the_same_ids(shop: int) -> None:
    other = add_channel("Other")

    store(shop, [record(incoming("1"))])
    store(other, [record(incoming("1"))])

    assert count("SELECT count(*) FROM orders") == 2


def test_another_order_under_a_used_id_is_kept_apart_and_held(shop: int) -> None:
    store(shop, [record(incoming("1"))])

    store(shop, [record(incoming("1", 5, incarnation="another-key"))])

    with db.read():
        found = rows("SELECT incarnation, intake, hold, is_latest FROM orders ORDER BY id")
    assert [(row[0], row[1], row[2], bool(row[3])) for row in found] == [
        ("key-1", "accepted", None, False), ("another-key", "held", "conflict", True)
    ]  # fmt: skip


def test_a_failed_order_is_healed_by_the_same_version_read_well(shop: int) -> None:
    store(shop, [intake.Record(b"<html>", "1", None, IntakeState.FAILED, "not JSON")])
    assert states() == {"1": "failed"}

    counts = store(shop, [record(incoming("1"))])

    assert states() == {"1": "accepted"}
    assert counts.updated == 1


def test_a_garbled_reply_does_not_take_away_what_is_known(shop: int) -> None:
    good = record(incoming("1", 5))
    store(shop, [good])
    store(shop, [intake.Record(b"<html>", "1", None, IntakeState.FAILED, "not JSON")])

    store(shop, [good])

    assert states() == {"1": "accepted"}
    assert count("SELECT count(*) FROM order_lines") == 1


def test_the_revision_moves_with_what_would_be_sent_and_not_with_the_status(shop: int) -> None:
    def revision() -> int:
        return count("SELECT revision FROM orders")

    store(shop, [record(incoming("1"))])
    store(shop, [record(incoming("1", 1, remote_status="completed"))])
    assert revision() == 1

    store(shop, [record(incoming("1", 2, note="ring twice"))])
    assert revision() == 2


def test_a_hold_by_a_person_outlives_the_channels_next_word(shop: int) -> None:
    store(shop, [record(incoming("1"))])
    with db.write(ADA) as tx:
        orders.hold(tx, count("SELECT id FROM orders"), HoldReason.MANUAL, "wait for a call")

    store(shop, [record(incoming("1", 5, note="changed"))])

    assert states() == {"1": "held"}


def test_what_was_released_is_not_held_again_for_the_same_content(shop: int) -> None:
    def held(minutes: int, **more: object) -> intake.Record:
        return record(incoming("1", minutes, **more), IntakeState.HELD, hold=HoldReason.TOTAL_MISMATCH)

    store(shop, [held(0)])
    with db.write(ADA) as tx:
        orders.release(tx, count("SELECT id FROM orders"))

    store(shop, [held(1)])
    assert states() == {"1": "accepted"}

    store(shop, [held(2, total=9)])
    assert states() == {"1": "held"}


def test_an_address_that_a_person_corrected_stays(shop: int) -> None:
    store(shop, [record(incoming("1"))])
    with db.write(ADA) as tx:
        orders.correct_address(tx, count("SELECT id FROM orders"), {"city": "Aarhus"})

    store(shop, [record(incoming("1", 5))])

    assert count("SELECT count(*) FROM order_addresses WHERE kind = 'shipping' AND city = 'Aarhus'") == 1


def test_counts_of_a_run_add_up_or_are_refused(shop: int) -> None:
    with db.write(ADA) as tx:
        run_id = runs.begin(tx, shop, FlowType.ORDERS, "by hand", "token")
        runs.add(tx, run_id, {"created": 3, "held": 1, "failed": 2}, pages=1)

    with db.read():
        assert one("SELECT seen, created, held, failed, pages FROM sync_runs") == (6, 3, 1, 2, 1)


@pytest.mark.parametrize("stands_at", [0, 7])
def test_a_cursor_moves_only_from_where_it_was_read_and_by_a_run_that_is_on(
    shop: int, stands_at: int
) -> None:
    start = PLACED + timedelta(minutes=stands_at)
    with db.write(ADA) as tx:
        runs.begin(tx, shop, FlowType.ORDERS, "by hand", "mine")

        def move(before: int | None, after: int, token: str = "mine") -> bool:
            return runs.move_cursor(
                tx, shop, "live", before=None if before is None else start + timedelta(minutes=before),
                after=start + timedelta(minutes=after), token=token,
            )  # fmt: skip

        assert move(None, 1)
        assert not move(None, 9)
        assert not move(0, 9)
        assert not move(1, 9, token="of another")
        assert move(1, 2)


def test_what_is_asked_again_while_it_is_served_stays_due(shop: int) -> None:
    with db.write(ADA) as tx:
        runs.ask_again(tx, shop, "1", "webhook")
        counter = count("SELECT counter FROM intake_triggers")
        runs.ask_again(tx, shop, "1", "webhook")
        runs.served(tx, count("SELECT id FROM intake_triggers"), counter)

    assert count("SELECT count(*) FROM intake_triggers WHERE counter > served") == 1
