"""From what a channel gave to what we store: the import filter, history, holds, echoes and the derived status."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from stogly_tui.domain.gates import ImportFilter, asks_to_cancel, why_filtered
from stogly_tui.domain.money import to_text
from stogly_tui.domain.orders import IncomingOrder
from stogly_tui.domain.states import HoldReason, IntakeState
from stogly_tui.domain.status import are_sound, derive
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.transitions.intake import Record
from stogly_tui.platforms.base import RawOrder

TOLERANCE = 5
"""Minor units by which parts and total may differ before an order is held; residual cents are rounding."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides about the orders of one channel."""

    import_filter: ImportFilter
    orders_from: datetime | None
    is_at_shop: bool
    fallback_customer: str = ""
    """Who stands for a buyer that the channel does not name: ``NAME <E-MAIL>``, or a name alone."""

    @classmethod
    def of(cls, channel: ChannelRow) -> "Rules":
        """Read them from a channel's settings."""
        settings = channel.settings
        return cls(
            ImportFilter(
                statuses=_words(settings.get("import_statuses", ())),
                cancel_statuses=_words(settings.get("cancel_statuses", ("cancelled",))),
                financial_statuses=_words(settings.get("financial_statuses", ())),
                fulfilment_statuses=_words(settings.get("fulfilment_statuses", ())),
                tags=_words(settings.get("import_tags", ())),
                physical_only=bool(settings.get("physical_only", False)),
            ),
            channel.orders_from,
            fallback_customer=str(settings.get("fallback_customer", "")),
            is_at_shop=channel.role.takes_orders and channel.destination_id is None,
        )


def judge(raw: RawOrder, rules: Rules, echoes: Mapping[str, str], *, is_fresh: bool = False) -> Record:
    """Say what becomes of one record. ``echoes`` maps our own references to the order's number."""
    order = raw.order
    if order is None:
        return Record(raw.body, raw.remote_id, None, IntakeState.FAILED, raw.problem, is_fresh=is_fresh)
    unsound = next((line for line in order.lines if not are_sound(line)), None)
    if unsound is not None:
        why = f"impossible quantities on line {unsound.sku or unsound.name}"
        return Record(raw.body, raw.remote_id, None, IntakeState.FAILED, why, is_fresh=is_fresh)
    order = _with_fallback(order, rules)
    cancel = asks_to_cancel(order, rules.import_filter)
    intake, reason, held = _intake(order, rules, echoes)
    return Record(
        raw.body,
        order.remote_id,
        order,
        intake,
        reason,
        held,
        derive(order.lines, confirmed=order.confirmed, cancelled=cancel),
        is_at_shop=rules.is_at_shop,
        is_fresh=is_fresh,
        cancel=cancel,
    )


def names_buyer(order: IncomingOrder) -> bool:
    """Whether the channel says who bought."""
    return bool(order.customer or order.email)


def _with_fallback(order: IncomingOrder, rules: Rules) -> IncomingOrder:
    """The order with the fallback customer where the channel names nobody; what it names is never touched."""
    if not rules.fallback_customer or names_buyer(order):
        return order
    name, email = parse_customer(rules.fallback_customer)
    billing = order.billing if order.billing.name else replace(order.billing, name=name, email=email)
    return replace(order, customer=name, email=email, billing=billing)


def parse_customer(text: str) -> tuple[str, str]:
    """Name and e-mail of ``NAME <E-MAIL>``."""
    name, _, rest = text.partition("<")
    return name.strip(), rest.strip().rstrip(">").strip()


def _words(given: Iterable[str]) -> frozenset[str]:
    return frozenset(word.strip().lower() for word in given if word.strip())


def _intake(
    order: IncomingOrder, rules: Rules, echoes: Mapping[str, str]
) -> tuple[IntakeState, str, HoldReason | None]:
    if order.is_trashed:
        return IntakeState.SOURCE_DELETED, "is in the channel's trash", None
    echo = echoes.get(order.reference)
    if echo is not None:
        return IntakeState.FILTERED, f"is our own push of {echo}", None
    refused = why_filtered(order, rules.import_filter)
    if refused:
        return IntakeState.FILTERED, refused, None
    gap = order.sum_of_parts - order.total
    hold = HoldReason.TOTAL_MISMATCH if abs(gap) > TOLERANCE else None
    if rules.orders_from is None or order.placed_at < rules.orders_from:
        return IntakeState.HISTORY, "placed before orders count", hold
    if hold is not None:
        told = f"parts add up to {to_text(order.sum_of_parts, order.currency)}"
        reason = f"{told}, the channel says {to_text(order.total, order.currency)}"
        return IntakeState.HELD, reason, hold
    return IntakeState.ACCEPTED, "", None
