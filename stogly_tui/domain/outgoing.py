"""An order as it leaves for a destination, and as the destination answers it back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from stogly_tui.domain.money import to_text
from stogly_tui.domain.orders import Address
from stogly_tui.domain.states import ChargeKind


@dataclass(frozen=True, slots=True)
class OutgoingLine:
    """One line to create. ``sku`` is the destination's; amounts are net minor units for the whole line."""

    sku: str
    name: str
    quantity: int
    total: int
    tax: int


@dataclass(frozen=True, slots=True)
class OutgoingCharge:
    """A charge to create beside the lines; net minor units."""

    kind: ChargeKind
    name: str
    amount: int
    tax: int


@dataclass(frozen=True, slots=True)
class OutgoingOrder:
    """Everything a destination needs to make the order. ``total`` includes tax."""

    reference: str
    number: str
    channel: str
    remote_id: str
    placed_at: datetime
    currency: str
    total: int
    is_paid: bool
    payment_method: str
    note: str
    email: str
    billing: Address
    shipping: Address
    lines: tuple[OutgoingLine, ...]
    charges: tuple[OutgoingCharge, ...]


class FoundState(StrEnum):
    """What a destination order is worth as an answer to our reference."""

    LIVE = "live"
    DRAFT = "draft"
    CANCELLED = "cancelled"
    TRASHED = "trashed"


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line as the destination keeps it."""

    sku: str
    name: str
    quantity: int
    total: int
    is_linked: bool
    """Whether a product stands behind it; an unlinked line arrives empty and free of charge."""


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """A destination order that carries our reference."""

    destination_id: str
    number: str
    reference: str
    state: FoundState
    status: str
    currency: str
    total: int
    lines: tuple[FoundLine, ...] = field(default=())


def differences(sent: OutgoingOrder, found: FoundOrder, tolerance: int = 1) -> list[str]:
    """Name what the destination's order has otherwise than what we send; empty when they are equal.

    ``tolerance`` is in minor units: destinations round taxes of their own.
    """
    told: list[str] = []
    if found.currency != sent.currency:
        told.append(f"currency {found.currency} instead of {sent.currency}")
    wanted, there = _pieces(sent.lines), _pieces(found.lines)
    for sku in sorted(wanted.keys() | there.keys()):
        if wanted.get(sku, 0) != there.get(sku, 0):
            told.append(f"{there.get(sku, 0)} x {sku or '(no SKU)'} instead of {wanted.get(sku, 0)}")
    told.extend(
        f"line {line.name or line.sku!r} has no product" for line in found.lines if not line.is_linked
    )
    if found.currency == sent.currency and abs(found.total - sent.total) > tolerance:
        told.append(
            f"total {to_text(found.total, found.currency)} instead of {to_text(sent.total, sent.currency)}"
        )
    return told


def _pieces(lines: Sequence[OutgoingLine | FoundLine]) -> dict[str, int]:
    pieces: dict[str, int] = {}
    for line in lines:
        pieces[line.sku] = pieces.get(line.sku, 0) + line.quantity
    return pieces
