"""What was done by whom, what changed, and what this database knows of itself."""

import peewee as pw

from stogly_tui.domain.people import Role
from stogly_tui.model.tables.base import DocumentField, EnumField, Table, TimeField


class User(Table):
    """A person by the name that the operating system or the forced command gives, and what they may do."""

    name = pw.TextField(primary_key=True)
    role = EnumField(Role)
    set_by = pw.TextField()
    set_at = TimeField()

    class Meta:
        table_name = "users"


class Audit(Table):
    """One change made by a person or by rule: who, when, what, before, after."""

    id = pw.BigAutoField()
    at = TimeField()
    actor = pw.TextField()
    verb = pw.TextField()
    entity = pw.TextField()
    entity_id = pw.BigIntegerField(null=True)
    before = DocumentField(null=True)
    after = DocumentField(null=True)
    reason = pw.TextField(default="")

    class Meta:
        table_name = "audit"
        indexes = ((("entity", "entity_id"), False), (("at",), False))


class Change(Table):
    """A hint for screens: rows of this kind changed. `ids` is empty when they are too many to name."""

    id = pw.BigAutoField()
    at = TimeField()
    kind = pw.TextField()
    ids = DocumentField(default=list)

    class Meta:
        table_name = "changes"


class Meta(Table):
    """Facts of the database as a whole, by key."""

    key = pw.TextField(primary_key=True)
    value = pw.TextField()

    class Meta:
        table_name = "meta"
