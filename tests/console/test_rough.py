"""Rough treatment: terminals of any size, and sizes that change in the middle of anything."""

import re
from functools import partial
from pathlib import Path

import pytest
from textual.geometry import Size

from stogly_tui import crash
from stogly_tui.console.rooms import MODES
from stogly_tui.console.widgets.too_small import is_too_small
from stogly_tui.model import database
from tests.console.play import Play, play
from tests.console.terminal import ESC, Terminal
from tests.console.walk import every_screen, make_reachable, still

SIZES = ((1, 1), (41, 13), (80, 24))


@pytest.fixture
def walkable(house: dict[str, int], empty: Path) -> dict[str, int]:
    """The small house, in which operations can act."""
    make_reachable(empty)
    crash.use_folder(empty / "crashes")
    return house


def in_front(seen: Play) -> list[str]:
    """The screen in front, without what a window leaves visible of the one beneath."""
    if not seen.app.screen.is_modal:
        return seen.text.splitlines()
    return [found for found in re.findall(r"\| (.*) \|", seen.text) if found.strip()]


@pytest.mark.parametrize("room", MODES)
def test_every_screen_bears_any_size(walkable: dict[str, int], room: str) -> None:
    met = []

    async def story(seen: Play) -> None:
        async for name in every_screen(seen, [room], depth=2):
            met.append(name)
            await still(seen)
            before, focus = in_front(seen), seen.app.screen.focused
            for size in SIZES:
                await seen.pilot.resize_terminal(*size)
                if is_too_small(Size(*size)):
                    await seen.press("down")
            await seen.until(
                partial(lambda told: in_front(seen) == told, before), f"as it was: {name}\n{before}"
            )
            assert seen.app.screen.focused is focus

    play(story)

    assert met


def test_a_terminal_that_is_too_small_says_so_and_takes_no_key(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("space", "q")
        await seen.sees("LEAVE THE CONSOLE")
        await seen.pilot.resize_terminal(20, 5)
        await seen.sees("! 20x5 is too small.", "Make it 40x12")
        await seen.until(lambda: seen.app.screen.is_ready)  # type: ignore[attr-defined]
        await seen.press("y", "escape")
        await seen.pilot.resize_terminal(80, 24)
        await seen.sees("LEAVE THE CONSOLE")
        await seen.press("escape")
        await seen.sees("Send Orders (1)")

    play(story)


def test_what_opens_while_it_is_too_small_is_covered_too(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.pilot.resize_terminal(39, 24)
        seen.app.open_order(house["SHOP-1426"])
        await seen.until(lambda: len(seen.app.screen_stack) == 2)
        await seen.sees("39x24 is too small")
        await seen.pilot.resize_terminal(40, 12)
        await seen.sees("Orders > SHOP-1426")

    play(story)


@pytest.mark.pty
def test_a_storm_of_sizes_on_a_real_terminal_ends_where_it_began(house: dict[str, int], empty: Path) -> None:
    database.drop_connection()
    terminal = Terminal(f"sqlite:///{empty / 'stogly.db'}", size=(24, 80))
    try:
        terminal.until("SHOP-1431")
        for keys, sees in (
            ("", "SHOP-1431"),
            ("S", "Cancel"),
            (ESC, ""),
            (":", "COMMANDS"),
            (ESC, ""),
            ("2", "Woo Main"),
        ):
            terminal.type(keys)
            if sees:
                terminal.until(sees)
            for number in range(60):
                terminal.resize(*((5, 20), (1, 1), (50, 160), (2, 300), (30, 3))[number % 5])
            terminal.resize(24, 80)
            terminal.quiet()
        since = len(terminal.seen)
        terminal.type("1")
        terminal.until("SHOP-1430", since)
        assert terminal.process.poll() is None
        assert terminal.read(1.0) == b""
    finally:
        terminal.close()
