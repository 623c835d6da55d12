"""Money as integers of minor units with an ISO 4217 currency; the channel's amounts are authoritative."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

ZERO_DECIMALS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())


class BadMoney(ValueError):
    """The text is not an amount of money."""


def exponent(currency: str) -> int:
    """Decimals of a currency (ISO 4217): 0, 2 or 3."""
    if currency in ZERO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


def to_minor(amount: str | int | float | Decimal | None, currency: str) -> int:
    """Read a channel's decimal amount as minor units, rounding half up; blank and None are zero.

    Raises:
        BadMoney: the text is not a finite number, or larger than any order.
    """
    if amount is None or amount == "":
        return 0
    try:
        value = Decimal(str(amount).strip() or "0")
    except InvalidOperation as error:
        raise BadMoney(f"{amount!r} is not an amount") from error
    if not value.is_finite() or abs(value) > 10**13:
        raise BadMoney(f"{amount!r} is not an amount")
    return int(value.scaleb(exponent(currency)).to_integral_value(ROUND_HALF_UP))


def to_text(minor: int, currency: str) -> str:
    """Write minor units with the currency's decimals: ``12990, "EUR"`` becomes ``129.90``."""
    decimals = exponent(currency)
    if decimals == 0:
        return str(minor)
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"
