"""One order: what it tells, and what can be done about it."""

import json
from datetime import timedelta
from typing import Any

import pytest

from stogly_tui.console import clipboard
from stogly_tui.console.screens.dialogs import Ask
from stogly_tui.console.screens.order_detail import OrderScreen
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import IntakeState, PushState
from stogly_tui.model import database, tables
from stogly_tui.model.queries import audit
from stogly_tui.operations import orders as order_operations
from tests.console import support
from tests.console.play import Play, change, play, state_of

House = dict[str, int]


async def to(seen: Play, number: str) -> None:
    """Open an order by its number."""
    await seen.sees("SHOP-1431")
    await seen.press("o")
    await seen.type(number)
    await seen.until(lambda: f">  {number}" in seen.text)
    await seen.press("enter")
    await seen.sees(f"Orders > {number}")


def intake_of(order_id: int) -> IntakeState:
    with database.read():
        return IntakeState(tables.Order.get_by_id(order_id).intake)


def test_an_order_in_error_opens_at_push_with_what_was_sent_and_what_came_back(house: House) -> None:
    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1426")
        await seen.sees(
            "[Push]", "SKU-NOT-AT-DEST", "What was sent", "POST /wp-json", "What to do: Choose its SKU"
        )
        await seen.press("pagedown")
        await seen.sees("What came back", "No product has this SKU.")

    play(story)


def test_the_pages_of_an_order_are_reached_by_arrows(house: House) -> None:
    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1431")
        for page, shown in (
            ("Items", "T-shirt white M"), ("Customer", "Havnegade 12"), ("Push", "Nothing was sent yet."),
            ("Timeline", "placed by the buyer"), ("Raw", '"customer": "Ruth Okafor"'), ("Summary", "WHERE IS IT"),
        ):  # fmt: skip
            await seen.press("right")
            await seen.sees(f"[{page}]", shown)

    play(story)


def test_escape_goes_back_to_the_same_line_with_the_same_marks(house: House) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("space", "down", "enter")
        await seen.sees("Orders > SHOP-1429", "3 of 12")
        await seen.press("j")
        await seen.sees("Orders > SHOP-1428", "4 of 12")
        await seen.press("escape")
        await seen.sees("line 4 of 12", "Send Orders (1)")

    play(story)


def test_an_order_repaints_itself_when_it_is_sent_elsewhere(house: House) -> None:
    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1428")
        await seen.sees("> Not Sent")
        with database.connection():
            tables.Push.update(state=PushState.SENT, destination_order_id="777").where(
                tables.Push.order == house["SHOP-1428"]
            ).execute()
        change("push")
        await seen.sees("+ Sent", "777")

    play(story)


def test_handled_manually_wants_an_id_or_a_reason(house: House) -> None:
    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1426")
        await seen.press("h")
        await seen.sees("HANDLED MANUALLY")
        await seen.press("f2")
        await seen.sees("Give its id at the destination, or a reason.")
        assert isinstance(seen.app.screen, Ask)
        await seen.type("88500")
        await seen.press("f2")
        await seen.until(lambda: state_of(house["SHOP-1426"]) is PushState.HANDLED_MANUALLY)
        await seen.sees("Sent (by hand)")
        await seen.press("O")
        await seen.type("was a mistake")
        await seen.press("enter")
        await seen.until(lambda: state_of(house["SHOP-1426"]) is PushState.ERROR)

    play(story)


def test_an_unknown_outcome_is_settled_with_what_was_seen(house: House) -> None:
    async def story(seen: Play) -> None:
        await to(seen, "WOB-5521")
        await seen.press("h")
        await seen.sees("SETTLE BY HAND", "is there")
        await seen.press("tab")
        await seen.type("90001")
        await seen.press("enter")
        await seen.type("seen in the admin")
        await seen.press("enter")
        await seen.until(lambda: state_of(house["WOB-5521"]) is PushState.SENT)

    play(story)


def test_queued_orders_are_recalled(house: House) -> None:
    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1428")
        await seen.press("x")
        await seen.until(lambda: state_of(house["SHOP-1428"]) is PushState.NOT_SENT)
        await seen.sees("1 of 1 taken back")

    play(story)


def test_an_order_is_held_and_released_with_a_reason(house: House) -> None:
    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1431")
        await seen.press("H")
        await seen.type("odd address")
        await seen.press("enter")
        await seen.until(lambda: intake_of(house["SHOP-1431"]) is IntakeState.HELD)
        await seen.sees("HELD-MANUAL", "odd address")
        await seen.press("L")
        await seen.type("asked the buyer")
        await seen.press("enter")
        await seen.until(lambda: intake_of(house["SHOP-1431"]) is IntakeState.ACCEPTED)

    play(story)


def test_a_sku_is_mapped_to_what_the_destination_calls_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def map_sku(*given: Any) -> int:
        asked.append(given[1:])
        return 12

    monkeypatch.setattr(order_operations, "map_sku", map_sku)

    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1426")
        await seen.press("m")
        await seen.sees("MAP SKU", "SOCK-5P")
        await seen.type("SOCKS5")
        await seen.press("enter")
        await seen.sees("mapped; 12 orders sent again.")

    play(story)

    assert asked == [("Woo Main", "SOCK-5P", "SOCKS5")]


def test_an_address_is_corrected_in_parts(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(order_operations, "correct_address", lambda *given, seen: asked.append(given[1:]))

    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1431")
        await seen.press("a")
        await seen.sees("ADDRESS: SHOP-1431", "Havnegade 12")
        await seen.press("tab", "tab", "end")
        await seen.type("b")
        await seen.press("f2")
        await seen.until(lambda: asked)

    play(story)

    assert asked == [(house["SHOP-1431"], {"line1": "Havnegade 12b"})]


@pytest.mark.parametrize(("key", "verb"), [("t", "retry_intake"), ("f", "fetch_again")])
def test_a_failed_intake_is_retried_or_fetched_again(
    house: House, monkeypatch: pytest.MonkeyPatch, key: str, verb: str
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(order_operations, verb, lambda _actor, order_id: asked.append(order_id))

    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1030")
        await seen.sees("BAD-RECORD", "t retry from what is stored | f fetch again")
        await seen.press(key)
        await seen.until(lambda: asked)

    play(story)

    assert asked == [house["SHOP-1030"]]


def test_going_to_an_order_that_never_came_asks_its_channel(house: House) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        await seen.press("o")
        await seen.type("Woo Retail/99999")
        await seen.sees("Nothing here has it.")
        await seen.press("enter")
        await seen.sees("Woo Retail is asked for order 99999")

    play(story)


def test_an_order_that_is_gone_says_so(house: House) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431")
        seen.app.push_screen(OrderScreen(424242))
        await seen.sees("This order is not here any more.")

    play(story)


def test_a_repair_that_is_refused_stays_open_with_what_was_typed_and_why(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def map_sku(*_given: Any) -> int:
        raise InvalidInput(FieldProblem("destination_sku", "Woo Main has no product with SKU 'NOPE'."))

    monkeypatch.setattr(order_operations, "map_sku", map_sku)

    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1426")
        await seen.press("m")
        await seen.sees("MAP SKU", "SOCK-5P")
        await seen.type("NOPE")
        await seen.press("enter")
        await seen.sees("MAP SKU", "NOPE", "! SKU at Woo Main: Woo Main has no")

    play(story)


def test_notes_of_colleagues_stand_in_the_summary(house: House) -> None:
    with database.connection():
        for number in range(5):
            support.add_note(house["SHOP-1431"], f"call {number}", ago=timedelta(minutes=9 - number))

    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1431")
        await seen.sees("Notes 5", "ana, Mon 16 Nov 12:26 CET: call 4", "call 2", "2 older: see Timeline")
        assert "call 1" not in seen.text
        await seen.press("left", "left")
        await seen.sees("[Timeline]", "NOTE", "call 0")

    play(story)


def test_a_viewer_sees_customers_masked_until_the_look_is_written_down(house: House) -> None:
    eve = support.services(Actor("eve", Role.VIEWER), read_only=True)

    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1431")
        await seen.sees("Hidden from viewers", "v show customer")
        assert "Havnegade 12" not in seen.text
        await seen.press("left")
        await seen.sees("[Raw]", "Hidden from viewers")
        await seen.press("v")
        await seen.sees("the look is written down", '"customer": "Ruth Okafor"')
        await seen.press("right")
        await seen.sees("Havnegade 12", "+31 20 555 0100")
        assert "v show customer" not in seen.text
        await seen.press("j")

    play(story, services=eve)

    with database.read():
        assert [(deed.actor, deed.verb) for deed in audit.of("order", house["SHOP-1431"])] == [
            ("eve", "show_customer")
        ]


def test_keys_of_a_search_are_the_screens_again_when_it_ends(house: House) -> None:
    async def story(seen: Play) -> None:
        await to(seen, "WOB-5518")
        await seen.press("slash")
        await seen.type("woo")
        await seen.sees("1 of 4")
        await seen.press("enter", "n", "N", "N")
        await seen.sees("4 of 4")
        await seen.press("right")
        await seen.sees("[Items]", "not found")
        await seen.press("escape", "N")
        await seen.sees("SEND ANEW")

    play(story)


def test_every_page_is_in_the_palette(house: House) -> None:
    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1431")
        await seen.press("colon")
        await seen.type("order page: raw")
        await seen.sees("Order page: Raw")
        await seen.press("enter")
        await seen.sees("[Raw]", '"customer": "Ruth Okafor"')

    play(story)


def test_a_page_is_copied_with_the_order_it_is_about(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(clipboard, "_send", lambda _app, text, _wanted: sent.append(text))

    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1426")
        await seen.press("y")
        await seen.sees("Copied")

    play(story)

    assert sent[0].startswith("SHOP-1426   Jonas Weiss   EUR 86.00 paid\nPush\n\n! Error  SKU-NOT-AT-DEST")


def test_a_payload_of_megabytes_is_laid_out_beside_the_screen(house: House) -> None:
    body = json.dumps([{"id": number, "text": "z" * 40} for number in range(40_000)]).encode()
    with database.connection():
        tables.Payload.update(body=body).where(
            tables.Payload.digest == tables.Order.get_by_id(house["SHOP-1431"]).payload_digest
        ).execute()

    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1431")
        await seen.press("left")
        await seen.sees("[Raw]", '"id": 0,')
        await seen.press("end")
        await seen.sees('"id": 39999')
        change(order=[house["SHOP-1431"]])
        await seen.press("home", "end")
        await seen.sees('"id": 39999')

    play(story)


def test_a_note_is_written_from_within_the_order(house: House) -> None:
    async def story(seen: Play) -> None:
        await to(seen, "SHOP-1431")
        await seen.press("n")
        await seen.sees("NOTE ON SHOP-1431")
        await seen.type("[/foo] rang")
        await seen.press("enter")
        await seen.sees("SHOP-1431: noted")

    play(story)
