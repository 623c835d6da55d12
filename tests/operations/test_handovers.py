"""Handover notes: what is refused, and what is kept of who wrote and read them."""

import pytest

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import InvalidInput
from stogly_tui.model import database as db
from stogly_tui.model.queries import audit
from stogly_tui.model.queries import handovers as queries
from stogly_tui.operations import handovers
from tests.support.trade import ADA, Trade

BEN = Actor("ben", Role.OPERATOR)


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "is empty"), (" \n\t", "is empty"), ("x" * 1001, "1,001 characters; 1,000 are the most")],
)
def test_a_note_that_says_nothing_or_too_much_is_refused(trade: Trade, text: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        handovers.add(ADA, text)

    assert handovers.latest() == []


def test_who_wrote_and_who_read_is_in_the_audit_trail(trade: Trade) -> None:
    note = handovers.add(ADA, "  pickup\nis at 17:30\x00 ")
    handovers.read(BEN, [note])

    with db.read():
        assert queries.unread("ben") == []
        told = [(deed.actor, deed.verb) for deed in audit.of("handover", None)]
    assert told == [("ben", "read_handovers"), ("ada", "write_handover")]
    assert handovers.latest()[0].text == "pickup is at 17:30�"
