"""Every state has an exit and can be reached; due times; roles."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stogly_tui.domain.backoff import CHANNEL_LOOKS, LOOKS, MAX_TRIES, PUSH_RETRIES, is_due, wait_after
from stogly_tui.domain.people import Actor, NotAllowed, Role
from stogly_tui.domain.states import PUSH_EXITS, PUSH_WORDS, PushState, PushWord

AT_REST = {PushState.NOT_APPLICABLE, PushState.SENT}
NOW = datetime(2026, 11, 20, tzinfo=UTC)
waits = st.sampled_from([PUSH_RETRIES, LOOKS, CHANNEL_LOOKS])


@pytest.mark.parametrize("state", [state for state in PushState if state not in AT_REST])
def test_every_state_of_a_push_can_be_left_for_one_at_rest(state: PushState) -> None:
    assert PushState.SENT in reachable(state)


@pytest.mark.parametrize("state", [state for state in PushState if state is not PushState.NOT_APPLICABLE])
def test_every_state_of_a_push_can_be_reached(state: PushState) -> None:
    assert state in reachable(PushState.NOT_SENT) | {PushState.NOT_SENT}


def test_what_needs_no_push_stays_so() -> None:
    assert not PUSH_EXITS[PushState.NOT_APPLICABLE]


def test_what_may_be_at_the_destination_goes_back_to_queued_only_by_a_verdict() -> None:
    straight = {
        state for state in PushState if state.may_be_at_destination and PushState.QUEUED in PUSH_EXITS[state]
    }

    assert straight == {PushState.IN_DOUBT}


def test_every_state_shows_as_one_of_three_words() -> None:
    assert set(PUSH_WORDS) == set(PushState)
    assert {state for state in PushState if state.word is PushWord.SENT} == {
        PushState.SENT,
        PushState.HANDLED_MANUALLY,
    }
    assert {state for state in PushState if state.word is PushWord.ERROR} == {
        PushState.ERROR,
        PushState.IN_DOUBT,
    }


def reachable(state: PushState) -> set[PushState]:
    """Every state that can follow, in any number of steps."""
    seen: set[PushState] = set()
    edge = {state}
    while edge:
        edge = set().union(*(PUSH_EXITS[one] for one in edge)) - seen
        seen |= edge
    return seen


@given(st.integers(-(10**7), 10**7), st.integers(1, 10**5))
def test_a_time_is_due_when_it_has_come_or_lies_further_away_than_any_wait(
    seconds: int, longest: int
) -> None:
    due = is_due(NOW + timedelta(seconds=seconds), NOW, timedelta(seconds=longest))

    assert due == (seconds <= 0 or seconds > longest)


@given(waits, st.integers(-3, 40))
def test_a_wait_is_one_of_the_list_and_the_last_one_repeats(
    list_of: tuple[timedelta, ...], count: int
) -> None:
    wait = wait_after(count, list_of)

    assert wait in list_of
    assert wait_after(count + 1, list_of) >= wait
    assert wait_after(1000, list_of) == list_of[-1]


@given(waits, st.integers(1, 40))
def test_every_wait_we_set_ourselves_is_waited_for(list_of: tuple[timedelta, ...], count: int) -> None:
    assert not is_due(NOW + wait_after(count, list_of), NOW, list_of[-1])


def test_a_push_is_tried_once_more_than_it_waits() -> None:
    assert len(PUSH_RETRIES) + 1 == MAX_TRIES


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("needed", Role)
def test_a_role_covers_itself_and_those_below(role: Role, needed: Role) -> None:
    rank = [Role.VIEWER, Role.OPERATOR, Role.ADMIN].index
    actor = Actor("ana", role)

    assert role.covers(needed) == (rank(role) >= rank(needed))
    if role.covers(needed):
        actor.require(needed)
    else:
        with pytest.raises(NotAllowed, match=f"ana is {role}; this needs the role {needed}"):
            actor.require(needed)
