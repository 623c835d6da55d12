"""Help for the screen in front: what it is for, its keys as they are now, what the glyphs mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.binding import Binding
from textual.screen import Screen

from stogly_tui.console.commands import why_not
from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.text import TextScreen
from stogly_tui.console.widgets.long_text import LongText
from stogly_tui.console.widgets.painted import fitted
from stogly_tui.present.blocks import BLANK, Line, Tone, heading, line, say, wrapped

KEY_ROOM = 16
ROOM_FOR_IDS = 60
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
        super().on_mount()
        self._write()

    def on_resize(self) -> None:
        """Room changed: the lines are broken anew."""
        self._write()

    def _write(self) -> None:
        beneath, width = self._beneath, max(self.app.size.width - 2, 20)
        lines: list[Line] = []
        if isinstance(beneath, ConsoleScreen):
            lines.append(heading(beneath.HELP_TITLE))
            for text in beneath.HELP_TEXT:
                lines += wrapped(text, width, 2)
            lines += self._now(beneath, width)
            lines.append(BLANK)
        lines += self._keys(beneath, width)
        if isinstance(beneath, ConsoleScreen):
            for title, text in beneath.GUIDE:
                lines += [*([BLANK, heading(title)] if title else []), *wrapped(text, width, 2)]
        lines += [BLANK, heading("GLYPHS, always beside a word")]
        for glyph, text in GLYPHS:
            first, *others = wrapped(text, width, 5)
            lines += [line("  ", say(glyph, Tone.STRONG), "  ", *first[1:]), *others]
        lines += [
            BLANK,
            *wrapped(
                "Shift and the mouse select text for copying in most terminals; stogly-tui --no-mouse leaves the mouse to "
                "the terminal. Keys can be changed by their ids, which stand at the right: stogly-tui config keys.",
                width,
            ),
        ]
        self.query_one(LongText).show(lines)

    def _now(self, beneath: ConsoleScreen[Any], width: int) -> list[Line]:
        told: list[Line] = []
        if beneath.services.read_only:
            told += wrapped(
                "This console is read only: what would change something is refused.", width, 2, Tone.WARN
            )
        if beneath.app.lost:
            told += wrapped(
                "The database does not answer: what is shown is what was read last.", width, 2, Tone.BAD
            )
        told += beneath.help_now()
        return [BLANK, heading("RIGHT NOW"), *told] if told else []

    def _keys(self, beneath: Screen[Any], width: int) -> list[Line]:
        told: dict[str, tuple[list[str], Binding, bool]] = {}
        for active in beneath.active_bindings.values():
            binding = active.binding
            if binding.tooltip:
                keys, _, _ = told.setdefault(binding.id or binding.action, ([], binding, active.enabled))
                shown = self.app.get_key_display(binding)
                if shown not in keys:
                    keys.append(shown)
        usable = [(keys, binding) for keys, binding, is_enabled in told.values() if is_enabled]
        greyed = [(keys, binding) for keys, binding, is_enabled in told.values() if not is_enabled]
        lines = [heading("KEYS HERE")]
        lines += [_key_line(keys, binding, binding.tooltip, width) for keys, binding in usable]
        if greyed:
            lines += [BLANK, heading("NOT NOW")]
        for keys, binding in greyed:
            lines.append(_key_line(keys, binding, binding.tooltip, width, Tone.MUTED))
            lines += wrapped(why_not(beneath, binding.action), width, KEY_ROOM, Tone.WARN)
        return lines


def _key_line(keys: Sequence[str], binding: Binding, text: str, width: int, tone: Tone = Tone.PLAIN) -> Line:
    name = f" {binding.id or ''}" if width >= ROOM_FOR_IDS else ""
    return line(
        say(f"  {' '.join(keys):<{KEY_ROOM - 3}} ", Tone.STRONG if tone is Tone.PLAIN else tone),
        say(fitted(text, max(width - KEY_ROOM - len(name), 4)), tone),
        say(name, Tone.MUTED),
    )
