"""Which order or channel is meant. Imports queries only: a command that reads one order has no time for more."""

from collections.abc import Sequence

from stogly_tui.cli.session import Session
from stogly_tui.domain import search
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.safe_text import folded
from stogly_tui.domain.search import Term
from stogly_tui.domain.states import ChannelState
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels, orders
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.orders import OrderRow

CHUNK = 500
"""Rows read at once: as many parameters as every engine takes."""


def one(text: str) -> OrderRow:
    """The order of that number as shown, or ``CHANNEL/REMOTE_ID``.

    An e-mail or a postcode finds candidates for the message, never an order to act on.

    Raises:
        InvalidInput: none or several; the candidates are listed.
    """
    with db.read():
        found = orders.find(text)
    wanted = folded(text.strip())
    exact = [row for row in found if wanted in (folded(row.number), folded(f"{row.channel}/{row.remote_id}"))]
    if len(exact) == 1:
        return exact[0]
    candidates = ", ".join(f"{row.channel}/{row.remote_id} ({row.number})" for row in (exact or found)[:8])
    if exact:
        message, remedy = f"{text!r} may be one of several: {candidates}.", "Give CHANNEL/REMOTE_ID."
    else:
        message = f"there is no order {text!r} here."
        remedy = f"Did you mean {candidates}?" if found else "Give its number as shown, or CHANNEL/REMOTE_ID."
    raise InvalidInput(FieldProblem("order", message, remedy))


def several(texts: Sequence[str]) -> list[OrderRow]:
    """The orders that these texts name, each once.

    Raises:
        InvalidInput: carries every text that names none or several.
    """
    rows: dict[int, OrderRow] = {}
    problems: list[FieldProblem] = []
    for text in texts:
        try:
            row = one(text)
        except InvalidInput as error:
            problems += error.problems
        else:
            rows[row.id] = row
    if problems:
        raise InvalidInput(*problems)
    return list(rows.values())


def channel(name: str) -> ChannelRow:
    """The channel of that name, else the last removed one that had it: their orders are kept.

    Raises:
        InvalidInput: there is none.
    """
    with db.read():
        found = channels.by_name(name)
        every = channels.overview(with_archived=True) if found is None else []
    had_it = [one for one in every if folded(one.name) == folded(name.strip())]
    if found is None:
        found = max(had_it, key=lambda one: one.id, default=None)
    if found is None:
        known = ", ".join(dict.fromkeys(one.name for one in every))
        there = f"There are: {known}." if known else "There are none yet."
        raise InvalidInput(FieldProblem("channel", f"there is no channel {name!r}.", there))
    return found


def terms(session: Session, text: str) -> tuple[Term, ...]:
    """What a search means, in the same language as the console's filter.

    Raises:
        InvalidInput: names each part that cannot be read, with its remedy.
    """
    if not text.strip():
        return ()
    with db.read():
        names = {row.id: row.name for row in channels.listed(with_archived=True)}
    found = search.read(text, search.Surroundings(names, session.now, session.zone, session.actor.name))
    if found.mistakes:
        raise InvalidInput(
            *(
                FieldProblem("search", f"{text[one.start : one.end]!r}: {one.says}", one.remedy)
                for one in found.mistakes
            )
        )
    return found.terms


def no_draft(row: ChannelRow) -> ChannelRow:
    """The channel itself.

    Raises:
        InvalidInput: nobody has signed in to it yet, so there is nothing to ask it.
    """
    if row.state is ChannelState.DRAFT:
        first = f'Sign in first: stogly-tui channel sign-in "{row.name}".'
        raise InvalidInput(FieldProblem("channel", f"{row.name} is a draft.", first))
    return row


def rows_of(ids: Sequence[int]) -> list[OrderRow]:
    """Rows of many ids, each chunk by one look."""
    told: list[OrderRow] = []
    for start in range(0, len(ids), CHUNK):
        with db.read():
            told += orders.page(ids[start : start + CHUNK])
    return told
