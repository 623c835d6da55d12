"""Orders, refunds and notes as the REST API shows them, and the arguments it takes (WooCommerce 10.5, recorded)."""

from decimal import Decimal
from typing import TYPE_CHECKING

from stogly_tui.sandbox import money
from stogly_tui.sandbox.args import Arg
from stogly_tui.sandbox.lexicon import CURRENCIES, SYMBOLS, WRITABLE_STATUSES
from stogly_tui.sandbox.wire import Json

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import WooStore

_META = Arg("array", item=Arg("object", properties={"id": Arg("integer"), "key": Arg("string")}))
_TEXTS = (
    "first_name",
    "last_name",
    "company",
    "address_1",
    "address_2",
    "city",
    "state",
    "postcode",
    "country",
)
BILLING_KEYS = (*_TEXTS, "email", "phone")
SHIPPING_KEYS = (*_TEXTS, "phone")
_ADDRESS = {key: Arg("string") for key in (*_TEXTS, "phone")}


def _lines(**properties: Arg) -> Arg:
    return Arg(
        "array", item=Arg("object", properties={"id": Arg("integer"), **properties, "meta_data": _META})
    )


_TEXT = Arg("string")
ORDER_ARGS: dict[str, Arg] = {
    "parent_id": Arg("integer"),
    "created_via": _TEXT,
    "status": Arg("string", enum=WRITABLE_STATUSES),
    "currency": Arg("string", enum=CURRENCIES),
    "customer_id": Arg("integer"),
    "customer_note": _TEXT,
    "billing": Arg("object", properties={**_ADDRESS, "email": Arg("string", format="email", nullable=True)}),
    "shipping": Arg("object", properties=_ADDRESS),
    "payment_method": _TEXT,
    "payment_method_title": _TEXT,
    "transaction_id": _TEXT,
    "meta_data": _META,
    "line_items": _lines(
        variation_id=Arg("integer"), quantity=Arg("integer"), tax_class=_TEXT, subtotal=_TEXT, total=_TEXT
    ),
    "shipping_lines": _lines(total=_TEXT, instance_id=_TEXT),
    "fee_lines": _lines(tax_class=_TEXT, total=_TEXT, tax_status=Arg("string", enum=("taxable", "none"))),
    "coupon_lines": _lines(),
    "set_paid": Arg("boolean"),
}
"""The arguments of ``POST /orders`` in the order WooCommerce names them in a refusal."""


def order_wire(store: "WooStore", order: Json, places: int = 2) -> Json:
    """Order as ``GET /orders/{id}`` answers it."""

    def amount(value: Decimal) -> str:
        return money.text(value, places)

    path = f"orders/{order['id']}"
    return {
        "id": order["id"],
        "parent_id": order["parent_id"],
        "status": order["status"],
        "currency": order["currency"],
        "version": store.version,
        "prices_include_tax": order["prices_include_tax"],
        "date_created": store.local(order["created"]),
        "date_modified": store.local(order["modified"]),
        "discount_total": amount(order["discount_total"]),
        "discount_tax": amount(order["discount_tax"]),
        "shipping_total": amount(order["shipping_total"]),
        "shipping_tax": amount(order["shipping_tax"]),
        "cart_tax": amount(order["cart_tax"]),
        "total": amount(order["total"]),
        "total_tax": amount(order["total_tax"]),
        "customer_id": order["customer_id"],
        "order_key": order["order_key"],
        "billing": order["billing"],
        "shipping": order["shipping"],
        "payment_method": order["payment_method"],
        "payment_method_title": order["payment_method_title"],
        "transaction_id": order["transaction_id"],
        "customer_ip_address": order["customer_ip_address"],
        "customer_user_agent": order["customer_user_agent"],
        "created_via": order["created_via"],
        "customer_note": order["customer_note"],
        "date_completed": _local(store, order["completed"]),
        "date_paid": _local(store, order["paid"]),
        "cart_hash": order["cart_hash"],
        "number": str(order["id"]),
        "meta_data": sorted(order["meta_data"], key=_meta_key),
        "line_items": [line_wire(store, line, places) for line in order["line_items"]],
        "tax_lines": [_tax_line_wire(line, places) for line in order["tax_lines"]],
        "shipping_lines": [_shipping_wire(store, line, places) for line in order["shipping_lines"]],
        "fee_lines": [_fee_wire(store, line, places) for line in order["fee_lines"]],
        "coupon_lines": [_coupon_wire(line, places) for line in order["coupon_lines"]],
        "refunds": [
            {"id": refund["id"], "reason": refund["reason"], "total": f"-{amount(refund['amount'])}"}
            for refund in reversed(order["refunds"])
        ],
        "payment_url": f"{store.base_url}/checkout/order-pay/{order['id']}/?pay_for_order=true&key={order['order_key']}",
        "is_editable": order["status"] in {"pending", "on-hold", "auto-draft"},
        "needs_payment": needs_payment(order),
        "needs_processing": any(line["product_id"] for line in order["line_items"]),
        "date_created_gmt": store.gmt(order["created"]),
        "date_modified_gmt": store.gmt(order["modified"]),
        "date_completed_gmt": _gmt(store, order["completed"]),
        "date_paid_gmt": _gmt(store, order["paid"]),
        "currency_symbol": SYMBOLS.get(order["currency"], order["currency"]),
        "_links": {
            "self": [{"href": store.api(path), "targetHints": {"allow": list(_ALL_METHODS)}}],
            "collection": [{"href": store.api("orders")}],
            "email_templates": [{"embeddable": True, "href": store.api(f"{path}/actions/email_templates")}],
        },
    }


def needs_payment(order: Json) -> bool:
    """Whether a customer could still pay it."""
    return order["status"] in {"pending", "failed", "checkout-draft"} and order["total"] > 0


def line_wire(store: "WooStore", line: Json, places: int = 2) -> Json:
    """A line item. ``price`` is a JSON number per piece; an unknown product has ``sku`` null."""
    quantity = abs(line["quantity"])
    known = line["product_id"] != 0
    shape: Json = {
        "id": line["id"],
        "name": line["name"],
        "product_id": line["product_id"],
        "variation_id": line["variation_id"],
        "quantity": line["quantity"],
        "tax_class": line["tax_class"],
        "subtotal": money.text(line["subtotal"], places),
        "subtotal_tax": money.text(line["subtotal_tax"], places),
        "total": money.text(line["total"], places),
        "total_tax": money.text(line["total_tax"], places),
        "taxes": _taxes(store, line["taxes"], places),
        "meta_data": [_item_meta(meta) for meta in line["meta_data"]],
        "sku": line["sku"] if known else None,
        "global_unique_id": line["global_unique_id"] if known else None,
        "price": money.number(abs(line["total"]) / quantity) if quantity else 0,
        "image": {"id": "" if known and not line["variation_id"] else 0, "src": ""},
        "parent_name": line["parent_name"],
    }
    if not store.at_least(10, 0):
        del shape["global_unique_id"]
    return shape


def refund_wire(store: "WooStore", order_id: int, refund: Json, *, with_parent: bool = False) -> Json:
    """Refund as ``GET /orders/{id}/refunds/{id}`` answers it; the store-wide list adds ``parent_id``."""
    path = f"orders/{order_id}"
    return {
        "id": refund["id"],
        **({"parent_id": order_id} if with_parent else {}),
        "date_created": store.local(refund["created"]),
        "date_created_gmt": store.gmt(refund["created"]),
        "amount": money.text(refund["amount"]),
        "reason": refund["reason"],
        "refunded_by": 1,
        "refunded_payment": False,
        "meta_data": refund["meta_data"],
        "line_items": [line_wire(store, line) for line in refund["line_items"]],
        "shipping_lines": [],
        "tax_lines": [_tax_line_wire(line, 2) for line in refund["tax_lines"]],
        "fee_lines": [],
        "_links": {
            "self": [
                {
                    "href": store.api(f"{path}/refunds/{refund['id']}"),
                    "targetHints": {"allow": ["GET", "DELETE"]},
                }
            ],
            "collection": [{"href": store.api(f"{path}/refunds")}],
            "up": [{"href": store.api(path)}],
        },
    }


def note_wire(store: "WooStore", order_id: int, note: Json) -> Json:
    """Note as ``GET /orders/{id}/notes/{id}`` answers it."""
    path = f"orders/{order_id}"
    return {
        "id": note["id"],
        "author": note["author"],
        "date_created": store.local(note["created"]),
        "date_created_gmt": store.gmt(note["created"]),
        "note": note["note"],
        "customer_note": note["customer_note"],
        "_links": {
            "self": [
                {"href": store.api(f"{path}/notes/{note['id']}"), "targetHints": {"allow": ["GET", "DELETE"]}}
            ],
            "collection": [{"href": store.api(f"{path}/notes")}],
            "up": [{"href": store.api(path)}],
        },
    }


_ALL_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _meta_key(meta: Json) -> str:
    return str(meta["key"])


def _item_meta(meta: Json) -> Json:
    shown = meta["key"] if meta["key"].startswith("_") else meta["key"].replace("_", " ").replace("-", " ")
    return {**meta, "display_key": shown, "display_value": meta["value"]}


def _local(store: "WooStore", at: int | None) -> str | None:
    return None if at is None else store.local(at)


def _gmt(store: "WooStore", at: int | None) -> str | None:
    return None if at is None else store.gmt(at)


def _taxes(store: "WooStore", taxes: list[Json], places: int) -> list[Json]:
    """WooCommerce 10 prints tax items with the asked places; 9.9 prints what it stored."""
    rounds = store.at_least(10, 0)

    def shown(value: Decimal | None) -> str:
        if value is None:
            return ""
        return money.text(value, places) if rounds else money.bare(value)

    return [
        {"id": tax["id"], "total": shown(tax["total"]), "subtotal": shown(tax["subtotal"])} for tax in taxes
    ]


def _tax_line_wire(line: Json, places: int) -> Json:
    rate = line["rate"]
    parts = [part for part in (rate.country, rate.state, rate.name) if part]
    return {
        "id": line["id"],
        "rate_code": f"{'-'.join(parts)}-1".upper(),
        "rate_id": line["rate_id"],
        "label": rate.name,
        "compound": False,
        "tax_total": money.text(line["tax_total"], places),
        "shipping_tax_total": money.text(line["shipping_tax_total"], places),
        "rate_percent": money.number(rate.percent),
        "meta_data": [],
    }


def _shipping_wire(store: "WooStore", line: Json, places: int) -> Json:
    return {
        "id": line["id"],
        "method_title": line["method_title"],
        "method_id": line["method_id"],
        "instance_id": line["instance_id"],
        "total": money.text(line["total"], places),
        "total_tax": money.text(line["total_tax"], places),
        "taxes": _taxes(store, line["taxes"], places),
        "tax_status": line["tax_status"],
        "meta_data": [_item_meta(meta) for meta in line["meta_data"]],
    }


def _fee_wire(store: "WooStore", line: Json, places: int) -> Json:
    return {
        "id": line["id"],
        "name": line["name"],
        "tax_class": line["tax_class"],
        "tax_status": line["tax_status"],
        "amount": "",
        "total": money.text(line["total"], places),
        "total_tax": money.text(line["total_tax"], places),
        "taxes": _taxes(store, line["taxes"], places),
        "meta_data": [_item_meta(meta) for meta in line["meta_data"]],
    }


def _coupon_wire(line: Json, places: int) -> Json:
    return {
        "id": line["id"],
        "code": line["code"],
        "discount": money.text(line["discount"], places),
        "discount_tax": money.text(line["discount_tax"], places),
        "meta_data": line["meta_data"],
        "discount_type": line["discount_type"],
        "nominal_amount": money.number(line["nominal_amount"]),
        "free_shipping": False,
    }
