"""Connect: what a shop must answer before it becomes a channel, each failure as a sentence with its remedy."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from stogly_tui.domain.problems import FieldProblem
from stogly_tui.domain.safe_text import safe_line
from stogly_tui.platforms.base import Account, ChannelAddress
from stogly_tui.platforms.errors import (
    AuthFailed,
    PlatformError,
    ProtocolError,
    RateLimited,
    Rejected,
    TlsFailed,
)
from stogly_tui.platforms.shopify import documents
from stogly_tui.platforms.shopify.address import shop_domain
from stogly_tui.platforms.shopify.client import ShopifyClient
from stogly_tui.platforms.shopify.documents import Operation
from stogly_tui.platforms.shopify.settings import id_problem, secret_problem, token_problem
from stogly_tui.platforms.shopify.sign_in import WIDER_SCOPES, missing_scopes
from stogly_tui.platforms.shopify.source import exact_count
from stogly_tui.platforms.shopify.tokens import Kind, kind_of, secret
from stogly_tui.platforms.shopify.values import numeric_id, obj, objects, text
from stogly_tui.platforms.shopify.wire import Json

CLOCK_TOLERANCE = 120
"""Seconds that the shop's clock may differ before Connect warns."""
_FORMS = (("access_token", token_problem), ("client_id", id_problem), ("client_secret", secret_problem))
_GRANT = "In the Dev Dashboard: your app > Versions > new version with this scope > Release, then install it again."


class Refused(Exception):
    """Connect ends here, with these problems."""

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__(*problems)
        self.problems = list(problems)


@dataclass(slots=True)
class Findings:
    """What Connect has learned so far."""

    warnings: list[str] = field(default_factory=list)
    details: list[tuple[str, str]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def warn(self, sentence: str) -> None:
        """Keep a sentence that does not prevent connecting."""
        self.warnings.append(sentence)

    def tell(self, title: str, sentence: str) -> None:
        """Keep something to know."""
        self.details.append((title, sentence))


def key_problems(address: ChannelAddress) -> list[FieldProblem]:
    """What the form of the credentials alone gives away."""
    given = {name: secret(address.credentials, name) for name, _ in _FORMS}
    told = [
        FieldProblem(name, problem, "Copy each value from Shopify into its own field.")
        for name, problem_of in _FORMS
        if (problem := problem_of(given[name]))
    ]
    if told or kind_of(address.credentials) is not Kind.NONE:
        return told
    remedy = "Enter the app's client ID and client secret (Dev Dashboard > your app > Settings), or an access token."
    for name, title in (("client_id", "client ID"), ("client_secret", "client secret")):
        if not given[name]:
            told.append(FieldProblem(name, f"The {title} is missing.", remedy))
    return told


def look_at(client: ShopifyClient, address: ChannelAddress, *, needs_write: bool) -> Account:
    """Ask the shop everything that Connect needs to know; writes nothing.

    Raises:
        Refused: it cannot be connected, and why.
    """
    found = Findings()
    try:
        told = client.ask(documents.SHOP, urgent=True)
    except PlatformError as error:
        raise Refused(_not_open(client, address, error)) from None
    shop = obj(told.data, "shop")
    account_id = numeric_id(shop.get("id"))
    if account_id is None:
        raise Refused(FieldProblem("url", "What answers there is not a Shopify shop.", "Check the address."))
    _check_domain(shop, address)
    scopes = {
        text(one.get("handle")) for one in objects(obj(told.data, "currentAppInstallation"), "accessScopes")
    }
    _check_scopes(scopes, found, needs_write=needs_write)
    _check_protected(client, found)
    _check_version(client, told.version, found)
    _warn_of_clock(told.server_time, found)
    _tell_of_webhooks(address, found)
    for name in ("customers", "products"):
        found.facts[f"reads_{name}"] = not missing_scope(f"read_{name}", scopes)
    if needs_write:
        _look_for_definition(client, found)
    return Account(
        account_id=account_id,
        title=safe_line(text(shop.get("name")), 120) or shop_domain(address.url),
        version=told.version or client.version,
        currency=text(shop.get("currencyCode")),
        time_zone=text(shop.get("ianaTimezone")) or "UTC",
        can_write="write_orders" in scopes,
        orders=_count(client, documents.COUNT_ORDERS, "ordersCount"),
        products=_count(client, documents.COUNT_PRODUCTS, "productsCount"),
        prices_include_tax=shop.get("taxesIncluded") if isinstance(shop.get("taxesIncluded"), bool) else None,
        server_time=told.server_time,
        warnings=tuple(found.warnings),
        details=tuple(found.details),
        facts=found.facts,
    )


def _not_open(client: ShopifyClient, address: ChannelAddress, error: PlatformError) -> FieldProblem:
    """Why not even the first question was answered."""
    if isinstance(error, AuthFailed):
        return _key_problem(address, error)
    if isinstance(error, TlsFailed):
        return FieldProblem("url", error.detail, "Check the address.")
    if isinstance(error, RateLimited):
        return FieldProblem("url", error.detail, "Wait a little, then connect again.")
    if isinstance(error, Rejected):
        return FieldProblem(
            "api_version", f"Shopify does not understand us: {error.detail}", "Use the default version."
        )
    if isinstance(error, ProtocolError):
        problem = f"{client.http.host} does not answer as Shopify's API does."
        return FieldProblem("url", problem, "Check the address, and what stands between it and here.")
    if error.status == 404:
        return FieldProblem("url", error.detail, "Enter the myshopify.com address of the store.")
    if error.status in (402, 423):
        return FieldProblem("url", error.detail, "Settle this in Shopify's admin, then connect again.")
    if error.status is not None and 300 <= error.status < 400:
        return FieldProblem("url", error.detail, "Enter the myshopify.com address of the store.")
    return FieldProblem("url", error.detail, f"Check the address, and that {client.http.host} is online.")


def _key_problem(address: ChannelAddress, error: AuthFailed) -> FieldProblem:
    match kind_of(address.credentials):
        case Kind.FIXED:
            return FieldProblem(
                "access_token",
                "Shopify does not accept this access token for this store.",
                "Copy it again; if the app was removed from the store, install it again.",
            )
        case Kind.REDIRECT:
            return FieldProblem(
                "client_id", f"Shopify has ended the sign-in: {error.detail}", "Sign in to the store again."
            )
        case _:
            return FieldProblem(
                "client_secret",
                f"Shopify does not accept the app for this store: {error.detail}",
                "Copy client ID and secret again, and check that the app is installed on this store and belongs "
                "to the same organisation. For a store of another organisation, sign in by redirect.",
            )


def _check_domain(shop: Json, address: ChannelAddress) -> None:
    domain = text(shop.get("myshopifyDomain")).lower()
    expected = shop_domain(address.url)
    if domain and domain != expected:
        raise Refused(
            FieldProblem(
                "url", f"This is the store {domain}, not {expected}.", f"Enter {domain} as the Store URL."
            )
        )


def _check_scopes(scopes: set[str], found: Findings, *, needs_write: bool) -> None:
    missing = missing_scopes(scopes, needs_write=needs_write)
    if missing:
        raise Refused(
            FieldProblem("client_id", f"The app is not allowed to: {', '.join(missing)} is missing.", _GRANT)
        )
    found.tell("Access scopes", ", ".join(sorted(scopes)))
    for scope, what in WIDER_SCOPES.items():
        if missing_scope(scope, scopes):
            found.tell(f"Without {scope}", f"{what} cannot be read.")
    if "read_all_orders" not in scopes:
        found.warn(
            "Only orders of the last 60 days can be read. For older ones ask Shopify for the scope read_all_orders."
        )
        found.tell("How far back", "60 days")
    else:
        found.tell("How far back", "all orders")


def missing_scope(scope: str, given: set[str]) -> bool:
    """Whether a scope is granted neither by itself nor by the one to write."""
    return not {scope, scope.replace("read_", "write_", 1)} & given


def _check_protected(client: ShopifyClient, found: Findings) -> None:
    """Whether Shopify shows us who bought: without approval these fields come empty, with an error each."""
    try:
        told = client.ask(documents.PROTECTED, urgent=True)
    except AuthFailed as refused:
        raise Refused(
            FieldProblem(
                "client_id",
                f"Shopify does not show orders to this app: {refused.detail}",
                "In the Partner or Dev Dashboard: your app > API access > Protected customer data access > Request.",
            )
        ) from None
    except PlatformError as error:
        found.warn(f"Whether customer data can be read could not be found out: {error.detail}")
        return
    withheld = sorted({name.rpartition(".")[2] for name in told.withheld})
    if withheld:
        found.warn(
            f"Shopify withholds customer data from this app ({', '.join(withheld)}): orders come without it, and "
            "cannot be sent on. Request Protected customer data access for the app, with name, address, e-mail "
            "and phone."
        )
    is_seen = bool(objects(told.data, "orders"))
    state = (
        f"withheld: {', '.join(withheld)}" if withheld else "shown" if is_seen else "not known: no orders yet"
    )
    found.tell("Protected customer data", state)


def _check_version(client: ShopifyClient, served: str, found: Findings) -> None:
    if served and served != client.version:
        found.warn(
            f"Shopify answers with API version {served} instead of {client.version}: set API version to one that "
            "it still serves."
        )


def _warn_of_clock(server_time: datetime | None, found: Findings) -> None:
    if server_time is None:
        return
    apart = (server_time - datetime.now(UTC)).total_seconds()
    if abs(apart) > CLOCK_TOLERANCE:
        side = "ahead of" if apart > 0 else "behind"
        found.warn(f"Shopify's clock is {abs(apart):.0f} seconds {side} this computer's.")


def _tell_of_webhooks(address: ChannelAddress, found: Findings) -> None:
    if not secret(address.credentials, "client_secret"):
        found.tell("Webhooks", "not possible without the client secret: orders are read by interval")


def _look_for_definition(client: ShopifyClient, found: Findings) -> None:
    try:
        told = client.ask(documents.DEFINITION, urgent=True)
    except PlatformError as error:
        found.warn(f"Whether the field for our reference exists could not be found out: {error.detail}")
        return
    is_there = bool(objects(told.data, "metafieldDefinitions"))
    found.facts["reference_is_defined"] = is_there
    name = f"{documents.NAMESPACE}.{documents.KEY}"
    found.tell(
        "Field for our reference", f"{name}: " + ("there" if is_there else "made with the first order sent")
    )


def _count(client: ShopifyClient, operation: Operation, name: str) -> int | None:
    try:
        return exact_count(obj(client.ask(operation, urgent=True).data, name))
    except PlatformError:
        return None
