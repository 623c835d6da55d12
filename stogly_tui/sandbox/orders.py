"""The orders of one store: kept, found, made, changed, trashed."""

import pickle
from bisect import bisect_left, insort
from typing import TYPE_CHECKING

from stogly_tui.sandbox import lifecycle, lines, refunds, totals
from stogly_tui.sandbox.args import check, truth
from stogly_tui.sandbox.money import ZERO
from stogly_tui.sandbox.order_shape import BILLING_KEYS, ORDER_ARGS, SHIPPING_KEYS, needs_payment, order_wire
from stogly_tui.sandbox.wire import Json, WooError, encode

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import WooStore

_COPIED = (
    "customer_note",
    "payment_method",
    "payment_method_title",
    "transaction_id",
    "currency",
    "parent_id",
)
_TOTALLED = ("billing", "shipping", *lines.LINE_KINDS, "coupon_lines")
_ORDER_KEY_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
_KEY_LENGTH = 13


class OrderBook:
    """Orders by id, by the time they were made and by the time they changed.

    Records are dicts with amounts as Decimals and times as epoch seconds; `wire` and `rendered` turn
    them into what the REST API shows.
    """

    def __init__(self, store: "WooStore") -> None:
        self._store = store
        self.records: dict[int, Json] = {}
        self._rendered: dict[int, bytes] = {}
        self._by_created_via: dict[str, set[int]] = {}
        self.by_date: list[tuple[int, int]] = []
        self.by_modified: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return len(self.records)

    def __contains__(self, order_id: object) -> bool:
        return order_id in self.records

    def record(self, order_id: int, *, status: int = 404) -> Json:
        """The order of this id, trashed ones too.

        Raises:
            WooError: woocommerce_rest_shop_order_invalid_id, 404 for reads and 400 for writes.
        """
        found = self.records.get(order_id)
        if found is None:
            raise WooError(status, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
        return found

    def ids(self) -> list[int]:
        """Every id, oldest first, trashed orders too."""
        with self._store.lock:
            return sorted(self.records)

    def created_via(self, key: str) -> list[int]:
        """The ids of the orders that carry this created_via exactly, trashed ones too."""
        with self._store.lock:
            return sorted(self._by_created_via.get(key, ()))

    def wire(self, order_id: int, places: int = 2) -> Json:
        """Order as the REST API shows it (WooCommerce 10.5, recorded)."""
        with self._store.lock:
            return order_wire(self._store, self.record(order_id), places)

    def rendered(self, order_id: int) -> bytes:
        """The encoded order, made once per change."""
        found = self._rendered.get(order_id)
        if found is None:
            found = self._rendered[order_id] = encode(self.wire(order_id))
        return found

    def forget_rendered(self) -> None:
        """Encode everything anew when next asked: links or the clock have changed."""
        self._rendered.clear()

    def create(self, body: Json, *, checked: bool = True, created_via: str | None = None) -> int:
        """Make an order as ``POST /orders`` does and answer its id. Never idempotent.

        ``checked=False`` is the batch's way, where a wrong status becomes pending (10.5, recorded);
        ``created_via`` marks an order that did not come over REST.

        Raises:
            WooError: the order is refused; an unknown coupon leaves a checkout-draft behind all the same.
        """
        if checked:
            check(body, ORDER_ARGS)
        with self._store.lock:
            self._check_customer(body)
            order = self._blank(body, created_via)
            self._apply(order, body)
            lines.apply(self._store, order, body)
            self._insert(order)
            self._apply_coupons(order, body)
            totals.recompute(self._store, order)
            self._move(order, lifecycle.known_status(body.get("status") or "pending"))
            if truth(body.get("set_paid")):
                lifecycle.complete_payment(self._store, order)
            self._store.webhooks.emit("order.created", order["id"])
            self._store.webhooks.emit("order.updated", order["id"])
            return order["id"]  # type: ignore[no-any-return]

    def copy(self, order_id: int, moment: int) -> int:
        """Keep another order like one there is, as if it had been placed and paid at a moment."""
        with self._store.lock:
            # Far faster than deepcopy, and these records hold nothing but plain values.
            order: Json = pickle.loads(pickle.dumps(self.record(order_id), pickle.HIGHEST_PROTOCOL))
            order["id"] = self._store.next_post_id()
            order["created"] = order["modified"] = order["paid"] = moment
            for kind in lines.LINE_KINDS:
                for line in order[kind]:
                    line["id"] = self._store.next_item_id()
            self._insert(order)
            return order["id"]  # type: ignore[no-any-return]

    def leave_half_made(self, body: Json, status: str) -> int:
        """The row a create that died leaves behind: saved, but without lines and totals."""
        with self._store.lock:
            order = self._blank(body, None)
            self._apply(order, {key: value for key, value in body.items() if key not in lines.LINE_KINDS})
            order["status"] = status
            self._insert(order)
            return order["id"]  # type: ignore[no-any-return]

    def update(self, order_id: int, body: Json, *, checked: bool = True) -> None:
        """Change an order as ``PUT /orders/{id}`` does; date_modified moves even for ``{}`` (HPOS, recorded).

        Raises:
            WooError: the id is unknown (400) or the change is refused.
        """
        if checked:
            check(body, ORDER_ARGS)
        with self._store.lock:
            order = self.record(order_id, status=400)
            was_trashed = order["status"] == "trash"
            self._check_customer(body)
            self._apply(order, body)
            lines.apply(self._store, order, body)
            if "coupon_lines" in body:
                self._apply_coupons(order, body)
            if any(key in body for key in _TOTALLED):
                totals.recompute(self._store, order)
            if "status" in body:
                self._move(order, lifecycle.known_status(body["status"]))
            if truth(body.get("set_paid")) and needs_payment(order):
                lifecycle.complete_payment(self._store, order)
            self.touch(order, announce=not was_trashed)

    def trash(self, order_id: int) -> Json:
        """Move an order to the trash; answers it as it was, old status included (10.5, recorded).

        Raises:
            WooError: 404 when unknown, 410 when it lies there already.
        """
        with self._store.lock:
            order = self.record(order_id)
            if order["status"] == "trash":
                raise WooError(
                    410, "woocommerce_rest_already_trashed", "The shop_order has already been deleted."
                )
            was = self.wire(order_id)
            order["status"] = "trash"
            self.touch(order, announce=False)
            self._store.webhooks.emit("order.deleted", order_id)
            return was

    def delete(self, order_id: int) -> Json:
        """Remove an order for good, without a webhook (10.5, recorded); answers it as it was."""
        with self._store.lock:
            order = self.record(order_id)
            was = self.wire(order_id)
            del self.records[order_id]
            self._rendered.pop(order_id, None)
            _remove(self.by_date, (order["created"], order_id))
            _remove(self.by_modified, (order["modified"], order_id))
            self._by_created_via[order["created_via"]].discard(order_id)
            return was

    def refund(self, order_id: int, body: Json) -> Json:
        """Refund an order; answers the refund's record. Not idempotent; never lowers the order's total."""
        check(body, refunds.REFUND_ARGS)
        with self._store.lock:
            order = self.record(order_id)
            refund = refunds.make(self._store, order, body)
            if refund["amount"] > 0 and refunds.remaining(order) == 0:
                self._move(order, "refunded")
            self.touch(order)
            return refund

    def refund_of(self, order_id: int, refund_id: int) -> Json:
        """A refund's record.

        Raises:
            WooError: 404 when the order or the refund is unknown.
        """
        return refunds.one_of(self.record(order_id), refund_id)

    def delete_refund(self, order_id: int, refund_id: int) -> Json:
        """Remove a refund; the order's date_modified stays (10.5, recorded)."""
        with self._store.lock:
            order = self.record(order_id)
            refund = refunds.one_of(order, refund_id)
            order["refunds"].remove(refund)
            self._rendered.pop(order_id, None)
            return refund

    def add_note(
        self, order_id: int, text: str, *, to_customer: bool = False, author: str = "WooCommerce"
    ) -> Json:
        """Write a note; the order's date_modified stays (10.5, recorded)."""
        with self._store.lock:
            return lifecycle.note(
                self._store, self.record(order_id), text, to_customer=to_customer, author=author
            )

    def touch(self, order: Json, *, announce: bool = True) -> None:
        """Mark an order as changed now."""
        _remove(self.by_modified, (order["modified"], order["id"]))
        order["modified"] = self._store.now()
        insort(self.by_modified, (order["modified"], order["id"]))
        self._rendered.pop(order["id"], None)
        if announce:
            self._store.webhooks.emit("order.updated", order["id"])

    def _move(self, order: Json, status: str) -> None:
        lifecycle.change_status(self._store, order, status)
        if status == "refunded":
            refunds.close(self._store, order)

    def _insert(self, order: Json) -> None:
        self.records[order["id"]] = order
        insort(self.by_date, (order["created"], order["id"]))
        insort(self.by_modified, (order["modified"], order["id"]))
        self._by_created_via.setdefault(order["created_via"], set()).add(order["id"])

    def _check_customer(self, body: Json) -> None:
        wanted = int(body.get("customer_id") or 0)
        if wanted and wanted not in self._store.customers:
            raise WooError(400, "woocommerce_rest_invalid_customer_id", "Customer ID is invalid.")

    def _apply(self, order: Json, body: Json) -> None:
        for key in _COPIED:
            if body.get(key) is not None:
                order[key] = body[key]
        if "customer_id" in body:
            order["customer_id"] = int(body["customer_id"] or 0)
        for block, keys in (("billing", BILLING_KEYS), ("shipping", SHIPPING_KEYS)):
            sent = body.get(block) or {}
            order[block] = {**order[block], **{key: str(sent[key] or "") for key in keys if key in sent}}
        lines.apply_meta(self._store, order["meta_data"], body.get("meta_data") or ())

    def _apply_coupons(self, order: Json, body: Json) -> None:
        try:
            lines.apply_coupons(self._store, order, body.get("coupon_lines") or ())
        except WooError as error:
            order["status"] = "checkout-draft"
            raise WooError(
                error.status, error.code, error.message, extra={"new_draft_order_id": order["id"]}
            ) from error

    def _blank(self, body: Json, created_via: str | None) -> Json:
        """A new order; created_via is a client's to write since WooCommerce 9.9, cut at 100 characters."""
        store = self._store
        sent = str(body.get("created_via") or "")[:100] if store.at_least(9, 9) else ""
        now = store.now()
        letters = "".join(store.random.choices(_ORDER_KEY_LETTERS, k=_KEY_LENGTH))
        return {
            "id": store.next_post_id(),
            "parent_id": 0,
            "status": "pending",
            "currency": store.currency,
            "prices_include_tax": store.prices_include_tax,
            "created": now,
            "modified": now,
            "completed": None,
            "paid": None,
            "discount_total": ZERO,
            "discount_tax": ZERO,
            "shipping_total": ZERO,
            "shipping_tax": ZERO,
            "cart_tax": ZERO,
            "total": ZERO,
            "total_tax": ZERO,
            "customer_id": 0,
            "order_key": f"wc_order_{letters}",
            "billing": dict.fromkeys(BILLING_KEYS, ""),
            "shipping": dict.fromkeys(SHIPPING_KEYS, ""),
            "payment_method": "",
            "payment_method_title": "",
            "transaction_id": "",
            "customer_ip_address": "",
            "customer_user_agent": "",
            "created_via": created_via or sent or "rest-api",
            "customer_note": "",
            "cart_hash": "",
            "meta_data": [],
            "line_items": [],
            "tax_lines": [],
            "shipping_lines": [],
            "fee_lines": [],
            "coupon_lines": [],
            "refunds": [],
            "notes": [],
            "stock_reduced": False,
        }


def _remove(index: list[tuple[int, int]], entry: tuple[int, int]) -> None:
    at = bisect_left(index, entry)
    if at < len(index) and index[at] == entry:
        del index[at]
