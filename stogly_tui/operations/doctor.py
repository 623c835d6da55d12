"""What is configured, reachable, signed in and stuck; redacted, so that it can be pasted into a ticket."""

import platform
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from stogly_tui.config import Settings
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.redact import redact
from stogly_tui.domain.states import BackfillState, ChannelHealth, ChannelState
from stogly_tui.model import database as db
from stogly_tui.model import schema
from stogly_tui.model.queries import backfills, channels, problems, status, webhooks
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.operations.workplace import context
from stogly_tui.platforms import registry
from stogly_tui.platforms.base import Account
from stogly_tui.platforms.errors import PlatformError
from stogly_tui.sync.limits import DurableLimiter
from stogly_tui.vault import KEY_FILE

DEADLINE = 10.0
"""Seconds that one request of the doctor may take."""
LITTLE_ROOM = 200 * 1024 * 1024
CLOCK_TOLERANCE = 120


class Verdict(StrEnum):
    """How it stands with something."""

    OK = "ok"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: about what, how it stands, what was found, and what to do."""

    subject: str
    verdict: Verdict
    says: str
    remedy: str = ""


def examine(actor: Actor, settings: Settings) -> Iterator[Finding]:
    """Look at everything, one finding after another; failures are findings. Changes nothing.

    Channels are asked in the name of an operator or an admin only.
    """
    yield _ok(
        "program",
        f"Python {platform.python_version()} on {platform.system()}, acting: {actor.name} ({actor.role})",
    )
    yield from _home(settings)
    yield from _database(settings)
    yield from _service()
    yield from _receiver(settings)
    with db.read():
        every = channels.overview()
    if not every:
        yield Finding(
            "channels", Verdict.NOTE, "there are none yet", "Add one: stogly-tui channel add --help"
        )
    for channel in every:
        yield from _channel(actor, channel)
    yield from _stuck()


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.home
    yield _private("home", home, 0o077)
    free = shutil.disk_usage(home).free
    if free < LITTLE_ROOM:
        yield Finding(
            "disk", Verdict.BAD, f"only {free // 2**20} MB are free at {home}", "Make room before it is full."
        )
    if settings.config_file.is_file():
        yield _private("config.toml", settings.config_file, 0o022)
    key = home / KEY_FILE
    if settings.secret_key.get_secret_value():
        yield _ok("secret key", "from STOGLY_SECRET_KEY or config.toml")
    elif key.exists():
        yield _private("secret key", key, 0o077)
    else:
        yield Finding("secret key", Verdict.NOTE, "there is none yet; it is made with the first channel")
    crashes = sorted((home / "crashes").glob("crash-*.txt"))
    if crashes:
        yield Finding("crash reports", Verdict.NOTE, f"{len(crashes)}, the latest is {crashes[-1]}")


def _database(settings: Settings) -> Iterator[Finding]:
    with db.connection():
        missing = schema.pending()
    if missing:
        yield Finding(
            "database", Verdict.BAD, f"{len(missing)} migrations are missing", "Start any command once more."
        )
    path = db.path()
    if path is None:
        yield _ok("database", f"PostgreSQL, {redact(settings.url)}, schema up to date")
        return
    yield _ok("database", f"SQLite, {path}, {path.stat().st_size:,} bytes, schema up to date")
    yield _private("database file", path, 0o077)
    if db.has_wal_flaw():
        yield Finding(
            "sqlite", Verdict.NOTE, "the SQLite of this Python has the WAL-reset flaw (before 3.51.3, 3.50.7, 3.44.6)",
            "Use a Python with a newer SQLite where many processes write at once.",
        )  # fmt: skip


def _service() -> Iterator[Finding]:
    with db.read():
        now = db.now()
        vitals = status.vitals()
    if vitals.worker and vitals.worker_until is not None and vitals.worker_until > now:
        yield _ok("worker", f"{vitals.worker} serves the schedule")
    else:
        yield Finding(
            "worker",
            Verdict.NOTE,
            "nobody serves the schedule now",
            "Open the console, or run stogly-tui worker.",
        )
    if vitals.sending_is_locked:
        yield Finding(
            "sending", Verdict.BAD, "automatic sending is off: this database is a copy, or behind what it has sent",
            "Look at the plan and confirm it: stogly-tui push --due.",
        )  # fmt: skip
    else:
        yield _ok("sending", "automatic sending may go on")


def _receiver(settings: Settings) -> Iterator[Finding]:
    if not settings.receiver:
        yield _ok("receiver", "off: orders are read at intervals only")
        return
    with db.read():
        now = webhooks.receiver()
        unknown = webhooks.unknown_deliveries()
    if now.state == "failed":
        yield Finding("receiver", Verdict.BAD, now.detail, "Choose another receiver_port, or free this one.")
    elif now.state == "on":
        yield _ok("receiver", f"{now.detail}, known as {settings.public_url or 'nothing outside'}")
    else:
        yield Finding(
            "receiver",
            Verdict.NOTE,
            "nobody listens now",
            "Open the console, or run stogly-tui worker; one that ran before the settings changed has to start anew.",
        )
    if not settings.public_url:
        yield Finding(
            "receiver", Verdict.NOTE, "has no public address, so no platform can reach it", "Set public_url."
        )
    if unknown:
        yield Finding("receiver", Verdict.NOTE, f"{unknown:,} deliveries came to no channel of ours")


def _webhooks(subject: str, channel: ChannelRow) -> Iterator[Finding]:
    with db.read():
        found = webhooks.endpoint(channel.id, db.now())
        open_ones = [one for one in webhooks.open_problems(db.now()) if one.channel_id == channel.id]
    for one in open_ones:
        yield Finding(
            subject, Verdict.BAD, redact(f"{one.code.value}: {one.detail}"), "See stogly-tui problems."
        )
    if found is not None and found.url and not open_ones:
        yield _ok(
            subject,
            f"{len(found.subscriptions)} webhooks, {found.received:,} deliveries taken, {found.refused:,} refused",
        )


def _history(subject: str, channel: ChannelRow) -> Iterator[Finding]:
    with db.read():
        found = backfills.of_channel(channel.id)
    if found is None:
        return
    if found.state is BackfillState.FINISHED:
        yield _ok(subject, f"its history is read back to {found.since:%Y-%m-%d}")
    elif found.state is BackfillState.STOPPED:
        yield Finding(
            subject, Verdict.NOTE, f"reading its history was stopped at {found.share:.0%}", "Start its flow."
        )
    elif found.failures:
        yield Finding(
            subject, Verdict.BAD, f"its history could not be read on {found.failures} times", "See its log."
        )
    else:
        yield _ok(subject, f"its history is {found.share:.0%} read, back to {found.at:%Y-%m-%d}")


def _channel(actor: Actor, channel: ChannelRow) -> Iterator[Finding]:
    subject = f"channel {channel.name}"
    state = channel.state.value.replace("_", "-")
    if channel.health is not ChannelHealth.OK:
        yield Finding(
            subject, Verdict.BAD, f"{channel.shown_state.replace('_', ' ')}: {redact(channel.health_detail)}"
        )
    if channel.state is not ChannelState.ACTIVE:
        is_new = channel.state is ChannelState.READ_ONLY
        means = "nothing is sent from it until Go live" if is_new else "nothing is read or sent"
        yield Finding(subject, Verdict.NOTE, f"is {state}: {means}")
    yield from _webhooks(subject, channel)
    yield from _history(subject, channel)
    if channel.state is ChannelState.DRAFT:
        sign_in = f"stogly-tui channel sign-in {channel.name!r}"
        yield Finding(subject, Verdict.NOTE, "nobody has signed in yet", f"Sign in: {sign_in}.")
    elif actor.role.covers(Role.OPERATOR):
        yield from _asked(subject, channel)


def _asked(subject: str, channel: ChannelRow) -> Iterator[Finding]:
    """Connect once more, with a short deadline; nothing of it is kept."""
    try:
        address = context().address(channel)
    except PlatformError as error:
        yield Finding(
            subject, Verdict.BAD, error.detail, "Enter its keys again: channel set NAME --credentials FILE."
        )
        return
    hasty = replace(address, settings=address.settings.model_copy(update={"request_timeout": DEADLINE}))
    limiter = DurableLimiter(channel.id, context().rate(channel))
    with db.read():
        asked_at = db.now()
    found = registry.platform(channel.platform).check(hasty, limiter, needs_write=channel.role.takes_orders)
    if not isinstance(found, Account):
        for problem in found:
            yield Finding(subject, Verdict.BAD, redact(f"{problem.field}: {problem.message}"), problem.remedy)
        return
    write = "read and write" if found.can_write else "read only"
    yield _ok(
        subject, f"answers and is signed in at {redact(channel.url)}, {write}, version {found.version or '?'}"
    )
    if channel.account_id and found.account_id != channel.account_id:
        yield Finding(
            subject, Verdict.BAD, "is another store than the one that was connected", "Check its address."
        )
    apart = abs((found.server_time - asked_at).total_seconds()) if found.server_time else 0
    if apart > CLOCK_TOLERANCE:
        yield Finding(
            subject, Verdict.NOTE, f"its clock is {apart:.0f} seconds off this machine's", "Set both by NTP."
        )
    for warning in found.warnings:
        if "clock" not in warning:
            yield Finding(subject, Verdict.NOTE, redact(warning))


def _stuck() -> Iterator[Finding]:
    with db.read():
        found = [one for one in problems.open_problems() if one.kind != "channel"]
    for one in found:
        orders = "1 order" if one.count == 1 else f"{one.count} orders"
        yield Finding(
            "stuck", Verdict.BAD, redact(f"{orders} at {one.where}: {one.code} {one.subject}".strip()),
            "See stogly-tui problems.",
        )  # fmt: skip
    if not found:
        yield _ok("stuck", "nothing")


def _private(subject: str, path: Path, others: int) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & others:
        return Finding(
            subject, Verdict.BAD, f"{path} is open to others ({mode:o})", f"chmod {mode & ~others:o} {path}"
        )
    return _ok(subject, f"{path} ({mode:o})")


def _ok(subject: str, says: str) -> Finding:
    return Finding(subject, Verdict.OK, says)
