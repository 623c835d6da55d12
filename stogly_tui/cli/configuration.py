"""config show, validate, schema: settings of the program, without opening the database."""

import argparse
import os
from collections.abc import Sequence
from typing import Any, Protocol

from pydantic import SecretStr

from stogly_tui.cli import exits
from stogly_tui.cli.output import put, put_json, say
from stogly_tui.config import PREFIX, Settings
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.redact import redact


class KeyRow(Protocol):
    """An action of the console with its keys, as the console tells it."""

    @property
    def id(self) -> str: ...

    @property
    def keys(self) -> str: ...

    @property
    def is_changed(self) -> bool: ...

    @property
    def does(self) -> str: ...

    @property
    def screens(self) -> Sequence[str]: ...


def show(settings: Settings, args: argparse.Namespace) -> int:
    """The settings in force, secrets hidden, and where each comes from."""
    rows = [(name, _plain(name, settings), origin(name, settings)) for name in Settings.model_fields]
    if args.format == "json":
        put_json({name: value for name, value, _ in rows})
        return exits.DONE
    for name, value, where in rows:
        put(f"{name:<16} {_shown(value):<40} {where}")
    put(f"{'user acting':<16} {settings.actor().name} ({settings.actor().role})")
    say(
        "The role is what these settings say; one that was given in the database counts too: stogly-tui user list."
    )
    return exits.DONE


def validate(settings: Settings, _args: argparse.Namespace) -> int:
    """The settings could be read; what is wrong with them is said before this is called."""
    there = "is used" if settings.config_file.is_file() else "does not exist, which is fine"
    say(f"The settings are in order. {settings.config_file} {there}.")
    return exits.DONE


def schema(_nothing: object, args: argparse.Namespace) -> int:
    """JSON Schema of the program's settings, or of a platform's channel settings."""
    if args.platform is None:
        put_json(Settings.model_json_schema())
        return exits.DONE
    from stogly_tui.operations import fields
    from stogly_tui.platforms import registry

    if args.platform not in registry.names():
        known = ", ".join(registry.names())
        raise InvalidInput(
            FieldProblem("platform", f"{args.platform!r} is not supported.", f"Known are: {known}.")
        )
    put_json(fields.schema(args.platform))
    return exits.DONE


def keys(rows: Sequence[KeyRow], args: argparse.Namespace) -> int:
    """The keys of the console by id, what each does, and where."""
    if args.format == "json":
        put_json(
            [
                {
                    "id": row.id,
                    "keys": row.keys,
                    "changed": row.is_changed,
                    "does": row.does,
                    "screens": [*row.screens],
                }
                for row in rows
            ]
        )
        return exits.DONE
    for row in rows:
        put(
            f"{row.id:<24} {row.keys + (' (yours)' if row.is_changed else ''):<26} {row.does}  [{', '.join(row.screens)}]"
        )
    say('Change them in config.toml, for example: [keys] and below it "orders.mark" = "w".')
    return exits.DONE


def _plain(name: str, settings: Settings) -> Any:
    value = getattr(settings, name)
    if isinstance(value, SecretStr):
        return "[hidden]" if value.get_secret_value() else ""
    if name == "database_url":
        return redact(settings.url)
    if isinstance(value, dict):
        return {str(key): str(one) for key, one in value.items()}
    return value if isinstance(value, bool | int | str) else str(value)


def origin(name: str, settings: Settings) -> str:
    """Where a setting comes from: the environment, the file, or its default."""
    if f"{PREFIX}{name.upper()}" in os.environ:
        return f"environment {PREFIX}{name.upper()}"
    return "config.toml" if name in settings.model_fields_set and name != "home" else "default"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(f"{key}={one}" for key, one in value.items()) if isinstance(value, dict) else str(value)
