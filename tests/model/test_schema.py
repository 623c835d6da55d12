"""Migrations: one schema whichever way it is made, applied once, never downwards."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from playhouse.migrations import Runner

from stogly_tui.model import database as db
from stogly_tui.model import derived, schema, tables
from stogly_tui.model.queries.base import rows
from tests.model.support import count, ended_well, in_process
from tests.support.databases import Postgres
from tests.support.schema import statements


def parts(sql: Sequence[str]) -> list[list[str]]:
    """Statements that can be compared: a column that was added later stands behind the constraints."""
    return sorted(sorted(part.strip() for part in _COMMA.split(re.sub(r"\s+", " ", one)[:-1])) for one in sql)


_COMMA = re.compile(r", (?![^()]*\))")
"""A comma outside brackets."""


def test_the_schema_by_migrations_is_the_schema_by_tables_on_sqlite(tmp_path: Path) -> None:
    db.open_database(f"sqlite:///{tmp_path / 'stogly.db'}")
    schema.upgrade()

    with db.read():
        made = [
            row[0]
            for row in rows(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name <> 'schema_migration'"
                " AND type <> 'trigger' AND tbl_name NOT LIKE 'order_search%'"
            )
        ]

    assert parts(made) == parts(
        [*statements(), *(one.replace(" IF NOT EXISTS", "") for one in derived.PARTIAL)]
    )


def test_the_schema_by_migrations_is_the_schema_by_tables_on_postgresql(postgres: Postgres) -> None:
    db.open_database(postgres.new_database())
    schema.upgrade()
    by_migrations = shape_on_postgresql()
    db.drop_connection()
    db.open_database(postgres.new_database())
    with db.connection():
        for statement in statements():
            tables.database.execute_sql(statement)
        derived.ensure()

    by_tables = shape_on_postgresql()

    assert by_migrations == by_tables
    assert {row[0] for row in by_tables} == {table._meta.table_name for table in tables.ALL}


def test_a_database_of_the_first_release_is_upgraded_with_its_orders(database_url: str) -> None:
    db.open_database(database_url)
    with db.connection():
        Runner(tables.database.obj, directory=str(schema.FOLDER)).up("0001_initial")
        order = "channel_id, remote_id, incarnation, is_latest, number, remote_number, currency, total, tax, refunded"
        tables.database.execute_sql(
            "INSERT INTO channels (platform, name, name_key, account_title, url, role, state, health, health_detail,"
            " looks, mode, order_prefix, auto_send, send_when, settings, facts, credentials_set_by, currency, time_zone,"
            " platform_version, created_at, updated_at, version) VALUES ('woocommerce', 'A', 'a', '', '', 'source',"
            " 'active', 'ok', '', 0, 'push', '', 'off', 'paid', '{}', '{}', '', 'EUR', 'UTC', '', 1, 1, 1)"
        )
        no = "false" if db.engine() == "postgresql" else "0"
        tables.database.execute_sql(
            f"INSERT INTO orders ({order}, prices_include_tax, items, placed_at, modified_at, remote_status, status,"
            " payment, is_confirmed, is_cancelled, intake, intake_reason, released_digest, source_change,"
            " source_change_note, is_at_shop, customer, email, phone, note, payment_method, reference, tags, unknown,"
            " search, payload_digest, content_digest, revision, received_at, updated_at)"
            f" SELECT id, '1', 'x', NOT {no}, 'A-1', '1', 'EUR', 100, 0, 0, {no}, 1, 1, 1, 'processing', 'pending',"
            f" 'paid', {no}, {no}, 'accepted', '', '', 'none', '', {no}, '', '', '', '', '', '', '[]', '[]', '', 'd',"
            " '', 1, 1, 1 FROM channels"
        )

    assert schema.upgrade() == ["0002_admin", "0003_grid"]

    assert count("SELECT count(*) FROM orders WHERE presentment_total IS NULL AND total = 100") == 1
    assert count("SELECT count(*) FROM users") == 0


def shape_on_postgresql() -> list[tuple[str, str]]:
    """Every column, index and constraint, in words that do not depend on how it was made."""
    asked = (
        "SELECT table_name, column_name || ' ' || data_type || ' ' || is_nullable || ' ' ||"
        " COALESCE(character_maximum_length, 0)::text FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conrelid::regclass::text, contype::text || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace",
    )
    with db.read():
        found = [(str(row[0]), str(row[1])) for sql in asked for row in rows(sql)]
    return sorted(row for row in found if row[0] != "schema_migration")


def test_a_database_of_this_release_needs_nothing(opened: str) -> None:
    assert schema.upgrade() == []


def test_processes_that_start_at_once_apply_each_migration_once(database_url: str, tmp_path: Path) -> None:
    starts = tmp_path / "start"
    processes = [
        in_process(upgrade_when_told, database_url, str(starts), str(tmp_path / f"ready{n}"))
        for n in range(4)
    ]
    while not all((tmp_path / f"ready{n}").exists() for n in range(4)):
        processes[0].join(0.01)
    starts.touch()

    ended_well(*processes)

    db.open_database(database_url)
    known = len(list(schema.FOLDER.glob("[0-9]*.py")))
    assert count("SELECT count(*) FROM schema_migration") == known
    assert count("SELECT count(*) FROM channels") == 0


def upgrade_when_told(url: str, start: str, ready: str) -> None:
    """In a process of its own: everything is imported before the start is given."""
    db.open_database(url)
    Path(ready).touch()
    while not Path(start).exists():
        pass
    schema.upgrade()


def test_a_newer_database_is_refused_in_words_and_left_alone(opened: str) -> None:
    with db.connection():
        tables.database.execute_sql(
            "INSERT INTO schema_migration (name, applied) VALUES ('0999_of_tomorrow', '2030-01-01')"
        )

    with pytest.raises(db.DatabaseNewer, match=r"newer release .*0999_of_tomorrow.*STOGLY_HOME"):
        schema.upgrade()


@pytest.mark.parametrize("url", ["mysql://x/y", "stogly.db", "oracle:thin", ""])
def test_a_database_of_another_kind_is_refused_in_words(url: str) -> None:
    with pytest.raises(db.DatabaseUrlInvalid, match="sqlite:/// or postgresql://"):
        db.open_database(url)
