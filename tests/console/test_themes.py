"""Colours: each tone is readable on each ground, and the right ones are chosen and remembered."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import Theme

from stogly_tui.console import theme as themes
from stogly_tui.console.theme import THEMES, TITLES, chosen
from stogly_tui.domain.people import Actor, Role
from stogly_tui.model import database
from stogly_tui.operations import preferences
from stogly_tui.present.blocks import Tone
from tests.console import support
from tests.console.play import Play, play
from tests.console.terminal import DOWN, Terminal

GROUNDS = ("line-cursor", "line-marked", "bar")
PALETTES = {
    "vga": {"red": "#aa0000", "blue": "#0000aa", "magenta": "#aa00aa", "bright_red": "#ff5555",
            "bright_green": "#55ff55", "bright_yellow": "#ffff55", "bright_cyan": "#55ffff", "bright_white": "#ffffff"},
    "xterm": {"red": "#cd0000", "blue": "#0000ee", "magenta": "#cd00cd", "bright_red": "#ff0000",
              "bright_green": "#00ff00", "bright_yellow": "#ffff00", "bright_cyan": "#00ffff", "bright_white": "#ffffff"},
}  # fmt: skip
FULL = {"TERM": "xterm-256color"}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.1."""
    low, high = sorted(_luminance(colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [part / 255 for part in Color.parse(colour).rgb]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def tones(of: Mapping[str, str], plain: str) -> dict[str, str]:
    return {tone: of.get(f"tone-{tone}", plain) for tone in Tone}


@pytest.mark.parametrize("theme", [one for one in THEMES if not one.ansi], ids=lambda one: one.name)
def test_every_tone_is_readable_on_every_ground(theme: Theme) -> None:
    held_to = 7.0 if "contrast" in theme.name else 4.5
    colours, plain = theme.variables, str(theme.foreground)
    grounds = [str(theme.background), str(theme.surface), *(colours[ground] for ground in GROUNDS)]
    ratios = {
        (tone, ground): contrast(colour, ground)
        for tone, colour in tones(colours, plain).items()
        for ground in grounds
    }

    assert {pair: ratio for pair, ratio in ratios.items() if ratio < held_to} == {}
    assert contrast(colours["bar-danger-text"], colours["bar-danger"]) >= held_to


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
@pytest.mark.parametrize(("name", "ground"), [("stogly-ansi", "#000000"), ("stogly-ansi-light", "#ffffff")])
def test_the_sixteen_colours_are_readable_on_the_grounds_of_common_terminals(
    palette: Mapping[str, str], name: str, ground: str
) -> None:
    theme = next(one for one in THEMES if one.name == name)
    for tone, colour in tones(theme.variables, "ansi_default").items():
        if colour != "ansi_default":
            assert contrast(palette[colour.removeprefix("ansi_")], ground) >= 4.5, tone
    for ground_name in GROUNDS:
        assert theme.variables[ground_name] == "ansi_default"
    assert contrast(palette["bright_white"], palette["red"]) >= 4.5


@pytest.mark.parametrize(
    ("configured", "remembered", "environ", "is_"),
    [
        ("dark", None, FULL, "dark"),
        ("light", None, FULL, "light"),
        ("light", "contrast", FULL, "contrast"),
        ("light", "neon", FULL, "light"),
        ("light", 7, FULL, "light"),
        ("light", "contrast", {**FULL, "STOGLY_THEME": "light"}, "light"),
        ("dark", "contrast", {"TERM": "xterm"}, "ansi"),
        ("dark", "ansi-light", {"TERM": "linux"}, "ansi-light"),
        ("dark", None, {"TERM": "xterm", "COLORTERM": "truecolor"}, "dark"),
        ("dark", "light", {**FULL, "NO_COLOR": ""}, "ansi"),
        ("contrast", "light", {**FULL, "NO_COLOR": "1", "STOGLY_THEME": "contrast"}, "ansi"),
    ],
)
def test_the_theme_is_decided_before_the_console_opens(
    configured: str, remembered: object, environ: Mapping[str, str], is_: str
) -> None:
    assert chosen(configured, remembered, environ) == is_


def test_f8_goes_through_every_theme_says_it_and_remembers_it(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        for name in [*list(TITLES)[1:], "dark", "light"]:
            await seen.press("f8")
            await seen.sees(f"({name}), remembered for ada.")
            await seen.press("down")
            await seen.sees("SHOP-1431", "SHOP-1430")

    play(story)

    assert preferences.remembered(support.ADA, themes.PREFERENCE) == "light"
    assert preferences.remembered(support.ANA, themes.PREFERENCE) is None


def test_a_viewer_may_choose_colours_but_a_console_that_only_looks_keeps_nothing(
    house: dict[str, int],
) -> None:
    vic = Actor("vic", Role.VIEWER)

    async def choose(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("f8")
        await seen.sees("light (light)")

    play(choose, services=support.services(Actor("pam", Role.VIEWER), read_only=True, only_looks=True))
    play(choose, services=support.services(vic, read_only=True))

    assert preferences.remembered(Actor("pam", Role.VIEWER), themes.PREFERENCE) is None
    assert preferences.remembered(vic, themes.PREFERENCE) == "light"


def test_preferences_are_kept_on_both_engines(opened: str) -> None:
    assert preferences.remembered(support.ADA, "theme") is None
    for value in ("light", ["a", 1]):
        preferences.remember(support.ADA, "theme", value)
        assert preferences.remembered(support.ADA, "theme") == value


def test_the_colours_given_are_the_ones_shown(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        assert seen.app.theme == "stogly-contrast"

    play(story, services=support.services(theme="contrast"))


COLOUR = re.compile(rb"\x1b\[(?:[0-9;:]*[;:])?(?:3[0-9]|4[0-9]|9[0-7]|10[0-7])(?:[;:][0-9;:]*)?m")


@pytest.mark.pty
def test_under_no_color_no_colour_is_sent_and_the_cursor_is_in_reverse(
    house: dict[str, int], empty: Path
) -> None:
    database.drop_connection()
    terminal = Terminal(f"sqlite:///{empty / 'stogly.db'}", environ={**FULL, "NO_COLOR": "1"})
    try:
        terminal.until("SHOP-1431")
        terminal.quiet()
        moved = terminal.press(DOWN)
        for keys in (
            "2",
            "\t",
            "6",
            "1",
            "/",
            "x",
            "\x1b",
            "?",
            "\x1b",
            ":",
            "\x1b",
            "q",
            "\x1b",
            "\x1b[19~",
        ):
            terminal.press(keys)
        assert b"NO_COLOR is set" in terminal.seen
        assert COLOUR.findall(terminal.seen) == []
        assert re.search(rb"\x1b\[1;7m *>", moved)
    finally:
        terminal.close()


@pytest.mark.pty
def test_a_terminal_of_sixteen_colours_gets_no_others(house: dict[str, int], empty: Path) -> None:
    database.drop_connection()
    terminal = Terminal(
        f"sqlite:///{empty / 'stogly.db'}",
        code="import os, sys\nfrom tests.console import support\nfrom stogly_tui.model import database\n"
        "database.open_database(sys.argv[1])\nfrom stogly_tui.console import theme\n"
        "from stogly_tui.console.app import run\n"
        "sys.exit(run(support.services(theme=theme.chosen('dark', None, os.environ))))\n",
        environ={"TERM": "linux"},
    )  # fmt: skip
    try:
        terminal.until("SHOP-1431")
        terminal.quiet()
        moved = terminal.press(DOWN)
        assert b"38;2" not in terminal.seen
        assert b"38;5" not in terminal.seen
        assert re.search(rb"\x1b\[1;7(;\d+)*m *>", moved), moved
    finally:
        terminal.close()
