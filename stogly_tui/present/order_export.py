"""Orders as files: what a filter lets through, in its order."""

from array import array
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from stogly_tui.model import database as db
from stogly_tui.model.queries import orders
from stogly_tui.present import exports
from stogly_tui.present.exports import Exported, Progress
from stogly_tui.present.orders_json import COLUMNS, order_json

PAGE = 500
"""Rows in one look: as many parameters as every engine takes."""


def export(keys: "array[int]", how: str, folder: Path, at: datetime, progress: Progress) -> Exported:
    """Write these orders to a new file, ``csv`` or ``jsonl``.

    Raises:
        InvalidInput: the file cannot be written.
    """
    return exports.export("orders", how, _pages(keys), COLUMNS, (folder, at), progress)


def _pages(keys: "array[int]") -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(keys), PAGE):
        with db.read():
            found = orders.page(keys[start : start + PAGE])
        yield [order_json(row) for row in found]
