"""Work over many orders: it runs beside the screens, can be watched, left and stopped, and leaves a list of results."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stogly_tui.operations.watching import Stopped, Watch

if TYPE_CHECKING:
    from stogly_tui.console.app import StoglyApp
    from stogly_tui.operations.bulk import BulkResult

SHOWN_AFTER = 0.4
"""Seconds: work that ends sooner is not worth a window."""
KEPT = 20
"""Works whose results are kept."""


@dataclass
class LongWork:
    """One piece of work. Written by the thread that works, read by whoever watches."""

    title: str
    watch: Watch = field(default_factory=Watch)
    began: float = field(default_factory=time.monotonic)
    is_over: bool = False
    is_watched: bool = False
    """Whether its progress stood in front: its end is then shown, not only said."""
    is_left: bool = False
    """Whether it was sent to the background: its end is said, and nothing comes in front of what is done meanwhile."""
    only_looks: bool = False
    """Whether it changes nothing: there is no use in leaving it in the background."""
    result: BulkResult | None = None

    @property
    def left(self) -> float | None:
        """Seconds it will take at the pace so far; None as long as that cannot be said."""
        done, total = self.watch.done, self.watch.total
        took = time.monotonic() - self.began
        return took / done * (total - done) if done and took > 1 else None


def begin(
    app: StoglyApp,
    title: str,
    work: Callable[[Watch], Any],
    then: Callable[[LongWork, Any], str | None],
    *,
    changes: bool = True,
) -> None:
    """Start work in a thread, and show how far it is when it takes a while. ``then`` takes what it answers; what was
    stopped before it had an answer says so. ``changes`` is False for work that only looks.
    """
    if changes and app.refuses_as_read_only(title):
        return
    piece = LongWork(title, only_looks=not changes)

    def operation() -> Any:
        try:
            return work(piece.watch)
        except Stopped:
            return Stopped
        finally:
            piece.is_over = True

    def ended(answer: Any) -> str | None:
        return "stopped; nothing was done." if answer is Stopped else then(piece, answer)

    if changes:
        app.works[KEPT - 1 :] = []
        app.works.insert(0, piece)
    app.work_on(title, operation, ended)
    app.set_timer(SHOWN_AFTER, lambda: show(app, piece))


def show(app: StoglyApp, piece: LongWork) -> None:
    """Show how far it is, unless it is over or another window is in front."""
    from stogly_tui.console.screens.base import Dialog
    from stogly_tui.console.screens.progress import ProgressDialog

    if not piece.is_over and not isinstance(app.screen, Dialog):
        app.push_screen(ProgressDialog(piece))


def out_of_the_way(app: StoglyApp, piece: LongWork) -> bool:
    """Take its progress away; whether what it found may come in front now."""
    from stogly_tui.console.screens.base import Dialog
    from stogly_tui.console.screens.progress import ProgressDialog

    if isinstance(app.screen, ProgressDialog) and app.screen.work is piece:
        app.screen.dismiss(None)
    return not piece.is_left and not isinstance(app.screen, Dialog)


def ended(app: StoglyApp, piece: LongWork, result: BulkResult, told: str = "") -> str | None:
    """Keep a result. It is said where all went well at once, and listed where somebody waited or something failed."""
    from stogly_tui.console.bulk_words import result_line
    from stogly_tui.console.screens.results import ResultScreen

    piece.result = result
    told = told or f"{result_line(result)}."
    may_come = out_of_the_way(app, piece)
    if may_come and (piece.is_watched or not result.is_whole):
        app.remember(piece.title, told, is_ok=result.is_whole)
        app.push_screen(ResultScreen(piece.title, result))
        return None
    return f"{told} B lists them." if len(result.outcomes) > 1 else told
