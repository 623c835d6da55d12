"""One sandbox per module: starting one costs more than a test."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from stogly_tui.sandbox import Sandbox, TaxRate, WooStore
from tests.platforms.support import OPEN


def _wares(store: WooStore) -> None:
    for sku, name, price in (
        ("MUG-1", "Mug", "25.00"),
        ("TEE-1", "Tee & Co", "54.96"),
        ("A,B", "Pair", "5.00"),
    ):
        store.products.create({"name": name, "sku": sku, "regular_price": price})
    parent = store.products.create(
        {
            "name": "Shirt",
            "sku": "SHIRT",
            "type": "variable",
            "attributes": [{"name": "Size", "visible": True, "variation": True, "options": ["L"]}],
        }
    )
    store.products.create_variation(
        parent, {"sku": "SHIRT-L", "regular_price": "20.00", "attributes": [{"name": "Size", "option": "L"}]}
    )


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    rates = [TaxRate("DE", Decimal(19), "MwSt.")]
    stores = [
        WooStore("Shop", slug="shop", tax_rates=rates, prices_include_tax=True),
        WooStore("Main", slug="main", tax_rates=rates),
        WooStore("Untaxed", slug="untaxed", calc_taxes=False),
        WooStore("Old", slug="old", version="9.8.5", tax_rates=rates),
    ]
    for store in stores:
        _wares(store)
    with Sandbox(stores) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    """The sandbox without faults and without orders."""
    for store in running.stores.values():
        assert isinstance(store, WooStore)
        for order_id in list(store.orders.ids()):
            store.orders.delete(order_id)
        store.requests.clear()
        store.skew_seconds = 0.0
        store.maintenance = store.php_notice = False
        store.permalinks = "pretty"
    running.faults.clear()
    yield running
    running.faults.clear()
    while OPEN:
        OPEN.pop().close()
