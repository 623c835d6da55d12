"""A form in tabs: fields with what is wrong beside them, moving between them, and a guard before changes are lost."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from textual import events, on
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Input

from stogly_tui.console.forms import FieldRow
from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.dialogs import Sure
from stogly_tui.console.screens.fields import FieldKeys
from stogly_tui.console.screens.text import TextScreen
from stogly_tui.console.widgets.inputs import Choice
from stogly_tui.console.widgets.panel import Pages, Panel
from stogly_tui.domain.problems import FieldProblem
from stogly_tui.present.blocks import BLANK, Line, Tone, heading, line, say, wrapped

R = TypeVar("R")
Problems = Mapping[str, FieldProblem]


ON_COMMAND_LINE = {
    "name": "channel add PLATFORM NAME", "platform": "channel add PLATFORM NAME", "url": "--url URL",
    "role": "--role ROLE", "destination": "--destination NAME",
}  # fmt: skip
"""How fields that are no settings are given without the form."""


class FormScreen(FieldKeys, ConsoleScreen[R]):
    """Fields in tabs. Subclasses say what the tabs without fields show, and what is wrong with what is typed."""

    TABS: Sequence[str] = ()
    BINDINGS = [
        Binding("f2", "save", "save", id="form.save", tooltip="Save; says first what that will do"),
        Binding("f3", "default", "default", id="form.default", tooltip="Put the default into this field"),
        Binding("f4", "tab(1)", "next tab", id="form.next_tab", tooltip="The next tab"),
        Binding(
            "left", "tab(-1)", "Tab before", show=False, id="form.tab_before", tooltip="The tab before (outside of fields)",
        ),
        Binding(
            "right", "tab(1)", "Next tab", show=False, id="form.tab_after", tooltip="The next tab (outside of fields)",
        ),
        Binding("f1", "about", "help", id="form.about", tooltip="Help on this field"),
        Binding("escape", "leave", "leave", id="form.leave", tooltip="Leave; asks first when something was changed"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.tab = self.TABS[0]
        self.field_rows: list[FieldRow] = []
        self.problems: Problems = {}
        self.cautions: Problems = {}
        self.shows_all = False

    @abstractmethod
    def show_page(self, tab: str) -> bool:
        """Show a tab that has no fields, or hide such a one; whether it is one."""

    @abstractmethod
    def action_save(self) -> None:
        """Save what is filled in."""

    @abstractmethod
    def validate(self) -> None:
        """Ask what is wrong with what is typed."""

    @abstractmethod
    def show_title(self) -> None:
        """Show where one is."""

    # --- showing -------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Room changed."""
        self.show_frame()
        if self.row_in_focus() is not None:
            self.show_about()

    def show_frame(self) -> None:
        """Title and tabs."""
        self.show_title()
        wrong = {row.field.tab for row in self.rows() if row.field.name in self.shown_problems()}
        careful = {row.field.tab for row in self.rows() if row.field.name in self.cautions}
        parts = []
        for tab in self.TABS:
            tone = Tone.BAD if tab in wrong else Tone.WARN if tab in careful else Tone.PLAIN
            word = f"{tab}!" if tone is not Tone.PLAIN else tab
            parts.append(
                say(f"[{word}]", Tone.STRONG if tone is Tone.PLAIN else tone)
                if tab == self.tab
                else say(f" {word} ", tone)
            )
        self.query_one("#tabs", Panel).lines = ((*parts, say("  F4", Tone.MUTED)),)

    def show_tab(self) -> None:
        """Show the fields of the tab in front, or its page, and put the focus there."""
        for row in self.rows():
            row.display = row.field.tab == self.tab
        is_page = self.show_page(self.tab)
        self.query_one("#fields", VerticalScroll).display = not is_page
        self.show_frame()
        first = next((row for row in self.rows() if row.display), None)
        if not is_page and first is not None:
            first.focus_field()
        self.show_problems()

    def rows(self) -> list[FieldRow]:
        """Every field, in every tab."""
        return self.field_rows

    def row_of(self, name: str) -> FieldRow | None:
        """The field of that name."""
        return next((row for row in self.rows() if row.field.name == name), None)

    def row_in_focus(self) -> FieldRow | None:
        """The field that has the focus."""
        return next(
            (row for row in self.rows() if self.focused is not None and row in self.focused.ancestors), None
        )

    def changed_rows(self) -> list[FieldRow]:
        """Fields that differ from what is stored."""
        return [row for row in self.rows() if row.is_changed]

    def shown_problems(self) -> Problems:
        """What is said: problems of fields that were typed into, and of all once saving was tried."""
        touched = {row.field.name for row in self.rows() if row.is_touched}
        return {name: one for name, one in self.problems.items() if self.shows_all or name in touched}

    def show_problems(self) -> None:
        """Say beside each field, and at the bottom, how it stands."""
        shown = self.shown_problems()
        for row in self.rows():
            row.show_problem(shown.get(row.field.name), self.cautions.get(row.field.name))
        self.show_frame()
        self.query_one("#said", Panel).lines = (self._told(shown),)
        self.show_about()

    def _told(self, shown: Problems) -> Line:
        titles = {row.field.name: row.field.title for row in self.rows()}
        order = [*(name for name in titles if name in shown), *(name for name in shown if name not in titles)]
        if order:
            named = [f"{titles.get(name, name.capitalize())}: {shown[name].message}" for name in order]
            return line(say(f"! {len(named)} wrong. {' '.join(named)}", Tone.BAD))
        if self.cautions:
            name, one = next(iter(self.cautions.items()))
            more = f" (+{len(self.cautions) - 1} more)" if len(self.cautions) > 1 else ""
            return line(say(f"! caution{more}: {titles.get(name, name)}: {one.message}", Tone.WARN))
        changed = self.changed_rows()
        if changed:
            return line(f"{len(changed)} changed, not saved: {', '.join(row.field.title for row in changed)}")
        return BLANK

    @on(events.DescendantFocus)
    def show_about(self) -> None:
        """What the field in focus is for, and what is wrong with it."""
        row = self.row_in_focus()
        shown: tuple[Line, ...] = ()
        if row is not None:
            name = row.field.name
            shown = row.field.about(
                self.app.size.width, self.shown_problems().get(name), self.cautions.get(name)
            )
        self.query_one("#about", Panel).lines = shown

    def to_first_problem(self) -> None:
        """Put the focus on the first field that is wrong."""
        wrong = next((row for row in self.rows() if row.field.name in self.problems), None)
        if wrong is not None:
            self.tab = wrong.field.tab
            self.show_tab()
            wrong.focus_field()

    def on_key(self, event: events.Key) -> None:
        """A letter that no field takes does nothing: what is typed while fields change must not become a command."""
        is_in_page = isinstance(self.focused, Pages)
        if event.is_printable and not is_in_page and event.key not in ("space", "question_mark", "colon"):
            event.stop()

    # --- typing --------------------------------------------------------------------------------------------

    @on(Input.Changed)
    @on(Choice.Changed)
    def _typed(self, message: Input.Changed | Choice.Changed) -> None:
        widget = message.input if isinstance(message, Input.Changed) else message.choice
        row = next((one for one in self.rows() if one in widget.ancestors), None)
        if row is not None and (row.is_changed or row.is_touched):
            row.is_touched = True
            self.typed(row)
            self.validate()

    def typed(self, row: FieldRow) -> None:
        """Something was typed or chosen in this field."""

    # --- acting --------------------------------------------------------------------------------------------

    def action_tab(self, steps: int) -> None:
        """Another tab."""
        self.tab = self.TABS[(self.TABS.index(self.tab) + steps) % len(self.TABS)]
        self.show_tab()

    @on(events.Click, "#tabs")
    def _clicked_tab(self, event: events.Click) -> None:
        at = 0
        for tab in self.TABS:
            at += len(tab) + 2
            if event.x < at:
                self.tab = tab
                self.show_tab()
                return

    def action_default(self) -> None:
        """Put the default into the field."""
        row = self.row_in_focus()
        if row is not None and not row.field.is_secret:
            row.value = row.field.default

    def action_about(self) -> None:
        """Help on this field."""
        row = self.row_in_focus()
        if row is None:
            self.app.action_help()
            return
        field = row.field
        lines = [
            heading(field.title),
            *wrapped(field.help, self.app.size.width - 2),
            *wrapped(field.allowed, 70),
        ]
        for problem in (self.problems.get(field.name), self.cautions.get(field.name)):
            if problem is not None:
                lines += [BLANK, *wrapped(f"! {problem.message} {problem.remedy}", 70, tone=Tone.WARN)]
        how = (
            "--credentials FILE, never in an argument" if field.is_secret else ON_COMMAND_LINE.get(field.name)
        )
        lines += [BLANK, line(say(f"On the command line: {how or f'--set {field.name}=VALUE'}", Tone.MUTED))]
        self.app.push_screen(TextScreen(f"HELP > {field.title}", lines))

    @property
    def unsaved(self) -> str:
        """What was typed and not saved."""
        changed = [row.field.title for row in self.changed_rows()] if self.is_mounted else []
        return f"{len(changed)} changed: {', '.join(changed)}" if changed else ""

    def action_leave(self) -> None:
        """Leave; asks first when something was changed."""
        if not self.unsaved:
            self.dismiss(None)
            return
        self.app.push_screen(
            Sure("LEAVE WITHOUT SAVING", [f"{self.unsaved}."], "leave, forget the changes"), self._left
        )

    def _left(self, is_sure: bool | None) -> None:
        if is_sure:
            self.dismiss(None)

    def close_with(self, result: R | None) -> None:
        """Leave with a result, once the form is in front: Textual takes away whatever is there."""
        if self.is_active:
            self.dismiss(result)
        elif self.is_attached:
            self._ends_with = (result,)

    _ends_with: tuple[Any, ...] = ()

    def on_screen_resume(self) -> None:
        """In front again; leave when that was waited for."""
        super().on_screen_resume()
        if self._ends_with:
            self.call_later(self.close_with, self._ends_with[0])
