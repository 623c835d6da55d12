"""Plans and results as lines of a file (CSV, JSON Lines), and as lines to copy."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from stogly_tui.present.csv_cells import csv_cell
from stogly_tui.present.times import iso


def csv_lines(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """CSV with a header, a line at a time. A cell that a spreadsheet would take for a formula gets an apostrophe."""
    room = io.StringIO()
    writer = csv.writer(room, lineterminator="\n")
    for cells in _table(names, rows):
        writer.writerow(cells)
        yield room.getvalue()
        room.seek(0)
        room.truncate()


def json_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One JSON object per line; control characters are escaped by JSON itself."""
    for row in rows:
        shown = {key: _told(value) for key, value in row.items()}
        yield json.dumps(shown, ensure_ascii=True) + "\n"


def _table(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    yield list(names)
    for row in rows:
        yield [csv_cell(_told(row.get(name))) for name in names]


def _told(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value
