"""The reference under which an order is known at its destination (push rule 1)."""

import re
import string

from hypothesis import given
from hypothesis import strategies as st

from stogly_tui.domain.reference import MAX_LENGTH, make_reference

ALPHABET = re.compile(r"[a-z0-9._:-]{1,64}\Z")
Parts = tuple[str, str, str, str, int]
fit = st.text(string.ascii_lowercase + string.digits + "-._", min_size=1, max_size=40)
realistic = st.tuples(
    st.sampled_from(["woocommerce", "shopify", "shopee", "amazon", "ebay"]),
    st.one_of(st.uuids().map(str), fit, st.text(min_size=1, max_size=30)),
    st.one_of(st.integers(1, 10**9).map(str), fit, st.text(min_size=1, max_size=30)),
    st.one_of(st.just(""), fit, st.text(min_size=1, max_size=20)),
    st.integers(1, 20),
)
anything = st.tuples(
    st.text(max_size=90),
    st.text(max_size=90),
    st.text(max_size=90),
    st.text(max_size=90),
    st.integers(0, 10**6),
)


@given(st.one_of(realistic, anything))
def test_it_fits_the_field_it_is_asked_by(parts: Parts) -> None:
    reference = make_reference(*parts)

    assert ALPHABET.match(reference), reference
    assert len(reference) <= MAX_LENGTH


@given(st.one_of(realistic, anything))
def test_two_databases_make_the_same_one(parts: Parts) -> None:
    assert make_reference(*parts) == make_reference(*parts)


confusable = st.sampled_from(["a", "b", "ab", "a:b", "A", "a-b", "a.b", "1", "1:1", "ä", "x" * 40, "x" * 41])
alike = st.tuples(
    st.sampled_from(["woo", "wo"]),
    confusable,
    confusable,
    st.one_of(st.just(""), confusable),
    st.integers(1, 2),
)


@given(st.one_of(realistic, alike), st.one_of(realistic, alike))
def test_two_orders_never_share_one(one: Parts, other: Parts) -> None:
    assert (make_reference(*one) == make_reference(*other)) == (one == other)


@given(realistic, st.integers(1, 20))
def test_every_generation_has_its_own(parts: Parts, generation: int) -> None:
    again = make_reference(*parts[:4], generation)

    assert (again == make_reference(*parts)) == (generation == parts[4])


def test_upper_and_lower_case_are_two_orders() -> None:
    assert make_reference("amazon", "A1", "X", "", 1) != make_reference("amazon", "a1", "x", "", 1)


def test_parts_that_slide_into_each_other_are_two_orders() -> None:
    assert make_reference("woo", "a:b", "c", "", 1) != make_reference("woo", "a", "b:c", "", 1)
    assert make_reference("woo", "a", "b", "c", 1) != make_reference("woo", "a:b", "c", "", 1)


def test_a_plain_one_can_be_read_by_people() -> None:
    assert make_reference("woocommerce", "shop-1", "1017", "", 2) == "woocommerce:shop-1:1017:2"
