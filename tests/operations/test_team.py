"""Working on the same orders as others, on both engines: notes, assignment, presence, and edits of a stale look."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import InvalidInput
from stogly_tui.domain.states import ChannelRole, PushState
from stogly_tui.model import database as db
from stogly_tui.model import tables
from stogly_tui.model.queries import audit, notes, presences, versions
from stogly_tui.model.queries.base import rows
from stogly_tui.operations import bulk, orders, pushes, team
from stogly_tui.operations.bulk import Mark, Verb
from stogly_tui.operations.watching import Stopped, Watch
from tests.model.support import ADA, add_channel, add_orders

ANA, BEN = Actor("ana", Role.OPERATOR), Actor("ben", Role.OPERATOR)


@pytest.fixture
def ids(opened: str) -> list[int]:
    """Four accepted orders that could be sent."""
    main = add_channel("Main", ChannelRole.DESTINATION)
    with db.write(ADA):
        tables.Channel.update(mode="push").execute()
    return add_orders(add_channel("Shop", destination=main), 4)


def seen_of(order_id: int) -> versions.Version:
    with db.read():
        return versions.current([order_id])[order_id]


def intakes(ids: list[int]) -> list[str]:
    with db.read():
        return [row[0] for row in rows("SELECT intake FROM orders ORDER BY id")][: len(ids)]


def test_a_note_is_kept_with_author_and_time_and_changes_nothing_else(ids: list[int]) -> None:
    before = seen_of(ids[0])

    team.note(ANA, ids[0], " customer rang\x00 ")
    team.note(BEN, ids[0], "rang back")

    with db.read():
        found = notes.of(ids[0])
        told = rows("SELECT kind, ids FROM changes ORDER BY id DESC LIMIT 1")
    assert [(one.author, one.text) for one in found] == [("ben", "rang back"), ("ana", "customer rang\ufffd")]
    assert seen_of(ids[0]) == before
    assert told == [("order", f"[{ids[0]}]")]


@pytest.mark.parametrize("text", ["", "   ", "x" * (team.NOTE_AT_MOST + 1)])
def test_a_note_that_says_nothing_or_too_much_is_refused(ids: list[int], text: str) -> None:
    with pytest.raises(InvalidInput, match="text: "):
        team.note(ANA, ids[0], text)


def test_orders_are_assigned_and_taken_back_and_only_a_change_counts(ids: list[int]) -> None:
    before = seen_of(ids[0])

    assert team.assign(ANA, ids[:2], "ben") == (ids[0], ids[1])
    assert team.assign(ANA, ids[:3], "ben") == (ids[2],)
    assert team.assign(BEN, ids[:1], "") == (ids[0],)

    with db.read():
        assert [row[0] for row in rows("SELECT assigned_to FROM orders ORDER BY id")] == [
            None,
            "ben",
            "ben",
            None,
        ]
    assert seen_of(ids[0]) == before
    assert team.people() == ["ana", "ben"]


def test_another_console_at_an_order_is_named_until_it_leaves_or_dies(
    ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    team.enter(BEN, "his", ids[:2], "sending")

    def there(console: str) -> dict[int, tuple[str, str]]:
        with db.read():
            return {key: (one.actor, one.doing) for key, one in presences.of(ids, console).items()}

    both = {ids[0]: ("ben", "sending"), ids[1]: ("ben", "sending")}
    assert (there("mine"), there("his")) == (both, {})
    team.leave(BEN, "his", ids[:1])
    assert there("mine") == {ids[1]: ("ben", "sending")}

    real = db.now
    monkeypatch.setattr(db, "now", lambda: real() + team.STAYS - timedelta(seconds=1))
    team.stay(BEN, "his")
    monkeypatch.setattr(db, "now", lambda: real() + team.STAYS + timedelta(seconds=1))
    assert there("mine") == {ids[1]: ("ben", "sending")}
    monkeypatch.setattr(db, "now", lambda: real() + 3 * team.STAYS)
    assert there("mine") == {}


EDITS: dict[str, Callable[[int, versions.Version], None]] = {
    "address": lambda key, seen: orders.correct_address(ANA, key, {"city": "Aarhus"}, seen=seen),
    "hold": lambda key, seen: orders.hold(ANA, key, reason="because", seen=seen),
    "release": lambda key, seen: orders.release(ANA, key, seen=seen),
    "change": lambda key, seen: orders.resolve_change(ANA, key, decision="done there", seen=seen),
    "handled": lambda key, seen: pushes.handle_manually(ANA, key, reason="because", seen=seen),
    "reopen": lambda key, seen: pushes.reopen(ANA, key, reason="because", seen=seen),
    "settle": lambda key, seen: pushes.settle(ANA, key, is_there=False, reason="looked", seen=seen),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_of_an_order_that_changed_meanwhile_is_refused_and_says_who_changed_it(
    ids: list[int], edit: str
) -> None:
    key = ids[0]
    pushes.send(ANA, pushes.plan(ANA, [key]))
    seen = seen_of(key)
    orders.hold(BEN, key, reason="customer rang")
    held = seen_of(key)

    with pytest.raises(team.ChangedMeanwhile, match="ben, held by ben: customer rang") as refused:
        EDITS[edit](key, seen)

    assert seen_of(key) == held == refused.value.now
    assert refused.value.change is not None
    assert refused.value.change.who == "ben"


def test_an_edit_of_what_was_seen_is_done_and_the_next_look_is_needed_for_the_next(ids: list[int]) -> None:
    seen = seen_of(ids[0])
    orders.correct_address(ANA, ids[0], {"city": "Aarhus"}, seen=seen)

    with pytest.raises(team.ChangedMeanwhile):
        orders.correct_address(BEN, ids[0], {"city": "Odense"}, seen=seen)
    orders.correct_address(BEN, ids[0], {"city": "Odense"}, seen=seen_of(ids[0]))


def test_a_bulk_verb_does_its_plan_and_names_what_stays(ids: list[int]) -> None:
    orders.hold(BEN, ids[3], reason="fraud")

    plan = bulk.plan(ANA, Verb.HOLD, [*ids, 999_999])

    assert [one.order_id for one in plan.goes] == ids[:3]
    assert (plan.money, plan.reasons) == ({"EUR": 6000}, {"is held already": 1})
    with pytest.raises(InvalidInput, match="reason"):
        bulk.apply(ANA, plan, reason=" ")
    team.note(BEN, ids[0], "a note changes no version")
    orders.correct_address(BEN, ids[1], {"city": "Aarhus"})

    result = bulk.apply(ANA, plan, reason="stock is counted")

    assert intakes(ids) == ["held", "accepted", "held", "held"]
    assert result.counts == {Mark.OK: 2, Mark.FAILED: 1, Mark.SKIPPED: 1}
    (failed,) = [one for one in result.outcomes if one.mark is Mark.FAILED]
    assert failed.order_id == ids[1]
    assert failed.reason == "changed after the plan was made: ben, address corrected by ben"
    again = bulk.plan(ANA, Verb.RELEASE, ids)
    assert bulk.apply(ANA, again).counts == {Mark.OK: 3, Mark.SKIPPED: 1}


@pytest.mark.parametrize(("verb", "name"), [(Verb.NOTE, ""), (Verb.ASSIGN, "ben")])
def test_notes_and_assignments_are_written_on_many(ids: list[int], verb: Verb, name: str) -> None:
    result = bulk.apply(ANA, bulk.plan(ANA, verb, ids, name=name), reason="for all")

    assert result.is_whole
    with db.read():
        written = rows(
            "SELECT author, text FROM notes" if verb is Verb.NOTE else "SELECT assigned_to, 1 FROM orders"
        )
        (told,) = audit.activity(machine="stogly", actor="ana")
    assert written == [("ana", "for all")] * 4 if verb is Verb.NOTE else [("ben", 1)] * 4
    assert (told.verb, told.count, len(told.names)) == (verb.value, 4, 4)


def test_handled_manually_takes_errors_and_leaves_doubts_to_a_look(ids: list[int]) -> None:
    pushes.send(ANA, pushes.plan(ANA, ids))
    for state, order_id in zip((PushState.ERROR, PushState.IN_DOUBT, PushState.SENT), ids, strict=False):
        with db.write(ADA):
            tables.Push.update(state=state).where(tables.Push.order == order_id).execute()

    plan = bulk.plan(ANA, Verb.HANDLED, ids)
    result = bulk.apply(ANA, plan, reason="entered by hand")

    assert [one.order_id for one in plan.goes] == ids[:1]
    assert sum(plan.reasons.values()) == 3
    assert (result.counts[Mark.OK], seen_of(ids[0]).push_state) == (1, PushState.HANDLED_MANUALLY)


def test_work_that_is_stopped_leaves_the_rest_as_it_was(
    ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "WRITTEN", 1)
    told: list[tuple[int, int, int]] = []

    def tell(watch: Watch) -> None:
        told.append((watch.done, watch.total, watch.failed))
        if watch.done == 2:
            watch.stop()

    result = bulk.apply(ANA, bulk.plan(ANA, Verb.HOLD, ids), reason="because", watch=Watch(tell))

    assert told == [(0, 4, 0), (1, 4, 0), (2, 4, 0)]
    assert result.counts == {Mark.OK: 2, Mark.NOT_BEGUN: 2}
    assert intakes(ids) == ["held", "held", "accepted", "accepted"]
    stopped = Watch()
    stopped.stop()
    with pytest.raises(Stopped):
        bulk.plan(ANA, Verb.HOLD, ids, watch=stopped)


def test_what_was_done_before_the_database_went_away_is_told_of(
    ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "WRITTEN", 1)
    plan, real, calls = bulk.plan(ANA, Verb.HOLD, ids), bulk._write, iter(range(9))

    def write(*given: Any) -> dict[int, str]:
        if next(calls) == 2:
            raise db.DatabaseUnreachable("gone")
        return real(*given)

    monkeypatch.setattr(bulk, "_write", write)

    result = bulk.apply(ANA, plan, reason="because")

    assert result.counts == {Mark.OK: 2, Mark.NOT_BEGUN: 2}
    assert result.outcomes[3].reason == "was not begun: the database went away (gone)"
    assert intakes(ids) == ["held", "held", "accepted", "accepted"]


def test_a_send_that_is_stopped_queues_no_more_and_can_be_recalled(
    ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushes, "AT_ONCE", 1)
    plan = pushes.plan(ANA, ids)
    watch = Watch(lambda one: one.stop() if one.done == 1 else None)

    result = pushes.send(ANA, plan, watch=watch)

    assert (result.queued, list(result.not_begun)) == ((ids[0],), ids[1:])
    assert bulk.of_send(plan, result).counts == {Mark.QUEUED: 1, Mark.NOT_BEGUN: 3}
    assert pushes.recall(ANA, ids) == (ids[0],)


def test_a_plan_names_who_is_sending_and_who_is_about_to(ids: list[int]) -> None:
    pushes.send(BEN, pushes.plan(BEN, ids[:1]))
    team.enter(BEN, "his", ids[1:3], "sending")

    plan = pushes.plan(ANA, ids, console="mine")

    (skipped,) = plan.skipped
    assert (skipped.by, skipped.since is not None) == ("ben", True)
    (there,) = plan.also_there
    assert (there.actor, there.doing, there.count) == ("ben", "sending", 2)
    assert len(plan.items) == 3
    assert plan.takes_about is not None


def test_the_activity_is_told_per_person_and_goes_on_from_page_to_page(ids: list[int]) -> None:
    for number in range(3):
        team.note(ANA, ids[number], f"note {number}")
    orders.hold(BEN, ids[0], reason="customer rang")

    with db.read():
        everybody = audit.activity(machine="stogly")
        first = audit.activity(machine="stogly", actor="ana", limit=2)
        rest = audit.activity(machine="stogly", actor="ana", before_id=first[-1].last_id)
    assert [(one.actor, one.verb) for one in everybody[:2]] == [("ben", "hold"), ("ana", "note")]
    assert everybody[0].names == ("1000",)
    assert [one.reason for one in (*first, *rest)] == ["note 2", "note 1", "note 0"]
