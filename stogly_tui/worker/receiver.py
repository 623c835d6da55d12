"""The receiver: listens for webhooks and returning sign-ins in a thread with a loop of its own, or says why it cannot."""

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from stogly_tui.domain.people import MACHINE
from stogly_tui.model import database as db
from stogly_tui.model.transitions import webhooks
from stogly_tui.sync.context import Context
from stogly_tui.worker.entrance import Entrance
from stogly_tui.worker.inbox import Inbox

HEADER_SECONDS = 5.0
"""Until when the head of a request has to be here."""
CONNECTIONS = 500
START_SECONDS = 10.0
log = logging.getLogger(__name__)


class Receiver:
    """Listens while it can; `keep` is called every second or so. ``ring`` hastens jobs after a delivery."""

    def __init__(self, context: Context, ring: Callable[[str, int], None]) -> None:
        self._context = context
        self._ring = ring
        self._inbox: Inbox | None = None
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._noted: tuple[str, str] | None = None
        self.port = context.door.port

    @property
    def is_listening(self) -> bool:
        """Whether requests are taken."""
        return self._server is not None and self._thread is not None and self._thread.is_alive()

    def keep(self) -> None:
        """Listen, unless it does already; what keeps it from listening is said once, and tried again.

        Raises:
            DatabaseUnreachable: how it stands could not be written down; call it again.
        """
        failure = ""
        if not self.is_listening:
            self._end(1.0)
            failure = self._listen()
        host = self._context.door.host
        self._note("failed" if failure else "on", failure or f"listens on {host}:{self.port}")

    def stop(self, deadline: float) -> None:
        """Take no more requests, and store what waits."""
        self._end(deadline)
        if self._noted is not None:
            self._note("off", "")

    def _listen(self) -> str:
        door = self._context.door
        try:
            family = socket.AF_INET6 if ":" in door.host else socket.AF_INET
            listener = socket.create_server((door.host, door.port), family=family)
        except (OSError, OverflowError) as error:
            told = getattr(error, "strerror", None) or str(error)
            return f"port {door.port} of {door.host} cannot be listened on: {told}"
        self.port = listener.getsockname()[1]
        self._inbox = Inbox(self._ring)
        self._inbox.start()
        self._server = _Server(self._context, self._inbox, urlsplit(door.public_url).path)
        self._thread = threading.Thread(
            target=self._server.serve_on, args=[listener], name="receiver", daemon=True
        )
        self._thread.start()
        if not self._server.ready.wait(START_SECONDS):
            return "it does not start; a report may be in the folder of crashes"
        return ""

    def _end(self, deadline: float) -> None:
        until = time.monotonic() + deadline
        if self._server is not None:
            self._server.leave()
        if self._thread is not None:
            self._thread.join(deadline)
        if self._inbox is not None:
            self._inbox.stop(max(0.1, until - time.monotonic()))
        self._server = self._thread = self._inbox = None

    def _note(self, state: str, detail: str) -> None:
        if self._noted == (state, detail):
            return
        with db.write(MACHINE) as tx:
            webhooks.receiver_is(tx, state, detail)
            if state == "on":
                webhooks.opened(tx)
        self._noted = (state, detail)
        (log.warning if state == "failed" else log.info)("receiver %s %s", state, detail)


class _Server:
    """uvicorn in the thread that calls `serve_on`."""

    def __init__(self, context: Context, inbox: Inbox, path: str) -> None:
        self._context = context
        self._inbox = inbox
        self._path = path
        self._uvicorn: uvicorn.Server | None = None
        self._is_leaving = False
        self.ready = threading.Event()

    def serve_on(self, listener: socket.socket) -> None:
        """Serve until `leave`."""
        with listener:
            asyncio.run(self._serve(listener))

    def leave(self) -> None:
        """End soon, whoever still talks."""
        self._is_leaving = True
        if self._uvicorn is not None:
            self._uvicorn.should_exit = True

    async def _serve(self, listener: socket.socket) -> None:
        entrance = Entrance(self._context, self._inbox, self._path)
        config = uvicorn.Config(
            entrance.app,
            http=_Impatient,
            lifespan="off",
            ws="none",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            forwarded_allow_ips="127.0.0.1,::1",
            limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=1,
        )
        server = self._uvicorn = uvicorn.Server(config)
        server.should_exit = self._is_leaving
        server.config.load()
        self.ready.set()
        try:
            await server.serve(sockets=[listener])
        finally:
            entrance.close()


class _Impatient(H11Protocol):
    """A protocol that cuts connections whose request does not arrive."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.loop.call_later(HEADER_SECONDS, self._cut)

    def _cut(self) -> None:
        if getattr(self, "cycle", None) is None and not self.transport.is_closing():
            self.transport.abort()
