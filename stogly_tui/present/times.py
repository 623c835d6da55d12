"""Moments, ages and lengths of time as people read them; the zone is always named."""

from datetime import UTC, datetime, timedelta, tzinfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def age(since: datetime | None, now: datetime) -> str:
    """How long ago, in three cells: ``2m``, ``1h``, ``3d``, ``5w``, ``2y``; blank when unknown."""
    if since is None:
        return ""
    seconds = int((now - since).total_seconds())
    if seconds < 60:
        return "now"
    for size, letter, below in ((60, "m", 3600), (3600, "h", 86_400), (86_400, "d", 86_400 * 60)):
        if seconds < below:
            return f"{seconds // size}{letter}"
    weeks = seconds // (86_400 * 7)
    return f"{weeks}w" if weeks < 100 else f"{weeks // 52}y"


def ago(since: datetime | None, now: datetime) -> str:
    """``2m ago``, ``now``; blank when unknown."""
    told = age(since, now)
    return told if told in ("", "now") else f"{told} ago"


def until(moment: datetime | None, now: datetime, zone: tzinfo) -> str:
    """When something comes: ``now``, or its time of day, with the day when it is not today."""
    if moment is None:
        return ""
    if moment <= now:
        return "now"
    there, here = moment.astimezone(zone), now.astimezone(zone)
    return f"{there:%H:%M}" if there.date() == here.date() else f"{DAYS[there.weekday()]} {there:%H:%M}"


def clock(moment: datetime | None, zone: tzinfo) -> str:
    """Time of day with seconds; the zone stands in the column's head."""
    return f"{moment.astimezone(zone):%H:%M:%S}" if moment else ""


def log_time(moment: datetime | None, now: datetime, zone: tzinfo) -> str:
    """``15:20:04`` today, ``Fri 15:20`` within a week, else ``13 Nov 26``; the zone is named beside the column."""
    if moment is None:
        return ""
    there, here = moment.astimezone(zone), now.astimezone(zone)
    days = (here.date() - there.date()).days
    if days == 0:
        return f"{there:%H:%M:%S}"
    if 0 < days < 7:
        return f"{DAYS[there.weekday()]} {there:%H:%M}"
    return f"{there.day:>2} {MONTHS[there.month - 1]} {there:%y}"


def run_time(moment: datetime | None, now: datetime, zone: tzinfo) -> str:
    """``15:20`` today, else ``13 Nov``."""
    if moment is None:
        return ""
    there, here = moment.astimezone(zone), now.astimezone(zone)
    if there.date() == here.date():
        return f"{there:%H:%M}"
    return f"{there.day:>2} {MONTHS[there.month - 1]}"


def absolute(moment: datetime | None, zone: tzinfo) -> str:
    """``Fri 13 Nov 15:20 CET``; blank when unknown. Another year is named by `stamp`."""
    if moment is None:
        return ""
    there = moment.astimezone(zone)
    return f"{DAYS[there.weekday()]} {there.day} {MONTHS[there.month - 1]} {there:%H:%M} {zone_name(there)}"


def short(moment: datetime | None, zone: tzinfo) -> str:
    """``13 Nov 15:20``, for columns whose head names the zone."""
    if moment is None:
        return ""
    there = moment.astimezone(zone)
    return f"{there.day:>2} {MONTHS[there.month - 1]} {there:%H:%M}"


def stamp(moment: datetime | None, zone: tzinfo) -> str:
    """``2026-11-13 15:20:04 CET``."""
    if moment is None:
        return ""
    there = moment.astimezone(zone)
    return f"{there:%Y-%m-%d %H:%M:%S} {zone_name(there)}"


def zone_name(there: datetime) -> str:
    """What the zone of a moment is called then: ``CET``."""
    name = there.tzname() or "UTC"
    return f"UTC{name}" if name[:1] in "+-" else name


def duration(length: timedelta | None) -> str:
    """``8s``, ``4m``, ``1h05``, ``2d``; blank when unknown."""
    if length is None:
        return ""
    seconds = max(int(length.total_seconds()), 0)
    if seconds < 120:
        return f"{seconds}s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes}m"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02}" if hours < 48 else f"{hours // 24}d"


def iso(moment: datetime | None) -> str | None:
    """UTC ISO 8601 with ``Z``, in whole milliseconds where there are any; None when unknown."""
    if moment is None:
        return None
    there = moment.astimezone(UTC)
    precision = "milliseconds" if there.microsecond else "seconds"
    return there.isoformat(timespec=precision).replace("+00:00", "Z")
