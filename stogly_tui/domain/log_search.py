"""The filter of the sync log: ``level:>=warning since:8h channel:woo code:addr run:7791 -"page stored"``.

The same words as the filter of orders, other fields. Reading never fails: what cannot be understood is named with
its place and its remedy, the rest counts.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from enum import StrEnum
from typing import TypeVar

from stogly_tui.domain import search_ranges as ranges
from stogly_tui.domain.safe_text import folded
from stogly_tui.domain.search import FieldHelp, Mistake, Surroundings, Word, words
from stogly_tui.domain.states import FlowType, Level, RunState

HELP: tuple[FieldHelp, ...] = (
    FieldHelp("level", "weight of an entry", "level:>=warning"),
    FieldHelp("since", "written at or after", "since:8h"),
    FieldHelp("until", "written before", "until:09:30"),
    FieldHelp("channel", "a part of the channel's name", "channel:woo"),
    FieldHelp("code", "a part of the code", "code:ADDR"),
    FieldHelp("run", "entries of one run", "run:7791"),
    FieldHelp("order", "a part of the order's number", "order:1042"),
    FieldHelp("type", "type of a run", "type:orders"),
    FieldHelp("state", "state of a run", "state:failed"),
    FieldHelp("text", "a part of what is said; the same as the text alone", 'text:"no reply"'),
)
_NAMES = tuple(one.name for one in HELP)
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_LEVELS = tuple(Level)
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class LogSearch:
    """What was asked for; a part that is empty lets everything through. Texts are in small letters."""

    levels: tuple[Level, ...] = ()
    channels: tuple[int, ...] = ()
    not_channels: tuple[int, ...] = ()
    runs: tuple[int, ...] = ()
    types: tuple[FlowType, ...] = ()
    states: tuple[RunState, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    codes: tuple[str, ...] = ()
    not_codes: tuple[str, ...] = ()
    order: str = ""
    texts: tuple[str, ...] = ()
    not_texts: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = field(default=(), compare=False)


class _Wrong(Exception):
    def __init__(self, says: str, remedy: str) -> None:
        super().__init__(says)
        self.says, self.remedy = says, remedy


def read(text: str, around: Surroundings) -> LogSearch:
    """Understand a filter; a field without a value, as while one types, does not count yet."""
    found = LogSearch()
    mistakes: list[Mistake] = []
    for word in words(text):
        try:
            if word.field and word.field not in _NAMES:
                raise _unknown(word)
            if word.value:
                found = _with(found, word, around)
        except _Wrong as wrong:
            mistakes.append(Mistake(word.start, word.end, wrong.says, wrong.remedy))
    return replace(found, mistakes=tuple(mistakes))


def _with(found: LogSearch, word: Word, around: Surroundings) -> LogSearch:
    value, is_not = word.value, word.is_not
    if is_not and word.field in ("since", "until", "run", "order"):
        raise _Wrong(f"{word.field}: cannot be turned round.", f"Write {word.field}: without the -.")
    match word.field:
        case "level":
            return replace(found, levels=_levels(value, is_not))
        case "channel":
            ids = _channels(value, around.channels)
            return replace(found, not_channels=ids) if is_not else replace(found, channels=ids)
        case "run":
            return replace(found, runs=_runs(value))
        case "type":
            return replace(found, types=_chosen("type", FlowType, value, is_not))
        case "state":
            return replace(found, states=_chosen("state", RunState, value, is_not))
        case "since":
            return replace(found, since=_moment(value, around))
        case "until":
            return replace(found, until=_moment(value, around))
        case "order":
            return replace(found, order=value.lower())
        case "code":
            codes = tuple(filter(None, value.lower().split(",")))
            return replace(found, not_codes=codes) if is_not else replace(found, codes=codes)
    if is_not:
        return replace(found, not_texts=(*found.not_texts, value.lower()))
    return replace(found, texts=(*found.texts, value.lower()))


def _levels(value: str, is_not: bool) -> tuple[Level, ...]:
    sign = re.match(r">=|<=|>|<", value)
    wanted = _chosen("level", Level, value[sign.end() :] if sign else value, False)
    if not sign:
        return tuple(one for one in _LEVELS if (one in wanted) is not is_not)
    if not wanted:
        return ()
    at = _LEVELS.index(wanted[0])
    kept = {">=": _LEVELS[at:], ">": _LEVELS[at + 1 :], "<=": _LEVELS[: at + 1], "<": _LEVELS[:at]}[sign[0]]
    if not kept:
        raise _Wrong(f"No level is {value}.", f"Levels are {', '.join(_LEVELS)}, in this order.")
    return tuple(one for one in _LEVELS if (one in kept) is not is_not)


def _chosen(name: str, kinds: type[E], value: str, is_not: bool) -> tuple[E, ...]:
    known = [one.value for one in kinds]
    found: list[str] = []
    for part in filter(None, value.lower().replace("-", "_").split(",")):
        matching = [one for one in known if one == part] or [one for one in known if one.startswith(part)]
        if not matching:
            near = difflib.get_close_matches(part, known, n=1)
            raise _Wrong(
                f"{part} is no {name}.",
                f"Did you mean {name}:{near[0]}?" if near else f"Known are {', '.join(known)}.",
            )
        found += matching
    return tuple(one for one in kinds if (one.value in found) is not is_not) if found else ()


def _channels(value: str, channels: Mapping[int, str]) -> tuple[int, ...]:
    found: list[int] = []
    for part in filter(None, value.split(",")):
        wanted = folded(part).replace(" ", "")
        names = {key: folded(name).replace(" ", "") for key, name in channels.items()}
        hits = [key for key, name in names.items() if name == wanted]
        hits = hits or [key for key, name in names.items() if wanted in name]
        if not hits:
            raise _Wrong(
                f"No channel is called {part}.", f"There are: {', '.join(channels.values()) or 'none yet'}."
            )
        found += hits
    return tuple(dict.fromkeys(found))


def _runs(value: str) -> tuple[int, ...]:
    parts = [part.lstrip("#") for part in value.split(",") if part]
    wrong = [part for part in parts if not (part.isascii() and part.isdigit() and len(part) < 18)]
    if wrong:
        raise _Wrong(f"{wrong[0] or value} is no number of a run.", "Write it like run:7791.")
    return tuple(map(int, parts))


def _moment(value: str, around: Surroundings) -> datetime | None:
    if found := _TIME.fullmatch(value):
        hour, minute = int(found[1]), int(found[2])
        if hour < 24 and minute < 60:
            today = around.now.astimezone(around.zone).date()
            return datetime.combine(today, time(hour, minute), around.zone)
    bounds = ranges.moments(value, around.now, around.zone)
    if bounds is None:
        return None
    start = None if isinstance(bounds, str) else bounds[0]
    if not isinstance(start, datetime):
        says = bounds if isinstance(bounds, str) else f"{value} is not one moment."
        raise _Wrong(says, "Write 8h, 2d, today, 09:30 or 2026-11-16.")
    return start


def _unknown(word: Word) -> _Wrong:
    near = difflib.get_close_matches(word.field, _NAMES, n=1)
    meant = f"Did you mean {near[0]}:? " if near else f"Fields are {', '.join(_NAMES)}. "
    return _Wrong(
        f"There is no field {word.field}:.", f'{meant}To look for the text itself, put it in "quotes".'
    )
