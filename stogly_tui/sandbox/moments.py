"""Time that stands, for what is made up about the past."""

from collections.abc import Iterator
from contextlib import contextmanager

from stogly_tui.sandbox.stores import Store


@contextmanager
def standing_at(store: Store, moment: float) -> Iterator[None]:
    """Have the store's clock stand at a moment."""
    clock = store.clock
    store.clock = lambda: float(moment)
    try:
        yield
    finally:
        store.clock = clock
