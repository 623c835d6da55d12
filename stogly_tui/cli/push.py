"""push and recall: a plan, exactly that plan, and each order seen to an end."""

import argparse
import sys
from collections.abc import Sequence

from stogly_tui.cli import deliver, exits, which
from stogly_tui.cli.output import put_json, put_table, say
from stogly_tui.cli.session import Session
from stogly_tui.domain.gates import Refusal, may_leave
from stogly_tui.domain.people import Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import ChannelState, PushState, PushWord
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels, order_keys, status, work
from stogly_tui.model.queries.order_filter import OrderFilter
from stogly_tui.operations import pushes
from stogly_tui.operations.pushes import PlanItem, SendPlan, Skipped
from stogly_tui.present import money
from stogly_tui.sync import rules

_NO_FAILURE = (Refusal.ALREADY_SENT, Refusal.AT_SHOP, Refusal.ON_ITS_WAY)
"""Reasons to skip a named order that leave nothing to be done."""
_ON_THEIR_WAY = (
    PushState.QUEUED, PushState.CLAIMED, PushState.SENDING, PushState.RETRY_LATER, PushState.IN_DOUBT
)  # fmt: skip


def push(session: Session, args: argparse.Namespace) -> int:
    """Send orders: those named, those due, or those that a question over all of them finds."""
    asked = [name for name, is_set in _ways(args).items() if is_set]
    if len(asked) != 1:
        ways = "ORDER…, --due, --failed or --all-not-sent"
        problem = f"not {' and '.join(asked)} together." if asked else "say which orders."
        raise InvalidInput(FieldProblem("push", problem, f"Give one of {ways}; see push --help."))
    session.actor.require(Role.OPERATOR)
    session.get_ready()
    if args.due:
        return _push_due(session, args)
    if args.orders:
        return _push_named(session, args)
    return _push_found(session, args)


def recall(session: Session, args: argparse.Namespace) -> int:
    """Take queued orders back, until they are claimed."""
    named = which.several(args.orders)
    if named:
        ids = [row.id for row in named]
    else:
        with db.read():
            ids = list(order_keys.all_ids(OrderFilter(states=(PushState.QUEUED, PushState.RETRY_LATER))))
    taken = set(pushes.recall(session.actor, ids))
    for row in which.rows_of([order_id for order_id in ids if order_id in taken]):
        say(f"{row.number} is taken back.")
    left = [row for row in named if row.id not in taken]
    for row in left:
        say(f"{row.number} is not taken back: it is {row.push_state.value.replace('_', ' ')}.")
    if not ids:
        say("Nothing is queued.")
    return exits.SOME_FAILED if left else exits.DONE


def _ways(args: argparse.Namespace) -> dict[str, bool]:
    return {
        "ORDER": bool(args.orders),
        "--due": args.due,
        "--failed": args.failed,
        "--all-not-sent": args.all_not_sent,
    }


def _push_named(session: Session, args: argparse.Namespace) -> int:
    rows = which.several(args.orders)
    if not args.dry_run:
        # what was put off while its destination was down is wanted now
        pushes.recall(session.actor, [row.id for row in rows if deliver.is_put_off(row, session.now)])
    plan = pushes.plan(session.actor, [row.id for row in rows])
    if args.dry_run:
        return _print_plan(plan, args.format)
    _tell_skipped(plan.skipped)
    for item in plan.items:
        for warning in item.warnings:
            say(f"{item.number}: note: {warning}.")
    sent, left_out = _apply(session, plan)
    others = [one.order_id for one in plan.skipped if one.refusal is Refusal.ON_ITS_WAY]
    code = deliver.see_to_the_end(session, [*sent, *others], args.format)
    left = [one for one in (*plan.skipped, *left_out) if one.refusal not in _NO_FAILURE]
    return exits.SOME_FAILED if left and code == exits.DONE else code


def _push_found(session: Session, args: argparse.Namespace) -> int:
    """Every order in Error that may be sent again, or every order that is not sent: a plan, and a person's yes."""
    found = _failed() if args.failed else _not_sent()
    plan = pushes.plan(session.actor, found)
    if args.dry_run:
        return _print_plan(plan, args.format)
    if not plan.items:
        _tell_skipped(plan.skipped)
        say("Nothing to send.")
        if args.format == "json":
            put_json([])
        return exits.DONE
    _tell_plan(plan)
    confirm(len(plan.items), is_given=args.yes)
    sent, _ = _apply(session, plan)
    return deliver.see_to_the_end(session, sent, args.format)


def _apply(session: Session, plan: SendPlan) -> tuple[list[int], list[Skipped]]:
    """Queue a plan; the orders to see to their end, and those that stay.

    What another process has queued since the plan was made is on its way as well.
    """
    result = pushes.send(session.actor, plan)
    if result.not_begun:
        say(f"{_orders(len(result.not_begun))} more would go, but the database went away. Run it again.")
    if not result.left_out:
        return list(result.queued), []
    again = pushes.plan(session.actor, [one.order_id for one in result.left_out])
    why = {one.order_id: one for one in again.skipped}
    left_out = [why.get(one.order_id, one) for one in result.left_out]
    _tell_skipped(left_out)
    on_their_way = [one.order_id for one in left_out if one.refusal in _NO_FAILURE]
    return [*result.queued, *on_their_way], left_out


def _push_due(session: Session, args: argparse.Namespace) -> int:
    """What the rules let through now, what is queued, and what waits for another try or look."""
    with db.read():
        is_locked = status.vitals().sending_is_locked
        waiting = list(order_keys.all_ids(OrderFilter(states=_ON_THEIR_WAY)))
    if args.dry_run or is_locked:
        by_rule = pushes.plan(session.actor, _by_rule())
        queued = which.rows_of(waiting)
        if args.dry_run:
            for row in queued:
                say(
                    f"{row.number} is {row.push_state.value.replace('_', ' ')} already, for {row.destination_channel}."
                )
            return _print_plan(by_rule, args.format)
        say(
            "Automatic sending is off: this database was restored from a copy, or is behind what it has sent."
        )
        _tell_plan(by_rule)
        say(
            f"{len(queued)} more are on their way already; each is looked up at its destination before it is sent."
        )
        confirm(len(by_rule.items), is_given=args.yes)
        pushes.confirm_sending(session.actor)
    rules.queue_due()
    with db.read():
        queued_now = order_keys.all_ids(OrderFilter(states=(PushState.QUEUED,)))
    due = list(dict.fromkeys([*waiting, *queued_now]))
    return deliver.what_is_due(session, due, args.format)


def _failed() -> list[int]:
    with db.read():
        return list(order_keys.all_ids(OrderFilter(states=(PushState.ERROR,)), sort="ship_by"))


def _not_sent() -> list[int]:
    """Orders that count and were never sent, of active channels: never history, never what lives at the shop."""
    with db.read():
        active = [
            one.id for one in channels.listed() if one.state is ChannelState.ACTIVE and one.role.gives_orders
        ]
        if not active:
            return []
        chosen = OrderFilter(channels=tuple(active), states=(PushState.NOT_SENT, PushState.RETRY_LATER))
        keys = order_keys.all_ids(chosen, sort="ship_by")
    return [
        row.id for row in which.rows_of(keys) if row.intake.value == "accepted" and row.push_word is PushWord.NOT_SENT
    ]  # fmt: skip


def _by_rule() -> list[int]:
    """What the rules of all channels would queue now; changes nothing."""
    told: list[int] = []
    with db.read():
        now = db.now()
        for channel in channels.listed():
            if not rules.sends_by_rule(channel) or channel.auto_send_from is None:
                continue
            rule = rules.rule_of(channel)
            found = work.rule_candidates(
                channel.id, channel.auto_send_from, now, paid_only=False, limit=10_000
            )
            told += [one.order_id for one in found if may_leave(one.facts, rule, now) is None]
    return told


def _tell_skipped(skipped: Sequence[Skipped]) -> None:
    for one in skipped:
        detail = f" ({one.detail or f'by {one.by}'})" if one.detail or one.by else ""
        say(f"{one.number} is not sent: {one.refusal}{detail}.")


def _tell_plan(plan: SendPlan) -> None:
    """The plan for a person who has to say yes to it, on stderr."""
    _tell_skipped(plan.skipped)
    for item in plan.items:
        notes = f" - {'; '.join(item.warnings)}" if item.warnings else ""
        say(
            f"  {item.number}  {money.shown(item.total, item.currency)}  {item.channel} > {item.destination}{notes}"
        )
    for there in plan.also_there:
        say(f"  Look at {_orders(there.count)}: {there.actor} is {there.doing} in another console.")
    for doubtful in plan.doubtful:
        say(f"  Look at {', '.join(doubtful.numbers)}: {doubtful.why}.")
    for one in plan.destinations:
        mails = "mails the buyer" if one.mails_buyer else "mails nobody"
        stock = "takes stock" if one.takes_stock else "takes no stock"
        say(f"{one.name} gets {one.count} as {one.status}; it {mails} and {stock}.")
    say(f"{_orders(len(plan.items))}, {money.sums(plan.money) or 'nothing'}.")


def _orders(number: int) -> str:
    return "1 order" if number == 1 else f"{number} orders"


def _print_plan(plan: SendPlan, how: str) -> int:
    """The plan as data, changing nothing."""
    _tell_skipped(plan.skipped)
    if how == "json":
        put_json([_item_json(item) for item in plan.items])
    else:
        heads = ("Number", "Channel", "Destination", "Total", "Notes")
        put_table(heads, [_item_cells(item) for item in plan.items], right=("Total",))
    say(f"{len(plan.items)} would be sent, {len(plan.skipped)} not. Nothing was changed.")
    return exits.DONE


def _item_cells(item: PlanItem) -> tuple[str, ...]:
    total = money.shown(item.total, item.currency)
    return item.number, item.channel, item.destination, total, "; ".join(item.warnings)


def _item_json(item: PlanItem) -> dict[str, object]:
    from stogly_tui.domain.money import to_text

    return {
        "number": item.number,
        "channel": item.channel,
        "destination": item.destination,
        "revision": item.revision,
        "total": to_text(item.total, item.currency),
        "currency": item.currency,
        "warnings": [warning.value for warning in item.warnings],
    }


def confirm(number: int, what: str = "send them", *, is_given: bool) -> None:
    """Want the number of orders typed, or ``--yes``.

    Raises:
        InvalidInput: there is nobody to type it, or it is another number.
    """
    if is_given:
        return
    if not sys.stdin.isatty():
        raise InvalidInput(
            FieldProblem("yes", "nobody is here to confirm the plan, and nothing was done.", "Add --yes.")
        )
    print(f"Type {number} to {what}: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip() != str(number):
        raise InvalidInput(FieldProblem("number", f"is not {number}: nothing was done."))
