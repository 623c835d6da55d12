"""A database that goes away while it is looked at: a sentence, nothing lost from the screen, and on it goes."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from stogly_tui import crash
from stogly_tui.console import app as console_app
from stogly_tui.console.rooms import MODES
from stogly_tui.model import database
from stogly_tui.model.queries import status
from tests.console import support
from tests.console.play import Play, change, play
from tests.console.walk import every_screen, make_reachable
from tests.support.databases import Postgres

LOST = "the database does not answer ("


class Losable:
    """A database that can be taken away and given back."""

    def __init__(self, take: Callable[[], object], give: Callable[[], object]) -> None:
        self.take, self.give = take, give


def _moved(path: Path) -> Losable:
    aside = path.with_name("aside.db")
    return Losable(lambda: path.rename(aside), lambda: aside.rename(path))


def _damaged(path: Path) -> Losable:
    kept: list[bytes] = []

    def take() -> None:
        database.checkpoint()
        kept.append(path.read_bytes())
        path.write_bytes(b"no database at all" * 4096)

    return Losable(take, lambda: path.write_bytes(kept[-1]))


def _refusing(server: Postgres, url: str) -> Losable:
    name = url.split("?")[0].rpartition("/")[2]

    def take() -> None:
        server._run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        _end_backends(server, name)

    return Losable(take, lambda: server._run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))


def _end_backends(server: Postgres, name: str) -> None:
    server._run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


@pytest.fixture(params=["moved", "damaged", "refusing"])
def losable(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Losable]:
    """The small house in a database that can be taken away: its file is moved or damaged, its server refuses."""
    crash.use_folder(tmp_path / "crashes")
    if request.param == "refusing":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.new_of_this_release()
        database.open_database(url)
        found = _refusing(server, url)
    else:
        support.open_empty(tmp_path)
        found = {"moved": _moved, "damaged": _damaged}[request.param](tmp_path / "stogly.db")
    support.seed(30)
    database.drop_connection()
    yield found
    database.drop_connection()


def test_the_grid_keeps_cursor_and_marks_and_goes_on(losable: Losable) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("space", "down", "down")
        before = seen.line(">  ")
        losable.take()
        await seen.press("pagedown", "pageup")
        await seen.sees(LOST)
        await seen.press("p")
        await seen.sees("Nothing was done; try again.")
        assert seen.line(">  ") == before
        await seen.sees("Send Orders (1)", LOST)
        losable.give()
        await seen.sees_no_more(LOST)
        change("order")
        await seen.press("down", "up")
        await seen.until(lambda: seen.line(">  ") == before)
        await seen.sees("Send Orders (1)")
        assert not any("UNEXPECTED" in deed.outcome for deed in seen.app.deeds), seen.app.deeds

    play(story)


@pytest.mark.parametrize("room", MODES)
def test_every_room_goes_on_by_itself(house: dict[str, int], empty: Path, room: str) -> None:
    losable = _moved(empty / "stogly.db")

    async def story(seen: Play) -> None:
        await seen.app.switch_mode(room)
        await seen.until(lambda: "Woo" in seen.text or "SHOP-1431" in seen.text, "it is read")
        before: list[str] = []
        while not seen.app.reader.is_idle or before != seen.text.splitlines()[1:]:
            before = seen.text.splitlines()[1:]
            await seen.pilot.pause(0.2)
        database.drop_connection()
        losable.take()
        await seen.press("f5", "down", "up")
        await seen.sees(LOST)
        assert seen.text.splitlines()[1:] == before
        losable.give()
        await seen.sees_no_more(LOST)
        await seen.until(lambda: seen.app.reader.is_idle)
        await seen.until(lambda: seen.text.splitlines()[1:] == before)

    play(story)


def test_nothing_that_is_done_without_a_database_ends_the_console(house: dict[str, int], empty: Path) -> None:
    make_reachable(empty)
    crash.use_folder(empty / "crashes")
    losable = _moved(empty / "stogly.db")

    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        database.drop_connection()
        losable.take()
        await seen.sees(LOST)
        met = [name async for name in every_screen(seen, depth=2)]
        assert len(met) > 6
        assert not any("UNEXPECTED" in deed.outcome for deed in seen.app.deeds), seen.app.deeds
        losable.give()
        await seen.app.switch_mode("orders")
        await seen.sees_no_more(LOST)

    play(story)

    assert not list((empty / "crashes").glob("crash-*"))
    assert not (empty / "aside.db").exists()


def test_a_connection_that_is_cut_is_opened_again(postgres: Postgres) -> None:
    url = postgres.new_of_this_release()
    database.open_database(url)
    support.seed()
    name = url.split("?")[0].rpartition("/")[2]

    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("space", "down")
        for _ in range(5):
            _end_backends(postgres, name)
            await seen.press("pagedown", "f5", "pageup")
        await seen.sees_no_more(LOST)
        await seen.sees("Send Orders (1)", ">*")
        with database.connection():
            support.add_order(1, "SHOP-2000", ago=timedelta(minutes=1))
        change("order")
        await seen.sees("SHOP-2000")

    play(story)
    database.drop_connection()


def test_an_answer_that_takes_long_is_said_and_the_keys_go_on(
    house: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(console_app, "SLOW", 0.2)
    monkeypatch.setattr(console_app, "LOOK_AFTER", 0.1)
    real = status.vitals

    def slow(*given: Any) -> Any:
        go_on.wait(20)
        return real(*given)

    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        monkeypatch.setattr(status, "vitals", slow)
        change("order")
        await seen.sees("the database does not answer (no answer yet)")
        await seen.press("down")
        assert "SHOP-1430" in seen.line(">  ")
        go_on.set()
        await seen.sees_no_more(LOST)

    play(story)
