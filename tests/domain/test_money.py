"""Money as integers of minor units: nothing is lost between a channel's text and ours."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stogly_tui.domain.money import BadMoney, exponent, to_minor, to_text

CURRENCIES = {"JPY": 0, "EUR": 2, "KWD": 3}
currencies = st.sampled_from(sorted(CURRENCIES))
amounts = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(("currency", "decimals"), CURRENCIES.items())
def test_the_decimals_of_a_currency_are_those_of_iso_4217(currency: str, decimals: int) -> None:
    assert exponent(currency) == decimals
    assert len(to_text(1, currency).partition(".")[2]) == decimals


@given(amounts.filter(lambda minor: abs(minor) <= 10**13), currencies)
def test_what_is_written_is_read_back_as_it_was(minor: int, currency: str) -> None:
    assert to_minor(to_text(minor, currency), currency) == minor


@given(amounts, currencies)
def test_the_text_is_the_same_number(minor: int, currency: str) -> None:
    assert Decimal(to_text(minor, currency)) == Decimal(minor).scaleb(-exponent(currency))


@given(st.decimals(-(10**12), 10**12, places=5), currencies)
def test_reading_is_at_most_half_a_minor_unit_off_and_halves_go_away_from_zero(
    amount: Decimal, currency: str
) -> None:
    exact = amount.scaleb(exponent(currency))

    minor = to_minor(str(amount), currency)

    assert abs(minor - exact) <= Decimal("0.5")
    if abs(exact % 1) == Decimal("0.5"):
        assert abs(minor) > abs(exact)


@pytest.mark.parametrize("nothing", [None, "", " ", 0])
def test_nothing_is_zero(nothing: str | int | None) -> None:
    assert to_minor(nothing, "EUR") == 0


@pytest.mark.parametrize(
    "bad", ["ten", "1,50", "1.2.3", "NaN", "Infinity", "-inf", "1e99", "10000000000001", "€ 5"]
)
def test_what_is_no_amount_of_an_order_is_refused(bad: str) -> None:
    with pytest.raises(BadMoney):
        to_minor(bad, "EUR")


@given(st.text())
def test_any_text_is_an_amount_or_refused_in_our_own_words(text: str) -> None:
    try:
        minor = to_minor(text, "EUR")
    except BadMoney:
        return
    assert abs(minor) <= 10**15
