"""Printing: data to stdout, narration to stderr, and nothing in either that a terminal could act on."""

import csv
import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stogly_tui.domain.problems import FieldProblem
from stogly_tui.domain.safe_text import safe_line, safe_text
from stogly_tui.present.csv_cells import csv_cell

_WIDEST = 60
"""Cells of a table are cut here; every other format prints them whole."""


def say(text: str) -> None:
    """Narrate: one line to stderr."""
    print(safe_text(text, 2000).replace("\n", " "), file=sys.stderr, flush=True)


def say_problems(problems: Iterable[FieldProblem]) -> None:
    """Narrate what is wrong, a line each: ``field: message remedy``."""
    for problem in problems:
        say(str(problem))


def put(text: str = "") -> None:
    """Data: text to stdout, its line feeds kept."""
    print(safe_text(text, 100_000))


def put_json(value: Any) -> None:
    """Data: one JSON document. Control characters are escaped by JSON itself."""
    print(json.dumps(value, ensure_ascii=True, indent=2))


def put_jsonl(rows: Iterable[Mapping[str, Any]]) -> None:
    """Data: one JSON object per line, written as they come."""
    for row in rows:
        print(json.dumps(row, ensure_ascii=True))


def put_json_array(rows: Iterable[Mapping[str, Any]]) -> None:
    """Data: one JSON array, a row per line, written as they come."""
    opening = "["
    for row in rows:
        print(f"{opening}\n{json.dumps(row, ensure_ascii=True)}", end="")
        opening = ","
    print("[]" if opening == "[" else "\n]")


def put_csv(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Data: CSV with a header. A cell that a spreadsheet would take for a formula gets an apostrophe."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([csv_cell(row.get(name)) for name in names])


def put_table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[str] = ()) -> None:
    """Data for people: aligned columns under their heads."""
    shown = [[_cut(safe_line("" if cell is None else str(cell))) for cell in row] for row in rows]
    widths = [max([_cells(head), *(_cells(row[i]) for row in shown)]) for i, head in enumerate(heads)]
    to_right = [head in set(right) for head in heads]
    for row in [list(heads), *shown]:
        cells = [
            " " * (width - _cells(cell)) + cell if is_right else cell + " " * (width - _cells(cell))
            for cell, width, is_right in zip(row, widths, to_right, strict=True)
        ]
        print("  ".join(cells).rstrip())


def put_rows(
    how: str,
    rows: Sequence[Mapping[str, Any]],
    heads: Mapping[str, str],
    *,
    right: Iterable[str] = (),
) -> None:
    """Data: rows as ``table`` (only the columns of ``heads``, key to title), ``json`` or ``jsonl``."""
    match how:
        case "json":
            put_json_array(rows)
        case "jsonl":
            put_jsonl(rows)
        case _:
            put_table(list(heads.values()), [[row[key] for key in heads] for row in rows], right=right)


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _cells(text: str) -> int:
    """How many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
