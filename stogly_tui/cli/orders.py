"""orders and order: looking, without anything that acts or reaches the network."""

import argparse
from collections.abc import Iterator

from stogly_tui.cli import exits, moments, which
from stogly_tui.cli.output import put, put_csv, put_json, put_json_array, put_jsonl, put_table, say
from stogly_tui.cli.session import Session
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.safe_text import folded
from stogly_tui.domain.search import Field, Term
from stogly_tui.domain.states import OrderStatus, PushState, PushWord
from stogly_tui.model import database as db
from stogly_tui.model.queries import order_detail, order_keys, orders
from stogly_tui.model.queries.order_filter import OrderFilter
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.operations import privacy
from stogly_tui.operations.privacy import rows_as_seen_by
from stogly_tui.present.orders_json import COLUMNS, detail_json, note_json, order_json

IN_A_TABLE = 50
"""Orders that a table shows unless another limit is given."""
_HEADS = (
    "Number",
    "Placed",
    "Customer",
    "Items",
    "Channel",
    "Total",
    "Payment",
    "Status",
    "Push",
    "Destination",
)


def list_all(session: Session, args: argparse.Namespace) -> int:
    """Orders that match, newest first."""
    chosen = _filter(session, args)
    limit = args.limit if args.limit is not None else IN_A_TABLE if args.format == "table" else 0
    match args.format:
        case "json":
            put_json_array(order_json(row) for row in rows_as_seen_by(session.actor, _rows(chosen, limit)))
        case "jsonl":
            put_jsonl(order_json(row) for row in rows_as_seen_by(session.actor, _rows(chosen, limit)))
        case "csv":
            put_csv(
                COLUMNS, (order_json(row) for row in rows_as_seen_by(session.actor, _rows(chosen, limit)))
            )
        case _:
            _put_table(session, chosen, limit)
    return exits.DONE


def show(session: Session, args: argparse.Namespace) -> int:
    """One order, whole."""
    row = which.one(args.order)
    with db.read():
        found = order_detail.detail(row.id)
    if found is None:
        raise InvalidInput(FieldProblem("order", f"{row.number} is not here any more."))
    if args.show_customer and privacy.is_hidden_from(session.actor):
        privacy.show_customer(session.actor, row.id)
    else:
        found = privacy.as_seen_by(session.actor, found)
    if args.format == "json":
        put_json(
            detail_json(found)
            | {"notes": [note_json(one) for one in found.notes], "assigned_to": row.assigned_to or None}
        )
        return exits.DONE
    from stogly_tui.present import order_pages, order_push
    from stogly_tui.present.blocks import plain

    view = session.view()
    parts = (
        ("", [order_pages.title(found), *order_pages.summary(found, view)]),
        ("CUSTOMER", order_pages.customer(found, view)),
        ("PUSH", order_push.push(found, view)),
        ("TIMELINE", order_pages.timeline(found, view)),
    )
    for name, lines in parts:
        if name:
            put(f"\n{name}")
        for line in lines:
            text = plain(line).rstrip()
            if not text.startswith("  Keys: "):
                put(text)
    return exits.DONE


def _filter(session: Session, args: argparse.Namespace) -> OrderFilter:
    words = {one.value for one in PushWord}
    return OrderFilter(
        channels=tuple(which.channel(name).id for name in args.channel),
        statuses=tuple(OrderStatus(one) for one in args.status),
        push=tuple(PushWord(one) for one in args.push_status if one in words),
        states=tuple(PushState(one) for one in args.push_status if one not in words),
        since=moments.optional("since", args.since, session.zone, session.now),
        until=moments.optional("until", args.until, session.zone, session.now),
        terms=(*_customer(args.customer), *which.terms(session, args.search)),
    )


def _customer(text: str) -> tuple[Term, ...]:
    return (Term(Field.CUSTOMER, (folded(text),)),) if text else ()


def _rows(chosen: OrderFilter, limit: int) -> Iterator[OrderRow]:
    """Rows in order, read in chunks: a list of any length takes 8 bytes per order."""
    if 0 < limit <= which.CHUNK:
        with db.read():
            found = orders.first(chosen, limit)
        yield from found
        return
    with db.read():
        keys = order_keys.all_ids(chosen)
    if limit:
        keys = keys[:limit]
    for start in range(0, len(keys), which.CHUNK):
        with db.read():
            found = orders.page(keys[start : start + which.CHUNK])
        yield from found


def _put_table(session: Session, chosen: OrderFilter, limit: int) -> None:
    from stogly_tui.present import money, times, words

    told = list(_rows(chosen, limit))
    put_table(
        _HEADS,
        [
            (
                row.number, times.stamp(row.placed_at, session.zone), row.customer, row.items, row.channel,
                money.shown(row.total, row.currency), row.payment.value, words.status_short(row).word,
                words.push(row).text, _destination(row),
            )
            for row in told
        ],
        right=("Items", "Total"),
    )  # fmt: skip
    with db.read():
        every = order_keys.count(chosen)
    if every > len(told):
        say(f"{len(told)} of {every} orders; --limit 0 shows all.")


def _destination(row: OrderRow) -> str:
    at = row.destination_number or row.destination_id
    return f"{row.destination_channel} {at}" if at else ""
