"""Words the tests of the sandbox are written in."""

import http.server
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from stogly_tui.sandbox import Fault, Sandbox, WooStore

CONTRACTS = Path(__file__).parents[3] / "shared" / "contracts" / "woocommerce"
needs_contracts = pytest.mark.skipif(not CONTRACTS.is_dir(), reason="../shared/contracts is not here")
MOMENT = 1_795_280_400
"""2026-11-21T17:00:00Z, in winter: Berlin is one hour ahead."""


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = float(MOMENT)

    def __call__(self) -> float:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += seconds


@dataclass
class Shop:
    """A store and a client that talks to it over HTTP."""

    store: WooStore
    api: httpx.Client

    def create(self, **body: Any) -> dict[str, Any]:
        """Create an order; its reply."""
        reply = self.api.post("/orders", json=body)
        assert reply.status_code == 201, reply.text
        return _object(reply)

    def sells(self, sku: str = "SHIRT", quantity: int = 1, **body: Any) -> dict[str, Any]:
        """Create an order of one line."""
        return self.create(**{"line_items": [{"sku": sku, "quantity": quantity}], **body})

    def order(self, order_id: int) -> dict[str, Any]:
        """Read an order."""
        return _object(self.api.get(f"/orders/{order_id}"))

    def put(self, order_id: int, **body: Any) -> dict[str, Any]:
        """Change an order; its reply."""
        reply = self.api.put(f"/orders/{order_id}", json=body)
        assert reply.status_code == 200, reply.text
        return _object(reply)

    def ids(self, **query: Any) -> list[int]:
        """The ids a list of orders answers."""
        return [order["id"] for order in self.api.get("/orders", params=query).json()]

    def stock(self, sku: str) -> int:
        """What is in stock."""
        record = self.store.products.by_sku(sku)
        assert record is not None
        return int(record["stock_quantity"])


class Adder:
    """Adds faults that hit one store only."""

    def __init__(self, sandbox: Sandbox, slug: str) -> None:
        self._sandbox = sandbox
        self._slug = slug

    def __call__(self, kind: str, **params: object) -> Fault:
        made = Fault.from_json({"kind": kind, "store": self._slug, **params})
        self._sandbox.faults.add(made)
        return made


def error(reply: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, whose shape is checked on the way."""
    body = reply.json()
    assert set(body) == {"code", "message", "data"}
    assert body["data"] == reply.status_code or body["data"]["status"] == reply.status_code
    return reply.status_code, str(body["code"])


def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until something holds; fails when it does not in time."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        pause.wait(0.005)


def _object(reply: httpx.Response) -> dict[str, Any]:
    body = reply.json()
    assert isinstance(body, dict)
    return body


@dataclass
class Delivery:
    """What a webhook receiver got."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A server that takes webhook deliveries and answers as told."""

    status: int = 200
    got: list[Delivery] = field(default_factory=list)

    def __enter__(self) -> "Receiver":
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.got.append(Delivery(self.path, headers, body))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def deliveries(self) -> list[Delivery]:
        """Everything but pings."""
        return [one for one in self.got if one.headers["content-type"] == "application/json"]
