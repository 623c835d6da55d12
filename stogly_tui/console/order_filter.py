"""What the operator asks to see. All of it stands in one text: lists and keys write words into it."""

from collections.abc import Sequence
from dataclasses import dataclass

from stogly_tui.domain import search
from stogly_tui.domain.search import Search, Surroundings
from stogly_tui.domain.states import OrderStatus
from stogly_tui.model.queries.order_filter import OrderFilter
from stogly_tui.model.queries.order_keys import NEWEST
from stogly_tui.present import words

DAYS = (
    ("", "any"),
    ("today", "today"),
    ("yesterday", "yesterday"),
    ("7d", "7 days"),
    ("30d", "30 days"),
    ("90d", "90 days"),
)
PUSH = (
    ("", "any"),
    ("not-sent", "Not Sent"),
    ("error", "Error"),
    ("sent", "Sent"),
    ("queued", "queued"),
    ("in-doubt", "outcome unknown"),
    ("handled-manually", "sent by hand"),
    ("not-applicable", "at shop"),
)
STATUS = (("", "any"), *((status.value, words.STATUS[status]) for status in OrderStatus))
ERRORS = "error"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The typed text and how its orders are sorted."""

    text: str = ""
    sort: str = NEWEST

    @property
    def is_plain(self) -> bool:
        """Whether everything is shown."""
        return not self.text.strip()

    @property
    def errors_only(self) -> bool:
        """Whether the text asks for errors."""
        return self.value("push") == ERRORS

    def value(self, field: str) -> str:
        """What the text says of a field; blank when it says nothing."""
        return search.value_of(self.text, field)

    def having(self, field: str, value: str) -> "Wanted":
        """With another value of a field, or without one."""
        return Wanted(search.with_value(self.text, field, value), self.sort)

    def read(self, around: Surroundings) -> "Read":
        """What is meant."""
        found = search.read(self.text, around)
        return Read(OrderFilter(terms=found.terms), found)


@dataclass(frozen=True, slots=True)
class Read:
    """A filter and what could not be understood of its text."""

    which: OrderFilter
    found: Search

    @property
    def problem(self) -> str:
        """The first mistake in a sentence with its remedy; blank when there is none."""
        if not self.found.mistakes:
            return ""
        first = self.found.mistakes[0]
        return f"{first.says} {first.remedy}"


def shown(options: Sequence[tuple[str, str]], value: str) -> str:
    """How a list shows a value: by its title, or that it is another one, which stands in the filter line."""
    return dict(options).get(value, "typed")
