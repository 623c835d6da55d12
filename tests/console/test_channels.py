"""Channels, their form and their log."""

from typing import Any

import pytest

from stogly_tui.console.screens.channel_form import ChannelForm
from stogly_tui.console.screens.channels import ChannelsScreen
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem
from stogly_tui.domain.states import ChannelHealth, ChannelState
from stogly_tui.model import database, tables
from stogly_tui.model.queries import channels as queries
from stogly_tui.operations import channels as channel_operations
from stogly_tui.operations.channels import CheckResult
from stogly_tui.platforms.base import Account
from tests.console import support
from tests.console.play import Play, change, play

House = dict[str, int]
ACCOUNT = Account("shop-1", "Woo Retail", "10.3", "EUR", "UTC", can_write=True, orders=40112, products=1904)


def channel(channel_id: int) -> Any:
    with database.read():
        return tables.Channel.get_by_id(channel_id)


async def open_channels(seen: Play) -> None:
    await seen.press("2")
    await seen.sees("[2 Channels]", "Woo Retail")


async def open_form(seen: Play) -> None:
    await open_channels(seen)
    await seen.press("a")
    await seen.sees("Name *", "Store URL *")
    await seen.until(lambda: seen.app.screen.focused is not None)


def test_each_channel_shows_health_and_what_it_means(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_channels(seen)
        assert "- read-only" in seen.line("Woo B2B  ")
        assert "+ active" in seen.line("Woo Main")
        await seen.sees("nothing is sent by rule", "Set-up of Woo B2B")

    play(story)


def test_a_channel_that_does_not_answer_says_that_nothing_is_lost(house: House) -> None:
    with database.connection():
        tables.Channel.update(
            health=ChannelHealth.UNREACHABLE, health_detail="HTTP 503", health_since=support.NOW
        ).where(tables.Channel.id == house["dest"]).execute()

    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("down")
        await seen.sees(
            "! unreachable", "Woo Main does not answer. HTTP 503", "none is lost and no try is counted"
        )

    play(story)


def test_pausing_asks_first_and_resuming_does_not(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("down", "z")
        await seen.sees("PAUSE Woo Main")
        await seen.press("escape")
        await seen.press("z")
        await seen.sees("PAUSE Woo Main")
        await seen.yes()
        await seen.sees("= paused")
        await seen.press("z")
        await seen.sees_no_more("= paused")

    play(story)

    assert channel(house["dest"]).state is ChannelState.ACTIVE


def test_go_live_says_what_it_would_do_first(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("G")
        await seen.sees("GO LIVE: Woo B2B", "Kept as history", "Sent now")
        assert channel(house["b2b"]).state is ChannelState.READ_ONLY
        await seen.press("t")
        await seen.sees("ORDERS COUNT FROM")
        await seen.press("end", *["backspace"] * 16)
        await seen.type("2026-11-16 00:00")
        await seen.press("enter")
        await seen.sees("2026-11-16 00:00:00 CET")
        await seen.yes()
        await seen.until(lambda: channel(house["b2b"]).state is ChannelState.ACTIVE)

    play(story)


def test_the_form_says_what_is_wrong_beside_the_field_as_one_types(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_form(seen)
        assert "is missing" not in seen.text
        await seen.type("Woo Retail")
        await seen.sees("! there is a channel")
        await seen.type(" 2")
        await seen.sees_no_more("! there is a channel")

    play(story)


def test_saving_with_mistakes_names_them_and_keeps_what_was_typed(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_form(seen)
        await seen.type("Woo Three")
        await seen.press("f2")
        await seen.sees("3 wrong. Store URL: is missing.", "Woo Three")
        assert isinstance(seen.app.screen, ChannelForm)

    play(story)


def test_connect_shows_the_account_and_saves_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_operations, "check", lambda draft, name=None: CheckResult(ACCOUNT))

    async def story(seen: Play) -> None:
        await open_form(seen)
        await seen.press("f6")
        await seen.sees("+ verified: Woo Retail, version 10.3, 40,112 orders")

    play(story)

    with database.read():
        assert tables.Channel.select().count() == 3


def test_problems_found_by_the_store_stand_beside_their_fields(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = CheckResult(None, (FieldProblem("url", "answers with a login page."),))
    monkeypatch.setattr(channel_operations, "check", lambda draft, name=None: wrong)

    async def story(seen: Play) -> None:
        await open_form(seen)
        await seen.press("f6")
        await seen.sees("wrong. Store URL: answers with a login page.")

    play(story)


def test_a_channel_is_added_with_what_was_typed_and_secrets_stay_hidden(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    added: list[Any] = []

    def add(_actor: Actor, draft: Any) -> Any:
        added.append(draft)
        with database.read():
            return queries.by_name("Woo Retail")

    monkeypatch.setattr(channel_operations, "add", add)

    async def story(seen: Play) -> None:
        await open_form(seen)
        await seen.type("Woo Three")
        await seen.press("tab", "tab", "tab")
        await seen.type("https://three.example")
        await seen.press("tab")
        await seen.type("ck_secret")
        await seen.press("tab")
        await seen.type("cs_secret")
        assert "secret" not in seen.text.replace("Consumer secret", "")
        form = seen.app.screen
        assert isinstance(form, ChannelForm)
        await seen.until(lambda: not form.problems)
        await seen.press("f2")
        await seen.until(lambda: added)
        await seen.until(lambda: isinstance(seen.app.screen, ChannelsScreen))

    play(story)

    assert added[0].credentials == {"consumer_key": "ck_secret", "consumer_secret": "cs_secret"}
    assert added[0].url == "https://three.example"


def test_changing_a_channel_saves_only_what_was_changed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[Any] = []

    def save(_actor: Actor, name: str, **given: Any) -> Any:
        saved.append((name, given))
        with database.read():
            return queries.by_name(name)

    monkeypatch.setattr(channel_operations, "change", save)

    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("enter")
        await seen.sees("Channels > Woo B2B", "Auto-sync interval")
        await seen.until(lambda: seen.app.screen.focused is not None)
        form = seen.app.screen
        assert isinstance(form, ChannelForm)
        row = next(row for row in form.rows() if row.field.name == "pull_interval")
        row.focus_field()
        await seen.until(lambda: row.query_one(".value").has_focus)
        await seen.press("end", "backspace", "backspace")
        await seen.type("99")
        await seen.sees("! must be from 1 to")
        await seen.press("escape")
        await seen.sees("LEAVE WITHOUT SAVING")
        await seen.press("escape")
        await seen.press("f3")
        await seen.sees_no_more("! must be from")
        await seen.press("end", "backspace", "backspace")
        await seen.type("30")
        await seen.sees("1 changed, not saved")
        await seen.until(lambda: not form.problems)
        await seen.press("f2")
        await seen.sees(
            "SAVE Woo B2B: what this will do", "- Its orders are read now, then every 30 minutes."
        )
        assert not saved
        await seen.yes()
        await seen.until(lambda: saved)

    play(story)

    assert saved == [("Woo B2B", {"settings": {"pull_interval": "30"}, "credentials": None, "url": None})]


def test_an_operator_may_not_change_settings(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("G")
        await seen.sees("this needs the role admin")

    play(story, services=support.services(support.ANA))


def test_a_read_only_console_does_nothing(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("p")
        await seen.sees("vic is viewer: this console is read only")

    play(story, services=support.services(Actor("vic", Role.VIEWER), read_only=True))


def test_the_log_shows_runs_with_their_arithmetic(house: House) -> None:
    async def story(seen: Play) -> None:
        await seen.press("6")
        await seen.sees("! FINISHED PARTIALLY", "+ FINISHED", "BAD-RECORD")
        await seen.press("down")
        await seen.sees("2: 4 seen = 3 new + 0 updated + 0 same + 0 filtered + 0 held + 1 failed")
        await seen.press("enter")
        await seen.sees("run:2")
        await seen.sees_no_more("PAGE-STORED")
        await seen.press("enter")
        await seen.sees("SYNC LOG > BAD-RECORD", "Retry from what is stored")
        await seen.press("escape", "j")
        await seen.sees("Orders > SHOP-1030")

    play(story)


def test_new_entries_appear_by_themselves(house: House) -> None:
    async def story(seen: Play) -> None:
        await seen.press("6")
        await seen.sees("PAGE-STORED")
        with database.connection():
            support.add_entry(house["shop"], 1, "FOUND-MISSING", "order 5 had not arrived")
        change("log")
        await seen.sees("FOUND-MISSING")

    play(story)


def test_the_room_of_a_channel_shows_its_orders_and_its_log(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("b")
        await seen.sees("[Woo B2B v]")
        await seen.sees_no_more("SHOP-1431")
        await seen.press("2", "l")
        await seen.sees("[6 Sync log]", "[Woo B2B v]")

    play(story)
