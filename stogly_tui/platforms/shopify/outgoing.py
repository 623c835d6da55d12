"""What is sent to create an order, and what the shop's order is worth as an answer. No input or output here."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from stogly_tui.domain.money import BadMoney, to_minor, to_text
from stogly_tui.domain.orders import Address
from stogly_tui.domain.outgoing import FoundLine, FoundOrder, FoundState, OutgoingLine, OutgoingOrder
from stogly_tui.domain.problems import FieldProblem
from stogly_tui.domain.states import ChargeKind
from stogly_tui.platforms.base import Sku
from stogly_tui.platforms.shopify.documents import KEY, NAMESPACE
from stogly_tui.platforms.shopify.translate import reference_of
from stogly_tui.platforms.shopify.values import count, numeric_id, obj, objects, shop, text
from stogly_tui.platforms.shopify.wire import Json

LONGEST_REFERENCE = 255
MOST_LINES = 500
"""Lines of one order [M]."""
_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_PROVINCE = re.compile(r"[A-Z0-9]{1,3}\Z")
_MAIL = re.compile(r"[^@\s,;]+@[^@\s,;.]+(?:\.[^@\s,;.]+)+\Z")


class NotAnOrder(ValueError):
    """The object is not an order of the shop."""


def variables(
    order: OutgoingOrder,
    skus: Mapping[str, Sku],
    *,
    inventory: str,
    mails_buyer: bool,
    is_defined: bool,
    now: datetime,
) -> Json:
    """What ``orderCreate`` takes (2026-10).

    Prices are sent gross (`taxesIncluded`), each with the tax in it: the total is then the sum of the prices,
    whatever the shop makes of the tax. ``is_defined`` says that our metafield exists, whose values are unique.
    """
    body: Json = {
        "currency": order.currency,
        "taxesIncluded": True,
        "sourceIdentifier": order.reference,
        "processedAt": min(order.placed_at, now).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "financialStatus": "PAID" if order.is_paid else "PENDING",
        "note": order.note or None,
        "tags": _tags(order),
        "customAttributes": [
            {"key": "stogly_reference", "value": order.reference},
            {"key": "stogly_order", "value": order.number},
        ],
        "lineItems": [made for line in order.lines for made in _lines(line, skus, order.currency)],
        "shippingLines": list(_shipping_lines(order)),
        **_people(order),
    }
    if is_defined:
        body["metafields"] = [{"namespace": NAMESPACE, "key": KEY, "type": "id", "value": order.reference}]
    if order.is_paid and order.total > 0:
        gateway = order.payment_method or "other"
        body["transactions"] = [
            {
                "kind": "SALE",
                "status": "SUCCESS",
                "gateway": gateway,
                "amountSet": _bag(order.total, order.currency),
            }
        ]
    taken = _discount(order)
    if taken:
        body["discountCode"] = {
            "itemFixedDiscountCode": {"code": _discount_name(order), "amountSet": _bag(taken, order.currency)}
        }
    return {
        "order": {key: value for key, value in body.items() if value is not None},
        "options": {"inventoryBehaviour": inventory.upper(), "sendReceipt": mails_buyer},
    }


def problems_with(order: OutgoingOrder, skus: Mapping[str, Sku], currency: str) -> list[FieldProblem]:
    """Name every field that the shop would refuse or silently change; ``currency`` is the shop's, if known."""
    return [
        *_line_problems(order, skus),
        *_address_problems(order),
        *_money_problems(order, currency),
        *_reference_problems(order.reference),
    ]


def found_order(order: Json) -> FoundOrder:
    """An order of the shop as an answer to our reference (`documents.FOUND`); archived ones are live.

    The total and the pieces are those it was made with: what the shop edits or refunds later is no difference.

    Raises:
        NotAnOrder: it has no id, currency or total.
    """
    order_id = numeric_id(order.get("legacyResourceId")) or numeric_id(order.get("id"))
    currency = text(order.get("currencyCode"))
    if order_id is None or not _CURRENCY.match(currency) or not obj(order, "totalPriceSet"):
        raise NotAnOrder("the answer is not an order")
    try:
        total = to_minor(shop(order, "totalPriceSet"), currency)
        lines = tuple(_found_line(line, currency) for line in objects(order, "lineItems"))
    except BadMoney as error:
        raise NotAnOrder("the answer holds no readable amounts") from error
    is_cancelled = order.get("cancelledAt") is not None
    words = ("cancelled" if is_cancelled else "", text(order.get("displayFinancialStatus")).lower())
    return FoundOrder(
        destination_id=order_id,
        number=text(order.get("name")).removeprefix("#") or order_id,
        reference=reference_of(order),
        state=FoundState.CANCELLED if is_cancelled else FoundState.LIVE,
        status=", ".join(word for word in words if word) or "open",
        currency=currency,
        total=total,
        lines=lines,
    )


def carries(order: Json, reference: str) -> bool:
    """Whether an order carries our reference, byte for byte, in either place."""
    return reference in (order.get("sourceIdentifier"), obj(order, "reference").get("value"))


def _found_line(line: Json, currency: str) -> FoundLine:
    return FoundLine(
        sku=text(line.get("sku")),
        name=text(line.get("name")),
        quantity=count(line.get("quantity")),
        total=to_minor(shop(line, "originalTotalSet"), currency),
        is_linked=bool(obj(line, "variant")),
    )


def _lines(line: OutgoingLine, skus: Mapping[str, Sku], currency: str) -> Iterator[Json]:
    """One line, or two where its amount cannot be divided by its pieces: prices are per piece."""
    each, over = divmod(line.total + line.tax, line.quantity)
    tax_left = line.tax
    parts = [(over, each + 1), (line.quantity - over, each)]
    for quantity, price in parts:
        if not quantity:
            continue
        tax = tax_left if quantity == line.quantity or price == each else line.tax * quantity // line.quantity
        tax_left -= tax
        made: Json = {
            "variantId": f"gid://shopify/ProductVariant/{skus[line.sku].variation_id}",
            "quantity": quantity,
            "priceSet": _bag(price, currency),
        }
        yield made | _taxed(tax, price * quantity, currency)


def _shipping_lines(order: OutgoingOrder) -> Iterator[Json]:
    """Shipping, and every other charge that adds to the total: an item for a fee would have to be picked."""
    for charge in order.charges:
        gross = charge.amount + charge.tax
        if gross > 0 or (charge.kind is ChargeKind.SHIPPING and gross == 0):
            made = {
                "title": charge.name or charge.kind.value.replace("_", " ").capitalize(),
                "priceSet": _bag(gross, order.currency),
            }
            yield made | _taxed(charge.tax, gross, order.currency)
    if _rest(order) > 0:
        yield {"title": "Rounding", "priceSet": _bag(_rest(order), order.currency)}


def _discount(order: OutgoingOrder) -> int:
    """What takes from the total, rounding included."""
    charges = sum(min(charge.amount + charge.tax, 0) for charge in order.charges)
    return -(charges + min(_rest(order), 0))


def _discount_name(order: OutgoingOrder) -> str:
    names = [charge.name for charge in order.charges if charge.amount + charge.tax < 0 and charge.name]
    return " + ".join(dict.fromkeys(names))[:200] or "Discount"


def _rest(order: OutgoingOrder) -> int:
    return order.total - sum(_amounts(order))


def _amounts(order: OutgoingOrder) -> list[int]:
    """What each line and charge adds to the total."""
    amounts = [line.total + line.tax for line in order.lines]
    return amounts + [charge.amount + charge.tax for charge in order.charges]


def _taxed(tax: int, gross: int, currency: str) -> Json:
    """The tax in a price; its rate is asked for, and follows from both."""
    if tax <= 0 or gross <= tax:
        return {}
    rate = (Decimal(tax) / Decimal(gross - tax)).quantize(Decimal("0.0001"))
    return {"taxLines": [{"title": "Tax", "rate": str(rate), "priceSet": _bag(tax, currency)}]}


def _bag(minor: int, currency: str) -> Json:
    return {"shopMoney": {"amount": to_text(minor, currency), "currencyCode": currency}}


def _tags(order: OutgoingOrder) -> list[str]:
    """Tags for people; a comma would make two of one."""
    return list(dict.fromkeys(tag[:40] for tag in ("stogly", order.channel.replace(",", " ").strip()) if tag))


def _people(order: OutgoingOrder) -> Json:
    billing, shipping = order.billing, order.shipping
    made: Json = {
        "billingAddress": _address(shipping if billing.is_blank else billing),
        "shippingAddress": _address(billing if shipping.is_blank else shipping),
        "email": (order.email or billing.email or shipping.email).strip() or None,
    }
    return {key: value for key, value in made.items() if value}


def _address(address: Address) -> Json:
    first, _, last = address.name.rpartition(" ")
    region = address.region.strip()
    made = {
        "firstName": first,
        "lastName": last,
        "company": address.company,
        "address1": address.line1,
        "address2": address.line2,
        "city": address.city,
        "provinceCode" if _PROVINCE.match(region) else "province": region,
        "zip": address.postcode,
        "countryCode": address.country,
        "phone": address.phone,
    }
    return {} if address.is_blank else {key: value for key, value in made.items() if value}


def _line_problems(order: OutgoingOrder, skus: Mapping[str, Sku]) -> Iterator[FieldProblem]:
    if not order.lines:
        yield FieldProblem("lines", "The order has no lines.", "Nothing could be delivered.")
    if len(order.lines) > MOST_LINES:
        yield FieldProblem(
            "lines", f"The order has {len(order.lines)} lines.", f"Shopify takes {MOST_LINES}."
        )
    for line in order.lines:
        if not line.sku:
            yield FieldProblem("sku", f"Line {line.name!r} has no SKU.", "Choose its SKU at the destination.")
        elif line.sku not in skus:
            yield FieldProblem(
                "sku",
                f'The shop has no single variant with SKU "{line.sku}".',
                "Choose another SKU, or create the product there.",
            )
        if isinstance(line.quantity, bool) or not isinstance(line.quantity, int) or line.quantity < 1:
            yield FieldProblem(
                "quantity",
                f"Line {line.name!r} has the quantity {line.quantity}.",
                "It takes whole pieces from 1.",
            )
        elif line.total + line.tax < 0:
            yield FieldProblem(
                "total", f"Line {line.name!r} costs less than nothing.", "Fetch the order again."
            )


def _address_problems(order: OutgoingOrder) -> Iterator[FieldProblem]:
    for name, address in (("billing", order.billing), ("shipping", order.shipping)):
        if address.is_blank and not (order.billing.is_blank and order.shipping.is_blank):
            continue  # the other address stands for both
        if not address.country:
            yield FieldProblem(
                f"{name}.country", f"The {name} address has no country.", "Enter its two letters."
            )
        elif not _COUNTRY.match(address.country):
            yield FieldProblem(
                f"{name}.country",
                f"{address.country!r} is not a country code.",
                "Enter two letters such as DE.",
            )
    mail = (order.email or order.billing.email or order.shipping.email).strip()
    if mail and not _MAIL.match(mail):
        yield FieldProblem("email", "The shop refuses this e-mail address.", "Correct it, or leave it blank.")


def _money_problems(order: OutgoingOrder, currency: str) -> Iterator[FieldProblem]:
    if not _CURRENCY.match(order.currency):
        yield FieldProblem(
            "currency", f"{order.currency!r} is not a currency code.", "It takes three letters."
        )
        return
    if currency and order.currency != currency:
        yield FieldProblem(
            "currency",
            f"The order is in {order.currency}, the shop keeps its books in {currency}.",
            "Send it to a shop with that currency, or enter it there by hand.",
        )
    amounts = _amounts(order)
    if abs(_rest(order)) > len(amounts):  # each may be rounded by one
        yield FieldProblem(
            "total",
            f"Lines and charges add up to {to_text(sum(amounts), order.currency)}, "
            f"the order's total is {to_text(order.total, order.currency)}.",
            "Fetch the order again.",
        )
    if _discount(order) > sum(max(line.total + line.tax, 0) for line in order.lines):
        yield FieldProblem("total", "Its discounts are more than its lines cost.", "Fetch the order again.")


def _reference_problems(reference: str) -> Iterator[FieldProblem]:
    if not (0 < len(reference) <= LONGEST_REFERENCE and reference.isascii() and reference.isprintable()):
        yield FieldProblem(
            "reference", "The reference does not fit into sourceIdentifier.", "Report this as a defect."
        )
