"""Sign-in by redirect: a person opens the platform's page, grants access, and comes back with the proof of it."""

from dataclasses import dataclass
from datetime import datetime

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.operations.connecting import CheckResult, named
from stogly_tui.operations.workplace import context
from stogly_tui.platforms import registry
from stogly_tui.platforms.base import SignInRefused
from stogly_tui.platforms.errors import AuthFailed
from stogly_tui.sync import sign_in


@dataclass(frozen=True, slots=True)
class SignInBegun:
    """A page to open, the address it sends the browser back to, and until when that counts.

    Where the browser does not come back by itself, nobody listens at that address: the browser shows an error
    page, and the address in its bar is pasted into `finish`.
    """

    url: str
    redirect_uri: str
    expires_at: datetime
    comes_back_by_itself: bool


def begin(actor: Actor, channel_name: str) -> SignInBegun:
    """Begin a sign-in of a draft, or of a channel that needs one; earlier ones of it can no longer be finished.

    Raises:
        NotAllowed: only an admin may.
        InvalidInput: the platform has no such sign-in, or the channel lacks what it needs.
    """
    actor.require(Role.ADMIN)
    channel = named(channel_name)
    platform = registry.platform(channel.platform)
    if platform.sign_in is None:
        raise InvalidInput(
            FieldProblem(
                "channel", f"{platform.title} has no sign-in by redirect.", "Enter its keys instead."
            )
        )
    try:
        begun = sign_in.begin(context(), actor, channel, platform.sign_in)
    except AuthFailed as error:
        raise InvalidInput(FieldProblem("credentials", f"{error.detail}.", "Enter them first.")) from error
    except SignInRefused as error:
        raise InvalidInput(FieldProblem("credentials", str(error))) from error
    return SignInBegun(begun.url, begun.redirect_uri, begun.expires_at, context().door.is_public)


def finish(actor: Actor, channel_name: str, pasted: str) -> CheckResult:
    """Finish a sign-in by the address that the browser shows, or only what is behind its ``?``.

    What came back is checked, exchanged and connected with before any of it is stored. A draft becomes read-only
    (a pure destination active); a channel that needed sign-in goes on, if it is the same account.

    Raises:
        NotAllowed: only an admin may.
    """
    actor.require(Role.ADMIN)
    found = sign_in.finish(context(), actor, named(channel_name), pasted)
    return CheckResult(found.account, found.problems)
