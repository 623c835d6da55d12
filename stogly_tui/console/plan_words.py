"""The plan of a send in lines: what goes, what stays and why, what looks doubtful. Lists are made line by line."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import overload

from stogly_tui.domain.gates import Refusal
from stogly_tui.operations.plans import PlanItem, SendPlan, Skipped, values
from stogly_tui.present import money, times
from stogly_tui.present.blocks import Line, Tone, View, heading, line, pairs, say, wrapped

WIDTH = 72
REASONS = 5
DOUBTS = 4
LABEL = 14
"""Cells of the labels."""


class Lines(Sequence[Line]):
    """A heading and a line for each of many rows, made when it comes into sight."""

    def __init__(self, head: str, count: int, make: Callable[[int], Line]) -> None:
        self._head, self._count, self._make = heading(head), count, make

    def __len__(self) -> int:
        return self._count + 1

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Line]: ...
    def __getitem__(self, index: int | slice) -> Line | Sequence[Line]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        return self._make(index - 1) if index else self._head


def overview(plan: SendPlan, view: View, marked: int, newer: int, marked_by: str) -> Sequence[Line]:
    """The whole plan on one page."""
    how = f", by filter {marked_by}" if marked_by else ""
    told = wrapped(
        (f"Marked: {marked:,}{how}. " if marked > 1 else "")
        + "A send cannot be undone; until claimed, x recalls it.",
        WIDTH,
    )
    told += _goes_out(plan, view)
    told += _stays(plan, view.zone)
    told += _look_at(plan, view.zone)
    if newer:
        told += pairs([("Not included", f"{newer:>4,}  came in after you marked; they stay unmarked")])
    for one in plan.destinations:
        mails = "MAILS THE BUYERS" if one.mails_buyer else "mails to buyers: none"
        stock = "takes stock: yes" if one.takes_stock else "takes stock: no"
        told += _labelled(f"At {one.name}", f"status {one.status}, {mails}, {stock}")
        if one.trouble:
            told += pairs([(" ", say(f"! it is {one.trouble}: they wait until it answers", Tone.BAD))])
    return told


def goes(plan: SendPlan) -> Sequence[Line]:
    """Every order that goes out."""
    return Lines(
        f"GOES OUT: {len(plan.items):,}", len(plan.items), lambda index: _goes_line(plan.items[index])
    )


def skipped(plan: SendPlan, zone: tzinfo) -> Sequence[Line]:
    """Every order that stays, and why."""
    return Lines(
        f"SKIPPED: {len(plan.skipped):,}",
        len(plan.skipped),
        lambda index: _skipped_line(plan.skipped[index], zone),
    )


def _goes_out(plan: SendPlan, view: View) -> list[Line]:
    channels = ", ".join(f"{name} {count:,}" for name, count in plan.per_channel.items())
    counts, per_currency = plan.per_currency, plan.money
    sums = ", ".join(
        money.shown(minor, currency) + (f" ({counts[currency]:,})" if len(per_currency) > 1 else "")
        for currency, minor in sorted(per_currency.items(), key=lambda one: -one[1])
    )
    if not channels:
        return pairs([("Goes out", say("nothing", Tone.WARN))])
    first, *rest = (
        text for part in (channels, sums, _when(plan, view)) for text in wrapped(part, WIDTH - LABEL)
    )
    return pairs([("Goes out", first), *((" ", one) for one in rest)])


def _when(plan: SendPlan, view: View) -> str:
    parts = [f"oldest placed {times.absolute(plan.oldest, view.zone)}"] if plan.oldest else []
    if plan.ship_today:
        parts.append(f"{plan.ship_today:,} must ship today")
    takes = plan.takes_about
    if takes is not None and len(plan.items) > 1:
        waiting = sum(one.waiting for one in plan.destinations)
        before = f", after {waiting:,} waiting" if waiting else ""
        parts.append(f"~{times.duration(takes) if takes.total_seconds() >= 1 else '1s'}{before}")
    return "; ".join(parts)


def _stays(plan: SendPlan, zone: tzinfo) -> list[Line]:
    told: list[Line] = []
    reasons = Counter(zip(values(plan.skipped, "refusal"), values(plan.skipped, "by"), strict=True))
    label = f"Skipped {len(plan.skipped):,}"
    for (refusal, by), count in reasons.most_common(REASONS):
        one = next(one for one in plan.skipped if (one.refusal, one.by) == (refusal, by))
        if by:
            text = f"> {_sent_by(by)}, since {times.clock(one.since, zone)}"
        else:
            text = f"{one.number}{'' if count == 1 else ' ...'}: {refusal}"
        told += _counted(label, count, text)
        label = " "
    if len(reasons) > REASONS:
        told += pairs([(" ", f"      and {len(reasons) - REASONS} more reasons: k")])
    return told


def _look_at(plan: SendPlan, zone: tzinfo) -> list[Line]:
    told = [(count, f"goes out although: {warning}") for warning, count in plan.warned.items()]
    for there in plan.also_there:
        told.append(
            (there.count, f"> {there.actor} is {there.doing}, since {times.clock(there.since, zone)}")
        )
    for doubt in plan.doubtful[:DOUBTS]:
        more = " ..." if len(doubt.order_ids) > len(doubt.numbers) else ""
        told.append((len(doubt.order_ids), f"~ {doubt.why}: {' '.join(doubt.numbers)}{more}"))
    lines = [
        shown
        for n, (count, text) in enumerate(told)
        for shown in _counted(" " if n else "Look at", count, text)
    ]
    if len(plan.doubtful) > DOUBTS:
        lines += pairs([(" ", f"      and {len(plan.doubtful) - DOUBTS:,} more that look alike")])
    return lines


def _counted(label: str, count: int, text: str) -> list[Line]:
    """How many and of what, over as many lines as it needs."""
    first, *rest = wrapped(text, WIDTH, LABEL + 6, Tone.WARN)
    return [*pairs([(label, (say(f"{count:>4,}  ", Tone.WARN), *first[1:]))]), *rest]


def _labelled(label: str, text: str) -> list[Line]:
    """Text beside its label, or below one that has no room beside it."""
    if len(label) < LABEL:
        return pairs([(label, text)])
    return [line(say(label, Tone.MUTED)), *pairs([(" ", text)])]


def _sent_by(by: str) -> str:
    return "the rule is sending them" if by == "stogly" else f"{by} is sending them"


def _goes_line(item: PlanItem) -> Line:
    why = "  " + ", ".join(item.warnings) if item.warnings else ""
    return line(
        f"{item.number:<18} {item.channel[:14]:<14} {money.aligned(item.total, item.currency)}",
        say(why, Tone.WARN),
    )


def _skipped_line(one: Skipped, zone: tzinfo) -> Line:
    why = str(one.refusal)
    if one.refusal is Refusal.ON_ITS_WAY and one.by:
        why += _since(one.by, one.since, zone)
    return line(f"{one.number:<18} {why}{f' ({one.detail})' if one.detail else ''}")


def _since(by: str, since: datetime | None, zone: tzinfo) -> str:
    return f": {by}, {times.clock(since, zone)}"
