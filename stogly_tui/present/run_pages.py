"""Sync runs and log entries in lists, and what is to be said about the chosen one."""

from collections.abc import Sequence
from dataclasses import replace

from stogly_tui.domain.states import RunState
from stogly_tui.model.queries.runs import LogRow, RunRow
from stogly_tui.present import times, words
from stogly_tui.present.blocks import Line, Tone, View, line, plain, say, wrapped
from stogly_tui.present.errors import of_code, sku_named
from stogly_tui.present.table import Cells, Head

HEADS = (
    Head("id", "Run", 5, right=True),
    Head("start", "Start", 6),
    Head("channel", "Channel", 10, most=24, cut_middle=True),
    Head("type", "Type", 6),
    Head("state", "State", 20, most=24),
    Head("seen", "Seen", 5, right=True),
    Head("new", "New", 4, right=True),
    Head("updated", "Upd", 4, right=True),
    Head("failed", "Err", 3, right=True),
    Head("took", "Took", 4, right=True),
)
ENTRY_HEADS = (
    Head("at", "Time", 9),
    Head("level", " ", 1),
    Head("channel", "Channel", 10, most=20, cut_middle=True),
    Head("entity", "Entity", 13, most=20, cut_middle=True),
    Head("code", "Code", 15),
    Head("tries", "Try", 3, right=True, from_width=100),
    Head("message", "Message", 24, most=400),
)


def cells(row: RunRow, view: View) -> Cells:
    """What the columns show of one run."""
    look = words.RUN[row.state]
    state = look.text
    if row.state is RunState.RUNNING:
        state = f"> running, page {row.pages + 1}"
    is_going = row.state is RunState.RUNNING or row.state.has_ended
    took = (row.finished_at or view.now) - row.started_at if row.started_at and is_going else None
    return {
        "id": say(row.id),
        "start": say(times.run_time(row.started_at or row.asked_at, view.now, view.zone)),
        "channel": say(row.channel),
        "type": say(words.FLOW[row.type]),
        "state": say(state, look.tone),
        "seen": say(row.seen),
        "new": say(row.created),
        "updated": say(row.updated),
        "failed": say(row.failed, Tone.BAD if row.failed else Tone.PLAIN),
        "took": say(times.duration(took)),
    }


def entry_cells(row: LogRow, view: View) -> Cells:
    """What the columns show of one log entry."""
    look = words.LEVEL[row.level]
    return {
        "at": say(times.log_time(row.at, view.now, view.zone)),
        "level": say(look.glyph, look.tone),
        "channel": say(row.channel or "-"),
        "entity": say(row.order_number or row.entity or "-"),
        "code": say(row.code, look.tone),
        "tries": say("" if row.attempt is None else row.attempt),
        "message": say(row.message),
    }


def about(row: RunRow, view: View) -> list[Line]:
    """A run: its arithmetic, then its error or its author."""
    sums = (
        f"{row.id}: {row.seen} seen = {row.created} new + {row.updated} updated + {row.unchanged} same"
        f" + {row.filtered} filtered + {row.held} held + {row.failed} failed"
    )
    if row.found_missing:
        sums += f"; {row.found_missing} had been missing"
    if row.error_code or row.error_text:
        said = of_code(row.error_code or "RUN-FAILED", channel=row.channel, detail=row.error_text)
        rest = wrapped(f"{said.code}: {said.says} {said.next_step}", view.width, 2, Tone.BAD)
    else:
        by = f" by {row.requested_by}" if row.requested_by else ""
        rest = [
            line(say(f"  {row.flow or row.type.value}, {row.trigger}{by}, {_when(row, view)}", Tone.MUTED))
        ]
    return [line(sums), *rest]


def entry_page(row: LogRow, view: View) -> list[tuple[str, str]]:
    """Everything about one entry, as labels and values."""
    said = of_code(
        row.code, channel=row.channel, destination=row.channel, detail=row.message, sku=sku_named(row.message)
    )
    return [
        ("Time", times.stamp(row.at, view.zone)),
        ("Level", words.LEVEL[row.level].word),
        ("Channel", row.channel),
        ("Run", f"#{row.run_id}" if row.run_id else ""),
        ("Order", row.order_number),
        ("Entity", row.entity),
        ("Attempt", str(row.attempt) if row.attempt is not None else ""),
        ("Code", row.code),
        ("Message", row.message),
        ("Means", said.says if said.because else ""),
        ("Because", said.because),
        ("What to do", said.next_step),
    ]


def entry_text(row: LogRow, view: View) -> str:
    """An entry to hand on: everything about it, a line each."""
    return "\n".join(f"{label}: {value}" for label, value in entry_page(row, view) if value)


def run_text(row: RunRow, entries: Sequence[LogRow], view: View) -> str:
    """A run to hand on: its state, its arithmetic, and the warnings and errors it wrote down."""
    told = [
        f"Run {row.id}, {words.FLOW[row.type]} of {row.channel}: {words.RUN[row.state].word}",
        f"Started {times.stamp(row.started_at, view.zone) or 'not yet'}"
        + (f", ended {times.stamp(row.finished_at, view.zone)}" if row.finished_at else ""),
        *(plain(shown).strip() for shown in about(row, replace(view, width=4000))),
        *(
            f"{times.stamp(entry.at, view.zone)} {entry.level} {entry.code}"
            f" {entry.order_number or entry.entity or '-'}: {entry.message}"
            for entry in entries
        ),
    ]
    return "\n".join(told)


def _when(row: RunRow, view: View) -> str:
    if row.started_at is None:
        return f"asked for {times.absolute(row.asked_at, view.zone)}"
    return times.absolute(row.started_at, view.zone)
