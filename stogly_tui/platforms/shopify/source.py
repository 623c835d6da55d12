"""Reading orders in the order of their changes, so that neither a late search index nor a broken record loses one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from stogly_tui.domain.safe_text import safe_line
from stogly_tui.platforms.base import OrderPage, RawOrder, SourceFacts
from stogly_tui.platforms.errors import NotFound, PlatformError, ProtocolError, Unavailable
from stogly_tui.platforms.shopify import documents, order_documents
from stogly_tui.platforms.shopify.client import ShopifyClient, Told, TooCostly
from stogly_tui.platforms.shopify.details import complete
from stogly_tui.platforms.shopify.translate import body_of, read_order
from stogly_tui.platforms.shopify.values import has_more, moment, numeric_id, obj, objects
from stogly_tui.platforms.shopify.wire import Json, NotJson, document

ALL = "all"
LARGEST_PAGE = 50
FIRST_PAGE = 3
"""Orders in the first page, before it is known what one costs."""
AIM = 500.0
"""Points that a page may cost: well below the 1,000 that Shopify allows for one query [M]."""
OVERLAP = timedelta(seconds=120)
MOST_BAD = 10
"""More bad records than this in a row are no bad records but a shop that does not answer."""


class ShopifyOrders:
    """Orders of one shop, as `OrderSource`.

    Shopify finds orders through a search index that is a little behind. Two things follow. The time that an order
    tells may be newer than its place in the list, so a page behind which more follows moves the cursor only to
    times that are older than `OVERLAP`. And an order may appear in the index after a newer one was read, so
    every reading begins `OVERLAP` before the cursor (`SourceFacts.overlap`). An index later than that loses
    nothing for good: webhooks name the order by itself, and the daily proof, which reads by creation time, finds
    what is missing.

    A list goes on behind a position (its time and id), not behind a number of records: what changes meanwhile moves
    to its end and is read there again.
    """

    def __init__(self, client: ShopifyClient, facts: Mapping[str, Any]) -> None:
        self.facts = SourceFacts(streams=(ALL,), overlap=OVERLAP, page_size=LARGEST_PAGE)
        self._client = client
        self._shown = {
            "customers": facts.get("reads_customers") is True,
            "products": facts.get("reads_products") is True,
        }
        self._size = FIRST_PAGE

    def changed_since(self, stream: str, cursor: datetime) -> Iterator[OrderPage]:  # noqa: ARG002 - there is one
        """Read what was modified at or after ``cursor``, as `OrderSource.changed_since` promises."""
        return self._pages(f"updated_at:>='{_second(cursor)}'", "UPDATED_AT")

    def placed_between(self, stream: str, since: datetime, until: datetime) -> Iterator[OrderPage]:  # noqa: ARG002
        """Read by creation time, as `OrderSource.placed_between` promises."""
        return self._pages(_placed(since, until), "CREATED_AT")

    def count_placed(self, since: datetime, until: datetime) -> int | None:
        """How many orders were created in ``[since, until)``; None when Shopify counts only up to a number."""
        told = self._client.ask(documents.COUNT_ORDERS, {"query": _placed(since, until)}).data
        return exact_count(obj(told, "ordersCount"))

    def one(self, remote_id: str) -> RawOrder:
        """Read one order now, past the search index, as `OrderSource.one` promises."""
        if not (remote_id.isascii() and remote_id.isdigit()):
            raise NotFound(f"{safe_line(remote_id, 40)} is no order id of Shopify.")
        asked = {"id": f"gid://shopify/Order/{remote_id}", **self._shown}
        told = self._client.ask(order_documents.ORDER, asked)
        order = obj(told.data, "order")
        if not order:
            raise NotFound(f"Order {remote_id} does not exist at Shopify.")
        return read_order(
            complete(self._client, order, products=self._shown["products"]), _names(told, "order")
        )

    def several(self, remote_ids: Sequence[str]) -> list[RawOrder]:
        """Read several orders now, past the search index, as `OrderSource.several` promises."""
        left = [remote_id for remote_id in remote_ids if remote_id.isascii() and remote_id.isdigit()]
        found: list[RawOrder] = []
        while left:
            size = min(self._size, len(left))
            asked = {"ids": [f"gid://shopify/Order/{remote_id}" for remote_id in left[:size]], **self._shown}
            try:
                told = self._client.ask(order_documents.SEVERAL, asked, size=size)
            except TooCostly:
                if size == 1:
                    raise
                self._size = max(size // 2, 1)
                continue
            nodes = told.data.get("nodes")
            found += [
                self._record(node, _under(told, f"nodes.{index}."))
                for index, node in enumerate(nodes if isinstance(nodes, list) else [])
                if isinstance(node, dict) and node
            ]
            self._learn(told, size)
            left = left[size:]
        return found

    def read_again(self, body: bytes) -> RawOrder:
        """Understand stored bytes of one order again, as `OrderSource.read_again` promises."""
        try:
            value = document(body)
        except NotJson as error:
            return RawOrder(body, None, None, None, str(error))
        return replace(read_order(value), body=body)

    def _pages(self, query: str, sort_key: str) -> Iterator[OrderPage]:
        after: str | None = None
        bad_in_a_row = 0
        while True:
            try:
                told, size = self._page(query, sort_key, after)
            except PlatformError as error:
                if not _may_be_one_record(error):
                    raise
                bad_in_a_row += 1
                if bad_in_a_row > MOST_BAD:
                    raise Unavailable(
                        "The shop cannot show many of its orders.", status=error.status
                    ) from None
                page, after = self._past_bad(query, sort_key, after, error)
                yield page
                if page.is_last:
                    return
                continue
            bad_in_a_row = 0
            orders = obj(told.data, "orders")
            records = [self._record(order, _names(told, index)) for index, order in enumerate(_nodes(orders))]
            after = has_more(told.data, "orders")
            if after is None and obj(orders, "pageInfo").get("hasNextPage") is not False:
                raise ProtocolError("Shopify does not say where its list of orders goes on.")
            self._learn(told, size)
            yield _made(records, told.server_time, is_last=after is None)
            if after is None:
                return

    def _page(self, query: str, sort_key: str, after: str | None) -> tuple[Told, int]:
        """A page of whole orders; one that fails is asked for once more, then for one record.

        Raises:
            PlatformError: not even one record comes.
        """
        tries = [self._size, self._size, 1]
        while True:
            size = tries.pop(0)
            try:
                return self._asked(query, sort_key, after, size), size
            except TooCostly:
                if size == 1:
                    raise
                self._size = max(size // 2, 1)
                tries = [self._size, self._size, 1]
            except PlatformError as error:
                if not tries or not _may_be_one_record(error):
                    raise

    def _asked(self, query: str, sort_key: str, after: str | None, size: int) -> Told:
        asked = {
            "first": size,
            "after": after,
            "query": query,
            "sortKey": sort_key,
            **self._shown,
        }
        told = self._client.ask(order_documents.ORDERS, asked, size=size)
        _nodes(obj(told.data, "orders"))
        return told

    def _past_bad(
        self, query: str, sort_key: str, after: str | None, error: PlatformError
    ) -> tuple[OrderPage, str | None]:
        """The record that cannot be shown, by its id and time, and the position behind it.

        Raises:
            PlatformError: the shop does not show those either, so no record is to blame.
        """
        asked = {"first": 1, "after": after, "query": query, "sortKey": sort_key}
        told = self._client.ask(order_documents.HEADS, asked)
        heads = _nodes(obj(told.data, "orders"))
        if not heads:
            return _made([], told.server_time, is_last=True), None
        head = heads[0]
        remote_id, modified = numeric_id(head.get("legacyResourceId")), moment(head.get("updatedAt"))
        if remote_id is None:
            raise ProtocolError("An order told no id.")
        problem = f"the shop cannot show it: {error.detail}"
        record = RawOrder(body_of(head), remote_id, modified, None, problem)
        onwards = has_more(told.data, "orders")
        return _made([record], told.server_time, is_last=onwards is None), onwards

    def _record(self, order: Any, withheld: tuple[str, ...]) -> RawOrder:
        """One order of a page. Parts of it that cannot be read make it a bad record, not a bad page."""
        try:
            return read_order(complete(self._client, order, products=self._shown["products"]), withheld)
        except PlatformError as error:
            if not _may_be_one_record(error):
                raise
            detail = error.detail
        known = read_order(order)
        return replace(known, order=None, problem=f"a part of it could not be read: {detail}")

    def _learn(self, told: Told, size: int) -> None:
        """Choose the next page's size by what this one cost."""
        if told.points > 0:
            fitting = int(size * AIM / told.points)
            self._size = max(1, min(LARGEST_PAGE, fitting, size * 4))


def exact_count(told: Json) -> int | None:
    """A `Count`, if it is exact."""
    number = told.get("count")
    is_count = isinstance(number, int) and not isinstance(number, bool) and number >= 0
    return number if is_count and told.get("precision") == "EXACT" else None


def _nodes(orders: Json) -> list[Json]:
    """The orders of a page.

    Raises:
        ProtocolError: it is no page.
    """
    nodes = orders.get("nodes")
    if not isinstance(nodes, list) or not all(isinstance(one, dict) for one in nodes):
        raise ProtocolError("What came is no page of orders.")
    return objects({"orders": orders}, "orders")


def _names(told: Told, place: str | int) -> tuple[str, ...]:
    """The fields that were withheld from one order: of ``orders.nodes.0.email`` the last part."""
    return _under(told, f"orders.nodes.{place}." if isinstance(place, int) else f"{place}.")


def _under(told: Told, before: str) -> tuple[str, ...]:
    return tuple(name.removeprefix(before) for name in told.withheld if name.startswith(before))


def _may_be_one_record(error: PlatformError) -> bool:
    """Whether one bad record can have caused this, rather than the network, the token or the budget."""
    return isinstance(error, ProtocolError) or (
        isinstance(error, Unavailable) and error.status in (200, 500, 502)
    )


def _made(records: Sequence[RawOrder], server_time: datetime | None, *, is_last: bool) -> OrderPage:
    """A page in order of modification. See `ShopifyOrders` for why its cursor may be before its last record."""
    ordered = sorted(records, key=lambda one: one.modified_at or datetime.max.replace(tzinfo=UTC))
    now = server_time or datetime.now(UTC)
    newest = now if is_last else now - OVERLAP
    times = [one.modified_at for one in ordered if one.modified_at is not None]
    if is_last:
        times = [min(time, newest) for time in times]
    return OrderPage(
        tuple(ordered), max((time for time in times if time <= newest), default=None), is_last, server_time
    )


def _placed(since: datetime, until: datetime) -> str:
    return f"created_at:>='{_second(since)}' created_at:<'{_second(_up(until))}'"


def _up(time: datetime) -> datetime:
    return time if not time.microsecond else time.replace(microsecond=0) + timedelta(seconds=1)


def _second(time: datetime) -> str:
    """A time as the search takes it: whole seconds in UTC."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
