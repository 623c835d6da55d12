"""What many orders come to: money per currency, and what is unusual among them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stogly_tui.model.queries.base import rows
from stogly_tui.model.queries.id_lists import CHUNK, within


@dataclass(frozen=True)
class MarkSums:
    """Sums over marked orders. Money in minor units per currency."""

    money: Mapping[str, int] = field(default_factory=dict)
    unpaid: int = 0
    stopped: int = 0
    """Held, unreadable, or with a SKU that is not mapped."""
    left: int = 0
    """Sent already, or on their way."""
    doubtful: int = 0
    """In doubt: the outcome of their send is unknown."""


def of(ids: Sequence[int]) -> MarkSums:
    """Sum up these orders, a part at a time."""
    money: Counter[str] = Counter()
    unpaid = stopped = left = doubtful = 0
    for start in range(0, len(ids), CHUNK):
        where, parameters = within("o.id", ids[start : start + CHUNK])
        for row in rows(
            "SELECT o.currency, sum(o.total),"
            " sum(CASE WHEN o.payment IN ('paid', 'partially_refunded') THEN 0 ELSE 1 END),"
            " sum(CASE WHEN o.intake IN ('held', 'failed', 'awaiting_mapping') THEN 1 ELSE 0 END),"
            " sum(CASE WHEN p.state IN ('sent', 'handled_manually', 'queued', 'claimed', 'sending') THEN 1 ELSE 0 END),"
            " sum(CASE WHEN p.state = 'in_doubt' THEN 1 ELSE 0 END)"
            f" FROM orders o LEFT JOIN pushes p ON p.id = o.push_id WHERE {where} GROUP BY o.currency",
            parameters,
        ):
            money[row[0]] += int(row[1])
            unpaid, stopped, left, doubtful = (
                before + int(more)
                for before, more in zip((unpaid, stopped, left, doubtful), row[2:], strict=True)
            )
    return MarkSums(dict(money), unpaid, stopped, left, doubtful)
