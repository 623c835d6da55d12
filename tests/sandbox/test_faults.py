"""Every fault once, over real HTTP."""

import time
from email.utils import parsedate_to_datetime

import httpx
import pytest

from stogly_tui.sandbox import KINDS, Fault, Faults, Sandbox
from tests.sandbox.support import MOMENT, Adder, Clock, Shop, error, eventually

_ORDER = {"created_via": "key", "line_items": [{"sku": "BOOK"}]}


def _made(shop: Shop) -> list[int]:
    return shop.store.orders.created_via("key")


def test_the_reply_is_lost_after_the_commit(shop: Shop, fault: Adder) -> None:
    fault("drop_reply_after_commit", on="POST /orders")
    with pytest.raises(httpx.TransportError):
        shop.api.post("/orders", json=_ORDER)
    assert len(_made(shop)) == 1


def test_the_connection_is_cut_before_the_commit(shop: Shop, fault: Adder) -> None:
    fault("drop_before_commit", on="POST /orders")
    with pytest.raises(httpx.TransportError):
        shop.api.post("/orders", json=_ORDER)
    assert _made(shop) == []
    assert shop.api.post("/orders", json=_ORDER).status_code == 201


def test_the_commit_comes_late(shop: Shop, fault: Adder, sandbox: Sandbox) -> None:
    fault("commit_late", on="POST /orders", seconds=600)
    with pytest.raises(httpx.TransportError):
        shop.api.post("/orders", json=_ORDER)
    assert _made(shop) == []
    assert sandbox.finish_late_commits() == 1
    assert len(_made(shop)) == 1


def test_the_commit_comes_late_while_the_client_waits(shop: Shop, fault: Adder) -> None:
    fault("commit_late", on="POST /orders", seconds=0.15, hold=True)
    with pytest.raises(httpx.ReadTimeout):
        shop.api.post("/orders", json=_ORDER, timeout=0.05)
    assert _made(shop) == []
    eventually(lambda: len(_made(shop)) == 1)


@pytest.mark.parametrize(
    ("asked", "status"), [({}, "checkout-draft"), ({"order_status": "pending"}, "pending")]
)
def test_a_create_dies_half_way(shop: Shop, fault: Adder, asked: dict[str, str], status: str) -> None:
    fault("half_made", on="POST /orders", **asked)
    assert error(shop.api.post("/orders", json=_ORDER)) == (500, "internal_server_error")
    (order_id,) = _made(shop)
    order = shop.order(order_id)
    assert (order["status"], order["total"], order["line_items"]) == (status, "0.00", [])


@pytest.mark.parametrize(
    ("code", "headers"),
    [(429, {"Retry-After": "7"}), (429, {}), (500, {}), (502, {}), (503, {"Retry-After": "120"})],
)
def test_a_status_instead_of_an_answer(shop: Shop, fault: Adder, code: int, headers: dict[str, str]) -> None:
    fault("status", on="POST /orders", code=code, headers=headers)
    reply = shop.api.post("/orders", json=_ORDER)
    assert (reply.status_code, reply.headers.get("Retry-After")) == (code, headers.get("Retry-After"))
    assert _made(shop) == []


def test_a_status_with_a_body_of_its_own(shop: Shop, fault: Adder) -> None:
    fault("status", code=418, body="short and stout", headers={"Content-Type": "text/plain"})
    reply = shop.api.get("/orders")
    assert (reply.status_code, reply.text, reply.headers["Content-Type"]) == (
        418,
        "short and stout",
        "text/plain",
    )


def test_an_error_after_the_commit(shop: Shop, fault: Adder) -> None:
    fault("error_after_commit", on="POST /orders")
    assert shop.api.post("/orders", json=_ORDER).status_code == 500
    assert len(_made(shop)) == 1


def test_the_site_hangs_and_does_nothing(shop: Shop, fault: Adder) -> None:
    fault("hang", on="POST /orders", seconds=600)
    with pytest.raises(httpx.ReadTimeout):
        shop.api.post("/orders", json=_ORDER, timeout=0.05)
    assert _made(shop) == []


def test_the_answer_comes_late(shop: Shop, fault: Adder) -> None:
    fault("slow_reply", on="POST /orders", seconds=600)
    with pytest.raises(httpx.ReadTimeout):
        shop.api.post("/orders", json=_ORDER, timeout=0.05)
    assert len(_made(shop)) == 1


def test_the_answer_trickles(shop: Shop, fault: Adder) -> None:
    shop.sells("BOOK")
    fault("slow_drip", on="GET /orders", bytes_per_second=1000)
    with shop.api.stream("GET", "/orders") as reply:
        first = next(reply.iter_raw())
        assert len(first) < int(reply.headers["Content-Length"])


def test_the_body_breaks_off(shop: Shop, fault: Adder) -> None:
    fault("truncated_json", on="GET /orders")
    shop.sells("BOOK")
    with pytest.raises(httpx.RemoteProtocolError):
        shop.api.get("/orders")


def test_the_body_is_not_json(shop: Shop, fault: Adder) -> None:
    fault("malformed_json", on="GET /orders")
    reply = shop.api.get("/orders")
    assert reply.status_code == 200
    with pytest.raises(ValueError):
        reply.json()


def test_types_are_wrong(shop: Shop, fault: Adder) -> None:
    order = shop.sells("BOOK")
    fault("wrong_types", on="GET /orders")
    (wrong,) = shop.api.get("/orders").json()
    assert (wrong["id"], wrong["total"], wrong["line_items"]) == (str(order["id"]), 11.9, None)


def test_fields_nobody_knows(shop: Shop, fault: Adder) -> None:
    order = shop.sells("BOOK")
    fault("unknown_fields", on="GET /orders/{id}")
    strange = shop.order(order["id"])
    assert strange.pop("x_flag") is True
    assert strange["line_items"][0]["x_bundle_of"] == [1, 2]
    assert set(strange) - set(order) == {"x_plugin_data"}


def test_a_status_nobody_knows(shop: Shop, fault: Adder) -> None:
    shop.sells("BOOK")
    fault("unknown_status", on="GET /orders", order_status="packed")
    assert [one["status"] for one in shop.api.get("/orders").json()] == ["packed"]
    assert [one["status"] for one in shop.api.get("/orders").json()] == ["pending"]


def test_a_redirect(shop: Shop, fault: Adder) -> None:
    fault("redirect", location="https://evil.example.com/", code=301)
    reply = shop.api.get("/orders")
    assert (reply.status_code, reply.headers["Location"]) == (301, "https://evil.example.com/")


def test_a_page_instead_of_an_answer(shop: Shop, fault: Adder) -> None:
    fault("html_200")
    reply = shop.api.get("/orders")
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")


def test_an_answer_without_end(shop: Shop, fault: Adder) -> None:
    fault("oversized", on="GET /orders", size=3_000_000)
    assert len(shop.api.get("/orders").content) >= 3_000_000
    fault("oversized", on="GET /orders", size=10**12)
    with shop.api.stream("GET", "/orders") as reply:
        assert next(reply.iter_raw()).startswith(b'["')
    assert shop.api.get("/orders").status_code == 200


def test_the_key_has_expired(shop: Shop, fault: Adder) -> None:
    fault("expired_key")
    assert error(shop.api.get("/orders")) == (401, "woocommerce_rest_cannot_view")
    assert shop.api.get("/orders").status_code == 200


def test_the_clock_is_off(shop: Shop, fault: Adder) -> None:
    fault("clock_skew", seconds=-3600)
    reply = shop.api.post("/orders", json=_ORDER)
    assert parsedate_to_datetime(reply.headers["Date"]).timestamp() == MOMENT - 3600
    assert reply.json()["date_modified_gmt"] == "2026-11-21T16:00:00"
    assert parsedate_to_datetime(shop.api.get("/orders").headers["Date"]).timestamp() == MOMENT


def test_pages_shift_while_they_are_read(shop: Shop, fault: Adder, clock: Clock) -> None:
    made = []
    for _ in range(4):
        made.append(shop.sells("BOOK")["id"])
        clock.forward(10)
    fault("shift_page", on="GET /orders")
    query = {"per_page": 2, "orderby": "modified", "order": "asc"}
    assert [*shop.ids(**query), *shop.ids(**query, page=2)] == [made[0], made[1], made[3], made[0]]


def test_every_kind_is_explained() -> None:
    assert all(KINDS.values())
    assert len(KINDS) == 20


def test_a_fault_hits_as_often_as_told() -> None:
    faults = Faults()
    faults.add(Fault("html_200", on="GET /orders", times=2, skip=1))
    hits = [faults.take("shop", "GET", "/orders").instead is not None for _ in range(5)]
    assert hits == [False, True, True, False, False]
    faults.add(Fault("html_200", times=None))
    assert all(faults.take("any", "PUT", "/orders/7").instead for _ in range(50))
    faults.clear()
    assert faults.take("any", "PUT", "/orders/7").instead is None


def test_a_fault_hits_what_it_names_only() -> None:
    by_pattern = {
        "POST /orders": ("shop", "POST", "/orders"),
        "PUT /orders/{id}": ("shop", "PUT", "/orders/12"),
        "GET *": ("shop", "GET", "/products/1/variations"),
        "/orders": ("shop", "DELETE", "/orders"),
    }
    for pattern, wanted in by_pattern.items():
        fault = Fault("hang", on=pattern, store="shop")
        assert [fault.matches(*asked) for asked in by_pattern.values()] == [
            asked == wanted or (pattern == "/orders" and asked[2] == "/orders")
            for asked in by_pattern.values()
        ]
        assert not fault.matches("other", *wanted[1:])


def test_chance_is_the_same_for_the_same_seed() -> None:
    def drawn(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add(Fault("hang", times=None, chance=0.5))
        return [faults.take("s", "GET", "/").instead is not None for _ in range(40)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert 5 < sum(drawn(1)) < 35


def test_a_fault_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        Fault.from_json({"kind": "fire"})
    with pytest.raises(ValueError, match="unknown: colour"):
        Fault.from_json({"kind": "hang", "colour": "red"})


def test_stopping_does_not_wait_for_what_hangs(shop: Shop) -> None:
    sandbox = Sandbox([shop.store])
    sandbox.start()
    sandbox.faults.add(Fault("hang", seconds=600))
    with (
        httpx.Client(base_url=sandbox.url(shop.store.slug), timeout=0.1) as client,
        pytest.raises(httpx.ReadTimeout),
    ):
        client.get("/wp-json/")
    started = time.monotonic()
    sandbox.stop()
    assert time.monotonic() - started < 3
