"""The launch: what has to be decided before Textual is imported, and what waits until the first screen stands."""

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager

TURN = 0.0005
"""Seconds a thread keeps the interpreter while another wants it: a key waits for several turns of those that read."""
FIRST_LOOK = 0.5
"""Seconds after which the first rows are on the screen; what nobody looks at yet begins then."""


def prepare_terminal(environ: MutableMapping[str, str] = os.environ) -> None:
    """Still screens, few bytes: no animation, no smooth scrolling, 30 frames over SSH.

    Textual reads its environment once, at import. What the operator has set already stays.
    """
    environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    environ.setdefault("ESCDELAY", "100")
    if environ.get("SSH_CONNECTION"):
        environ.setdefault("TEXTUAL_FPS", "30")


def has_few_colours(environ: Mapping[str, str]) -> bool:
    """Whether the terminal says it has fewer than 256 colours; ours would be mapped to sixteen, badly."""
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return False
    return environ.get("TERM", "").rpartition("-")[2] not in ("256color", "direct", "kitty")


@contextmanager
def after_first_look(begin: Callable[[], None]) -> Iterator[None]:
    """Do ``begin`` in a thread when the first screen stands; leaving before that, it is not done.

    What was made until then stays as long as the console does: the collector of garbage, which `__main__` keeps from
    going through all of it again and again meanwhile, leaves it alone for good.
    """

    def settle() -> None:
        gc.freeze()
        gc.enable()
        begin()

    sys.setswitchinterval(TURN)
    waiting = threading.Timer(FIRST_LOOK, settle)
    waiting.daemon = True
    waiting.start()
    try:
        yield
    finally:
        waiting.cancel()
        waiting.join()


prepare_terminal()
