"""Text in columns of a terminal, where some letters take two cells and some none."""

import unicodedata

from stogly_tui.present.blocks import safe_cell


def cells(text: str) -> int:
    """How many cells of a terminal a text takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


def column(text: object, width: int, *, right: bool = False) -> str:
    """Untrusted text in exactly so many cells; what does not fit is cut with ``~``."""
    shown = safe_cell(str(text))
    if cells(shown) > width:
        shown = _cut(shown, width - 1) + "~"
    room = " " * (width - cells(shown))
    return room + shown if right else shown + room


def _cut(text: str, width: int) -> str:
    used = 0
    for number, letter in enumerate(text):
        used += _width(letter)
        if used > width:
            return text[:number]
    return text


def _width(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
