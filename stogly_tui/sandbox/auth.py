"""Who asks: HTTP Basic, keys in the query, or a one-legged OAuth 1.0a signature.

A real WooCommerce takes Basic and query keys over HTTPS only and OAuth over plain HTTP. The sandbox is
plain HTTP on loopback, as a shop behind a TLS proxy sees its requests, and takes all three.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from hashlib import sha1, sha256
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

from stogly_tui.sandbox.wire import WooError

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import ApiKey, WooStore

_OAUTH = ("consumer_key", "timestamp", "nonce", "signature", "signature_method")
_OAUTH_WINDOW_SECONDS = 15 * 60
_HASHES = {"HMAC-SHA1": sha1, "HMAC-SHA256": sha256}
_SAFE_METHODS = {"GET", "HEAD"}


def identify(store: "WooStore", method: str, path: str, query: str, authorization: str) -> "ApiKey | None":
    """The key a request comes with; None for no key and for an unknown one, which WooCommerce treats alike.

    Raises:
        WooError: 401 for a wrong secret, a bad signature, or a key without the permission the method needs.
    """
    asked = dict(parse_qsl(query, keep_blank_values=True))
    key: ApiKey | None
    if "oauth_consumer_key" in asked or "oauth_signature" in asked:
        key = _signed(store, method, path, asked)
    else:
        key = _known(store, *_plain(asked, authorization))
    if key is not None:
        _permit(key, method)
    return key


def _plain(asked: Mapping[str, str], authorization: str) -> tuple[str, str]:
    if "consumer_key" in asked and "consumer_secret" in asked:
        return asked["consumer_key"], asked["consumer_secret"]
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, secret


def _known(store: "WooStore", name: str, secret: str) -> "ApiKey | None":
    """A trailing blank is forgiven (WooCommerce 10.5, recorded)."""
    key = next((one for one in store.keys if one.consumer_key == name.strip()), None)
    if key is not None and not hmac.compare_digest(key.consumer_secret.encode(), secret.strip().encode()):
        raise _error("Consumer secret is invalid.")
    return key


def _permit(key: "ApiKey", method: str) -> None:
    needed = "read" if method in _SAFE_METHODS else "write"
    if needed not in key.permission.split("_"):
        raise _error(f"The API key provided does not have {needed} permissions.")


def _signed(store: "WooStore", method: str, path: str, asked: Mapping[str, str]) -> "ApiKey":
    _complete(asked)
    key = next((one for one in store.keys if one.consumer_key == asked["oauth_consumer_key"]), None)
    if key is None:
        raise _error("Consumer key is invalid.")
    digest = _HASHES.get(asked["oauth_signature_method"])
    if digest is None:
        raise _error("Invalid signature - signature method is invalid.")
    plain = {name: value for name, value in asked.items() if name != "oauth_signature"}
    joined = "%26".join(f"{_twice(name)}%3D{_twice(value)}" for name, value in sorted(plain.items()))
    signing = f"{method}&{quote(store.base_url + path, safe='')}&{joined}"
    made = hmac.new(f"{key.consumer_secret}&".encode(), signing.encode(), digest).digest()
    sent = unquote(asked["oauth_signature"].replace(" ", "+"))
    if not hmac.compare_digest(base64.b64encode(made), sent.encode()):
        raise _error("Invalid signature - provided signature does not match.")
    _fresh(store, key, asked["oauth_timestamp"], asked["oauth_nonce"])
    return key


def _complete(asked: Mapping[str, str]) -> None:
    missing = [f"oauth_{name}" for name in _OAUTH if not asked.get(f"oauth_{name}")]
    if missing:
        plural = "s" if len(missing) > 1 else ""
        raise WooError(
            401,
            "woocommerce_rest_authentication_missing_parameter",
            f"Missing OAuth parameter{plural} {', '.join(missing)}",
        )


def _twice(text: str) -> str:
    return quote(unquote(text), safe="-_.~").replace("%", "%25")


def _fresh(store: "WooStore", key: "ApiKey", timestamp: str, nonce: str) -> None:
    if not timestamp.isdigit() or abs(store.now() - int(timestamp)) > _OAUTH_WINDOW_SECONDS:
        raise _error("Invalid timestamp.")
    with store.lock:
        if (key.consumer_key, nonce) in store.used_nonces:
            raise _error("Invalid nonce - nonce has already been used.")
        store.used_nonces.add((key.consumer_key, nonce))


def _error(message: str) -> WooError:
    return WooError(401, "woocommerce_rest_authentication_error", message)
