"""What holds on every screen: keys, help, threads, lost databases, crashes."""

import asyncio
import gc
import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from stogly_tui.console import launch
from stogly_tui.console.app import StoglyApp
from stogly_tui.console.filters import NoControls
from stogly_tui.console.messages import Broken, DatabaseChanged, merged
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.model.database import DatabaseUnreachable
from stogly_tui.model.queries import order_keys, status
from tests.console import support
from tests.console.play import Play, play


def test_what_was_done_is_listed(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("p")
        await seen.sees("asked for new orders")
        await seen.press("f9")
        await seen.sees("ACTIVITY   of everybody", "had orders read from")
        await seen.press("F", "F")
        await seen.sees("of this console", "Pull now")

    play(story)


def test_a_lost_database_is_a_sentence_until_it_is_back(
    house: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        with monkeypatch.context() as broken:
            broken.setattr(order_keys, "all_ids", _unreachable)
            broken.setattr(order_keys, "first_ids", _unreachable)
            broken.setattr(status, "vitals", _unreachable)
            for _ in range(20):  # a good answer that was on its way may still come after a bad one
                await seen.press("f5")
                await seen.pilot.pause(0.1)
                if "disk gone" in seen.text:
                    break
            await seen.sees("the database does not answer (disk gone)")
        await seen.press("f5")
        from tests.console.play import change

        change("order")
        await seen.sees_no_more("does not answer")
        await seen.sees("SHOP-1431")

    play(story)


def _unreachable(*_: Any, **__: Any) -> Any:
    raise DatabaseUnreachable("disk gone")


def test_an_unforeseen_error_of_an_operation_leaves_the_console_open(
    house: dict[str, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from stogly_tui import crash
    from stogly_tui.operations import pulls

    crash.use_folder(tmp_path / "crashes")

    def fail(*_: Any) -> None:
        raise ValueError("[/foo] surprise")

    monkeypatch.setattr(pulls, "pull_now", fail)

    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("p")
        await seen.sees("UNEXPECTED ValueError")
        await seen.press("down")

    play(story)

    assert list((tmp_path / "crashes").glob("crash-*.txt"))


def test_a_crash_prints_no_local_variable(house: dict[str, int], tmp_path: Path, capsys: Any) -> None:
    from stogly_tui import crash

    crash.use_folder(tmp_path / "crashes")
    app = StoglyApp(support.services())

    async def go() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            api_key = "ck_very_secret"
            app.call_later(_break, api_key)
            await pilot.pause()

    with pytest.raises(ZeroDivisionError):
        asyncio.run(go())

    written = next((tmp_path / "crashes").glob("crash-*.txt")).read_text()
    printed = capsys.readouterr()
    assert "ZeroDivisionError" in written
    assert "ck_very_secret" not in written + printed.out + printed.err
    assert app.return_code == 1


def _break(api_key: str) -> None:
    assert api_key
    raise ZeroDivisionError("division by zero")


def test_a_broken_reader_is_reported_and_not_fatal(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        seen.app.post_message(Broken(ValueError("odd")))
        await seen.sees("UNEXPECTED ValueError")

    play(story)


def test_a_signal_closes_the_console(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        os.kill(os.getpid(), signal.SIGTERM)
        await seen.until(lambda: seen.app._exit)

    app = play(story)

    assert app.return_code == 0


def test_leaving_asks_first(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("q")
        await seen.sees("LEAVE THE CONSOLE")
        await seen.press("escape")
        await seen.sees("SHOP-1431")

    play(story)


def test_hints_that_wait_become_one_that_says_all() -> None:
    both = merged(
        Changes(frozenset({"order"}), {"order": frozenset({1})}),
        Changes(frozenset({"order", "push"}), {"order": frozenset({2}), "push": frozenset()}),
    )

    assert both.ids == {"order": frozenset({1, 2}), "push": frozenset()}
    assert merged(both, EVERYTHING).is_everything
    later = DatabaseChanged(both)
    assert DatabaseChanged(EVERYTHING).can_replace(later)
    assert later.changes.is_everything


def test_the_last_door_lets_no_control_through() -> None:
    from rich.segment import Segment
    from textual.color import Color

    shown = NoControls().apply([Segment("a\x1b[2J\x9b\u202e b\n")], Color(0, 0, 0))

    assert shown[0].text.isprintable()
    assert len(shown[0].text) == len("a\x1b[2J\x9b\u202e b\n")


def test_the_terminal_is_prepared_before_textual_is_imported() -> None:
    environ = {"SSH_CONNECTION": "x", "NO_COLOR": "1"}

    launch.prepare_terminal(environ)

    assert environ["TEXTUAL_ANIMATIONS"] == "none"
    assert environ["TEXTUAL_FPS"] == "30"


def test_what_nobody_looks_at_yet_begins_after_the_first_screen_and_not_when_it_is_left_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = threading.Event()
    with launch.after_first_look(begun.set):
        pass
    assert not begun.is_set()
    monkeypatch.setattr(launch, "FIRST_LOOK", 0.0)
    gc.disable()
    try:
        with launch.after_first_look(begun.set):
            assert begun.wait(10)
            assert gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()


def test_the_number_of_problems_is_told_problem_by_problem(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431", "! 4 problems")
        await seen.press("3")
        await seen.sees(
            "Open problems",
            "SKU-NOT-AT-DEST  Woo Main: 1 order",
            "SHOP-1426",
            "Choose its SKU at Woo Main (m)",
        )
        await seen.press("escape")
        await seen.sees("Send Orders (0)")

    play(story)
