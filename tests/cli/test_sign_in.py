"""Redirect sign-in by the command line: at a terminal, in two calls, and by the receiver; each finishes once."""

import contextlib
import io
import os
import pty
import socket
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from stogly_tui.sandbox import ShopifyStore
from tests.cli.support import CommandLine, Ended, Typed


@pytest.fixture
def store(cli: CommandLine) -> ShopifyStore:
    return cli.shopify()


def grant(url: str) -> str:
    """What a browser does: open the page, agree, and show the address that it is sent back to."""
    reply = httpx.get(url, follow_redirects=False)
    assert reply.status_code == 302, reply.text
    return str(reply.headers["location"])


def add(cli: CommandLine, store: ShopifyStore, *more: str, stdin: "str | io.StringIO" = "") -> Ended:
    return cli(
        "channel", "add", "shopify", "Outlet", "--url", store.base_url, "--credentials",
        cli.secrets(**store.app_credentials), "--sign-in", *more, stdin=stdin,
    )  # fmt: skip


def state_of(cli: CommandLine) -> str:
    return str(cli("channel", "list", "--format", "json").data[0]["state"])


class Person(Typed):
    """Somebody at a terminal who opens the page that was printed, and pastes the address it comes back to."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__()
        self._capsys = capsys
        self.told = ""

    def readline(self, *_: int | None) -> str:  # type: ignore[override]
        self.told = self._capsys.readouterr().out
        return f"{grant(self.told.strip())}\n"


def test_a_draft_is_made_and_signed_in_to_in_one_call(cli: CommandLine, store: ShopifyStore) -> None:
    person = Person(cli.capsys)
    done = add(cli, store, stdin=person)
    assert done.code == 0, done
    asked = parse_qs(urlsplit(person.told.strip()).query)
    assert asked["client_id"] == [store.app.client_id]
    assert store.app.client_secret not in person.told + done.out + done.err
    assert "Outlet is signed in: Shop, EUR, Europe/Berlin." in done.err
    assert 'Next: stogly-tui pull "Outlet"' in done.err
    assert state_of(cli) == "read_only"
    store.place([("TEE", 1)])
    assert cli("pull", "Outlet").code == 0
    assert cli("orders", "--format", "json").data[0]["channel"] == "Outlet"


def test_without_a_terminal_it_takes_two_calls(cli: CommandLine, store: ShopifyStore) -> None:
    made = add(cli, store)
    assert (made.code, state_of(cli)) == (0, "draft")
    assert made.out.startswith(store.base_url)
    assert 'channel sign-in "Outlet" < pasted.txt' in made.err
    assert "Outlet is a draft. Next: stogly-tui channel sign-in" in cli("channel", "list").err

    printed = cli("channel", "sign-in", "Outlet", "--print-only")
    assert (printed.code, printed.out.count("\n")) == (0, 1)
    back = grant(printed.out.strip())
    done = cli("channel", "sign-in", "Outlet", stdin=f"  {back}\n\n")
    assert (done.code, done.out) == (0, ""), done
    assert state_of(cli) == "read_only"
    again = cli("channel", "sign-in", "Outlet", stdin=back)
    assert (again.code, "used already" in again.err) == (2, True)


def test_a_draft_is_not_asked_for_anything(cli: CommandLine, store: ShopifyStore) -> None:
    assert add(cli, store).code == 0
    for words in (
        ("pull", "Outlet"), ("channel", "check", "Outlet"), ("channel", "webhooks", "Outlet"),
        ("channel", "refetch", "Outlet", "--since", "1d"),
    ):  # fmt: skip
        done = cli(*words)
        assert (done.code, "Sign in first" in done.err) == (2, True), done


def test_nothing_pasted_leaves_the_page_that_is_open_good(cli: CommandLine, store: ShopifyStore) -> None:
    back = grant(add(cli, store).out.strip())
    empty = cli("channel", "sign-in", "Outlet", stdin=" \n")
    assert (empty.code, "standard input is empty" in empty.err) == (2, True)
    nonsense = cli("channel", "sign-in", "Outlet", stdin="https://example.com/")
    assert (nonsense.code, "Paste the whole address" in nonsense.err) == (2, True)
    assert state_of(cli) == "draft"
    assert cli("channel", "sign-in", "Outlet", stdin=back).code == 0


def test_an_address_that_was_tampered_with_is_refused(cli: CommandLine, store: ShopifyStore) -> None:
    back = grant(add(cli, store).out.strip())
    done = cli("channel", "sign-in", "Outlet", stdin=back.replace("shop=cli", "shop=other"))
    assert done.code == 2
    assert "Nothing was saved." in done.err
    assert state_of(cli) == "draft"


def test_a_shop_that_is_down_may_be_tried_again(cli: CommandLine, store: ShopifyStore) -> None:
    back = grant(add(cli, store).out.strip())
    cli.fault("status", store, code=502, times=None)
    assert cli("channel", "sign-in", "Outlet", stdin=back).code == 3


def test_what_has_no_redirect_is_told_to_use_keys(cli: CommandLine) -> None:
    done = cli(
        "channel", "add", "woocommerce", "Shop", "--url", cli.shop.base_url, "--credentials",
        cli.credentials(cli.shop), "--sign-in",
    )  # fmt: skip
    assert (done.code, "has no sign-in by redirect. Connect it with keys." in done.err) == (2, True)
    assert cli("channel", "list", "--format", "json").data == []
    cli.connect()
    assert cli("channel", "sign-in", "Shop", "--print-only").code == 2


def test_live_comes_after_the_sign_in(cli: CommandLine, store: ShopifyStore) -> None:
    done = add(cli, store, "--go-live")
    assert (done.code, "go-live: comes after the sign-in." in done.err) == (2, True)
    assert cli("channel", "list", "--format", "json").data == []


def test_only_an_admin_signs_in(cli: CommandLine, store: ShopifyStore) -> None:
    back = grant(add(cli, store).out.strip())
    cli.patch.setenv("STOGLY_ROLES", '{"*": "operator"}')
    for words in ((), ("--print-only",)):
        assert cli("channel", "sign-in", "Outlet", *words, stdin=back).code == 4


@contextlib.contextmanager
def terminal(*words: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """A command whose standard input is a terminal, and the keyboard of that."""
    keyboard, screen = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "stogly_tui", *words], stdin=screen, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    os.close(screen)
    try:
        yield process, keyboard
    finally:
        process.kill()
        process.wait()
        os.close(keyboard)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def test_at_a_real_terminal_the_address_is_typed(cli: CommandLine, store: ShopifyStore) -> None:
    assert add(cli, store).code == 0
    with terminal("channel", "sign-in", "Outlet") as (process, keyboard):
        assert process.stdout is not None
        url = process.stdout.readline()
        os.write(keyboard, f"{grant(url.strip())}\n".encode())
        _, told = process.communicate(timeout=20)
    assert process.returncode == 0, told
    assert "Paste it here, then Enter:" in told
    assert state_of(cli) == "read_only"


def is_there(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.TransportError:
        return False


def test_the_receiver_finishes_what_a_terminal_began(cli: CommandLine, store: ShopifyStore) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    cli.patch.setenv("STOGLY_RECEIVER", "true")
    cli.patch.setenv("STOGLY_RECEIVER_PORT", str(port))
    cli.patch.setenv("STOGLY_PUBLIC_URL", f"http://127.0.0.1:{port}/hooks")
    assert add(cli, store).code == 0
    worker = cli.spawn("worker")
    worker.until("It serves this database.")
    while not is_there(f"http://127.0.0.1:{port}/hooks/health"):
        assert worker.process.poll() is None
    with terminal("channel", "sign-in", "Outlet") as (process, _keyboard):
        assert process.stdout is not None
        back = grant(process.stdout.readline().strip())
        assert back.startswith(f"http://127.0.0.1:{port}/hooks/callback?")
        assert httpx.get(back).status_code == 200
        _, told = process.communicate(timeout=20)
    assert process.returncode == 0, told
    assert "The browser comes back to" in told
    assert "Outlet is signed in" in told
