"""Channels as screens and commands show them: health, flows, counts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stogly_tui.domain.safe_text import folded
from stogly_tui.domain.states import (
    AutoSend,
    ChannelHealth,
    ChannelRole,
    ChannelState,
    FlowType,
    Mode,
    RunState,
    SendWhen,
)
from stogly_tui.model.queries.base import moment, rows
from stogly_tui.model.tables.base import from_millis


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel with its health and counts. ``settings`` is what is stored, without defaults."""

    id: int
    name: str
    platform: str
    account_id: str
    account_title: str
    url: str
    role: ChannelRole
    state: ChannelState
    health: ChannelHealth
    health_since: datetime | None
    health_detail: str
    next_look_at: datetime | None
    destination_id: int | None
    destination: str
    mode: Mode
    order_prefix: str
    auto_send: AutoSend
    auto_send_from: datetime | None
    send_when: SendWhen
    orders_from: datetime | None
    settings: Mapping[str, Any]
    facts: Mapping[str, Any]
    has_credentials: bool
    credentials_set_at: datetime | None
    credentials_set_by: str
    currency: str
    time_zone: str
    platform_version: str
    version: int
    last_pull_at: datetime | None
    orders: int
    waiting: int
    """Pushes to this channel that are queued or to be tried later."""
    in_doubt: int
    errors: int

    @property
    def shown_state(self) -> str:
        """The one word that people read: health first, while anything is asked of the channel."""
        if self.health is not ChannelHealth.OK and self.state in (
            ChannelState.READ_ONLY,
            ChannelState.ACTIVE,
        ):
            return self.health.value
        return self.state.value


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One flow (integration) and its last run."""

    id: int
    channel_id: int
    channel: str
    type: FlowType
    name: str
    is_active: bool
    settings: Mapping[str, Any]
    next_due_at: datetime | None
    is_wanted: bool
    last_run_id: int | None
    last_state: RunState | None
    last_started_at: datetime | None
    last_seen: int
    last_error: str


_SELECT = (
    "SELECT c.id, c.name, c.platform, c.account_id, c.account_title, c.url, c.role, c.state, c.health, c.health_since,"
    " c.health_detail, c.next_look_at, c.destination_id, d.name, c.mode, c.order_prefix, c.auto_send,"
    " c.auto_send_from, c.send_when, c.orders_from, c.settings, c.facts, c.credentials IS NOT NULL,"
    " c.credentials_set_at, c.credentials_set_by, c.currency, c.time_zone, c.platform_version, c.version,"
    " (SELECT max(r.finished_at) FROM sync_runs r WHERE r.channel_id = c.id AND r.type <> 'push'"
    "  AND r.state IN ('finished', 'finished_partially'))"
    " FROM channels c LEFT JOIN channels d ON d.id = c.destination_id"
)


def overview(*, with_archived: bool = False) -> list[ChannelRow]:
    """Every channel by name."""
    where = "" if with_archived else " WHERE c.state <> 'archived'"
    return _channels(f"{_SELECT}{where} ORDER BY c.name_key", [])


def listed(*, with_archived: bool = False) -> list[ChannelRow]:
    """Every channel by name, without its counts, which have to be counted."""
    where = "" if with_archived else " WHERE c.state <> 'archived'"
    return _channels(f"{_SELECT}{where} ORDER BY c.name_key", [], with_counts=False)


def by_name(name: str) -> ChannelRow | None:
    """The channel of that name, whatever its capitals."""
    found = _channels(f"{_SELECT} WHERE c.name_key = ?", [folded(name.strip())])
    return found[0] if found else None


def by_id(channel_id: int) -> ChannelRow | None:
    """The channel of that id, without its counts, which have to be counted."""
    found = _channels(f"{_SELECT} WHERE c.id = ?", [channel_id], with_counts=False)
    return found[0] if found else None


def flows(channel_id: int | None = None) -> list[FlowRow]:
    """Flows of one channel, or of all."""
    where = " WHERE f.channel_id = ?" if channel_id is not None else ""
    found = rows(
        "SELECT f.id, f.channel_id, c.name, f.type, f.name, f.is_active, f.settings, f.next_due_at,"
        " EXISTS (SELECT 1 FROM sync_runs q WHERE q.flow_id = f.id AND q.state = 'queued'),"
        " r.id, r.state, r.started_at, r.seen, r.error_text FROM flows f"
        " JOIN channels c ON c.id = f.channel_id"
        " LEFT JOIN sync_runs r ON r.id = (SELECT max(x.id) FROM sync_runs x WHERE x.flow_id = f.id)"
        f"{where} ORDER BY c.name_key, f.id",
        [channel_id] if channel_id is not None else [],
    )
    return [
        FlowRow(
            id=row[0], channel_id=row[1], channel=row[2], type=FlowType(row[3]), name=row[4], is_active=bool(row[5]),
            settings=json.loads(row[6]), next_due_at=moment(row[7]), is_wanted=bool(row[8]), last_run_id=row[9],
            last_state=RunState(row[10]) if row[10] else None, last_started_at=moment(row[11]),
            last_seen=row[12] or 0, last_error=row[13] or "",
        )
        for row in found
    ]  # fmt: skip


def sealed_credentials(channel_id: int) -> bytes | None:
    """The sealed credentials, for `vault.unseal`."""
    found = rows("SELECT credentials FROM channels WHERE id = ?", [channel_id])
    return bytes(found[0][0]) if found and found[0][0] is not None else None


def stored_credentials(channel_id: int) -> tuple[bytes | None, datetime | None]:
    """The sealed credentials, and when a person entered them; renewing them later leaves that moment."""
    found = rows("SELECT credentials, credentials_set_at FROM channels WHERE id = ?", [channel_id])
    if not found or found[0][0] is None:
        return None, None
    return bytes(found[0][0]), moment(found[0][1])


def sku_aliases(destination_id: int) -> dict[str, str]:
    """What SKUs are called at a destination."""
    return dict(
        rows("SELECT sku, destination_sku FROM sku_aliases WHERE destination_id = ?", [destination_id])
    )


def _channels(sql: str, parameters: list[Any], *, with_counts: bool = True) -> list[ChannelRow]:
    found = rows(sql, parameters)
    counts, pushes = _counts() if with_counts else ({}, {})
    return [_channel(row, counts, pushes) for row in found]


def _counts() -> tuple[dict[int, int], dict[int, dict[str, int]]]:
    counts = dict(rows("SELECT channel_id, count(*) FROM orders GROUP BY channel_id"))
    for channel_id, number in rows(
        "SELECT channel_id, count(*) FROM orders WHERE NOT is_latest GROUP BY channel_id"
    ):
        counts[channel_id] -= number
    pushes: dict[int, dict[str, int]] = {}
    for destination, state, number in rows(
        "SELECT destination_id, state, count(*) FROM pushes"
        " WHERE state NOT IN ('sent', 'not_sent', 'handled_manually') GROUP BY destination_id, state"
    ):
        pushes.setdefault(destination, {})[state] = number
    return counts, pushes


def _channel(
    row: tuple[Any, ...], counts: Mapping[int, int], pushes: Mapping[int, Mapping[str, int]]
) -> ChannelRow:
    return ChannelRow(
        id=row[0], name=row[1], platform=row[2], account_id=row[3] or "", account_title=row[4], url=row[5],
        role=ChannelRole(row[6]), state=ChannelState(row[7]), health=ChannelHealth(row[8]),
        health_since=moment(row[9]), health_detail=row[10], next_look_at=moment(row[11]), destination_id=row[12],
        destination=row[13] or "", mode=Mode(row[14]), order_prefix=row[15], auto_send=AutoSend(row[16]),
        auto_send_from=moment(row[17]), send_when=SendWhen(row[18]), orders_from=moment(row[19]),
        settings=json.loads(row[20]), facts=json.loads(row[21]), has_credentials=bool(row[22]),
        credentials_set_at=moment(row[23]), credentials_set_by=row[24], currency=row[25], time_zone=row[26],
        platform_version=row[27], version=row[28],
        last_pull_at=from_millis(row[29]) if row[29] else None, orders=counts.get(row[0], 0),
        waiting=sum(pushes.get(row[0], {}).get(s, 0) for s in ("queued", "claimed", "sending", "retry_later")),
        in_doubt=pushes.get(row[0], {}).get("in_doubt", 0), errors=pushes.get(row[0], {}).get("error", 0),
    )  # fmt: skip
