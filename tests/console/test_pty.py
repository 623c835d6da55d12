"""A console on a real pseudo terminal: what reaches it, what does not, and how it is left."""

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
from collections.abc import Iterator
from datetime import timedelta
from fcntl import ioctl
from pathlib import Path

import pytest

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.states import ChannelRole, Level, PushState, RunState
from stogly_tui.model import database
from tests.console import support

pytestmark = pytest.mark.pty
ROOT = Path(__file__).parents[2]
OPEN = """
import sys
from tests.console import support
from stogly_tui.model import database
database.open_database("sqlite:///" + sys.argv[1])
from stogly_tui.console.app import run
sys.exit(run(support.services()))
"""
HOSTILE = "\x1b]52;c;aGFja2Vk\x07\x1b]0;owned\x07\x9b31m\x1b[2J\u202eevil\u2066 [/foo] [@click=app.quit]x[/] \x00\x7f"
PATIENCE = 20.0


class Terminal:
    """One process on a pseudo terminal."""

    def __init__(self, database_path: Path, size: tuple[int, int] = (40, 120)) -> None:
        self.ours, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TEXTUAL", "STOGLY", "NO_COLOR"))
        }
        environment |= {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", OPEN, str(database_path)],
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

    def until(self, text: str) -> None:
        """Wait until a text has been painted."""
        end = time.monotonic() + PATIENCE
        while text.encode() not in self.seen:
            assert time.monotonic() < end, f"never: {text}\n{self.seen[-3000:]!r}"
            self.read()

    def quiet(self) -> None:
        """Wait until nothing arrives for a while."""
        end = time.monotonic() + PATIENCE
        while self.read(0.15):
            assert time.monotonic() < end, "never quiet"

    def press(self, keys: str) -> bytes:
        """Press keys; returns what they painted."""
        os.write(self.ours, keys.encode())
        got = self.read(0.15)
        self.quiet()
        return got

    def close(self) -> None:
        """End the process, whatever its state."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.ours)


@pytest.fixture
def terminal(house: dict[str, int], empty: Path) -> Iterator[Terminal]:
    with database.connection():
        dest = support.add_channel(f"Dest {HOSTILE}", role=ChannelRole.DESTINATION)
        order = support.add_order(
            dest, f"EVIL-{HOSTILE}", customer=HOSTILE, sku=HOSTILE, item=HOSTILE, note=HOSTILE, email=HOSTILE,
            ago=timedelta(0),
        )  # fmt: skip
        support.add_push(
            order, dest, PushState.ERROR, code=ErrorCode.REJECTED, text=HOSTILE, field=HOSTILE, request=HOSTILE,
            reply=HOSTILE,
        )  # fmt: skip
        run = support.add_run(dest, RunState.FAILED, error=HOSTILE)
        support.add_entry(dest, run, HOSTILE, HOSTILE, Level.ERROR, order)
    database.drop_connection()
    opened = Terminal(empty / "stogly.db")
    yield opened
    opened.close()


def harmful(seen: bytes) -> list[str]:
    """What of the hostile text reached the terminal as a control."""
    text = re.sub(
        r"\x1b\]22;[a-z]*\x07", "", seen.decode("utf-8", "replace")
    )  # Textual's own: shape of the pointer
    return [
        part
        for part in ("\x1b]52", "\x1b]0;", "\u202e", "\u2066", "\x9b", "\x00", "\x7f", "\x07")
        if part in text
    ]


def test_hostile_text_puts_no_control_byte_on_the_terminal(terminal: Terminal) -> None:
    terminal.until("EVIL-")
    terminal.quiet()
    right, down, esc = "\x1b[C", "\x1b[B", "\x1b"
    for keys in ("\r", *[right] * 6, "h", esc, "m", esc, esc, "2", "6", "\r", down, "1", "S", "l", esc, "?"):
        terminal.press(keys)

    assert harmful(terminal.seen) == []
    assert b"EVIL-" in terminal.seen
    assert terminal.process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_a_clean_terminal(terminal: Terminal, number: int) -> None:
    terminal.until("EVIL-")
    terminal.quiet()
    terminal.seen = b""
    terminal.process.send_signal(number)
    assert terminal.process.wait(PATIENCE) == 0
    terminal.read()

    assert b"\x1b[?1049l" in terminal.seen
    assert b"\x1b[?1003l" in terminal.seen
    assert b"\x1b[?25h" in terminal.seen


def test_an_idle_console_writes_nothing_and_a_cursor_move_writes_little(terminal: Terminal) -> None:
    terminal.until("EVIL-")
    terminal.quiet()
    assert terminal.read(2.0) == b""
    terminal.press("\x1b[B")
    moved = terminal.press("\x1b[B")

    assert 0 < len(moved) <= 2400
