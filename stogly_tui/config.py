"""Settings of the program: environment over TOML over defaults; anything unknown or wrong is named with its remedy."""

import difflib
import getpass
import os
import re
import socket
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

from stogly_tui.domain.people import Actor, Role

PREFIX = "STOGLY_"
_NOT_IN_PATHS = re.compile(r"[^A-Za-z0-9._~/-]")


class ConfigInvalid(Exception):
    """The settings cannot be used. One sentence per problem: where, which key, what is wrong, what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def default_home() -> Path:
    """Where data lives unless STOGLY_HOME says otherwise."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "stogly-tui"


def _time_zone_here() -> str:
    name = os.environ.get("TZ", "").lstrip(":")
    if name:
        return name
    try:
        return "/".join(Path("/etc/localtime").resolve().parts[-2:]).removeprefix("zoneinfo/")
    except OSError:
        return "UTC"


class Settings(BaseSettings):
    """Everything that can be set for the program as a whole; channels have their own settings."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, validate_default=False)

    home: Path = Field(default_factory=default_home, description="Folder of database, key and logs.")
    database_url: str = Field(
        default="", description="sqlite:///FILE or postgresql://…; empty: a file in the home."
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""), description="Key that seals credentials; empty: a 0600 file in the home."
    )
    environment: str = Field(
        default="PROD", description="Name shown at the top left, for example PROD.", max_length=8
    )
    user: str = Field(
        default="", description="Who acts; empty: the user of the operating system.", max_length=40
    )
    roles: dict[str, Role] = Field(
        default_factory=dict, description="Role per user: viewer, operator or admin; * is everyone else."
    )
    time_zone: str = Field(default="", description="Zone in which times are shown; empty: the machine's.")
    theme: Literal["dark", "light", "contrast", "ansi", "ansi-light"] = Field(
        default="dark",
        description="Colours until a person chooses others with F8: dark, light, contrast (high), ansi or ansi-light "
        "(the terminal's own). STOGLY_THEME holds for one start; NO_COLOR goes before all.",
    )
    mouse: bool = Field(default=True, description="Whether the console takes the mouse.")
    keys: dict[str, str] = Field(default_factory=dict, description="Keys by id of their action.")
    worker: bool = Field(
        default=True, description="Whether the console serves the schedule when no other does."
    )
    log_days: int = Field(default=14, ge=1, le=3650, description="Days that log files are kept.")
    receiver: bool = Field(
        default=False, description="Whether the worker listens for webhooks and for redirect sign-ins."
    )
    receiver_host: str = Field(
        default="127.0.0.1", description="Address of this machine that the receiver listens on."
    )
    receiver_port: int = Field(default=8711, ge=1, le=65535, description="Port that the receiver listens on.")
    public_url: str = Field(
        default="",
        description="What the outside world calls the receiver, https://HOST/PATH; empty: it is not reachable.",
    )

    @field_validator("time_zone")
    @classmethod
    def _zone_is_known(cls, value: str) -> str:
        if value:
            try:
                ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError, OSError) as error:
                raise ValueError("is no time zone; write it like Europe/Amsterdam") from error
        return value

    @field_validator("database_url")
    @classmethod
    def _url_is_of_a_kind(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("receiver_host")
    @classmethod
    def _host_is_an_address(cls, value: str) -> str:
        if not value or "/" in value or any(char.isspace() for char in value):
            raise ValueError("is no address of a machine; write it like 127.0.0.1, or 0.0.0.0 for all")
        return value

    @field_validator("public_url")
    @classmethod
    def _public_url_is_one(cls, value: str) -> str:
        return public_address(value)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first; what `load` read from the TOML file comes as initial values below it."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings

    @property
    def url(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.home / 'stogly.db'}"

    @property
    def config_file(self) -> Path:
        """The TOML file that is read."""
        return self.home / "config.toml"

    @property
    def exports(self) -> Path:
        """The folder of exports and of copies too long for a clipboard."""
        return self.home / "exports"

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown."""
        try:
            return ZoneInfo(self.time_zone or _time_zone_here())
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo("UTC")

    def actor(self) -> Actor:
        """Who acts, and in which role. Without any roles set, everyone with access is admin."""
        name = self.user or getpass.getuser()
        fallback = Role.ADMIN if not self.roles else Role.VIEWER
        return Actor(name, self.roles.get(name, self.roles.get("*", fallback)))


def public_address(text: str) -> str:
    """An address that the outside world may be told, without a slash at its end; blank stays blank.

    Raises:
        ValueError: it cannot be one; the text says what to write.
    """
    value = text.strip().rstrip("/")
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        name, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError("is no web address; write it like https://hooks.example.com/stogly") from error
    if parts.scheme not in ("http", "https") or not name:
        raise ValueError("must begin with https:// and name a host, like https://hooks.example.com/stogly")
    if parts.username is not None or parts.query or parts.fragment or _NOT_IN_PATHS.search(parts.path):
        raise ValueError("takes a host and a plain path only, like https://hooks.example.com/stogly")
    if parts.scheme == "http" and not _is_loopback(name):
        raise ValueError("must begin with https://; plain http:// is for this machine alone")
    return value


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def host() -> str:
    """The short name of this machine."""
    return socket.gethostname().split(".")[0]


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings in force.

    Raises:
        ConfigInvalid: names file or variable, key, what is wrong, and the nearest known key.
    """
    env = os.environ if environ is None else environ
    home = Path(env.get(f"{PREFIX}HOME") or default_home()).expanduser()
    path = home / "config.toml"
    values, problems = _read_toml(path)
    problems += [
        f"environment: {name} is not a setting.{_nearest(name.removeprefix(PREFIX).lower())}"
        for name in env
        if name.startswith(PREFIX) and name.removeprefix(PREFIX).lower() not in Settings.model_fields
    ]
    problems += [
        f"{path}: {key} is not a setting.{_nearest(key)}"
        for key in values
        if key not in Settings.model_fields
    ]
    known = {key: value for key, value in values.items() if key in Settings.model_fields}
    try:
        settings = Settings(**{"home": home} | known)
    except ValidationError as error:
        problems += [_told(one["loc"], one["msg"], env, path) for one in error.errors()]
        raise ConfigInvalid(problems) from None
    except SettingsError as error:
        raise ConfigInvalid(
            [*problems, f"environment: {error}; lists and tables are written as JSON"]
        ) from None
    if problems:
        raise ConfigInvalid(problems)
    return settings


def ensure_home(settings: Settings) -> None:
    """Make the home, readable by its owner alone.

    Raises:
        ConfigInvalid: it cannot be made.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if settings.home.stat().st_mode & 0o077:
            settings.home.chmod(0o700)
    except OSError as error:
        raise ConfigInvalid(
            [
                f"home: {settings.home} cannot be used ({error.strerror}). Set STOGLY_HOME to a folder of yours."
            ]
        ) from error


def _read_toml(path: Path) -> tuple[dict[str, Any], list[str]]:
    if not path.is_file():
        return {}, []
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), []
    except tomllib.TOMLDecodeError as error:
        return {}, [f"{path}: is not TOML: {error}"]
    except (OSError, UnicodeDecodeError) as error:
        return {}, [f"{path}: cannot be read: {error}"]


def _nearest(key: str) -> str:
    close = difflib.get_close_matches(key, Settings.model_fields, n=1)
    return f" Did you mean {close[0]}?" if close else f" Known are: {', '.join(Settings.model_fields)}."


def _told(loc: tuple[int | str, ...], message: str, env: Mapping[str, str], path: Path) -> str:
    key = str(loc[0]) if loc else "?"
    where = f"environment {PREFIX}{key.upper()}" if f"{PREFIX}{key.upper()}" in env else f"{path}: {key}"
    inner = "".join(f".{part}" for part in loc[1:])
    return f"{where}{inner}: {message.removeprefix('Value error, ')}."
