"""Creating orders at a WooCommerce store once, and finding them again by our reference."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from stogly_tui.domain.outgoing import FoundOrder, FoundState, OutgoingOrder
from stogly_tui.domain.problems import FieldProblem
from stogly_tui.domain.safe_text import safe_line
from stogly_tui.platforms.base import DestinationFacts, Exchange, Gate, Sku
from stogly_tui.platforms.errors import (
    NotFound,
    OutcomeUnknown,
    PlatformError,
    ProtocolError,
    Rejected,
    Unavailable,
)
from stogly_tui.platforms.http import carrying
from stogly_tui.platforms.woocommerce import outgoing
from stogly_tui.platforms.woocommerce.client import PER_PAGE, WooClient, naive_gmt
from stogly_tui.platforms.woocommerce.wire import Json, LeftDraft

BATCH = 50
_LONGEST_QUERY = 3_000
_CLOCK_DIFFERENCE = timedelta(hours=1)
MOST_PAGES = 200
"""The most pages of one list that a look-up scans; with more it fails, for what it did not see may be ours."""
_OVERLAP = 10
_NOT_SENDABLE = frozenset({"variable", "grouped"})
"""A parent alone would be priced like its cheapest variation (recorded)."""
_FIELDS = "id,number,status,currency,total,created_via,meta_data,line_items,fee_lines,shipping_lines"


class WooDestination:
    """Orders go to one store, as `OrderDestination`."""

    def __init__(
        self, client: WooClient, facts: Mapping[str, Any], *, status: str, settle_time: timedelta
    ) -> None:
        self.facts = DestinationFacts(
            reference_field="created_via",
            look_up_delay=timedelta(0),
            settle_time=settle_time,
            batch_size=BATCH,
            scans=facts.get("filters_created_via") is not True,
        )
        self._client = client
        self._status = status
        self._computes_tax = facts.get("calc_taxes") is not False
        decimals = facts.get("decimals")
        self._decimals = decimals if isinstance(decimals, int) else 2

    def find_skus(self, skus: Sequence[str]) -> dict[str, Sku]:
        """Resolve SKUs as `OrderDestination.find_skus` promises: exactly, blanks around them aside.

        A SKU that two products share is missing from the answer: which one is meant is not ours to guess.
        A SKU with a comma goes alone: a list of SKUs is split at commas, a single one is also tried whole.
        """
        wanted: dict[str, list[str]] = {}
        for asked in skus:
            if asked.strip():
                wanted.setdefault(asked.strip(), []).append(asked)
        products: dict[str, list[Sku]] = {}
        plain = [sku for sku in wanted if "," not in sku]
        for group in [*_groups(plain), *([sku] for sku in wanted if "," in sku)]:
            for product in self._all("/products", {"sku": ",".join(group)}):
                sku = _sku(product)
                if sku is not None and sku not in products.setdefault(sku.sku, []):
                    products[sku.sku].append(sku)
        single = {name: found[0] for name, found in products.items() if len(found) == 1}
        return {
            asked: single[name] for name, spellings in wanted.items() if name in single for asked in spellings
        }

    def problems_with(self, order: OutgoingOrder, skus: Mapping[str, Sku]) -> list[FieldProblem]:
        """Name what the store would refuse or silently change, as `OrderDestination.problems_with` promises."""
        return outgoing.problems_with(order, skus, self._decimals)

    def look_up(
        self, references: Sequence[str], placed_after: datetime | None = None, *, urgent: bool = False
    ) -> dict[str, list[FoundOrder]]:
        """Find orders by our references, live and trash, as `OrderDestination.look_up` promises."""
        wanted = list(dict.fromkeys(reference for reference in references if reference))
        found: dict[str, dict[str, FoundOrder]] = {}
        for order in self._candidates(wanted, placed_after, urgent=urgent):
            for reference in wanted:
                if outgoing.carries(order, reference):
                    there = self._found(order)
                    found.setdefault(reference, {})[there.destination_id] = there
        return {reference: list(orders.values()) for reference, orders in found.items()}

    def read(self, destination_id: str) -> FoundOrder:
        """Read one order back, as `OrderDestination.read` promises."""
        return self._found(self._order(destination_id))

    def create(
        self, order: OutgoingOrder, skus: Mapping[str, Sku], *, gate: Gate, timeout: float
    ) -> tuple[FoundOrder, Exchange]:
        """Create the order once, as `OrderDestination.create` promises.

        A refusal that names a draft it left behind is an `OutcomeUnknown`: the draft carries our reference.
        """
        echo, exchange = self._write("POST", "/orders", self._body(order, skus), gate, timeout)
        return self._echoed(echo, exchange), exchange

    def complete(
        self,
        destination_id: str,
        order: OutgoingOrder,
        skus: Mapping[str, Sku],
        *,
        gate: Gate,
        timeout: float,
    ) -> FoundOrder:
        """Complete a draft by its id, as `OrderDestination.complete` promises; adds only what it lacks.

        Raises:
            Rejected: the order does not carry our reference.
        """
        there = self._order(destination_id)
        if not outgoing.carries(there, order.reference):
            raise Rejected(
                f"Order {safe_line(destination_id, 40)} does not carry our reference.", field="reference"
            )
        found = self._found(there)
        if found.state is not FoundState.DRAFT:
            return found
        body = self._body(order, skus)
        body["line_items"] = outgoing.missing_lines(body, there)
        for key in ("shipping_lines", "fee_lines"):
            if there.get(key):
                del body[key]
        del body["created_via"]
        echo, exchange = self._write("PUT", f"/orders/{found.destination_id}", body, gate, timeout)
        return self._echoed(echo, exchange)

    def _body(self, order: OutgoingOrder, skus: Mapping[str, Sku]) -> Json:
        return outgoing.order_body(order, skus, status=self._status, computes_tax=self._computes_tax)

    def _write(self, method: str, path: str, body: Json, gate: Gate, timeout: float) -> tuple[Json, Exchange]:
        try:
            return self._client.write(method, path, body, gate=gate, timeout=timeout)
        except LeftDraft as refused:
            exchange = refused.exchange
            unknown = OutcomeUnknown(
                f"{refused.detail} The store kept a draft of it: order {refused.draft_id}.",
                status=refused.status,
                excerpt=refused.excerpt,
            )
        raise carrying(unknown, exchange) if exchange else unknown

    def _echoed(self, echo: Json, exchange: Exchange) -> FoundOrder:
        try:
            return outgoing.found_order(echo)
        except outgoing.NotAnOrder:
            pass
        unknown = OutcomeUnknown("The store answered, but not with the order.", status=exchange.status)
        raise carrying(unknown, exchange)

    def _order(self, destination_id: str) -> Json:
        if not (destination_id.isascii() and destination_id.isdigit()):
            raise NotFound(f"{safe_line(destination_id, 40)} is no order id of WooCommerce.")
        value: Json = self._client.object(f"/orders/{destination_id}", urgent=True).value
        return value

    def _found(self, order: Json) -> FoundOrder:
        try:
            return outgoing.found_order(order)
        except outgoing.NotAnOrder as error:
            problem: PlatformError = ProtocolError(f"An order of the store cannot be read: {error}.")
        raise problem

    def _candidates(
        self, references: Sequence[str], placed_after: datetime | None, *, urgent: bool
    ) -> Iterator[Json]:
        """Orders that may carry the references: asked for by them, or all recent ones where that is ignored.

        Recent is what the store created after ``placed_after``, less an hour by which its clock may be behind.
        Whoever made an order of ours made it after its buyer placed it, so none is older, whichever database
        it came from. Old stores answer unrelated orders to an unknown filter, so the caller compares (recorded on 9.8).

        Raises:
            Unavailable: there are too many to scan; absent would be a guess.
        """
        if not references:
            return
        if self.facts.scans:
            since = (placed_after or datetime.now(UTC) - self.facts.scan_back) - _CLOCK_DIFFERENCE
            window = {"after": naive_gmt(since.astimezone(UTC)), "dates_are_gmt": "true"}
            for status in ("any", "trash"):
                yield from self._scanned({**window, "status": status, "_fields": _FIELDS}, urgent=urgent)
            return
        for group in _groups(references):
            for status in ("any", "trash"):
                params = {"created_via": ",".join(group), "status": status, "_fields": _FIELDS}
                yield from self._all("/orders", params, urgent=urgent)

    def _scanned(self, params: Mapping[str, str], *, urgent: bool) -> Iterator[Json]:
        """Every order of a list that moves, once each, oldest first: what arrives meanwhile comes at its end.

        Each page begins with the last orders of the one before. When none of them is there, orders before it
        went away and moved others past us: then it is read again from further ahead.

        Raises:
            Unavailable: there are more than `MOST_PAGES`.
        """
        window = {**params, "orderby": "id", "order": "asc", "per_page": str(PER_PAGE)}
        seen: set[int] = set()
        offset = 0
        for _ in range(MOST_PAGES):
            page = self._client.page("/orders", {**window, "offset": str(offset)}, urgent=urgent)
            orders = [record.value for record in page.records if isinstance(record.value, dict)]
            ids = [order["id"] for order in orders if isinstance(order.get("id"), int)]
            if offset and seen.isdisjoint(ids):
                offset = max(offset - PER_PAGE, 0)
                continue
            yield from (order for order in orders if order.get("id") not in seen)
            seen.update(ids)
            # some records may be hidden from our key: a short page is the end only where no total is told
            if len(page.records) < PER_PAGE and offset + PER_PAGE >= (page.total or 0):
                return
            if (page.total or 0) > MOST_PAGES * (PER_PAGE - _OVERLAP):
                break
            offset += PER_PAGE - _OVERLAP
        raise Unavailable(
            f"{self._client.http.host} has too many recent orders to look through for ours; "
            "WooCommerce 9.9 or newer can be asked for them by reference."
        )

    def _all(self, path: str, params: Mapping[str, str], *, urgent: bool = False) -> Iterator[Json]:
        """Every object of a list, newest first: what is deleted meanwhile moves nothing past us."""
        window = {**params, "orderby": "id", "order": "asc", "per_page": str(PER_PAGE)}
        first = self._client.page(path, window, urgent=urgent)
        if len(first.records) == PER_PAGE:
            last = first.pages or 1
            while (
                not first.pages
                and self._client.page(path, {**window, "page": str(last + 1)}, urgent=urgent).records
            ):
                last += 1
            for number in range(last, 1, -1):
                page = self._client.page(path, {**window, "page": str(number)}, urgent=urgent)
                yield from (record.value for record in page.records if isinstance(record.value, dict))
            first = self._client.page(path, window, urgent=urgent)
        yield from (record.value for record in first.records if isinstance(record.value, dict))


def _groups(texts: Sequence[str]) -> list[list[str]]:
    """Texts in groups that fit into one query: at most `BATCH`, and short enough for a web server's line."""
    groups: list[list[str]] = []
    size = _LONGEST_QUERY
    for text in texts:
        length = len(text.encode("utf-8", "replace")) * (1 if text.isascii() and text.isalnum() else 2) + 3
        if size + length > _LONGEST_QUERY or len(groups[-1]) == BATCH:
            groups.append([])
            size = 0
        groups[-1].append(text)
        size += length
    return groups


def _sku(product: Json) -> Sku | None:
    """A product or variation as ``GET /products?sku=`` answers it (WooCommerce 10.5, recorded)."""
    sku, product_id, kind = product.get("sku"), product.get("id"), product.get("type")
    if not isinstance(sku, str) or not isinstance(product_id, int) or kind in _NOT_SENDABLE:
        return None
    name = product.get("name")
    name = name if isinstance(name, str) else ""
    if kind == "variation":
        return Sku(sku.strip(), str(product.get("parent_id") or 0), str(product_id), name)
    return Sku(sku.strip(), str(product_id), "", name)
