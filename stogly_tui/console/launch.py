"""What has to be decided before Textual is imported: it reads its environment once, at import."""

import os
from collections.abc import Mapping, MutableMapping


def prepare_terminal(environ: MutableMapping[str, str] = os.environ) -> None:
    """Still screens, few bytes: no animation, no smooth scrolling, 30 frames over SSH.

    What the operator has set already stays.
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


prepare_terminal()
