"""What a look proves: found counts at once, absent only settled, proven and seen twice (push rules 5 and 6)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.orders import Address
from stogly_tui.domain.outgoing import (
    FoundLine,
    FoundOrder,
    FoundState,
    OutgoingLine,
    OutgoingOrder,
    differences,
)
from stogly_tui.domain.verdict import Doubt, Verdict, judge_absent, judge_found

NOW = datetime(2026, 11, 20, tzinfo=UTC)
SKUS = ("TEE", "MUG", "SOCK")
pieces = st.dictionaries(st.sampled_from(SKUS), st.integers(1, 5), min_size=1)


def sent(wanted: dict[str, int], total: int = 2000, currency: str = "EUR") -> OutgoingOrder:
    lines = tuple(OutgoingLine(sku, sku, count, count * 100, 0) for sku, count in wanted.items())
    return OutgoingOrder(
        "ref", "1", "Shop", "1", NOW, currency, total, True, "", "", "", Address(), Address(), lines, ()
    )


def found(there: dict[str, int], total: int = 2000, currency: str = "EUR", **more: object) -> FoundOrder:
    """One line per piece, last SKU first: how a destination splits and sorts them is its own affair."""
    lines = tuple(
        FoundLine(sku, sku, 1, 100, True) for sku in sorted(there, reverse=True) for _ in range(there[sku])
    )
    given: dict[str, object] = {
        "destination_id": "7", "number": "7", "reference": "ref", "state": FoundState.LIVE, "status": "processing",
        "currency": currency, "total": total, "lines": lines,
    }  # fmt: skip
    return FoundOrder(**(given | more))  # type: ignore[arg-type]


@given(pieces, pieces, st.integers(1990, 2010), st.sampled_from(["EUR", "USD"]))
def test_equal_means_the_same_pieces_the_same_total_and_the_same_currency(
    wanted: dict[str, int], there: dict[str, int], total: int, currency: str
) -> None:
    told = differences(sent(wanted), found(there, total, currency))

    assert (not told) == (wanted == there and abs(total - 2000) <= 1 and currency == "EUR")


def test_a_line_without_a_product_is_a_difference() -> None:
    order = found({}, lines=(FoundLine("TEE", "Tee", 1, 0, False),))

    assert differences(sent({"TEE": 1}), order) == ["line 'Tee' has no product"]


def test_everything_that_differs_is_named() -> None:
    told = "; ".join(differences(sent({"TEE": 2}), found({"TEE": 1, "MUG": 1}, 500)))

    assert "1 x TEE instead of 2" in told
    assert "1 x MUG instead of 0" in told
    assert "total 5.00 instead of 20.00" in told


@given(
    st.integers(-3600, 7200), st.integers(0, 3600), st.booleans(), st.integers(0, 3),
)  # fmt: skip
def test_absent_counts_only_settled_proven_and_seen_before(
    seconds: int, settle: int, is_proven: bool, absent_seen: int
) -> None:
    doubt = Doubt(wire_until=NOW, absent_seen=absent_seen)

    finding = judge_absent(
        doubt, at=NOW + timedelta(seconds=seconds), settle=timedelta(seconds=settle), is_proven=is_proven
    )

    may_send = seconds >= settle and is_proven and absent_seen >= 1
    assert finding.verdict is (Verdict.SEND if may_send else Verdict.WAIT)
    assert finding.evidence


def test_found_counts_at_once() -> None:
    finding = judge_found(sent({"TEE": 1}), [found({"TEE": 1})])

    assert (finding.verdict, finding.code) == (Verdict.SENT, None)


@pytest.mark.parametrize(
    ("order", "verdict", "code"),
    [
        (found({"TEE": 1}, state=FoundState.DRAFT), Verdict.COMPLETE, None),
        (found({"TEE": 1}, state=FoundState.CANCELLED), Verdict.PERSON, ErrorCode.CANCELLED_AT_DESTINATION),
        (found({"TEE": 1}, state=FoundState.TRASHED), Verdict.PERSON, ErrorCode.TRASHED_AT_DESTINATION),
        (found({"TEE": 2}), Verdict.PERSON, ErrorCode.DIFFERENT_AT_DESTINATION),
    ],
)
def test_what_is_there_otherwise_is_completed_or_a_persons(
    order: FoundOrder, verdict: Verdict, code: ErrorCode | None
) -> None:
    finding = judge_found(sent({"TEE": 1}), [order])

    assert (finding.verdict, finding.code) == (verdict, code)
    assert "7" in finding.evidence


@given(st.lists(st.sampled_from(FoundState), min_size=2, max_size=4))
def test_several_are_always_a_persons_and_all_are_named(states: list[FoundState]) -> None:
    there = [found({"TEE": 1}, state=state, destination_id=f"id{i}") for i, state in enumerate(states)]

    finding = judge_found(sent({"TEE": 1}), there)

    assert (finding.verdict, finding.code) == (Verdict.PERSON, ErrorCode.TWO_AT_DESTINATION)
    assert all(one.destination_id in finding.evidence for one in there)
    assert finding.also == tuple(one.destination_id for one in there[1:])


@given(pieces, pieces, st.sampled_from(FoundState))
def test_nothing_that_was_found_is_ever_sent_again(
    wanted: dict[str, int], there: dict[str, int], state: FoundState
) -> None:
    assert judge_found(sent(wanted), [found(there, state=state)]).verdict not in (Verdict.SEND, Verdict.WAIT)
