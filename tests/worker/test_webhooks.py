"""Webhooks from end to end: a store that tells, a worker that listens, and nothing lost in between."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from stogly_tui.model import database as db
from stogly_tui.model.queries.base import one, rows
from stogly_tui.operations import flows
from stogly_tui.sync.context import Context, Door
from stogly_tui.worker.runtime import Worker
from tests.support.trade import ADA, Trade
from tests.worker.receiving import CLIENT, endpoint, free_port, is_current, secret_of, signed
from tests.worker.support import read_until, wait_for

on_one_file = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOPICS = {"order.created", "order.updated", "order.deleted", "order.restored"}


@pytest.fixture
def door() -> Door:
    port = free_port()
    return Door(True, "127.0.0.1", port, f"http://127.0.0.1:{port}/in")


@pytest.fixture
def worker(trade: Trade, door: Door) -> Iterator[Worker]:
    """A worker that listens; orders are read by webhook only."""
    flows.stop(ADA, flows.found("Shop/Orders").id)
    made = Worker(replace(Context(trade.context.vault), door=door))
    yield made
    made.stop(5)
    db.drop_connection()


def deliver_url(trade: Trade, door: Door) -> str:
    return door.webhook_url(trade.channel("Shop").id)


def is_subscribed(trade: Trade) -> bool:
    with db.read():
        found = one("SELECT 1 FROM webhook_endpoints WHERE subscriptions <> '[]'")
    return found is not None


def test_an_order_is_here_within_seconds_of_being_placed_without_anybody_asking(
    trade: Trade, worker: Worker
) -> None:
    worker.start()
    wait_for(lambda: is_subscribed(trade))
    assert {one.topic for one in endpoint(trade).subscriptions} == TOPICS

    placed = trade.place()

    took = wait_for(lambda: is_current(trade, placed))
    assert took < 5
    assert endpoint(trade).received >= 1


@on_one_file
def test_a_burst_of_deliveries_doubled_mixed_up_and_partly_forged_leaves_every_order_current(
    trade: Trade, worker: Worker, door: Door
) -> None:
    trade.shop.webhooks.held = True
    placed = [trade.place() for _ in range(250)]
    for number, remote_id in enumerate(placed):
        trade.shop.orders.update(remote_id, {"customer_note": f"as it is now {number}"})
    secret = secret_of(trade.context, trade.channel("Shop").id)
    told = [(remote_id, secret) for remote_id in placed] * 2 + [
        (remote_id, "guessed") for remote_id in placed[:25]
    ]
    random.Random(7).shuffle(told)
    worker.start()
    wait_for(lambda: is_subscribed(trade))
    received = endpoint(trade).received
    url = deliver_url(trade, door)

    with ThreadPoolExecutor(16) as pool:

        def deliver(remote_id: int, key: str) -> tuple[int, float]:
            body = json.dumps({"id": remote_id, "customer_note": "as it was"}).encode()
            begun = time.monotonic()
            status = CLIENT.post(url, content=body, headers=signed(body, key)).status_code
            return status, time.monotonic() - begun

        answers = list(pool.map(lambda given: deliver(*given), told))

    # 503 is a delivery that a busy machine stores a moment after it answered
    assert all((status in (200, 503)) if key == secret else status == 401
               for (status, _), (_, key) in zip(answers, told, strict=True))  # fmt: skip
    assert max(took for _, took in answers) < 1.5
    wait_for(lambda: all(is_current(trade, remote_id) for remote_id in placed), 60)
    wait_for(lambda: endpoint(trade).refused == 25)
    assert endpoint(trade).received == received + 500
    with db.read():
        assert one("SELECT count(*) FROM orders") == (len(placed),)


@on_one_file
def test_what_was_answered_is_not_lost_when_the_process_is_killed_before_it_is_read(
    trade: Trade, door: Door, tmp_path: Path
) -> None:
    flows.stop(ADA, flows.found("Shop/Orders").id)
    trade.shop.webhooks.held = True
    placed = [trade.place() for _ in range(20)]
    secret = secret_of(trade.context, trade.channel("Shop").id)
    for reading in ("GET /orders/{id}", "GET /orders"):
        trade.fault("hang", on=reading, store=trade.shop.slug, seconds=60, times=None)
    url = deliver_url(trade, door)
    first = start_worker(tmp_path, door)
    try:
        read_until(first, "It serves")
        wait_for(lambda: is_there(f"{door.public_url}/health"))
        for remote_id in placed:
            body = json.dumps({"id": remote_id}).encode()
            assert CLIENT.post(url, content=body, headers=signed(body, secret)).status_code == 200
    finally:
        first.kill()
        first.communicate()

    with db.read():
        assert one("SELECT count(*) FROM orders") == (0,)
        waiting = {row[0] for row in rows("SELECT remote_id FROM intake_triggers WHERE counter > served")}
    assert waiting == {str(remote_id) for remote_id in placed}
    trade.sandbox.faults.clear()
    second = start_worker(tmp_path, door)
    try:
        wait_for(lambda: all(is_current(trade, remote_id) for remote_id in placed), 30)
    finally:
        second.terminate()
        second.communicate()


def is_there(url: str) -> bool:
    try:
        return CLIENT.get(url).status_code == 200
    except httpx.TransportError:
        return False


def start_worker(home: Path, door: Door) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STOGLY_")}
    return subprocess.Popen(
        [sys.executable, "-m", "stogly_tui", "worker"], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment
        | {
            "STOGLY_HOME": str(home), "STOGLY_USER": "ada", "STOGLY_RECEIVER": "1",
            "STOGLY_RECEIVER_PORT": str(door.port), "STOGLY_PUBLIC_URL": door.public_url,
        },
    )  # fmt: skip


@on_one_file
def test_a_webhook_that_the_store_disabled_is_revived_and_tells_again(
    trade: Trade, worker: Worker, door: Door
) -> None:
    worker.start()
    wait_for(lambda: is_subscribed(trade))
    for found in endpoint(trade).subscriptions:
        trade.shop.webhooks.update(int(found.id), {"status": "disabled"})
    trade.clock.advance(minutes=16)

    wait_for(lambda: all(status(trade, found.id) == "active" for found in endpoint(trade).subscriptions))

    placed = trade.place()
    wait_for(lambda: is_current(trade, placed))
    with db.read():
        assert ("WEBHOOK-REVIVED",) in rows("SELECT code FROM log_entries")


def status(trade: Trade, hook_id: str) -> str:
    return str(trade.shop.webhooks.wire(int(hook_id))["status"])


@on_one_file
def test_a_worker_whose_port_is_taken_serves_all_the_same_and_listens_as_soon_as_it_can(
    trade: Trade, worker: Worker, door: Door
) -> None:
    import socket

    from stogly_tui.model.queries import webhooks as queries

    def state() -> str:
        with db.read():
            return queries.receiver().state

    with socket.create_server(("127.0.0.1", door.port)):
        worker.start()
        wait_for(lambda: state() == "failed")
        flows.start(ADA, flows.found("Shop/Orders").id)
        placed = trade.place()
        wait_for(lambda: is_current(trade, placed))

    wait_for(lambda: state() == "on")
    assert is_there(f"{door.public_url}/health")
