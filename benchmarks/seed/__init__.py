"""A database of N orders, made fast and the same every time. Other benchmarks and tests call `seed`."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from benchmarks.seed import house, journal, orders, pushes
from benchmarks.seed.load import loading
from stogly_tui import config
from stogly_tui.model import database, schema, tables
from stogly_tui.model.tables.base import to_millis

TOLD_EVERY = 10
CONFIG = """# A seeded home: its channels lead nowhere, so nothing is served.
worker = false
environment = "BENCH"
"""


def seed(
    home: Path,
    count: int,
    database_url: str = "",
    *,
    number: int = 1,
    until: datetime = house.UNTIL,
    tell: Callable[[str], None] = lambda _: None,
) -> config.Settings:
    """Make a home whose database holds ``count`` orders; the same number makes the same rows.

    Raises:
        FileExistsError: there are orders or channels already.
    """
    given = f'database_url = "{database_url}"\n' if database_url else ""
    settings = config.Settings(home=home, database_url=database_url)
    config.ensure_home(settings)
    settings.config_file.write_text(CONFIG + given, encoding="utf-8")
    database.drop_connection()
    database.open_database(settings.url)
    schema.upgrade()
    _must_be_empty(settings.home)
    tell("schema made")
    with loading() as load:
        load.put("channels", house.CHANNEL_COLUMNS, house.channels(until))
        load.put("flows", house.FLOW_COLUMNS, house.flows(until))
        maker = orders.Maker(count, number, until)
        load.put("payloads", ("digest", "body", "received_at"), maker.payloads())
        for at, batch in enumerate(maker.batches(), 1):
            load.put("orders", orders.ORDER_COLUMNS, batch.orders)
            load.put("order_lines", orders.LINE_COLUMNS, batch.lines)
            load.put("order_charges", orders.CHARGE_COLUMNS, batch.charges)
            load.put("order_addresses", orders.ADDRESS_COLUMNS, batch.addresses)
            load.put("pushes", pushes.COLUMNS, batch.pushes)
            load.put("push_attempts", pushes.ATTEMPT_COLUMNS, batch.attempts)
            if at % TOLD_EVERY == 0:
                tell(f"{batch.orders[-1][0]:,} orders")
        runs, entries = journal.runs_and_entries(count, number, until)
        load.put("sync_runs", journal.RUN_COLUMNS, runs)
        load.put("log_entries", journal.ENTRY_COLUMNS, entries)
        load.put("notes", journal.NOTE_COLUMNS, journal.notes(count, number, until))
        load.put("meta", ("key", "value"), [("identity", f"seeded-{count}-{number}-{to_millis(until)}")])
        tell("rows written; making indexes")
    database.checkpoint()
    tell(f"indexes made; {_size()}")
    database.drop_connection()
    return settings


def _must_be_empty(home: Path) -> None:
    with database.read():
        if tables.Channel.select().exists() or tables.Order.select().exists():
            raise FileExistsError(f"{home}: there are orders or channels in its database already")


def _size() -> str:
    path = database.path()
    if path is not None:
        return f"{path.name} {path.stat().st_size / 2**20:,.0f} MB"
    with database.read():
        found = tables.database.execute_sql("SELECT pg_database_size(current_database())").fetchone()
    return f"database {found[0] / 2**20:,.0f} MB"
