"""A form made from the settings model: a line per field with what is wrong beside it. It asks nothing and saves nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal

from stogly_tui.console.widgets.inputs import Choice, Fixed, LineInput
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.domain.problems import FieldProblem
from stogly_tui.operations.fields import SettingField
from stogly_tui.present.blocks import Line, Tone, line, say, wrapped

LABEL = 28


@dataclass(frozen=True, slots=True)
class FormField:
    """One line of a form. ``options`` make it a choice; ``value`` is what is stored, as text."""

    name: str
    title: str
    tab: str
    help: str = ""
    value: str = ""
    default: str = ""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    options: tuple[tuple[str, str], ...] = ()
    is_secret: bool = False
    is_needed: bool = False
    hint: str = ""
    is_fixed: bool = False
    """Whether it is only shown: who looks may not change it."""

    @property
    def range(self) -> str:
        """What may be typed, in a few words."""
        if self.minimum is None and self.maximum is None:
            return self.unit
        low = f"{self.minimum:,g}" if self.minimum is not None else ""
        high = f"{self.maximum:,.0f}" if self.maximum is not None else ""
        return f"{low} to {high} {self.unit}".strip()

    @property
    def shown(self) -> str:
        """Its value as people read it."""
        return dict(self.options).get(self.value, self.value)

    @property
    def allowed(self) -> str:
        """The range, the choices and the default, in words."""
        choices = ", ".join(title for value, title in self.options if value) if len(self.options) > 2 else ""
        default = f"default {dict(self.options).get(self.default, self.default)}" if self.default else ""
        if not default and not self.is_needed and not self.is_secret:
            default = "default: blank"
        needed = "needed" if self.is_needed else ""
        return ", ".join(part for part in (self.range, choices, needed, default) if part)

    def about(
        self, width: int, problem: FieldProblem | None, caution: FieldProblem | None = None
    ) -> tuple[Line, ...]:
        """What the field is for, what it takes, and what is wrong or to be known, in three lines."""
        told = wrapped(f"{self.title}: {self.help}", width)
        room = 3 - min(len(told), 2)
        if problem is not None:
            rest = wrapped(f"! {problem.message} {problem.remedy}", width, tone=Tone.BAD)
        elif caution is not None:
            rest = wrapped(f"! caution: {caution.message} {caution.remedy}", width, tone=Tone.WARN)
        else:
            rest = [line(say(self.allowed, Tone.MUTED))]
        return tuple([*told[:2], *rest[:room], line(""), line("")][:3])


class FieldRow(Horizontal):
    """One field: its title, what is typed, and what is wrong with it or what it takes."""

    DEFAULT_CSS = """
    FieldRow { height: 1; }
    FieldRow .label { width: 28; }
    FieldRow .value { width: 32; }
    FieldRow .note { width: 1fr; padding-left: 1; }
    """

    def __init__(self, field: FormField) -> None:
        super().__init__(id=f"row-{field.name}")
        self.field = field
        self.is_touched = False
        self._was = field.value
        self._input = _input(field)
        self._note = Panel(line(say(field.range, Tone.MUTED)), classes="note")

    def compose(self) -> ComposeResult:
        """Title, field, note."""
        field = self.field
        yield Panel(line(f"{field.title[: LABEL - 3]}{' *' if field.is_needed else ''}"), classes="label")
        yield self._input
        yield self._note

    @property
    def value(self) -> str:
        """What is typed or chosen."""
        return self._was if isinstance(self._input, Fixed) else self._input.value

    @value.setter
    def value(self, value: str) -> None:
        if not isinstance(self._input, Fixed):
            self._input.value = value

    @property
    def is_changed(self) -> bool:
        """Whether it differs from what is stored."""
        return self.value != self._was

    def take(self, value: str) -> None:
        """Put in what was typed before, where it can be chosen here."""
        if not self.field.options or value in dict(self.field.options):
            self.value = value

    def is_stored(self) -> None:
        """What is typed is stored now."""
        self._was = self.value

    def show_problem(self, problem: FieldProblem | None, caution: FieldProblem | None = None) -> None:
        """Say what is wrong, what to be careful about, or what the field takes."""
        if problem is not None:
            note = line(say(f"! {problem.message} {problem.remedy}", Tone.BAD))
        elif caution is not None:
            note = line(say(f"! caution: {caution.message} {caution.remedy}", Tone.WARN))
        else:
            note = line(say(self.field.range, Tone.MUTED))
        self._note.lines = (note,)
        self.set_class(problem is not None, "-wrong")

    def focus_field(self) -> None:
        """Put the focus here."""
        self._input.focus()


def _input(field: FormField) -> "Fixed | Choice | LineInput":
    if field.is_fixed:
        return Fixed(field.hint if field.is_secret else field.shown, classes="value")
    if field.options:
        return Choice(field.options, field.value, classes="value")
    return LineInput(field.value, placeholder=field.hint, is_secret=field.is_secret, classes="value")


def as_text(value: Any) -> str:
    """A setting's value as it is typed: lists with commas, switches as true and false."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def setting_fields(
    known: Iterable[SettingField], values: Mapping[str, Any], destinations: Sequence[str]
) -> list[FormField]:
    """Form fields of settings; a destination is chosen among the channels that take orders."""
    told = []
    for one in known:
        value = as_text(values.get(one.name, one.default))
        options = tuple((choice, choice.replace("_", " ")) for choice in one.choices)
        if one.is_switch:
            options = (("true", "yes"), ("false", "no"))
        elif one.name == "destination":
            names = [*destinations, *([value] if value and value not in destinations else [])]
            options = (("", "none"), *((name, name) for name in names))
        told.append(
            FormField(
                one.name, one.title, one.tab, one.help, value, as_text(one.default), one.unit,
                one.minimum, one.maximum, options,
            )
        )  # fmt: skip
    return told


def credential_fields(known: Iterable[SettingField], *, is_set: str) -> list[FormField]:
    """Form fields of credentials; ``is_set`` says since when keys are stored (blank: they are needed).

    Those that are not required are optional: which of them belong together, the platform says.
    """
    replaces = " A new one is verified first; leave it blank to keep what is set." if is_set else ""
    optional = "(kept; type to replace)" if is_set else "optional"
    return [
        FormField(
            one.name, one.title, "Store", f"{one.help} Entered, never shown.{replaces}".strip(), is_secret=True,
            is_needed=not is_set and one.is_required, hint=is_set if one.is_required else optional,
        )
        for one in known
    ]  # fmt: skip
