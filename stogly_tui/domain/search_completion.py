"""Completion of the search language: fields, and the values of those that have a list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stogly_tui.domain import search
from stogly_tui.domain.safe_text import folded

MOMENTS = ("today", "yesterday", "7d", "30d", "90d")
PEOPLE = ("me", "nobody", "anybody")


@dataclass(frozen=True, slots=True)
class Completion:
    """The text with one word completed, and what that word is."""

    text: str
    cursor: int
    shown: str
    says: str = ""


def completions(
    text: str, cursor: int, around: search.Surroundings, *, most: int = 12
) -> Sequence[Completion]:
    """What the word at the cursor may become; in a blank place, every field."""
    word = next((one for one in search.words(text) if one.start < cursor <= one.end), None)
    if word is None:
        return [_at(text, cursor, cursor, f"{one.name}:", one.says) for one in search.HELP][:most]
    if not word.field:
        typed = folded(word.value)
        begin = word.value_start
        return [
            _at(text, begin, word.end, f"{one.name}:", one.says)
            for one in search.HELP
            if one.name.startswith(typed) and not word.is_quoted
        ][:most]
    head, comma, last = word.value.rpartition(",")
    begin = word.value_start + word.is_quoted + len(head) + len(comma)
    typed = folded(last)
    found = [one for one in _values(word.field, around) if typed in folded(one)]
    found.sort(key=lambda one: not folded(one).startswith(typed))
    return [_value(text, word, begin, one) for one in found if folded(one) != typed][:most]


def _values(name: str, around: search.Surroundings) -> Iterable[str]:
    if name in search.CHOICES:
        return [one.replace("_", "-") for one in search.CHOICES[name]]
    match name:
        case "channel":
            return around.channels.values()
        case "is":
            return search.IS
        case "placed" | "ship-by":
            return MOMENTS
        case "assigned":
            return PEOPLE
        case _:
            return ()


def _value(text: str, word: search.Word, begin: int, value: str) -> Completion:
    if any(char.isspace() for char in value) and not word.is_quoted and begin == word.value_start:
        return _at(text, begin, word.end, f'"{value}" ', "", shown=value)
    return _at(text, begin, word.end, f"{value}{chr(34) if word.is_quoted else ''} ", "", shown=value)


def _at(text: str, start: int, end: int, put: str, says: str, shown: str = "") -> Completion:
    after = text[end:]
    if put.endswith(" ") and after.startswith(" "):
        put = put[:-1]
    return Completion(text[:start] + put + after, start + len(put), shown or put.strip(), says)
