"""One sandbox server for all tests of sync; fresh stores and a fresh database for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stogly_tui.sandbox import Sandbox
from tests.support.trade import Trade, trading


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox([]) as started:
        yield started


@pytest.fixture
def trade(opened: str, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trade]:
    """Two stores, connected and live, on either engine."""
    with trading(sandbox, tmp_path, monkeypatch) as made:
        made.connect()
        yield made


@pytest.fixture
def empty_trade(
    opened: str, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Trade]:
    """Two stores, and nothing connected yet."""
    with trading(sandbox, tmp_path, monkeypatch) as made:
        yield made
