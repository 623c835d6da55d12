"""Intake: orders per second, transport in process, against json parse + raw sqlite3 ``executemany`` of the same rows."""

import gc
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import httpx

from benchmarks.place import ADA, connect, open_home
from benchmarks.report import Figure
from stogly_tui.domain.states import ChannelRole
from stogly_tui.model import database
from stogly_tui.operations import pulls
from stogly_tui.operations.channels import named
from stogly_tui.platforms import registry
from stogly_tui.sandbox import Sandbox, demo_stores, fill
from stogly_tui.sync import backfill, intake

TABLES = ("payloads", "orders", "order_lines", "order_charges", "order_addresses")
PAGE = 100
MEMORY_MB = 150


class Recorder(httpx.BaseTransport):
    """Passes requests on and keeps the replies; then gives them again without a network."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()
        self._kept: dict[str, tuple[int, list[tuple[str, str]], bytes]] = {}
        self.is_replaying = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        key = f"{request.method} {request.url}"
        if not self.is_replaying:
            reply = self._inner.handle_request(request)
            body = reply.read()
            headers = [(k, v) for k, v in reply.headers.multi_items() if k.lower() != "content-encoding"]
            self._kept[key] = (reply.status_code, headers, body)
        status, headers, body = self._kept[key]
        return httpx.Response(status, headers=headers, content=body, request=request)

    def pages(self) -> Iterator[bytes]:
        """Bodies of the order lists, as they came."""
        for key, (_, _, body) in self._kept.items():
            if "/orders?" in key and body.startswith(b"[{") and "modified_after" in key:
                yield body


def measure(folder: Path, count: int = 10_000) -> list[Figure]:
    """Pull ``count`` orders twice from a recording, and put the same rows in by hand."""
    shop = demo_stores(3, orders=1)[0]
    fill(shop, count, 3)
    recorder = Recorder()
    registry.platform("woocommerce").transport = recorder  # type: ignore[attr-defined]
    with Sandbox([shop]) as sandbox:
        url, credentials = sandbox.url("retail"), sandbox.credentials("retail")
        _pull(folder / "recorded", url, credentials)
        gc.collect()
        gc.freeze()  # the simulated store's own objects are not part of either side
        recorder.is_replaying = True
        ours = max(_pull(folder / f"replayed{number}", url, credentials) for number in range(4))
        recorder.is_replaying = False
        registry.platform("woocommerce").transport = None  # type: ignore[attr-defined]
        reference = max(_by_hand(folder, number, list(recorder.pages())) for number in range(4))
        memory = _memory(folder, url, credentials)
    ratio = ours / reference
    return [
        Figure("intake, transport in process", ours, reference, ratio, "≥ 0.40", ratio >= 0.4, "orders/s"),
        Figure(
            f"memory after pulling {count:,} orders",
            memory,
            None,
            None,
            f"≤ {MEMORY_MB}",
            memory <= MEMORY_MB,
            "MB",
        ),
    ]


def _pull(home: Path, url: str, credentials: dict[str, str]) -> float:
    """Orders per second of one whole pull into a fresh database."""
    context = open_home(home)
    connect("Shop", url, credentials, ChannelRole.SOURCE)
    pulls.pull_now(ADA, ["Shop"])
    channel = named("Shop")
    began = time.perf_counter()
    with mock.patch.object(backfill, "first_start", return_value=backfill.BEGINNING):  # all of it in one run
        run = pulls.results(intake.drain(context, channel.id))[0]
    took = time.perf_counter() - began
    assert run.created > 0, run
    assert run.failed == 0, run
    return run.created / took


def _by_hand(folder: Path, number: int, pages: list[bytes]) -> float:
    """Orders per second of parsing the same pages and inserting the same rows, a transaction per page."""
    source = sqlite3.connect(folder / "replayed0" / "stogly.db")
    tables = {name: source.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall() for name in TABLES}
    schema = [row[0] for row in source.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
    source.close()
    target = sqlite3.connect(folder / f"by_hand{number}.db", isolation_level=None)
    target.execute("PRAGMA journal_mode=wal")
    target.execute("PRAGMA synchronous=full")
    for statement in schema:
        if any(f'"{name}"' in statement for name in TABLES):
            target.execute(statement)
    orders = len(tables["orders"])
    batches = [
        [
            (name, rows[int(len(rows) * i / len(pages)) : int(len(rows) * (i + 1) / len(pages))])
            for name, rows in tables.items()
        ]
        for i in range(len(pages))
    ]
    began = time.perf_counter()
    for body, batch in zip(pages, batches, strict=True):
        json.loads(body)
        target.execute("BEGIN IMMEDIATE")
        for name, rows in batch:
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                target.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        target.execute("COMMIT")
    took = time.perf_counter() - began
    target.close()
    return orders / took


def _memory(folder: Path, url: str, credentials: dict[str, str]) -> float:
    """Greatest resident memory (MB) of a process of its own that pulls everything over HTTP."""
    given = json.dumps({"home": str(folder / "memory"), "url": url, "credentials": credentials})
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.intake"], input=given, capture_output=True, text=True, check=True
    )
    return float(done.stdout.strip().splitlines()[-1])


def _main() -> None:
    given = json.loads(sys.stdin.read())
    _pull(Path(given["home"]), given["url"], given["credentials"])
    database.drop_connection()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(int(status.split("VmHWM:")[1].split()[0]) / 1024)


if __name__ == "__main__":
    _main()
