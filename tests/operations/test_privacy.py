"""Customer data: hidden from viewers until they ask, and each look is in the audit trail."""

import pytest

from stogly_tui.domain.masking import masked_address, masked_email, masked_phone
from stogly_tui.domain.orders import Address
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import InvalidInput
from stogly_tui.model import database as db
from stogly_tui.model.queries import audit, order_detail
from stogly_tui.operations import privacy
from tests.support.trade import Trade

EVE = Actor("eve", Role.VIEWER)


def test_what_is_masked_can_be_recognised_but_not_used() -> None:
    assert masked_email("ruth@example.com") == "r***@example.com"
    assert [masked_phone(text) for text in ("+31 20 555 0142", "112", "")] == ["*** 42", "***", ""]
    assert masked_address(
        Address("Ruth", "", "Havnegade 12", "3rd", "Kobenhavn", "", "1058", "DK", "+4512345678", "r@x.dk")
    ) == Address("Ruth", "", "***", "***", "Kobenhavn", "", "***", "DK", "*** 78", "r***@x.dk")


def test_a_viewer_sees_no_text_that_may_hold_customer_data(trade: Trade) -> None:
    trade.place()
    trade.pull()
    trade.send()
    trade.push()
    with db.read():
        whole = order_detail.detail(1)
    assert whole is not None
    assert whole.payload
    assert any(attempt.request for push in whole.pushes for attempt in push.attempts)

    seen = privacy.as_seen_by(EVE, whole)

    secrets = {whole.shipping.line1, whole.shipping.postcode, whole.phone, whole.row.email} - {""}
    assert secrets
    assert not [secret for secret in secrets if secret in repr(seen)]
    assert privacy.as_seen_by(Actor("ope", Role.OPERATOR), whole) is whole


def test_a_look_is_written_down(trade: Trade) -> None:
    trade.place()
    trade.pull()

    privacy.show_customer(EVE, 1)

    with db.read():
        assert [(deed.actor, deed.verb) for deed in audit.of("order", 1)] == [("eve", "show_customer")]
    with pytest.raises(InvalidInput, match="is not here any more"):
        privacy.show_customer(EVE, 404)
