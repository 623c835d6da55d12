"""How much happened hour by hour: orders placed, pushes that arrived, errors, and how long a push took."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from stogly_tui.model.queries.base import one, rows
from stogly_tui.model.tables.base import to_millis

HOUR = timedelta(hours=1)
LATE = 500
"""Attempts before the first one of a window that are looked at as well: ids commit out of order on PostgreSQL."""
STEPS = (100, 250, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000)
"""Milliseconds that latencies are sorted into."""


@dataclass(frozen=True, slots=True)
class HourRates:
    """One hour. ``slow`` is the time within which 95 of 100 pushes ended, rounded up to a step; None without pushes."""

    orders: int = 0
    pushed: int = 0
    errors: int = 0
    slow: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """Hours by their beginning; one in which nothing happened is all zero."""

    hours: Mapping[datetime, HourRates] = field(default_factory=dict)


def per_hour(first: datetime, hours: int, kept: Rates, now: datetime) -> Rates:
    """So many hours from ``first`` on. What ``kept`` knows of hours that are long over is not read again."""
    wanted = [first + HOUR * number for number in range(hours)]
    settled = {at: kept.hours[at] for at in wanted if at in kept.hours and at + 2 * HOUR <= now}
    missing = [at for at in wanted if at not in settled and at <= now]
    told = dict(settled)
    if missing:
        told |= _read(missing[0], missing[-1] + HOUR)
    return Rates({at: told.get(at, HourRates()) for at in wanted})


def _read(since: datetime, until: datetime) -> dict[datetime, HourRates]:
    start, end, size = to_millis(since), to_millis(until), to_millis(since + HOUR) - to_millis(since)
    orders = dict(
        rows(
            "SELECT (placed_at - ?) / ? AS hour, count(*) FROM orders WHERE placed_at >= ? AND placed_at < ? GROUP BY 1",
            [start, size, start, end],
        )
    )
    errors = dict(
        rows(
            "SELECT (at - ?) / ? AS hour, count(*) FROM log_entries WHERE at >= ? AND at < ? AND level = 'error'"
            " GROUP BY 1",
            [start, size, start, end],
        )
    )
    pushed: dict[int, int] = {}
    latencies: dict[int, dict[int, int]] = {}
    step = " ".join(f"WHEN ended_at - started_at <= {millis} THEN {millis}" for millis in STEPS)
    for hour, outcome, slow, number in rows(
        f"SELECT (started_at - ?) / ? AS hour, outcome, CASE {step} ELSE {STEPS[-1] * 2} END AS slow, count(*)"
        " FROM push_attempts WHERE id >= ? AND started_at >= ? AND started_at < ? AND ended_at IS NOT NULL"
        " GROUP BY 1, 2, 3",
        [start, size, _first_attempt(start), start, end],
    ):
        if outcome == "sent":
            pushed[hour] = pushed.get(hour, 0) + number
        told = latencies.setdefault(hour, {})
        told[slow] = told.get(slow, 0) + number
    return {
        since + HOUR * hour: HourRates(
            orders.get(hour, 0), pushed.get(hour, 0), errors.get(hour, 0), _slow(latencies.get(hour, {}))
        )
        for hour in range((end - start) // size)
    }


def _slow(counts: Mapping[int, int]) -> timedelta | None:
    """The step within which 95 of 100 ended."""
    total, seen = sum(counts.values()), 0
    for millis in sorted(counts):
        seen += counts[millis]
        if seen * 100 >= total * 95:
            return timedelta(milliseconds=millis)
    return None


def _first_attempt(start: int) -> int:
    """The id from which attempts of a window are looked at. Attempts are only ever added, so their ids grow with
    time, and the first one is found by halving: a few look-ups by key, however many there are.
    """
    found = one("SELECT min(id), max(id) FROM push_attempts")
    if found is None or found[0] is None:
        return 0
    low, high = int(found[0]), int(found[1]) + 1
    while low < high:
        middle = (low + high) // 2
        there = one("SELECT started_at FROM push_attempts WHERE id >= ? ORDER BY id LIMIT 1", [middle])
        if there is not None and there[0] < start:
            low = middle + 1
        else:
            high = middle
    return low - LATE
