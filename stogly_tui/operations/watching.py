"""Long work and whoever watches it: how far it is, and whether it should stop."""

import threading
from collections.abc import Callable


class Watch:
    """What long work tells while it runs, and what it asks between two steps: whether to go on.

    Told from the thread that works, read and stopped from any other.
    """

    def __init__(self, tell: Callable[["Watch"], None] = lambda _: None) -> None:
        self.done = 0
        self.total = 0
        self.failed = 0
        self._tell = tell
        self._stop = threading.Event()

    def begin(self, total: int) -> None:
        """So much is to be done, and nothing is yet."""
        self.done, self.total, self.failed = 0, total, 0
        self._tell(self)

    def step(self, done: int, failed: int = 0) -> None:
        """So much more is done, of which so much failed."""
        self.failed += failed
        self.done += done
        self._tell(self)

    def stop(self) -> None:
        """Ask the work to end after the step it is at."""
        self._stop.set()

    @property
    def is_stopped(self) -> bool:
        """Whether it should end."""
        return self._stop.is_set()


class Stopped(Exception):
    """The work was asked to end before it had a result; nothing was changed."""
