"""The budget of a platform: shared, never overdrawn, used up to its rate."""

import random
from datetime import timedelta

import pytest

from stogly_tui.model import database as db
from stogly_tui.model.transitions import limits
from tests.model.support import ADA, add_channel

MOST, RATE = 2000.0, 100.0


class Platform:
    """A bucket as a platform keeps it."""

    def __init__(self) -> None:
        self.left, self.at, self.throttled, self.spent = MOST, 0.0, 0, 0.0

    def charge(self, asked: float, spent: float, at: float) -> limits.Told | None:
        self.left = min(MOST, self.left + (at - self.at) * RATE)
        self.at = at
        if self.left < asked:
            self.throttled += 1
            return None
        self.left -= spent
        self.spent += spent
        return limits.Told(spent, self.left, MOST, RATE)


def reserve(channel: int, cost: float, *, urgent: bool = False) -> float:
    with db.write(ADA) as tx:
        return limits.reserve(tx, channel, cost, urgent=urgent)


def settle(channel: int, cost: float, told: limits.Told | None) -> None:
    with db.write(ADA) as tx:
        limits.settle(tx, channel, cost, told)


@pytest.fixture
def clock(opened: str, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The database's clock, as seconds since the test began."""
    with db.read():
        begin = db.now()
    passed = [0.0]
    monkeypatch.setattr(db, "now", lambda: begin + timedelta(seconds=passed[0]))
    return passed


def test_a_budget_that_nobody_knows_yet_is_asked_one_request_at_a_time(clock: list[float]) -> None:
    channel = add_channel("Shop")

    assert reserve(channel, 50) == 0
    assert reserve(channel, 50) > 0
    settle(channel, 50, limits.Told(50, 1950, MOST, RATE))
    assert reserve(channel, 50) == 0


def test_a_reservation_of_a_process_that_died_is_forgotten(clock: list[float]) -> None:
    channel = add_channel("Shop")
    reserve(channel, 50)

    clock[0] = 61.0

    assert reserve(channel, 50) == 0


def test_reservations_of_dead_processes_weigh_nothing_while_others_go_on(clock: list[float]) -> None:
    channel = add_channel("Shop")
    reserve(channel, 50)
    settle(channel, 50, limits.Told(50, 1950, MOST, RATE))
    for _ in range(4):
        reserve(channel, 450)
    for _ in range(60):
        clock[0] += 1.0
        assert reserve(channel, 10) == 0
        settle(channel, 10, limits.Told(10, 1900, MOST, RATE))

    assert reserve(channel, 450) == 0


def test_background_work_leaves_a_reserve_for_what_an_operator_asks(clock: list[float]) -> None:
    channel = add_channel("Shop")
    reserve(channel, 50)
    settle(channel, 50, limits.Told(50, 240, MOST, RATE))

    assert reserve(channel, 50) > 0
    assert reserve(channel, 50, urgent=True) == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_requests_side_by_side_never_overdraw_and_use_the_rate(clock: list[float], seed: int) -> None:
    """Each round up to four requests are on their way; their answers come in another order, some cost less."""
    chance = random.Random(seed)
    channel = add_channel("Shop")
    platform = Platform()
    for _ in range(80):
        answers: list[tuple[int, limits.Told | None]] = []
        for _ in range(chance.randint(1, 4)):
            cost = chance.randint(50, 500)
            while wait := reserve(channel, cost):
                if answers:
                    break
                clock[0] += wait
            else:
                answers.append((cost, platform.charge(cost, chance.randint(cost // 2, cost), clock[0])))
                clock[0] += 0.01
        chance.shuffle(answers)
        for cost, told in answers:
            settle(channel, cost, told)

    assert platform.throttled == 0
    assert platform.spent >= 0.9 * (clock[0] * RATE)
