"""Messages between the console's threads and its screens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual.message import Message

from stogly_tui.domain.problems import FieldProblem
from stogly_tui.model.changes import EVERYTHING, Changes


class DatabaseChanged(Message, bubble=False):
    """Rows changed, in this process or another. One that still waits gives way to the next, and hands on what it told."""

    def __init__(self, changes: Changes) -> None:
        super().__init__()
        self.changes = changes

    def can_replace(self, message: Message) -> bool:
        """Give way to a later hint; what both name is named."""
        if not isinstance(message, DatabaseChanged):
            return False
        message.changes = merged(self.changes, message.changes)
        return True


def merged(first: Changes, second: Changes) -> Changes:
    """One hint that says what both say."""
    if first.is_everything or second.is_everything:
        return EVERYTHING
    kinds = first.kinds | second.kinds
    ids = {}
    for kind in kinds:
        told = [changes.ids.get(kind, frozenset()) for changes in (first, second) if kind in changes.kinds]
        ids[kind] = frozenset().union(*told) if all(told) else frozenset()
    return Changes(kinds, ids)


@dataclass
class DatabaseLost(Message, bubble=False):
    """The database does not answer; it is asked again."""

    text: str


@dataclass
class DatabaseBack(Message, bubble=False):
    """The database answers again."""


@dataclass
class Loaded(Message, bubble=False):
    """The answer to a question of a screen: a frozen snapshot. ``slot`` and ``number`` say which question."""

    slot: str
    number: int
    snapshot: Any


@dataclass
class LoadFailed(Message, bubble=False):
    """A question could not be answered: the database says why. Blank when the question itself is broken: that is
    reported elsewhere, and asking again would not help.
    """

    slot: str
    number: int
    text: str


@dataclass
class Broken(Message, bubble=False):
    """A thread of the console met an error that nobody foresaw."""

    error: BaseException


@dataclass
class Done(Message, bubble=False):
    """An operation ended. ``then`` takes its result on the screen's own thread and may say it in a sentence."""

    title: str
    result: Any
    then: Callable[[Any], str | None] | None


@dataclass
class Refused(Message, bubble=False):
    """An operation was refused or could not be carried out: problems by field, or a sentence."""

    title: str
    text: str
    problems: tuple[FieldProblem, ...] = ()
    wrong: Callable[[Sequence[FieldProblem]], bool | None] | None = None
