"""What the order grid looks things up by, and what teams keep: notes, presence, handovers, views, preferences."""

from pathlib import Path

import peewee as pw

COLUMNS = {"orders": ("phone_key TEXT", "assigned_to TEXT"), "pushes": ("placed_at",)}
AT_ONCE = 5000


def up(migrator, db):
    is_sqlite = isinstance(db, pw.SqliteDatabase)
    for table, columns in COLUMNS.items():
        for column in columns:
            name, _, kind = column.partition(" ")
            kind = kind or ("INTEGER" if is_sqlite else "BIGINT")
            db.execute_sql(f'ALTER TABLE "{table}" ADD COLUMN "{name}" {kind}')
    db.execute_sql(
        "UPDATE pushes SET placed_at = (SELECT o.placed_at FROM orders o WHERE o.id = pushes.order_id)"
    )
    _keep_phones(db, "?" if is_sqlite else "%s")
    engine = "sqlite" if is_sqlite else "postgresql"
    script = Path(__file__).with_name(f"0003_grid.{engine}.sql").read_text(encoding="utf-8")
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)


def _keep_phones(db, mark):
    last = 0
    while True:
        found = db.execute_sql(
            f"SELECT id, phone FROM orders WHERE id > {mark} ORDER BY id LIMIT {AT_ONCE}", (last,)
        ).fetchall()
        if not found:
            return
        last = found[-1][0]
        for order_id, phone in found:
            digits = "".join(char for char in phone if char.isdigit())
            if digits:
                db.execute_sql(
                    f"UPDATE orders SET phone_key = {mark} WHERE id = {mark}", (digits[::-1], order_id)
                )
