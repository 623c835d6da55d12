"""The life of a worker: one per database file on a machine, standing by while another serves, stopped within a deadline."""

import contextlib
import logging
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from stogly_tui.config import host
from stogly_tui.crash import write_report
from stogly_tui.domain.people import MACHINE
from stogly_tui.model import database as db
from stogly_tui.model.locks import FileLock
from stogly_tui.model.queries import webhooks as webhook_queries
from stogly_tui.model.queries import work
from stogly_tui.model.transitions import leases, meta, webhooks
from stogly_tui.sync import push, witness
from stogly_tui.sync.context import Context
from stogly_tui.worker import jobs
from stogly_tui.worker.engines.embedded import EmbeddedEngine

if TYPE_CHECKING:
    from stogly_tui.worker.receiver import Receiver

STANDBY = 1.0
"""Seconds between two tries of a worker that stands by."""
HOUSE = 60.0
PRESENCE = timedelta(seconds=45)
log = logging.getLogger(__name__)


class Worker:
    """Serves the schedule of this database while it can; stands by while another process does."""

    def __init__(self, context: Context) -> None:
        self._context = context
        path = db.path()
        self._lock = FileLock(path.with_suffix(".worker.lock")) if path is not None else None
        self._engine: EmbeddedEngine | None = None
        self._receiver: Receiver | None = None
        self._is_known_closed = False
        self._thread: threading.Thread | None = None
        self._leave = threading.Event()
        self._told = 0.0
        self._kept = 0.0

    @property
    def is_serving(self) -> bool:
        """Whether this process runs the jobs."""
        return self._engine is not None

    @property
    def title(self) -> str:
        """Who serves, for the top line: ``ok (here)``, ``ok (NAME)`` of another process, or ``starting``."""
        if self.is_serving:
            return "ok (here)"
        if self._thread is None:
            return "none"
        other = self._lock.note_of_holder() if self._lock else ""
        return f"ok ({other})" if other else "starting"

    def start(self) -> None:
        """Begin to serve, or to stand by; returns at once."""
        if self._thread is not None:
            return
        self._leave.clear()
        self._context.stop.clear()
        self._thread = threading.Thread(target=self._live, name="worker", daemon=True)
        self._thread.start()

    def stop(self, deadline: float = 10.0) -> bool:
        """Stop; every row stays in a state from which the next start goes on. Whether all jobs ended in time."""
        self._leave.set()
        self._context.stop.set()
        until = time.monotonic() + deadline
        ended = True
        if self._thread is not None:
            self._thread.join(deadline)
            self._thread = None
        if self._receiver is not None:
            with contextlib.suppress(db.DatabaseUnreachable):
                self._receiver.stop(min(2.0, max(0.1, until - time.monotonic())))
            self._receiver = None
        if self._engine is not None:
            ended = self._engine.stop(max(0.1, until - time.monotonic()))
            self._engine = None
        if self._told:
            self._take_leave()
        if self._lock is not None:
            self._lock.release()
        return ended

    def _live(self) -> None:
        while not self._leave.is_set():
            try:
                if self._lock is None or self._lock.take(note=host()):
                    self._serve()
            except db.DatabaseUnreachable as error:
                log.warning("worker: %s", error)
            except Exception as error:  # noqa: BLE001  the outermost loop of a worker: the next round tries again
                log.error("worker failed: %s (%s)", type(error).__name__, write_report(error))
            self._leave.wait(STANDBY)

    def _serve(self) -> None:
        if self._engine is None:
            witness.look()
            push.free_abandoned()
            if self._leave.is_set():
                return
            engine = EmbeddedEngine(self._context)
            engine.start(lambda: self._tick(engine))
            self._engine = engine
            log.info("worker serves")
        self._receive(self._engine)
        if time.monotonic() - self._told > PRESENCE.total_seconds() / 3:
            self._tell_presence()
        if time.monotonic() - self._kept > HOUSE:
            self._kept = time.monotonic()
            jobs.keep_house()

    def _tick(self, engine: EmbeddedEngine) -> None:
        jobs.tick(engine)
        if self._context.door.is_open:
            jobs.tick_webhooks(engine)

    def _receive(self, engine: EmbeddedEngine) -> None:
        """Listen for the outside world, where that is wanted; its packages are imported only then."""
        if not self._context.door.is_open:
            if not self._is_known_closed:
                self._note_closed()
            return
        if self._receiver is None:
            from stogly_tui.worker.receiver import Receiver

            self._receiver = Receiver(self._context, engine.ring)
        self._receiver.keep()

    def _note_closed(self) -> None:
        """Nobody listens now, whatever an earlier worker that died has left behind."""
        with db.read():
            is_noted = webhook_queries.receiver().state != "off"
        if is_noted:
            with db.write(MACHINE) as tx:
                webhooks.receiver_is(tx, "off")
        self._is_known_closed = True

    @property
    def _name(self) -> str:
        return ":".join(self._context.worker.split(":")[:2])

    def _tell_presence(self) -> None:
        """Say who serves. Whoever holds the file lock is the only one: what an earlier worker left is taken over."""
        with db.write(MACHINE) as tx:
            before = work.lease_holder("worker")
            if self._lock is not None and before not in ("", self._name):
                leases.free_of_dead(tx, "worker", before)
            is_ours = leases.take(tx, "worker", self._name, PRESENCE) is not None
            if is_ours and before != self._name:
                meta.put(tx, "worker_since", tx.at.isoformat())
        self._told = time.monotonic()

    def _take_leave(self) -> None:
        """Say that this process no longer serves."""
        with contextlib.suppress(db.DatabaseUnreachable), db.write(MACHINE) as tx:
            leases.release(tx, "worker", self._name)
        self._told = 0.0
