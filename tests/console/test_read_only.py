"""A console that only looks: nothing it can be told to do changes anything, and each refusal is said."""

from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from stogly_tui.console.rooms import MODES
from stogly_tui.console.screens import dialogs
from stogly_tui.domain.people import Actor, Role
from stogly_tui.model import database
from stogly_tui.operations import preferences, privacy, views
from tests.console import support
from tests.console.play import Play, play
from tests.console.walk import every_screen, make_reachable

VIC = Actor("vic", Role.VIEWER)


@pytest.fixture
def writes(house: dict[str, int], empty: Path, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Who began to write, although nobody may."""
    make_reachable(empty)
    begun: list[object] = []

    def write(actor: Actor) -> Any:
        begun.append(actor)
        raise AssertionError(f"{actor} writes")

    monkeypatch.setattr(database, "write", write)
    monkeypatch.setattr(dialogs, "GUARD", 0.0)
    monkeypatch.setattr(preferences, "remember", lambda *_: None)  # a viewer's own colours
    monkeypatch.setattr(views, "save", lambda *_, **__: None)  # and views
    monkeypatch.setattr(privacy, "show_customer", lambda _, order_id: order_id)  # a look, written down
    return begun


@pytest.mark.parametrize("room", MODES)
@pytest.mark.parametrize(
    ("actor", "only_looks", "says"),
    [
        (support.ADA, True, ("opened with --read-only",)),
        (VIC, False, ("vic is viewer: this console is read only", "vic is viewer; this needs the role")),
    ],
    ids=["--read-only", "viewer"],
)
def test_no_key_of_any_screen_changes_anything(
    writes: list[object], room: str, actor: Actor, only_looks: bool, says: tuple[str, ...]
) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("(read only)")
        async for _ in every_screen(seen, [room], depth=2):
            for field in seen.app.screen.query(Input):
                field.value = field.value or "abc"
        refused = [deed.outcome for deed in seen.app.deeds if not deed.is_ok]
        assert refused or room not in ("orders", "channels")
        assert all(any(one in told for one in says) for told in refused), refused

    play(story, services=support.services(actor, read_only=True, only_looks=only_looks))

    assert writes == []


def test_a_role_given_meanwhile_does_not_open_a_console_that_only_looks(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("(read only)")
        seen.app._act_as(Actor("ada", Role.OPERATOR))
        await seen.sees("ada, operator (read only)")
        await seen.press("p")
        await seen.sees("This console was opened with --read-only")

    play(story, services=support.services(read_only=True, only_looks=True))
