"""One simulated WooCommerce site: its settings, keys and clock, and the books that hold what it sells and sold."""

import itertools
import random
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from stogly_tui.sandbox.orders import OrderBook
from stogly_tui.sandbox.products import Catalogue
from stogly_tui.sandbox.seen import Seen
from stogly_tui.sandbox.webhooks import WebhookBook

Permission = Literal["read", "write", "read_write"]
Rights = Literal["admin", "customer"]
Permalinks = Literal["pretty", "plain", "plain_404"]


@dataclass(frozen=True)
class ApiKey:
    """A REST key of the site. ``rights`` is the role of the user it belongs to."""

    consumer_key: str
    consumer_secret: str
    permission: Permission = "read_write"
    rights: Rights = "admin"


@dataclass(frozen=True)
class TaxRate:
    """A row of the tax table. An empty country matches every address."""

    country: str
    percent: Decimal
    name: str = "VAT"
    state: str = ""
    tax_class: str = "standard"
    shipping: bool = True


@dataclass(frozen=True)
class Coupon:
    """A coupon that orders may carry: percent of the items, or an amount off them."""

    code: str
    amount: Decimal
    kind: Literal["percent", "fixed_cart"] = "percent"


class WooStore:
    """A WooCommerce store in memory; every public method may be called from any thread.

    Attributes:
        orders: the orders, their notes and refunds.
        products: the catalogue with its stock.
        webhooks: registered webhooks and their queue.
        requests: the last requests seen, oldest first.
        permalinks: ``plain`` answers every ``/wp-json/…`` with a 200 HTML page, ``plain_404`` with a 404 page.
        maintenance: answers 503 with Retry-After 600.
        php_notice: prints a PHP warning before the JSON.
        takes_customers: whether `Sandbox.tick` and `Sandbox.live` place orders here.
        base_url: the address of the site, set when a `Sandbox` starts it.
    """

    def __init__(
        self,
        name: str,
        currency: str = "EUR",
        time_zone: str = "Europe/Berlin",
        *,
        slug: str | None = None,
        version: str = "10.5.0",
        store_id: str | None = None,
        prices_include_tax: bool = False,
        calc_taxes: bool = True,
        country: str = "DE",
        state: str = "",
        keys: Sequence[ApiKey] | None = None,
        tax_rates: Iterable[TaxRate] = (),
        coupons: Iterable[Coupon] = (),
        customers: Iterable[int] = (),
        takes_customers: bool = True,
        clock: Callable[[], float] = time.time,
        seed: int = 0,
    ) -> None:
        self.name = name
        self.slug = slug or name.lower().replace(" ", "-")
        self.currency = currency
        self.time_zone = time_zone
        self.zone = ZoneInfo(time_zone)
        self.version = version
        self.store_id = store_id or str(uuid.uuid4())
        self.prices_include_tax = prices_include_tax
        self.calc_taxes = calc_taxes
        self.country = country
        self.state = state
        self.tax_rates = tuple(tax_rates)
        self.coupons = {coupon.code.lower(): coupon for coupon in coupons}
        self.customers = set(customers)
        self.takes_customers = takes_customers
        self.clock = clock
        self.skew_seconds = 0.0
        self.lock = threading.RLock()
        self.random = random.Random(f"{self.slug}/{seed}")
        self.keys = list(keys) if keys is not None else [self._new_key()]
        self.base_url = f"http://127.0.0.1/{self.slug}"
        self.permalinks: Permalinks = "pretty"
        self.maintenance = False
        self.php_notice = False
        self.used_nonces: set[tuple[str, str]] = set()
        self.requests: deque[Seen] = deque(maxlen=2000)
        self._post_ids = itertools.count(11)
        self.next_item_id = itertools.count(1).__next__
        self.next_meta_id = itertools.count(1).__next__
        self.next_note_id = itertools.count(1).__next__
        self.products = Catalogue(self)
        self.orders = OrderBook(self)
        self.webhooks = WebhookBook(self)

    def _new_key(self) -> ApiKey:
        def digits() -> str:
            return f"{self.random.getrandbits(160):040x}"

        return ApiKey(f"ck_{digits()}", f"cs_{digits()}")

    def next_post_id(self) -> int:
        """The next id of a post: products, orders and refunds share one sequence, as in WordPress."""
        return next(self._post_ids)

    def now(self) -> int:
        """Whole seconds of the site's own clock."""
        return int(self.clock() + self.skew_seconds)

    def local(self, at: int) -> str:
        """A time as ``date_*`` prints it: local to the site, no offset (WooCommerce 10.5, recorded)."""
        return _printed(at, self.time_zone)

    def gmt(self, at: int) -> str:
        """A time as ``date_*_gmt`` prints it: UTC, no Z (WooCommerce 10.5, recorded)."""
        return _printed(at, "UTC")

    def at_least(self, major: int, minor: int) -> bool:
        """Whether this WooCommerce is of that version or newer."""
        parts = self.version.split(".")
        return (int(parts[0]), int(parts[1])) >= (major, minor)

    def moved(self, base_url: str) -> None:
        """Give the site its address; links in every reply follow."""
        with self.lock:
            self.base_url = base_url
            self.orders.forget_rendered()

    def api(self, path: str) -> str:
        """The address of a REST resource: ``api("orders/7")``."""
        return f"{self.base_url}/wp-json/wc/v3/{path}"


@lru_cache(maxsize=65536)
def _printed(at: int, zone: str) -> str:
    return datetime.fromtimestamp(at, ZoneInfo(zone)).replace(tzinfo=None).isoformat()
