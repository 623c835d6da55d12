"""Which orders are meant, as SQL conditions written once for both engines."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from stogly_tui.domain.money import THREE_DECIMALS, ZERO_DECIMALS
from stogly_tui.domain.search import Field, Term, push_states
from stogly_tui.domain.states import OrderStatus, PushState, PushWord
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import like, marks
from stogly_tui.model.tables.base import to_millis


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders; every part that is set must hold. ``terms`` are what somebody typed (`domain.search`)."""

    channels: tuple[int, ...] = ()
    statuses: tuple[OrderStatus, ...] = ()
    push: tuple[PushWord, ...] = ()
    states: tuple[PushState, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    terms: tuple[Term, ...] = ()
    ids: tuple[int, ...] = ()
    only_current: bool = False
    """Leave out history, what the import filter refused, what was deleted, and what lives at the shop itself."""

    @property
    def is_empty(self) -> bool:
        """Whether it lets everything through."""
        return self == OrderFilter()

    def errors_only(self) -> "OrderFilter":
        """The same filter, for orders in Error."""
        return replace(self, push=(PushWord.ERROR,))

    @property
    def wanted_states(self) -> frozenset[PushState]:
        """States of a push that are asked for by the lists; none means any."""
        return push_states((*self.push, *self.states))

    def conditions(self) -> list["Condition"]:
        """All its conditions."""
        told: list[Condition] = []
        if self.ids:
            told.append(Condition(f"o.id IN ({marks(self.ids)})", self.ids))
        if self.channels:
            told.append(Condition(f"o.channel_id IN ({marks(self.channels)})", self.channels))
        if self.statuses:
            told.append(Condition(f"o.status IN ({marks(self.statuses)})", self.statuses))
        if self.wanted_states:
            told.append(_pushed(self.wanted_states))
        if self.only_current:
            told.append(
                Condition("o.intake NOT IN ('history', 'filtered', 'source_deleted') AND NOT o.is_at_shop")
            )
        if self.since:
            told.append(Condition("o.placed_at >= ?", (to_millis(self.since),)))
        if self.until:
            told.append(Condition("o.placed_at < ?", (to_millis(self.until),)))
        return told + [_of(term) for term in self.terms]

    @property
    def mutable(self) -> bool:
        """Whether an order may come into it or leave it while it lives: anything but when and where it was placed."""
        fixed = OrderFilter(channels=self.channels, since=self.since, until=self.until)
        return replace(self, terms=()) != fixed or any(
            term.field not in (Field.CHANNEL, Field.PLACED) for term in self.terms
        )


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on ``orders o`` (and ``pushes p`` where ``needs_push``), with its parameters.

    ``needle`` is a text that the order's search text holds wherever the condition does; ``states`` those of its push.
    """

    sql: str
    parameters: tuple[Any, ...] = ()
    needs_push: bool = False
    needle: str = ""
    states: frozenset[PushState] = frozenset()


def _of(term: Term) -> Condition:
    found = _plain(term)
    if not term.is_not:
        return found
    return replace(found, sql=f"NOT ({found.sql})", needle="", states=frozenset())


def _plain(term: Term) -> Condition:
    match term.field:
        case Field.TEXT:
            return _text(term.values[0], "")
        case Field.CUSTOMER:
            return _text(term.values[0], f"{_folded('o.customer')} LIKE ? ESCAPE '!'")
        case Field.EMAIL:
            return _text(term.values[0], f"{_folded('o.email')} LIKE ? ESCAPE '!'")
        case Field.NUMBER:
            numbers = (_folded("o.number"), "o.remote_number", "o.remote_id")
            return _text(term.values[0], " OR ".join(f"{one} LIKE ? ESCAPE '!'" for one in numbers))
        case Field.SKU:
            of_line = f"l.order_id = o.id AND {_folded('l.sku')} LIKE ? ESCAPE '!'"
            return _text(term.values[0], f"EXISTS (SELECT 1 FROM order_lines l WHERE {of_line})")
        case Field.PUSH:
            return _pushed(push_states(term.values))
        case Field.ASSIGNED:
            if not term.values:
                return Condition("o.assigned_to IS NOT NULL")
            return Condition(
                f"(o.assigned_to IS NOT NULL AND o.assigned_to IN ({marks(term.values)}))", term.values
            )
        case Field.NOTED:
            return Condition("EXISTS (SELECT 1 FROM notes n WHERE n.order_id = o.id)")
        case Field.CHANGED:
            return Condition("o.source_change <> 'none'")
        case Field.CHANNEL:
            return Condition(
                f"o.channel_id IN ({marks(term.values)})", tuple(int(one) for one in term.values)
            )
        case Field.TOTAL:
            return _total(term.low, term.high)
        case Field.PLACED | Field.SHIP_BY:
            return _between("o.placed_at" if term.field is Field.PLACED else "o.ship_by", term.low, term.high)
        case Field.STATUS | Field.PAYMENT | Field.INTAKE | Field.CURRENCY:
            return Condition(f"o.{term.field.value} IN ({marks(term.values)})", term.values)


def _folded(column: str) -> str:
    """A column as it is compared: SQLite's own ``lower`` knows ASCII only."""
    return f"folded({column})" if db.engine() == "sqlite" else f"lower({column})"


def _text(text: str, also: str) -> Condition:
    pattern = like(text)
    within = "o.search LIKE ? ESCAPE '!'"
    if not also:
        return Condition(within, (pattern,), needle=text)
    return Condition(f"({within} AND ({also}))", (pattern,) * (1 + also.count("?")), needle=text)


def _pushed(states: frozenset[PushState]) -> Condition:
    pushed = sorted(states - {PushState.NOT_APPLICABLE})
    either = [f"(p.state IS NOT NULL AND p.state IN ({marks(pushed)}))"] if pushed else []
    if PushState.NOT_SENT in states:
        either.append("(o.push_id IS NULL AND NOT o.is_at_shop)")
    if PushState.NOT_APPLICABLE in states:
        either.append("(o.push_id IS NULL AND o.is_at_shop)")
    return Condition(f"({' OR '.join(either)})", tuple(pushed), needs_push=bool(pushed), states=states)


def _between(column: str, low: Any, high: Any) -> Condition:
    told, parameters = [f"{column} IS NOT NULL"], []
    for bound, sign in ((low, ">="), (high, "<")):
        if bound is not None:
            told.append(f"{column} {sign} ?")
            parameters.append(to_millis(bound))
    return Condition(f"({' AND '.join(told)})", tuple(parameters))


def _total(low: Any, high: Any) -> Condition:
    """Bounds in major units: each currency has its own count of minor units in them."""
    kinds: Sequence[tuple[frozenset[str], str, int]] = (
        (ZERO_DECIMALS, "IN", 0),
        (THREE_DECIMALS, "IN", 3),
        (ZERO_DECIMALS | THREE_DECIMALS, "NOT IN", 2),
    )
    either, parameters = [], []
    for currencies, sign, exponent in kinds:
        told = [f"o.currency {sign} ({', '.join(repr(one) for one in sorted(currencies))})"]
        for bound, comparison in ((low, ">="), (high, "<")):
            if bound is not None:
                told.append(f"o.total {comparison} ?")
                parameters.append(math.ceil(Decimal(bound).scaleb(exponent)))
        either.append(f"({' AND '.join(told)})")
    return Condition(f"({' OR '.join(either)})", tuple(parameters))
