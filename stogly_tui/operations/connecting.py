"""Connect: a channel as it is filled in, everything that is wrong with it, and what its platform says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.safe_text import folded
from stogly_tui.domain.states import AutoSend, ChannelRole, ChannelState
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels as queries
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.operations import fields
from stogly_tui.operations.workplace import context
from stogly_tui.platforms import registry
from stogly_tui.platforms.base import Account, ChannelAddress, Keyring
from stogly_tui.platforms.unlimited import Unlimited
from stogly_tui.sync.limits import DurableLimiter


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


def named(name: str) -> ChannelRow:
    """The channel of that name.

    Raises:
        InvalidInput: there is none; the nearest names are told.
    """
    with db.read():
        found = queries.by_name(name)
        known = [channel.name for channel in queries.listed()]
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
    settings, wrong = fields.read_settings(draft.platform, with_destination(draft), stored)
    problems += wrong
    with db.read():
        others = [one for one in queries.listed() if name is None or one.name != name]
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
    limiter = DurableLimiter(existing.id, context().rate(existing)) if existing else Unlimited()
    found = registry.platform(draft.platform).check(address, limiter, needs_write=draft.role.takes_orders)
    if not isinstance(found, Account):
        return CheckResult(None, tuple(_unique([*problems, *found])))
    with db.read():
        twin = next(
            (
                one
                for one in queries.listed()
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


def _address(
    draft: ChannelDraft, existing: ChannelRow | None
) -> tuple[ChannelAddress | None, list[FieldProblem]]:
    stored = fields.values(existing) if existing else None
    settings, problems = fields.read_settings(draft.platform, with_destination(draft), stored)
    credentials: Mapping[str, SecretStr] = {}
    keys: Keyring | None = None
    if draft.credentials or existing is None:
        credentials, wrong = fields.read_credentials(draft.platform, draft.credentials)
        problems += wrong
    else:
        address = context().address(existing)
        credentials, keys = address.credentials, address.keyring
    if problems:
        return None, problems
    model = registry.platform(draft.platform).settings_model
    return ChannelAddress(draft.url.strip(), credentials, model.model_validate(settings), keyring=keys), []


def _problems_between(
    draft: ChannelDraft, settings: Mapping[str, Any], others: list[ChannelRow]
) -> list[FieldProblem]:
    """Problems that only show beside other channels, and settings that cancel each other out."""
    problems = []
    prefix = str(settings.get("order_prefix", ""))
    twin = next((one for one in others if prefix and one.order_prefix == prefix), None)
    if twin is not None:
        problems.append(FieldProblem("order_prefix", f"{twin.name} has {prefix}.", "Choose another prefix."))
    wanted = str(settings.get("destination") or destination_of(draft))
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


def with_destination(draft: ChannelDraft) -> dict[str, Any]:
    """The settings of a draft, its destination among them."""
    given = dict(draft.settings)
    if draft.destination:
        given["destination"] = draft.destination
    return given


def destination_of(draft: ChannelDraft) -> str:
    """The name of the destination that a draft wants; blank when it wants none."""
    return draft.destination or str(draft.settings.get("destination") or "")


def _unique(problems: list[FieldProblem]) -> list[FieldProblem]:
    return list(dict.fromkeys(problems))
