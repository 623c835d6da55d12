"""Channels: connect, change, test, go live, pause, remove."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.safe_text import folded
from stogly_tui.domain.states import AutoSend, ChannelRole, ChannelState, FlowType
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels as queries
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.transitions import channels as transitions
from stogly_tui.model.transitions import flows
from stogly_tui.operations import fields
from stogly_tui.operations.workplace import context
from stogly_tui.platforms import registry
from stogly_tui.platforms.base import Account, ChannelAddress
from stogly_tui.sync.limits import DurableLimiter
from stogly_tui.sync.rejudge import rejudge

values = fields.values


@dataclass(frozen=True, slots=True)
class ChannelDraft:
    """A channel as it is being filled in; values as typed."""

    platform: str
    name: str
    url: str
    credentials: Mapping[str, Any] = field(default_factory=dict, repr=False)
    role: ChannelRole = ChannelRole.SOURCE
    destination: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What Connect found: the account, or problems by field."""

    account: Account | None
    problems: tuple[FieldProblem, ...] = ()


class _NoLimit:
    """A channel that does not exist yet is asked a handful of times; nobody else asks it."""

    def acquire(self, *, urgent: bool, until: float) -> None:
        del urgent, until

    def told_to_wait(self, seconds: float) -> None:
        del seconds


def named(name: str) -> ChannelRow:
    """The channel of that name.

    Raises:
        InvalidInput: there is none; the nearest names are told.
    """
    with db.read():
        found = queries.by_name(name)
        known = [channel.name for channel in queries.overview()]
    if found is None or found.state is ChannelState.ARCHIVED:
        raise InvalidInput(
            FieldProblem(
                "channel",
                f"there is no channel {name!r}.",
                fields.nearest(name, known) if known else "Add one.",
            )
        )
    return found


def validate(draft: ChannelDraft, *, name: str | None = None) -> list[FieldProblem]:
    """Everything that can be said without asking the platform. ``name`` is the channel being edited."""
    problems: list[FieldProblem] = []
    if draft.platform not in registry.names():
        return [
            FieldProblem(
                "platform",
                f"{draft.platform!r} is not supported.",
                f"Known are: {', '.join(registry.names())}.",
            )
        ]
    if not draft.name.strip():
        problems.append(
            FieldProblem("name", "is missing.", "Give the channel a name, for example Woo Retail.")
        )
    elif len(draft.name) > 60 or "/" in draft.name or not draft.name.isprintable():
        problems.append(FieldProblem("name", "must be at most 60 printable characters, without a slash."))
    if not draft.url.strip():
        problems.append(FieldProblem("url", "is missing.", "Give the address of the store, https://…"))
    if name is None or draft.credentials:
        problems += fields.read_credentials(draft.platform, draft.credentials)[1]
    stored = fields.values(named(name)) if name is not None else None
    settings, wrong = fields.read_settings(draft.platform, _with_destination(draft), stored)
    problems += wrong
    with db.read():
        others = [one for one in queries.overview() if name is None or one.name != name]
    if any(folded(one.name) == folded(draft.name.strip()) for one in others):
        problems.append(
            FieldProblem("name", f"there is a channel {draft.name!r} already.", "Choose another name.")
        )
    return problems + _problems_between(draft, settings, others)


def check(draft: ChannelDraft, *, name: str | None = None) -> CheckResult:
    """Connect: everything `validate` says, then the platform itself. Saves nothing."""
    problems = validate(draft, name=name)
    if any(problem.field in ("platform", "url") for problem in problems):
        return CheckResult(None, tuple(problems))
    existing = named(name) if name is not None else None
    address, wrong = _address(draft, existing)
    if address is None:
        return CheckResult(None, tuple(_unique([*problems, *wrong])))
    limiter = DurableLimiter(existing.id, context().rate(existing)) if existing else _NoLimit()
    found = registry.platform(draft.platform).check(address, limiter, needs_write=draft.role.takes_orders)
    if not isinstance(found, Account):
        return CheckResult(None, tuple(_unique([*problems, *found])))
    with db.read():
        twin = next(
            (
                one
                for one in queries.overview()
                if one.platform == draft.platform and one.account_id == found.account_id
                and (existing is None or one.id != existing.id)
            ),
            None,
        )  # fmt: skip
    if twin is not None:
        problems.append(
            FieldProblem(
                "url",
                f"this store is connected already, as {twin.name} ({twin.url}).",
                "Change that channel instead.",
            )
        )
    return CheckResult(found, tuple(problems))


def add(actor: Actor, draft: ChannelDraft) -> ChannelRow:
    """Connect a channel. A source starts read-only; a pure destination is active at once.

    Raises:
        NotAllowed: only an admin may.
        InvalidInput: something is wrong; nothing was saved.
    """
    actor.require(Role.ADMIN)
    result = check(draft)
    if result.account is None or result.problems:
        raise InvalidInput(*result.problems)
    settings, _ = fields.read_settings(draft.platform, _with_destination(draft))
    credentials, _ = fields.read_credentials(draft.platform, draft.credentials)
    settings.pop("destination", None)
    settings["orders_from"] = None
    destination = (
        named(draft.destination or str(draft.settings.get("destination", "")))
        if _destination(draft)
        else None
    )
    sealed = context().vault.seal(credentials)
    try:
        with db.write(actor) as tx:
            channel_id = transitions.add(
                tx, platform=draft.platform, name=draft.name.strip(), url=str(result.account.facts.get("url", draft.url)),
                role=draft.role, account=_account_columns(result.account), settings=settings,
                destination_id=destination.id if destination else None, credentials=sealed,
            )  # fmt: skip
            if draft.role.gives_orders:
                flows.add(tx, channel_id, FlowType.ORDERS, "Orders", {}, tx.at)
            if draft.role.takes_orders:
                flows.add(tx, channel_id, FlowType.PUSH, "Push", {}, None)
            if draft.role is ChannelRole.DESTINATION:
                transitions.set_state(tx, channel_id, ChannelState.ACTIVE, (ChannelState.READ_ONLY,))
            tx.audit(
                "add_channel", "channel", channel_id, after={"name": draft.name, "url": draft.url, **settings}
            )
    except transitions.Taken as error:
        raise InvalidInput(_taken(error.field, draft)) from error
    return named(draft.name)


def change(
    actor: Actor,
    name: str,
    *,
    settings: Mapping[str, Any],
    credentials: Mapping[str, Any] | None = None,
    url: str | None = None,
) -> ChannelRow:
    """Change settings, address or credentials; new credentials or address are verified first.

    Raises:
        NotAllowed: only an admin may.
        InvalidInput: something is wrong; nothing was saved.
    """
    actor.require(Role.ADMIN)
    before = named(name)
    draft = ChannelDraft(
        before.platform, before.name, url or before.url, credentials or {}, before.role, "", settings
    )
    account: Account | None = None
    if credentials or (url and url != before.url):
        result = check(draft, name=before.name)
        problems, account = list(result.problems), result.account
        if account is not None and before.account_id and account.account_id != before.account_id:
            problems.append(
                FieldProblem(
                    "url", "these keys belong to another store.", "Add that store as a channel of its own."
                )
            )
    else:
        problems = validate(draft, name=before.name)
    if problems:
        raise InvalidInput(*problems)
    stored = fields.values(before)
    merged, _ = fields.read_settings(before.platform, settings, stored)
    _save(actor, before, stored, merged, draft, account)
    return named(name)


def test(actor: Actor, name: str) -> CheckResult:
    """Connect again with what is stored, and note what it says about the channel's health."""
    actor.require(Role.OPERATOR)
    channel = named(name)
    draft = ChannelDraft(channel.platform, channel.name, channel.url, {}, channel.role)
    result = check(draft, name=channel.name)
    if result.account is not None:
        with db.write(actor) as tx:
            transitions.is_up(tx, channel.id)
    return result


def pause(actor: Actor, name: str) -> ChannelRow:
    """Stop reading from and sending to a channel; what is queued waits."""
    return _move(actor, name, ChannelState.PAUSED, (ChannelState.ACTIVE,), "pause_channel")


def resume(actor: Actor, name: str) -> ChannelRow:
    """Go on with a paused channel; its flows are due at once."""
    channel = _move(actor, name, ChannelState.ACTIVE, (ChannelState.PAUSED,), "resume_channel")
    with db.write(actor) as tx:
        flows.due_now(tx, channel.id)
    return channel


def remove(actor: Actor, name: str) -> None:
    """Remove (archive) a channel: its orders stay, its keys are forgotten.

    Raises:
        InvalidInput: a push to it is being sent or in doubt.
    """
    actor.require(Role.ADMIN)
    channel = named(name)
    with db.write(actor) as tx:
        if not transitions.archive(tx, channel.id):
            raise InvalidInput(
                FieldProblem(
                    "channel",
                    "orders are being sent to it, or their outcome is unknown.",
                    "Settle those first.",
                )
            )
        tx.audit("remove_channel", "channel", channel.id, before={"name": channel.name})


def _save(
    actor: Actor,
    before: ChannelRow,
    stored: Mapping[str, Any],
    merged: dict[str, Any],
    draft: ChannelDraft,
    account: Account | None,
) -> None:
    changed = {key: value for key, value in merged.items() if stored.get(key) != value}
    destination = str(merged.pop("destination", "") or "")
    more: dict[str, Any] = {"url": draft.url, "destination": named(destination).id if destination else None}
    if account is not None:
        more |= _account_columns(account)
    merged["orders_from"] = (
        before.orders_from if "orders_from" not in changed else _time(merged["orders_from"])
    )
    try:
        with db.write(actor) as tx:
            sending = {"destination", "mode", "auto_send"} & changed.keys()
            transitions.change(tx, before.id, settings=merged, more=more, sending_changed=bool(sending))
            if draft.credentials:
                credentials, _ = fields.read_credentials(before.platform, draft.credentials)
                transitions.set_credentials(tx, before.id, context().vault.seal(credentials))
                transitions.is_up(tx, before.id)
            if "order_prefix" in changed:
                transitions.renumber(tx, before.id, str(merged["order_prefix"]))
            if "pull_interval" in changed:
                flows.due_now(tx, before.id)
            was = {key: stored.get(key) for key in changed}
            tx.audit("change_channel", "channel", before.id, before=was, after=changed)
    except transitions.Taken as error:
        raise InvalidInput(_taken(error.field, draft)) from error
    if {"import_statuses", "cancel_statuses", "physical_only", "orders_from", "destination"} & changed.keys():
        rejudge(context(), actor, before.id)


def _move(
    actor: Actor, name: str, state: ChannelState, allowed: tuple[ChannelState, ...], verb: str
) -> ChannelRow:
    actor.require(Role.ADMIN)
    channel = named(name)
    with db.write(actor) as tx:
        if not transitions.set_state(tx, channel.id, state, allowed):
            words = " or ".join(one.replace("_", "-") for one in allowed)
            raise InvalidInput(
                FieldProblem(
                    "channel", f"is {channel.state.replace('_', '-')}; this needs one that is {words}."
                )
            )
        tx.audit(verb, "channel", channel.id, before=channel.state, after=state)
    return named(name)


def _address(
    draft: ChannelDraft, existing: ChannelRow | None
) -> tuple[ChannelAddress | None, list[FieldProblem]]:
    stored = fields.values(existing) if existing else None
    settings, problems = fields.read_settings(draft.platform, _with_destination(draft), stored)
    credentials: Mapping[str, SecretStr] = {}
    if draft.credentials or existing is None:
        credentials, wrong = fields.read_credentials(draft.platform, draft.credentials)
        problems += wrong
    elif existing is not None:
        credentials = context().address(existing).credentials
    if problems:
        return None, problems
    model = registry.platform(draft.platform).settings_model
    return ChannelAddress(draft.url.strip(), credentials, model.model_validate(settings)), []


def _problems_between(
    draft: ChannelDraft, settings: Mapping[str, Any], others: list[ChannelRow]
) -> list[FieldProblem]:
    """Problems that only show beside other channels, and settings that cancel each other out."""
    problems = []
    prefix = str(settings.get("order_prefix", ""))
    twin = next((one for one in others if prefix and one.order_prefix == prefix), None)
    if twin is not None:
        problems.append(FieldProblem("order_prefix", f"{twin.name} has {prefix}.", "Choose another prefix."))
    wanted = str(settings.get("destination") or _destination(draft))
    if wanted:
        target = next((one for one in others if folded(one.name) == folded(wanted)), None)
        if target is None or not target.role.takes_orders:
            takers = (
                ", ".join(one.name for one in others if one.role.takes_orders) or "none yet: add one first"
            )
            problems.append(
                FieldProblem("destination", f"no channel {wanted!r} takes orders.", f"There are: {takers}.")
            )
    elif settings.get("auto_send", AutoSend.OFF) != AutoSend.OFF:
        problems.append(
            FieldProblem(
                "auto_send",
                "orders cannot be sent by themselves without a destination.",
                "Set destination too.",
            )
        )
    clash = set(settings.get("import_statuses", ())) & set(settings.get("cancel_statuses", ()))
    if clash:
        problems.append(
            FieldProblem(
                "import_statuses",
                f"{', '.join(sorted(clash))} is also a status to cancel.",
                "Take it out of one.",
            )
        )
    return problems


def _with_destination(draft: ChannelDraft) -> dict[str, Any]:
    given = dict(draft.settings)
    if draft.destination:
        given["destination"] = draft.destination
    return given


def _destination(draft: ChannelDraft) -> str:
    return draft.destination or str(draft.settings.get("destination") or "")


def _account_columns(account: Account) -> dict[str, Any]:
    return {
        "account_id": account.account_id, "account_title": account.title, "currency": account.currency,
        "time_zone": account.time_zone, "platform_version": account.version, "facts": dict(account.facts),
    }  # fmt: skip


def _taken(which: str, draft: ChannelDraft) -> FieldProblem:
    match which:
        case "order_prefix":
            return FieldProblem("order_prefix", "another channel has this prefix.", "Choose another one.")
        case "account":
            return FieldProblem(
                "url", "this store is connected already under another name.", "Change that channel."
            )
        case _:
            return FieldProblem("name", f"there is a channel {draft.name!r} already.", "Choose another name.")


def _unique(problems: list[FieldProblem]) -> list[FieldProblem]:
    return list(dict.fromkeys(problems))


def _time(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
