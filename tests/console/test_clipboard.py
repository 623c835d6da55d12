"""Copying: the bytes that go to the terminal, what stands between, and the file when there is no other way."""

import base64
import json
import re
from pathlib import Path

import pytest

from stogly_tui.console import clipboard
from stogly_tui.console.clipboard import LIMIT, copy, sequence
from stogly_tui.model import database
from tests.console import support
from tests.console.play import Play, play
from tests.console.terminal import Terminal

TMUX = {"TMUX": "/tmp/tmux-1000/default,1,0", "TERM": "screen-256color"}
SCREEN = {"TERM": "screen.xterm-256color"}
HELLO = "\x1b]52;c;aGVsbG8=\x07"


pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def test_a_plain_terminal_gets_one_osc_52() -> None:
    assert sequence("hello", {"TERM": "xterm-256color"}) == HELLO


def test_tmux_gets_it_for_itself_and_to_pass_through() -> None:
    assert sequence("hello", TMUX) == f"{HELLO}\x1bPtmux;\x1b{HELLO}\x1b\\"


def test_screen_gets_it_in_chunks_that_its_buffer_takes() -> None:
    text = "x" * 500
    told = sequence(text, SCREEN)
    assert told is not None
    parts = re.findall("\x1bP(.*?)\x1b\\\\", told, re.DOTALL)

    assert "".join(f"\x1bP{part}\x1b\\" for part in parts) == told
    assert max(map(len, parts)) <= 76
    assert "".join(parts) == f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"


def test_what_is_longer_than_terminals_take_is_refused() -> None:
    assert sequence("x" * (LIMIT // 4 * 3), {}) is not None
    assert sequence("x" * (LIMIT // 4 * 3 + 3), {}) is None


def test_a_copy_says_its_way_and_how_much_and_holds_no_control(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(clipboard, "_send", lambda _app, text, _wanted: sent.append(text))

    async def story(seen: Play) -> None:
        told = copy(seen.app, "one\x1b]0;x\x07\ntwo\u202e\tthree")
        assert told.startswith("Copied 2 lines (20 characters) to the terminal (OSC 52).")
        assert copy(seen.app, " \n") == "There is nothing to copy here."

    play(story)

    assert sent == ["one·]0;x·\ntwo·\tthree"]


def test_what_is_too_long_and_what_is_copied_twice_is_in_a_private_file(tmp_path: Path) -> None:
    folder = tmp_path / "exports"

    async def story(seen: Play) -> None:
        long = "0123456789" * 10_000
        told = copy(seen.app, long)
        assert "too long" in told
        assert [path.read_text() for path in folder.iterdir()] == [long]
        assert str(folder / "copy-20261116-113100.txt") in told
        copy(seen.app, "short")
        assert len(list(folder.iterdir())) == 1
        assert "copy-20261116-113100-2.txt" in copy(seen.app, "short")

    play(story, services=support.services(folder=folder))

    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "exports").write_text("a file")

    async def story(seen: Play) -> None:
        assert "cannot be written" in copy(seen.app, "x" * 100_000)

    play(story, services=support.services(folder=tmp_path / "exports"))


@pytest.mark.pty
@pytest.mark.parametrize("tmux", ["", "/tmp/tmux-1000/default,1,0"], ids=["plain", "tmux"])
def test_a_copy_puts_exactly_its_sequence_on_the_terminal(
    empty: Path, monkeypatch: pytest.MonkeyPatch, tmux: str
) -> None:
    monkeypatch.setenv("TMUX", tmux)
    database.drop_connection()
    terminal = Terminal(f"sqlite:///{empty / 'stogly.db'}")
    try:
        terminal.until("SHOP-1431")
        terminal.quiet()
        terminal.press("\r")
        terminal.press("\x1b[D")
        terminal.until("Ruth Okafor")
        terminal.quiet()
        terminal.seen = b""
        terminal.press("y")
        terminal.until("Copied 6 lines")
    finally:
        terminal.close()

    payload = {"id": "SHOP-1431", "customer": "Ruth Okafor", "note": "", "sku": "TEE-WHT-M"}
    wanted = sequence(json.dumps(payload, indent=2), {"TMUX": tmux, "TERM": "xterm-256color"})
    assert wanted is not None
    assert terminal.seen.count(wanted.encode()) == 1
    assert terminal.seen.count(b"]52;") == (2 if tmux else 1)
