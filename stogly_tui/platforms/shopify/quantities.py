"""Pieces of an order's lines: ordered, taken off, sent, delivered, come back; sound whatever the shop tells."""

from dataclasses import dataclass
from enum import IntEnum

from stogly_tui.platforms.shopify.values import count, moment, obj, objects, text
from stogly_tui.platforms.shopify.wire import Json

_DELIVERED = frozenset({"DELIVERED", "PICKED_UP"})
_KNOWN_DISPLAY = _DELIVERED | {
    "ATTEMPTED_DELIVERY", "CANCELED", "CARRIER_PICKED_UP", "CONFIRMED", "DELAYED", "FAILURE", "FULFILLED",
    "IN_TRANSIT", "LABEL_PRINTED", "LABEL_PURCHASED", "LABEL_VOIDED", "MARKED_AS_FULFILLED", "NOT_DELIVERED",
    "OUT_FOR_DELIVERY", "READY_FOR_PICKUP", "SUBMITTED",
}  # fmt: skip
_OFF = frozenset({"CANCELLED", "ERROR", "FAILURE"})
_RETURNED = "RETURN"
_RESTOCKS = frozenset({"CANCEL", "LEGACY_RESTOCK", "NO_RESTOCK", _RETURNED})


class Stage(IntEnum):
    """How far a fulfilment is."""

    OFF = 0
    PACKED = 1
    SHIPPED = 2
    DELIVERED = 3


@dataclass(frozen=True, slots=True)
class Pieces:
    """The quantities of one line; `domain.status.are_sound` holds for them."""

    ordered: int
    cancelled: int
    fulfilled: int
    shipped: int
    delivered: int
    returned: int


def stage(fulfilment: Json, notes: list[str]) -> Stage:
    """How far a fulfilment is. ``OPEN`` and ``PENDING`` are legacy: made, not sent; so is a status of the future."""
    status, display = text(fulfilment.get("status")), text(fulfilment.get("displayStatus"))
    if display and display not in _KNOWN_DISPLAY:
        notes.append(f"fulfilment={display.lower()}"[:60])
    if status in _OFF:
        return Stage.OFF
    if status == "SUCCESS":
        arrived = display in _DELIVERED or moment(fulfilment.get("deliveredAt")) is not None
        return Stage.DELIVERED if arrived else Stage.SHIPPED
    if status not in ("OPEN", "PENDING"):
        notes.append(f"fulfilment status={status.lower()}"[:60])
    return Stage.PACKED


def stages(order: Json) -> set[Stage]:
    """The stages of its fulfilments that are not off."""
    return {stage(one, []) for one in objects(order, "fulfillments")} - {Stage.OFF}


def is_changed(order: Json) -> bool:
    """Whether pieces were refunded or taken off: then only refunds and fulfilments tell what became of which."""
    lines = objects(order, "lineItems")
    taken = any(line.get("currentQuantity") != line.get("quantity") for line in lines)
    return taken or bool(objects(order, "refunds"))


def pieces(order: Json, *, is_cancelled: bool, notes: list[str]) -> dict[str, Pieces]:
    """Quantities of every line, by its id.

    Ordered counts what was ever on the line. What is off it (`currentQuantity`) came back if its refund says so
    and it was sent; otherwise it is cancelled as far as it was not sent: a piece that may have been given up is
    not sent again. Money for goods that stay with the buyer changes no quantity.
    """
    sent = _sent(order, notes)
    back = _back(order, notes)
    made: dict[str, Pieces] = {}
    for line in objects(order, "lineItems"):
        line_id = text(line.get("id"))
        ordered = count(line.get("quantity"))
        off = max(ordered - count(line.get("currentQuantity", ordered)), 0)
        fulfilled, shipped, delivered = (min(one, ordered) for one in sent.get(line_id, (0, 0, 0)))
        returned = min(back.get(line_id, 0), off, shipped)
        room = ordered - fulfilled
        cancelled = room if is_cancelled else min(off - returned, room)
        made[line_id] = Pieces(ordered, cancelled, fulfilled, shipped, min(delivered, shipped), returned)
    return made


def _sent(order: Json, notes: list[str]) -> dict[str, tuple[int, int, int]]:
    """Fulfilled, shipped and delivered by line.

    From the fulfilments' own lines where they were read; otherwise all are at one stage, and what a line no
    longer waits for was fulfilled.
    """
    found: dict[str, list[int]] = {}
    at = {id(one): stage(one, notes) for one in objects(order, "fulfillments")}
    current = [one for one in objects(order, "fulfillments") if at[id(one)] is not Stage.OFF]
    if any("fulfillmentLineItems" in one for one in current):
        for one in current:
            for item in objects(one, "fulfillmentLineItems"):
                _add(found, text(obj(item, "lineItem").get("id")), count(item.get("quantity")), at[id(one)])
    elif current:
        least = min(at[id(one)] for one in current)
        for line in objects(order, "lineItems"):
            quantity = count(line.get("quantity"))
            done = quantity - min(count(line.get("unfulfilledQuantity")), quantity)
            _add(found, text(line.get("id")), done, least)
    return {line_id: (made[0], made[1], made[2]) for line_id, made in found.items()}


def _add(found: dict[str, list[int]], line_id: str, quantity: int, at: Stage) -> None:
    made = found.setdefault(line_id, [0, 0, 0])
    for place, needed in enumerate((Stage.PACKED, Stage.SHIPPED, Stage.DELIVERED)):
        made[place] += quantity if at >= needed else 0


def _back(order: Json, notes: list[str]) -> dict[str, int]:
    """Pieces that came back, by line."""
    back: dict[str, int] = {}
    for refund in objects(order, "refunds"):
        for item in objects(refund, "refundLineItems"):
            kind = text(item.get("restockType"))
            if kind not in _RESTOCKS:
                notes.append(f"restock={kind.lower()}"[:60])
            if kind == _RETURNED:
                line_id = text(obj(item, "lineItem").get("id"))
                back[line_id] = back.get(line_id, 0) + count(item.get("quantity"))
    return back
