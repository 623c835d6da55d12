"""Exports: rows streamed to a new file, a page at a time. One that is stopped or fails leaves no file."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.present import result_rows
from stogly_tui.present.files import written

Page = Sequence[Mapping[str, Any]]
Progress = Callable[[int], bool]
"""Is told how many rows of one more page are written, and says whether to go on."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and where; no path when it was stopped before its end."""

    path: Path | None
    rows: int


class _Stopped(Exception):
    """It is not wanted any more."""


def export(
    stem: str,
    how: str,
    pages: Iterable[Page],
    columns: Sequence[str],
    where: tuple[Path, datetime],
    progress: Progress,
) -> Exported:
    """Write rows as ``how`` says (``csv`` or ``jsonl``) to a new file in a folder, named after ``stem`` and a moment.

    Raises:
        InvalidInput: there is no such format, or the file cannot be written.
    """
    if how not in ("csv", "jsonl"):
        raise InvalidInput(FieldProblem("format", f"{how!r} is no format.", "Formats are csv and jsonl."))
    (folder, at), number = where, 0

    def rows() -> Iterator[Mapping[str, Any]]:
        nonlocal number
        for page in pages:
            yield from page
            number += len(page)
            if not progress(len(page)):
                raise _Stopped

    lines = result_rows.csv_lines(columns, rows()) if how == "csv" else result_rows.json_lines(rows())
    try:
        with written(folder, stem, how, at) as (path, file):
            file.writelines(lines)
    except _Stopped:
        return Exported(None, number)
    except OSError as error:
        raise InvalidInput(
            FieldProblem(
                "folder", f"{folder} cannot be written: {error.strerror}.", "Make room, or mend its rights."
            )
        ) from error
    return Exported(path, number)
