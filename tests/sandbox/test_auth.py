"""Keys, permissions and signatures (WooCommerce 10.5, recorded)."""

import base64
import hmac
from hashlib import sha256
from urllib.parse import quote

import httpx
import pytest

from stogly_tui.sandbox import WooStore
from tests.sandbox.support import MOMENT, Clock, error


def _get(store: WooStore, *auth: str, method: str = "GET", **params: str) -> httpx.Response:
    url = f"{store.base_url}/wp-json/wc/v3/orders"
    with httpx.Client(verify=False) as client:
        return client.request(method, url, params=params, auth=(auth[0], auth[1]) if auth else None)


@pytest.mark.parametrize(
    ("key", "secret", "method", "expected"),
    [
        ("ck_none", "cs_admin", "GET", (401, "woocommerce_rest_cannot_view")),
        ("cs_admin", "ck_admin", "GET", (401, "woocommerce_rest_cannot_view")),
        ("ck_admin", "cs_wrong", "GET", (401, "woocommerce_rest_authentication_error")),
        ("ck_reader", "cs_reader", "POST", (401, "woocommerce_rest_authentication_error")),
        ("ck_writer", "cs_writer", "GET", (401, "woocommerce_rest_authentication_error")),
        ("ck_customer", "cs_customer", "GET", (403, "woocommerce_rest_cannot_view")),
        ("ck_customer", "cs_customer", "POST", (403, "woocommerce_rest_cannot_create")),
        ("ck_none", "cs_none", "POST", (401, "woocommerce_rest_cannot_create")),
    ],
)
def test_a_key_that_may_not_is_refused(
    store: WooStore, key: str, secret: str, method: str, expected: tuple[int, str]
) -> None:
    assert error(_get(store, key, secret, method=method)) == expected


def test_no_key_is_refused_without_a_challenge(store: WooStore) -> None:
    reply = _get(store)
    assert error(reply) == (401, "woocommerce_rest_cannot_view")
    assert "WWW-Authenticate" not in reply.headers


def test_a_reader_reads_and_a_trailing_blank_is_forgiven(store: WooStore) -> None:
    assert _get(store, "ck_reader", "cs_reader").status_code == 200
    assert _get(store, "ck_admin ", "cs_admin").status_code == 200


def test_keys_may_stand_in_the_query(store: WooStore) -> None:
    assert _get(store, consumer_key="ck_admin", consumer_secret="cs_admin").status_code == 200


def test_plain_permalinks_by_rest_route_do_not_read_keys(store: WooStore) -> None:
    with httpx.Client(verify=False, auth=("ck_admin", "cs_admin")) as client:
        reply = client.get(f"{store.base_url}/", params={"rest_route": "/wc/v3/orders"})
        assert error(reply) == (401, "woocommerce_rest_cannot_view")
        assert client.get(f"{store.base_url}/index.php/wp-json/wc/v3/orders").status_code == 200


def _signed(store: WooStore, *, timestamp: int = MOMENT, nonce: str = "n1", drop: str = "") -> dict[str, str]:
    params = {
        "oauth_consumer_key": "ck_admin",
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(timestamp),
    }
    params.pop(drop, None)
    url = quote(f"{store.base_url}/wp-json/wc/v3/orders", safe="")
    joined = "%26".join(f"{key}%3D{value}" for key, value in sorted(params.items()))
    digest = hmac.new(b"cs_admin&", f"GET&{url}&{joined}".encode(), sha256).digest()
    return {**params, "oauth_signature": base64.b64encode(digest).decode()}


def test_a_signed_request_is_taken_once(store: WooStore) -> None:
    signed = _signed(store)
    assert _get(store, **signed).status_code == 200
    again = _get(store, **signed)
    assert error(again) == (401, "woocommerce_rest_authentication_error")
    assert "nonce" in again.json()["message"]


def test_a_bad_signature_is_refused(store: WooStore) -> None:
    reply = _get(store, **{**_signed(store), "oauth_signature": "AAAA"})
    assert error(reply) == (401, "woocommerce_rest_authentication_error")
    assert reply.json()["message"].startswith("Invalid signature")


def test_an_old_timestamp_is_refused(store: WooStore, clock: Clock) -> None:
    clock.forward(1000)
    reply = _get(store, **_signed(store))
    assert reply.json()["message"] == "Invalid timestamp."


def test_a_missing_parameter_is_named(store: WooStore) -> None:
    reply = _get(store, **_signed(store, drop="oauth_nonce"))
    assert error(reply) == (401, "woocommerce_rest_authentication_missing_parameter")
    assert reply.json()["message"] == "Missing OAuth parameter oauth_nonce"
