"""Carrying out operations in threads, saying what came of them, and remembering it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from textual import on
from textual.worker import Worker, WorkerState

from stogly_tui.console.crashing import CleanCrash
from stogly_tui.console.messages import Broken, Done, Refused
from stogly_tui.console.services import Services
from stogly_tui.crash import write_report
from stogly_tui.domain.people import NotAllowed
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.safe_text import safe_line
from stogly_tui.model.database import DatabaseUnreachable

if TYPE_CHECKING:
    from stogly_tui.console.tool_words import ToolResult

Wrong = Callable[[Sequence[FieldProblem]], bool | None]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something the operator did, for the activity list."""

    at: datetime
    title: str
    outcome: str
    is_ok: bool


class Operating(CleanCrash):
    """An app that carries out operations beside its screens."""

    services: Services

    def __init__(self) -> None:
        super().__init__()
        self.deeds: list[Deed] = []
        self.tool_results: dict[int, ToolResult] = {}

    def carry_out(
        self,
        title: str,
        operation: Callable[[], Any],
        then: Callable[[Any], str | None] | None = None,
        wrong: Wrong | None = None,
    ) -> None:
        """Run an operation in a thread; say its outcome in a toast and keep it in the activity list.

        ``then`` makes a sentence of the result, or None when the screen shows it; ``wrong`` shows why it was refused,
        and answers False when it could not.
        """
        if self.refuses_as_read_only(title):
            return
        self.work_on(title, operation, then, wrong)

    def refuses_as_read_only(self, title: str) -> bool:
        """Whether nothing can be changed from this console; it is said then."""
        actor = self.services.actor
        if self.services.only_looks:
            told = "This console was opened with --read-only: nothing was done."
        elif self.services.read_only:
            told = f"{actor.name} is {actor.role}: this console is read only, nothing was done."
        else:
            return False
        self.report(title, told, is_ok=False)
        return True

    def work_on(
        self,
        title: str,
        operation: Callable[[], Any],
        then: Callable[[Any], str | None] | None = None,
        wrong: Wrong | None = None,
    ) -> None:
        """Run an operation in a thread, in a read-only console as well: it changes nothing that others see."""

        def work() -> None:
            try:
                result = operation()
            except InvalidInput as error:
                told = " ".join(f"{problem.message} {problem.remedy}" for problem in error.problems)
                self.post_message(Refused(title, told, error.problems, wrong))
            except NotAllowed as error:
                self.post_message(Refused(title, str(error), (FieldProblem("refused", str(error)),), wrong))
            except DatabaseUnreachable as error:
                told = f"the database does not answer: {error}. Nothing was done; try again."
                self.post_message(Refused(title, told, (FieldProblem("refused", told),), wrong))
            else:
                self.post_message(Done(title, result, then))

        self.run_worker(work, name=title, group="operations", thread=True, exit_on_error=False)

    def report(self, title: str, text: str, *, is_ok: bool = True) -> None:
        """Say an outcome, plainly, and remember it."""
        self.remember(title, text, is_ok=is_ok)
        self.say(text, title=title, severity="information" if is_ok else "error")

    def remember(self, title: str, text: str, *, is_ok: bool = True) -> None:
        """Keep an outcome in the activity list; it is shown elsewhere."""
        self.deeds.append(Deed(self.services.clock(), safe_line(title), safe_line(text, 2000), is_ok))

    def say(
        self,
        text: str,
        *,
        title: str = "",
        severity: Literal["information", "warning", "error"] = "information",
    ) -> None:
        """A toast of untrusted text; it takes the place of the one before, so that they never pile up."""
        self.clear_notifications()
        self.notify(
            safe_line(text),
            title=safe_line(title),
            severity=severity,
            timeout=self.NOTIFICATION_TIMEOUT * (2 if severity == "error" else 1),
            markup=False,
        )

    @on(Done)
    def _done(self, message: Done) -> None:
        told = message.then(message.result) if message.then else "done"
        if told:
            self.report(message.title, told)

    @on(Refused)
    def _refused(self, message: Refused) -> None:
        is_said = message.wrong is not None and message.wrong(message.problems) is not False
        if is_said:
            self.remember(message.title, message.text, is_ok=False)
        else:
            self.report(message.title, message.text, is_ok=False)

    @on(Worker.StateChanged)
    def _worker_changed(self, message: Worker.StateChanged) -> None:
        if message.state is WorkerState.ERROR and message.worker.error is not None:
            self._unforeseen(message.worker.name, message.worker.error)

    @on(Broken)
    def _broken(self, message: Broken) -> None:
        self._unforeseen("Reading", message.error)

    def _unforeseen(self, title: str, error: BaseException) -> None:
        path = write_report(error)
        self.report(
            title,
            f"UNEXPECTED {type(error).__name__}. Nothing more was done; a redacted report is in {path}",
            is_ok=False,
        )
