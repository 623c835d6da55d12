"""Ranges of the search language: amounts and moments, with ``>``, ``>=``, ``<``, ``<=``, ``=`` and ``a..b``."""

import calendar
import re
from collections.abc import Callable
from datetime import datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import TypeVar

AMOUNT_FORMS = ">100, <=49.90, 100 or 50..100"
MOMENT_FORMS = "7d, 12h, today, yesterday, 2026-11, 2026-11-01, >=2026-11-01 or 2026-11-01..2026-11-10"
T = TypeVar("T", Decimal, datetime)
Bounds = tuple[Decimal | None, Decimal | None] | tuple[datetime | None, datetime | None]
_OPERATOR = re.compile(r"(>=|<=|>|<|=)?(.*)", re.DOTALL)
_AMOUNT = re.compile(r"\d{1,12}(\.\d{0,3})?|\.\d{1,3}")
_AGO = re.compile(r"(\d{1,5})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LEAST = Decimal("0.001")
"""The smallest step of any currency: ends are excluded, so ``<=`` goes one further."""


def amounts(text: str) -> Bounds | str | None:
    """Bounds of an amount in major units; None while nothing is said yet, a sentence when it cannot be read."""

    def piece(part: str) -> tuple[Decimal, Decimal]:
        if not _AMOUNT.fullmatch(part):
            raise ValueError(f"{part} is no amount.")
        return Decimal(part), Decimal(part) + _LEAST

    return _bounds(text, piece)


def moments(text: str, now: datetime, zone: tzinfo) -> Bounds | str | None:
    """Bounds of a moment. ``7d`` alone is the last seven days; behind a sign it is the moment seven days ago."""
    if ago := _AGO.fullmatch(text.lower()):
        return _before(now, ago), None
    return _bounds(text, lambda part: _moment(part, now, zone))


def _bounds(text: str, piece: Callable[[str], tuple[T, T]]) -> Bounds | str | None:
    try:
        first, dots, last = text.partition("..")
        if dots:
            return (piece(first)[0] if first else None, piece(last)[1] if last else None)
        found = _OPERATOR.fullmatch(text)
        assert found is not None
        if not found[2]:
            return None
        start, end = piece(found[2])
        match found[1]:
            case ">":
                return end, None
            case ">=":
                return start, None
            case "<":
                return None, start
            case "<=":
                return None, end
            case _:
                return start, end
    except (ValueError, OverflowError) as error:
        return str(error)


def _moment(text: str, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    wanted = text.strip().lower()
    if ago := _AGO.fullmatch(wanted):
        at = _before(now, ago)
        return at, at
    today = datetime.combine(now.astimezone(zone).date(), time(), zone)
    if wanted in ("today", "yesterday", "tomorrow"):
        start = today + timedelta(days=("yesterday", "today", "tomorrow").index(wanted) - 1)
        return start, _next_day(start, zone)
    if wanted == "now":
        return now, now
    if found := re.fullmatch(r"(\d{4})-(\d{2})", wanted):
        year, month = int(found[1]), int(found[2])
        if not 1 <= month <= 12:
            raise ValueError(f"{text} is no month.")
        start = datetime(year, month, 1, tzinfo=zone)
        days = calendar.monthrange(year, month)[1]
        return start, _next_day(start + timedelta(days=days - 1), zone)
    try:
        at = datetime.fromisoformat(wanted)
    except ValueError as error:
        raise ValueError(f"{text} is no time.") from error
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    if "t" not in wanted and ":" not in wanted:
        return at, _next_day(at, zone)
    return at, at + timedelta(minutes=1)


def _before(now: datetime, ago: "re.Match[str]") -> datetime:
    return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})


def _next_day(start: datetime, zone: tzinfo) -> datetime:
    return datetime.combine((start + timedelta(days=1)).date(), time(), zone)
