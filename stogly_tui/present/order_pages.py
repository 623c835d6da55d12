"""One order, whole, in pages of lines: summary, items, customer, push, timeline, raw."""

from collections.abc import Callable, Sequence

from stogly_tui.domain.orders import Address
from stogly_tui.domain.safe_text import safe_text
from stogly_tui.domain.states import Level, PushState, SourceChange
from stogly_tui.model.queries.order_detail import AttemptRow, LineRow, OrderDetail, PushRow
from stogly_tui.present import money, times, words
from stogly_tui.present.blocks import BLANK, Line, Tone, View, heading, line, pairs, safe_cell, say, wrapped
from stogly_tui.present.catalogue import NOTHING_TO_DO
from stogly_tui.present.errors import explain, is_wrong, steps
from stogly_tui.present.raw import indented, payload_lines


def title(detail: OrderDetail) -> Line:
    """The order in a few words."""
    row = detail.row
    return line(
        say(row.number, Tone.STRONG),
        f"   {row.customer or '(no name)'}   {money.shown(row.total, row.currency)} {words.PAYMENT[row.payment]}",
    )


def summary(detail: OrderDetail, view: View) -> list[Line]:
    """Where is it: one page that answers a customer on the phone."""
    row = detail.row
    push = _current(detail)
    told = pairs(
        [
            ("WHERE IS IT", say(words.status(row, detail.lines), Tone.STRONG)),
            (
                "Channel",
                f"{row.channel} no. {detail.remote_number or row.remote_id}, placed"
                f" {times.absolute(row.placed_at, view.zone)}, {_paid(detail)}",
            ),
            ("Push Status", (words.push(row).segment, say(_push_words(push, view)))),
            ("Intake", _intake(detail)),
            ("Source", _source(detail)),
            ("Buyer saw", _presentment(detail)),
            ("Ship by", times.absolute(row.ship_by, view.zone)),
        ]
    )
    if is_wrong(row) or row.push_state is PushState.RETRY_LATER:
        told += [BLANK, *trouble(detail, view)]
    told += [BLANK, *_item_table(detail, view), BLANK]
    told += pairs(
        [("Ship to", _one_line(detail.shipping if not detail.shipping.is_blank else detail.billing))]
    )
    told += pairs([("Note", detail.note), ("Tags", ", ".join(detail.tags))])
    if detail.unknown:
        told += pairs([("Not known", say(", ".join(detail.unknown), Tone.WARN))])
    return told


def items(detail: OrderDetail, view: View) -> list[Line]:
    """Lines with their stages, then charges, then the sum."""
    told = _item_table(detail, view)
    renamed = [
        found for found in detail.lines if found.destination_sku and found.destination_sku != found.sku
    ]
    if renamed:
        told += [BLANK, heading(f"SKUs at {detail.row.destination_channel}")]
        told += [
            line(f"  {found.sku} is sent as ", say(found.destination_sku, Tone.STRONG)) for found in renamed
        ]
    return told


def customer(detail: OrderDetail, view: View) -> list[Line]:
    """Who bought, and both addresses."""
    told = pairs(
        [
            ("Customer", detail.row.customer or "(not given)"),
            ("E-mail", detail.row.email),
            ("Phone", detail.phone),
            ("Paid with", detail.payment_method),
        ]
    )
    for name, address in (("SHIP TO", detail.shipping), ("BILL TO", detail.billing)):
        told += [BLANK, heading(name)]
        parts = (
            address.name,
            address.company,
            address.line1,
            address.line2,
            " ".join(part for part in (address.postcode, address.city) if part),
            ", ".join(part for part in (address.region, address.country) if part),
            address.phone,
            address.email,
        )
        told += [line(f"  {part}") for part in parts if part] or [line(say("  (not given)", Tone.MUTED))]
    if detail.note:
        told += [BLANK, heading("NOTE OF THE BUYER"), *wrapped(detail.note, view.width, 2)]
    return told


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


def timeline(detail: OrderDetail, view: View) -> list[Line]:
    """What happened, oldest first."""
    told = [line(say(f"Times in {times.zone_name(view.now.astimezone(view.zone))}", Tone.MUTED))]
    day = ""
    for event in detail.timeline:
        there = event.at.astimezone(view.zone)
        if (today := f"{there:%Y-%m-%d}") != day:
            day = today
            told.append(heading(f"{times.DAYS[there.weekday()]} {day}"))
        tone = {Level.INFO: Tone.PLAIN, Level.WARNING: Tone.WARN, Level.ERROR: Tone.BAD}[event.level]
        prefix = f"  {there:%H:%M:%S} {safe_cell(event.who)[:10]:<10} "
        rest = wrapped(event.text, view.width - len(prefix) - 18) or [BLANK]
        told.append(line(prefix, say(f"{safe_cell(event.code)[:16]:<16} ", tone), *rest[0]))
        told += [line(" " * (len(prefix) + 17), *more) for more in rest[1:]]
    return told


def raw(detail: OrderDetail, _view: View) -> Sequence[Line]:
    """The payload as the channel gave it, indented when it is JSON."""
    return payload_lines(detail.payload)


Page = Callable[[OrderDetail, View], Sequence[Line]]
PAGES: dict[str, Page] = {
    "Summary": summary,
    "Items": items,
    "Customer": customer,
    "Push": push,
    "Timeline": timeline,
    "Raw": raw,
}


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
    current = _current(detail)
    if current and current.evidence and current.evidence not in said.says:
        told += wrapped(f"Evidence: {current.evidence}", view.width, 2)
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


def _item_table(detail: OrderDetail, view: View) -> list[Line]:
    currency = detail.row.currency
    name_width = min(max(view.width - 51, 12), 60)
    told = [
        line(
            say(
                f"  {'SKU':<14} {'Item':<{name_width}} {'Qty':>4} {'Shipped':>7} {'Canc':>4} {'Price':>14}",
                Tone.MUTED,
            )
        )
    ]
    told += [_item(found, currency, name_width) for found in detail.lines]
    if not detail.lines:
        told.append(line(say("  (no lines)", Tone.WARN)))
    for charge in detail.charges:
        kind = charge.kind.value.replace("_", " ").capitalize()
        label = safe_cell(charge.name)[:name_width]
        told.append(
            line(
                f"  {kind:<14} {label:<{name_width}}"
                f" {'':>17} {money.aligned(charge.amount + charge.tax, currency, 14)}"
            )
        )
    row = detail.row
    told.append(
        line(
            say(
                f"  {'Total':<14} {'':<{name_width}} {'':>17} {money.aligned(row.total, currency, 14)}",
                Tone.STRONG,
            ),
        )
    )
    extra = [f"tax in it {money.grouped(detail.tax, currency)}"] if detail.tax else []
    if detail.refunded:
        extra.append(f"refunded {money.grouped(detail.refunded, currency)}")
    if seen := _presentment(detail):
        extra.append(f"the buyer saw {seen}")
    if extra:
        told.append(line(say(f"  {'':<14} {', '.join(extra)}", Tone.MUTED)))
    return told


def _item(found: LineRow, currency: str, name_width: int) -> Line:
    return line(
        f"  {safe_cell(found.sku or '(none)')[:14]:<14} {safe_cell(found.name)[:name_width]:<{name_width}}"
        f" {found.ordered:>4} {found.shipped or '-':>7} {found.cancelled or '-':>4}"
        f" {money.aligned(found.total + found.tax, currency, 14)}"
    )


def _current(detail: OrderDetail) -> PushRow | None:
    return next((one for one in detail.pushes if one.is_current), None)


def _push_words(one: PushRow | None, view: View) -> str:
    if one is None:
        return ""
    at = one.destination_number or one.destination_order_id
    parts = [f" {'to' if at else 'for'} {one.destination}"]
    if at:
        parts.append(f"no. {at}")
    if one.sent_at:
        parts.append(times.absolute(one.sent_at, view.zone))
    parts.append(f"rule {one.rule}" if one.rule else f"by {one.queued_by}")
    parts.append(f"{one.tries} {'try' if one.tries == 1 else 'tries'}")
    return ", ".join(parts)


def _paid(detail: OrderDetail) -> str:
    word = words.PAYMENT[detail.row.payment]
    return (
        f"{word} by {detail.payment_method}" if detail.payment_method and detail.row.payment.is_paid else word
    )


def _intake(detail: OrderDetail) -> str:
    row = detail.row
    reason = f": {row.intake_reason}" if row.intake_reason else ""
    hold = f" ({words.HOLD[row.hold]})" if row.hold else ""
    run = f" (run {detail.first_run_id})" if detail.first_run_id else ""
    return f"{row.intake.value.replace('_', ' ')}{hold}{reason}{run}"


def _source(detail: OrderDetail) -> str | tuple[()]:
    row = detail.row
    note = f": {detail.source_change_note}" if detail.source_change_note else ""
    own = [
        f"{title} {word.lower().replace('_', ' ')}"
        for title, word in (("money", detail.financial_status), ("fulfilment", detail.fulfilment_status))
        if word
    ]
    status = f"{', '.join([f'status {row.remote_status}', *own])} at {row.channel}"
    if row.source_change is SourceChange.NONE:
        return status
    return f"{row.source_change.value.replace('_', ' ')}{note}; {status}"


def _presentment(detail: OrderDetail) -> str:
    """What the buyer saw and paid, where that is another currency than the shop's."""
    if detail.presentment_total is None or detail.presentment_currency == detail.row.currency:
        return ""
    return money.shown(detail.presentment_total, detail.presentment_currency)


def _one_line(address: Address) -> str:
    parts = (
        address.name,
        address.company,
        address.line1,
        address.line2,
        f"{address.postcode} {address.city}".strip(),
        address.region,
        address.country,
    )
    return ", ".join(part for part in parts if part)
