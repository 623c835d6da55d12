"""What an order, a push or a channel is waiting for, in sentences, with the steps that can be taken and their keys."""

import re
from dataclasses import dataclass
from functools import singledispatch

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.states import HoldReason, IntakeState, PushState, SourceChange
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.order_detail import PushRow
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.present import times, words
from stogly_tui.present.blocks import View
from stogly_tui.present.catalogue import (
    CATALOGUE,
    HEALTH,
    HOLDS,
    NOTHING_TO_DO,
    Explained,
    Explanation,
    explained,
    of_code,
)

__all__ = [
    "CATALOGUE",
    "Explained",
    "Explanation",
    "Step",
    "channel_health",
    "error_text",
    "explain",
    "is_wrong",
    "of_code",
    "short_error",
    "sku_named",
    "steps",
]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done about an order: its key on the order screens, and what it does."""

    key: str
    words: str


_INTAKE: dict[IntakeState, Explanation] = {
    IntakeState.HISTORY: Explanation(
        "Placed before orders of {channel} count.",
        "It is kept to look things up; no rule and no mark-all sends it.",
        "Nothing to do; a single order of history can still be sent by hand (Space, S).",
    ),
    IntakeState.FILTERED: Explanation(
        "Refused by the import filter: {detail}.",
        "It is kept and judged again when the filter of {channel} changes.",
        "Nothing to do, or change the filter in the settings of {channel}.",
    ),
    IntakeState.SOURCE_DELETED: Explanation(
        "It was deleted at {channel}.",
        "Nothing is sent of an order that its channel no longer has.",
        "Nothing to do; fetch again (f) when it was restored there.",
    ),
    IntakeState.AWAITING_MAPPING: Explanation(
        "Waits for a mapping. {detail}",
        "{destination} would not know the product.",
        "Map its SKU (m); that releases every order that waits for it.",
    ),
    IntakeState.FAILED: CATALOGUE[ErrorCode.BAD_RECORD],
}
_CHANGED = Explanation(
    "It changed at {channel} after it was sent. {detail}",
    "{destination} still holds the earlier form.",
    "Change or cancel it at {destination} as well, then say what was done (K).",
)
_PLAIN: dict[PushState, Explanation] = {
    PushState.NOT_APPLICABLE: Explanation("At shop: it lives at the destination already.", "", NOTHING_TO_DO),
    PushState.NOT_SENT: Explanation(
        "Not sent yet.",
        "It waits for somebody, or for the sending rule of {channel}.",
        "Mark it (Space) and send (S).",
    ),
    PushState.QUEUED: Explanation(
        "Queued for {destination}.", "A worker takes it next.", "Recall it (x) while it is queued."
    ),
    PushState.CLAIMED: Explanation("A worker has taken it, for {destination}.", "", NOTHING_TO_DO),
    PushState.SENDING: Explanation("It is being sent to {destination}.", "", NOTHING_TO_DO),
    PushState.SENT: Explanation("Sent to {destination} as {number}.", "", NOTHING_TO_DO),
    PushState.HANDLED_MANUALLY: Explanation(
        "Handled by hand{number}. {detail}",
        "It is not sent by the program.",
        "Reopen it (O) if that was wrong.",
    ),
}
_SKU = re.compile(r"""["“”'](?P<sku>[^"“”']{1,80})["“”']""")


@singledispatch
def explain(row: object) -> Explained:
    """Say how it stands with an order (`OrderRow`), one of its pushes (`PushRow`) or a channel (`ChannelRow`)."""
    raise TypeError(f"nothing to explain about {type(row).__name__}")


@explain.register
def _(row: OrderRow) -> Explained:
    values = {
        "destination": row.destination_channel,
        "channel": row.channel,
        "detail": row.push_text,
        "sku": sku_named(row.push_text, row.push_field),
        "field": row.push_field,
        "number": row.destination_number or row.destination_id,
    }
    at_intake = values | {"detail": row.intake_reason, "sku": sku_named(row.intake_reason)}
    if row.push_state in (PushState.NOT_SENT, PushState.NOT_APPLICABLE):
        if row.intake is IntakeState.HELD:
            hold = row.hold or HoldReason.MANUAL
            return explained(f"HELD-{hold.value.upper().replace('_', '-')}", HOLDS[hold], at_intake)
        if row.intake in _INTAKE:
            code = {IntakeState.FAILED: ErrorCode.BAD_RECORD.value}.get(
                row.intake, row.intake.value.upper().replace("_", "-")
            )
            return explained(code, _INTAKE[row.intake], at_intake)
    if row.source_change is SourceChange.CANCEL_REQUESTED:
        code = ErrorCode.CANCEL_REQUESTED.value
        return explained(code, CATALOGUE[ErrorCode.CANCEL_REQUESTED], values)
    if row.source_change is SourceChange.CHANGED_AFTER_PUSH and row.push_state is PushState.SENT:
        return explained(ErrorCode.ORDER_CHANGED.value, _CHANGED, values)
    if row.push_state is PushState.HANDLED_MANUALLY and values["number"]:
        values["number"] = f" as {values['number']}"
    return _of_push(row.push_state, row.push_code, values)


@explain.register
def _(row: PushRow) -> Explained:
    values = {
        "destination": row.destination,
        "detail": row.text or row.evidence or row.settled_reason,
        "sku": sku_named(row.text, row.field),
        "field": row.field,
        "number": row.destination_number or row.destination_order_id,
    }
    if row.state is PushState.HANDLED_MANUALLY and values["number"]:
        values["number"] = f" as {values['number']}"
    return _of_push(row.state, row.code, values)


@explain.register
def _(row: ChannelRow) -> Explained:
    code = "" if row.health.value == "ok" else row.health.value.upper().replace("_", "-")
    values = {"channel": row.name, "detail": row.health_detail}
    return explained(code, HEALTH[row.health], values)


def channel_health(row: ChannelRow, view: View) -> Explained:
    """The health of a channel with the moment of the next look."""
    code = "" if row.health.value == "ok" else row.health.value.upper().replace("_", "-")
    values = {
        "channel": row.name,
        "detail": row.health_detail,
        "next_look": times.until(row.next_look_at, view.now, view.zone),
    }
    return explained(code, HEALTH[row.health], values)


def is_wrong(row: OrderRow) -> bool:
    """Whether somebody or something has to act before the order can go on."""
    return row.push_state in (PushState.ERROR, PushState.IN_DOUBT) or row.intake in (
        IntakeState.HELD,
        IntakeState.FAILED,
        IntakeState.AWAITING_MAPPING,
    )


def error_text(row: OrderRow) -> str | None:
    """The error of an order in one sentence with its code, for scripts; None when there is none."""
    if row.push_state not in (PushState.ERROR, PushState.IN_DOUBT, PushState.RETRY_LATER):
        return None
    told = explain(row)
    return f"{told.code}: {told.says}"


def short_error(row: OrderRow) -> str:
    """Push Status and reason in one line: ``! Error SKU-NOT-AT-DEST: Woo Main has no …``."""
    told = explain(row)
    look = words.push_short(row)
    return f"{look.text} {told.code}: {told.says}" if told.code else f"{look.text}  {told.says}"


def steps(row: OrderRow) -> tuple[Step, ...]:
    """What can be done about this order now, most useful first."""
    by_code = {
        ErrorCode.SKU_NOT_AT_DESTINATION: (Step("m", "map its SKU"),),
        ErrorCode.ADDRESS: (Step("a", "correct the address"),),
        ErrorCode.SKU_MISSING: (Step("f", "fetch again"),),
        ErrorCode.QUANTITY: (Step("f", "fetch again"),),
    }
    match row.push_state:
        case PushState.ERROR:
            first = by_code.get(row.push_code, ()) if row.push_code else ()
            look = (Step("i", "look now"),) if row.push_may_exist else (Step("R", "send again"),)
            return (*first, *look, Step("h", "handled manually"))
        case PushState.IN_DOUBT:
            return (Step("i", "look now"), Step("h", "settle by hand"))
        case PushState.QUEUED:
            return (Step("x", "recall"),)
        case PushState.RETRY_LATER:
            return (Step("R", "send now"),)
        case PushState.HANDLED_MANUALLY:
            return (Step("O", "reopen"),)
        case PushState.SENT if row.source_change is not SourceChange.NONE:
            return (Step("K", "say what was done about the change"),)
        case PushState.CLAIMED | PushState.SENDING | PushState.SENT | PushState.NOT_APPLICABLE:
            return ()
        case PushState.NOT_SENT:
            pass
    match row.intake:
        case IntakeState.HELD:
            mend = {
                HoldReason.UNMAPPED: (Step("m", "map its SKU"),),
                HoldReason.ADDRESS: (Step("a", "correct the address"),),
                HoldReason.TOTAL_MISMATCH: (Step("f", "fetch again"),),
            }
            return (*mend.get(row.hold or HoldReason.MANUAL, ()), Step("L", "release"))
        case IntakeState.AWAITING_MAPPING:
            return (Step("m", "map its SKU"),)
        case IntakeState.FAILED:
            return (Step("t", "retry from what is stored"), Step("f", "fetch again"))
        case IntakeState.FILTERED | IntakeState.SOURCE_DELETED:
            return (Step("f", "fetch again"),)
        case IntakeState.HISTORY | IntakeState.ACCEPTED:
            return (Step("Space S", "send"), Step("H", "hold"))


def sku_named(text: str, field: str = "") -> str:
    """The SKU that an error names between quotes, or in its field as ``sku:NAME``; blank when it names none."""
    kind, colon, value = field.partition(":")
    if colon and kind == "sku":
        return value
    found = _SKU.search(text)
    return found["sku"] if found else ""


def _of_push(state: PushState, code: ErrorCode | None, values: dict[str, str]) -> Explained:
    if state is PushState.IN_DOUBT:
        code = code or ErrorCode.OUTCOME_UNKNOWN
    elif state is PushState.ERROR:
        code = code or ErrorCode.UNEXPECTED
    elif state is not PushState.RETRY_LATER:
        return explained("", _PLAIN[state], values)
    return of_code((code or ErrorCode.UNREACHABLE).value, **values)
