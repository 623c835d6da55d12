"""Orders as files: what a filter lets through, streamed in its order, a page of rows at a time."""

from array import array
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.model import database as db
from stogly_tui.model.queries import orders
from stogly_tui.present import result_rows
from stogly_tui.present.files import written
from stogly_tui.present.orders_json import COLUMNS, order_json

PAGE = 500
"""Rows in one look: as many parameters as every engine takes."""
Progress = Callable[[int], bool]
"""Is told how many more are written, and says whether to go on."""


class _Stopped(Exception):
    """It is not wanted any more."""


def export(keys: "array[int]", how: str, folder: Path, at: datetime, progress: Progress) -> Path | None:
    """Write these orders to a new file, ``csv`` or ``jsonl``; None, and no file, when it was stopped.

    Raises:
        InvalidInput: the file cannot be written.
    """
    rows = _rows(keys, progress)
    lines = result_rows.csv_lines(COLUMNS, rows) if how == "csv" else result_rows.json_lines(rows)
    try:
        with written(folder, "orders", how, at) as (path, file):
            file.writelines(lines)
    except _Stopped:
        return None
    except OSError as error:
        raise InvalidInput(
            FieldProblem(
                "folder", f"{folder} cannot be written: {error.strerror}.", "Make room, or mend its rights."
            )
        ) from error
    return path


def _rows(keys: "array[int]", progress: Progress) -> Iterator[dict[str, Any]]:
    for start in range(0, len(keys), PAGE):
        with db.read():
            found = orders.page(keys[start : start + PAGE])
        yield from (order_json(row) for row in found)
        if not progress(len(found)):
            raise _Stopped
