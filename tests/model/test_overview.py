"""What closes a day, how busy hours were, and handover notes: as rows tell it, on both engines."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.states import (
    AttemptOutcome,
    ChannelRole,
    FlowType,
    IntakeState,
    Level,
    PushState,
    RunState,
)
from stogly_tui.model import database as db
from stogly_tui.model import tables
from stogly_tui.model.queries import handovers, overview, rates
from stogly_tui.model.queries.overview import Day, DayRow
from stogly_tui.model.queries.rates import HourRates, Rates
from stogly_tui.model.transitions import handovers as handover_transitions
from stogly_tui.model.transitions import meta
from tests.model.support import ADA, PLACED, add_channel, add_orders, incoming, queue, record, store

SINCE = PLACED.replace(hour=0)
UNTIL = SINCE + timedelta(days=1)
BEN = Actor("ben", Role.OPERATOR)


@pytest.fixture
def shop(opened: str) -> int:
    """A source whose day holds one order sent, one in doubt, one queued, one not sent, one filtered."""
    main = add_channel("Main", ChannelRole.DESTINATION)
    shop = add_channel("Shop", destination=main)
    ids = add_orders(shop, 4)
    pushes = queue(ids[:3], main)
    with db.write(ADA):
        for push_id, state in zip(
            pushes, (PushState.SENT, PushState.IN_DOUBT, PushState.QUEUED), strict=True
        ):
            tables.Push.update(state=state).where(tables.Push.id == push_id).execute()
    store(shop, [record(incoming("2000"), IntakeState.FILTERED, reason="is a draft")])
    return shop


def day(since: datetime = SINCE, until: datetime = UNTIL) -> Day:
    with db.read():
        return overview.day(since, until)


def row_of(found: Day) -> DayRow:
    return next(row for row in found.channels if row.channel == "Shop")


def test_what_is_here_is_there_or_aside_or_left(shop: int) -> None:
    row = row_of(day())

    assert (row.here, row.there, row.aside, row.left) == (5, 1, 1, 3)
    assert (row.sent, row.in_doubt, row.waiting, row.not_sent, row.filtered) == (1, 1, 1, 1, 1)
    assert {(one.bucket, one.state, one.destination) for one in row.remainders} == {
        ("in_doubt", "in_doubt", "Main"), ("waiting", "queued", "Main"), ("not_sent", "accepted", ""),
        ("filtered", "filtered", ""),
    }  # fmt: skip


def test_another_day_holds_none_of_it_and_still_names_what_is_open(shop: int) -> None:
    found = day(UNTIL, UNTIL + timedelta(days=1))

    assert row_of(found).here == 0
    assert (found.earlier.in_doubt, found.earlier.waiting, found.earlier.errors) == (1, 1, 0)
    assert day().earlier == overview.Open(0, 0, 0, 0)


def test_what_a_channel_answered_stays_with_exactly_that_window(shop: int) -> None:
    with db.write(ADA) as tx:
        meta.put_count(tx, shop, SINCE, UNTIL, on_channel=7, here=5)

    told = row_of(day()).count
    assert told is not None
    assert (told.on_channel, told.here, told.by) == (7, 5, "ada")
    assert row_of(day(SINCE, UNTIL + timedelta(hours=1))).count is None


def run(shop: int, started: datetime, missing: int = 0, **more: Any) -> int:
    given = {"state": RunState.FINISHED, "type": FlowType.ORDERS_DAILY, "trigger": "daily"} | more
    with db.write(ADA):
        return int(
            tables.SyncRun.insert(
                channel=shop, found_missing=missing, asked_at=started, started_at=started, finished_at=started, **given
            ).execute()
        )  # fmt: skip


def test_a_proof_counts_for_the_days_that_it_read(shop: int) -> None:
    with db.write(ADA):
        flow = tables.Flow.insert(
            channel=shop, type=FlowType.ORDERS_DAILY, name="Daily", settings={"timeframe_days": 2}
        ).execute()
    run(shop, UNTIL + timedelta(hours=3), missing=1, flow=flow)
    run(shop, UNTIL + timedelta(hours=4), flow=flow, state=RunState.FAILED)

    proof = row_of(day()).proof
    assert proof is not None
    assert (proof.missing, proof.until) == (1, UNTIL)
    assert row_of(day(SINCE - timedelta(days=1), SINCE)).proof is None


def test_a_window_that_was_read_again_by_hand_is_a_proof(shop: int) -> None:
    run(shop, UNTIL, window_from=SINCE, window_until=SINCE + timedelta(hours=9))

    proof = row_of(day()).proof
    assert proof is not None
    assert proof.until == SINCE + timedelta(hours=9)


def test_who_serves_is_told_with_the_moment_it_began(opened: str) -> None:
    with db.write(ADA) as tx:
        tables.Lease.insert(key="worker", holder="ops1:77", until=tx.at + timedelta(minutes=1)).execute()
        meta.put(tx, "worker_since", PLACED.isoformat())

    assert (day().serving.holder, day().serving.since) == ("ops1:77", PLACED)


def attempts(
    push_id: int, *minutes: int, outcome: AttemptOutcome = AttemptOutcome.SENT, took: int = 300
) -> None:
    for minute in minutes:
        at = SINCE + timedelta(minutes=minute)
        number = tables.PushAttempt.select().count() + 1
        tables.PushAttempt.insert(
            push=push_id, number=number, started_at=at, deadline_at=at, order_revision=1, outcome=outcome,
            ended_at=at + timedelta(milliseconds=took),
        ).execute()  # fmt: skip


@pytest.fixture
def busy(shop: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Attempts in three hours, an error in the second; the look-up of the first one is not let off anything."""
    monkeypatch.setattr(rates, "LATE", 0)
    with db.write(ADA):
        push = tables.Push.select().first()
        attempts(push.id, 5, 10, 20)
        attempts(push.id, 65, took=1500)
        attempts(push.id, 70, outcome=AttemptOutcome.REJECTED, took=90)
        attempts(push.id, *range(125, 145))
        attempts(push.id, 145, took=900_000)
        tables.LogEntry.insert(
            at=SINCE + timedelta(minutes=70), level=Level.ERROR, code="X", message="x"
        ).execute()
        tables.LogEntry.insert(
            at=SINCE + timedelta(minutes=71), level=Level.INFO, code="X", message="x"
        ).execute()
    return shop


def hours(first: datetime, number: int, kept: Rates | None = None, now: datetime = UNTIL) -> list[HourRates]:
    with db.read():
        return list(rates.per_hour(first, number, kept or Rates(), now).hours.values())


def test_each_hour_tells_orders_pushes_errors_and_latency(busy: int) -> None:
    found = hours(SINCE, 24)

    assert [one.pushed for one in found[:4]] == [3, 1, 21, 0]
    assert [one.errors for one in found[:3]] == [0, 1, 0]
    assert [one.slow for one in found[:4]] == [
        timedelta(milliseconds=500), timedelta(seconds=2), timedelta(milliseconds=500), None
    ]  # fmt: skip
    assert found[12].orders == 5


@pytest.mark.parametrize("hour", range(4))
def test_the_first_attempt_of_a_window_is_found_by_halving(busy: int, hour: int) -> None:
    assert hours(SINCE + timedelta(hours=hour), 2) == hours(SINCE, 24)[hour : hour + 2]


def test_hours_that_are_over_are_not_read_again_and_those_to_come_are_empty(busy: int) -> None:
    with db.read():
        first = rates.per_hour(SINCE, 24, Rates(), SINCE + timedelta(hours=4))
    with db.write(ADA):
        tables.PushAttempt.delete().execute()

    again = hours(SINCE, 24, first, now=SINCE + timedelta(hours=4))

    assert [one.pushed for one in again[:3]] == [3, 1, 21]
    assert [one.pushed for one in hours(SINCE, 24, first, now=SINCE + timedelta(hours=3))][2] == 0
    assert again[12] == HourRates()


def write(actor: Actor, *texts: str) -> list[int]:
    ids = []
    for text in texts:
        with db.write(actor) as tx:
            ids.append(handover_transitions.add(tx, text))
    return ids


def unread(name: str) -> list[str]:
    with db.read():
        return [row.text for row in handovers.unread(name)]


def test_a_note_is_unread_for_everybody_else_until_each_has_read_it(opened: str) -> None:
    first, _ = write(ADA, "one", "two")

    assert (unread("ada"), unread("ben"), unread("cleo")) == ([], ["one", "two"], ["one", "two"])
    with db.write(BEN) as tx:
        handover_transitions.read(tx, [first])
    write(ADA, "three")

    assert (unread("ben"), unread("cleo")) == (["two", "three"], ["one", "two", "three"])


def test_somebody_new_is_not_shown_a_year_of_notes(opened: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handovers, "KEPT", 2)
    ids = write(ADA, *(str(number) for number in range(handovers.SHOWN + 3)))

    assert len(unread("ben")) == handovers.SHOWN
    with db.write(BEN) as tx:
        handover_transitions.read(tx, ids)
    with db.read():
        assert handovers.seen_by("ben") == set(ids[-2:])
