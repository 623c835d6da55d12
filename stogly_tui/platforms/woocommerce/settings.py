"""What a WooCommerce channel can be set to, and what its keys look like."""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from stogly_tui.platforms.settings import ChannelSettings, setting


class WooSettings(ChannelSettings):
    """Settings of one WooCommerce channel."""

    destination_status: Literal["processing", "on-hold", "pending", "completed"] = setting(
        "processing",
        "Status of new orders",
        "The status that orders get at this store. processing and completed also mark paid orders as paid.",
        tab="Integration",
    )
    query_string_auth: bool = setting(
        False,
        "Keys in the address",
        "Only for hosts that remove the Authorization header: such keys end up in the host's access log.",
        tab="Integration",
    )


def key_problem(key: str) -> str:
    """Say what is wrong with a consumer key, never quoting it; blank when its form is right."""
    if not key:
        return "The consumer key is missing."
    if key.startswith("cs_"):
        return "This is the consumer secret (cs_…): the two keys are swapped."
    return _form_problem(key, "consumer key", "ck_")


def secret_problem(secret: str) -> str:
    """Say what is wrong with a consumer secret, never quoting it; blank when its form is right."""
    if not secret:
        return "The consumer secret is missing."
    if secret.startswith("ck_"):
        return "This is the consumer key (ck_…): the two keys are swapped."
    return _form_problem(secret, "consumer secret", "cs_")


def _form_problem(text: str, name: str, prefix: str) -> str:
    if not text.startswith(prefix):
        return f"A {name} begins with {prefix}."
    if not text.isascii() or not text.isprintable() or " " in text or ":" in text:
        return f"The {name} holds characters that no key has. Copy it once more."
    return ""


def _key(value: SecretStr) -> SecretStr:
    return _checked(value, key_problem)


def _secret(value: SecretStr) -> SecretStr:
    return _checked(value, secret_problem)


def _checked(value: SecretStr, problem_of: Callable[[str], str]) -> SecretStr:
    trimmed = value.get_secret_value().strip()
    problem = problem_of(trimmed)
    if problem:
        raise ValueError(problem)
    return SecretStr(trimmed)


class WooCredentials(BaseModel):
    """The pair of keys that WooCommerce > Settings > Advanced > REST API makes."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    consumer_key: Annotated[SecretStr, AfterValidator(_key)] = Field(
        title="Consumer key", description="Begins with ck_."
    )
    consumer_secret: Annotated[SecretStr, AfterValidator(_secret)] = Field(
        title="Consumer secret",
        description="Begins with cs_. WooCommerce shows it once, when the key is made.",
    )
