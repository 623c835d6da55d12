"""The sync log: it follows, stays bounded, goes back as far as one likes, and is searched, copied and exported."""

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest

from stogly_tui.console import clipboard, log_reads
from stogly_tui.console.screens.sync_log import SyncLogScreen
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.states import Level, RunState
from stogly_tui.model import database, tables
from stogly_tui.operations import orders as order_operations
from tests.console import support
from tests.console.play import Play, change, play

House = dict[str, int]


def write(house: House, many: int, *, code: str = "PAGE-STORED", start: int = 0) -> None:
    """Many entries of one channel, each with its number in its message."""
    rows = [
        {
            "at": support.NOW - timedelta(minutes=3), "level": Level.INFO, "channel": house["shop"], "run": 1,
            "code": code, "message": f"page {start + number} stored",
        }
        for number in range(many)
    ]  # fmt: skip
    with database.connection(), tables.database.atomic():
        tables.LogEntry.insert_many(rows).execute()


async def open_log(seen: Play) -> SyncLogScreen:
    await seen.press("6")
    await seen.sees("[6 Sync log]", "follow: on", "runs,")
    screen = seen.app.screen
    assert isinstance(screen, SyncLogScreen)
    await seen.until(lambda: screen.entries.window.rows, "entries are read")
    return screen


async def to_entries(seen: Play) -> SyncLogScreen:
    screen = await open_log(seen)
    await seen.press("tab")
    return screen


def test_what_comes_faster_than_it_can_be_read_is_counted_and_can_be_gone_back_to(house: House) -> None:
    async def story(seen: Play) -> None:
        screen = await to_entries(seen)
        write(house, 3000)
        change("log")
        await seen.sees("page 2999 stored", "went by, P holds")
        assert len(screen.entries.window.rows) == log_reads.PAGE
        await seen.press("home")
        await seen.sees("4 orders, cursor kept", "follow: off")
        await seen.until(lambda: screen.entries.cursor == 0)
        await seen.press("end")
        await seen.sees("page 2999 stored", "follow: on")

    play(story)


def test_going_back_reads_page_by_page_and_holds_no_more_than_a_few(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_reads, "PAGE", 60)
    monkeypatch.setattr(log_reads, "MOST", 300)
    write(house, 400)

    async def story(seen: Play) -> None:
        screen = await to_entries(seen)
        await seen.sees("page 399 stored")
        lengths = set()
        for number in range(395, 0, -5):
            screen.entries.action_cursor_by(-5)
            wanted = f"page {number - 1} stored"
            await seen.until(lambda: screen.entry_here and screen.entry_here.message == wanted, wanted)  # noqa: B023
            await seen.until(
                lambda: screen.entries.cursor >= 50 or not screen.entries.window.has_older, "more is read"
            )
            lengths.add(len(screen.entries.window.rows))
        assert max(lengths) == 300
        await seen.press("home")
        await seen.sees("4 orders, cursor kept")

    play(story)


def test_up_stops_following_and_tells_how_many_are_newer(house: House) -> None:
    async def story(seen: Play) -> None:
        screen = await to_entries(seen)
        await seen.press("up")
        await seen.sees("follow: off")
        here = screen.entry_here
        write(house, 7)
        change("log")
        await seen.sees("7 newer, End goes on")
        assert screen.entry_here == here
        assert "page 6" not in seen.text
        await seen.press("end")
        await seen.sees("page 6 stored", "follow: on")

    play(story)


def test_a_pause_holds_runs_and_entries_still(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_log(seen)
        await seen.press("P")
        await seen.sees("= paused, P goes on")
        write(house, 3)
        with database.connection():
            support.add_run(house["shop"], RunState.RUNNING, created=5)
        change("log", "run")
        await seen.sees("= paused, 3 newer")
        assert "running" not in seen.text
        await seen.press("P")
        await seen.sees("> running, page 2", "page 2 stored", "follow: on")

    play(story)


def test_a_run_that_goes_on_shows_its_counts_as_they_come(house: House) -> None:
    with database.connection():
        run = support.add_run(house["shop"], RunState.RUNNING, created=50)

    async def story(seen: Play) -> None:
        await open_log(seen)
        await seen.sees("> running, page 2")
        with database.connection():
            tables.SyncRun.update(pages=2, seen=600, created=9, updated=591).where(
                tables.SyncRun.id == run
            ).execute()
        change("run")
        await seen.sees("> running, page 3", "600 seen = 9 new + 591 updated")

    play(story)


def test_the_filter_names_its_mistakes_and_the_rest_counts(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_log(seen)
        await seen.press("slash")
        await seen.type("level:error levle:x")
        await seen.sees("! There is no field levle:. Did you mean level:?")
        await seen.sees_no_more("PAGE-STORED")
        await seen.sees("BAD-RECORD", "1 entries")
        await seen.press("escape", "escape")
        await seen.sees("PAGE-STORED", "3 entries")
        await seen.press("e")
        await seen.sees("level:>=warning", "2 entries", "Level [>=warning v]")

    play(story)


def test_drop_downs_say_the_same_as_the_filter(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_log(seen)
        await seen.press("c")
        await seen.sees("Channel", "FINISHED PART~", "warnings and ~")
        await seen.press("down", "enter")
        await seen.sees("channel:", "Channel [Woo", "1 entries")

    play(story)


def test_a_search_goes_through_the_whole_log(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_reads, "PAGE", 60)
    write(house, 300)
    write(house, 1, code="TOKEN-OLD")
    write(house, 300, start=300)

    async def story(seen: Play) -> None:
        screen = await to_entries(seen)
        await seen.press("s")
        await seen.type("token")
        await seen.sees("1 of 1", "TOKEN-OLD", "follow: off")
        await seen.press("enter")
        await seen.until(lambda: screen.entry_here and screen.entry_here.code == "TOKEN-OLD")
        await seen.press("s")
        await seen.type(" ")
        await seen.sees("not found")
        await seen.press("escape", "end")
        await seen.sees("page 599 stored", "follow: on")

    play(story)


def test_small_n_goes_down_and_capital_n_goes_up(house: House) -> None:
    write(house, 5)

    async def story(seen: Play) -> None:
        screen = await to_entries(seen)
        await seen.press("s")
        await seen.type("page")
        await seen.sees("6 of 6")
        await seen.press("enter", "N")
        await seen.sees("5 of 6")
        await seen.press("n", "n")
        await seen.sees("1 of 6")
        await seen.until(lambda: screen.entries.cursor == 0)

    play(story)


def test_long_messages_are_wrapped_or_cut(house: House) -> None:
    with database.connection():
        support.add_entry(house["shop"], 1, "LONG", "word " * 40 + "THE END")

    async def story(seen: Play) -> None:
        await to_entries(seen)
        await seen.sees("LONG")
        assert "THE END" not in seen.text
        await seen.press("w")
        await seen.sees("THE END")
        assert seen.line("THE END").startswith("      ")
        await seen.press("up", "up", "up", "up")
        await seen.sees("PAGE-STORED")
        await seen.press("w")
        await seen.sees_no_more("THE END")

    play(story)


def test_a_terminal_of_next_to_nothing_shows_what_it_can(house: House) -> None:
    write(house, 50)

    async def story(seen: Play) -> None:
        screen = await to_entries(seen)
        for size in ((20, 5), (1, 1), (120, 40)):
            await seen.pilot.resize_terminal(*size)
            await seen.press("w", "up", "pageup", "s", "escape", "home", "end", "w")
            write(house, 1, start=50)
            change("log")
        await seen.sees("page 50 stored", "follow: on")
        assert screen.entries.cursor == len(screen.entries.window.rows) - 1

    play(story)


def test_times_are_in_a_zone_that_is_named(house: House) -> None:
    async def story(seen: Play) -> None:
        await open_log(seen)
        await seen.sees("times CET, u for UTC", "12:27:00")
        await seen.press("u")
        await seen.sees("times UTC, u for your zone", "11:27:00")

    play(story)


def test_runs_or_entries_can_have_the_whole_screen(house: House) -> None:
    async def story(seen: Play) -> None:
        screen = await open_log(seen)
        await seen.press("right")
        await seen.sees("[Runs]")
        await seen.sees_no_more("PAGE-STORED")
        await seen.press("right")
        await seen.sees("[Entries]", "PAGE-STORED")
        await seen.sees_no_more("seen =")
        assert screen.entries.has_focus

    play(story)


def test_a_run_or_an_entry_is_copied_as_a_report(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(clipboard, "_send", lambda _app, text, _wanted: sent.append(text))
    with database.connection():
        support.add_entry(house["shop"], 2, "LEAK", "consumer_secret=cs_1234567890", Level.ERROR)

    async def story(seen: Play) -> None:
        await open_log(seen)
        await seen.press("down", "y")
        await seen.until(lambda: len(sent) == 1)
        await seen.press("tab", "y")
        await seen.until(lambda: len(sent) == 2)

    play(story)

    assert sent[0].startswith("Run 2, orders of Woo B2B: FINISHED PARTIALLY\nStarted 2026-11-16 12:26:00 CET")
    assert "BAD-RECORD SHOP-1030: total 'abc' is not an amount" in sent[0]
    assert "Code: LEAK\nMessage: consumer_secret=[hidden]" in sent[1]
    assert "cs_1234567890" not in "".join(sent)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.VIEWER])
def test_what_the_filter_shows_is_exported(house: House, tmp_path: Path, role: Role) -> None:
    write(house, 2500)
    with database.connection():
        support.add_entry(house["shop"], 1, "=1+1", "a\tformula", Level.ERROR)
    folder = tmp_path / "exports"
    who = support.services(Actor("ada", role), read_only=role is Role.VIEWER, folder=folder)

    async def story(seen: Play) -> None:
        await to_entries(seen)
        await seen.press("x")
        await seen.sees("EXPORT THE LOG", "is written to a new file")
        await seen.press("f2")
        await seen.sees("2,504 rows in")
        await seen.press("e")
        await seen.sees("level:>=warning")
        await seen.press("x")
        await seen.sees("EXPORT THE LOG")
        await seen.press("tab", "right", "f2")
        await seen.sees("3 rows in")

    play(story, services=who)

    table, lines = sorted(folder.iterdir())
    rows = list(csv.DictReader(table.open()))
    assert (len(rows), rows[-1]["code"], rows[-1]["message"]) == (2504, "'=1+1", "a formula")
    assert [json.loads(line)["code"] for line in lines.read_text().splitlines()] == [
        "BAD-RECORD", "OUTCOME-UNKNOWN", "=1+1",
    ]  # fmt: skip


def test_the_order_of_an_entry_is_retried(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(order_operations, "retry_intake", lambda _actor, order_id: asked.append(order_id))

    async def story(seen: Play) -> None:
        await to_entries(seen)
        await seen.press("up", "t")
        await seen.sees("SHOP-1030 was read again")
        await seen.press("up", "t")
        await seen.sees("This entry is about no order.")

    play(story)

    assert asked == [house["SHOP-1030"]]
