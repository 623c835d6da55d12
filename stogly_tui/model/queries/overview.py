"""What closes a day: per source channel what was placed in it and what became of it, and who serves tonight."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from stogly_tui.domain.states import AutoSend, ChannelState, Mode, SendWhen
from stogly_tui.model.queries.base import marks, moment, one, rows
from stogly_tui.model.tables.base import from_millis, to_millis

BUCKETS = (
    "sent", "at_shop", "by_hand", "waiting", "errors", "in_doubt", "not_sent", "history", "filtered", "held",
    "cancelled",
)  # fmt: skip
THERE = ("sent", "at_shop", "by_hand")
"""What the destination holds, or what needs no push."""
ASIDE = ("history", "filtered", "cancelled")
"""What is here and not to be sent."""
LEFT = ("waiting", "errors", "in_doubt", "not_sent", "held")
_OPEN = ("error", "in_doubt", "queued", "claimed", "sending", "retry_later")
_STOPPED = ("held", "failed", "awaiting_mapping")


@dataclass(frozen=True, slots=True)
class Remainder:
    """Orders of one channel's day that are not at their destination for the same reason.

    ``state`` is their push state, or their intake state while nothing was pushed; ``detail`` is what the error, hold
    or filter says of them.
    """

    bucket: str
    state: str
    code: str
    hold: str
    detail: str
    destination: str
    orders: int
    is_paid: bool
    is_cancel_requested: bool
    is_before_auto_send: bool
    """Placed before automatic sending was set."""


@dataclass(frozen=True, slots=True)
class ChannelCount:
    """What a channel answered when it was asked how many orders were placed in exactly this window.

    ``here`` are those that were here at that moment; ``on_channel`` is None where a channel does not count.
    """

    at: datetime
    by: str
    on_channel: int | None
    here: int


@dataclass(frozen=True, slots=True)
class Proof:
    """The latest re-read by creation time that covers the beginning of the window: its ids were compared."""

    run_id: int
    at: datetime
    since: datetime
    until: datetime
    missing: int


@dataclass(frozen=True, slots=True)
class DayRow:
    """One channel's day: everything placed in it, and why what is left is left."""

    channel_id: int
    channel: str
    destination: str
    state: ChannelState
    mode: Mode
    auto_send: AutoSend
    send_when: SendWhen
    here: int
    sent: int
    at_shop: int
    by_hand: int
    waiting: int
    errors: int
    in_doubt: int
    not_sent: int
    history: int
    filtered: int
    held: int
    cancelled: int
    remainders: tuple[Remainder, ...]
    """Most orders first."""
    count: ChannelCount | None
    proof: Proof | None

    @property
    def there(self) -> int:
        """How many need nothing more: sent, handled by hand, or living at the destination."""
        return self.sent + self.at_shop + self.by_hand

    @property
    def aside(self) -> int:
        """How many are not to be sent: history, filtered, cancelled."""
        return self.history + self.filtered + self.cancelled

    @property
    def left(self) -> int:
        """How many are still to be sent, or settled: here = there + aside + left."""
        return self.here - self.there - self.aside


@dataclass(frozen=True, slots=True)
class Open:
    """What is open of orders that were placed before a moment."""

    errors: int
    in_doubt: int
    waiting: int
    held: int


@dataclass(frozen=True, slots=True)
class Serving:
    """Who serves the schedule: ``holder`` until ``until``, unless it says so again; blank when nobody does."""

    holder: str
    since: datetime | None
    until: datetime | None = field(compare=False)


@dataclass(frozen=True, slots=True)
class Day:
    """Everything that closes a day, at one moment."""

    since: datetime
    until: datetime
    channels: tuple[DayRow, ...]
    earlier: Open
    serving: Serving


def day(since: datetime, until: datetime) -> Day:
    """What was placed in ``[since, until)``, per source channel by name, and what is open of earlier days."""
    found = _grouped(since, until)
    channels = rows(
        "SELECT c.id, c.name, COALESCE(d.name, ''), c.state, c.mode, c.auto_send, c.send_when FROM channels c"
        " LEFT JOIN channels d ON d.id = c.destination_id WHERE (c.role <> 'destination'"
        f" AND c.state NOT IN ('draft', 'archived')) OR c.id IN ({marks(list(found)) or 'NULL'}) ORDER BY c.name_key",
        list(found),
    )
    counts, proofs = _counts(since, until), _proofs(since, until)
    return Day(
        since, until,
        tuple(
            _row(row, found.get(row[0], []), counts.get(row[0]), proofs.get(row[0])) for row in channels
        ),
        _earlier(since), serving(),
    )  # fmt: skip


def serving() -> Serving:
    """Who serves the schedule of this database."""
    lease = one("SELECT holder, until FROM leases WHERE key = ?", ["worker"])
    since = one("SELECT value FROM meta WHERE key = ?", ["worker_since"])
    return Serving(
        lease[0] if lease else "",
        datetime.fromisoformat(since[0]) if since and lease and lease[0] else None,
        moment(lease[1]) if lease else None,
    )


def count_key(channel_id: int, since: datetime, until: datetime) -> str:
    """Under which fact the answer of a channel about a window is kept."""
    return f"count:{channel_id}:{to_millis(since)}:{to_millis(until)}"


def _grouped(since: datetime, until: datetime) -> dict[int, list[Remainder]]:
    found: dict[int, list[Remainder]] = {}
    for channel_id, destination, push, intake, hold, cancelled, at_shop, code, detail, paid, asked, before, number in rows(
        "SELECT o.channel_id, COALESCE(d.name, ''), COALESCE(p.state, ''), o.intake, COALESCE(o.hold, ''),"
        " o.is_cancelled, o.is_at_shop, COALESCE(p.error_code, ''),"
        " CASE WHEN p.error_code = 'SKU-NOT-AT-DEST' THEN p.error_text"
        " WHEN p.id IS NULL OR p.state IN ('not_sent', 'not_applicable') THEN o.intake_reason ELSE '' END AS detail,"
        " CASE WHEN o.payment IN ('paid', 'partially_refunded') THEN 1 ELSE 0 END AS is_paid,"
        " CASE WHEN o.source_change = 'cancel_requested' THEN 1 ELSE 0 END AS is_asked,"
        " CASE WHEN o.placed_at < c.auto_send_from THEN 1 ELSE 0 END AS is_early, count(*)"
        " FROM orders o JOIN channels c ON c.id = o.channel_id LEFT JOIN pushes p ON p.id = o.push_id"
        " LEFT JOIN channels d ON d.id = p.destination_id WHERE o.placed_at >= ? AND o.placed_at < ?"
        " GROUP BY o.channel_id, d.name, p.state, o.intake, o.hold, o.is_cancelled, o.is_at_shop, p.error_code,"
        " detail, is_paid, is_asked, is_early",
        [to_millis(since), to_millis(until)],
    ):  # fmt: skip
        bucket = _bucket(push, intake, bool(cancelled), bool(at_shop))
        is_pushed = push not in ("", "not_sent", "not_applicable")
        found.setdefault(channel_id, []).append(
            Remainder(
                bucket, push if is_pushed else intake, code, "" if is_pushed else hold, detail,
                destination, number, bool(paid), bool(asked), bool(before),
            )
        )  # fmt: skip
    return found


def _row(
    channel: tuple[int, str, str, str, str, str, str],
    groups: Sequence[Remainder],
    count: ChannelCount | None,
    proof: Proof | None,
) -> DayRow:
    counts = {bucket: sum(one.orders for one in groups if one.bucket == bucket) for bucket in BUCKETS}
    left = [one for one in groups if one.bucket not in THERE]
    return DayRow(
        channel[0], channel[1], channel[2], ChannelState(channel[3]), Mode(channel[4]), AutoSend(channel[5]),
        SendWhen(channel[6]), here=sum(counts.values()), **counts, count=count, proof=proof,
        remainders=tuple(sorted(left, key=lambda one: (one.bucket in ASIDE, -one.orders, one.code, one.detail))),
    )  # fmt: skip


def _bucket(state: str, intake: str, cancelled: bool, at_shop: bool) -> str:
    match state:
        case "sent" | "in_doubt":
            return state
        case "handled_manually":
            return "by_hand"
        case "error":
            return "errors"
        case "queued" | "claimed" | "sending" | "retry_later":
            return "waiting"
        case _:
            pass
    if at_shop:
        return "at_shop"
    if intake in ("history", "filtered", "held"):
        return intake
    if intake in ("failed", "awaiting_mapping"):
        return "held"
    return "cancelled" if cancelled or intake == "source_deleted" else "not_sent"


def _counts(since: datetime, until: datetime) -> dict[int, ChannelCount]:
    sources = [row[0] for row in rows("SELECT id FROM channels WHERE role <> 'destination'")]
    keys = {count_key(channel_id, since, until): channel_id for channel_id in sources}
    if not keys:
        return {}
    found = {}
    for key, value in rows(f"SELECT key, value FROM meta WHERE key IN ({marks(list(keys))})", list(keys)):
        told = json.loads(value)
        found[keys[key]] = ChannelCount(from_millis(told["at"]), told["by"], told["on_channel"], told["here"])
    return found


def _proofs(since: datetime, until: datetime) -> dict[int, Proof]:
    """By channel; a run of a flow read its timeframe up to its start, one by hand the window it was asked for."""
    found: dict[int, Proof] = {}
    for run_id, channel_id, started, missing, window_from, window_until, settings in rows(
        "SELECT r.id, r.channel_id, r.started_at, r.found_missing, r.window_from, r.window_until, f.settings"
        " FROM sync_runs r LEFT JOIN flows f ON f.id = r.flow_id WHERE r.id IN (SELECT max(x.id) FROM flows y"
        " JOIN sync_runs x ON x.flow_id = y.id WHERE y.type = 'orders_daily'"
        " AND x.state IN ('finished', 'finished_partially') GROUP BY y.id"
        " UNION ALL SELECT max(id) FROM sync_runs WHERE flow_id IS NULL AND type = 'orders_daily'"
        " AND state IN ('finished', 'finished_partially') AND window_from <= ?"
        " AND window_until > ? GROUP BY channel_id) ORDER BY r.id",
        [to_millis(since)] * 2,
    ):
        at = from_millis(started)
        if window_from is not None:
            first, last = from_millis(window_from), from_millis(window_until)
        else:
            first, last = at - timedelta(days=int(json.loads(settings or "{}").get("timeframe_days", 3))), at
        if first <= since < last:
            found[channel_id] = Proof(run_id, at, first, min(last, until), missing)
    return found


def _earlier(since: datetime) -> Open:
    """Two index look-ups; whatever day it was."""
    by_push = dict(
        rows(
            "SELECT p.state, count(*) FROM pushes p JOIN orders o ON o.id = p.order_id AND o.push_id = p.id"
            f" WHERE p.state IN ({marks(_OPEN)}) AND o.placed_at < ? GROUP BY p.state",
            [*_OPEN, to_millis(since)],
        )
    )
    stopped = one(
        f"SELECT count(*) FROM orders WHERE intake IN ({marks(_STOPPED)}) AND placed_at < ?",
        [*_STOPPED, to_millis(since)],
    )
    waiting = sum(number for state, number in by_push.items() if state not in ("error", "in_doubt"))
    return Open(
        by_push.get("error", 0), by_push.get("in_doubt", 0), waiting, int(stopped[0]) if stopped else 0
    )
