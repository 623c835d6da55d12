"""Who may see and do what, and how an app comes by a token."""

import hmac
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import httpx
import pytest

from stogly_tui.sandbox import ShopifyStore
from tests.sandbox.shopify_support import LINES, Client, Json, gid
from tests.sandbox.support import Clock

_DAY = 86_400
_BACK = "http://127.0.0.1:9/back?keep=1"


@pytest.mark.parametrize(
    ("scopes", "query"),
    [
        ((), "{ orders(first: 1) { nodes { id } } }"),
        (("read_products",), "{ ordersCount { count } }"),
        (("read_orders",), "{ productVariants(first: 1) { nodes { id } } }"),
        (("read_orders",), "{ locations(first: 1) { nodes { id } } }"),
        (("read_orders",), 'mutation { tagsAdd(id: "gid://shopify/Order/1", tags: []) { node { id } } }'),
    ],
)
def test_what_a_scope_is_missing_for_is_denied(
    nl: ShopifyStore, app: Client, scopes: tuple[str, ...], query: str
) -> None:
    nl.grant(*scopes)
    reply = app.post(query)
    assert reply.status_code == 200
    (error,) = reply.json()["errors"]
    assert error["extensions"]["code"] == "ACCESS_DENIED"
    assert error["extensions"]["requiredAccess"] in error["message"]


def test_who_may_write_may_read(nl: ShopifyStore, app: Client) -> None:
    nl.grant("write_orders", "read_all_orders")
    order = app.creates(lineItems=LINES)
    assert app.found() == [order]


def test_orders_older_than_sixty_days_need_a_scope(nl: ShopifyStore, app: Client, clock: Clock) -> None:
    old = nl.place([("SHIRT", 1)])
    clock.forward(61 * _DAY)
    new = nl.place([("SHIRT", 1)])
    assert app.found() == [old, new]
    nl.grant("read_orders")
    assert app.found() == [new]
    assert app.ask("{ ordersCount { count } }")["ordersCount"]["count"] == 1
    for field in ("order", "node"):
        assert app.ask(f"query($id: ID!) {{ {field}(id: $id) {{ id }} }}", id=gid(old)) == {field: None}


def test_personal_data_needs_approval(nl: ShopifyStore, app: Client) -> None:
    order = nl.place([("SHIRT", 1)])
    nl.approved = False
    query = "query($id: ID!) { order(id: $id) { name email shippingAddress { city } customer { id } note } }"
    body = app.post(query, {"id": gid(order)}).json()
    assert body["data"]["order"] == {
        "name": "#1001",
        "email": None,
        "shippingAddress": None,
        "customer": None,
        "note": None,
    }
    assert {one["extensions"]["code"] for one in body["errors"]} == {"ACCESS_DENIED"}
    assert [one["path"][-1] for one in body["errors"]] == ["email", "shippingAddress", "customer"]


def test_the_customer_needs_a_scope_of_its_own(nl: ShopifyStore, app: Client) -> None:
    order = nl.place([("SHIRT", 1)])
    nl.grant("read_orders", "read_all_orders")
    body = app.post("query($id: ID!) { order(id: $id) { email customer { id } } }", {"id": gid(order)}).json()
    assert body["data"]["order"]["email"]
    assert body["data"]["order"]["customer"] is None
    assert [one["path"] for one in body["errors"]] == [["order", "customer"]]


def test_tokens_end(nl: ShopifyStore, app: Client) -> None:
    nl.expire_tokens()
    assert app.post("{ shop { name } }").status_code == 401
    app.token = _token(nl, grant_type="client_credentials").json()["access_token"]
    assert app.ask("{ shop { name } }")
    nl.uninstall()
    assert app.post("{ shop { name } }").status_code == 401


def _token(nl: ShopifyStore, **asked: Any) -> httpx.Response:
    return httpx.post(f"{nl.base_url}/admin/oauth/access_token", json={**nl.app_credentials, **asked})


def _agree(nl: ShopifyStore, **asked: str) -> httpx.Response:
    query = {"client_id": nl.app.client_id, "scope": "write_orders,read_products", "state": "s t", **asked}
    return httpx.get(f"{nl.base_url}/admin/oauth/authorize", params={"redirect_uri": _BACK, **query})


def _code(nl: ShopifyStore) -> str:
    return dict(parse_qsl(urlsplit(_agree(nl).headers["Location"]).query))["code"]


def test_the_merchant_is_sent_back_with_a_signed_code(nl: ShopifyStore) -> None:
    reply = _agree(nl)
    assert reply.status_code == 302
    back = urlsplit(reply.headers["Location"])
    told = dict(parse_qsl(back.query))
    assert (back.netloc, back.path, told.pop("keep")) == ("127.0.0.1:9", "/back", "1")
    assert (told["shop"], told["state"]) == (nl.shop_domain, "s t")
    assert told["timestamp"] == str(nl.now())
    signature = told.pop("hmac")
    message = urlencode(sorted(told.items()), quote_via=quote)
    assert "s%20t" in message
    assert signature == hmac.new(nl.app.client_secret.encode(), message.encode(), sha256).hexdigest()


def test_an_unknown_app_is_not_sent_back(nl: ShopifyStore) -> None:
    assert _agree(nl, client_id="nobody").status_code == 400


def test_a_code_is_worth_one_token(nl: ShopifyStore, app: Client) -> None:
    code = _code(nl)
    token: Json = _token(nl, code=code).json()
    assert set(token) == {"access_token", "scope"}
    assert token["scope"] == "read_products,write_orders"
    app.token = token["access_token"]
    assert app.ask("{ orders(first: 1) { nodes { id } } }")
    assert app.refused("{ locations(first: 1) { nodes { id } } }") == "ACCESS_DENIED"
    again = _token(nl, code=code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_request")


def test_a_token_that_expires_is_renewed(nl: ShopifyStore, app: Client, clock: Clock) -> None:
    token: Json = _token(nl, code=_code(nl), expiring="1").json()
    assert (token["expires_in"], token["refresh_token_expires_in"]) == (3600, 90 * _DAY)
    app.token = token["access_token"]
    assert app.ask("{ shop { name } }")
    clock.forward(3600)
    assert app.post("{ shop { name } }").status_code == 401
    renewed = _token(nl, grant_type="refresh_token", refresh_token=token["refresh_token"]).json()
    app.token = renewed["access_token"]
    assert app.ask("{ shop { name } }")


def test_an_old_refresh_token_works_until_the_new_one_is_used(nl: ShopifyStore, clock: Clock) -> None:
    def renew(text: str) -> httpx.Response:
        return _token(nl, grant_type="refresh_token", refresh_token=text)

    old = _token(nl, code=_code(nl), expiring="1").json()["refresh_token"]
    new = renew(old).json()["refresh_token"]
    assert new != old
    assert renew(old).status_code == 200
    assert renew(new).status_code == 200
    refused = renew(old)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    newest = renew(new).json()["refresh_token"]
    clock.forward(90 * _DAY)
    assert renew(newest).status_code == 400


def test_the_app_s_own_credentials_are_worth_a_token_for_a_day(
    nl: ShopifyStore, app: Client, clock: Clock
) -> None:
    token: Json = _token(nl, grant_type="client_credentials").json()
    assert token["expires_in"] == 86_399
    app.token = token["access_token"]
    assert app.ask("{ shop { name } }")
    clock.forward(86_399)
    assert app.post("{ shop { name } }").status_code == 401
    wrong = _token(nl, grant_type="client_credentials", client_secret="shpss_wrong")
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_client")


def test_a_form_is_read_as_well(nl: ShopifyStore) -> None:
    form = {**nl.app_credentials, "grant_type": "client_credentials"}
    assert httpx.post(f"{nl.base_url}/admin/oauth/access_token", data=form).json()["access_token"]
    assert httpx.post(f"{nl.base_url}/admin/oauth/access_token", content=b"[").status_code == 400


def test_credentials(nl: ShopifyStore) -> None:
    assert set(nl.credentials) == {"access_token", "client_secret"}
    assert nl.credentials["access_token"].startswith("shpat_")
    assert nl.credentials["client_secret"] == nl.app_credentials["client_secret"]
    assert nl.credentials["client_secret"].startswith("shpss_")
