"""Pictures of the screens that are looked at most, at both sizes. Kept under `snapshots/`."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from stogly_tui.console.app import StoglyApp
from stogly_tui.console.screens.send_plan import SendPlanScreen
from stogly_tui.model import database
from tests.console import support
from tests.console.play import Play

SIZES = [(80, 24), (120, 40)]
Before = Callable[[Pilot[Any]], Awaitable[None]]


def going(*keys: str, sees: str) -> Before:
    """Wait for the grid, press keys, wait for a text."""

    async def before(pilot: Pilot[Any]) -> None:
        assert isinstance(pilot.app, StoglyApp)
        seen = Play(pilot, pilot.app)
        await seen.sees("SHOP-1431", "problems")
        await seen.press(*keys)
        await seen.sees(sees)
        await seen.until(lambda: "..." not in seen.text.replace(" ...)", ""), "everything is read")

    return before


async def closing_the_day(pilot: Pilot[Any]) -> None:
    """Wait for the day and for the hours, whose plots hold the dots that elsewhere say that something is read."""
    assert isinstance(pilot.app, StoglyApp)
    seen = Play(pilot, pilot.app)
    await seen.sees("SHOP-1431", "problems")
    await seen.press("7", "down")
    await seen.sees("Latency", "Woo Retail: here 10", "m map its SKU")


SCREENS = {
    "orders": going("space", "down", sees="EUR 64.90"),
    "channels": going("2", sees="Set-up of Woo B2B"),
    "order_at_push": going(*["down"] * 5, "enter", sees="What was sent"),
    "channel_form": going("2", "enter", sees="Go live now would: keep"),
    "sync_log": going("6", sees="BAD-RECORD"),
    "overview": closing_the_day,
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", list(SCREENS))
def test_screen(house: dict[str, int], snap_compare: Any, name: str, size: tuple[int, int]) -> None:
    assert snap_compare(StoglyApp(support.services()), terminal_size=size, run_before=SCREENS[name])


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_send_plan(
    house: dict[str, int], snap_compare: Any, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "now", lambda: support.NOW)
    before = going("asterisk", sees="1 unpaid")

    async def planned(pilot: Pilot[Any]) -> None:
        await before(pilot)
        assert isinstance(pilot.app, StoglyApp)
        seen = Play(pilot, pilot.app)
        await seen.press("S")
        await seen.sees("Skipped", "[>Cancel<]")
        assert isinstance(seen.app.screen, SendPlanScreen)

    assert snap_compare(StoglyApp(support.services()), terminal_size=size, run_before=planned)
