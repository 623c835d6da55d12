"""The search language: ``updated_at:>='2026-11-01T00:00:00Z' AND (tag:vip OR -status:cancelled)``.

Terms stand beside each other, or are combined by AND, OR, NOT or ``-`` and parentheses. A comma in the value
of a status is an OR. A field nobody knows, and a value that cannot be read, is left out of the search with a
warning: the answer then holds more than was asked for, as at the real one.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\()|(?P<close>\))|
        (?P<minus>-)?(?:(?P<field>[\w.]+):)?(?P<op>>=|<=|>|<)?
        (?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<plain>[^\s()]+))
    )""",
    re.VERBOSE,
)
Match = Callable[[Any], bool]
Term = Callable[[str, str], Match | None]
"""Makes a condition of an operator and a value; None when the value cannot be read."""

OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "": lambda one, other: bool(one == other),
    ">": lambda one, other: bool(one > other),
    ">=": lambda one, other: bool(one >= other),
    "<": lambda one, other: bool(one < other),
    "<=": lambda one, other: bool(one <= other),
}


@dataclass
class Search:
    """A search that was read: which things match, and what could not be understood.

    ``bounds`` holds the lower bounds of dates that everything found must keep to.
    """

    matches: Match
    warnings: list[dict[str, str]] = field(default_factory=list)
    bounds: dict[str, int] = field(default_factory=dict)


def read(query: str | None, fields: Mapping[str, Term], default: Callable[[str], Match]) -> Search:
    """Read a search.

    Args:
        fields: what each known field compares.
        default: what a word without a field is looked for in.
    """
    if not query or not query.strip():
        return Search(lambda _one: True)
    reader = _Reader(_tokens(query), fields, default)
    search = Search(reader.either(), reader.warnings)
    if not reader.has_alternatives:
        search.bounds = reader.bounds
    return search


def moment(value: str, zone: tzinfo) -> int | None:
    """A date or time as searches write it; without an offset it is the shop's own."""
    try:
        read_time = datetime.fromisoformat(value)
    except ValueError:
        return None
    return int(
        (read_time if read_time.tzinfo else read_time.replace(tzinfo=zone)).astimezone(UTC).timestamp()
    )


def dates(get: Callable[[Any], int], zone: tzinfo) -> Term:
    """A field that holds a time."""

    def term(op: str, value: str) -> Match | None:
        wanted = moment(value, zone)
        if wanted is None:
            return None
        compare = OPERATORS[op]
        return lambda one: compare(get(one), wanted)

    return term


def numbers(get: Callable[[Any], int]) -> Term:
    """A field that holds a whole number, such as an id; a gid counts as its number."""

    def term(op: str, value: str) -> Match | None:
        digits = value.rpartition("/")[2]
        if not digits.isdigit():
            return None
        wanted, compare = int(digits), OPERATORS[op]
        return lambda one: compare(get(one), wanted)

    return term


def texts(get: Callable[[Any], str | None]) -> Term:
    """A field that holds a text; ``*`` alone means any, at the end it stands for the rest."""

    def term(_op: str, value: str) -> Match:
        wanted = value.casefold()
        if wanted == "*":
            return lambda one: bool(get(one))
        if wanted.endswith("*"):
            return lambda one: (get(one) or "").casefold().startswith(wanted[:-1])
        return lambda one: (get(one) or "").casefold() == wanted

    return term


def lists(get: Callable[[Any], list[str]], *, wanted_in: bool = True) -> Term:
    """A field that holds several texts, such as tags."""

    def term(_op: str, value: str) -> Match:
        wanted = value.casefold()
        return lambda one: (wanted in [text.casefold() for text in get(one)]) is wanted_in

    return term


def words(get: Callable[[Any], set[str]], known: set[str]) -> Term:
    """A field of fixed words, where commas are an OR; a word that is not one of them is not understood."""

    def term(_op: str, value: str) -> Match | None:
        wanted = {word.strip().lower() for word in value.split(",")}
        if not wanted <= known:
            return None
        return lambda one: bool(wanted & get(one))

    return term


@dataclass(frozen=True)
class _Token:
    kind: str
    name: str = ""
    op: str = ""
    value: str = ""
    is_negated: bool = False


def _tokens(query: str) -> list[_Token]:
    found: list[_Token] = []
    for match in _TOKEN.finditer(query):
        got = match.groupdict()
        quoted = got["double"] if got["double"] is not None else got["single"]
        if got["open"] or got["close"]:
            found.append(_Token("(" if got["open"] else ")"))
        elif quoted is None and not got["field"] and got["plain"] in {"AND", "OR", "NOT"}:
            found.append(_Token(got["plain"]))
        else:
            value = got["plain"] if quoted is None else quoted
            found.append(_Token("term", got["field"] or "", got["op"] or "", value, bool(got["minus"])))
    return found


class _Reader:
    """Goes through the tokens once; each method reads one level of the grammar."""

    def __init__(
        self, tokens: list[_Token], fields: Mapping[str, Term], default: Callable[[str], Match]
    ) -> None:
        self._tokens = tokens
        self._fields = fields
        self._default = default
        self.warnings: list[dict[str, str]] = []
        self.bounds: dict[str, int] = {}
        self.has_alternatives = False

    def either(self) -> Match:
        parts = [self._all()]
        while self._next_is("OR"):
            self._tokens.pop(0)
            self.has_alternatives = True
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else lambda one: any(part(one) for part in parts)

    def _all(self) -> Match:
        parts: list[Match] = []
        while self._tokens and self._tokens[0].kind not in {"OR", ")"}:
            token = self._tokens.pop(0)
            if token.kind == "AND":
                continue
            if token.kind == "NOT":
                self.has_alternatives = True
                if self._tokens:
                    parts.append(_not(self._one(self._tokens.pop(0))))
            else:
                parts.append(self._one(token))
        return parts[0] if len(parts) == 1 else lambda one: all(part(one) for part in parts)

    def _one(self, token: _Token) -> Match:
        if token.kind == "(":
            inner = self.either()
            if self._next_is(")"):
                self._tokens.pop(0)
            return inner
        made = self._condition(token)
        return _not(made) if token.is_negated else made

    def _condition(self, token: _Token) -> Match:
        if not token.name:
            return self._default(token.value)
        if token.name not in self._fields:
            return self._not_understood(token, "Invalid search field for this query.", "invalid_field")
        made = self._fields[token.name](token.op, token.value)
        if made is None:
            return self._not_understood(token, "Input is not valid for this field.", "invalid_value")
        if token.op in {">", ">="} and not token.is_negated:
            self._note_bound(token)
        return made

    def _not_understood(self, token: _Token, message: str, code: str) -> Match:
        self.warnings.append({"field": token.name, "message": message, "code": code})
        return lambda _one: not token.is_negated

    def _note_bound(self, token: _Token) -> None:
        at = moment(token.value, UTC)
        if at is not None:
            self.bounds[token.name] = max(at - 86_400, self.bounds.get(token.name, 0))

    def _next_is(self, kind: str) -> bool:
        return bool(self._tokens) and self._tokens[0].kind == kind


def _not(match: Match) -> Match:
    return lambda one: not match(one)
