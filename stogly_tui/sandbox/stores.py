"""The kinds of store a sandbox can hold."""

from stogly_tui.sandbox.shopify.store import ShopifyStore
from stogly_tui.sandbox.store import WooStore

Store = WooStore | ShopifyStore
