"""channel sign-in: prints the page to open, takes the address that the browser comes back to, and finishes with it.

At a terminal both happen in one call. Without one they are two: ``--print-only`` begins and prints, and a later call
finishes with what standard input holds; beginning again would make the page that is open useless.
"""

import argparse
import select
import sys

from stogly_tui.cli import exits
from stogly_tui.cli.connect import channel_is_down
from stogly_tui.cli.output import put, say, say_problems
from stogly_tui.cli.session import Session
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels as queries
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.operations import sign_in as operations
from stogly_tui.operations.connecting import named
from stogly_tui.operations.sign_in import SignInBegun
from stogly_tui.present import times

_MOST = 16_000
"""Characters of a pasted address that are read."""
_LOOK = 0.5
"""Seconds between two looks whether the receiver has finished a sign-in."""


def sign_in(session: Session, args: argparse.Namespace) -> int:
    """Begin and finish at a terminal; begin with ``--print-only``; else finish with what standard input holds."""
    session.get_ready()
    channel = named(args.name)
    if args.print_only or sys.stdin.isatty():
        return begin(session, channel, is_print_only=args.print_only)
    pasted = sys.stdin.read(_MOST)
    if not pasted.strip():
        raise InvalidInput(
            FieldProblem(
                "sign_in", "standard input is empty, and nobody is at a terminal to paste the address.",
                "Add --print-only for the page to open, then give the address it comes back to: … < pasted.txt",
            )
        )  # fmt: skip
    return _finish(session, channel, pasted)


def begin(session: Session, channel: ChannelRow, *, is_print_only: bool) -> int:
    """Print the page to open, and at a terminal see the sign-in to its end."""
    begun = operations.begin(session.actor, channel.name)
    until = times.stamp(begun.expires_at, session.zone)
    say(f"Open this page in a browser, sign in to {channel.name} and grant access, before {until}:")
    put(begun.url)
    sys.stdout.flush()
    if begun.comes_back_by_itself:
        say(f"The browser comes back to {begun.redirect_uri} by itself.")
    else:
        say(
            f"It comes back to {begun.redirect_uri}, where nobody listens: the browser shows an error page. Copy the"
            " whole address from its bar."
        )
    if is_print_only or not sys.stdin.isatty():
        say(
            f'Where it does not come back by itself: stogly-tui channel sign-in "{channel.name}" < pasted.txt'
        )
        return exits.DONE
    if begun.comes_back_by_itself:
        say("Waiting for it; the address can be pasted here as well, then Enter.")
    else:
        say("Paste it here, then Enter:")
    pasted = _typed(channel, begun)
    return _is_signed_in(channel) if pasted is None else _finish(session, channel, pasted)


def _typed(channel: ChannelRow, begun: SignInBegun) -> str | None:
    """The line that somebody pastes; None once the receiver has finished the sign-in.

    Raises:
        InvalidInput: it has expired, or nothing was pasted.
    """
    while begun.comes_back_by_itself and not _is_there_a_line():
        now = _now(channel)
        if now.credentials_set_at != channel.credentials_set_at and now.account_id:
            return None
        with db.read():
            is_over = db.now() > begun.expires_at
        if is_over:
            raise InvalidInput(
                FieldProblem("sign_in", "nobody came back in time.", "Begin the sign-in again.")
            )
    line = sys.stdin.readline(_MOST)
    if not line.strip():
        again = f'stogly-tui channel sign-in "{channel.name}" < pasted.txt finishes it until it expires.'
        raise InvalidInput(FieldProblem("sign_in", "nothing was pasted.", again))
    return line


def _is_there_a_line() -> bool:
    return bool(select.select([sys.stdin], [], [], _LOOK)[0])


def _now(channel: ChannelRow) -> ChannelRow:
    with db.read():
        return queries.by_id(channel.id) or channel


def _finish(session: Session, channel: ChannelRow, pasted: str) -> int:
    result = operations.finish(session.actor, channel.name, pasted)
    account = result.account
    if account is None or result.problems:
        say_problems(result.problems)
        say("Nothing was saved.")
        return exits.UNREACHABLE if channel_is_down(session, _now(channel)) else exits.USAGE
    for title, sentence in account.details:
        say(f"{title}: {sentence}")
    for warning in account.warnings:
        say(f"Note: {warning}")
    return _is_signed_in(channel)


def _is_signed_in(channel: ChannelRow) -> int:
    now = _now(channel)
    say(f"{now.name} is signed in: {now.account_title}, {now.currency}, {now.time_zone}.")
    if channel.account_id:
        return exits.DONE
    if now.role.gives_orders:
        say(
            f'It is read-only. Next: stogly-tui pull "{now.name}", then stogly-tui channel go-live "{now.name}".'
        )
    else:
        say("It is active.")
    return exits.DONE
