"""What happens when the console itself fails: a redacted report and a clean terminal. The private parts of Textual
that this needs are touched here only; a test holds them.
"""

from typing import Any

from rich.text import Text
from textual.app import App, ScreenStackError

from stogly_tui.crash import write_report


class CleanCrash(App[int]):
    """An app whose crash prints no local variable: only where the report is."""

    _report_written = False

    def _handle_exception(self, error: Exception) -> None:
        """Write a report, say where it is, and close. Overrides Textual, which would print every local."""
        if self._exit and isinstance(error, ScreenStackError):
            return  # a key or an answer that came after the last screen was closed
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._fail(error)

    def _fatal_error(self) -> None:
        """Never print a traceback with locals; Textual calls this for errors outside `_handle_exception`."""
        import sys

        self._fail(sys.exc_info()[1] or RuntimeError("unknown"))

    def _fail(self, error: BaseException) -> None:
        if not self._report_written:
            self._report_written = True
            told = (
                f"stogly-tui stopped: {type(error).__name__}. A redacted report is in\n{self._report(error)}"
            )
            self._exit_renderables.append(Text(told))
        self._close_messages_no_wait()

    @staticmethod
    def _report(error: BaseException) -> Any:
        try:
            return write_report(error)
        except OSError as failed:
            return f"(no report could be written: {failed.strerror})"
