"""A Shopify order as an `IncomingOrder`: never crashes on a value of the future, never guesses an amount."""

import hashlib
import json
import re
from datetime import datetime
from typing import Any

from stogly_tui.domain.money import BadMoney, to_minor
from stogly_tui.domain.orders import Address, IncomingLine, IncomingOrder
from stogly_tui.domain.safe_text import safe_line
from stogly_tui.domain.states import PaymentStatus
from stogly_tui.platforms.base import RawOrder
from stogly_tui.platforms.shopify.quantities import Pieces, pieces
from stogly_tui.platforms.shopify.sums import LineMoney, sums
from stogly_tui.platforms.shopify.values import amount, moment, numeric_id, obj, objects, shop, shown, text
from stogly_tui.platforms.shopify.wire import Json

PAYMENTS = {
    "AUTHORIZED": PaymentStatus.AUTHORISED,
    "EXPIRED": PaymentStatus.UNPAID,
    "PAID": PaymentStatus.PAID,
    "PARTIALLY_PAID": PaymentStatus.PARTIALLY_PAID,
    "PARTIALLY_REFUNDED": PaymentStatus.PARTIALLY_REFUNDED,
    "PENDING": PaymentStatus.UNPAID,
    "REFUNDED": PaymentStatus.REFUNDED,
    "VOIDED": PaymentStatus.VOIDED,
}
"""`OrderDisplayFinancialStatus` (2026-10); a value of the future counts as unpaid, so that nothing is sent for it."""
FULFILMENTS = frozenset(
    {
        "FULFILLED", "FULFILLMENT_NOT_REQUIRED", "IN_PROGRESS", "ON_HOLD", "OPEN", "PARTIALLY_FULFILLED",
        "PENDING_FULFILLMENT", "REQUEST_DECLINED", "RESTOCKED", "SCHEDULED", "UNFULFILLED",
    }
)  # fmt: skip
_ACCEPTED = frozenset({"IN_PROGRESS", "PENDING_FULFILLMENT"})
"""Somebody is at work on it, paid or not."""
_TAKES_MONEY = frozenset({"SALE", "CAPTURE"})
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_NO_ADDRESS = Address()


class Unreadable(ValueError):
    """Something without which an order is no order; the text says what."""


def read_order(order: Any, withheld: tuple[str, ...] = ()) -> RawOrder:
    """Translate one order as our question asks for it (`order_documents.ORDERS`).

    The body that is kept is not the reply's own bytes but the same JSON written in one way: what a list leaves
    out is read on and joined to it. ``withheld`` names fields that Shopify keeps back from our app.
    Never raises: what cannot be translated comes back with its ``problem``.
    """
    body = body_of(order)
    if not isinstance(order, dict):
        return RawOrder(body, None, None, None, f"not an order but {shown(order)}")
    remote_id = numeric_id(order.get("legacyResourceId")) or numeric_id(order.get("id"))
    modified = moment(order.get("updatedAt"))
    if remote_id is None:
        return RawOrder(body, None, modified, None, "it has no id")
    try:
        translated = _translate(order, remote_id, modified, withheld)
    except (Unreadable, BadMoney) as problem:
        return RawOrder(body, remote_id, modified, None, safe_line(str(problem), 200))
    return RawOrder(body, remote_id, translated.modified_at, translated)


def body_of(order: Any) -> bytes:
    """An order as it is stored: JSON in ASCII, keys as they came, without blanks."""
    return json.dumps(order, separators=(",", ":")).encode("ascii")


def reference_of(order: Json) -> str:
    """What made the order: our reference from its metafield, otherwise ``sourceIdentifier``."""
    return text(obj(order, "reference").get("value")) or text(order.get("sourceIdentifier"))


def _translate(
    order: Json, remote_id: str, modified: datetime | None, withheld: tuple[str, ...]
) -> IncomingOrder:
    notes: list[str] = [f"{name} withheld by Shopify" for name in withheld]
    currency = text(order.get("currencyCode"))
    if not _CURRENCY.match(currency):
        raise Unreadable(f"currency {shown(order.get('currencyCode'))} is no currency code")
    if obj(obj(order, "currentTotalPriceSet"), "shopMoney").get("amount") in (None, ""):
        raise Unreadable("it has no total")
    placed = moment(order.get("createdAt")) or moment(order.get("processedAt"))
    if placed is None:
        raise Unreadable("it has no readable date")
    if modified is None:
        raise Unreadable("it has no readable time of change")
    _must_have_lines(order)
    total = to_minor(shop(order, "currentTotalPriceSet"), currency)
    is_cancelled = order.get("cancelledAt") is not None
    payment = _payment(order, notes)
    counted = pieces(order, is_cancelled=is_cancelled, notes=notes)
    parts = sums(order, currency, total)
    fulfilment = text(order.get("displayFulfillmentStatus"))
    if fulfilment not in FULFILMENTS:
        notes.append(f"fulfilment_status={safe_line(fulfilment.lower(), 40)}")
    if order.get("test") is True:
        notes.append("test order: no real payment")
    bill_to = _address(order.get("billingAddress"), "billing", notes)
    ship_to = _address(order.get("shippingAddress"), "shipping", notes)
    seen = text(order.get("presentmentCurrencyCode"))
    is_foreign = bool(_CURRENCY.match(seen)) and seen != currency
    return IncomingOrder(
        remote_id=remote_id,
        incarnation=_incarnation(order),
        number=text(order.get("name")).removeprefix("#") or remote_id,
        currency=currency,
        total=total,
        placed_at=placed,
        modified_at=modified,
        remote_status=_status(order, is_cancelled=is_cancelled),
        payment=payment,
        confirmed=payment.is_paid or fulfilment in _ACCEPTED,
        is_cancelled=is_cancelled,
        paid_at=_paid_at(order) if payment.is_paid else None,
        tax=to_minor(shop(order, "currentTotalTaxSet"), currency),
        prices_include_tax=order.get("taxesIncluded") is True,
        refunded=to_minor(shop(order, "totalRefundedSet"), currency),
        customer=text(obj(order, "customer").get("displayName")) or bill_to.name or ship_to.name,
        email=text(order.get("email")),
        phone=text(order.get("phone")) or bill_to.phone or ship_to.phone,
        note=text(order.get("note")),
        payment_method=", ".join(_texts(order, "paymentGatewayNames")),
        tags=_texts(order, "tags"),
        reference=reference_of(order),
        financial_status=text(order.get("displayFinancialStatus")).lower(),
        fulfilment_status=fulfilment.lower(),
        presentment_currency=seen if is_foreign else "",
        presentment_total=_presentment(order, seen) if is_foreign else None,
        billing=bill_to,
        shipping=ship_to,
        lines=tuple(_lines(order, counted, parts.lines)),
        charges=tuple(parts.charges),
        unknown=tuple(dict.fromkeys(notes)),
    )


def _must_have_lines(order: Json) -> None:
    """Lines that cannot be read are no order without lines."""
    nodes = obj(order, "lineItems").get("nodes")
    if not isinstance(nodes, list) or not all(isinstance(one, dict) and text(one.get("id")) for one in nodes):
        raise Unreadable("its lines are not readable")


def _payment(order: Json, notes: list[str]) -> PaymentStatus:
    """Where the money is. The status may be null: then only what is fully paid counts as paid."""
    status = text(order.get("displayFinancialStatus"))
    if not status:
        return PaymentStatus.PAID if order.get("fullyPaid") is True else PaymentStatus.UNPAID
    if status not in PAYMENTS:
        notes.append(f"financial_status={safe_line(status.lower(), 40)}")
    return PAYMENTS.get(status, PaymentStatus.UNPAID)


def _status(order: Json, *, is_cancelled: bool) -> str:
    """Shopify's own words for the whole order; closed is what its admin calls archived."""
    if is_cancelled:
        return "cancelled"
    return "closed" if order.get("closedAt") is not None else "open"


def _paid_at(order: Json) -> datetime | None:
    """When money was first taken."""
    times = [
        moment(one.get("processedAt"))
        for one in objects(order, "transactions")
        if one.get("kind") in _TAKES_MONEY and one.get("status") == "SUCCESS"
    ]
    return min((time for time in times if time is not None), default=None)


def _lines(order: Json, counted: dict[str, Pieces], money: dict[str, LineMoney]) -> list[IncomingLine]:
    made: list[IncomingLine] = []
    seen: set[str] = set()
    for line in objects(order, "lineItems"):
        line_id = text(line.get("id"))
        if line_id in seen:
            continue  # a page that was read on may begin with what the one before ended with
        seen.add(line_id)
        quantity, paid = counted[line_id], money[line_id]
        made.append(
            IncomingLine(
                remote_id=numeric_id(line_id) or line_id,
                sku=text(line.get("sku")),
                name=text(line.get("name")),
                ordered=quantity.ordered,
                total=paid.net,
                tax=paid.tax,
                subtotal=paid.before_discount,
                product_ref=numeric_id(obj(line, "variant").get("id")) or "",
                cancelled=quantity.cancelled,
                fulfilled=quantity.fulfilled,
                shipped=quantity.shipped,
                delivered=quantity.delivered,
                returned=quantity.returned,
                is_physical=line.get("requiresShipping") is not False and line.get("isGiftCard") is not True,
                odd="" if quantity.ordered else f"quantity {shown(line.get('quantity'))}",
            )
        )
    return made


def _presentment(order: Json, currency: str) -> int | None:
    told = obj(obj(order, "currentTotalPriceSet"), "presentmentMoney").get("amount")
    return None if told in (None, "") else to_minor(amount(told), currency)


def _address(value: Any, name: str, notes: list[str]) -> Address:
    if not value:
        return _NO_ADDRESS
    if not isinstance(value, dict):
        notes.append(f"{name} is not an address")
        return _NO_ADDRESS
    get = {key: text(part) for key, part in value.items()}.get
    whole = get("name", "") or f"{get('firstName', '')} {get('lastName', '')}".strip()
    return Address(
        name=whole,
        company=get("company", ""),
        line1=get("address1", ""),
        line2=get("address2", ""),
        city=get("city", ""),
        region=get("provinceCode", "") or get("province", ""),
        postcode=get("zip", ""),
        country=get("countryCodeV2", ""),
        phone=get("phone", ""),
    )


def _incarnation(order: Json) -> str:
    made = f"{text(order.get('id'))}\x1f{text(order.get('createdAt'))}"
    return hashlib.sha256(made.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _texts(order: Json, key: str) -> tuple[str, ...]:
    value = order.get(key)
    return tuple(text(one) for one in value if text(one)) if isinstance(value, list) else ()
