"""What a plan of a send is made of: what goes, what stays and why, what looks doubtful, what its end is."""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from stogly_tui.domain.gates import Refusal
from stogly_tui.operations.packed import Packed


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One order that goes out: exactly this revision."""

    order_id: int
    number: str
    channel: str
    revision: int
    total: int
    currency: str
    destination: str
    warnings: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """One order that stays, and why; of one that is on its way, who sent it and when."""

    order_id: int
    number: str
    refusal: Refusal
    detail: str = ""
    by: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Orders that go out but look doubtful, for one reason; the first of them by number."""

    order_ids: Sequence[int]
    numbers: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class AlsoThere:
    """Somebody else who is at some of these orders right now."""

    actor: str
    doing: str
    since: datetime
    count: int


@dataclass(frozen=True, slots=True)
class DestinationSummary:
    """What a destination will do with what arrives; ``waiting`` go before it, ``trouble`` says why it takes nothing."""

    name: str
    count: int
    status: str
    mails_buyer: bool
    takes_stock: bool
    waiting: int = 0
    per_second: float = 10.0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class SendPlan:
    """What a send would do: ids and revisions, nothing that comes later (rule 10)."""

    made_at: datetime
    made_by: str
    items: Sequence[PlanItem]
    skipped: Sequence[Skipped]
    doubtful: Sequence[Doubtful]
    destinations: tuple[DestinationSummary, ...]
    ship_today: int
    oldest: datetime | None
    also_there: tuple[AlsoThere, ...] = ()
    _ship_today: Collection[int] = field(default=frozenset(), repr=False)

    @property
    def money(self) -> Mapping[str, int]:
        """What goes out, in minor units per currency."""
        told: Counter[str] = Counter()
        for currency, total in zip(values(self.items, "currency"), values(self.items, "total"), strict=True):
            told[currency] += total
        return dict(told)

    @property
    def per_currency(self) -> Mapping[str, int]:
        """How many go out per currency."""
        return dict(Counter(values(self.items, "currency")))

    @property
    def per_channel(self) -> Mapping[str, int]:
        """How many go out per source."""
        return dict(Counter(values(self.items, "channel")))

    @property
    def warned(self) -> Mapping[Refusal, int]:
        """How many go out although the automatic rule would keep them, by reason."""
        return dict(Counter(one for told in values(self.items, "warnings") for one in told))

    @property
    def takes_about(self) -> timedelta | None:
        """How long it takes until all is sent, with what waits before it; None where a destination takes nothing now."""
        if not self.destinations or any(one.trouble for one in self.destinations):
            return None
        return timedelta(
            seconds=max((one.waiting + one.count) / max(one.per_second, 0.1) for one in self.destinations)
        )

    def without(self, order_ids: Collection[int]) -> "SendPlan":
        """The same plan, without some of its orders."""
        dropped = set(order_ids)
        kept = [n for n, key in enumerate(values(self.items, "order_id")) if key not in dropped]
        items = _taking(self.items, kept)
        counts = Counter(values(items, "destination"))
        return replace(
            self,
            items=items,
            doubtful=tuple(one for one in self.doubtful if not dropped.issuperset(one.order_ids)),
            destinations=tuple(
                replace(one, count=counts[one.name]) for one in self.destinations if counts[one.name]
            ),
            ship_today=self.ship_today - len(dropped.intersection(self._ship_today)),
        )

    def without_unpaid(self) -> "SendPlan":
        """The same plan, without orders whose buyer has not paid."""
        ids = values(self.items, "order_id")
        return self.without(
            {key for key, told in zip(ids, values(self.items, "warnings"), strict=True) if Refusal.NOT_PAID in told}
        )  # fmt: skip

    def without_doubtful(self) -> "SendPlan":
        """The same plan, without what looks doubtful."""
        return self.without({key for one in self.doubtful for key in one.order_ids})


@dataclass(frozen=True, slots=True)
class SendResult:
    """What applying a plan did. What was not begun when it was stopped is neither queued nor left out."""

    queued: tuple[int, ...]
    left_out: tuple[Skipped, ...]
    not_begun: "Sequence[int]" = field(default_factory=lambda: array("q"))


_ITEM = ("order_id", "number", "channel", "revision", "total", "currency", "destination", "warnings")
_SKIPPED = ("order_id", "number", "refusal", "detail", "by", "since")


def packed_items() -> Packed[PlanItem]:
    """Room for what goes."""
    return Packed(PlanItem, "ntwnnwww")


def packed_skipped() -> Packed[Skipped]:
    """Room for what stays."""
    return Packed(Skipped, "ntwwww")


def values(rows: Sequence[Any], name: str) -> Iterable[Any]:
    """One value of every row; of packed rows without building them."""
    if isinstance(rows, Packed):
        return rows.column((_SKIPPED if name in ("refusal", "by") else _ITEM).index(name))
    return (getattr(row, name) for row in rows)


def _taking(rows: Sequence[PlanItem], indices: Sequence[int]) -> Sequence[PlanItem]:
    return rows.taking(indices) if isinstance(rows, Packed) else tuple(rows[index] for index in indices)
