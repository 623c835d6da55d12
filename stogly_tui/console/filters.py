"""What painted lines pass on their way to the terminal: the last door for control characters, and NO_COLOR."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from stogly_tui.domain.safe_text import safe_text


class NoControls(LineFilter):
    """Shows every control, bidi and zero-width character in painted text as a dot."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Clean one painted line; Textual's own control segments are left alone."""
        return [self._clean(segment) for segment in segments]

    @staticmethod
    def _clean(segment: Segment) -> Segment:
        text = segment.text
        if segment.control or not text or (text.isascii() and text.isprintable()):
            return segment
        cleaned = safe_text(text.replace("\n", " "), len(text) + 1)
        return segment if cleaned == text else Segment(cleaned, segment.style)


class NoColours(LineFilter):
    """Paints without any colour, the terminal's default ones included: bold and reverse stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Take the colours out of one painted line."""
        return [
            Segment(text, style.without_color if style is not None else None, control)
            for text, style, control in segments
        ]
