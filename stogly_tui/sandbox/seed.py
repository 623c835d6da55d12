"""Stores filled with realistic data, the same for the same seed."""

import random
import time
import uuid
from collections.abc import Iterable
from decimal import Decimal

from stogly_tui.sandbox.customers import place_order
from stogly_tui.sandbox.moments import standing_at
from stogly_tui.sandbox.people import HOSTILE
from stogly_tui.sandbox.shopify import ShopifyStore
from stogly_tui.sandbox.shopify import seed as shopify_seed
from stogly_tui.sandbox.store import Coupon, TaxRate, WooStore
from stogly_tui.sandbox.stores import Store
from stogly_tui.sandbox.wares import ONLY_AT_OUTLET, UNKNOWN_AT_DESTINATION, WARES, Ware, variations
from stogly_tui.sandbox.wire import Json

_DAY = 86_400
_DAYS = 14
_PATTERNS = 200
_RETAIL_ORDERS, _OUTLET_ORDERS, _MAIN_ORDERS = 260, 120, 8


def demo_stores(
    seed: int = 7, *, orders: int | None = None, hostile: bool = False, now: float | None = None
) -> list[Store]:
    """The shops of the demo: three that sell and the one that gets their orders.

    ``retail`` (EUR, Berlin, about 260 orders), ``outlet`` (USD, New York, about 120), the destination
    ``main`` (EUR, Berlin), which lacks some SKUs and has a few older orders of its own, and ``nl`` of
    Shopify (EUR, Berlin, about 120 orders).

    Args:
        orders: how many orders the two sources of WooCommerce have in all, shared two to one; None for the
            demo's number. The one of Shopify has as many as the smaller.
        hostile: add an order whose name and address attack terminals, markup and spreadsheets.
        now: the time the last days end at.
    """
    retail, outlet, main = _retail(seed), _outlet(seed), _main(seed)
    until = int(time.time() if now is None else now)
    share = _RETAIL_ORDERS if orders is None else orders - orders // 3
    rest = _OUTLET_ORDERS if orders is None else orders // 3
    _history(retail, share, seed, until, days=_DAYS)
    _history(outlet, rest, seed + 1, until, days=_DAYS)
    _history(main, _MAIN_ORDERS, seed + 2, until - 20 * _DAY, days=30)
    if hostile:
        with standing_at(retail, until - 600):
            place_order(retail, random.Random(seed), paid=True, person=HOSTILE)
    return [retail, outlet, main, shopify_seed.demo_store(seed, rest, until)]


def catalogue(store: WooStore, wares: Iterable[Ware], seed: int = 7) -> None:
    """Put wares into a store, with stock, some of it low or gone."""
    chance = random.Random(f"{store.slug}/{seed}/wares")
    for ware in wares:
        _stock_ware(store, ware, chance)


def fill(
    store: Store, count: int, seed: int = 7, *, now: float | None = None, days: tuple[int, int] = (_DAYS, 0)
) -> None:
    """Add paid orders, each another, spread evenly over some days; ten thousand take two seconds.

    Args:
        now: the time days are counted back from.
        days: how many days ago the first and the last of them are.
    """
    until = int(time.time() if now is None else now)
    moments = spread(count, until - days[0] * _DAY, until - days[1] * _DAY)
    if isinstance(store, ShopifyStore):
        shopify_seed.fill(store, moments, seed)
    else:
        _fill(store, moments, seed)


def backfill(
    store: Store, count: int, *, now: float | None = None, days: tuple[int, int] = (400, 30)
) -> None:
    """Add paid orders that are copies of a few; forty thousand take a few seconds.

    Args:
        now: the time days are counted back from.
        days: how many days ago the first and the last of them are.
    """
    until = int(time.time() if now is None else now)
    moments = spread(count, until - days[0] * _DAY, until - days[1] * _DAY)
    known = store.orders.ids()
    fill(store, min(count, _PATTERNS), now=moments[0] if moments else until, days=(1, 0))
    with store.lock:
        patterns = [one for one in store.orders.ids() if one not in set(known)]
        for index, moment in enumerate(moments[len(patterns) :]):
            store.orders.copy(patterns[index % len(patterns)], moment)


def spread(count: int, first: int, last: int) -> list[int]:
    """Moments at even distances."""
    return [last - (last - first) * (count - index) // count for index in range(count)]


def _fill(store: WooStore, moments: list[int], seed: int) -> None:
    if not len(store.products):
        catalogue(store, WARES, seed)
    chance = random.Random(f"{store.slug}/{seed}/fill")
    with store.lock:
        for moment in moments:
            with standing_at(store, moment):
                place_order(store, chance, paid=True)


def _retail(seed: int) -> WooStore:
    store = WooStore(
        "Nordlicht Retail",
        "EUR",
        "Europe/Berlin",
        slug="retail",
        store_id=_store_id("retail", seed),
        prices_include_tax=True,
        tax_rates=_european_rates(),
        coupons=[Coupon("WELCOME10", Decimal(10)), Coupon("MINUS5", Decimal(5), "fixed_cart")],
        seed=seed,
    )
    catalogue(store, WARES, seed)
    return store


def _outlet(seed: int) -> WooStore:
    store = WooStore(
        "Nordlicht Outlet",
        "USD",
        "America/New_York",
        slug="outlet",
        store_id=_store_id("outlet", seed),
        country="US",
        state="NY",
        tax_rates=[TaxRate("US", Decimal("8.875"), "NY Tax", state="NY", shipping=False)],
        coupons=[Coupon("OUTLET15", Decimal(15))],
        seed=seed,
    )
    catalogue(store, (*WARES[::2], *ONLY_AT_OUTLET), seed)
    return store


def _main(seed: int) -> WooStore:
    store = WooStore(
        "Nordlicht Main",
        "EUR",
        "Europe/Berlin",
        slug="main",
        store_id=_store_id("main", seed),
        tax_rates=_european_rates(),
        takes_customers=False,
        seed=seed,
    )
    catalogue(store, [ware for ware in WARES if ware.sku not in UNKNOWN_AT_DESTINATION], seed)
    return store


def _store_id(slug: str, seed: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"sandbox/{slug}/{seed}"))


def _european_rates() -> list[TaxRate]:
    rates = {
        "DE": 19,
        "AT": 20,
        "FR": 20,
        "NL": 21,
        "IT": 22,
        "ES": 21,
        "PL": 23,
        "SE": 25,
        "DK": 25,
        "IE": 23,
    }
    rates |= {"PT": 23, "CZ": 21, "HU": 27, "GR": 24}
    return [
        TaxRate(country, Decimal(percent), "MwSt." if country in {"DE", "AT"} else "VAT")
        for country, percent in rates.items()
    ]


def _stock_ware(store: WooStore, ware: Ware, chance: random.Random) -> None:
    body: Json = {
        "name": ware.name,
        "sku": ware.sku,
        "regular_price": ware.price,
        "categories": [{"id": 16 + len(ware.category), "name": ware.category, "slug": ware.category.lower()}],
        "weight": f"{chance.randrange(1, 30) / 10:.1f}",
    }
    if not ware.options:
        store.products.create({**body, "manage_stock": True, "stock_quantity": _stock(chance)})
        return
    attributes = [
        {"name": name, "visible": True, "variation": True, "options": options.split()}
        for name, options in ware.options
    ]
    product_id = store.products.create(
        {**body, "regular_price": "", "type": "variable", "attributes": attributes}
    )
    for sku, chosen in variations(ware):
        names = (name for name, _ in ware.options)
        store.products.create_variation(
            product_id,
            {
                "sku": sku,
                "regular_price": ware.price,
                "manage_stock": True,
                "stock_quantity": _stock(chance),
                "attributes": [
                    {"name": name, "option": option} for name, option in zip(names, chosen, strict=True)
                ],
            },
        )


def _stock(chance: random.Random) -> int:
    return chance.choice((0, 2, 3, *(chance.randrange(10, 140) for _ in range(12))))


def _history(store: WooStore, count: int, seed: int, until: int, *, days: int) -> None:
    """Place orders over some days and let each come as far as its age allows."""
    chance = random.Random(f"{store.slug}/{seed}/orders")
    moments = sorted(chance.randrange(until - days * _DAY, until - 120) for _ in range(count))
    for index, moment in enumerate(moments):
        with standing_at(store, moment):
            order_id = place_order(store, chance, paid=chance.random() < 0.88)
            if index % 45 == 20:
                _make_odd(store, order_id, free=index % 90 == 20)
        _age(store, order_id, moment, until, chance)


def _make_odd(store: WooStore, order_id: int, *, free: bool) -> None:
    """An order without a country, or one that costs nothing."""
    if free:
        order = store.orders.record(order_id)
        lines = [{"id": line["id"], "total": "0.00"} for line in order["line_items"]]
        carriage = [{"id": line["id"], "total": "0.00"} for line in order["shipping_lines"]]
        store.orders.update(order_id, {"line_items": lines, "shipping_lines": carriage}, checked=False)
    else:
        nowhere = {"country": "", "state": ""}
        store.orders.update(order_id, {"billing": nowhere, "shipping": nowhere}, checked=False)


def _age(store: WooStore, order_id: int, moment: int, until: int, chance: random.Random) -> None:
    order, age = store.orders.record(order_id), until - moment
    fate = chance.random()
    if order["status"] == "processing" and age > 3 * _DAY and fate < 0.9:
        _later(store, order_id, moment + chance.randrange(_DAY, 3 * _DAY), "completed")
        if fate < 0.03:
            _later(store, order_id, moment + 3 * _DAY, "refunded")
    elif order["status"] == "processing" and fate < 0.04:
        _later(store, order_id, min(moment + 7200, until), "cancelled")
    elif order["status"] in {"pending", "on-hold"} and age > 2 * _DAY:
        _later(store, order_id, moment + _DAY, "cancelled" if fate < 0.6 else "failed")


def _later(store: WooStore, order_id: int, moment: int, status: str) -> None:
    with standing_at(store, moment):
        store.orders.update(order_id, {"status": status})
        if status == "completed":
            store.orders.add_note(order_id, "Parcel handed to the carrier.", to_customer=True)
