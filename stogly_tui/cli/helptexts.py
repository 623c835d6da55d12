"""Parts of the help that know platforms and flows: made when somebody reads them, from what is checked against."""

import textwrap
from collections.abc import Iterable, Iterator

from stogly_tui.domain.states import FlowType
from stogly_tui.operations import fields, flow_settings, flows
from stogly_tui.operations.fields import SettingField
from stogly_tui.platforms import registry

_WIDTH = 110


def platforms() -> str:
    """Every platform, what its credentials look like, and how it can be signed in to."""
    told = ["platforms, and the JSON that --credentials reads:"]
    for key in registry.names():
        platform = registry.platform(key)
        wanted = [one for one in fields.credentials_of(key) if one.name not in _kept_by_itself(key)]
        shape = ", ".join(f'"{one.name}": "…"' for one in wanted)
        told.append(f"  {key:<14} {{{shape}}}")
        told += _listed(wanted, 17)
        if platform.sign_in is not None:
            told += _wrapped("--sign-in: grant access on its own page instead of giving a token", 17)
        told += _wrapped(f"--url: {platform.url_title}, for example {platform.url_hint}", 17)
    return "\n".join(told)


def flow_types() -> str:
    """Every type of flow that can be added, and its settings with their defaults."""
    told = ["types, and what --set takes:"]
    for name, type in flows.TYPES.items():
        says = (flow_settings.MODELS[type].__doc__ or "").partition("\n")[0]
        told.append(f"  {name:<14} {says}")
        told += _listed(flow_settings.settings_of(type), 17)
    told.append(
        f"  ({FlowType.PUSH} comes with a destination; what and when it sends is set at the channels.)"
    )
    return "\n".join(told)


def _listed(several: Iterable[SettingField], indent: int) -> Iterator[str]:
    for one in several:
        unit = f", {one.unit}" if one.unit else ""
        bounds = (
            f" {one.minimum:g} to {one.maximum:g}"
            if one.minimum is not None and one.maximum is not None
            else ""
        )
        has_default = one.default not in (None, "") and not one.is_secret
        default = f" (default: {_shown(one.default)})" if has_default else ""
        yield from _wrapped(f"{one.name}: {one.title}{unit}{bounds}. {one.help}{default}", indent)


def _kept_by_itself(platform_key: str) -> set[str]:
    """Credentials that a sign-in brings; nobody types them."""
    known = registry.platform(platform_key).credentials_model.model_fields
    return {
        name for name, info in known.items()
        if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("hidden")
    }  # fmt: skip


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _wrapped(text: str, indent: int) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_on_hyphens=False,
    )
