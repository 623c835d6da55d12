"""When to try again."""

from datetime import datetime, timedelta

PUSH_RETRIES = tuple(timedelta(seconds=s) for s in (30, 120, 600, 1800))
"""Waits after the first, second, … try of a push in which nothing was done."""
MAX_TRIES = len(PUSH_RETRIES) + 1
LOOKS = tuple(timedelta(seconds=s) for s in (15, 60, 180, 600, 1800, 3600))
"""Waits between looks at a push in doubt."""
CHANNEL_LOOKS = tuple(timedelta(seconds=s) for s in (15, 30, 60, 120, 300, 600))
"""Waits between looks at an unreachable channel."""
SIGN_IN_LOOK = timedelta(minutes=15)
"""How often a channel that needs sign-in is checked."""


def wait_after(count: int, waits: tuple[timedelta, ...]) -> timedelta:
    """The wait after the ``count``-th time (from 1); the last one repeats."""
    return waits[min(max(count, 1), len(waits)) - 1]


def is_due(due_at: datetime, now: datetime, longest: timedelta) -> bool:
    """Whether a time has come; one further away than the longest wait comes from a wrong clock and is due now."""
    return due_at <= now or due_at > now + longest
