"""Copying over a terminal: OSC 52, wrapped where tmux or screen stands between, and a file where that cannot be."""

import base64
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual.app import App

from stogly_tui.domain.safe_text import safe_text
from stogly_tui.present.files import written

if TYPE_CHECKING:
    from stogly_tui.console.app import StoglyApp

LIMIT = 74_994
"""Bytes of base64; terminals drop longer sequences without a word."""
CHUNK = 76
"""Bytes in one device control string for screen, which prints what does not fit into its buffer."""
ROUTES = {
    "plain": "the terminal (OSC 52)",
    "tmux": "tmux and the terminal (OSC 52)",
    "screen": "screen and the terminal (OSC 52)",
}


def copy(app: "StoglyApp", text: str) -> str:
    """Put a text on the clipboard of the terminal; the sentence says which way it went and how much it was.

    Terminals do not answer, so the same text copied twice in a row is written to a file as well; so is one that is
    too long. Control characters are left out, but for line feeds and the tabs between cells.
    """
    cleaned = "\t".join(safe_text(part, len(part) + 1) for part in text.split("\t"))
    if not cleaned.strip():
        return "There is nothing to copy here."
    told = _amount(cleaned)
    wanted = sequence(cleaned, os.environ)
    if wanted is None:
        return f"{told} is too long for the terminal's clipboard. {_to_file(app, cleaned)}"
    is_again = app.clipboard == cleaned
    _send(app, cleaned, wanted)
    where = ROUTES[route(os.environ)]
    if is_again:
        return f"Copied {told} again to {where}. {_to_file(app, cleaned)}"
    return f"Copied {told} to {where}. Nothing arrived? Copy again: it is written to a file as well."


def route(environ: Mapping[str, str]) -> str:
    """What stands between this program and the terminal: ``plain``, ``tmux`` or ``screen``."""
    if environ.get("TMUX"):
        return "tmux"
    return "screen" if environ.get("TERM", "").startswith("screen") else "plain"


def sequence(text: str, environ: Mapping[str, str]) -> str | None:
    """What has to be written to the terminal, or None when it would be too long.

    tmux is told in both of its ways: by itself (``set-clipboard on``), and passed through (``allow-passthrough on``).
    """
    told = base64.b64encode(text.encode()).decode("ascii")
    if len(told) > LIMIT:
        return None
    plain = f"\x1b]52;c;{told}\x07"
    match route(environ):
        case "tmux":
            return plain + "\x1bPtmux;" + plain.replace("\x1b", "\x1b\x1b") + "\x1b\\"
        case "screen":
            parts = (plain[start : start + CHUNK] for start in range(0, len(plain), CHUNK))
            return "".join(f"\x1bP{part}\x1b\\" for part in parts)
        case _:
            return plain


def _send(app: App[Any], text: str, wanted: str) -> None:
    """Hand the sequence to Textual's own writer, so that it never falls into the middle of a painted line."""
    app._clipboard = text
    if app._driver is not None:
        app._driver.write(wanted)


def _to_file(app: "StoglyApp", text: str) -> str:
    folder = app.services.folder
    if folder is None:
        return "There is no folder to write it to."
    try:
        with written(folder, "copy", "txt", app.services.clock()) as (path, file):
            file.write(text)
    except OSError as error:
        return f"It cannot be written to {folder}: {error.strerror}."
    return f"It is in {path}"


def _amount(text: str) -> str:
    lines = len(text.splitlines())
    many = f"{len(text):,} character{'' if len(text) == 1 else 's'}"
    return many if lines == 1 else f"{lines:,} lines ({many})"
