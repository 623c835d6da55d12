"""Moving between fields. These keys come before those of the field, so that what is pasted next finds the right one:
a key that a field first has to refuse would overtake nothing, but what follows it would overtake the key.
"""

from __future__ import annotations

from typing import Any

from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input

from stogly_tui.console.widgets.inputs import Button, Choice, Fixed

OF_FIELDS = {
    "enter_field": (Input, Choice, Fixed),
    "field_below": (Input, Choice, Fixed, Button),
    "field_above": (Input, Choice, Fixed, Button),
}
"""Where these keys move on; elsewhere they belong to what has the focus."""


class FieldKeys(Screen[Any]):
    """Tab goes through everything; Down, Up and Enter go from field to field."""

    BINDINGS = [
        Binding("tab", "next_field", "Next", show=False, priority=True, id="field.next", tooltip="The next field"),
        Binding(
            "shift+tab", "field_before", "Before", show=False, priority=True, id="field.before", tooltip="The field before"
        ),
        Binding("down", "field_below", "Next", show=False, priority=True, id="form.next", tooltip="The field below"),
        Binding("up", "field_above", "Before", show=False, priority=True, id="form.before", tooltip="The field above"),
        Binding("enter", "enter_field", "Take", show=False, priority=True, id="field.enter", tooltip="Take it, go on"),
    ]  # fmt: skip

    def action_next_field(self) -> None:
        """To the next."""
        self.focus_next()

    def action_field_before(self) -> None:
        """To the one before."""
        self.focus_previous()

    def action_field_below(self) -> None:
        """To the next."""
        self.focus_next()

    def action_field_above(self) -> None:
        """To the one before."""
        self.focus_previous()

    def action_enter_field(self) -> None:
        """Take what is typed, and go on."""
        self.focus_next()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Outside of fields these keys belong to what has the focus."""
        if action in OF_FIELDS and not isinstance(self.focused, OF_FIELDS[action]):
            return False
        return super().check_action(action, parameters)
