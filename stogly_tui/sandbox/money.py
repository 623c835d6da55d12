"""Amounts as WooCommerce reads, rounds and prints them."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

ZERO = Decimal(0)
_STEPS = {places: Decimal(1).scaleb(-places) for places in range(13)}
_NOT_A_NUMBER = re.compile(r"[^0-9.\-]")


def rounded(amount: Decimal, places: int = 2) -> Decimal:
    """Half up, as PHP's round does."""
    return amount.quantize(_STEPS[places], rounding=ROUND_HALF_UP)


def text(amount: Decimal, places: int = 2) -> str:
    """``Decimal("5")`` → ``"5.00"``."""
    return str(amount.quantize(_STEPS[places], rounding=ROUND_HALF_UP))


def bare(amount: Decimal) -> str:
    """Without trailing zeros: tax items of WooCommerce before 10 print ``"11.4"`` (9.9, recorded)."""
    plain = format(amount, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def read(raw: object) -> Decimal | None:
    """An amount a client sent; None when nothing of it is a number (``"abc"``); ``"1,234.50"`` is 1234.50."""
    if raw is None or isinstance(raw, bool):
        return None
    cleaned = _NOT_A_NUMBER.sub("", str(raw).replace(",", ""))
    try:
        return Decimal(cleaned)
    except InvalidOperation:
        return None


def number(amount: Decimal) -> int | float:
    """A JSON number: ``19`` for a whole amount, else a float (line ``price``; 10.5, recorded)."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
