"""Push: orders per second against a bare httpx loop with the same eight connections and the same server."""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from benchmarks.place import ADA, connect, open_home
from benchmarks.report import Figure
from stogly_tui.domain.states import ChannelRole
from stogly_tui.model import database as db
from stogly_tui.model.queries import order_keys
from stogly_tui.model.queries.order_filter import OrderFilter
from stogly_tui.operations import pulls, pushes
from stogly_tui.operations.channels import named
from stogly_tui.sync import intake, push

CONNECTIONS = 8
THINK = 0.05
"""Seconds that the server takes for a create."""
UNIT = "orders/s"


def measure(folder: Path, count: int = 1000) -> list[Figure]:
    """Push to a server that takes its time as a fast real store does, and to one that answers at once.

    The recorded store took 200 ms per create; a server without any think time measures Python against Python.
    """
    ours, reference = _against(folder / "real", count, THINK)
    ratio = ours / reference
    held = Figure(
        f"push, 8 connections, {THINK * 1000:.0f} ms a create",
        ours,
        reference,
        ratio,
        "≥ 0.80",
        ratio >= 0.8,
        UNIT,
    )
    ours, reference = _against(folder / "at_once", count, 0.0)
    told = Figure(
        "push, 8 connections, answered at once", ours, reference, ours / reference, "told", True, UNIT
    )
    return [held, told]


def _against(folder: Path, count: int, think: float) -> tuple[float, float]:
    """Best orders per second of this product and of a bare loop, against one server in another process."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.push", str(count), str(think)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        stores = {one["slug"]: one for one in json.loads(server.stdout.readline())}
        context = open_home(folder)
        connect("Main", stores["main"]["url"], stores["main"]["credentials"], ChannelRole.DESTINATION)
        connect(
            "Shop",
            stores["shop"]["url"],
            stores["shop"]["credentials"],
            ChannelRole.SOURCE,
            destination="Main",
        )
        pulls.pull_now(ADA, ["Shop"])
        intake.drain(context, named("Shop").id)
        with db.read():
            ids = list(order_keys.all_ids(OrderFilter()))
        half = len(ids) // 2
        _by_hand(stores["main"], 50)
        references = [_by_hand(stores["main"], half)]
        ours = [_by_us(context, ids[:half])]
        references.append(_by_hand(stores["main"], half))
        ours.append(_by_us(context, ids[half:]))
    finally:
        server.terminate()
        server.wait()
    return max(ours), max(references)


def _by_us(context: Any, ids: list[int]) -> float:
    pushes.send(ADA, pushes.plan(ADA, ids))
    destination = named("Main").id
    began = time.perf_counter()
    tally = push.drain(context, destination)
    took = time.perf_counter() - began
    assert tally.sent == len(ids), tally
    return tally.sent / took


def _by_hand(store: dict[str, Any], count: int) -> float:
    keys = store["credentials"]
    body = {
        "created_via": "bench", "set_paid": True, "status": "processing",
        "billing": {"first_name": "Mia", "country": "DK", "email": "mia@example.com"},
        "shipping": {"first_name": "Mia", "country": "DK"},
        "meta_data": [{"key": "_a", "value": "b"}, {"key": "_c", "value": "d"}],
        "line_items": [{"product_id": store["product"], "quantity": 1, "total": "20.00", "subtotal": "20.00"}],
    }  # fmt: skip
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    with httpx.Client(auth=(keys["consumer_key"], keys["consumer_secret"]), limits=limits) as client:

        def create(_number: int) -> None:
            reply = client.post(f"{store['url']}/wp-json/wc/v3/orders", json=body)
            assert reply.status_code == 201, reply.text
            reply.json()

        began = time.perf_counter()
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(create, range(count)))
        return count / (time.perf_counter() - began)


def _serve(count: int, think: float) -> None:
    import signal

    from stogly_tui.sandbox import Fault, Sandbox, WooStore

    shop, main = (
        WooStore("Shop", slug="shop", calc_taxes=False),
        WooStore("Main", slug="main", calc_taxes=False),
    )
    for store in (shop, main):
        store.products.create({"name": "Tee", "sku": "TEE", "regular_price": "20.00"})
    where = {"first_name": "Mia", "address_1": "Havnegade 12", "city": "Kobenhavn", "country": "DK"}
    for _ in range(count):
        shop.orders.create(
            {
                "set_paid": True, "billing": where | {"email": "mia@example.com"}, "shipping": where,
                "line_items": [{"sku": "TEE", "quantity": 1}],
            },
            created_via="checkout",
        )  # fmt: skip
    with Sandbox([shop, main]) as sandbox:
        if think:
            sandbox.faults.add(Fault("slow_reply", on="POST /orders", times=None, seconds=think))
        cards = []
        for store in (shop, main):
            product = store.products.by_sku("TEE")
            assert product is not None
            cards.append(
                {
                    "slug": store.slug, "url": sandbox.url(store.slug), "product": product["id"],
                    "credentials": sandbox.credentials(store.slug),
                }
            )  # fmt: skip
        print(json.dumps(cards), flush=True)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    _serve(int(sys.argv[1]), float(sys.argv[2]))
