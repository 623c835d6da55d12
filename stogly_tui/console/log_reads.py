"""What the sync log reads: a bounded window on entries that moves by pages, and runs; never the whole log."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from stogly_tui.domain.log_search import LogSearch
from stogly_tui.domain.states import Level
from stogly_tui.model.queries import channels, log_pages, runs
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.log_pages import COUNTED
from stogly_tui.model.queries.runs import LogRow, RunRow

PAGE = 500
"""Entries that are read at once, and shown while the list follows."""
MOST = 2000
"""Entries that are held at once while one reads back; what is further away is read again."""
RUNS = 200
"""Runs that are read at first, and so many more each time the cursor comes to the end of them."""
MOST_RUNS = 2000
REPORTED = 50
"""Warnings and errors that a copied run tells."""


@dataclass(frozen=True)
class Window:
    """Entries side by side in the log, oldest first. ``has_newer`` says that the window is not at the newest end."""

    rows: tuple[LogRow, ...] = ()
    has_older: bool = False
    has_newer: bool = False

    @cached_property
    def index(self) -> Mapping[int, int]:
        """Where each entry stands, by id."""
        return {row.id: number for number, row in enumerate(self.rows)}

    @property
    def first(self) -> int | None:
        """The id of the oldest entry."""
        return self.rows[0].id if self.rows else None

    @property
    def last(self) -> int | None:
        """The id of the newest entry."""
        return self.rows[-1].id if self.rows else None


@dataclass(frozen=True)
class LogSnapshot:
    """Runs and entries at one moment. ``came`` are entries that came since the newest one shown before."""

    runs: tuple[RunRow, ...] = ()
    window: Window | None = None
    channels: tuple[ChannelRow, ...] = ()
    total: int = 0
    came: int = 0


def look(which: LogSearch, seen: int | None, *, is_following: bool, run_limit: int = RUNS) -> LogSnapshot:
    """Runs and channels and, while the list follows, the newest entries. ``seen`` is the newest id shown so far."""
    window = newest_window(which) if is_following else None
    total = len(window.rows) if window and not window.has_older else log_pages.count(which)
    return LogSnapshot(
        tuple(log_pages.run_rows(which, run_limit)),
        window,
        tuple(channels.overview()),
        total,
        _came(which, seen, window),
    )


def _came(which: LogSearch, seen: int | None, window: Window | None) -> int:
    """How many entries came since ``seen``; counted in the log only where the window does not tell."""
    if seen is None:
        return 0
    if window is not None and (seen in window.index or not window.has_older):
        return len(window.rows) - 1 - window.index.get(seen, -1)
    return log_pages.count(which, after=seen)


def newest_window(which: LogSearch) -> Window:
    """The newest page."""
    rows = log_pages.newest(which, PAGE + 1)
    return Window(tuple(rows[-PAGE:]), has_older=len(rows) > PAGE)


def oldest_window(which: LogSearch) -> Window:
    """The oldest page."""
    rows = log_pages.oldest(which, PAGE + 1)
    return Window(tuple(rows[:PAGE]), has_newer=len(rows) > PAGE)


def window_around(which: LogSearch, entry_id: int) -> Window:
    """Half a page before an entry, half a page after it."""
    half = PAGE // 2
    before = log_pages.newest(which, half + 1, before=entry_id)
    after = log_pages.oldest(which, half + 1, after=entry_id - 1)
    return Window((*before[-half:], *after[:half]), len(before) > half, len(after) > half)


def with_older(window: Window, which: LogSearch) -> Window:
    """A page more at the older end; what gets too far away at the newer end is let go."""
    page = log_pages.newest(which, PAGE + 1, before=window.first)
    rows = (*page[-PAGE:], *window.rows)
    return Window(rows[:MOST], len(page) > PAGE, window.has_newer or len(rows) > MOST)


def with_newer(window: Window, which: LogSearch) -> Window:
    """A page more at the newer end; what gets too far away at the older end is let go."""
    page = log_pages.oldest(which, PAGE + 1, after=window.last)
    rows = (*window.rows, *page[:PAGE])
    return Window(rows[-MOST:], window.has_older or len(rows) > MOST, len(page) > PAGE)


@dataclass(frozen=True)
class Hit:
    """What a search found, with the window it stands in where it is not in sight already."""

    found: log_pages.Found
    window: Window | None


def search(which: LogSearch, window: Window, text: str, start: int, steps: int) -> Hit:
    """Find a text in the log from an entry on, however far away it is."""
    found = log_pages.find(which, text, start, steps)
    if found.id is None or found.id in window.index:
        return Hit(found, None)
    return Hit(found, window_around(which, found.id))


@dataclass(frozen=True)
class RunReport:
    """A run with the warnings and errors it wrote down."""

    run: RunRow | None
    entries: tuple[LogRow, ...]


def run_report(run_id: int) -> RunReport:
    """What a copy of a run tells."""
    which = replace(LogSearch(), runs=(run_id,), levels=(Level.WARNING, Level.ERROR))
    return RunReport(runs.by_id(run_id), tuple(log_pages.newest(which, REPORTED)))


def counted(number: int) -> str:
    """A count as it is shown: ``12,406``, or ``10,000+`` when there are more."""
    return f"{COUNTED:,}+" if number > COUNTED else f"{number:,}"
