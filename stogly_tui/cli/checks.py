"""channel check and channel webhooks: is all well with a channel, each part with what to do about it."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stogly_tui.cli import backlog, exits, moments, which
from stogly_tui.cli.connect import channel_is_down
from stogly_tui.cli.output import put, put_json, say, say_problems
from stogly_tui.cli.session import Session
from stogly_tui.cli.shapes import webhooks_json
from stogly_tui.domain.people import Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import BackfillState, ChannelState
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.operations import channels, tools
from stogly_tui.operations import webhooks as operations
from stogly_tui.operations.connecting import named
from stogly_tui.operations.webhooks import WebhookCheck
from stogly_tui.present import times
from stogly_tui.present.times import iso


@dataclass(frozen=True)
class Part:
    """One part of a check: whether it is right (None: it does not apply), a sentence, and its data."""

    name: str
    is_right: bool | None
    says: str
    data: dict[str, Any] = field(default_factory=dict)
    problems: Sequence[FieldProblem] = ()


def check(session: Session, args: argparse.Namespace) -> int:
    """Look at the parts that were asked for, or at all of them."""
    session.actor.require(Role.OPERATOR)
    session.get_ready()
    row = which.no_draft(named(args.name))
    day = _day(session, row, args.counts)
    asked = {"clock": args.clock, "counts": args.counts is not None}
    wanted = [name for name, is_asked in asked.items() if is_asked] or list(_PARTS)
    parts: list[Part] = []
    for name in wanted:
        parts.append(_PARTS[name](session, row, day))
        if name == "sign_in" and not parts[0].is_right:
            break
    return _tell(session, row, parts, args.format)


def webhooks(session: Session, args: argparse.Namespace) -> int:
    """What a channel's platform has registered, what arrived, and what is wrong with it; or make it right."""
    session.get_ready()
    row = which.no_draft(named(args.name))
    found = (operations.repair if args.repair else operations.check)(session.actor, row.name)
    if args.format == "json":
        put_json(_webhooks_data(found))
    else:
        _put_webhooks(session, found)
    for deed in found.repaired:
        say(f"Repaired: {deed}.")
    say_problems(found.problems)
    if not _are_wrong(row, found):
        return exits.DONE
    cannot_be_asked = any(problem.field == "channel" for problem in found.problems)
    return exits.UNREACHABLE if cannot_be_asked and channel_is_down(session, row) else exits.SOME_FAILED


def _tell(session: Session, row: ChannelRow, parts: Sequence[Part], how: str) -> int:
    wrong = [part for part in parts if part.is_right is False]
    if how == "json":
        put_json({"name": row.name, "ok": not wrong} | {part.name: _data(part) for part in parts})
    else:
        for part in parts:
            glyph = "." if part.is_right is None else "+" if part.is_right else "!"
            put(f"{glyph} {part.name.replace('_', ' '):<9} {part.says}")
    for part in wrong:
        say_problems(part.problems)
    say(f"{row.name}: {'all is well' if not wrong else f'{len(wrong)} of {len(parts)} are not right'}.")
    if not wrong:
        return exits.DONE
    return exits.UNREACHABLE if channel_is_down(session, row) else exits.SOME_FAILED


def _data(part: Part) -> dict[str, Any]:
    problems = [
        {"field": one.field, "message": one.message, "remedy": one.remedy or None} for one in part.problems
    ]
    return {"ok": part.is_right, "says": part.says, **part.data, "problems": problems}


def _sign_in(session: Session, row: ChannelRow, _day: date) -> Part:
    result = channels.test(session.actor, row.name)
    account = result.account
    if account is None or result.problems:
        return Part("sign_in", False, "it does not let us in", problems=result.problems)
    told = f"{account.title}, version {account.version or '?'}, {'read and write' if account.can_write else 'read only'}"
    data = {
        "account_id": account.account_id, "account_title": account.title, "version": account.version,
        "can_write": account.can_write, "warnings": list(account.warnings), "details": dict(account.details),
    }  # fmt: skip
    return Part("sign_in", True, told, data)


def _clock(session: Session, row: ChannelRow, _day: date) -> Part:
    try:
        found = tools.check_clock(session.actor, row.name)
    except InvalidInput as error:
        return Part("clock", False, "it cannot be asked for its time", problems=error.problems)
    apart = None if found.apart is None else found.apart.total_seconds()
    data = {
        "ours": iso(found.ours), "theirs": iso(found.theirs), "apart_seconds": apart,
        "stored_zone": found.stored_zone, "told_zone": found.told_zone,
    }  # fmt: skip
    problems = []
    if apart is not None and abs(apart) > tools.CLOCK_TOLERANCE.total_seconds():
        problems.append(FieldProblem("clock", f"is {abs(apart):.0f} seconds off ours.", "Set both by NTP."))
    if found.stored_zone != found.told_zone:
        changed = f"was {found.stored_zone} when it was connected and is {found.told_zone} now."
        problems.append(
            FieldProblem("time_zone", changed, "Connect it again: channel set NAME --credentials FILE.")
        )
    near = "it does not tell its time" if apart is None else f"{abs(apart):.0f} s apart"
    return Part("clock", not problems, f"{near}, zone {found.told_zone}", data, problems)


def _webhooks(session: Session, row: ChannelRow, _day: date) -> Part:
    if not row.role.gives_orders:
        return Part("webhooks", None, "it gives no orders")
    found = operations.check(session.actor, row.name)
    if not _are_wrong(row, found):
        off = found.problems[0].message if found.problems else ""
        return Part(
            "webhooks", None if off else True, off or _received(session, found), _webhooks_data(found)
        )
    return Part("webhooks", False, "not as they should be", _webhooks_data(found), found.problems)


def _counts(session: Session, row: ChannelRow, day: date) -> Part:
    if not row.role.gives_orders:
        return Part("counts", None, "it gives no orders")
    if row.state not in (ChannelState.READ_ONLY, ChannelState.ACTIVE):
        return Part("counts", None, f"nothing is read: it is {row.shown_state.replace('_', ' ')}")
    try:
        found = tools.verify_counts(session.actor, row.name, day)
    except InvalidInput as error:
        if any(problem.field == "day" for problem in error.problems):
            raise
        return Part("counts", False, "it cannot be asked", problems=error.problems)
    data = {
        "day": found.day.isoformat(), "since": iso(found.since), "until": iso(found.until),
        "on_channel": found.on_channel, "here": found.here, "sent": found.sent,
    }  # fmt: skip
    there = "it cannot say" if found.on_channel is None else f"{found.on_channel} there"
    told = f"{found.day} in its zone: {there}, {found.here} here, {found.sent} sent"
    reading = backlog.of(row)
    if found.is_equal:
        return Part("counts", True, told, data)
    if reading is not None and reading.state is BackfillState.READING and found.since < reading.at:
        return Part("counts", None, f"{told}; its history is read {backlog.told(reading)}", data)
    again = f'stogly-tui channel refetch "{row.name}" --since {iso(found.since)} --until {iso(found.until)}'
    return Part(
        "counts",
        False,
        told,
        data,
        [FieldProblem("counts", "are not equal.", f"Read that day again: {again}")],
    )


_PARTS: dict[str, Callable[[Session, ChannelRow, date], Part]] = {
    "sign_in": _sign_in,
    "clock": _clock,
    "webhooks": _webhooks,
    "counts": _counts,
}


def _day(session: Session, row: ChannelRow, text: str | None) -> date:
    """The day to count, in the channel's zone; yesterday unless another is given."""
    try:
        zone = ZoneInfo(row.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    if text is None:
        return (session.now - timedelta(days=1)).astimezone(zone).date()
    return moments.moment("counts", text, zone, session.now).astimezone(zone).date()


def _are_wrong(row: ChannelRow, found: WebhookCheck) -> bool:
    """Whether something is not right that should be: webhooks nobody wants, or can send us, are not."""
    is_wanted = bool(found.url) and bool(row.settings.get("webhooks", True))
    return bool(found.problems) and (is_wanted or any(one.field == "channel" for one in found.problems))


def _webhooks_data(found: WebhookCheck) -> dict[str, Any]:
    return {
        "channel": found.channel,
        "url": found.url or None,
        "receiver": {
            "state": found.receiver.state, "detail": found.receiver.detail or None, "at": iso(found.receiver.at)
        },
        "topics": [
            {"topic": one.topic, "id": one.id or None, "url": one.url or None, "ours": one.is_ours, "active": one.is_active}
            for one in found.topics
        ],
        "deliveries": webhooks_json(found.endpoint),
        "problems": [
            {"field": one.field, "message": one.message, "remedy": one.remedy or None} for one in found.problems
        ],
        "repaired": list(found.repaired),
    }  # fmt: skip


def _put_webhooks(session: Session, found: WebhookCheck) -> None:
    put(f"{'address':<10} {found.url or '-'}")
    detail = f": {found.receiver.detail}" if found.receiver.detail else ""
    put(f"{'receiver':<10} {found.receiver.state}{detail}")
    put(f"{'deliveries':<10} {_received(session, found)}")
    for one in found.topics:
        missing = "! missing" if found.url else ". not registered"
        look = "+ active" if one.is_active else "! not active" if one.id else missing
        whose = "" if one.is_ours else f"  (not ours: {one.url})"
        put(f"{one.topic:<22} {look}{whose}")


def _received(session: Session, found: WebhookCheck) -> str:
    if found.endpoint is None:
        return "none yet"
    at = times.stamp(found.endpoint.last_received_at, session.zone)
    last = f", the last at {at}" if at else ""
    return f"{found.endpoint.received:,} received{last}, {found.endpoint.refused:,} refused"
