"""Keys that move the cursor: how long until the repaint has settled, and how many bytes it takes."""

from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.grid.console import (
    DOWN,
    END,
    HOME,
    PAGE_DOWN,
    TABLE_END,
    TABLE_HOME,
    console,
    cursor_is_on,
    order_lines,
    reference,
    shows,
)
from benchmarks.grid.figures import at_most, p95, told
from benchmarks.grid.houses import TABLED, House
from benchmarks.report import Figure
from benchmarks.terminal import Repaint, Terminal

STEPS, PAGES, JUMPS = 100, 40, 10
WITHIN = 25
"""Steps down the first screen before going back to its top: none of them scrolls."""
CURSOR_MS, CURSOR_BYTES, PAGE_MS, PAGE_BYTES, MEMORY_MB = 20, 1_200, 40, 16_000, 120
IDLE = 6.0
IDLE_CPU = 1.0


@dataclass(slots=True)
class Moves:
    """Repaints by kind of key, and what the process was like."""

    downs: list[Repaint] = field(default_factory=list)
    pages: list[Repaint] = field(default_factory=list)
    ends: list[Repaint] = field(default_factory=list)
    homes: list[Repaint] = field(default_factory=list)
    memory: tuple[float, float] = (0.0, 0.0)
    down_cpu: float = 0.0
    page_cpu: float = 0.0
    idle_bytes: float = 0.0
    idle_cpu: float = 0.0


def measure(large: House, tabled: House) -> list[Figure]:
    """The same keys on the console, on the stock table and on the Arrow table."""
    large.open()
    newest = large.newest()
    with console(large) as terminal:
        ours = _moves(terminal, shows(newest), end=END, home=HOME)
        lines = _lines(terminal)
    tabled.open()
    file, first = tabled.home / "stogly.db", tabled.newest()[0]
    with reference("data_table", file, tabled.count) as terminal:
        stock = _moves(
            terminal, lambda lines: any(first in line for line in lines), end=TABLE_END, home=TABLE_HOME
        )
    arrow_file, count, first = file, tabled.count, first
    if large.url.startswith("sqlite"):
        arrow_file, count, first = large.home / "stogly.db", large.count, newest[0]
    with reference("fast_data_table", arrow_file, count) as terminal:
        arrow = _moves(
            terminal,
            lambda lines: any(first in line for line in lines),
            end=TABLE_END,
            home=TABLE_HOME,
            is_short=True,
        )
    stocked, arrowed = f"DataTable {TABLED:,}", f"fastdatatable {count:,}"
    return [
        at_most(
            f"memory, {large.count:,} orders / {arrowed}", ours.memory[0], MEMORY_MB, "MB", arrow.memory[0]
        ),
        at_most("memory at most", ours.memory[1], MEMORY_MB, "MB", arrow.memory[1]),
        *_compared("cursor down", ours.downs, stock.downs, stocked, CURSOR_MS, CURSOR_BYTES),
        told("  of it until its line is painted, p95", p95(lines), "ms"),
        told("  of it processor time a key", ours.down_cpu, "ms", stock.down_cpu),
        *_compared("page down", ours.pages, stock.pages, stocked, PAGE_MS, PAGE_BYTES),
        told("  of it processor time a key", ours.page_cpu, "ms", stock.page_cpu),
        told(f"page down p95 / {arrowed}", _ms(ours.pages), "ms", _ms(arrow.pages)),
        told(f"End p95 / {stocked}", _ms(ours.ends), "ms", _ms(stock.ends)),
        told(f"Home p95 / {stocked}", _ms(ours.homes), "ms", _ms(stock.homes)),
        at_most("idle", ours.idle_bytes, 0, "bytes/s", stock.idle_bytes),
        at_most("idle processor", ours.idle_cpu, IDLE_CPU, "%", stock.idle_cpu),
    ]


def _compared(
    name: str, ours: list[Repaint], theirs: list[Repaint], of: str, ms: float, size: float
) -> list[Figure]:
    sizes, their_sizes = (p95([one.size for one in many]) for many in (ours, theirs))
    return [
        at_most(f"{name} p95 / {of}", _ms(ours), ms, "ms", _ms(theirs)),
        at_most(f"{name} p95 / {of}", sizes, size, "bytes", their_sizes),
    ]


def _ms(repaints: list[Repaint]) -> float:
    return p95([one.ms for one in repaints])


def _lines(terminal: Terminal) -> list[float]:
    """How long each step down takes to the cursor's line alone, without what is said of the order below the list."""
    terminal.press(HOME)
    numbers = list(order_lines(terminal.lines))
    taken = []
    for number in numbers[1:WITHIN]:
        at = terminal.type(DOWN)
        taken.append((terminal.when(cursor_is_on(number)) - at) * 1000)
        terminal.settle(0.15)
    return taken


def _moves(
    terminal: Terminal, is_open: Callable[[list[str]], bool], *, end: str, home: str, is_short: bool = False
) -> Moves:
    """Every kind of key in turn, then nothing for a while."""
    parts = 4 if is_short else 1
    moves = Moves()
    terminal.when(is_open, patience=300)
    terminal.settle(1.5)
    before = terminal.cpu()
    for _ in range(STEPS // WITHIN // parts):
        moves.downs += [terminal.press(DOWN) for _ in range(WITHIN)]
        terminal.press(home)
    moves.down_cpu = (terminal.cpu() - before) * 1000 / len(moves.downs)
    before = terminal.cpu()
    moves.pages += [terminal.press(PAGE_DOWN) for _ in range(PAGES // parts)]
    moves.page_cpu = (terminal.cpu() - before) * 1000 / len(moves.pages)
    for _ in range(JUMPS // parts):
        moves.ends.append(terminal.press(end))
        moves.homes.append(terminal.press(home))
    terminal.settle(1.0)
    before = terminal.cpu()
    moves.idle_bytes = terminal.collect(IDLE) / IDLE
    moves.idle_cpu = (terminal.cpu() - before) / IDLE * 100
    moves.memory = terminal.memory()
    return moves
