"""Lines of toned text: what the console paints and the command line prints. Every segment is made safe here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from stogly_tui.domain.safe_text import safe_line, safe_text


class Tone(StrEnum):
    """What a piece of text means; always beside a word or a glyph, never alone. `MATCH` and `HERE` are what a search
    found, and where one stands among it.
    """

    PLAIN = "plain"
    STRONG = "strong"
    MUTED = "muted"
    GOOD = "good"
    BUSY = "busy"
    WARN = "warn"
    BAD = "bad"
    MATCH = "match"
    HERE = "here"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of one line; made by `say`, which leaves nothing in it that a terminal could act on."""

    text: str
    tone: Tone = Tone.PLAIN


Line = tuple[Segment, ...]
BLANK: Line = ()


@dataclass(frozen=True, slots=True)
class View:
    """Where and when somebody looks: the moment, the zone times are shown in, and the room in cells."""

    now: datetime
    zone: tzinfo
    width: int = 80


def say(text: object, tone: Tone = Tone.PLAIN) -> Segment:
    """A segment of untrusted text; runs of blanks stay, so that columns can be made with it."""
    return Segment(safe_cell(str(text)), tone)


def safe_cell(text: str, limit: int = 1000) -> str:
    """Text on one line with its blanks kept, so that columns stay columns."""
    if text.isascii() and text.isprintable():
        return text[:limit]
    return safe_text(text, limit).replace("\n", " ")


def line(*parts: Segment | str) -> Line:
    """One line; plain strings are made safe as well."""
    return tuple(part if isinstance(part, Segment) else say(part) for part in parts)


def plain(shown: Line) -> str:
    """The line without its tones."""
    return "".join(segment.text for segment in shown)


def as_many(parts: Sequence[str], room: int) -> str:
    """As many of these as there is room for, with commas between, and how many more there are; blank when none fits."""
    for count in range(len(parts), 0, -1):
        told = ", ".join(parts[:count]) + (f", {len(parts) - count} more" if count < len(parts) else "")
        if len(told) <= room:
            return told
    return ""


def heading(text: str) -> Line:
    """A line that opens a part."""
    return line(say(text, Tone.STRONG))


def pairs(rows: Iterable[tuple[str, str | Segment | Line]], label_width: int = 14) -> list[Line]:
    """Labels with their values below one another; a blank value is left out."""
    told: list[Line] = []
    for label, value in rows:
        parts = value if isinstance(value, tuple) else line(value)
        if any(part.text.strip() for part in parts):
            told.append((say(label.ljust(label_width), Tone.MUTED), *parts))
    return told


def wrapped(text: str, width: int, indent: int = 0, tone: Tone = Tone.PLAIN) -> list[Line]:
    """Untrusted text over as many lines as it needs."""
    import textwrap

    room = max(width - indent, 10)
    return [line(" " * indent, say(part, tone)) for part in textwrap.wrap(safe_line(text, 4000), room)]
