"""What all tables share: the database they are bound to, and how time, words and documents are kept."""

import json
from datetime import UTC, datetime
from typing import Any

import peewee as pw
from playhouse.fields import EnumField

__all__ = [
    "DocumentField",
    "EnumField",
    "Table",
    "TimeField",
    "database",
    "from_millis",
    "not_negative",
    "to_millis",
]

database: pw.DatabaseProxy = pw.DatabaseProxy()
"""Bound once per process by `model.database.open_database`."""


def to_millis(at: datetime) -> int:
    """A moment as milliseconds since 1970 UTC: orders the same way on every engine."""
    return round(at.timestamp() * 1000)


def from_millis(millis: int) -> datetime:
    """The moment of so many milliseconds since 1970, in UTC."""
    return datetime.fromtimestamp(millis / 1000, UTC)


class TimeField(pw.BigIntegerField):
    """A moment in UTC, kept as milliseconds."""

    def db_value(self, value: datetime | int | None) -> int | None:
        return to_millis(value) if isinstance(value, datetime) else value

    def python_value(self, value: int | None) -> datetime | None:
        return None if value is None else from_millis(value)


class DocumentField(pw.TextField):
    """A JSON document that is only read whole; text on every engine."""

    def db_value(self, value: Any) -> str | None:
        return (
            None
            if value is None
            else json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
        )

    def python_value(self, value: str | None) -> Any:
        return None if value is None else json.loads(value)


class Table(pw.Model):
    """Base of every table."""

    class Meta:
        database = database
        legacy_table_names = False


def not_negative(*columns: str) -> list[pw.Node]:
    """CHECKs that hold quantities at or above zero."""
    return [pw.Check(f"{column} >= 0") for column in columns]
