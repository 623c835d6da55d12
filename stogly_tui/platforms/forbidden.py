"""When nothing may be asked of a platform; apart from the client, so that it is set without importing the network."""

from collections.abc import Callable


def _never() -> bool:
    return False


when: Callable[[], bool] = _never
"""Set by the composition root: whether this thread is inside a write transaction, where no request may start."""
