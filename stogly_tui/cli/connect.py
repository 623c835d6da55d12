"""channel add and channel set: what has to be verified with the platform before it is saved."""

import argparse
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from stogly_tui.cli import exits, moments
from stogly_tui.cli.output import put, say, say_problems
from stogly_tui.cli.pairs import read_credentials, read_pairs
from stogly_tui.cli.session import Session
from stogly_tui.domain.people import Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import ChannelRole
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.operations import channels, effects, fields, go_live
from stogly_tui.operations.connecting import ChannelDraft
from stogly_tui.platforms import registry
from stogly_tui.platforms.base import ChannelAddress
from stogly_tui.platforms.errors import PlatformError, Unavailable
from stogly_tui.platforms.unlimited import Unlimited


def add(session: Session, args: argparse.Namespace) -> int:
    """Connect a channel, or with ``--sign-in`` keep a draft and sign in; on any problem nothing is saved."""
    session.get_ready()
    role = ChannelRole(args.role)
    if args.orders_from and not args.go_live:
        raise InvalidInput(
            FieldProblem("orders-from", "is for --go-live.", "Add --go-live, or leave it out.")
        )
    if args.sign_in and args.go_live:
        raise InvalidInput(
            FieldProblem("go-live", "comes after the sign-in.", "Then: stogly-tui channel go-live NAME.")
        )
    orders_from = moments.optional("orders-from", args.orders_from, session.zone, session.now)
    draft = ChannelDraft(
        args.platform, args.name, args.url, read_credentials(args.credentials), role, args.destination,
        read_pairs(args.settings),
    )  # fmt: skip
    if args.sign_in:
        return _add_draft(session, draft)
    say(f"Connecting to {args.url} …")
    try:
        made = channels.add(session.actor, draft)
    except InvalidInput as error:
        return refused(error.problems, lambda: _draft_is_down(draft))
    say(f"{made.name} is connected: {made.account_title}, {made.currency}, {made.time_zone}.")
    for warning in _warnings(made):
        say(f"Note: {warning}")
    _say_cautions(draft)
    if args.go_live and role.gives_orders:
        plan = go_live.plan_go_live(session.actor, made.name, orders_from)
        go_live.go_live(session.actor, plan)
        say(f"It is active; orders count from {plan.orders_from.isoformat(timespec='seconds')}.")
    elif role.gives_orders:
        say(
            f'It is read-only. Next: stogly-tui pull "{made.name}", then stogly-tui channel go-live "{made.name}".'
        )
    else:
        say("It is active.")
    return exits.DONE


def change(session: Session, args: argparse.Namespace) -> int:
    """Change settings, address or keys of a channel; on any problem nothing is saved."""
    session.get_ready()
    given = read_pairs(args.settings)
    credentials = read_credentials(args.credentials) if args.credentials else None
    if not given and credentials is None and not args.url:
        raise InvalidInput(
            FieldProblem("setting", "there is nothing to change.", "Give KEY=VALUE; channel show lists them.")
        )
    before = channels.named(args.name)
    if given.get("orders_from"):
        found = moments.moment("orders_from", given["orders_from"], session.zone, session.now)
        given["orders_from"] = found.isoformat()
    if before.destination:
        given.setdefault("destination", before.destination)
    draft = ChannelDraft(
        before.platform, before.name, args.url or before.url, credentials or {}, before.role, "", given
    )
    if args.dry_run:
        return _say_what_would_be(session, draft)
    told = effects.effects(draft, before.name)
    try:
        channels.change(session.actor, before.name, settings=given, credentials=credentials, url=args.url)
    except InvalidInput as error:
        address = replace(session.context.address(before), url=args.url or before.url)
        return refused(error.problems, lambda: is_down(address, before.platform))
    say(f"{before.name} is changed.")
    for sentence in told:
        say(sentence)
    _say_cautions(draft, before.name)
    return exits.DONE


def _add_draft(session: Session, draft: ChannelDraft) -> int:
    """Keep the channel, and go straight into its sign-in."""
    from stogly_tui.cli import sign_in

    try:
        made = channels.add_draft(session.actor, draft)
    except InvalidInput as error:
        return refused(error.problems, lambda: False)
    say(f"{made.name} is a draft: nothing is read until somebody has signed in.")
    _say_cautions(draft)
    return sign_in.begin(session, made, is_print_only=False)


def _say_what_would_be(session: Session, draft: ChannelDraft) -> int:
    """What a change would do, as data; changes nothing and asks no platform."""
    session.actor.require(Role.ADMIN)
    problems = channels.validate(draft, name=draft.name)
    if problems:
        return refused(problems, lambda: False)
    told = effects.effects(draft, draft.name)
    for sentence in told or ["Nothing changes."]:
        put(sentence)
    _say_cautions(draft, draft.name)
    say("Nothing was changed.")
    return exits.DONE


def _say_cautions(draft: ChannelDraft, name: str | None = None) -> None:
    for caution in effects.cautions(draft, name):
        say(f"Warning: {caution}")


def refused(problems: Sequence[FieldProblem], is_down: Callable[[], bool]) -> int:
    """Say why nothing was saved; 3 when nothing answers there, so that trying again may help, else 2."""
    say_problems(problems)
    say("Nothing was saved.")
    if problems and all(problem.field == "url" for problem in problems) and is_down():
        return exits.UNREACHABLE
    return exits.USAGE


def is_down(address: ChannelAddress, platform: str) -> bool:
    """Whether nothing answers at an address, or only that it is down for now."""
    with suppress(PlatformError, ValueError):
        line = registry.platform(platform).connect(address, Unlimited())
        try:
            line.check_sign_in()
        except Unavailable as error:
            return error.status is None or error.status >= 500
        finally:
            line.close()
    return False


def channel_is_down(session: Session, row: ChannelRow) -> bool:
    """The same for a channel that is stored; one whose keys cannot be opened is not down."""
    with suppress(PlatformError):
        return is_down(session.context.address(row), row.platform)
    return False


def _draft_is_down(draft: ChannelDraft) -> bool:
    credentials, wrong = fields.read_credentials(draft.platform, draft.credentials)
    model = registry.platform(draft.platform).settings_model
    return not wrong and is_down(ChannelAddress(draft.url.strip(), credentials, model()), draft.platform)


def _warnings(channel: ChannelRow) -> Sequence[str]:
    told = []
    if channel.role.gives_orders and not channel.destination:
        told.append("no destination is set, so its orders stay here. channel set NAME destination=…")
    if channel.role.takes_orders and channel.settings.get("destination_mails_buyer"):
        told.append("it mails the buyer when an order arrives.")
    return told
