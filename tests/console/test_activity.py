"""The activity list: what people did, what was refused here, of whom, page by page."""

import pytest

from stogly_tui.console.screens import activity
from stogly_tui.console.screens.activity import ActivityScreen, EntryList
from stogly_tui.domain.people import Actor, Role
from stogly_tui.model.queries import audit
from stogly_tui.operations import bulk, orders, team
from tests.console.play import Play, play
from tests.console.test_order import to

House = dict[str, int]
BEN, ADA = Actor("ben", Role.OPERATOR), Actor("ada", Role.OPERATOR)


def entries(seen: Play) -> EntryList:
    return seen.app.screen.query_one(EntryList)


def test_the_activity_of_everybody_of_oneself_and_of_this_console(house: House) -> None:
    orders.hold(BEN, house["SHOP-1431"], reason="customer rang")
    ids = [house["SHOP-1430"], house["SHOP-1429"]]
    bulk.apply(ADA, bulk.plan(ADA, bulk.Verb.NOTE, ids), reason="recount")

    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1419")
        await seen.press("t")
        await seen.until(lambda: seen.app.deeds)
        await seen.press("f9")
        await seen.sees(
            "ACTIVITY   of everybody", "ben", "held SHOP-1431", "noted on SHOP-1429 SHOP-1430", "! Retry"
        )
        await seen.press("F")
        await seen.sees("of you", "noted on SHOP-1429")
        await seen.sees_no_more("held SHOP-1431")
        await seen.press("F")
        await seen.sees("of this console", "Retry")
        await seen.sees_no_more("noted on")
        await seen.press("F")
        await seen.sees("held SHOP-1431")
        team.note(BEN, house["SHOP-1427"], "wait for the buyer")
        await seen.sees("noted on SHOP-1427", "wait for the buyer")
        await seen.press("y")
        await seen.sees("Copied")
        await seen.press("escape")
        await seen.sees("Orders > SHOP-1419")

    play(story, size=(120, 30))


def test_an_entry_is_read_in_full_and_its_order_opened(house: House) -> None:
    orders.hold(BEN, house["SHOP-1431"], reason="[/foo] \x1b[2J customer rang")

    async def story(seen: Play) -> None:
        await seen.press("f9")
        await seen.sees("ben  held SHOP-1431", "[/foo]", "customer rang")
        assert "\x1b" not in seen.text
        await seen.press("enter")
        await seen.sees("Orders > SHOP-1431")

    play(story)


def test_older_pages_are_read_as_one_comes_near(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        team.note(BEN, house["SHOP-1431"], f"note {number}")
    real = audit.activity
    monkeypatch.setattr(audit, "activity", lambda **asked: real(**asked, limit=15))
    monkeypatch.setattr(activity, "AHEAD", 2)

    async def story(seen: Play) -> None:
        await seen.press("f9")
        await seen.sees("15+ entries", "note 39")
        for count in ("30+ entries", "40+ entries", "40 entries"):
            await seen.press("end")
            await seen.sees(count)
        assert isinstance(seen.app.screen, ActivityScreen)
        await seen.sees("note 0")

    play(story)
