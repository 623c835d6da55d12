"""Refunds of an order: by amount, by lines, or of all that is left (WooCommerce 10.5, recorded)."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from stogly_tui.sandbox import lifecycle, money
from stogly_tui.sandbox.args import Arg, truth
from stogly_tui.sandbox.wire import Json, WooError

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import WooStore

REFUND_ARGS: dict[str, Arg] = {
    "amount": Arg("string"),
    "reason": Arg("string"),
    "api_refund": Arg("boolean"),
    "api_restock": Arg("boolean"),
    "line_items": Arg(
        "array", item=Arg("object", properties={"id": Arg("integer"), "quantity": Arg("integer")})
    ),
}
_GATEWAYS = {"bacs", "cheque", "cod"}


def make(store: "WooStore", order: Json, body: Json) -> Json:
    """Add a refund to an order.

    Raises:
        WooError: HTTP 500 with a bare int as data, for too much money or a gateway that cannot refund.
    """
    amount = money.read(body.get("amount"))
    items = [(_line(order, sent), sent) for sent in body.get("line_items") or ()]
    if amount is None:
        amount = sum((_sent_total(sent) + _sent_tax(sent) for _, sent in items), money.ZERO)
    left = remaining(order)
    if amount < 0 or amount > left:
        raise _refused("Invalid refund amount.")
    if truth(body.get("api_refund", True)):
        raise _refused(_gateway_trouble(order))
    refund = _record(store, amount, str(body.get("reason") or ""), full=amount == left)
    refund["line_items"] = [_negated(store, line, sent) for line, sent in items]
    order["refunds"].append(refund)
    if truth(body.get("api_restock", True)):
        _restock(store, items)
    return refund


def close(store: "WooStore", order: Json) -> None:
    """Refund whatever is left, as a change to status refunded does by itself (10.5, recorded)."""
    left = remaining(order)
    if left > 0:
        order["refunds"].append(_record(store, left, "Order fully refunded.", full=True))


def remaining(order: Json) -> Decimal:
    """What may still be refunded."""
    refunded: Decimal = sum((refund["amount"] for refund in order["refunds"]), money.ZERO)
    return order["total"] - refunded  # type: ignore[no-any-return]


def one_of(order: Json, refund_id: int) -> Json:
    """The refund of this id.

    Raises:
        WooError: 404 when the order has no such refund.
    """
    found = next((refund for refund in order["refunds"] if refund["id"] == refund_id), None)
    if found is None:
        raise WooError(404, "woocommerce_rest_shop_order_refund_invalid_id", "Invalid ID.")
    return found  # type: ignore[no-any-return]


def _refused(message: str) -> WooError:
    return WooError(500, "woocommerce_rest_cannot_create_order_refund", message, bare_data=500)


def _gateway_trouble(order: Json) -> str:
    if order["payment_method"] in _GATEWAYS:
        return "The payment gateway for this order does not support automatic refunds."
    return "The payment gateway for this order does not exist."


def _record(store: "WooStore", amount: Decimal, reason: str, *, full: bool) -> dict[str, Any]:
    kind = {"id": store.next_meta_id(), "key": "_refund_type", "value": "full" if full else "partial"}
    return {
        "id": store.next_post_id(),
        "created": store.now(),
        "amount": amount,
        "reason": reason,
        "line_items": [],
        "tax_lines": [],
        "meta_data": [kind] if store.at_least(10, 0) else [],
    }


def _line(order: Json, sent: Json) -> Json:
    found = next((line for line in order["line_items"] if line["id"] == sent.get("id")), None)
    if found is None:
        raise WooError(400, "woocommerce_rest_invalid_line_item", "Line item not found.")
    return found  # type: ignore[no-any-return]


def _sent_total(sent: Json) -> Decimal:
    return money.read(sent.get("refund_total")) or money.ZERO


def _sent_tax(sent: Json) -> Decimal:
    taxes = sent.get("refund_tax") or ()
    return sum((money.read(tax.get("refund_total")) or money.ZERO for tax in taxes), money.ZERO)


def _negated(store: "WooStore", line: Json, sent: Json) -> Json:
    total, tax = -_sent_total(sent), -_sent_tax(sent)
    link = {"id": store.next_meta_id(), "key": "_refunded_item_id", "value": str(line["id"])}
    return {
        **line,
        "id": store.next_item_id(),
        "quantity": -int(sent.get("quantity") or 0),
        "subtotal": total,
        "subtotal_tax": tax,
        "total": total,
        "total_tax": tax,
        "taxes": [
            {
                "id": int(one["id"]),
                "total": -(money.read(one.get("refund_total")) or money.ZERO),
                "subtotal": tax,
            }
            for one in sent.get("refund_tax") or ()
        ],
        "meta_data": [link],
    }


def _restock(store: "WooStore", items: list[tuple[Json, Json]]) -> None:
    for line, sent in items:
        quantity = int(sent.get("quantity") or 0)
        if quantity:
            lifecycle.restock(store, line, quantity)
