"""channel list, show, test, go-live, pause, resume, remove, rebuild-search."""

import argparse
from typing import Any

from stogly_tui.cli import exits, moments
from stogly_tui.cli.output import put, put_json, put_rows, say, say_problems
from stogly_tui.cli.session import Session
from stogly_tui.cli.shapes import channel_json
from stogly_tui.domain.states import ChannelState
from stogly_tui.model import database as db
from stogly_tui.model.queries import backfills, webhooks
from stogly_tui.model.queries import channels as queries
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.present.times import iso

_HEADS = {
    "name": "Name", "platform": "Platform", "role": "Role", "state": "State", "destination": "Destination",
    "auto_send": "Sends", "last_pull_at": "Last pull", "orders": "Orders", "waiting": "Waiting", "errors": "Errors",
}  # fmt: skip


def list_all(_session: Session, args: argparse.Namespace) -> int:
    """Every channel by name."""
    with db.read():
        found = queries.overview()
        history = backfills.overview()
        told = [channel_json(row, history.get(row.id), webhooks.endpoint(row.id, db.now())) for row in found]
    put_rows(args.format, told, _HEADS, right=("Orders", "Waiting", "Errors"))
    for row in found:
        _say_next_step(row)
    if not found:
        say("There are no channels yet. Add one: stogly-tui channel add --help")
    return exits.DONE


def show(_session: Session, args: argparse.Namespace) -> int:
    """One channel with all its settings and their defaults; credentials are never shown."""
    from stogly_tui.operations import channels, fields

    row = channels.named(args.name)
    values = fields.values(row)
    known = fields.settings_of(row.platform)
    with db.read():
        told = channel_json(row, backfills.of_channel(row.id), webhooks.endpoint(row.id, db.now()))
    if args.format == "json":
        put_json(
            told
            | {
                "credentials_set_at": iso(row.credentials_set_at),
                "credentials_set_by": row.credentials_set_by or None,
                "settings": values,
                "defaults": {one.name: one.default for one in known},
            }
        )
        return exits.DONE
    for key, value in told.items():
        put(f"{key:<24} {_shown(_in_words(key, value))}")
    put()
    for one in known:
        unit = f" {one.unit}" if one.unit else ""
        default = "" if values.get(one.name) == one.default else f"   (default: {_shown(one.default)})"
        put(f"{one.name:<24} {_shown(values.get(one.name))}{unit}{default}")
    _say_next_step(row)
    return exits.DONE


def test(session: Session, args: argparse.Namespace) -> int:
    """Connect again with what is stored."""
    from stogly_tui.cli.connect import channel_is_down
    from stogly_tui.operations import channels

    session.get_ready()
    row = channels.named(args.name)
    result = channels.test(session.actor, row.name)
    say_problems(result.problems)
    account = result.account
    if account is None or result.problems:
        if args.format == "json":
            put_json({"name": row.name, "ok": False, "problems": [str(one) for one in result.problems]})
        return exits.UNREACHABLE if channel_is_down(session, row) else exits.USAGE
    told = {
        "name": row.name, "ok": True, "account_id": account.account_id, "account_title": account.title,
        "version": account.version, "currency": account.currency, "time_zone": account.time_zone,
        "can_write": account.can_write, "orders": account.orders, "products": account.products,
        "details": dict(account.details), "warnings": list(account.warnings),
    }  # fmt: skip
    if args.format == "json":
        put_json(told)
        return exits.DONE
    for key, value in told.items():
        if key not in ("details", "warnings"):
            put(f"{key:<24} {_shown(value)}")
    for title, sentence in account.details:
        put(f"{title:<24} {sentence}")
    for warning in account.warnings:
        say(f"Note: {warning}")
    return exits.DONE


def go_live(session: Session, args: argparse.Namespace) -> int:
    """Make a channel active, or only say what that would do."""
    from stogly_tui.operations import go_live as operations

    session.get_ready()
    orders_from = moments.optional("orders-from", args.orders_from, session.zone, session.now)
    plan = operations.plan_go_live(session.actor, args.name, orders_from)
    verb = "would be" if args.dry_run else "are"
    if not args.dry_run:
        operations.go_live(session.actor, plan)
    if args.format == "json":
        put_json(
            {
                "channel": plan.channel, "orders_from": iso(plan.orders_from), "history": plan.history,
                "taken_in": plan.taken_in, "sent": plan.sent, "stock_written": plan.stock_written,
                "warnings": list(plan.warnings), "dry_run": args.dry_run,
            }
        )  # fmt: skip
    say(
        f"{plan.channel}: orders count from {iso(plan.orders_from)}; {plan.history} {verb} kept as history,"
        f" {plan.taken_in} {verb} taken in, {plan.sent} sent, no stock is written."
    )
    for warning in plan.warnings:
        say(f"Note: {warning}")
    say("Nothing was changed." if args.dry_run else f"{plan.channel} is active.")
    return exits.DONE


def pause(session: Session, args: argparse.Namespace) -> int:
    """Stop reading from and sending to a channel."""
    from stogly_tui.operations import channels

    say(f"{channels.pause(session.actor, args.name).name} is paused.")
    return exits.DONE


def resume(session: Session, args: argparse.Namespace) -> int:
    """Go on with a paused channel."""
    from stogly_tui.operations import channels

    say(f"{channels.resume(session.actor, args.name).name} is active again.")
    return exits.DONE


def remove(session: Session, args: argparse.Namespace) -> int:
    """Archive a channel."""
    from stogly_tui.operations import channels

    session.get_ready()
    name = channels.named(args.name).name
    channels.remove(session.actor, name)
    say(f"{name} is removed; its orders are kept, its keys are forgotten.")
    return exits.DONE


def rebuild_search(session: Session, args: argparse.Namespace) -> int:
    """Make the search of a channel's orders anew."""
    from stogly_tui.operations import channels, tools

    name = channels.named(args.name).name
    number = tools.rebuild_search(session.actor, name)
    say(f"{name}: the search of {'1 order' if number == 1 else f'{number:,} orders'} is made anew.")
    return exits.DONE


def _say_next_step(row: ChannelRow) -> None:
    if row.state is ChannelState.DRAFT:
        say(f'{row.name} is a draft. Next: stogly-tui channel sign-in "{row.name}".')


def _in_words(key: str, value: Any) -> Any:
    """History and webhooks in one line each; everything else as it is."""
    match key, value:
        case "history", {"state": state, "seen": seen, "total": total, "back_to": back_to}:
            return f"{state}: {seen:,} of {f'about {total:,}' if total is not None else 'all'}, back to {back_to}"
        case "webhooks", {"url": None, "error": error}:
            return f"not registered{f': {error}' if error else ''}"
        case "webhooks", {"active": active, "received": received, "refused": refused, "url": url}:
            return (
                f"{'active' if active else 'not active'} at {url}, {received:,} received, {refused:,} refused"
            )
        case _:
            return value


def _shown(value: Any) -> str:
    match value:
        case None | "":
            return "-"
        case True:
            return "yes"
        case False:
            return "no"
        case list() | tuple():
            return ", ".join(map(str, value)) or "-"
        case _:
            return str(value)
