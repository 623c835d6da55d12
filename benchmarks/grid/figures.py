"""Figures of the grid with their bounds (quality)."""

from collections.abc import Sequence

from benchmarks.report import Figure


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    ranked = sorted(values)
    return ranked[max(-(-len(ranked) * 95 // 100) - 1, 0)]


def median(values: Sequence[float]) -> float:
    """The value in the middle."""
    return sorted(values)[len(values) // 2]


def at_most(name: str, ours: float, bound: float, unit: str, reference: float | None = None) -> Figure:
    """A figure with a bound of its own; a reference, where there is one, tells what others do."""
    ratio = ours / reference if reference else None
    return Figure(name, ours, reference, ratio, f"ours ≤ {bound:g}", ours <= bound, unit)


def times_at_most(name: str, ours: float, reference: float, bound: float, unit: str) -> Figure:
    """A figure whose ratio to the reference has a bound."""
    ratio = ours / reference
    return Figure(name, ours, reference, ratio, f"≤ {bound:.2f}", ratio <= bound, unit)


def told(name: str, ours: float, unit: str, reference: float | None = None) -> Figure:
    """A figure without a bound, for those who read on."""
    return Figure(name, ours, reference, ours / reference if reference else None, "-", True, unit)
