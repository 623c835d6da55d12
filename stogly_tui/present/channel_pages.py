"""Channels and their flows in lists, and what is to be said about the chosen one."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from stogly_tui.domain.states import (
    AutoSend,
    ChannelHealth,
    ChannelRole,
    ChannelState,
    Mode,
    SyncDirection,
)
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.webhooks import EndpointRow, ReceiverRow
from stogly_tui.platforms.registry import TITLES
from stogly_tui.present import times, words
from stogly_tui.present.blocks import BLANK, Line, Tone, View, heading, line, say, wrapped
from stogly_tui.present.errors import channel_health
from stogly_tui.present.table import Cells, Head

HEADS = (
    Head("name", "Name", 14, most=30),
    Head("platform", "Platform", 11),
    Head("role", "Role", 6),
    Head("health", "Health", 15),
    Head("pulled", "Pulled", 6, right=True),
    Head("send", "Send", 7),
    Head("orders", "Orders", 6, right=True),
    Head("waiting", "Wait", 5, right=True, from_width=100),
    Head("errors", "Err", 3, right=True),
)
_ROLES = {ChannelRole.SOURCE: "source", ChannelRole.DESTINATION: "dest", ChannelRole.BOTH: "both"}
_SEND = {AutoSend.ALWAYS: "Always", AutoSend.MANAGED: "Managed", AutoSend.OFF: "Off"}


def cells(row: ChannelRow, view: View) -> Cells:
    """What the columns show of one channel."""
    gives = row.role.gives_orders
    return {
        "name": say(row.name, Tone.STRONG),
        "platform": say(TITLES.get(row.platform, row.platform)),
        "role": say(_ROLES[row.role]),
        "health": words.CHANNEL[row.shown_state].segment,
        "pulled": say(times.age(row.last_pull_at, view.now) if gives else "-"),
        "send": say((_SEND[row.auto_send] if row.mode is Mode.PUSH else "here") if gives else "-"),
        "orders": say(f"{row.orders:,}" if gives else "-"),
        "waiting": say(row.waiting or "-"),
        "errors": say(
            row.errors + row.in_doubt or "-", Tone.BAD if row.errors + row.in_doubt else Tone.MUTED
        ),
    }


def about(row: ChannelRow, view: View) -> list[Line]:
    """What is to be said about a channel now: its health, then what its state means, then its next step."""
    told: list[Line] = []
    if row.health is not ChannelHealth.OK:
        said = channel_health(row, view)
        since = f" Since {times.absolute(row.health_since, view.zone)}." if row.health_since else ""
        told += wrapped(f"{row.name}: {said.says}{since}", view.width, tone=Tone.BAD)
        told += wrapped(f"{said.because} {said.next_step}", view.width, 2)
        if row.waiting or row.in_doubt:
            told.append(
                line(
                    f"  {row.waiting} orders wait for it",
                    f", {row.in_doubt} of unknown outcome are looked up." if row.in_doubt else ".",
                )
            )
        return told
    told += wrapped(f"{row.name}: {_state_says(row, view)}", view.width)
    facts = [row.url]
    if row.account_title and row.account_title != row.name:
        facts.insert(0, row.account_title)
    if row.platform_version:
        facts.append(f"{TITLES.get(row.platform, row.platform)} {row.platform_version}")
    if row.currency:
        facts.append(row.currency)
    told.append(line(say("  " + "   ".join(facts), Tone.MUTED)))
    if row.role.gives_orders:
        told.append(line(f"  {_flow_of_orders(row)}"))
    if row.role.takes_orders:
        told.append(line(f"  {at_destination(row.settings)}; {row.waiting} wait, {row.errors} in Error."))
    return told


def webhook_line(row: ChannelRow, found: EndpointRow | None, receiver: ReceiverRow, view: View) -> Line:
    """How it stands with being told of changes, in one line; blank where that is nothing to say of."""
    if not row.role.gives_orders or row.state not in (ChannelState.READ_ONLY, ChannelState.ACTIVE):
        return BLANK
    start = say("  Webhooks ", Tone.MUTED)
    if not row.settings.get("webhooks", True):
        return line(start, say("- off: orders are found at each interval", Tone.MUTED))
    if receiver.state == "failed":
        return line(start, say(f"! the receiver failed: {receiver.detail}", Tone.BAD))
    if receiver.state != "on" or found is None or not found.url:
        return line(start, say("- no receiver runs: orders are found at each interval", Tone.MUTED))
    if found.detail:
        return line(start, say(f"! {found.detail}", Tone.BAD))
    if found.silent_orders:
        since = times.ago(found.silent_since, view.now)
        return line(
            start, say(f"! silent: {found.silent_orders} came by polling only, first {since}", Tone.WARN)
        )
    if not found.is_active:
        return line(start, say("- not active yet", Tone.WARN))
    last = (
        f"last delivery {fine_ago(found.last_received_at, view.now)}"
        if found.last_received_at
        else "none yet"
    )
    return line(start, say("+ active", Tone.GOOD), f", {last}", _refused(found))


def deliveries(found: EndpointRow | None, receiver: ReceiverRow, view: View) -> list[Line]:
    """What arrived, what was refused, and what it means when nothing comes."""
    told = [line(f"  receiver  {receiver.state}{f': {receiver.detail}' if receiver.detail else ''}")]
    if found is not None:
        last = fine_ago(found.last_received_at, view.now) or "never"
        told.append(line(f"  received  {found.received:,}, refused {found.refused:,}, last delivery {last}"))
        if found.checked_at:
            told.append(line(f"  looked at {fine_ago(found.checked_at, view.now)}, again every 15 minutes"))
    told += wrapped(
        "Silence alone is no error: no order, no webhook. It is one when orders arrive by polling only. Either way "
        "nothing is lost: orders are read at each interval.",
        view.width - 2, 2, Tone.MUTED,
    )  # fmt: skip
    return told


def fine_ago(since: datetime | None, now: datetime) -> str:
    """``12 s ago``, then as `times.ago`."""
    seconds = int((now - since).total_seconds()) if since else -1
    return f"{max(seconds, 0)} s ago" if since and seconds < 60 else times.ago(since, now)


def _refused(found: EndpointRow) -> str:
    return f"; {found.refused:,} refused" if found.refused else ""


def state_line(row: ChannelRow | None, view: View) -> Line:
    """What Go live means for this channel now, in one line."""
    if row is None:
        return line(
            say("It starts read-only: orders are read and shown, nothing is sent by rule.", Tone.MUTED)
        )
    told = _state_says(row, view)
    return line(say(f"{told[:1].upper()}{told[1:]}", Tone.MUTED))


def plan_line(history: int, taken_in: int, sent: int, stock: int) -> Line:
    """What Go live would do now, in one line."""
    return line(
        f"Go live now would: keep {history:,} as history, take {taken_in:,} in, send {sent:,}, write {stock:,} stock."
    )


def mapping(width: int) -> list[Line]:
    """What will stand in the tab Mapping, and what to do meanwhile."""
    return [
        *wrapped(
            "Here you will say which of our products a listing of this channel is, and which SKU its destination "
            "knows it by; products are not part of this release.",
            width,
        ),
        BLANK,
        *wrapped(
            "Meanwhile a SKU that the destination does not know is mapped at the order that needs it: m on the order, "
            "which mends every order that waits for the same SKU.",
            width,
        ),
    ]


def guide(steps: Sequence[tuple[str, str]], width: int) -> list[Line]:
    """The steps on the platform's own pages."""
    told: list[Line] = []
    for number, (title, text) in enumerate(steps, 1):
        told += [heading(f"{number}. {title}"), *wrapped(text, width, 3), BLANK]
    return told


def at_destination(settings: object) -> str:
    """What a destination does with an order that arrives."""
    known = settings if isinstance(settings, dict) else {}
    mails = "mails the buyer" if known.get("destination_mails_buyer", False) else "mails nobody"
    stock = "takes stock" if known.get("destination_takes_stock", True) else "takes no stock"
    return f"It {mails} and {stock} when an order arrives"


def needy(channels: Iterable[ChannelRow]) -> str:
    """How many channels there are, and how many need somebody."""
    counts: dict[str, int] = {}
    for row in channels:
        counts[row.shown_state] = counts.get(row.shown_state, 0) + 1
    total = sum(counts.values())
    parts = [f"{number} {words.CHANNEL[state].word}" for state, number in sorted(counts.items())]
    return f"{total} channel{'' if total == 1 else 's'}" + (f": {', '.join(parts)}" if parts else "")


def _state_says(row: ChannelRow, view: View) -> str:
    match row.state:
        case ChannelState.DRAFT:
            return "a draft: nothing is read before somebody has signed in (s), or entered keys (Enter)."
        case ChannelState.READ_ONLY:
            return "read-only: orders are read and shown, nothing is sent by rule. Go live (G) shows a plan first."
        case ChannelState.ACTIVE if row.orders_from is not None:
            return f"active. Orders count from {times.absolute(row.orders_from, view.zone)}; older ones are history."
        case ChannelState.ACTIVE:
            return "active."
        case ChannelState.PAUSED:
            return "paused: nothing is read or sent until it is resumed (z)."
        case ChannelState.ARCHIVED:
            return "removed; its orders are kept."


def _flow_of_orders(row: ChannelRow) -> str:
    if row.mode is Mode.FULFIL_HERE:
        return "Its orders are fulfilled here."
    if not row.destination:
        return "No destination is chosen: its orders are read, but cannot be sent."
    when = "once paid" if row.send_when.value == "paid" else "once the buyer has committed"
    rule = {
        AutoSend.ALWAYS: f"by themselves, {when}",
        AutoSend.MANAGED: f"by themselves when every line is mapped, {when}",
        AutoSend.OFF: "by hand only",
    }[row.auto_send]
    back = row.settings.get("sync_direction", SyncDirection.PULL_ONLY.value)
    return f"Its orders go to {row.destination} {rule}. Sync direction: {str(back).replace('_', ' ')}."
