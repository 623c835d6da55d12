"""Flows below a channel, what was done to it, going live again, and people with their roles."""

from datetime import timedelta
from typing import Any

import pytest

from stogly_tui.console.screens.channels import ChannelsScreen
from stogly_tui.console.screens.users import everybody
from stogly_tui.domain.people import Role
from stogly_tui.domain.states import BackfillState, ChannelState, FlowType
from stogly_tui.model import database, tables
from stogly_tui.model.queries.users import UserRow
from stogly_tui.model.tables.base import to_millis
from tests.console import support
from tests.console.play import Play, change, play
from tests.console.test_channels import House, channel, open_channels


def flows_of(channel_id: int) -> dict[str, Any]:
    with database.read():
        return {row.name: row for row in tables.Flow.select().where(tables.Flow.channel == channel_id)}


def test_a_flow_is_added_with_its_type_name_and_settings(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("f")
        await seen.sees("ADD FLOW TO Woo B2B", "(*) daily re-fetch")
        await seen.press("enter")
        await seen.sees("ADD FLOW: Woo B2B, daily re-fetch", "Timedifference")
        await seen.type("Night proof")
        await seen.press("tab", "end", *["backspace"] * 5)
        await seen.type("25:00")
        await seen.sees("no time of day")
        await seen.press(*["backspace"] * 5)
        await seen.type("04:30")
        await seen.sees_no_more("no time of day")
        await seen.press("f2")
        await seen.sees("Night proof", "daily 04:30")

    play(story)

    assert flows_of(house["b2b"])["Night proof"].type == FlowType.ORDERS_DAILY


def test_the_chosen_flow_is_changed_and_can_become_a_daily_one(house: House) -> None:
    with database.connection():
        tables.Flow.update(settings={"interval": 5}).where(tables.Flow.channel == house["b2b"]).execute()

    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.sees("every 5 min")
        await seen.press("e")
        await seen.sees("CHANGE FLOW: Woo B2B, Orders", "Transfer orders once a day")
        await seen.press("tab", "left")
        await seen.sees("(*) yes")
        await seen.press("f2")
        await seen.sees("daily 03:00")

    play(story)

    assert flows_of(house["b2b"])["Orders"].type == FlowType.ORDERS_DAILY


def test_stopping_a_flow_asks_first(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("x")
        await seen.sees("STOP Woo B2B: Orders", "No new orders of this channel are read")
        await seen.press("escape")
        await seen.pilot.pause()
        assert flows_of(house["b2b"])["Orders"].is_active
        await seen.press("x")
        await seen.yes()
        await seen.until(lambda: not flows_of(house["b2b"])["Orders"].is_active)

    play(story)


def test_a_flow_is_removed_where_the_flows_have_the_focus(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("tab", "D")
        await seen.sees("REMOVE FLOW Woo B2B: Orders")
        await seen.yes()
        await seen.until(lambda: not flows_of(house["b2b"]))
        assert channel(house["b2b"]).state is ChannelState.READ_ONLY

    play(story)


def test_history_shows_its_share_and_how_far_back_it_is(house: House) -> None:
    with database.connection():
        tables.Flow.create(channel=house["b2b"], type=FlowType.HISTORY, name="History")
        tables.Backfill.create(
            channel=house["b2b"], state=BackfillState.READING, since=to_millis(support.NOW - timedelta(days=4000)),
            until=to_millis(support.NOW), at=to_millis(support.NOW - timedelta(days=100)), span=3600, seen=41, total=100,
            started_at=support.NOW,
        )  # fmt: skip

    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.sees("> 41 %, to 8 Aug 2026", "  history 41 %")

    play(story)


def test_the_set_up_says_what_is_done_and_what_is_next(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.sees(
            "Set-up of Woo B2B: 3 of 6 done; next: look at what may enter", "- filters", "- live", "- daily"
        )

    play(story)


def test_what_was_done_to_a_channel_is_told_latest_first(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("x")
        await seen.sees("STOP Woo B2B")
        await seen.yes()
        await seen.sees("is stopped")
        await seen.press("h")
        await seen.sees(
            "Channels > Woo B2B > what was done, latest first", "ada stopped a flow", "flow: Orders"
        )
        await seen.press("escape")
        await seen.until(lambda: isinstance(seen.app.screen, ChannelsScreen))

    play(story)


def test_a_channel_that_is_live_says_so_and_what_another_moment_would_change(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("down", "down", "G")
        await seen.sees("IS LIVE: Woo Retail", "It is live already.")
        assert "y go live" not in seen.text
        before = channel(house["shop"]).orders_from
        await seen.yes()
        await seen.pilot.pause()
        await seen.press("t")
        await seen.sees("ORDERS COUNT FROM")
        await seen.press("end", *["backspace"] * 16)
        await seen.type("2026-11-16 12:20")
        await seen.press("enter")
        await seen.sees("This would change", "until now from", "(now ")
        assert channel(house["shop"]).orders_from == before
        await seen.yes()
        await seen.until(lambda: channel(house["shop"]).orders_from != before)

    play(story)


def test_signing_in_where_there_is_no_redirect_says_what_to_do_instead(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("s")
        await seen.sees("has no sign-in by redirect. Enter its keys")

    play(story)


def test_roles_are_given_changed_and_taken_away(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("U")
        await seen.sees("You act as ada, admin: nobody has a role yet")
        await seen.press("a")
        await seen.sees("GIVE A ROLE", "(*) admin")
        await seen.press("f2")
        await seen.sees("ada  (you)", "given here by ada")
        await seen.press("a")
        await seen.type("ben")
        await seen.press("f2")
        await seen.sees("ben is operator")
        await seen.press("down", "e")
        await seen.sees("CHANGE ROLE: ben")
        await seen.press("tab", "left", "f2")
        await seen.sees("ben is viewer")
        await seen.press("D")
        await seen.sees("TAKE THE ROLE OF ben AWAY")
        await seen.yes()
        await seen.sees_no_more("ben              viewer")
        await seen.press("home", "D")
        await seen.sees("TAKE THE ROLE OF ada AWAY")

    play(story)


def test_who_may_not_change_roles_sees_why(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("U")
        await seen.sees("You act as ana, operator", "! Roles are changed by an admin only")
        await seen.press("a")
        await seen.pilot.pause()
        assert "GIVE A ROLE" not in seen.text

    play(story, services=support.services(support.ANA))


def test_a_role_by_the_settings_of_the_program_goes_before_one_given_here() -> None:
    told = everybody(
        [UserRow("ben", Role.VIEWER, "ada", support.NOW), UserRow("*", Role.VIEWER, "ada", support.NOW)],
        {"ben": Role.ADMIN},
        lambda _: "today",
    )

    assert [(one.name, one.role, one.source.startswith("config.toml")) for one in told] == [
        ("ben", Role.ADMIN, True), ("*", Role.VIEWER, False),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["flow", "webhook", "backfill"])
def test_the_list_is_read_again_when_flows_webhooks_or_history_change(house: House, kind: str) -> None:
    async def story(seen: Play) -> None:
        await open_channels(seen)
        with database.connection():
            tables.Flow.update(name="Renamed").where(tables.Flow.channel == house["b2b"]).execute()
        change(kind)
        await seen.sees("Renamed")

    play(story)
