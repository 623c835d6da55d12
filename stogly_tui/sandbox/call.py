"""One REST call on its way through a handler: what was asked, of which store, and the ways to answer."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stogly_tui.sandbox import query
from stogly_tui.sandbox.wire import Json, Reply, WooError, answer

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import WooStore

_METHOD_ORDER = ("GET", "POST", "PUT", "PATCH", "DELETE")
_LIST_DEFAULTS = {"status[0]": "any", "dp": "2", "context": "view"}


@dataclass(frozen=True)
class Asked:
    """A request below ``/wp-json``: ``path`` is ``/wc/v3/orders``."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    authorization: str = ""
    key_known: bool = True

    def args(self) -> dict[str, Any]:
        """The query as PHP reads it."""
        return query.parse(self.query)

    def json(self) -> Json:
        """The body.

        Raises:
            WooError: 400 rest_invalid_json.
        """
        if not self.body.strip():
            return {}
        try:
            read = json.loads(self.body)
        except ValueError as error:
            detail = {"json_error_code": 4, "json_error_message": "Syntax error"}
            raise WooError(400, "rest_invalid_json", "Invalid JSON body passed.", extra=detail) from error
        return read if isinstance(read, dict) else {}


@dataclass(frozen=True)
class Call:
    """A request that a route has taken, with the ids its path names."""

    store: "WooStore"
    asked: Asked
    ids: list[int]

    def one(self, value: Json) -> Reply:
        """A single object, cut down by ``_fields``."""
        fields = str(self.asked.args().get("_fields", ""))
        return answer(query.only_fields(value, fields, keep_links=True) if fields else value)

    def listed(self, page: query.Page, values: list[Json]) -> Reply:
        """A page of objects, each cut down by ``_fields``."""
        fields = str(self.asked.args().get("_fields", ""))
        if fields:
            values = [query.only_fields(value, fields, keep_links=False) for value in values]
        return answer(values, headers=self.paging(page))

    def made(self, path: str, value: Json) -> Reply:
        """201 with the address of what was made."""
        return answer(value, 201, {"Location": self.store.api(path)})

    def paging(self, page: query.Page) -> dict[str, str]:
        """The headers of a list."""
        url = f"{self.store.base_url}/wp-json{self.asked.path}"
        return query.paging_headers(url, self.asked.query, page, _LIST_DEFAULTS)


Handler = Callable[[Call], Reply]


@dataclass(frozen=True)
class Route:
    """A path pattern, what answers each method, and whether it answers without a key."""

    pattern: re.Pattern[str]
    methods: Mapping[str, Handler]
    open: bool = False

    @property
    def allow(self) -> str:
        """The Allow header."""
        return ", ".join(method for method in _METHOD_ORDER if method in self.methods)


def route(path: str, methods: Mapping[str, Handler], *, open_to_all: bool = False) -> Route:
    """A route below ``/wp-json``; ``{id}`` in its path is a number."""
    return Route(re.compile(path.replace("{id}", r"(\d+)")), methods, open_to_all)


def writes(handler: Handler) -> dict[str, Handler]:
    """One handler for the three methods that change something."""
    return dict.fromkeys(("POST", "PUT", "PATCH"), handler)
