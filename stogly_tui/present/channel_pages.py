"""Channels and their flows in lists, and what is to be said about the chosen one."""

from collections.abc import Iterable

from stogly_tui.domain.states import (
    AutoSend,
    ChannelHealth,
    ChannelRole,
    ChannelState,
    FlowType,
    Mode,
    SyncDirection,
)
from stogly_tui.model.queries.channels import ChannelRow, FlowRow
from stogly_tui.platforms.registry import TITLES
from stogly_tui.present import times, words
from stogly_tui.present.blocks import Line, Tone, View, line, say, wrapped
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
FLOW_HEADS = (
    Head("name", "Flow (integration)", 22, most=34),
    Head("schedule", "Schedule", 15),
    Head("run", "Last run", 12),
    Head("result", "Result", 17, most=30),
    Head("next", "Next", 7, right=True),
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


def flow_cells(row: FlowRow, view: View, interval: int) -> Cells:
    """What the columns show of one flow; ``interval`` is its channel's, in minutes."""
    run = f"{times.clock(row.last_started_at, view.zone)[:5]} #{row.last_run_id}" if row.last_run_id else "-"
    if row.last_state is None:
        result = say("-", Tone.MUTED)
    else:
        look = words.RUN[row.last_state]
        seen = f" ({row.last_seen})" if row.last_state.has_ended and not row.last_error else ""
        result = say(look.text + seen, look.tone)
    return {
        "name": say(row.name, Tone.PLAIN if row.is_active else Tone.MUTED),
        "schedule": say(schedule(row, interval)),
        "run": say(run),
        "result": result,
        "next": say(
            "now"
            if row.is_wanted
            else times.until(row.next_due_at, view.now, view.zone)
            if row.is_active
            else "-"
        ),
    }


def schedule(row: FlowRow, interval: int) -> str:
    """When a flow runs, in words."""
    if not row.is_active:
        return "off"
    if row.type is FlowType.PUSH:
        return "when due"
    if row.type is FlowType.ORDERS_DAILY:
        return f"daily {row.settings.get('transmission_time', '03:00')}"
    return f"every {interval} min"


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


def set_up(row: ChannelRow) -> list[tuple[bool, str]]:
    """The set-up checklist of a channel: what is done, what is next."""
    told = [
        (row.has_credentials, "keys entered"),
        (bool(row.account_id), "Connect verified"),
    ]
    if row.role.gives_orders:
        told.append((row.mode is Mode.FULFIL_HERE or bool(row.destination), "destination chosen"))
        told.append((row.last_pull_at is not None, "orders read once (p)"))
    told.append((row.state is ChannelState.ACTIVE, "Go live (G)"))
    return told


def set_up_line(row: ChannelRow) -> Line:
    """The checklist in one line."""
    steps = set_up(row)
    done = sum(is_done for is_done, _ in steps)
    following = next((text for is_done, text in steps if not is_done), "")
    if not following:
        return line(say(f"Set-up of {row.name}: complete", Tone.GOOD))
    return line(
        f"Set-up of {row.name}: {done} of {len(steps)} steps done; next: ", say(following, Tone.STRONG)
    )


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
            return "a draft: nothing is read. Enter opens its settings; Connect verifies its keys."
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
