"""The one status of an order: derived from quantities by precedence."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stogly_tui.domain.states import OrderStatus
from stogly_tui.domain.status import are_sound, derive


@dataclass(frozen=True)
class Line:
    ordered: int = 0
    cancelled: int = 0
    fulfilled: int = 0
    shipped: int = 0
    delivered: int = 0
    returned: int = 0


@st.composite
def sound_lines(draw: st.DrawFn) -> Line:
    ordered = draw(st.integers(0, 5))
    cancelled = draw(st.integers(0, ordered))
    fulfilled = draw(st.integers(0, ordered - cancelled))
    shipped = draw(st.integers(0, fulfilled))
    return Line(
        ordered, cancelled, fulfilled, shipped, draw(st.integers(0, shipped)), draw(st.integers(0, shipped))
    )


orders = st.lists(sound_lines(), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("lines", "confirmed", "expected"),
    [
        ([Line(3)], False, OrderStatus.PENDING),
        ([Line(3)], True, OrderStatus.PROCESSING),
        ([Line(3, 0, 1)], False, OrderStatus.PROCESSING),
        ([Line(3, 0, 3, 2), Line(1)], True, OrderStatus.PROCESSING),
        ([Line(3, 0, 3, 3)], True, OrderStatus.SHIPPED),
        ([Line(3, 1, 2, 2)], True, OrderStatus.SHIPPED),
        ([Line(3, 0, 3, 3, 3)], True, OrderStatus.DELIVERED),
        ([Line(3, 0, 3, 3, 3, 3)], True, OrderStatus.RETURNED),
        ([Line(3, 0, 3, 3, 3, 2)], True, OrderStatus.DELIVERED),
        ([Line(3, 0, 3, 3, 0, 3), Line(1)], True, OrderStatus.PROCESSING),
        ([Line(3, 3), Line(1, 1)], True, OrderStatus.CANCELLED),
    ],
)
def test_the_first_rule_that_holds_decides(lines: list[Line], confirmed: bool, expected: OrderStatus) -> None:
    assert derive(lines, confirmed=confirmed) is expected


@given(orders, st.booleans())
def test_cancelled_means_that_nothing_is_wanted_any_more(lines: list[Line], confirmed: bool) -> None:
    assume(any(line.ordered for line in lines))

    is_cancelled = derive(lines, confirmed=confirmed) is OrderStatus.CANCELLED

    assert is_cancelled == all(line.ordered == line.cancelled for line in lines)


@given(orders, st.booleans())
def test_nothing_reaches_shipped_without_a_fulfilment(lines: list[Line], confirmed: bool) -> None:
    late = (OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.RETURNED)

    status = derive(
        [replace(line, fulfilled=0, shipped=0, delivered=0, returned=0) for line in lines],
        confirmed=confirmed,
    )

    assert status not in late


@given(orders, st.booleans())
def test_an_order_that_has_shipped_whole_is_never_less_than_shipped(
    lines: list[Line], confirmed: bool
) -> None:
    whole = [
        replace(line, fulfilled=line.ordered - line.cancelled, shipped=line.ordered - line.cancelled)
        for line in lines
    ]
    assume(any(line.shipped for line in whole))

    assert derive(whole, confirmed=confirmed) in (
        OrderStatus.SHIPPED,
        OrderStatus.DELIVERED,
        OrderStatus.RETURNED,
    )


@given(orders)
def test_confirming_moves_an_order_from_pending_to_processing_and_no_other(lines: list[Line]) -> None:
    before, after = derive(lines, confirmed=False), derive(lines, confirmed=True)

    assert after is (OrderStatus.PROCESSING if before is OrderStatus.PENDING else before)


@given(orders, st.booleans(), st.permutations(range(4)))
def test_the_order_of_lines_does_not_matter(lines: list[Line], confirmed: bool, mix: list[int]) -> None:
    mixed = [lines[i] for i in mix if i < len(lines)]

    assert derive(mixed, confirmed=confirmed) is derive(lines, confirmed=confirmed)


def test_an_order_without_lines_is_cancelled_only_by_word() -> None:
    assert derive([], confirmed=True, cancelled=True) is OrderStatus.CANCELLED
    assert derive([], confirmed=True) is OrderStatus.PROCESSING


@given(sound_lines())
def test_quantities_made_by_the_rules_are_sound(line: Line) -> None:
    assert are_sound(line)


@given(
    sound_lines(), st.sampled_from(["ordered", "cancelled", "fulfilled", "shipped", "delivered", "returned"])
)
def test_a_quantity_below_zero_is_never_sound(line: Line, name: str) -> None:
    assert not are_sound(replace(line, **{name: -1}))


@pytest.mark.parametrize(
    "line",
    [Line(1, 0, 2), Line(2, 1, 2), Line(2, 0, 1, 2), Line(2, 0, 2, 1, 2), Line(2, 0, 2, 1, 1, 2)],
    ids=["fulfilled more than ordered", "than left", "shipped more than fulfilled", "delivered", "returned"],
)
def test_a_stage_never_holds_more_than_the_one_before(line: Line) -> None:
    assert not are_sound(line)
