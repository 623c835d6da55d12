"""A site's time zone, as WordPress tells it and as the rest of the program names it."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_FRACTIONS = {
    -9.5: "Pacific/Marquesas",
    3.5: "Asia/Tehran",
    4.5: "Asia/Kabul",
    5.5: "Asia/Kolkata",
    5.75: "Asia/Kathmandu",
    6.5: "Asia/Yangon",
    8.75: "Australia/Eucla",
    9.5: "Australia/Darwin",
}


def zone(name: str) -> tzinfo:
    """The zone of that name; UTC when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def zone_name(timezone_string: object, gmt_offset: object) -> str:
    """The name of a site's zone from ``/wp-json/``; blank when it tells none that has a name.

    ``gmt_offset`` is in hours and may come as text (WordPress 6.9, recorded). A site set to a bare offset
    gets the zone of that offset that has no summer time; in ``Etc/GMT`` names the sign is turned around.
    """
    if isinstance(timezone_string, str) and timezone_string:
        if zone(timezone_string) is not UTC:
            return timezone_string
        return "UTC" if timezone_string in ("UTC", "+00:00") else ""
    try:
        hours = float(gmt_offset) if isinstance(gmt_offset, int | float | str) else 0.0
    except ValueError:
        return ""
    if hours == 0:
        return "UTC"
    if hours == int(hours) and -12 <= hours <= 14:
        return f"Etc/GMT{-int(hours):+d}"
    return _FRACTIONS.get(hours, "")
