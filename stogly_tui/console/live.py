"""The one path of changes into the console: a thread that waits for the feed and posts what it hears."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from textual.message import Message

from stogly_tui.console.messages import Broken, DatabaseBack, DatabaseChanged, DatabaseLost
from stogly_tui.model.changes import Feed
from stogly_tui.model.database import DatabaseUnreachable

LISTEN = 0.5
"""Seconds between two looks at whether the console is closing."""
ASK_AGAIN = 1.0
PACE = 0.15
"""Seconds after a change in which others are gathered: a stream of them leaves the screen time for keys."""


class Live:
    """Listens for changes by any process, on a connection of its own that never writes."""

    def __init__(self, post: Callable[[Message], bool]) -> None:
        self._post = post
        self._closing = threading.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="console-live")

    def start(self) -> None:
        """Begin to listen."""
        self._thread.submit(self._listen).add_done_callback(self._ended)

    def close(self) -> None:
        """Stop listening; the thread ends within `LISTEN` seconds."""
        self._closing.set()
        self._thread.shutdown(wait=False)

    def _ended(self, listening: "Future[None]") -> None:
        error = listening.exception()
        if error is not None:
            self._post(Broken(error))

    def _listen(self) -> None:
        feed = Feed()
        is_lost = False
        while not self._closing.is_set():
            try:
                changes = feed.wait(LISTEN)
            except DatabaseUnreachable as error:
                is_lost = True
                self._post(DatabaseLost(str(error)))
                self._closing.wait(ASK_AGAIN)
                continue
            if is_lost:
                is_lost = False
                self._post(DatabaseBack())
            if changes is not None:
                self._post(DatabaseChanged(changes))
                self._closing.wait(PACE)
        feed.close()
