"""The durable limiter: a bucket per channel that all processes draw from."""

from datetime import timedelta

from stogly_tui.model import database as db
from stogly_tui.model.queries.base import one
from stogly_tui.model.tables.base import to_millis
from stogly_tui.model.tables.channels import RateLimit

WHOLE = 1000
"""Thousandths in one request."""


def draw(tx: db.Tx, channel_id: int, rate: float, most: int) -> tuple[int, float]:
    """Take up to ``most`` turns; returns how many, and how many seconds to wait before asking again."""
    found = one("SELECT not_before, tokens, filled_at FROM rate_limits WHERE channel_id = ?", [channel_id])
    at = to_millis(tx.at)
    not_before, tokens, filled_at = found or (None, int(WHOLE * max(1.0, rate)), at)
    if not_before is not None and at < not_before < at + 3_600_000:
        return 0, (not_before - at) / 1000
    full = int(WHOLE * max(1.0, rate))
    gained = int(max(0, at - filled_at) * rate)
    tokens = min(full, tokens + gained) if filled_at <= at else tokens
    turns = min(most, tokens // WHOLE)
    RateLimit.insert(channel=channel_id, tokens=tokens - turns * WHOLE, filled_at=at).on_conflict(
        conflict_target=[RateLimit.channel],
        update={RateLimit.tokens: tokens - turns * WHOLE, RateLimit.filled_at: at},
    ).execute()
    return turns, 0.0 if turns else (WHOLE - tokens) / rate / 1000


def wait(tx: db.Tx, channel_id: int, seconds: float) -> None:
    """No request before so many seconds have passed, by any process."""
    until = tx.at + timedelta(seconds=min(seconds, 3600.0))
    RateLimit.insert(channel=channel_id, tokens=0, filled_at=tx.at, not_before=until).on_conflict(
        conflict_target=[RateLimit.channel], update={RateLimit.not_before: until}
    ).execute()
