"""Telling other consoles what is being done to which orders here, for as long as a window about it is open."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from typing import TYPE_CHECKING

from stogly_tui.domain.people import NotAllowed
from stogly_tui.model.database import DatabaseUnreachable
from stogly_tui.operations import team

if TYPE_CHECKING:
    from textual.timer import Timer

    from stogly_tui.console.app import StoglyApp

RENEW = team.STAYS.total_seconds() / 3
END_WITHIN = 1.0
Leave = Callable[[], None]


class Presence:
    """One console as others see it. What it tells is written in order by a thread of its own; nobody waits for it."""

    def __init__(self, app: StoglyApp) -> None:
        self._app = app
        self.console = uuid.uuid4().hex
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="console-presence")
        self._here = 0
        self._timer: Timer | None = None

    def enter(self, order_ids: Sequence[int], doing: str) -> Leave:
        """Be at these orders until the answer is called. A console that only looks is nowhere."""
        services = self._app.services
        if services.read_only or not order_ids:
            return lambda: None
        ids = list(order_ids[: team.PRESENT_AT_MOST])
        actor = services.actor
        self._here += 1
        self._tell(lambda: team.enter(actor, self.console, ids, doing))
        if self._timer is None:
            self._timer = self._app.set_interval(RENEW, self._renew)
        is_left = False

        def leave() -> None:
            nonlocal is_left
            if is_left:
                return
            is_left = True
            self._here -= 1
            if not self._here and self._timer is not None:
                self._timer.stop()
                self._timer = None
            self._tell(lambda: team.leave(actor, self.console, ids))

        return leave

    def close(self) -> None:
        """Leave everything, within a moment: what is not told now ends by itself."""
        actor = self._app.services.actor
        if self._here:
            self._here = 0
            self._tell(lambda: team.leave(actor, self.console))
        wait([self._thread.submit(lambda: None)], END_WITHIN)
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _renew(self) -> None:
        actor = self._app.services.actor
        self._tell(lambda: team.stay(actor, self.console))

    def _tell(self, what: Callable[[], None]) -> None:
        def tell() -> None:
            with suppress(DatabaseUnreachable, NotAllowed):  # others are told later, or not at all
                what()

        self._thread.submit(tell)
