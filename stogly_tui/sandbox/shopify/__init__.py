"""A Shopify shop simulated over real HTTP: GraphQL executed against a schema of the Admin API's own names.

Imports nothing of the rest of the package but the sandbox.
"""

from stogly_tui.sandbox.shopify.records import Address
from stogly_tui.sandbox.shopify.store import ShopifyStore

__all__ = ["Address", "ShopifyStore"]
