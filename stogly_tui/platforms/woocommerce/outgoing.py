"""What is sent to create an order, and what the store's order is worth as an answer. No input or output here."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from stogly_tui.domain.money import BadMoney, exponent, to_minor, to_text
from stogly_tui.domain.orders import Address
from stogly_tui.domain.outgoing import FoundLine, FoundOrder, FoundState, OutgoingLine, OutgoingOrder
from stogly_tui.domain.problems import FieldProblem
from stogly_tui.domain.states import ChargeKind
from stogly_tui.platforms.base import Sku
from stogly_tui.platforms.woocommerce.translate import DRAFTS, REFERENCE_META, reference_of
from stogly_tui.platforms.woocommerce.wire import Json

ZERO_RATE = "zero-rate"
"""The tax class that WooCommerce comes with for goods without tax; lines in it keep their amounts."""
LONGEST_REFERENCE = 100
"""``created_via`` is cut after so many characters, in silence (recorded)."""
_OFF = frozenset({"cancelled", "refunded", "failed"})
_MARKS_PAID = frozenset({"processing", "completed"})
_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+\Z")
_DOMAIN_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\Z")


class NotAnOrder(ValueError):
    """The object is not an order of the store."""


def order_body(order: OutgoingOrder, skus: Mapping[str, Sku], *, status: str, computes_tax: bool) -> Json:
    """The body of ``POST /orders`` (WooCommerce 10.5, recorded).

    Amounts are sent gross and untaxed: a store that computes tax adds it on top of every net amount and
    ignores the taxes sent along, so only lines of a class without rates keep the total to the cent.
    """
    return {
        "status": status,
        "set_paid": order.is_paid and status in _MARKS_PAID,
        "currency": order.currency,
        "created_via": order.reference,
        "payment_method": "other",
        "payment_method_title": order.payment_method,
        "customer_note": order.note,
        "billing": _address(order.billing, order.email),
        "shipping": _address(order.shipping, None),
        "line_items": [_line(line, skus, order.currency, computes_tax=computes_tax) for line in order.lines],
        "shipping_lines": shipping_lines(order),
        "fee_lines": fee_lines(order),
        "meta_data": [
            {"key": REFERENCE_META, "value": order.reference},
            {"key": "_stogly_order", "value": order.number},
            {"key": "_stogly_placed_at", "value": order.placed_at.isoformat()},
        ],
    }


def shipping_lines(order: OutgoingOrder) -> list[Json]:
    """Shipping charges; they inherit the tax class of the lines where the store computes tax."""
    return [
        {
            "method_id": "other",
            "method_title": charge.name or "Shipping",
            "total": to_text(charge.amount + charge.tax, order.currency),
            "tax_status": "none",
        }
        for charge in order.charges
        if charge.kind is ChargeKind.SHIPPING
    ]


def fee_lines(order: OutgoingOrder) -> list[Json]:
    """Every charge that is not shipping; discounts are negative fees, and so is what rounding took away."""
    charges = [
        {
            "name": charge.name or charge.kind.value.replace("_", " "),
            "total": to_text(charge.amount + charge.tax, order.currency),
            "tax_status": "none",
        }
        for charge in order.charges
        if charge.kind is not ChargeKind.SHIPPING
    ]
    rest = order.total - sum(_amounts(order))
    if rest:
        charges.append({"name": "Rounding", "total": to_text(rest, order.currency), "tax_status": "none"})
    return charges


def missing_lines(body: Json, there: Json) -> list[Json]:
    """Lines of ``body`` that a half-made order does not hold yet, counted per product."""
    held: dict[tuple[int, int], int] = {}
    for line in _objects(there, "line_items"):
        key = (_number(line.get("product_id")), _number(line.get("variation_id")))
        held[key] = held.get(key, 0) + 1
    missing = []
    for line in body["line_items"]:
        key = (line["product_id"], line.get("variation_id", 0))
        if held.get(key, 0):
            held[key] -= 1
        else:
            missing.append(line)
    return missing


def problems_with(order: OutgoingOrder, skus: Mapping[str, Sku], decimals: int) -> list[FieldProblem]:
    """Name every field that the store would refuse or silently change; ``decimals`` are those of its prices."""
    return [
        *_line_problems(order.lines, skus),
        *_address_problems(order),
        *_money_problems(order, decimals),
        *_reference_problems(order.reference),
    ]


def found_order(order: Json) -> FoundOrder:
    """An order of the store as an answer to our reference.

    Raises:
        NotAnOrder: it has no id, status, currency or total.
    """
    order_id, status, currency = _number(order.get("id")), order.get("status"), order.get("currency")
    if order_id <= 0 or not isinstance(status, str) or not isinstance(currency, str):
        raise NotAnOrder("the answer is not an order")
    try:
        total = to_minor(order.get("total"), currency)
        lines = tuple(_found_line(line, currency) for line in _objects(order, "line_items"))
    except (BadMoney, TypeError) as error:
        raise NotAnOrder("the answer holds no readable amounts") from error
    return FoundOrder(
        destination_id=str(order_id),
        number=str(order.get("number") or order_id),
        reference=reference_of(order),
        state=_state(order, status),
        status=status,
        currency=currency,
        total=total,
        lines=lines,
    )


def carries(order: Json, reference: str) -> bool:
    """Whether an order carries our reference, byte for byte, in either place."""
    return reference in (order.get("created_via"), reference_of(order))


def _state(order: Json, status: str) -> FoundState:
    """WooCommerce saves the order row before its lines: an order without any is half-made."""
    if status == "trash":
        return FoundState.TRASHED
    if status in _OFF:
        return FoundState.CANCELLED
    is_empty = not any(_objects(order, key) for key in ("line_items", "fee_lines", "shipping_lines"))
    return FoundState.DRAFT if status in DRAFTS or is_empty else FoundState.LIVE


def _found_line(line: Json, currency: str) -> FoundLine:
    quantity = line.get("quantity")
    whole = isinstance(quantity, int | float) and not isinstance(quantity, bool) and quantity == quantity // 1
    sku, name = line.get("sku"), line.get("name")
    return FoundLine(
        sku=sku if isinstance(sku, str) else "",
        name=name if isinstance(name, str) else "",
        quantity=int(quantity) if whole and quantity is not None else 0,
        total=to_minor(line.get("total"), currency),
        is_linked=_number(line.get("product_id")) > 0,
    )


def _line(line: OutgoingLine, skus: Mapping[str, Sku], currency: str, *, computes_tax: bool) -> Json:
    product = skus[line.sku]
    gross = to_text(line.total + line.tax, currency)
    made: Json = {
        "product_id": int(product.product_id),
        "quantity": line.quantity,
        "subtotal": gross,
        "total": gross,
    }
    if product.variation_id:
        made["variation_id"] = int(product.variation_id)
    if computes_tax:
        made["tax_class"] = ZERO_RATE
    return made


def _address(address: Address, email: str | None) -> Json:
    first, _, last = address.name.rpartition(" ")
    if not first:
        first, last = last, ""
    made = {
        "first_name": first,
        "last_name": last,
        "company": address.company,
        "address_1": address.line1,
        "address_2": address.line2,
        "city": address.city,
        "state": address.region,
        "postcode": address.postcode,
        "country": address.country,
        "phone": address.phone,
    }
    mail = (address.email or email or "").strip() if email is not None else ""
    return made | ({"email": mail} if mail else {})


def _line_problems(lines: Sequence[OutgoingLine], skus: Mapping[str, Sku]) -> list[FieldProblem]:
    told = [] if lines else [FieldProblem("lines", "The order has no lines.", "Nothing could be delivered.")]
    for line in lines:
        if not line.sku:
            told.append(
                FieldProblem("sku", f"Line {line.name!r} has no SKU.", "Choose its SKU at the destination.")
            )
        elif line.sku not in skus:
            told.append(
                FieldProblem(
                    "sku",
                    f'The store has no single product with SKU "{line.sku}" that can be ordered.',
                    "Choose another SKU, or create the product there.",
                )
            )
        if isinstance(line.quantity, bool) or not isinstance(line.quantity, int) or line.quantity < 1:
            told.append(
                FieldProblem(
                    "quantity",
                    f"Line {line.name!r} has the quantity {line.quantity}.",
                    "It takes whole pieces from 1.",
                )
            )
    return told


def _address_problems(order: OutgoingOrder) -> list[FieldProblem]:
    told = []
    for name, address in (("billing", order.billing), ("shipping", order.shipping)):
        if address.is_blank and not (order.billing.is_blank and order.shipping.is_blank):
            continue  # WooCommerce takes the other address then
        if not address.country:
            told.append(
                FieldProblem(
                    f"{name}.country", f"The {name} address has no country.", "Enter its two letters."
                )
            )
        elif not _COUNTRY.match(address.country):
            told.append(
                FieldProblem(
                    f"{name}.country",
                    f"{address.country!r} is not a country code.",
                    "Enter two letters such as DE.",
                )
            )
    mail = (order.billing.email or order.email).strip()
    if mail and not is_mail_address(mail):
        told.append(
            FieldProblem("email", "The store refuses this e-mail address.", "Correct it, or leave it blank.")
        )
    return told


def _money_problems(order: OutgoingOrder, decimals: int) -> list[FieldProblem]:
    if not _CURRENCY.match(order.currency):
        return [
            FieldProblem("currency", f"{order.currency!r} is not a currency code.", "It takes three letters.")
        ]
    told = []
    amounts = _amounts(order)
    if abs(sum(amounts) - order.total) > len(amounts):  # each may be rounded by one
        told.append(
            FieldProblem(
                "total",
                f"Lines and charges add up to {to_text(sum(amounts), order.currency)}, "
                f"the order's total is {to_text(order.total, order.currency)}.",
                "Fetch the order again.",
            )
        )
    lost = 10 ** max(exponent(order.currency) - decimals, 0)
    if any(amount % lost for amount in amounts):
        told.append(
            FieldProblem(
                "total",
                f"The store keeps {decimals} decimals and would round {order.currency} amounts.",
                "Raise Number of decimals in WooCommerce > Settings > General.",
            )
        )
    return told


def _amounts(order: OutgoingOrder) -> list[int]:
    """What each line and charge adds to the total."""
    amounts = [line.total + line.tax for line in order.lines]
    return amounts + [charge.amount + charge.tax for charge in order.charges]


def _reference_problems(reference: str) -> list[FieldProblem]:
    if 0 < len(reference) <= LONGEST_REFERENCE and reference.isascii() and "," not in reference:
        return []
    return [
        FieldProblem("reference", "The reference does not fit into created_via.", "Report this as a defect.")
    ]


def is_mail_address(mail: str) -> bool:
    """Whether WordPress takes it for an e-mail address (``is_email``); others are refused with 400 (recorded)."""
    local, at, domain = mail.rpartition("@")
    labels = domain.split(".")
    return (
        bool(at)
        and len(mail) >= 6
        and "@" not in local
        and bool(_LOCAL_PART.match(local))
        and len(labels) > 1
        and all(_DOMAIN_LABEL.match(label) for label in labels)
    )


def _objects(order: Json, key: str) -> list[Json]:
    value = order.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
