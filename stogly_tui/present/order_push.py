"""An order's way to its destination: what is the matter, each try, what was sent and what came back."""

from stogly_tui.domain.safe_text import safe_text
from stogly_tui.domain.states import PushState
from stogly_tui.model.queries.order_detail import AttemptRow, OrderDetail, PushRow
from stogly_tui.present import times, words
from stogly_tui.present.blocks import BLANK, Line, Tone, View, line, pairs, say, wrapped
from stogly_tui.present.catalogue import NOTHING_TO_DO
from stogly_tui.present.errors import explain, is_wrong, steps
from stogly_tui.present.raw import indented


def push(detail: OrderDetail, view: View) -> list[Line]:
    """What happened on the way to the destination: what was sent, what came back, what to do."""
    if not detail.pushes:
        told = [line("Nothing was sent yet."), BLANK]
        return told + trouble(detail, view)
    told = trouble(detail, view)
    for number, one in enumerate(detail.pushes):
        if number:
            told += [BLANK, line(say("-" * min(view.width, 76), Tone.MUTED))]
        told += [BLANK, *_push_page(one, view)]
    return told


def trouble(detail: OrderDetail, view: View) -> list[Line]:
    """What is the matter, why, and what to do, each with its key."""
    row = detail.row
    said = explain(row)
    bad = is_wrong(row)
    told = [
        line(
            say(words.push(row).text, words.push(row).tone),
            "  ",
            say(said.code, Tone.STRONG),
        )
    ]
    told += wrapped(said.says, view.width, 2, Tone.BAD if bad else Tone.PLAIN)
    told += wrapped(said.because, view.width, 2)
    now = current(detail)
    if now and now.evidence and now.evidence not in said.says:
        told += wrapped(f"Evidence: {now.evidence}", view.width, 2)
    if row.due_at and row.push_state is PushState.RETRY_LATER:
        told.append(
            line(f"  Tried again {times.until(row.due_at, view.now, view.zone)}; {row.tries} tries so far.")
        )
    if row.push_state is PushState.IN_DOUBT and row.next_look_at:
        told.append(line(f"  Looked up next {times.until(row.next_look_at, view.now, view.zone)}."))
    if said.next_step != NOTHING_TO_DO:
        told += wrapped(f"What to do: {said.next_step}", view.width, 2, Tone.STRONG)
    keys = " | ".join(f"{step.key} {step.words}" for step in steps(row))
    if keys:
        told.append(line("  Keys: ", say(keys, Tone.STRONG)))
    return told


def trouble_in_short(detail: OrderDetail, view: View) -> list[Line]:
    """What is the matter, and what to do; the keys stand below the page."""
    row = detail.row
    said = explain(row)
    told = [line(say(words.push(row).text, words.push(row).tone), "  ", say(said.code, Tone.STRONG))]
    told += wrapped(said.says, view.width, 2, Tone.BAD if is_wrong(row) else Tone.PLAIN)
    if said.next_step != NOTHING_TO_DO:
        told += wrapped(f"What to do: {said.next_step}", view.width, 2, Tone.STRONG)
    return told


def _push_page(one: PushRow, view: View) -> list[Line]:
    look = words.push_state(one.state)
    told = [
        line(
            say(f"To {one.destination}", Tone.STRONG),
            "   ",
            look.segment,
            "" if one.is_current else "   (earlier)",
        )
    ]
    told += pairs(
        [
            ("  Reference", one.reference),
            (
                "  There as",
                " no. ".join(
                    dict.fromkeys(part for part in (one.destination_order_id, one.destination_number) if part)
                ),
            ),
            ("  And as", say(one.second_order_id, Tone.BAD)),
            (
                "  Queued",
                f"{times.absolute(one.queued_at, view.zone)} by {one.queued_by}, {one.rule or 'by hand'}",
            ),
            ("  Sent", times.absolute(one.sent_at, view.zone)),
            ("  Settled", f"by {one.settled_by}: {one.settled_reason}" if one.settled_by else ""),
        ]
    )
    if not one.attempts:
        told.append(line(say("  No request was started yet.", Tone.MUTED)))
    for attempt in one.attempts:
        told += [BLANK, *_attempt_page(attempt, view)]
    return told


def _attempt_page(attempt: AttemptRow, view: View) -> list[Line]:
    outcome = words.OUTCOME[attempt.outcome].segment if attempt.outcome else say("> still open", Tone.BUSY)
    took = times.duration(attempt.ended_at - attempt.started_at) if attempt.ended_at else ""
    told = [
        line(
            say(f"  Try {attempt.number}  ", Tone.STRONG),
            f"{times.absolute(attempt.started_at, view.zone)}{f', took {took}' if took else ''}   ",
            outcome,
            f"   {attempt.code}" if attempt.code else "",
            f"   HTTP {attempt.http_status}" if attempt.http_status else "",
        )
    ]
    told += wrapped(attempt.message, view.width, 4)
    for name, text in (("What was sent", attempt.request), ("What came back", attempt.reply)):
        if text:
            told.append(line(say(f"    {name}", Tone.MUTED)))
            for one in safe_text(indented(text), 20_000).splitlines():
                told += wrapped_code(one, view.width, 6)
    return told


def wrapped_code(text: str, width: int, indent: int) -> list[Line]:
    """One line of a request or a reply, broken where the room ends; its blanks are kept."""
    room = max(width - indent, 10)
    pieces = [text[start : start + room] for start in range(0, max(len(text), 1), room)]
    return [line(" " * indent, piece) for piece in pieces]


def current(detail: OrderDetail) -> PushRow | None:
    """The push that counts now."""
    return next((one for one in detail.pushes if one.is_current), None)
