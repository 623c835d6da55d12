"""Amounts in two currencies at once: the shop's, and the one the customer saw."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_CENT, _WHOLE = Decimal("0.01"), Decimal(1)
_WITHOUT_CENTS = {"JPY", "KRW", "CLP", "ISK", "HUF", "VND"}


@dataclass(frozen=True, slots=True)
class Money:
    """The same amount in the shop's currency and in the one presented to the customer."""

    shop: Decimal
    presentment: Decimal

    def __add__(self, other: "Money") -> "Money":
        return Money(self.shop + other.shop, self.presentment + other.presentment)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.shop - other.shop, self.presentment - other.presentment)

    def __mul__(self, count: int) -> "Money":
        return Money(self.shop * count, self.presentment * count)

    def part(self, share: Decimal) -> "Money":
        """A fraction of it, rounded to the places it has itself: yen stay whole."""
        return Money(_like(self.shop * share, self.shop), _like(self.presentment * share, self.presentment))


ZERO = Money(Decimal(0), Decimal(0))


def total(amounts: "list[Money]") -> Money:
    """The sum; zero for none."""
    result = ZERO
    for amount in amounts:
        result = result + amount
    return result


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Half up, to what the currency's smallest coin is."""
    return amount.quantize(_WHOLE if currency in _WITHOUT_CENTS else _CENT, rounding=ROUND_HALF_UP)


def exact(amount: Decimal, currency: str) -> Decimal:
    """An amount somebody gave, with at least the places of its currency."""
    coin = rounded(amount, currency)
    return coin if coin == amount else amount


def _like(amount: Decimal, pattern: Decimal) -> Decimal:
    return amount.quantize(Decimal((0, (1,), int(pattern.as_tuple().exponent))), rounding=ROUND_HALF_UP)


def graphql(amount: Decimal) -> str:
    """As GraphQL prints a Decimal: at least one digit after the point and no needless zero, ``"24.9"``, ``"5.0"``."""
    plain = f"{amount:.2f}"
    return plain[:-1] if plain.endswith("0") else plain


def rest(amount: Decimal) -> str:
    """As a webhook's body prints it: ``"24.90"``."""
    return f"{amount:.2f}"
