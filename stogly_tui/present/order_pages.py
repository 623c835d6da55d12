"""One order, whole, in pages of lines: summary, items, customer, push, timeline, raw."""

from collections.abc import Callable, Sequence

from stogly_tui.domain.orders import Address
from stogly_tui.domain.states import Level, PushState, SourceChange
from stogly_tui.model.queries.order_detail import LineRow, OrderDetail, PushRow
from stogly_tui.present import money, times, words
from stogly_tui.present.blocks import BLANK, Line, Tone, View, heading, line, pairs, say, wrapped
from stogly_tui.present.cells import column
from stogly_tui.present.errors import explain, is_wrong
from stogly_tui.present.order_push import current, push, trouble_in_short
from stogly_tui.present.raw import payload_lines

LABEL = 14
NOTES = 3
"""So many of the latest notes stand in the summary; all of them in the timeline."""
HIDDEN = "Hidden from viewers; showing it is written down."


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
    told = _labelled("WHERE IS IT", _where(detail), view, Tone.STRONG)
    told += _labelled(
        "Channel",
        f"{row.channel} no. {detail.remote_number or row.remote_id}, placed"
        f" {times.absolute(row.placed_at, view.zone)}, {_paid(detail)}",
        view,
    )
    look = words.push(row)
    first, *rest = _labelled("Push Status", f"{look.text}{_push_words(current(detail), view)}", view)
    said = first[-1].text[len(look.text) :]
    told += [(*first[:-1], look.segment, say(said)), *rest]
    for label, text in (
        ("Source", _source(detail)),
        ("Intake", _intake(detail)),
        ("Buyer saw", _presentment(detail)),
        ("Ship by", times.absolute(row.ship_by, view.zone)),
    ):
        told += _labelled(label, text, view)
    if is_wrong(row) or row.push_state is PushState.RETRY_LATER:
        told += [BLANK, *trouble_in_short(detail, view)]
    told += [BLANK, *_item_table(detail, view), BLANK]
    told += _labelled("Ship to", _ship_to(detail), view)
    told += _labelled("Phone", detail.phone or detail.shipping.phone or detail.billing.phone, view)
    if detail.is_masked:
        told += _labelled(" ", HIDDEN, view, Tone.MUTED)
    told += _notes(detail, view)
    told += _labelled("Buyer's note", detail.note, view)
    told += pairs([("Tags", ", ".join(detail.tags))], LABEL)
    if detail.unknown:
        told += _labelled("Not known", ", ".join(detail.unknown), view, Tone.WARN)
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
    return [line(say(HIDDEN, Tone.WARN)), BLANK, *told] if detail.is_masked else told


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
        prefix = f"  {there:%H:%M:%S} {column(event.who, 10)} "
        rest = wrapped(event.text, view.width - 39) or [BLANK]
        told.append(line(prefix, say(f"{column(event.code, 16)} ", tone), *rest[0]))
        told += [line(" " * 39, *more) for more in rest[1:]]
    return told


def raw(detail: OrderDetail, _view: View) -> Sequence[Line]:
    """The payload as the channel gave it, indented when it is JSON."""
    return [line(say(HIDDEN, Tone.WARN))] if detail.is_masked else payload_lines(detail.payload)


Page = Callable[[OrderDetail, View], Sequence[Line]]
PAGES: dict[str, Page] = {
    "Summary": summary,
    "Items": items,
    "Customer": customer,
    "Push": push,
    "Timeline": timeline,
    "Raw": raw,
}


def _item_table(detail: OrderDetail, view: View) -> list[Line]:
    currency = detail.row.currency
    name_width = min(max(view.width - 64, 12), 60)
    told = [
        line(
            say(
                f"  {'SKU':<14} {'Item':<{name_width}} {'Qty':>4} {'Fulfilled':>9} {'Shipped':>7} {'Cancelled':>9}"
                f" {'Price':>13}",
                Tone.MUTED,
            )
        )
    ]
    told += [_item(found, currency, name_width) for found in detail.lines]
    if not detail.lines:
        told.append(line(say("  (no lines)", Tone.WARN)))
    for charge in detail.charges:
        kind = charge.kind.value.replace("_", " ").capitalize()
        told.append(_sum(kind, charge.name, charge.amount + charge.tax, currency, name_width))
    total = _sum("Total", "", detail.row.total, currency, name_width)
    told.append(tuple(say(part.text, Tone.STRONG) for part in total))
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
        f"  {column(found.sku or '(none)', 14)} {column(found.name, name_width)}"
        f" {found.ordered:>4} {found.fulfilled or '-':>9} {found.shipped or '-':>7} {found.cancelled or '-':>9}"
        f" {money.aligned(found.total + found.tax, currency, 13)}"
    )


def _sum(kind: str, name: str, amount: int, currency: str, name_width: int) -> Line:
    return line(
        f"  {column(kind, 14)} {column(name, name_width)} {'':>32} {money.aligned(amount, currency, 13)}"
    )


def _labelled(label: str, text: str, view: View, tone: Tone = Tone.PLAIN) -> list[Line]:
    """A label with a text that may take several lines."""
    shown = wrapped(text, view.width, LABEL, tone)
    return pairs([(label, shown[0][1:])], LABEL) + shown[1:] if shown else []


def _where(detail: OrderDetail) -> str:
    row = detail.row
    told = [f"{words.status(row, detail.lines)}."]
    if row.push_state is PushState.IN_DOUBT:
        told.append("Whether it was sent is being found out: see below.")
    else:
        told.append("It waits for somebody: see below." if is_wrong(row) else explain(row).says)
    pieces = sum(found.shipped for found in detail.lines)
    still = [
        f"{left} x {found.sku or found.name}"
        for found in detail.lines
        if (left := found.ordered - found.cancelled - found.shipped) > 0
    ]
    if pieces and still:
        told.append(f"Open: {', '.join(still)}.")
    return " ".join(told)


def _ship_to(detail: OrderDetail) -> str:
    return _one_line(detail.shipping if not detail.shipping.is_blank else detail.billing)


def _notes(detail: OrderDetail, view: View) -> list[Line]:
    told: list[Line] = []
    for note in detail.notes[:NOTES]:
        label = " " if told else f"Notes {len(detail.notes)}"
        told += _labelled(label, f"{note.author}, {times.absolute(note.at, view.zone)}: {note.text}", view)
    if len(detail.notes) > NOTES:
        told += pairs([("", say(f"{len(detail.notes) - NOTES} older: see Timeline", Tone.MUTED))], LABEL)
    return told


def _push_words(one: PushRow | None, view: View) -> str:
    if one is None:
        return ""
    at = one.destination_number or one.destination_order_id
    parts = [f" {'to' if at else 'for'} {one.destination}"]
    if at:
        parts.append(f"no. {at}")
    if one.sent_at:
        parts.append(times.absolute(one.sent_at, view.zone))
    by = one.rule or f"by {one.queued_by}"
    parts.append(by if by.startswith("by ") else f"rule {by}")
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


def _source(detail: OrderDetail) -> str:
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
