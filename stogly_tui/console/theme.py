"""Colours: dark by default, light, high contrast, and the terminal's own. Tones never stand without word and glyph.

Each tone is readable on each ground it is painted on; a test computes the ratios.
"""

from stogly_tui.console import launch  # isort: skip  # Textual reads its environment at import

from collections.abc import Mapping
from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

DARK = {
    "tone-muted": "#a6acb6",
    "tone-good": "#7cc98a",
    "tone-busy": "#86c0ff",
    "tone-warn": "#e3b45f",
    "tone-bad": "#ff9494",
    "line-cursor": "#27395a",
    "line-marked": "#2b3328",
    "bar": "#23272f",
    "bar-danger": "#6b1f26",
    "bar-danger-text": "#ffffff",
    "edge": "#4a505c",
}
LIGHT = {
    "tone-muted": "#4a515d",
    "tone-good": "#0f5c26",
    "tone-busy": "#064a96",
    "tone-warn": "#6b4500",
    "tone-bad": "#9c0f18",
    "line-cursor": "#bcd4f2",
    "line-marked": "#dcebd6",
    "bar": "#d8dbe0",
    "bar-danger": "#f0c4c4",
    "bar-danger-text": "#5c0008",
    "edge": "#9aa0aa",
}
CONTRAST = {
    "tone-muted": "#e0e0e0",
    "tone-good": "#4dff94",
    "tone-busy": "#99ddff",
    "tone-warn": "#ffe14d",
    "tone-bad": "#ffb3b3",
    "line-cursor": "#003080",
    "line-marked": "#333300",
    "bar": "#000000",
    "bar-danger": "#8b0000",
    "bar-danger-text": "#ffffff",
    "edge": "#ffffff",
}
ANSI = {
    "tone-muted": "ansi_default",
    "tone-good": "ansi_bright_green",
    "tone-busy": "ansi_bright_cyan",
    "tone-warn": "ansi_bright_yellow",
    "tone-bad": "ansi_bright_red",
    "line-cursor": "ansi_default",
    "line-marked": "ansi_default",
    "bar": "ansi_default",
    "bar-danger": "ansi_red",
    "bar-danger-text": "ansi_bright_white",
    "edge": "ansi_default",
}
"""For a terminal with a dark ground. The cursor is painted in reverse: no pair of the sixteen colours is readable in
every palette."""
ANSI_LIGHT = ANSI | {
    "tone-good": "ansi_default",
    "tone-busy": "ansi_blue",
    "tone-warn": "ansi_magenta",
    "tone-bad": "ansi_red",
}

_OWN = (
    Theme(
        "stogly-dark", primary="#79b8ff", secondary="#5b7aa5", accent="#e3b45f", foreground="#d7dae0",
        background="#15181d", surface="#15181d", panel="#23272f", success="#7cc98a", warning="#e3b45f",
        error="#ff9494", dark=True, variables=DARK,
    ),
    Theme(
        "stogly-light", primary="#0757b0", secondary="#3d6ea8", accent="#8a5a00", foreground="#1c2026",
        background="#f4f5f7", surface="#f4f5f7", panel="#e3e6ea", success="#0f5c26", warning="#6b4500",
        error="#9c0f18", dark=False, variables=LIGHT,
    ),
    Theme(
        "stogly-contrast", primary="#66ccff", secondary="#ffffff", accent="#ffd400", foreground="#ffffff",
        background="#000000", surface="#000000", panel="#000000", success="#4dff94", warning="#ffe14d",
        error="#ffb3b3", dark=True, variables=CONTRAST,
    ),
)  # fmt: skip


def _of_terminal(name: str, own: str, colours: Mapping[str, str]) -> Theme:
    built_in = BUILTIN_THEMES[own]
    return replace(built_in, name=name, variables={**built_in.variables, **colours})


THEMES = (
    *_OWN,
    _of_terminal("stogly-ansi", "ansi-dark", ANSI),
    _of_terminal("stogly-ansi-light", "ansi-light", ANSI_LIGHT),
)
TITLES = {
    "dark": "dark",
    "light": "light",
    "contrast": "high contrast",
    "ansi": "terminal's, dark",
    "ansi-light": "terminal's, light",
}
"""The themes by the name that the settings have, with what they are called."""
DEFAULT = "dark"
PREFERENCE = "theme"
"""The key under which a person's choice is remembered."""


def chosen(configured: str, remembered: object, environ: Mapping[str, str]) -> str:
    """The theme to open with. ``NO_COLOR`` goes before all, then what the environment names for this start; a terminal
    of sixteen colours shows its own; then what this person chose last, then the settings.
    """
    kept = remembered if isinstance(remembered, str) and remembered in TITLES else ""
    if "NO_COLOR" in environ:
        return "ansi"
    if environ.get("STOGLY_THEME"):
        return configured
    if launch.has_few_colours(environ) and not (kept or configured).startswith("ansi"):
        return "ansi"
    return kept or configured


def after(name: str) -> str:
    """The next theme."""
    names = list(TITLES)
    return names[(names.index(name) + 1) % len(names)] if name in names else DEFAULT


def registered(name: str) -> str:
    """The name that Textual knows it by."""
    return f"stogly-{name}"
