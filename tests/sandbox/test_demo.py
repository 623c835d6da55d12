"""The demo's data, the server around it, and how fast it is."""

import json
import signal
import subprocess
import sys
from collections import Counter
from typing import Any

import httpx
import pytest

from stogly_tui.sandbox import Sandbox, WooStore, fill
from stogly_tui.sandbox import demo_stores as all_demo_stores
from tests.sandbox.support import MOMENT, eventually


def demo_stores(seed: int = 7, **more: Any) -> list[WooStore]:
    """The demo's stores of WooCommerce."""
    return [store for store in all_demo_stores(seed, **more) if isinstance(store, WooStore)]


def _wires(store: WooStore) -> list[dict[str, Any]]:
    return [store.orders.wire(order_id) for order_id in store.orders.ids()]


def test_the_demo_is_the_same_for_the_same_seed() -> None:
    one, two = ([_wires(store) for store in demo_stores(7, now=MOMENT)] for _ in range(2))
    assert one == two
    identities = [[(store.store_id, store.keys) for store in demo_stores(7, orders=3)] for _ in range(2)]
    assert identities[0] == identities[1]
    assert one != [_wires(store) for store in demo_stores(8, now=MOMENT)]


def test_the_demo_is_two_shops_and_their_destination() -> None:
    retail, outlet, main = demo_stores(7, now=MOMENT)
    assert [(one.slug, one.currency, one.time_zone) for one in (retail, outlet, main)] == [
        ("retail", "EUR", "Europe/Berlin"),
        ("outlet", "USD", "America/New_York"),
        ("main", "EUR", "Europe/Berlin"),
    ]
    assert [len(one.orders) for one in (retail, outlet, main)] == [260, 120, 8]
    assert len(retail.products.all()) == 60
    missing = set(retail.products.sellable_skus()) - set(main.products.sellable_skus())
    assert 0 < len(missing) < 20


def test_the_demo_s_orders_are_of_every_kind() -> None:
    retail, *_ = demo_stores(7, now=MOMENT)
    orders = _wires(retail)
    statuses = Counter(order["status"] for order in orders)
    assert {"processing", "completed", "pending", "on-hold", "cancelled", "refunded"} <= set(statuses)
    assert statuses["processing"] > 30
    assert any(not order["billing"]["country"] for order in orders)
    assert any(order["total"] == "0.00" for order in orders)
    for part in ("shipping_lines", "fee_lines", "coupon_lines", "tax_lines"):
        assert any(order[part] for order in orders), part
    for order in orders:
        parts = [
            line["total"] for kind in ("line_items", "shipping_lines", "fee_lines") for line in order[kind]
        ]
        assert abs(sum(map(float, parts)) + float(order["total_tax"]) - float(order["total"])) < 0.05


def test_hostile_text_is_there_only_when_asked_for() -> None:
    def has_escape(stores: list[WooStore]) -> bool:
        return any(
            "\x1b" in json.dumps(order, ensure_ascii=False) or "\\u001b" in json.dumps(order)
            for order in _wires(stores[0])
        )

    assert not has_escape(demo_stores(7, now=MOMENT))
    assert has_escape(demo_stores(7, now=MOMENT, hostile=True))


def test_orders_are_shared_out_two_to_one() -> None:
    assert [len(one.orders) for one in demo_stores(orders=30, now=MOMENT)] == [20, 10, 8]


def test_a_page_far_behind_in_a_long_list_is_whole() -> None:
    store = WooStore("Big", slug="big")
    fill(store, 1_000)
    with (
        Sandbox([store]) as sandbox,
        httpx.Client(
            base_url=f"{sandbox.url('big')}/wp-json/wc/v3",
            auth=httpx.BasicAuth(*sandbox.credentials("big").values()),
        ) as client,
    ):
        query: dict[str, str | int] = {"per_page": 100, "orderby": "modified", "order": "asc", "page": 9}
        reply = client.get("/orders", params=query)
    assert (len(reply.json()), reply.headers["X-WP-Total"]) == (100, "1000")


def test_customers_keep_ordering_where_they_may() -> None:
    retail, outlet, main = demo_stores(7, orders=3)
    with Sandbox([retail, outlet, main]) as sandbox:
        assert [slug for slug, _ in sandbox.tick()] == ["retail", "outlet"]
        sandbox.live(0.01)
        eventually(lambda: len(retail.orders) > 5)
    assert len(main.orders) == 8


def test_a_certificate_nobody_trusts() -> None:
    store = WooStore("Shop")
    with Sandbox([store], tls=True) as sandbox:
        url = f"{sandbox.url('shop')}/wp-json/"
        assert url.startswith("https://127.0.0.1:")
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(url)
        assert httpx.get(url, verify=False).json()["url"] == sandbox.url("shop")


def test_a_port_in_use_is_an_error_at_once() -> None:
    with Sandbox([]) as sandbox, pytest.raises(OSError):
        Sandbox([], sandbox.port).start()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_announces_itself_and_serves_until_told_to_end(number: signal.Signals) -> None:
    program = (
        "from stogly_tui.sandbox import serve_forever\n"
        "serve_forever(port=0, orders=3, announce=lambda line: print(line, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        stores = json.loads(process.stdout.readline())["stores"]
        assert [(one["name"], one["platform"]) for one in stores] == [
            ("retail", "woocommerce"),
            ("outlet", "woocommerce"),
            ("main", "woocommerce"),
            ("nl", "shopify"),
        ]
        assert set(stores[-1]["credentials"]) == {"access_token", "client_secret"}
        keys = stores[0]["credentials"]
        reply = httpx.get(
            f"{stores[0]['url']}/wp-json/wc/v3/orders", auth=(keys["consumer_key"], keys["consumer_secret"])
        )
        assert len(reply.json()) == 2
        process.send_signal(number)
        assert process.wait(10) == 0
        assert process.stderr.read() == b""
