"""The search language: what each form means, and that nothing typed is ever an error without a remedy."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stogly_tui.domain.search import (
    CHOICES,
    HELP,
    Field,
    Search,
    Surroundings,
    Term,
    push_states,
    read,
    words,
)
from stogly_tui.domain.search_completion import completions
from stogly_tui.domain.states import PushState

ZONE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 16, 11, 31, tzinfo=UTC)
AROUND = Surroundings({1: "Woo Retail", 2: "eBay UK"}, NOW, ZONE, "ana")
UNPAID = tuple(one for one in CHOICES["payment"] if one not in ("paid", "partially_refunded"))


def midnight(month: int, day: int) -> datetime:
    return datetime(2026, month, day, tzinfo=ZONE)


def terms(text: str) -> tuple[Term, ...]:
    found = read(text, AROUND)
    assert found.mistakes == ()
    return found.terms


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Lee", Term(Field.TEXT, ("lee",))),
        ('"ruth okafor"', Term(Field.TEXT, ("ruth okafor",))),
        ("-okafor", Term(Field.TEXT, ("okafor",), is_not=True)),
        ("customer:Lee", Term(Field.CUSTOMER, ("lee",))),
        ('customer:"van Dam"', Term(Field.CUSTOMER, ("van dam",))),
        ("-channel:ebay", Term(Field.CHANNEL, ("2",), is_not=True)),
        ("channel:wooretail,ebay", Term(Field.CHANNEL, ("1", "2"))),
        ("status:pend,ship", Term(Field.STATUS, ("pending", "shipped"))),
        ("push:not-sent", Term(Field.PUSH, ("not_sent",))),
        ("push:in-doubt", Term(Field.PUSH, ("in_doubt",))),
        ("payment:paid", Term(Field.PAYMENT, ("paid",))),
        ("total:>100", Term(Field.TOTAL, low=Decimal("100.001"))),
        ("total:<=49.9", Term(Field.TOTAL, high=Decimal("49.901"))),
        ("total:100", Term(Field.TOTAL, low=Decimal(100), high=Decimal("100.001"))),
        ("total:50..100", Term(Field.TOTAL, low=Decimal(50), high=Decimal("100.001"))),
        ("placed:12h", Term(Field.PLACED, low=datetime(2026, 11, 15, 23, 31, tzinfo=UTC))),
        ("placed:>=2026-11-01", Term(Field.PLACED, low=datetime(2026, 11, 1, tzinfo=ZONE))),
        ("placed:2026-11-01", Term(Field.PLACED, low=midnight(11, 1), high=midnight(11, 2))),
        ("placed:2026-02", Term(Field.PLACED, low=midnight(2, 1), high=midnight(3, 1))),
        ("ship-by:<today", Term(Field.SHIP_BY, high=datetime(2026, 11, 16, tzinfo=ZONE))),
        ("assigned:me", Term(Field.ASSIGNED, ("ana",))),
        ("assigned:nobody", Term(Field.ASSIGNED, is_not=True)),
        ("is:held", Term(Field.INTAKE, ("held",))),
        ("-is:paid", Term(Field.PAYMENT, UNPAID)),
    ],
)  # fmt: skip
def test_each_form_means_one_thing(text: str, term: Term) -> None:
    assert terms(text) == (term,)


@pytest.mark.parametrize("text", ["customer:", "total:>", "placed:", "-", "placed:>=", 'customer:"'])
def test_a_word_that_is_still_being_typed_is_no_mistake(text: str) -> None:
    assert read(text, AROUND).mistakes == ()
    assert all(term.field is Field.TEXT for term in read(text, AROUND).terms)


@pytest.mark.parametrize(
    ("text", "says", "remedy"),
    [
        ("pusch:error", "There is no field pusch:.", "Did you mean push:?"),
        ("push:eror", "eror is no push status.", "push:error"),
        ("channel:amazon", "No channel is called amazon.", "Woo Retail, eBay UK"),
        ("total:>lots", "lots is no amount.", ">100"),
        ("placed:2026-13-01", "2026-13-01 is no time.", "yesterday"),
        ("placed:2026-13", "2026-13 is no month", "2026-11"),
        ("is:nice", "is:nice is not known.", "not-sent"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_its_remedy(text: str, says: str, remedy: str) -> None:
    found = read(f"lee {text} woo", AROUND)

    (mistake,) = found.mistakes
    assert says in mistake.says
    assert remedy in mistake.remedy
    assert f"lee {text} woo"[mistake.start : mistake.end] == text
    assert [term.values for term in found.terms] == [("lee",), ("woo",)]


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_and_every_letter_belongs_to_one_word(text: str) -> None:
    assert isinstance(read(text, AROUND), Search)
    found = list(words(text))
    covered = "".join(text[one.start : one.end] for one in found)
    assert "".join(covered.split()) == "".join(text.split())
    for cursor in range(len(text) + 1):
        completions(text, cursor, AROUND)


@given(st.sampled_from([one.example for one in HELP if "woo" not in one.example]))
def test_every_example_of_the_help_is_read(example: str) -> None:
    assert read(example, AROUND).mistakes == ()


def test_push_takes_the_words_shown_and_the_states_behind_them() -> None:
    assert push_states(("error",)) == {PushState.ERROR, PushState.IN_DOUBT}
    assert push_states(("queued",)) == {PushState.QUEUED}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("pus", "push:"),
        ("lee push:in", "lee push:in-doubt "),
        ("channel:uk", 'channel:"eBay UK" '),
        ("status:pending,sh", "status:pending,shipped "),
        ("-pay", "-payment:"),
    ],
)
def test_fields_and_values_are_completed(text: str, first: str) -> None:
    found = completions(text, len(text), AROUND)[0]

    assert found.text == first
    assert found.cursor == len(first)


def test_in_a_blank_place_every_field_is_offered() -> None:
    assert completions("lee ", 4, AROUND, most=50)[0].text == "lee channel:"
    assert len(completions("", 0, AROUND, most=50)) == len(HELP)
