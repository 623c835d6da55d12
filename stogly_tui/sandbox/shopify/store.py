"""One simulated Shopify shop: its settings, its app and clock, what it sells and sold, and what its people do."""

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from stogly_tui.sandbox.seen import Seen
from stogly_tui.sandbox.shopify import acts, engine, placing
from stogly_tui.sandbox.shopify.acts import Lines
from stogly_tui.sandbox.shopify.book import OrderBook
from stogly_tui.sandbox.shopify.cost import Bucket
from stogly_tui.sandbox.shopify.definitions import Definitions
from stogly_tui.sandbox.shopify.products import Catalogue, priced
from stogly_tui.sandbox.shopify.records import Customer, Line, Order
from stogly_tui.sandbox.shopify.tokens import ALL_SCOPES, App, Tokens, implied
from stogly_tui.sandbox.shopify.webhooks import Webhooks

_FIRST_ORDER = 5_400_000_000_000


class ShopifyStore:
    """A Shopify shop in memory; every public method may be called from any thread.

    Attributes:
        orders: the orders and the search index over them.
        products: the catalogue.
        webhooks: the subscriptions and their queue.
        tokens: who may call.
        definitions: metafield definitions.
        app: client id and secret of the one app that is installed.
        approved: whether the app may see personal data; otherwise it is null with an error beside it.
        search_delay: seconds until searches see what was written.
        rejects_taken_ids: whether ``orderCreate`` refuses a unique metafield value that is taken.
        tips_are_lines: whether a tip shows among an order's lines as well.
        bucket: the points queries are paid from; it refills by the shop's clock.
        throttled: how many queries were refused because the bucket lacked their cost.
        cost_spent: what all queries cost.
        requests: the last requests seen, oldest first.
        takes_customers: whether `Sandbox.tick` and `Sandbox.live` place orders here.
        base_url: the address of the shop, set when a `Sandbox` starts it.

    Args:
        presentment: rates of the currencies customers may be shown, for one of the shop's.
        taxes_included: whether prices contain the tax of ``tax_percent``.
        restore_rate: points that flow back each second.
        bucket: points a full bucket holds.
    """

    def __init__(
        self,
        name: str,
        currency: str = "EUR",
        time_zone: str = "Europe/Berlin",
        *,
        slug: str | None = None,
        presentment: Mapping[str, Decimal] | None = None,
        taxes_included: bool = True,
        tax_percent: Decimal | int = 19,
        tax_name: str = "MwSt",
        plan: str = "Basic",
        restore_rate: float = 100.0,
        bucket: float = 2000.0,
        scopes: Iterable[str] = ALL_SCOPES,
        search_delay: float = 0.0,
        takes_customers: bool = True,
        clock: Callable[[], float] = time.time,
        seed: int = 0,
    ) -> None:
        self.name = name
        self.slug = slug or name.lower().replace(" ", "-")
        self.currency = currency
        self.time_zone = time_zone
        self.zone = ZoneInfo(time_zone)
        self.presentment = dict(presentment or {})
        self.taxes_included = taxes_included
        self.tax_percent = Decimal(tax_percent)
        self.tax_name = tax_name
        self.plan = plan
        self.takes_customers = takes_customers
        self.search_delay = search_delay
        self.approved = True
        self.rejects_taken_ids = True
        self.tips_are_lines = True
        self.clock = clock
        self.skew_seconds = 0.0
        self.lock = threading.RLock()
        self.random = random.Random(f"{self.slug}/{seed}")
        self.shop_id = 60_000_000_000 + self.random.getrandbits(32)
        self.first_id = _FIRST_ORDER + self.random.getrandbits(36)
        self.app = App(f"{self.random.getrandbits(128):032x}", f"shpss_{self.random.getrandbits(128):032x}")
        self.base_url = f"http://127.0.0.1/{self.slug}"
        self.requests: deque[Seen] = deque(maxlen=2000)
        self.throttled = 0
        self.cost_spent = 0
        self.customers: list[Customer] = []
        self._customers_by_email: dict[str, Customer] = {}
        self.bucket = Bucket(lambda: self.clock(), bucket, restore_rate)
        self.tokens = Tokens(self, implied(frozenset(scopes)))
        self.webhooks = Webhooks(self)
        self.orders = OrderBook(self)
        self.products = Catalogue(self)
        self.definitions = Definitions(self)
        self.locations: list[tuple[int, str]] = [(self.orders.next_id(), "Main warehouse")]

    @property
    def shop_domain(self) -> str:
        """The address the shop has at Shopify."""
        return f"{self.slug}.myshopify.com"

    @property
    def credentials(self) -> dict[str, str]:
        """What a channel connects with: the static access token, and the secret webhooks are signed with."""
        return {"access_token": self.tokens.static.access, "client_secret": self.app.client_secret}

    @property
    def app_credentials(self) -> dict[str, str]:
        """What the app comes by a token with."""
        return {"client_id": self.app.client_id, "client_secret": self.app.client_secret}

    def now(self) -> int:
        """Whole seconds of the shop's own clock."""
        return int(self.clock() + self.skew_seconds)

    def moved(self, base_url: str) -> None:
        """Give the shop its address."""
        with self.lock:
            self.base_url = base_url

    def grant(self, *scopes: str) -> None:
        """Let the app do this and no more, at once."""
        with self.lock:
            self.tokens.grant(implied(frozenset(scopes)))

    def expire_tokens(self) -> None:
        """End every access token at once; what is renewed afterwards works."""
        with self.lock:
            self.tokens.expire()

    def uninstall(self) -> None:
        """Remove the app: tokens end, and a webhook says so."""
        with self.lock:
            self.webhooks.emit("APP_UNINSTALLED", None)
            self.tokens.expire()

    def create_product(self, title: str, sku: str, price: str, **more: Any) -> int:
        """Sell something more; answers the variant's id.

        Args:
            more: any of `records.Variant`: ``requires_shipping``, ``gift_card``, ``taxable``, ``quantity``,
                ``deny_when_out``, ``variant_title``, ``product_id``, ``vendor``.
        """
        with self.lock:
            now = self.now()
            return self.products.create(priced(title, sku, price, created=now, updated=now, **more))

    def place(self, lines: Sequence[tuple[str, int]], **wish: Any) -> int:
        """Have a customer order (SKU, units); answers the order's id.

        Args:
            wish: any of `placing.Wish`: ``paid``, ``authorized``, ``currency`` (one of ``presentment``),
                ``shipping`` (a price or None), ``discount`` (a code) with ``percent``, ``tip``, ``gift_card``
                (what of it is paid by gift card), ``gateway``, ``email``, ``phone``, ``guest`` (no customer),
                ``person`` (a Person, an Address or None), ``tags``, ``note``, ``attributes``, ``source_name``,
                ``test``.
        """
        with self.lock:
            order = placing.place(self, lines, placing.Wish(**wish))
            self.webhooks.emit("ORDERS_CREATE", order)
            if wish.get("paid", True) and not wish.get("authorized"):
                self.webhooks.emit("ORDERS_PAID", order)
            return order.id

    def pay(self, order_id: int, amount: str | None = None) -> None:
        """Pay what is outstanding, or an amount; captures what is authorised."""
        with self.lock:
            acts.pay(self, self.orders.record(order_id), amount)

    def edit(self, order_id: int, *, add: Lines = (), remove: Lines = ()) -> None:
        """Add units as new lines, or take units off that were not shipped."""
        with self.lock:
            acts.edit(self, self.orders.record(order_id), add, remove)

    def update(self, order_id: int, **changes: Any) -> None:
        """Change what has no consequences, by the names of `records.Order`: note, tags, email, shipping, …

        ``financial``, ``fulfilment`` and ``has_no_financial_status`` pin the statuses; ``duties``, ``fees`` and
        ``cash_rounding`` change what the order costs, and so what is outstanding.
        """
        with self.lock:
            order = self.orders.record(order_id)
            for name, value in changes.items():
                if not hasattr(order, name):
                    raise ValueError(f"orders have no {name}")
                setattr(order, name, value)
            acts.changed(self, order)

    def fulfil(
        self,
        order_id: int,
        lines: Lines | None = None,
        tracking: acts.Tracking | None = None,
    ) -> int:
        """Ship lines, or all that is left; answers the fulfilment's id."""
        with self.lock:
            return acts.fulfil(self, self.orders.record(order_id), lines, tracking)

    def track(self, order_id: int, tracking: acts.Tracking) -> None:
        """Change the tracking of the last fulfilment."""
        with self.lock:
            acts.track(self, self.orders.record(order_id), tracking)

    def refund(
        self,
        order_id: int,
        lines: Lines | None = None,
        amount: str | None = None,
        *,
        restock: bool = True,
        with_shipping: bool = False,
        note: str = "",
    ) -> int:
        """Refund lines, an amount for nothing in particular, or without either everything; answers the id."""
        with self.lock:
            order = self.orders.record(order_id)
            return acts.refund(
                self, order, lines, amount, restock=restock, with_shipping=with_shipping, note=note
            )

    def cancel(self, order_id: int, reason: str = "CUSTOMER", *, with_refund: bool = True) -> None:
        """Cancel an order."""
        with self.lock:
            acts.cancel(self, self.orders.record(order_id), reason, with_refund=with_refund)

    def delete(self, order_id: int) -> None:
        """Delete an order for good."""
        with self.lock:
            order = self.orders.remove(order_id)
            self.webhooks.emit("ORDERS_DELETE", order)

    def wire(self, order_id: int) -> dict[str, Any]:
        """An order with every field GraphQL knows, connections as ``{"nodes": […]}``.

        Raises:
            KeyError: there is none.
        """
        with self.lock:
            return engine.everything(self, order_id)

    def operation(self, body: bytes) -> tuple[str, str] | None:
        """Kind and first field of what a request asks for."""
        return engine.named(body)

    def line(self, sku: str, units: int, order: Order) -> Line:
        """A line of something the shop sells."""
        return placing.line(self, sku, units, order)

    def customer(
        self, email: str | None, first: str | None, last: str | None, phone: str | None = None
    ) -> Customer | None:
        """The customer of an e-mail address, new or known; None for nobody at all."""
        if not (email or first or last or phone):
            return None
        known = self._customers_by_email.get(email or "")
        if known is not None:
            return known
        made = placing.new_customer(self, email, first, last)
        made.phone = phone
        self.customers.append(made)
        if email:
            self._customers_by_email[email] = made
        return made

    def request_id(self) -> str:
        """An id for a reply."""
        return f"{self.random.getrandbits(64):016x}"
