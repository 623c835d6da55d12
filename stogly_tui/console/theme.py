"""Colours: dark by default, light, high contrast, and the terminal's own. Tones never stand without word and glyph."""

from textual.theme import Theme

DARK = {
    "tone-muted": "#8b9099",
    "tone-good": "#7cc98a",
    "tone-busy": "#79b8ff",
    "tone-warn": "#e3b45f",
    "tone-bad": "#ff8080",
    "line-cursor": "#2f4668",
    "line-marked": "#2b3328",
    "bar": "#23272f",
    "bar-danger": "#6b1f26",
    "bar-danger-text": "#ffffff",
    "edge": "#4a505c",
}
LIGHT = {
    "tone-muted": "#5c6370",
    "tone-good": "#1a7f37",
    "tone-busy": "#0757b0",
    "tone-warn": "#8a5a00",
    "tone-bad": "#b3141d",
    "line-cursor": "#bcd4f2",
    "line-marked": "#dcebd6",
    "bar": "#d8dbe0",
    "bar-danger": "#f0c4c4",
    "bar-danger-text": "#5c0008",
    "edge": "#9aa0aa",
}
CONTRAST = {
    "tone-muted": "#d0d0d0",
    "tone-good": "#00ff66",
    "tone-busy": "#66ccff",
    "tone-warn": "#ffd400",
    "tone-bad": "#ff6060",
    "line-cursor": "#003fa3",
    "line-marked": "#333300",
    "bar": "#000000",
    "bar-danger": "#8b0000",
    "bar-danger-text": "#ffffff",
    "edge": "#ffffff",
}
ANSI = {
    "tone-muted": "ansi_bright_black",
    "tone-good": "ansi_green",
    "tone-busy": "ansi_cyan",
    "tone-warn": "ansi_yellow",
    "tone-bad": "ansi_red",
    "line-cursor": "ansi_blue",
    "line-marked": "ansi_default",
    "bar": "ansi_default",
    "bar-danger": "ansi_red",
    "bar-danger-text": "ansi_white",
    "edge": "ansi_bright_black",
}

THEMES = (
    Theme(
        "stogly-dark", primary="#79b8ff", secondary="#5b7aa5", accent="#e3b45f", foreground="#d7dae0",
        background="#15181d", surface="#15181d", panel="#23272f", success="#7cc98a", warning="#e3b45f",
        error="#ff8080", dark=True, variables=DARK,
    ),
    Theme(
        "stogly-light", primary="#0757b0", secondary="#3d6ea8", accent="#8a5a00", foreground="#1c2026",
        background="#f4f5f7", surface="#f4f5f7", panel="#e3e6ea", success="#1a7f37", warning="#8a5a00",
        error="#b3141d", dark=False, variables=LIGHT,
    ),
    Theme(
        "stogly-contrast", primary="#66ccff", secondary="#ffffff", accent="#ffd400", foreground="#ffffff",
        background="#000000", surface="#000000", panel="#000000", success="#00ff66", warning="#ffd400",
        error="#ff6060", dark=True, variables=CONTRAST,
    ),
)  # fmt: skip
NAMES = (*(theme.name for theme in THEMES), "ansi-dark", "ansi-light")
DEFAULT = "stogly-dark"
