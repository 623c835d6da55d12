"""What stands over everything while the terminal has no room for it."""

from collections.abc import Sequence

from textual.geometry import Size

from stogly_tui.console.widgets.painted import Painted
from stogly_tui.present.blocks import BLANK, Line, Tone, wrapped

LEAST = Size(40, 12)
"""Columns and lines that the smallest screen of ours can be worked with in."""


def is_too_small(size: Size) -> bool:
    """Whether a terminal of this size shows too little to act on."""
    return size.width < LEAST.width or size.height < LEAST.height


class TooSmall(Painted):
    """Says what room there is and what is needed. No key is taken meanwhile: nobody acts on what cannot be seen."""

    DEFAULT_CSS = """
    Screen { layers: default too-small; }
    TooSmall { layer: too-small; dock: top; width: 100%; height: 100%; background: $background; }
    """

    def line_at(self, y: int) -> tuple[Line, str]:
        """The sentence, over as many lines as it needs."""
        lines = self._lines()
        return (lines[y] if y < len(lines) else BLANK), ""

    def _lines(self) -> Sequence[Line]:
        here = self.size
        told = (
            f"! {here.width}x{here.height} is too small. Make it {LEAST.width}x{LEAST.height} or more: all is kept, no key "
            "is taken."
        )
        return wrapped(told, max(here.width, 10), tone=Tone.WARN)
