"""The durable limiter: a bucket of turns per channel, and the platform's own budget, that all processes draw from."""

from dataclasses import dataclass
from datetime import timedelta

from stogly_tui.model import database as db
from stogly_tui.model.queries.base import one
from stogly_tui.model.tables.base import to_millis
from stogly_tui.model.tables.channels import RateLimit

WHOLE = 1000
"""Thousandths in one request."""
LONGEST_WAIT = 3_600_000
"""Milliseconds that a channel is left alone at most; a time further away comes from a wrong clock."""
RESERVED_FOR = 60_000
"""Milliseconds after which a reservation that nobody ended belongs to a process that is gone."""
KEPT_BACK = 10
"""The part of a budget, as a divisor, that background work leaves for what an operator asks for."""
UNKNOWN_WAIT = 0.1
"""Seconds between two looks while the first request learns what the budget is."""
WAITED = 1000
"""Milliseconds by which a draw may lie behind the one before it, having waited for the row."""


def draw(tx: db.Tx, channel_id: int, rate: float, most: int) -> tuple[int, float]:
    """Take up to ``most`` turns; returns how many, and how many seconds to wait before asking again."""
    at, full = to_millis(tx.at), int(WHOLE * max(1.0, rate))
    RateLimit.insert(channel=channel_id, tokens=full, filled_at=at).on_conflict_ignore().execute()
    lock = " FOR UPDATE" if db.engine() == "postgresql" else ""
    found = one(
        f"SELECT not_before, tokens, filled_at FROM rate_limits WHERE channel_id = ?{lock}", [channel_id]
    )
    assert found is not None
    not_before, tokens, filled_at = found
    if not_before is not None and at < not_before <= at + LONGEST_WAIT:
        return 0, (not_before - at) / 1000
    gained = int(max(0, at - filled_at) * rate)
    tokens = min(full, tokens + gained)
    turns = min(most, tokens // WHOLE)
    filled_at = filled_at if at < filled_at <= at + WAITED else at
    RateLimit.update(tokens=tokens - turns * WHOLE, filled_at=filled_at).where(
        RateLimit.channel == channel_id
    ).execute()
    return turns, 0.0 if turns else (WHOLE - tokens) / rate / 1000


def wait(tx: db.Tx, channel_id: int, seconds: float) -> None:
    """No request before so many seconds have passed, by any process."""
    until = tx.at + timedelta(milliseconds=min(seconds * 1000, LONGEST_WAIT))
    RateLimit.insert(channel=channel_id, tokens=0, filled_at=tx.at, not_before=until).on_conflict(
        conflict_target=[RateLimit.channel], update={RateLimit.not_before: until}
    ).execute()


def reserve(tx: db.Tx, channel_id: int, points: float, *, urgent: bool) -> float:
    """Reserve points of the platform's budget; returns 0, or how many seconds to wait before asking again.

    Before the platform has told its budget, requests go one at a time.
    """
    at, cost = to_millis(tx.at), int(points * WHOLE)
    left, most, rate, told_at, reserved = _budget(channel_id, at)
    if left is None:
        if reserved:
            return UNKNOWN_WAIT
        _keep(channel_id, points_reserved=cost, points_at=at)
        return 0.0
    left = min(most, left + max(0, at - told_at) * rate // 1000)
    needed = min(most, cost if urgent else cost + most // KEPT_BACK)
    if left < needed:
        return (needed - left) / max(rate, 1)
    _keep(channel_id, points=left - cost, points_at=at, points_reserved=reserved + cost)
    return 0.0


@dataclass(frozen=True, slots=True)
class Told:
    """What the platform said with an answer, in points: what the request cost, what is left of how much, and what
    is restored a second."""

    spent: float
    available: float
    most: float
    rate: float


def settle(tx: db.Tx, channel_id: int, points: float, told: Told | None) -> None:
    """End a reservation. What it did not cost comes back; what the platform says is left is never exceeded.

    Answers arrive in any order, so a reading can only lower what we count on: a full bucket sets it right again.
    """
    at, cost = to_millis(tx.at), int(points * WHOLE)
    left, most, rate, counted_at, reserved = _budget(channel_id, at)
    reserved = max(0, reserved - cost)
    if told is None:
        _keep(channel_id, points_reserved=reserved)
        return
    available = int(told.available * WHOLE)
    new_most, new_rate = int(told.most * WHOLE), int(told.rate * WHOLE)
    if left is None:
        left = available
    else:
        left = min(most, left + max(0, at - counted_at) * rate // 1000) + cost - int(told.spent * WHOLE)
    _keep(
        channel_id, points=min(left, new_most, available - reserved), points_most=new_most, points_rate=new_rate,
        points_at=at, points_reserved=reserved,
    )  # fmt: skip


def _budget(channel_id: int, at: int) -> tuple[int | None, int, int, int, int]:
    """Points left (None before they are known), the most, restored a second, as of when, and reserved."""
    RateLimit.insert(channel=channel_id, tokens=0, filled_at=at).on_conflict_ignore().execute()
    lock = " FOR UPDATE" if db.engine() == "postgresql" else ""
    found = one(
        "SELECT points, points_most, points_rate, points_at, points_reserved FROM rate_limits"
        f" WHERE channel_id = ?{lock}",
        [channel_id],
    )
    assert found is not None
    left, most, rate, told_at, reserved = found
    passed = at - told_at if told_at is not None else RESERVED_FOR + 1
    if not 0 <= passed <= RESERVED_FOR:
        reserved = 0
    # what was reserved so long ago that it was restored since weighs nothing, whoever died holding it
    reserved = max(0, (reserved or 0) - passed * (rate or 0) // 1000)
    return left, most or 0, rate or 0, min(told_at or at, at), reserved


def _keep(channel_id: int, **columns: int) -> None:
    RateLimit.update(**columns).where(RateLimit.channel == channel_id).execute()
