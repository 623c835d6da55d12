"""Connect: what a store must answer before it becomes a channel, each failure as a sentence with its remedy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from stogly_tui.domain.problems import FieldProblem
from stogly_tui.platforms.base import Account, ChannelAddress
from stogly_tui.platforms.errors import (
    AuthFailed,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    TlsFailed,
)
from stogly_tui.platforms.woocommerce.client import API, WooClient
from stogly_tui.platforms.woocommerce.outgoing import ZERO_RATE
from stogly_tui.platforms.woocommerce.settings import key_problem, secret_problem
from stogly_tui.platforms.woocommerce.wire import Json, NotJson, document, plain, records
from stogly_tui.platforms.woocommerce.zones import zone_name

CLOCK_TOLERANCE = 120
"""Seconds that the store's clock may differ before Connect warns."""
FILTERS_SINCE = (9, 9)
"""``created_via`` can be written and asked for since WooCommerce 9.9.0; before, it is ignored in silence."""
_PROBE = "stogly-probe:none"
_NEW_KEY = "Make a new one: WooCommerce > Settings > Advanced > REST API > Add key, Permissions Read/Write."


class Refused(Exception):
    """Connect ends here, with these problems."""

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__(*problems)
        self.problems = list(problems)


@dataclass(slots=True)
class Findings:
    """What Connect has learned so far."""

    warnings: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    server_time: datetime | None = None

    def warn(self, sentence: str) -> None:
        """Keep a sentence that does not prevent connecting."""
        self.warnings.append(sentence)


def key_problems(address: ChannelAddress) -> list[FieldProblem]:
    """What the form of the keys alone gives away."""
    told = []
    for name, problem_of in (("consumer_key", key_problem), ("consumer_secret", secret_problem)):
        given = address.credentials.get(name)
        problem = problem_of(given.get_secret_value().strip() if given else "")
        if problem:
            told.append(
                FieldProblem(name, problem, "Copy both keys from WooCommerce, each into its own field.")
            )
    return told


def look_at(client: WooClient, url: str, *, needs_write: bool) -> Account:
    """Ask the store everything that Connect needs to know; writes nothing.

    Raises:
        Refused: it cannot be connected, and why.
    """
    found = Findings()
    site = _site(client, found)
    orders = _orders(client, found)
    can_write = _can_write(client, found, needs_write=needs_write)
    status = _optional(client, "/system_status", found, "Its version and identity")
    environment = _dict(status.get("environment"))
    version = _text(environment.get("version"))
    general = _settings(client, "general", found)
    tax = _settings(client, "tax", found)
    account_id = _text(environment.get("store_id"))
    if not account_id:
        account_id = url.partition("://")[2]
        account_id = f"url:{account_id}"
        found.warn("The store does not tell its identity: it is known by its address, and must keep it.")
    time_zone = zone_name(site.get("timezone_string"), site.get("gmt_offset")) if site else ""
    if not time_zone:
        time_zone = "UTC"
        found.warn("The store's time zone is not known: times without a zone are read as UTC.")
    _warn_of_clock(found)
    found.facts |= {
        "filters_created_via": _filters(client, version, orders),
        "calc_taxes": general.get("woocommerce_calc_taxes") != "no",
        "decimals": _decimals(general.get("woocommerce_price_num_decimals")),
    }
    if needs_write and found.facts["calc_taxes"]:
        _warn_of_zero_rate(client, found)
    if not found.facts["filters_created_via"]:
        found.warn(
            "This WooCommerce is older than 9.9: looking up orders reads all recent ones, which is slower."
        )
    return Account(
        account_id=account_id,
        title=plain(site.get("name") or "", 120) or urlsplit(url).netloc,
        version=version,
        currency=_text(general.get("woocommerce_currency")) or _currency(client, found),
        time_zone=time_zone,
        can_write=can_write,
        orders=orders,
        products=_count(client, "/products"),
        prices_include_tax=None if not tax else tax.get("woocommerce_prices_include_tax") == "yes",
        server_time=found.server_time,
        warnings=tuple(found.warnings),
        facts=found.facts,
    )


def _site(client: WooClient, found: Findings) -> Json:
    """``/wp-json/`` (WordPress 6.9, recorded), asked without keys: WordPress itself would refuse them."""
    try:
        reply = client.http.read("/wp-json/", urgent=True, signed=False)
    except AuthFailed:
        return {}  # a security plugin hides the list of routes; the API itself may be open
    except PlatformError as error:
        if isinstance(error, Rejected) or error.status in (404, 410):
            raise Refused(_no_api(client)) from None
        raise Refused(_unreachable(client, error)) from None
    found.server_time = reply.server_time
    try:
        site = document(reply.body)
    except NotJson:
        raise Refused(_no_api(client)) from None
    spaces = site.get("namespaces")
    if not isinstance(spaces, list):
        raise Refused(_not_wordpress(client))
    if "wc/v3" not in spaces:
        raise Refused(
            FieldProblem(
                "url",
                "WooCommerce's REST API (wc/v3) is not there.",
                "Install and activate WooCommerce 5.8 or newer at this site, or check the address.",
            )
        )
    return site


def _no_api(client: WooClient) -> FieldProblem:
    """No JSON at ``/wp-json/``: plain permalinks when ``?rest_route=`` works, otherwise no WordPress here."""
    try:
        document(client.http.read("/", {"rest_route": "/"}, urgent=True, signed=False).body)
    except (PlatformError, NotJson):
        return FieldProblem(
            "url",
            f"{client.http.host} has no WordPress REST API at /wp-json/.",
            "Check the address. If it is right: in WordPress, Settings > Permalinks > Post name, then Save; "
            "and let security plugins allow the REST API.",
        )
    return FieldProblem(
        "url",
        "The site uses plain permalinks, with which keys do not work.",
        "In WordPress: Settings > Permalinks > Post name, then Save.",
    )


def _not_wordpress(client: WooClient) -> FieldProblem:
    return FieldProblem("url", f"What {client.http.host} answers is not WordPress.", "Check the address.")


def _unreachable(client: WooClient, error: PlatformError) -> FieldProblem:
    if isinstance(error, TlsFailed):
        return FieldProblem("url", error.detail, "Let the host renew its certificate, or check the address.")
    if isinstance(error, RateLimited):
        return FieldProblem("url", error.detail, "Wait a little, then connect again.")
    if error.status is not None and 300 <= error.status < 400:
        return FieldProblem("url", error.detail, "Enter the address that it redirects to.")
    if error.status in (401, 403):
        return FieldProblem(
            "url", error.detail, "Let the firewall or security plugin allow the REST API (/wp-json/)."
        )
    if error.status is not None and error.status >= 500:
        return FieldProblem(
            "url", error.detail, "The site is down or in maintenance: try again in some minutes."
        )
    return FieldProblem("url", error.detail, f"Check the address, and that {client.http.host} is online.")


def _orders(client: WooClient, found: Findings) -> int | None:
    """The number of orders; the first question that needs the keys."""
    try:
        reply = client.http.read(
            f"{API}/orders", {"status": "any", "per_page": "1", "_fields": "id"}, urgent=True
        )
        records(reply.body)
    except AuthFailed as refused:
        raise Refused(_key_problem(client, refused)) from None
    except NotJson:
        problem = f"{client.http.host} answers its orders with something that is not JSON."
        raise Refused(
            FieldProblem("url", problem, "A plugin or a cache in front of the shop breaks it.")
        ) from None
    except PlatformError as error:
        raise Refused(_unreachable(client, error)) from None
    found.server_time = reply.server_time or found.server_time
    return _number(reply.headers.get("x-wp-total"))


def _key_problem(client: WooClient, refused: AuthFailed) -> FieldProblem:
    """Which key is wrong: an unknown one cannot view, a wrong secret is an authentication error (recorded)."""
    if refused.status == 403:
        return FieldProblem(
            "consumer_key",
            "The user of this key may not see orders.",
            "Make the key for a user with the role Administrator or Shop manager. " + _NEW_KEY,
        )
    if "woocommerce_rest_authentication_error" not in refused.excerpt:
        return FieldProblem(
            "consumer_key",
            "The store does not know this key.",
            "Copy both keys once more. If they are right, the host may remove the Authorization header: "
            "switch on Keys in the address.",
        )
    try:
        _empty_batch(client)
    except PlatformError:
        return FieldProblem("consumer_secret", "The secret does not belong to this key.", _NEW_KEY)
    return FieldProblem("consumer_key", "This key may write but not read.", _NEW_KEY)


def _can_write(client: WooClient, found: Findings, *, needs_write: bool) -> bool:
    """Whether the key may write, found out with a batch of nothing: it answers 200 or 401 (recorded)."""
    try:
        _empty_batch(client)
    except AuthFailed:
        if needs_write:
            problem = "This key may only read; to receive orders the store must let it write."
            raise Refused(FieldProblem("consumer_key", problem, _NEW_KEY)) from None
        return False
    except (OutcomeUnknown, PlatformError) as error:
        if needs_write:
            problem = f"Whether the key may write could not be found out: {error.detail}"
            remedy = "Let the firewall or security plugin allow POST to /wp-json/."
            raise Refused(FieldProblem("url", problem, remedy)) from None
        found.warn("Whether the key may write could not be found out.")
        return False
    return True


def _empty_batch(client: WooClient) -> None:
    client.http.write("POST", f"{API}/orders/batch", {}, urgent=True)


def _optional(client: WooClient, path: str, found: Findings, what: str) -> Json:
    try:
        value: Json = client.object(path, urgent=True).value
    except PlatformError as error:
        found.warn(f"{what} could not be read: {error.detail}")
        return {}
    return value


def _settings(client: WooClient, group: str, found: Findings) -> dict[str, Any]:
    """A group of settings as ``{id: value}`` (``GET /settings/<group>``, WooCommerce 10.5, recorded)."""
    try:
        page = client.page(f"/settings/{group}", {}, urgent=True)
    except PlatformError as error:
        found.warn(f"Its {group} settings could not be read: {error.detail}")
        return {}
    rows = (record.value for record in page.records if isinstance(record.value, dict))
    return {row["id"]: row.get("value") for row in rows if isinstance(row.get("id"), str)}


def _currency(client: WooClient, found: Findings) -> str:
    return _text(_optional(client, "/data/currencies/current", found, "Its currency").get("code"))


def _filters(client: WooClient, version: str, orders: int | None) -> bool:
    """Whether ``created_via`` is honoured: old stores answer unrelated orders to it.

    Asked by a name that no order has; only a store without orders has to be believed its version.
    """
    numbers = version.split(".")[:2]
    is_new = (
        all(n.isdigit() for n in numbers) and tuple(map(int, numbers)) >= FILTERS_SINCE if version else None
    )
    if is_new is False:
        return False
    params = {"created_via": _PROBE, "status": "any", "per_page": "1", "_fields": "id"}
    try:
        answered = client.page("/orders", params, urgent=True).records
    except PlatformError:
        return False
    return not answered and (is_new is True or bool(orders))


def _warn_of_zero_rate(client: WooClient, found: Findings) -> None:
    """Orders arrive with their own totals in the class Zero rate: it must be there, and without rates."""
    try:
        classes = client.page("/taxes/classes", {}, urgent=True).records
        rates = client.page("/taxes", {"class": ZERO_RATE, "per_page": "100"}, urgent=True).records
    except PlatformError:
        return  # an old store, or a key without rights: the first order would tell
    if not any(_dict(record.value).get("slug") == ZERO_RATE for record in classes):
        found.warn("The store has no tax class Zero rate: orders sent to it would be refused. Add it again.")
    elif any(_has_rate(_dict(record.value)) for record in rates):
        found.warn("The store's tax class Zero rate has rates: orders would arrive with a higher total.")


def _has_rate(row: Mapping[str, Any]) -> bool:
    """A row of ``GET /taxes`` (WooCommerce 9.9, recorded: the rate is a text such as ``19.0000``)."""
    return row.get("class") == ZERO_RATE and _text(row.get("rate")).strip("0.") != ""


def _count(client: WooClient, path: str) -> int | None:
    try:
        return client.page(path, {"per_page": "1", "_fields": "id"}, urgent=True).total
    except PlatformError:
        return None


def _warn_of_clock(found: Findings) -> None:
    if found.server_time is None:
        found.warn("The store does not tell its time.")
        return
    apart = (found.server_time - datetime.now(UTC)).total_seconds()
    if abs(apart) > CLOCK_TOLERANCE:
        side = "ahead of" if apart > 0 else "behind"
        found.warn(f"The store's clock is {abs(apart):.0f} seconds {side} this computer's.")


def _decimals(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 else 2


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
