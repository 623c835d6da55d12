"""How a channel comes to its token, keeps it and renews it; and what may come back from the shop's own page."""

import hashlib
import hmac
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from stogly_tui.platforms.base import ChannelAddress, Connection, SignInRefused
from stogly_tui.platforms.errors import AuthFailed
from stogly_tui.platforms.shopify import PLATFORM
from stogly_tui.platforms.shopify.address import base_url, shop_domain
from stogly_tui.platforms.shopify.settings import ShopifyCredentials, ShopifySettings
from stogly_tui.platforms.shopify.sign_in import ShopifySignIn, missing_scopes
from stogly_tui.platforms.shopify.tokens import Kind, Tokens, kind_of
from stogly_tui.platforms.shopify.wire import Json
from stogly_tui.sandbox import Sandbox
from stogly_tui.sandbox.shopify import ShopifyStore
from tests.platforms import shopify_support as support
from tests.platforms.shopify_support import Ring
from tests.platforms.support import Free, an_order

BACK = "http://127.0.0.1:9999/callback?channel=1"
STATE = "a state of ours/1"
LONGEST = timedelta(minutes=10)


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    yield from support.serving()


@pytest.fixture
def shop(running: Sandbox) -> Iterator[ShopifyStore]:
    for sandbox in support.cleared(running):
        yield sandbox.shopify("berlin")


def sealed(values: dict[str, str]) -> dict[str, SecretStr]:
    return {name: SecretStr(value) for name, value in values.items()}


def came_back(shop: ShopifyStore, *, needs_write: bool = True, state: str = STATE) -> dict[str, str]:
    """What the browser brings after the merchant agreed."""
    keys = sealed(shop.app_credentials)
    page = ShopifySignIn().authorize_url(
        shop.base_url,
        keys,
        redirect_uri=BACK,
        state=state,
        needs_write=needs_write,
        settings=ShopifySettings(),
    )
    target = httpx.get(page).headers["location"]
    assert target.startswith(BACK)
    returned = dict(parse_qsl(urlsplit(target).query))
    returned.pop("channel")
    return returned


def finished(
    shop: ShopifyStore, returned: dict[str, str], sign_in: ShopifySignIn | None = None
) -> dict[str, SecretStr]:
    keys = sealed(shop.app_credentials)
    return dict(
        (sign_in or ShopifySignIn()).finish(
            shop.base_url, keys, returned, state=STATE, redirect_uri=BACK, longest=LONGEST
        )
    )


def signed_again(returned: dict[str, str], secret: str, **changes: str) -> dict[str, str]:
    """What came back with other values, and a right signature over them."""
    made = {key: value for key, value in {**returned, **changes}.items() if key != "hmac"}
    message = urlencode(sorted(made.items()), quote_via=quote)
    return {**made, "hmac": hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()}


def opened(shop: ShopifyStore, ring: Ring) -> Connection:
    return support.opened(ChannelAddress(shop.base_url, ring.read(), ShopifySettings(), keyring=ring))


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("yourstore", "https://yourstore.myshopify.com"),
        (" YourStore.myshopify.com ", "https://yourstore.myshopify.com"),
        ("https://yourstore.myshopify.com/admin", "https://yourstore.myshopify.com"),
        ("https://yourstore.myshopify.com/admin/orders?x=1#y", "https://yourstore.myshopify.com"),
        ("https://admin.shopify.com/store/yourstore/orders", "https://yourstore.myshopify.com"),
        ("http://127.0.0.1:8080/berlin/admin", "http://127.0.0.1:8080/berlin"),
        ("http://localhost:8080/berlin/", "http://localhost:8080/berlin"),
    ],
)
def test_every_way_to_write_the_address_is_one_shop(typed: str, url: str) -> None:
    assert PLATFORM.base_url(typed) == url
    assert PLATFORM.base_url(url) == url


@pytest.mark.parametrize(
    "typed",
    [
        "", "shop.example", "https://shop.example/admin", "http://yourstore.myshopify.com", "ftp://x",
        "https://user:pass@yourstore.myshopify.com", "https://yourstore.myshopify.com.evil.example",
        "https://-x.myshopify.com", "https://[::1", "https://yourstore.myshopify.com:8443", "https://myshopify.com",
    ],
)  # fmt: skip
def test_other_addresses_are_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError) as refused:
        base_url(typed)
    assert str(refused.value).endswith(".") or str(refused.value).endswith(").")


def test_a_shop_of_this_machine_has_a_name_too() -> None:
    assert shop_domain("http://127.0.0.1:1/berlin") == "berlin.myshopify.com"
    assert shop_domain("https://yourstore.myshopify.com") == "yourstore.myshopify.com"


def test_what_credentials_are_good_for() -> None:
    app = {"client_id": "0123456789", "client_secret": "shpss_0123456789"}
    ends = {"access_token": "shpat_x", "expires_at": "2026-11-21T00:00:00+00:00"}
    assert kind_of(sealed({})) is Kind.NONE
    assert kind_of(sealed({"client_id": "0123456789"})) is Kind.NONE
    assert kind_of(sealed({"access_token": "shpat_x", "client_id": "", "client_secret": ""})) is Kind.FIXED
    assert kind_of(sealed({"access_token": "shpat_x", **app})) is Kind.FIXED
    assert kind_of(sealed(app)) is Kind.CLIENT_CREDENTIALS
    assert kind_of(sealed({**app, **ends})) is Kind.CLIENT_CREDENTIALS
    assert kind_of(sealed({**app, **ends, "refresh_token": "shprt_x"})) is Kind.REDIRECT


@pytest.mark.parametrize(
    ("field", "value"),
    [("access_token", "shpss_0123456789"), ("client_secret", "shpat_0123456789"), ("client_id", "shpss_0123456789"),
     ("access_token", "two words"), ("client_id", "tiny")],
)  # fmt: skip
def test_values_in_the_wrong_field_are_named_without_quoting_them(field: str, value: str) -> None:
    with pytest.raises(ValueError) as refused:
        ShopifyCredentials.model_validate({field: value})
    assert field in str(refused.value)
    assert value not in str(refused.value)


def test_client_credentials_ask_for_a_token_once_and_keep_it(shop: ShopifyStore) -> None:
    ring = Ring(sealed(shop.app_credentials))
    for _ in range(2):
        line = opened(shop, ring)
        line.check_sign_in()
        line.check_sign_in()
    assert len(ring.renewals) == 1
    assert set(ring.renewals[0]) == {"access_token", "expires_at"}


def test_a_token_is_renewed_before_it_ends(shop: ShopifyStore) -> None:
    ring = Ring(sealed(shop.app_credentials))
    opened(shop, ring).check_sign_in()
    ring.stored["expires_at"] = SecretStr((datetime.now(UTC) + timedelta(seconds=90)).isoformat())
    opened(shop, ring).check_sign_in()
    assert len(ring.renewals) == 2


def test_a_token_that_is_refused_is_renewed_once_and_the_question_asked_again(shop: ShopifyStore) -> None:
    ring = Ring(sealed(shop.app_credentials))
    line = opened(shop, ring)
    line.check_sign_in()
    shop.expire_tokens()
    line.check_sign_in()
    assert len(ring.renewals) == 2


def test_a_create_whose_token_is_refused_is_sent_once_more_with_a_new_one(shop: ShopifyStore) -> None:
    ring = Ring(sealed(shop.app_credentials))
    line = opened(shop, ring)
    assert line.destination is not None
    skus = line.destination.find_skus(["MUG-1", "TEE-1"])
    shop.expire_tokens()
    found, _ = line.destination.create(an_order(), skus, gate=lambda: True, timeout=10)
    assert shop.orders.ids() == [int(found.destination_id)]


def test_a_fixed_token_that_is_refused_is_not_asked_for_again(shop: ShopifyStore) -> None:
    line = support.line(shop)
    shop.expire_tokens()
    shop.requests.clear()
    with pytest.raises(AuthFailed):
        line.check_sign_in()
    assert len(shop.requests) == 1


def test_a_secret_of_another_app_is_refused_by_name(shop: ShopifyStore) -> None:
    keys = {**shop.app_credentials, "client_secret": "shpss_of_another_app"}
    problems = PLATFORM.check(support.address(shop, keys), Free(), needs_write=False)
    assert isinstance(problems, list)
    assert problems[0].field == "client_secret"
    assert "shpss_of_another_app" not in str(problems)


def test_the_redirect_gives_a_token_that_ends_and_one_to_refresh_it(shop: ShopifyStore) -> None:
    made = finished(shop, came_back(shop))
    assert set(made) == {"access_token", "refresh_token", "expires_at"}
    ring = Ring({**sealed(shop.app_credentials), **made})
    assert kind_of(ring.stored) is Kind.REDIRECT
    line = opened(shop, ring)
    line.check_sign_in()
    assert not ring.renewals
    shop.expire_tokens()
    line.check_sign_in()
    assert set(ring.renewals[0]) == {"access_token", "refresh_token", "expires_at"}
    assert ring.renewals[0]["refresh_token"] != made["refresh_token"]


def test_the_page_asks_for_what_the_role_needs_and_for_an_offline_token(shop: ShopifyStore) -> None:
    sign_in, keys = ShopifySignIn(), sealed(shop.app_credentials)
    wider = ShopifySettings.model_validate({"more_scopes": "read_all_orders"})
    for needs_write, settings, scopes in (
        (False, ShopifySettings(), "read_orders,read_products,read_customers"),
        (True, ShopifySettings(), "read_orders,write_orders,read_products,read_customers"),
        (False, wider, "read_orders,read_products,read_all_orders"),
    ):
        url = sign_in.authorize_url(
            shop.base_url, keys, redirect_uri=BACK, state=STATE, needs_write=needs_write, settings=settings
        )
        asked = parse_qs(urlsplit(url).query)
        assert asked["scope"] == [scopes]
        assert asked["redirect_uri"] == [BACK]
        assert asked["state"] == [STATE]
        assert "grant_options[]" not in asked
        assert shop.app.client_secret not in url
        assert "+" not in urlsplit(url).query


def test_another_state_is_refused(shop: ShopifyStore) -> None:
    returned = came_back(shop, state="somebody else's")
    with pytest.raises(SignInRefused, match="does not belong"):
        finished(shop, returned)


def test_a_forged_signature_is_refused(shop: ShopifyStore) -> None:
    returned = came_back(shop)
    for forged in (
        {**returned, "hmac": "0" * 64},
        {**returned, "code": "other"},
        {**returned, "extra": "1"},
        {},
    ):
        given = {"state": STATE, **forged}
        with pytest.raises(SignInRefused, match="not signed"):
            finished(shop, given)
    finished(shop, returned)


def test_blanks_are_signed_as_percent_twenty(shop: ShopifyStore) -> None:
    returned = signed_again(came_back(shop), shop.app.client_secret, note="a b+c")
    assert "access_token" in finished(shop, returned)


@pytest.mark.parametrize(
    "other", ["boston.myshopify.com", "berlin.myshopify.com.evil.example", "evil.example", ""]
)
def test_another_shop_is_refused(shop: ShopifyStore, other: str) -> None:
    returned = signed_again(came_back(shop), shop.app.client_secret, shop=other)
    with pytest.raises(SignInRefused, match="shop"):
        finished(shop, returned)


def test_what_is_old_or_from_the_future_is_refused(shop: ShopifyStore) -> None:
    returned = came_back(shop)
    for away in (LONGEST + timedelta(seconds=5), -timedelta(minutes=3)):
        later = ShopifySignIn(now=lambda away=away: datetime.now(UTC) + away)  # type: ignore[misc]
        with pytest.raises(SignInRefused, match="too old"):
            finished(shop, returned, later)
    for timestamp in ("", "x", "9" * 20):
        with pytest.raises(SignInRefused, match="no time"):
            finished(shop, signed_again(returned, shop.app.client_secret, timestamp=timestamp))


def test_a_code_is_good_once(shop: ShopifyStore) -> None:
    returned = came_back(shop)
    finished(shop, returned)
    with pytest.raises(SignInRefused, match="code"):
        finished(shop, returned)


def test_no_secret_is_in_any_sentence_or_log(shop: ShopifyStore, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    returned = came_back(shop)
    made = finished(shop, returned)
    ring = Ring({**sealed(shop.app_credentials), **made})
    line = opened(shop, ring)
    line.check_sign_in()
    shop.expire_tokens()
    ring.stored["refresh_token"] = SecretStr("shprt_0123456789abcdef0123456789abcdef")
    line = opened(shop, ring)
    with pytest.raises(AuthFailed) as refused:
        line.check_sign_in()
    told = f"{caplog.text} {refused.value!r} {refused.value.excerpt} {refused.value.exchange} {line!r} {ring.stored}"
    for secret in (
        shop.app.client_secret,
        "shprt_0123456789",
        *(value.get_secret_value() for value in made.values()),
    ):
        if not secret.startswith("20"):
            assert secret not in told


class Grants:
    """A token endpoint that counts, and lets other threads go first."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, body: Json) -> Json:
        self.count += 1
        time.sleep(0)
        return {
            "access_token": f"shpat_{self.count:032d}",
            "expires_in": 3600,
            "refresh_token": f"shprt_{self.count}",
        }


def test_many_threads_renew_once() -> None:
    grants = Grants()
    ring = Ring(sealed({"client_id": "i", "client_secret": "s", "refresh_token": "shprt_0"}))
    lines = [Tokens("one account", ring.read(), ring, grants) for _ in range(8)]
    got: list[str] = []
    threads = [threading.Thread(target=lambda one=one: got.append(one.current())) for one in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert grants.count == 1
    assert len(set(got)) == 1


def test_what_another_process_renewed_is_used() -> None:
    grants = Grants()
    ring = Ring(sealed({"client_id": "i", "client_secret": "s"}))
    tokens = Tokens("account", ring.read(), ring, grants)
    ring.stored |= sealed(
        {"access_token": "shpat_theirs", "expires_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}
    )
    assert tokens.current() == "shpat_theirs"
    assert tokens.after_refusal("shpat_theirs")
    assert tokens.current() == f"shpat_{1:032d}"
    assert grants.count == 1


def test_a_new_token_is_stored_before_it_is_used() -> None:
    class Full(Ring):
        def renew(self, renewed: object) -> None:
            raise OSError("disk full")

    tokens = Tokens("full", sealed({"client_id": "i", "client_secret": "s"}), Full({}), Grants())
    with pytest.raises(OSError, match="disk full"):
        tokens.current()


def test_writing_includes_reading() -> None:
    assert missing_scopes({"write_orders", "write_products"}, needs_write=True) == []
    assert missing_scopes({"read_orders"}, needs_write=True) == ["write_orders", "read_products"]
    assert missing_scopes(set(), needs_write=False) == ["read_orders"]


def test_addresses_are_the_same_after_connect(shop: ShopifyStore) -> None:
    address = replace(support.address(shop), url=f"{shop.base_url}/admin")
    support.opened(address).check_sign_in()
