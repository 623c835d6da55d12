"""Customer data: hidden from viewers until they ask to see it, and each such look is written down."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from stogly_tui.domain.masking import HIDDEN, masked_address, masked_email, masked_phone
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.model import database as db
from stogly_tui.model.queries import orders
from stogly_tui.model.queries.order_detail import OrderDetail
from stogly_tui.model.queries.orders import OrderRow


def is_hidden_from(actor: Actor) -> bool:
    """Whether customer data is masked for this person."""
    return not actor.role.covers(Role.OPERATOR)


def as_seen_by(actor: Actor, detail: OrderDetail) -> OrderDetail:
    """An order as a person may see it without asking."""
    return masked(detail) if is_hidden_from(actor) else detail


def masked(detail: OrderDetail) -> OrderDetail:
    """An order without phone, e-mail, street and postcode, nor the texts that hold them."""
    return replace(
        detail,
        row=replace(detail.row, email=masked_email(detail.row.email)),
        billing=masked_address(detail.billing),
        shipping=masked_address(detail.shipping),
        phone=masked_phone(detail.phone),
        note=HIDDEN if detail.note else "",
        payload=b"",
        pushes=tuple(
            replace(
                push,
                attempts=tuple(
                    replace(
                        attempt,
                        request=HIDDEN if attempt.request else "",
                        reply=HIDDEN if attempt.reply else "",
                    )
                    for attempt in push.attempts
                ),
            )
            for push in detail.pushes
        ),
        is_masked=True,
    )


def rows_as_seen_by(actor: Actor, rows: Iterable[OrderRow]) -> Iterator[OrderRow]:
    """Orders of a list as a person may see them without asking."""
    if is_hidden_from(actor):
        return (replace(row, email=masked_email(row.email)) for row in rows)
    return iter(rows)


def show_customer(actor: Actor, order_id: int) -> int:
    """Write down that this person looks at the customer data of an order; returns its id.

    Raises:
        InvalidInput: there is no such order.
    """
    actor.require(Role.VIEWER)
    with db.read():
        row = orders.by_id(order_id)
    if row is None:
        raise InvalidInput(FieldProblem("order", "is not here any more."))
    with db.write(actor) as tx:
        tx.audit("show_customer", "order", order_id, reason=f"customer data shown to {actor.name}")
        tx.changed("order", [order_id])
    return order_id
