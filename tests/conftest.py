"""What every test has: no home of the developer's, and the databases."""

import os
from pathlib import Path

import pytest

from stogly_tui.operations import users
from tests.support.databases import database_url, opened, postgres

__all__ = ["database_url", "opened", "postgres"]


@pytest.fixture(autouse=True)
def _no_home_of_the_developer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("STOGLY_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(users, "_in_settings", {})  # what another test's settings said of roles
    monkeypatch.setenv("HOME", str(tmp_path / "home-of-nobody"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
