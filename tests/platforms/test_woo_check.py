"""Connect: each way a store cannot be connected is a sentence about a field, with its remedy."""

import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from pydantic import SecretStr, ValidationError

from stogly_tui.domain.problems import FieldProblem
from stogly_tui.platforms.base import Account, ChannelAddress, Platform
from stogly_tui.platforms.errors import AuthFailed
from stogly_tui.platforms.registry import platform
from stogly_tui.platforms.woocommerce import PLATFORM
from stogly_tui.platforms.woocommerce.settings import WooCredentials, WooSettings
from stogly_tui.platforms.woocommerce.zones import zone_name
from stogly_tui.sandbox import ApiKey, Fault, Sandbox, TaxRate, WooStore
from tests.platforms.support import Free, address


def keys(kind: str, **more: str) -> ApiKey:
    return ApiKey(f"ck_{kind * 40}", f"cs_{kind * 40}", **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    store = WooStore(
        "Tea & Co",
        "EUR",
        "Asia/Kolkata",
        slug="shop",
        prices_include_tax=True,
        tax_rates=[TaxRate("DE", Decimal(19))],
        keys=[
            keys("1"),
            keys("2", permission="read"),
            keys("3", permission="write"),
            keys("4", rights="customer"),
        ],
    )
    with Sandbox([store]) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    store = running.store("shop")
    store.permalinks, store.maintenance, store.skew_seconds, store.php_notice = "pretty", False, 0.0, False
    running.faults.clear()
    yield running
    running.faults.clear()


def check(channel: ChannelAddress, *, needs_write: bool = True) -> Account | list[FieldProblem]:
    return PLATFORM.check(channel, Free(), needs_write=needs_write)


def problem(channel: ChannelAddress, *, needs_write: bool = True) -> FieldProblem:
    told = check(channel, needs_write=needs_write)
    assert isinstance(told, list)
    [only] = told
    assert only.message.endswith(".")
    assert only.remedy.endswith(".")
    for given in channel.credentials.values():
        assert len(given.get_secret_value()) < 10 or given.get_secret_value() not in str(only)
    return only


def with_keys(channel: ChannelAddress, key: str, secret: str) -> ChannelAddress:
    return replace(
        channel, credentials={"consumer_key": SecretStr(key), "consumer_secret": SecretStr(secret)}
    )


def test_it_is_a_platform() -> None:
    made: Platform = PLATFORM
    assert platform("woocommerce") is made
    assert all(title and text for title, text in made.guide)


def test_a_good_store_says_who_it_is_and_nothing_is_written(sandbox: Sandbox) -> None:
    store = sandbox.store("shop")
    before = len(store.orders)
    told = check(address(sandbox, "shop"))
    assert isinstance(told, Account)
    assert told.account_id == store.store_id
    assert (told.title, told.version, told.currency, told.time_zone) == (
        "Tea & Co",
        "10.5.0",
        "EUR",
        "Asia/Kolkata",
    )
    assert (told.can_write, told.prices_include_tax, told.warnings) == (True, True, ())
    assert (told.orders, told.products) == (0, 0)
    assert told.facts == {"filters_created_via": True, "calc_taxes": True, "decimals": 2}
    assert len(store.orders) == before


@pytest.mark.parametrize(
    "tail", ["/", "/wp-admin/admin.php?page=wc-settings", "/wp-json/wc/v3/", "/wp-login.php", "/#x"]
)
def test_what_people_paste_is_cleaned(sandbox: Sandbox, tail: str) -> None:
    channel = address(sandbox, "shop")
    assert isinstance(check(replace(channel, url=channel.url + tail)), Account)


def test_several_problems_come_at_once() -> None:
    bad = ChannelAddress("http://shop.example", {"consumer_key": SecretStr("cs_1")}, WooSettings())
    told = check(bad)
    assert isinstance(told, list)
    assert [one.field for one in told] == ["url", "consumer_key", "consumer_secret"]
    assert "encrypted" in told[0].message
    assert "swapped" in told[1].message
    assert "missing" in told[2].message


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "missing"),
        ("https://ck_1:cs_1@shop.example", "name or password"),
        ("http://shop.example", "not encrypted"),
        ("ftp://shop.example", "not a web address"),
        ("https://", "not a web address"),
    ],
)
def test_addresses_are_explained_before_anything_is_asked(sandbox: Sandbox, url: str, words: str) -> None:
    told = problem(replace(address(sandbox, "shop"), url=url))
    assert told.field == "url"
    assert words in told.message


def test_nobody_there(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    told = problem(replace(address(sandbox, "shop"), url=f"http://127.0.0.1:{port}"))
    assert (told.field, told.message) == ("url", "127.0.0.1 cannot be reached.")


def test_a_certificate_that_cannot_be_verified() -> None:
    with Sandbox([WooStore("A", slug="a")], tls=True) as sandbox:
        told = problem(address(sandbox, "a"))
    assert told.field == "url"
    assert "certificate" in told.message


@pytest.mark.parametrize(
    ("permalinks", "words"), [("plain", "plain permalinks"), ("plain_404", "plain permalinks")]
)
def test_plain_permalinks(sandbox: Sandbox, permalinks: str, words: str) -> None:
    sandbox.store("shop").permalinks = permalinks  # type: ignore[assignment]
    told = problem(address(sandbox, "shop"))
    assert told.field == "url"
    assert words in told.message
    assert "Settings > Permalinks > Post name" in told.remedy


@pytest.mark.parametrize(
    ("fault", "words", "remedy"),
    [
        (Fault("html_200", times=None), "no WordPress REST API", "Permalinks"),
        (Fault("status", code=404, body="<html>", times=None), "no WordPress REST API", "Check the address"),
        (Fault("status", code=200, body='{"a":1}', times=None), "not WordPress", "Check the address"),
        (Fault("status", code=200, body='{"namespaces":["wp/v2"]}', times=None), "wc/v3", "activate WooCommerce"),
        (Fault("status", code=403, body="<html>", times=None), "403", "firewall"),
        (Fault("status", code=503, times=None), "503", "maintenance"),
        (Fault("status", code=429, times=None), "fewer requests", "Wait"),
        (Fault("redirect", location="https://www.shop.example/", times=None), "www.shop.example", "redirects to"),
        (Fault("drop_before_commit", times=None), "dropped", "online"),
        (Fault("html_200", "GET /orders", times=None), "not JSON", "plugin"),
        (Fault("status", "POST /orders/batch", code=403, body="<html>", times=None), "may write", "allow POST"),
    ],
    ids=lambda value: f"{value.kind}-{value.code}-{value.on}" if isinstance(value, Fault) else "",
)  # fmt: skip
def test_what_stands_in_the_way_is_named(sandbox: Sandbox, fault: Fault, words: str, remedy: str) -> None:
    sandbox.faults.add(fault)
    told = problem(address(sandbox, "shop"))
    assert told.field == "url"
    assert words in told.message
    assert remedy in told.remedy


@pytest.mark.parametrize(
    ("key", "secret", "field", "words"),
    [
        ("ck_" + "9" * 40, "cs_" + "9" * 40, "consumer_key", "does not know this key"),
        ("ck_" + "1" * 40, "cs_" + "2" * 40, "consumer_secret", "does not belong"),
        ("ck_" + "4" * 40, "cs_" + "4" * 40, "consumer_key", "may not see orders"),
        ("ck_" + "3" * 40, "cs_" + "3" * 40, "consumer_key", "may write but not read"),
        ("ck_" + "2" * 40, "cs_" + "2" * 40, "consumer_key", "may only read"),
        ("ck_" + "1" * 40, "wp-password", "consumer_secret", "begins with cs_"),
    ],
)
def test_keys_are_told_apart(sandbox: Sandbox, key: str, secret: str, field: str, words: str) -> None:
    told = problem(with_keys(address(sandbox, "shop"), key, secret))
    assert told.field == field
    assert words in told.message


def test_a_key_that_may_only_read_is_enough_for_a_source(sandbox: Sandbox) -> None:
    told = check(with_keys(address(sandbox, "shop"), "ck_" + "2" * 40, "cs_" + "2" * 40), needs_write=False)
    assert isinstance(told, Account)
    assert not told.can_write


def test_swapped_keys_are_noticed_on_both_fields(sandbox: Sandbox) -> None:
    told = check(with_keys(address(sandbox, "shop"), "cs_" + "1" * 40, "ck_" + "1" * 40))
    assert isinstance(told, list)
    assert [("swapped" in one.message, one.field) for one in told] == [
        (True, "consumer_key"),
        (True, "consumer_secret"),
    ]


def test_what_is_forbidden_beside_the_orders_is_a_warning(sandbox: Sandbox) -> None:
    no = '{"code":"woocommerce_rest_cannot_view","message":"No.","data":{"status":403}}'
    for path in ("GET /system_status", "GET /settings/general", "GET /settings/tax", "GET /products"):
        sandbox.faults.add(Fault("status", path, code=403, body=no))
    channel = address(sandbox, "shop")
    told = check(channel)
    assert isinstance(told, Account)
    assert told.account_id == "url:" + channel.url.removeprefix("http://")
    assert told.currency == "EUR"
    assert len(told.warnings) >= 4


@pytest.mark.parametrize(
    ("classes", "rates", "words"),
    [
        ('[{"slug":"standard"}]', "[]", "no tax class Zero rate"),
        ('[{"slug":"zero-rate"}]', '[{"class":"zero-rate","rate":"19.0000"}]', "has rates"),
        ('[{"slug":"zero-rate"}]', '[{"class":"zero-rate","rate":"0.0000"}]', ""),
    ],
)
def test_a_tax_class_that_would_change_totals_is_a_warning(
    sandbox: Sandbox, classes: str, rates: str, words: str
) -> None:
    sandbox.faults.add(Fault("status", "GET /taxes/classes", code=200, body=classes))
    sandbox.faults.add(Fault("status", "GET /taxes", code=200, body=rates))
    told = check(address(sandbox, "shop"))
    assert isinstance(told, Account)
    assert words in "".join(told.warnings)
    assert bool(told.warnings) == bool(words)


def test_a_clock_that_is_off_is_a_warning(sandbox: Sandbox) -> None:
    sandbox.store("shop").skew_seconds = -900
    told = check(address(sandbox, "shop"))
    assert isinstance(told, Account)
    assert any("behind" in warning for warning in told.warnings)


@pytest.mark.parametrize("orders", [0, 1])
def test_a_store_that_cannot_filter_is_known_before_it_matters(orders: int) -> None:
    store = WooStore("Old", slug="old", version="9.8.5")
    for _ in range(orders):
        store.orders.create({})
    with Sandbox([store]) as sandbox:
        told = check(address(sandbox, "old"))
    assert isinstance(told, Account)
    assert told.facts["filters_created_via"] is False
    assert any("9.9" in warning for warning in told.warnings)


def test_keys_in_the_address_work_and_stay_out_of_the_log(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    channel = address(sandbox, "shop", query_string_auth=True)
    assert isinstance(check(channel), Account)
    assert any("consumer_key=ck_" in str(seen.query) for seen in sandbox.store("shop").requests)
    assert "ck_1111" not in caplog.text


def test_the_sign_in_check_asks_the_store(sandbox: Sandbox) -> None:
    line = PLATFORM.connect(address(sandbox, "shop"), Free())
    line.check_sign_in()
    sandbox.faults.add(Fault("expired_key"))
    with pytest.raises(AuthFailed):
        line.check_sign_in()
    line.close()


def test_connecting_asks_nothing() -> None:
    started = time.monotonic()
    channel = ChannelAddress("https://192.0.2.1", address_of_nobody(), WooSettings())
    PLATFORM.connect(channel, Free()).close()
    assert time.monotonic() - started < 1
    assert ssl.OPENSSL_VERSION


def address_of_nobody() -> dict[str, SecretStr]:
    return {"consumer_key": SecretStr("ck_1"), "consumer_secret": SecretStr("cs_1")}


@pytest.mark.parametrize(
    ("name", "offset", "zone"),
    [
        ("Europe/Berlin", 1, "Europe/Berlin"),
        ("", -5, "Etc/GMT+5"),
        ("", "5.5", "Asia/Kolkata"),
        ("", 0, "UTC"),
        ("", 5.1, ""),
        ("Mars/Base", 0, ""),
        (None, None, "UTC"),
    ],
)
def test_zones_have_names_that_the_program_knows(name: object, offset: object, zone: str) -> None:
    assert zone_name(name, offset) == zone


@pytest.mark.parametrize(
    "given",
    [
        {"consumer_key": "cs_hidden1", "consumer_secret": "ck_hidden1"},
        {"consumer_key": "hidden1", "consumer_secret": "hidden1"},
        {"consumer_key": "ck_hid den1", "consumer_secret": "cs_hidden1:"},
        {"consumer_key": "ck_hidden1", "consumer_secret": "cs_hidden1", "extra": "hidden1"},
    ],
)
def test_refused_keys_are_not_quoted(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as raised:
        WooCredentials.model_validate(given)
    assert "hidden1" not in str(raised.value) + repr(raised.value)


def test_blanks_around_keys_are_trimmed() -> None:
    held = WooCredentials.model_validate({"consumer_key": " ck_1\n", "consumer_secret": "cs_1 "})
    assert (held.consumer_key.get_secret_value(), held.consumer_secret.get_secret_value()) == ("ck_1", "cs_1")
    assert "ck_1" not in repr(held)
