"""Raw payloads as text: indented when they are JSON, harmless in any case, and turned into lines as they are read."""

import json
from collections.abc import Sequence
from typing import overload

from stogly_tui.domain.safe_text import safe_text
from stogly_tui.present.blocks import Line, Segment, Tone, line, plain, say

LONGEST = 4000
"""A line with more letters than this is broken, so that none is ever cut off."""


class RawLines(Sequence[Line]):
    """Some lines, then the lines of a text; a line is made when it is looked at."""

    def __init__(self, head: Sequence[Line], body: Sequence[str]) -> None:
        self._head = head
        self.texts = [*(plain(shown) for shown in head), *body]

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> list[Line]: ...
    def __getitem__(self, index: int | slice) -> Line | list[Line]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        if 0 <= index < len(self._head):
            return self._head[index]
        return (Segment(self.texts[index]),)


def payload_lines(body: bytes, head: Sequence[Line] = ()) -> Sequence[Line]:
    """Raw bytes as lines, below those of ``head``."""
    if not body:
        return [*head, line(say("Nothing is stored.", Tone.MUTED))]
    return RawLines(head, pieces(indented(body.decode("utf-8", "replace"))))


def pieces(text: str) -> list[str]:
    """Untrusted text as harmless lines of bounded length."""
    told: list[str] = []
    for one in safe_text(text, len(text) + 1).split("\n"):
        if len(one) <= LONGEST:
            told.append(one)
        else:
            told += [one[start : start + LONGEST] for start in range(0, len(one), LONGEST)]
    return told


def indented(text: str) -> str:
    """JSON with its parts on lines of their own; anything else as it is."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text
