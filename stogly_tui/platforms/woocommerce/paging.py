"""Reading closed windows of a list that changes, and finding the one record that breaks a page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from stogly_tui.platforms.base import RawOrder
from stogly_tui.platforms.errors import PlatformError, ProtocolError, Unavailable
from stogly_tui.platforms.woocommerce.client import PER_PAGE, Page, WooClient
from stogly_tui.platforms.woocommerce.translate import read_order
from stogly_tui.platforms.woocommerce.wire import NotJson, records

SECOND = timedelta(seconds=1)
MOST_BAD = 10
"""More bad records than this in one page, or right behind each other, are no bad records but a broken store."""
_MOST_FAILURES = 150
"""So many failed requests are enough to take one page apart: ten bad records need at most 110."""
_LIGHT = {"_fields": "id,date_modified,date_modified_gmt"}
_FULL_READS = 3
"""How often a record has to fail by itself before it is called bad."""
_OTHERS = (("asc", 0), ("desc", 0), ("asc", 1), ("desc", 1), ("asc", 2), ("desc", 2))
"""Where another order is looked for, to see that the store shows orders: several, since they may be bad too."""


def may_be_one_record(error: PlatformError) -> bool:
    """Whether one bad record can have caused this: PHP died of it, or what it printed is no JSON.

    A store that is down for a moment looks the same, so this alone calls no record bad.
    """
    return isinstance(error, ProtocolError) or error.status in (500, 502)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some neighbouring records of a list. ``total`` is the whole list's length, as the store told it."""

    records: tuple[RawOrder, ...]
    total: int | None = None
    pages: int | None = None
    server_time: datetime | None = None


@dataclass(slots=True)
class _Hunt:
    """The search for bad records in one page: those that were found, and how many requests failed on the way."""

    bad: list[str] = field(default_factory=list)
    failures: int = 0

    def failed(self, error: PlatformError) -> None:
        """Count a failed request.

        Raises:
            PlatformError: it cannot have been one record, or too much has failed.
        """
        self.failures += 1
        if not may_be_one_record(error) or self.failures > _MOST_FAILURES:
            raise error

    def convict(self, remote_id: str) -> None:
        """Call a record bad.

        Raises:
            Unavailable: too many are.
        """
        self.bad.append(remote_id)
        if len(self.bad) > MOST_BAD:
            raise Unavailable("The store cannot show many of its orders.")


@dataclass(frozen=True, slots=True)
class _NotShown:
    """What came instead of a record, and what is wrong with it."""

    body: bytes
    detail: str


class OrderList:
    """``GET /orders`` with its failures taken apart.

    A record is called bad only while the store is seen to be well: see `_alone`. Everything else that fails
    is raised, so that nobody goes on past orders that were never read.
    """

    def __init__(self, client: WooClient, zone: tzinfo) -> None:
        self._client = client
        self._zone = zone

    def page(self, params: Mapping[str, str], size: int = PER_PAGE, offset: int = 0) -> Batch:
        """Ask once for ``size`` records after ``offset``.

        Raises:
            PlatformError: as `WooClient.page`.
        """
        asked = {**params, "per_page": str(size)} | ({"offset": str(offset)} if offset else {})
        return self._batch(self._client.page("/orders", asked))

    def last_page_first(self, window: Mapping[str, str]) -> Iterator[Batch]:
        """All of a closed window. What leaves it in between moves nothing past us.

        A page that fails twice is bisected down to the bad record.

        Raises:
            PlatformError: a page could not be read, and no single record is to blame.
        """
        first = self.slice(window, 0)
        end = first.total if first.total is not None else self._length(window, len(first.records))
        if end <= PER_PAGE:
            yield first
            return
        for offset in reversed(range(0, end, PER_PAGE)):
            yield self.slice(window, offset)

    def slice(self, window: Mapping[str, str], offset: int) -> Batch:
        """One page of a closed window, bisected when it fails twice. Raises as `last_page_first`."""
        hunt = _Hunt()
        for _ in range(2):
            try:
                return self.page(window, offset=offset)
            except PlatformError as error:
                hunt.failed(error)
        return self._halves(window, offset, PER_PAGE, hunt)

    def head_time(self, params: Mapping[str, str]) -> datetime | None:
        """When the first record of a list that cannot be read in full was modified; None for an empty list.

        Asks for id and time only, which often succeeds where the whole record fails.

        Raises:
            PlatformError: not even these can be read. Nothing may be skipped: what stands there is unknown.
        """
        found = self._told(params).records
        return _moment(found[0]) if found else None

    def _halves(self, window: Mapping[str, str], offset: int, size: int, hunt: _Hunt) -> Batch:
        """Both halves of a range that fails as a whole, the right one read first."""
        half = size // 2
        right = self._part(window, offset + half, size - half, hunt)
        left = self._part(window, offset, half, hunt)
        return Batch(
            left.records + right.records,
            max((told for told in (left.total, right.total) if told is not None), default=None),
            None,
            right.server_time or left.server_time,
        )

    def _part(self, window: Mapping[str, str], offset: int, size: int, hunt: _Hunt) -> Batch:
        try:
            return self.page(window, size, offset)
        except PlatformError as error:
            hunt.failed(error)
        return self._alone(window, offset, hunt) if size == 1 else self._halves(window, offset, size, hunt)

    def _alone(self, window: Mapping[str, str], offset: int, hunt: _Hunt) -> Batch:
        """The one record at ``offset``, asked for by its id; empty when it left the window.

        It is bad only if it fails in every full read, and the store told its id and time right before and
        right after, and showed another order in between. Two full reads in a row are among them: a store of
        which every second answer fails is not taken for one with a bad record.

        Raises:
            PlatformError: one of these failed, so the store is not well or the record is unknown.
        """
        before = self._told(window, offset)
        if not before.records:
            return before
        remote_id = _id(before.records[0])
        only = {**window, "include": remote_id}
        failed = _NotShown(b"", "")
        for left in reversed(range(_FULL_READS)):
            if not left:
                self._see_another(remote_id, hunt)
            shown = self._shown(only, hunt)
            if not isinstance(shown, _NotShown):
                return replace(self._same(shown, remote_id), total=before.total)
            failed = shown
        after = self._same(self._told(only), remote_id)
        if not after.records:
            return replace(after, total=before.total)
        hunt.convict(remote_id)
        problem = f"the store cannot show it: {failed.detail}"
        bad = RawOrder(failed.body, remote_id, _moment(after.records[0]), None, problem)
        return Batch((bad,), before.total, None, after.server_time)

    def _told(self, params: Mapping[str, str], offset: int = 0) -> Batch:
        """One record's id and time, or nothing. Raises as `page`."""
        return self.page({**params, **_LIGHT}, 1, offset)

    def _shown(self, only: Mapping[str, str], hunt: _Hunt) -> "Batch | _NotShown":
        """One record in full, or the bytes that came instead."""
        try:
            body = self._client.raw("/orders", {**only, "per_page": "1"})
        except PlatformError as error:
            hunt.failed(error)
            return _NotShown(error.excerpt.encode("utf-8", "replace"), error.detail)
        try:
            return Batch(tuple(read_order(record, self._zone) for record in records(body)))
        except NotJson as broken:
            hunt.failed(ProtocolError(str(broken)))
            return _NotShown(body, str(broken))

    def _see_another(self, remote_id: str, hunt: _Hunt) -> None:
        """See the store show any other order in full; a store that has no other has nothing to show.

        Raises:
            PlatformError: it shows none.
        """
        others = {"status": "any", "exclude": ",".join((*hunt.bad, remote_id)), "orderby": "id"}
        last: PlatformError = ProtocolError("The store shows no order.")
        for order, offset in _OTHERS:
            try:
                self.page({**others, "order": order}, 1, offset)
            except PlatformError as error:
                hunt.failed(error)
                last = error
            else:
                return
        raise last

    @staticmethod
    def _same(found: Batch, remote_id: str) -> Batch:
        """What was found, if it is the record that was asked for, or nothing.

        Raises:
            ProtocolError: it is another one.
        """
        if any(record.remote_id != remote_id for record in found.records):
            raise ProtocolError("The store answered another order than the one that was asked for.")
        return found

    def _length(self, window: Mapping[str, str], first: int) -> int:
        """How many records a window holds, walked when the store does not tell."""
        end = first
        while end and end % PER_PAGE == 0:
            more = len(self.slice(window, end).records)
            if not more:
                break
            end += more
        return end

    def _batch(self, page: Page) -> Batch:
        found = tuple(read_order(record, self._zone) for record in page.records)
        return Batch(found, page.total, page.pages, page.server_time)


def _id(told: RawOrder) -> str:
    if told.remote_id is None:
        raise ProtocolError("An order told no id.")
    return told.remote_id


def _moment(told: RawOrder) -> datetime:
    if told.modified_at is None:
        raise ProtocolError("An order told no modification time.")
    return told.modified_at
