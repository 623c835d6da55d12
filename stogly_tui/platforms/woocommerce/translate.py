"""A WooCommerce order as an `IncomingOrder`: never crashes on what a plugin changed, never guesses an amount."""

import hashlib
import html
import math
import re
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any

from stogly_tui.domain.money import BadMoney, to_minor
from stogly_tui.domain.orders import Address, IncomingCharge, IncomingLine, IncomingOrder
from stogly_tui.domain.safe_text import safe_line, storable
from stogly_tui.domain.states import ChargeKind, PaymentStatus
from stogly_tui.platforms.base import RawOrder
from stogly_tui.platforms.woocommerce.wire import Json, Record

REFERENCE_META = "_stogly_reference"
DRAFTS = frozenset({"checkout-draft", "auto-draft"})
KNOWN_STATUSES = DRAFTS | {
    "pending",
    "on-hold",
    "processing",
    "completed",
    "cancelled",
    "refunded",
    "failed",
    "trash",
}
_PAID = frozenset({"processing", "completed"})
_NEVER_PAID = DRAFTS | {"failed", "cancelled"}
_YES = frozenset({"1", "yes", "true"})
_ODD_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_DEPTH = 6
"""How deep an order is read: ``line_items[].meta_data[].value`` and no deeper."""
_ADDRESS = ("company", "address_1", "address_2", "city", "state", "postcode", "country", "phone", "email")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_NO_ADDRESS = Address()


class Unreadable(ValueError):
    """Something without which an order is no order; the text says what."""


def read_order(record: Record, zone: tzinfo) -> RawOrder:
    """Translate one record of ``GET /orders`` (WooCommerce 9.9 and 10.5, recorded).

    ``zone`` is the store's, for dates that came without their ``_gmt`` twin. Never raises: what cannot be
    translated comes back with its ``problem``.
    """
    order = record.value
    if not isinstance(order, dict):
        return RawOrder(record.body, None, None, None, f"not an order but {_shown(order)}")
    remote_id = _id(order.get("id"))
    modified = _time(order, "date_modified", zone)
    if remote_id is None:
        return RawOrder(record.body, None, modified, None, "it has no id")
    if _ODD_ESCAPE.search(record.text) or (not record.text.isascii() and _NOT_UTF8.search(record.text)):
        order = _storable(order, _DEPTH)
    try:
        translated = _translate(order, remote_id, modified, zone, may_be_virtual="_virtual" in record.text)
    except (Unreadable, BadMoney) as problem:
        return RawOrder(record.body, remote_id, modified, None, safe_line(str(problem), 200))
    return RawOrder(record.body, remote_id, translated.modified_at, translated)


def reference_of(order: Json) -> str:
    """What made the order: our reference from its meta data, otherwise ``created_via``."""
    for meta in _dicts(order.get("meta_data")):
        if meta.get("key") == REFERENCE_META and isinstance(meta.get("value"), str):
            return str(meta["value"])
    return _text(order.get("created_via"))


def _translate(
    order: Json, remote_id: str, modified: datetime | None, zone: tzinfo, *, may_be_virtual: bool
) -> IncomingOrder:
    notes: list[str] = []
    currency = _text(order.get("currency")).upper()
    if not _CURRENCY.match(currency):
        raise Unreadable(f"currency {_shown(order.get('currency'))} is no currency code")
    if order.get("total") in (None, ""):
        raise Unreadable("it has no total")
    total = _amount(order.get("total"), currency)
    placed = _time(order, "date_created", zone) or modified
    if placed is None:
        raise Unreadable("it has no readable date")
    if modified is None:
        modified = placed
        notes.append("date_modified is not readable")
    status = _text(order.get("status"))
    if status not in KNOWN_STATUSES:
        notes.append(f"status={safe_line(status, 40)}")
    paid_at = _time(order, "date_paid", zone)
    refunded = sum(
        abs(_amount(refund.get("total"), currency)) for refund in _objects(order, "refunds", notes)
    )
    payment = _payment(order, status, total, refunded, paid_at)
    shipped = status == "completed" or (
        status == "refunded" and _time(order, "date_completed", zone) is not None
    )
    gone = status == "cancelled" or (status == "refunded" and not shipped)
    billing = order.get("billing")
    bill_to = _address(billing, "billing", notes)
    return IncomingOrder(
        remote_id=remote_id,
        incarnation=_incarnation(order),
        number=_text(order.get("number")) or remote_id,
        currency=currency,
        total=total,
        placed_at=placed,
        modified_at=modified,
        remote_status=status,
        payment=payment,
        confirmed=payment.is_paid or status in _PAID,
        is_draft=status in DRAFTS,
        is_trashed=status == "trash",
        is_cancelled=gone,
        paid_at=paid_at,
        tax=_amount(order.get("total_tax"), currency),
        prices_include_tax=order.get("prices_include_tax") is True,
        refunded=refunded,
        customer=bill_to.name or bill_to.company,
        email=bill_to.email,
        phone=bill_to.phone,
        note=_text(order.get("customer_note")),
        payment_method=_text(order.get("payment_method_title")) or _text(order.get("payment_method")),
        reference=reference_of(order),
        billing=bill_to,
        shipping=_address(order.get("shipping"), "shipping", notes),
        lines=_lines(order, currency, notes, gone=gone, shipped=shipped, may_be_virtual=may_be_virtual),
        charges=_charges(order, currency, notes),
        unknown=tuple(notes),
    )


def _payment(order: Json, status: str, total: int, refunded: int, paid_at: datetime | None) -> PaymentStatus:
    """Where the money is, from status, date paid, refunds and total.

    A payment gateway that only reserves the money leaves the order on hold with a transaction id.
    """
    if status == "refunded":
        return PaymentStatus.REFUNDED
    if status == "failed" or status in DRAFTS:
        return PaymentStatus.UNPAID
    paid = status in _PAID or paid_at is not None or (total == 0 and status not in _NEVER_PAID)
    if paid and refunded:
        return PaymentStatus.REFUNDED if refunded >= total else PaymentStatus.PARTIALLY_REFUNDED
    if paid:
        return PaymentStatus.PAID
    if status == "on-hold" and _text(order.get("transaction_id")):
        return PaymentStatus.AUTHORISED
    return PaymentStatus.UNPAID


def _lines(
    order: Json,
    currency: str,
    notes: list[str],
    *,
    gone: bool,
    shipped: bool,
    may_be_virtual: bool,
) -> tuple[IncomingLine, ...]:
    """Lines; their totals are net after discount, also in stores whose prices include tax."""
    lines: list[IncomingLine] = []
    seen: set[str] = set()
    for line in _objects(order, "line_items", notes):
        line_id = _id(line.get("id")) or ""
        if not line_id or line_id in seen:
            line_id = f"{line_id}#{len(lines) + 1}"
        seen.add(line_id)
        ordered, odd = _pieces(line.get("quantity"))
        sent = ordered if shipped else 0
        name = _text(line.get("name"))
        product = _id(line.get("variation_id")) or _id(line.get("product_id")) or ""
        lines.append(
            IncomingLine(
                remote_id=line_id,
                sku=_text(line.get("sku")),
                name=html.unescape(name) if "&" in name else name,
                ordered=ordered,
                total=_amount(line.get("total"), currency),
                tax=_amount(line.get("total_tax"), currency),
                subtotal=_amount(line.get("subtotal"), currency),
                product_ref=product,
                cancelled=ordered if gone else 0,
                fulfilled=sent,
                shipped=sent,
                is_physical=not (may_be_virtual and _is_virtual(line)),
                odd=odd,
            )
        )
    return tuple(lines)


def _charges(order: Json, currency: str, notes: list[str]) -> tuple[IncomingCharge, ...]:
    """Shipping and fees. Coupons are no charges: their discount is inside the line totals already."""
    charges = []
    for line in _objects(order, "shipping_lines", notes):
        charges.append(_charge(line, "method_title", ChargeKind.SHIPPING, currency))
    for line in _objects(order, "fee_lines", notes):
        charge = _charge(line, "name", ChargeKind.FEE, currency)
        if charge.amount < 0:
            charge = IncomingCharge(ChargeKind.DISCOUNT, charge.name, charge.amount, charge.tax)
        charges.append(charge)
    return tuple(charges)


def _charge(line: Json, name: str, kind: ChargeKind, currency: str) -> IncomingCharge:
    return IncomingCharge(
        kind,
        html.unescape(_text(line.get(name))),
        _amount(line.get("total"), currency),
        _amount(line.get("total_tax"), currency),
    )


def _address(value: Any, name: str, notes: list[str]) -> Address:
    if not value:
        return _NO_ADDRESS
    if not isinstance(value, dict):
        notes.append(f"{name} is not an address")
        return _NO_ADDRESS
    get = value.get
    first, last = _text(get("first_name")), _text(get("last_name"))
    parts = [part if type(part) is str else _text(part) for part in map(get, _ADDRESS)]
    if not (first or last or any(parts)):
        return _NO_ADDRESS
    return Address(f"{first} {last}".strip(), *parts)


def _incarnation(order: Json) -> str:
    created = order.get("date_created_gmt") or order.get("date_created")
    made = f"{_text(order.get('order_key'))}\x1f{_text(created)}"
    return hashlib.sha256(made.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _is_virtual(line: Json) -> bool:
    return any(
        meta.get("key") == "_virtual" and _text(meta.get("value")).lower() in _YES
        for meta in _dicts(line.get("meta_data"))
    )


def _pieces(value: Any) -> tuple[int, str]:
    """Whole pieces, and what is odd about the quantity: plugins allow fractions. Half a piece counts as one."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return 0, f"quantity {_shown(value)}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0, f"quantity {_shown(value)}"
    if not math.isfinite(value) or abs(value) >= 2**31:
        return 0, f"quantity {_shown(value)}"
    whole = max(math.ceil(value), 0)
    return (whole, "") if whole == value and whole > 0 else (whole, f"quantity {value:g}")


def _objects(order: Json, key: str, notes: list[str]) -> list[Json]:
    """The objects of a list; whatever is no object is named in ``notes``."""
    value = order.get(key)
    if not value:
        return []
    if not isinstance(value, list):
        notes.append(f"{key} is not a list")
        return []
    found = _dicts(value)
    if len(found) < len(value):
        notes.extend(f"{key} holds {_shown(item)}" for item in value[:10] if not isinstance(item, dict))
    return found


def _dicts(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _time(order: Json, key: str, zone: tzinfo) -> datetime | None:
    """A time in UTC: from the ``_gmt`` twin (naive GMT), else from the site's local time and its zone."""
    gmt = order.get(f"{key}_gmt")
    moment = _moment(gmt, UTC) if isinstance(gmt, str) else None
    if moment is not None:
        return moment
    local = order.get(key)
    return _moment(local, zone) if isinstance(local, str) else None


@lru_cache(maxsize=4096)
def _moment(text: str, zone: tzinfo) -> datetime | None:
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _amount(value: Any, currency: str) -> int:
    if isinstance(value, str):
        return _minor(value, currency)
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise BadMoney(f"{_shown(value)} is not an amount")
    return to_minor(value, currency)


@lru_cache(maxsize=65_536)
def _minor(text: str, currency: str) -> int:
    return to_minor(text, currency)


def _id(value: Any) -> str | None:
    """An id as text: a number above zero, as WooCommerce has them, or such a number in a text."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
        return str(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20 and int(value):
        return str(int(value))
    return None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _shown(value)
    return ""


def _storable(value: Any, depth: int) -> Any:
    """The value with every text as a database takes it."""
    if isinstance(value, str):
        return storable(value)
    if depth and isinstance(value, dict):
        return {key: _storable(item, depth - 1) for key, item in value.items()}
    if depth and isinstance(value, list):
        return [_storable(item, depth - 1) for item in value]
    return value


def _shown(value: Any) -> str:
    """A value for people, short whatever it is."""
    if isinstance(value, str):
        return repr(safe_line(value, 40))
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**30:
        return "a very large number"
    return safe_line(str(value), 40) if isinstance(value, int | float | None) else f"a {type(value).__name__}"
