"""What the tools of a channel found, in lines, and what reads a day or a moment that was typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.operations.tools import ClockCheck, DayCount
from stogly_tui.operations.webhooks import WebhookCheck
from stogly_tui.present import channel_pages, times
from stogly_tui.present.blocks import BLANK, Line, Tone, View, heading, line, say, wrapped


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool found. ``window`` is what is worth reading again, when something was missing."""

    lines: Sequence[Line]
    summary: str
    """The same in one sentence, for the activity list."""
    window: tuple[datetime, datetime] | None = None


TOOLS: Sequence[tuple[str, str, str, str]] = (
    ("f", "fetch", "pull one", "Pull one order by its id at the channel"),
    ("r", "window", "read again", "Read a window of days again, and compare by id"),
    ("v", "counts", "counts", "Verify the counts of a day: on the channel, here, sent"),
    ("w", "webhooks", "webhooks", "Check webhooks: registered, active, arriving"),
    ("R", "repair", "repair", "Repair webhooks (admin)"),
    ("c", "clock", "clock", "Check clock and time zone"),
    ("i", "search", "search", "Rebuild the search index of its orders"),
)
"""Key, name, word and words of each tool."""


def menu(row: ChannelRow | None, result: ToolResult | None, width: int) -> list[Line]:
    """The tools with their keys; once one was used, on one line, and below what it found."""
    if row is None:
        return wrapped("Tools are there once the channel is saved.", width)
    if result is None:
        told = [line(say(f"  {key}", Tone.STRONG), f"  {words}") for key, _, _, words in TOOLS]
        about = "They read, compare and count; none changes a setting, or an order that is right."
        return [*told, BLANK, *wrapped(about, width)]
    short = [part for key, _, word, _ in TOOLS for part in (say(key, Tone.STRONG), say(f" {word}  "))]
    told = [tuple(short), BLANK, *result.lines]
    if result.window is not None:
        told.append(line(say("  d", Tone.STRONG), "  read that day again, and take in what is missing"))
    return told


def zone_of(row: ChannelRow) -> tzinfo:
    """The zone of a channel; UTC where it is not known."""
    try:
        return ZoneInfo(row.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def day_of(text: str) -> date | None:
    """A day as typed; None when it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def counts(found: DayCount, zone: tzinfo) -> ToolResult:
    """On channel = here; sent."""
    there = "unknown (it does not count)" if found.on_channel is None else f"{found.on_channel:,}"
    told = [
        heading(f"COUNTS OF {found.day:%a} {found.day} ({times.zone_name(found.since.astimezone(zone))})"),
        line(f"  on {found.channel} {there}   here {found.here:,}   sent {found.sent:,}"),
    ]
    if found.on_channel is None:
        return _ended(told, "? the channel gives no count: read the day again (r) to be sure.", Tone.WARN)
    if found.is_equal:
        return _ended(told, "+ equal: nothing is missing.", Tone.GOOD)
    gap = found.on_channel - found.here
    why = (
        f"{gap:,} {'is' if gap == 1 else 'are'} not here yet" if gap > 0 else f"{-gap:,} more here than there"
    )
    more = "" if gap > 0 else "; were they deleted at the channel?"
    return _ended(told, f"! not equal: {why}{more}.", Tone.BAD, (found.since, found.until))


def clock(found: ClockCheck, zone: tzinfo) -> ToolResult:
    """Whether times can be compared."""
    told = [heading("CLOCK AND TIME ZONE"), line(f"  here  {times.stamp(found.ours, zone)}")]
    if found.theirs is None or found.apart is None:
        told.append(line(f"  {found.channel} does not tell its time"))
    else:
        seconds = abs(int(found.apart.total_seconds()))
        which = "ahead of" if found.apart.total_seconds() > 0 else "behind"
        apart = f"{seconds} s {which} us" if seconds else "the same"
        told.append(line(f"  there {times.stamp(found.theirs, zone)}: {apart}"))
    told.append(line(f"  zone  {found.told_zone} there, {found.stored_zone} stored here"))
    if found.is_fine:
        return _ended(told, "+ fine: times can be compared.", Tone.GOOD)
    if found.stored_zone != found.told_zone:
        why = "! the zones differ: days and daily runs would begin at another hour. Enter its keys anew and save (Store)."
        return _ended(told, why, Tone.BAD)
    return _ended(told, "! the clocks differ: set the clock of this machine (NTP).", Tone.BAD)


def webhooks(found: WebhookCheck, view: View) -> ToolResult:
    """Where they go, which there are, what arrived, what is wrong."""
    told = [heading("WEBHOOKS")]
    for text in found.repaired:
        told.append(line(say(f"  + {text}", Tone.GOOD)))
    for problem in found.problems:
        told += wrapped(f"! {problem.field}: {problem.message} {problem.remedy}", view.width - 2, 2, Tone.BAD)
    if not found.problems:
        told.append(line(say("  + as they should be", Tone.GOOD)))
    told.append(line(f"  address   {found.url or '(nobody can reach us)'}"))
    for topic in found.topics:
        state = (
            say("- not there", Tone.WARN)
            if not topic.id
            else say("+ active", Tone.GOOD)
            if topic.is_active
            else say("! disabled", Tone.BAD)
        )
        whose = "" if topic.is_ours else f"   another's: {topic.url}"
        told.append(line(f"  {topic.topic:<20} ", state, say(whose, Tone.MUTED)))
    told += channel_pages.deliveries(found.endpoint, found.receiver, view)
    summary = " ".join(str(problem) for problem in found.problems) or "webhooks are as they should be."
    return ToolResult(told, summary)


def sentence(text: str, width: int, tone: Tone = Tone.GOOD) -> ToolResult:
    """One sentence as a result."""
    return ToolResult(wrapped(text, width - 2, 2, tone), text)


def _ended(
    told: Sequence[Line], text: str, tone: Tone, window: tuple[datetime, datetime] | None = None
) -> ToolResult:
    """What was found, with the sentence that it comes to."""
    return ToolResult([*told, *wrapped(text, 78, 2, tone)], text, window)
