"""Closing the day in words and columns: the console and the command line say the same."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from stogly_tui.model.queries.handovers import HandoverRow
from stogly_tui.model.queries.overview import Day, DayRow, Serving
from stogly_tui.present import remainders, times
from stogly_tui.present.blocks import Line, Segment, Tone, View, line, plain, say, wrapped
from stogly_tui.present.table import Cells, Head
from stogly_tui.present.words import Look

HEADS = (
    Head("name", "Channel", 12, most=30),
    Head("asked", "On channel", 14, right=True),
    Head("here", "Here", 6, right=True),
    Head("there", "There", 6, right=True),
    Head("aside", "Aside", 5, right=True),
    Head("left", "Left", 5, right=True),
    Head("closed", "Day", 16, most=24),
)
LEFT_HEADS = (
    Head("orders", "Orders", 6, right=True),
    Head("what", "What", 12),
    Head("why", "Why", 26, most=90),
    Head("keys", "Then, on its orders (b)", 26, most=44),
)


def window(now: datetime, zone: tzinfo, days_back: int) -> tuple[datetime, datetime]:
    """A day of the operator's zone, in UTC: today, or so many days before."""
    day = now.astimezone(zone).date() - timedelta(days=days_back)
    following = day + timedelta(days=1)
    return (
        datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC),
        datetime(following.year, following.month, following.day, tzinfo=zone).astimezone(UTC),
    )


def named(since: datetime, view: View) -> str:
    """``Fri 27 Nov 2026, today``."""
    there = since.astimezone(view.zone)
    back = (view.now.astimezone(view.zone).date() - there.date()).days
    told = f"{times.DAYS[there.weekday()]} {there.day} {times.MONTHS[there.month - 1]} {there.year}"
    return f"{told}, {('today', 'yesterday')[back] if back in (0, 1) else f'{back} days ago'}"


def cells(row: DayRow, day: Day, view: View) -> Cells:
    """What the columns show of one channel's day."""
    return {
        "name": say(row.channel, Tone.STRONG),
        "asked": _asked(row, day, view),
        "here": say(f"{row.here:,}"),
        "there": say(f"{row.there:,}"),
        "aside": say(f"{row.aside:,}" if row.aside else "-", Tone.MUTED),
        "left": say(f"{row.left:,}" if row.left else "-", Tone.WARN if row.left else Tone.MUTED),
        "closed": closed(row, day, view.now).segment,
    }


def closed(row: DayRow, day: Day, now: datetime) -> Look:
    """How far a channel's day is closed, in a glyph and a few words."""
    gap = _gap(row)
    if gap > 0:
        return Look("!", f"{gap:,} not here yet", Tone.BAD)
    if row.in_doubt:
        return Look("?", f"{row.in_doubt:,} unknown", Tone.BAD)
    if row.errors or row.held:
        return Look("!", f"{row.left:,} left", Tone.BAD)
    if row.not_sent:
        return Look("-", f"{row.left:,} left", Tone.WARN)
    if row.waiting:
        return Look(">", f"{row.waiting:,} on the way", Tone.BUSY)
    if gap < 0:
        return Look("?", f"{-gap:,} more here", Tone.WARN)
    if now >= day.until and _is_compared(row, day):
        return Look("+", "closed", Tone.GOOD)
    return Look("+", "all sent", Tone.GOOD) if row.here else Look("-", "no orders", Tone.MUTED)


def about(row: DayRow, day: Day, view: View, ask: str = "v asks now") -> str:
    """The sum of one channel in words: on channel = here = there + aside + left, and where the first figure is from.

    ``ask`` says how a channel is asked from where this is read.
    """
    rest = "".join(
        f" + {word} {number:,}" for word, number in (("aside", row.aside), ("left", row.left)) if number
    )
    sums = f"here {row.here:,} = there {row.there:,}{rest}"
    return f"{row.channel}: {sums}. {_source(row, day, view, ask)}"


def left_cells(said: remainders.Told, orders: int) -> Cells:
    """What the columns show of one remainder."""
    return {
        "orders": say(f"{orders:,}"),
        "what": said.look.segment,
        "why": say(said.says),
        "keys": say(said.keys, Tone.MUTED),
    }


def verdict(day: Day) -> Line:
    """Is everything sent, in one line."""
    here = sum(row.here for row in day.channels)
    left = sum(row.left for row in day.channels)
    unknown = sum(row.in_doubt for row in day.channels)
    missing = sum(max(_gap(row), 0) for row in day.channels)
    told: list[Segment] = []
    if missing:
        told.append(say(f"! {missing:,} on a channel are not here yet. ", Tone.BAD))
    if not here:
        told.append(say("- No orders.", Tone.MUTED))
    elif not left:
        there, aside = sum(row.there for row in day.channels), sum(row.aside for row in day.channels)
        sums = f"{here:,} here = {there:,} there" + (f" + {aside:,} aside" if aside else "")
        told.append(say(f"+ Everything is sent: {sums}.", Tone.GOOD))
    else:
        unsure = f", {unknown:,} of unknown outcome" if unknown else ""
        told.append(say(f"! {left:,} of {here:,} are left{unsure}.", Tone.BAD))
    silent = sum(row.count is None and row.proof is None for row in day.channels)
    if silent:
        many = "channel" if len(day.channels) == 1 else "channels"
        verb = "was" if silent == 1 else "were"
        told.append(say(f" {silent} of {len(day.channels)} {many} {verb} not asked.", Tone.MUTED))
    return tuple(told)


def earlier(day: Day) -> Line:
    """What is open of the days before; nothing of it is forgotten because its day is over."""
    found = day.earlier
    parts = [
        f"{number:,} {word}"
        for number, word in (
            (found.in_doubt, "of unknown outcome"), (found.errors, "in error"), (found.held, "held or unreadable"),
            (found.waiting, "on the way"),
        )
        if number
    ]  # fmt: skip
    if not parts:
        return line(say("Days before: ", Tone.MUTED), say("+ nothing is open.", Tone.GOOD))
    tone = Tone.BAD if found.in_doubt or found.errors else Tone.WARN
    return line(say("Days before: ", Tone.MUTED), say(f"! {', '.join(parts)}.", tone))


def worker(serving: Serving, title: str, view: View) -> Line:
    """Who serves tonight, since when, and who stands by. ``title`` is what this process says of its own worker."""
    start = say("Worker: ", Tone.MUTED)
    is_there = serving.until is not None and serving.until > view.now and serving.holder != ""
    since = f" since {times.absolute(serving.since, view.zone)}" if serving.since and is_there else ""
    who = serving.holder.partition(":")[0]
    if title.startswith("ok (here)"):
        return line(start, say("+ this console", Tone.GOOD), f"{since}; it ends with it.")
    if is_there:
        beside = "; this console stands by" if title.startswith("ok") else ""
        process = serving.holder.partition(":")[2]
        told = f"{who} (process {process})" if process else who
        return line(start, say(f"+ {told}", Tone.GOOD), f"{since}{beside}.")
    if title == "starting":
        return line(start, say("> starting in this console.", Tone.BUSY))
    last = f" The last one left {times.absolute(serving.until, view.zone)}." if serving.until else ""
    return line(
        start, say("! nobody serves: nothing is read or sent.", Tone.BAD), f"{last} Start: stogly-tui worker"
    )


def handover_line(latest: Sequence[HandoverRow], unread: int, view: View) -> Line:
    """The newest note, and how many are unread."""
    start = say("Handover: ", Tone.MUTED)
    if not latest:
        return line(start, say("no note yet; n writes one for the next shift.", Tone.MUTED))
    note = latest[0]
    more = say(f"{unread} unread: M  ", Tone.WARN) if unread else Segment("")
    return line(
        start, more, say(f"{note.author}, {times.absolute(note.at, view.zone)}: ", Tone.STRONG), note.text
    )


def handover_page(rows: Sequence[HandoverRow], zone: tzinfo, width: int) -> list[Line]:
    """Notes whole, each with who wrote it and when."""
    told: list[Line] = []
    for row in rows:
        told.append(line(say(row.author, Tone.STRONG), say(f", {times.absolute(row.at, zone)}", Tone.MUTED)))
        told += wrapped(row.text, width, 2)
    return told


def text(day: Day, view: View) -> list[str]:
    """Below the table of the command line: the verdict, then each remainder with the command that helps."""
    told = [plain(verdict(day)).strip()]
    for row in day.channels:
        if row.here or row.count:
            told.append(f"  {about(row, day, view, 'day --ask asks now')}")
        for said, orders in remainders.of_channel(row):
            helps = f"  ({said.command})" if said.command else ""
            told.append(f"    {orders:>6,}  {said.look.text}: {said.says}{helps}")
    return told


def _asked(row: DayRow, day: Day, view: View) -> Segment:
    if row.count is None:
        if row.proof is None:
            return say("? not asked: v", Tone.MUTED)
        until = row.proof.until.astimezone(view.zone)
        return say("proof: all" if _is_compared(row, day) else f"proof to {until:%H:%M}")
    if row.count.on_channel is None:
        return say("gives no count", Tone.MUTED)
    age = times.age(row.count.at, view.now)
    return say(f"{row.count.on_channel:,} ({age})", Tone.BAD if _gap(row) > 0 else Tone.PLAIN)


def _source(row: DayRow, day: Day, view: View, ask: str) -> str:
    count, proof = row.count, row.proof
    if count is not None and count.on_channel is not None:
        when = f"asked {times.absolute(count.at, view.zone)} by {count.by}"
        equal = "=" if count.on_channel == count.here else "but"
        return f"On channel {count.on_channel:,} {equal} {count.here:,} here then ({when})."
    if proof is not None:
        missing = f"{proof.missing:,} had been missing" if proof.missing else "none missing"
        return (
            f"Proof #{proof.run_id} to {times.absolute(min(proof.until, day.until), view.zone)}: {missing}."
        )
    if count is not None:
        return "The channel gives no count."
    return f"Not asked: {ask}."


def _gap(row: DayRow) -> int:
    """How many more there were on the channel than here, when it was asked."""
    if row.count is None or row.count.on_channel is None:
        return 0
    return row.count.on_channel - row.count.here


def _is_compared(row: DayRow, day: Day) -> bool:
    """Whether the channel was asked after the day was over, or a proof has read all of it."""
    asked = row.count is not None and row.count.on_channel is not None and row.count.at >= day.until
    return asked or (row.proof is not None and row.proof.until >= day.until)
