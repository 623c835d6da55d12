"""A limiter for an account that is no channel yet."""

from stogly_tui.platforms.base import Budget


class Unlimited:
    """Never waits: the account is asked a handful of times, by nobody else."""

    def acquire(self, *, urgent: bool, until: float) -> None:
        """Never waits."""

    def told_to_wait(self, seconds: float) -> None:
        """Nothing to remember."""

    def spend(self, points: float, *, urgent: bool, until: float) -> None:
        """Never waits."""

    def settle(self, points: float, budget: Budget | None) -> None:
        """Nothing to remember."""
