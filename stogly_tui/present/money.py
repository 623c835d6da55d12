"""Amounts as people read them: ``EUR 1,248.00``."""

from collections.abc import Mapping

from stogly_tui.domain.money import to_text


def shown(minor: int, currency: str) -> str:
    """Currency and amount with thousands separated."""
    return f"{currency} {grouped(minor, currency)}"


def grouped(minor: int, currency: str) -> str:
    """The amount alone, with thousands separated."""
    text = to_text(minor, currency)
    whole, point, decimals = text.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{point}{decimals}"


def aligned(minor: int, currency: str, width: int = 12) -> str:
    """Currency to the left, amount to the right of a column; separators go first when room is short."""
    room = width - len(currency) - 1
    amount = grouped(minor, currency)
    if len(amount) > room:
        amount = to_text(minor, currency)
    if len(amount) > room:
        amount = amount.partition(".")[0]
    return f"{currency} {amount.rjust(room)}"


def sums(per_currency: Mapping[str, int]) -> str:
    """Money of several currencies side by side, the largest count of digits first: never added up."""
    ordered = sorted(per_currency.items(), key=lambda item: (-item[1], item[0]))
    return "  ".join(shown(minor, currency) for currency, minor in ordered)
