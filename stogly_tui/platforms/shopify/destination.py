"""Creating orders at a shop once, and finding them again by our reference."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from stogly_tui.domain.outgoing import FoundOrder, OutgoingOrder
from stogly_tui.domain.problems import FieldProblem
from stogly_tui.domain.safe_text import safe_line
from stogly_tui.platforms.base import DestinationFacts, Exchange, Gate, Sku
from stogly_tui.platforms.errors import (
    AuthFailed,
    NotFound,
    OutcomeUnknown,
    PlatformError,
    ProtocolError,
    RateLimited,
    Rejected,
    Unavailable,
)
from stogly_tui.platforms.http import carrying
from stogly_tui.platforms.shopify import documents, outgoing
from stogly_tui.platforms.shopify.client import LEAST_WAIT, ShopifyClient, refused, user_errors
from stogly_tui.platforms.shopify.details import MOST_PAGES
from stogly_tui.platforms.shopify.documents import Operation
from stogly_tui.platforms.shopify.settings import ShopifySettings
from stogly_tui.platforms.shopify.values import has_more, numeric_id, obj, objects, text
from stogly_tui.platforms.shopify.wire import Json

BATCH = 50
SEARCH_DELAY = timedelta(seconds=120)
"""How late the search may show a new order; by identifier it is found at once."""
_IN_ONE_SEARCH = 20
_WHOLE_AT_ONCE = 8
_TRIAL_LIMIT = re.compile(r"per minute|too many|rate limit|throttl|creation limit", re.IGNORECASE)
"""A trial shop takes five new orders a minute; in which words it refuses the sixth is not published."""
_MAY_EXIST = re.compile(r"taken|unique|already|exist|duplicat", re.IGNORECASE)
_TAKEN = frozenset({"TAKEN", "UNSTRUCTURED_ALREADY_EXISTS"})
_DEFINITION = {
    "ownerType": "ORDER",
    "namespace": documents.NAMESPACE,
    "key": documents.KEY,
    "name": "Stogly reference",
    "description": "Which order of another channel this is. Unique, so that none arrives twice.",
    "type": "id",
    "capabilities": {"uniqueValues": {"enabled": True}},
}


class ShopifyDestination:
    """Orders go to one shop, as `OrderDestination`.

    An order carries our reference in a metafield whose values are unique, and in ``sourceIdentifier``. The
    metafield needs a definition, which is made before the first order is; a shop that does not let us make it is
    asked by search alone, which is late.
    """

    def __init__(
        self,
        client: ShopifyClient,
        settings: ShopifySettings,
        facts: Mapping[str, Any],
        currency: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.facts = DestinationFacts(
            reference_field=f"{documents.NAMESPACE}.{documents.KEY}",
            look_up_delay=timedelta(0),
            settle_time=timedelta(seconds=settings.settle_time),
            batch_size=BATCH,
        )
        self._client = client
        takes = settings.destination_inventory if settings.destination_takes_stock else "bypass"
        self._inventory = takes
        self._mails_buyer = settings.destination_mails_buyer
        self._currency = currency
        self._now = now
        self._defining = threading.Lock()
        self._is_defined = facts.get("reference_is_defined") is True
        self._cannot_define = False

    def find_skus(self, skus: Sequence[str]) -> dict[str, Sku]:
        """Resolve SKUs as `OrderDestination.find_skus` promises: exactly, blanks around them aside.

        A SKU that two variants share is missing from the answer: which one is meant is not ours to guess.
        """
        wanted: dict[str, list[str]] = {}
        for asked in skus:
            if asked.strip():
                wanted.setdefault(asked.strip(), []).append(asked)
        variants: dict[str, dict[str, Sku]] = {}
        for group in _groups(list(wanted), _IN_ONE_SEARCH):
            query = " OR ".join(f"sku:{_quoted(sku)}" for sku in group)
            for variant in self._all(documents.SKUS, "productVariants", query, urgent=False):
                sku = _sku(variant)
                if sku is not None:
                    variants.setdefault(sku.sku, {})[sku.variation_id] = sku
        single = {name: next(iter(found.values())) for name, found in variants.items() if len(found) == 1}
        return {
            asked: single[name] for name, spellings in wanted.items() if name in single for asked in spellings
        }

    def problems_with(self, order: OutgoingOrder, skus: Mapping[str, Sku]) -> list[FieldProblem]:
        """Name what the shop would refuse or silently change, as `OrderDestination.problems_with` promises."""
        return outgoing.problems_with(order, skus, self._currency)

    def look_up(
        self,
        references: Sequence[str],
        placed_after: datetime | None = None,  # noqa: ARG002 - nothing is scanned
        *,
        urgent: bool = False,
    ) -> dict[str, list[FoundOrder]]:
        """Find orders by our references, cancelled and archived ones too, as `OrderDestination.look_up` promises.

        By identifier, which sees an order at once; and by search, since an order may carry its reference in
        ``sourceIdentifier`` alone, and so may a second one.
        """
        wanted = list(dict.fromkeys(reference for reference in references if reference))
        ids = self._by_identifier(wanted, urgent=urgent)
        for group in _groups(wanted, _IN_ONE_SEARCH):
            query = " OR ".join(f"source_identifier:{_quoted(reference)}" for reference in group)
            for order in self._all(documents.SEARCH, "orders", query, urgent=urgent):
                for reference in group:
                    if outgoing.carries(order, reference):
                        ids.setdefault(reference, []).append(text(order.get("id")))
        whole = {order.get("id"): order for order in self._whole(ids, urgent=urgent)}
        found: dict[str, dict[str, FoundOrder]] = {}
        for reference in wanted:
            for order in whole.values():
                if outgoing.carries(order, reference):
                    there = self._found(order)
                    found.setdefault(reference, {})[there.destination_id] = there
        return {reference: list(orders.values()) for reference, orders in found.items()}

    def read(self, destination_id: str) -> FoundOrder:
        """Read one order back, as `OrderDestination.read` promises."""
        if not (destination_id.isascii() and destination_id.isdigit()):
            raise NotFound(f"{safe_line(destination_id, 40)} is no order id of Shopify.")
        for order in self._read([f"gid://shopify/Order/{destination_id}"], urgent=True):
            return self._found(order)
        raise NotFound(f"Order {destination_id} does not exist at Shopify.")

    def create(
        self, order: OutgoingOrder, skus: Mapping[str, Sku], *, gate: Gate, timeout: float
    ) -> tuple[FoundOrder, Exchange]:
        """Create the order once, as `OrderDestination.create` promises.

        A refusal because the reference is taken may mean that the order is there: ``may_exist``.
        """
        until = time.monotonic() + timeout
        is_defined = self._defined(gate, timeout / 2)
        asked = outgoing.variables(
            order,
            skus,
            inventory=self._inventory,
            mails_buyer=self._mails_buyer,
            is_defined=is_defined,
            now=self._now(),
        )
        left = max(until - time.monotonic(), 0.001)
        payload, exchange = self._client.change(documents.CREATE, asked, gate=gate, timeout=left)
        made = obj(payload, "order")
        errors = user_errors(payload)
        if errors and not made:
            why = _why_not(errors)
            if isinstance(why, Rejected) and "metafields" in why.field:
                self._is_defined = False  # somebody may have removed the definition: look again next time
            raise carrying(why, exchange)
        try:
            return outgoing.found_order(made), exchange
        except outgoing.NotAnOrder:
            pass
        unknown = OutcomeUnknown("The shop answered, but not with the order.", status=exchange.status)
        raise carrying(unknown, exchange)

    def complete(
        self,
        destination_id: str,
        order: OutgoingOrder,
        skus: Mapping[str, Sku],  # noqa: ARG002 - nothing is half-made at Shopify
        *,
        gate: Gate,  # noqa: ARG002
        timeout: float,  # noqa: ARG002
    ) -> FoundOrder:
        """Give the order as it is: Shopify makes an order whole or not at all.

        Raises:
            Rejected: it does not carry our reference.
        """
        found = self.read(destination_id)
        if found.reference != order.reference:
            raise Rejected(
                f"Order {safe_line(destination_id, 40)} does not carry our reference.", field="reference"
            )
        return found

    def _defined(self, gate: Gate, timeout: float) -> bool:
        """Whether our metafield is defined; makes it, once. Nothing of any order was done when this fails.

        Raises:
            RateLimited, Unavailable: it could not be found out.
        """
        with self._defining:
            if self._is_defined or self._cannot_define:
                return self._is_defined
            try:
                self._is_defined = self._look_for_definition() or self._define(gate, timeout)
            except (AuthFailed, Rejected):
                self._is_defined = False
            except (OutcomeUnknown, ProtocolError) as error:
                raise Unavailable(f"The field for our reference could not be made: {error.detail}") from None
            if not self._is_defined:
                self._cannot_define = True
                self.facts = replace(self.facts, look_up_delay=SEARCH_DELAY)
            return self._is_defined

    def _look_for_definition(self) -> bool:
        told = self._client.ask(documents.DEFINITION, urgent=True)
        return bool(objects(told.data, "metafieldDefinitions"))

    def _define(self, gate: Gate, timeout: float) -> bool:
        """Make the definition; somebody may have made it since, which is as good."""
        payload, _ = self._client.change(
            documents.DEFINE, {"definition": _DEFINITION}, gate=gate, timeout=timeout
        )
        return bool(obj(payload, "createdDefinition")) or any(
            one.get("code") in _TAKEN for one in user_errors(payload)
        )

    def _by_identifier(self, references: Sequence[str], *, urgent: bool) -> dict[str, list[str]]:
        """Ids of the orders whose metafield holds these; nothing where it is not defined (yet)."""
        if not references:
            return {}
        self._is_defined = self._is_defined or self._look_for_definition()
        self.facts = replace(self.facts, look_up_delay=timedelta(0) if self._is_defined else SEARCH_DELAY)
        if not self._is_defined:
            return {}
        found: dict[str, list[str]] = {}
        for group in _groups(references, documents.LOOK_UPS):
            asked = {f"r{number}": reference for number, reference in enumerate(group)}
            try:
                told = self._client.ask(documents.look_up(len(group)), asked, urgent=urgent).data
            except PlatformError:
                self._is_defined = False  # somebody may have removed it: look again next time
                raise
            for number, reference in enumerate(group):
                order_id = text(obj(told, f"o{number}").get("id"))
                if order_id:
                    found[reference] = [order_id]
        return found

    def _whole(self, ids: Mapping[str, Sequence[str]], *, urgent: bool) -> Iterator[Json]:
        every = list(dict.fromkeys(order_id for found in ids.values() for order_id in found))
        for group in _groups(every, _WHOLE_AT_ONCE):
            yield from self._read(group, urgent=urgent)

    def _read(self, ids: Sequence[str], *, urgent: bool) -> Iterator[Json]:
        """Whole orders by their ids; those that are gone are left out."""
        told = self._client.ask(documents.FOUND, {"ids": list(ids)}, size=len(ids), urgent=urgent)
        for order in objects(told.data, "nodes"):
            after = has_more(order, "lineItems")
            lines = objects(order, "lineItems")
            for _ in range(MOST_PAGES):
                if after is None:
                    break
                asked = {"id": order.get("id"), "after": after}
                part = obj(self._client.ask(documents.FOUND_LINES, asked, urgent=urgent).data, "order")
                lines += objects(part, "lineItems")
                after = has_more(part, "lineItems")
            yield {**order, "lineItems": {"nodes": lines}}

    def _all(self, operation: Operation, name: str, query: str, *, urgent: bool) -> Iterator[Json]:
        """Every hit of a search."""
        after: str | None = None
        for _ in range(MOST_PAGES):
            told = self._client.ask(operation, {"query": query, "after": after}, urgent=urgent).data
            if not isinstance(obj(told, name).get("nodes"), list):
                raise ProtocolError("What came is no page of a search.")
            yield from objects(told, name)
            after = has_more(told, name)
            if after is None:
                return
        raise Unavailable("Shopify finds too much for one of our references or SKUs.")

    def _found(self, order: Json) -> FoundOrder:
        try:
            return outgoing.found_order(order)
        except outgoing.NotAnOrder as error:
            problem: PlatformError = ProtocolError(f"An order of the shop cannot be read: {error}.")
        raise problem


def _why_not(errors: list[Json]) -> PlatformError:
    """Why ``orderCreate`` made nothing: a limit of trial shops is a reason to wait, a taken reference one to look."""
    why = refused(errors)
    if _TRIAL_LIMIT.search(why.detail):
        return RateLimited(why.detail, retry_after=LEAST_WAIT)
    why.may_exist = "metafields" in why.field or bool(_MAY_EXIST.search(why.detail))
    return why


def _sku(variant: Json) -> Sku | None:
    """A variant as ``productVariants`` answers it."""
    sku, variant_id = text(variant.get("sku")).strip(), numeric_id(variant.get("id"))
    product_id = numeric_id(obj(variant, "product").get("id"))
    if not sku or variant_id is None:
        return None
    return Sku(sku, product_id or "", variant_id, text(variant.get("displayName")))


def _quoted(value: str) -> str:
    """A value of the search syntax: in quotes, with quotes and backslashes in it escaped."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _groups(values: Sequence[str], size: int) -> list[list[str]]:
    return [list(values[start : start + size]) for start in range(0, len(values), size)]
