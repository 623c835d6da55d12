"""Channels, their flows, and what processes share to serve them."""

import peewee as pw

from stogly_tui.domain.states import (
    AutoSend,
    BackfillState,
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
    """How fast a channel may be asked, shared by all processes. `tokens` in thousandths of a request.

    `points` are the platform's own budget (cost), in thousandths, as it was last told: what is left, the most
    there can be, what is restored a second, and what requests on their way have reserved of it.
    """

    channel = pw.ForeignKeyField(Channel, primary_key=True, on_delete="CASCADE")
    not_before = TimeField(null=True)
    tokens = pw.BigIntegerField(default=0)
    filled_at = TimeField()
    points = pw.BigIntegerField(null=True)
    points_most = pw.BigIntegerField(null=True)
    points_rate = pw.BigIntegerField(null=True)
    points_at = TimeField(null=True)
    points_reserved = pw.BigIntegerField(null=True)

    class Meta:
        table_name = "rate_limits"


class Backfill(Table):
    """How far the history of a channel has been read. Everything placed in ``[at, until)`` is here."""

    channel = pw.ForeignKeyField(Channel, primary_key=True, on_delete="CASCADE")
    state = EnumField(BackfillState)
    since = TimeField()
    until = TimeField()
    at = TimeField()
    span = pw.BigIntegerField()
    seen = pw.BigIntegerField(default=0)
    total = pw.BigIntegerField(null=True)
    failures = pw.IntegerField(default=0)
    not_before = TimeField(null=True)
    run_id = pw.BigIntegerField(null=True)
    started_at = TimeField()
    finished_at = TimeField(null=True)

    class Meta:
        table_name = "backfills"


class WebhookEndpoint(Table):
    """Where a channel's platform tells us of changes, what came of it, and when that is looked at again.

    `subscriptions` is what the last check found: topic, id at the platform, whether it is active.
    """

    channel = pw.ForeignKeyField(Channel, primary_key=True, on_delete="CASCADE")
    url = pw.TextField(default="")
    subscriptions = DocumentField(default=list)
    detail = pw.TextField(default="")
    since = TimeField()
    checked_at = TimeField(null=True)
    next_check_at = TimeField(null=True)
    received = pw.BigIntegerField(default=0)
    refused = pw.BigIntegerField(default=0)
    last_received_at = TimeField(null=True)
    last_refused_at = TimeField(null=True)
    last_refusal = pw.TextField(default="")

    class Meta:
        table_name = "webhook_endpoints"


class SignIn(Table):
    """A redirect sign-in that was begun. Its state is known by its digest only, and is used once."""

    id = pw.BigAutoField()
    channel = pw.ForeignKeyField(Channel, index=False, on_delete="CASCADE")
    state_digest = pw.TextField(unique=True)
    redirect_uri = pw.TextField()
    begun_by = pw.TextField()
    begun_at = TimeField()
    expires_at = TimeField()
    used_at = TimeField(null=True)

    class Meta:
        table_name = "sign_ins"
        indexes = ((("channel", "id"), False),)


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
