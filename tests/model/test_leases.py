"""What processes share: leases with a fence, and a bucket of requests."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from stogly_tui.model import database as db
from stogly_tui.model.queries.base import one
from stogly_tui.model.tables.base import from_millis
from stogly_tui.model.transitions import leases, limits
from tests.model.support import ADA, add_channel, ended_well, in_process

MINUTE = timedelta(minutes=1)


class Clock:
    """The database's clock, standing still until it is moved."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        with db.read():
            self.at = db.now()
        patch.setattr(db, "now", lambda: self.at)

    def advance(self, **by: float) -> None:
        """Move it."""
        self.at += timedelta(**by)


@pytest.fixture
def clock(opened: str, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def take(holder: str) -> int | None:
    with db.write(ADA) as tx:
        return leases.take(tx, "intake:1", holder, MINUTE)


def test_a_lease_is_held_by_one(clock: Clock) -> None:
    assert take("first") == 1
    assert take("second") is None


def test_a_holder_keeps_its_lease_as_long_as_it_goes_on_taking_it(clock: Clock) -> None:
    take("first")
    clock.advance(seconds=50)
    take("first")
    clock.advance(seconds=50)

    assert take("second") is None


def test_a_lease_that_ran_out_is_taken_over_and_its_fence_grows(clock: Clock) -> None:
    fence = take("first")
    clock.advance(seconds=60)

    later = take("second")

    assert fence is not None
    assert later is not None
    assert later > fence
    assert take("first") is None


def test_a_lease_that_was_given_back_is_free_at_once(clock: Clock) -> None:
    take("first")
    with db.write(ADA) as tx:
        leases.release(tx, "intake:1", "first")

    assert take("second") == 2


def test_nobody_gives_back_what_another_holds(clock: Clock) -> None:
    take("first")
    with db.write(ADA) as tx:
        leases.release(tx, "intake:1", "second")
        leases.free_of_dead(tx, "intake:1", "second")

    assert take("second") is None


def test_a_lease_of_a_dead_process_is_free_at_once(clock: Clock) -> None:
    take("first")
    with db.write(ADA) as tx:
        leases.free_of_dead(tx, "intake:1", "first")

    assert take("second") == 2


def draw(channel_id: int, rate: float, most: int) -> tuple[int, float]:
    with db.write(ADA) as tx:
        return limits.draw(tx, channel_id, rate, most)


def test_a_bucket_gives_its_fill_at_once_and_then_keeps_to_its_rate(clock: Clock) -> None:
    shop = add_channel("Shop")
    taken = sum(draw(shop, 10, 4)[0] for _ in range(20))
    for _ in range(50):
        clock.advance(milliseconds=100)
        taken += draw(shop, 10, 4)[0]

    assert taken == 10 + 50


def test_an_empty_bucket_says_how_long_to_wait(clock: Clock) -> None:
    shop = add_channel("Shop")
    draw(shop, 2, 100)

    turns, wait = draw(shop, 2, 1)

    assert (turns, wait) == (0, 0.5)
    clock.advance(seconds=wait)
    assert draw(shop, 2, 1)[0] == 1


@pytest.mark.parametrize("seconds", [1, 600, 3600, 90_000])
def test_nobody_asks_before_the_channel_said(clock: Clock, seconds: int) -> None:
    shop = add_channel("Shop")
    with db.write(ADA) as tx:
        limits.wait(tx, shop, seconds)

    turns, wait = draw(shop, 10, 1)

    assert turns == 0
    assert wait == min(seconds, 3600)
    clock.advance(seconds=wait)
    assert draw(shop, 10, 1)[0] == 1


def test_a_clock_that_went_back_stops_nothing_for_long(clock: Clock) -> None:
    shop = add_channel("Shop")
    with db.write(ADA) as tx:
        limits.wait(tx, shop, 600)
    clock.advance(days=-300)

    turns, wait = draw(shop, 10, 1)
    assert (turns, wait <= 0.1) == (0, True)
    clock.advance(seconds=wait)
    assert draw(shop, 10, 1)[0] == 1


def test_two_processes_together_keep_the_rate(opened: str, tmp_path: Path) -> None:
    shop = add_channel("Shop")
    with db.read():
        before = db.now()
    processes = [in_process(draw_many, opened, shop, str(tmp_path / f"taken{n}")) for n in range(2)]
    ended_well(*processes)

    taken = sum(int((tmp_path / f"taken{n}").read_text()) for n in range(2))
    seconds = (db_now_of_last_draw(shop) - before).total_seconds()
    assert taken > 50
    assert taken <= 50 + 50 * seconds


def draw_many(url: str, channel_id: int, told: str) -> None:
    """In a process of its own: ask as fast as it can."""
    db.open_database(url)
    with db.connection():
        Path(told).write_text(str(sum(draw(channel_id, 50, 1)[0] for _ in range(300))))


def db_now_of_last_draw(channel_id: int) -> datetime:
    with db.read():
        found = one("SELECT filled_at FROM rate_limits WHERE channel_id = ?", [channel_id])
    assert found is not None
    return from_millis(found[0])
