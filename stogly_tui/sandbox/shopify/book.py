"""The orders of a shop, and the index its search looks into, which lags behind what is written."""

import itertools
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from stogly_tui.sandbox.shopify import search, sums
from stogly_tui.sandbox.shopify.paging import Connection, Key, Window, page
from stogly_tui.sandbox.shopify.records import Metafield, Order

if TYPE_CHECKING:
    from stogly_tui.sandbox.shopify.store import ShopifyStore

_FINANCIAL = {
    "paid",
    "pending",
    "authorized",
    "partially_paid",
    "partially_refunded",
    "refunded",
    "voided",
    "expired",
}
_FULFILMENT = {
    "unshipped",
    "shipped",
    "fulfilled",
    "partial",
    "scheduled",
    "on_hold",
    "unfulfilled",
    "request_declined",
}
_STATUS = {"open", "closed", "cancelled", "not_closed"}
_FULFILMENT_WORDS = {
    "FULFILLED": {"fulfilled", "shipped"},
    "PARTIALLY_FULFILLED": {"partial", "unfulfilled"},
    "UNFULFILLED": {"unshipped", "unfulfilled"},
    "FULFILLMENT_NOT_REQUIRED": {"unshipped", "unfulfilled"},
    "SCHEDULED": {"scheduled"},
    "ON_HOLD": {"on_hold"},
    "REQUEST_DECLINED": {"request_declined"},
}
_DAY = 86_400
_MONTHS_SEEN = 60 * _DAY
_SORTS: dict[str, Callable[["Entry"], int]] = {
    "UPDATED_AT": lambda entry: entry.updated,
    "CREATED_AT": lambda entry: entry.created,
    "PROCESSED_AT": lambda entry: entry.processed,
    "ID": lambda entry: entry.id,
}
_BOUNDS = {"UPDATED_AT": "updated_at", "CREATED_AT": "created_at", "PROCESSED_AT": "processed_at"}


@dataclass(slots=True)
class Entry:
    """An order as the search knows it, which may be how it was a moment ago. Shipped and paid are read at need."""

    id: int
    created: int
    updated: int
    processed: int
    source_identifier: str | None
    order: Order


class OrderBook:
    """The orders by id; `find` sees what the index sees, everything else what was written."""

    def __init__(self, store: "ShopifyStore") -> None:
        self._store = store
        self._orders: dict[int, Order] = {}
        self._by_value: dict[tuple[str, str, str], int] = {}
        self._index: dict[int, Entry] = {}
        self._sorted: dict[str, list[Key]] = {}
        self._lagging: deque[tuple[float, int]] = deque()
        self._numbers = itertools.count(1001)
        self._ids = itertools.count(store.first_id)
        self.next_id = itertools.count(store.first_id * 3).__next__
        """The next id of anything that is no order."""

    def __len__(self) -> int:
        return len(self._orders)

    def __contains__(self, order_id: int) -> bool:
        return order_id in self._orders

    def ids(self) -> list[int]:
        """Every id, oldest first."""
        return sorted(self._orders)

    def all(self) -> list[Order]:
        """Every order, oldest first."""
        return [self._orders[one] for one in self.ids()]

    def record(self, order_id: int) -> Order:
        """An order.

        Raises:
            KeyError: there is none of this id.
        """
        return self._orders[order_id]

    def get(self, order_id: int) -> Order | None:
        """An order, or None."""
        return self._orders.get(order_id)

    def with_source(self, identifier: str) -> list[int]:
        """The ids of orders that carry this ``sourceIdentifier``, as written, whatever search sees."""
        return [one.id for one in self.all() if one.source_identifier == identifier]

    def next_order_id(self) -> tuple[int, int]:
        """The next order's id and number."""
        return next(self._ids), next(self._numbers)

    def put(self, order: Order) -> None:
        """Keep a new order."""
        self._orders[order.id] = order
        order.first_total = sums.grand_total(order)
        for one in order.metafields:
            self.note_value(order, one)
        self._written(order)

    def copy(self, order_id: int, moment: int) -> int:
        """Keep another order like a paid one that nothing happened to yet, as if placed at a moment."""
        order = self._orders[order_id]
        number, count = self.next_order_id()
        new_id = self.next_id
        made = replace(
            order,
            id=number,
            number=count,
            name=f"#{count}",
            created=moment,
            updated=moment,
            processed=moment,
            lines=[replace(line, id=new_id()) for line in order.lines],
            carriage=[replace(one, id=new_id()) for one in order.carriage],
            payments=[replace(one, id=new_id(), created=moment) for one in order.payments],
            tags=list(order.tags),
            refunds=[],
            fulfilments=[],
        )
        self._orders[number] = made
        self._written(made)
        return number

    def note_value(self, order: Order, metafield: Metafield) -> None:
        """Make an order findable by the value of a metafield of type ``id``."""
        if metafield.type == "id":
            self._by_value[(metafield.namespace, metafield.key, metafield.value)] = order.id

    def by_value(self, namespace: str, key: str, value: str) -> Order | None:
        """The order with this unique value; at once, unlike search."""
        order_id = self._by_value.get((namespace, key, value))
        return None if order_id is None else self._orders.get(order_id)

    def touch(self, order: Order) -> None:
        """Note that an order changed now. Times only go forward, also in a second that has begun already."""
        order.updated = max(order.updated, self._store.now())
        self._written(order)

    def remove(self, order_id: int) -> Order:
        """Forget an order, and let the index forget it as well."""
        order = self._orders.pop(order_id)
        for one in order.metafields:
            self._by_value.pop((one.namespace, one.key, one.value), None)
        self._written(order)
        return order

    def find(self, query: str | None, sort: str, window: Window, oldest: int | None) -> "Found":
        """A page of orders that match.

        Args:
            oldest: orders created before are not seen at all.
        """
        self._catch_up()
        wanted = self._read(query)
        keys = self._keys(sort)
        bound = wanted.bounds.get(_BOUNDS.get(sort, ""))
        listed = page(
            keys,
            window,
            lambda order_id: self._index[order_id].order,
            lambda order_id: self._is_seen(self._index[order_id], wanted, oldest),
            None if bound is None else (bound, 0),
        )
        return Found(listed, wanted.warnings)

    def count(self, query: str | None, oldest: int | None) -> tuple[int, list[dict[str, str]]]:
        """How many orders match, and what of the query was not understood."""
        self._catch_up()
        wanted = self._read(query)
        return sum(self._is_seen(entry, wanted, oldest) for entry in self._index.values()), wanted.warnings

    def oldest_seen(self) -> int:
        """What a client without ``read_all_orders`` sees begins here."""
        return self._store.now() - _MONTHS_SEEN

    def _read(self, query: str | None) -> search.Search:
        return search.read(query, _fields(self._store), _any_text)

    def _is_seen(self, entry: Entry, wanted: search.Search, oldest: int | None) -> bool:
        return (oldest is None or entry.created >= oldest) and wanted.matches(entry)

    def _written(self, order: Order) -> None:
        delay = self._store.search_delay
        if delay <= 0 and not self._lagging:
            self._note(order.id)
        else:
            self._lagging.append((self._store.clock() + delay, order.id))

    def _catch_up(self) -> None:
        """Let the index see what was written long enough ago."""
        now = self._store.clock()
        while self._lagging and self._lagging[0][0] <= now:
            self._note(self._lagging.popleft()[1])

    def _note(self, order_id: int) -> None:
        order, old = self._orders.get(order_id), self._index.get(order_id)
        if order is None:
            if self._index.pop(order_id, None) is not None:
                self._sorted.clear()
            return
        new = Entry(order_id, order.created, order.updated, order.processed, order.source_identifier, order)
        self._index[order_id] = new
        for sort, keys in self._sorted.items():
            key = _SORTS[sort]
            if old is not None:
                if key(old) == key(new):
                    continue
                del keys[bisect_left(keys, (key(old), order_id))]
            insort(keys, (key(new), order_id))

    def _keys(self, sort: str) -> list[Key]:
        if sort not in self._sorted:
            key = _SORTS[sort]
            self._sorted[sort] = sorted((key(entry), entry.id) for entry in self._index.values())
        return self._sorted[sort]


@dataclass(frozen=True)
class Found:
    """A page of orders, and what of the query was not understood."""

    page: Connection[Order]
    warnings: list[dict[str, str]]


def _fields(store: "ShopifyStore") -> dict[str, search.Term]:
    zone = store.zone
    return {
        "updated_at": search.dates(lambda entry: entry.updated, zone),
        "created_at": search.dates(lambda entry: entry.created, zone),
        "processed_at": search.dates(lambda entry: entry.processed, zone),
        "id": search.numbers(lambda entry: entry.id),
        "name": _name,
        "tag": search.lists(lambda entry: entry.order.tags),
        "tag_not": search.lists(lambda entry: entry.order.tags, wanted_in=False),
        "email": search.texts(lambda entry: entry.order.email),
        "sku": search.lists(lambda entry: [line.sku or "" for line in entry.order.lines]),
        "source_name": search.texts(lambda entry: entry.order.source_name),
        "source_identifier": search.texts(lambda entry: entry.source_identifier),
        "po_number": search.texts(lambda entry: entry.order.po_number),
        "test": search.words(lambda entry: {str(entry.order.test).lower()}, {"true", "false"}),
        "financial_status": search.words(_financial, _FINANCIAL),
        "fulfillment_status": search.words(_fulfilment, _FULFILMENT),
        "status": search.words(_statuses, _STATUS),
    }


def _name(_op: str, value: str) -> search.Match:
    """``name:1001`` finds ``#1001`` as well."""
    wanted = value.lstrip("#")
    return lambda entry: bool(entry.order.name.lstrip("#") == wanted)


def _financial(entry: Any) -> set[str]:
    status = sums.financial_status(entry.order)
    return set() if status is None else {status.lower()}


def _fulfilment(entry: Any) -> set[str]:
    return _FULFILMENT_WORDS.get(sums.fulfilment_status(entry.order), set())


def _statuses(entry: Any) -> set[str]:
    order: Order = entry.order
    if order.cancelled is not None:
        return {"cancelled"} if order.closed is not None else {"cancelled", "not_closed"}
    return {"closed"} if order.closed is not None else {"open", "not_closed"}


def _any_text(word: str) -> search.Match:
    wanted = word.casefold()
    return lambda entry: any(wanted in text.casefold() for text in _texts(entry.order) if text)


def _texts(order: Order) -> Iterable[str | None]:
    yield from (order.name, order.email, order.source_identifier)
    if order.shipping is not None:
        yield order.shipping.last_name
    yield from (line.sku for line in order.lines)
