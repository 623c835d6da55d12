"""The official library for Python signs in and asks against the sandbox."""

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import shopify

from stogly_tui.sandbox import ShopifyStore
from tests.sandbox.shopify_support import LINES, gid
from tests.sandbox.support import Clock


@pytest.fixture
def session(nl: ShopifyStore, clock: Clock) -> Iterator[Any]:
    """The library builds addresses of Shopify's own, so the address is put in afterwards."""
    clock.at = time.time()
    shopify.Session.setup(api_key=nl.app.client_id, secret=nl.app.client_secret)
    made = shopify.Session(nl.shop_domain, "2026-10", nl.credentials["access_token"])
    shopify.ShopifyResource.activate_session(made)
    shopify.ShopifyResource.set_site(f"{nl.base_url}/admin/api/2026-10")
    yield made
    shopify.ShopifyResource.clear_session()


def _ask(query: str, **variables: Any) -> dict[str, Any]:
    body = json.loads(shopify.GraphQL().execute(query, variables))
    assert "errors" not in body, body
    return dict(body["data"])


def test_it_reads_orders(nl: ShopifyStore, session: Any) -> None:
    order = nl.place([("SHIRT", 1)])
    told = _ask("{ shop { name } orders(first: 5) { nodes { id totalPriceSet { shopMoney { amount } } } } }")
    assert told["shop"]["name"] == "Test shop"
    assert told["orders"]["nodes"] == [{"id": gid(order), "totalPriceSet": {"shopMoney": {"amount": "44.8"}}}]


def test_it_creates_orders(nl: ShopifyStore, session: Any) -> None:
    create = "mutation($o: OrderCreateOrderInput!) { orderCreate(order: $o) { order { id } userErrors { message } } }"
    made = _ask(create, o={"lineItems": LINES, "sourceIdentifier": "key"})["orderCreate"]
    assert made["userErrors"] == []
    assert [gid(one) for one in nl.orders.with_source("key")] == [made["order"]["id"]]


def test_it_trusts_how_the_merchant_is_sent_back(nl: ShopifyStore, session: Any) -> None:
    asked = {
        "client_id": nl.app.client_id,
        "scope": "write_orders",
        "redirect_uri": "http://127.0.0.1:9/",
        "state": "s",
    }
    reply = httpx.get(f"{nl.base_url}/admin/oauth/authorize", params=asked)
    back = dict(parse_qsl(urlsplit(reply.headers["Location"]).query))
    assert shopify.Session.validate_params(back)
    assert not shopify.Session.validate_params({**back, "code": "another"})


def test_a_wrong_token_is_refused(nl: ShopifyStore, session: Any, capsys: pytest.CaptureFixture[str]) -> None:
    nl.expire_tokens()
    with pytest.raises(Exception, match="401"):
        _ask("{ shop { name } }")
    assert "Invalid API key" in capsys.readouterr().out
