"""Exporting what the filter of the sync log shows: streamed to a file in the home, page by page."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from stogly_tui.domain.log_search import LogSearch
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.model import database as db
from stogly_tui.model.queries import log_pages
from stogly_tui.present.csv_cells import csv_cell
from stogly_tui.present.files import written
from stogly_tui.present.log_json import ENTRY_COLUMNS, RUN_COLUMNS, entry_json, run_json

RUNS = 100_000
"""So many of the latest runs at most."""
Progress = Callable[[int], bool]
"""Is told how many are written, and says whether to go on."""
Rows = Iterable[list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and where; no path when it was stopped before its end."""

    path: Path | None
    rows: int


def export_entries(which: LogSearch, how: str, folder: Path, at: datetime, progress: Progress) -> Exported:
    """Write the entries that a filter lets through, oldest first; ``how`` is ``csv`` or ``jsonl``.

    Raises:
        InvalidInput: the file cannot be written.
    """
    pages = ([entry_json(entry) for entry in page] for page in log_pages.each(which))
    return _export("log", how, pages, ENTRY_COLUMNS, (folder, at), progress)


def export_runs(which: LogSearch, how: str, folder: Path, at: datetime, progress: Progress) -> Exported:
    """Write the runs that a filter lets through, newest first.

    Raises:
        InvalidInput: the file cannot be written.
    """

    def pages() -> Iterator[list[dict[str, Any]]]:
        with db.read():
            found = log_pages.run_rows(which, RUNS)
        for start in range(0, len(found), 1000):
            yield [run_json(run) for run in found[start : start + 1000]]

    return _export("runs", how, pages(), RUN_COLUMNS, (folder, at), progress)


class _Stopped(Exception):
    """It is not wanted any more."""


def _export(
    stem: str,
    how: str,
    pages: Rows,
    columns: Sequence[str],
    where: tuple[Path, datetime],
    progress: Progress,
) -> Exported:
    if how not in ("csv", "jsonl"):
        raise InvalidInput(FieldProblem("format", f"{how!r} is no format.", "Formats are csv and jsonl."))
    number = 0
    try:
        with written(where[0], stem, how, where[1]) as (path, file):
            write = _csv(file, columns) if how == "csv" else _jsonl(file)
            for page in pages:
                write(page)
                number += len(page)
                if not progress(number):
                    raise _Stopped
    except _Stopped:
        return Exported(None, number)
    except OSError as error:
        raise InvalidInput(
            FieldProblem(
                "folder", f"{where[0]} cannot be written: {error.strerror}.", "Make room, or mend its rights."
            )
        ) from error
    return Exported(path, number)


def _csv(file: TextIO, columns: Sequence[str]) -> Callable[[Sequence[Mapping[str, Any]]], None]:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    return lambda rows: writer.writerows([csv_cell(row.get(name)) for name in columns] for row in rows)


def _jsonl(file: TextIO) -> Callable[[Sequence[Mapping[str, Any]]], None]:
    return lambda rows: file.writelines(f"{json.dumps(row)}\n" for row in rows)
