"""Every open problem to read: what the number at the top of each screen stands for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stogly_tui.console import order_reads
from stogly_tui.console.screens.text import TextScreen
from stogly_tui.model import database as db
from stogly_tui.model.queries import problems
from stogly_tui.present import problem_pages
from stogly_tui.present.blocks import BLANK, Line, line

if TYPE_CHECKING:
    from stogly_tui.console.app import StoglyApp


def show_problems(app: StoglyApp) -> None:
    """Read them beside the screen, then show them."""
    width = app.size.width - 2

    def page() -> Sequence[Line]:
        with db.read():
            found = problems.open_problems()
            wanted = [order_id for one in found for order_id in one.orders[: problem_pages.NAMED]]
            numbers = {row.id: row.number for row in order_reads.page(wanted)}
        told: list[Line] = []
        for one in found:
            told += [*problem_pages.lines(problem_pages.problem_json(one, numbers), width), BLANK]
        return told or [line("There are no open problems.")]

    def show(lines: Sequence[Line]) -> None:
        app.push_screen(
            TextScreen("Open problems   e in Orders lists the orders in error, o goes to one", lines)
        )

    app.work_on("Problems", page, show)
