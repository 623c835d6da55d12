"""Open errors and holds grouped by cause: one row, so many orders, so much money stuck."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from stogly_tui.model import database as db
from stogly_tui.model.queries import webhooks
from stogly_tui.model.queries.base import moment, rows


@dataclass(frozen=True, slots=True)
class Problem:
    """One cause. ``money`` is what is stuck, in minor units per currency; ``orders`` are the first ids."""

    kind: str
    """``error``, ``in_doubt``, ``hold``, ``failed`` or ``channel``."""
    code: str
    subject: str
    where: str
    channel_id: int
    count: int
    money: Mapping[str, int]
    oldest: datetime | None
    ship_by: datetime | None
    orders: tuple[int, ...]


_STUCK = (
    "SELECT 'push', p.state, COALESCE(p.error_code, ''), CASE WHEN p.error_field IN ('sku', 'shipping.country')"
    " OR p.error_code IN ('SKU-NOT-AT-DEST', 'REJECTED') THEN p.error_text ELSE '' END, d.name, d.id, o.id, o.total,"
    " o.currency, o.placed_at, o.ship_by FROM pushes p JOIN orders o ON o.id = p.order_id AND o.push_id = p.id"
    " JOIN channels d ON d.id = p.destination_id WHERE p.state IN ('error', 'in_doubt')"
    " UNION ALL SELECT 'intake', o.intake, COALESCE(o.hold, ''), o.intake_reason, c.name, c.id, o.id, o.total,"
    " o.currency, o.placed_at, o.ship_by FROM orders o JOIN channels c ON c.id = o.channel_id"
    " WHERE o.intake IN ('held', 'failed', 'awaiting_mapping')"
)


def open_problems() -> list[Problem]:
    """Every cause with its orders: earliest ship-by first, then most orders; channels that need someone on top."""
    told = [
        Problem(
            "channel",
            health.upper().replace("_", "-"),
            detail,
            name,
            channel_id,
            waiting,
            {},
            moment(since),
            None,
            (),
        )
        for name, channel_id, health, detail, since, waiting in rows(
            "SELECT c.name, c.id, c.health, c.health_detail, c.health_since, (SELECT count(*) FROM pushes p"
            " WHERE p.destination_id = c.id AND p.state IN ('queued', 'retry_later')) FROM channels c"
            " WHERE c.health <> 'ok' AND c.state NOT IN ('archived', 'draft') ORDER BY c.name"
        )
    ]
    told += [
        Problem(
            "channel",
            one.code.value,
            one.detail,
            one.channel,
            one.channel_id,
            one.count,
            {},
            one.since,
            None,
            (),
        )
        for one in webhooks.open_problems(db.now())
    ]
    causes: dict[tuple[str, str, str, str, int], list[tuple[int, int, str, int, int | None]]] = {}
    for source, state, code, subject, where, channel_id, *order in rows(_STUCK):
        kind = "hold" if state in ("held", "awaiting_mapping") else state
        shown = code or ("FAILED" if source == "intake" else "OUTCOME-UNKNOWN")
        causes.setdefault((kind, shown, subject, where, channel_id), []).append(tuple(order))
    for (kind, code, subject, where, channel_id), stuck in causes.items():
        money: dict[str, int] = {}
        for _, total, currency, _, _ in stuck:
            money[currency] = money.get(currency, 0) + total
        ship_by = min((order[4] for order in stuck if order[4] is not None), default=None)
        oldest = min(order[3] for order in stuck)
        told.append(
            Problem(
                kind, code.upper(), subject, where, channel_id, len(stuck), money, moment(oldest), moment(ship_by),
                tuple(order[0] for order in stuck[:200]),
            )
        )  # fmt: skip
    return sorted(
        told,
        key=lambda p: (p.kind != "channel", p.ship_by is None, str(p.ship_by or ""), -p.count),
    )
