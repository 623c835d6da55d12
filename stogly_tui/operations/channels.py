"""Channels: added, changed, tested, paused, removed. Going live has a room of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import ChannelRole, ChannelState
from stogly_tui.model import database as db
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.transitions import channels as transitions
from stogly_tui.model.transitions import flows, sign_ins
from stogly_tui.model.transitions import webhooks as webhook_transitions
from stogly_tui.operations import fields
from stogly_tui.operations.connecting import (
    ChannelDraft,
    CheckResult,
    check,
    destination_of,
    named,
    validate,
    with_destination,
)
from stogly_tui.operations.workplace import context
from stogly_tui.platforms import registry
from stogly_tui.platforms.base import Account
from stogly_tui.sync import keyring, webhooks
from stogly_tui.sync.rejudge import DECIDING, ask, rejudge
from stogly_tui.sync.sign_in import account_columns

__all__ = [
    "ChannelDraft",
    "CheckResult",
    "add",
    "add_draft",
    "change",
    "check",
    "named",
    "pause",
    "remove",
    "resume",
    "test",
    "validate",
    "values",
]

values = fields.values


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
    url = str(result.account.facts.get("url") or registry.platform(draft.platform).base_url(draft.url))
    _insert(actor, draft, url, account_columns(result.account), ChannelState.READ_ONLY)
    return named(draft.name)


def add_draft(actor: Actor, draft: ChannelDraft) -> ChannelRow:
    """Keep a channel whose platform has not been asked yet: nothing is read until somebody has signed in.

    Raises:
        NotAllowed: only an admin may.
        InvalidInput: something is wrong that can be said without asking; nothing was saved.
    """
    actor.require(Role.ADMIN)
    problems = validate(draft)
    url = ""
    if not any(problem.field in ("platform", "url") for problem in problems):
        platform = registry.platform(draft.platform)
        if platform.sign_in is None:
            problems.append(
                FieldProblem(
                    "platform", f"{platform.title} has no sign-in by redirect.", "Connect it with keys."
                )
            )
        try:
            url = platform.base_url(draft.url)
        except ValueError as error:
            problems.append(FieldProblem("url", str(error), f"For example {platform.url_hint}."))
    if problems:
        raise InvalidInput(*problems)
    _insert(actor, draft, url, {}, ChannelState.DRAFT)
    return named(draft.name)


def change(
    actor: Actor,
    name: str,
    *,
    settings: Mapping[str, Any],
    credentials: Mapping[str, Any] | None = None,
    url: str | None = None,
) -> ChannelRow:
    """Change settings, address or credentials; new credentials or address are verified first, but for a draft.

    Raises:
        NotAllowed: only an admin may.
        InvalidInput: something is wrong; nothing was saved.
    """
    actor.require(Role.ADMIN)
    before = named(name)
    address, wrong = _base_url(before, url)
    draft = ChannelDraft(before.platform, before.name, address, credentials or {}, before.role, "", settings)
    account: Account | None = None
    is_draft = before.state is ChannelState.DRAFT
    if not is_draft and (credentials or address != before.url):
        result = check(draft, name=before.name)
        problems, account = list(result.problems), result.account
        if account is not None and before.account_id and account.account_id != before.account_id:
            problems.append(
                FieldProblem(
                    "url", "these keys belong to another store.", "Add that store as a channel of its own."
                )
            )
    else:
        problems = validate(draft, name=before.name) + wrong
    if problems:
        raise InvalidInput(*problems)
    stored = fields.values(before)
    merged, _ = fields.read_settings(before.platform, settings, stored)
    changed = {key: value for key, value in merged.items() if stored.get(key) != value}
    _save(actor, before, changed, draft, account)
    return named(name)


def test(actor: Actor, name: str) -> CheckResult:
    """Connect again with what is stored; note what it says of the channel's health, time zone, version and rights."""
    actor.require(Role.OPERATOR)
    channel = named(name)
    draft = ChannelDraft(channel.platform, channel.name, channel.url, {}, channel.role)
    result = check(draft, name=channel.name)
    if result.account is not None:
        columns = account_columns(result.account)
        with db.write(actor) as tx:
            transitions.is_up(tx, channel.id)
            if columns.pop("account_id") == channel.account_id:
                transitions.note_account(tx, channel.id, columns)
            if columns["time_zone"] != channel.time_zone:
                zones = {"time_zone": channel.time_zone}, {"time_zone": columns["time_zone"]}
                tx.audit("new_time_zone", "channel", channel.id, before=zones[0], after=zones[1])
    return result


def pause(actor: Actor, name: str) -> ChannelRow:
    """Stop reading from and sending to a channel; what is queued waits."""
    return _move(actor, name, ChannelState.PAUSED, (ChannelState.ACTIVE,), "pause_channel")


def resume(actor: Actor, name: str) -> ChannelRow:
    """Go on with a paused channel; its flows are due at once."""
    channel = _move(actor, name, ChannelState.ACTIVE, (ChannelState.PAUSED,), "resume_channel")
    with db.write(actor) as tx:
        flows.due_now(tx, channel.id)
        webhook_transitions.check_now(tx, channel.id)
    return channel


def remove(actor: Actor, name: str) -> None:
    """Remove (archive) a channel: its orders stay, its keys are forgotten.

    Raises:
        InvalidInput: a push to it is being sent or in doubt.
    """
    actor.require(Role.ADMIN)
    channel = named(name)
    webhooks.leave(context(), channel)
    with db.write(actor) as tx:
        if not transitions.archive(tx, channel.id):
            raise InvalidInput(
                FieldProblem(
                    "channel",
                    "orders are being sent to it, or their outcome is unknown.",
                    "Settle those first.",
                )
            )
        webhook_transitions.forget(tx, channel.id)
        tx.audit("remove_channel", "channel", channel.id, before={"name": channel.name})


def _insert(
    actor: Actor, draft: ChannelDraft, url: str, account: Mapping[str, Any], state: ChannelState
) -> None:
    settings, _ = fields.read_settings(draft.platform, with_destination(draft))
    credentials, _ = fields.read_credentials(draft.platform, draft.credentials)
    settings.pop("destination", None)
    settings["orders_from"] = None
    destination = named(destination_of(draft)) if destination_of(draft) else None
    sealed = context().vault.seal(credentials)
    try:
        with db.write(actor) as tx:
            channel_id = transitions.add(
                tx, platform=draft.platform, name=draft.name.strip(), url=url, role=draft.role, account=account,
                settings=settings, destination_id=destination.id if destination else None, credentials=sealed,
                state=state,
            )  # fmt: skip
            if state is ChannelState.READ_ONLY:
                sign_ins.add_flows(tx, channel_id, draft.role)
            if state is ChannelState.READ_ONLY and draft.role is ChannelRole.DESTINATION:
                transitions.set_state(tx, channel_id, ChannelState.ACTIVE, (ChannelState.READ_ONLY,))
            webhook_transitions.check_now(tx, channel_id)
            tx.audit("add_channel", "channel", channel_id, after={"name": draft.name, "url": url, **settings})
    except transitions.Taken as error:
        raise InvalidInput(_taken(error.field, draft)) from error


def _save(
    actor: Actor,
    before: ChannelRow,
    changed: Mapping[str, Any],
    draft: ChannelDraft,
    account: Account | None,
) -> None:
    """Keep what was changed, and only that: the channel may have been changed since it was looked at."""
    more: dict[str, Any] = {"url": draft.url} if draft.url != before.url else {}
    if "destination" in changed:
        wanted = str(changed["destination"] or "")
        more["destination"] = named(wanted).id if wanted else None
    if account is not None:
        more |= account_columns(account)
    is_judged = bool(DECIDING & changed.keys()) and before.state is not ChannelState.DRAFT
    vault = context().vault
    credentials, _ = (
        fields.read_credentials(before.platform, draft.credentials) if draft.credentials else ({}, [])
    )
    entered = keyring.kept(vault, before.id, credentials)
    try:
        with db.write(actor) as tx:
            was, merged = _merged(tx, before, changed)
            sending = {"destination", "mode", "auto_send"} & changed.keys()
            transitions.change(tx, before.id, settings=merged, more=more, sending_changed=bool(sending))
            if draft.credentials:
                transitions.set_credentials(tx, before.id, vault.seal(entered))
                transitions.is_up(tx, before.id)
            if "order_prefix" in changed:
                transitions.renumber(tx, before.id, str(merged["order_prefix"]))
            if "pull_interval" in changed:
                flows.due_now(tx, before.id)
            webhook_transitions.check_now(tx, before.id)
            if is_judged:
                ask(tx, before.id)
            tx.audit("change_channel", "channel", before.id, before=was, after=dict(changed))
    except transitions.Taken as error:
        raise InvalidInput(_taken(error.field, draft)) from error
    if is_judged:
        rejudge(context(), actor, before.id)


def _merged(
    tx: db.Tx, before: ChannelRow, changed: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the changed settings were, and all settings with them, on top of what is stored now.

    Raises:
        InvalidInput: somebody else changed one of them, or removed the channel, since it was looked at.
    """
    now = transitions.lock(tx, before.id)
    if now is None or now.state is ChannelState.ARCHIVED:
        raise InvalidInput(FieldProblem("channel", "was removed meanwhile."))
    seen, stored = fields.values(before), fields.values(now)
    moved = [key for key in changed if seen.get(key) != stored.get(key)]
    if moved:
        raise InvalidInput(
            *(
                FieldProblem(key, "was changed by somebody else meanwhile.", "Look at it again.")
                for key in moved
            )
        )
    merged = {**stored, **changed}
    merged.pop("destination", None)
    merged["orders_from"] = _time(changed["orders_from"]) if "orders_from" in changed else now.orders_from
    return {key: stored.get(key) for key in changed}, merged


def _base_url(before: ChannelRow, typed: str | None) -> tuple[str, list[FieldProblem]]:
    """The address that a channel will have; one that cannot be one is kept as typed, for Connect to say why."""
    if not typed:
        return before.url, []
    try:
        return registry.platform(before.platform).base_url(typed), []
    except ValueError as error:
        return typed, [FieldProblem("url", str(error))]


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


def _time(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
