"""The sites over HTTP: finds the store, lets faults have their way, sends what the REST routes answer."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from starlette.types import Receive, Scope, Send

from stogly_tui.sandbox import damage, query, rest
from stogly_tui.sandbox.call import Asked
from stogly_tui.sandbox.exchange import Connections, Exchange
from stogly_tui.sandbox.faults import Fault, Faults, Plan
from stogly_tui.sandbox.seen import Seen
from stogly_tui.sandbox.wire import Json, Reply, answer, critical_error, html_page, refusal

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import WooStore

_HTML = "text/html; charset=UTF-8"
_NOTICE = b"<br />\n<b>Warning</b>:  Undefined array key in /srv/plugin.php on line 1<br />\n"
_MAINTENANCE = "Briefly unavailable for scheduled maintenance. Check back in a minute."
_API = "/wp-json"
_V3 = "/wp-json/wc/v3"


@dataclass
class Sites:
    """The ASGI app that serves every store below its slug."""

    stores: Mapping[str, "WooStore"]
    faults: Faults
    connections: Connections
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _late: set[asyncio.Task[None]] = field(default_factory=set)
    _hurry: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        exchange = Exchange(scope, receive, send, self.connections)
        await exchange.read()
        slug, _, rest_of_path = exchange.path.lstrip("/").partition("/")
        store = self.stores.get(slug)
        if store is None:
            await exchange.send(_not_found(), 0)
            return
        path = f"/{rest_of_path}"
        seen = Seen(exchange.method, path, exchange.query, exchange.body)
        store.requests.append(seen)
        plan = self.faults.take(
            slug, exchange.method, path.removeprefix(_V3) if path.startswith(_V3) else path
        )
        await _Answer(self, store, exchange, path, plan, seen).run()

    async def finish_late(self) -> int:
        """Carry out at once what `commit_late` still holds back; answers how much it was."""
        waiting = list(self._late)
        self._hurry.set()
        await asyncio.gather(*waiting)
        self._hurry.clear()
        return len(waiting)

    def later(self, seconds: float, handle: "_Answer") -> asyncio.Task[None]:
        """Carry a request out in a while, whether its client still waits or not."""
        task = asyncio.ensure_future(self._later(seconds, handle))
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        return task

    async def _later(self, seconds: float, handle: "_Answer") -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), timeout=seconds)
        handle.handle()


@dataclass
class _Answer:
    sites: Sites
    store: "WooStore"
    exchange: Exchange
    path: str
    plan: Plan
    seen: Seen

    async def run(self) -> None:
        if self.plan.instead is not None:
            await self._instead(self.plan.instead)
        else:
            await self._afterwards(self.plan.afterwards, self.handle())

    def handle(self) -> Reply:
        """What the site does and answers, in the world as a fault has it."""
        world = self.plan.world
        skewed = world is not None and world.kind == "clock_skew"
        with self.store.lock:
            if world is not None and skewed:
                self.store.skew_seconds += world.seconds
            try:
                reply = self._respond()
            finally:
                if world is not None and skewed:
                    self.store.skew_seconds -= world.seconds
        if world is not None and world.kind == "shift_page":
            self._shift(world, reply)
        return reply

    def _respond(self) -> Reply:
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
            key_known=self.plan.world is None or self.plan.world.kind != "expired_key",
        )
        reply = rest.respond(store, asked)
        if store.php_notice:
            return Reply(reply.status, _NOTICE + reply.body, media_type=_HTML)
        return replace(reply, headers={**_every_reply(store), **reply.headers})

    async def _instead(self, fault: Fault) -> None:
        if fault.kind == "drop_before_commit":
            await self.exchange.cut()
        elif fault.kind == "hang":
            await self.exchange.stays(fault.seconds, self.sites.stopping)
            await self.exchange.cut()
        elif fault.kind == "commit_late":
            await self._commit_late(fault)
        elif fault.kind == "oversized":
            self.seen.status = 200
            await self.exchange.flood(self._now(), fault.size, self.sites.stopping)
        elif fault.kind == "half_made":
            self._leave_half_made(fault)
            await self._send(refusal(critical_error()))
        else:
            await self._send(damage.instead(fault))

    async def _commit_late(self, fault: Fault) -> None:
        commit = self.sites.later(fault.seconds, self)
        if fault.hold:
            await asyncio.wait({commit})
        await self.exchange.cut()

    def _leave_half_made(self, fault: Fault) -> None:
        body = Asked("POST", self.path, body=self.exchange.body).json()
        self.store.orders.leave_half_made(body, fault.order_status or "checkout-draft")

    async def _afterwards(self, fault: Fault | None, reply: Reply) -> None:
        if fault is None:
            await self._send(reply)
        elif fault.kind == "drop_reply_after_commit":
            await self.exchange.cut()
        elif fault.kind == "slow_reply":
            await self.exchange.stays(fault.seconds, self.sites.stopping)
            await self._send(reply)
        elif fault.kind == "slow_drip":
            self.seen.status = reply.status
            await self.exchange.drip(reply, self._now(), fault.bytes_per_second, self.sites.stopping)
        elif fault.kind == "truncated_json":
            self.seen.status = reply.status
            await self.exchange.send_half(reply, self._now())
        else:
            await self._send(damage.afterwards(fault, reply))

    async def _send(self, reply: Reply) -> None:
        self.seen.status = reply.status
        await self.exchange.send(reply, self._now())

    def _now(self) -> float:
        world = self.plan.world
        skew = world.seconds if world is not None and world.kind == "clock_skew" else 0.0
        return self.store.clock() + self.store.skew_seconds + skew

    def _shift(self, fault: Fault, reply: Reply) -> None:
        order_id = fault.order_id or _first_id(reply)
        if order_id is not None and order_id in self.store.orders:
            with self.store.lock:
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
