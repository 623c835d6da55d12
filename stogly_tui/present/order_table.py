"""The order list: its columns, which of them are shown, and what each shows of an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from stogly_tui.domain.states import IntakeState, PushState
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.present import money, times, words
from stogly_tui.present.blocks import Tone, View, say
from stogly_tui.present.table import Cells, Head

HEADS = (
    Head("number", "Number", 12, cut_middle=True),
    Head("age", "Age", 4, right=True, below=120),
    Head("placed", "Placed", 12, from_width=120),
    Head("customer", "Customer", 9, most=22, wide=36),
    Head("email", "E-mail", 9, from_width=120, most=28, wide=44),
    Head("items", "Items", 5, right=True, from_width=100),
    Head("channel", "Channel", 10, from_width=100, most=14, wide=28),
    Head("total", "Total", 12, right=True),
    Head("payment", "Pay", 6),
    Head("status", "Status", 10),
    Head("push", "Push", 4),
    Head("push_status", "Push Status", 11),
    Head("ship_by", "Ship by", 12, from_width=140),
    Head("assigned", "Assigned", 8, from_width=150),
    Head("destination", "Destination", 11, from_width=170, most=16, wide=28),
    Head("destination_number", "Number there", 12, from_width=170, cut_middle=True),
    Head("remote_number", "Channel's no.", 13, from_width=190, cut_middle=True),
    Head("notes", "Notes", 5, right=True, from_width=190),
)
"""Every column there is, in the order of a screen that has room for all."""
BY_KEY: Mapping[str, Head] = {head.key: head for head in HEADS}
SORTED_BY: Mapping[str, str] = {
    "number": "number", "age": "placed", "placed": "placed", "customer": "customer", "email": "email", "items": "items",
    "channel": "channel", "total": "total", "payment": "payment", "status": "status", "push_status": "push",
    "ship_by": "ship_by",
}  # fmt: skip
"""What a list is sorted by to sort it by a column."""
DOWN_FIRST = frozenset({"placed", "total", "items", "status", "payment", "channel", "push"})
"""Sorts that begin with the newest or the largest."""
NARROWEST, WIDEST = 3, 60


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that somebody chose to see; ``width`` in cells, 0 for its own."""

    key: str
    width: int = 0


def heads(chosen: Sequence[ColumnChoice] = (), *, is_wide: bool = False) -> tuple[Head, ...]:
    """The columns to show: those chosen, in their order; without a choice by how much room there is.

    In wide mode every column shows, as wide as it may grow.
    """
    told = [_as_chosen(one) for one in chosen if one.key in BY_KEY]
    if not told:
        told = list(HEADS)
        if is_wide:
            told = [head for head in told if head.key != "age"]
    if is_wide:
        return tuple(
            replace(head, width=max(head.width, head.most), from_width=0, below=10_000) for head in told
        )
    return tuple(told)


def _as_chosen(one: ColumnChoice) -> Head:
    head = replace(BY_KEY[one.key], from_width=0, below=10_000)
    if not one.width:
        return head
    return replace(head, width=min(max(one.width, NARROWEST), WIDEST), most=0)


def with_sort(shown: Sequence[Head], sort: str, view: View) -> tuple[Head, ...]:
    """The same columns; the one sorted by says so with ``^`` or ``v``, and times name their zone."""
    column, sign = sort.lstrip("-"), "v" if sort.startswith("-") else "^"
    zone = times.zone_name(view.now.astimezone(view.zone))
    told = []
    for head in shown:
        title = head.title
        if head.key in ("placed", "ship_by"):
            title = f"{title} {zone}"
        if SORTED_BY.get(head.key) == column:
            title = f"{sign}{title[: head.width - 1]}"
        told.append(replace(head, title=title))
    return tuple(told)


def sort_by(column: str, before: str) -> str:
    """The sort that choosing a column means: the other way round when it is sorted by already."""
    wanted = SORTED_BY[column]
    if before.lstrip("-") == wanted:
        return wanted if before.startswith("-") else f"-{wanted}"
    return f"-{wanted}" if wanted in DOWN_FIRST else wanted


def cells(row: OrderRow, view: View, *, is_marked: bool) -> Cells:
    """What the columns show of one order; a marked one says ``Send`` in the Push column."""
    muted = row.intake in (IntakeState.HISTORY, IntakeState.FILTERED, IntakeState.SOURCE_DELETED)
    tone = Tone.MUTED if muted and row.push_state is PushState.NOT_SENT else Tone.PLAIN
    status, look = words.status_short(row), words.push_short(row)
    return {
        "number": say(row.number, tone),
        "age": say(times.age(row.placed_at, view.now), tone),
        "placed": say(times.short(row.placed_at, view.zone), tone),
        "customer": say(row.customer or "(not given)", tone if row.customer else Tone.MUTED),
        "email": say(row.email, tone),
        "items": say(row.items, tone),
        "channel": say(row.channel, tone),
        "total": say(money.aligned(row.total, row.currency), tone),
        "payment": say(
            words.PAYMENT_SHORT[row.payment],
            tone if row.payment.is_paid or tone is Tone.MUTED else Tone.WARN,
        ),
        "status": say(status.word, status.tone if tone is Tone.PLAIN else tone),
        "push": say("Send" if is_marked else "", Tone.STRONG),
        "push_status": look.segment,
        "ship_by": say(
            times.short(row.ship_by, view.zone),
            Tone.BAD if row.ship_by is not None and row.ship_by < view.now else tone,
        ),
        "assigned": say(row.assigned_to, tone),
        "destination": say(row.destination_channel, tone),
        "destination_number": say(row.destination_number or row.destination_id, tone),
        "remote_number": say(row.remote_id, tone),
        "notes": say(row.notes or "", tone),
    }
