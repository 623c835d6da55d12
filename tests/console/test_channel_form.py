"""The form of a channel: tabs, cautions, what saving does, platforms, roles, signing in."""

from datetime import timedelta
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from stogly_tui.console.screens.channel_form import ChannelForm
from stogly_tui.console.screens.channels import ChannelsScreen
from stogly_tui.console.screens.sign_in import SignInScreen, address_lines
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import ChannelState
from stogly_tui.model import database, tables
from stogly_tui.operations import channels as channel_operations
from stogly_tui.operations import sign_in
from stogly_tui.operations.channels import CheckResult
from stogly_tui.operations.sign_in import SignInBegun
from stogly_tui.platforms import registry
from stogly_tui.present.blocks import plain
from tests.console import support
from tests.console.play import Play, change, play
from tests.console.test_channels import ACCOUNT, House, channel, open_channels, open_form

URL = "https://nordlicht.myshopify.com/admin/oauth/authorize?client_id=abc&state=" + "s" * 160
BEGUN = SignInBegun(URL, "http://127.0.0.1:8711/callback", support.NOW + timedelta(minutes=10), False)


@pytest.fixture
def keys_of_shopify() -> None:
    if "shopify" not in registry.names():
        pytest.skip("Shopify is not connected yet")


async def edit(seen: Play, *, down: int = 0) -> ChannelForm:
    """Open the form of a channel of the list."""
    await open_channels(seen)
    await seen.press(*["down"] * down, "enter")
    await seen.until(lambda: isinstance(seen.app.screen, ChannelForm) and seen.app.screen.focused is not None)
    form = seen.app.screen
    assert isinstance(form, ChannelForm)
    await seen.until(lambda: form.rows() and "..." not in str(form.query_one("#about")))
    return form


async def put(seen: Play, form: ChannelForm, name: str, value: str) -> None:
    """Change a field, as a person who has it in focus."""
    row = form.row_of(name)
    assert row is not None
    form.tab = row.field.tab
    form.show_tab()
    row.focus_field()
    await seen.until(lambda: row.query_one(".value").has_focus)
    row.value = value
    await seen.until(lambda: row.is_touched)


def test_tabs_turn_by_f4_and_by_the_arrows_where_no_field_needs_them(house: House) -> None:
    async def story(seen: Play) -> None:
        await edit(seen)
        await seen.press("f4")
        await seen.sees("[Integration]", "Settle time")
        await seen.press("right")
        assert "[Integration]" in seen.text
        await seen.press("f4", "f4")
        await seen.sees("[Mapping]", "is mapped at the order")
        await seen.press("right")
        await seen.sees("[Tools]", "Verify the counts of a day")
        await seen.press("right")
        await seen.sees("[Integration Guide]", "1. ")
        await seen.press("left", "left")
        await seen.sees("[Mapping]")

    play(story)


def test_the_form_says_what_go_live_would_do_now(house: House) -> None:
    async def story(seen: Play) -> None:
        await edit(seen)
        await seen.sees("Go live now would: keep 2 as history, take 0 in, send 0, write 0 stock.")

    play(story)


def test_settings_that_cancel_each_other_out_are_a_caution_and_can_be_saved(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[Any] = []
    monkeypatch.setattr(channel_operations, "change", lambda _actor, name, **given: saved.append(given))

    async def story(seen: Play) -> None:
        form = await edit(seen)
        await put(seen, form, "auto_send", "managed")
        await seen.sees("! caution: ", "Managed only sends nothing as long as no product is mapped")
        await seen.press("f2")
        await seen.sees("SAVE Woo B2B: what this will do", "are sent by themselves when paid")
        await seen.press("escape")
        assert not saved

    play(story)


def test_a_trivial_change_is_saved_without_a_question(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[Any] = []

    def save(_actor: Any, name: str, **given: Any) -> Any:
        saved.append(given["settings"])
        return channel_operations.named(name)

    monkeypatch.setattr(channel_operations, "change", save)

    async def story(seen: Play) -> None:
        form = await edit(seen)
        await put(seen, form, "warehouse", "Utrecht")
        await seen.press("f2")
        await seen.until(lambda: isinstance(seen.app.screen, ChannelsScreen))

    play(story)

    assert saved == [{"warehouse": "Utrecht"}]


def test_saving_at_once_after_a_mistake_saves_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[Any] = []
    monkeypatch.setattr(channel_operations, "change", lambda *_, **given: saved.append(given))

    async def story(seen: Play) -> None:
        form = await edit(seen)
        row = form.row_of("pull_interval")
        assert row is not None
        row.value = "99"
        await form.run_action("save")
        await seen.sees("! 1 wrong. Auto-sync interval")

    play(story)

    assert not saved


def test_nothing_changed_is_nothing_saved(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_operations, "change", lambda *_, **__: pytest.fail("saved"))

    async def story(seen: Play) -> None:
        await edit(seen)
        await seen.press("f2")
        await seen.sees("Nothing was changed.")

    play(story)


def test_an_operator_sees_the_form_and_cannot_change_it(house: House) -> None:
    async def story(seen: Play) -> None:
        form = await edit(seen)
        await seen.sees("read-only: needs the role admin", "Auto-sync interval", "[ Close ]")
        assert not form.query(Input)
        assert "Save F2" not in seen.text
        await seen.press("f2", "escape")
        await seen.until(lambda: isinstance(seen.app.screen, ChannelsScreen))
        await seen.press("a")
        await seen.sees("ana is operator; this needs the role admin")

    play(story, services=support.services(support.ANA))


def test_what_is_pasted_after_tab_lands_in_the_next_field(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_form(seen)
        form: Any = seen.app.screen
        fields = [form.row_of(name) for name in ("url", "consumer_key", "consumer_secret")]
        fields[0].focus_field()
        await seen.until(lambda: fields[0].query_one(".value").has_focus)
        for number, text in enumerate(("https://a.example", "ck_a", "cs_a")):
            if number:
                seen.app.post_message(events.Key("tab", None))
            seen.app.post_message(events.Paste(text))
        await seen.until(lambda: fields[2].value)
        assert [row.value for row in fields] == ["https://a.example", "ck_a", "cs_a"]

    play(story)


def test_a_letter_that_no_field_takes_is_no_command(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_form(seen)
        form: Any = seen.app.screen
        form.row_of("role").focus_field()
        await seen.until(lambda: form.row_of("role").query_one(".value").has_focus)
        await seen.press("q", "o", "1")
        await seen.pilot.pause()
        assert seen.app.screen is form

    play(story)


def test_leaving_the_console_names_what_is_not_saved(house: House) -> None:
    async def story(seen: Play) -> None:
        form = await edit(seen)
        await put(seen, form, "warehouse", "Utrecht")
        await seen.app.run_action("leave")
        await seen.sees("LEAVE THE CONSOLE", "Not saved: 1 changed: Warehouse.")

    play(story)


def test_another_platform_has_other_fields_and_the_name_stays(house: House, keys_of_shopify: None) -> None:
    async def story(seen: Play) -> None:
        await open_form(seen)
        await seen.type("Nordlicht")
        await seen.press("down", "right")
        await seen.sees("Client ID", "Access token", "Sign in F8")
        form: Any = seen.app.screen
        assert form.row_of("name").value == "Nordlicht"
        assert "Client ID *" not in seen.text
        assert "Refresh token" not in seen.text
        await seen.until(lambda: form.focused is form.row_of("platform").query_one(".value"))
        await seen.press("f2")
        await seen.sees("wrong. Store URL: is missing")
        assert "Client ID: is needed" not in seen.text

    play(story)


def test_signing_in_keeps_a_draft_shows_the_address_and_closes_by_itself(
    house: House, keys_of_shopify: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts: list[Any] = []

    def add_draft(_actor: Any, draft: Any) -> Any:
        drafts.append(draft)
        with database.connection():
            made = support.add_channel("Nordlicht", state=ChannelState.DRAFT)
            tables.Channel.update(platform="shopify", url="https://nordlicht.myshopify.com").where(
                tables.Channel.id == made
            ).execute()
        return channel_operations.named("Nordlicht")

    monkeypatch.setattr(channel_operations, "add_draft", add_draft)
    monkeypatch.setattr(sign_in, "begin", lambda _actor, _name: BEGUN)

    async def story(seen: Play) -> None:
        await open_form(seen)
        await seen.type("Nordlicht")
        await seen.press("down", "right")
        await seen.sees("Client ID")
        await seen.press("f8")
        await seen.sees("SIGN IN TO Shopify FOR Nordlicht", "The browser then shows an error page")
        assert drafts[0].platform == "shopify"
        with database.connection():
            tables.Channel.update(state=ChannelState.READ_ONLY).where(
                tables.Channel.name == "Nordlicht"
            ).execute()
        change("channel")
        await seen.sees("Nordlicht is signed in, read-only")
        await seen.until(lambda: isinstance(seen.app.screen, ChannelsScreen))

    play(story)


def test_a_pasted_address_is_checked_and_errors_stay_with_their_remedy(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    pasted: list[str] = []

    def finish(_actor: Any, _name: str, text: str) -> CheckResult:
        pasted.append(text)
        if "code=" not in text:
            raise InvalidInput(FieldProblem("address", "this is not the whole address.", "Copy all of it."))
        with database.connection():
            tables.Channel.update(credentials_set_at=support.NOW).where(
                tables.Channel.id == house["b2b"]
            ).execute()
        return CheckResult(ACCOUNT)

    monkeypatch.setattr(sign_in, "begin", lambda _actor, _name: BEGUN)
    monkeypatch.setattr(sign_in, "finish", finish)

    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("s")
        await seen.until(lambda: isinstance(seen.app.screen, SignInScreen))
        await seen.press("enter")
        await seen.sees("is missing. Paste the address")
        await seen.type("http://127.0.0.1:8711/callback")
        await seen.press("enter")
        await seen.sees("! this is not the whole address. Copy all of it.")
        await seen.type("?code=1")
        await seen.press("enter")
        await seen.until(lambda: isinstance(seen.app.screen, ChannelsScreen))

    play(story)

    assert pasted[-1] == "http://127.0.0.1:8711/callback?code=1"


def test_an_address_is_broken_without_anything_put_in() -> None:
    assert "".join(plain(one) for one in address_lines(URL, 80)) == URL
    assert all(len(plain(one)) <= 80 for one in address_lines(URL, 80))


def test_a_form_that_is_behind_something_closes_when_it_is_in_front_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        channel_operations, "change", lambda _actor, name, **_: channel_operations.named(name)
    )

    async def story(seen: Play) -> None:
        form = await edit(seen)
        await put(seen, form, "warehouse", "Utrecht")
        await seen.app.run_action("help")
        await seen.sees("HELP")
        form._saved(channel_operations.named("Woo B2B"))
        await seen.press("escape")
        await seen.until(lambda: isinstance(seen.app.screen, ChannelsScreen))

    play(story)

    assert channel(house["b2b"]).name == "Woo B2B"
