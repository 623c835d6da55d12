"""The Overview: what it says of the day, what its keys do, and handover notes at the start of a console."""

from datetime import datetime, timedelta

import pytest

from stogly_tui.console.screens.handover import HandoverDialog
from stogly_tui.domain import search
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem
from stogly_tui.domain.search import Surroundings, written
from stogly_tui.domain.states import FlowType, HoldReason, IntakeState, PushState, RunState
from stogly_tui.model import database as db
from stogly_tui.model import tables
from stogly_tui.model.queries import handovers as handover_queries
from stogly_tui.model.queries import order_keys, overview
from stogly_tui.model.queries.order_filter import OrderFilter
from stogly_tui.model.transitions import meta
from stogly_tui.operations import tools
from stogly_tui.operations.tools import AllCounts, DayCount
from stogly_tui.present import overview_pages, remainders
from tests.console import support
from tests.console.play import Play, change, play

SINCE, UNTIL = overview_pages.window(support.NOW, support.ZONE, 0)


async def opened(seen: Play) -> None:
    await seen.press("7")
    await seen.sees("CLOSING THE DAY", "Woo Retail", "Orders |")


def leave_note(text: str, author: str = "ben", ago: timedelta = timedelta(hours=3)) -> None:
    with db.connection():
        tables.Handover.create(at=support.NOW - ago, author=author, text=text)


def unread_of(name: str) -> int:
    with db.read():
        return len(handover_queries.unread(name))


def test_the_day_is_summed_up_and_each_reason_has_its_keys(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await opened(seen)
        await seen.sees("! 9 of 12 are left, 1 of unknown outcome. 2 of 2 channels were not asked.")
        await seen.sees("Woo B2B: here 2 = there 1 + left 1. Not asked: v asks now.", "i look now")
        await seen.press("down")
        await seen.sees("Woo Retail: here 10 = there 1 + aside 1 + left 8.", "Space, S send", "m map its SKU")
        await seen.press("tab", "down")
        await seen.sees("> queued: a worker sends it to Woo Main next. Then, on its orders (b): x recall.")

    play(story)


def test_other_days_are_a_key_away(house: dict[str, int]) -> None:
    with db.connection():
        for number in range(8):
            support.add_order(
                house["shop"], f"OLD-{number}", ago=timedelta(days=9),
                intake=IntakeState.HELD, hold=HoldReason.MANUAL,
            )  # fmt: skip
        tables.Order.update(placed_at=support.NOW - timedelta(days=9)).where(
            tables.Order.number.in_(["SHOP-1419", "WOB-5521"])
        ).execute()

    async def story(seen: Play) -> None:
        await opened(seen)
        await seen.sees("Days before: ! 1 of unknown outcome, 9 held or unreadable.")
        await seen.press("left")
        await seen.sees(
            "Sun 15 Nov 2026, yesterday", "- No orders.", "in all 0", "9 held", "1 of unknown outcome"
        )
        await seen.press("right", "left", "g")
        await seen.sees("Mon 16 Nov 2026, today", "7 of 10 are left")

    play(story)


def test_a_change_shows_at_once_and_the_day_closes(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await opened(seen)
        with db.connection():
            tables.Order.delete().where(tables.Order.push_id.is_null()).execute()
            tables.Push.update(state=PushState.SENT).execute()
        change("push")
        await seen.sees("+ Everything is sent: 5 here = 5 there.", "+ all sent")
        with db.write(support.ADA) as tx:
            for name, number in (("shop", 4), ("b2b", 2)):
                meta.put_count(tx, house[name], SINCE, UNTIL, on_channel=number, here=number)
        await seen.sees("On channel 2 = 2 here then (asked")
        await seen.sees_no_more("were not asked")

    play(story)


@pytest.mark.parametrize(
    ("until", "cell", "word"),
    [(UNTIL, "proof: all", "+ closed"), (SINCE + timedelta(hours=3), "proof to 03:00", "+ all sent")],
)
def test_a_proof_of_a_day_that_is_over_closes_it(
    house: dict[str, int], until: datetime, cell: str, word: str
) -> None:
    with db.connection():
        tables.Order.delete().where(tables.Order.push_id.is_null()).execute()
        tables.Push.update(state=PushState.SENT).execute()
        tables.SyncRun.create(
            channel=house["b2b"], type=FlowType.ORDERS_DAILY, trigger="by hand", state=RunState.FINISHED, asked_at=until,
            started_at=until, finished_at=until, window_from=SINCE, window_until=until,
        )  # fmt: skip

    async def story(seen: Play) -> None:
        await opened(seen)
        await seen.press("left")
        await seen.sees(cell, word, "none missing.")

    tomorrow = support.NOW + timedelta(days=1)
    play(story, services=support.services(clock=lambda: tomorrow))


def test_channels_are_asked_by_a_key_and_what_is_missing_is_said(
    house: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def count(actor: Actor, name: str, since: object, until: object) -> DayCount:
        asked.append(name)
        with db.write(actor) as tx:
            meta.put_count(tx, house["b2b"], SINCE, UNTIL, on_channel=5, here=2)
        return DayCount(name, SINCE.date(), SINCE, UNTIL, 5, 2, 1)

    monkeypatch.setattr(tools, "count_window", count)
    several = (
        DayCount(name, SINCE.date(), SINCE, UNTIL, number, 2, 1) for name, number in (("A", 2), ("B", 1))
    )
    found = AllCounts(tuple(several), (FieldProblem("channel", "C cannot be asked now"),))
    monkeypatch.setattr(tools, "count_all", lambda *_: found)

    async def story(seen: Play) -> None:
        await opened(seen)
        await seen.press("v")
        await seen.sees("Woo B2B: 5 there, 2 here. d reads the day again.")
        await seen.sees("! 3 not here yet", "! 3 on a channel are not here yet.")
        await seen.press("V")
        await seen.sees("2 asked, 1 equal. B: 1 there, 2 here.", "channel: C cannot be asked now")

    play(story)
    assert asked == ["Woo B2B"]


def test_a_channels_orders_and_log_open_from_here(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await opened(seen)
        await seen.press("b")
        await seen.sees("[1 Orders]", 'channel:"Woo B2B" placed:2026-11-16', "2 of 12")
        await seen.press("7", "l")
        await seen.sees("[6 Sync log]", "Woo B2B")
        await seen.press("7", "down", "tab", "down", "enter")
        await seen.sees("[1 Orders]", "1 of 12", "SHOP-1428")

    play(story)


def test_the_orders_of_each_reason_are_found_and_no_others(house: dict[str, int]) -> None:
    around = Surroundings({house["shop"]: "Woo Retail", house["b2b"]: "Woo B2B"}, support.NOW, support.ZONE)
    with db.read():
        found = overview.day(SINCE, UNTIL)
        for row in found.channels:
            for said, number in remainders.of_channel(row):
                words = f"{written('channel', row.channel)} placed:2026-11-16 {said.search}"
                read = search.read(words, around)
                assert read.mistakes == ()
                assert len(list(order_keys.all_ids(OrderFilter(terms=read.terms)))) == number, words


def test_hours_stay_out_where_there_is_no_room_and_become_bars_where_there_is(house: dict[str, int]) -> None:
    async def small(seen: Play) -> None:
        await seen.press("7")
        await seen.sees("CLOSING THE DAY", "Woo Retail")
        assert "Orders |" not in seen.text

    async def large(seen: Play) -> None:
        await seen.press("7")
        await seen.sees("Orders per hour", "Latency, 95 of 100", "CET")
        await seen.pilot.resize_terminal(20, 5)
        await seen.pilot.resize_terminal(80, 24)
        await seen.sees("Orders |", "CLOSING THE DAY")

    play(small, size=(80, 20))
    play(large, size=(120, 40))


def test_an_empty_house_says_what_is_next(empty: object) -> None:
    async def story(seen: Play) -> None:
        await seen.press("7")
        await seen.sees("- No orders.", "No channel gives orders yet. 2 opens Channels, a adds one.")
        await seen.press("v", "V", "d", "b", "l", "p", "tab", "enter")

    play(story)


def test_who_serves_is_said_in_words(house: dict[str, int]) -> None:
    with db.write(support.ADA) as tx:
        tables.Lease.insert(
            key="worker", holder="ops1:77", until=support.NOW + timedelta(minutes=1)
        ).execute()
        meta.put(tx, "worker_since", (support.NOW - timedelta(hours=14)).isoformat())

    async def story(seen: Play) -> None:
        await opened(seen)
        await seen.sees("Worker: + ops1 (process 77) since Sun 15 Nov 22:31 CET.")

    play(story)


# --- handover -------------------------------------------------------------------------------------------------


def test_a_note_is_shown_at_the_start_until_y_says_it_was_read(house: dict[str, int]) -> None:
    leave_note("pickup at 17:30 [/foo] [@click=app.quit]x[/] \x1b[2J\u202e")
    leave_note("mine", author="ada")

    async def first(seen: Play) -> None:
        await seen.sees("HANDOVER: 1 NOTE FOR YOU", "ben, Mon 16 Nov 09:31 CET", "pickup at 17:30 [/foo]")
        await seen.press("S", "enter", "space", "h", "escape")
        await seen.sees_no_more("HANDOVER")
        assert not seen.app.deeds

    async def second(seen: Play) -> None:
        await seen.sees("HANDOVER: 1 NOTE FOR YOU")
        await seen.yes()
        await seen.sees("1 note is read.")

    async def third(seen: Play) -> None:
        await opened(seen)
        await seen.sees("Handover: ada, Mon 16 Nov 09:31 CET: mine")
        assert not isinstance(seen.app.screen, HandoverDialog)

    play(first)
    assert unread_of("ada") == 1
    play(second)
    assert unread_of("ada") == 0
    play(third)


def test_a_key_that_was_meant_for_the_screen_beneath_reads_nothing(
    house: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from stogly_tui.console.screens import dialogs

    monkeypatch.setattr(dialogs, "GUARD", 3600.0)
    leave_note("pickup at 17:30")

    async def story(seen: Play) -> None:
        await seen.sees("HANDOVER: 1 NOTE")
        await seen.press("y", "y")
        await seen.sees("HANDOVER: 1 NOTE")

    play(story)
    assert unread_of("ada") == 1


def test_who_may_only_look_reads_it_without_an_answer(house: dict[str, int]) -> None:
    leave_note("pickup at 17:30")

    async def story(seen: Play) -> None:
        await seen.sees("HANDOVER: 1 NOTE")
        assert "I have read it" not in seen.text
        await seen.press("escape")
        await seen.sees("SHOP-1431")

    play(story, services=support.services(Actor("eve", Role.VIEWER), read_only=True))
    assert unread_of("eve") == 1


def test_a_note_is_written_and_listed_here(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await opened(seen)
        await seen.press("M")
        await seen.sees("No note yet.")
        await seen.press("escape", "n")
        await seen.sees("HANDOVER NOTE")
        await seen.type("Outlet by hand")
        await seen.press("f2")
        await seen.sees("Handover: ada, ")
        await seen.press("M")
        await seen.sees("handover notes, newest first", "Outlet by hand")

    play(story)
    assert unread_of("ben") == 1


def test_what_the_command_line_says_is_what_stands_here(house: dict[str, int]) -> None:
    with db.read():
        found = overview.day(SINCE, UNTIL)
    told = overview_pages.text(found, support.services().view())

    assert told[0] == "! 9 of 12 are left, 1 of unknown outcome. 2 of 2 channels were not asked."
    assert any("m map" not in one and "stogly-tui push --failed" in one for one in told)
    assert any(
        one.startswith("  Woo Retail: here 10 = there 1 + aside 1 + left 8. Not asked") for one in told
    )
