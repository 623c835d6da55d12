"""Playing a console: open it, press keys, wait for a condition, read the screen."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from stogly_tui.console.app import StoglyApp
from stogly_tui.console.services import Services
from stogly_tui.domain.people import MACHINE
from stogly_tui.domain.states import PushState
from stogly_tui.model import database, tables
from tests.console import support

PATIENCE = 8.0


class Play:
    """One opened console with what a test does to it and sees of it."""

    def __init__(self, pilot: Pilot[Any], app: StoglyApp) -> None:
        self.pilot, self.app = pilot, app

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Put text into what has the focus, at once; its last letter is typed as a key."""
        await self.until(lambda: isinstance(self.app.focused, Input), "a field has the focus")
        self.app.post_message(events.Paste(text[:-1]))
        await self.pilot.press(text[-1])

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait for a condition; fails with the screen when it does not come."""
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"never: {what or condition}\n{self.text}")
            await self.pilot.pause(0.01)

    async def sees(self, *texts: str) -> None:
        """Wait until all of these are on the screen."""
        await self.until(lambda: all(text in self.text for text in texts), f"on the screen: {texts}")

    async def yes(self) -> None:
        """Say yes to the question in front, once it takes keys."""
        screen: Any = self.app.screen
        await self.until(lambda: screen.is_ready)
        await self.pilot.press("y")

    async def sees_no_more(self, text: str) -> None:
        """Wait until this has gone."""
        await self.until(lambda: text not in self.text, f"gone: {text}")

    @property
    def text(self) -> str:
        """The screen in front as plain text."""
        return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())

    def line(self, containing: str) -> str:
        """The first line of the screen that holds a text."""
        return next((line for line in self.text.splitlines() if containing in line), "")


Story = Callable[[Play], Awaitable[None]]


def play(story: Story, *, size: tuple[int, int] = (80, 24), services: Services | None = None) -> StoglyApp:
    """Open a console, let a story happen, close it."""
    app = StoglyApp(services or support.services())

    async def go() -> None:
        async with app.run_test(size=size, notifications=True) as pilot:
            playing = Play(pilot, app)
            await playing.until(lambda: app.vitals is not None, "the first look at the database")
            await story(playing)

    asyncio.run(go())
    return app


def change(*kinds: str, **ids: list[int]) -> None:
    """Announce a change, as a transition of another process does."""
    with database.write(MACHINE) as tx:
        for kind in kinds:
            tx.changed(kind)
        for kind, many in ids.items():
            tx.changed(kind, many)


def state_of(order_id: int) -> PushState | None:
    """The push state of an order as it is stored."""
    with database.read():
        push = tables.Push.get_or_none(tables.Push.order == order_id)
    return push.state if push else None
