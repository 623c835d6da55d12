"""A home, a database and connected channels for a measurement."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stogly_tui.config import Settings
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.states import ChannelRole
from stogly_tui.model import database, schema
from stogly_tui.operations import channels, go_live, workplace
from stogly_tui.sync import witness
from stogly_tui.sync.context import Context

ADA = Actor("ada", Role.ADMIN)
FAST = {"requests_per_second": 10_000, "parallel_requests": 8}


def open_home(home: Path) -> Context:
    """Open a fresh database in ``home``."""
    home.mkdir(parents=True, exist_ok=True)
    settings = Settings(home=home)
    database.drop_connection()
    database.open_database(settings.url)
    schema.upgrade()
    witness.use_home(home)
    return workplace.use(settings)


def connect(name: str, url: str, credentials: Mapping[str, str], role: ChannelRole, **more: Any) -> None:
    """Connect a store without a limit on its speed; a source counts from the beginning of time."""
    settings = {**FAST, **more.pop("settings", {})}
    platform = more.pop("platform", "woocommerce")
    channels.add(
        ADA, channels.ChannelDraft(platform, name, url, credentials, role, settings=settings, **more)
    )
    if role is ChannelRole.SOURCE:
        go_live.go_live(ADA, go_live.plan_go_live(ADA, name, datetime(2005, 1, 1, tzinfo=UTC)))
