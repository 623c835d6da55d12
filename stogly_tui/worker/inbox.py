"""The inbox: deliveries that arrive together are committed together, before anybody is told that they were taken."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from stogly_tui.crash import write_report
from stogly_tui.domain.people import MACHINE
from stogly_tui.model import database as db
from stogly_tui.model.queries import work
from stogly_tui.model.transitions import webhooks
from stogly_tui.model.transitions.webhooks import Refusals, Told
from stogly_tui.platforms.base import Delivery

AT_ONCE = 200
"""Orders in one transaction: keeps each near 50 ms."""
MOST = 50_000
"""Orders that may wait while the database is locked; more are refused, and found by polling."""
FLUSH = 1.0
"""Seconds between two times that refusals are written down."""
AGAIN = 0.2
log = logging.getLogger(__name__)

Answer = Callable[[bool], None]
"""Told whether a delivery is stored. It must not raise."""


@dataclass(slots=True)
class _Item:
    """What waits for one order of one channel, however often it was told of."""

    topic: str
    count: int = 0
    is_uninstalled: bool = False
    answers: list[Answer] = field(default_factory=list)


class Inbox:
    """Stores deliveries in a thread of its own. ``ring`` is told of what there is to do after each commit."""

    def __init__(self, ring: Callable[[str, int], None]) -> None:
        self._ring = ring
        self._bell = threading.Condition()
        self._items: dict[tuple[int, str | None], _Item] = {}
        self._refused: dict[int, Refusals] = {}
        self._unknown = 0
        self._flushed = 0.0
        self._is_leaving = False
        self._thread = threading.Thread(target=self._live, name="inbox", daemon=True)

    def start(self) -> None:
        """Begin to store."""
        self._thread.start()

    def stop(self, deadline: float) -> None:
        """Store what waits, as far as the deadline lets."""
        with self._bell:
            self._is_leaving = True
            self._bell.notify_all()
        self._thread.join(deadline)

    def put(self, channel_id: int, delivery: Delivery, answer: Answer) -> bool:
        """Take a delivery; ``answer`` is called once, after the commit or when it failed. False when it is full.

        What could not be stored in time stays here and is stored later: a platform may never tell of it again.
        """
        key = (channel_id, delivery.remote_id)
        with self._bell:
            if len(self._items) >= MOST and key not in self._items:
                return False
            item = self._items.setdefault(key, _Item(delivery.topic))
            item.count += 1
            item.topic = delivery.topic
            item.is_uninstalled |= delivery.is_uninstalled
            item.answers.append(answer)
            self._bell.notify_all()
        return True

    def refuse(self, channel_id: int | None, reason: str) -> None:
        """Count a delivery that was refused; written down once a second, however many there are."""
        with self._bell:
            if channel_id is None:
                self._unknown += 1
                return
            found = self._refused.setdefault(channel_id, Refusals())
            found.count += 1
            found.reason = reason

    def _live(self) -> None:
        while True:
            with self._bell:
                self._bell.wait_for(lambda: bool(self._items) or self._is_leaving, FLUSH)
                taken = {key: self._items.pop(key) for key in list(self._items)[:AT_ONCE]}
                is_over = self._is_leaving and not taken
                refused, unknown = self._refusals(now=is_over)
            if taken or refused or unknown:
                self._try(taken, refused, unknown, is_last=is_over)
            if is_over:
                return

    def _refusals(self, *, now: bool) -> tuple[dict[int, Refusals], int]:
        if not now and time.monotonic() - self._flushed < FLUSH:
            return {}, 0
        self._flushed = time.monotonic()
        refused, unknown = self._refused, self._unknown
        self._refused, self._unknown = {}, 0
        return refused, unknown

    def _try(
        self,
        taken: dict[tuple[int, str | None], _Item],
        refused: dict[int, Refusals],
        unknown: int,
        *,
        is_last: bool,
    ) -> None:
        try:
            rings = self._commit(_by_channel(taken), refused, unknown)
        except db.DatabaseUnreachable as error:
            log.warning("inbox: %s", error)
        except Exception as error:  # noqa: BLE001  the outermost loop of a worker: the next round tries again
            log.error("inbox failed: %s (%s)", type(error).__name__, write_report(error))
        else:
            _tell(taken, is_stored=True)
            for name, channel_id in rings:
                self._ring(name, channel_id)
            return
        _tell(taken, is_stored=False)
        if not is_last:
            self._put_back(taken, refused, unknown)

    def _commit(self, told: list[Told], refused: dict[int, Refusals], unknown: int) -> list[tuple[str, int]]:
        with db.write(MACHINE) as tx:
            webhooks.take(tx, told)
            webhooks.count_refused(tx, refused, unknown)
            ready = {channel_id for channel_id, _ in work.channels_with_intake(tx.at)} if told else set()
        rings = [("intake", one.channel_id) for one in told if one.channel_id in ready]
        return rings + [("webhooks", one.channel_id) for one in told if one.is_uninstalled]

    def _put_back(
        self, taken: dict[tuple[int, str | None], _Item], refused: dict[int, Refusals], unknown: int
    ) -> None:
        with self._bell:
            for key, item in taken.items():
                newer = self._items.setdefault(key, _Item(item.topic))
                newer.count += item.count
                newer.is_uninstalled |= item.is_uninstalled
            for channel_id, old in refused.items():
                found = self._refused.setdefault(channel_id, Refusals(reason=old.reason))
                found.count += old.count
            self._unknown += unknown
            self._bell.wait_for(lambda: self._is_leaving, AGAIN)


def _by_channel(taken: dict[tuple[int, str | None], _Item]) -> list[Told]:
    piles: dict[int, list[tuple[str | None, _Item]]] = {}
    for (channel_id, remote_id), item in taken.items():
        piles.setdefault(channel_id, []).append((remote_id, item))
    return [
        Told(
            channel_id, tuple(sorted(remote_id for remote_id, _ in pile if remote_id is not None)),
            sum(item.count for _, item in pile), pile[-1][1].topic, any(item.is_uninstalled for _, item in pile),
        )
        for channel_id, pile in sorted(piles.items())
    ]  # fmt: skip


def _tell(taken: dict[tuple[int, str | None], _Item], *, is_stored: bool) -> None:
    for item in taken.values():
        answers, item.answers = item.answers, []
        for answer in answers:
            answer(is_stored)
