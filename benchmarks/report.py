"""Figures with their references, printed as a table and written as JSON lines."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement. ``held_to`` is the bound of ``ratio``, or of ``ours`` where it says so or there is no ratio."""

    name: str
    ours: float
    reference: float | None
    ratio: float | None
    held_to: str
    is_met: bool
    unit: str


def show(figures: Iterable[Figure], path: Path) -> bool:
    """Print a table and write it as JSON lines; returns whether every bound is met."""
    many = list(figures)
    print(f"{'what':52} {'ours':>12} {'reference':>12} {'ratio':>7}  held to")
    for one in many:
        reference = f"{one.reference:,.1f}" if one.reference is not None else "-"
        ratio = f"{one.ratio:.2f}" if one.ratio is not None else "-"
        verdict = "" if one.is_met else "   MISSED"
        print(
            f"{one.name:52} {one.ours:12,.1f} {reference:>12} {ratio:>7}  {one.held_to} {one.unit}{verdict}"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for one in many:
            file.write(json.dumps(asdict(one)) + "\n")
    return all(one.is_met for one in many)
