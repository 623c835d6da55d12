"""Log files in the home: redacted, rotated by day, never on the terminal."""

import logging
import logging.handlers
import re
from pathlib import Path

_SECRET = re.compile(
    r"(?i)\b(ck|cs)_[0-9a-z]{6,}|(authorization|consumer_key|consumer_secret|access_token|password|secret)"
    r"([\"']?\s*[:=]\s*[\"']?)[^\s\"',}&]+|(://)[^/\s:@]+:[^/\s@]+@"
)


def redact(text: str) -> str:
    """Text without keys, tokens and passwords."""

    def hide(match: re.Match[str]) -> str:
        if match.group(1):
            return f"{match.group(1)}_[hidden]"
        if match.group(4):
            return "://[hidden]@"
        return f"{match.group(2)}{match.group(3)}[hidden]"

    return _SECRET.sub(hide, text)


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
