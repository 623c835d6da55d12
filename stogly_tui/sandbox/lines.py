"""The lines and meta data of an order: added, changed and removed as a client's body says."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from stogly_tui.sandbox import lifecycle, money
from stogly_tui.sandbox.products import full_name, price_of
from stogly_tui.sandbox.totals import net_of
from stogly_tui.sandbox.wire import Json, WooError, critical_error

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import WooStore

LINE_KINDS = ("line_items", "shipping_lines", "fee_lines")
_EMPTYING = ("product_id", "method_id", "method_title", "name", "code")


def apply(store: "WooStore", order: Json, body: Json) -> None:
    """Bring the lines of a body into an order: with a known id changed, without one added, null removed.

    Raises:
        WooError: 400 for an id of another order or a line without a product; 500 for a new line of none.
    """
    for kind in LINE_KINDS:
        for sent in body.get(kind) or ():
            if not _is_emptied(sent):
                _set(store, order, kind, sent)
            elif sent.get("id"):
                _remove(store, order, kind, int(sent["id"]))
            else:
                raise critical_error()


def apply_meta(store: "WooStore", kept: list[Json], changes: Iterable[Json]) -> None:
    """Bring meta data in: by id or else by key; null deletes; numbers and booleans turn into text (10.5, recorded)."""
    for change in changes:
        key = str(change.get("key", ""))
        known = _known_meta(kept, change)
        if change.get("value") is None:
            if known is not None:
                kept.remove(known)
        elif known is not None:
            known["value"] = _meta_value(change["value"])
        elif not key.startswith(("_billing_", "_shipping_")):
            kept.append({"id": store.next_meta_id(), "key": key, "value": _meta_value(change["value"])})


def apply_coupons(store: "WooStore", order: Json, sent: Iterable[Json]) -> None:
    """Take coupons off the items, each in proportion of the lines.

    Raises:
        WooError: 400 for a code the shop does not have.
    """
    for entry in sent:
        code = str(entry.get("code", ""))
        coupon = store.coupons.get(code.lower())
        if coupon is None:
            raise WooError(
                400,
                "woocommerce_rest_invalid_coupon",
                f"Coupon &quot;{code}&quot; cannot be applied because it does not exist.",
            )
        discount = _take_off(order, coupon.amount, percent=coupon.kind == "percent")
        order["coupon_lines"].append(
            {
                "id": store.next_item_id(),
                "code": coupon.code,
                "discount": discount,
                "discount_tax": money.ZERO,
                "meta_data": [],
                "discount_type": coupon.kind,
                "nominal_amount": coupon.amount,
            }
        )


def _take_off(order: Json, amount: Decimal, *, percent: bool) -> Decimal:
    goods = sum((line["total"] for line in order["line_items"]), money.ZERO)
    wanted = money.rounded(goods * amount / 100) if percent else min(amount, goods)
    left = wanted
    for line in order["line_items"]:
        last = line is order["line_items"][-1]
        share = left if last else money.rounded(wanted * line["total"] / goods) if goods else money.ZERO
        line["total"] -= share
        left -= share
    return wanted


def _is_emptied(sent: Json) -> bool:
    return sent.get("quantity") == 0 or any(key in sent and sent[key] is None for key in _EMPTYING)


def _known_meta(kept: list[Json], change: Json) -> Json | None:
    if change.get("id"):
        return next((meta for meta in kept if meta["id"] == change["id"]), None)
    return next((meta for meta in kept if meta["key"] == change.get("key")), None)


def _meta_value(value: object) -> object:
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value) if isinstance(value, int | float) else value


def _set(store: "WooStore", order: Json, kind: str, sent: Json) -> None:
    line = _existing(order, kind, int(sent["id"])) if sent.get("id") else None
    if kind == "line_items":
        _set_item(store, order, line, sent)
    elif kind == "shipping_lines":
        _set_shipping(store, order, line, sent)
    else:
        _set_fee(store, order, line, sent)


def _existing(order: Json, kind: str, line_id: int) -> Json:
    found = next((line for line in order[kind] if line["id"] == line_id), None)
    if found is None:
        raise WooError(
            400,
            "woocommerce_rest_invalid_item_id",
            "Order item ID provided is not associated with order.",
        )
    return found  # type: ignore[no-any-return]


def _remove(store: "WooStore", order: Json, kind: str, line_id: int) -> None:
    line = _existing(order, kind, line_id)
    if kind == "line_items" and order["stock_reduced"]:
        lifecycle.give_back(store, line)
    order[kind].remove(line)


def _set_item(store: "WooStore", order: Json, line: Json | None, sent: Json) -> None:
    product = _product_of(store, sent, required=line is None)
    if line is None:
        line = _new_item(store, product, sent)
        order["line_items"].append(line)
    elif product is not None:
        line |= _identity(store, product)
    if "name" in sent:
        line["name"] = str(sent["name"])
    if "tax_class" in sent:
        line["tax_class"] = str(sent["tax_class"])
    for key in ("subtotal", "total"):
        if (amount := money.read(sent.get(key))) is not None:
            line[key] = amount
    if "quantity" in sent:
        _requantify(store, order, line, int(float(str(sent["quantity"]))))
    apply_meta(store, line["meta_data"], sent.get("meta_data") or ())


def _requantify(store: "WooStore", order: Json, line: Json, quantity: int) -> None:
    """A new quantity leaves the line's total as it is (10.5, recorded) and moves stock already taken."""
    line["quantity"] = quantity
    if order["stock_reduced"]:
        lifecycle.take_difference(store, line)


def _product_of(store: "WooStore", sent: Json, *, required: bool) -> Json | None:
    """The product a line means: by SKU first, else by variation or product id; unknown is None, not an error."""
    if sent.get("sku"):
        return store.products.by_sku(str(sent["sku"]))
    wanted = sent.get("variation_id") or sent.get("product_id")
    if wanted:
        return store.products.record(int(float(str(wanted))))
    if required:
        raise WooError(400, "woocommerce_rest_required_product_reference", "Product ID or SKU is required.")
    return None


def _new_item(store: "WooStore", product: Json | None, sent: Json) -> Json:
    quantity = int(float(str(sent.get("quantity", 1))))
    amount = money.ZERO
    if product is not None:
        amount = net_of(store, price_of(product) * quantity, product["tax_class"])
    return {
        "id": store.next_item_id(),
        **_identity(store, product),
        "quantity": quantity,
        "subtotal": amount,
        "subtotal_tax": money.ZERO,
        "total": amount,
        "total_tax": money.ZERO,
        "taxes": [],
        "meta_data": _chosen_options(store, product),
    }


def _identity(store: "WooStore", product: Json | None) -> Json:
    if product is None:
        return {
            "name": "",
            "product_id": 0,
            "variation_id": 0,
            "tax_class": "",
            "taxable": True,
            "sku": None,
            "global_unique_id": None,
            "parent_name": None,
        }
    parent = store.products.record(product["parent_id"])
    return {
        "name": full_name(product, parent),
        "product_id": product["id"] if parent is None else parent["id"],
        "variation_id": 0 if parent is None else product["id"],
        "tax_class": product["tax_class"],
        "taxable": product["tax_status"] == "taxable",
        "sku": product["sku"],
        "global_unique_id": product["global_unique_id"],
        "parent_name": None if parent is None else parent["name"],
    }


def _chosen_options(store: "WooStore", product: Json | None) -> list[Json]:
    if product is None or not product["parent_id"]:
        return []
    return [
        {"id": store.next_meta_id(), "key": one["slug"], "value": one["option"]}
        for one in product["attributes"]
    ]


def _set_shipping(store: "WooStore", order: Json, line: Json | None, sent: Json) -> None:
    if line is None:
        line = {
            "id": store.next_item_id(),
            "method_title": "",
            "method_id": "",
            "instance_id": "",
            "total": money.ZERO,
            "total_tax": money.ZERO,
            "taxes": [],
            "tax_status": "taxable",
            "meta_data": [],
        }
        order["shipping_lines"].append(line)
    _copy(line, sent, ("method_title", "method_id", "instance_id", "tax_status"))
    line["total"] = _sent_amount(sent, line["total"])
    apply_meta(store, line["meta_data"], sent.get("meta_data") or ())


def _set_fee(store: "WooStore", order: Json, line: Json | None, sent: Json) -> None:
    if line is None:
        line = {
            "id": store.next_item_id(),
            "name": "",
            "tax_class": "",
            "tax_status": "taxable",
            "total": money.ZERO,
            "total_tax": money.ZERO,
            "taxes": [],
            "meta_data": [],
        }
        order["fee_lines"].append(line)
    _copy(line, sent, ("name", "tax_class", "tax_status"))
    line["total"] = _sent_amount(sent, line["total"])
    apply_meta(store, line["meta_data"], sent.get("meta_data") or ())


def _copy(line: Json, sent: Json, keys: Iterable[str]) -> None:
    for key in keys:
        if key in sent:
            line[key] = str(sent[key])


def _sent_amount(sent: Json, otherwise: Decimal) -> Decimal:
    amount = money.read(sent.get("total"))
    return otherwise if amount is None else amount
