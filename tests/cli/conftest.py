"""One sandbox for all tests of the command line; fresh stores and a fresh home for each."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from stogly_tui.sandbox import Sandbox
from tests.cli.support import CommandLine


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox([]) as started:
        yield started


@pytest.fixture
def cli(
    sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[CommandLine]:
    """The command line over a new home."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    made = CommandLine(tmp_path / "stogly", sandbox, capsys, monkeypatch)
    yield made
    made.stop_children()
    sandbox.faults.clear()
    for handler in root.handlers:
        if handler not in before:
            handler.close()
    root.handlers[:] = before
    root.setLevel(level)
