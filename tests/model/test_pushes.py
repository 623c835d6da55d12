"""The state machine of a push: every change is one that PUSH_EXITS knows, and evidence is never taken back."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.outgoing import FoundOrder, FoundState
from stogly_tui.domain.states import PUSH_EXITS, AttemptOutcome, ChannelRole, PushState
from stogly_tui.model import database as db
from stogly_tui.model import tables
from stogly_tui.model.queries.base import one, rows
from stogly_tui.model.tables import Order, Push
from stogly_tui.model.transitions import orders, pushes, verdicts
from tests.model.support import ADA, add_channel, add_orders, count, queue, to_queue
from tests.support.databases import open_file

LEASE = timedelta(minutes=1)
TIMEOUT = timedelta(seconds=30)
UNKNOWN = ErrorCode.OUTCOME_UNKNOWN


@pytest.fixture
def main(opened: str) -> int:
    return add_channel("Main", ChannelRole.DESTINATION)


def make_queued(main: int, number: int = 1) -> list[int]:
    """So many queued pushes."""
    return queue(add_orders(add_channel("Shop", destination=main), number), main)


def state_of(push_id: int) -> PushState:
    with db.read():
        found = one("SELECT state FROM pushes WHERE id = ?", [push_id])
    assert found is not None
    return PushState(found[0])


def claim(main: int, token: str = "mine", limit: int = 50) -> list[int]:
    with db.write(ADA) as tx:
        return pushes.claim(tx, main, token, limit=limit, lease=LEASE)


def start(push_id: int, token: str = "mine") -> int | None:
    with db.write(ADA) as tx:
        return pushes.start_sending(tx, {push_id: "{}"}, token, timeout=TIMEOUT, worker="w").get(push_id)


def found(destination_id: str = "77") -> FoundOrder:
    return FoundOrder(destination_id, destination_id, "ref", FoundState.LIVE, "processing", "EUR", 2000)


def test_claims_of_four_threads_take_each_push_once(main: int) -> None:
    ids = make_queued(main, 40)
    taken: dict[str, list[int]] = {f"worker{n}": [] for n in range(4)}
    ready = threading.Barrier(4)

    def work(token: str) -> None:
        with db.connection():
            ready.wait(20)
            while some := claim(main, token, limit=3):
                taken[token] += some

    threads = [threading.Thread(target=work, args=[token]) for token in taken]
    for one_thread in threads:
        one_thread.start()
    for one_thread in threads:
        one_thread.join(60)

    assert sorted(push_id for some in taken.values() for push_id in some) == sorted(ids)
    with db.read():
        held = dict(rows("SELECT id, claim_token FROM pushes"))
    assert held == {push_id: token for token, some in taken.items() for push_id in some}


def test_what_a_person_asked_for_is_claimed_first_then_the_earliest_ship_by(main: int) -> None:
    first, second, third, urgent = make_queued(main, 4)
    with db.write(ADA) as tx:
        Push.update(ship_by=tx.at + timedelta(hours=2)).where(Push.id == second).execute()
        Push.update(ship_by=tx.at + timedelta(hours=1)).where(Push.id == third).execute()
        Push.update(is_urgent=True).where(Push.id == urgent).execute()

    assert [claim(main, limit=1)[0] for _ in range(4)] == [urgent, third, second, first]


def test_a_push_is_not_claimed_before_its_time(main: int) -> None:
    (push_id,) = make_queued(main)
    with db.write(ADA) as tx:
        Push.update(due_at=tx.at + timedelta(minutes=20)).execute()

    assert claim(main) == []

    with db.write(ADA) as tx:
        Push.update(due_at=tx.at).execute()
    assert claim(main) == [push_id]


def test_only_the_holder_of_a_claim_can_start(main: int) -> None:
    (push_id,) = make_queued(main)
    claim(main)

    assert start(push_id, "of another") is None
    assert start(push_id) == 1
    assert start(push_id) is None


def test_an_attempt_is_written_with_its_start_and_ended_once(main: int) -> None:
    (push_id,) = make_queued(main)
    claim(main)
    number = start(push_id)
    assert number is not None
    with db.write(ADA) as tx:
        pushes.end_attempt(tx, push_id, number, AttemptOutcome.UNKNOWN, code=UNKNOWN, message="first word")
    with db.write(ADA) as tx:
        pushes.end_attempt(tx, push_id, number, AttemptOutcome.SENT, message="later word")

    with db.read():
        kept = rows("SELECT number, outcome, message FROM push_attempts")
    assert kept == [(1, "unknown", "first word")]


@pytest.mark.parametrize("what", ["hold", "revision", "cancelled", "evidence"])
def test_a_push_whose_order_has_changed_does_not_start(main: int, what: str) -> None:
    (push_id,) = make_queued(main)
    claim(main)
    with db.write(ADA) as tx:
        order_id = count("SELECT id FROM orders")
        match what:
            case "hold":
                Order.update(intake="held").execute()
            case "revision":
                orders.touch(tx, order_id)
            case "cancelled":
                Order.update(is_cancelled=True).execute()
            case _:
                Push.update(may_exist=True).execute()

    assert start(push_id) is None
    assert count("SELECT count(*) FROM push_attempts") == 0


def test_a_claim_that_ran_out_goes_back_to_queued_and_a_send_into_doubt(
    main: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed, sending = make_queued(main, 2)
    claim(main)
    start(sending)
    with db.write(ADA) as tx:
        pushes.free_claims(tx)
    assert (state_of(claimed), state_of(sending)) == (PushState.CLAIMED, PushState.SENDING)

    real = db.now
    monkeypatch.setattr(db, "now", lambda: real() + timedelta(minutes=3))
    with db.write(ADA) as tx:
        pushes.free_claims(tx)

    assert (state_of(claimed), state_of(sending)) == (PushState.QUEUED, PushState.IN_DOUBT)
    with db.read():
        assert one("SELECT outcome FROM push_attempts") == ("no_end",)


def test_the_claims_of_a_dead_process_are_free_at_once_and_no_others(main: int) -> None:
    dead, alive = make_queued(main, 2)
    claim(main, "box:77:dead:1", limit=1)
    claim(main, "box:78:live:1", limit=1)

    with db.write(ADA) as tx:
        pushes.free_claims(tx, ["box:77:dead:1"])

    assert (state_of(dead), state_of(alive)) == (PushState.QUEUED, PushState.CLAIMED)


def test_a_second_destination_order_is_a_problem_and_the_first_id_stays(main: int) -> None:
    (push_id,) = make_queued(main)
    with db.write(ADA) as tx:
        assert pushes.record_found(tx, push_id, found("77"), "seen")
        assert not pushes.record_found(tx, push_id, found("78"), "seen")

    with db.read():
        kept = one("SELECT state, destination_order_id, second_order_id, error_code FROM pushes")
    assert kept == ("error", "77", "78", "TWO-AT-DEST")


def test_an_id_found_after_a_person_handled_it_is_kept_beside_the_persons_word(main: int) -> None:
    (push_id,) = make_queued(main)
    claim(main)
    with db.write(ADA) as tx:
        pushes.refuse(tx, push_id, "mine", ErrorCode.SKU_MISSING, "no SKU")
        verdicts.handle_manually(tx, push_id, "", "phoned it in")
        pushes.record_found(tx, push_id, found("77"), "seen")

    with db.read():
        assert one("SELECT state, destination_order_id FROM pushes") == ("handled_manually", "77")


def test_one_order_never_has_two_pushes_of_one_generation(main: int) -> None:
    make_queued(main)
    order_id = count("SELECT id FROM orders")

    with db.write(ADA) as tx:
        again = pushes.queue(tx, [to_queue(order_id, main)], rule="twice")

    assert again == set()
    assert count("SELECT count(*) FROM pushes") == 1


@pytest.mark.parametrize("end", ["rejected", "uncounted", "queued again"])
def test_attempts_are_numbered_on_when_the_tries_begin_again(main: int, end: str) -> None:
    (push_id,) = make_queued(main)
    claim(main)
    assert start(push_id) == 1
    with db.write(ADA) as tx:
        match end:
            case "rejected":
                pushes.reject(tx, push_id, "mine", ErrorCode.REJECTED, "no", "")
            case "uncounted":
                pushes.retry_later(tx, push_id, "mine", ErrorCode.UNREACHABLE, "down", is_counted=False)
            case _:
                pushes.retry_later(tx, push_id, "mine", ErrorCode.UNREACHABLE, "down")
        pushes.queue(tx, [to_queue(count("SELECT id FROM orders"), main)], rule="again")
        Push.update(due_at=0).execute()

    assert claim(main) == [push_id]
    assert start(push_id) == 2


def test_the_last_try_wants_a_person(main: int) -> None:
    (push_id,) = make_queued(main)
    for number in range(1, 6):
        with db.write(ADA):
            Push.update(due_at=0).execute()
        assert claim(main) == [push_id]
        assert start(push_id) == number
        with db.write(ADA) as tx:
            pushes.retry_later(tx, push_id, "mine", ErrorCode.UNREACHABLE, "no")

    assert state_of(push_id) is PushState.ERROR


Take = Callable[[db.Tx, int, int, int], object]
"""What is done in a transaction to a push, its order, its destination."""


def is_found(tx: db.Tx, push_id: int, order_id: int, main: int) -> object:
    return pushes.record_found(tx, push_id, found(), "seen")


def is_found_otherwise(tx: db.Tx, push_id: int, order_id: int, main: int) -> None:
    pushes.needs_person(tx, push_id, ErrorCode.DIFFERENT_AT_DESTINATION, "odd", "77")


def is_queued(tx: db.Tx, push_id: int, order_id: int, main: int) -> object:
    return pushes.queue(tx, [to_queue(order_id, main)], rule="again")


def is_claimed(tx: db.Tx, push_id: int, order_id: int, main: int) -> object:
    return pushes.claim(tx, main, "mine", limit=1, lease=LEASE)


def is_recalled(tx: db.Tx, push_id: int, order_id: int, main: int) -> object:
    return pushes.recall(tx, [order_id])


def is_handled(tx: db.Tx, push_id: int, order_id: int, main: int) -> object:
    return verdicts.handle_manually(tx, push_id, "", "by phone")


WAYS: dict[tuple[PushState, PushState], Take] = {
    (PushState.NOT_SENT, PushState.QUEUED): is_queued,
    (PushState.NOT_SENT, PushState.SENT): is_found,
    (PushState.NOT_SENT, PushState.ERROR): is_found_otherwise,
    (PushState.QUEUED, PushState.CLAIMED): is_claimed,
    (PushState.QUEUED, PushState.NOT_SENT): is_recalled,
    (PushState.QUEUED, PushState.SENT): is_found,
    (PushState.QUEUED, PushState.ERROR): is_found_otherwise,
    (PushState.CLAIMED, PushState.QUEUED): lambda tx, push_id, *_: pushes.give_back(tx, [push_id], "mine"),
    (PushState.CLAIMED, PushState.NOT_SENT): lambda tx, push_id, *_: pushes.cannot_start(tx, push_id, "mine"),
    (PushState.CLAIMED, PushState.SENDING): lambda tx, push_id, *_: pushes.start_sending(
        tx, {push_id: "{}"}, "mine", timeout=TIMEOUT, worker="w"
    ),
    (PushState.CLAIMED, PushState.SENT): is_found,
    (PushState.CLAIMED, PushState.ERROR): lambda tx, push_id, *_: pushes.refuse(
        tx, push_id, "mine", ErrorCode.SKU_MISSING, "no SKU"
    ),
    (PushState.SENDING, PushState.SENT): is_found,
    (PushState.SENDING, PushState.RETRY_LATER): lambda tx, push_id, *_: pushes.retry_later(
        tx, push_id, "mine", ErrorCode.UNREACHABLE, "down"
    ),
    (PushState.SENDING, PushState.ERROR): lambda tx, push_id, *_: pushes.reject(
        tx, push_id, "mine", ErrorCode.REJECTED, "no", ""
    ),
    (PushState.SENDING, PushState.IN_DOUBT): lambda tx, push_id, *_: pushes.doubt(
        tx, push_id, "mine", UNKNOWN, "lost"
    ),
    (PushState.RETRY_LATER, PushState.CLAIMED): is_claimed,
    (PushState.RETRY_LATER, PushState.NOT_SENT): is_recalled,
    (PushState.RETRY_LATER, PushState.QUEUED): is_queued,
    (PushState.RETRY_LATER, PushState.SENT): is_found,
    (PushState.RETRY_LATER, PushState.ERROR): is_found_otherwise,
    (PushState.SENT, PushState.ERROR): lambda tx, push_id, *_: pushes.record_two(tx, push_id, "78"),
    (PushState.ERROR, PushState.QUEUED): is_queued,
    (PushState.ERROR, PushState.HANDLED_MANUALLY): is_handled,
    (PushState.ERROR, PushState.SENT): lambda tx, push_id, *_: verdicts.settle_present(
        tx, push_id, "77", "looked"
    ),
    (PushState.IN_DOUBT, PushState.SENT): is_found,
    (PushState.IN_DOUBT, PushState.QUEUED): lambda tx, push_id, *_: verdicts.settle_absent(
        tx, push_id, "looked"
    ),
    (PushState.IN_DOUBT, PushState.ERROR): is_found_otherwise,
    (PushState.IN_DOUBT, PushState.HANDLED_MANUALLY): is_handled,
    (PushState.HANDLED_MANUALLY, PushState.ERROR): lambda tx, push_id, *_: verdicts.reopen(
        tx, push_id, "was another"
    ),
}


def test_every_exit_of_the_table_has_a_way_that_is_tried_here() -> None:
    assert set(WAYS) == {(state, exit_) for state, exits in PUSH_EXITS.items() for exit_ in exits}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("state", "exit_"), WAYS)
def test_every_exit_of_the_table_can_be_taken(main: int, state: PushState, exit_: PushState) -> None:
    (push_id,) = make_queued(main)
    is_held = state in (PushState.CLAIMED, PushState.SENDING)
    with db.write(ADA) as tx:
        until = tx.at + LEASE
        Push.update(
            state=state, claim_token="mine" if is_held else None, claim_until=until if is_held else None
        ).execute()

    with db.write(ADA) as tx:
        WAYS[state, exit_](tx, push_id, count("SELECT id FROM orders"), main)

    assert state_of(push_id) is exit_


picks = st.integers(0, 9)
others = st.integers(0, 5).map(lambda number: number == 5)


class Walk(RuleBasedStateMachine):
    """Any transition on any push at any time, by the right holder and by others."""

    template: Path
    folder: Path
    seen: set[tuple[PushState, PushState]]
    number = 0

    @initialize()
    def begin(self) -> None:
        Walk.number += 1
        path = self.folder / f"walk{Walk.number}.db"
        path.write_bytes(self.template.read_bytes())
        db.open_database(f"sqlite:///{path}")
        with db.connection_kept():
            tables.database.execute_sql("PRAGMA synchronous = off")
        self.minutes = 0
        self.ids: dict[int, str] = {}
        self.main = count("SELECT id FROM channels WHERE name = 'Main'")
        self.before = self.states()

    def teardown(self) -> None:
        db.drop_connection()

    def states(self) -> dict[int, PushState]:
        with db.read():
            return {row[0]: PushState(row[1]) for row in rows("SELECT id, state FROM pushes")}

    def do(self, work: Callable[[db.Tx], object]) -> None:
        """One transaction, and whether each push went where it may."""
        with db.write(ADA) as tx:
            tx.at += timedelta(minutes=self.minutes)
            work(tx)
        after = self.states()
        for push_id, state in after.items():
            was = self.before.get(push_id, PushState.NOT_SENT)
            if state is not was:
                assert state in PUSH_EXITS[was], f"{was} -> {state} is not in PUSH_EXITS"
                self.seen.add((was, state))
        self.before = after
        self.judge()

    def pick(self, index: int, *likely: PushState) -> int:
        """A push in one of these states, if there is one; any other if not."""
        some = [push_id for push_id, state in sorted(self.before.items()) if state in likely]
        some = some if index % 5 else []
        some = some or sorted(self.before)
        return some[index % len(some)]

    def holder(self, push_id: int, *, is_other: bool) -> str:
        """The token that holds a push, or one that does not."""
        with db.read():
            row = one("SELECT claim_token FROM pushes WHERE id = ?", [push_id])
        assert row is not None
        return "of another" if is_other else row[0] or "nobody"

    @property
    def has_pushes(self) -> bool:
        return bool(self.before)

    @rule()
    def queue_all(self) -> None:
        self.queue()

    def queue(self) -> None:
        """Queue whatever may be queued, with the generation it would get."""

        def work(tx: db.Tx) -> None:
            for (order_id,) in rows("SELECT id FROM orders"):
                generation = one("SELECT max(generation) FROM pushes WHERE order_id = ?", [order_id])
                current = one("SELECT push_id FROM orders WHERE id = ?", [order_id])
                assert generation is not None
                assert current is not None
                number = (generation[0] or 1) + int(current[0] is None and generation[0] is not None)
                pushes.queue(tx, [to_queue(order_id, self.main, number)], rule="walk")

        self.do(work)

    @rule()
    def put_on_the_wire(self) -> None:
        """The short way to where it matters."""
        self.queue()
        self.do(lambda tx: pushes.claim(tx, self.main, "a", limit=2, lease=LEASE))
        for push_id in sorted(self.before):
            self.do(lambda tx: pushes.start_sending(tx, {push_id: "{}"}, "a", timeout=TIMEOUT, worker="a"))  # noqa: B023

    @rule()
    def leave_in_doubt(self) -> None:
        """The state with the most ways out."""
        self.put_on_the_wire()
        for push_id in sorted(self.before):
            self.do(lambda tx: pushes.doubt(tx, push_id, "a", UNKNOWN, "lost"))  # noqa: B023

    @rule(minutes=st.sampled_from([1, 40, 200]))
    def time_passes(self, minutes: int) -> None:
        self.minutes += minutes

    @rule(token=st.sampled_from("ab"))
    def claim(self, token: str) -> None:
        self.do(lambda tx: pushes.claim(tx, self.main, token, limit=2, lease=LEASE))

    @precondition(lambda self: self.has_pushes)
    @rule(index=picks, is_other=others, what=st.integers(0, 5))
    def before_sending(self, index: int, is_other: bool, what: int) -> None:
        push_id = self.pick(index, PushState.CLAIMED)
        token = self.holder(push_id, is_other=is_other)
        steps: list[Callable[[db.Tx], Any]] = [
            lambda tx: pushes.give_back(tx, [push_id], token),
            lambda tx: pushes.refuse(tx, push_id, token, ErrorCode.SKU_MISSING, "no SKU"),
            lambda tx: pushes.cannot_start(tx, push_id, token),
        ]
        self.do(
            steps[what]
            if what < len(steps)
            else lambda tx: pushes.start_sending(tx, {push_id: "{}"}, token, timeout=TIMEOUT, worker=token)
        )

    @precondition(lambda self: self.has_pushes)
    @rule(index=picks, is_other=others, what=st.integers(0, 4))
    def a_request_ends(self, index: int, is_other: bool, what: int) -> None:
        push_id = self.pick(index, PushState.SENDING)
        token = self.holder(push_id, is_other=is_other)
        steps: list[Callable[[db.Tx], Any]] = [
            lambda tx: pushes.retry_later(tx, push_id, token, ErrorCode.UNREACHABLE, "down"),
            lambda tx: pushes.retry_later(
                tx, push_id, token, ErrorCode.UNREACHABLE, "down", is_counted=False
            ),
            lambda tx: pushes.reject(tx, push_id, token, ErrorCode.REJECTED, "no", ""),
            lambda tx: pushes.doubt(tx, push_id, token, UNKNOWN, "lost"),
            lambda tx: pushes.doubt(tx, push_id, token, UNKNOWN, "lost"),
        ]
        self.do(steps[what])

    @precondition(lambda self: self.has_pushes)
    @rule(index=picks, what=st.integers(0, 8), destination_id=st.sampled_from(["77", "77", "77", "78"]))
    def evidence_arrives(self, index: int, what: int, destination_id: str) -> None:
        push_id = self.pick(index, PushState.IN_DOUBT)
        steps: list[Callable[[db.Tx], Any]] = [
            lambda tx: pushes.record_found(tx, push_id, found(destination_id), "seen"),
            lambda tx: pushes.needs_person(
                tx, push_id, ErrorCode.DIFFERENT_AT_DESTINATION, "odd", destination_id
            ),
            lambda tx: pushes.looked(tx, push_id, "absent", counts=True),
            lambda tx: pushes.looked(tx, push_id, "absent", counts=False),
            lambda tx: pushes.absent(tx, push_id, "absent twice"),
            lambda tx: pushes.absent(tx, push_id, "absent twice"),
            lambda tx: pushes.verified(tx, push_id),
            lambda tx: pushes.free_claims(tx),
            lambda tx: pushes.free_claims(tx, ["a"]),
        ]
        self.do(steps[what])

    @precondition(lambda self: self.has_pushes)
    @rule(index=picks, what=st.integers(0, 9))
    def a_person_decides(self, index: int, what: int) -> None:
        push_id = self.pick(index, PushState.ERROR, PushState.IN_DOUBT, PushState.HANDLED_MANUALLY)
        with db.read():
            row = one("SELECT order_id FROM pushes WHERE id = ?", [push_id])
        assert row is not None
        order_id = row[0]
        steps: list[Callable[[db.Tx], Any]] = [
            lambda tx: verdicts.handle_manually(tx, push_id, "99", ""),
            lambda tx: verdicts.handle_manually(tx, push_id, "", "by phone"),
            lambda tx: verdicts.reopen(tx, push_id, "was another"),
            lambda tx: verdicts.settle_absent(tx, push_id, "looked"),
            lambda tx: verdicts.settle_present(tx, push_id, "99", "looked"),
            lambda tx: verdicts.retire(tx, push_id, "cancelled there"),
            lambda tx: verdicts.look_now(tx, push_id),
            lambda tx: pushes.recall(tx, [order_id]),
            lambda tx: pushes.withdraw_order(tx, order_id, "was cancelled"),
            lambda tx: orders.touch(tx, order_id),
        ]
        self.do(steps[what])

    def judge(self) -> None:
        """Evidence is never taken back nor queued; a claim is held only while it is used."""
        with db.read():
            every = rows("SELECT id, state, destination_order_id, claim_token FROM pushes")
        known = {row[0]: row[2] for row in every if row[2] is not None}
        on_its_way = {row[0] for row in every if row[1] in ("queued", "claimed", "sending", "retry_later")}
        assert self.ids.keys() <= known.keys()
        assert not [push_id for push_id in known if push_id in on_its_way]
        assert all((row[3] is not None) == (row[1] in ("claimed", "sending")) for row in every)
        self.ids = known


def test_a_push_only_ever_goes_where_the_table_of_exits_says(tmp_path: Path) -> None:
    path = tmp_path / "template.db"
    open_file(path)
    main = add_channel("Main", ChannelRole.DESTINATION)
    add_orders(add_channel("Shop", destination=main), 4)
    with db.connection():
        db.checkpoint()
    Walk.template, Walk.folder, Walk.seen = path, tmp_path, set()

    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=40, stateful_step_count=40, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip

    assert len(Walk.seen) >= 12, Walk.seen
