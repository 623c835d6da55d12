"""A trade, on one file unless a test asks for both engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stogly_tui.model import database
from stogly_tui.sandbox import Sandbox
from tests.support.databases import open_file
from tests.support.trade import Trade, trading


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox([]) as started:
        yield started


@pytest.fixture
def empty(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trade]:
    """Two stores, and nothing connected yet."""
    open_file(tmp_path / "stogly.db")
    with trading(sandbox, tmp_path, monkeypatch) as made:
        yield made
    database.drop_connection()


@pytest.fixture
def trade(empty: Trade) -> Trade:
    """Two stores, connected and live."""
    empty.connect()
    return empty
