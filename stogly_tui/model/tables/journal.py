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


class Handover(Table):
    """What one shift tells the next; shown at the start of a console until it was read there."""

    id = pw.BigAutoField()
    at = TimeField()
    author = pw.TextField()
    text = pw.TextField()

    class Meta:
        table_name = "handovers"


class SavedView(Table):
    """A way to look at orders that one person keeps: filter, sort, columns, and the key that opens it."""

    id = pw.BigAutoField()
    owner = pw.TextField()
    name = pw.TextField()
    key = pw.TextField(null=True)
    query = pw.TextField(default="")
    sort = pw.TextField(default="")
    columns = DocumentField(default=list)
    updated_at = TimeField()

    class Meta:
        table_name = "saved_views"
        indexes = ((("owner", "name"), True), (("owner", "key"), True))


class Preference(Table):
    """What one person's consoles remember between starts, by key. Never a secret."""

    owner = pw.TextField()
    key = pw.TextField()
    value = DocumentField()

    class Meta:
        table_name = "preferences"
        primary_key = pw.CompositeKey("owner", "key")


class Meta(Table):
    """Facts of the database as a whole, by key."""

    key = pw.TextField(primary_key=True)
    value = pw.TextField()

    class Meta:
        table_name = "meta"
