"""The first schema, frozen as SQL per engine beside this file."""

from pathlib import Path

import peewee as pw


def up(migrator, db):
    engine = "sqlite" if isinstance(db, pw.SqliteDatabase) else "postgresql"
    script = Path(__file__).with_name(f"0001_initial.{engine}.sql").read_text(encoding="utf-8")
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
