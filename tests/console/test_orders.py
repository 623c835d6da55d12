"""The order grid: what it shows, what it sends, and what it never moves."""

from datetime import timedelta
from typing import Any

import pytest
from textual.geometry import Region

from stogly_tui.console.screens.orders import OrdersScreen
from stogly_tui.console.screens.send_plan import SendPlanScreen
from stogly_tui.console.widgets.grid import Grid
from stogly_tui.console.widgets.marks import Marks
from stogly_tui.domain.states import ChannelRole, IntakeState, PushState
from stogly_tui.model import database, tables
from stogly_tui.model.queries.orders import OrderRow
from tests.console import support
from tests.console.play import Play, change, play, state_of

House = dict[str, int]


def grid(seen: Play) -> Grid[OrderRow]:
    return seen.app.screen_stack[0].query_one(Grid)


def arrive(house: House, first: int, count: int) -> list[int]:
    """New orders come in from another process."""
    with database.connection():
        ids = [
            support.add_order(house["shop"], f"SHOP-{first + number}", ago=timedelta(seconds=30))
            for number in range(count)
        ]
    change(order=ids)
    return ids


def test_each_order_shows_its_push_status_in_glyph_and_word(house: House) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431", "SHOP-1030")
        for number, status in {
            "SHOP-1431": "- Not Sent", "SHOP-1428": "> Not Sent", "SHOP-1426": "! Error", "WOB-5521": "? Error",
            "SHOP-1419": "H Not Sent", "WOB-5518": "+ Sent", "SHOP-1042": "+ Sent hand", "SHOP-1030": "! Not Sent",
        }.items():  # fmt: skip
            assert status in seen.line(number)

    play(story)


def test_the_first_send_takes_three_keys_and_queues_exactly_the_marked(house: House) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("space", "S")
        await seen.sees("SEND 1 ORDER TO Woo Main")
        screen = seen.app.screen
        assert isinstance(screen, SendPlanScreen)
        await seen.until(lambda: screen.is_ready, "the guard is over")
        await seen.press("y")
        await seen.until(lambda: state_of(house["SHOP-1431"]) is PushState.QUEUED)
        await seen.sees("> Not Sent", "Send Orders (0)")

    app = play(story)

    assert state_of(house["SHOP-1430"]) is None
    assert [deed.title for deed in app.deeds] == ["Send Orders"]


def test_neither_enter_nor_the_first_moment_sends(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stogly_tui.console.screens.dialogs.GUARD", 3600.0)

    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("space", "S")
        await seen.sees("[>Cancel<]")
        await seen.press("y", "tab", "enter", "space")
        assert isinstance(seen.app.screen, SendPlanScreen)
        await seen.press("escape")
        await seen.sees("Send Orders (1)")

    play(story)

    assert state_of(house["SHOP-1431"]) is None


def test_above_a_hundred_orders_the_number_is_typed(empty: Any) -> None:
    ids = support.seed(110)

    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("asterisk")
        await seen.until(lambda: len(grid(seen).marks) > 100)
        await seen.press("S")
        await seen.sees("Type the number")
        screen = seen.app.screen
        assert isinstance(screen, SendPlanScreen)
        await seen.until(lambda: screen.is_ready)
        await seen.press("y")
        assert isinstance(seen.app.screen, SendPlanScreen)
        await seen.type(str(len(screen.plan.items)))
        await seen.press("y")
        await seen.until(lambda: state_of(ids["SHOP-999"]) is PushState.QUEUED)

    play(story)


def test_the_plan_lists_what_is_skipped_and_why(house: House) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("asterisk")
        await seen.until(lambda: grid(seen).marks)
        await seen.press("S")
        await seen.sees("Skipped", "is held", "was sent already", "its outcome is unknown")
        await seen.press("k")
        await seen.sees("SKIPPED:", "SHOP-1419")
        await seen.press("k", "u")
        await seen.sees("take the 1 unpaid in")

    play(story)


def test_mark_all_leaves_history_out(house: House) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1031")
        await seen.press("asterisk")
        await seen.until(lambda: grid(seen).marks)
        assert house["SHOP-1031"] not in grid(seen).marks
        assert house["SHOP-1427"] in grid(seen).marks
        await seen.press("u")
        await seen.sees("Send Orders (0)")

    play(story)


def test_a_range_is_marked_from_v_to_v(house: House) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("v", "down", "down", "v")
        await seen.until(lambda: len(grid(seen).marks) == 3)
        await seen.sees("Send Orders (3)", "EUR 212.40")

    play(story)


def test_new_orders_on_top_move_neither_cursor_nor_scroll(empty: Any) -> None:
    house = support.seed(60)

    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("down", "down", "space", "pagedown")
        before = [line for line in seen.text.splitlines() if "SHOP-" in line]
        arrive(house, 3000, 5)
        await seen.sees("5 newer: g", "77")
        assert [line for line in seen.text.splitlines() if "SHOP-" in line] == before
        assert grid(seen).marks == Marks.of([house["SHOP-1429"]])
        await seen.press("g")
        await seen.sees("SHOP-3004")
        await seen.sees_no_more("newer: g")

    play(story)


def test_a_row_changes_in_place_when_another_process_sends_it(house: House) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1428")
        await seen.until(lambda: "> Not Sent" in seen.line("SHOP-1428"))
        with database.connection():
            tables.Push.update(state=PushState.SENT).where(tables.Push.order == house["SHOP-1428"]).execute()
        change("push")
        await seen.until(lambda: "+ Sent" in seen.line("SHOP-1428"))

    play(story)


def test_a_cursor_move_repaints_two_lines(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[Region] = []

    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.until(lambda: "last" not in seen.text)
        monkeypatch.setattr(grid(seen), "refresh", lambda *regions, **_: painted.extend(regions))
        await seen.press("down")

    play(story)

    assert {region.y for region in painted} == {0, 1}
    assert {region.height for region in painted} == {1}


def test_the_filter_narrows_as_one_types_and_an_empty_result_says_what_there_is(house: House) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("slash")
        await seen.type("weiss")
        await seen.sees_no_more("SHOP-1431")
        assert "SHOP-1426" in seen.text
        await seen.type("zzz")
        await seen.sees("No order matches.", "Without the filter there are 12")
        await seen.press("escape", "escape")
        await seen.sees("SHOP-1431")

    play(story)


@pytest.mark.parametrize(
    ("typed", "shown", "gone"),
    [
        ("push:error", "SHOP-1426", "SHOP-1431"),
        ("channel:b2b", "WOB-5521", "SHOP-1431"),
        ("status:shipped", "SHOP-1031", "SHOP-1431"),
        ("customer:lindqvist", "SHOP-1430", "SHOP-1431"),
    ],
)
def test_words_with_a_field_filter(house: House, typed: str, shown: str, gone: str) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("slash")
        await seen.type(typed)
        await seen.sees_no_more(gone)
        await seen.sees(shown)

    play(story)


def test_e_shows_errors_only_and_again_all(house: House) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("e")
        await seen.sees_no_more("SHOP-1431")
        assert "SHOP-1426" in seen.text
        await seen.press("e")
        await seen.sees("SHOP-1431")

    play(story)


def test_the_lists_choose_a_channel(house: House) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.until(lambda: isinstance(seen.app.screen, OrdersScreen) and seen.app.screen.channels)
        await seen.press("c", "down", "enter")
        await seen.sees("[Woo B2B v]", "WOB-5518")
        await seen.sees_no_more("SHOP-1431")

    play(story)


def test_the_lines_below_explain_the_order_and_name_keys(house: House) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1426")
        await seen.press(*["down"] * 5)
        await seen.sees('SKU-NOT-AT-DEST: SKU "SOCK-5P" is unknown at Woo Main', "m map its SKU")

    play(story)


def test_an_empty_house_says_what_to_do_first(empty: Any) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("No channel is connected yet.", "Try a first.", "2 opens Channels")

    play(story, services=support.services(intro="Try a first."))


def test_the_grid_fills_from_the_top_while_nobody_has_touched_it(empty: Any) -> None:
    with database.connection():
        shop = support.add_channel("Woo Retail")

    async def story(seen: Play) -> None:
        await seen.sees("No order has come in yet.")
        arrive({"shop": shop}, 100, 40)
        await seen.sees("SHOP-139", "line 1 of 40")

    play(story)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (60, 20)])
def test_every_line_of_the_grid_has_the_width_of_the_screen(house: House, size: tuple[int, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1042")
        assert {strip.cell_length for strip in seen.app.screen._compositor.render_strips()} == {size[0]}

    play(story, size=size)


def test_a_viewer_is_told_that_sending_needs_another_role(house: House) -> None:
    from stogly_tui.domain.people import Actor, Role

    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("S")
        await seen.sees("this needs the role operator")

    play(story, services=support.services(Actor("vic", Role.VIEWER)))


def test_hostile_text_breaks_nothing_and_styles_nothing(empty: Any) -> None:
    with database.connection():
        dest = support.add_channel("Woo [/foo] Main", role=ChannelRole.DESTINATION)
        shop = support.add_channel("Shop [@click=app.quit]x[/]", destination=dest)
        order = support.add_order(
            shop, "S-[/foo]1", customer="\x1b]52;c;eA==\x07[@click=app.quit]x[/]\u202e", note="[red]\x9b31m", sku="[/b]",
            intake=IntakeState.FAILED, reason="[/foo] \x1b[2J",
        )  # fmt: skip

    async def story(seen: Play) -> None:
        await seen.sees("[@click")
        await seen.press("enter")
        for _ in range(6):
            await seen.press("right")
            assert "\x1b" not in seen.text
        await seen.press("t")
        await seen.until(lambda: seen.app.deeds)
        await seen.press("escape", "2")
        await seen.sees("Woo [/foo] Main")
        await seen.press("6", "1", "colon")
        await seen.type("S-[")
        await seen.press("escape")

    play(story)
    assert order
