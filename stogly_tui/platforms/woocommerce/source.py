"""Reading orders: always the first page after the cursor, so that a list that moves while it is read loses none."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from stogly_tui.domain.safe_text import safe_line
from stogly_tui.platforms.base import OrderPage, RawOrder, SourceFacts
from stogly_tui.platforms.errors import NotFound, PlatformError, ProtocolError, Unavailable
from stogly_tui.platforms.woocommerce.client import PER_PAGE, WooClient, naive_gmt
from stogly_tui.platforms.woocommerce.paging import MOST_BAD, SECOND, Batch, OrderList, may_be_one_record
from stogly_tui.platforms.woocommerce.translate import read_order
from stogly_tui.platforms.woocommerce.wire import NotJson, Record, document

LIVE, TRASH = "live", "trash"
_STATUS = {LIVE: "any", TRASH: "trash"}
"""``any`` leaves out the trash, ``any,trash`` does too, and only ``trash`` finds it (observed on 9.9 and 10.5)."""
_SIZES = (PER_PAGE, PER_PAGE, 20, 4, 1)
"""How a page that fails is asked for again: once as it was, then in smaller pieces."""
_MOST_PASSES = 4
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class WooOrders:
    """Orders of one store, as `OrderSource`."""

    def __init__(self, client: WooClient, zone: tzinfo) -> None:
        self.facts = SourceFacts(streams=(LIVE, TRASH), page_size=PER_PAGE)
        self._client = client
        self._zone = zone
        self._list = OrderList(client, zone)

    def changed_since(self, stream: str, cursor: datetime) -> Iterator[OrderPage]:
        """Read what was modified at or after ``cursor``, as `OrderSource.changed_since` promises.

        More orders in one second than a page holds, and the second of a record that cannot be shown, are
        read as closed windows: an order can leave such a second, none can come into it.

        Raises:
            Unavailable: many seconds in a row begin with a record that cannot be shown.
        """
        start = max(cursor.astimezone(UTC).replace(microsecond=0), _EARLIEST)
        given: set[bytes] = set()
        in_a_row = 0
        while True:
            batch, size = self._head(stream, start)
            in_a_row = in_a_row + 1 if batch is None else 0
            if in_a_row > MOST_BAD:
                raise Unavailable("The store cannot show many of its orders.")
            if batch is None:
                second = self._list.head_time(self._after(stream, start))
                if second is None:
                    yield _page((), None, is_last=True)
                    return
                yield from self._one_second(stream, _not_before(start, second), given)
                start, given = second + SECOND, set()
                continue
            new = [record for record in batch.records if record.body not in given]
            if len(batch.records) < size and (batch.pages or 0) <= 1:
                yield _page(new, batch.server_time, is_last=True)
                return
            latest = _latest(batch, start)
            yield _page(new, batch.server_time, is_last=False)
            if latest == start:
                given.update(record.body for record in batch.records)
                yield from self._one_second(stream, start, given)
                start, given = start + SECOND, set()
            else:
                start = latest
                given = {r.body for r in batch.records if r.modified_at is None or r.modified_at >= latest}

    def placed_between(self, stream: str, since: datetime, until: datetime) -> Iterator[OrderPage]:
        """Read by creation time, as `OrderSource.placed_between` promises: last page first, checked by count.

        Reading ends at the server's own time: orders placed later than that belong to the next proof.

        Raises:
            Unavailable: the list kept growing in the middle, as when many orders are restored at once.
        """
        window = self._placed(stream, since, min(until, self._now(stream)))
        given: set[int] = set()
        ids: set[str | None] = set()
        held: OrderPage | None = None
        for _ in range(_MOST_PASSES):
            total = 0
            for batch in self._list.last_page_first(window):
                if held is not None:
                    yield held
                new = [record for record in batch.records if _mark(record) not in given]
                given.update(_mark(record) for record in new)
                ids.update(record.remote_id or record.body.hex() for record in new)
                total, held = batch.total or 0, _page(new, batch.server_time, is_last=False)
            if held is not None and total <= len(ids):
                yield replace(held, is_last=True)
                return
        raise Unavailable("The list of orders kept changing while it was read.")

    def count_placed(self, since: datetime, until: datetime) -> int | None:
        """How many were placed in ``[since, until)``, as `OrderSource.count_placed` promises."""
        asked = {"per_page": "1", "_fields": "id"}
        told = [
            self._client.page("/orders", self._placed(stream, since, until) | asked).total
            for stream in self.facts.streams
        ]
        known = [count for count in told if count is not None]
        return sum(known) if len(known) == len(told) else None

    def one(self, remote_id: str) -> RawOrder:
        """Read one order now, as `OrderSource.one` promises; a trashed one is still there, and says so."""
        if not (remote_id.isascii() and remote_id.isdigit()):
            raise NotFound(f"{safe_line(remote_id, 40)} is no order id of WooCommerce.")
        return read_order(self._client.object(f"/orders/{remote_id}"), self._zone)

    def several(self, remote_ids: Sequence[str]) -> list[RawOrder]:
        """Read several orders now, as `OrderSource.several` promises; trashed ones do not come (recorded)."""
        known = [remote_id for remote_id in remote_ids if remote_id.isascii() and remote_id.isdigit()]
        if not known:
            return []
        asked = {"include": ",".join(known), "status": "any", "per_page": str(PER_PAGE)}
        return [read_order(record, self._zone) for record in self._client.page("/orders", asked).records]

    def read_again(self, body: bytes) -> RawOrder:
        """Understand stored bytes of one order again, as `OrderSource.read_again` promises."""
        try:
            value = document(body)
        except NotJson as error:
            return RawOrder(body, None, None, None, str(error))
        return replace(
            read_order(Record(value, body.decode("utf-8", "surrogateescape")), self._zone), body=body
        )

    def _head(self, stream: str, start: datetime) -> tuple[Batch | None, int]:
        """The first page from ``start`` on and how much was asked for; None when not even one record comes."""
        for size in _SIZES:
            try:
                return self._list.page(self._after(stream, start), size), size
            except PlatformError as error:
                if not may_be_one_record(error):
                    raise
        return None, 1

    def _now(self, stream: str) -> datetime:
        """The store's own time; ours when it does not tell."""
        told = self._client.page("/orders", {"status": _STATUS[stream], "per_page": "1", "_fields": "id"})
        return told.server_time or datetime.now(UTC)

    def _one_second(self, stream: str, second: datetime, given: set[bytes]) -> Iterator[OrderPage]:
        """Everything of one second but what was given out already."""
        window = {
            "status": _STATUS[stream],
            "modified_after": naive_gmt(second - SECOND),
            "modified_before": naive_gmt(second + SECOND),
            "dates_are_gmt": "true",
            "orderby": "id",
            "order": "asc",
        }
        for batch in self._list.last_page_first(window):
            new = [record for record in batch.records if record.body not in given]
            yield _page(new, batch.server_time, is_last=False)

    @staticmethod
    def _after(stream: str, start: datetime) -> dict[str, str]:
        """What was modified at or after ``start``; the bound itself is exclusive and counts whole seconds."""
        return {
            "status": _STATUS[stream],
            "modified_after": naive_gmt(start - SECOND),
            "dates_are_gmt": "true",
            "orderby": "modified",
            "order": "asc",
        }

    @staticmethod
    def _placed(stream: str, since: datetime, until: datetime) -> dict[str, str]:
        whole = max(since.astimezone(UTC).replace(microsecond=0), _EARLIEST)
        return {
            "status": _STATUS[stream],
            "after": naive_gmt(whole - SECOND),
            "before": naive_gmt(until.astimezone(UTC)),
            "dates_are_gmt": "true",
            "orderby": "id",
            "order": "asc",
        }


def _latest(batch: Batch, start: datetime) -> datetime:
    """The time to go on from after a page behind which more follows.

    Raises:
        ProtocolError: the page lets nobody go on.
    """
    times = [record.modified_at for record in batch.records if record.modified_at is not None]
    if not times:
        raise ProtocolError("A page of orders held no readable modification time.")
    return _not_before(start, max(times))


def _not_before(start: datetime, told: datetime) -> datetime:
    """A time that the store told, if it is none before the one that was asked for.

    Raises:
        ProtocolError: it is.
    """
    if told < start:
        raise ProtocolError("The store does not honour modified_after: WooCommerce 5.8 or newer is needed.")
    return told


def _mark(record: RawOrder) -> int:
    """Tells records apart by content; two that cannot be shown may have come as the same bytes."""
    return hash((record.remote_id, record.body))


def _page(records: Iterable[RawOrder], server_time: datetime | None, *, is_last: bool) -> OrderPage:
    """A page in order of modification, its cursor never beyond the store's own clock."""
    ordered = sorted(records, key=_modified)
    times = [record.modified_at for record in ordered if record.modified_at is not None]
    if server_time is not None:
        times = [min(time, server_time) for time in times]
    return OrderPage(tuple(ordered), max(times, default=None), is_last, server_time)


def _modified(record: RawOrder) -> datetime:
    return record.modified_at or datetime.max.replace(tzinfo=UTC)
