"""What a Shopify channel can be set to, and what its keys look like."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from stogly_tui.platforms.settings import ChannelSettings, Words, setting

API_VERSION = "2026-10"


class ShopifySettings(ChannelSettings):
    """Settings of one Shopify channel."""

    settle_time: int = setting(
        300,
        "Settle time",
        "How long after a lost reply an order may still appear at this destination.",
        tab="Integration",
        unit="seconds",
        ge=0,
        le=86_400,
    )
    api_version: str = setting(
        API_VERSION,
        "API version",
        "The version of Shopify's API to ask for. Each is served for about a year.",
        tab="Integration",
        pattern=r"^20[0-9]{2}-(01|04|07|10)$",
    )
    more_scopes: Words = setting(
        ("read_customers",),
        "More scopes",
        "Asked for at a redirect sign-in beside what is needed: read_all_orders only once Shopify has granted it.",
        tab="Integration",
    )
    destination_inventory: Literal["bypass", "decrement_ignoring_policy", "decrement_obeying_policy"] = (
        setting(
            "decrement_ignoring_policy",
            "Stock of new orders",
            "bypass leaves stock alone; decrement_ignoring_policy takes it even below zero; "
            "decrement_obeying_policy refuses an order that the stock does not cover.",
            tab="Integration",
        )
    )


def token_problem(token: str) -> str:
    """Say what is wrong with an access token, never quoting it; blank when its form is right or it is blank."""
    if token.startswith("shpss_"):
        return "This is a client secret (shpss_…): it goes into its own field."
    return _form_problem(token, "access token")


def id_problem(client_id: str) -> str:
    """Say what is wrong with a client id, never quoting it."""
    if client_id.startswith("shp"):
        return "This is a token or secret (shp…): the client ID is the other value."
    return _form_problem(client_id, "client ID")


def secret_problem(secret: str) -> str:
    """Say what is wrong with a client secret, never quoting it."""
    if secret.startswith(("shpat_", "shpca_", "shpua_", "shppa_")):
        return "This is an access token (shp…_…): it goes into its own field."
    return _form_problem(secret, "client secret")


def _form_problem(text: str, name: str) -> str:
    if text and (not text.isascii() or not text.isprintable() or " " in text or len(text) < 8):
        return f"The {name} is too short or holds characters that none has. Copy it once more."
    return ""


def _token(value: SecretStr) -> SecretStr:
    return _checked(value, token_problem(value.get_secret_value().strip()))


def _id(value: SecretStr) -> SecretStr:
    return _checked(value, id_problem(value.get_secret_value().strip()))


def _secret(value: SecretStr) -> SecretStr:
    return _checked(value, secret_problem(value.get_secret_value().strip()))


def _checked(value: SecretStr, problem: str) -> SecretStr:
    if problem:
        raise ValueError(problem)
    return SecretStr(value.get_secret_value().strip())


class ShopifyCredentials(BaseModel):
    """Either an access token, or the client ID and secret of an app.

    ``refresh_token`` and ``expires_at`` come from a sign-in or a renewal; nobody types them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    client_id: Annotated[SecretStr, AfterValidator(_id)] = Field(
        SecretStr(""), title="Client ID", description="From the app's Settings in the Dev Dashboard."
    )
    client_secret: Annotated[SecretStr, AfterValidator(_secret)] = Field(
        SecretStr(""),
        title="Client secret",
        description="Beside the client ID. Beside an access token it is needed for webhooks: Shopify signs with it.",
    )
    access_token: Annotated[SecretStr, AfterValidator(_token)] = Field(
        SecretStr(""),
        title="Access token",
        description="Only for an app that has a fixed one (shpat_…); otherwise leave it blank.",
    )
    refresh_token: SecretStr = Field(
        SecretStr(""),
        title="Refresh token",
        description="Kept by the sign-in.",
        json_schema_extra={"hidden": True},
    )
    expires_at: SecretStr = Field(
        SecretStr(""),
        title="Token expires",
        description="Kept by the sign-in.",
        json_schema_extra={"hidden": True},
    )
