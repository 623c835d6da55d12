"""The grid of orders: its filter line, marks, columns, views, and how it follows what changes."""

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from stogly_tui.console.screens.orders import OrdersScreen
from stogly_tui.console.widgets.grid import Grid
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.states import HoldReason
from stogly_tui.model import database, tables
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.model.transitions import orders
from stogly_tui.operations import preferences, views
from tests.console import support
from tests.console.play import Play, change, play

House = dict[str, int]


def grid(seen: Play) -> Grid[OrderRow]:
    return seen.app.screen_stack[0].query_one(Grid)


def numbers(seen: Play) -> list[str]:
    """Numbers on the screen, from the top."""
    words = (line[3:].split(" ")[0] for line in seen.text.splitlines())
    return [word for word in words if word.startswith(("SHOP-", "WOB-"))]


async def listed(seen: Play) -> None:
    await seen.sees("SHOP-1431", "12 of 12")


async def typed(seen: Play, text: str) -> None:
    await listed(seen)
    await seen.press("slash")
    await seen.type(text)


@pytest.mark.parametrize(
    ("text", "says", "remedy"),
    [
        ("pusch:error", "There is no field pusch:.", "Did you mean push:?"),
        ("total:>lots", "lots is no amount.", "Write >100"),
        ("channel:amazon", "No channel is called amazon.", "Woo Retail"),
    ],
)
def test_a_mistake_is_underlined_and_said_with_its_remedy_while_the_rest_counts(
    house: House, text: str, says: str, remedy: str
) -> None:
    async def story(seen: Play) -> None:
        await typed(seen, f"weiss {text}")
        await seen.sees(says, remedy, "1 not understood", "SHOP-1426")
        await seen.sees_no_more("SHOP-1431")
        field = seen.app.screen.query_one(Input)
        assert [(one.start, one.end) for one in field._value.spans] == [(6, 6 + len(text))]

    play(story)


def test_tab_completes_fields_and_values(house: House) -> None:
    async def story(seen: Play) -> None:
        await typed(seen, "pus")
        await seen.press("tab", "e", "r")
        await seen.sees("push:er")
        await seen.press("tab")
        await seen.until(lambda: seen.app.screen.query_one(Input).value == "push:error ")
        await seen.sees("SHOP-1426", "WOB-5521")
        await seen.sees_no_more("SHOP-1431")

    play(story)


def test_earlier_filters_come_back_also_after_another_start(house: House) -> None:
    async def first(seen: Play) -> None:
        await typed(seen, "weiss")
        await seen.press("enter")
        actor = seen.app.services.actor
        await seen.until(lambda: preferences.remembered(actor, "orders.filters") == ["weiss"])

    async def second(seen: Play) -> None:
        await listed(seen)
        screen = seen.app.screen
        assert isinstance(screen, OrdersScreen)
        await seen.until(lambda: screen._earlier)
        await seen.press("slash", "up")
        await seen.sees("Filter weiss", "1 of 12")
        await seen.press("down")
        await seen.sees("12 of 12")

    play(first)
    play(second)


def test_lists_and_keys_write_into_the_filter(house: House) -> None:
    async def story(seen: Play) -> None:
        await typed(seen, "status:pending")
        await seen.press("enter", "e")
        await seen.sees("Filter status:pending push:error", "[Pending v]", "[Error v]")
        await seen.press("e")
        await seen.sees_no_more("push:error")
        await seen.press("c", "right", "right", "right", "down", "down", "down", "enter")
        await seen.sees("status:pending placed:7d", "[7 days v]")

    play(story)


def test_the_inverse_marks_what_was_not(house: House) -> None:
    async def story(seen: Play) -> None:
        await listed(seen)
        await seen.press("space", "I")
        await seen.until(lambda: house["SHOP-1430"] in grid(seen).marks)
        assert house["SHOP-1431"] not in grid(seen).marks
        assert house["SHOP-1031"] not in grid(seen).marks, "history is not marked with many"

    play(story)


def test_marks_outside_the_filter_stay_and_are_named(house: House) -> None:
    async def story(seen: Play) -> None:
        await listed(seen)
        await seen.press("space", "space", "slash")
        await seen.type("weiss")
        await seen.sees("Send Orders (2)", "2 outside this filter")

    play(story)


def test_all_that_is_marked_stays_what_it_was(house: House) -> None:
    async def story(seen: Play) -> None:
        await listed(seen)
        await seen.press("asterisk")
        await seen.until(lambda: grid(seen).marks)
        before = grid(seen).marks
        with database.connection():
            new = support.add_order(house["shop"], "SHOP-2000", ago=timedelta(0))
        change(order=[new])
        await seen.sees("SHOP-2000")
        assert grid(seen).marks == before

    play(story)


def test_any_column_sorts_and_turns_round(house: House) -> None:
    async def story(seen: Play) -> None:
        await listed(seen)
        screen = seen.app.screen
        assert isinstance(screen, OrdersScreen)
        screen.sort_by("total")
        await seen.until(lambda: numbers(seen)[0] == "SHOP-1031")
        assert "vTotal" in seen.text.replace(" v", "v")
        await seen.press("r")
        await seen.until(lambda: numbers(seen)[0] == "SHOP-1430")
        screen.sort_by("customer")
        await seen.until(lambda: "^Customer" in seen.text)
        await seen.press("s")
        await seen.sees("Sort by")
        await seen.press("escape")

    play(story)


def test_columns_are_chosen_ordered_widened_and_remembered(house: House) -> None:
    async def first(seen: Play) -> None:
        await listed(seen)
        await seen.press("C")
        await seen.sees("COLUMNS", "[x] Number", "[ ] E-mail")
        await seen.press("down", "space", "down", "k", "enter")  # without age, customer before it
        await seen.sees_no_more("vAge")
        actor = seen.app.services.actor
        await seen.until(lambda: preferences.remembered(actor, "orders.looks"))

    async def second(seen: Play) -> None:
        await listed(seen)
        await seen.sees_no_more("vAge")

    play(first)
    play(second)


def test_wide_mode_shows_every_column_and_moves_sideways(house: House) -> None:
    async def story(seen: Play) -> None:
        await listed(seen)
        await seen.press("W")
        await seen.sees("E-mail")
        await seen.press(*["right"] * 20)
        await seen.sees("Channel's no.")
        assert {strip.cell_length for strip in seen.app.screen._compositor.render_strips()} == {80}
        await seen.press("W")
        await seen.sees("Push Status")

    play(story)


def test_times_are_ages_or_moments_with_their_zone(house: House) -> None:
    async def story(seen: Play) -> None:
        await listed(seen)
        await seen.press("T")
        await seen.sees("Placed CET"[:11], "16 Nov 12:24")

    play(story)


def test_a_view_keeps_filter_sort_and_key(house: House) -> None:
    async def story(seen: Play) -> None:
        await typed(seen, "weiss")
        await seen.press("enter", "V")
        await seen.sees("VIEWS", "Now: weiss")
        await seen.press("s")
        await seen.sees("KEEP THIS VIEW")
        await seen.type("To ship")
        await seen.press("tab", "right", "f2")
        await seen.sees("The view is kept.")
        await seen.press("escape")
        await listed(seen)
        await seen.until(lambda: seen.app.screen._views)  # type: ignore[attr-defined]
        await seen.press("f2")
        await seen.sees("Filter weiss", "1 of 12")
        await seen.press("V")
        await seen.sees("F2   To ship")

    play(story)


def test_views_are_each_persons_own(house: House) -> None:
    views.save(support.ANA, "Mine", query="weiss", sort="-placed", key="f2")

    async def story(seen: Play) -> None:
        await listed(seen)
        await seen.press("f2")
        await seen.sees("No view is kept on F2")

    play(story)


def test_paused_nothing_moves_and_then_all_of_it_is_shown(house: House) -> None:
    async def story(seen: Play) -> None:
        await listed(seen)
        await seen.press("P")
        await seen.sees("= PAUSED")
        with database.connection():
            new = support.add_order(house["shop"], "SHOP-2000", ago=timedelta(0))
            tables.Order.update(customer="Somebody Else").where(
                tables.Order.id == house["SHOP-1431"]
            ).execute()
        change(order=[new, house["SHOP-1431"]])
        screen = seen.app.screen
        assert isinstance(screen, OrdersScreen)
        await seen.until(lambda: screen._missed)
        assert "SHOP-2000" not in seen.text
        await seen.press("P")
        await seen.sees("SHOP-2000", "Somebody")
        await seen.sees_no_more("PAUSED")

    play(story)


def test_a_row_out_of_sight_that_changed_is_read_again_when_it_comes_into_sight(empty: Any) -> None:
    house = support.seed(60)

    async def story(seen: Play) -> None:
        await seen.sees("72 of 72")
        await seen.press("end")
        await seen.sees("SHOP-940")
        await seen.press("home")
        await seen.sees("SHOP-1431")
        with database.connection():
            tables.Order.update(customer="Quite Another").where(
                tables.Order.id == house["SHOP-940"]
            ).execute()
        change(order=[house["SHOP-940"]])
        await seen.press("end")
        await seen.until(lambda: "Quite" in seen.line("SHOP-940"))

    play(story)


def test_an_order_that_leaves_the_filter_leaves_the_list_and_the_cursor_stays_on_its_order(
    house: House,
) -> None:
    async def story(seen: Play) -> None:
        await typed(seen, "push:error")
        await seen.press("enter", "down")
        await seen.sees("2 of 12")
        assert grid(seen).cursor_id == house["WOB-5521"]
        with database.connection():
            tables.Push.update(state="sent").where(tables.Push.order == house["SHOP-1426"]).execute()
        change("push", order=[house["SHOP-1426"]])
        await seen.sees("1 of 12")
        await seen.sees_no_more("SHOP-1426")
        assert grid(seen).cursor_id == house["WOB-5521"]

    play(story)


def test_numbers_rows_and_cells_are_copied(house: House) -> None:
    async def story(seen: Play) -> None:
        await listed(seen)
        await seen.press("y")
        await seen.until(lambda: seen.app.clipboard == "SHOP-1431")
        await seen.press("space", "space", "y")
        await seen.until(lambda: seen.app.clipboard == "SHOP-1431\nSHOP-1430")
        await seen.press("Y")
        await seen.sees("the whole row", "Customer: (not given)")
        await seen.press("enter")
        await seen.until(lambda: seen.app.clipboard.startswith("SHOP-1429\t"))

    play(story)


def test_what_the_filter_shows_is_exported_in_its_order(house: House, tmp_path: Path) -> None:
    with database.connection():
        support.add_order(house["shop"], "=2+3", customer="@SUM(A1)", ago=timedelta(0))

    async def story(seen: Play) -> None:
        await seen.sees("13 of 13")
        await seen.press("slash")
        await seen.type("-status:shipped")
        await seen.press("enter", "X")
        await seen.sees("Write 12 orders as", "CSV")
        await seen.press("enter")
        await seen.sees("12 orders are in")

    play(story, services=support.services(folder=tmp_path / "exports"))

    (path,) = (tmp_path / "exports").iterdir()
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert [row["number"] for row in rows][:3] == ["'=2+3", "SHOP-1431", "SHOP-1430"]
    assert rows[0]["customer"] == "'@SUM(A1)"
    assert len(rows) == 12
    assert path.stat().st_mode & 0o077 == 0


def test_a_viewer_exports_nothing(house: House, tmp_path: Path) -> None:
    async def story(seen: Play) -> None:
        await listed(seen)
        await seen.press("X")
        await seen.sees("Files hold")

    eve = Actor("eve", Role.VIEWER)
    play(story, services=support.services(eve, folder=tmp_path / "exports", read_only=True))
    assert not (tmp_path / "exports").exists()


def test_letters_that_come_together_make_one_filter(house: House) -> None:
    async def story(seen: Play) -> None:
        await listed(seen)
        await seen.press("slash")
        field = seen.app.screen.query_one(Input)
        for letter in "weiss":
            field.post_message(events.Key(letter, letter))
        await seen.sees("Filter weiss", "1 of 12")
        asked: list[str] = []
        screen = seen.app.screen
        assert isinstance(screen, OrdersScreen)
        screen.filter_changed = lambda: asked.append(screen.wanted.text)  # type: ignore[method-assign]
        await seen.press("enter")
        await seen.pilot.pause()
        assert asked == []
        assert (field.value, screen.wanted.text) == ("weiss", "weiss")

    play(story)


def test_nothing_is_marked_or_written_by_a_filter_that_is_misread(house: House, tmp_path: Path) -> None:
    async def story(seen: Play) -> None:
        await typed(seen, "status:pending -chanel:woo")
        await seen.sees("There is no field chanel:")
        await seen.press("escape", "asterisk")
        await seen.sees("Nothing was marked")
        assert not grid(seen).marks
        await seen.press("X")
        await seen.sees("Nothing was written")

    play(story, size=(120, 40), services=support.services(folder=tmp_path))


def test_a_mark_over_all_says_how_many_it_leaves_out(house: House) -> None:
    async def story(seen: Play) -> None:
        await listed(seen)
        await seen.press("asterisk")
        await seen.sees("Send Orders (11)", "1 shown not marked")

    play(story, size=(120, 40))


def test_a_wide_grid_moves_sideways_while_the_number_stays_and_changes_are_painted(house: House) -> None:
    async def story(seen: Play) -> None:
        await listed(seen)
        await seen.press("W")
        await seen.press(*["right"] * 3)
        await seen.sees("shop-1431@example.com")
        await seen.press(*["right"] * 7)
        await seen.sees("Push Status", "SHOP-1431")
        with database.write(Actor("ben", Role.OPERATOR)) as tx:
            orders.hold(tx, house["SHOP-1431"], HoldReason.MANUAL, "customer rang")
        await seen.until(lambda: "H Not Sent" in seen.line("SHOP-1431"))

    play(story)
