"""The house in which seeded orders live: a destination, its sources, their flows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from stogly_tui.domain.states import (
    AutoSend,
    ChannelHealth,
    ChannelRole,
    ChannelState,
    FlowType,
    Mode,
    SendWhen,
)
from stogly_tui.model.tables.base import to_millis

UNTIL = datetime(2026, 11, 27, 0, 0, tzinfo=UTC)
"""When the newest seeded order was placed: fixed, so that the same call makes the same rows."""
SPAN = timedelta(days=730)
COUNTED = timedelta(days=548)
"""Orders older than this are history."""
DESTINATION = 1


@dataclass(frozen=True, slots=True)
class Source:
    """A channel that gives orders. ``worth`` turns a euro price into its currency; ``share`` is out of 100."""

    id: int
    name: str
    platform: str
    prefix: str
    currency: str
    worth: float
    where: str
    share: int
    zone: str
    state: ChannelState = ChannelState.ACTIVE


SOURCES = (
    Source(2, "Shop NL", "woocommerce", "NL-", "EUR", 1.0, "NL", 26, "Europe/Amsterdam"),
    Source(3, "Shop DE", "shopify", "DE-", "EUR", 1.0, "DE", 22, "Europe/Berlin"),
    Source(4, "Shop UK", "shopify", "UK-", "GBP", 0.86, "UK", 14, "Europe/London"),
    Source(5, "Shop US", "shopify", "US-", "USD", 1.1, "US", 16, "America/Los_Angeles"),
    Source(6, "Shop Tokyo", "woocommerce", "JP-", "JPY", 1.6, "JP", 7, "Asia/Tokyo"),
    Source(7, "Shop Norden", "woocommerce", "SE-", "SEK", 11.2, "SE", 6, "Europe/Stockholm"),
    Source(
        8, "Shop Kuwait", "woocommerce", "KW-", "KWD", 3.4, "KW", 2, "Asia/Kuwait", ChannelState.READ_ONLY
    ),
    Source(9, "B2B", "woocommerce", "B2B-", "EUR", 12.0, "DE", 4, "Europe/Berlin", ChannelState.PAUSED),
    Source(DESTINATION, "Main", "woocommerce", "", "EUR", 1.0, "NL", 3, "Europe/Amsterdam"),
)
"""The destination sells as well: its own orders live there already."""

CHANNEL_COLUMNS = (
    "id", "platform", "name", "name_key", "account_id", "account_title", "url", "role", "state", "health",
    "health_detail", "looks", "destination_id", "mode", "order_prefix", "auto_send", "send_when", "orders_from",
    "settings", "facts", "credentials_set_by", "currency", "time_zone", "platform_version", "created_at",
    "updated_at", "version",
)  # fmt: skip
FLOW_COLUMNS = ("id", "channel_id", "type", "name", "is_active", "settings", "next_due_at", "failures")


def channels(until: datetime) -> list[tuple[object, ...]]:
    """One row per channel, the destination first: the others point to it."""
    made = to_millis(until - SPAN - timedelta(days=10))
    return [
        (
            one.id, one.platform, one.name, one.name.casefold(), f"seeded-{one.id}", one.name, url_of(one),
            (ChannelRole.BOTH if one.id == DESTINATION else ChannelRole.SOURCE).value, one.state.value,
            ChannelHealth.OK.value, "", 0, None if one.id == DESTINATION else DESTINATION, Mode.PUSH.value,
            one.prefix, AutoSend.OFF.value, SendWhen.PAID.value, to_millis(until - COUNTED), "{}", "{}", "",
            one.currency, one.zone, "10.5" if one.platform == "woocommerce" else "2026-10", made,
            to_millis(until), 1,
        )
        for one in sorted(SOURCES, key=lambda one: one.id)
    ]  # fmt: skip


def flows(until: datetime) -> list[tuple[object, ...]]:
    """One reading flow per channel, and the pushes of the destination."""
    due = to_millis(until + timedelta(minutes=15))
    reading = [(one.id, one.id, FlowType.ORDERS.value, "Orders", True, "{}", due, 0) for one in SOURCES]
    return [*reading, (100, DESTINATION, FlowType.PUSH.value, "Push", True, "{}", due, 0)]


def url_of(source: Source) -> str:
    """An address that leads nowhere (RFC 2606)."""
    return f"https://{source.name.casefold().replace(' ', '-')}.example"
