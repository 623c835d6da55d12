"""The durable limiter as platforms use it: turns are drawn from the database a few at a time."""

import contextlib
import threading
import time

from stogly_tui.domain.people import MACHINE
from stogly_tui.model import database as db
from stogly_tui.model.transitions import limits
from stogly_tui.platforms.base import Budget
from stogly_tui.platforms.errors import RateLimited, Unavailable


class DurableLimiter:
    """A bucket shared by all processes, drawn from in handfuls of a quarter of a second."""

    def __init__(self, channel_id: int, rate: float) -> None:
        self._channel_id = channel_id
        self._rate = rate
        self._handful = max(1, int(rate / 4))
        self._turns = 0
        self._drawn_at = 0.0
        self._lock = threading.Lock()

    def acquire(self, *, urgent: bool, until: float) -> None:
        """Wait for a turn; what an operator asked for waits as long as anything else but is never put off.

        Raises:
            RateLimited: no turn comes before ``until``.
            Unavailable: the database cannot be asked for a turn; nothing was sent.
        """
        del urgent
        while True:
            try:
                wait = self._take()
            except db.DatabaseUnreachable as error:
                raise Unavailable(f"no turn could be taken: {error}") from error
            if wait <= 0:
                return
            if time.monotonic() + wait > until:
                raise RateLimited(f"no request for another {wait:.0f} s", retry_after=wait)
            time.sleep(min(wait, 0.5))

    def told_to_wait(self, seconds: float) -> None:
        """Keep all processes from asking for so many seconds."""
        with self._lock:
            self._turns = 0
        with contextlib.suppress(db.DatabaseUnreachable), db.write(MACHINE) as tx:
            limits.wait(tx, self._channel_id, seconds)

    def spend(self, points: float, *, urgent: bool, until: float) -> None:
        """Reserve points of the platform's own budget, as `Limiter.spend` promises.

        Raises:
            RateLimited: the budget is not restored before ``until``.
            Unavailable: the database cannot be asked; nothing was sent.
        """
        while True:
            try:
                with db.write(MACHINE) as tx:
                    wait = limits.reserve(tx, self._channel_id, points, urgent=urgent)
            except db.DatabaseUnreachable as error:
                raise Unavailable(f"no points could be reserved: {error}") from error
            if wait <= 0:
                return
            if time.monotonic() + wait > until:
                raise RateLimited(f"its budget is used up for another {wait:.0f} s", retry_after=wait)
            time.sleep(min(wait, 0.5))

    def settle(self, points: float, budget: Budget | None) -> None:
        """End a reservation, as `Limiter.settle` promises."""
        told = None
        if budget is not None:
            spent = points if budget.spent is None else budget.spent
            told = limits.Told(spent, budget.available, budget.maximum, budget.restore_rate)
        with contextlib.suppress(db.DatabaseUnreachable), db.write(MACHINE) as tx:
            limits.settle(tx, self._channel_id, points, told)

    def _take(self) -> float:
        with self._lock:
            if self._turns and time.monotonic() - self._drawn_at < 1.0:
                self._turns -= 1
                return 0.0
            with db.write(MACHINE) as tx:
                turns, wait = limits.draw(tx, self._channel_id, self._rate, self._handful)
            if turns:
                self._turns, self._drawn_at = turns - 1, time.monotonic()
                return 0.0
            return max(wait, 0.005)
