"""Walking through a console: every room, and every screen and window that an action opens from there."""

from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

from textual.screen import Screen

from stogly_tui.config import Settings
from stogly_tui.console.commands import MOVING
from stogly_tui.console.rooms import MODES
from stogly_tui.model import database, tables
from stogly_tui.operations import workplace
from tests.console.play import Play


def make_reachable(folder: Path) -> None:
    """Let operations act: on channels that refuse every connection, at this machine."""
    workplace.use(Settings(home=folder))
    with database.connection():
        for channel in tables.Channel.select():
            channel.url = f"https://127.0.0.1:9/{channel.id}"
            channel.save()


LEAVING = ("leave", "suspend", "hint_quit", "switch_mode")
"""Actions that would end the walk, or begin it anew."""
DEPTH = 3


async def every_screen(seen: Play, rooms: Iterable[str] = MODES, depth: int = DEPTH) -> AsyncIterator[str]:
    """Stand on each room, then on each screen and window that can be reached from it by an action; each kind once."""
    met: set[str] = set()
    done: set[tuple[str, Any]] = set()  # what belongs to the console as a whole is done from one screen only
    for room in rooms:
        await seen.app.switch_mode(room)
        await settle(seen)
        async for name in _from(seen, room, met, done, depth):
            yield name


async def settle(seen: Play) -> None:
    """Wait until nothing is being carried out or read any more."""
    await seen.until(lambda: all(one.is_finished for one in seen.app.workers if one.group == "operations"))
    await seen.until(lambda: seen.app.reader.is_idle)
    for _ in range(2):
        await seen.pilot.pause(0)


async def still(seen: Play) -> None:
    """Wait until the screen has stopped changing, and no toast stands on it."""
    seen.app.clear_notifications()
    shown = ""
    while shown != (shown := seen.text):
        await settle(seen)
        await seen.pilot.pause(0.1)


def actions(screen: Screen[Any]) -> list[tuple[str, Any]]:
    """What can be done on a screen, with whom it is done."""
    told = {
        (active.binding.action, id(active.node)): active.node
        for active in screen.active_bindings.values()
        if active.enabled and active.binding.id and not active.binding.action.startswith((*MOVING, *LEAVING))
    }
    return [(action, node) for (action, _), node in told.items()]


async def _from(
    seen: Play, name: str, met: set[str], done: set[tuple[str, Any]], depth: int
) -> AsyncIterator[str]:
    app, here = seen.app, seen.app.screen
    kind = f"{type(here).__name__} {getattr(here, '_title', '')}".partition(":")[0]
    if kind in met:
        return
    met.add(kind)
    yield name
    for action, node in actions(here) if depth else ():
        if (action, node) in done:
            continue
        done.add((action, node))
        if not await back_to(seen, here):
            return
        await app.run_action(action, node)
        await settle(seen)
        if app.screen is not here and not is_room(seen, app.screen):
            async for found in _from(seen, f"{name} > {action}", met, done, depth - 1):
                yield found
    await back_to(seen, here)


def is_room(seen: Play, screen: Screen[Any]) -> bool:
    """Whether a screen is a room's own, and nothing that was opened over one."""
    return any(stack and stack[0] is screen for stack in seen.app._screen_stacks.values())


async def back_to(seen: Play, here: Screen[Any]) -> bool:
    """Leave whatever was opened from a screen; False when the screen itself has been left."""
    app = seen.app
    mode = next((name for name, stack in app._screen_stacks.items() if here in stack), None)
    if mode is None:
        return False
    if app.current_mode != mode:
        await app.switch_mode(mode)
    while app.screen is not here:
        await app.pop_screen()
    await seen.pilot.pause(0)
    return True
