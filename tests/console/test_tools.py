"""The tools of a channel: each asks for what it needs, and its result stays until the next."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from stogly_tui.console.screens.channel_form import ChannelForm
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.model.queries.webhooks import ReceiverRow
from stogly_tui.operations import tools, webhooks
from stogly_tui.operations.tools import ClockCheck, DayCount
from stogly_tui.operations.webhooks import TopicFound, WebhookCheck
from tests.console import support
from tests.console.play import Play, play
from tests.console.test_channels import House, open_channels

DAY = date(2026, 11, 15)
SINCE = datetime(2026, 11, 14, 23, tzinfo=UTC)


async def open_tools(seen: Play) -> None:
    await open_channels(seen)
    await seen.press("t")
    await seen.sees("[Tools]", "Verify the counts of a day")
    await seen.until(lambda: isinstance(seen.app.screen, ChannelForm) and seen.app.screen.is_ready)
    await seen.until(lambda: seen.app.focused is not None and seen.app.focused.id == "tools")


def counted(here: int) -> DayCount:
    return DayCount("Woo B2B", DAY, SINCE, SINCE + timedelta(days=1), 12, here, 9)


class Asked(list[Any]):
    """What operations were asked for, each answered with ``answer``."""

    def noting(self, answer: Any) -> Any:
        def operation(_actor: Any, *given: Any) -> Any:
            self.append(given)
            return answer

        return operation


def test_a_day_that_is_not_equal_is_read_again_with_one_key(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked()
    monkeypatch.setattr(tools, "verify_counts", asked.noting(counted(10)))
    monkeypatch.setattr(tools, "refetch_window", asked.noting(812))

    async def story(seen: Play) -> None:
        await open_tools(seen)
        await seen.press("v")
        await seen.sees("VERIFY COUNTS OF Woo B2B", "2026-11-16")
        await seen.press("backspace", "5", "enter")
        await seen.sees(
            "COUNTS OF Sun 2026-11-15", "on Woo B2B 12   here 10   sent 9", "! not equal: 2 are not here yet."
        )
        await seen.press("d")
        await seen.sees("run 812 reads 15 Nov 00:00 to 16 Nov 00:00 again")

    play(story)

    assert asked == [("Woo B2B", DAY), ("Woo B2B", SINCE, SINCE + timedelta(days=1))]


def test_an_equal_day_offers_nothing_and_the_result_stays(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "verify_counts", lambda *_: counted(12))
    monkeypatch.setattr(tools, "refetch_window", lambda *_: pytest.fail("read again"))

    async def story(seen: Play) -> None:
        await open_tools(seen)
        await seen.press("v", "enter")
        await seen.sees("+ equal: nothing is missing.")
        assert "read that day again" not in seen.text
        await seen.press("d", "escape")
        await seen.sees("[2 Channels]")
        await seen.press("t")
        await seen.sees("+ equal: nothing is missing.")

    play(story)


def test_a_window_is_asked_for_in_the_zone_of_the_channel(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked()
    monkeypatch.setattr(tools, "refetch_window", asked.noting(7))

    async def story(seen: Play) -> None:
        await open_tools(seen)
        await seen.press("r")
        await seen.sees("READ A WINDOW OF Woo B2B AGAIN", "(CET)", "2026-11-15")
        await seen.press("tab")
        await seen.type("2026-11-14")
        await seen.sees("! From has to be before Until.")
        await seen.press("backspace", "6", "enter")
        await seen.sees("+ run 7 reads")

    play(story)

    assert asked == [("Woo B2B", SINCE, SINCE + timedelta(days=1))]


def test_an_order_that_is_not_there_is_a_sentence_with_a_remedy(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pull(_actor: Any, _name: str, wanted: str) -> str:
        raise InvalidInput(FieldProblem("order", f"Woo B2B has no order '{wanted}'.", "Give the id."))

    monkeypatch.setattr(tools, "pull_one", pull)

    async def story(seen: Play) -> None:
        await open_tools(seen)
        await seen.press("f")
        await seen.type("99")
        await seen.press("enter")
        await seen.sees("! Woo B2B has no order '99'. Give the id.")

    play(story)


def test_webhooks_say_where_they_go_what_came_and_what_silence_means(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = WebhookCheck(
        "Woo B2B", "https://us.example/webhooks/3", ReceiverRow("on"),
        (TopicFound("order.created", "7", "https://us.example/webhooks/3", True, False),), None,
        (FieldProblem("order.created", "was disabled, as after several failures.", "Repair: it is active again."),),
    )  # fmt: skip
    monkeypatch.setattr(webhooks, "check", lambda *_: found)

    async def story(seen: Play) -> None:
        await open_tools(seen)
        await seen.press("w")
        await seen.sees(
            "https://us.example/webhooks/3",
            "! disabled",
            "order.created: was disabled",
            "Silence alone is no error",
        )

    play(story, size=(100, 30))


def test_an_operator_is_told_who_may_repair(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_tools(seen)
        await seen.press("R")
        await seen.sees("! ana is operator; this needs the role admin")

    play(story, services=support.services(support.ANA))


def test_clock_and_zone_are_compared(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    behind = ClockCheck(
        "Woo B2B", support.NOW, support.NOW - timedelta(seconds=95), timedelta(seconds=-95), "UTC", "UTC"
    )
    monkeypatch.setattr(tools, "check_clock", lambda *_: behind)

    async def story(seen: Play) -> None:
        await open_tools(seen)
        await seen.press("c")
        await seen.sees("95 s behind us", "! the clocks differ")

    play(story)


def test_the_palette_reaches_a_tool_from_the_list_of_channels(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "rebuild_search", lambda *_: 40112)

    async def story(seen: Play) -> None:
        await open_channels(seen)
        await seen.press("colon")
        await seen.type("rebuild search")
        await seen.sees("Tools: Rebuild the search index")
        await seen.press("enter")
        await seen.sees("[Tools]", "+ the search index of 40,112 orders is made anew.")

    play(story)
