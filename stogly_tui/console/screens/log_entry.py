"""One entry of the sync log with its payload."""

from __future__ import annotations

from collections.abc import Sequence

from stogly_tui.console.screens.text import TextScreen
from stogly_tui.model.queries.runs import LogRow
from stogly_tui.present import run_pages
from stogly_tui.present.blocks import BLANK, Line, View, heading, pairs, wrapped
from stogly_tui.present.raw import payload_lines


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
