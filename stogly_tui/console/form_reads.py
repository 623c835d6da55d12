"""What the form of a channel asks for: its fields, what is wrong with them, and what saving would do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from stogly_tui.console.forms import FormField, credential_fields, setting_fields
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import ChannelRole, ChannelState
from stogly_tui.model.queries import channels as queries
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.operations import channels, effects, fields
from stogly_tui.operations.channels import ChannelDraft
from stogly_tui.platforms import registry
from stogly_tui.platforms.base import Platform

SET_BY_GO_LIVE = ("orders_from",)
IN_FORCE = "in force from the next job on."
"""How `effects.effects` ends a sentence that says no more than that a setting is used."""
_ROLES = {ChannelRole.SOURCE: "source", ChannelRole.DESTINATION: "destination", ChannelRole.BOTH: "both"}


@dataclass(frozen=True)
class FormSnapshot:
    """What the form is made of: fields, and the guide of the platform."""

    platform: str
    fields: tuple[FormField, ...]
    secrets: Mapping[str, bool]
    """The credentials that people enter, and whether each is needed."""
    guide: tuple[tuple[str, str], ...]
    can_sign_in: bool
    """Whether the platform has a sign-in by redirect."""


@dataclass(frozen=True)
class Look:
    """What is wrong with a draft, and what cancels each other out in it."""

    problems: tuple[FieldProblem, ...]
    cautions: tuple[FieldProblem, ...]


@dataclass(frozen=True)
class BeforeSaving:
    """A draft that is about to be saved, what is wrong with it, and what saving would do."""

    draft: ChannelDraft
    look: Look
    effects: tuple[str, ...]

    @property
    def says_more(self) -> bool:
        """Whether saving does more than put a setting in force."""
        return any(not told.endswith(IN_FORCE) for told in self.effects)


def read_form(platform: str, row: ChannelRow | None, keys_set: str, *, is_fixed: bool) -> FormSnapshot:
    """Fields of a platform with the values of a channel; imports the platform, so it runs in a reading thread.

    ``is_fixed`` only shows.
    """
    destinations = [
        one.name for one in queries.listed() if one.role.takes_orders and (row is None or one.id != row.id)
    ]
    known = registry.platform(platform)
    entered = fields.credentials_of(platform)
    settings = [one for one in fields.settings_of(platform) if one.name not in SET_BY_GO_LIVE]
    shown = [
        *_first_fields(platform, known, row),
        *credential_fields(entered, is_set=keys_set),
        *setting_fields(settings, fields.values(row) if row else {}, destinations),
    ]
    return FormSnapshot(
        platform,
        tuple(replace(field, is_fixed=is_fixed) for field in shown),
        {one.name: one.is_required for one in entered},
        tuple(known.guide),
        known.sign_in is not None,
    )


def look_at(draft: ChannelDraft, name: str | None) -> Look:
    """What is wrong with a draft, and what to be careful about."""
    try:
        found = channels.validate(draft, name=name)
    except InvalidInput as error:
        return Look(error.problems, ())
    blank = {key for key, value in draft.credentials.items() if not value}
    problems = [
        replace(problem, message="is needed.", remedy="") if problem.field in blank else problem
        for problem in found
    ]
    wrong = {problem.field for problem in problems}
    cautions = [] if draft.platform not in registry.names() else effects.cautions(draft, name)
    return Look(tuple(problems), tuple(one for one in cautions if one.field not in wrong))


def before_saving(draft: ChannelDraft, name: str | None) -> BeforeSaving:
    """Everything that has to be known before a draft is saved."""
    look = look_at(draft, name)
    told = effects.effects(draft, name) if name and not look.problems else []
    return BeforeSaving(draft, look, tuple(told))


def _first_fields(platform: str, known: Platform, row: ChannelRow | None) -> list[FormField]:
    url = FormField(
        "url", known.url_title, "Store", f"The address of the account, for example {known.url_hint}.",
        row.url if row else "", is_needed=True, hint=known.url_hint,
    )  # fmt: skip
    if row is not None:
        return [url]
    name = FormField(
        "name", "Name", "Store", "How this channel is called here.", is_needed=True, hint="Woo Retail"
    )
    kinds = tuple((key, registry.TITLES.get(key, key)) for key in registry.names())
    kind = FormField(
        "platform", "Platform", "Store", "The kind of system. Another one has other fields; the name stays.",
        platform, options=kinds, is_needed=True,
    )  # fmt: skip
    roles = [
        (role.value, title)
        for role, title in _ROLES.items()
        if (known.can_be_source or role is ChannelRole.DESTINATION)
        and (known.can_be_destination or role is ChannelRole.SOURCE)
    ]
    role = FormField(
        "role", "Role", "Store", "It gives orders (source), takes them (destination), or both.",
        roles[0][0], options=tuple(roles), is_needed=True,
    )  # fmt: skip
    return [name, *([kind] if len(kinds) > 1 else []), role, url]


def is_draft(row: ChannelRow | None) -> bool:
    """Whether nobody has signed in yet."""
    return row is not None and row.state is ChannelState.DRAFT
