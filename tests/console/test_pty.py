"""A console on a real pseudo terminal: what reaches it, what does not, and how it is left."""

import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.states import ChannelRole, Level, PushState, RunState
from stogly_tui.model import database
from tests.console import support
from tests.console.terminal import DOWN, ENTER, ESC, PATIENCE, RIGHT, Terminal, harmful

pytestmark = pytest.mark.pty
HOSTILE = "\x1b]52;c;aGFja2Vk\x07\x1b]0;owned\x07\x9b31m\x1b[2J\u202eevil\u2066 [/foo] [@click=app.quit]x[/] \x00\x7f"


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
    opened = Terminal(f"sqlite:///{empty / 'stogly.db'}")
    yield opened
    opened.close()


def test_hostile_text_puts_no_control_byte_on_the_terminal(terminal: Terminal) -> None:
    terminal.until("EVIL-")
    terminal.quiet()
    for keys in (
        ENTER,
        *[RIGHT] * 6,
        "h",
        ESC,
        "m",
        ESC,
        ESC,
        "2",
        "6",
        ENTER,
        DOWN,
        "7",
        "\t",
        DOWN,
        "1",
        "S",
        "l",
        ESC,
        "?",
    ):
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


def test_a_terminal_that_goes_without_a_word_ends_the_console(terminal: Terminal) -> None:
    terminal.until("EVIL-")
    terminal.quiet()

    terminal.hang_up()

    terminal.process.wait(PATIENCE)
