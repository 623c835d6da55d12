"""Reading for screens: two threads, each question in a consistent read, answers posted as messages."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from textual.message_pump import MessagePump

from stogly_tui.console.messages import Broken, Loaded, LoadFailed
from stogly_tui.model import database

T = TypeVar("T")
Query = Callable[[], Any]

PACE_FROM = 0.05
"""Seconds: a question that took longer is not asked again at once."""
PACE_MOST = 3.0


class Reader:
    """Two threads that read. Questions wait their turn; nothing is ever read on the screen's own thread."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="console-reader")
        self._is_closed = False
        self._begun: dict[int, float] = {}

    @property
    def waits(self) -> float:
        """Seconds that the question asked longest ago has been without an answer."""
        begun = min(list(self._begun.values()), default=None)
        return 0.0 if begun is None else time.monotonic() - begun

    def submit(self, owner: MessagePump, slot: str, number: int, query: Query) -> None:
        """Answer ``query`` to ``owner``; after `close` nothing is answered."""
        if self._is_closed:
            return
        answer = self._threads.submit(_read, query)
        self._begun[id(answer)] = time.monotonic()
        answer.add_done_callback(partial(self._answered, owner, slot, number))

    def _answered(self, owner: MessagePump, slot: str, number: int, answer: "Future[Any]") -> None:
        self._begun.pop(id(answer), None)
        _post(owner, slot, number, answer)

    def close(self) -> None:
        """Take no more questions; those not yet begun are dropped."""
        self._is_closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)


class Asker:
    """One kind of question of one screen: at most one on its way and one waiting; late answers are dropped."""

    def __init__(self, reader: Reader, owner: MessagePump, slot: str) -> None:
        self._reader, self._owner, self._slot = reader, owner, slot
        self._number = 0
        self._oldest_wanted = 0
        self._in_flight = 0
        self._pending: Query | None = None
        self._asked_at = 0.0
        self._last: Query | None = None

    def ask(self, query: Query) -> None:
        """Ask, or ask anew: an answer still on its way is shown as well."""
        self._last = query
        if self._in_flight:
            self._pending = query
            return
        self._send(query)

    def replace(self, query: Query) -> None:
        """Ask something else: answers to what was asked before are dropped."""
        self._oldest_wanted = self._number + 1
        self._last, self._pending = query, None
        self._send(query)

    def again(self) -> None:
        """Ask the last question again."""
        if self._last is not None:
            self.ask(self._last)

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
            self._owner.set_timer(min(took, PACE_MOST), self._send_pending)
        else:
            self._send_pending()

    def _send_pending(self) -> None:
        query, self._pending = self._pending, None
        if query is not None:
            self._send(query)

    def _send(self, query: Query) -> None:
        self._number += 1
        self._in_flight = self._number
        self._asked_at = time.monotonic()
        self._reader.submit(self._owner, self._slot, self._number, query)


def _read(query: Query) -> Any:
    with database.read():
        return query()


def _post(owner: MessagePump, slot: str, number: int, answer: "Future[Any]") -> None:
    if answer.cancelled():
        return
    error = answer.exception()
    if error is None:
        owner.post_message(Loaded(slot, number, answer.result()))
    elif isinstance(error, database.DatabaseUnreachable):
        owner.post_message(LoadFailed(slot, number, str(error)))
    else:
        owner.post_message(LoadFailed(slot, number, ""))
        owner.app.post_message(Broken(error))
