"""WooCommerce REST v3, as source of orders and as destination. Only `PLATFORM` is for others."""

from stogly_tui.platforms.woocommerce.platform import PLATFORM

__all__ = ["PLATFORM"]
