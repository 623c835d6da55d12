"""Asking for a few answers and doing something with them; what is refused is asked again with what was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.dialogs import Answers, Ask, Question, told_of
from stogly_tui.present.blocks import Line


def ask_and_do(
    screen: ConsoleScreen[Any],
    title: str,
    about: Sequence[Line],
    questions: Sequence[Question],
    verb: str,
    act: Callable[[Answers], Callable[[], Any]],
    then: Callable[[Any], str | None],
    wrong: Callable[[Answers], str] = lambda _: "",
    carry_out: Callable[..., None] | None = None,
) -> None:
    """Ask, do it, and ask again with what was typed when it was refused: nothing typed is lost.

    ``carry_out`` does it in another way than the screen's own.
    """
    if carry_out is None and screen.app.refuses_as_read_only(_named(title)):
        return
    do = carry_out or screen.do

    def ask(filled: Sequence[Question], refused: str = "") -> None:
        def answered(answers: Answers | None) -> None:
            if answers is None:
                return
            kept = [replace(one, value=answers[one.name]) for one in filled]
            do(
                _named(title), act(answers), then,
                lambda problems: ask(kept, told_of(problems, questions)),
            )  # fmt: skip

        screen.app.push_screen(Ask(title, about, filled, verb, wrong, refused), answered)

    ask(questions)


def _named(title: str) -> str:
    """What a window does, as messages name it."""
    return title.partition(":")[0].capitalize()
