"""The schema that the tables declare, as SQL; ``python -m tests.support.schema`` freezes it for the first migration."""

import sys
from pathlib import Path

import peewee as pw

from stogly_tui.model import tables


def statements() -> list[str]:
    """CREATE statements of every table and index, for the database that is bound."""
    told: list[str] = []
    for table in tables.ALL:
        schema = vars(table)["_schema"]
        for context in [schema._create_table(safe=False), *schema._create_indexes(safe=False)]:
            sql, parameters = context.query()
            assert not parameters, sql
            told.append(sql)
    return told


def main() -> None:
    """Write the frozen schema of both engines."""
    from playhouse.postgres_ext import Psycopg3Database

    folder = Path(__file__).parents[2] / "stogly_tui/model/migrations"
    for name, database in {
        "sqlite": pw.SqliteDatabase(":memory:"),
        "postgresql": Psycopg3Database("postgresql://"),
    }.items():
        tables.database.initialize(database)
        path = folder / f"0001_initial.{name}.sql"
        path.write_text(";\n".join(statements()) + ";\n", encoding="utf-8")
        sys.stdout.write(f"{path.name}\n")


if __name__ == "__main__":
    main()
