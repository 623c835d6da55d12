"""The HTTP layer alone, against servers that do exactly what they are told."""

import contextlib
import gzip
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from stogly_tui.platforms import forbidden, http
from stogly_tui.platforms.errors import (
    OutcomeUnknown,
    PlatformError,
    ProtocolError,
    RateLimited,
    TlsFailed,
    Unavailable,
)
from stogly_tui.platforms.http import BadUrl, HttpClient, Reply, clean_url
from stogly_tui.sandbox import Sandbox, WooStore
from stogly_tui.sandbox.certificate import write_self_signed
from tests.platforms.support import Free

SECRET = "cs_0123456789abcdef0123456789abcdef01234567"


def no_refusal(reply: Reply, excerpt: str) -> PlatformError | None:
    return None


def sign(request: httpx.Request) -> httpx.Request:
    request.headers["Authorization"] = http.basic("ck", SECRET)
    return request


def client(url: str, limiter: Free | None = None, **more: Any) -> HttpClient:
    secrets = (SECRET, http.basic("ck", SECRET).removeprefix("Basic "))
    given = {"timeout": 5.0, **more}
    return HttpClient(url, limiter or Free(), sign=sign, secrets=secrets, refusal=no_refusal, **given)


def reads(asking: HttpClient) -> object:
    return asking.read("/", {"q": "1"})


def writes(asking: HttpClient) -> object:
    return asking.write("POST", "/", {"note": SECRET})


BOTH = (reads, writes)


@contextlib.contextmanager
def server(
    answer: Callable[[socket.socket], None], context: ssl.SSLContext | None = None
) -> Iterator[tuple[str, list[bytes]]]:
    """Answer every connection by ``answer`` after its first bytes; yields the address and what came."""
    listener = socket.create_server(("127.0.0.1", 0))
    came: list[bytes] = []
    threads: list[threading.Thread] = []

    def handle(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            link = context.wrap_socket(connection, server_side=True) if context else connection
            with link:
                came.append(link.recv(65536))
                answer(link)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                thread = threading.Thread(target=handle, args=(connection,))
                thread.start()
                threads.append(thread)

    accepting = threading.Thread(target=serve)
    accepting.start()
    scheme = "https" if context else "http"
    try:
        yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}", came
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(5)
        for thread in threads:
            thread.join(5)


def says(text: bytes) -> Callable[[socket.socket], None]:
    return lambda link: link.sendall(text)


def reply(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def drips(text: bytes) -> Callable[[socket.socket], None]:
    """A byte every 20 ms: no single wait is long."""

    def answer(link: socket.socket) -> None:
        pace = threading.Event()
        for index in range(len(text)):
            link.sendall(text[index : index + 1])
            pace.wait(0.02)

    return answer


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("https://Shop.Example/", "https://shop.example"),
        (" https://shop.example:8443/shop/ ", "https://shop.example:8443/shop"),
        ("http://127.0.0.1:8080/retail", "http://127.0.0.1:8080/retail"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_addresses_that_may_be_used(given: str, cleaned: str) -> None:
    assert clean_url(given) == cleaned


@pytest.mark.parametrize(
    "given",
    [
        "http://shop.example",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://10.0.0.1",
        "https://user:pw@shop.example",
        "https://ck_1@shop.example",
        "ftp://shop.example",
        "https://",
        "https://shop.example:99999",
        "https://[::1",
        "",
    ],
)
def test_addresses_that_may_not(given: str) -> None:
    with pytest.raises(BadUrl):
        clean_url(given)
    with pytest.raises(BadUrl):
        client(given)


def test_a_reply_is_given_with_the_servers_clock() -> None:
    with server(says(reply(b"[]", "Date: Sat, 21 Nov 2026 16:47:09 GMT"))) as (url, came):
        got = client(url).read("/x", {"a": "b c"})
    assert (got.status, got.body, got.server_time) == (
        200,
        b"[]",
        datetime(2026, 11, 21, 16, 47, 9, tzinfo=UTC),
    )
    assert came[0].startswith(b"GET /x?a=b+c HTTP/1.1\r\n")
    assert b"\r\naccept: application/json\r\n" in came[0].lower()
    assert b"\r\nuser-agent: stogly-tui/" in came[0].lower()
    assert b"\r\nauthorization: basic " in came[0].lower()


def test_cookies_are_not_kept() -> None:
    with server(says(reply(b"[]", "Set-Cookie: session=1; Path=/"))) as (url, came):
        asking = client(url)
        asking.read("/")
        asking.read("/")
    assert b"session" not in came[1]


@pytest.mark.parametrize("text", [reply(b"x" * 400), reply(b"[]")], ids=["body", "headers"])
def test_a_slow_drip_ends_at_the_deadline_of_the_whole_request(text: bytes) -> None:
    with server(drips(text)) as (url, _):
        started = time.monotonic()
        with pytest.raises(Unavailable, match="in time"):
            client(url, timeout=0.4).read("/")
        with pytest.raises(OutcomeUnknown, match="in time"):
            client(url, timeout=0.4).write("POST", "/", {})
        assert time.monotonic() - started < 1.5


def test_replies_are_bounded_as_they_unfold() -> None:
    bomb = reply(gzip.compress(b"0" * 5_000_000), "Content-Encoding: gzip")
    assert len(bomb) < 10_000
    with server(says(bomb)) as (url, _):
        with pytest.raises(ProtocolError, match="larger than 2 MB"):
            client(url).read("/", limit=2_000_000)
        with pytest.raises(OutcomeUnknown, match="larger than 2 MB"):
            client(url).write("POST", "/", {})
        assert len(client(url).read("/").body) == 5_000_000


@pytest.mark.parametrize(
    "text",
    [
        reply(gzip.compress(b"[]" * 999, mtime=0)[:-12], "Content-Encoding: gzip"),
        reply(b"no gzip", "Content-Encoding: gzip"),
        reply(b"[]", "Content-Encoding: br"),
    ],
)
def test_a_reply_that_cannot_be_decompressed_is_not_understood(text: bytes) -> None:
    with server(says(text)) as (url, _):
        with pytest.raises(ProtocolError):
            client(url).read("/")
        with pytest.raises(OutcomeUnknown):
            client(url).write("POST", "/", {})


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("99999999999999", 900.0),
        (format_datetime(datetime(2026, 11, 21, 12, 0, 30, tzinfo=UTC), usegmt=True), 30.0),
        (format_datetime(datetime(2026, 11, 21, tzinfo=UTC), usegmt=True), 0.0),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_bounded(header: str, seconds: float | None) -> None:
    date = "Date: " + format_datetime(datetime(2026, 11, 21, 12, tzinfo=UTC), usegmt=True)
    limiter = Free()
    with server(says(reply(b"slow", f"Retry-After: {header}", date, status="429 Slow"))) as (url, _):
        for ask in BOTH:
            with pytest.raises(RateLimited) as raised:
                ask(client(url, limiter))
            assert raised.value.retry_after == seconds
    assert limiter.waits == ([] if seconds is None else [seconds, seconds])


def test_a_429_whose_body_is_cut_still_says_that_nothing_was_done() -> None:
    cut = b"HTTP/1.1 429 Slow\r\nContent-Length: 99\r\nRetry-After: 3\r\n\r\ncut"
    with server(says(cut)) as (url, _), pytest.raises(RateLimited) as raised:
        client(url).write("POST", "/", {})
    assert raised.value.retry_after == 3


def test_a_4xx_whose_body_is_cut_is_unknown() -> None:
    cut = b'HTTP/1.1 400 Bad\r\nContent-Length: 99\r\n\r\n{"code":'
    with server(says(cut)) as (url, _), pytest.raises(OutcomeUnknown):
        client(url).write("POST", "/", {})


def test_a_closed_gate_sends_no_byte_on_new_and_on_kept_connections() -> None:
    with server(says(b"")) as (url, came), pytest.raises(Unavailable, match="stopped"):
        client(url).write("POST", "/", {}, gate=lambda: False)
    assert came in ([], [b""])
    with Sandbox([WooStore("A", slug="a")]) as sandbox:
        asking = client(sandbox.url("a"))
        asking.read("/wp-json/")
        with pytest.raises(Unavailable, match="stopped"):
            asking.write("POST", "/wp-json/", {}, gate=lambda: False)
        assert [seen.method for seen in sandbox.store("a").requests] == ["GET"]
        asking.close()


def test_the_gate_is_asked_once_connected_and_right_before_the_first_byte() -> None:
    asked: list[int] = []
    with server(says(reply(b"{}"))) as (url, came):

        def gate() -> bool:
            asked.append(len(came))
            return True

        client(url).write("POST", "/", {"a": "ü"}, gate=gate)
    assert asked == [0]


def test_a_write_does_not_start_with_most_of_its_time_gone() -> None:
    with server(says(reply(b"{}"))) as (url, _):

        class Slow(Free):
            def acquire(self, *, urgent: bool, until: float) -> None:
                threading.Event().wait(0.45)

        asking = client(url, Slow())
        with pytest.raises(Unavailable, match="before anything was sent"):
            asking.write("POST", "/", {}, timeout=0.5)


def test_nobody_there_is_nothing_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for ask in BOTH:
        with pytest.raises(Unavailable, match="cannot be reached") as raised:
            ask(client(f"http://127.0.0.1:{port}"))
        assert raised.value.exchange is None


def test_a_certificate_that_nobody_vouches_for_stops_before_the_keys(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*write_self_signed(tmp_path, "127.0.0.1"))
    with server(says(reply(b"{}")), context) as (url, came):
        for ask in BOTH:
            with pytest.raises(TlsFailed, match="certificate"):
                ask(client(url))
    assert came == []


def test_an_authority_of_ones_own_is_taken_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = write_self_signed(tmp_path, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with server(says(reply(b"[]")), context) as (url, _):
        assert client(url).read("/").body == b"[]"


def test_redirects_are_not_followed_and_their_host_is_named() -> None:
    moved = reply(b"", "Location: https://u:p@www.shop.example/x?key=1", status="301 Moved")
    with server(says(moved)) as (url, came):
        with pytest.raises(Unavailable, match=r"redirects to www\.shop\.example;"):
            client(url).read("/")
        with pytest.raises(OutcomeUnknown, match=r"redirects to www\.shop\.example;"):
            client(url).write("POST", "/", {})
    assert len(came) == 2


def test_no_request_starts_inside_a_write_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forbidden, "when", lambda: True)
    with server(says(reply(b"{}"))) as (url, came), pytest.raises(RuntimeError, match="transaction"):
        client(url).read("/")
    assert came == []


def test_a_secret_is_in_nothing_that_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    token = http.basic("ck", SECRET)
    echo = f"You sent {SECRET} and {token} and ck_{'0' * 40}".encode()
    for status in ("200 OK", "400 Bad", "403 No", "500 Down", "302 Found", "429 Slow"):
        with server(says(reply(echo, status=status))) as (url, _):
            asking = client(url)
            kept = [repr(asking)]
            for ask in BOTH:
                try:
                    answer = ask(asking)
                    kept.append(repr(answer[1]) if isinstance(answer, tuple) else "")
                except PlatformError as error:
                    kept += [repr(error), "".join(traceback.format_exception(error)), repr(vars(error))]
            for text in [*kept, caplog.text]:
                assert SECRET not in text
                assert token.removeprefix("Basic ") not in text
                assert "ck_" + "0" * 40 not in text


def test_an_exchange_is_bounded() -> None:
    with server(says(reply(b"{" + b"x" * 100_000 + b"}"))) as (url, _):
        _, exchange = client(url).write("POST", "/", {"note": "ü" * 100_000})
    assert len(exchange.request.encode()) + len(exchange.reply.encode()) <= http.EXCHANGE_BYTES


def test_a_transport_of_ones_own_replaces_the_network_and_still_asks_the_gate() -> None:
    class Fixed(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, content=b"{}")

    asking = client("https://shop.example", transport=Fixed())
    assert asking.read("/").body == b"{}"
    with pytest.raises(Unavailable):
        asking.write("POST", "/", {}, gate=lambda: False)


def test_many_threads_share_one_client() -> None:
    with Sandbox([WooStore("A", slug="a")]) as sandbox:
        asking = client(sandbox.url("a"), connections=8)
        failures: list[BaseException] = []
        answered: list[int] = []

        def work() -> None:
            try:
                for _ in range(20):
                    answered.append(asking.read("/wp-json/").status)
            except (AssertionError, PlatformError) as error:
                failures.append(error)

        threads = [threading.Thread(target=work) for _ in range(8)]  # as many as it has connections
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        asking.close()
        assert not failures
        assert answered == [200] * 160
        assert len(sandbox.store("a").requests) >= 160  # a connection that idled too long is asked on again
