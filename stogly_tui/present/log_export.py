"""The sync log as files: what its filter shows."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from stogly_tui.domain.log_search import LogSearch
from stogly_tui.model import database as db
from stogly_tui.model.queries import log_pages
from stogly_tui.present import exports
from stogly_tui.present.exports import Exported, Progress
from stogly_tui.present.log_json import ENTRY_COLUMNS, RUN_COLUMNS, entry_json, run_json

RUNS = 100_000
"""So many of the latest runs at most."""
PAGE = 1000


def export_entries(which: LogSearch, how: str, folder: Path, at: datetime, progress: Progress) -> Exported:
    """Write the entries that a filter lets through, oldest first; ``how`` is ``csv`` or ``jsonl``.

    Raises:
        InvalidInput: the file cannot be written.
    """
    pages = ([entry_json(entry) for entry in page] for page in log_pages.each(which))
    return exports.export("log", how, pages, ENTRY_COLUMNS, (folder, at), progress)


def export_runs(which: LogSearch, how: str, folder: Path, at: datetime, progress: Progress) -> Exported:
    """Write the runs that a filter lets through, newest first.

    Raises:
        InvalidInput: the file cannot be written.
    """

    def pages() -> Iterator[list[dict[str, Any]]]:
        with db.read():
            found = log_pages.run_rows(which, RUNS)
        for start in range(0, len(found), PAGE):
            yield [run_json(run) for run in found[start : start + PAGE]]

    return exports.export("runs", how, pages(), RUN_COLUMNS, (folder, at), progress)
