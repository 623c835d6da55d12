"""One entry of the sync log with its payload."""

from __future__ import annotations

from collections.abc import Sequence

from stogly_tui.console.screens.text import TextScreen
from stogly_tui.model.queries.runs import LogRow
from stogly_tui.present import run_pages
from stogly_tui.present.blocks import BLANK, Line, Tone, View, heading, line, pairs, say, wrapped
from stogly_tui.present.raw import payload_lines

TOLD_BELOW = ("Message", "Means", "Because", "What to do")
"""Parts of an entry that are told below the list."""


class LogEntryScreen(TextScreen):
    """Everything about one entry."""

    def __init__(self, entry: LogRow, lines: Sequence[Line]) -> None:
        super().__init__(f"SYNC LOG > {entry.code}", lines)


def entry_lines(entry: LogRow, payload: bytes | None, view: View) -> Sequence[Line]:
    """Everything about an entry, then its payload; long values take several lines."""
    lines: list[Line] = []
    for label, value in run_pages.entry_page(entry, view):
        shown = wrapped(value, view.width - 1, 14)
        if shown:
            lines += pairs([(label, shown[0][1:])])
            lines += shown[1:]
    return lines if payload is None else payload_lines(payload, [*lines, BLANK, heading("PAYLOAD")])


def detail_lines(entry: LogRow, view: View) -> list[Line]:
    """An entry below the list: what it says, what that means, and what to do."""
    told: list[Line] = []
    is_told = False
    for shown in entry_lines(entry, None, view):
        label = shown[0].text.strip()
        is_told = label in TOLD_BELOW or (is_told and not label)
        if is_told:
            told.append(shown)
    if entry.payload_digest:
        told.append(line(say("Enter shows its payload", Tone.MUTED)))
    return told
