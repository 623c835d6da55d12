"""The sites over HTTP: finds the store, lets faults have their way, sends what its front answers."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.types import Receive, Scope, Send

from stogly_tui.sandbox.exchange import Connections, Exchange
from stogly_tui.sandbox.faults import Fault, Faults, Plan
from stogly_tui.sandbox.fronts import Front, front_of
from stogly_tui.sandbox.seen import Seen
from stogly_tui.sandbox.stores import Store
from stogly_tui.sandbox.wire import Reply, html_page


@dataclass
class Sites:
    """The ASGI app that serves every store below its slug."""

    stores: Mapping[str, Store]
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
            nothing = html_page("Page not found", "Nothing was found here.")
            await exchange.send(Reply(404, nothing, media_type="text/html; charset=UTF-8"), 0)
            return
        path = f"/{rest_of_path}"
        seen = Seen(exchange.method, path, exchange.query, exchange.body)
        store.requests.append(seen)
        front = front_of(store, exchange, path)
        plan = self.faults.take(slug, exchange.method, front.short_path, front.operation)
        await _Answer(self, store, front, exchange, plan, seen).run()

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
    store: Store
    front: Front
    exchange: Exchange
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
                reply = self.front.respond(key_known=world is None or world.kind != "expired_key")
            finally:
                if world is not None and skewed:
                    self.store.skew_seconds -= world.seconds
        if world is not None and world.kind == "shift_page":
            with self.store.lock:
                self.front.shift(world, reply)
        return reply

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
            await self._send(self.front.half_made(fault))
        else:
            await self._send(self.front.instead(fault))

    async def _commit_late(self, fault: Fault) -> None:
        commit = self.sites.later(fault.seconds, self)
        if fault.hold:
            await asyncio.wait({commit})
        await self.exchange.cut()

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
            await self._send(self.front.afterwards(fault, reply))

    async def _send(self, reply: Reply) -> None:
        self.seen.status = reply.status
        await self.exchange.send(reply, self._now())

    def _now(self) -> float:
        world = self.plan.world
        skew = world.seconds if world is not None and world.kind == "clock_skew" else 0.0
        return self.store.clock() + self.store.skew_seconds + skew
