"""Reading for screens: two threads, each question in a consistent read, answers posted as messages."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
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


class Reader:
    """Two threads that read: a quick one for what is looked at, a slow one for what takes its time.

    Questions wait their turn; nothing is ever read on the screen's own thread.
    """

    def __init__(self) -> None:
        self._quick = ThreadPoolExecutor(1, thread_name_prefix="console-reader-quick")
        self._slow = ThreadPoolExecutor(1, thread_name_prefix="console-reader-slow")
        self._is_closed = False
        self._begun: dict[int, float] = {}

    @property
    def waits(self) -> float:
        """Seconds that the question asked longest ago has been without an answer."""
        begun = min(list(self._begun.values()), default=None)
        return 0.0 if begun is None else time.monotonic() - begun

    def submit(
        self,
        owner: MessagePump,
        slot: str,
        number: int,
        query: Query,
        interrupt: Interrupt,
        *,
        is_quick: bool,
    ) -> None:
        """Answer ``query`` to ``owner``; after `close` nothing is answered."""
        if self._is_closed:
            return
        lane = self._quick if is_quick else self._slow
        answer = lane.submit(_read, query, interrupt)
        self._begun[id(answer)] = time.monotonic()
        answer.add_done_callback(partial(self._answered, owner, slot, number))

    def _answered(self, owner: MessagePump, slot: str, number: int, answer: "Future[Any]") -> None:
        self._begun.pop(id(answer), None)
        _post(owner, slot, number, answer)

    def close(self) -> None:
        """Take no more questions; those not yet begun are dropped."""
        self._is_closed = True
        for lane in (self._quick, self._slow):
            lane.shutdown(wait=False, cancel_futures=True)


class Asker:
    """One kind of question of one screen: at most one on its way and one waiting; late answers are dropped."""

    def __init__(self, reader: Reader, owner: MessagePump, slot: str, *, is_quick: bool = False) -> None:
        self._reader, self._owner, self._slot, self._is_quick = reader, owner, slot, is_quick
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
        self._reader.submit(
            self._owner, self._slot, self._number, query, self._interrupt, is_quick=self._is_quick
        )


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
