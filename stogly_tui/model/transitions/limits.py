"""The durable limiter: a bucket per channel that all processes draw from."""

from datetime import timedelta

from stogly_tui.model import database as db
from stogly_tui.model.queries.base import one
from stogly_tui.model.tables.base import to_millis
from stogly_tui.model.tables.channels import RateLimit

WHOLE = 1000
"""Thousandths in one request."""
LONGEST_WAIT = 3_600_000
"""Milliseconds that a channel is left alone at most; a time further away comes from a wrong clock."""
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
