"""hold, release, handled, retry: one verb over many orders, after a plan."""

import argparse
import time
from collections.abc import Sequence
from typing import Any

from stogly_tui.cli import exits, which
from stogly_tui.cli.output import put_rows, say
from stogly_tui.cli.push import confirm
from stogly_tui.cli.session import Session
from stogly_tui.domain.people import Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.model import database as db
from stogly_tui.model.queries import order_keys
from stogly_tui.model.queries.order_filter import OrderFilter
from stogly_tui.operations import bulk, pushes
from stogly_tui.operations.bulk import BulkPlan, BulkResult, Mark, Outcome, Verb
from stogly_tui.operations.watching import Watch
from stogly_tui.present import money

_HEADS = {"number": "Number", "result": "Result", "reason": "Reason"}
_TOLD_EVERY = 2.0
"""Seconds between two words about how far it is."""


def do(session: Session, args: argparse.Namespace) -> int:
    """Do a verb to the orders that are named, or to all that a search finds."""
    verb = Verb(args.verb)
    if bool(args.orders) == bool(args.search.strip()):
        raise InvalidInput(
            FieldProblem(
                args.verb, "needs to know which orders.", "Give ORDER…, or --search QUERY, not both."
            )
        )
    session.actor.require(Role.OPERATOR)
    reason = getattr(args, "reason", "").strip()
    if getattr(args, "destination_id", ""):
        return _handled_as(session, args, reason)
    if verb.needs_reason and len(reason) < 3 and not args.dry_run:
        raise InvalidInput(FieldProblem("reason", "is missing.", "Say why: --reason TEXT."))
    session.get_ready()
    plan = bulk.plan(session.actor, verb, _found(session, args))
    _tell(plan)
    if args.dry_run:
        put_rows(args.format, [_going(one.number) for one in plan.goes], _HEADS)
        say(f"{_orders(len(plan.goes))} would be {bulk.DONE[verb]}. Nothing was changed.")
        return exits.DONE
    if args.search and plan.goes:
        confirm(len(plan.goes), f"{verb.value} them", is_given=args.yes)
    return _carry_out(session, args, plan, reason)


def _found(session: Session, args: argparse.Namespace) -> Sequence[int]:
    if args.orders:
        return [row.id for row in which.several(args.orders)]
    terms = which.terms(session, args.search)
    with db.read():
        return order_keys.all_ids(OrderFilter(terms=terms))


def _carry_out(session: Session, args: argparse.Namespace, plan: BulkPlan, reason: str) -> int:
    with session.working() as context:
        told_at = time.monotonic()

        def tell(watch: Watch) -> None:
            nonlocal told_at
            if context.is_stopping():
                watch.stop()
            if time.monotonic() - told_at >= _TOLD_EVERY:
                told_at = time.monotonic()
                say(f"{watch.done:,} of {watch.total:,} done, {watch.failed:,} failed.")

        result = bulk.apply(session.actor, plan, reason=reason, watch=Watch(tell))
        _print(result, args.format)
    counts = result.counts
    is_left = counts.get(Mark.FAILED) or (args.orders and counts.get(Mark.SKIPPED))
    return exits.SOME_FAILED if is_left else exits.DONE


def _handled_as(session: Session, args: argparse.Namespace, reason: str) -> int:
    rows = which.several(args.orders)
    if len(rows) != 1 or args.dry_run:
        raise InvalidInput(
            FieldProblem("destination-id", "is for one order.", "Leave it out, or name one order.")
        )
    pushes.handle_manually(session.actor, rows[0].id, destination_id=args.destination_id, reason=reason)
    say(f"{rows[0].number} is handled manually.")
    return exits.DONE


def _tell(plan: BulkPlan) -> None:
    for one in plan.skipped[:20]:
        say(f"{one.number} {one.reason}.")
    if len(plan.skipped) > 20:
        say(f"And {len(plan.skipped) - 20:,} more are skipped.")
    say(f"{plan.verb.value}: {_orders(len(plan.goes))}, {money.sums(plan.money) or 'nothing'}.")


def _print(result: BulkResult, how: str) -> None:
    put_rows(how, [_row(one) for one in result.outcomes], _HEADS)
    told = ", ".join(f"{count:,} {mark}" for mark, count in result.counts.items())
    say(f"{told}." if told else "Nothing to do.")


def _row(one: Outcome) -> dict[str, Any]:
    return {"number": one.number, "result": one.mark.value, "reason": one.reason}


def _going(number: str) -> dict[str, Any]:
    return {"number": number, "result": "would go", "reason": None}


def _orders(number: int) -> str:
    return "1 order" if number == 1 else f"{number:,} orders"
