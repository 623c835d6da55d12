"""The catalogue of everything that can go wrong: what it says, why it matters, what to do. Written once, here.

Templates take ``{destination} {channel} {detail} {sku} {field} {number} {next_look}``; they are filled in
one pass by `fill`, so that text from outside is never read as a template.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.safe_text import safe_line
from stogly_tui.domain.states import ChannelHealth, HoldReason


@dataclass(frozen=True, slots=True)
class Explanation:
    """A template of three sentences."""

    says: str
    because: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation of one case, ready to show. ``code`` is blank when nothing is wrong."""

    code: str
    says: str
    because: str
    next_step: str


NOTHING_TO_DO = "Nothing to do."

CATALOGUE: dict[ErrorCode, Explanation] = {
    ErrorCode.AUTH_FAILED: Explanation(
        "{destination} refused our keys.",
        "The keys were deleted, changed, or lack the right to do this. {detail}",
        "Make new keys at {destination}, enter them in its settings and press Connect; what waits goes on by itself.",
    ),
    ErrorCode.RATE_LIMIT: Explanation(
        "{destination} asked us to slow down.",
        "Nothing was done. {detail}",
        "You need do nothing: it is tried again by itself. If it stays, lower Requests per second of the channel.",
    ),
    ErrorCode.UNREACHABLE: Explanation(
        "{destination} does not answer.",
        "Nothing was done and no try is lost. {detail}",
        "You need do nothing: it is looked at again by itself. If it stays, check its site, then Test (T) the channel.",
    ),
    ErrorCode.OUTCOME_UNKNOWN: Explanation(
        "It is unknown whether {destination} took the order.",
        "The reply was lost or not understood, so the order may be there: it is never sent twice. {detail}",
        "You need do nothing: it is looked up at {destination} by its reference. "
        "Look now (i), or settle it by hand (h).",
    ),
    ErrorCode.REJECTED: Explanation(
        "{destination} refused the order: {detail}",
        "Nothing was made there.",
        "Mend what it names, here (a) or at {destination}, then send again (R).",
    ),
    ErrorCode.PROTOCOL: Explanation(
        "The answer of {destination} is not what its contract says.",
        "A plugin, proxy or maintenance page may stand in between. {detail}",
        "Look at what came back (Push), have it mended at {destination}, then send again (R).",
    ),
    ErrorCode.TLS: Explanation(
        "No safe connection to {destination} could be made.",
        "Its certificate is not trusted, so nothing was sent. {detail}",
        "Have the certificate mended; then send again (R).",
    ),
    ErrorCode.SKU_NOT_AT_DESTINATION: Explanation(
        'SKU "{sku}" is unknown at {destination}.',
        "Sent as it is, the line would arrive empty and free of charge.",
        "Choose its SKU at {destination} (m), or create the product there and send again (R).",
    ),
    ErrorCode.SKU_MISSING: Explanation(
        "A line of the order has no SKU.",
        "Without one {destination} cannot know the product. {detail}",
        "Give the product a SKU at the shop that sold it and fetch again (f), or handle it manually (h).",
    ),
    ErrorCode.QUANTITY: Explanation(
        "A quantity of the order cannot be sent.",
        "{destination} takes whole pieces of one or more. {detail}",
        "Correct it at {channel} and fetch again (f), or handle it manually (h).",
    ),
    ErrorCode.ADDRESS: Explanation(
        "The address is not complete for {destination}: {detail}",
        "A parcel could not be delivered with it.",
        "Correct the address (a), then send again (R).",
    ),
    ErrorCode.CURRENCY: Explanation(
        "{destination} does not take the currency of this order.",
        "Its amounts would be read as another currency. {detail}",
        "Let {destination} take the currency, or handle the order manually (h).",
    ),
    ErrorCode.TOTAL_MISMATCH: Explanation(
        "Lines and charges do not add up to the order's total.",
        "The buyer paid another amount than the parts say. {detail}",
        "Compare with {channel}; release it (L) when it is right, or fetch again (f).",
    ),
    ErrorCode.NO_LINES: Explanation(
        "The order has no line that can be sent.",
        "{destination} would make an empty order. {detail}",
        "Look at {channel}; fetch again (f), or handle it manually (h).",
    ),
    ErrorCode.NO_END: Explanation(
        "Five tries began and none of them ended.",
        "The program died each time, or the machine did. {detail}",
        "Look at the log, then at {destination} whether it is there, and send again (R).",
    ),
    ErrorCode.TRIES_USED: Explanation(
        "All tries are used: {detail}",
        "Nothing was made at {destination}.",
        "When {destination} works again, send again (R).",
    ),
    ErrorCode.DIFFERENT_AT_DESTINATION: Explanation(
        "{destination} holds this order, but otherwise than we sent it: {detail}",
        "Somebody changed it there, or it was taken only in part. It is never made a second time.",
        "Repair it at {destination}; then look now (i), or say it is handled (h).",
    ),
    ErrorCode.CANCELLED_AT_DESTINATION: Explanation(
        "{destination} holds this order as cancelled.",
        "It carries our reference, so it is never made a second time by itself. {detail}",
        "Reopen it there and look now (i), or say it is handled (h).",
    ),
    ErrorCode.TRASHED_AT_DESTINATION: Explanation(
        "{destination} holds this order in its trash.",
        "It carries our reference, so it is never made a second time by itself. {detail}",
        "Restore it there and look now (i), or say it is handled (h).",
    ),
    ErrorCode.GONE_AT_DESTINATION: Explanation(
        "The order was sent, and {destination} no longer has it.",
        "It was deleted there after we had sent it. {detail}",
        "Find out who deleted it; say it is handled (h), or reopen it to send it anew.",
    ),
    ErrorCode.TWO_AT_DESTINATION: Explanation(
        "{destination} holds this order twice: {detail}",
        "Both carry our reference; one of them must not be shipped.",
        "Cancel one of them at {destination}, then look now (i) or say which one counts (h).",
    ),
    ErrorCode.LOOKUP_UNPROVEN: Explanation(
        "It is unknown whether {destination} took the order, and its look-up cannot yet be trusted.",
        "A look-up that has never found an order we know proves nothing by finding none. {detail}",
        "Send another order there first, or look there yourself and settle it (h).",
    ),
    ErrorCode.ORDER_CHANGED: Explanation(
        "The order changed at {channel} before it was sent.",
        "What was planned is no longer what the buyer ordered. {detail}",
        "Look at it and send again (R).",
    ),
    ErrorCode.ORDER_HELD: Explanation(
        "The order is held.",
        "It was stopped after it had been queued. {detail}",
        "Release it (L), then send again (R).",
    ),
    ErrorCode.CANCEL_REQUESTED: Explanation(
        "The buyer asked to cancel this order.",
        "It is not sent while that is open. {detail}",
        "Cancel it at {destination} if it is there, or say it is handled (h).",
    ),
    ErrorCode.BAD_RECORD: Explanation(
        "An order of {channel} could not be read: {detail}",
        "It is kept as it came; the other orders were taken.",
        "Retry from what is stored (t), or fetch it again from {channel} (f).",
    ),
    ErrorCode.BAD_PAGE: Explanation(
        "A page of orders from {channel} could not be read: {detail}",
        "Nothing behind it was taken as read; the next run begins there.",
        "Pull again (p); if it stays, look at what came back in the sync log.",
    ),
    ErrorCode.ID_REUSED: Explanation(
        "{channel} gave another order under a number it had used before.",
        "Both are kept apart; neither replaces the other. {detail}",
        "Look at both orders; nothing else is needed if {channel} was set up anew.",
    ),
    ErrorCode.ECHO: Explanation(
        "This order was made by us at {channel}.",
        "It carries our reference, so it is not taken in as a new order. {detail}",
        NOTHING_TO_DO,
    ),
    ErrorCode.FOUND_MISSING: Explanation(
        "The daily re-fetch found an order that had not arrived: {detail}",
        "{channel} had not told of it in time. It is here now.",
        "Nothing to do; if it happens often, look at the webhooks of {channel}.",
    ),
    ErrorCode.INTERRUPTED: Explanation(
        "The run was cut off: the program ended in the middle of it.",
        "Everything read until then is kept; the next run goes on from there. {detail}",
        "Nothing to do, or pull now (p).",
    ),
    ErrorCode.RUN_FAILED: Explanation(
        "The run failed: {detail}",
        "What was read before it is kept; the next run begins there.",
        "It is tried again by itself; pull now (p) to try at once.",
    ),
    ErrorCode.UNEXPECTED: Explanation(
        "Something happened that this program does not know: {detail}",
        "It stopped at that order, to do no harm; the others go on.",
        "Send again (R) or retry (t); if it stays, report it with this code.",
    ),
    ErrorCode.CLOCK: Explanation(
        "The clocks of this machine and of {channel} differ too much.",
        "Times would be compared wrongly, and orders could be missed. {detail}",
        "Set the clock of this machine; then pull now (p).",
    ),
    ErrorCode.RESTORED_COPY: Explanation(
        "This database is a copy, or older than one used here before.",
        "Orders may have been sent since, so nothing is sent by itself. {detail}",
        "An admin lets sending go on (F12 in the console).",
    ),
    ErrorCode.WEBHOOKS_SILENT: Explanation(
        "{channel} no longer tells us of its orders: {detail}",
        "Its webhooks are registered and active, but do not arrive. Nothing is lost: orders are read at each interval.",
        "Look whether the public address leads to the receiver, and at the log of {channel}; check its webhooks.",
    ),
    ErrorCode.WEBHOOKS_REFUSED: Explanation(
        "Webhooks to {channel} were refused: {detail}",
        "They were not signed with its secret: forged, or made by somebody else's webhook. Nothing of them was used.",
        "Nothing to do if it stops; else look which webhooks {channel} has, and repair ours.",
    ),
    ErrorCode.WEBHOOKS_DOWN: Explanation(
        "{channel} cannot tell us of its orders: {detail}",
        "Orders still arrive: they are read at each interval.",
        "Mend what it names, then repair its webhooks; or switch Webhooks off in its settings.",
    ),
}

HOLDS: dict[HoldReason, Explanation] = {
    HoldReason.UNMAPPED: Explanation(
        "Held: a SKU is not mapped. {detail}",
        "{destination} would not know the product.",
        "Map it (m); that releases every order that waits for it.",
    ),
    HoldReason.ADDRESS: Explanation(
        "Held: the address is not complete. {detail}",
        "A parcel could not be delivered with it.",
        "Correct the address (a); that releases the order.",
    ),
    HoldReason.FRAUD: Explanation(
        "Held: {channel} suspects fraud. {detail}",
        "It is not sent until somebody has looked at it.",
        "Look at it at {channel}; release it (L), or say it is handled (h).",
    ),
    HoldReason.CONFLICT: Explanation(
        "Held: it is in conflict with another order. {detail}",
        "Sent as it is, something might be shipped twice.",
        "Compare both orders; release the right one (L).",
    ),
    HoldReason.TOTAL_MISMATCH: Explanation(
        "Held: lines and charges do not add up to the total. {detail}",
        "The buyer paid another amount than the parts say.",
        "Compare with {channel}; release it (L) when it is right, or fetch again (f).",
    ),
    HoldReason.MANUAL: Explanation(
        "Held by hand. {detail}",
        "Somebody stopped it; it is not sent until it is released.",
        "Release it (L) when the reason is gone.",
    ),
}

HEALTH: dict[ChannelHealth, Explanation] = {
    ChannelHealth.OK: Explanation("{channel} answers.", "{detail}", ""),
    ChannelHealth.NEEDS_SIGN_IN: Explanation(
        "{channel} refuses our keys. {detail}",
        "Its jobs wait; nothing is lost and nothing else stops. It is checked again every 15 minutes.",
        "Enter new keys (Enter, then Connect).",
    ),
    ChannelHealth.UNREACHABLE: Explanation(
        "{channel} does not answer. {detail}",
        "Its orders wait; none is lost and no try is counted. Those of unknown outcome are looked up first. "
        "Next look {next_look}.",
        "You need do nothing; Test (T) looks at once.",
    ),
}

_HOLE = re.compile(r"\{(\w+)\}")


def fill(template: str, values: Mapping[str, str]) -> str:
    """Put values into a template in one pass; what is unknown stays a neutral word, text stays harmless."""
    filled = _HOLE.sub(
        lambda hole: safe_line(values.get(hole[1], "")) or _FALLBACK.get(hole[1], ""), template
    )
    return " ".join(filled.split())


_FALLBACK = {"destination": "the destination", "channel": "the channel", "sku": "?", "next_look": "soon"}


def explained(code: str, explanation: Explanation, values: Mapping[str, str]) -> Explained:
    """One explanation, filled."""
    return Explained(
        code,
        fill(explanation.says, values),
        fill(explanation.because, values),
        fill(explanation.next_step, values),
    )


def of_code(code: str, **values: str) -> Explained:
    """Explain a code as it is stored; one that this release does not know is said as such."""
    try:
        known = ErrorCode(code)
    except ValueError:
        return Explained(safe_line(code), fill("{detail}", values), "", "")
    return explained(known.value, CATALOGUE[known], values)
