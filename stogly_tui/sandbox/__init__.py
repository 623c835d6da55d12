"""WooCommerce and Shopify stores simulated over real HTTP on loopback, with faults to order.

Imports nothing of the rest of the package; only demo, the command line and tests may import it.
"""

from stogly_tui.sandbox.faults import KINDS, Fault, Faults
from stogly_tui.sandbox.seed import backfill, catalogue, demo_stores, fill
from stogly_tui.sandbox.server import Sandbox, serve_forever
from stogly_tui.sandbox.shopify import ShopifyStore
from stogly_tui.sandbox.store import ApiKey, Coupon, TaxRate, WooStore
from stogly_tui.sandbox.stores import Store
from stogly_tui.sandbox.wire import WooError

__all__ = [
    "KINDS",
    "ApiKey",
    "Coupon",
    "Fault",
    "Faults",
    "Sandbox",
    "ShopifyStore",
    "Store",
    "TaxRate",
    "WooError",
    "WooStore",
    "backfill",
    "catalogue",
    "demo_stores",
    "fill",
    "serve_forever",
]
