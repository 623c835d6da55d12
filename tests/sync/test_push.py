"""Orders out, by the twelve push rules of the domain: each is broken here once, and must hold."""

from datetime import timedelta
from typing import Any

import pytest

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.gates import Refusal
from stogly_tui.domain.problems import InvalidInput
from stogly_tui.domain.states import AttemptOutcome, PushState
from stogly_tui.model import database as db
from stogly_tui.model.queries import runs, status
from stogly_tui.model.tables import Order, Push
from stogly_tui.model.transitions import pushes as transitions
from stogly_tui.operations import channels, orders, pushes
from stogly_tui.sync import push, witness
from tests.support.trade import ADA, Crash, Trade


def pulled(trade: Trade, count: int = 1, **more: Any) -> list[int]:
    placed = [trade.place(**more) for _ in range(count)]
    trade.pull()
    return placed


def state(trade: Trade, placed: int) -> PushState:
    return trade.row(placed).push_state


def test_an_order_is_sent_once_with_our_reference_and_the_whole_total(trade: Trade) -> None:
    (placed,) = pulled(trade, quantity=3)

    trade.send()
    tally = trade.push()

    (there,) = trade.at_destination(placed)
    row = trade.row(placed)
    assert (tally.sent, row.push_state, row.destination_id) == (1, PushState.SENT, str(there["id"]))
    assert there["total"] == "60.00"
    assert there["created_via"] == f"woocommerce:{trade.shop.store_id}:{placed}:1"
    assert trade.detail(placed).pushes[0].attempts[0].outcome is AttemptOutcome.SENT


def test_rule_1_the_reference_is_stored_when_first_queued_and_never_changes(trade: Trade) -> None:
    (placed,) = pulled(trade)
    trade.send()
    before = trade.detail(placed).pushes[0].reference
    pushes.recall(ADA, trade.ids())
    with db.write(ADA):
        from stogly_tui.model.tables import Channel

        Channel.update(account_id="another").where(Channel.name == "Shop").execute()

    trade.send()

    assert trade.detail(placed).pushes[0].reference == before


def test_rule_2_a_first_attempt_finds_what_another_database_has_sent(trade: Trade) -> None:
    (placed,) = pulled(trade)
    trade.send()
    trade.push()
    with db.write(ADA):
        Push.update(state=PushState.QUEUED, destination_order_id=None, sent_at=None, tries=0).execute()

    trade.push()

    assert len(trade.at_destination(placed)) == 1
    assert state(trade, placed) is PushState.SENT


@pytest.mark.parametrize("change", ["hold", "cancel", "change", "gone"])
def test_rule_3_holds_cancels_changes_and_evidence_are_checked_right_before_the_request(
    trade: Trade, change: str
) -> None:
    (placed,) = pulled(trade)
    trade.send()
    order_id = trade.row(placed).id

    def meanwhile(step: str) -> None:
        if step != "looked":
            return
        with db.write(ADA) as tx:
            match change:
                case "hold":
                    Order.update(intake="held").where(Order.id == order_id).execute()
                case "cancel":
                    Order.update(is_cancelled=True).where(Order.id == order_id).execute()
                case "change":
                    Order.update(revision=Order.revision + 1).where(Order.id == order_id).execute()
                case _:
                    Push.update(destination_order_id="77").execute()
            tx.changed("order", [order_id])

    trade.context.after_step = meanwhile

    trade.push()

    assert trade.at_destination() == []
    assert state(trade, placed) is not PushState.SENT


def test_rule_3_five_starts_without_an_end_want_a_person(trade: Trade) -> None:
    (placed,) = pulled(trade)
    trade.send()
    for _ in range(5):
        trade.fault("drop_before_commit", times=1)
        trade.crash_after = "started"
        with pytest.raises(Crash):
            trade.push()
        trade.restart()
        trade.crash_after = ""
        push.free_abandoned()
        with db.write(ADA):
            Push.update(state=PushState.QUEUED).where(Push.state == PushState.IN_DOUBT).execute()

    assert trade.row(placed).push_code is ErrorCode.NO_END
    assert state(trade, placed) is PushState.ERROR


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("status", {"code": 429}, PushState.RETRY_LATER),
        ("status", {"code": 429, "headers": {"Retry-After": "7"}}, PushState.RETRY_LATER),
        ("status", {"code": 500}, PushState.IN_DOUBT),
        ("status", {"code": 502}, PushState.IN_DOUBT),
        ("status", {"code": 408}, PushState.IN_DOUBT),
        ("error_after_commit", {"code": 500}, PushState.IN_DOUBT),
        ("drop_reply_after_commit", {}, PushState.IN_DOUBT),
        ("drop_before_commit", {}, PushState.IN_DOUBT),
        ("redirect", {"location": "https://elsewhere.example/", "code": 302}, PushState.IN_DOUBT),
        ("truncated_json", {}, PushState.IN_DOUBT),
        ("malformed_json", {}, PushState.IN_DOUBT),
        ("html_200", {}, PushState.IN_DOUBT),
        ("oversized", {"size": 4_000_000}, PushState.IN_DOUBT),
    ],
)
def test_rule_4_nothing_was_done_is_a_closed_list(
    trade: Trade, kind: str, more: dict[str, Any], expected: PushState
) -> None:
    (placed,) = pulled(trade)
    trade.send()
    trade.fault(kind, **more)

    trade.push()

    assert state(trade, placed) is expected


def test_rule_4_a_well_formed_refusal_is_an_error_and_nothing_was_done(trade: Trade) -> None:
    (placed,) = pulled(trade)
    trade.send()
    trade.fault("status", code=400, body='{"code":"rest_invalid_param","message":"Bad.","data":{"status":400}}',
                headers={"Content-Type": "application/json"})  # fmt: skip

    trade.push()

    row = trade.row(placed)
    assert (row.push_state, row.push_code) == (PushState.ERROR, ErrorCode.REJECTED)
    assert trade.send().queued == (row.id,)


@pytest.mark.parametrize("kind", ["drop_reply_after_commit", "error_after_commit", "truncated_json"])
def test_a_reply_that_is_lost_after_commit_is_found_and_not_sent_again(trade: Trade, kind: str) -> None:
    (placed,) = pulled(trade)
    trade.send()
    trade.fault(kind)

    trade.push()
    trade.until_settled()

    assert len(trade.at_destination(placed)) == 1
    assert state(trade, placed) is PushState.SENT


def test_rule_5_absent_counts_only_after_the_settle_time_twice_and_proven(trade: Trade) -> None:
    (known,) = pulled(trade)
    trade.send()
    trade.push()
    (placed,) = pulled(trade)
    trade.send()
    trade.fault("drop_before_commit")
    trade.push()

    trade.look()
    assert (state(trade, placed), absent_seen(trade, placed)) == (PushState.IN_DOUBT, 0)
    trade.clock.advance(minutes=11)
    trade.look()
    assert (state(trade, placed), absent_seen(trade, placed)) == (PushState.IN_DOUBT, 1)
    trade.clock.advance(seconds=10)
    trade.look()
    assert state(trade, placed) is PushState.QUEUED

    trade.push()
    assert len(trade.at_destination(placed)) == 1
    assert known != placed


def test_rule_5_a_look_up_that_finds_no_order_we_know_proves_nothing(trade: Trade) -> None:
    (placed,) = pulled(trade)
    trade.send()
    trade.fault("drop_before_commit")
    trade.push()
    for _ in range(6):
        trade.clock.advance(hours=2)
        trade.look()

    assert (state(trade, placed), absent_seen(trade, placed)) == (PushState.IN_DOUBT, 0)
    assert "not yet found an order we know" in trade.detail(placed).pushes[0].evidence


def absent_seen(trade: Trade, placed: int) -> int:
    with db.read():
        return int(Push.select(Push.absent_seen).where(Push.order == trade.row(placed).id).scalar())


def test_a_create_that_commits_minutes_later_is_not_doubled(trade: Trade) -> None:
    pulled(trade)
    trade.send()
    trade.push()
    (placed,) = pulled(trade)
    trade.send()
    trade.fault("commit_late", seconds=3600)
    trade.push()
    trade.look()

    trade.sandbox.finish_late_commits()
    trade.clock.advance(minutes=11)
    trade.until_settled()

    assert len(trade.at_destination(placed)) == 1
    assert state(trade, placed) is PushState.SENT


def test_rule_6_a_half_made_order_is_completed_by_its_id(trade: Trade) -> None:
    (placed,) = pulled(trade)
    trade.send()
    trade.fault("half_made")

    trade.push()
    trade.until_settled()

    (there,) = trade.at_destination(placed)
    assert (there["status"], there["total"]) == ("processing", "20.00")
    assert state(trade, placed) is PushState.SENT


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("cancelled", ErrorCode.CANCELLED_AT_DESTINATION),
        ("trash", ErrorCode.TRASHED_AT_DESTINATION),
        ("different", ErrorCode.DIFFERENT_AT_DESTINATION),
        ("two", ErrorCode.TWO_AT_DESTINATION),
    ],
)
def test_rule_6_what_is_there_otherwise_wants_a_person_with_the_evidence(
    trade: Trade, what: str, code: ErrorCode
) -> None:
    (placed,) = pulled(trade)
    trade.send()
    trade.fault("drop_reply_after_commit")
    trade.push()
    (there,) = trade.at_destination(placed)
    match what:
        case "cancelled":
            trade.destination.orders.update(there["id"], {"status": "cancelled"})
        case "trash":
            trade.destination.orders.trash(there["id"])
        case "different":
            trade.destination.orders.update(there["id"], {"fee_lines": [{"name": "x", "total": "9.00"}]})
        case _:
            trade.destination.orders.create(
                {
                    "created_via": there["created_via"],
                    "line_items": [{"sku": "TEE", "quantity": 1}],
                    "set_paid": True,
                }
            )

    trade.look()

    push_row = trade.detail(placed).pushes[0]
    assert (push_row.state, push_row.code) == (PushState.ERROR, code)
    assert str(there["id"]) in push_row.evidence
    assert trade.send().queued == ()


def test_rule_7_positive_evidence_is_stored_whatever_became_of_the_claim(trade: Trade) -> None:
    (placed,) = pulled(trade)
    trade.send()
    trade.fault("slow_reply", seconds=0.3)

    def steal(step: str) -> None:
        if step == "started":
            with db.write(ADA):
                Push.update(claim_token="somebody-else", state=PushState.IN_DOUBT).execute()

    trade.context.after_step = steal
    trade.push()

    assert trade.row(placed).destination_id == str(trade.at_destination(placed)[0]["id"])
    assert state(trade, placed) is PushState.SENT


def test_rule_7_negative_results_of_a_lost_claim_change_nothing(trade: Trade) -> None:
    (placed,) = pulled(trade)
    trade.send()
    push_id = trade.row(placed).push_id
    assert push_id is not None
    with db.write(ADA) as tx:
        Push.update(state=PushState.SENDING, claim_token="theirs").execute()
        transitions.reject(tx, push_id, "mine", ErrorCode.REJECTED, "no", "")
        transitions.retry_later(tx, push_id, "mine", ErrorCode.UNREACHABLE, "no")
        transitions.doubt(tx, push_id, "mine", ErrorCode.OUTCOME_UNKNOWN, "no")

    assert state(trade, placed) is PushState.SENDING


def test_rule_7_a_send_that_followed_a_doubt_is_looked_up_again_and_two_are_told(trade: Trade) -> None:
    pulled(trade)
    trade.send()
    trade.push()
    (placed,) = pulled(trade)
    trade.send()
    trade.fault("drop_before_commit")
    trade.push()
    trade.until_settled()
    (there,) = trade.at_destination(placed)
    trade.destination.orders.create({"created_via": there["created_via"], "set_paid": True})

    trade.clock.advance(minutes=61)
    trade.look()

    assert trade.row(placed).push_code is ErrorCode.TWO_AT_DESTINATION


def test_rule_8_what_may_have_a_destination_order_is_never_queued_again(trade: Trade) -> None:
    (placed,) = pulled(trade)
    trade.send()
    trade.push()

    plan = pushes.plan(ADA, trade.ids())

    assert [one.refusal for one in plan.skipped] == [Refusal.ALREADY_SENT]
    with db.write(ADA) as tx:
        row = trade.row(placed)
        wanted = transitions.ToQueue(row.id, row.revision, 1, "x", None)
        assert transitions.queue(tx, [wanted], rule="attack") == set()


def test_rule_8_cancelled_there_and_read_back_makes_a_new_generation(trade: Trade) -> None:
    (placed,) = pulled(trade)
    trade.send()
    trade.fault("drop_reply_after_commit")
    trade.push()
    (there,) = trade.at_destination(placed)
    trade.destination.orders.update(there["id"], {"status": "cancelled"})
    trade.look()
    row = trade.row(placed)
    trade.destination.orders.update(there["id"], {"status": "processing"})
    with pytest.raises(InvalidInput, match="lives at Main"):
        pushes.send_anew(ADA, row.id, reason="buyer wants it after all")
    trade.destination.orders.update(there["id"], {"status": "cancelled"})

    pushes.send_anew(ADA, row.id, reason="buyer wants it after all")
    trade.push()

    references = sorted(one["created_via"][-2:] for one in trade.at_destination(placed))
    assert references == [":1", ":2"]
    assert state(trade, placed) is PushState.SENT


def test_rule_9_a_person_settles_a_doubt_with_a_typed_reason(trade: Trade) -> None:
    (placed,) = pulled(trade)
    trade.send()
    trade.fault("drop_before_commit")
    trade.push()
    order_id = trade.row(placed).id
    with pytest.raises(InvalidInput, match="reason"):
        pushes.settle(ADA, order_id, is_there=False, reason="")

    pushes.settle(ADA, order_id, is_there=False, reason="looked at Main, not there")
    trade.push()

    assert len(trade.at_destination(placed)) == 1
    assert state(trade, placed) is PushState.SENT


def test_rule_10_a_plan_sends_exactly_its_orders_and_leaves_changed_ones_out_by_name(trade: Trade) -> None:
    first, second = pulled(trade, 2)
    plan = pushes.plan(ADA, trade.ids())
    orders.correct_address(ADA, trade.row(second).id, {"city": "Aarhus"})
    pulled(trade)

    result = pushes.send(ADA, plan)

    assert result.queued == (trade.row(first).id,)
    assert [(one.number, one.refusal) for one in result.left_out] == [
        (trade.row(second).number, Refusal.CHANGED)
    ]


def test_rule_10_queued_orders_can_be_recalled_until_claimed(trade: Trade) -> None:
    first, second = pulled(trade, 2)
    trade.send()
    with db.write(ADA) as tx:
        transitions.claim(tx, trade.channel("Main").id, "t", limit=1, lease=timedelta(minutes=1))

    recalled = pushes.recall(ADA, trade.ids())

    assert len(recalled) == 1
    assert {state(trade, first), state(trade, second)} == {PushState.CLAIMED, PushState.NOT_SENT}


def test_rule_11_automatic_sending_covers_orders_placed_after_it_was_set(trade: Trade) -> None:
    old = trade.place()
    trade.pull()
    channels.change(ADA, "Shop", settings={"auto_send": "always"})
    trade.later_at_shop(60)
    new = trade.place()
    trade.pull()
    trade.clock.advance(minutes=5)

    trade.queue_by_rule()

    assert (state(trade, old), state(trade, new)) == (PushState.NOT_SENT, PushState.QUEUED)


def test_only_paid_orders_leave_by_rule_unless_committed_is_enough(trade: Trade) -> None:
    channels.change(ADA, "Shop", settings={"auto_send": "always"})
    trade.later_at_shop(60)
    unpaid = trade.place(set_paid=False, status="pending")
    trade.pull()
    trade.clock.advance(minutes=5)
    assert trade.queue_by_rule() == 0

    channels.change(ADA, "Shop", settings={"send_when": "committed"})

    assert trade.queue_by_rule() == 1
    assert state(trade, unpaid) is PushState.QUEUED


def test_managed_only_sends_nothing_while_no_line_is_mapped(trade: Trade) -> None:
    channels.change(ADA, "Shop", settings={"auto_send": "managed"})
    trade.later_at_shop(60)
    pulled(trade)
    trade.clock.advance(minutes=5)

    assert trade.queue_by_rule() == 0


def test_the_import_delay_lets_a_buyer_change_the_order_first(trade: Trade) -> None:
    channels.change(ADA, "Shop", settings={"auto_send": "always", "import_delay": "600"})
    trade.later_at_shop(60)
    pulled(trade)
    trade.clock.advance(minutes=5)
    assert trade.queue_by_rule() == 0

    trade.clock.advance(minutes=10)

    assert trade.queue_by_rule() == 1


def test_rule_12_a_due_time_beyond_the_longest_back_off_is_due_now(trade: Trade) -> None:
    (placed,) = pulled(trade)
    trade.send()
    with db.write(ADA) as tx:
        Push.update(due_at=tx.at + timedelta(days=400)).execute()

    trade.push()

    assert state(trade, placed) is PushState.SENT


def test_an_unknown_sku_is_found_before_anything_is_sent_and_mapping_it_releases_all(trade: Trade) -> None:
    trade.shop.products.create({"name": "Gone", "sku": "GONE", "regular_price": "7.00"})
    placed = pulled(trade, 2, sku="GONE")
    trade.send()
    trade.push()
    row = trade.row(placed[0])
    assert (row.push_state, row.push_code) == (PushState.ERROR, ErrorCode.SKU_NOT_AT_DESTINATION)
    assert "GONE" in row.push_text
    assert orders.unknown_skus(row.id) == ("GONE",)
    with pytest.raises(InvalidInput, match="no product with SKU"):
        orders.map_sku(ADA, "Main", "GONE", "ALSO-GONE")

    released = orders.map_sku(ADA, "Main", "GONE", "MUG")
    trade.push()

    assert released == 2
    assert {line["sku"] for one in trade.at_destination() for line in one["line_items"]} == {"MUG"}


def test_an_address_without_country_is_named_and_can_be_corrected(trade: Trade) -> None:
    nowhere = {"first_name": "Ana", "address_1": "Street 1", "city": "X", "country": ""}
    (placed,) = pulled(trade, shipping=nowhere, billing=nowhere)
    trade.send()
    trade.push()
    assert trade.row(placed).push_code is ErrorCode.ADDRESS

    orders.correct_address(ADA, trade.row(placed).id, {"country": "nl"})
    trade.send()
    trade.push()

    assert trade.at_destination(placed)[0]["shipping"]["country"] == "NL"


def test_a_destination_that_is_down_counts_no_tries_and_its_orders_wait(trade: Trade) -> None:
    placed = pulled(trade, 3)
    trade.send()
    trade.fault("drop_before_commit", on="*", times=None)

    trade.push()

    assert trade.channel("Main").shown_state == "unreachable"
    assert {trade.row(one).push_state.word.value for one in placed} <= {"not_sent", "error"}
    trade.sandbox.faults.clear()
    trade.heal("Main")
    trade.until_settled_with_proof()
    assert len(trade.at_destination()) == 4


def test_a_crash_at_any_step_of_a_push_sends_nothing_twice(trade: Trade) -> None:
    pulled(trade)
    trade.send()
    trade.push()
    for step in ("claimed", "looked", "started", "kept"):
        (placed,) = pulled(trade)
        trade.send()
        trade.crash_after = step
        with pytest.raises(Crash):
            trade.push()
        trade.restart()

        trade.until_settled()

        assert len(trade.at_destination(placed)) == 1, step
        assert state(trade, placed) is PushState.SENT, step


def test_a_database_restored_from_an_older_copy_sends_nothing_by_rule_until_confirmed(trade: Trade) -> None:
    channels.change(ADA, "Shop", settings={"auto_send": "always"})
    pulled(trade)
    trade.send()
    trade.push()
    from stogly_tui.model.transitions import meta

    with db.write(ADA) as tx:
        meta.put(tx, "starts", "0")

    assert "behind" in witness.look()
    with db.read():
        assert status.vitals().sending_is_locked
    trade.later_at_shop(60)
    pulled(trade)
    trade.clock.advance(minutes=5)
    assert trade.queue_by_rule() == 0

    pushes.confirm_sending(ADA)

    assert trade.queue_by_rule() == 1


def test_a_batch_that_may_not_be_looked_up_yet_waits_and_the_drain_ends(trade: Trade) -> None:
    (placed,) = pulled(trade)
    trade.send()
    trade.fault("status", on="GET /orders", code=429, headers={"Retry-After": "60"}, times=None)

    tally = trade.push()

    assert (tally.sent, tally.waiting) == (0, 1)
    assert state(trade, placed) is PushState.QUEUED
    trade.sandbox.faults.clear()
    trade.clock.advance(seconds=61)
    assert trade.push().sent == 1


def test_history_is_never_sent_by_rule(trade: Trade) -> None:
    (placed,) = pulled(trade)
    with db.write(ADA):
        Order.update(intake="history").execute()
        from stogly_tui.model.tables import Channel

        Channel.update(auto_send="always", auto_send_from=0).where(Channel.name == "Shop").execute()
    trade.clock.advance(minutes=5)

    assert trade.queue_by_rule() == 0
    assert state(trade, placed) is PushState.NOT_SENT


def test_handled_manually_shows_as_sent_and_can_be_reopened(trade: Trade) -> None:
    trade.shop.products.create({"name": "Gone", "sku": "GONE", "regular_price": "7.00"})
    (placed,) = pulled(trade, sku="GONE")
    trade.send()
    trade.push()
    order_id = trade.row(placed).id
    with pytest.raises(InvalidInput):
        pushes.handle_manually(ADA, order_id)

    pushes.handle_manually(ADA, order_id, destination_id="4711")
    assert trade.row(placed).push_word.value == "sent"

    pushes.reopen(ADA, order_id, reason="it was another order")
    assert state(trade, placed) is PushState.ERROR


def test_removing_a_destination_is_refused_while_an_outcome_is_unknown(trade: Trade) -> None:
    pulled(trade)
    trade.send()
    trade.fault("drop_before_commit")
    trade.push()

    with pytest.raises(InvalidInput, match="outcome is unknown"):
        channels.remove(ADA, "Main")


def test_every_failure_is_visible_in_the_log_with_its_cause(trade: Trade) -> None:
    pulled(trade)
    trade.send()
    trade.fault("status", code=500)
    trade.push()

    with db.read():
        codes = [entry.code for entry in runs.entries()]
    assert ErrorCode.OUTCOME_UNKNOWN in codes
