"""Crash reports: where it happened, without any value of a variable."""

import itertools
import os
import platform
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from stogly_tui.domain.redact import redact

_folder: Path | None = None
_numbers = itertools.count(1)


def use_folder(folder: Path) -> None:
    """Write reports there from now on."""
    global _folder
    _folder = folder


def write_report(error: BaseException) -> Path:
    """Write what happened to a 0600 file and return its path. Holds no locals, and messages are redacted."""
    folder = _folder or Path(tempfile.gettempdir())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = datetime.now(UTC)
    path = folder / f"crash-{now:%Y%m%dT%H%M%S}-{os.getpid()}-{next(_numbers)}.txt"
    lines = [
        f"stogly-tui crash report, {now:%Y-%m-%dT%H:%M:%SZ}",
        f"Python {platform.python_version()} on {platform.system()}",
        "",
        *(line.rstrip() for line in traceback.format_exception(error)),
    ]
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(redact("\n".join(lines)) + "\n")
    return path
