"""A seeded database per test, snapshots at the top level, and a still terminal."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_textual_snapshot

from stogly_tui.model import database
from tests.console import support

SNAPSHOTS = Path(__file__).parents[2] / "snapshots"


class TopLevel(pytest_textual_snapshot.SVGImageExtension):  # type: ignore[misc]
    """Keeps the pictures under the top-level `snapshots/`."""

    @classmethod
    def dirname(cls, *, test_location: Any) -> str:
        """One folder per test file."""
        return str(SNAPSHOTS / Path(test_location.filepath).stem)


@pytest.fixture(autouse=True)
def _snapshots_at_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytest_textual_snapshot, "SVGImageExtension", TopLevel)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    """An empty database."""
    support.open_empty(tmp_path)
    yield tmp_path
    database.drop_connection()


@pytest.fixture
def house(empty: Path) -> dict[str, int]:
    """The small house of `support.seed`; ids by name."""
    return support.seed()
