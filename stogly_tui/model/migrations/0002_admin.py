"""Columns and tables of the admin's side: budgets, history, webhooks, redirect sign-in, users."""

from pathlib import Path

import peewee as pw

COLUMNS = {
    "rate_limits": ("points", "points_most", "points_rate", "points_at", "points_reserved"),
    "sync_runs": ("window_from", "window_until"),
    "orders": (
        "financial_status TEXT",
        "fulfilment_status TEXT",
        "presentment_currency TEXT",
        "presentment_total",
    ),
}


def up(migrator, db):
    is_sqlite = isinstance(db, pw.SqliteDatabase)
    for table, columns in COLUMNS.items():
        for column in columns:
            name, _, kind = column.partition(" ")
            kind = kind or ("INTEGER" if is_sqlite else "BIGINT")
            db.execute_sql(f'ALTER TABLE "{table}" ADD COLUMN "{name}" {kind}')
    engine = "sqlite" if is_sqlite else "postgresql"
    script = Path(__file__).with_name(f"0002_admin.{engine}.sql").read_text(encoding="utf-8")
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
