"""Sync runs, their log, where reading got to, and what asked for more."""

import peewee as pw

from stogly_tui.domain.states import FlowType, Level, RunState
from stogly_tui.model.tables.base import EnumField, Table, TimeField, not_negative
from stogly_tui.model.tables.channels import Channel, Flow
from stogly_tui.model.tables.orders import Order


class SyncRun(Table):
    """One execution of a flow. seen = created + updated + unchanged + filtered + held + failed."""

    id = pw.BigAutoField()
    channel = pw.ForeignKeyField(Channel, index=False, on_delete="CASCADE")
    flow = pw.ForeignKeyField(Flow, index=False, null=True, on_delete="SET NULL")
    type = EnumField(FlowType)
    trigger = pw.TextField(default="interval")
    requested_by = pw.TextField(default="")
    state = EnumField(RunState)
    pages = pw.IntegerField(default=0)
    seen = pw.BigIntegerField(default=0)
    created = pw.BigIntegerField(default=0)
    updated = pw.BigIntegerField(default=0)
    unchanged = pw.BigIntegerField(default=0)
    filtered = pw.BigIntegerField(default=0)
    held = pw.BigIntegerField(default=0)
    failed = pw.BigIntegerField(default=0)
    found_missing = pw.BigIntegerField(default=0)
    error_code = pw.TextField(default="")
    error_text = pw.TextField(default="")
    token = pw.TextField(default="")
    started_at = TimeField(null=True)
    finished_at = TimeField(null=True)
    asked_at = TimeField()
    window_from = TimeField(null=True)
    window_until = TimeField(null=True)

    class Meta:
        table_name = "sync_runs"
        indexes = ((("state",), False), (("channel", "id"), False), (("flow", "id"), False))
        constraints = [
            *not_negative("seen"),
            pw.Check("seen = created + updated + unchanged + filtered + held + failed"),
        ]


SyncRun.add_index(pw.SQL("CREATE UNIQUE INDEX sync_runs_asked ON sync_runs (flow_id) WHERE state = 'queued'"))


class Cursor(Table):
    """How far one list of a channel has been read; moved only by compare-and-set in the page's transaction."""

    id = pw.BigAutoField()
    channel = pw.ForeignKeyField(Channel, index=False, on_delete="CASCADE")
    stream = pw.TextField()
    at = TimeField()
    page = pw.BigIntegerField(default=0)
    token = pw.TextField(default="")

    class Meta:
        table_name = "cursors"
        indexes = ((("channel", "stream"), True),)


class IntakeTrigger(Table):
    """A record that has to be read again: due while `counter` > `served`."""

    id = pw.BigAutoField()
    channel = pw.ForeignKeyField(Channel, index=False, on_delete="CASCADE")
    remote_id = pw.TextField()
    reason = pw.TextField(default="")
    counter = pw.BigIntegerField(default=1)
    served = pw.BigIntegerField(default=0)
    asked_at = TimeField()
    not_before = TimeField(null=True)
    tries = pw.IntegerField(default=0)

    class Meta:
        table_name = "intake_triggers"
        indexes = ((("channel", "remote_id"), True),)


class LogEntry(Table):
    """One line of the sync log about one entity."""

    id = pw.BigAutoField()
    at = TimeField()
    level = EnumField(Level)
    channel = pw.ForeignKeyField(Channel, index=False, null=True, on_delete="CASCADE")
    run = pw.ForeignKeyField(SyncRun, index=False, null=True, on_delete="SET NULL")
    order = pw.ForeignKeyField(Order, index=False, null=True, on_delete="SET NULL")
    entity = pw.TextField(default="")
    code = pw.TextField()
    message = pw.TextField()
    attempt = pw.IntegerField(null=True)
    payload_digest = pw.TextField(null=True)

    class Meta:
        table_name = "log_entries"
        indexes = (
            (("at",), False),
            (("order", "id"), False),
            (("channel", "id"), False),
            (("run", "id"), False),
        )
