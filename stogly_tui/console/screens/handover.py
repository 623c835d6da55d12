"""Handover notes: shown at the start until they were read, listed, and written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from stogly_tui.console.screens.asking import ask_and_do
from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.dialogs import WIDTH, Question, YesNo
from stogly_tui.console.screens.text import TextScreen
from stogly_tui.console.widgets.inputs import Button
from stogly_tui.console.widgets.panel import Pages, Panel
from stogly_tui.model.queries.handovers import HandoverRow
from stogly_tui.operations import handovers
from stogly_tui.present import overview_pages
from stogly_tui.present.blocks import BLANK, Line, Tone, heading, line, say, wrapped

if TYPE_CHECKING:
    from stogly_tui.console.app import StoglyApp


class HandoverDialog(YesNo):
    """Unread notes. Only `y` says that they were read, and not in the first moment: a key meant for what is beneath
    does nothing here.
    """

    def __init__(self, notes: Sequence[Line], count: int, *, can_answer: bool) -> None:
        super().__init__()
        self._notes, self._count, self._can_answer = notes, count, can_answer

    def body(self) -> ComposeResult:
        """The notes, then what the keys do."""
        many = "1 NOTE" if self._count == 1 else f"{self._count} NOTES"
        yield Panel(heading(f"HANDOVER: {many} FOR YOU"), BLANK)
        pages = Pages()
        pages.styles.height = min(len(self._notes), max(self.app.size.height - 9, 1))
        yield pages
        says = line(say("y", Tone.STRONG), " I have read it    ") if self._can_answer else BLANK
        later = "shown again at the next start"
        yield Panel(BLANK, (*says, say("Esc", Tone.STRONG), say(f" later: {later}")))
        yield Button("Later", id="cancel")

    def on_mount(self) -> None:
        """Show the notes; the focus is on what does nothing but scroll."""
        pages = self.query_one(Pages)
        pages.show(self._notes)
        self.set_focus(pages)

    def action_yes(self) -> None:
        """They were read."""
        if self._can_answer:
            super().action_yes()


def show_unread(app: StoglyApp, notes: Sequence[HandoverRow]) -> None:
    """Show what this person has not read; remember it once `y` says so."""
    actor = app.services.actor
    ids = [row.id for row in notes]

    def answered(is_read: bool | None) -> None:
        if is_read:
            app.carry_out(
                "Handover",
                lambda: handovers.read(actor, ids),
                lambda number: f"{'1 note is' if number == 1 else f'{number} notes are'} read.",
            )

    lines = overview_pages.handover_page(notes, app.services.time_zone, WIDTH)
    app.push_screen(HandoverDialog(lines, len(notes), can_answer=not app.services.read_only), answered)


def show_notes(app: StoglyApp, unread: Sequence[HandoverRow], notes: Sequence[HandoverRow]) -> None:
    """The unread notes; when there are none, the newest of all."""
    if unread:
        show_unread(app, unread)
        return
    lines = overview_pages.handover_page(notes, app.services.time_zone, app.size.width - 2)
    told = lines or [line("No note yet. n on the Overview writes one for the next shift.")]
    app.push_screen(TextScreen("Overview > handover notes, newest first", told))


def ask_note(screen: ConsoleScreen[Any]) -> None:
    """Ask for a note and keep it."""
    actor = screen.services.actor
    about = wrapped(
        "Everybody else is shown it when they open their console, until they say that they have read it.",
        WIDTH,
    )
    ask_and_do(
        screen, "HANDOVER NOTE", about, (Question("text", "Note", is_needed=True),), "Write",
        lambda answers: lambda: handovers.add(actor, answers["text"]),
        lambda _: "The note is kept; the next shift is shown it.",
    )  # fmt: skip
