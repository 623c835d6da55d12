"""Pushes and their attempts: one order on its way to one destination."""

import peewee as pw

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.states import AttemptOutcome, PushState
from stogly_tui.model.tables.base import DocumentField, EnumField, Table, TimeField, not_negative
from stogly_tui.model.tables.channels import Channel
from stogly_tui.model.tables.orders import Order


class Push(Table):
    """One order × one destination × one generation.

    `destination_order_id` is evidence: once known it is never taken back. `tries` counts attempts from
    their start; `absent_seen` counts settled looks that found nothing.
    """

    id = pw.BigAutoField()
    order = pw.ForeignKeyField(Order, backref="pushes", index=False, on_delete="RESTRICT")
    destination = pw.ForeignKeyField(Channel, index=False, on_delete="RESTRICT")
    generation = pw.IntegerField()
    reference = pw.TextField()
    state = EnumField(PushState)
    is_urgent = pw.BooleanField(default=False)
    queued_at = TimeField()
    queued_by = pw.TextField()
    rule = pw.TextField(default="")
    order_revision = pw.IntegerField()
    due_at = TimeField()
    ship_by = TimeField(null=True)
    claim_token = pw.TextField(null=True)
    claim_until = TimeField(null=True)
    tries = pw.IntegerField(default=0)
    starts_without_end = pw.IntegerField(default=0)
    destination_order_id = pw.TextField(null=True)
    destination_number = pw.TextField(default="")
    second_order_id = pw.TextField(null=True)
    error_code = EnumField(ErrorCode, null=True)
    error_text = pw.TextField(default="")
    error_field = pw.TextField(default="")
    evidence = pw.TextField(default="")
    may_exist = pw.BooleanField(default=False)
    wire_until = TimeField(null=True)
    absent_seen = pw.IntegerField(default=0)
    looks = pw.IntegerField(default=0)
    next_look_at = TimeField(null=True)
    sent_at = TimeField(null=True)
    settled_by = pw.TextField(default="")
    settled_reason = pw.TextField(default="")
    updated_at = TimeField()
    placed_at = TimeField(null=True)
    """When its order was placed, so that pushes of a state are listed in that order without a sort."""

    class Meta:
        table_name = "pushes"
        indexes = (
            (("order", "destination", "generation"), True),
            (("destination", "reference"), True),
            (("state", "due_at"), False),
            (("destination", "state"), False),
            (("next_look_at",), False),
            (("state", "placed_at", "order"), False),
            (("destination_order_id",), False),
            (("destination_number",), False),
        )
        constraints = [*not_negative("tries", "absent_seen", "generation")]


class PushAttempt(Table):
    """One start of a request. Append-only; the outcome columns are written once."""

    id = pw.BigAutoField()
    push = pw.ForeignKeyField(Push, backref="attempts", index=False, on_delete="CASCADE")
    number = pw.IntegerField()
    started_at = TimeField()
    deadline_at = TimeField()
    worker = pw.TextField(default="")
    order_revision = pw.IntegerField()
    ended_at = TimeField(null=True)
    outcome = EnumField(AttemptOutcome, null=True)
    code = EnumField(ErrorCode, null=True)
    message = pw.TextField(default="")
    http_status = pw.IntegerField(null=True)
    request = pw.TextField(default="")
    reply = pw.TextField(default="")
    facts = DocumentField(null=True)

    class Meta:
        table_name = "push_attempts"
        indexes = ((("push", "number"), True),)
