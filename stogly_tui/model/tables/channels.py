"""Channels, their flows, and what processes share to serve them."""

import peewee as pw

from stogly_tui.domain.states import (
    AutoSend,
    ChannelHealth,
    ChannelRole,
    ChannelState,
    FlowType,
    Mode,
    SendWhen,
)
from stogly_tui.model.tables.base import DocumentField, EnumField, Table, TimeField


class Channel(Table):
    """One connected account on a platform."""

    id = pw.BigAutoField()
    platform = pw.TextField()
    name = pw.TextField()
    name_key = pw.TextField(unique=True)
    account_id = pw.TextField(null=True)
    account_title = pw.TextField(default="")
    url = pw.TextField(default="")
    role = EnumField(ChannelRole, default=ChannelRole.SOURCE)
    state = EnumField(ChannelState, default=ChannelState.DRAFT)
    health = EnumField(ChannelHealth, default=ChannelHealth.OK)
    health_since = TimeField(null=True)
    health_detail = pw.TextField(default="")
    next_look_at = TimeField(null=True)
    looks = pw.IntegerField(default=0)
    destination = pw.ForeignKeyField("self", null=True, backref="sources", on_delete="RESTRICT")
    mode = EnumField(Mode, default=Mode.PUSH)
    order_prefix = pw.TextField(default="")
    auto_send = EnumField(AutoSend, default=AutoSend.OFF)
    auto_send_from = TimeField(null=True)
    send_when = EnumField(SendWhen, default=SendWhen.PAID)
    orders_from = TimeField(null=True)
    settings = DocumentField(default=dict)
    facts = DocumentField(default=dict)
    credentials = pw.BlobField(null=True)
    credentials_set_at = TimeField(null=True)
    credentials_set_by = pw.TextField(default="")
    currency = pw.TextField(default="")
    time_zone = pw.TextField(default="UTC")
    platform_version = pw.TextField(default="")
    created_at = TimeField()
    updated_at = TimeField()
    version = pw.IntegerField(default=1)

    class Meta:
        table_name = "channels"
        indexes = ((("platform", "account_id"), True),)


Channel.add_index(
    pw.SQL("CREATE UNIQUE INDEX channels_order_prefix ON channels (order_prefix) WHERE order_prefix <> ''")
)


class Flow(Table):
    """An integration: what is moved for a channel, and when it is due. Rows say it; rings only hasten it."""

    id = pw.BigAutoField()
    channel = pw.ForeignKeyField(Channel, backref="flows", index=False, on_delete="CASCADE")
    type = EnumField(FlowType)
    name = pw.TextField()
    is_active = pw.BooleanField(default=True)
    settings = DocumentField(default=dict)
    next_due_at = TimeField(null=True)
    not_before = TimeField(null=True)
    failures = pw.IntegerField(default=0)

    class Meta:
        table_name = "flows"
        indexes = ((("channel", "name"), True),)


class Lease(Table):
    """Who serves something now. `fence` grows with every holder: writes of an earlier one can be told."""

    key = pw.TextField(primary_key=True)
    holder = pw.TextField(default="")
    until = TimeField()
    fence = pw.BigIntegerField(default=0)

    class Meta:
        table_name = "leases"


class RateLimit(Table):
    """How fast a channel may be asked, shared by all processes. `tokens` in thousandths of a request."""

    channel = pw.ForeignKeyField(Channel, primary_key=True, on_delete="CASCADE")
    not_before = TimeField(null=True)
    tokens = pw.BigIntegerField(default=0)
    filled_at = TimeField()

    class Meta:
        table_name = "rate_limits"


class SkuAlias(Table):
    """What a source's SKU is called at a destination."""

    id = pw.BigAutoField()
    destination = pw.ForeignKeyField(Channel, index=False, on_delete="CASCADE")
    sku = pw.TextField()
    destination_sku = pw.TextField()
    made_by = pw.TextField()
    made_at = TimeField()

    class Meta:
        table_name = "sku_aliases"
        indexes = ((("destination", "sku"), True),)
