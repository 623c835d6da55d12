"""Working with others on orders: notes, assignment, presence, stale looks; verbs over many, their progress and results."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stogly_tui.console import order_reads
from stogly_tui.console.long_work import LongWork
from stogly_tui.console.screens.order_team import BulkAsk
from stogly_tui.console.screens.progress import ProgressDialog
from stogly_tui.console.screens.results import ResultScreen
from stogly_tui.console.screens.send_plan import SendPlanScreen
from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.people import MACHINE, Actor, Role
from stogly_tui.domain.states import IntakeState, PushState
from stogly_tui.model import database, tables
from stogly_tui.model.queries import notes, presences
from stogly_tui.operations import bulk, orders, pushes, team
from tests.console import support
from tests.console.play import PATIENCE, Play, play, state_of
from tests.console.test_order import intake_of, to

House = dict[str, int]
BEN = Actor("ben", Role.OPERATOR)


async def marked(seen: Play, count: int) -> None:
    """Mark the first orders of the list."""
    await seen.sees("SHOP-1431")
    await seen.press("v", *["down"] * (count - 1), "v")
    await seen.sees(f"Send Orders ({count})")


def present(order_id: int) -> str:
    """What others see being done to an order."""
    with database.read():
        found = presences.of([order_id]).get(order_id)
    return f"{found.actor} {found.doing}" if found else ""


class Slowly:
    """Work that goes on step by step, as a test lets it."""

    def __init__(self, patch: pytest.MonkeyPatch, where: Any, name: str) -> None:
        self._go, self._real = threading.Semaphore(0), getattr(where, name)
        patch.setattr(where, name, self)
        patch.setattr("stogly_tui.console.long_work.SHOWN_AFTER", 0.01)
        patch.setattr("stogly_tui.console.screens.progress.LOOK", 0.02)

    def __call__(self, *given: Any, **more: Any) -> Any:
        self._go.acquire(timeout=20)
        return self._real(*given, **more)

    def go(self, steps: int = 1) -> None:
        self._go.release(steps)


def test_a_note_is_written_on_an_order_and_on_all_marked(house: House) -> None:
    async def story(seen: Play) -> None:
        await marked(seen, 3)
        await seen.press("n")
        await seen.sees("NOTE ON 3 ORDERS")
        await seen.type("customer rang")
        await seen.press("enter")
        await seen.sees("3 done. B lists them.")

    play(story)

    with database.read():
        for number in ("SHOP-1431", "SHOP-1430", "SHOP-1429"):
            assert [(one.author, one.text) for one in notes.of(house[number])] == [("ada", "customer rang")]


def test_orders_are_assigned_to_oneself_by_default_and_known_names_are_offered(house: House) -> None:
    team.note(BEN, house["SHOP-1430"], "mine")

    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1431")
        await seen.press("A")
        await seen.sees("ASSIGN SHOP-1431", "Known: ben")
        await seen.press("f2")
        await seen.sees("SHOP-1431: assigned to ada.")

    play(story)

    with database.read():
        assert tables.Order.get_by_id(house["SHOP-1431"]).assigned_to == "ada"


def test_marked_orders_are_held_after_a_plan_that_names_what_stays(house: House) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("asterisk")
        await seen.sees("Send Orders (11)")
        await seen.press("H")
        await seen.sees("HOLD: 11 ORDERS MARKED", "Skipped", "is held already", "EUR")
        await seen.type("stock is counted")
        assert present(house["SHOP-1431"]) == "ada holding it"
        await seen.press("enter")
        await seen.until(lambda: intake_of(house["SHOP-1431"]) is IntakeState.HELD)
        await seen.sees("done", "skipped")

    play(story)

    assert present(house["SHOP-1431"]) == ""
    assert intake_of(house["WOB-5518"]) is IntakeState.ACCEPTED


def test_what_failed_is_listed_filtered_copied_and_written_to_a_file(house: House, tmp_path: Path) -> None:
    async def story(seen: Play) -> None:
        await marked(seen, 3)
        await seen.press("H")
        dialog = seen.app.screen
        assert isinstance(dialog, BulkAsk)
        await seen.until(lambda: dialog.plan)
        orders.correct_address(BEN, house["SHOP-1430"], {"city": "Aarhus"})
        await seen.type("stock is counted")
        await seen.press("enter")
        await seen.sees(
            "HOLD   2 done, 1 failed", "failed and not begun", "SHOP-1430", "address corrected by ben"
        )
        await seen.press("x")
        await seen.sees("It is in")
        await seen.press("e", "e", "e")
        await seen.sees("3 of 3", "SHOP-1431", "+ ok")
        await seen.press("slash")
        await seen.type("1429")
        await seen.sees("1 of 3")
        await seen.sees_no_more("SHOP-1431")
        await seen.press("escape", "J")
        await seen.until(lambda: list((tmp_path / "out").glob("*.jsonl")))
        await seen.press("escape")
        await seen.press("B")
        await seen.until(lambda: isinstance(seen.app.screen, ResultScreen))

    app = play(story, size=(120, 40), services=support.services(folder=tmp_path / "out"))

    (written,) = (tmp_path / "out").glob("*.csv")
    assert written.read_text().splitlines()[0] == "number,result,reason"
    assert (
        written.read_text()
        .splitlines()[1]
        .startswith('SHOP-1430,failed,"changed after the plan was made: ben')
    )
    assert [deed.is_ok for deed in app.deeds if deed.title == "Hold"] == [False]


def test_above_a_hundred_orders_a_verb_wants_their_number(empty: Any) -> None:
    ids = support.seed(110)

    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("asterisk")
        await seen.sees("Send Orders (12", "EUR")
        await seen.press("H")
        dialog = seen.app.screen
        assert isinstance(dialog, BulkAsk)
        await seen.until(lambda: dialog.plan)
        assert dialog.plan is not None
        await seen.type("stock is counted")
        await seen.press("f2")
        await seen.sees(f"Type {len(dialog.plan.goes)} to do it")
        await seen.press("tab")
        await seen.type(str(len(dialog.plan.goes)))
        await seen.press("f2")
        await seen.until(lambda: intake_of(ids["SHOP-890"]) is IntakeState.HELD)

    play(story)


def test_all_are_marked_although_only_the_first_screenful_has_come(
    empty: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    support.seed(110)
    may_go_on, read = threading.Event(), order_reads.all_keys

    def late(*given: Any) -> Any:
        may_go_on.wait(PATIENCE)
        return read(*given)

    monkeypatch.setattr(order_reads, "all_keys", late)

    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431", "60+ of")
        await seen.press("asterisk")
        may_go_on.set()
        await seen.sees("Send Orders (12", "EUR")

    play(story)


def test_the_list_of_a_send_follows_what_becomes_of_its_orders(house: House) -> None:
    first, second = house["SHOP-1431"], house["SHOP-1430"]

    def becomes(order_id: int, **values: Any) -> None:
        with database.write(MACHINE) as tx:
            tables.Push.update(**values).where(tables.Push.order == order_id).execute()
            tx.changed("push", [order_id])

    async def story(seen: Play) -> None:
        await marked(seen, 3)
        await seen.press("S")
        await seen.until(lambda: isinstance(seen.app.screen, SendPlanScreen))
        await seen.yes()
        await seen.sees("3 queued")
        await seen.press("B")
        await seen.sees("SEND ORDERS   3 queued", "> queued")
        becomes(first, state=PushState.SENT)
        await seen.sees("1 sent, 2 queued", "+ ok")
        becomes(second, state=PushState.ERROR, error_code=ErrorCode.SKU_NOT_AT_DESTINATION)
        await seen.sees("1 sent, 1 queued, 1 failed", "SKU-NOT-AT-DEST")
        await seen.press("e")
        await seen.sees("1 of 3", "SHOP-1430")
        await seen.sees_no_more("SHOP-1431")

    play(story)


def test_long_work_shows_how_far_it_is_and_is_stopped_in_the_middle(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Slowly(monkeypatch, bulk, "_write")
    monkeypatch.setattr(bulk, "NOTED", 1)

    async def story(seen: Play) -> None:
        await marked(seen, 3)
        await seen.press("n")
        await seen.type("customer rang")
        await seen.press("enter")
        await seen.sees("0 of 3 done", "x stop: the rest is not begun")
        work.go()
        await seen.sees("1 of 3 done")
        await seen.press("x")
        await seen.sees("stopping")
        work.go()
        await seen.sees("NOTE   2 done, 1 not begun")

    play(story)

    with database.read():
        assert not notes.of(house["SHOP-1429"])


def test_long_work_is_left_in_the_background_and_reports_at_its_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Slowly(monkeypatch, bulk, "_write")

    async def story(seen: Play) -> None:
        await marked(seen, 3)
        await seen.press("n")
        await seen.type("customer rang")
        await seen.press("enter")
        await seen.sees("0 of 3 done")
        await seen.press("escape", "2")
        await seen.sees("Woo Retail")
        await seen.press("B")
        await seen.sees("0 of 3 done")
        await seen.press("escape")
        work.go()
        await seen.sees("3 done. B lists them.")
        assert not isinstance(seen.app.screen, ProgressDialog)

    play(story)


def test_leaving_the_console_says_what_still_runs_and_ends_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Slowly(monkeypatch, bulk, "_write")
    monkeypatch.setattr(bulk, "NOTED", 1)

    async def story(seen: Play) -> None:
        await marked(seen, 3)
        await seen.press("n")
        await seen.type("customer rang")
        await seen.press("enter")
        await seen.sees("0 of 3 done")
        await seen.press("escape", "q")
        await seen.sees("Note is at 0 of 3; the rest is not begun.")
        await seen.press("escape")
        close = seen.app.presence.close

        def leave() -> None:
            work.go(9)
            close()

        monkeypatch.setattr(seen.app.presence, "close", leave)

    play(story)

    with database.read():
        assert not notes.of(house["SHOP-1429"])


def test_a_send_is_stopped_and_what_was_queued_is_recalled(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Slowly(monkeypatch, pushes, "_queue")
    monkeypatch.setattr(pushes, "AT_ONCE", 1)

    async def story(seen: Play) -> None:
        await marked(seen, 3)
        await seen.press("S")
        await seen.sees("SEND 3 ORDERS")
        assert present(house["SHOP-1431"]) == "ada sending it"
        await seen.yes()
        await seen.sees("SEND ORDERS", "0 of 3 done")
        await seen.press("x")
        work.go()
        await seen.sees("SEND ORDERS   1 queued, 2 not begun")
        await seen.press("escape")
        work.go(9)
        await seen.press("x")
        await seen.sees("1 of 1 taken back.")

    play(story)

    assert {state_of(house[f"SHOP-{number}"]) for number in (1431, 1430, 1429)} == {None, PushState.NOT_SENT}


def test_planning_that_takes_long_is_watched_and_left_without_a_plan(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Slowly(monkeypatch, pushes, "plan")

    async def story(seen: Play) -> None:
        await marked(seen, 3)
        await seen.press("S")
        await seen.sees("SEND ORDERS", "leave: nothing is done")
        await seen.press("escape")
        work.go()
        await seen.sees("stopped; nothing was done.")
        assert not isinstance(seen.app.screen, SendPlanScreen)

    play(story)


def test_the_plan_names_who_else_is_sending_and_what_it_leaves_out(house: House, tmp_path: Path) -> None:
    with database.connection():
        tables.Push.update(queued_by="ben").where(tables.Push.order == house["SHOP-1428"]).execute()
        for number in ("SHOP-1430", "SHOP-1429"):
            tables.Order.update(email="q@example.com", total=2850).where(
                tables.Order.id == house[number]
            ).execute()
    team.enter(BEN, "his", [house["SHOP-1431"]], "sending it")

    async def story(seen: Play) -> None:
        await marked(seen, 5)
        await seen.press("S")
        await seen.sees(
            "SEND 4 ORDERS TO Woo Main", "Marked: 5", "> ben is sending them, since 12:01:00",
            "> ben is sending it, since", "~ same buyer, same items, 7 min: SHOP-1429 SHOP-1430",
            "1  goes out although: the buyer has not paid", "oldest placed",
        )  # fmt: skip
        await seen.press("d")
        await seen.sees("SEND 2 ORDERS", "take the 2 doubtful in")
        await seen.press("u")
        await seen.sees("SEND 1 ORDER ")
        await seen.press("l")
        await seen.sees("GOES OUT: 1", "SHOP-1431")
        await seen.press("k")
        await seen.sees("SKIPPED: 1", "SHOP-1428", "ben, 12:01:00")
        await seen.press("x")
        await seen.sees("It is in")

    play(story, services=support.services(folder=tmp_path))

    (written,) = tmp_path.glob("send-plan-*.csv")
    assert [line.split(",")[:2] for line in written.read_text().splitlines()[1:]] == [
        ["goes", "SHOP-1431"], ["skipped", "SHOP-1428"],
    ]  # fmt: skip


EDITS: dict[str, Callable[[House], None]] = {
    "held": lambda house: orders.hold(BEN, house["SHOP-1431"], reason="customer rang"),
    "corrected": lambda house: orders.correct_address(BEN, house["SHOP-1431"], {"line1": "Other 1"}),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_of_what_somebody_else_changed_is_refused_by_name_and_keeps_what_was_typed(
    house: House, what: str
) -> None:
    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1431")
        await seen.press("a")
        await seen.sees("ADDRESS: SHOP-1431")
        await seen.press("tab", "tab", "tab", "tab", "end")
        await seen.type("X")
        EDITS[what](house)
        await seen.press("f2")
        await seen.sees("after you looked: ben:", what, "Kobenhavn KX")
        await seen.press("f2")
        await seen.sees("has a corrected address.")

    play(story)

    with database.read():
        address = tables.OrderAddress.get(tables.OrderAddress.order == house["SHOP-1431"])
    assert (address.city, address.line1) == (
        "Kobenhavn KX",
        "Other 1" if what == "corrected" else "Havnegade 12",
    )


def test_a_window_names_who_else_is_at_the_order(house: House) -> None:
    team.enter(BEN, "his", [house["SHOP-1431"]], "correcting its address")

    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1431")
        await seen.press("H")
        await seen.sees("HOLD: SHOP-1431", "! ben is at it too: correcting its address, since")
        with database.read():
            assert presences.of([house["SHOP-1431"]], "his")[house["SHOP-1431"]].actor == "ada"
        await seen.press("escape")
        await seen.until(lambda: present(house["SHOP-1431"]) == "ben correcting its address")

    play(story)


def test_a_viewer_is_nowhere_and_changes_nothing(house: House) -> None:
    async def story(seen: Play) -> None:
        await marked(seen, 2)
        await seen.press("n")
        await seen.sees("this console is read only")
        await seen.press("H")
        await seen.sees("Hold", "this console is read only")
        assert not isinstance(seen.app.screen, BulkAsk)

    app = play(story, services=support.services(Actor("vic", Role.VIEWER), read_only=True))

    assert not [one for one in app.works if isinstance(one, LongWork)]
    with database.read():
        assert not notes.of(house["SHOP-1431"])
        assert present(house["SHOP-1431"]) == ""
