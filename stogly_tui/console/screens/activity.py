"""Everything that people did, and what this console was told when it tried."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding

from stogly_tui.console import clipboard
from stogly_tui.console.operating import Deed
from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.widgets.frame import Crumbs, Rule
from stogly_tui.console.widgets.line_list import LineList
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.domain.people import MACHINE
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.model.queries import audit
from stogly_tui.model.queries.audit import Activity
from stogly_tui.present import audit_pages, times
from stogly_tui.present.blocks import BLANK, Line, Tone, line, say, wrapped

WHOSE = ("everybody", "you", "this console")
AHEAD = 50
"""So many entries before the end of what was read, more is read."""
COPY_AT_MOST = 5000


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done, or that was refused here."""

    key: tuple[str, int]
    at: datetime
    who: str
    is_ok: bool
    what: str
    detail: str
    order_id: int | None = None


def of_activity(one: Activity, zone: tzinfo) -> Entry:
    """What the trail says."""
    verb = audit_pages.VERBS.get(one.verb, one.verb.replace("_", " "))
    detail = one.reason or "; ".join(audit_pages.changes(one.before, one.after, zone))
    order_id = one.ids[0] if one.entity == "order" and one.count == 1 else None
    return Entry(
        ("trail", one.last_id), one.at, one.actor, True, f"{verb} {audit_pages.named(one)}", detail, order_id
    )


def of_deed(number: int, deed: Deed, who: str) -> Entry:
    """What this console was told."""
    return Entry(("here", number), deed.at, who, deed.is_ok, deed.title, deed.outcome)


class EntryList(LineList):
    """Entries, a line each, made when they come into sight."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: Sequence[Entry] = ()

    def show(self, entries: Sequence[Entry]) -> None:
        """Show these; the cursor stays on its entry, or at the top."""
        key = self.cursor_key if self.cursor else None
        self.entries = entries
        found = next((n for n, entry in enumerate(entries) if entry.key == key), self.cursor if key else 0)
        self.place(cursor=found, top=self.top + found - self.cursor)

    @property
    def entry(self) -> Entry | None:
        """The one under the cursor."""
        return self.entries[self.cursor] if self.cursor < len(self.entries) else None

    def row_count(self) -> int:
        """How many there are."""
        return len(self.entries)

    def key_at(self, index: int) -> Hashable:
        """What names it."""
        return self.entries[index].key

    def row_at(self, index: int) -> Line:
        """When, who, what."""
        return entry_line(self.entries[index], self.app.services.time_zone)  # type: ignore[attr-defined]


def entry_line(entry: Entry, zone: tzinfo) -> Line:
    """When, who, how it ended, what, and the first words about it."""
    return line(
        f"{times.short(entry.at, zone)}  {entry.who:<10.10} ",
        say("+ " if entry.is_ok else "! ", Tone.GOOD if entry.is_ok else Tone.BAD),
        say(entry.what, Tone.STRONG),
        say(f"  {entry.detail}", Tone.MUTED),
    )


class ActivityScreen(ConsoleScreen[None]):
    """What was done by whom, latest first, read page by page; refusals of this console stand among it."""

    HELP_TITLE = "ACTIVITY"
    HELP_TEXT = (
        "Every change that a person made, from any console or command line, latest first; like changes of many orders in"
        " one go are one line. Lines with ! were refused in this console, or failed.",
        "F goes from everybody to yourself to what this console was told. Enter opens the order of a line.",
    )
    BINDINGS = [
        Binding("escape,backspace", "leave", "back", id="activity.leave", tooltip="Back to where you came from"),
        Binding("F", "whose", "whose", id="activity.whose", tooltip="Of everybody, of you, of this console"),
        Binding("y", "copy", "copy", id="activity.copy", tooltip="Copy the list as it was read so far"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._whose = WHOSE[0]
        self._read: list[Activity] = []
        self._is_whole = False

    def body(self) -> ComposeResult:
        """Title, list, the entry under the cursor in full."""
        yield Crumbs()
        yield Rule()
        yield EntryList()
        yield Rule()
        yield Panel(BLANK, BLANK, BLANK, id="entry")

    def on_mount(self) -> None:
        """To the list; `ConsoleScreen` reloads."""
        self.set_focus(self.query_one(EntryList))

    def reload(self, changes: Changes = EVERYTHING) -> None:  # noqa: ARG002
        """Anything that changed may have been a person's doing."""
        actor = self._actor
        self.asker("first").ask(lambda: (actor, audit.activity(machine=MACHINE.name, actor=actor)))

    @property
    def _actor(self) -> str:
        return self.services.actor.name if self._whose == "you" else ""

    def _ask_more(self) -> None:
        if self._is_whole or not self._read:
            return
        actor, before = self._actor, self._read[-1].last_id
        self.asker("more").ask(
            lambda: (actor, before, audit.activity(machine=MACHINE.name, actor=actor, before_id=before))
        )

    def show_loaded(self, slot: str, snapshot: Any) -> None:
        """Put a page where it belongs: the first before what was read, another behind it."""
        if snapshot[0] != self._actor:
            return
        if slot == "first":
            page = snapshot[1]
            oldest = page[-1].last_id if page else 0
            self._read = [*page, *(one for one in self._read if one.last_id < oldest)]
        elif self._read and snapshot[1] == self._read[-1].last_id:
            self._read += snapshot[2]
            self._is_whole = not snapshot[2]
        self._show()

    def _show(self) -> None:
        zone, me = self.services.time_zone, self.services.actor.name
        told = [of_deed(number, deed, me) for number, deed in enumerate(self.app.deeds)]
        if self._whose != WHOSE[2]:
            told = [one for one in told if not one.is_ok]
            told += [of_activity(one, zone) for one in self._read]
        told.sort(key=lambda entry: entry.at, reverse=True)
        self.query_one(EntryList).show(told)
        self._say()

    def _say(self) -> None:
        entries = self.query_one(EntryList)
        now = self.services.clock().astimezone(self.services.time_zone)
        more = "" if self._is_whole or self._whose == WHOSE[2] else "+"
        self.query_one(Crumbs).show(
            line(
                say("ACTIVITY", Tone.STRONG),
                f"   of {self._whose}",
                say(f"   times {times.zone_name(now)}", Tone.MUTED),
            ),
            f"{len(entries.entries):,}{more} entries",
        )
        entry, width = entries.entry, self.app.size.width
        shown = [line("Nothing was done yet.")]
        if entry is not None:
            at = times.stamp(entry.at, self.services.time_zone)
            shown = [
                line(f"{at}  ", say(entry.who, Tone.STRONG), f"  {entry.what}"),
                *wrapped(entry.detail, width),
            ]
        self.query_one("#entry", Panel).lines = (*shown[:3], *[BLANK] * (3 - len(shown)))

    @on(LineList.Moved)
    def _moved(self) -> None:
        self._say()
        entries = self.query_one(EntryList)
        if entries.cursor >= entries.row_count() - AHEAD:
            self._ask_more()

    def on_resize(self) -> None:
        """Room changed."""
        self._say()

    @on(LineList.Opened)
    def _opened(self) -> None:
        from stogly_tui.console.screens.order_detail import OrderScreen

        entry = self.query_one(EntryList).entry
        if entry is not None and entry.order_id is not None:
            self.app.push_screen(OrderScreen(entry.order_id))

    def action_whose(self) -> None:
        """Everybody's, yours, this console's."""
        self._whose = WHOSE[(WHOSE.index(self._whose) + 1) % len(WHOSE)]
        self._read, self._is_whole = [], False
        self._show()
        self.reload()

    def action_copy(self) -> None:
        """Copy what was read."""
        zone = self.services.time_zone
        shown = self.query_one(EntryList).entries[:COPY_AT_MOST]
        told = (
            (times.stamp(one.at, zone), one.who, "ok" if one.is_ok else "refused", one.what, one.detail)
            for one in shown
        )
        text = "\n".join("  ".join(parts).rstrip() for parts in told)
        self.app.say(clipboard.copy(self.app, text), title="Copy")

    def action_leave(self) -> None:
        """Back."""
        self.dismiss(None)
