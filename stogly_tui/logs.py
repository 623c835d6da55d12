"""Log files in the home: redacted, rotated by day, never on the terminal."""

import logging
import logging.handlers
from pathlib import Path

from stogly_tui.domain.redact import redact


class _Redacted(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def to_file(folder: Path, days: int) -> None:
    """Send all logging to ``folder/stogly.log`` from now on."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = logging.handlers.TimedRotatingFileHandler(
        folder / "stogly.log", when="midnight", backupCount=days, encoding="utf-8", utc=True, delay=True
    )
    handler.setFormatter(_Redacted("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("apscheduler", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
