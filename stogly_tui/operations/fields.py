"""Settings of a channel as people fill them in: fields for a form, values from words, problems by field."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from stogly_tui.domain.problems import FieldProblem
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.platforms import registry

CREDENTIAL_TABS = {"tab": "Store"}


@dataclass(frozen=True, slots=True)
class SettingField:
    """One setting or credential as a form shows it."""

    name: str
    title: str
    help: str
    tab: str
    unit: str
    default: Any
    choices: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    is_secret: bool
    is_switch: bool
    is_required: bool = False


def settings_of(platform_key: str) -> list[SettingField]:
    """Every setting of a platform's channels, in order."""
    return of_model(registry.platform(platform_key).settings_model)


def credentials_of(platform_key: str) -> list[SettingField]:
    """Every credential that a platform wants."""
    return of_model(registry.platform(platform_key).credentials_model, is_secret=True)


def values(channel: ChannelRow) -> dict[str, Any]:
    """All settings of a channel with their defaults, as plain JSON values."""
    model = registry.platform(channel.platform).settings_model
    stored = {key: value for key, value in channel.settings.items() if key in model.model_fields}
    stored |= {
        "order_prefix": channel.order_prefix, "mode": channel.mode, "destination": channel.destination,
        "auto_send": channel.auto_send, "send_when": channel.send_when, "orders_from": channel.orders_from,
    }  # fmt: skip
    try:
        return model.model_validate(stored).model_dump(mode="json")
    except ValidationError:
        return model().model_dump(mode="json") | {key: _plain(value) for key, value in stored.items()}


def read_settings(
    platform_key: str, given: Mapping[str, Any], stored: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], list[FieldProblem]]:
    """Validate what was given on top of what is stored; returns all settings (JSON values) and the problems."""
    model = registry.platform(platform_key).settings_model
    problems = [
        FieldProblem(key, "is not a setting of this platform.", nearest(key, model.model_fields))
        for key in given
        if key not in model.model_fields
    ]
    known = {key: value for key, value in given.items() if key in model.model_fields}
    try:
        return model.model_validate({**(stored or {}), **known}).model_dump(mode="json"), problems
    except ValidationError as error:
        return {}, problems + problems_of(error, model)


def read_credentials(
    platform_key: str, given: Mapping[str, Any]
) -> tuple[dict[str, SecretStr], list[FieldProblem]]:
    """Validate credentials; no message ever holds a value."""
    model = registry.platform(platform_key).credentials_model
    try:
        read = model.model_validate(dict(given))
    except ValidationError as error:
        return {}, problems_of(error, model)
    return {name: getattr(read, name) for name in model.model_fields}, []


def schema(platform_key: str) -> dict[str, Any]:
    """JSON Schema of a platform's channel settings."""
    return registry.platform(platform_key).settings_model.model_json_schema()


def of_model(model: type[BaseModel], *, is_secret: bool = False) -> list[SettingField]:
    """The fields of a settings model, in order."""
    told = []
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        if extra.get("hidden"):
            continue
        bounds = {type(part).__name__: part for part in info.metadata}
        kind = info.annotation
        choices = (
            tuple(str(one) for one in kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else ()
        )
        told.append(
            SettingField(
                name=name, title=info.title or name.replace("_", " ").capitalize(), help=info.description or "",
                tab=str(extra.get("tab", "Store")), unit=str(extra.get("unit", "")),
                default=None if is_secret or info.default is PydanticUndefined else _plain(info.default), choices=choices,
                minimum=getattr(bounds.get("Ge"), "ge", None), maximum=getattr(bounds.get("Le"), "le", None),
                is_secret=is_secret, is_switch=kind is bool, is_required=info.is_required(),
            )
        )  # fmt: skip
    return told


def problems_of(error: ValidationError, model: type[BaseModel]) -> list[FieldProblem]:
    """What is wrong with what was given, by field, with a remedy each; never quotes a value of a secret."""
    told = []
    for one in error.errors(include_input=False, include_url=False):
        field = ".".join(str(part) for part in one["loc"]) or "credentials"
        info = model.model_fields.get(field)
        default = _default_of(info) if info else ""
        match one["type"]:
            case "extra_forbidden":
                told.append(FieldProblem(field, "is not known here.", nearest(field, model.model_fields)))
            case "missing":
                told.append(FieldProblem(field, "is missing.", f"Give a value for {field}."))
            case "int_parsing" | "int_type" | "int_from_float":
                told.append(FieldProblem(field, "must be a whole number.", default))
            case "float_parsing" | "float_type":
                told.append(FieldProblem(field, "must be a number.", default))
            case kind if kind.startswith("datetime"):
                told.append(
                    FieldProblem(field, "is no time.", "Write it like 2026-11-16 or 2026-11-16T08:00:00Z.")
                )
            case "bool_parsing" | "bool_type":
                told.append(FieldProblem(field, "must be yes or no.", default))
            case "enum" | "literal_error":
                choices = str(one.get("ctx", {}).get("expected", "")).replace("'", "")
                told.append(FieldProblem(field, f"must be {choices}.", default))
            case "greater_than_equal" | "less_than_equal" if (
                info := model.model_fields.get(field)
            ) is not None:
                told.append(FieldProblem(field, f"must be {_range(info)}.", _default_of(info)))
            case _:
                message = one["msg"].removeprefix("Value error, ").rstrip(".")
                told.append(FieldProblem(field, f"{message[:1].lower()}{message[1:]}.", default))
    return told


def _range(info: FieldInfo) -> str:
    """The bounds of a number in words: ``from 1 to 60 minutes``."""
    bounds = {type(part).__name__: part for part in info.metadata}
    low, high = getattr(bounds.get("Ge"), "ge", None), getattr(bounds.get("Le"), "le", None)
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    unit = f" {extra['unit']}" if extra.get("unit") else ""
    if low is None:
        return f"at most {high:,}{unit}"
    return f"at least {low:,}{unit}" if high is None else f"from {low:,} to {high:,}{unit}"


def _default_of(info: FieldInfo) -> str:
    known = info.default not in (None, "", PydanticUndefined) and not isinstance(info.default, SecretStr)
    return f"Default: {_plain(info.default)}." if known else ""


def nearest(key: str, known: Iterable[str]) -> str:
    """A remedy that names the known word nearest to a wrong one."""
    close = difflib.get_close_matches(key, list(known), n=1)
    return f"Did you mean {close[0]}?" if close else f"Known are: {', '.join(known)}."


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
