"""Progress, plans and results of a verb over many orders, in lines; and what a stale edit is told."""

from collections.abc import Iterator, Mapping
from datetime import timedelta, tzinfo
from typing import Any

from stogly_tui.domain.money import to_text
from stogly_tui.model.queries.presences import PresenceRow
from stogly_tui.operations.bulk import BulkPlan, BulkResult, Mark, Outcome, Verb
from stogly_tui.operations.plans import SendPlan
from stogly_tui.operations.team import ChangedMeanwhile
from stogly_tui.present import audit_pages, money, times
from stogly_tui.present.blocks import BLANK, Line, Segment, Tone, heading, line, pairs, say, wrapped

WIDTH = 70
BAR = 40
TITLES = {
    Verb.HOLD: "Hold",
    Verb.RELEASE: "Release",
    Verb.HANDLED: "Handled manually",
    Verb.RETRY: "Retry",
    Verb.ASSIGN: "Assign",
    Verb.NOTE: "Note",
}
GLYPHS = {
    Mark.OK: say("+ ok", Tone.GOOD),
    Mark.QUEUED: say("> queued", Tone.BUSY),
    Mark.FAILED: say("! failed", Tone.BAD),
    Mark.SKIPPED: say("- skipped", Tone.MUTED),
    Mark.NOT_BEGUN: say("- not begun", Tone.WARN),
}
RESULT_COLUMNS = ("number", "result", "reason")
PLAN_COLUMNS = (
    "plan",
    "number",
    "channel",
    "destination",
    "total",
    "currency",
    "revision",
    "reason",
    "by",
    "since",
)


def orders(count: int) -> str:
    """``1 order``, ``300,000 orders``."""
    return "1 order" if count == 1 else f"{count:,} orders"


def progress_lines(
    title: str, done: int, total: int, failed: int, left: float | None, *, is_stopping: bool
) -> list[Line]:
    """How far work is, with a bar that is also said in numbers."""
    full = BAR * done // total if total else 0
    told = f"{done:,} of {total:,} done" if total else "begins"
    rest = times.duration(timedelta(seconds=left)) if left is not None else ""
    return [
        heading(title.upper()),
        BLANK,
        line(f"[{'#' * full}{'.' * (BAR - full)}]  ", say(told, Tone.STRONG)),
        line(
            say(f"{failed:,} failed", Tone.BAD if failed else Tone.MUTED),
            say(f"    about {rest} left" if rest else "", Tone.MUTED),
            say("    stopping ...", Tone.WARN) if is_stopping else "",
        ),
    ]


def work_line(title: str, done: int, total: int, failed: int, *, is_over: bool) -> Line:
    """One piece of work in a list."""
    state = say("+ ended  ", Tone.GOOD) if is_over else say("> runs   ", Tone.BUSY)
    return line(
        state,
        f"{title:<28.28} {done:,} of {total:,}",
        say(f"  {failed:,} failed" if failed else "", Tone.BAD),
    )


def plan_lines(plan: BulkPlan) -> list[Line]:
    """What a verb would do: how many, their value, and what is skipped and why."""
    told = pairs(
        [
            (
                "Done to",
                say(orders(len(plan.goes)), Tone.STRONG) if plan.goes else say("nothing", Tone.WARN),
            ),
            (" ", money.sums(plan.money)),
        ]
    )
    label = f"Skipped {len(plan.skipped):,}"
    for reason, count in sorted(plan.reasons.items(), key=lambda one: -one[1])[:4]:
        told += pairs([(label, say(f"{count:>4,}  {reason}", Tone.WARN))])
        label = " "
    return told


def result_line(result: BulkResult) -> str:
    """A result in a sentence."""
    counts = result.counts
    done = "sent" if result.title == "send" else "done"
    others = (Mark.QUEUED, Mark.FAILED, Mark.NOT_BEGUN, Mark.SKIPPED)
    told = [f"{counts[mark]:,} {mark}" for mark in others if counts.get(mark)]
    if counts.get(Mark.OK) or not counts.get(Mark.QUEUED):
        told.insert(0, f"{counts.get(Mark.OK, 0):,} {done}")
    return ", ".join(told)


def outcome_line(outcome: Outcome) -> Line:
    """One order of a result."""
    glyph = GLYPHS[outcome.mark]
    return line(f"{outcome.number:<20.20} ", Segment(glyph.text.ljust(12), glyph.tone), say(outcome.reason))


def outcome_row(outcome: Outcome) -> Mapping[str, Any]:
    """One order of a result, for a file."""
    return {"number": outcome.number, "result": outcome.mark.value, "reason": outcome.reason}


def plan_rows(plan: SendPlan) -> Iterator[Mapping[str, Any]]:
    """A plan for a file: what goes, then what is skipped."""
    for item in plan.items:
        yield {
            "plan": "goes", "number": item.number, "channel": item.channel, "destination": item.destination,
            "total": to_text(item.total, item.currency), "currency": item.currency, "revision": item.revision,
            "reason": "; ".join(item.warnings), "by": "", "since": None,
        }  # fmt: skip
    for one in plan.skipped:
        yield {
            "plan": "skipped", "number": one.number, "channel": "", "destination": "", "total": "", "currency": "",
            "revision": None, "reason": str(one.refusal), "by": one.by, "since": one.since,
        }  # fmt: skip


def changed(error: ChangedMeanwhile, zone: tzinfo) -> str:
    """What somebody is told who decided about an earlier state: who changed it, what, and when in their own zone."""
    change = error.change
    if change is None:
        return "It changed meanwhile; nothing was done. Look at it, then decide again."
    what = change.reason or audit_pages.VERBS.get(change.verb, change.verb.replace("_", " "))
    when = times.clock(change.at, zone)
    return (
        f"It changed at {when}, after you looked: {change.who}: {what}. Nothing was done; what you typed is kept."
        " Do it again to act on what it is now, or Esc."
    )


def others_lines(there: PresenceRow, zone: tzinfo) -> list[Line]:
    """Who else is at the order that is being decided about."""
    told = f"! {there.actor} is at it too: {there.doing}, since {times.clock(there.since, zone)}."
    return wrapped(told, WIDTH, tone=Tone.WARN)
