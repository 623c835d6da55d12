"""The client alone: what a question costs, the three layers of errors, and what is kept of an exchange."""

import json
import time
from collections.abc import Iterator

import pytest

from stogly_tui.platforms.base import Budget
from stogly_tui.platforms.errors import (
    AuthFailed,
    PlatformError,
    ProtocolError,
    RateLimited,
    Rejected,
    Unavailable,
)
from stogly_tui.platforms.shopify import documents, order_documents, wire
from stogly_tui.platforms.shopify.client import TooCostly
from stogly_tui.sandbox import Sandbox
from stogly_tui.sandbox.shopify import ShopifyStore
from tests.platforms import shopify_support as support
from tests.platforms.shopify_support import Json, scripted
from tests.platforms.support import Free, an_order

SHOP: Json = {"data": {"shop": {"id": "gid://shopify/Shop/1"}}}


class Counting(Free):
    """Remembers reservations and how they were settled."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[float] = []
        self.settled: list[tuple[float, Budget | None]] = []

    def spend(self, points: float, *, urgent: bool, until: float) -> None:
        assert until > time.monotonic()
        self.open.append(points)

    def settle(self, points: float, budget: Budget | None) -> None:
        self.open.remove(points)
        self.settled.append((points, budget))


class Empty(Free):
    """Has no points."""

    def spend(self, points: float, *, urgent: bool, until: float) -> None:
        raise RateLimited("used up", retry_after=9)


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    yield from support.serving()


@pytest.fixture
def shop(running: Sandbox) -> Iterator[ShopifyStore]:
    for sandbox in support.cleared(running):
        yield sandbox.shopify("berlin")


def costing(requested: float, available: float = 1500.0) -> Json:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": available, "restoreRate": 100.0}
    cost = {"requestedQueryCost": requested, "actualQueryCost": requested - 1, "throttleStatus": status}
    return {**SHOP, "extensions": {"cost": cost}}


def refusing(code: str, **more: object) -> Json:
    return {"errors": [{"message": f"said {code}", "extensions": {"code": code}, **more}]}


def test_the_cost_of_a_question_is_remembered_and_settled() -> None:
    limiter = Counting()
    client, _ = scripted([costing(7), costing(7)], limiter)
    client.ask(documents.SIGN_IN)
    client.ask(documents.SIGN_IN)
    assert [points for points, _ in limiter.settled] == [documents.SIGN_IN.points, 7]
    assert limiter.settled[0][1] == Budget(1500.0, 2000.0, 100.0, 6)
    assert not limiter.open


def test_a_larger_page_is_priced_by_the_last_one_and_never_beyond_what_is_allowed() -> None:
    limiter = Counting()
    client, _ = scripted([costing(30), costing(100), costing(400), costing(999)], limiter)
    for size in (3, 10, 50, 500):
        client.ask(order_documents.ORDERS, size=size)
    assert [points for points, _ in limiter.settled] == [450, 100, 500, 1000]


def test_a_reservation_is_settled_whatever_happens() -> None:
    limiter = Counting()
    client, _ = scripted(
        [{"status": 500}, {"status": 401, "errors": "no"}, refusing("THROTTLED"), {"x": 1}], limiter
    )
    for _ in range(4):
        with pytest.raises(PlatformError):
            client.ask(documents.SIGN_IN)
    assert [budget for _, budget in limiter.settled] == [None] * 4
    assert not limiter.open


def test_nothing_is_sent_without_points() -> None:
    client, asked = scripted([SHOP], Empty())
    with pytest.raises(RateLimited):
        client.ask(documents.SIGN_IN)
    with pytest.raises(RateLimited):
        client.change(documents.DEFINE, {"definition": {}})
    assert asked == []


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (refusing("THROTTLED"), RateLimited, "fewer points"),
        (refusing("MAX_COST_EXCEEDED"), TooCostly, "said"),
        (refusing("ACCESS_DENIED"), AuthFailed, "said"),
        (refusing("INTERNAL_SERVER_ERROR"), Unavailable, "said"),
        (refusing("undefinedField"), Rejected, "said"),
        (refusing("SHOP_INACTIVE"), Unavailable, "said"),
        ({"errors": "a text"}, Unavailable, "a text"),
        ({"errors": [None, "odd"]}, Unavailable, "odd"),
        ({**SHOP, **refusing("INTERNAL_SERVER_ERROR", path=["shop", "name"])}, Unavailable, "said"),
        ({"data": {"orders": None}, **refusing("ACCESS_DENIED", path=["orders"])}, AuthFailed, "said"),
        (
            {"data": {"orders": None}, **refusing("ACCESS_DENIED", path=["orders", "nodes", 0])},
            AuthFailed,
            "said",
        ),
        ({"status": 401, "errors": "[API] Invalid"}, AuthFailed, "Invalid"),
        ({"status": 404, "errors": "Not Found"}, Unavailable, "no shop"),
        ({"status": 404, "page": "html"}, Unavailable, "firewall"),
        ({"status": 429, "errors": "x", "headers": {"Retry-After": "2.0"}}, RateLimited, "fewer requests"),
        ({"data": []}, ProtocolError, "no object"),
        ({"data": None}, ProtocolError, "neither"),
        ({}, ProtocolError, "neither"),
    ],
)
def test_what_each_answer_to_a_question_means(reply: Json, kind: type[PlatformError], words: str) -> None:
    client, _ = scripted([dict(reply)])
    with pytest.raises(kind, match=words) as error:
        client.ask(documents.SIGN_IN)
    assert type(error.value) is kind


def test_a_fraction_of_seconds_to_wait_is_understood() -> None:
    limiter = Free()
    client, _ = scripted([{"status": 429, "errors": "x", "headers": {"Retry-After": "2.5"}}], limiter)
    with pytest.raises(RateLimited) as limited:
        client.ask(documents.SIGN_IN)
    assert limited.value.retry_after == 2.5
    assert limiter.waits == [2.5]


def test_fields_that_are_withheld_are_named_and_the_rest_is_given() -> None:
    denied = refusing("ACCESS_DENIED", path=["orders", "nodes", 0, "email"])
    client, _ = scripted([{"data": {"orders": {"nodes": [{"email": None}]}}, **denied}])
    told = client.ask(documents.SIGN_IN)
    assert told.withheld == ("orders.nodes.0.email",)
    assert told.data["orders"]["nodes"] == [{"email": None}]


def test_how_long_to_wait_follows_from_what_is_missing() -> None:
    budget = Budget(100, 2000, 100)
    assert wire.Cost(500, budget).wait == pytest.approx(4.0)
    assert wire.Cost(50, budget).wait == pytest.approx(0.1)
    assert wire.Cost(9999, budget).wait == pytest.approx(19.0)
    assert wire.Cost(500, None).wait == 1.0
    assert wire.Cost(500, Budget(0, 0, 0)).wait == 1.0


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'"x"', b'{"data": {}', b"\xff\xfe", b"<html>", b"[" * 100_000, b'{"data": 1}']
)
def test_what_is_no_answer_is_never_taken_for_one(body: bytes) -> None:
    with pytest.raises(wire.NotJson):
        wire.answer(body)


@pytest.mark.parametrize(
    "cost", [None, 1, [], {}, {"requestedQueryCost": "x"}, {"requestedQueryCost": float("inf")}]
)
def test_an_odd_cost_is_no_cost(cost: object) -> None:
    body = json.dumps({**SHOP, "extensions": {"cost": cost}}).encode()
    assert wire.answer(body).cost is None


def test_what_is_kept_of_a_create_shows_the_order_and_no_key(shop: ShopifyStore) -> None:
    there = support.destination(shop)
    skus = there.find_skus(["MUG-1", "TEE-1"])
    _, exchange = there.create(an_order(), skus, gate=lambda: True, timeout=10)
    assert "woocommerce:shop:1:1" in exchange.request
    assert "orderCreate" in exchange.reply
    for secret in shop.credentials.values():
        assert secret not in f"{exchange}"


def test_a_key_that_the_shop_repeats_is_blotted_out() -> None:
    token = "shpat_0123456789abcdef0123456789abcdef"
    client, _ = scripted([{"status": 401, "errors": f"token {token}"}])
    with pytest.raises(AuthFailed) as refused:
        client.ask(documents.SIGN_IN)
    assert token not in refused.value.excerpt


def test_the_token_is_in_the_header_alone(shop: ShopifyStore) -> None:
    support.line(shop).check_sign_in()
    token = shop.credentials["access_token"].encode()
    assert shop.requests
    assert not any(token in seen.body or token.decode() in seen.query for seen in shop.requests)


def test_reading_in_the_background_is_not_urgent_and_a_persons_question_is() -> None:
    asked: list[bool] = []

    class Noting(Free):
        def acquire(self, *, urgent: bool, until: float) -> None:
            asked.append(urgent)

    client, _ = scripted([SHOP, SHOP], Noting())
    client.ask(documents.SIGN_IN)
    client.ask(documents.SIGN_IN, urgent=True)
    assert asked == [False, True]
