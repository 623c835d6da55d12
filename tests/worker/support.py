"""Waiting for what a worker does, and workers in processes of their own."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 20.0


def wait_for(has_come: Callable[[], object], seconds: float = PATIENCE) -> float:
    """Look until it is so; how long it took."""
    begun, pause = time.monotonic(), threading.Event()
    while not has_come():
        assert time.monotonic() < begun + seconds, "it did not come"
        pause.wait(0.01)
    return time.monotonic() - begun


def start_command(home: Path, *words: str) -> "subprocess.Popen[str]":
    """Start a command over a home."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STOGLY_")}
    return subprocess.Popen(
        [sys.executable, "-m", "stogly_tui", *words], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment | {"STOGLY_HOME": str(home), "STOGLY_USER": "ada"},
    )  # fmt: skip


def read_until(process: "subprocess.Popen[str]", word: str) -> None:
    """Read what a process says until it says this."""
    assert process.stderr is not None
    for line in process.stderr:
        if word in line:
            return
    raise AssertionError(f"it ended without saying {word!r}")
