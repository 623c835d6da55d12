"""Orders as we keep them: the raw payload first, then what was understood of it."""

import peewee as pw

from stogly_tui.domain.states import (
    ChargeKind,
    HoldReason,
    IntakeState,
    OrderStatus,
    PaymentStatus,
    SourceChange,
)
from stogly_tui.model.tables.base import DocumentField, EnumField, Table, TimeField, not_negative
from stogly_tui.model.tables.channels import Channel


class Payload(Table):
    """Exact bytes a channel gave us, by their SHA-256."""

    digest = pw.TextField(primary_key=True)
    body = pw.BlobField()
    received_at = TimeField()

    class Meta:
        table_name = "payloads"


class Order(Table):
    """One order of one channel. Money in minor units of `currency`; `push_id` is its current push."""

    id = pw.BigAutoField()
    channel = pw.ForeignKeyField(Channel, backref="orders", index=False, on_delete="RESTRICT")
    remote_id = pw.TextField()
    incarnation = pw.TextField()
    is_latest = pw.BooleanField(default=True)
    number = pw.TextField(index=True)
    remote_number = pw.TextField()
    currency = pw.TextField()
    total = pw.BigIntegerField()
    tax = pw.BigIntegerField(default=0)
    refunded = pw.BigIntegerField(default=0)
    prices_include_tax = pw.BooleanField(default=False)
    items = pw.BigIntegerField(default=0)
    placed_at = TimeField()
    modified_at = TimeField()
    paid_at = TimeField(null=True)
    ship_by = TimeField(null=True)
    remote_status = pw.TextField()
    status = EnumField(OrderStatus)
    payment = EnumField(PaymentStatus)
    is_confirmed = pw.BooleanField(default=False)
    is_cancelled = pw.BooleanField(default=False)
    intake = EnumField(IntakeState)
    intake_reason = pw.TextField(default="")
    hold = EnumField(HoldReason, null=True)
    released_digest = pw.TextField(default="")
    source_change = EnumField(SourceChange, default=SourceChange.NONE)
    source_change_note = pw.TextField(default="")
    is_at_shop = pw.BooleanField(default=False)
    customer = pw.TextField(default="")
    email = pw.TextField(default="")
    phone = pw.TextField(default="")
    note = pw.TextField(default="")
    payment_method = pw.TextField(default="")
    reference = pw.TextField(default="")
    tags = DocumentField(default=list)
    unknown = DocumentField(default=list)
    search = pw.TextField(default="")
    payload_digest = pw.TextField()
    content_digest = pw.TextField(default="")
    revision = pw.IntegerField(default=1)
    push_id = pw.BigIntegerField(null=True)
    first_run_id = pw.BigIntegerField(null=True)
    last_run_id = pw.BigIntegerField(null=True)
    received_at = TimeField()
    updated_at = TimeField()
    financial_status = pw.TextField(null=True)
    fulfilment_status = pw.TextField(null=True)
    presentment_currency = pw.TextField(null=True)
    presentment_total = pw.BigIntegerField(null=True)
    phone_key = pw.TextField(null=True)
    """Digits of the phone number, last one first: found by how it ends, however it was written."""
    assigned_to = pw.TextField(null=True)

    class Meta:
        table_name = "orders"
        indexes = (
            (("channel", "remote_id", "incarnation"), True),
            (("placed_at", "id"), False),
            (("channel", "placed_at"), False),
            (("intake", "placed_at"), False),
            (("status", "placed_at"), False),
            (("payment", "placed_at"), False),
            (("customer", "id"), False),
            (("total", "id"), False),
            (("ship_by", "id"), False),
            (("email", "id"), False),
            (("remote_number",), False),
        )


class OrderLine(Table):
    """One line. Pieces per stage; amounts net for the whole line."""

    id = pw.BigAutoField()
    order = pw.ForeignKeyField(Order, backref="lines", index=False, on_delete="CASCADE")
    position = pw.IntegerField()
    remote_id = pw.TextField()
    sku = pw.TextField(index=True)
    name = pw.TextField()
    product_ref = pw.TextField(default="")
    ordered = pw.BigIntegerField()
    cancelled = pw.BigIntegerField(default=0)
    allocated = pw.BigIntegerField(default=0)
    fulfilled = pw.BigIntegerField(default=0)
    shipped = pw.BigIntegerField(default=0)
    delivered = pw.BigIntegerField(default=0)
    returned = pw.BigIntegerField(default=0)
    restocked = pw.BigIntegerField(default=0)
    subtotal = pw.BigIntegerField(default=0)
    total = pw.BigIntegerField()
    tax = pw.BigIntegerField(default=0)
    is_physical = pw.BooleanField(default=True)
    odd = pw.TextField(default="")

    class Meta:
        table_name = "order_lines"
        indexes = ((("order", "position"), True),)
        constraints = [
            *not_negative("cancelled", "allocated", "returned", "restocked"),
            pw.Check("returned <= shipped"),
            pw.Check("delivered <= shipped"),
            pw.Check("shipped <= fulfilled"),
            pw.Check("fulfilled <= ordered - cancelled"),
        ]


class Charge(Table):
    """Money on an order that belongs to no line."""

    id = pw.BigAutoField()
    order = pw.ForeignKeyField(Order, backref="charges", index=False, on_delete="CASCADE")
    position = pw.IntegerField()
    kind = EnumField(ChargeKind)
    name = pw.TextField(default="")
    amount = pw.BigIntegerField()
    tax = pw.BigIntegerField(default=0)

    class Meta:
        table_name = "order_charges"
        indexes = ((("order", "position"), True),)


class OrderAddress(Table):
    """A postal address of an order: `billing` or `shipping`."""

    id = pw.BigAutoField()
    order = pw.ForeignKeyField(Order, backref="addresses", index=False, on_delete="CASCADE")
    kind = pw.TextField()
    name = pw.TextField(default="")
    company = pw.TextField(default="")
    line1 = pw.TextField(default="")
    line2 = pw.TextField(default="")
    city = pw.TextField(default="")
    region = pw.TextField(default="")
    postcode = pw.TextField(default="")
    country = pw.TextField(default="")
    phone = pw.TextField(default="")
    email = pw.TextField(default="")
    corrected_by = pw.TextField(default="")

    class Meta:
        table_name = "order_addresses"
        indexes = ((("order", "kind"), True), (("postcode",), False))


class Note(Table):
    """What somebody wrote about an order, for colleagues. Append-only."""

    id = pw.BigAutoField()
    order = pw.ForeignKeyField(Order, backref="notes", index=False, on_delete="CASCADE")
    at = TimeField()
    author = pw.TextField()
    text = pw.TextField()

    class Meta:
        table_name = "notes"
        indexes = ((("order", "id"), False),)


class Presence(Table):
    """What somebody is doing with an order in a console right now; counts until `until`, then it is nothing."""

    id = pw.BigAutoField()
    order = pw.ForeignKeyField(Order, index=False, on_delete="CASCADE")
    console = pw.TextField()
    actor = pw.TextField()
    doing = pw.TextField()
    since = TimeField()
    until = TimeField()

    class Meta:
        table_name = "presences"
        indexes = ((("order", "console"), True), (("console",), False))
