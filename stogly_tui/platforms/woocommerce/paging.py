"""Reading closed windows of a list that changes, and finding the one record that breaks a page."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from stogly_tui.platforms.base import RawOrder
from stogly_tui.platforms.errors import PlatformError, ProtocolError
from stogly_tui.platforms.woocommerce.client import PER_PAGE, Page, WooClient
from stogly_tui.platforms.woocommerce.translate import read_order

SECOND = timedelta(seconds=1)
MOST_BAD = 10
"""More bad records than this in one page are no bad records but a broken store."""
_LIGHT = {"_fields": "id,date_modified,date_modified_gmt"}
_ID_IN_TEXT = re.compile(rb'"id"\s*:\s*(\d{1,18})\b')


def may_be_one_record(error: PlatformError) -> bool:
    """Whether one bad record can have caused this: PHP died of it, or what it printed is no JSON."""
    return isinstance(error, ProtocolError) or error.status in (500, 502)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some neighbouring records of a list. ``total`` is the whole list's length, as the store told it."""

    records: tuple[RawOrder, ...]
    total: int | None = None
    pages: int | None = None
    server_time: datetime | None = None


class OrderList:
    """``GET /orders`` with its failures taken apart."""

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
        """
        first = self.slice(window, 0)
        end = first.total if first.total is not None else self._length(window, len(first.records))
        if end <= PER_PAGE:
            yield first
            return
        for offset in reversed(range(0, end, PER_PAGE)):
            yield self.slice(window, offset)

    def slice(self, window: Mapping[str, str], offset: int) -> Batch:
        """One page of a closed window, bisected when it fails twice."""
        try:
            return self.page(window, offset=offset)
        except PlatformError as error:
            if not may_be_one_record(error):
                raise
        try:
            return self.page(window, offset=offset)
        except PlatformError as error:
            if not may_be_one_record(error):
                raise
            bad: list[PlatformError] = []
            left, right = self._halves(window, offset, PER_PAGE, bad)
        return Batch(
            left.records + right.records,
            right.total or left.total,
            None,
            right.server_time or left.server_time,
        )

    def head_time(self, params: Mapping[str, str]) -> tuple[list[RawOrder], datetime | None]:
        """Past unreadable records at the head of a list: those, and the time of the first that tells one.

        Asks for id and time only, which often succeeds where the whole record fails. The time is None when
        the list ends there.

        Raises:
            PlatformError: too many in a row tell nothing.
        """
        bad: list[RawOrder] = []
        while True:
            try:
                found = self.page({**params, **_LIGHT}, 1, len(bad)).records
            except PlatformError as error:
                if not may_be_one_record(error) or len(bad) == MOST_BAD:
                    raise
                bad.append(self._bad_record(params, len(bad), error))
                continue
            if not found:
                return bad, None
            if found[0].modified_at is not None:
                return bad, found[0].modified_at
            raise ProtocolError("An order told no modification time.")

    def _halves(
        self, window: Mapping[str, str], offset: int, size: int, bad: list[PlatformError]
    ) -> tuple[Batch, Batch]:
        """The two halves of a range that fails as a whole, the right one read first."""
        half = size // 2
        right = self._part(window, offset + half, size - half, bad)
        return self._part(window, offset, half, bad), right

    def _part(self, window: Mapping[str, str], offset: int, size: int, bad: list[PlatformError]) -> Batch:
        try:
            return self.page(window, size, offset)
        except PlatformError as error:
            if not may_be_one_record(error):
                raise
            if size == 1:
                bad.append(error)
                if len(bad) > MOST_BAD:
                    raise
                return Batch((self._bad_record(window, offset, error),))
        left, right = self._halves(window, offset, size, bad)
        return Batch(
            left.records + right.records,
            right.total or left.total,
            None,
            right.server_time or left.server_time,
        )

    def _bad_record(self, window: Mapping[str, str], offset: int, error: PlatformError) -> RawOrder:
        """The record alone: its bytes as they come, and its id and time if the store tells at least these."""
        body = error.excerpt.encode("utf-8", "replace")
        try:
            body = self._client.raw("/orders", {**window, "per_page": "1", "offset": str(offset)})
            told = self.page({**window, **_LIGHT}, 1, offset).records
        except PlatformError as again:
            if not may_be_one_record(again):
                raise
            told = ()
        id_in_text = _ID_IN_TEXT.search(body)
        remote_id = told[0].remote_id if told else id_in_text.group(1).decode() if id_in_text else None
        modified = told[0].modified_at if told else None
        return RawOrder(body, remote_id, modified, None, f"the store cannot show it: {error.detail}")

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
