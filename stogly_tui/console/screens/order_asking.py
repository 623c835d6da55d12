"""Windows about orders: others see that they are open, they name who else is there, and a stale look is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget

from stogly_tui.console import bulk_words
from stogly_tui.console.messages import Loaded, LoadFailed
from stogly_tui.console.reader import Asker
from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.dialogs import Answers, Ask, Question, told_of
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.model.queries import presences, versions
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.model.queries.versions import Version
from stogly_tui.operations.team import ChangedMeanwhile
from stogly_tui.present.blocks import Line

LOOK_AGAIN = 5.0
"""Seconds between two looks at who else is at the order."""
Act = Callable[[Answers, Version], Callable[[], Any]]


def below_title(panel: Widget) -> None:
    """Move a panel that stands first in a window of questions below its title."""
    window = panel.parent
    assert isinstance(window, Widget)
    window.move_child(panel, after=1)


class OrderAsk(Ask):
    """Questions about one order."""

    def __init__(
        self,
        order_id: int,
        doing: str,
        title: str,
        about: Sequence[Line],
        questions: Sequence[Question],
        verb: str,
        problem: Callable[[Answers], str] = lambda _: "",
        refused: str = "",
    ) -> None:
        super().__init__(title, about, questions, verb, problem, refused)
        self._order_id, self._doing = order_id, doing
        self._asker: Asker | None = None
        self._leave: Callable[[], None] = lambda: None

    def body(self) -> ComposeResult:
        """With who else is there, which `on_mount` puts below the title."""
        yield Panel(id="others")
        yield from super().body()

    def on_mount(self) -> None:
        """Be there, and look who else is."""
        below_title(self.query_one("#others"))
        self.query_one("#others").display = False
        self._leave = self.app.presence.enter([self._order_id], self._doing)
        self._asker = Asker(self.app.reader, self, "others")
        self._look_around()
        self.set_interval(LOOK_AGAIN, self._look_around)

    def on_unmount(self) -> None:
        """Gone."""
        self._leave()

    def _look_around(self) -> None:
        assert self._asker is not None
        order_id, console = self._order_id, self.app.presence.console
        self._asker.ask(lambda: presences.of([order_id], console).get(order_id))

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        if self._asker is not None and self._asker.take(message):
            there, zone = message.snapshot, self.app.services.time_zone
            panel = self.query_one("#others", Panel)
            panel.display = there is not None
            panel.lines = tuple(bulk_words.others_lines(there, zone)) if there else ()

    @on(LoadFailed)
    def _load_failed(self, message: LoadFailed) -> None:
        if self._asker is not None:
            self._asker.take(message)


def ask_about(
    screen: ConsoleScreen[Any],
    row: OrderRow,
    doing: str,
    title: str,
    about: Sequence[Line],
    questions: Sequence[Question],
    verb: str,
    act: Act,
    then: Callable[[Any], str | None],
    wrong: Callable[[Answers], str] = lambda _: "",
) -> None:
    """Ask, and do it to the order as it was seen. What is refused is asked again with what was typed; after somebody
    else's change, about the order as it is now.
    """
    if screen.app.refuses_as_read_only(title.partition(":")[0].capitalize()):
        return
    seen = versions.of_row(row)
    zone = screen.services.time_zone

    def fenced(operation: Callable[[], Any]) -> Any:
        nonlocal seen
        try:
            return operation()
        except ChangedMeanwhile as error:
            seen = error.now or seen
            raise InvalidInput(FieldProblem(row.number, bulk_words.changed(error, zone))) from error

    def ask(filled: Sequence[Question], refused: str = "") -> None:
        def answered(answers: Answers | None) -> None:
            if answers is None:
                return
            kept = [replace(one, value=answers[one.name]) for one in filled]
            operation = act(answers, seen)
            screen.do(
                title.partition(":")[0].capitalize(), lambda: fenced(operation), then,
                lambda problems: ask(kept, told_of(problems, questions)),
            )  # fmt: skip

        screen.app.push_screen(OrderAsk(row.id, doing, title, about, filled, verb, wrong, refused), answered)

    ask(questions)
