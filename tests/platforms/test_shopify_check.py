"""Connect: what it finds out about a shop, and every reason to refuse as a sentence with a remedy."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from stogly_tui.domain.problems import FieldProblem
from stogly_tui.platforms import registry
from stogly_tui.platforms.base import Account
from stogly_tui.platforms.shopify import PLATFORM
from stogly_tui.platforms.shopify.settings import ShopifySettings
from stogly_tui.sandbox import Sandbox
from stogly_tui.sandbox.shopify import ShopifyStore
from tests.platforms import shopify_support as support
from tests.platforms.shopify_support import address, checked, fault
from tests.platforms.support import Free


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    yield from support.serving()


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    yield from support.cleared(running)


@pytest.fixture
def shop(sandbox: Sandbox) -> ShopifyStore:
    return sandbox.shopify("berlin")


def refused(
    shop: ShopifyStore, keys: dict[str, str] | None = None, *, needs_write: bool = True
) -> FieldProblem:
    problems = PLATFORM.check(address(shop, keys), Free(), needs_write=needs_write)
    assert isinstance(problems, list)
    for problem in problems:
        assert problem.message.endswith(".") or problem.message.endswith(")")
        assert problem.remedy
    return problems[0]


def test_it_is_in_the_registry() -> None:
    assert registry.platform("shopify") is PLATFORM
    assert registry.TITLES["shopify"] == "Shopify"
    assert ShopifySettings().settle_time == 300


def test_a_shop_tells_who_it_is(shop: ShopifyStore) -> None:
    shop.place([("MUG-1", 1)])
    account = checked(shop)
    assert account.account_id == str(shop.shop_id)
    assert (account.title, account.currency, account.time_zone) == ("Berlin", "EUR", "Europe/Berlin")
    assert (account.orders, account.products, account.prices_include_tax) == (1, 4, True)
    assert account.can_write
    assert account.version == "2026-10"
    assert account.warnings == ()
    titles = dict(account.details)
    assert "write_orders" in titles["Access scopes"]
    assert titles["Protected customer data"] == "shown"
    assert titles["How far back"] == "all orders"
    assert "first order" in titles["Field for our reference"]
    assert account.facts == {"reads_customers": True, "reads_products": True, "reference_is_defined": False}


def test_connect_writes_nothing(shop: ShopifyStore) -> None:
    checked(shop)
    assert not any(b"mutation" in seen.body for seen in shop.requests)


@pytest.mark.parametrize(
    ("scopes", "needs_write", "missing"),
    [
        (("read_products",), False, "read_orders"),
        (("read_orders", "read_products"), True, "write_orders"),
        (("write_orders",), True, "read_products"),
    ],
)
def test_a_missing_scope_is_named_with_its_remedy(
    shop: ShopifyStore, scopes: tuple[str, ...], needs_write: bool, missing: str
) -> None:
    shop.grant(*scopes)
    problem = refused(shop, needs_write=needs_write)
    assert missing in problem.message
    assert "Dev Dashboard" in problem.remedy


def test_a_source_needs_to_read_orders_and_no_more(shop: ShopifyStore) -> None:
    shop.grant("read_orders")
    account = checked(shop, needs_write=False)
    assert not account.can_write
    assert account.products is None
    assert any("60 days" in warning for warning in account.warnings)
    assert dict(account.details)["How far back"] == "60 days"
    assert account.facts["reads_customers"] is False


def test_withheld_customer_data_is_a_warning(shop: ShopifyStore) -> None:
    shop.place([("MUG-1", 1)])
    shop.approved = False
    account = checked(shop)
    assert any("Protected customer data" in warning for warning in account.warnings)
    assert "email" in dict(account.details)["Protected customer data"]


@pytest.mark.parametrize(
    ("keys", "field"),
    [
        ({}, "client_id"),
        ({"client_id": "0123456789"}, "client_secret"),
        ({"access_token": "shpat_0123456789"}, "access_token"),
        ({"access_token": "shpss_0123456789"}, "access_token"),
        ({"client_id": "0123456789", "client_secret": "shpss_wrong"}, "client_secret"),
    ],
)
def test_wrong_keys_are_named_by_field(shop: ShopifyStore, keys: dict[str, str], field: str) -> None:
    problem = refused(shop, keys)
    assert problem.field == field
    assert not any(value in str(problem) for value in keys.values())


def test_another_shop_under_this_address_is_refused(
    shop: ShopifyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(shop), "shop_domain", property(lambda _: "other.myshopify.com"))
    problem = refused(shop)
    assert problem.field == "url"
    assert "other.myshopify.com" in problem.message


def test_an_old_version_is_a_warning_where_shopify_serves_another(shop: ShopifyStore) -> None:
    account = checked(shop, api_version="2024-01")
    assert any("2025-10" in warning and "2024-01" in warning for warning in account.warnings)


@pytest.mark.parametrize("version", ["2026-11", "latest", "2026-1", ""])
def test_a_version_has_the_form_of_one(version: str) -> None:
    with pytest.raises(ValueError, match="api_version"):
        ShopifySettings(api_version=version)


def test_a_clock_that_differs_is_a_warning(shop: ShopifyStore) -> None:
    shop.skew_seconds = 600
    assert any("ahead" in warning for warning in checked(shop).warnings)


def test_webhooks_need_the_client_secret(shop: ShopifyStore) -> None:
    keys = {"access_token": shop.credentials["access_token"]}
    account = PLATFORM.check(address(shop, keys), Free(), needs_write=True)
    assert isinstance(account, Account)
    assert "client secret" in dict(account.details)["Webhooks"]


@pytest.mark.parametrize(
    ("kind", "more"),
    [("status", {"code": 402}), ("status", {"code": 423}), ("status", {"code": 503}), ("html_200", {}),
     ("malformed_json", {}), ("redirect", {"location": "https://elsewhere.example"}), ("drop_before_commit", {})],
)  # fmt: skip
def test_a_shop_that_does_not_answer_is_refused_in_words(
    sandbox: Sandbox, shop: ShopifyStore, kind: str, more: dict[str, Any]
) -> None:
    body = '{"errors":"Unavailable Shop"}' if more.get("code") in (402, 423) else None
    fault(sandbox, kind, "POST /graphql", times=None, body=body, **more)
    assert refused(shop).field == "url"


def test_a_shop_that_does_not_exist_is_refused(shop: ShopifyStore) -> None:
    for url in ("http://127.0.0.1:9/x", f"{shop.base_url}x", "shop.example", ""):
        problems = PLATFORM.check(replace(address(shop), url=url), Free(), needs_write=True)
        assert isinstance(problems, list)
        assert [problem.field for problem in problems] == ["url"]
        assert problems[0].message


def test_trouble_beside_the_point_does_not_prevent_connecting(sandbox: Sandbox, shop: ShopifyStore) -> None:
    for on in ("query metafieldDefinitions", "query ordersCount", "query productsCount", "query orders"):
        fault(sandbox, "status", on, code=500, times=None)
    account = checked(shop)
    assert (account.orders, account.products) == (None, None)
    assert len(account.warnings) == 2


def test_the_guide_names_every_field() -> None:
    text = " ".join(part for step in PLATFORM.guide for part in step)
    for words in (
        "Client ID",
        "Client secret",
        "shpat_",
        "read_all",
        "Protected customer data",
        "myshopify.com",
    ):
        assert words.replace("read_all", "Read all orders") in text
