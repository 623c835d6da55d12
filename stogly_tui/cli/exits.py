"""Exit codes, which are API, and what is said when a command cannot go on."""

import os
import sys
from collections.abc import Callable

from stogly_tui.cli.output import say, say_problems
from stogly_tui.domain.people import NotAllowed
from stogly_tui.domain.problems import InvalidInput

DONE = 0
SOME_FAILED = 1
USAGE = 2
UNREACHABLE = 3
NOT_ALLOWED = 4
INTERRUPTED = 130


class CannotReach(Exception):
    """A channel could not be reached or refused our keys; the text says which, for stderr."""


def of_usage(call: Callable[[], int]) -> int:
    """Run a command and turn what people did wrong into an exit code and a sentence."""
    try:
        code = call()
        sys.stdout.flush()
    except InvalidInput as error:
        say_problems(error.problems)
        return USAGE
    except NotAllowed as error:
        say(str(error))
        return NOT_ALLOWED
    except CannotReach as error:
        say(str(error))
        return UNREACHABLE
    except KeyboardInterrupt:
        say("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        # whoever read our output has seen enough; the interpreter must not try to flush the rest
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    return code


def of_settings(call: Callable[[], int]) -> int:
    """Run something that reads the settings; every problem of theirs is a line."""
    from stogly_tui.config import ConfigInvalid

    try:
        return call()
    except ConfigInvalid as error:
        for problem in error.problems:
            say(problem)
        return USAGE


def of_database(call: Callable[[], int]) -> int:
    """Run something over the database and the channels it names."""
    from stogly_tui.model import database as db
    from stogly_tui.platforms.errors import AuthFailed, PlatformError

    try:
        return call()
    except (db.DatabaseUrlInvalid, db.DatabaseNewer) as error:
        say(f"database: {error}")
        return USAGE
    except db.DatabaseUnreachable as error:
        say(f"database: it could not be reached: {error}. Try again.")
        return UNREACHABLE
    except AuthFailed as error:
        say(f"credentials: {error.detail}")
        return USAGE
    except PlatformError as error:
        say(f"channel: {error.detail} Try again later.")
        return UNREACHABLE
