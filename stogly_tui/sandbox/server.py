"""A sandbox: several stores served over HTTP on loopback, each below its own slug."""

import asyncio
import contextlib
import json
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from uvicorn.protocols.http.h11_impl import H11Protocol

from stogly_tui.sandbox import buyers, control
from stogly_tui.sandbox.api import Sites
from stogly_tui.sandbox.certificate import write_self_signed
from stogly_tui.sandbox.exchange import Connections
from stogly_tui.sandbox.faults import Faults
from stogly_tui.sandbox.seed import demo_stores
from stogly_tui.sandbox.shopify import ShopifyStore
from stogly_tui.sandbox.store import WooStore
from stogly_tui.sandbox.stores import Store
from stogly_tui.sandbox.wire import Json

_HOST = "127.0.0.1"
_START_SECONDS = 20.0
_STOP_SECONDS = 10.0
Kind = TypeVar("Kind", WooStore, ShopifyStore)


class Sandbox:
    """Simulated stores on a port of loopback, served by a thread with its own event loop.

    Use it as a context manager, or `start` and `stop` it. `faults` holds what goes wrong.

    Args:
        stores: each is served at ``/<its slug>``.
        port: 0 for any free one.
        tls: serve HTTPS with a self-signed certificate that nobody trusts.
        seed: fixes the chance of faults and which orders `tick` places.
        webhook_delay: how long deliveries lag behind their event, in seconds.
    """

    def __init__(
        self,
        stores: Iterable[Store],
        port: int = 0,
        *,
        tls: bool = False,
        seed: int = 0,
        webhook_delay: float = 0.05,
    ) -> None:
        self.stores: dict[str, Store] = {store.slug: store for store in stores}
        self.faults = Faults(seed)
        self._port = port
        self._tls = tls
        self._webhook_delay = webhook_delay
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._threads: list[threading.Thread] = []
        self._cleanup = contextlib.ExitStack()
        self._server: _Server | None = None
        self._sites: Sites | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        return self._port

    @property
    def root(self) -> str:
        """The address above all stores."""
        return f"{'https' if self._tls else 'http'}://{_HOST}:{self._port}"

    def url(self, slug: str) -> str:
        """The address of a store, without a trailing slash."""
        return self.stores[slug].base_url

    def control_url(self, slug: str) -> str:
        """The address of a store's control endpoints."""
        return f"{self.root}/__sandbox__/{slug}"

    def store(self, slug: str) -> WooStore:
        """A WooCommerce store, to look into or to act on.

        Raises:
            TypeError: it is one of Shopify.
        """
        return _of_kind(WooStore, self.stores[slug])

    def shopify(self, slug: str) -> ShopifyStore:
        """A Shopify store, to look into or to act on.

        Raises:
            TypeError: it is one of WooCommerce.
        """
        return _of_kind(ShopifyStore, self.stores[slug])

    def add(self, store: Store) -> None:
        """Serve one more store, at once when started."""
        self._adopt(store)
        self.stores[store.slug] = store

    def credentials(self, slug: str) -> dict[str, str]:
        """What a channel connects with.

        Of WooCommerce consumer_key and consumer_secret of the first key, of Shopify access_token and
        client_secret.
        """
        store = self.stores[slug]
        if isinstance(store, ShopifyStore):
            return store.credentials
        key = store.keys[0]
        return {"consumer_key": key.consumer_key, "consumer_secret": key.consumer_secret}

    def start(self) -> None:
        """Listen and serve; returns once requests are taken.

        Raises:
            OSError: the port is in use.
        """
        listener = socket.create_server((_HOST, self._port))
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._port = listener.getsockname()[1]
        for store in self.stores.values():
            self._adopt(store)
        self._server = _Server(self._config())
        self._run("sandbox", lambda: self._serve(listener))
        if not self._server.ready.wait(_START_SECONDS):
            raise RuntimeError("the sandbox did not start")
        self._run("webhooks", self._deliver)

    def stop(self) -> None:
        """Cut what hangs, stop serving and end every thread; may be called twice."""
        self._stopping.set()
        self._wake.set()
        for store in self.stores.values():
            store.webhooks.closed = True
        if self._server is not None:
            self._server.should_exit = True
        for thread in self._threads:
            thread.join(_STOP_SECONDS)
        self._threads.clear()
        self._cleanup.close()

    def finish_late_commits(self) -> int:
        """Carry out at once what a `commit_late` fault still holds back; answers how much it was."""
        server, sites = self._server, self._sites
        if server is None or sites is None or server.loop is None:
            return 0
        return asyncio.run_coroutine_threadsafe(sites.finish_late(), server.loop).result(_STOP_SECONDS)

    def tick(self) -> list[tuple[str, int]]:
        """Let a customer of each store that customers order from place one order; (slug, id) of each."""
        return [
            (slug, order_id)
            for slug, store in list(self.stores.items())
            if store.takes_customers
            for order_id in buyers.place_orders(store, 1)
        ]

    def live(self, seconds_between_orders: float) -> None:
        """Have customers order by themselves, in a thread that ends with the sandbox."""

        def keep_ordering() -> None:
            while not self._stopping.wait(seconds_between_orders):
                self.tick()

        self._run("customers", keep_ordering)

    def _run(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _config(self) -> uvicorn.Config:
        connections: Connections = {}
        sites = self._sites = Sites(self.stores, self.faults, connections)
        app = Starlette(routes=[*control.routes(self.stores, self.faults), Mount("/", app=sites)])
        config = uvicorn.Config(
            app,
            http=_protocol(connections),
            lifespan="off",
            ws="none",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
        )
        if self._tls:
            folder = Path(self._cleanup.enter_context(tempfile.TemporaryDirectory()))
            config.ssl_certfile, config.ssl_keyfile = map(str, write_self_signed(folder, _HOST))
        return config

    def _serve(self, listener: socket.socket) -> None:
        if self._server is not None and self._sites is not None:
            self._server.on_stop = self._sites.stopping
            with listener:
                self._server.run(sockets=[listener])

    def _adopt(self, store: Store) -> None:
        store.moved(f"{self.root}/{store.slug}")
        store.webhooks.wake = self._wake

    def _deliver(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait()
            self._wake.clear()
            if self._stopping.wait(self._webhook_delay):
                return
            for store in list(self.stores.values()):
                if not store.webhooks.held:
                    store.webhooks.deliver()


class _Server(uvicorn.Server):
    """uvicorn that says when it is ready and lets go of hanging requests when it stops."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.on_stop: asyncio.Event | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.loop = asyncio.get_running_loop()
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self.on_stop is not None:
            self.on_stop.set()
        await super().shutdown(sockets)


def _of_kind(kind: type[Kind], store: Store) -> Kind:
    if not isinstance(store, kind):
        raise TypeError(f"{store.slug} is no {kind.__name__}")
    return store


def _protocol(connections: Connections) -> type[H11Protocol]:
    """An HTTP protocol that lets the app reach the connection of a request, to cut it."""

    class Cuttable(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if self.client is not None:
                connections[self.client] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            if self.client is not None:
                connections.pop(self.client, None)
            super().connection_lost(exc)

    return Cuttable


def serve_forever(*, port: int, orders: int | None, announce: Callable[[str], None]) -> None:
    """Serve the demo stores until SIGTERM or SIGINT.

    Args:
        port: 0 for any free one.
        orders: how many orders the sources have in all; None for the demo's own number.
        announce: takes one line of JSON: a list of ``{name, platform, url, credentials}``, a store each.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with Sandbox(demo_stores(orders=orders), port) as sandbox:
        announce(json.dumps({"stores": [_card(sandbox, slug) for slug in sandbox.stores]}))
        stop.wait()


def _card(sandbox: Sandbox, slug: str) -> Json:
    store = sandbox.stores[slug]
    card = {
        "name": slug,
        "platform": "woocommerce",
        "url": sandbox.url(slug),
        "credentials": sandbox.credentials(slug),
    }
    if isinstance(store, ShopifyStore):
        card |= {"platform": "shopify", "app_credentials": store.app_credentials}
    return card
