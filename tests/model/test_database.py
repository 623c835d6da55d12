"""Reading and writing: short transactions, whole or not at all, with their author."""

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from stogly_tui.domain.orders import Address, IncomingCharge, IncomingLine
from stogly_tui.domain.states import ChargeKind, Level
from stogly_tui.model import database as db
from stogly_tui.model import tables
from stogly_tui.model.locks import FileLock, file_lock
from stogly_tui.model.queries.base import one, rows
from stogly_tui.model.transitions import meta, runs
from tests.model.support import ADA, add_channel, count, ended_well, in_process, incoming, record, store

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Wrong(Exception):
    """Something in the middle of a transaction."""


def test_an_exception_takes_back_everything_of_a_write(opened: str) -> None:
    with pytest.raises(Wrong), db.write(ADA) as tx:  # noqa: PT012
        meta.put(tx, "one", "1")
        tx.audit("try", "database", None)
        with db.savepoint():
            meta.put(tx, "two", "2")
        raise Wrong

    assert [count(f"SELECT count(*) FROM {table}") for table in ("meta", "audit", "changes")] == [0, 0, 0]


def test_a_part_that_fails_alone_leaves_the_rest(opened: str) -> None:
    with db.write(ADA) as tx:
        meta.put(tx, "one", "1")
        with pytest.raises(Wrong), db.savepoint():  # noqa: PT012
            meta.put(tx, "two", "2")
            raise Wrong

    assert count("SELECT count(*) FROM meta") == 1


def test_a_write_inside_a_write_is_refused_and_the_thread_goes_on(opened: str) -> None:
    with pytest.raises(RuntimeError, match="inside another"), db.write(ADA), db.write(ADA):
        pass

    assert not db.in_write()
    with db.write(ADA) as tx:
        meta.put(tx, "one", "1")
    assert count("SELECT count(*) FROM meta") == 1


def test_a_write_says_who_when_and_what_changed(opened: str) -> None:
    with db.write(ADA) as tx:
        assert db.in_write()
        tx.audit("hold", "order", 7, before="a", after={"b": 1}, reason="why")
        tx.changed("order", [7, 8])

    with db.read():
        assert one("SELECT actor, verb, entity_id, reason FROM audit") == ("ada", "hold", 7, "why")
        changed = one("SELECT kind, ids FROM changes")
    assert changed is not None
    assert (changed[0], json.loads(changed[1])) == ("order", [7, 8])


def test_a_read_sees_one_moment_whatever_others_write_meanwhile(opened: str) -> None:
    with db.write(ADA) as tx:
        meta.put(tx, "key", "before")

    def write() -> None:
        with db.write(ADA) as tx:
            meta.put(tx, "key", "after")

    other = threading.Thread(target=write)
    with db.read():
        first = meta.get("key")
        other.start()
        other.join(20)
        second = meta.get("key")
    with db.read():
        third = meta.get("key")

    assert (first, second, third) == ("before", "before", "after")


def test_a_read_cannot_write_on_postgresql(opened: str) -> None:
    if db.engine() != "postgresql":
        return
    with pytest.raises(Exception, match="read-only"), db.read():
        tables.Meta.insert(key="x", value="y").execute()


def test_a_hook_runs_once_the_write_is_kept_and_not_before(opened: str) -> None:
    told: list[int] = []
    with db.write(ADA) as tx:
        meta.put(tx, "one", "1")
        db.after_commit(lambda: told.append(1))
        assert told == []
    with pytest.raises(Wrong), db.write(ADA):  # noqa: PT012
        db.after_commit(lambda: told.append(2))
        raise Wrong

    assert told == [1]


@pytest.mark.parametrize("odd", ["A\x00B", "A\ud800B", "A\x00\udfffé"], ids=["NUL", "surrogate", "both"])
def test_any_text_of_an_order_can_be_kept(opened: str, odd: str) -> None:
    shop = add_channel("Shop")
    one_text = [
        replace(incoming("customer"), customer=odd), replace(incoming("email"), email=odd),
        replace(incoming("phone"), phone=odd), replace(incoming("note"), note=odd),
        replace(incoming("payment"), payment_method=odd), replace(incoming("reference"), reference=odd),
        replace(incoming("status"), remote_status=odd), replace(incoming("number"), number=odd),
        replace(incoming("tags"), tags=(odd,)), replace(incoming("unknown"), unknown=(odd,)),
        replace(incoming("line"), lines=(IncomingLine("1", odd, odd, 1, 2000, odd=odd),)),
        replace(incoming("charge"), charges=(IncomingCharge(ChargeKind.FEE, odd, 0),)),
        replace(incoming("address"), shipping=Address(name=odd, city=odd)),
    ]  # fmt: skip

    counts = store(shop, [record(order) for order in one_text])

    with db.read():
        refused = rows("SELECT remote_id, intake_reason FROM orders WHERE intake <> 'accepted'")
    assert refused == []
    assert (counts.created, counts.failed) == (len(one_text), 0)


def test_ids_and_times_are_kept_to_the_millisecond(opened: str) -> None:
    with db.write(ADA) as tx:
        at = tx.at
        runs.log(tx, Level.INFO, "X", "x")

    with db.read():
        kept = tables.LogEntry.select().get().at
    assert kept == at
    assert at.microsecond % 1000 == 0


@sqlite_only
def test_the_database_is_its_owners_alone(opened: str) -> None:
    with db.write(ADA) as tx:
        meta.put(tx, "one", "1")
        path = db.path()
        assert path is not None
        files = [file for file in path.parent.iterdir() if file.name.startswith(path.name)]
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in files}

    assert set(modes.values()) == {"0o600"}
    assert len(modes) == 3


@sqlite_only
def test_a_checkpoint_moves_the_log_into_the_file(opened: str) -> None:
    path = db.path()
    assert path is not None
    with db.connection():
        with db.write(ADA) as tx:
            meta.put(tx, "name", "a-value-to-find")
        assert b"a-value-to-find" not in path.read_bytes()

        db.checkpoint()

    assert b"a-value-to-find" in path.read_bytes()


def test_a_database_that_is_not_there_is_told_without_sql_words(tmp_path: Path) -> None:
    db.open_database(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}")

    with pytest.raises(db.DatabaseUnreachable, match="unable to open"), db.read():
        pass


def test_a_lock_is_held_once_and_free_after_release(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")

    assert first.take(note="first of all")
    assert first.take()
    assert (second.take(), second.is_held) == (False, False)
    assert second.note_of_holder() == "first of all"
    first.release()
    assert second.take()


def test_a_lock_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    process = in_process(hold_until_killed, str(tmp_path / "lock"))
    mine = FileLock(tmp_path / "lock")
    while mine.note_of_holder() != "held":
        process.join(0.01)
    assert not mine.take()

    process.kill()
    process.join(20)

    assert mine.take()


def hold_until_killed(path: str) -> None:
    """In a process of its own."""
    lock = FileLock(Path(path))
    lock.take(note="held")
    threading.Event().wait()


def test_a_lock_that_waits_gets_it_when_the_other_lets_go(tmp_path: Path) -> None:
    process = in_process(count_under_lock, str(tmp_path / "lock"), str(tmp_path / "number"))
    other = in_process(count_under_lock, str(tmp_path / "lock"), str(tmp_path / "number"))

    ended_well(process, other)

    assert (tmp_path / "number").read_text() == "400"


def count_under_lock(lock: str, number: str) -> None:
    """In a process of its own: read, add one, write; wrong without the lock."""
    for _ in range(200):
        with file_lock(Path(lock), wait=True) as is_mine:
            assert is_mine
            file = Path(number)
            file.write_text(str(int(file.read_text() if file.exists() else "0") + 1))
