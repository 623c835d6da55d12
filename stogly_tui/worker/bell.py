"""The bell: rings hasten what rows say is due. A ring lost, doubled or late does no harm."""

from collections.abc import Callable
from typing import Protocol

from stogly_tui.sync.context import Context

Job = Callable[[Context, int], None]
"""Plain sync code that takes ids only, is safe to run twice, and puts its failures into rows."""

JOBS: dict[str, Job] = {}


def job(name: str) -> Callable[[Job], Job]:
    """Register a job under the name it is rung by."""

    def register(function: Job) -> Job:
        JOBS[name] = function
        return function

    return register


class Engine(Protocol):
    """Runs jobs. Embedded by default; the same interface carries rings between machines."""

    def start(self, tick: Callable[[], None]) -> None:
        """Begin: ``tick`` is called about once a second and rings for every row that is asked for and not served."""

    def ring(self, name: str, key: int, *, urgent: bool = False) -> None:
        """Run a job soon. One that is running already runs once more afterwards."""

    def stop(self, deadline: float) -> bool:
        """Take no more rings and wait at most ``deadline`` seconds for what runs; whether all of it ended."""
