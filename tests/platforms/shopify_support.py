"""What the tests of Shopify share: shops of a sandbox as channels, a keyring in memory, an order as Shopify tells it."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from stogly_tui.platforms.base import (
    Account,
    ChannelAddress,
    Connection,
    Keyring,
    OrderDestination,
    OrderPage,
    OrderSource,
    RawOrder,
)
from stogly_tui.platforms.shopify import PLATFORM
from stogly_tui.platforms.shopify.client import ShopifyClient
from stogly_tui.platforms.shopify.settings import ShopifySettings
from stogly_tui.sandbox import Fault, Sandbox
from stogly_tui.sandbox.shopify import ShopifyStore
from tests.platforms.support import Free

CONTRACTS = Path(__file__).parents[2] / "../shared/contracts/shopify"
SDL = CONTRACTS / "admin-2026-10.subset.graphql"
needs_contracts = pytest.mark.skipif(
    not CONTRACTS.is_dir(), reason="the published schema (../shared/contracts) is not on this machine"
)
NEVER = datetime(2020, 1, 1, tzinfo=UTC)
Json = dict[str, Any]
_OPEN: list[Connection] = []


def wares(store: ShopifyStore) -> ShopifyStore:
    """The same wares as the other platforms' tests have."""
    prices = ("2975", "6541", "2000") if store.currency == "JPY" else ("29.75", "65.40", "20.00")
    store.create_product("Mug", "MUG-1", prices[0])
    store.create_product("Tee", "TEE-1", prices[1])
    store.create_product(
        "Voucher", "CARD-1", prices[2], requires_shipping=False, gift_card=True, taxable=False
    )
    store.create_product("O'Neil \\ cap", "O'N-1", "10.00")
    return store


def shops() -> list[ShopifyStore]:
    """Prices with tax, without, and in yen; each new, without orders."""
    made = [
        ShopifyStore("Berlin", slug="berlin"),
        ShopifyStore(
            "Boston", "USD", slug="boston", taxes_included=False, presentment={"EUR": Decimal("0.9")}
        ),
        ShopifyStore("Kyoto", "JPY", slug="kyoto", taxes_included=False, tax_percent=10),
    ]
    return [wares(shop) for shop in made]


def serving() -> Iterator[Sandbox]:
    """A sandbox, for all tests of a module."""
    with Sandbox([]) as sandbox:
        yield sandbox


def cleared(running: Sandbox) -> Iterator[Sandbox]:
    """The sandbox with new shops and without faults."""
    for shop in shops():
        running.add(shop)
    yield running
    running.faults.clear()
    while _OPEN:
        _OPEN.pop().close()


def address(store: ShopifyStore, keys: Mapping[str, str] | None = None, **settings: Any) -> ChannelAddress:
    """A shop as a channel that was never checked."""
    given = store.credentials if keys is None else keys
    sealed = {name: SecretStr(value) for name, value in given.items()}
    return ChannelAddress(store.base_url, sealed, ShopifySettings(**settings))


def checked(store: ShopifyStore, *, needs_write: bool = True, **settings: Any) -> Account:
    """Connect, which succeeds."""
    account = PLATFORM.check(address(store, **settings), Free(), needs_write=needs_write)
    assert isinstance(account, Account), account
    return account


def line(store: ShopifyStore, limiter: Free | None = None, **settings: Any) -> Connection:
    """An open line to a shop after Connect."""
    account = checked(store, **settings)
    made = replace(
        address(store, **settings),
        currency=account.currency,
        time_zone=account.time_zone,
        facts=account.facts,
    )
    return opened(made, limiter)


def opened(made: ChannelAddress, limiter: Free | None = None) -> Connection:
    """An open line, which is closed after the test."""
    _OPEN.append(PLATFORM.connect(made, limiter or Free()))
    return _OPEN[-1]


def source(store: ShopifyStore, limiter: Free | None = None, **settings: Any) -> OrderSource:
    orders = line(store, limiter, **settings).orders
    assert orders is not None
    return orders


def destination(store: ShopifyStore, limiter: Free | None = None, **settings: Any) -> OrderDestination:
    made = line(store, limiter, **settings).destination
    assert made is not None
    return made


def read(pages: Iterable[OrderPage]) -> list[RawOrder]:
    """All records; the pages keep what `OrderPage` promises."""
    found: list[RawOrder] = []
    held = list(pages)
    for page in held:
        times = [record.modified_at for record in page.records if record.modified_at is not None]
        assert times == sorted(times)
        assert page.cursor is None or page.server_time is None or page.cursor <= page.server_time
        found.extend(page.records)
    assert [page.is_last for page in held] == [False] * (len(held) - 1) + [True]
    return found


def ids(records: Iterable[RawOrder]) -> list[int]:
    return [int(record.remote_id or 0) for record in records]


def place(store: ShopifyStore, count: int, *, ago: float = 3600, every: float = 1) -> list[int]:
    """Orders, ``every`` so many seconds apart, the first so long ago."""
    now, made = time.time(), []
    for number in range(count):
        store.clock = lambda at=now - ago + number * every: at  # type: ignore[misc]
        made.append(store.place([("MUG-1", 1)]))
    store.clock = time.time
    return made


def fault(sandbox: Sandbox, kind: Any, on: str, **more: Any) -> None:
    """Something goes wrong."""
    sandbox.faults.add(Fault(kind, on=on, **more))


def asked(store: ShopifyStore, name: str) -> list[Json]:
    """The variables of every request of a document, by its name in the document."""
    bodies = [json.loads(seen.body) for seen in store.requests if seen.path.endswith("graphql.json")]
    return [
        body["variables"] for body in bodies if f" {name}(" in body["query"] or f" {name} " in body["query"]
    ]


@dataclass
class Ring(Keyring):
    """Credentials as they are stored; several lines may share them."""

    stored: dict[str, SecretStr]
    renewals: list[dict[str, SecretStr]] = field(default_factory=list)

    def read(self) -> Mapping[str, SecretStr]:
        return dict(self.stored)

    def renew(self, renewed: Mapping[str, SecretStr]) -> None:
        self.renewals.append(dict(renewed))
        self.stored.update(renewed)


def scripted(
    replies: Sequence[Callable[[Json], Json] | Json], limiter: Free | None = None
) -> tuple[ShopifyClient, list[Json]]:
    """A client whose shop answers as it is told, and what it was asked."""
    waiting, seen = list(replies), []

    def handle(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.read())
        seen.append(body)
        reply = waiting.pop(0)
        told = reply(body) if callable(reply) else reply
        status = told.pop("status", 200)
        headers = told.pop("headers", {})
        return httpx.Response(status, json=told, headers=headers)

    keys = {"access_token": SecretStr("shpat_0123456789abcdef0123456789abcdef")}
    made = ChannelAddress("https://shop.myshopify.com", keys, ShopifySettings())
    return ShopifyClient(made, limiter or Free(), httpx.MockTransport(handle)), seen


def bag(amount: str, presentment: str | None = None) -> Json:
    return {"shopMoney": {"amount": amount}, "presentmentMoney": {"amount": presentment or amount}}


def an_order(**changes: Any) -> Json:
    """An order as our question is answered: two mugs at 10.00, prices with 19 % tax, shipping 4.90."""
    order: Json = {
        "id": "gid://shopify/Order/17", "legacyResourceId": "17", "name": "#1001",
        "createdAt": "2026-11-20T09:00:00Z", "processedAt": "2026-11-20T08:59:58Z",
        "updatedAt": "2026-11-20T10:00:00Z", "cancelledAt": None, "closedAt": None, "test": False,
        "fullyPaid": True, "taxesIncluded": True, "currencyCode": "EUR", "presentmentCurrencyCode": "EUR",
        "displayFinancialStatus": "PAID", "displayFulfillmentStatus": "UNFULFILLED",
        "email": "ada@example.test", "phone": None, "note": None, "tags": ["vip"], "sourceIdentifier": None,
        "paymentGatewayNames": ["shopify_payments"], "reference": None, "billingAddress": None,
        "shippingAddress": {"name": "Ada Lovelace", "address1": "Weg 1", "city": "Berlin", "zip": "10115",
                            "countryCodeV2": "DE", "provinceCode": None},
        "currentTotalPriceSet": bag("24.90"), "currentSubtotalPriceSet": bag("20.00"),
        "currentTotalTaxSet": bag("3.97"), "totalTipReceivedSet": bag("0.0"), "totalRefundedSet": bag("0.0"),
        "lineItems": {"nodes": [a_line()], "pageInfo": {"hasNextPage": False, "endCursor": "a"}},
        "shippingLines": {
            "nodes": [{"title": "DHL", "isRemoved": False, "discountedPriceSet": bag("4.90"),
                       "currentDiscountedPriceSet": bag("4.90"), "taxLines": [{"priceSet": bag("0.78")}]}],
            "pageInfo": {"hasNextPage": False, "endCursor": "a"},
        },
        "transactions": [{"kind": "SALE", "status": "SUCCESS", "processedAt": "2026-11-20T09:00:01Z"}],
        "fulfillments": [], "refunds": [],
    }  # fmt: skip
    return {**order, **changes}


def a_line(**changes: Any) -> Json:
    """Two mugs at 10.00."""
    made = {
        "id": "gid://shopify/LineItem/1", "name": "Mug", "sku": "MUG-1", "quantity": 2, "currentQuantity": 2,
        "unfulfilledQuantity": 2, "requiresShipping": True, "isGiftCard": False,
        "variant": {"id": "gid://shopify/ProductVariant/7"}, "originalUnitPriceSet": bag("10.00"),
        "discountAllocations": [], "taxLines": [{"priceSet": bag("3.19")}],
    }  # fmt: skip
    return {**made, **changes}


def with_lines(*lines: Json, **changes: Any) -> Json:
    """The order with these lines."""
    return an_order(lineItems={"nodes": list(lines), "pageInfo": {"hasNextPage": False}}, **changes)
