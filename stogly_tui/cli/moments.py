"""Moments as people type them: ISO 8601 with a zone, a date alone, or ``7d``, ``24h``, ``now``."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from stogly_tui.domain.problems import FieldProblem, InvalidInput

FORMS = "Write it like 2026-11-16T08:00:00Z, 2026-11-16, 7d, 24h or now."
_AGO = re.compile(r"(\d{1,6})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_YEARS = range(1990, 2201)


def moment(option: str, text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The moment that ``text`` names; a date alone is its midnight in ``zone``.

    Raises:
        InvalidInput: names the option and the forms it takes.
    """
    wanted = text.strip()
    try:
        found = _read(wanted, zone, now)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(FieldProblem(option, f"{text!r} is no time.", FORMS)) from error
    if found.tzinfo is None:
        raise InvalidInput(
            FieldProblem(option, f"{text!r} has no time zone.", "Add Z for UTC or an offset such as +01:00.")
        )
    if found.year not in _YEARS:
        raise InvalidInput(FieldProblem(option, f"{text!r} is too far away.", FORMS))
    return found


def optional(option: str, text: str | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The same for an option that may be left out."""
    return None if text is None else moment(option, text, zone, now)


def _read(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    if text.lower() == "now":
        return now
    if ago := _AGO.fullmatch(text.lower()):
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return datetime.combine(datetime.fromisoformat(text).date(), time(), zone)
    return datetime.fromisoformat(text)
