"""Small windows: a question that cannot be answered by accident, a few answers to type, a choice of filters."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from stogly_tui.console.screens.base import Dialog
from stogly_tui.console.screens.fields import FieldKeys
from stogly_tui.console.widgets.inputs import Button, Choice, LineInput
from stogly_tui.console.widgets.line_list import LineList, SimpleList
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.domain.problems import FieldProblem
from stogly_tui.present.blocks import BLANK, Line, Tone, heading, line, say, wrapped

GUARD = 0.3
"""Seconds after opening in which no key is taken: a key held down, or typed for the screen before, does nothing."""
WIDTH = 70
R = TypeVar("R")


class Guarded(Dialog[R], Generic[R]):
    """A window that does nothing in its first moment."""

    def __init__(self) -> None:
        super().__init__()
        self._opened_at = time.monotonic()

    @property
    def is_ready(self) -> bool:
        """Whether keys are taken already."""
        return time.monotonic() - self._opened_at >= GUARD


class YesNo(Guarded[bool]):
    """A question whose Yes is the key `y` alone: never Enter, never within the first moment."""

    BINDINGS = [
        Binding("y", "yes", "yes", id="sure.yes", tooltip="Yes, do it"),
        Binding("n", "leave", "no", id="sure.no", tooltip="No, do nothing"),
    ]

    def action_yes(self) -> None:
        """Do it."""
        if self.is_ready:
            self.dismiss(True)

    def action_leave(self) -> None:
        """Do nothing."""
        self.dismiss(False)

    @on(Button.Pressed, "#cancel")
    def _cancelled(self) -> None:
        self.dismiss(False)


class Sure(YesNo):
    """A question with its consequences."""

    def __init__(self, title: str, consequences: Sequence[str], verb: str) -> None:
        super().__init__()
        self._title, self._consequences, self._verb = title, consequences, verb

    def body(self) -> ComposeResult:
        """The question, focus on Cancel."""
        lines = [heading(self._title)]
        for text in self._consequences:
            lines += wrapped(text, WIDTH)
        yield Panel(*lines)
        yield Panel(
            line(""),
            line(say("y", Tone.STRONG), f" {self._verb}    ", say("Esc", Tone.STRONG), " do nothing"),
        )
        yield Button("Cancel", id="cancel")

    def on_mount(self) -> None:
        """Focus on Cancel."""
        self.set_focus(self.query_one("#cancel"))


@dataclass(frozen=True, slots=True)
class Question:
    """One field of an `Ask` window. ``options`` make it a choice; ``about`` is said while it has the focus."""

    name: str
    title: str
    value: str = ""
    help: str = ""
    is_needed: bool = False
    options: tuple[tuple[str, str], ...] = ()
    about: str = ""


Answers = Mapping[str, str]


def told_of(problems: Sequence[FieldProblem], questions: Sequence[Question]) -> str:
    """What is wrong, by the names that the fields have on the screen."""
    titles = {one.name: one.title for one in questions}
    return "; ".join(str(replace(one, field=titles.get(one.field, one.field))) for one in problems)


class Ask(Dialog[Answers], FieldKeys):
    """A few fields to fill in. Enter goes to the next and, in the last, does it; F2 does it from anywhere."""

    BINDINGS = [Binding("f2", "save", "do it", id="ask.save", tooltip="Do it with what is filled in")]

    def __init__(
        self,
        title: str,
        about: Sequence[Line],
        questions: Sequence[Question],
        verb: str,
        problem: Callable[[Answers], str] = lambda _: "",
        refused: str = "",
    ) -> None:
        super().__init__()
        self._title, self._about, self._questions = title, about, questions
        self._verb, self._problem, self._refused = verb, problem, refused

    def body(self) -> ComposeResult:
        """Title, what it is about, the fields, what is wrong."""
        yield Panel(heading(self._title), *self._about, line(""))
        width = max((len(question.title) for question in self._questions), default=0) + 2
        for question in self._questions:
            with Horizontal(classes="field"):
                label = Panel(line(question.title + (" *" if question.is_needed else "")), classes="label")
                label.styles.width = width + 2
                yield label
                if question.options:
                    yield Choice(question.options, question.value, id=question.name)
                else:
                    yield LineInput(question.value, placeholder=question.help, id=question.name)
        if any(question.about for question in self._questions):
            yield Panel(id="field-about")
        yield Panel(id="problem")
        with Horizontal(classes="buttons"):
            yield Button(self._verb, id="do")
            yield Button("Cancel", id="cancel")
        yield Panel(
            line(
                say("Tab next  F2 ", Tone.MUTED),
                say(self._verb, Tone.MUTED),
                say("  Esc leave", Tone.MUTED),
            )
        )

    def on_mount(self) -> None:
        """Focus on the first field."""
        first = next((one for one in self._questions if len(one.options) != 1), self._questions[0])
        self.set_focus(self.query_one(f"#{first.name}"))
        if self._refused:
            self.query_one("#problem", Panel).lines = tuple(
                wrapped(f"! {self._refused}", WIDTH, tone=Tone.BAD)
            )

    @property
    def answers(self) -> Answers:
        """What is filled in."""
        told: dict[str, str] = {}
        for question in self._questions:
            field = self.query_one(f"#{question.name}")
            told[question.name] = (field.value if isinstance(field, Input | Choice) else "").strip()
        return told

    def action_save(self) -> None:
        """Do it, unless something is wrong; then say what, and go there."""
        if not self._wrong():
            self.dismiss(self.answers)
        self._look(is_final=True)
        missing = self._missing()
        if missing is not None:
            self.set_focus(self.query_one(f"#{missing.name}"))

    def action_enter_field(self) -> None:
        """To the next field; in the last one, do it."""
        if self.focused is not None and self.focused.id == self._questions[-1].name:
            self.action_save()
        else:
            self.focus_next()

    @on(events.DescendantFocus)
    def _focused(self) -> None:
        for panel in self.query("#field-about").results(Panel):
            name = self.focused.id if self.focused is not None else ""
            about = next((one.about for one in self._questions if one.name == name), "")
            panel.lines = (*wrapped(about, WIDTH, tone=Tone.MUTED), BLANK, BLANK)[:2]

    @on(Input.Changed)
    @on(Choice.Changed)
    def _typed(self) -> None:
        self._look()

    @on(Button.Pressed)
    def _pressed(self, message: Button.Pressed) -> None:
        if message.button.id == "do":
            self.action_save()
        else:
            self.dismiss(None)

    def _missing(self) -> Question | None:
        answers = self.answers
        return next((one for one in self._questions if one.is_needed and not answers[one.name]), None)

    def _wrong(self) -> str:
        missing = self._missing()
        return f"{missing.title} is needed." if missing else self._problem(self.answers)

    def _look(self, *, is_final: bool = False) -> None:
        is_as_asked = all(self.answers[one.name] == one.value for one in self._questions)
        wrong = self._refused if is_as_asked and (self._refused or not is_final) else self._wrong()
        tone = Tone.BAD if is_final else Tone.WARN
        self.query_one("#problem", Panel).lines = (
            tuple(wrapped(f"! {wrong}", WIDTH, tone=tone)) if wrong else ()
        )


@dataclass(frozen=True, slots=True)
class Column:
    """One list of a `FilterDialog`: values with their titles, and the one that is chosen."""

    name: str
    title: str
    options: tuple[tuple[str, str], ...]
    value: str


class FilterDialog(Dialog[Answers]):
    """Drop-downs side by side: Up and Down choose, Tab goes to the next list, Enter takes all."""

    DEFAULT_CSS = """
    FilterDialog SimpleList { height: 1fr; }
    FilterDialog .column { width: 1fr; height: 100%; margin-right: 1; }
    FilterDialog .columns { height: 14; }
    FilterDialog .column:focus-within { background: $bar; }
    """
    BINDINGS = [
        Binding(
            "left", "app.focus_previous", "Before", show=False, id="filter.left", tooltip="The list before"
        ),
        Binding("right", "app.focus_next", "Next", show=False, id="filter.right", tooltip="The next list"),
    ]

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self._columns = columns

    def body(self) -> ComposeResult:
        """The lists side by side."""
        with Horizontal(classes="columns"):
            for column in self._columns:
                with Vertical(classes="column"):
                    yield Panel(heading(column.title))
                    yield SimpleList(id=column.name)
        yield Panel(
            line(say("Up Down choose  Left Right other list  Enter take  Esc leave as it was", Tone.MUTED))
        )

    def on_mount(self) -> None:
        """Show what is chosen now."""
        for column in self._columns:
            rows = self.query_one(f"#{column.name}", SimpleList)
            rows.show([(value, line(title)) for value, title in column.options])
            at = next((n for n, (value, _) in enumerate(column.options) if value == column.value), 0)
            rows.place(cursor=at, top=0)
        self.set_focus(self.query_one(SimpleList))

    @on(LineList.Opened)
    def _taken(self) -> None:
        self.dismiss(
            {
                column.name: str(self.query_one(f"#{column.name}", SimpleList).cursor_key or "")
                for column in self._columns
            }
        )
