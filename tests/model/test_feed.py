"""The change feed: tells of changes by anybody within a second, and of everything when it cannot tell."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from stogly_tui.model import changes, tables
from stogly_tui.model import database as db
from stogly_tui.model.changes import EVERYTHING, Changes, Feed
from stogly_tui.model.queries.base import one
from tests.model.support import ADA, count, ended_well, in_process


@pytest.fixture
def feed(opened: str) -> Iterator[Feed]:
    made = Feed()
    yield made
    made.close()


def change(kind: str, ids: list[int], *more: str) -> None:
    """Change rows of one or more kinds, in a thread of their own."""

    def write() -> None:
        with db.write(ADA) as tx:
            for one in (kind, *more):
                tx.changed(one, ids)

    other = threading.Thread(target=write)
    other.start()
    other.join(20)


def change_in_process(url: str) -> None:
    """In a process of its own."""
    db.open_database(url)
    with db.write(ADA) as tx:
        tx.changed("order", [5])


def next_of(feed: Feed, is_wanted: Callable[[Changes], bool] = lambda _found: True) -> Changes:
    """The next changes; None only means that a wait was over."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        found = feed.wait(1)
        if found is not None and is_wanted(found):
            return found
    raise AssertionError("the feed told nothing")


def test_the_first_word_is_everything(feed: Feed) -> None:
    assert feed.wait(0) == EVERYTHING
    assert feed.wait(0) is None


def test_a_change_by_another_thread_is_told_within_a_second(feed: Feed) -> None:
    feed.wait(0)
    feed.wait(0)
    begun = time.monotonic()

    change("order", [1, 2])
    found = next_of(feed)

    assert (found.kinds, found.ids) == (frozenset({"order"}), {"order": frozenset({1, 2})})
    assert time.monotonic() - begun < 1


def test_a_change_by_another_process_is_told(feed: Feed, opened: str) -> None:
    feed.wait(0)
    process = in_process(change_in_process, opened)

    found = next_of(feed)

    assert found.ids == {"order": frozenset({5})}
    ended_well(process)


def test_a_change_right_after_the_first_word_is_not_lost(feed: Feed) -> None:
    feed.wait(0)
    change("order", [1])

    assert next_of(feed).kinds == {"order"}


def test_many_changes_arrive_as_one(feed: Feed) -> None:
    feed.wait(0)
    for number in range(20):
        change("push", [number])

    told: set[int] = set()
    while len(told) < 20:
        told |= next_of(feed).ids["push"]

    assert told == set(range(20))


def test_a_change_that_commits_after_a_younger_one_is_told_too(feed: Feed) -> None:
    """Ids are given before the commit: on PostgreSQL a later one may be seen first."""
    if db.engine() != "postgresql":
        return
    feed.wait(0)
    has_id, may_commit = threading.Event(), threading.Event()

    def write_late() -> None:
        with db.write(ADA) as tx:
            tables.Change.insert(at=tx.at, kind="order", ids=[1]).execute()
            tables.database.execute_sql("SELECT pg_notify('stogly_changes', 'order')")
            has_id.set()
            may_commit.wait(20)

    late = threading.Thread(target=write_late)
    late.start()
    has_id.wait(20)
    write = db._process.write_lock
    db._process.write_lock = threading.RLock()
    change("run", [2])
    assert next_of(feed).kinds == {"run"}
    db._process.write_lock = write

    may_commit.set()
    late.join(20)

    assert next_of(feed).kinds == {"order"}


def test_more_changes_than_are_read_mean_everything(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    feed.wait(0)
    monkeypatch.setattr(changes, "READ_AT_MOST", 3)
    change("kind", [1], *[f"kind{number}" for number in range(7)])

    assert next_of(feed).is_everything
    change("order", [9])
    assert next_of(feed).ids == {"order": frozenset({9})}


def test_too_many_ids_to_name_are_told_as_a_kind_without_ids(feed: Feed) -> None:
    feed.wait(0)
    change("order", list(range(db.NAMED_AT_MOST + 1)))

    assert next_of(feed).ids == {"order": frozenset()}


def test_after_a_lost_database_everything_may_have_changed(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed.wait(0)

    def lost(self: Feed) -> None:
        raise db.DatabaseUnreachable("gone")

    change("order", [1])
    with monkeypatch.context() as patch:
        patch.setattr(Feed, "_collect", lost)
        with pytest.raises(db.DatabaseUnreachable):
            feed.wait(5)

    assert feed.wait(5) == EVERYTHING


def test_old_hints_are_forgotten_and_ids_go_on(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    feed.wait(0)
    for number in range(6):
        change("order", [number])
    monkeypatch.setattr(changes, "KEEP", 2)
    with db.read():
        newest = one("SELECT max(id) FROM changes")

    with db.write(ADA):
        changes.prune()

    assert newest is not None
    assert count("SELECT count(*) FROM changes") == 3
    change("order", [99])
    assert count("SELECT max(id) FROM changes") == newest[0] + 1
