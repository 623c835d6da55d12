"""Twenty-four hours drawn in ASCII: one line each where there is little room, bars where there is more.

Every plot names its unit, its highest and its latest figure, so that the drawing is never the only thing to read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from stogly_tui.model.queries.rates import HOUR, HourRates
from stogly_tui.present import times
from stogly_tui.present.blocks import Line, Segment, Tone, say

RAMP = ":-=+*#%@"
"""From little to much; ``.`` is an hour in which nothing happened, a blank one that is not known."""
STEPS = " .:#"
LABEL = 7
"""Cells before a plot: the title of a line, or the figures beside bars."""
EVERY = 3
"""Hours between two that the axis names."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One row of figures by hour; None where there is none (yet)."""

    title: str
    short: str
    values: Sequence[int | None]
    shown: Callable[[int], str]
    tone: Tone = Tone.PLAIN
    is_bad: bool = False
    """Whether any figure above zero is bad news."""
    is_live: bool = True
    """Whether its last hour is the present one; else the sum of the day is told, where there is one."""
    adds_up: bool = True

    @property
    def top(self) -> int:
        """The highest figure."""
        return max((value for value in self.values if value is not None), default=0)

    @property
    def latest(self) -> int | None:
        """The figure of the last hour that has begun."""
        known = [value for value in self.values if value is not None]
        return known[-1] if known else None


def plots(hours: Sequence[tuple[datetime, HourRates]], now: datetime) -> tuple[Plot, ...]:
    """The four that the Overview draws."""
    live = not hours or hours[-1][0] + HOUR > now
    begun = [rates if at <= now else None for at, rates in hours]

    def of(figure: Callable[[HourRates], int | None]) -> tuple[int | None, ...]:
        return tuple(figure(one) if one is not None else None for one in begun)

    return (
        Plot("Orders per hour", "Orders", of(lambda one: one.orders), _count, is_live=live),
        Plot("Pushed per hour", "Pushed", of(lambda one: one.pushed), _count, Tone.GOOD, is_live=live),
        Plot("Errors per hour", "Errors", of(lambda one: one.errors), _count, Tone.BAD, is_bad=True,
             is_live=live),
        Plot("Latency, 95 of 100", "Latency", of(_millis), _length, Tone.BUSY, is_live=live,
             adds_up=False),
    )  # fmt: skip


def strips(shown: Sequence[Plot], first: datetime, zone: tzinfo, width: int) -> list[Line]:
    """One line for each plot, two cells an hour where there is room, and the hours below."""
    cell = 2 if width >= LABEL + 2 + 48 + 20 else 1
    told: list[Line] = []
    for plot in shown:
        drawn = "".join(_dense(value, plot.top) * cell for value in plot.values)
        told.append((say(plot.short.ljust(LABEL), Tone.MUTED), Segment("|"), Segment(drawn, plot.tone), Segment("|"),
                     *_figures(plot)))  # fmt: skip
    told.append((Segment(" " * (LABEL + 1)), *_axis(first, zone, len(shown[0].values), cell)))
    return told


def charts(shown: Sequence[Plot], first: datetime, zone: tzinfo, width: int, height: int) -> list[Line]:
    """Bars, two plots side by side: title, so many lines of bars, the hours below."""
    half = width // 2
    cell = max((half - LABEL - 3) // len(shown[0].values), 1)
    told: list[Line] = []
    for left, right in zip(shown[::2], shown[1::2], strict=True):
        for one, other in zip(
            _chart(left, first, zone, cell, height), _chart(right, first, zone, cell, height), strict=True
        ):
            room = half - sum(len(part.text) for part in one)
            told.append((*one, Segment(" " * max(room, 1)), *other))
    return told


def _chart(plot: Plot, first: datetime, zone: tzinfo, cell: int, height: int) -> list[Line]:
    told: list[Line] = [(say(plot.title, Tone.STRONG), *_figures(plot))]
    for row in range(height - 1, -1, -1):
        label = plot.shown(plot.top) if row == height - 1 else ""
        drawn = "".join(_bar(value, plot.top, row, height) * cell for value in plot.values)
        told.append((say(label.rjust(LABEL - 2), Tone.MUTED), Segment(" |"), Segment(drawn, plot.tone)))
    told.append(
        (say("0".rjust(LABEL - 2), Tone.MUTED), Segment(" +"), *_axis(first, zone, len(plot.values), cell))
    )
    return told


def _figures(plot: Plot) -> Line:
    if plot.latest is None:
        return (say("  none yet", Tone.MUTED),)
    most = f"most {plot.shown(plot.top)}"
    if plot.is_live:
        first, figure = f"  now {plot.shown(plot.latest)}", plot.latest
    else:
        figure = sum(value for value in plot.values if value is not None)
        first = f"  in all {plot.shown(figure)}" if plot.adds_up else ""
    is_bad = plot.is_bad and figure > 0
    return (
        say(first, Tone.BAD if is_bad else Tone.PLAIN),
        say(f", {most}" if first else f"  {most}", Tone.MUTED),
    )


def _axis(first: datetime, zone: tzinfo, hours: int, cell: int) -> Line:
    """Hours of the day in the operator's zone, then the zone."""
    drawn = ""
    for number in range(hours):
        if number % EVERY == 0 and len(drawn) <= number * cell:
            there = (first + HOUR * number).astimezone(zone)
            drawn = drawn.ljust(number * cell) + f"{there:%H}"
    return (
        say(drawn.ljust(hours * cell), Tone.MUTED),
        say(f" {times.zone_name(first.astimezone(zone))}", Tone.MUTED),
    )


def _dense(value: int | None, top: int) -> str:
    if value is None:
        return " "
    if value <= 0 or top <= 0:
        return "."
    return RAMP[min((value * len(RAMP) - 1) // top, len(RAMP) - 1)]


def _bar(value: int | None, top: int, row: int, height: int) -> str:
    """What of a bar stands in one line, from the bottom; anything above zero is seen."""
    if not value or top <= 0:
        return " "
    most = len(STEPS) - 1
    filled = max(round(value * height * most / top), 1)
    return STEPS[max(0, min(filled - row * most, most))]


def _count(value: int) -> str:
    return f"{value:,}" if value < 10_000 else f"{value // 1000:,}k"


def _millis(one: HourRates) -> int | None:
    return None if one.slow is None else int(one.slow.total_seconds() * 1000)


def _length(millis: int) -> str:
    return f"{millis} ms" if millis < 1000 else f"{millis / 1000:g} s"
