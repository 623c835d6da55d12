"""Faults at a Shopify store, where every request has the same path and the operation tells them apart."""

from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from stogly_tui.sandbox import KINDS, Fault, Sandbox, ShopifyStore
from tests.sandbox.shopify_support import LINES, Client, Json
from tests.sandbox.support import MOMENT, Adder, Clock, eventually

_CREATE = (
    "mutation($o: OrderCreateOrderInput!) { orderCreate(order: $o) { order { id } userErrors { code } } }"
)
_ORDERS = """{ orders(first: 5, sortKey: UPDATED_AT) {
  nodes { id displayFinancialStatus totalPriceSet { shopMoney { amount } } lineItems(first: 2) { nodes { id } } }
} }"""
_CREATES = "mutation orderCreate"


def _send(app: Client, timeout: float = 5) -> httpx.Response:
    app.http.timeout = httpx.Timeout(timeout)
    return app.post(_CREATE, {"o": {"lineItems": LINES}})


@pytest.mark.parametrize("kind", ["drop_reply_after_commit", "drop_before_commit"])
def test_the_connection_is_cut(nl: ShopifyStore, app: Client, nl_fault: Adder, kind: str) -> None:
    nl_fault(kind, on=_CREATES)
    with pytest.raises(httpx.TransportError):
        _send(app)
    assert len(nl.orders) == (1 if kind == "drop_reply_after_commit" else 0)
    assert _send(app).status_code == 200


def test_the_commit_comes_late(nl: ShopifyStore, app: Client, nl_fault: Adder, sandbox: Sandbox) -> None:
    nl_fault("commit_late", on=_CREATES, seconds=600)
    with pytest.raises(httpx.TransportError):
        _send(app)
    assert len(nl.orders) == 0
    assert sandbox.finish_late_commits() == 1
    assert len(nl.orders) == 1


def test_the_commit_comes_while_the_client_waits(nl: ShopifyStore, app: Client, nl_fault: Adder) -> None:
    nl_fault("commit_late", on=_CREATES, seconds=0.15, hold=True)
    with pytest.raises(httpx.ReadTimeout):
        _send(app, timeout=0.05)
    eventually(lambda: len(nl.orders) == 1)


@pytest.mark.parametrize(
    ("code", "headers"),
    [(429, {"Retry-After": "2.0"}), (500, {}), (502, {}), (503, {"Retry-After": "9"}), (402, {})],
)
def test_a_status_instead_of_an_answer(
    nl: ShopifyStore, app: Client, nl_fault: Adder, code: int, headers: dict[str, str]
) -> None:
    nl_fault("status", on=_CREATES, code=code, headers=headers)
    reply = _send(app)
    assert (reply.status_code, reply.headers.get("Retry-After")) == (code, headers.get("Retry-After"))
    assert len(nl.orders) == 0


def test_an_error_of_graphql_s_own(nl: ShopifyStore, app: Client, nl_fault: Adder) -> None:
    throttled = '{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}]}'
    nl_fault("status", on="query orders", code=200, body=throttled)
    assert app.refused(_ORDERS) == "THROTTLED"
    broken = '{"errors":[{"message":"oops","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}'
    nl_fault("error_after_commit", on=_CREATES, code=200, body=broken)
    assert _send(app).json()["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert len(nl.orders) == 1


@pytest.mark.parametrize(("kind", "orders"), [("error_after_commit", 1), ("half_made", 0)])
def test_the_shop_dies(nl: ShopifyStore, app: Client, nl_fault: Adder, kind: str, orders: int) -> None:
    nl_fault(kind, on=_CREATES)
    reply = _send(app)
    assert (reply.status_code, reply.json()) == (500, {"errors": "Internal Server Error"})
    assert len(nl.orders) == orders


@pytest.mark.parametrize(("kind", "orders"), [("hang", 0), ("slow_reply", 1)])
def test_the_answer_does_not_come(
    nl: ShopifyStore, app: Client, nl_fault: Adder, kind: str, orders: int
) -> None:
    nl_fault(kind, on=_CREATES, seconds=600)
    with pytest.raises(httpx.ReadTimeout):
        _send(app, timeout=0.1)
    eventually(lambda: len(nl.orders) == orders)


def test_the_body_breaks_off_or_is_no_json(app: Client, nl_fault: Adder) -> None:
    nl_fault("truncated_json", on="query orders")
    with pytest.raises(httpx.RemoteProtocolError):
        app.post(_ORDERS)
    nl_fault("malformed_json", on="query orders")
    with pytest.raises(ValueError):
        app.post(_ORDERS).json()
    nl_fault("html_200", on="query orders")
    assert app.post(_ORDERS).headers["Content-Type"].startswith("text/html")
    nl_fault("redirect", on="query orders", location="https://evil.example.com/")
    assert app.post(_ORDERS).headers["Location"] == "https://evil.example.com/"
    nl_fault("oversized", on="query orders", size=2_000_000)
    assert len(app.post(_ORDERS).content) > 2_000_000


def test_the_answer_is_not_what_it_should_be(nl: ShopifyStore, app: Client, nl_fault: Adder) -> None:
    order = nl.place([("SHIRT", 1)])

    def read() -> Json:
        return dict(app.post(_ORDERS).json()["data"]["orders"]["nodes"][0])

    nl_fault("wrong_types", on="query orders")
    wrong = read()
    assert (wrong["id"], wrong["totalPriceSet"]["shopMoney"]["amount"], wrong["lineItems"]) == (
        order,
        44.8,
        None,
    )
    nl_fault("unknown_fields", on="query orders")
    assert read()["totalPriceSet"]["xNested"] == {"deep": [1, None]}
    nl_fault("unknown_status", on="query orders")
    assert read()["displayFinancialStatus"] == "AWAITING_PICKUP"
    nl_fault("unknown_status", on="query orders", order_status="LOST")
    assert read()["displayFinancialStatus"] == "LOST"
    assert read()["displayFinancialStatus"] == "PAID"


def test_the_clock_is_off(nl: ShopifyStore, app: Client, nl_fault: Adder) -> None:
    nl_fault("clock_skew", on=_CREATES, seconds=-3600)
    reply = _send(app)
    assert parsedate_to_datetime(reply.headers["Date"]).timestamp() == MOMENT - 3600
    assert nl.orders.all()[0].updated == MOMENT - 3600


def test_the_token_is_not_known(app: Client, nl_fault: Adder) -> None:
    nl_fault("expired_key")
    assert app.post("{ shop { name } }").status_code == 401
    assert app.post("{ shop { name } }").status_code == 200


def test_pages_shift_while_they_are_read(
    nl: ShopifyStore, app: Client, nl_fault: Adder, clock: Clock
) -> None:
    made = []
    for _ in range(3):
        made.append(nl.place([("SHIRT", 1)]))
        clock.forward(10)
    nl_fault("shift_page", on="query orders")
    assert app.found() == made
    assert app.found() == [made[1], made[2], made[0]]


@pytest.mark.parametrize(
    ("on", "hits"),
    [
        ("mutation orderCreate", True),
        ("mutation *", True),
        ("POST /graphql", True),
        ("POST /graphql orderCreate", True),
        ("orderCreate", True),
        ("*", True),
        ("query orderCreate", False),
        ("mutation tagsAdd", False),
        ("POST /graphql orders", False),
        ("POST /orders", False),
    ],
)
def test_an_operation_is_hit_by_its_name(
    nl: ShopifyStore, app: Client, nl_fault: Adder, on: str, hits: bool
) -> None:
    nl_fault("status", on=on, code=503)
    assert (_send(app).status_code == 503) is hits


def test_an_operation_is_the_first_field_of_the_one_that_is_run(app: Client, nl_fault: Adder) -> None:
    nl_fault("status", on="query shop", code=503, times=None)
    two = "query A { orders(first: 1) { nodes { id } } } query B { s: shop { name } }"
    url = f"{app.store.base_url}/admin/api/2026-10/graphql.json"

    def status(**body: Any) -> int:
        return httpx.post(url, json=body, headers={"X-Shopify-Access-Token": app.token}).status_code

    assert status(query=two, operationName="A") == 200
    assert status(query=two, operationName="B") == 503
    assert status(query="not a query") == 200


def test_every_kind_says_what_it_hits() -> None:
    for kind in KINDS:
        fault = Fault.from_json({"kind": kind, "on": "query orders"})
        assert fault.matches("x", "POST", "/graphql", ("query", "orders"))
    assert not Fault("hang", on="query orders").matches("x", "POST", "/graphql")
