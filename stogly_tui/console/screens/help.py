"""Help for the screen in front: what it is for, its keys as they are now, what the glyphs mean."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen

from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.text import TextScreen
from stogly_tui.console.widgets.long_text import LongText
from stogly_tui.present.blocks import BLANK, Line, Tone, heading, line, say, wrapped

GLYPHS = (
    ("+", "ok: sent, finished, active"),
    ("-", "not yet"),
    (">", "being done: queued, sent right now, running"),
    ("H", "held: somebody has to release it"),
    ("!", "error: somebody is needed"),
    ("?", "outcome unknown: looked up at the destination, never sent twice"),
    (".", "at shop: lives at the destination already"),
    ("=", "paused"),
    ("~", "in a number: its middle is cut"),
)


class HelpScreen(TextScreen):
    """Help made from the bindings of the screen beneath, so that it is never out of date."""

    def __init__(self, beneath: Screen[Any]) -> None:
        super().__init__("HELP")
        self._beneath = beneath

    def on_mount(self) -> None:
        """Write the help."""
        beneath, width = self._beneath, self.app.size.width - 2
        lines: list[Line] = []
        if isinstance(beneath, ConsoleScreen):
            lines.append(heading(beneath.HELP_TITLE))
            for text in beneath.HELP_TEXT:
                lines += wrapped(text, width, 2)
            lines.append(BLANK)
        lines.append(heading("KEYS HERE"))
        lines += self._keys(beneath, width)
        if isinstance(beneath, ConsoleScreen):
            for title, text in beneath.GUIDE:
                lines += [*([BLANK, heading(title)] if title else []), *wrapped(text, width, 2)]
        lines += [BLANK, heading("GLYPHS, always beside a word")]
        lines += [line("  ", say(glyph, Tone.STRONG), f"  {text}") for glyph, text in GLYPHS]
        lines += [
            BLANK,
            *wrapped(
                "Shift and the mouse select text for copying in most terminals. "
                "Keys can be changed by their names, which stand at the right, in the settings of the program.",
                width,
            ),
        ]
        self._lines = lines
        super().on_mount()

    def _keys(self, beneath: Screen[Any], width: int) -> list[Line]:
        told: dict[str, tuple[list[str], str, str]] = {}
        for active in beneath.active_bindings.values():
            binding = active.binding
            if not binding.tooltip or not active.enabled:
                continue
            keys, _, _ = told.setdefault(binding.action, ([], binding.tooltip, binding.id or ""))
            shown = self.app.get_key_display(binding)
            if shown not in keys:
                keys.append(shown)
        lines = []
        for keys, tooltip, name in told.values():
            room = width - 16 - len(name) - 1
            text = tooltip if len(tooltip) <= room else tooltip[: room - 1] + "~"
            lines.append(
                line(
                    say(f"  {' '.join(keys):<13} ", Tone.STRONG),
                    text.ljust(room),
                    say(f" {name}", Tone.MUTED),
                )
            )
        return lines

    def on_resize(self) -> None:
        """The text is written anew for another width when it is opened again."""
        self.query_one(LongText).show(self._lines)
