"""Finding text in what is shown: where it is, how often, and how it is lit. Letters' case does not count."""

import re
from collections.abc import Iterator

from stogly_tui.present.blocks import Line, Segment, Tone


class Finder:
    """A search in one text. Nothing is collected: megabytes are looked through as one goes on."""

    def __init__(self, text: str, wanted: str) -> None:
        self.wanted = wanted
        self._text, self._wanted = lowered(text), lowered(wanted)
        self.total = self._text.count(self._wanted) if wanted else 0
        self.here: int | None = None

    @property
    def number(self) -> int:
        """Which of all one stands on, from 1; 0 on none."""
        return 0 if self.here is None else self._text.count(self._wanted, 0, self.here) + 1

    def go_to(self, start: int) -> int | None:
        """To the first at or after a place; from the end on with the first of all."""
        if self.total:
            found = self._text.find(self._wanted, start)
            self.here = found if found >= 0 else self._text.find(self._wanted)
        return self.here

    def step(self, steps: int) -> int | None:
        """To the next or the one before; around the ends."""
        if self.here is None:
            return self.go_to(0)
        if steps > 0:
            return self.go_to(self.here + len(self._wanted))
        found = self._text.rfind(self._wanted, 0, self.here)
        self.here = found if found >= 0 else self._text.rfind(self._wanted)
        return self.here

    def said(self) -> str:
        """``3 of 17``."""
        if not self.wanted:
            return ""
        return f"{self.number:,} of {self.total:,}" if self.total else "not found"


def lowered(text: str) -> str:
    """Text in small letters, each letter where it was."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(_small(letter) for letter in text)


def _small(letter: str) -> str:
    small = letter.lower()
    return small if len(small) == 1 else letter


def places(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    """Where ``wanted`` stands in one line."""
    if wanted:
        for found in re.finditer(re.escape(lowered(wanted)), lowered(text)):
            yield found.span()


def lit(shown: Line, wanted: str, here: int | None = None) -> Line:
    """A line with what was found in it lit; what begins at ``here`` is the one that one stands on."""
    spans = list(places("".join(part.text for part in shown), wanted))
    for start, end in reversed(spans):
        tone = Tone.HERE if start == here else Tone.MATCH
        found = "".join(part.text for part in cut(shown, start, end))
        shown = (*cut(shown, 0, start), Segment(found, tone), *cut(shown, end))
    return shown


def cut(shown: Line, start: int, end: int | None = None) -> Line:
    """A part of a line, by letters."""
    told: list[Segment] = []
    at = 0
    for part in shown:
        text = part.text[max(start - at, 0) : None if end is None else max(end - at, 0)]
        if text:
            told.append(part if len(text) == len(part.text) else Segment(text, part.tone))
        at += len(part.text)
    return tuple(told)
