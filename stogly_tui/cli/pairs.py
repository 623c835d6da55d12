"""``KEY=VALUE`` words, and credentials, which never travel as words."""

import json
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stogly_tui.cli.output import say
from stogly_tui.domain.problems import FieldProblem, InvalidInput

_LARGEST = 64 * 1024


def read_pairs(words: Sequence[str]) -> dict[str, str]:
    """Settings by key.

    Raises:
        InvalidInput: a word has no ``=``, or a key comes twice.
    """
    told: dict[str, str] = {}
    problems = []
    for word in words:
        key, sign, value = word.partition("=")
        key = key.strip()
        if not sign or not key:
            problems.append(
                FieldProblem(key or "setting", f"{word!r} is not KEY=VALUE.", "For example auto_send=off.")
            )
        elif key in told:
            problems.append(FieldProblem(key, "is given twice.", "Give it once."))
        told[key] = value
    if problems:
        raise InvalidInput(*problems)
    return told


def read_credentials(source: str) -> dict[str, Any]:
    """Credentials from a file, or from standard input for ``-``. No message ever holds a value.

    Raises:
        InvalidInput: there is no such file, or it is not one JSON object of texts.
    """
    if source == "-":
        if sys.stdin.isatty():
            say("Credentials as JSON, then Ctrl-D:")
        text = sys.stdin.read(_LARGEST)
    else:
        text = _text_of(Path(source).expanduser())
    try:
        found = json.loads(text)
    except ValueError as error:
        where = (
            f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        )
        raise _wrong(f"are not JSON{where}.") from None
    except RecursionError:
        raise _wrong("are not a JSON object.") from None
    if not isinstance(found, dict):
        raise _wrong("are not a JSON object.")
    odd = [key for key, value in found.items() if not isinstance(value, str)]
    if odd:
        raise _wrong(f"{', '.join(odd)} must be text between quotes.")
    return found


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            body = file.read(_LARGEST)
        if stat.S_ISREG(path.stat().st_mode) and path.stat().st_mode & 0o077:
            say(
                f"Warning: {path} can be read by others on this machine. chmod 600 it, or delete it afterwards."
            )
        return body.decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput(
            FieldProblem(
                "credentials", f"{path} cannot be read: {error.strerror}.", "Give a file, or - for stdin."
            )
        ) from error
    except UnicodeDecodeError:
        raise _wrong("are not text in UTF-8.") from None


def _wrong(message: str) -> InvalidInput:
    return InvalidInput(
        FieldProblem(
            "credentials", message, 'Write them like {"consumer_key": "ck_…", "consumer_secret": "cs_…"}.'
        )
    )
