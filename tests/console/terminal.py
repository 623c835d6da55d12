"""A console of its own process on a pseudo terminal: keys in, bytes out."""

import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from fcntl import ioctl
from pathlib import Path

ROOT = Path(__file__).parents[2]
OPEN = """
import sys
from tests.console import support
from stogly_tui.model import database
database.open_database(sys.argv[1])
from stogly_tui.console.app import run
sys.exit(run(support.services()))
"""
"""What the process runs: a console over the database whose URL it is given."""
PATIENCE = 20.0
RIGHT, DOWN, ESC, ENTER, TAB = "\x1b[C", "\x1b[B", "\x1b", "\r", "\t"
OWN = re.compile(r"\x1b\]22;[a-z]*\x07")
"""What Textual itself sends that looks like what is forbidden: the shape of the pointer."""


class Terminal:
    """One process on a pseudo terminal."""

    def __init__(
        self,
        url: str,
        size: tuple[int, int] = (40, 120),
        code: str = OPEN,
        environ: Mapping[str, str] = {"TERM": "xterm-256color"},
    ) -> None:
        self.ours, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TEXTUAL", "STOGLY", "NO_COLOR", "COLORTERM"))
        }
        environment |= {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", **environ}
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, url],
            stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=environment, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.seen = b""

    def read(self, seconds: float = 0.05) -> bytes:
        """What arrives within a moment."""
        got = b""
        while select.select([self.ours], [], [], seconds)[0]:
            try:
                part = os.read(self.ours, 65536)
            except OSError:
                break
            if not part:
                break
            got += part
        self.seen += got
        return got

    def until(self, text: str, since: int = 0) -> None:
        """Wait until a text has been painted, after so many bytes."""
        end = time.monotonic() + PATIENCE
        while text.encode() not in self.seen[since:]:
            assert time.monotonic() < end, f"never: {text}\n{self.seen[-3000:]!r}"
            assert self.process.poll() is None, f"ended: {self.seen[-3000:]!r}"
            self.read()

    def quiet(self, seconds: float = 0.15) -> None:
        """Wait until nothing arrives for a while."""
        end = time.monotonic() + PATIENCE
        while self.read(seconds):
            assert time.monotonic() < end, "never quiet"

    def type(self, keys: str) -> None:
        """Press keys; waits for nothing."""
        os.write(self.ours, keys.encode())

    def press(self, keys: str) -> bytes:
        """Press keys; returns what they painted."""
        self.type(keys)
        got = self.read(0.15)
        self.quiet()
        return got

    def resize(self, rows: int, columns: int) -> None:
        """Give the terminal another size."""
        ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)

    def hang_up(self) -> None:
        """Take the terminal away; no signal tells the process, which has no controlling terminal."""
        os.close(self.ours)
        self.ours = -1

    def close(self) -> None:
        """End the process, whatever its state."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.ours >= 0:
            os.close(self.ours)


def harmful(seen: bytes) -> list[str]:
    """What of hostile text reached the terminal as a control."""
    text = OWN.sub("", seen.decode("utf-8", "replace"))
    return [
        part
        for part in (
            "\x1b]52",
            "\x1b]0;",
            "\x1b]8;",
            "\u202e",
            "\u2066",
            "\x9b",
            "\x9d",
            "\x00",
            "\x7f",
            "\x07",
        )
        if part in text
    ]
