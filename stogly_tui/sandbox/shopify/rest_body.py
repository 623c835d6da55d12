"""The bodies of webhooks: the resource in the older REST shape, cut down to what receivers look at."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from stogly_tui.sandbox.shopify import money, sums
from stogly_tui.sandbox.shopify.asking import gid
from stogly_tui.sandbox.shopify.money import Money
from stogly_tui.sandbox.shopify.records import Address, Fulfilment, Line, Order, Refund

if TYPE_CHECKING:
    from stogly_tui.sandbox.shopify.store import ShopifyStore

_FULFILMENT = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}


def of(store: "ShopifyStore", topic: str, order: Order | None) -> dict[str, Any]:
    """The body of an event."""
    if order is None:
        return {"id": store.shop_id, "name": store.name, "myshopify_domain": store.shop_domain}
    if topic == "ORDERS_DELETE":
        return {"id": order.id}
    if topic == "REFUNDS_CREATE":
        return _refund(store, order.refunds[-1], order)
    if topic.startswith("FULFILLMENTS"):
        return _fulfilment(store, order.fulfilments[-1], order)
    if topic == "ORDERS_EDITED":
        changed = {"id": order.id, "order_id": order.id, "created_at": _local(store, order.updated)}
        return {"order_edit": changed}
    return _order(store, order)


def _order(store: "ShopifyStore", order: Order) -> dict[str, Any]:
    status = sums.financial_status(order)
    whole, current = sums.grand_total(order), sums.grand_total(order, "current")
    return {
        "id": order.id,
        "admin_graphql_api_id": gid("Order", order.id),
        "cancel_reason": order.cancel_reason and order.cancel_reason.lower(),
        "cancelled_at": _maybe(store, order.cancelled),
        "closed_at": _maybe(store, order.closed),
        "created_at": _local(store, order.created),
        "updated_at": _local(store, order.updated),
        "processed_at": _local(store, order.processed),
        "currency": order.currency,
        "presentment_currency": order.presentment,
        "current_total_price": money.rest(current.shop),
        "email": order.email or "",
        "contact_email": order.email,
        "phone": order.phone,
        "financial_status": status and status.lower(),
        "fulfillment_status": _FULFILMENT.get(sums.fulfilment_status(order)),
        "name": order.name,
        "note": order.note,
        "note_attributes": [{"name": name, "value": value} for name, value in order.attributes],
        "number": order.number - 1000,
        "order_number": order.number,
        "payment_gateway_names": list(dict.fromkeys(one.gateway for one in order.payments)),
        "source_identifier": order.source_identifier,
        "source_name": order.source_name,
        "subtotal_price": money.rest(sums.subtotal(order).shop),
        "tags": ", ".join(sorted(order.tags)),
        "taxes_included": order.taxes_included,
        "test": order.test,
        "total_price": money.rest(whole.shop),
        "total_price_set": _set(order, whole),
        "total_tax": money.rest(sums.tax(order).shop),
        "total_discounts": money.rest(sums.reduced(order).shop),
        "total_tip_received": money.rest(sums.tips(order).shop),
        "billing_address": _address(order.billing),
        "shipping_address": _address(order.shipping),
        "customer": None
        if order.customer is None
        else {"id": order.customer.id, "email": order.customer.email},
        "line_items": [_line(order, line) for line in order.lines],
        "shipping_lines": [
            {"id": one.id, "title": one.title, "price": money.rest(one.price.shop)} for one in order.carriage
        ],
        "fulfillments": [_fulfilment(store, one, order) for one in order.fulfilments],
        "refunds": [_refund(store, one, order) for one in order.refunds],
    }


def _line(order: Order, line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "admin_graphql_api_id": gid("LineItem", line.id),
        "current_quantity": line.current,
        "fulfillable_quantity": line.unfulfilled,
        "gift_card": line.gift_card,
        "name": line.title,
        "price": money.rest(line.price.shop),
        "price_set": _set(order, line.price),
        "product_id": line.product_id,
        "quantity": line.quantity,
        "requires_shipping": line.requires_shipping,
        "sku": line.sku,
        "taxable": line.taxable,
        "title": line.title,
        "variant_id": line.variant_id,
    }


def _fulfilment(store: "ShopifyStore", one: Fulfilment, order: Order) -> dict[str, Any]:
    return {
        "id": one.id,
        "admin_graphql_api_id": gid("Fulfillment", one.id),
        "order_id": order.id,
        "name": one.name,
        "status": one.status.lower(),
        "created_at": _local(store, one.created),
        "updated_at": _local(store, one.updated),
        "tracking_company": one.tracking[0][0] if one.tracking else None,
        "tracking_numbers": [number for _, number, _ in one.tracking],
        "line_items": [
            {"id": shipped.line.id, "sku": shipped.line.sku, "quantity": shipped.quantity}
            for shipped in one.lines
        ],
    }


def _refund(store: "ShopifyStore", refund: Refund, order: Order) -> dict[str, Any]:
    return {
        "id": refund.id,
        "admin_graphql_api_id": gid("Refund", refund.id),
        "order_id": order.id,
        "created_at": _local(store, refund.created),
        "processed_at": _local(store, refund.created),
        "note": refund.note,
        "refund_line_items": [
            {"id": one.id, "line_item_id": one.line.id, "quantity": one.quantity} for one in refund.lines
        ],
        "transactions": [
            {"id": one.id, "kind": "refund", "amount": money.rest(one.amount.shop)} for one in refund.payments
        ],
    }


def _address(address: Address | None) -> dict[str, Any] | None:
    if address is None:
        return None
    return {
        "first_name": address.first_name,
        "last_name": address.last_name,
        "company": address.company,
        "address1": address.address1,
        "address2": address.address2,
        "city": address.city,
        "zip": address.zip,
        "province": address.province,
        "country": address.country,
        "country_code": address.country_code,
        "phone": address.phone,
    }


def _set(order: Order, amount: Money) -> dict[str, Any]:
    return {
        "shop_money": {"amount": money.rest(amount.shop), "currency_code": order.currency},
        "presentment_money": {"amount": money.rest(amount.presentment), "currency_code": order.presentment},
    }


def _local(store: "ShopifyStore", at: int) -> str:
    """The shop's own time with its offset, unlike GraphQL."""
    return datetime.fromtimestamp(at, UTC).astimezone(store.zone).isoformat()


def _maybe(store: "ShopifyStore", at: int | None) -> str | None:
    return None if at is None else _local(store, at)
