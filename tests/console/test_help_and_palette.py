"""Help and the palette: what the screen in front can do now, what it cannot and why, and every way to find it."""

from typing import Any

import pytest

from stogly_tui.console import commands
from stogly_tui.console.commands import Found, Source
from stogly_tui.console.fuzzy import rank
from stogly_tui.console.screens.order_detail import OrderScreen
from stogly_tui.console.widgets.long_text import LongText
from stogly_tui.domain.people import Actor, Role
from stogly_tui.model import database, tables
from stogly_tui.present.blocks import line
from tests.console import support
from tests.console.play import Play, play


def help_text(seen: Play) -> str:
    return seen.app.screen.query_one(LongText).text


@pytest.mark.parametrize(
    ("typed", "text", "is_"),
    [
        ("", "Send it again", 0),
        ("send", "Send it again, after a plan", 0),
        ("plan ag", "Send it again, after a plan", 1),
        ("gain", "Send it again", 2),
        ("sia", "Send it again", 3),
        ("mrak", "Mark this order", 4),
        ("markk all", "Mark all that the filter shows", 4),
        ("xyz", "Send it again", None),
        ("q", "Send it again", None),
    ],
)
def test_what_was_typed_is_ranked_by_how_well_it_fits(typed: str, text: str, is_: int | None) -> None:
    assert rank(typed, text) == is_


def test_help_tells_every_key_of_the_screen_beneath(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("question_mark")
        await seen.sees("HELP")
        told = help_text(seen)
        for name in ("orders.mark", "orders.send", "order.hold", "app.go_to", "list.down"):
            assert name in told
        await seen.press("escape")
        await seen.sees("[1 Orders]")

    play(story)


def test_help_says_what_an_order_wants_now_and_what_does_not_fit_it(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        seen.app.open_order(house["SHOP-1426"])
        await seen.sees("SKU-NOT-AT-DEST")
        await seen.press("question_mark")
        await seen.sees("HELP")
        now, _, keys = help_text(seen).partition("KEYS HERE")
        assert "SHOP-1426: " in now.partition("RIGHT NOW")[2]
        can, _, cannot = keys.partition("NOT NOW")
        assert "order.handled" in can
        assert "order.release" in cannot
        assert "it is not held" in cannot
        await seen.pilot.resize_terminal(40, 12)
        await seen.until(lambda: all(len(one) <= 40 for one in help_text(seen).splitlines()))

    play(story)


def test_help_says_that_a_console_only_looks(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("question_mark")
        await seen.sees("HELP")
        assert "This console is read only" in help_text(seen)

    play(story, services=support.services(Actor("vic", Role.VIEWER), read_only=True))


def test_the_palette_reaches_an_action_by_name(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("colon")
        await seen.type("mark all")
        await seen.sees("Mark all that the filter shows")
        await seen.press("enter")
        await seen.sees_no_more("Send Orders (0)")

    play(story)


def test_the_palette_has_every_action_of_the_screen(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        for key in ("1", "2", "6"):
            await seen.press(key)
            screen = seen.app.screen
            offered = {found.key for found in commands.Actions(screen).find("")}
            for active in screen.active_bindings.values():
                if active.binding.id and not active.binding.action.startswith(commands.MOVING):
                    assert (active.binding.action, id(active.node)) in offered

    play(story)


def test_what_is_greyed_says_why_and_does_nothing(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        seen.app.open_order(house["SHOP-1431"])
        await seen.sees("Orders > SHOP-1431")
        await seen.press("colon")
        await seen.type("release this")
        await seen.sees("not now: it is not held")
        await seen.press("enter")
        await seen.sees("Not now: it is not held")

    play(story)


def test_the_palette_reaches_an_order_and_a_channel(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("colon")
        await seen.type("1426")
        await seen.sees("SHOP-1426  ")
        await seen.press("enter")
        await seen.until(lambda: isinstance(seen.app.screen, OrderScreen))
        await seen.sees("Orders > SHOP-1426")
        await seen.press("colon")
        await seen.type("woo b2b")
        await seen.sees("channel  Woo B2B")
        await seen.press("enter")
        await seen.sees("[2 Channels]")
        await seen.until(lambda: seen.line("> ").startswith(">  Woo B2B"))

    play(story)


def test_the_palette_reaches_a_saved_view(house: dict[str, int]) -> None:
    with database.connection():
        tables.SavedView.create(owner="ada", name="Only wrong", query="push:error", updated_at=support.NOW)

    async def story(seen: Play) -> None:
        await seen.press("2")
        await seen.sees("[2 Channels]")
        await seen.press("colon")
        await seen.type("only wr")
        await seen.sees("view     Only wrong  push:error")
        await seen.press("enter")
        await seen.sees("[1 Orders]", "2 of 12")

    play(story)


def test_another_source_is_one_entry(house: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []
    taken: list[Any] = []

    def ask(typed: str, owner: str) -> list[str]:
        asked.append((typed, owner))
        return ["Last 30 days"]

    def show(row: str, _app: object) -> Found:
        return Found(("view", row), line("view     ", row), lambda: taken.append(row))

    monkeypatch.setattr(commands, "SOURCES", [*commands.SOURCES, Source(ask, show)])

    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("colon")
        await seen.type("zz30")
        await seen.sees("view     Last 30 days")
        await seen.press("enter")
        await seen.until(lambda: taken == ["Last 30 days"])

    play(story)

    assert ("zz30", "ada") in asked
