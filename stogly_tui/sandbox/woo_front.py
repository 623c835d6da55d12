"""A WooCommerce site to the network: the REST API, pages around it, and the ways the site can be broken."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stogly_tui.sandbox import damage, query, rest
from stogly_tui.sandbox.call import Asked
from stogly_tui.sandbox.exchange import Exchange
from stogly_tui.sandbox.faults import Fault, Operation
from stogly_tui.sandbox.wire import Json, Reply, answer, critical_error, html_page, refusal

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import WooStore

_HTML = "text/html; charset=UTF-8"
_NOTICE = b"<br />\n<b>Warning</b>:  Undefined array key in /srv/plugin.php on line 1<br />\n"
_MAINTENANCE = "Briefly unavailable for scheduled maintenance. Check back in a minute."
_API = "/wp-json"
_V3 = "/wp-json/wc/v3"


@dataclass(frozen=True)
class WooFront:
    """One request to a site."""

    store: "WooStore"
    exchange: Exchange
    path: str

    @property
    def short_path(self) -> str:
        """Below ``/wp-json/wc/v3``, else below the site."""
        return self.path.removeprefix(_V3)

    @property
    def operation(self) -> Operation:
        """REST has none."""
        return None

    def respond(self, *, key_known: bool) -> Reply:
        """Carry the request out and answer it."""
        exchange, store = self.exchange, self.store
        if store.maintenance:
            return _maintenance(wants_json="application/json" in exchange.header("accept"))
        path = self.path.removeprefix("/index.php")
        if not path.startswith(_API):
            return _page(store, exchange)
        if store.permalinks == "plain":
            return Reply(200, html_page(store.name, "A shop."), media_type=_HTML)
        if store.permalinks == "plain_404":
            return _not_found()
        asked = Asked(
            exchange.method,
            path.removeprefix(_API),
            exchange.query,
            exchange.body,
            exchange.header("authorization"),
            key_known=key_known,
        )
        reply = rest.respond(store, asked)
        if store.php_notice:
            return Reply(reply.status, _NOTICE + reply.body, media_type=_HTML)
        return replace(reply, headers={**_every_reply(store), **reply.headers})

    def instead(self, fault: Fault) -> Reply:
        """The reply of a fault that keeps the site from handling the request."""
        return damage.instead(fault)

    def half_made(self, fault: Fault) -> Reply:
        """Leave a row without lines and totals, and die."""
        body = Asked("POST", self.path, body=self.exchange.body).json()
        self.store.orders.leave_half_made(body, fault.order_status or "checkout-draft")
        return refusal(critical_error())

    def afterwards(self, fault: Fault, reply: Reply) -> Reply:
        """The reply with a fault's damage to its content."""
        return damage.afterwards(fault, reply)

    def shift(self, fault: Fault, reply: Reply) -> None:
        """Touch the order the fault names, or the first of the page just read."""
        order_id = fault.order_id or _first_id(reply)
        if order_id is not None and order_id in self.store.orders:
            self.store.orders.touch(self.store.orders.record(order_id))


def _first_id(reply: Reply) -> int | None:
    listed = reply.json()
    return listed[0].get("id") if isinstance(listed, list) and listed else None


def _every_reply(store: "WooStore") -> dict[str, str]:
    return {
        "X-Robots-Tag": "noindex",
        "Link": f'<{store.base_url}/wp-json/>; rel="https://api.w.org/"',
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Expose-Headers": "X-WP-Total, X-WP-TotalPages, Link",
        "Cache-Control": "no-cache, must-revalidate, max-age=0, no-store, private",
    }


def _page(store: "WooStore", exchange: Exchange) -> Reply:
    """What is not the REST API: the shop's pages, and the API by ``?rest_route=``, where keys are not read."""
    if exchange.path.rstrip("/").count("/") > 1:
        return _not_found()
    route = query.parse(exchange.query).get("rest_route")
    if route is None:
        return Reply(200, html_page(store.name, "A shop."), media_type=_HTML)
    asked = Asked(exchange.method, str(route), exchange.query, exchange.body, key_known=False)
    return rest.respond(store, asked)


def _maintenance(*, wants_json: bool) -> Reply:
    """JSON only for who asks for it; Retry-After as WordPress sets it (WooCommerce 10.5, recorded)."""
    headers = {"Retry-After": "600"}
    if not wants_json:
        return Reply(503, html_page("Maintenance", _MAINTENANCE), headers, _HTML)
    body: Json = {"code": "wp_die", "message": _MAINTENANCE, "data": {"status": 503}, "additional_errors": []}
    return answer(body, 503, headers)


def _not_found() -> Reply:
    return Reply(404, html_page("Page not found", "Nothing was found here."), media_type=_HTML)
