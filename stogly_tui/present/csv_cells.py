"""Values as cells of a CSV file that a spreadsheet takes for what they are: text, never a formula."""

import re
from typing import Any

from stogly_tui.domain.safe_text import safe_line

_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def csv_cell(value: Any) -> str:
    """A value on one line; what a spreadsheet would take for a formula gets an apostrophe."""
    if value is None:
        return ""
    text = safe_line(str(value), 4000)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
