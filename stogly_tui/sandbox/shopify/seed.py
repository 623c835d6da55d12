"""A Shopify shop filled with realistic data, the same for the same seed."""

import random
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial

from stogly_tui.sandbox.shopify.shoppers import place_order
from stogly_tui.sandbox.shopify.store import ShopifyStore
from stogly_tui.sandbox.wares import UNKNOWN_AT_DESTINATION, WARES, Ware, variations

_DAY = 86_400
_DAYS = 30
_NOT_AT_DESTINATION = "HOM-LMP"
_CARRIERS = (("DHL", "https://www.dhl.com/track?id="), ("DPD", "https://www.dpd.com/track?id="))


def demo_store(seed: int, count: int, until: int) -> ShopifyStore:
    """``nl`` of the demo: EUR, taxes included, some orders presented in SEK or GBP, thirty days of them.

    What it sells the destination has as well, but for one ware.
    """
    store = ShopifyStore(
        "Nordlicht Shopify",
        "EUR",
        "Europe/Berlin",
        slug="nl",
        presentment={"SEK": Decimal("11.24"), "GBP": Decimal("0.86")},
        search_delay=1.0,
        seed=seed,
    )
    _at(store, until - _DAYS * _DAY, lambda: catalogue(store, _wares()))
    _history(store, count, seed, until)
    return store


def catalogue(store: ShopifyStore, wares: Iterable[Ware]) -> None:
    """Put wares into a shop, each variation a variant of its own SKU."""
    for ware in wares:
        if not ware.options:
            store.create_product(ware.name, ware.sku, ware.price)
            continue
        product_id = store.orders.next_id()
        for sku, chosen in variations(ware):
            store.create_product(
                ware.name, sku, ware.price, product_id=product_id, variant_title=" / ".join(chosen)
            )


def fill(store: ShopifyStore, moments: Iterable[int], seed: int) -> None:
    """Have a paid order placed at each of some moments."""
    if not len(store.products):
        catalogue(store, _wares())
    chance = random.Random(f"{store.slug}/{seed}/fill")
    with store.lock:
        for moment in moments:
            _at(store, moment, lambda: place_order(store, chance, paid=True))


def _wares() -> list[Ware]:
    return [
        ware for ware in WARES if ware.sku not in UNKNOWN_AT_DESTINATION or ware.sku == _NOT_AT_DESTINATION
    ]


def _at(store: ShopifyStore, moment: float, act: Callable[[], object]) -> None:
    """Do something while the shop's clock stands at a moment."""
    clock = store.clock
    store.clock = lambda: float(moment)
    try:
        act()
    finally:
        store.clock = clock


def _history(store: ShopifyStore, count: int, seed: int, until: int) -> None:
    """Orders over some days, every fifteenth of each unusual kind, each as far as its age allows."""
    chance = random.Random(f"{store.slug}/{seed}/orders")
    moments = sorted(chance.randrange(until - _DAYS * _DAY, until - 3600) for _ in range(count))
    for index, moment in enumerate(moments):
        _at(store, moment, partial(_order, store, chance, index % 15))
        later = min(moment + chance.randrange(_DAY // 2, 3 * _DAY), until)
        _at(store, later, partial(_afterwards, store, chance, store.orders.ids()[-1], index % 15))


def _order(store: ShopifyStore, chance: random.Random, kind: int) -> None:
    wishes: dict[int, dict[str, object]] = {
        1: {"authorized": True},
        6: {"tip": "3.00"},
        7: {"gift_card": "20.00"},
        8: {"discount": "WELCOME10"},
        11: {"guest": True},
        12: {"tags": ("vip",), "attributes": (("gift_wrap", "yes"),)},
    }
    if kind == 10:
        store.place([(_NOT_AT_DESTINATION, 1)])
    elif kind in {3, 4, 9}:
        skus = chance.sample(store.products.sellable_skus(), 2)
        store.place([(sku, 2) for sku in skus if not sku.startswith(_NOT_AT_DESTINATION)])
    else:
        place_order(store, chance, paid=kind != 2, **wishes.get(kind, {}))


def _afterwards(store: ShopifyStore, chance: random.Random, order_id: int, kind: int) -> None:
    order = store.orders.record(order_id)
    carrier, url = chance.choice(_CARRIERS)
    number = f"{chance.getrandbits(40):013d}"
    tracking = (carrier, number, url + number)
    first = order.lines[0].sku or ""
    if kind in {1, 2, 10}:
        return
    if kind == 3:
        store.fulfil(order_id, [(first, 1)], tracking)
    elif kind == 4:
        store.refund(order_id, [(first, 1)], note="Damaged")
    elif kind == 5:
        store.cancel(order_id, chance.choice(("CUSTOMER", "INVENTORY", "FRAUD")))
    elif kind == 9:
        store.edit(order_id, add=[(store.products.sellable_skus()[0], 1)], remove=[(first, 1)])
    elif kind == 13:
        store.refund(order_id)
    elif chance.random() < 0.6:
        store.fulfil(order_id, None, tracking)
