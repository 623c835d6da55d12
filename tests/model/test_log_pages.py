"""The sync log in pages, on both engines."""

from datetime import timedelta

import pytest

from stogly_tui.domain.log_search import LogSearch
from stogly_tui.domain.states import FlowType, Level, RunState
from stogly_tui.model import database as db
from stogly_tui.model import tables
from stogly_tui.model.queries import log_pages
from tests.model import support
from tests.model.support import PLACED

CODES = ("PAGE-STORED", "RATE_LIMIT", "BAD-RECORD")


@pytest.fixture
def log(opened: str) -> str:
    """Thirty entries of two channels: each third one an error, all in run 1 but the last ten."""
    shop, other = support.add_channel("Shop"), support.add_channel("Other")
    support.store(shop, [support.record(support.incoming("77"))])
    with db.write(support.ADA):
        for channel, state in ((shop, RunState.FINISHED), (other, RunState.FAILED)):
            tables.SyncRun.insert(
                channel=channel, type=FlowType.ORDERS, state=state, asked_at=PLACED, finished_at=PLACED
            ).execute()
        tables.LogEntry.delete().execute()
        for number in range(30):
            tables.LogEntry.insert(
                id=number + 1, at=PLACED + timedelta(minutes=number), level=tuple(Level)[number % 3],
                channel=(shop, other, None)[number % 3], run=1 if number < 20 else 2, code=CODES[number % 3],
                message=f"entry {number}: 100%", order=1 if number == 5 else None,
            ).execute()  # fmt: skip
    return opened


def ids(which: LogSearch) -> list[int]:
    with db.read():
        return [row.id for row in log_pages.newest(which, 100)]


def test_pages_meet_each_other_from_both_ends(log: str) -> None:
    every = LogSearch()
    with db.read():
        last = log_pages.newest(every, 10)
        before = log_pages.newest(every, 10, before=last[0].id)
        first = log_pages.oldest(every, 10)
        after = log_pages.oldest(every, 10, after=first[-1].id)

    assert [row.id for row in (*first, *after, *last)] == list(range(1, 31))
    assert before == after


@pytest.mark.parametrize(
    ("which", "wanted"),
    [
        (LogSearch(levels=(Level.ERROR,)), [*range(3, 31, 3)]),
        (LogSearch(channels=(1,)), [*range(1, 31, 3)]),
        (LogSearch(not_channels=(1,), runs=(2,)), [21, 23, 24, 26, 27, 29, 30]),
        (LogSearch(codes=("bad", "rate_"), runs=(2,)), [21, 23, 24, 26, 27, 29, 30]),
        (LogSearch(not_codes=("page",), texts=("entry 2",)), [3, 21, 23, 24, 26, 27, 29, 30]),
        (LogSearch(texts=("entry 2", "8: 100%")), [29]),
        (LogSearch(not_texts=("entry",)), []),
        (LogSearch(order="77"), [6]),
        (LogSearch(since=PLACED + timedelta(minutes=3), until=PLACED + timedelta(minutes=5)), [4, 5]),
    ],
)
def test_a_filter_lets_through_what_it_names(log: str, which: LogSearch, wanted: list[int]) -> None:
    assert ids(which) == wanted
    with db.read():
        assert log_pages.count(which) == len(wanted)
    assert [row.id for page in log_pages.each(which, 4) for row in page] == wanted


def test_a_search_finds_the_next_one_whatever_the_distance(log: str) -> None:
    def find(start: int, steps: int) -> tuple[int | None, int, int]:
        with db.read():
            found = log_pages.find(LogSearch(), "bad-RECORD", start, steps)
        return found.id, found.number, found.total

    assert find(30, 0) == (30, 10, 10)
    assert find(30, -1) == (27, 9, 10)
    assert find(30, 1) == (3, 1, 10)
    assert find(3, -1) == (30, 10, 10)
    assert find(4, 0) == (6, 2, 10)
    with db.read():
        assert log_pages.find(LogSearch(), "nowhere", 4, 1).id is None


def test_runs_are_chosen_by_channel_type_state_and_time(log: str) -> None:
    def runs(**parts: object) -> list[int]:
        with db.read():
            return [run.id for run in log_pages.run_rows(LogSearch(**parts), 10)]  # type: ignore[arg-type]

    assert runs() == [2, 1]
    assert runs(channels=(1,)) == runs(not_channels=(2,)) == runs(states=(RunState.FINISHED,)) == [1]
    assert runs(types=(FlowType.PUSH,)) == runs(since=PLACED + timedelta(hours=1)) == []
    assert runs(runs=(1,)) == [2, 1]
