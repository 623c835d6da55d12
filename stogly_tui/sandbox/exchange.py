"""One HTTP request and the ways to answer it, or not to: whole, late, drop by drop, cut in the middle."""

import asyncio
from collections.abc import Mapping, MutableMapping
from email.utils import formatdate
from typing import Any

from starlette.types import Receive, Scope, Send

from stogly_tui.sandbox.wire import Reply

Connections = MutableMapping[tuple[str, int], asyncio.Transport]
_STEPS_PER_SECOND = 10
_BLOCK = 65_536


class Exchange:
    """A request that was read to its end, and the connection it came on."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, connections: Connections) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: str = scope["query_string"].decode("latin-1")
        self.body = b""
        self._headers: dict[str, str] = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        self._receive = receive
        self._send = send
        client = scope.get("client")
        self._transport = connections.get((client[0], client[1])) if client else None
        self._gone: asyncio.Task[Any] | None = None

    def header(self, name: str) -> str:
        """A request header, empty when absent."""
        return self._headers.get(name, "")

    async def read(self) -> None:
        """Read the body."""
        more = True
        while more:
            message = await self._receive()
            self.body += message.get("body", b"")
            more = message.get("more_body", False)

    async def send(self, reply: Reply, at: float) -> None:
        """The whole reply. ``at`` is the server's time for its Date header."""
        body = b"" if self.method == "HEAD" else reply.body
        await self._start(reply, at, len(body))
        await self._part(body, last=True)

    async def send_half(self, reply: Reply, at: float) -> None:
        """Half of the body under the length of the whole, then the connection is cut."""
        await self._start(reply, at, len(reply.body))
        await self._part(reply.body[: len(reply.body) // 2])
        await self.cut(abort=False)

    async def drip(self, reply: Reply, at: float, bytes_per_second: int, stop: asyncio.Event) -> None:
        """The whole reply, slowly."""
        await self._start(reply, at, len(reply.body))
        step = max(1, bytes_per_second // _STEPS_PER_SECOND)
        for start in range(0, len(reply.body), step):
            last = start + step >= len(reply.body)
            await self._part(reply.body[start : start + step], last=last)
            if last or not await self.stays(1 / _STEPS_PER_SECOND, stop):
                return

    async def flood(self, at: float, size: int, stop: asyncio.Event) -> None:
        """``size`` bytes of a JSON text that does not end, as a stream without a length."""
        await self._start(Reply(200, b""), at, None)
        await self._part(b'["')
        sent = 0
        while sent < size and not stop.is_set() and not self._is_gone():
            await self._part(b"x" * min(_BLOCK, size - sent))
            await asyncio.sleep(0)  # sending to a client that has gone does not yield by itself
            sent += _BLOCK
        await self._part(b'"]', last=True)

    async def cut(self, *, abort: bool = True) -> None:
        """Close the connection without (the rest of) an answer."""
        if self._transport is not None:
            if abort:
                self._transport.abort()
            else:
                self._transport.close()
            await self._watch()

    async def stays(self, seconds: float, stop: asyncio.Event) -> bool:
        """Wait; False when the client has gone or the server stops before the time is over."""
        stopped = asyncio.ensure_future(stop.wait())
        try:
            done, _ = await asyncio.wait(
                {self._watch(), stopped}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            stopped.cancel()
        return not done

    def _watch(self) -> asyncio.Task[Any]:
        """Ends when the client has gone; the request was read, so nothing else can come."""
        if self._gone is None:
            self._gone = asyncio.ensure_future(self._disconnected())
        return self._gone

    async def _disconnected(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def _is_gone(self) -> bool:
        return self._watch().done()

    async def _start(self, reply: Reply, at: float, length: int | None) -> None:
        headers = [(b"date", formatdate(at, usegmt=True).encode()), (b"server", b"sandbox")]
        if reply.media_type:
            headers.append((b"content-type", reply.media_type.encode()))
        if length is not None:
            headers.append((b"content-length", str(length).encode()))
        headers += _encoded(reply.headers)
        await self._send({"type": "http.response.start", "status": reply.status, "headers": headers})

    async def _part(self, body: bytes, *, last: bool = False) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": not last})


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
