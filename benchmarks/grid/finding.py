"""Typing in the filter, letter by letter, until the rows on the screen are those that the database would give."""

import sys

from benchmarks.grid.console import BACKSPACE, DOWN, ENTER, console, order_lines, shows
from benchmarks.grid.figures import at_most, p95, told
from benchmarks.grid.houses import House
from benchmarks.report import Figure
from benchmarks.terminal import NeverPainted, Terminal

TYPING_MS = 100
NEVER_MS = 10_000.0
"""What counts for a letter whose rows were not painted within so long."""
SORTS = 5
TOP = 3


def measure(large: House) -> list[Figure]:
    """Terms of every kind, and a change of the sort."""
    large.open()
    terms = {
        "rare": ["quillf"],
        "common": ["anna", "example"],
        "absent": ["zzqxv"],
        "one and two signs": ["ö", "渡辺", "王伟", "ki"],
        "number and SKU": [large.in_the_middle().lower(), "hood-gry"],
    }
    newest = large.newest()
    expected = {
        part: large.found(part)
        for term in (term for many in terms.values() for term in many)
        for part in (term[: end + 1] for end in range(len(term)))
    }
    taken: dict[str, list[float]] = {}
    with console(large) as terminal:
        terminal.when(shows(newest), patience=60)
        terminal.settle(1.5)
        for kind, many in terms.items():
            taken[kind] = [ms for term in many for ms in _typed(terminal, term, expected, newest)]
        sorts = [_sorted(terminal) for _ in range(SORTS)]
    everything = [ms for many in taken.values() for ms in many]
    return [
        at_most(f"typing in the filter p95, {len(everything)} letters", p95(everything), TYPING_MS, "ms"),
        *(at_most(f"  {kind}, p95", p95(many), TYPING_MS, "ms") for kind, many in taken.items()),
        told("change of the sort p95", p95(sorts), "ms"),
    ]


def _typed(terminal: Terminal, term: str, expected: dict[str, list[str]], newest: list[str]) -> list[float]:
    """How long each letter took to its rows; the filter is empty again afterwards."""
    terminal.press("/")
    taken = []
    for end, letter in enumerate(term):
        part = term[: end + 1]
        at = terminal.type(letter)
        try:
            taken.append((terminal.when(shows(expected[part]), patience=NEVER_MS / 1000) - at) * 1000)
        except NeverPainted as screen:
            print(f"the rows of {part!r} were never painted:\n{screen}", file=sys.stderr)
            taken.append(NEVER_MS)
        terminal.settle(0.2, most=3.0)
    for _ in term:
        terminal.press(BACKSPACE)
    terminal.press("\x1b", quiet=0.5)
    terminal.when(shows(newest))
    terminal.settle(0.3)
    return taken


def _sorted(terminal: Terminal) -> float:
    """How long it takes until other rows are on top, by the key for it: at once, or chosen from its list."""
    terminal.settle(0.3)
    before = list(order_lines(terminal.lines))

    def is_other(lines: list[str]) -> bool:
        seen = list(order_lines(lines))
        return len(seen) > TOP and seen[:TOP] != before[:TOP]

    def is_covered(lines: list[str]) -> bool:
        seen = order_lines(lines)
        return is_other(lines) or (len(seen) < len(before) and seen.keys() <= set(before))

    at = terminal.type("s")
    try:
        painted = terminal.when(is_covered, patience=NEVER_MS / 1000)
        if not is_other(terminal.lines):
            terminal.press(DOWN)
            at = terminal.type(ENTER)
            painted = terminal.when(is_other, patience=NEVER_MS / 1000)
    except NeverPainted as screen:
        print(f"the sort did not change:\n{screen}", file=sys.stderr)
        return NEVER_MS
    return (painted - at) * 1000
