"""Flows in a list, how far history is read, and the steps that set a channel up."""

from collections.abc import Sequence
from dataclasses import dataclass

from stogly_tui.domain.states import BackfillState, ChannelState, FlowType, Mode
from stogly_tui.model.queries.backfills import BackfillRow
from stogly_tui.model.queries.channels import ChannelRow, FlowRow
from stogly_tui.model.queries.webhooks import EndpointRow, ReceiverRow
from stogly_tui.present import times, words
from stogly_tui.present.blocks import Line, Segment, Tone, View, line, say
from stogly_tui.present.table import Cells, Head

HEADS = (
    Head("name", "Flow (integration)", 16, most=34),
    Head("type", "Type", 7, from_width=90),
    Head("schedule", "Schedule", 12, most=18),
    Head("run", "Last run", 11),
    Head("result", "Result", 22, most=32),
    Head("next", "Next", 9, right=True),
)
"""Where the type has no room, the schedule tells it."""
FILTERS = (
    "import_statuses", "financial_statuses", "fulfilment_statuses", "import_tags", "physical_only",
)  # fmt: skip
"""Settings that decide what enters; one that is set says that somebody has looked at them."""


def cells(row: FlowRow, view: View, interval: int, history: BackfillRow | None = None) -> Cells:
    """What the columns show of one flow; ``interval`` is its channel's, in minutes."""
    run = f"{times.clock(row.last_started_at, view.zone)[:5]} #{row.last_run_id}" if row.last_run_id else "-"
    return {
        "name": say(row.name, Tone.PLAIN if row.is_active else Tone.MUTED),
        "type": say(words.FLOW[row.type], Tone.MUTED),
        "schedule": say(schedule(row, interval)),
        "run": say(run),
        "result": _result(row, history, view),
        "next": say(_next(row, view)),
    }


def schedule(row: FlowRow, interval: int) -> str:
    """When a flow runs, in words."""
    if not row.is_active:
        return "off"
    match row.type:
        case FlowType.PUSH:
            return "when due"
        case FlowType.ORDERS_DAILY:
            return f"daily {row.settings.get('transmission_time', '03:00')}"
        case FlowType.HISTORY:
            return "by itself"
        case _:
            return f"every {row.settings.get('interval') or interval} min"


def history_says(history: BackfillRow | None) -> str:
    """How far the history of a channel is read, in two words; blank when it was never read apart."""
    return f"history {_share(history)}" if history is not None else ""


def history_result(history: BackfillRow, view: View) -> Segment:
    """How far it is read, and back to which day."""
    if history.state is BackfillState.FINISHED:
        return say(f"+ read ({history.seen:,})", Tone.GOOD)
    there = history.at.astimezone(view.zone)
    back = f"{_share(history)}, to {there.day} {times.MONTHS[there.month - 1]} {there.year}"
    return say(f"= {back}") if history.state is BackfillState.STOPPED else say(f"> {back}", Tone.BUSY)


def _share(history: BackfillRow) -> str:
    if history.total or history.state is BackfillState.FINISHED:
        return f"{history.share:.0%}".replace("%", " %")
    return f"{history.seen:,} read"


@dataclass(frozen=True, slots=True)
class SetUpStep:
    """One step of setting a channel up: its short word, and how it is done."""

    word: str
    how: str
    is_done: bool


def set_up(
    row: ChannelRow, flows: Sequence[FlowRow], endpoint: EndpointRow | None, receiver: ReceiverRow
) -> list[SetUpStep]:
    """The set-up checklist of a channel, in the order in which it is done."""
    told = [SetUpStep("connect", "sign in (s), or enter its keys (Enter) and Connect", bool(row.account_id))]
    if not row.role.gives_orders:
        return told
    is_live = row.state in (ChannelState.ACTIVE, ChannelState.PAUSED)
    told += [
        SetUpStep("read", "read its orders once (p)", row.last_pull_at is not None),
        SetUpStep("filters", "look at what may enter: Automation (Enter)", is_live or _has_filter(row)),
        SetUpStep(
            "dest",
            "choose a destination: Automation (Enter)",
            row.mode is Mode.FULFIL_HERE or bool(row.destination),
        ),
        SetUpStep("live", "Go live (G), after a plan", is_live),
    ]
    if receiver.state == "on" and row.settings.get("webhooks", True):
        is_told = endpoint is not None and endpoint.is_active
        told.append(SetUpStep("webhooks", "check its webhooks: Tools (t)", is_told))
    daily = any(flow.type is FlowType.ORDERS_DAILY and flow.is_active for flow in flows)
    told.append(SetUpStep("daily", "switch the daily re-fetch on (d)", daily))
    return told


def set_up_lines(row: ChannelRow, steps: Sequence[SetUpStep], history: str, width: int) -> tuple[Line, Line]:
    """What is next, with how far history is; and all steps in a line."""
    following = next((step for step in steps if not step.is_done), None)
    done = sum(step.is_done for step in steps)
    if following is None:
        left = line(say(f"Set-up of {row.name}: complete", Tone.GOOD))
    else:
        left = line(
            f"Set-up of {row.name}: {done} of {len(steps)} done; next: ", say(following.how, Tone.STRONG)
        )
    parts: list[Segment] = []
    for step in steps:
        parts.append(
            say(f"{'+' if step.is_done else '-'} {step.word}  ", Tone.GOOD if step.is_done else Tone.WARN)
        )
    room = width - sum(len(part.text) for part in parts) - len(history)
    later = ". stock later  "
    if row.role.gives_orders and room >= len(later):
        parts.append(say(later, Tone.MUTED))
        room -= len(later)
    return left, (*parts, Segment(" " * max(room, 0)), say(history, Tone.MUTED))


def _result(row: FlowRow, history: BackfillRow | None, view: View) -> Segment:
    if row.type is FlowType.HISTORY and history is not None:
        return history_result(history, view)
    if row.last_state is None:
        return say("-", Tone.MUTED)
    look = words.RUN[row.last_state]
    seen = f" ({row.last_seen})" if row.last_state.has_ended and not row.last_error else ""
    return say(look.text + seen, look.tone)


def _next(row: FlowRow, view: View) -> str:
    if row.is_wanted:
        return "now"
    return times.until(row.next_due_at, view.now, view.zone) if row.is_active else "-"


def _has_filter(row: ChannelRow) -> bool:
    return any(row.settings.get(name) for name in FILTERS)
