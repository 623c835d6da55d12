"""What a change of an order's status does: payment and completion times, stock, notes."""

from typing import TYPE_CHECKING

from stogly_tui.sandbox.lexicon import ORDER_STATUSES, WRITABLE_STATUSES
from stogly_tui.sandbox.wire import Json

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import WooStore

_TAKES_STOCK = {"processing", "completed", "on-hold"}
_GIVES_STOCK_BACK = {"cancelled", "pending"}
_PAYABLE = {"on-hold", "pending", "failed", "cancelled"}
_REDUCED = "_reduced_stock"


def known_status(wanted: object) -> str:
    """The status, or ``pending`` for one WooCommerce does not know (unchecked batch items; 10.5, recorded)."""
    return str(wanted) if wanted in WRITABLE_STATUSES else "pending"


def change_status(store: "WooStore", order: Json, status: str) -> None:
    """Move an order to a status with everything that follows from it."""
    before = order["status"]
    if status == before:
        return
    order["status"] = status
    if status in {"processing", "completed"} and order["paid"] is None:
        order["paid"] = store.now()
    if status == "completed":
        order["completed"] = store.now()
    if status in _TAKES_STOCK and not order["stock_reduced"]:
        _take_stock(store, order)
    if status in _GIVES_STOCK_BACK and order["stock_reduced"]:
        _give_stock_back(store, order)
    if before != "trash":
        note(store, order, f"Order status changed from {_name(before)} to {_name(status)}.")


def complete_payment(store: "WooStore", order: Json) -> None:
    """Payment has arrived: on to processing, or to completed where nothing is to be shipped."""
    if order["status"] in _PAYABLE:
        ships = any(line["product_id"] for line in order["line_items"])
        change_status(store, order, "processing" if ships else "completed")


def note(
    store: "WooStore", order: Json, text: str, *, to_customer: bool = False, author: str = "WooCommerce"
) -> Json:
    """Write a note under an order."""
    made = {
        "id": store.next_note_id(),
        "author": author,
        "created": store.now(),
        "note": text,
        "customer_note": to_customer,
    }
    order["notes"].append(made)
    return made


def take_difference(store: "WooStore", line: Json) -> None:
    """Take or give what a changed quantity asks for beyond what was taken."""
    taken = _taken(line)
    store.products.move_stock(_stocked(line), taken - line["quantity"])
    _mark_taken(store, line, line["quantity"])


def give_back(store: "WooStore", line: Json) -> None:
    """Put back what the line took."""
    store.products.move_stock(_stocked(line), _taken(line))
    line["meta_data"] = [meta for meta in line["meta_data"] if meta["key"] != _REDUCED]


def restock(store: "WooStore", line: Json, quantity: int) -> None:
    """Put back what a refund returns."""
    store.products.move_stock(_stocked(line), quantity)
    if (taken := _taken(line)) > 0:
        _mark_taken(store, line, taken - quantity)


def _take_stock(store: "WooStore", order: Json) -> None:
    order["stock_reduced"] = True
    moved = []
    for line in order["line_items"]:
        change = store.products.move_stock(_stocked(line), -line["quantity"])
        if change is not None:
            _mark_taken(store, line, line["quantity"])
            moved.append(f"{line['name']} ({change[0]}&rarr;{change[1]})")
    if moved:
        note(store, order, f"Stock levels reduced: {', '.join(moved)}")


def _give_stock_back(store: "WooStore", order: Json) -> None:
    order["stock_reduced"] = False
    for line in order["line_items"]:
        give_back(store, line)


def _stocked(line: Json) -> int:
    return line["variation_id"] or line["product_id"]  # type: ignore[no-any-return]


def _taken(line: Json) -> int:
    return next((int(meta["value"]) for meta in line["meta_data"] if meta["key"] == _REDUCED), 0)


def _mark_taken(store: "WooStore", line: Json, quantity: int) -> None:
    mark = next((meta for meta in line["meta_data"] if meta["key"] == _REDUCED), None)
    if mark is None:
        mark = {"id": store.next_meta_id(), "key": _REDUCED, "value": ""}
        line["meta_data"].append(mark)
    mark["value"] = str(quantity)


def _name(status: str) -> str:
    return ORDER_STATUSES.get(status, status)
