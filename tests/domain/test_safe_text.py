"""Text from outside, made harmless: for any text at all."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stogly_tui.domain.safe_text import folded, safe_line, safe_text, storable

BIDI = set("\u061c\u200e\u200f") | {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
ZERO_WIDTH = set("\u200b\u200c\u200d\u2060\ufeff")
hostile = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from(
            sorted(BIDI | ZERO_WIDTH | {"\x1b", "\x00", "\x7f", "\x9b", "\ud800", "\n", "\t", "\r"})
        ),
    ),
    max_size=60,
)


def acts(character: str) -> bool:
    """Whether a terminal may do something at this character but show it."""
    category = unicodedata.category(character)
    return (category == "Cc" and character != "\n") or category == "Cs" or character in BIDI | ZERO_WIDTH


@given(hostile)
def test_nothing_that_acts_is_left(text: str) -> None:
    assert not [hex(ord(one)) for one in safe_text(text) if acts(one)]


@given(hostile)
def test_a_line_holds_no_line_break_either(text: str) -> None:
    line = safe_line(text)

    assert not any(acts(one) or one == "\n" for one in line)
    assert len(line) <= 400


@given(hostile, st.integers(1, 80))
def test_making_safe_twice_changes_nothing_more(text: str, limit: int) -> None:
    once = safe_text(text, limit)

    assert safe_text(once, limit) == once
    assert len(once) <= limit


@given(st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=60))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == text


def test_every_character_there_is_comes_out_harmless() -> None:
    every = "".join(map(chr, range(0x11_0000)))

    assert not {hex(ord(one)) for one in safe_text(every, len(every)) if acts(one)}


@given(hostile)
def test_what_is_stored_is_taken_by_every_database_and_loses_nothing_else(text: str) -> None:
    kept = storable(text)

    assert "\x00" not in kept
    assert len(kept.encode()) >= len(kept)
    assert len(kept) == len(text)
    assert all(
        one == was
        for one, was in zip(kept, text, strict=True)
        if was != "\x00" and not "\ud800" <= was <= "\udfff"
    )


@pytest.mark.parametrize(("one", "other"), [("STRASSE", "straße"), ("A\u030a", "å"), ("Ｗｏｏ", "woo")])
def test_texts_that_a_person_takes_for_the_same_compare_as_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)
