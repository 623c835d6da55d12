"""What the shop sells."""

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from stogly_tui.sandbox.shopify import search
from stogly_tui.sandbox.shopify.paging import Connection, Window, page
from stogly_tui.sandbox.shopify.records import Variant

if TYPE_CHECKING:
    from stogly_tui.sandbox.shopify.store import ShopifyStore

Warnings = list[dict[str, str]]


class Catalogue:
    """The variants by id. Search sees a variant ``search_delay`` seconds after it was written."""

    def __init__(self, store: "ShopifyStore") -> None:
        self._store = store
        self._variants: dict[int, Variant] = {}
        self._visible_from: dict[int, float] = {}
        self._by_sku: dict[str, int] = {}
        self._sellable: list[str] = []

    def __len__(self) -> int:
        return len(self._variants)

    def all(self) -> list[Variant]:
        """Every variant, oldest first."""
        return list(self._variants.values())

    def sellable_skus(self) -> list[str]:
        """The SKUs customers can buy."""
        return self._sellable

    def create(self, variant: Variant) -> int:
        """Put a new variant in; answers its id. A SKU may be there more than once, as at the real one."""
        number = self._store.orders.next_id() * 10
        made = replace(variant, id=number, product_id=variant.product_id or number + 5)
        self._variants[number] = made
        self._by_sku.setdefault(made.sku, number)
        self._visible_from[number] = self._store.clock() + self._store.search_delay
        self._sellable.append(made.sku)
        return number

    def rename(self, old_sku: str, new_sku: str) -> None:
        """Give a product another SKU."""
        variant = self.by_sku(old_sku)
        if variant is None:
            raise KeyError(old_sku)
        del self._by_sku[old_sku]
        variant.sku = new_sku
        variant.updated = self._store.now()
        self._by_sku[new_sku] = variant.id
        self._sellable[self._sellable.index(old_sku)] = new_sku

    def variant(self, number: int | None) -> Variant | None:
        """A variant by id."""
        return None if number is None else self._variants.get(number)

    def by_sku(self, sku: str) -> Variant | None:
        """The first variant with a SKU."""
        return self.variant(self._by_sku.get(sku))

    def product(self, number: int) -> Variant | None:
        """Any variant of a product."""
        return next((one for one in self._variants.values() if one.product_id == number), None)

    def products(self) -> int:
        """How many products there are."""
        return len({one.product_id for one in self._variants.values()})

    def find(self, query: str | None, sort: str, window: Window) -> tuple[Connection[Variant], Warnings]:
        """A page of variants that match, and what of the query was not understood."""
        wanted = search.read(query, _fields(self._store), _any_text)
        now = self._store.clock()
        seen = [one for one in self._variants.values() if self._visible_from[one.id] <= now]
        keys = sorted((one.sku if sort == "SKU" else one.id, one.id) for one in seen)
        found = page(
            keys,
            window,
            lambda number: self._variants[number],
            lambda number: wanted.matches(self._variants[number]),
        )
        return found, wanted.warnings


def priced(title: str, sku: str, price: str, **more: object) -> Variant:
    """A variant that is not in a catalogue yet."""
    return replace(Variant(0, 0, title, sku, Decimal(price), 0), **more)  # type: ignore[arg-type]


def _fields(store: "ShopifyStore") -> dict[str, search.Term]:
    return {
        "sku": search.texts(lambda one: one.sku),
        "id": search.numbers(lambda one: one.id),
        "product_id": search.numbers(lambda one: one.product_id),
        "title": search.texts(lambda one: one.title),
        "updated_at": search.dates(lambda one: one.updated, store.zone),
    }


def _any_text(word: str) -> search.Match:
    wanted = word.casefold()
    return lambda one: wanted in one.sku.casefold() or wanted in one.title.casefold()
