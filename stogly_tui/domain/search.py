"""The search language: free text and words with a field, ``customer:lee push:error -channel:ebay total:>100 placed:7d``.

Reading never fails: what cannot be understood is named with its place and its remedy, the rest counts.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum

from stogly_tui.domain import search_ranges as ranges
from stogly_tui.domain.safe_text import folded
from stogly_tui.domain.states import PUSH_WORDS, IntakeState, OrderStatus, PaymentStatus, PushState, PushWord


class Field(StrEnum):
    """What a term looks at."""

    TEXT = "text"
    NUMBER = "number"
    CUSTOMER = "customer"
    EMAIL = "email"
    SKU = "sku"
    CHANNEL = "channel"
    STATUS = "status"
    PUSH = "push"
    PAYMENT = "payment"
    INTAKE = "intake"
    CURRENCY = "currency"
    ASSIGNED = "assigned"
    NOTED = "noted"
    CHANGED = "changed"
    TOTAL = "total"
    PLACED = "placed"
    SHIP_BY = "ship-by"


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. ``values``: any of them holds (channels by id, states by their stored word, texts folded);
    ``low`` and ``high`` bound a range, the upper end excluded.
    """

    field: Field
    values: tuple[str, ...] = ()
    low: Decimal | datetime | None = None
    high: Decimal | datetime | None = None
    is_not: bool = False


@dataclass(frozen=True, slots=True)
class Mistake:
    """A part of the text that does not count: where it stands, what is wrong, what to write instead."""

    start: int
    end: int
    says: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Search:
    """What was typed, as far as it could be read."""

    terms: tuple[Term, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What words are read by: the channels by id, the moment and zone of the operator, and who that is."""

    channels: Mapping[int, str]
    now: datetime
    zone: tzinfo = UTC
    me: str = ""


@dataclass(frozen=True, slots=True)
class FieldHelp:
    """A field as help and completion tell of it."""

    name: str
    says: str
    example: str


HELP: tuple[FieldHelp, ...] = (
    FieldHelp("channel", "a part of the channel's name", "channel:woo"),
    FieldHelp("status", "status of the order", "status:pending,processing"),
    FieldHelp("push", "Push Status, or the state behind it", "push:error"),
    FieldHelp("payment", "where the money is", "payment:unpaid"),
    FieldHelp("customer", "a part of the name", "customer:lee"),
    FieldHelp("email", "a part of the e-mail", "email:@example.com"),
    FieldHelp("sku", "a part of a SKU", "sku:SOCK"),
    FieldHelp("number", "a part of our or the channel's number", "number:1042"),
    FieldHelp("total", "amount in the order's currency", "total:>100"),
    FieldHelp("currency", "ISO code", "currency:eur"),
    FieldHelp("placed", "when it was placed", "placed:7d"),
    FieldHelp("ship-by", "until when it has to ship", "ship-by:<today"),
    FieldHelp("assigned", "to whom: a name, me, nobody, anybody", "assigned:me"),
    FieldHelp("intake", "what became of it at our door", "intake:held"),
    FieldHelp("is", "short for others", "is:not-sent"),
)
_NAMES = tuple(one.name for one in HELP)
_UNPAID = tuple(one.value for one in PaymentStatus if not one.is_paid)
IS: Mapping[str, Term] = {
    "sent": Term(Field.PUSH, (PushWord.SENT,)),
    "not-sent": Term(Field.PUSH, (PushWord.NOT_SENT,)),
    "error": Term(Field.PUSH, (PushWord.ERROR,)),
    "queued": Term(Field.PUSH, (PushState.QUEUED,)),
    "held": Term(Field.INTAKE, (IntakeState.HELD,)),
    "history": Term(Field.INTAKE, (IntakeState.HISTORY,)),
    "unpaid": Term(Field.PAYMENT, _UNPAID),
    "paid": Term(Field.PAYMENT, _UNPAID, is_not=True),
    "changed": Term(Field.CHANGED),
    "noted": Term(Field.NOTED),
}
"""What ``is:`` stands for."""
CHOICES: Mapping[str, tuple[str, ...]] = {
    "status": tuple(OrderStatus),
    "push": tuple(dict.fromkeys((*PushWord, *PushState))),
    "payment": tuple(PaymentStatus),
    "intake": tuple(IntakeState),
}
_TITLES = {"push": "push status", "payment": "payment status", "intake": "intake state"}
_TEXTS = {"customer": Field.CUSTOMER, "email": Field.EMAIL, "sku": Field.SKU, "number": Field.NUMBER}
_WORD = re.compile(r'(?P<not>-)?(?:(?P<field>[^\W\d_][\w-]*):)?(?P<value>"[^"]*"?|[^\s"]\S*|)')


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the text, where it stands; ``field`` is blank in free text."""

    start: int
    end: int
    field: str
    value: str
    is_not: bool
    is_quoted: bool

    @property
    def value_start(self) -> int:
        """Where its value begins, after the field and its colon."""
        return self.start + self.is_not + (len(self.field) + 1 if self.field else 0)


def words(text: str) -> Iterator[Word]:
    """The words of a text in order."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = _WORD.match(text, at)
        assert found is not None
        value, end = found["value"], max(found.end(), at + 1)
        name = found["field"] or ""
        if end == at + 1 and not found.group():
            value = text[at]
        yield Word(at, end, name.lower(), value.strip('"'), bool(found["not"]), value.startswith('"'))
        at = end


def read(text: str, around: Surroundings) -> Search:
    """Understand a text; a field without a value, as while one types, does not count yet."""
    terms: list[Term] = []
    mistakes: list[Mistake] = []
    for word in words(text):
        if not word.value:
            if word.field and word.field not in _NAMES:
                mistakes.append(_unknown_field(word))
            continue
        try:
            term = _term(word, around)
        except _Wrong as wrong:
            mistakes.append(Mistake(word.start, word.end, wrong.says, wrong.remedy))
        else:
            if term is not None:
                terms.append(term)
    return Search(tuple(terms), tuple(mistakes))


def value_of(text: str, name: str) -> str:
    """The value of the first word with this field that is not negated; blank without one."""
    return next((one.value for one in words(text) if one.field == name and not one.is_not and one.value), "")


def with_value(text: str, name: str, value: str) -> str:
    """The text with one word of this field, or none when ``value`` is blank; the other words stay."""
    kept = [text[one.start : one.end] for one in words(text) if one.field != name or one.is_not]
    return " ".join([*kept, *([written(name, value)] if value else [])])


def written(name: str, value: str) -> str:
    """A word that says this, quoted where it has to be."""
    return f'{name}:"{value}"' if any(char.isspace() for char in value) else f"{name}:{value}"


class _Wrong(Exception):
    def __init__(self, says: str, remedy: str) -> None:
        super().__init__(says)
        self.says, self.remedy = says, remedy


def _term(word: Word, around: Surroundings) -> Term | None:
    name, value = word.field, word.value
    if not name:
        return Term(Field.TEXT, (folded(value),), is_not=word.is_not)
    if name in _TEXTS:
        return Term(_TEXTS[name], (folded(value),), is_not=word.is_not)
    if name in CHOICES:
        return Term(Field(name), _chosen(name, value), is_not=word.is_not)
    match name:
        case "channel":
            return Term(Field.CHANNEL, _channels(value, around), is_not=word.is_not)
        case "currency":
            return Term(Field.CURRENCY, tuple(value.upper().split(",")), is_not=word.is_not)
        case "assigned":
            return _assigned(value, word.is_not, around)
        case "is":
            return _is(value, word.is_not)
        case "total":
            return _range(Field.TOTAL, ranges.amounts(value), word.is_not)
        case "placed" | "ship-by":
            return _range(Field(name), ranges.moments(value, around.now, around.zone), word.is_not)
    wrong = _unknown_field(word)
    raise _Wrong(wrong.says, wrong.remedy)


def _range(name: Field, found: "ranges.Bounds | str | None", is_not: bool) -> Term | None:
    if found is None:
        return None
    if isinstance(found, str):
        forms = ranges.AMOUNT_FORMS if name is Field.TOTAL else ranges.MOMENT_FORMS
        raise _Wrong(found, f"Write {forms}.")
    return Term(name, low=found[0], high=found[1], is_not=is_not)


def _chosen(name: str, value: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in filter(None, value.lower().replace("-", "_").split(",")):
        exact = [one for one in CHOICES[name] if one == part]
        matching = exact or [one for one in CHOICES[name] if one.startswith(part)]
        if not matching:
            known = ", ".join(CHOICES[name])
            near = difflib.get_close_matches(part, CHOICES[name], n=1)
            remedy = f"Did you mean {name}:{near[0]}?" if near else f"Known are {known}."
            raise _Wrong(f"{part} is no {_TITLES.get(name, name)}.", remedy)
        found += matching
    return tuple(dict.fromkeys(found))


def push_states(values: Sequence[str]) -> frozenset[PushState]:
    """The states that words of ``push:`` stand for: one of the three words shown, or a state itself."""
    shown = {one.value for one in PushWord}
    told = {state for state, word in PUSH_WORDS.items() if word in values}
    return frozenset(told | {PushState(one) for one in values if one not in shown})


def _channels(value: str, around: Surroundings) -> tuple[str, ...]:
    found: list[str] = []
    for part in filter(None, value.split(",")):
        wanted = folded(part).replace(" ", "")
        hits = [str(key) for key, name in around.channels.items() if wanted in folded(name).replace(" ", "")]
        if not hits:
            names = ", ".join(around.channels.values()) or "none yet"
            raise _Wrong(f"No channel is called {part}.", f"There are: {names}.")
        found += hits
    return tuple(dict.fromkeys(found))


def _assigned(value: str, is_not: bool, around: Surroundings) -> Term:
    match value.lower():
        case "me":
            return Term(Field.ASSIGNED, (around.me,), is_not=is_not)
        case "nobody" | "none":
            return Term(Field.ASSIGNED, is_not=not is_not)
        case "anybody" | "any":
            return Term(Field.ASSIGNED, is_not=is_not)
        case _:
            return Term(Field.ASSIGNED, (value,), is_not=is_not)


def _is(value: str, is_not: bool) -> Term:
    wanted = value.lower().replace("_", "-")
    matching = [one for one in IS if one == wanted] or [one for one in IS if one.startswith(wanted)]
    if not matching:
        raise _Wrong(f"is:{value} is not known.", f"Known are {', '.join(IS)}.")
    term = IS[matching[0]]
    return Term(term.field, term.values, is_not=term.is_not != is_not)


def _unknown_field(word: Word) -> Mistake:
    near = difflib.get_close_matches(word.field, _NAMES, n=1)
    meant = f"Did you mean {near[0]}:? " if near else f"Fields are {', '.join(_NAMES)}. "
    says = f"There is no field {word.field}:."
    return Mistake(word.start, word.end, says, f'{meant}As a text: put it in "quotes".')
