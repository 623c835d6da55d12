"""The last door: whatever got past `safe_text` does not reach the terminal as a control character."""

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
