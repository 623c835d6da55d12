"""Reading for screens: three threads, each question in a consistent read, answers posted as messages."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from textual.message_pump import MessagePump

from stogly_tui.console.messages import Broken, Loaded, LoadFailed
from stogly_tui.model import database
from stogly_tui.model.database import Interrupt

T = TypeVar("T")
Query = Callable[[], Any]

PACE_FROM = 0.05
"""Seconds: a question that took longer is not asked again at once."""
PACE = 3
"""A question is not asked again before so many times as long as it took."""
PACE_MOST = 3.0


class Lane(StrEnum):
    """Which thread a question is read in: what is looked at, what comes with a screen, what goes through all orders."""

    QUICK = "quick"
    COMMON = "common"
    LONG = "long"


PATIENCE = {Lane.QUICK: 1.0, Lane.COMMON: 2.0, Lane.LONG: 20.0}
"""By how much longer than a quick question one of each lane may take before something must be wrong."""


class Reader:
    """Three threads that read, a lane each. Questions wait their turn; nothing is read on the screen's own thread."""

    def __init__(self) -> None:
        self._lanes = {
            lane: ThreadPoolExecutor(1, thread_name_prefix=f"console-reader-{lane}") for lane in Lane
        }
        self._is_closed = False
        self._begun: dict[Lane, float] = {}
        self._open: set[Future[Any]] = set()

    @property
    def is_idle(self) -> bool:
        """Whether no question is being read or waits for its turn."""
        return not self._open

    @property
    def waits(self) -> float:
        """Seconds that the question being read longest takes, by the measure of a quick one."""
        now = time.monotonic()
        return max(((now - at) / PATIENCE[lane] for lane, at in list(self._begun.items())), default=0.0)

    def submit(
        self, owner: MessagePump, slot: str, number: int, query: Query, interrupt: Interrupt, lane: Lane
    ) -> None:
        """Answer ``query`` to ``owner``; after `close` nothing is answered."""
        if not self._is_closed:
            answer = self._lanes[lane].submit(self._read, lane, query, interrupt)
            self._open.add(answer)
            answer.add_done_callback(self._open.discard)
            answer.add_done_callback(partial(_post, owner, slot, number))

    def _read(self, lane: Lane, query: Query, interrupt: Interrupt) -> Any:
        self._begun[lane] = time.monotonic()
        try:
            return _read(query, interrupt)
        finally:
            del self._begun[lane]

    def close(self) -> None:
        """Take no more questions; those not yet begun are dropped."""
        self._is_closed = True
        for lane in self._lanes.values():
            lane.shutdown(wait=False, cancel_futures=True)


class Asker:
    """One kind of question of one screen: at most one on its way and one waiting; late answers are dropped."""

    def __init__(self, reader: Reader, owner: MessagePump, slot: str, lane: Lane = Lane.COMMON) -> None:
        self._reader, self._owner, self._slot, self._lane = reader, owner, slot, lane
        self._interrupt = Interrupt()
        self._number = 0
        self._oldest_wanted = 0
        self._in_flight = 0
        self._pending: Callable[[], Query | None] | None = None
        self._asked_at = 0.0
        self._last: Callable[[], Query | None] | None = None

    def ask(self, query: Query) -> None:
        """Ask, or ask anew: an answer still on its way is shown as well."""
        self.ask_for(lambda: query)

    def ask_for(self, make: Callable[[], Query | None]) -> None:
        """The same; what is asked is made when its turn comes, and may be nothing by then."""
        self._last = make
        if self._in_flight:
            self._pending = make
            return
        self._send(make())

    def replace(self, query: Query) -> None:
        """Ask something else: what was asked before is ended, and its answer dropped."""
        self.drop()
        self._last = lambda: query
        self._send(query)

    def drop(self) -> None:
        """Want no answer any more to what was asked."""
        self._oldest_wanted = self._number + 1
        self._last = self._pending = None
        if self._in_flight:
            self._interrupt.now()
            self._in_flight = 0

    def again(self) -> None:
        """Ask the last question again."""
        if self._last is not None:
            self.ask_for(self._last)

    def take(self, message: Loaded | LoadFailed) -> bool:
        """Whether this is an answer to show. What waited meanwhile is asked now."""
        if message.slot != self._slot:
            return False
        if message.number == self._number:
            self._in_flight = 0
            self._ask_pending()
        return message.number >= self._oldest_wanted

    def _ask_pending(self) -> None:
        if self._pending is None:
            return
        took = time.monotonic() - self._asked_at
        if took > PACE_FROM:
            self._in_flight = self._number
            self._owner.set_timer(min(took * PACE, PACE_MOST), self._send_pending)
        else:
            self._send_pending()

    def _send_pending(self) -> None:
        make, self._pending = self._pending, None
        self._in_flight = 0
        if make is not None:
            self._send(make())

    def _send(self, query: Query | None) -> None:
        if query is None:
            return
        self._number += 1
        self._in_flight = self._number
        self._asked_at = time.monotonic()
        self._interrupt = Interrupt()
        self._reader.submit(self._owner, self._slot, self._number, query, self._interrupt, self._lane)


def _read(query: Query, interrupt: Interrupt) -> Any:
    """Ask on this thread's own connection; one that has died meanwhile is opened anew, once."""
    try:
        return _ask(query, interrupt)
    except database.DatabaseUnreachable:
        return _ask(query, interrupt)


def _ask(query: Query, interrupt: Interrupt) -> Any:
    with database.connection_kept(is_small=True), database.read(interrupt):
        return query()


def _post(owner: MessagePump, slot: str, number: int, answer: "Future[Any]") -> None:
    if answer.cancelled():
        return
    error = answer.exception()
    if isinstance(error, database.Interrupted):
        return
    if error is None:
        owner.post_message(Loaded(slot, number, answer.result()))
    elif isinstance(error, database.DatabaseUnreachable):
        owner.post_message(LoadFailed(slot, number, str(error)))
    else:
        owner.post_message(LoadFailed(slot, number, ""))
        owner.app.post_message(Broken(error))
