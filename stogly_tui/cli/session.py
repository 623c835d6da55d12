"""What a command is given: the settings, who acts, the moment, and on demand the means to act."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from types import FrameType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from stogly_tui.cli.output import say
from stogly_tui.config import Settings
from stogly_tui.domain.people import Actor

if TYPE_CHECKING:
    from stogly_tui.present.blocks import View
    from stogly_tui.sync.context import Context


@dataclass(frozen=True)
class Session:
    """One run of the command line over an opened database."""

    settings: Settings

    @cached_property
    def actor(self) -> Actor:
        """Who acts, in the role that is in force."""
        from stogly_tui.operations import users

        return users.acting(self.settings)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone that dates are read and times are shown in."""
        return self.settings.zone

    @cached_property
    def now(self) -> datetime:
        """The moment of this command, by the clock of the database."""
        from stogly_tui.model import database as db

        with db.read():
            return db.now()

    @cached_property
    def context(self) -> "Context":
        """The means to act and to reach channels, with a log of it. Asking for it imports the network: reading
        commands do not.
        """
        from stogly_tui import logs
        from stogly_tui.model import database as db
        from stogly_tui.operations import workplace
        from stogly_tui.platforms import forbidden
        from stogly_tui.sync import witness

        logs.to_file(self.settings.home / "logs", self.settings.log_days)
        forbidden.when = db.in_write
        witness.use_home(self.settings.home)
        made = workplace.use(self.settings)
        witness.look()
        return made

    def get_ready(self) -> None:
        """Make what `context` gives, where an operation needs it without being handed it."""
        assert self.context is not None

    def view(self) -> "View":
        """Where and when somebody looks."""
        import shutil

        from stogly_tui.present.blocks import View

        width = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100
        return View(self.now, self.zone, max(width, 60))

    @contextmanager
    def working(self) -> Iterator["Context"]:
        """Run jobs in this process: a first INT or TERM lets what is on the wire end, a second one leaves at once.

        Raises:
            KeyboardInterrupt: it was stopped; every row is in a state from which the next command goes on.
        """
        from stogly_tui.model import database as db

        context = self.context

        def stop(_number: int, _frame: FrameType | None) -> None:
            if context.is_stopping():
                raise KeyboardInterrupt
            context.stop.set()
            say("Stopping; what is on the wire may end first.")

        if threading.current_thread() is not threading.main_thread():
            yield context
            return
        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield context
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            db.checkpoint()
        if context.is_stopping():
            raise KeyboardInterrupt
