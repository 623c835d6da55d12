"""One server for all tests of the sandbox; a fresh store for each."""

import itertools
from collections.abc import Iterator
from decimal import Decimal

import httpx
import pytest

from stogly_tui.sandbox import ApiKey, Coupon, Sandbox, ShopifyStore, TaxRate, WooStore
from tests.sandbox.shopify_support import Client
from tests.sandbox.support import Adder, Clock, Shop

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox([], webhook_delay=0.0) as started:
        yield started


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(sandbox: Sandbox, clock: Clock) -> WooStore:
    """EUR, Berlin, 19 % tax on top of prices; a shirt, a book without stock and a mug in two colours."""
    made = WooStore(
        "Test shop",
        "EUR",
        "Europe/Berlin",
        slug=f"shop{next(_numbers)}",
        tax_rates=[TaxRate("DE", Decimal(19), "MwSt"), TaxRate("FR", Decimal(20), "TVA")],
        coupons=[Coupon("TEN", Decimal(10))],
        customers=[7],
        keys=[
            ApiKey("ck_admin", "cs_admin"),
            ApiKey("ck_reader", "cs_reader", "read"),
            ApiKey("ck_writer", "cs_writer", "write"),
            ApiKey("ck_customer", "cs_customer", rights="customer"),
        ],
        clock=clock,
    )
    made.products.create(
        {
            "name": "Linen Shirt",
            "sku": "SHIRT",
            "regular_price": "39.90",
            "manage_stock": True,
            "stock_quantity": 10,
        }
    )
    made.products.create({"name": "Book & Pen", "sku": "BOOK", "regular_price": "10.00"})
    mug = made.products.create({"name": "Mug", "sku": "MUG", "type": "variable"})
    for colour, price in (("Red", "12.00"), ("Blue", "12.50")):
        made.products.create_variation(
            mug,
            {
                "sku": f"MUG-{colour.upper()}",
                "regular_price": price,
                "manage_stock": True,
                "stock_quantity": 5,
                "attributes": [{"name": "Color", "option": colour}],
            },
        )
    sandbox.add(made)
    return made


@pytest.fixture
def api(store: WooStore) -> Iterator[httpx.Client]:
    """A client of the REST API with an administrator's key."""
    with httpx.Client(
        base_url=f"{store.base_url}/wp-json/wc/v3", auth=("ck_admin", "cs_admin"), timeout=5, verify=False
    ) as client:
        yield client


@pytest.fixture
def shop(store: WooStore, api: httpx.Client) -> Shop:
    return Shop(store, api)


@pytest.fixture
def fault(sandbox: Sandbox, store: WooStore) -> Iterator[Adder]:
    """Adds faults to this test's store and takes them back afterwards."""
    yield Adder(sandbox, store.slug)
    sandbox.faults.clear(store.slug)


@pytest.fixture
def nl(sandbox: Sandbox, clock: Clock) -> ShopifyStore:
    """EUR, Berlin, 19 % tax in the prices, SEK at 11; a shirt, a mug, a voucher."""
    made = ShopifyStore(
        "Test shop",
        slug=f"shopify{next(_numbers)}",
        presentment={"SEK": Decimal(11)},
        bucket=1_000_000.0,
        clock=clock,
    )
    made.create_product("Linen Shirt", "SHIRT", "39.90")
    made.create_product("Mug", "MUG", "12.00", variant_title="Red", quantity=5, deny_when_out=True)
    made.create_product("Voucher", "GIFT", "25.00", requires_shipping=False, gift_card=True, taxable=False)
    sandbox.add(made)
    return made


@pytest.fixture
def app(nl: ShopifyStore) -> Iterator[Client]:
    """An app with every scope."""
    client = Client(nl)
    with client.http:
        yield client


@pytest.fixture
def nl_fault(sandbox: Sandbox, nl: ShopifyStore) -> Iterator[Adder]:
    """Adds faults to this test's Shopify store and takes them back afterwards."""
    yield Adder(sandbox, nl.slug)
    sandbox.faults.clear(nl.slug)
