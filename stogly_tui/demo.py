"""The set-up that ``demo`` opens: four simulated stores, orders that keep coming, a few that want an operator."""

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stogly_tui import config, crash, logs
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.states import ChannelRole, OrderStatus
from stogly_tui.model import database, schema
from stogly_tui.model.queries import channels as channel_queries
from stogly_tui.model.queries import order_keys
from stogly_tui.model.queries.order_filter import OrderFilter
from stogly_tui.operations import channels, go_live, pulls, pushes, workplace
from stogly_tui.sandbox import Fault, Sandbox, demo_stores
from stogly_tui.sync import intake, push, witness
from stogly_tui.sync.context import Context
from stogly_tui.worker.runtime import Worker

ACTOR = Actor("demo", Role.ADMIN)
DESTINATION = "Nordlicht Main"
SOURCES = {
    "retail": ("woocommerce", "Nordlicht Retail", "NR-"),
    "outlet": ("woocommerce", "Nordlicht Outlet", "OUT-"),
    "nl": ("shopify", "Nordlicht Shopify", "NS-"),
}
SECONDS_BETWEEN_ORDERS = 5.0
DAYS_THAT_COUNT = 6
LEFT_TO_SEND = 30
"""So many of the newest orders are left to be sent by whoever tries the demo."""
FAST = {"requests_per_second": 200, "parallel_requests": 8, "settle_time": 20}
INTRO = (
    "This is a demo: four simulated stores, nothing leaves this machine. Try first: Space marks an order, "
    "S shows the plan, y sends it. Then press e: these orders want a repair, each says which key does it. "
    "? is help, q leaves, Esc hides this."
)


def run(keep: bool, *, mouse: bool = True, only_looks: bool = False) -> int:
    """Open the console over a fresh set-up; leaves nothing behind unless ``keep``. Returns the exit code."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        sys.stderr.write("The demo opens the console, which needs a terminal. Commands: stogly-tui --help\n")
        return 2
    theme = _theme_wanted()
    for name in [name for name in os.environ if name.startswith(config.PREFIX)]:
        del os.environ[name]
    home = Path(tempfile.mkdtemp(prefix="stogly-demo-"))
    sys.stderr.write("Setting up four stores and reading their orders ...\n")
    try:
        with trading(home) as context:
            return _open_console(context, home / "exports", theme, mouse=mouse, only_looks=only_looks)
    finally:
        database.drop_connection()
        if keep:
            (home / "config.toml").write_text('environment = "DEMO"\n', encoding="utf-8")
            sys.stderr.write(f"Kept: STOGLY_HOME={home} (its stores are gone with the demo)\n")
        else:
            shutil.rmtree(home, ignore_errors=True)


@contextmanager
def trading(home: Path) -> Iterator[Context]:
    """The whole set-up in ``home``: stores served, channels connected and live, older orders sent, new ones coming."""
    port = _free_port()
    settings = config.Settings.model_validate(
        {
            "home": home, "environment": "DEMO", "receiver": True, "receiver_port": port,
            "public_url": f"http://127.0.0.1:{port}",
        }
    )  # fmt: skip
    config.ensure_home(settings)
    logs.to_file(home / "logs", settings.log_days)
    crash.use_folder(home / "crashes")
    database.open_database(settings.url)
    schema.upgrade()
    witness.use_home(home)
    context = workplace.use(settings)
    with Sandbox(demo_stores()) as sandbox:
        connect(sandbox)
        read_and_send_some(context)
        sandbox.faults.add(
            Fault("drop_reply_after_commit", on="POST /orders", store="main", times=None, chance=0.06)
        )
        sandbox.faults.add(
            Fault("status", on="POST /orders", store="main", times=None, chance=0.04, code=429)
        )
        sandbox.live(SECONDS_BETWEEN_ORDERS)
        yield context


def connect(sandbox: Sandbox) -> None:
    """Connect the stores as an admin would, and let the sources go live."""
    channels.add(ACTOR, _draft(sandbox, "main", "woocommerce", DESTINATION, ChannelRole.DESTINATION))
    for slug, (platform, name, prefix) in SOURCES.items():
        channels.add(ACTOR, _draft(sandbox, slug, platform, name, ChannelRole.SOURCE, prefix))
        orders_from = datetime.now(UTC) - timedelta(days=DAYS_THAT_COUNT)
        go_live.go_live(ACTOR, go_live.plan_go_live(ACTOR, name, orders_from))


def read_and_send_some(context: Context) -> None:
    """Read every order, and send the older ones, so that the grid shows what a working day looks like."""
    pulls.pull_now(ACTOR)
    with database.read():
        every = {channel.name: channel.id for channel in channel_queries.overview()}
    for name, channel_id in every.items():
        if name != DESTINATION:
            intake.drain(context, channel_id)
    since = datetime.now(UTC) - timedelta(days=DAYS_THAT_COUNT)
    wanted = OrderFilter(statuses=(OrderStatus.PROCESSING,), since=since)
    with database.read():
        oldest = list(order_keys.all_ids(wanted, "placed"))[:-LEFT_TO_SEND]
    pushes.send(ACTOR, pushes.plan(ACTOR, oldest))
    push.drain(context, every[DESTINATION])


def _draft(
    sandbox: Sandbox, slug: str, platform: str, name: str, role: ChannelRole, prefix: str = ""
) -> channels.ChannelDraft:
    return channels.ChannelDraft(
        platform,
        name,
        sandbox.url(slug),
        sandbox.credentials(slug),
        role,
        destination=DESTINATION if role is ChannelRole.SOURCE else "",
        settings={**FAST, "order_prefix": prefix},
    )


def _free_port() -> int:
    """A port that the receiver can listen on: the stores tell it of every new order."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _theme_wanted() -> str:
    """The colours for a demo: what the environment and the terminal say."""
    from stogly_tui.console import theme

    wanted = os.environ.get(f"{config.PREFIX}THEME", theme.DEFAULT)
    return theme.chosen(wanted if wanted in theme.TITLES else theme.DEFAULT, None, os.environ)


def _open_console(context: Context, folder: Path, theme: str, *, mouse: bool, only_looks: bool) -> int:
    from stogly_tui.console import launch  # noqa: F401  before Textual: it reads its environment once
    from stogly_tui.console.app import run as open_console
    from stogly_tui.console.services import Services

    services = Services(
        actor=ACTOR,
        environment="DEMO",
        database_title="simulated stores",
        worker=Worker(context),
        intro=INTRO,
        time_zone=config.Settings.model_validate({}).zone,
        read_only=only_looks,
        only_looks=only_looks,
        theme=theme,
        folder=folder,
    )
    return open_console(services, mouse=mouse)
