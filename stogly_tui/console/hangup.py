"""Leaving when the terminal is gone: a connection that breaks does not always say so with a signal."""

import os
import signal
import sys
import threading

LOOK = 2.0
"""Seconds between two looks at whether the terminal is still there."""
PATIENCE = 10.0
"""Seconds that the console has to leave in good order; then the process ends as it stands, which every row survives."""


def leave_with_the_terminal(is_over: threading.Event) -> None:
    """Watch the terminal of standard input until ``is_over``; when it goes, leave as after a hang-up.

    What writes to a terminal that is gone waits for ever, so the screen's own thread may not be able to notice.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        return
    threading.Thread(target=_watch, args=(is_over, sys.stdin.fileno()), name="terminal", daemon=True).start()


def _watch(is_over: threading.Event, terminal: int) -> None:
    while not is_over.wait(LOOK):
        if not os.isatty(terminal):
            os.kill(os.getpid(), signal.SIGHUP)
            if not is_over.wait(PATIENCE):
                os._exit(128 + signal.SIGHUP)
