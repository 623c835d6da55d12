"""List requests: what ``GET /orders`` and ``GET /products`` filter by, sort by and cut into pages."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

from stogly_tui.sandbox import args
from stogly_tui.sandbox.args import Arg
from stogly_tui.sandbox.lexicon import LISTABLE_STATUSES
from stogly_tui.sandbox.wire import Json

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import WooStore

_DATE = Arg("string", format="date-time")
_INTEGERS = Arg("array", item=Arg("integer"))
_PAGING: dict[str, Arg] = {
    "page": Arg("integer", bounds=(1, None)),
    "per_page": Arg("integer", bounds=(1, 100)),
    "search": Arg("string"),
    "after": _DATE,
    "before": _DATE,
    "modified_after": _DATE,
    "modified_before": _DATE,
    "dates_are_gmt": Arg("boolean"),
    "exclude": _INTEGERS,
    "include": _INTEGERS,
    "offset": Arg("integer"),
    "order": Arg("string", enum=("asc", "desc")),
}
_ORDERBY = ("date", "id", "include", "title", "slug", "modified")
ORDER_LIST_ARGS: dict[str, Arg] = {
    **_PAGING,
    "orderby": Arg("string", enum=_ORDERBY),
    "parent": _INTEGERS,
    "status": Arg("array", item=Arg("string", enum=LISTABLE_STATUSES)),
    "customer": Arg("integer"),
    "product": Arg("integer"),
    "dp": Arg("integer"),
    "created_via": Arg("array"),
}
PRODUCT_LIST_ARGS: dict[str, Arg] = {
    **_PAGING,
    "orderby": Arg("string", enum=(*_ORDERBY, "price", "popularity", "rating", "menu_order")),
    "parent": _INTEGERS,
    "status": Arg("string", enum=("any", "future", "trash", "draft", "pending", "private", "publish")),
    "type": Arg("string", enum=("simple", "grouped", "external", "variable")),
    "sku": Arg("string"),
    "stock_status": Arg("string", enum=("instock", "outofstock", "onbackorder")),
}


@dataclass(frozen=True)
class Page:
    """One page of ids and how many there are in all."""

    ids: list[int]
    total: int
    pages: int


def parse(query: str) -> dict[str, Any]:
    """A query string as PHP reads it: the last value wins, ``a[]=1`` and ``a[0]=1`` make a list."""
    values: dict[str, Any] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        listed = re.fullmatch(r"(\w+)\[\d*\]", key)
        if listed is None:
            values[key] = value
        elif isinstance(values.get(listed[1]), list):
            values[listed[1]].append(value)
        else:
            values[listed[1]] = [value]
    return values


def orders(store: "WooStore", asked: Mapping[str, Any]) -> Page:
    """The orders a request asks for.

    Raises:
        WooError: 400 for an argument out of its bounds; unknown arguments are ignored.
    """
    args.check(asked, ORDER_LIST_ARGS)
    with store.lock:
        records = store.orders.records
        statuses = _wanted_statuses(asked)
        ids = [one for one in _order_candidates(store, asked) if records[one]["status"] in statuses]
        for keep in _order_filters(store, asked):
            ids = [one for one in ids if keep(records[one])]
        return _cut(ids, asked, beyond_is_empty=True)


def products(store: "WooStore", asked: Mapping[str, Any]) -> Page:
    """The products a request asks for; variations only when asked for by SKU (10.5, recorded).

    Raises:
        WooError: 400 for an argument out of its bounds; unknown arguments are ignored.
    """
    args.check(asked, PRODUCT_LIST_ARGS)
    with store.lock:
        records = _product_candidates(store, asked)
        for keep in _product_filters(store, asked):
            records = [one for one in records if keep(one)]
        return _cut([one["id"] for one in _sorted(records, asked)], asked, beyond_is_empty=False)


def page_of(ids: list[int], asked: Mapping[str, Any]) -> Page:
    """A page of any other list."""
    args.check(asked, _PAGING)
    return _cut(ids, asked, beyond_is_empty=False)


def bound(store: "WooStore", value: str, *, dates_are_gmt: bool) -> int:
    """The instant a date argument means to the server.

    A value with an offset is first turned into site-local time. With ``dates_are_gmt`` the server then
    compares that local time with the GMT column: wrong by the site's offset (WooCommerce 10.5, recorded).
    """
    moment = datetime.fromisoformat(value.replace("z", "Z").replace("t", "T"))
    if moment.tzinfo is not None:
        moment = moment.astimezone(store.zone).replace(tzinfo=None)
    zone = UTC if dates_are_gmt else store.zone
    return int(moment.replace(tzinfo=zone, microsecond=0).timestamp())


def paging_headers(url: str, query: str, page: Page, defaults: Mapping[str, str]) -> dict[str, str]:
    """X-WP-Total, X-WP-TotalPages and Link, its arguments encoded anew (WooCommerce 10.5, recorded)."""
    headers = {"X-WP-Total": str(page.total), "X-WP-TotalPages": str(page.pages)}
    given = parse(query)
    number = int(given.get("page", 1))
    links = []
    if number > 1:
        links.append(f'<{_page_url(url, given, defaults, min(number - 1, page.pages))}>; rel="prev"')
    if number < page.pages:
        links.append(f'<{_page_url(url, given, defaults, number + 1)}>; rel="next"')
    if links:
        headers["Link"] = ", ".join(links)
    return headers


def only_fields(value: Json, fields: str, *, keep_links: bool) -> Json:
    """What ``_fields`` leaves of an object, in the object's own order; a nested name cuts objects, not lists."""
    wanted = [part.strip() for part in fields.split(",") if part.strip()]
    kept: Json = {}
    for key, content in value.items():
        nested = [name.partition(".")[2] for name in wanted if name.startswith(f"{key}.")]
        if key in wanted or (keep_links and key == "_links"):
            kept[key] = content
        elif nested and isinstance(content, dict):
            kept[key] = only_fields(content, ",".join(nested), keep_links=False)
    return kept


def _order_candidates(store: "WooStore", asked: Mapping[str, Any]) -> list[int]:
    descending = str(asked.get("order", "desc")) == "desc"
    orderby = str(asked.get("orderby", "date"))
    if (wanted := _wanted_created_via(store, asked)) is not None:
        found = {one for key in wanted for one in store.orders.created_via(key)}
        return _sorted_orders(store, found, orderby, descending=descending)
    if asked.get("include"):
        included = [one for one in _integers(asked["include"]) if one in store.orders]
        if orderby == "include":
            return included
        return _sorted_orders(store, set(included), orderby, descending=descending)
    if orderby == "modified":
        ids = [
            one
            for _, one in _window(store, store.orders.by_modified, asked, "modified_after", "modified_before")
        ]
    elif orderby == "date":
        ids = [one for _, one in _window(store, store.orders.by_date, asked, "after", "before")]
    else:
        ids = store.orders.ids()
    return ids[::-1] if descending else ids


def _wanted_created_via(store: "WooStore", asked: Mapping[str, Any]) -> list[str] | None:
    """Filtering by created_via came with WooCommerce 9.9; before, the argument is ignored."""
    if "created_via" not in asked or not store.at_least(9, 9):
        return None
    return [str(one) for one in args.as_list(asked["created_via"]) or ()]


def _sorted_orders(store: "WooStore", ids: set[int], orderby: str, *, descending: bool) -> list[int]:
    moment = "modified" if orderby == "modified" else "created"

    def key(one: int) -> tuple[int, int]:
        return (0 if orderby == "id" else store.orders.record(one)[moment], one)

    return sorted(ids, key=key, reverse=descending)


def _window(
    store: "WooStore", index: list[tuple[int, int]], asked: Mapping[str, Any], after: str, before: str
) -> list[tuple[int, int]]:
    gmt = args.truth(asked.get("dates_are_gmt"))
    low, high = 0, len(index)
    if after in asked:
        low = bisect_right(index, (bound(store, asked[after], dates_are_gmt=gmt), 1 << 62))
    if before in asked:
        high = bisect_left(index, (bound(store, asked[before], dates_are_gmt=gmt), -1))
    return index[low:high]


def _order_filters(store: "WooStore", asked: Mapping[str, Any]) -> Iterable[Callable[[Json], bool]]:
    yield from _time_filters(store, asked)
    if asked.get("include"):
        included = set(_integers(asked["include"]))
        yield lambda order: order["id"] in included
    if asked.get("exclude"):
        excluded = set(_integers(asked["exclude"]))
        yield lambda order: order["id"] not in excluded
    if "customer" in asked:
        customer = int(asked["customer"])
        yield lambda order: order["customer_id"] == customer
    if "product" in asked:
        product = int(asked["product"])
        yield lambda order: any(
            product in (one["product_id"], one["variation_id"]) for one in order["line_items"]
        )
    if asked.get("search"):
        needle = str(asked["search"]).lower()
        yield lambda order: _order_mentions(order, needle)


def _wanted_statuses(asked: Mapping[str, Any]) -> Container[str]:
    """``any`` leaves out the trash, even when the trash is named beside it (10.5, recorded)."""
    wanted = set(args.as_list(asked.get("status", "any")) or ["any"])
    return _SHOWN if "any" in wanted else wanted


_SHOWN = frozenset(LISTABLE_STATUSES) - {"any", "trash", "auto-draft"}


def _time_filters(store: "WooStore", asked: Mapping[str, Any]) -> Iterable[Callable[[Json], bool]]:
    """Bounds are exclusive and compare whole seconds (WooCommerce 10.5, recorded)."""
    gmt = args.truth(asked.get("dates_are_gmt"))
    for name, moment in (("after", "created"), ("modified_after", "modified")):
        if name in asked:
            yield _later(moment, bound(store, asked[name], dates_are_gmt=gmt))
    for name, moment in (("before", "created"), ("modified_before", "modified")):
        if name in asked:
            yield _earlier(moment, bound(store, asked[name], dates_are_gmt=gmt))


def _later(moment: str, limit: int) -> Callable[[Json], bool]:
    return lambda record: bool(record[moment] > limit)


def _earlier(moment: str, limit: int) -> Callable[[Json], bool]:
    return lambda record: bool(record[moment] < limit)


def _order_mentions(order: Json, needle: str) -> bool:
    """E-mail, names, address and transaction id of an order, its id and its items; never meta data."""
    parts = [*order["billing"].values(), *order["shipping"].values(), order["transaction_id"]]
    parts += [line["name"] for line in order["line_items"]]
    return needle == str(order["id"]) or any(needle in str(part).lower() for part in parts)


def _product_candidates(store: "WooStore", asked: Mapping[str, Any]) -> list[Json]:
    if asked.get("sku"):
        found = (store.products.by_sku(sku) for sku in str(asked["sku"]).split(","))
        return [one for one in found if one is not None]
    return store.products.all()


def _product_filters(store: "WooStore", asked: Mapping[str, Any]) -> Iterable[Callable[[Json], bool]]:
    yield from _time_filters(store, asked)
    if asked.get("include"):
        included = set(_integers(asked["include"]))
        yield lambda one: one["id"] in included
    if asked.get("exclude"):
        excluded = set(_integers(asked["exclude"]))
        yield lambda one: one["id"] not in excluded
    for name in ("type", "status"):
        wanted = asked.get(name)
        if wanted and wanted != "any":
            yield _equals(name, str(wanted))
    if asked.get("stock_status"):
        stock = str(asked["stock_status"])
        yield lambda one: store.products.wire(one["id"])["stock_status"] == stock
    if asked.get("search"):
        needle = str(asked["search"]).lower()
        yield lambda one: needle in f"{one['name']} {one['sku']} {one['description']}".lower()


def _equals(key: str, wanted: str) -> Callable[[Json], bool]:
    return lambda record: bool(record[key] == wanted)


def _sorted(records: list[Json], asked: Mapping[str, Any]) -> list[Json]:
    orderby = str(asked.get("orderby", "date"))
    keys = {"id": "id", "modified": "modified", "title": "name", "slug": "slug"}
    key = keys.get(orderby, "created")
    descending = str(asked.get("order", "desc")) == "desc"
    return sorted(records, key=lambda one: (one[key], one["id"]), reverse=descending)


def _integers(value: object) -> list[int]:
    return [int(one) for one in args.as_list(value) or ()]


def _cut(ids: list[int], asked: Mapping[str, Any], *, beyond_is_empty: bool) -> Page:
    """A page; past the last one HPOS forgets the total (WooCommerce 10.5, recorded)."""
    size = int(asked.get("per_page", 10))
    start = int(asked["offset"]) if "offset" in asked else (int(asked.get("page", 1)) - 1) * size
    cut = ids[start : start + size]
    if not cut and start and beyond_is_empty:
        return Page([], 0, 0)
    return Page(cut, len(ids), -(-len(ids) // size))


def _page_url(url: str, given: Mapping[str, Any], defaults: Mapping[str, str], number: int) -> str:
    shown: list[tuple[str, str]] = []
    for key, value in given.items():
        if key == "page":
            shown.append((key, str(number)))
        elif key == "status":
            shown += [(f"status[{index}]", part) for index, part in enumerate(args.as_list(value) or ())]
        elif isinstance(value, list):
            shown += [(f"{key}[{index}]", str(part)) for index, part in enumerate(value)]
        else:
            shown.append((key, "1" if key == "dates_are_gmt" and args.truth(value) else str(value)))
    shown += [(key, value) for key, value in defaults.items() if key.partition("[")[0] not in given]
    if "page" not in given:
        shown.append(("page", str(number)))
    return f"{url}?{urlencode(shown, quote_via=quote)}"
