"""The real console on a pseudo terminal, and how what it has painted is read."""

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.grid.houses import House
from benchmarks.terminal import Terminal

ROOT = Path(__file__).parents[2]
STILL = {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_SMOOTH_SCROLL": "0"}
"""What the console sets for itself, given to the references as well."""
UP, DOWN, PAGE_DOWN, END, HOME, ENTER, BACKSPACE = (
    "\x1b[A",
    "\x1b[B",
    "\x1b[6~",
    "\x1b[F",
    "\x1b[H",
    "\r",
    "\x7f",
)
TABLE_END, TABLE_HOME = "\x1b[1;5F", "\x1b[1;5H"
"""With Ctrl: End and Home alone move within a line of the references."""

_MONEY = re.compile(r"\b(EUR|GBP|USD|JPY|SEK|KWD)\b")
_NUMBER = re.compile(r"(?:^|[\s>])((?:NL|DE|UK|US|JP|SE|KW|B2B)-\d+|\d{4,7})\s")
_NUMBER_WITHIN = 26
ENOUGH = 8
"""So many rows on the screen tell which list it is."""


def console(house: House) -> Terminal:
    """The console as somebody starts it."""
    environ = {"STOGLY_HOME": str(house.home), "HOME": str(house.home)}
    return Terminal([sys.executable, "-m", "stogly_tui"], environ=environ, folder=ROOT)


def reference(name: str, database: Path, count: int) -> Terminal:
    """One of `benchmarks.references` over so many rows of a seeded file."""
    command = [sys.executable, "-m", f"benchmarks.references.{name}", str(database), str(count)]
    return Terminal(command, environ=STILL, folder=ROOT)


def order_lines(lines: Sequence[str]) -> dict[str, str]:
    """What stands on the screen of each order, by its number, from the top; the cursor's mark is left out."""
    found = {}
    for line in lines:
        number = _NUMBER.search(line[:_NUMBER_WITHIN])
        if number is not None and _MONEY.search(line):
            found[number[1]] = line[2:].rstrip()
    return found


def shows(expected: Sequence[str]) -> Callable[[list[str]], bool]:
    """Whether the rows on the screen are those of a list, and there are enough of them."""
    among = set(expected)
    enough = min(ENOUGH, len(expected))

    def is_painted(lines: list[str]) -> bool:
        seen = order_lines(lines)
        return len(seen) >= enough and seen.keys() <= among

    return is_painted


def cursor_is_on(number: str) -> Callable[[list[str]], bool]:
    """Whether the cursor's line is the one of this order."""
    return lambda lines: any(line.startswith(">") and number in line[:_NUMBER_WITHIN] for line in lines)
