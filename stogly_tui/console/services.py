"""What the console is given by the composition root."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Protocol

from stogly_tui.domain.people import Actor, Role
from stogly_tui.present.blocks import View


class WorkerHandle(Protocol):
    """The worker that runs beside the console, or the knowledge that another one does."""

    @property
    def title(self) -> str:
        """How it is named at the top: ``ok (here)``, ``ok (ops1)``, ``none``."""

    def start(self) -> None:
        """Start it, or go on trying to, without blocking."""

    def stop(self, deadline: float) -> object:
        """Stop it within so many seconds; every row is left so that the next start goes on."""


class NoWorker:
    """No worker runs beside this console."""

    title = "none"

    def start(self) -> None:
        """Nothing to start."""

    def stop(self, deadline: float) -> None:
        """Nothing to stop."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    """Who uses the console, on what, and with which clock. Everything is chosen by `__main__`."""

    actor: Actor
    environment: str
    database_title: str
    worker: WorkerHandle = field(default_factory=NoWorker)
    keymap: Mapping[str, str] = field(default_factory=dict)
    read_only: bool = False
    """Nothing can be changed from this console: the role does not cover it, or `only_looks`."""
    only_looks: bool = False
    """It was opened to look only; no other role changes that."""
    theme: str = "dark"
    """Colours to open with, by the name in the settings."""
    intro: str = ""
    clock: Callable[[], datetime] = _utc_now
    time_zone: tzinfo = UTC
    acting: Callable[[], Actor] | None = None
    """Asks who acts, in the role that is in force now; None where that cannot change."""
    roles: Mapping[str, Role] = field(default_factory=dict)
    """Roles by ``config.toml``; they go before those given in the database."""
    folder: Path | None = None
    """Where exports and long copies are written; None where nothing can be."""

    @property
    def is_production(self) -> bool:
        """Whether the top of the screen is tinted as a warning."""
        return self.environment.upper().startswith("PROD")

    def view(self, width: int = 80) -> View:
        """Where and when this operator looks."""
        return View(self.clock(), self.time_zone, width)
