"""What has to be decided before Textual is imported: it reads its environment once, at import."""

import os
from collections.abc import MutableMapping


def prepare_terminal(environ: MutableMapping[str, str] = os.environ) -> None:
    """Still screens, few bytes: no animation, no smooth scrolling, 30 frames over SSH, ANSI colours under NO_COLOR.

    What the operator has set already stays.
    """
    environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    environ.setdefault("ESCDELAY", "100")
    if environ.get("SSH_CONNECTION"):
        environ.setdefault("TEXTUAL_FPS", "30")
    if "NO_COLOR" in environ or environ.get("TERM") in ("linux", "vt100", "vt220"):
        environ.setdefault("TEXTUAL_THEME", "ansi-dark")


prepare_terminal()
