"""Fields that are typed into or chosen from, one line high, without blinking."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widgets import Input

from stogly_tui.console.widgets.painted import Painted
from stogly_tui.domain.safe_text import safe_line
from stogly_tui.present.blocks import Line, Segment, Tone, say


class LineInput(Input):
    """An input of one line: no border, no blinking cursor, nothing selected by itself."""

    DEFAULT_CSS = """
    LineInput, LineInput:focus {
        border: none; height: 1; padding: 0; background: $bar;
        &.-textual-compact { height: 1; padding: 0; }
    }
    LineInput:focus { background: $line-cursor; }
    LineInput > .input--placeholder, LineInput > .input--suggestion { color: $tone-muted; }
    LineInput:ansi:focus { text-style: underline; }
    LineInput:ansi > .input--cursor { color: ansi_default; background: ansi_default; text-style: reverse; }
    """

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        is_secret: bool = False,
        max_length: int = 0,
        id: str | None = None,
        classes: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(
            safe_line(value),
            placeholder=safe_line(placeholder),
            password=is_secret,
            max_length=max_length or 400,
            select_on_focus=False,
            compact=True,
            id=id,
            classes=classes,
            **options,
        )
        self.cursor_blink = False


class Choice(Painted, can_focus=True):
    """One of a few, side by side: ``( ) a  (*) b``. Left and Right choose, Space goes on to the next."""

    DEFAULT_CSS = """
    Choice { height: 1; background: $bar; }
    Choice:focus { background: $line-cursor; }
    Choice:ansi:focus { text-style: reverse; }
    """
    BINDINGS = [
        Binding("left", "step(-1)", "Before", show=False, id="choice.left", tooltip="The choice before"),
        Binding("right,space", "step(1)", "Next", show=False, id="choice.right", tooltip="The next choice"),
    ]
    value: reactive[str] = reactive("", init=False)

    @dataclass
    class Changed(Message):
        """Another one was chosen."""

        choice: "Choice"
        value: str

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        value: str,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.options = list(options)
        self.set_reactive(Choice.value, value)

    def line_at(self, y: int) -> tuple[Line, str]:  # noqa: ARG002
        """All of them when there is room, else the chosen one between arrows."""
        whole: list[Segment] = []
        for value, title in self.options:
            is_it = value == self.value
            whole.append(say(f"{'(*)' if is_it else '( )'} {title}  ", Tone.STRONG if is_it else Tone.PLAIN))
        if sum(len(part.text) for part in whole) <= self.size.width + 2:
            return tuple(whole), ""
        title = dict(self.options).get(self.value, self.value)
        at = next((n for n, (value, _) in enumerate(self.options, 1) if value == self.value), 0)
        return (say(f"< {title} >", Tone.STRONG), say(f" {at} of {len(self.options)}", Tone.MUTED)), ""

    def action_step(self, steps: int) -> None:
        """Choose another."""
        if not self.options:
            return
        values = [value for value, _ in self.options]
        at = values.index(self.value) if self.value in values else -1
        self.value = values[(at + steps) % len(values)]

    def watch_value(self, value: str) -> None:
        """Another one was chosen."""
        self.repaint()
        self.post_message(self.Changed(self, value))

    def on_click(self, _event: events.Click) -> None:
        """A click goes on to the next."""
        self.action_step(1)


class Fixed(Painted, can_focus=True):
    """A value that is only shown; it takes the focus so that its help can be read."""

    DEFAULT_CSS = "Fixed { height: 1; } Fixed:focus { background: $line-cursor; } Fixed:ansi:focus { text-style: reverse; }"

    def __init__(self, value: str, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._value = value

    def line_at(self, y: int) -> tuple[Line, str]:  # noqa: ARG002
        """The one line."""
        return (say(self._value or "-"),), ""


class Button(Painted, can_focus=True):
    """A button of one line: ``[ Save ]``. Enter or Space press it, unless it says otherwise."""

    DEFAULT_CSS = (
        "Button { height: 1; width: auto; margin-right: 2; } Button:focus { background: $line-cursor; }"
        " Button:ansi:focus { text-style: reverse; }"
    )
    BINDINGS = [
        Binding("enter,space", "press", "Press", show=False, id="button.press", tooltip="Press this button")
    ]
    title: reactive[str] = reactive("", init=False)

    @dataclass
    class Pressed(Message):
        """It was pressed."""

        button: "Button"

        @property
        def control(self) -> "Button":
            """The button, for selectors."""
            return self.button

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(Button.title, title)

    def line_at(self, y: int) -> tuple[Line, str]:  # noqa: ARG002
        """The one line."""
        if self.has_focus:
            return (say(f"[>{self.title}<]", Tone.STRONG),), ""
        return (say(f"[ {self.title} ]"),), ""

    def get_content_width(self, container: object, viewport: object) -> int:  # noqa: ARG002
        """The title with its brackets."""
        return len(self.title) + 4

    def watch_title(self) -> None:
        """Another title."""
        self.refresh(layout=True)
        self.repaint()

    def render_line(self, y: int) -> Strip:
        """Paint it as it is now: the focus shows in its brackets."""
        self._shown = [self.line_at(0)]
        return super().render_line(y)

    def on_click(self, _event: events.Click) -> None:
        """A click presses it."""
        self.action_press()

    def action_press(self) -> None:
        """Press it."""
        self.post_message(self.Pressed(self))
