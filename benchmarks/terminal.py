"""A program on a real pseudo terminal: keys in, bytes and their times out, and the screen that they paint."""

import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

import pyte

COLUMNS, LINES = 120, 40
QUIET = 0.12
"""Seconds without a byte after which a repaint is taken for settled."""
ROUND = 0.25
"""At most so many seconds are read at once: a screen that always changes is never quiet."""
LEAVE = 5.0
_HIDDEN = ("TEXTUAL", "STOGLY", "NO_COLOR", "SSH_", "TMUX", "COLORTERM", "TERM", "PYTHONDONT")
"""What of our own environment would change what a program paints, or that it keeps its compiled modules."""


class NeverPainted(Exception):
    """What was waited for did not come; the text holds the screen."""


@dataclass(frozen=True, slots=True)
class Repaint:
    """What one key caused: when its last byte came, and how many there were."""

    ms: float
    size: int


class Terminal:
    """One process on a pseudo terminal of 120×40. Times are seconds of the monotonic clock."""

    def __init__(
        self, command: Sequence[str], *, environ: Mapping[str, str] | None = None, folder: Path | None = None
    ) -> None:
        self._ours, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_HIDDEN)}
        kept |= {"TERM": "xterm-256color", "LANG": "C.UTF-8"} | dict(environ or {})
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self._unseen: deque[tuple[float, bytes]] = deque()
        self.began = time.monotonic()
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=kept, cwd=folder, start_new_session=True
        )
        os.close(theirs)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def lines(self) -> list[str]:
        """The screen as it is painted now."""
        for _, part in self._unseen:
            self._stream.feed(part)
        self._unseen.clear()
        return list(self._screen.display)

    def type(self, keys: str) -> float:
        """Send keys; when."""
        at = time.monotonic()
        os.write(self._ours, keys.encode())
        return at

    def press(self, keys: str, quiet: float = QUIET) -> Repaint:
        """Send keys and wait until what they cause has settled."""
        at = self.type(keys)
        parts = self._read(quiet, first=2.0, most=10.0)
        return Repaint((parts[-1][0] - at) * 1000 if parts else 0.0, sum(len(part) for _, part in parts))

    def settle(self, quiet: float = 0.4, most: float = 20.0) -> None:
        """Wait until nothing has come for a while."""
        self._read(quiet, first=quiet, most=most)

    def when(self, is_painted: Callable[[list[str]], bool], patience: float = 20.0) -> float:
        """The moment at which the screen first was as wanted, to the byte's arrival.

        Raises:
            NeverPainted: it never was, in so many seconds.
        """
        end = time.monotonic() + patience
        if is_painted(self.lines):
            return time.monotonic()
        while time.monotonic() < end:
            self._read(0.02, first=0.2, most=ROUND)
            while self._unseen:
                at, part = self._unseen.popleft()
                self._stream.feed(part)
                if is_painted(list(self._screen.display)):
                    return at
            if self._process.poll() is not None:
                break
        raise NeverPainted("\n".join(self.lines))

    def collect(self, seconds: float) -> int:
        """Let time pass; how many bytes came."""
        end, size = time.monotonic() + seconds, 0
        while (left := end - time.monotonic()) > 0:
            size += sum(len(part) for _, part in self._read(left, first=left, most=left))
        return size

    def cpu(self) -> float:
        """Processor seconds that the process has used."""
        fields = (
            Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> tuple[float, float]:
        """Resident memory now, and at most so far, in MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        now, most = (int(status.split(f"{name}:")[1].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
        return now, most

    def close(self) -> None:
        """End the process, whatever its state."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            end = time.monotonic() + LEAVE
            while self._process.poll() is None and time.monotonic() < end:
                self._read(0.05, first=0.05, most=0.1)  # what it says last must not keep it from leaving
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def _read(self, quiet: float, *, first: float, most: float) -> list[tuple[float, bytes]]:
        """What arrives until it is quiet: waits ``first`` for a beginning, and no longer than ``most``."""
        end = time.monotonic() + most
        parts: list[tuple[float, bytes]] = []
        patience = first
        while (left := end - time.monotonic()) > 0:
            if not select.select([self._ours], [], [], min(patience, left))[0]:
                break
            try:
                part = os.read(self._ours, 1 << 17)
            except OSError:
                break
            if not part:
                break
            parts.append((time.monotonic(), part))
            patience = quiet
        self._unseen += parts
        return parts
