"""What the outside world may ask of us over HTTP: webhooks, the return of a sign-in, and whether we are there."""

import asyncio
import html
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from stogly_tui.crash import write_report
from stogly_tui.domain.safe_text import safe_line
from stogly_tui.model import database as db
from stogly_tui.platforms.base import Delivery, NotSigned
from stogly_tui.sync import sign_in
from stogly_tui.sync.context import Context
from stogly_tui.worker.doorkeeper import Bucket, Door, Doors, Patience
from stogly_tui.worker.inbox import Inbox

BODY_BYTES = 1_000_000
HELD_BYTES = 32_000_000
"""Bytes of bodies that are read at the same time, over all deliveries."""
BODY_SECONDS = 5.0
"""In all: a body that drips is cut."""
ANSWER_SECONDS = 0.8
"""Until when a delivery has to be stored; then it is answered 503, and stored all the same."""
_CLOSE = {"Connection": "close", "Cache-Control": "no-store"}
_PAGE = {
    **_CLOSE,
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


class _NotRead(Exception):
    """A body that is not taken: the status to answer, and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Entrance:
    """The application that the receiver serves, below ``path``."""

    def __init__(self, context: Context, inbox: Inbox, path: str) -> None:
        self._context = context
        self._inbox = inbox
        self._hands = ThreadPoolExecutor(3, "door")
        self._doors = Doors(context.vault, self._hands)
        self._patience = Patience()
        self._returns = Bucket(10, 0.5)
        self._returning = asyncio.Semaphore(2)
        self._held = 0
        self.app = Starlette(
            routes=[
                Route(f"{path}/webhooks/{{channel_id}}", _Plain(self._webhook)),
                Route(f"{path}/callback", self._callback, methods=["GET"]),
                Route(f"{path}/health", _health, methods=["GET"]),
            ],
            exception_handlers={HTTPException: _refused, Exception: _failed},
        )

    def close(self) -> None:
        """End what is idle; a sign-in that hangs is left behind."""
        self._hands.shutdown(wait=False, cancel_futures=True)

    async def _webhook(self, request: Request) -> Response:
        try:
            return await self._delivered(request)
        except db.DatabaseUnreachable:
            return _empty(503)
        except ClientDisconnect:
            return _empty(400)

    async def _delivered(self, request: Request) -> Response:
        begun = time.monotonic()
        channel_id, peer = _number(request.path_params["channel_id"]), _peer(request)
        door = await self._doors.find(channel_id)
        if not self._patience.may_try(door.channel_id if door else 0, peer):
            return self._refuse(door, peer, 429, "too many were refused")
        door = door or await self._doors.find_newer(channel_id, begun)
        if door is None:
            return self._refuse(None, peer, 404, "no such channel")
        if request.method != "POST":
            return self._refuse(door, peer, 405, f"{safe_line(request.method, 10)} instead of POST")
        try:
            body = await self._body(request)
        except _NotRead as error:
            return self._refuse(door, peer, error.status, error.reason)
        try:
            delivery = await self._read(door, dict(request.headers), body, begun)
        except NotSigned as error:
            return self._refuse(door, peer, 401, str(error))
        if delivery.remote_id is None and not delivery.is_uninstalled:
            return _empty(200)
        self._patience.taken(door.channel_id, peer)
        return _empty(200 if await self._stored(door.channel_id, delivery) else 503)

    async def _read(self, door: Door, headers: dict[str, str], body: bytes, begun: float) -> Delivery:
        """Check a signature; where it is wrong, once more with the secret of now."""
        try:
            return door.platform.read_delivery(headers, body, door.secret)
        except NotSigned:
            newer = await self._doors.find_newer(door.channel_id, begun)
            if newer is None or newer.secret == door.secret:
                raise
            return newer.platform.read_delivery(headers, body, newer.secret)

    async def _body(self, request: Request) -> bytes:
        """The whole body, within its limits of size and time."""
        told = request.headers.get("content-length", "0")
        if not told.isascii() or not told.isdigit() or int(told[:20]) > BODY_BYTES:
            await self._forget(request)
            raise _NotRead(413, "larger than 1 MB")
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for chunk in request.stream():
                    size += len(chunk)
                    self._held += len(chunk)
                    chunks.append(chunk)
                    if size > BODY_BYTES:
                        raise _NotRead(413, "larger than 1 MB")
                    if self._held > HELD_BYTES:
                        raise _NotRead(503, "too many at the same time")
        except TimeoutError:
            raise _NotRead(408, "did not arrive within five seconds") from None
        finally:
            self._held -= size
        return b"".join(chunks)

    @staticmethod
    async def _forget(request: Request) -> None:
        """Let what is too large pass for a moment, so that its sender hears the answer."""
        left = 8 * BODY_BYTES
        try:
            async with asyncio.timeout(1.0):
                async for chunk in request.stream():
                    left -= len(chunk)
                    if left < 0:
                        return
        except TimeoutError:
            return

    async def _stored(self, channel_id: int, delivery: Delivery) -> bool:
        """Whether it was committed in time. What was not is stored later all the same."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[bool] = loop.create_future()
        if not self._inbox.put(channel_id, delivery, partial(_settle_from_afar, loop, answered)):
            return False
        try:
            return await asyncio.wait_for(answered, ANSWER_SECONDS)
        except TimeoutError:
            return False

    def _refuse(self, door: Door | None, peer: str, status: int, reason: str) -> Response:
        self._inbox.refuse(door.channel_id if door else None, reason)
        if status != 429:
            self._patience.refused(door.channel_id if door else 0, peer)
        return _empty(status, {"Allow": "POST"} if status == 405 else None)

    async def _callback(self, request: Request) -> Response:
        query = request.scope["query_string"].decode("latin-1")
        if not self._returns.take():
            return _page(429, "Too many sign-ins", "Wait a minute, then open the page again.")
        try:
            async with self._returning:
                returned = await asyncio.get_running_loop().run_in_executor(
                    self._hands, sign_in.come_back, self._context, f"?{query}"
                )
        except db.DatabaseUnreachable:
            return _page(503, "Not connected", "The database cannot be reached now. Begin the sign-in again.")
        if returned.account is None:
            told = " ".join(f"{one.message} {one.remedy}".strip() for one in returned.problems)
            return _page(400, "Not connected", told)
        return _page(200, "Connected", f"{returned.channel} is connected: you can close this page.")


class _Plain:
    """A route that takes every method itself."""

    def __init__(self, answer: Callable[[Request], Awaitable[Response]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)


async def _health(_request: Request) -> Response:
    return PlainTextResponse("ok\n", headers=_CLOSE)


async def _refused(_request: Request, error: Exception) -> Response:
    return _empty(error.status_code if isinstance(error, HTTPException) else 404)


async def _failed(_request: Request, error: Exception) -> Response:
    write_report(error)
    return _empty(500)


def _settle_from_afar(
    loop: asyncio.AbstractEventLoop, answered: "asyncio.Future[bool]", is_stored: bool
) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(_settle, answered, is_stored)


def _settle(answered: "asyncio.Future[bool]", is_stored: bool) -> None:
    if not answered.done():
        answered.set_result(is_stored)


def _empty(status: int, more: dict[str, str] | None = None) -> Response:
    return Response(status_code=status, headers={**_CLOSE, **(more or {})})


def _page(status: int, title: str, sentence: str) -> Response:
    head, text = html.escape(safe_line(title, 80)), html.escape(safe_line(sentence, 600))
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{head}</title>'
        f'<body style="font-family: sans-serif; margin: 4em"><h1>{head}</h1><p>{text}</p></body></html>',
        status_code=status, headers=_PAGE,
    )  # fmt: skip


def _number(text: str) -> int:
    """A channel's id as the address has it; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _peer(request: Request) -> str:
    return request.client.host if request.client else ""
