"""A seeded house: the same every time, as intake would have left it, and fit to be opened."""

from pathlib import Path

import pytest

from benchmarks.seed import seed
from stogly_tui.domain.reference import make_reference
from stogly_tui.domain.states import IntakeState, PushState
from stogly_tui.model import database, schema
from stogly_tui.model.queries import orders as order_queries
from stogly_tui.model.queries.base import rows
from stogly_tui.model.queries.order_filter import OrderFilter
from stogly_tui.model.transitions.search import phone_key, text_of
from tests.console.play import Play, play

ORDERS = 300
TABLES = ("channels", "orders", "order_lines", "order_charges", "order_addresses", "pushes", "push_attempts",
          "sync_runs", "log_entries", "notes")  # fmt: skip


@pytest.fixture
def seeded(database_url: str, tmp_path: Path) -> str:
    """A house of some orders on each engine."""
    seed(tmp_path / "home", ORDERS, database_url)
    return database_url


def _everything() -> dict[str, list[tuple[object, ...]]]:
    with database.read():
        return {table: rows(f"SELECT * FROM {table} ORDER BY id") for table in TABLES}


def test_the_same_call_makes_the_same_rows(tmp_path: Path) -> None:
    made = []
    for home, number in (("one", 1), ("again", 1), ("other", 2)):
        seed(tmp_path / home, ORDERS, number=number)
        made.append(_everything())
        database.drop_connection()

    assert made[0] == made[1]
    assert made[0]["orders"] != made[2]["orders"]


def test_every_state_is_there_and_every_promise_of_the_tables_is_kept(seeded: str) -> None:
    with database.read():
        intake = {row[0] for row in rows("SELECT DISTINCT intake FROM orders")}
        states = {row[0] for row in rows("SELECT DISTINCT state FROM pushes")}
        astray = rows(
            "SELECT count(*) FROM pushes p JOIN orders o ON o.id = p.order_id"
            " WHERE o.push_id <> p.id OR o.placed_at <> p.placed_at"
        )
        broken = rows("PRAGMA foreign_key_check") if database.engine() == "sqlite" else []

    assert len(_everything()["orders"]) == ORDERS
    assert intake == set(IntakeState)
    assert states == set(PushState) - {PushState.NOT_APPLICABLE}
    assert astray == [(0,)]
    assert broken == []


def test_search_text_phone_and_reference_are_those_that_intake_and_sending_make(seeded: str) -> None:
    with database.read():
        skus: dict[int, list[str]] = {}
        for order_id, sku in rows("SELECT order_id, sku FROM order_lines ORDER BY order_id, position"):
            skus.setdefault(order_id, []).append(sku)
        found = rows("SELECT id, number, remote_id, customer, email, phone, search, phone_key FROM orders")
        pushed = rows(
            "SELECT c.platform, c.account_id, o.remote_id, p.reference FROM pushes p"
            " JOIN orders o ON o.id = p.order_id JOIN channels c ON c.id = o.channel_id"
        )

    for order_id, number, remote_id, customer, email, phone, search, key in found:
        assert search == text_of([number, remote_id, customer, email, *skus[order_id]])
        assert key == phone_key(phone)
    for platform, account, remote_id, reference in pushed:
        assert reference == make_reference(platform, account, remote_id, "", 1)


def test_indexes_and_triggers_are_those_of_the_schema(database_url: str, tmp_path: Path) -> None:
    database.open_database(database_url)
    schema.upgrade()
    before = _structure()
    database.drop_connection()

    seed(tmp_path / "home", 30, database_url)

    assert _structure() == before


def _structure() -> list[tuple[object, ...]]:
    with database.read():
        if database.engine() == "sqlite":
            return rows(
                "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%' ORDER BY name"
            )
        return rows("SELECT indexname FROM pg_indexes ORDER BY indexname")


def test_texts_are_indexed_and_new_rows_go_on_after_the_seeded_ones(seeded: str) -> None:
    with database.connection():
        with database.read():
            newest = rows("SELECT max(id) FROM orders")[0][0]
            some = order_queries.first(OrderFilter(), 5)
            if database.engine() == "sqlite":
                term = f'"{some[0].number.lower()}"'
                indexed = rows("SELECT rowid FROM order_search WHERE order_search MATCH ?", [term])
                assert [row[0] for row in indexed] == [some[0].id]
        assert newest == ORDERS
        assert [row.placed_at for row in some] == sorted((row.placed_at for row in some), reverse=True)


def test_a_house_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    seed(tmp_path / "home", 10)
    with pytest.raises(FileExistsError):
        seed(tmp_path / "home", 10)
    database.drop_connection()


def test_the_console_opens_on_it(tmp_path: Path) -> None:
    seed(tmp_path / "home", ORDERS)
    with database.read():
        newest = order_queries.first(OrderFilter(), 1)[0]

    async def story(seen: Play) -> None:
        await seen.sees(newest.number, newest.customer)

    play(story)
    database.drop_connection()
