"""The receiver: what is signed is stored before it is answered, what is not costs little, nothing is ever trusted."""

import contextlib
import logging
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence

import httpx
import pytest

from stogly_tui.domain.people import MACHINE
from stogly_tui.domain.states import ChannelState
from stogly_tui.model import database as db
from stogly_tui.model.queries import webhooks as queries
from stogly_tui.model.queries.base import rows
from stogly_tui.model.tables import Channel
from stogly_tui.model.transitions import webhooks as transitions
from stogly_tui.operations import channels
from stogly_tui.platforms.woocommerce import PLATFORM
from stogly_tui.worker import entrance, receiver
from tests.support.trade import ADA, Trade
from tests.worker.receiving import CLIENT, UNSIGNED, Listening, listen, signed, unknown
from tests.worker.support import wait_for

on_one_file = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def listening(trade: Trade) -> Iterator[Listening]:
    made = listen(trade)
    yield made
    made.receiver.stop(5)


def test_a_signed_delivery_is_stored_before_it_is_answered_and_rings_for_its_channel(
    listening: Listening,
) -> None:
    reply = listening.deliver(11)

    assert (reply.status_code, reply.content) == (200, b"")
    assert listening.asked() == {"11": 1}
    wait_for(lambda: listening.rung)
    assert listening.rung == [("intake", listening.trade.channel("Shop").id)]
    assert (listening.endpoint().received, listening.endpoint().refused) == (1, 0)


def test_a_delivery_that_comes_again_is_asked_for_again(listening: Listening) -> None:
    for _ in range(3):
        assert listening.deliver(11).status_code == 200

    assert listening.asked() == {"11": 3}


@on_one_file
def test_the_first_ping_of_a_store_is_welcome_and_is_nothing(listening: Listening) -> None:
    reply = listening.post(b"webhook_id=5", {"Content-Type": "application/x-www-form-urlencoded"})

    assert reply.status_code == 200
    assert listening.asked() == {}
    assert listening.endpoint().received == 0


@on_one_file
@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("product.updated", b'{"id": 7}'), ("customer.created", b'{"id": 7}'), ("action.anything", b'{"arg": 1}'),
        ("order.updated", b'{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID."}'),
    ],
    ids=["a product", "a customer", "an action", "an order that is gone"],
)  # fmt: skip
def test_what_names_no_order_is_answered_and_asks_for_nothing(
    listening: Listening, topic: str, body: bytes
) -> None:
    reply = listening.post(body, signed(body, listening.secret, topic))

    assert reply.status_code == 200
    assert listening.asked() == {}


@on_one_file
@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (b'{"id": 11}', {}, "signature"), (b'{"id": 11}', UNSIGNED, "signature"),
        (b'{"id": 11}', signed(b'{"id": 12}', "right"), "signature"),
        (b'{"id": 11}', signed(b'{"id": 11}', ""), "signature"),
        (b'{"id": 11}', UNSIGNED | {"X-WC-Webhook-Signature": "\xe9"}, "signature"),
        (b"webhook_id=5", UNSIGNED, "signature"),
        (b"webhook_id=5&id=11", {}, "signature"),
    ],
    ids=["bare", "no signature", "another body", "signed with nothing", "no ASCII", "a topic", "a long ping"],
)  # fmt: skip
def test_what_is_not_signed_is_refused_counted_and_not_used(
    listening: Listening, body: bytes, headers: dict[str, str], reason: str
) -> None:
    assert listening.secret
    reply = CLIENT.post(
        listening.shop_url,
        content=body,
        headers=[(k.encode(), v.encode("latin-1")) for k, v in headers.items()],
    )

    assert (reply.status_code, reply.content) == (401, b"")
    wait_for(lambda: listening.endpoint().refused == 1)
    assert reason in listening.endpoint().last_refusal
    assert listening.asked() == {}


@on_one_file
def test_a_channel_without_a_secret_believes_nobody(listening: Listening) -> None:
    body = b'{"id": 11}'

    assert listening.post(body, signed(body, "")).status_code == 401


@on_one_file
@pytest.mark.parametrize(
    "path", ["webhooks/99", "webhooks/0", "webhooks/x", "webhooks/1%00", "webhooks/" + "9" * 40]
)
def test_a_delivery_to_no_channel_is_counted_apart(listening: Listening, path: str) -> None:
    reply = CLIENT.post(f"{listening.url}/{path}", content=b"{}")

    assert (reply.status_code, reply.content) == (404, b"")
    wait_for(lambda: unknown() == 1)


@on_one_file
@pytest.mark.parametrize("state", [ChannelState.ARCHIVED, ChannelState.DRAFT])
def test_a_channel_that_is_removed_or_no_more_than_a_draft_is_none(
    listening: Listening, state: ChannelState
) -> None:
    secret = listening.secret
    with db.write(MACHINE):
        Channel.update(state=state).where(Channel.name == "Shop").execute()

    body = b'{"id": 11}'
    url = f"{listening.url}/webhooks/{_shop_id()}"
    assert CLIENT.post(url, content=body, headers=signed(body, secret)).status_code == 404


def _shop_id() -> int:
    with db.read():
        return int(rows("SELECT id FROM channels WHERE name = 'Shop'")[0][0])


@on_one_file
def test_what_a_paused_channel_is_told_of_is_kept_for_later(listening: Listening) -> None:
    channels.pause(ADA, "Shop")

    assert listening.deliver(11).status_code == 200
    assert listening.asked() == {"11": 1}
    assert listening.rung == []


@on_one_file
def test_another_method_is_refused_and_another_address_is_not_there(listening: Listening) -> None:
    answers = {
        method: CLIENT.request(method, listening.shop_url) for method in ("GET", "PUT", "DELETE", "HEAD")
    }

    assert {reply.status_code for reply in answers.values()} == {405}
    assert {reply.content for reply in answers.values()} == {b""}
    wait_for(lambda: listening.endpoint().refused == 4)
    root = listening.url.removesuffix("/hooks")
    for path in ("/", "/hooks", "/webhooks/1", "/hooks/webhooks", "/hooks/webhooks/1/2"):
        reply = CLIENT.post(f"{root}{path}")
        assert (reply.status_code, reply.content) == (404, b""), path


@on_one_file
def test_it_says_that_it_is_there(listening: Listening) -> None:
    assert CLIENT.get(f"{listening.url}/health").text == "ok\n"


@on_one_file
@pytest.mark.parametrize("is_told", [True, False], ids=["told", "streamed"])
def test_what_is_larger_than_a_megabyte_is_not_taken(listening: Listening, is_told: bool) -> None:
    body = b"x" * 1_500_000
    content: bytes | Iterator[bytes] = (
        body if is_told else iter([body[i : i + 50_000] for i in range(0, len(body), 50_000)])
    )

    try:
        status = CLIENT.post(
            listening.shop_url, content=content, headers=signed(body, listening.secret)
        ).status_code
    except httpx.TransportError:
        status = 413  # the connection was closed on what still came

    assert status == 413
    wait_for(lambda: listening.endpoint().refused == 1)
    assert "1 MB" in listening.endpoint().last_refusal


@on_one_file
def test_a_body_that_drips_is_cut(listening: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entrance, "BODY_SECONDS", 0.3)
    with _connected(listening) as line:
        line.sendall(b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n" % _path(listening))

        told = _drip(line)

    assert told.startswith(b"HTTP/1.1 408")
    wait_for(lambda: listening.endpoint().refused == 1)


@on_one_file
def test_a_head_that_drips_is_cut(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "HEADER_SECONDS", 0.3)
    listening = listen(trade)
    try:
        with _connected(listening) as line:
            line.sendall(b"POST %s HTTP/1.1\r\nX-" % _path(listening))

            assert _drip(line) == b""
    finally:
        listening.receiver.stop(5)


def _path(listening: Listening) -> bytes:
    return httpx.URL(listening.shop_url).raw_path


def _connected(listening: Listening) -> socket.socket:
    return socket.create_connection(("127.0.0.1", listening.receiver.port), timeout=5)


def _drip(line: socket.socket) -> bytes:
    """Send a byte at a time until an answer, or the end, comes; no more than five seconds."""
    until = time.monotonic() + 5
    line.settimeout(0.05)
    while time.monotonic() < until:
        with contextlib.suppress(TimeoutError):
            return _all_of(line)
        try:
            line.sendall(b"a")
        except OSError:
            return b""
    raise AssertionError("it was not cut")


def _all_of(line: socket.socket) -> bytes:
    try:
        return line.recv(4096)
    except ConnectionError:
        return b""


@on_one_file
def test_a_flood_of_forged_ones_is_hardly_looked_at_and_others_are_heard(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    real = PLATFORM.read_delivery

    def noted(*given: object) -> object:
        looked.append(given)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(PLATFORM, "read_delivery", noted)
    forged = {**signed(b"{}", "guessed"), "X-Forwarded-For": "203.0.113.9"}
    begun = time.monotonic()
    answers = [CLIENT.post(listening.shop_url, content=b"{}", headers=forged).status_code for _ in range(400)]
    took = time.monotonic() - begun

    assert set(answers) == {401, 429}
    assert len(looked) < 2 * (61 + 2 * took)
    assert listening.deliver(11, **{"X-Forwarded-For": "198.51.100.7"}).status_code == 200
    wait_for(lambda: listening.endpoint().refused == 400)


@on_one_file
def test_a_flood_through_the_proxy_that_the_platform_comes_through_does_not_silence_it(
    listening: Listening,
) -> None:
    assert listening.deliver(1, secret="guessed").status_code == 401
    assert listening.deliver(1).status_code == 200
    for _ in range(150):
        assert listening.deliver(2, secret="guessed").status_code == 401

    assert listening.deliver(3).status_code == 200


@on_one_file
def test_a_flood_to_channels_that_are_not_there_is_answered_from_memory(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    real = queries.doors

    def noted() -> list[queries.DoorRow]:
        reads.append(1)
        return real()

    monkeypatch.setattr(queries, "doors", noted)
    begun = time.monotonic()
    for number in range(300):
        assert CLIENT.post(f"{listening.url}/webhooks/{1000 + number}").status_code in (404, 429)
    took = time.monotonic() - begun

    assert len(reads) <= 22 + took * 5
    wait_for(lambda: unknown() == 300)


@on_one_file
def test_while_another_process_holds_the_database_it_says_so_within_a_second_and_stores_it_later(
    listening: Listening,
) -> None:
    assert listening.deliver(1).status_code == 200
    other = sqlite3.connect(str(db.path()), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    try:
        begun = time.monotonic()
        reply = listening.deliver(2)
        took = time.monotonic() - begun
        assert CLIENT.get(f"{listening.url}/health").status_code == 200
    finally:
        other.execute("ROLLBACK")
        other.close()

    assert (reply.status_code, took < 1.0) == (503, True)
    wait_for(lambda: "2" in listening.asked())


@on_one_file
def test_what_could_not_be_stored_at_once_is_said_and_stored_as_soon_as_it_can(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert listening.deliver(1, secret="guessed").status_code == 401
    wait_for(lambda: listening.endpoint().refused == 1)
    failing = threading.Event()
    failing.set()
    real = transitions.take

    def fail(tx: db.Tx, told: Sequence[transitions.Told]) -> None:
        if failing.is_set():
            raise db.DatabaseUnreachable("the disk is full")
        real(tx, told)

    monkeypatch.setattr(transitions, "take", fail)
    assert listening.deliver(2).status_code == 503
    assert listening.deliver(3, secret="guessed").status_code == 401
    assert listening.deliver(2).status_code == 503
    failing.clear()

    wait_for(lambda: listening.endpoint().refused == 2)
    assert set(listening.asked()) == {"2"}
    assert listening.endpoint().received == 2


@on_one_file
def test_while_this_process_writes_it_says_so_within_a_second(listening: Listening) -> None:
    assert listening.deliver(1).status_code == 200
    url, secret = listening.shop_url, listening.secret
    answers: list[tuple[int, bool]] = []

    def deliver(number: int) -> None:
        body = b'{"id": %d}' % (100 + number)
        begun = time.monotonic()
        status = CLIENT.post(url, content=body, headers=signed(body, secret)).status_code
        answers.append((status, time.monotonic() - begun < 1.5))

    threads = [threading.Thread(target=deliver, args=[number]) for number in range(20)]
    with db.write(MACHINE):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert answers == [(503, True)] * 20
    wait_for(lambda: len(listening.asked()) == 21)


@on_one_file
def test_a_secret_that_was_made_a_moment_ago_counts(listening: Listening) -> None:
    assert listening.deliver(1, secret="not made yet").status_code == 401
    time_begun = time.monotonic()
    channel = listening.trade.channel("Shop")
    channels.change(
        ADA, "Shop", settings={}, credentials=listening.trade.sandbox.credentials(listening.trade.shop.slug)
    )

    wait_for(lambda: listening.deliver(2).status_code == 200, 2)

    assert time.monotonic() - time_begun < 2
    assert channel.id


@on_one_file
def test_nothing_of_a_delivery_is_logged(listening: Listening, caplog: pytest.LogCaptureFixture) -> None:
    body = b'{"id": 11, "billing": {"email": "mia@example.com"}}'
    with caplog.at_level(logging.DEBUG):
        listening.post(body, signed(body, listening.secret))
        listening.post(body, signed(body, "guessed"))
    wait_for(lambda: listening.endpoint().refused == 1)

    ours = [
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    ]
    assert "mia@example.com" not in " ".join(ours)
    with db.read():
        stored = [
            *rows("SELECT * FROM webhook_endpoints"),
            *rows("SELECT * FROM intake_triggers"),
            *rows("SELECT * FROM log_entries"),
        ]
    assert "mia@example.com" not in str(stored)


@on_one_file
def test_a_port_that_is_taken_is_said_once_and_tried_again(
    trade: Trade, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, caplog.at_level(logging.WARNING):
        listening = listen(trade, other.getsockname()[1])
        listening.receiver.keep()
        assert not listening.receiver.is_listening
        with db.read():
            told = queries.receiver()
        assert (told.state, "cannot be listened on" in told.detail) == ("failed", True)
        assert len([one for one in caplog.records if one.name.endswith("receiver")]) == 1

    listening.receiver.keep()

    assert listening.deliver(1).status_code == 200
    listening.receiver.stop(5)
    with db.read():
        assert queries.receiver().state == "off"


@on_one_file
def test_it_stops_at_once_while_somebody_holds_a_connection(trade: Trade) -> None:
    listening = listen(trade)
    with _connected(listening) as line:
        line.sendall(b"POST /hooks/webhooks/1 HTTP/1.1\r\nContent-Length: 10\r\n\r\n")
        begun = time.monotonic()
        listening.receiver.stop(5)

    assert time.monotonic() - begun < 4
    assert not [one.name for one in threading.enumerate() if one.name in ("receiver", "inbox")]
