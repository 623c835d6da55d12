"""The embedded engine: APScheduler in a worker thread, with two pools so that what an operator asked for goes first."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from stogly_tui.crash import write_report
from stogly_tui.model.database import DatabaseUnreachable
from stogly_tui.sync.context import Context
from stogly_tui.worker.bell import JOBS

TICK = 1.0
log = logging.getLogger(__name__)


class EmbeddedEngine:
    """Runs jobs in threads of this process."""

    def __init__(self, context: Context, threads: int = 6) -> None:
        self._context = context
        pools = {
            "default": ThreadPoolExecutor(threads),
            "urgent": ThreadPoolExecutor(4),
            "tick": ThreadPoolExecutor(1),
        }
        self._scheduler = BackgroundScheduler(
            executors=pools, job_defaults={"misfire_grace_time": None, "coalesce": True}, timezone="UTC"
        )
        self._lock = threading.Lock()
        self._running: dict[tuple[str, int], bool] = {}
        """Jobs that run or wait; the value says that they were rung again meanwhile."""
        self._at_work = 0

    def start(self, tick: Callable[[], None]) -> None:
        """Begin to tick, at once."""
        self._scheduler.start()
        self._scheduler.add_job(
            self._tick, IntervalTrigger(seconds=TICK), args=[tick], id="tick", executor="tick", max_instances=1,
            next_run_time=datetime.now().astimezone(),
        )  # fmt: skip

    def ring(self, name: str, key: int, *, urgent: bool = False) -> None:
        """Run a job soon; a job that runs or waits already is remembered to run once more."""
        with self._lock:
            if (name, key) in self._running:
                self._running[name, key] = True
                return
            self._running[name, key] = False
        self._scheduler.add_job(
            self._run, args=[name, key, urgent], executor="urgent" if urgent else "default", max_instances=100
        )

    def stop(self, deadline: float) -> bool:
        """Stop ticking and wait for jobs: they look at the stop flag between steps."""
        self._context.stop.set()
        if self._scheduler.running:
            self._scheduler.pause()
            self._scheduler.get_jobs()  # waits for a round that is under way: it cannot bear a shutdown in its middle
            self._scheduler.shutdown(wait=False)
        until = time.monotonic() + deadline
        while time.monotonic() < until:
            with self._lock:
                if not self._at_work:
                    return True
            time.sleep(0.02)
        return False

    def _run(self, name: str, key: int, urgent: bool) -> None:
        again = False
        with self._lock:
            self._at_work += 1
        try:
            if not self._context.is_stopping():
                JOBS[name](self._context, key)
        except DatabaseUnreachable as error:
            log.warning("%s %s: %s", name, key, error)
        except Exception as error:  # noqa: BLE001  the outermost loop of a worker: a job's defect stops no other job
            log.error("%s %s failed: %s (%s)", name, key, type(error).__name__, write_report(error))
        finally:
            with self._lock:
                self._at_work -= 1
                again = self._running.pop((name, key), False)
        if again and not self._context.is_stopping():
            self.ring(name, key, urgent=urgent)

    def _tick(self, tick: Callable[[], None]) -> None:
        try:
            tick()
        except DatabaseUnreachable as error:
            log.warning("tick: %s", error)
        except Exception as error:  # noqa: BLE001  the outermost loop of a worker: the next tick tries again
            log.error("tick failed: %s (%s)", type(error).__name__, write_report(error))
