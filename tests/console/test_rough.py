"""Rough treatment: terminals of any size, and sizes that change in the middle of anything."""

from pathlib import Path

import pytest

from stogly_tui import crash
from tests.console.play import Play, play
from tests.console.walk import every_screen, make_reachable

SIZES = ((20, 5), (1, 1), (80, 24))


@pytest.fixture
def walkable(house: dict[str, int], empty: Path) -> dict[str, int]:
    """The small house, in which operations can act."""
    make_reachable(empty)
    crash.use_folder(empty / "crashes")
    return house


def test_every_screen_bears_any_size(walkable: dict[str, int]) -> None:
    met = []

    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        async for name in every_screen(seen):
            met.append(name)
            for size in SIZES:
                await seen.pilot.resize_terminal(*size)
                await seen.press("down")
            assert seen.text.strip(), name

    play(story)
    print(met)  # noqa
    assert len(met) > 15
