"""Settings that every channel has, whatever its platform; form, ``--set`` and schema read these same fields."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from stogly_tui.domain.states import AutoSend, Mode, SendWhen, SyncDirection


def _words(value: Any) -> Any:
    """Take ``a, b`` for a list, so that the command line and a form can give one."""
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]


def setting(default: Any, title: str, help: str, *, tab: str = "Store", unit: str = "", **bounds: Any) -> Any:
    """A field with what a form needs to show it: title, help, tab, unit, default and bounds."""
    return Field(
        default,
        title=title,
        description=help,
        json_schema_extra={"tab": tab, "unit": unit},
        **bounds,
    )


class ChannelSettings(BaseModel):
    """Settings of one channel. Unknown keys are refused; what is stored may hold more and is tolerated."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    order_prefix: str = setting(
        "", "Order prefix", "Put before the channel's order number, for example WOO-.", max_length=12
    )
    warehouse: str = setting("", "Warehouse", "Which of our warehouses fulfils its orders.", max_length=80)
    price_list: str = setting("", "Price list", "Which of our price lists applies to it.", max_length=80)
    sync_direction: SyncDirection = setting(
        SyncDirection.PULL_ONLY, "Sync Direction", "Pull only reads; nothing is written back to the channel."
    )
    pull_interval: int = setting(
        15, "Auto-sync interval", "How often new and changed orders are read.", unit="minutes", ge=1, le=60
    )
    orders_from: datetime | None = setting(
        None, "Orders count from", "Older orders are history: visible, never sent by rule. Set by Go live."
    )
    mode: Mode = setting(
        Mode.PUSH, "Mode", "push: orders go to a destination. fulfil_here: we fulfil them.", tab="Automation"
    )
    destination: str = setting(
        "", "Destination", "The channel that its orders are sent to.", tab="Automation"
    )
    auto_send: AutoSend = setting(
        AutoSend.OFF,
        "Automatically Send Orders",
        "always, managed (every line mapped to an enabled listing) or off (by hand).",
        tab="Automation",
    )
    send_when: SendWhen = setting(
        SendWhen.PAID,
        "Only send orders when",
        "paid or committed; for the automatic modes.",
        tab="Automation",
    )
    import_statuses: Words = setting(
        (),
        "Status to import",
        "Channel or payment statuses, comma-separated; empty: all but drafts and trash.",
        tab="Automation",
    )
    cancel_statuses: Words = setting(
        ("cancelled",),
        "Status to cancel",
        "Statuses of the channel that cancel an order here.",
        tab="Automation",
    )
    financial_statuses: Words = setting(
        (),
        "Financial status",
        "Only orders whose money is here: paid, authorised, pending, …; comma-separated, empty: all.",
        tab="Automation",
    )
    fulfilment_statuses: Words = setting(
        (),
        "Fulfilment status",
        "Only orders that are unfulfilled, partial or fulfilled, or the channel's own words; empty: all.",
        tab="Automation",
    )
    import_tags: Words = setting(
        (), "Only with a tag", "Only orders that carry one of these tags; empty: all.", tab="Automation"
    )
    physical_only: bool = setting(
        False, "Only physical products", "Leave out orders without a product to ship.", tab="Automation"
    )
    fallback_customer: str = setting(
        "",
        "Fallback customer",
        "Stands for a buyer the channel does not name: Counter sale <shop@example.com>.",
        tab="Automation",
        max_length=120,
    )
    import_delay: int = setting(
        0,
        "Import delay",
        "Automatic sending waits this long after an order was placed.",
        tab="Automation",
        unit="seconds",
        ge=0,
        le=86_400,
    )
    stock_mode: str = setting("delta", "Stock sync mode", "delta or absolute.", pattern="^(delta|absolute)$")
    stock_window: int = setting(
        30, "Stock window", "Changes within it are grouped into one write.", unit="seconds", ge=0, le=3600
    )
    buffer: int = setting(0, "Buffer", "Pieces kept back from the channel.", ge=0, le=1_000_000)
    settle_time: int = setting(
        600,
        "Settle time",
        "How long after a lost reply an order may still appear at this destination.",
        tab="Integration",
        unit="seconds",
        ge=0,
        le=86_400,
    )
    destination_mails_buyer: bool = setting(
        False,
        "It mails buyers",
        "Whether this destination mails the buyer when an order arrives.",
        tab="Integration",
    )
    destination_takes_stock: bool = setting(
        True,
        "It takes stock",
        "Whether this destination takes the stock of an order that arrives.",
        tab="Integration",
    )
    never_overwrite: Words = setting(
        ("refunded",), "Never overwrite", "Statuses of the channel that are left alone.", tab="Automation"
    )
    requests_per_second: float = setting(
        10.0,
        "Requests per second",
        "The most this channel is asked, over all processes.",
        tab="Integration",
        ge=0.1,
        le=10_000,
    )
    parallel_requests: int = setting(
        4,
        "Parallel requests",
        "How many orders are sent to it at the same time.",
        tab="Integration",
        ge=1,
        le=32,
    )
    request_timeout: float = setting(
        30.0, "Request deadline", "The most one request may take in all.",
        tab="Integration", unit="seconds", ge=1, le=300,
    )  # fmt: skip

    webhooks: bool = setting(
        True,
        "Webhooks",
        "Let the channel tell us of changes at once, where the receiver can be reached; polling goes on beside it.",
        tab="Integration",
    )

    @field_validator("order_prefix")
    @classmethod
    def _prefix_is_printable(cls, value: str) -> str:
        if not all(char.isascii() and (char.isalnum() or char in "-_.#") for char in value):
            raise ValueError("may hold letters, digits and - _ . # only")
        return value

    @field_validator("orders_from")
    @classmethod
    def _time_has_a_zone(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("needs a time zone, for example 2026-11-16T00:00:00Z")
        return value
