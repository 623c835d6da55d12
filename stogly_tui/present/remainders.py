"""Why an order of the day is not at its destination, in a word and a sentence, with the key and the command that help."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.gates import Refusal
from stogly_tui.domain.states import AutoSend, ChannelState, HoldReason, Mode, SendWhen
from stogly_tui.model.queries.overview import DayRow, Remainder
from stogly_tui.present.blocks import Tone
from stogly_tui.present.catalogue import HOLDS, fill, of_code
from stogly_tui.present.errors import sku_named
from stogly_tui.present.words import Look


@dataclass(frozen=True, slots=True)
class Told:
    """One remainder for people. ``keys`` work on its orders (b from the Overview)."""

    look: Look
    says: str
    keys: str
    command: str = ""
    reason: str = ""
    """The code, hold or word that scripts know it by."""
    search: str = ""
    """Words of the search language that find these orders among those of their channel and day."""


_BY_CODE = {
    ErrorCode.SKU_NOT_AT_DESTINATION.value: "m map its SKU",
    ErrorCode.ADDRESS.value: "a correct the address, R send again",
    ErrorCode.SKU_MISSING.value: "f fetch again, h handled by hand",
    ErrorCode.QUANTITY.value: "f fetch again, h handled by hand",
}
_BY_HOLD = {
    HoldReason.UNMAPPED: "m map its SKU",
    HoldReason.ADDRESS: "a correct the address",
    HoldReason.TOTAL_MISMATCH: "f fetch again, L release",
}
_ASIDE = "nothing to do"
_SEARCH = {
    "queued": "push:queued",
    "retry_later": "push:retry-later",
    "waiting": "push:claimed,sending",
    "errors": "push:error -push:in-doubt",
    "in_doubt": "push:in-doubt",
    "failed": "intake:failed",
    "awaiting_mapping": "intake:awaiting-mapping",
    "held": "intake:held",
    "not_sent": "intake:accepted push:not-sent -push:queued,claimed,sending,retry-later -status:cancelled",
    "history": "intake:history",
    "filtered": "intake:filtered",
    "source_deleted": "intake:source-deleted",
    "cancelled": "status:cancelled",
}
"""By the state of a remainder, else by its bucket."""


def told(row: DayRow, one: Remainder) -> Told:
    """Say why these orders of a channel are left, or set aside."""
    reason = (
        one.code or (one.detail if one.bucket in ("held", "filtered") else "") or one.bucket.replace("_", " ")
    )
    search = _SEARCH.get(one.state) or _SEARCH[one.bucket]
    return replace(_TELL[one.bucket](row, one), reason=reason, search=search)


def of_channel(row: DayRow) -> list[tuple[Told, int]]:
    """Every remainder with its orders, what is told alike together; what is set aside comes last."""
    counts: dict[Told, int] = {}
    for one in row.remainders:
        said = told(row, one)
        counts[said] = counts.get(said, 0) + one.orders
    return list(counts.items())


def _waiting(row: DayRow, one: Remainder) -> Told:
    destination = one.destination or row.destination
    match one.state:
        case "queued":
            return Told(
                Look(">", "queued", Tone.BUSY), f"a worker sends it to {destination} next", "x recall",
                "stogly-tui push --due",
            )  # fmt: skip
        case "retry_later":
            return Told(
                Look("-", "tried again", Tone.WARN), f"{_code(one, destination)}; by itself", "R send now",
                "stogly-tui push --due",
            )  # fmt: skip
        case _:
            return Told(Look(">", "being sent", Tone.BUSY), f"on its way to {destination}", "nothing to do")


def _error(row: DayRow, one: Remainder) -> Told:
    return Told(
        Look("!", "error", Tone.BAD),
        _code(one, one.destination or row.destination),
        _BY_CODE.get(one.code, "R send again, h handled by hand"),
        "stogly-tui push --failed",
    )


def _unknown(row: DayRow, one: Remainder) -> Told:
    where = one.destination or row.destination
    return Told(
        Look("?", "unknown", Tone.BAD),
        f"looked up at {where} by itself; never sent twice",
        "i look now, h settle by hand",
        "stogly-tui orders --push-status in_doubt",
    )


def _held(row: DayRow, one: Remainder) -> Told:
    if one.state == "failed":
        return Told(
            Look("!", "unreadable", Tone.BAD),
            f"could not be read: {one.detail}" if one.detail else "could not be read",
            "t retry, f fetch again",
            "stogly-tui pull NAME --order REMOTE_ID",
        )
    if one.state == "awaiting_mapping":
        return Told(Look("H", "not mapped", Tone.WARN), f"waits for a mapping. {one.detail}", "m map its SKU")
    hold = HoldReason(one.hold or HoldReason.MANUAL)
    says = fill(
        HOLDS[hold].says, {"channel": row.channel, "detail": one.detail, "sku": sku_named(one.detail)}
    )
    return Told(
        Look("H", "held", Tone.WARN),
        says.removeprefix("Held: ").removeprefix("Held ").strip(),
        _BY_HOLD.get(hold, "L release"),
    )


def _not_sent(row: DayRow, one: Remainder) -> Told:
    why, keys, command = _kept_back(row, one)
    return Told(Look("-", "not sent", Tone.WARN), why, keys, command)


def _kept_back(row: DayRow, one: Remainder) -> tuple[str, str, str]:
    """What keeps an accepted order here that nobody has sent; the same order as the gates ask in."""
    by_hand = ("Space, S send", "stogly-tui push --all-not-sent --dry-run")
    if one.is_cancel_requested:
        return Refusal.CANCEL_REQUESTED, "h handled by hand", "stogly-tui problems"
    if row.mode is Mode.FULFIL_HERE:
        return "is fulfilled here, not sent on", _ASIDE, ""
    if not row.destination:
        return (
            Refusal.NO_DESTINATION,
            "2 Channels: Enter, Automation",
            "stogly-tui channel set NAME destination=NAME",
        )
    if row.state is not ChannelState.ACTIVE:
        return Refusal.CHANNEL_NOT_LIVE, "2 Channels: G Go live", "stogly-tui channel go-live NAME --dry-run"
    if row.auto_send is AutoSend.OFF:
        return Refusal.MANUAL_ONLY, *by_hand
    if one.is_before_auto_send:
        return Refusal.BEFORE_AUTO_SEND, *by_hand
    if row.send_when is SendWhen.PAID and not one.is_paid:
        return f"{Refusal.NOT_PAID}; goes by itself once paid", *by_hand
    if row.auto_send is AutoSend.MANAGED:
        return "waits until every line is mapped to an enabled listing", *by_hand
    return "the rule sends it by itself, after the import delay", *by_hand


def _history(_row: DayRow, _one: Remainder) -> Told:
    return Told(Look(".", "history", Tone.MUTED), "placed before orders count; never sent by rule", _ASIDE)


def _filtered(_row: DayRow, one: Remainder) -> Told:
    return Told(Look(".", "filtered", Tone.MUTED), f"not imported: {one.detail}", "or 2 Channels: its filter")


def _cancelled(_row: DayRow, one: Remainder) -> Told:
    if one.state == "source_deleted":
        return Told(Look(".", "deleted", Tone.MUTED), "its channel no longer has it", _ASIDE)
    return Told(Look(".", "cancelled", Tone.MUTED), "cancelled before it was sent", _ASIDE)


def _code(one: Remainder, destination: str) -> str:
    said = of_code(one.code or ErrorCode.UNEXPECTED.value, destination=destination, sku=sku_named(one.detail))
    return f"{said.code} {said.says}".rstrip(". :")


_TELL: dict[str, Callable[[DayRow, Remainder], Told]] = {
    "waiting": _waiting, "errors": _error, "in_doubt": _unknown, "held": _held, "not_sent": _not_sent,
    "history": _history, "filtered": _filtered, "cancelled": _cancelled,
}  # fmt: skip
