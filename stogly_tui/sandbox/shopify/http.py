"""The addresses of a shop below its own: the GraphQL endpoint of each version, and where apps come by tokens."""

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stogly_tui.sandbox.shopify import engine
from stogly_tui.sandbox.shopify.asking import Asking
from stogly_tui.sandbox.wire import Reply

if TYPE_CHECKING:
    from stogly_tui.sandbox.shopify.store import ShopifyStore

VERSIONS = ("2025-10", "2026-01", "2026-04", "2026-07", "2026-10")
_CANDIDATES = ("2027-01", "unstable")
_GRAPHQL = re.compile(r"/admin/api/([a-z0-9-]+)/graphql\.json")
_VERSION = re.compile(r"\d{4}-\d{2}|unstable")
_JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """A request below the shop's address."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    token: str = ""
    content_type: str = ""


def is_graphql(path: str) -> bool:
    """Whether a path is the GraphQL endpoint of any version."""
    return _GRAPHQL.fullmatch(path) is not None


def respond(store: "ShopifyStore", asked: Asked) -> Reply:
    """Answer a request."""
    if asked.path == "/admin/oauth/authorize" and asked.method == "GET":
        return store.tokens.authorize(asked.query)
    if asked.path == "/admin/oauth/access_token" and asked.method == "POST":
        return store.tokens.exchange(asked.body, asked.content_type)
    match = _GRAPHQL.fullmatch(asked.path)
    if match is None or asked.method != "POST" or _VERSION.fullmatch(match[1]) is None:
        return _answer({"errors": "Not Found"}, 404)
    return _graphql(store, asked, served(match[1]))


def served(version: str) -> str:
    """The version that answers: the one asked for, or the oldest supported when that one is gone."""
    return version if version in (*VERSIONS, *_CANDIDATES) else VERSIONS[0]


def _graphql(store: "ShopifyStore", asked: Asked, version: str) -> Reply:
    headers = {"X-Shopify-API-Version": version, "X-Request-Id": store.request_id()}
    token = store.tokens.find(asked.token)
    if token is None:
        refusal = "[API] Invalid API key or access token (unrecognized login or wrong password)"
        return _answer({"errors": refusal}, 401, headers)
    wanted = engine.Wanted.read(asked.body)
    if wanted is None:
        return _answer({"errors": {"query": "Required parameter missing or invalid"}}, 400, headers)
    asking = Asking(store, token.scopes, store.approved)
    return _answer(engine.answer(store, asking, wanted, version), 200, headers)


def _answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status, encoded, headers or {}, _JSON)
